"""What the top level of a program defines: names, parameters, what their author says of them."""

from __future__ import annotations

from typing import Final, NamedTuple

from lispcore.reading.recovery import Recovered, read_recovering
from lispcore.services.syntax import tokens
from lispcore.values.printing import print_value
from lispcore.values.types import List, Symbol, Value, Vector, list_items

_KINDS: Final = {
    "defmacro": "macro",
    "define-macro": "macro",
    "define-syntax": "macro",
    "deftool": "tool",
    "defagent": "agent",
    "define-record-type": "record type",
    "defworkflow": "workflow",
    "deftest": "test",
    "defeval": "evaluation",
    "defmulti": "function",
}


class Definition(NamedTuple):
    """A definition: `parameters` is None for what is no function; offsets are of its whole form."""

    name: str
    kind: str
    parameters: str | None
    documentation: str
    start: int
    end: int
    name_start: int

    @property
    def signature(self) -> str:
        """How it is used: ``(f x y)``, or the name."""
        if self.parameters is None:
            return self.name
        return f"({' '.join(filter(None, (self.name, self.parameters)))})"


def outline(text: str, read: Recovered | None = None) -> list[Definition]:
    """Returns what the forms of a text define that can be read, in order."""
    source = (read or read_recovering(text)).source
    found = []
    waiting = list(zip(source.forms, source.top_spans, strict=True))[::-1]
    while waiting:
        form, span = waiting.pop()
        if (
            type(form) is not List
            or form.count < 2
            or type(form.cells[form.count - 1]) is not Symbol
        ):
            continue
        items = list_items(form)
        head = items[0].name
        if head in ("begin", "progn", "module"):
            places = source.spans.children(form) or []
            inner = list(zip(items, places, strict=False))[1 if head != "module" else 3 :]
            waiting += reversed(inner)
        elif head.startswith("def") and "/" not in head:
            start, end = source.spans.offset(*span[:2]), source.spans.offset(*span[2:])
            one = _definition(text, head, items, start, end)
            if one is not None:
                found.append(one)
    return found


def _definition(
    text: str, head: str, items: list[Value], start: int, end: int
) -> Definition | None:
    """Returns what one form defines."""
    target, parameters, rest = items[1], None, items[2:]
    while type(target) is List and target.count:
        inner = list_items(target)
        target, parameters = inner[0], " ".join(str(print_value(each)) for each in inner[1:])
    if type(target) is not Symbol:
        return None
    documentation = rest[0] if len(rest) > 1 and type(rest[0]) is str else ""
    if parameters is None and head in ("defun", "defn", "defmacro", "define-macro"):
        given = [each for each in rest[:2] if type(each) in (List, Vector)][:1]
        if given and _is_clause(given[0]):
            clauses = [next(iter(each)) for each in rest if _is_clause(each)]
            parameters = str(print_value(max(clauses, key=len)))[1:-1]
        elif given:
            parameters = str(print_value(given[0]))[1:-1]
            at = rest.index(given[0]) + 1
            if not documentation and len(rest) > at + 1 and type(rest[at]) is str:
                documentation = rest[at]
    elif parameters is None and rest and head in ("define", "def"):
        parameters = _of_lambda(rest[-1])
        if parameters is not None and not documentation:
            documentation = _said_by_lambda(rest[-1])
    name_start = next(
        (
            each.start
            for each in tokens(text, start, end)
            if text[each.start : each.end] == target.name
        ),
        start,
    )
    kind = _KINDS.get(head, "function" if parameters is not None else "value")
    return Definition(target.name, kind, parameters, documentation, start, end, name_start)


def _is_clause(item: Value) -> bool:
    """Tells whether an item is one of several lists of parameters with their bodies."""
    return (
        type(item) is List and item.count > 1 and type(item.cells[item.count - 1]) in (List, Vector)
    )


def _said_by_lambda(value: List) -> str:
    """Returns the documentation of a function that is written out."""
    items = list_items(value)
    return str(items[2]) if len(items) > 3 and type(items[2]) is str else ""


def _of_lambda(value: Value) -> str | None:
    """Returns the parameters of a function that is written out."""
    if type(value) is not List or value.count < 3:
        return None
    items = list_items(value)
    if type(items[0]) is not Symbol or items[0].name not in ("lambda", "fn"):
        return None
    if type(items[1]) not in (List, Vector):
        return "& " + str(print_value(items[1]))
    return str(print_value(items[1]))[1:-1]
