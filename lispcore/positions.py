"""Where the forms of a text stand: lines and columns, found again by the identity of a form."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lispcore.values import Value

# Code that was written in place of a call stands, for Python, in a line of its own: above these
# bits is the number of the call among the `core.CallSite` of the function (1 for the first), below
# them the line in which the code really stands.
LINE_BITS = 18
LINE_MASK = (1 << LINE_BITS) - 1
MAXIMUM_SITES = 1 << (31 - LINE_BITS - 1)


_SITES = "\x01"


def write_sites(sites: Iterable[tuple[str, int, int]]) -> str:
    """Returns call sites as the text that the function's Python code carries along."""
    return _SITES + _SITES.join(f"{name}\x02{line}\x02{column}" for name, line, column in sites)


def read_sites(text: str) -> list[tuple[str, int, int]]:
    """Returns the (name, line, column) of call sites from such a text; [] if it is another one."""
    sites = []
    for each in text.split(_SITES)[1:]:
        name, line, column = each.split("\x02")
        sites.append((name, int(line), int(column)))
    return sites


class Span(NamedTuple):
    """A stretch of text. Lines and columns (in code points) count from 1; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Spans:
    """Where the collections of one text stand, found by identity, and their items by index.

    Holds every collection it knows, so that an identity never means another object.
    """

    __slots__ = ("_line_starts", "_table")

    def __init__(self, text: str) -> None:
        self._line_starts = [0]
        self._line_starts.extend(match.end() for match in re.finditer("\n", text))
        # id -> (the object, start, end, [start, end of each child …]) in offsets of code points
        self._table: dict[int, tuple[Value, int, int, list[int]]] = {}

    def add(self, collection: Value, start: int, end: int, children: list[int]) -> None:
        """Notes a collection that stands at text[start:end] and where its items stand."""
        self._table[id(collection)] = (collection, start, end, children)

    def of(self, collection: Value) -> Span | None:
        """Returns where a collection stands; None for atoms, ``()`` and values made elsewhere."""
        entry = self._table.get(id(collection))
        return None if entry is None else self.span(entry[1], entry[2])

    def children(self, collection: Value) -> tuple[Span, ...] | None:
        """Returns where the items stand; of a map k1, v1, k2, v2 … in the order of its keys."""
        entry = self._table.get(id(collection))
        if entry is None:
            return None
        offsets = entry[3]
        return tuple(self.span(offsets[i], offsets[i + 1]) for i in range(0, len(offsets), 2))

    def span(self, start: int, end: int) -> Span:
        """Turns two offsets into a span."""
        starts = self._line_starts
        line = bisect_right(starts, start)
        end_line = bisect_right(starts, end)
        return Span(line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Returns line and column of an offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def __len__(self) -> int:
        return len(self._table)


@dataclass(slots=True)
class Source:
    """A text that was read: its top-level forms and where everything stands."""

    text: str
    name: str
    forms: list[Value]
    spans: Spans
    top_spans: list[Span]
