"""Where the forms of a text stand: lines and columns, found again by the identity of a form."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from lispcore.values import Value


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
