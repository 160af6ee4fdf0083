"""Primitive selection: at which of its uses a name certainly means the library's function.

The emission writes calls as the records of these functions say. It asks no name for its meaning
itself, so what it relies on is known, and noted, before it begins.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Primitive, meaning_of_name
from lispcore.core.nodes import Global
from lispcore.core.walking import Survey


def find_library_uses(nodes: Survey, facts: Facts) -> dict[Global, Primitive]:
    """Returns the records of the library's functions by the uses of their names."""
    found: dict[Global, Primitive] = {}
    for node in nodes[Global]:
        known = meaning_of_name(node.name, facts)
        if known is not None:
            found[node] = known
    return found
