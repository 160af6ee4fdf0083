"""Effect analysis: what goes unnoticed, whenever and however often it is evaluated.

It may fail, or make new values, but it changes nothing and asks nobody who could tell: only
functions of the library are called whose records say so.
"""

from __future__ import annotations

from typing import Final

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    Global,
    If,
    Kept,
    Let,
    Local,
    Node,
    Or,
    Sequence,
    SetAll,
)
from lispcore.core.walking import Survey, children
from lispcore.values.types import Keyword

# Forms in which nothing happens besides what happens in their parts.
PLAIN: Final = (Local, Constant, Global, If, And, Or, Let, Sequence, Kept)
_QUIET_HELPERS: Final = frozenset(
    "equal not not_nil item vector map_look map_level map_put".split()
)


def goes_unnoticed(
    root: Node, facts: Facts, plain: tuple[type[Node], ...] = PLAIN, most: int | None = None
) -> bool:
    """Tells whether nobody can notice when a form is evaluated, except that it may fail.

    Forms that are no call must be among the `plain` ones; `most` nodes are looked at.
    """
    stack = [root]
    size = 0
    while stack:
        node = stack.pop()
        size += 1
        if most is not None and size > most:
            return False
        if type(node) is Call:
            if not _is_quiet_call(node, facts):
                return False
            stack += node.arguments
        elif isinstance(node, plain):
            stack += children(node)
        else:
            return False
    return True


def _is_quiet_call(node: Call, facts: Facts) -> bool:
    callee = node.function
    if callee is None:
        return node.helper in _QUIET_HELPERS
    if type(callee) is Constant:
        # A keyword looks itself up.
        return type(callee.value) is Keyword and len(node.arguments) == 1
    known = meaning(node, facts)
    return known is not None and known.is_quiet


def find_unnoticed(nodes: Survey, facts: Facts) -> set[Node]:
    """Returns which values of those that variables get at one moment go unnoticed."""
    found: set[Node] = set()
    for jump in facts.tails.jumps:
        found.update(each for each in jump.arguments if goes_unnoticed(each, facts))
    for node in nodes.get(SetAll, ()):
        found.update(each for each in node.values if goes_unnoticed(each, facts))
    return found
