"""JSON by Python's own reader and writer, which are written in C and many times faster than ours.

They recurse, and their words for mistakes are not those of the language. So both functions answer
`UNDONE` for whatever is deeper than a few levels or not quite ordinary; json_text.py then does it
with care.
"""

from __future__ import annotations

import re
from _json import encode_basestring, make_scanner
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from itertools import chain, islice, repeat
from typing import Any, Final, NoReturn, cast

from lispcore.values.late_patterns import late_pattern
from lispcore.values.number_texts import find_long_number
from lispcore.values.types import (
    EMPTY,
    FALSE,
    TRUE,
    Boolean,
    HashMap,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_items,
)

UNDONE: Final = object()
# Deeper texts and values are left to loops that do not recurse.
QUICK_DEPTH: Final = 50
# What has no more members is dealt with by itself: nothing is gained by taking it together.
FEW: Final = 12

# --- reading ---------------------------------------------------------------------------------

_SURROGATE: Final = late_pattern(r"\\u[dD][89a-fA-F]")
_NO_BRACKET: Final = bytes(code for code in range(256) if code not in b"[]{}")
_NO_BRACKET_OR_QUOTE: Final = bytes(code for code in range(256) if code not in b'[]{}"')


def is_shallow(text: str) -> bool:
    """Tells whether all brackets outside of strings are closed within a few levels."""
    if text.count("[") + text.count("{") <= QUICK_DEPTH:
        return True
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    brackets = text.encode("utf-8", "replace").translate(None, _NO_BRACKET_OR_QUOTE)
    # The two quotes of a string without brackets are neighbours now. They vanish from left to
    # right, so what is left without a quote has lost whole strings and nothing else.
    brackets = brackets.replace(b'""', b"")
    if b'"' in brackets:
        outside = "".join(text.split('"')[::2]).encode("utf-8", "replace")
        brackets = outside.translate(None, _NO_BRACKET)
    for _ in range(QUICK_DEPTH):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return not brackets


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


class _Settings:
    """How Python's scanner reads: what `json.JSONDecoder` would hand to it.

    The package json itself takes longer to be loaded than most texts to be read.
    """

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)


_scan: Final = make_scanner(cast(Any, _Settings()))
# Up to Python 3.11 the scanner finds no words for a mistake while json.decoder is not imported: it
# gives up with a SystemError.
_MISTAKES: Final = (ValueError, StopIteration, RecursionError, SystemError)
_skip_space: Final = re.compile(r"[ \t\n\r]*").match


def _end_of_space(text: str, start: int) -> int:
    found = _skip_space(text, start)
    assert found is not None  # it matches nothing, too
    return found.end()


def read_quickly(text: str) -> Value:
    """Returns the value of a JSON text, `UNDONE` if it must be read with care or has a mistake."""
    # Halves of surrogate pairs are the one mistake that Python lets through.
    # Looking for one character first takes an eighth of the time that two take.
    if "\\" in text and "\\u" in text and _SURROGATE.search(text):
        return UNDONE
    if not is_shallow(text) or find_long_number(text) >= 0:
        return UNDONE
    try:
        document, end = _scan(text, _end_of_space(text, 0))
    except _MISTAKES:
        return UNDONE
    if end < len(text) and _end_of_space(text, end) < len(text):
        return UNDONE
    return _value_of(document)


def read_lines_quickly(lines: list[str]) -> Any:
    """Returns the values of lines that hold one JSON text each, `UNDONE` if one needs more care.

    They are read as one text. What stands between them no line can hold, as nobody knows it
    beforehand: so each line is a whole value if all of it is found where it belongs.
    """
    for line in lines:
        if "\\" in line and "\\u" in line and _SURROGATE.search(line):
            return UNDONE
        if not is_shallow(line) or find_long_number(line) >= 0:
            return UNDONE
    between = f'"{_between()}"'
    try:
        document, _ = _scan("[" + f",{between},".join(lines) + "]", 0)
    except _MISTAKES:
        return UNDONE
    if len(document) != 2 * len(lines) - 1 or not {*document[1::2]} <= {between[1:-1]}:
        return UNDONE
    return _values_of(document[::2])


@cache
def _between() -> str:
    import os

    return os.urandom(16).hex()


# What Python reads otherwise than as a value of the language.
_TRANSLATED: Final = frozenset((list, dict, bool))


def _value_of(item: Any) -> Value:
    """Returns the value of what Python has read; what is long is turned over as a whole."""
    kind = type(item)
    if kind is dict:
        if len(item) > FEW:
            return _values_of([item])[0]
        table: dict[Value, Value] = {}
        for name, value in item.items():
            if type(value) in _TRANSLATED:
                value = _value_of(value)
            table[intern_keyword(name)] = value
        return Map(table)
    if kind is list:
        if len(item) > FEW:
            return _values_of([item])[0]
        if not item:
            return EMPTY
        cells = [_value_of(each) if type(each) in _TRANSLATED else each for each in item]
        cells.reverse()
        return List(cells, len(cells))
    if kind is bool:
        return TRUE if item else FALSE
    return item


def _values_of(items: list[Any]) -> list[Value]:
    """Returns the values of what Python has read, in order; its lists become storage of ours.

    All that stands equally deep is done together, for which C needs one call where a walk through
    the document would take steps of ours for each object. It nests as deep as the document.
    """
    kinds = {*map(type, items)}
    if _TRANSLATED.isdisjoint(kinds):
        return items
    if len(kinds) == 1:
        return _TRANSLATE[kinds.pop()](items)
    result = items.copy()
    for kind in kinds & _TRANSLATED:
        places = [place for place, item in enumerate(items) if type(item) is kind]
        found = _TRANSLATE[kind]([items[place] for place in places])
        for place, value in zip(places, found, strict=True):
            result[place] = value
    return result


def _booleans(items: list[bool]) -> list[Value]:
    return [TRUE if item else FALSE for item in items]


def _lists(items: list[list[Any]]) -> list[Value]:
    if not _are_scalars(items):
        values = iter(_values_of([*chain.from_iterable(items)]))
        items = [[*islice(values, len(item))] for item in items]
    for item in items:
        item.reverse()
    return [List(item, len(item)) if item else EMPTY for item in items]


def _are_scalars(items: list[list[Any]]) -> bool:
    """Tells whether nothing in these lists needs to be translated."""
    first = items[0]
    if first and type(first[0]) is str:
        # Strings are put together faster than their types are asked for.
        with suppress(TypeError):
            "".join(chain.from_iterable(items))
            return True
    return _TRANSLATED.isdisjoint(map(type, chain.from_iterable(items)))


def _have_names(items: list[dict[Any, Any]], size: int) -> bool:
    """Tells whether all objects have the names of the first, `size` in number and in its order."""
    if {*map(len, items)} != {size}:
        return False
    count = len(items)
    # Name by name; the reader gives one object for all names with one text.
    return all([each.count(each[0]) == count for each in zip(*items)])  # noqa: B905, C419


def _maps(items: list[dict[str, Any]]) -> list[Value]:
    if _have_names(items, len(items[0])):
        return _maps_alike(tuple(items[0]), items)
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, each in enumerate(map(tuple, items)):
        groups.setdefault(each, []).append(place)
    result: list[Value] = [None] * len(items)
    for each, places in groups.items():
        found = _maps_alike(each, [items[place] for place in places])
        for place, value in zip(places, found, strict=True):
            result[place] = value
    return result


def _maps_alike(names: tuple[str, ...], items: list[dict[str, Any]]) -> list[Value]:
    """Returns the maps of objects whose members have the same names."""
    keys = [*map(intern_keyword, names)]
    values = [item.values() for item in items]
    size = len(keys)
    if len(items) < size or not size:
        found = iter(_values_of([*chain.from_iterable(values)]))
        return [Map(dict(zip(keys, islice(found, size)))) for _ in items]  # noqa: B905
    # Members of one name are mostly of one type.
    columns = [_values_of([*column]) for column in zip(*values, strict=True)]
    if size <= MOST_DISPLAYED:
        maps: list[Value] = _displaying(size)(Map, zip(*columns, strict=True), keys)
        return maps
    # A plain zip is made in half the time of one that is told how to be strict.
    return [Map(dict(zip(keys, row))) for row in zip(*columns, strict=True)]  # noqa: B905


# Python makes a dictionary that is written out (a display) three times as fast as one of two rows.
MOST_DISPLAYED: Final = 16


@cache
def _displaying(size: int) -> Any:
    """Returns what makes maps with so many entries from their rows of values and their keys."""
    names = [f"v{number}" for number in range(size)]
    entries = ", ".join(f"k{number}: v{number}" for number in range(size))
    code = (
        f"def maps(Map, rows, keys):\n"
        f"    {''.join(f'k{number}, ' for number in range(size))} = keys\n"
        f"    return [Map({{{entries}}}) for {''.join(f'{name}, ' for name in names)} in rows]\n"
    )
    scope: dict[str, Any] = {}
    exec(code, scope)
    return scope["maps"]


_TRANSLATE: Final[dict[type, Callable[[list[Any]], list[Value]]]] = {
    bool: _booleans,
    list: _lists,
    dict: _maps,
}

# --- writing ---------------------------------------------------------------------------------

# `str` of an integer below has no limit of digits to ask about and takes no time.
SMALL: Final = 10**18
# What is larger is written piece by piece: parts that are shared may make a text far larger than
# the value that it is made of.
MOST_CHARACTERS: Final = 10_000_000


# What some texts are put together from: a text that all have, or a list with one for each.
_Pieces = list[str | list[str]]


class _Undone(Exception):
    """Something needs more care than is taken here."""


def write_quickly(value: Value) -> Any:
    """Returns the compact JSON text of a value, `UNDONE` if it needs more care."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int and -SMALL < value < SMALL:
        return str(value)
    try:
        return _Writing().text(value, QUICK_DEPTH)
    except (_Undone, ValueError):
        return UNDONE


# Of a map with these keys: what stands before each value (and at last behind), and the keys in
# order; None if they are in order already.
_Labels = tuple[list[str], tuple[Value, ...] | None]
_LABELS: Final[dict[tuple[Value, ...], _Labels]] = {}


class _Writing:
    """Writes all that stands equally deep together, as `_values_of` reads it.

    Each method returns the texts of some values of one type; `depth` is how many levels may follow.
    """

    quote: Callable[[str], str] = staticmethod(encode_basestring)

    def __init__(self) -> None:
        self.left = MOST_CHARACTERS

    def spend(self, size: int) -> None:
        """Counts characters or members that the text will have."""
        self.left -= size
        if self.left < 0:
            raise _Undone

    def text(self, value: Value, depth: int) -> str:
        """Returns the text of one value."""
        kind = type(value)
        if kind is str:
            self.left -= len(value)
            return self.quote(value)
        if kind is int and -SMALL < value < SMALL:
            return str(value)
        if value is None:
            return "null"
        if kind is Map or kind is HashMap:
            if len(value.table) > FEW:
                return self.maps([value], depth)[0]
            return self.small_map(value.table, depth)
        if kind is List or kind is Vector:
            if len(value) > FEW:
                return self.texts([value], depth)[0]
            items = list_items(value) if kind is List else value.items
            return self.small_row("[", items, "]", depth)
        return self.texts([value], depth)[0]

    def small_row(self, start: str, items: list[Value], end: str, depth: int) -> str:
        """Returns the text of an array with few items."""
        if not depth:
            raise _Undone
        self.spend(len(items) + 2)
        return start + ",".join([self.text(item, depth - 1) for item in items]) + end

    def small_map(self, table: dict[Value, Value], depth: int) -> str:
        """Returns the text of an object with few members."""
        if not depth:
            raise _Undone
        keys = tuple(table)
        known = _LABELS.get(keys)
        if known is None:
            known = self.labels(keys)
            if len(_LABELS) > 500:
                _LABELS.clear()
            _LABELS[keys] = known
        labels, in_order = known
        # Taken out at once, as in `maps`.
        values = [*table.values()] if in_order is None else [table[key] for key in in_order]
        parts: list[str] = []
        for label, value in zip(labels, values):  # noqa: B905
            parts.append(label)
            kind = type(value)
            if kind is int and -SMALL < value < SMALL:
                parts.append(str(value))
            elif kind is str:
                self.left -= len(value)
                parts.append(self.quote(value))
            else:
                parts.append(self.text(value, depth - 1))
        self.spend(sum(map(len, labels)))
        parts.append("}" if parts else "{}")
        return "".join(parts)

    def labels(self, keys: tuple[Value, ...]) -> _Labels:
        """Returns what stands before the values of a map with these keys, and their order."""
        named = {_name_of(key): key for key in keys}
        if len(named) < len(keys):
            raise _Undone
        names = sorted(named)
        in_order = tuple([named[name] for name in names])
        starts = [("," if place else "{") + self.quote(n) + ":" for place, n in enumerate(names)]
        return starts, None if in_order == keys else in_order

    def texts(self, values: list[Value], depth: int) -> list[str]:
        """Returns the texts of values of any type."""
        kinds = {*map(type, values)}
        if len(kinds) == 1:
            write = _WRITE.get(kinds.pop())
            if write is None or not depth:
                raise _Undone
            return write(self, values, depth)
        result: list[str] = [""] * len(values)
        for kind in kinds:
            places = [place for place, value in enumerate(values) if type(value) is kind]
            found = self.texts([values[place] for place in places], depth)
            for place, text in zip(places, found, strict=True):
                result[place] = text
        return result

    def pieces(self, values: list[Value], depth: int) -> _Pieces:
        """Returns the texts of these values, in columns where they are alike."""
        kinds = {*map(type, values)}
        if len(kinds) == 1 and depth:
            kind = kinds.pop()
            if kind is str:
                return self.string_pieces(values)
            if kind is List:
                counts = {value.count for value in values}
                if len(counts) == 1 and 0 < (size := counts.pop()) <= MOST_DISPLAYED:
                    cells = [value.cells for value in values]
                    if {*map(len, cells)} != {size}:
                        cells = [each[:size] for each in cells]
                    # Lists have their last item first.
                    return self.row_pieces(cells, range(size - 1, -1, -1), depth)
            elif kind is Map:
                return self.map_pieces(values, depth)
        return [self.texts(values, depth)]

    def row_pieces(self, rows: list[list[Value]], order: range, depth: int) -> _Pieces:
        """Returns the texts of arrays of one size, whose items stand in this order."""
        parts = [*chain.from_iterable(rows)]
        self.spend(len(parts))
        size = len(order)
        quoted = '"' if type(parts[0]) is str and self.are_plain_strings(parts) else ""
        texts = parts if quoted else self.texts(parts, depth - 1)
        pieces: _Pieces = []
        for place in order:
            pieces.append(f"{quoted},{quoted}" if pieces else "[" + quoted)
            pieces.append(texts[place::size])
        pieces.append(quoted + "]")
        return pieces

    def string_pieces(self, values: list[str]) -> _Pieces:
        """Returns the texts of strings."""
        joined = "".join(values)
        self.spend(len(joined))
        if _is_plain(joined):
            return ['"', values, '"']
        return [[*map(self.quote, values)]]

    def strings(self, values: list[str], _depth: int) -> list[str]:
        self.spend(sum(map(len, values)))
        return [*map(self.quote, values)]

    def are_plain_strings(self, values: list[Value]) -> bool:
        """Tells whether all are strings without anything that has to be escaped."""
        try:
            joined = "".join(values)
        except TypeError:
            return False
        self.spend(len(joined))
        return _is_plain(joined)

    def names(self, values: list[Any], depth: int) -> list[str]:
        return self.strings([value.name for value in values], depth)

    def integers(self, values: list[int], _depth: int) -> list[str]:
        if max(map(int.bit_length, values)) > 512:
            raise _Undone
        return [*map(str, values)]

    def floats(self, values: list[float], _depth: int) -> list[str]:
        texts = [*map(repr, values)]
        # An exponent is written differently, and the words for what is no number are errors.
        if "e" in (joined := "".join(texts)) or "n" in joined:
            raise _Undone
        return texts

    def nils(self, values: list[None], _depth: int) -> list[str]:
        return ["null"] * len(values)

    def booleans(self, values: list[Boolean], _depth: int) -> list[str]:
        return ["true" if value is TRUE else "false" for value in values]

    def vectors(self, values: list[Vector], depth: int) -> list[str]:
        return self.sequences([value.items for value in values], depth)

    def lists(self, values: list[List], depth: int) -> list[str]:
        return self.sequences(
            [value.cells[value.count - 1 :: -1] if value.count else [] for value in values], depth
        )

    def sequences(self, values: list[list[Value]], depth: int) -> list[str]:
        sizes = [*map(len, values)]
        self.spend(sum(sizes))
        if len(values) == 1 and sizes[0] > 1:
            return [f"[{_joined(self.pieces(values[0], depth - 1), sizes[0])}]"]
        size = sizes[0]
        if 0 < size <= MOST_DISPLAYED and sizes.count(size) == len(sizes):
            return _assembled(self.row_pieces(values, range(size), depth), len(values))
        parts = [*chain.from_iterable(values)]
        if parts and type(parts[0]) is str and self.are_plain_strings(parts):
            join = '","'.join
            return [f'["{join(each)}"]' if each else "[]" for each in values]
        texts = self.texts(parts, depth - 1) if parts else []
        result: list[str] = []
        join = ",".join
        at = 0
        for size in sizes:
            result.append(f"[{join(texts[at : at + size])}]")
            at += size
        return result

    def parts(self, values: Iterable[Iterable[Value]], size: int, depth: int) -> list[str]:
        """Returns the texts of the members of all these values, `size` in number."""
        self.spend(size)
        return self.texts([*chain.from_iterable(values)], depth - 1) if size else []

    def maps(self, values: list[Map], depth: int) -> list[str]:
        keys: list[tuple[Value, ...]] = []
        rows: list[list[Value]] = []
        for value in values:
            # Taken out at once: the versions of one map have a table between them.
            table = value.table
            keys.append(tuple(table))
            rows.append([*table.values()])
        if keys.count(keys[0]) == len(keys):
            return self.maps_alike(keys[0], rows, depth)
        groups: dict[tuple[Value, ...], list[int]] = {}
        for place, each in enumerate(keys):
            groups.setdefault(each, []).append(place)
        result: list[str] = [""] * len(values)
        for each, places in groups.items():
            found = self.maps_alike(each, [rows[place] for place in places], depth)
            for place, text in zip(places, found, strict=True):
                result[place] = text
        return result

    def maps_alike(self, keys: tuple[Value, ...], rows: list[list[Value]], depth: int) -> list[str]:
        """Returns the texts of maps with the same keys; `rows` are their values in this order."""
        size = len(keys)
        if not size:
            return ["{}"] * len(rows)
        if len(rows) >= size:
            columns = [*zip(*rows, strict=True)]
            return _assembled(self.column_pieces(keys, columns, depth), len(rows))
        labels, in_order = self.labels(keys)
        order = range(size) if in_order is None else [*map(keys.index, in_order)]
        self.spend(sum(map(len, labels)) * len(rows))
        found = self.parts(rows, size * len(rows), depth)
        return [
            "".join([label + found[at + place] for label, place in zip(labels, order, strict=True)])
            + "}"
            for at in range(0, len(found), size)
        ]

    def map_pieces(self, values: list[Map], depth: int) -> _Pieces:
        """Returns the texts of maps."""
        tables = [value.table for value in values]
        keys = tuple(tables[0])
        # The versions of one map have a table between them: each is right only at its turn.
        if (
            0 < len(keys) <= len(values)
            and len({*map(id, tables)}) == len(tables)
            and _have_names(tables, len(keys))
        ):
            columns = [*zip(*[table.values() for table in tables])]  # noqa: B905
            return self.column_pieces(keys, columns, depth)
        return [self.maps(values, depth)]

    def column_pieces(
        self, keys: tuple[Value, ...], columns: list[tuple[Value, ...]], depth: int
    ) -> _Pieces:
        """Returns the texts of maps with the same keys; `columns` are the values of each key."""
        labels, in_order = self.labels(keys)
        order = keys if in_order is None else in_order
        by_key = dict(zip(keys, columns, strict=True))
        self.spend(sum(map(len, labels)) * len(columns[0]))
        pieces: _Pieces = []
        for label, key in zip(labels, order, strict=True):
            pieces.append(label)
            pieces += self.pieces([*by_key[key]], depth - 1)
        pieces.append("}")
        return pieces


def _is_plain(text: str) -> bool:
    """Tells whether nothing in a text has to be escaped; it may say so of too few."""
    return '"' not in text and "\\" not in text and text.isprintable()


def _rows(pieces: _Pieces, count: int) -> Iterable[tuple[str, ...]]:
    """Returns the pieces of each of `count` texts."""
    merged: _Pieces = []
    for piece in pieces:
        if merged and type(piece) is str and type(merged[-1]) is str:
            merged[-1] += piece
        else:
            merged.append(piece)
    columns = [repeat(each, count) if type(each) is str else each for each in merged]
    return zip(*columns)  # noqa: B905


def _assembled(pieces: _Pieces, count: int) -> list[str]:
    """Returns the `count` texts that these pieces make."""
    if len(pieces) == 1 and type(pieces[0]) is list:
        return pieces[0]
    return [*map("".join, _rows(pieces, count))]


def _joined(pieces: _Pieces, count: int) -> str:
    """Returns the `count` texts that these pieces make, with commas between them."""
    if len(pieces) == 1:
        return ",".join(pieces[0])
    return "".join(chain.from_iterable(_rows([",", *pieces], count)))[1:]


def _name_of(key: Value) -> str:
    """Returns the name of a member whose key is of the usual types."""
    kind = type(key)
    if type(key) is str:
        return key
    if type(key) is Keyword or type(key) is Symbol:
        return key.name
    if kind is int:
        return str(key)
    raise _Undone


_WRITE: Final[dict[type, Callable[[_Writing, list[Any], int], list[str]]]] = {
    str: _Writing.strings,
    int: _Writing.integers,
    float: _Writing.floats,
    type(None): _Writing.nils,
    Boolean: _Writing.booleans,
    Keyword: _Writing.names,
    Symbol: _Writing.names,
    List: _Writing.lists,
    Vector: _Writing.vectors,
    Map: _Writing.maps,
    HashMap: _Writing.maps,
}
