"""Which functions are written twice, once for calling and once for leaving their tail calls over.

A function that is made inside another and ends by calling a variable of the one around it, which
never changes, calls a function older than itself. A chain of such calls alone leads back in time
and ends; to be endless it needs calls of the other kind, or ever new functions. So it is enough to
count when these functions are made (emit/tail_calls.py), and their calls need not count anything.
"""

from __future__ import annotations

from typing import Final

from lispcore.compiler.facts.tables import Facts
from lispcore.core.nodes import Call, Lambda, Local, NamedLet, Node, Try
from lispcore.core.walking import all_nodes, tail_positions

# A function with more nodes than this is not written twice. With half or twice as many no benchmark
# program is written otherwise.
MAXIMUM_SIZE: Final = 100


def find_versions(functions: list[Lambda], facts: Facts) -> dict[Lambda, set[Call]]:
    """Returns the functions that are written twice, with their tail calls of older functions."""
    found: dict[Lambda, set[Call]] = {}
    for function in functions:
        calls = _older_calls(function, facts) if _can_be_doubled(function, facts) else None
        if calls:
            found[function] = calls
    return found


def _can_be_doubled(function: Lambda, facts: Facts) -> bool:
    around = facts.scopes.around
    if around.get(function) not in around:
        return False  # made once, when its unit runs
    for number, node in enumerate(all_nodes(function.body)):
        if number > MAXIMUM_SIZE or type(node) is Lambda or type(node) is NamedLet:
            return False
    return True


def _older_calls(function: Lambda, facts: Facts) -> set[Call]:
    """Returns the tail calls of variables that had their values before the function was made."""
    return {
        node
        for node in tail_positions(function.body, _handler)
        if type(node) is Call
        and node not in facts.tails.jumps
        and type(node.function) is Local
        and _is_older(function, node.function, facts)
    }


def _handler(node: Node) -> tuple[Node, ...]:
    return (node.handler,) if type(node) is Try else ()


def _is_older(function: Lambda, callee: Local, facts: Facts) -> bool:
    variable = callee.variable
    return (
        facts.scopes.home.get(variable) is not function
        and not variable.assigned
        and not variable.letrec
        and variable not in facts.scopes.boxed
        and facts.function_of(variable) is None
    )
