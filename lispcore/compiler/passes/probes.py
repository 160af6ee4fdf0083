"""Probes for the step debugger: before each form that it can stop at, a call says that it comes.

Only a debug run has them. A probe stands in front of what is evaluated as a statement (the forms of
a body, the branches of a choice, the values of a `let`), and of calls within such a form if they
begin on a line of their own or call something that is not the library's. It is a call of the helper
"probe" with the number of its `Site`; locals are read from the frame (running/debugger.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from lispcore.core import nodes as core
from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    Define,
    Finally,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    SetGlobal,
    Span,
    Try,
    Variable,
    While,
)
from lispcore.core.walking import Change, all_nodes, children, rewrite


class Names(NamedTuple):
    """The variables that a form sees, innermost first."""

    variable: Variable
    outer: Names | None


class Site(NamedTuple):
    """A form that the debugger can stop at. `is_part`: it is evaluated within another such form."""

    span: Span
    is_part: bool
    names: Names | None


class _Waiting(NamedTuple):
    """A node to be looked at; `around` is the span of the nearest form around it with a probe."""

    node: Node
    around: Span
    is_statement: bool
    names: Names | None


_NOWHERE: Final = (0, 0, 0, 0)
_SIMPLE: Final = (Constant, Local, Global)


def insert_probes(
    main: Lambda, add: Callable[[Site], int], is_library: Callable[[str], bool]
) -> Lambda:
    """Returns the function of a unit with probes in it.

    `add` enters a site and returns its number; `is_library` tells whether a global is one of ours.
    """
    numbers: dict[int, int] = {}
    waiting = [_Waiting(main.body, _NOWHERE, is_statement=True, names=None)]
    while waiting:
        each = waiting.pop()
        node = each.node
        if _has_probe(each, is_library):
            numbers[id(node)] = add(Site(node.span, not each.is_statement, each.names))
            each = each._replace(around=node.span)
        waiting.extend(reversed(_below(each)))

    def probed(node: Node) -> Node:
        number = numbers.get(id(node))
        if number is None:
            return node
        call = Call(None, [Constant(number, node.span)], node.span, helper="probe")
        return core.Sequence([call, node], node.span)

    changes: dict[type, Change] = dict.fromkeys(_PROBED, probed)
    return rewrite(main, changes)


# The nodes that may get a probe.
_PROBED: Final = (
    Constant, Local, Global, Call, If, core.And, core.Or, Let, core.NamedLet, While, ForEach, Try,
    Finally, core.SetLocal, SetGlobal, Define, core.SetAll,
)  # fmt: skip


def _has_probe(each: _Waiting, is_library: Callable[[str], bool]) -> bool:
    node, around = each.node, each.around
    span = node.span
    if type(node) not in _PROBED or not span[0] or span == around:
        return False
    starts_line = span[0] != around[0]
    if type(node) in _SIMPLE:
        return each.is_statement and starts_line
    if isinstance(node, (SetGlobal, Define)) and type(node.value) is Lambda:
        return False  # that a function is defined says nothing
    if not isinstance(node, Call):
        return each.is_statement
    called = node.function
    if called is None or each.is_statement:
        return called is not None
    return starts_line or type(called) is not Global or not is_library(called.name)


def _below(each: _Waiting) -> list[_Waiting]:
    """Returns the parts of a node in the order of evaluation, with the names that they see."""
    node, around, _, names = each

    def part(node: Node, names: Names | None, is_statement: bool = True) -> _Waiting:
        return _Waiting(node, around, is_statement, names)

    if isinstance(node, Lambda):
        rest = [] if node.rest is None else [node.rest]
        inner = _with([*node.parameters, *rest, *_defined(node.body)], names)
        return [_Waiting(node.body, _NOWHERE, is_statement=True, names=inner)]
    if isinstance(node, Let):
        found = []
        for variable, value in node.bindings:
            found.append(part(value, names))
            names = Names(variable, names)
        return [*found, part(node.body, names)]
    if isinstance(node, If):
        bound = [each.variable for each in all_nodes(node.test) if type(each) is Bind]
        then = part(node.then, _with(bound, names))
        return [part(node.test, names, False), then, part(node.otherwise, names)]
    if isinstance(node, While):
        return [part(node.test, names, False), part(node.body, names)]
    if isinstance(node, ForEach):
        # What it runs over has to stay a call of a helper.
        iterable = [part(inner, names, False) for inner in children(node.iterable)]
        return [*iterable, part(node.body, Names(node.variable, names))]
    if isinstance(node, Try):
        return [part(node.body, names), part(node.handler, Names(node.variable, names))]
    if isinstance(node, NamedLet):
        names = Names(node.variable, names)
    is_block = isinstance(node, (core.Sequence, Finally))
    return [part(inner, names, is_block) for inner in children(node)]


def _with(variables: list[Variable], names: Names | None) -> Names | None:
    for variable in variables:
        names = Names(variable, names)
    return names


def _defined(body: Node) -> list[Variable]:
    """Returns the variables that a body defines: all of it sees them."""
    found = []
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Define):
            found.append(node.variable)
        elif isinstance(node, core.Sequence):
            waiting += node.parts
    return found
