"""Closures that are made where the loops around them are left.

A closure that is made in a loop must not see what the next round gives to the loop's variables, so
it keeps copies of them (`emit_functions.function_with_copies`). Where no next round can come, it
may refer to the variables themselves, which costs less.
"""

from __future__ import annotations

from lispcore.core.nodes import (
    And,
    Call,
    ForEach,
    If,
    Lambda,
    Let,
    NamedLet,
    Node,
    Or,
    Sequence,
    While,
)
from lispcore.core.walking import children

_LOOPS = (NamedLet, While, ForEach)


def made_while_leaving(function: Lambda) -> set[Lambda]:
    """Returns the closures after whose making no loop of the function goes on."""
    found: set[Lambda] = set()
    going_on = _that_go_on(function)
    stack: list[Node] = [function.body]
    while stack:
        node = stack.pop()
        kind = type(node)
        if node not in going_on:
            if kind is Lambda:
                found.add(node)  # type: ignore[arg-type]
            elif kind not in _LOOPS:
                stack += children(node)
        elif kind is Call and node.expansion is not None:  # type: ignore[attr-defined]
            stack.append(node.expansion)  # type: ignore[attr-defined]
        elif kind is If:
            stack += (node.then, node.otherwise)  # type: ignore[attr-defined]
        elif kind in (Sequence, And, Or):
            stack.append(node.parts[-1])  # type: ignore[attr-defined]
        elif kind is Let:
            stack.append(node.body)  # type: ignore[attr-defined]
        elif kind is NamedLet and node.function.inlined:  # type: ignore[attr-defined]
            stack.append(node.function.body)  # type: ignore[attr-defined]
    return found


def _that_go_on(function: Lambda) -> set[Node]:
    """Returns the nodes of a function that contain a jump to the next round of a loop."""
    nodes: list[tuple[Node, int]] = [(function.body, -1)]
    for index, (node, _) in enumerate(nodes):
        if type(node) is not Lambda or node.inlined:
            nodes += [(part, index) for part in children(node)]
    found: set[Node] = set()
    for node, parent in reversed(nodes):
        if node in found or (type(node) is Call and node.jump is not None):
            found.add(node)
            if parent >= 0:
                found.add(nodes[parent][0])
    return found
