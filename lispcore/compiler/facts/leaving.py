"""Liveness of loop variables: closures that are made where the loops around them are left.

A closure that is made in a loop must not see what the next round gives to the loop's variables, so
it keeps copies of them (`function_bodies.function_with_copies`). Where no next round can come, it
may refer to the variables themselves, which costs less.
"""

from __future__ import annotations

from lispcore.core.nodes import Call, ForEach, Lambda, NamedLet, Node, While
from lispcore.core.walking import Survey, children, last_parts

_LOOPS = (NamedLet, While, ForEach)


def find_leaving(nodes: Survey) -> set[Lambda]:
    """Returns the closures over variables of loops after whose making none of these goes on."""
    around: dict[Lambda, None] = {}
    for node in nodes[Lambda]:
        if node.owner is not None and any(
            variable.in_loop and variable.home is node.owner for variable in node.free
        ):
            around[node.owner] = None
    found: set[Lambda] = set()
    for function in around:
        found |= made_while_leaving(function)
    return found


def made_while_leaving(function: Lambda) -> set[Lambda]:
    """Returns the closures after whose making no loop of the function goes on."""
    found: set[Lambda] = set()
    going_on = _that_go_on(function)
    stack: list[Node] = [function.body]
    while stack:
        node = stack.pop()
        if node not in going_on:
            if type(node) is Lambda:
                found.add(node)
            elif not isinstance(node, _LOOPS):
                stack += children(node)
        elif type(node) is NamedLet:
            if node.function.inlined:
                stack.append(node.function.body)
        else:
            stack += last_parts(node)
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
