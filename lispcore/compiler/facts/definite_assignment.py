"""Definite assignment: which names certainly have a value wherever they are used.

To read a name without a value is an error, and so it matters when that is done: before a function
refuses another argument, and even if Python would not look at the name at all. What is found here
may be read at any time. Everything else is read in its turn (`python_syntax.is_simple`).

A global has a value if it had one before the unit, as those of the library have; a name that the
unit defines, or a body, if all its uses stand behind the definition. Functions that are defined one
after the other, tables of functions, too, may use one another: none of them can be called before
all are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

from lispcore.core.nodes import (
    Call,
    Constant,
    Define,
    Global,
    Lambda,
    Local,
    NamedLet,
    Node,
    Sequence,
    SetGlobal,
    Variable,
)
from lispcore.core.walking import Survey, all_nodes

Name = str | Variable  # of a global; of a body


def certain_names(
    main: Lambda, nodes: Survey, values: Container[str], *, is_again: bool
) -> set[Name]:
    """Returns the names that have a value wherever a unit uses them; `values` are known before it.

    A unit that `is_again` compiled has run, but perhaps not to its end.
    """
    used = {node.name for node in nodes[Global]}
    found: set[Name] = {name for name in used if name in values}
    if not is_again and len(found) < len(used):
        found |= _defined_in_time(forms_of(main.body))
    if Define in nodes:
        found |= _certain_variables(nodes)
    found.update(node.variable for node in nodes.get(NamedLet, ()))
    return found


def _certain_variables(nodes: Survey) -> set[Name]:
    """Returns the variables of bodies that are never used before their definitions."""
    uses = Counter(node.variable for node in nodes[Local])
    found: set[Name] = set()
    for node in nodes.get(Sequence, ()):
        parts = list(forms_of(node))
        defined = {part.variable for part in parts if type(part) is Define}
        if not defined:
            continue
        inside: Counter[Variable] = Counter()
        for each in all_nodes(node):
            if type(each) is Local and each.variable in defined:
                inside[each.variable] += 1
        in_time = _defined_in_time(parts)
        found |= {each for each in defined if each in in_time and inside[each] == uses[each]}
    return found


def forms_of(body: Node) -> Iterator[Node]:
    """Yields the forms of a body or a unit in order, those of inner sequences, too."""
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if type(node) is Sequence:
            waiting += reversed(node.parts)
        else:
            yield node


def _defined_in_time(forms: Iterator[Node] | list[Node]) -> set[Name]:
    """Returns the names that forms define before they use them."""
    forms = list(forms)
    start: dict[Name, int] = {}  # from which form on a name has its value
    row = 0  # where the definitions begin among which nothing runs
    for index, form in enumerate(forms):
        name = _defined_by(form)
        if name is None or not _calls_nothing(_value(form)):
            row = index + 1
        if name is not None:
            start.setdefault(name, row)
    last = max(start.values(), default=0)
    for index, form in enumerate(forms[:last]):
        for each in all_nodes(form):
            used = _used_by(each)
            if used is not None and index < start.get(used, 0):
                del start[used]
    return set(start)


def _defined_by(form: Node) -> Name | None:
    if type(form) is SetGlobal:
        return form.name if form.is_definition else None
    return form.variable if type(form) is Define else None


# A map or vector that is written out: nothing of the program runs while it is made.
_DATA = frozenset({"map", "vector"})


def _calls_nothing(value: Node | None) -> bool:
    """Tells whether nothing runs for a value: functions, constants, and tables of such."""
    if type(value) is Call:
        return value.helper in _DATA and all(map(_calls_nothing, value.arguments))
    return type(value) is Lambda or type(value) is Constant


def _value(form: Node) -> Node | None:
    return form.value if type(form) is SetGlobal or type(form) is Define else None


def _used_by(node: Node) -> Name | None:
    if type(node) is Global:
        return node.name
    return node.variable if type(node) is Local else None
