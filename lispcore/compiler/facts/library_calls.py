"""Which function of the library a call means."""

from __future__ import annotations

from lispcore.compiler.facts.analysis import Facts
from lispcore.core.nodes import Call, Global, Node


def library_call(facts: Facts, node: Node) -> str:
    """Returns the name of the library function that a node calls, "" if it does nothing such."""
    if type(node) is not Call or node.jump is not None:
        return ""
    callee = node.function
    if type(callee) is not Global or callee.name not in facts.library:
        return ""
    return callee.name
