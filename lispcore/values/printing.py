"""value -> text, in three ways: readable on one line, for display, and laid out over lines.

    print_value     what the reader would take back: strings quoted, characters as #\\a
    display_value   the same, but a string by itself is shown raw
    pretty          print_value within 80 columns where possible, as results are shown

Nothing here recurses: data may be nested 100,000 deep, and a record may contain itself. A type of
another module enters itself in `PRINTERS` (text without contents of its own) or in `CONTAINERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.numbers import Complex, Ratio, float_text, int_text, number_text
from lispcore.values.types import (
    Boolean,
    Bytevector,
    Character,
    HashMap,
    Keyword,
    List,
    Map,
    MultipleValues,
    Promise,
    Record,
    Symbol,
    Value,
    Vector,
    from_key,
    is_function,
    list_items,
    type_name,
)

WIDTH: Final = 80

# What stands further to the right is not laid out any more: indenting it would cost more text than
# the value itself.
INDENT_LIMIT: Final = 400

# Shared parts are printed wherever they occur, so a small value may have an endless text.
ITEM_LIMIT: Final = 3_000_000
TEXT_LIMIT: Final = 200_000_000

# Types that print as one piece: type -> text of a value.
PRINTERS: dict[type, Callable[[Any], str]] = {}

# Types with contents, printed on one line: type -> (opening text, items, closing text) of a value.
CONTAINERS: dict[type, Callable[[Any], tuple[str, list[Value], str]]] = {}

_STRING_SPECIAL: Final = late_pattern(r'["\\\n\t\r]')
_STRING_ESCAPES: Final = str.maketrans(
    {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
)
_CHARACTER_NAMES: Final = {
    " ": "space",
    "\n": "newline",
    "\t": "tab",
    "\r": "return",
    "\0": "nul",
}


def string_literal(text: str) -> str:
    """Returns a string with quotes and escapes, as the reader takes it."""
    if not text.isalnum() and _STRING_SPECIAL.search(text):
        text = text.translate(_STRING_ESCAPES)
    return f'"{text}"'


def _function_text(function: Value) -> str:
    # Generated names end in " 12"; a lambda that got its name from a definition says so in __doc__.
    name = function.__name__.partition(" ")[0]
    # The dialect shows functions without a name of their own like this.
    unnamed = name == "<lambda>" or (function.__doc__ or "").startswith("<lambda>")
    if hasattr(function, "methods"):
        return f"<multimethod {name}>"
    return f"<native-fn {'<vm-closure>' if unnamed else name}>"


_ATOMS: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda value: "nil",
    Boolean: lambda value: value.name,
    int: int_text,
    float: float_text,
    Ratio: number_text,
    Complex: number_text,
    str: string_literal,
    Symbol: lambda value: value.name,
    Keyword: lambda value: ":" + value.name,
    Character: lambda value: "#\\" + _CHARACTER_NAMES.get(value.text, value.text),
    Bytevector: lambda value: f"#u8({' '.join(map(str, value))})",
    Promise: lambda value: "<promise>" if value.thunk is not None else "<promise (forced)>",
}


def atom_text(value: Value) -> str:
    """Returns the text of a value that has no contents."""
    kind = type(value)
    printer = PRINTERS.get(kind) or _ATOMS.get(kind)
    if printer is not None:
        return printer(value)
    if is_function(value):
        return _function_text(value)
    return f"<{type_name(value)}>"


def _map_parts(value: Map) -> tuple[str, list[Value], str]:
    items: list[Value] = []
    table = value.table
    for key in value.ordered_keys():
        items += (from_key(key), table[key])
    return "{", items, "}"


def _record_parts(value: Record) -> tuple[str, list[Value], str]:
    return f"#<record {value.type.name}", value.items, ">"


_PARTS: Final[dict[type, Callable[[Any], tuple[str, list[Value], str]]]] = {
    List: lambda value: ("(", list_items(value), ")"),
    Vector: lambda value: ("[", value.items, "]"),
    Map: _map_parts,
    HashMap: _map_parts,
    Record: _record_parts,
    MultipleValues: lambda value: ("#<record %multiple-values%", list(value.items), ">"),
}

# After these no space follows.
_BRACKETS: Final = frozenset("([{")
# Only these are broken over lines.
_LAID_OUT: Final = frozenset((List, Vector, Map, HashMap))

# --- the walk: a value as a flat row of pieces --------------------------------------------------


class _Pieces:
    """A value taken apart into texts in printing order, without a tree.

    `texts` are atoms, opening and closing texts. `ends[i]` is 0 for an atom, the index of the
    closing piece for an opening one and -1 for a closing one. `widths[i]` is how many bytes the
    atom, or the whole container, takes on one line (the dialect counts bytes of UTF-8).
    """

    __slots__ = ("texts", "ends", "widths", "kinds")

    def __init__(self, value: Value) -> None:
        self.texts: list[str] = []
        self.ends: list[int] = []
        self.widths: list[int] = []
        self.kinds: list[type | None] = []
        self._take_apart(value)

    def _take_apart(self, value: Value) -> None:
        texts, ends, widths, kinds = self.texts, self.ends, self.widths, self.kinds
        containers = {**CONTAINERS, **_PARTS}
        # The open containers: what is left of the items, closing text, index of the opening piece.
        stack: list[tuple[Any, str, int, int]] = []
        active: set[int] = set()
        length = 0
        items = iter((value,))
        close, opened, identity = "", -1, 0
        while True:
            for item in items:
                kind = Record if isinstance(item, Record) else type(item)
                parts = containers.get(kind)
                if parts is None:
                    text = atom_text(item)
                    length += len(text)
                    if length > TEXT_LIMIT:
                        raise _too_large(f"more than {TEXT_LIMIT:,} characters")
                    texts.append(text)
                    ends.append(0)
                    widths.append(
                        len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
                    )
                    kinds.append(None)
                    continue
                if kind not in _LAID_OUT and id(item) in active:
                    texts.append("#<cycle>")
                    ends.append(0)
                    widths.append(8)
                    kinds.append(None)
                    continue
                text, children, closing = parts(item)
                stack.append((items, close, opened, identity))
                close, opened, identity = closing, len(texts), 0
                if kind not in _LAID_OUT:
                    identity = id(item)
                    active.add(identity)
                texts.append(text)
                ends.append(-1)
                widths.append(0)
                kinds.append(kind)
                items = iter(children)
                break
            else:
                if opened < 0:
                    return
                self._close(opened, close)
                active.discard(identity)
                items, close, opened, identity = stack.pop()
            if len(texts) > ITEM_LIMIT:
                raise _too_large(f"more than {ITEM_LIMIT:,} items")

    def _close(self, opened: int, close: str) -> None:
        texts, widths = self.texts, self.widths
        end = len(texts)
        texts.append(close)
        self.ends.append(-1)
        widths.append(len(close))
        self.kinds.append(None)
        self.ends[opened] = end
        # The width of what this container holds was summed up by its own children.
        total = 0
        index = opened + 1
        count = 0
        while index < end:
            total += widths[index]
            count += 1
            stop = self.ends[index]
            index = stop + 1 if stop > 0 else index + 1
            if total > 1 << 20:
                break  # far too wide, however wide
        spaces = count if texts[opened][-1] not in _BRACKETS else max(count - 1, 0)
        widths[opened] = len(texts[opened].encode()) + total + spaces + len(close)

    def line(self, start: int, stop: int) -> str:
        """Returns the pieces from start to stop (exclusive) on one line."""
        texts, ends = self.texts, self.ends
        out: list[str] = []
        space = False
        for index in range(start, stop):
            text = texts[index]
            end = ends[index]
            if end == -1:
                out.append(text)
                space = True
            else:
                out.append(" " + text if space else text)
                space = end == 0 or text[-1] not in _BRACKETS
        return "".join(out)


def _too_large(how: str) -> LispError:
    return LispError(
        f"the value is too large to print: {how}",
        hint="print a part of it, such as (take 10 items)",
    )


def print_value(value: Value) -> str:
    """Returns the readable text of a value, on one line."""
    kind = type(value)
    if kind is int and -_SMALL < value < _SMALL:
        return str(value)
    if kind in _ATOMS:
        return _ATOMS[kind](value)
    if kind not in _PARTS and kind not in CONTAINERS and not isinstance(value, Record):
        return atom_text(value)
    if kind in _PARTS:
        try:
            return _short_line(value, SHORT_DEPTH, [SHORT_ITEMS])
        except _Long:
            pass
    pieces = _Pieces(value)
    return pieces.line(0, len(pieces.texts))


# --- short values, which most are ---------------------------------------------------------------

_SMALL: Final = 10**18  # the text of an integer below takes no time, see number_texts.py
# What is deeper, larger or circular is walked through as above, without recursion.
SHORT_DEPTH: Final = 20
SHORT_ITEMS: Final = 20_000
SHORT_TEXT: Final = 1_000


class _Long(Exception):
    """A value is not as short as it was taken for."""


def _short_line(value: Value, depth: int, left: list[int]) -> str:
    """Returns the text of a container on one line; `left` counts the items that may follow."""
    opening, items, closing = _PARTS[type(value)](value)
    left[0] -= len(items) + 1
    if not depth or left[0] < 0:
        raise _Long
    parts: list[str] = []
    for item in items:
        kind = type(item)
        if kind is int:
            parts.append(str(item) if -_SMALL < item < _SMALL else int_text(item))
        elif kind is str:
            if len(item) > SHORT_TEXT:
                raise _Long
            parts.append(string_literal(item))
        elif kind is Keyword:
            parts.append(":" + item.name)
        elif kind is Symbol:
            parts.append(item.name)
        elif kind in _PARTS:
            parts.append(_short_line(item, depth - 1, left))
        elif kind in CONTAINERS or isinstance(item, Record):
            raise _Long
        else:
            parts.append(atom_text(item))
    if opening[-1] not in _BRACKETS and parts:
        opening += " "
    return opening + " ".join(parts) + closing


def display_value(value: Value) -> str:
    """Returns the text that ``display`` and ``str`` show: a string raw, anything else readable."""
    return value if type(value) is str else print_value(value)


def pretty(value: Value, width: int = WIDTH) -> str:
    """Returns the readable text, broken over lines where it is wider than `width`.

    A list or vector that does not fit has one item a line; a map one entry a line, and a value that
    does not fit behind its key begins on the next line, three columns in.
    """
    kind = type(value)
    if kind not in _LAID_OUT:
        return print_value(value)
    pieces = _Pieces(value)
    if pieces.widths[0] <= width:
        return pieces.line(0, len(pieces.texts))
    return _lay_out(pieces, width)


def _lay_out(pieces: _Pieces, width: int) -> str:
    texts, ends, widths, kinds = pieces.texts, pieces.ends, pieces.widths, pieces.kinds
    out: list[str] = []
    # The broken containers around: (column of the items, is a map, a key comes next).
    stack: list[tuple[int, bool, bool]] = []
    column, in_map, key_next = 0, False, False
    first = True
    key_width = 0
    index = 0
    while index < len(texts):
        end = ends[index]
        if end == -1:
            out.append(texts[index])
            column, in_map, key_next = stack.pop()
            first = False
            index += 1
            continue
        stop = index + 1 if end == 0 else end + 1
        laid_out = kinds[index] in _LAID_OUT
        here = column
        if in_map and not key_next:
            # The value of a map entry stands behind its key if it fits there.
            if laid_out and column + key_width + 1 + widths[index] > width:
                here = column + 2
                out.append("\n" + " " * here)
            else:
                out.append(" ")
                here = column + key_width + 1
            key_next = True
        else:
            if not first:
                out.append("\n" + " " * column)
            first = False
            if in_map:
                out.append(pieces.line(index, stop))
                key_width = widths[index]
                key_next = False
                index = stop
                continue
        if laid_out and end > index + 1 and here + widths[index] > width and here < INDENT_LIMIT:
            out.append(texts[index])
            stack.append((column, in_map, key_next))
            in_map = texts[index] == "{"
            column, key_next, first = here + 1, in_map, True
            index += 1
        else:
            out.append(pieces.line(index, stop))
            index = stop
    return "".join(out)
