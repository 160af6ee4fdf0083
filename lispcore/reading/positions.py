"""Where the forms of a text stand: lines and columns, found again by the identity of a form."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from lispcore.values.types import Value

# A stretch of text: line, column, end line, end column. Lines and columns (in code points) count
# from 1; the end is exclusive.
Span = tuple[int, int, int, int]

# Code that was written in place of a call stands, for Python, in a line of its own: above these
# bits is the number of the call among the `core.CallSite` of the function (1 for the first), below
# them the line in which the code really stands.
LINE_BITS = 18
LINE_MASK = (1 << LINE_BITS) - 1
MAXIMUM_SITES = 1 << (31 - LINE_BITS - 1)


_SITES = "\x01"
# In that text, behind everything else: what the author of a function says of it.
DOCUMENTATION = "\x03"


def write_sites(sites: Iterable[tuple[str, int, int]]) -> str:
    """Returns call sites as the text that the function's Python code carries along."""
    return _SITES + _SITES.join(f"{name}\x02{line}\x02{column}" for name, line, column in sites)


def read_sites(text: str) -> list[tuple[str, int, int]]:
    """Returns the (name, line, column) of call sites from such a text; [] if it is another one."""
    sites = []
    for each in text.partition(DOCUMENTATION)[0].split(_SITES)[1:]:
        name, line, column = each.split("\x02")
        sites.append((name, int(line), int(column)))
    return sites


class Spans:
    """Where the collections of one text stand, found by identity, and their items by index.

    Holds every collection it knows, so that an identity never means another object.
    """

    __slots__ = ("doubled", "line_starts", "table")

    def __init__(self, text: str) -> None:
        # The offset of each line, in code points.
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        # id -> the object, where it stands, where its items stand; filled by the reader.
        self.table: dict[int, tuple[Value, Span, list[Span]]] = {}
        # id of a map -> the keys that stand in it more than once, with their last places.
        self.doubled: dict[int, list[tuple[Value, Span]]] = {}

    def add(self, collection: Value, span: Span, children: list[Span]) -> None:
        """Notes where a collection and its items stand."""
        self.table[id(collection)] = (collection, span, children)

    def add_twin(self, twin: Value, collection: Value) -> None:
        """Notes that a value stands for a collection, as keys of maps do for lists."""
        entry = self.table.get(id(collection))
        if entry is not None:
            self.table[id(twin)] = (twin, *entry[1:])

    def of(self, collection: Value) -> Span | None:
        """Returns where a collection stands; None for atoms, ``()`` and values made elsewhere."""
        entry = self.table.get(id(collection))
        return None if entry is None else entry[1]

    def children(self, collection: Value) -> list[Span] | None:
        """Returns where the items stand; of a map k1, v1, k2, v2 … in the order of its keys."""
        entry = self.table.get(id(collection))
        return None if entry is None else entry[2]

    def doubled_keys(self, collection: Value) -> list[tuple[Value, Span]]:
        """Returns the keys of a map that were written more than once, with their last places."""
        return self.doubled.get(id(collection), [])

    def span(self, start: int, end: int) -> Span:
        """Turns two offsets into a span."""
        return (*self.place(start), *self.place(end))

    def place(self, offset: int) -> tuple[int, int]:
        """Returns line and column of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Returns the offset of a line and column."""
        return self.line_starts[line - 1] + column - 1

    def __len__(self) -> int:
        return len(self.table)


class Source:
    """A text that was read: its top-level forms and where everything stands."""

    __slots__ = ("forms", "name", "spans", "text", "top_spans")

    def __init__(
        self, text: str, name: str, forms: list[Value], spans: Spans, top_spans: list[Span]
    ) -> None:
        self.text = text
        self.name = name
        self.forms = forms
        self.spans = spans
        self.top_spans = top_spans


def unread_source(text: str, name: str) -> Source:
    """Returns a text without its forms: enough for errors that show a part of it."""
    return Source(text, name, [], Spans(""), [])
