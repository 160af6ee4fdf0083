"""Liveness of loop variables: closures that are made where the loops around them are left.

A closure that is made in a loop must not see what the next round gives to the loop's variables, so
it keeps copies of them (`function_bodies.function_with_copies`). Where no next round can come, it
may refer to the variables themselves, which costs less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lispcore.compiler.facts.tables import Facts
from lispcore.core.nodes import ForEach, Lambda, NamedLet, Node, While
from lispcore.core.walking import children, last_parts

_LOOPS = (NamedLet, While, ForEach)


def find_leaving(facts: Facts) -> set[Lambda]:
    """Returns the closures over variables of loops after whose making none of these goes on."""
    around: dict[Lambda, None] = {}
    scopes = facts.scopes
    for node, free in scopes.free.items():
        outer = scopes.around.get(node)
        if outer is not None and any(
            variable in scopes.in_loop and scopes.home.get(variable) is outer for variable in free
        ):
            around[outer] = None
    found: set[Lambda] = set()
    for function in around:
        found |= made_while_leaving(function, facts)
    return found


def made_while_leaving(function: Lambda, facts: Facts) -> set[Lambda]:
    """Returns the closures after whose making no loop of the function goes on."""
    found: set[Lambda] = set()
    going_on = _that_go_on(function, facts)
    stack: list[Node] = [function.body]
    while stack:
        node = stack.pop()
        if node not in going_on:
            if type(node) is Lambda:
                found.add(node)
            elif not isinstance(node, _LOOPS):
                stack += children(node)
        elif type(node) is NamedLet:
            if node.function in facts.tails.loops:
                stack.append(node.function.body)
        else:
            stack += last_parts(node)
    return found


def _that_go_on(function: Lambda, facts: Facts) -> set[Node]:
    """Returns the nodes of a function that contain a jump to the next round of a loop."""
    nodes: list[tuple[Node, int]] = [(function.body, -1)]
    for index, (node, _) in enumerate(nodes):
        if type(node) is not Lambda or node in facts.tails.loops:
            nodes += [(part, index) for part in children(node)]
    found: set[Node] = set()
    jumps: Mapping[Any, Lambda] = facts.tails.jumps
    for node, parent in reversed(nodes):
        if node in found or node in jumps:
            found.add(node)
            if parent >= 0:
                found.add(nodes[parent][0])
    return found
