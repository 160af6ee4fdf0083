"""What ``macroexpand`` shows for forms that are macros in the dialect but built in here.

Each view takes the items of the form after its head and returns the form one step further, as the
dialect's own macro would; the compiler does not use them. A form that is badly written stays as
it is.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.expanding.forms.threading import threaded
from lispcore.values.atoms import fresh_symbol
from lispcore.values.types import EMPTY, List, Symbol, Value, Vector, intern_symbol, list_from

View = Callable[[list[Value]], Value]


def _call(head: str, *items: Value) -> Value:
    return list_from([intern_symbol(head), *items])


def _binding(item: Value) -> tuple[Value, Value]:
    """Returns name and value of a ``(name value)`` pair."""
    name, value = list(item)
    return name, value


def _let(name: Value, value: Value, *body: Value) -> Value:
    return _call("let", list_from([list_from([name, value])]), *body)


def _threading(head: str, *, last: bool) -> View:
    def view(items: list[Value]) -> Value:
        if len(items) == 1:
            return items[0]
        value, step, *steps = items
        return _call(head, threaded(step, value, last=last), *steps)

    return view


def _thread_as(items: list[Value]) -> Value:
    value, name, *steps = items
    if not steps:
        return value
    return _let(name, value, _call("as->", steps[0], name, *steps[1:]))


def _thread_some(items: list[Value]) -> Value:
    if len(items) == 1:
        return items[0]
    value, step, *steps = items
    held = fresh_symbol("v")
    further = _call("some->", threaded(step, held, last=False), *steps)
    return _let(held, value, _call("if", _call("nil?", held), None, further))


def _when_let(items: list[Value]) -> Value:
    name, value = _binding(items[0])
    return _let(name, value, _call("when", _call("not", _call("nil?", name)), *items[1:]))


def _if_let(items: list[Value]) -> Value:
    name, value = _binding(items[0])
    then, otherwise = items[1:]
    return _let(name, value, _call("if", _call("nil?", name), otherwise, then))


def _counting(
    name: Value, start: Value, end: Value, step: Value, test: str, body: list[Value]
) -> Value:
    variable = list_from([name, start, _call("+", name, step)])
    leave = list_from([_call(test, name, end)])
    return _call("do", list_from([variable]), leave, *body)


def _dotimes(items: list[Value]) -> Value:
    name, count = _binding(items[0])
    return _counting(name, 0, count, 1, "=", items[1:])


def _for_range(items: list[Value]) -> Value:
    name, start, end, *step = list(items[0])
    return _counting(name, start, end, step[0] if step else 1, ">=", items[1:])


VIEWS: dict[str, View] = {
    "->": _threading("->", last=False),
    "->>": _threading("->>", last=True),
    "as->": _thread_as,
    "some->": _thread_some,
    "when-let": _when_let,
    "if-let": _if_let,
    "dotimes": _dotimes,
    "for-range": _for_range,
}


def macro_view(form: Value) -> Value:
    """Returns a form one step further if its head has a view, else the form itself."""
    if type(form) is not List or form is EMPTY:
        return form
    head, *items = list(form)
    view = VIEWS.get(head.name) if type(head) is Symbol else None
    if (
        view is None
        or not items
        or (type(items[0]) not in (List, Vector) and _needs_pair(head.name))
    ):
        return form
    try:
        return view(items)
    except ValueError:
        return form


def _needs_pair(name: str) -> bool:
    return name in ("when-let", "if-let", "dotimes", "for-range")
