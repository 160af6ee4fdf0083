"""What a regular expression consists of, as the translation finds it (regex_translation.py).

Every leaf keeps its Python text: one that matches a character is tried on single characters, one
that matches a place (``\\b``, ``^``) on places of the text. So nobody else has to know classes,
flags or Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Character:
    """Matches one character; `text` is a Python pattern."""

    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Matches no character but a place; `text` is a Python pattern."""

    text: str


@dataclass(frozen=True, slots=True)
class Both:
    """Its parts one after the other; none match the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of its parts, the first that leads to a match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`low` to `high` times (None: without end), as often as possible if `greedy`."""

    body: Node
    low: int
    high: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Capture:
    """Keeps what its body matches as the group `number`."""

    number: int
    body: Node


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that only Python's own engine can match: look-around, a backreference."""


Node: TypeAlias = Character | Place | Both | Either | Repeat | Capture | Opaque

NOTHING: Final = Both(())


def least_length(node: Node) -> int:
    """Returns how many characters a match has at the least; 0 where that is not known."""
    if type(node) is Character:
        return 1
    if type(node) is Both:
        return sum(map(least_length, node.parts))
    if type(node) is Either:
        return min(map(least_length, node.parts), default=0)
    if type(node) is Repeat:
        return node.low * least_length(node.body)
    if type(node) is Capture:
        return least_length(node.body)
    return 0


def from_branches(branches: list[list[Node]]) -> Node:
    """Returns the node of alternatives, each of which is a sequence."""
    parts = [each[0] if len(each) == 1 else Both(tuple(each)) for each in branches]
    return parts[0] if len(parts) == 1 else Either(tuple(parts))
