"""Occurrence typing: what a test tells of variables by the way it comes out.

In the branch behind ``(pair? xs)`` the variable holds a list that has items. Flow-sensitive type
inference asks once for each branch, and keeps what it is told to the end of that (flow_typing.py).
"""

from __future__ import annotations

from typing import NamedTuple

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import AnyKind
from lispcore.compiler.meanings import Primitive, meaning
from lispcore.core.nodes import And, Call, Local, Node, Or, Variable


class Told(NamedTuple):
    """What one test tells of one variable; of none: that the program is unchanged."""

    variable: Variable | None
    kind: AnyKind | None  # of which its value is
    is_full: bool  # it is a list that has items


UNCHANGED = Told(None, None, is_full=False)


def told_by(test: Node, holds: bool, facts: Facts) -> list[Told]:
    """Returns what is known behind a test that came out in this way, in the order of its parts."""
    found: list[Told] = []
    waiting = [(test, holds)]
    while waiting:
        node, holds = waiting.pop()
        if type(node) is And or type(node) is Or:
            if holds is (type(node) is And):
                waiting += [(part, holds) for part in reversed(node.parts)]
            continue
        if type(node) is not Call or len(node.arguments) != 1:
            continue
        known = meaning(node, facts)
        if node.helper == "not" or (known is not None and known.negates):
            waiting.append((node.arguments[0], not holds))
        elif node.helper == "is_unchanged":
            if holds:
                found.append(UNCHANGED)
        elif known is not None:
            found += _told_of(node.arguments[0], known, holds)
    return found


def _told_of(argument: Node, known: Primitive, holds: bool) -> list[Told]:
    if type(argument) is not Local:
        return []
    kind = known.tells if holds else None
    is_full = known.full_if is holds
    return [Told(argument.variable, kind, is_full)] if kind is not None or is_full else []
