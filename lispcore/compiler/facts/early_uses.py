"""Definitions in the body of a loop that may be used before they have run: a liveness analysis.

Every round of a loop has variables of its own, but in Python they are the same ones, which still
hold what the round before has given them. That can be seen only where a use may come first:
``(for-each (fn (x) (when (ready? x) (define y x)) (f y)) xs)``.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.core.nodes import (
    Define,
    ForEach,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Sequence,
    SetLocal,
    Variable,
    While,
)
from lispcore.core.walking import Survey, all_nodes, children

# What a form does with a variable first.
_NOTHING, _MAY_DEFINE, _DEFINES, _USES = range(4)


def find_early_uses(nodes: Survey, facts: Facts) -> dict[Node, list[Variable]]:
    """Returns the variables that may be used early, by the loop: its function, or its `ForEach`."""
    found: dict[Node, list[Variable]] = {}
    if Define not in nodes:
        return found
    tails = facts.tails
    for function in nodes[Lambda]:
        if function in tails.loops:
            continue
        waiting: list[Node] = [function]
        while waiting:
            node = waiting.pop()
            if type(node) is ForEach or node in tails.repeating:
                assert type(node) is ForEach or type(node) is Lambda
                early = early_uses(node.body, function)
                if early:
                    found[node] = early
            waiting += (
                each for each in children(node) if type(each) is not Lambda or each in tails.loops
            )
    return found


def early_uses(body: Node, function: Lambda) -> list[Variable]:
    """Returns the variables of a loop's body that may be used before their definitions.

    `function` is the one that the loop is written in.
    """
    found: dict[Variable, None] = {}
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if type(node) is Define and type(node.value) is not Lambda:
            found[node.variable] = None
        elif type(node) is Define:
            found[node.variable] = None
            continue
        if type(node) not in (Lambda, NamedLet, ForEach, While):
            waiting += children(node)
    return [
        variable
        for variable in found
        if _first(body, variable) == _USES
        and _mentions(body, variable) == _mentions(function, variable)
    ]


def _first(node: Node, variable: Variable) -> int:
    """Tells what a form does with a variable first."""
    if type(node) is Define and node.variable is variable:
        known = type(node.value) is Lambda or not _mentions(node.value, variable)
        return _DEFINES if known else _USES
    if type(node) is Sequence:
        return _first_of(node.parts, variable)
    if type(node) is Let:
        return _first_of([*(value for _, value in node.bindings), node.body], variable)
    if type(node) is If:
        test = _first(node.test, variable)
        if test in (_DEFINES, _USES):
            return test
        ways = {_first(node.then, variable), _first(node.otherwise, variable)}
        if _USES in ways:
            return _USES
        return ways.pop() if len(ways) == 1 and test == _NOTHING else _MAY_DEFINE
    return _USES if _mentions(node, variable) else _NOTHING


def _first_of(parts: list[Node], variable: Variable) -> int:
    found = _NOTHING
    for part in parts:
        each = _first(part, variable)
        if each in (_DEFINES, _USES):
            return each
        found = max(found, each)
    return found


def _mentions(node: Node, variable: Variable) -> int:
    """Returns how often a variable stands in a form."""
    return sum(
        isinstance(each, Local | SetLocal | Define) and each.variable is variable
        for each in all_nodes(node)
    )
