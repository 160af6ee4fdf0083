"""Rows as a table: for the page with columns that can be sorted, elsewhere as aligned text."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import sequence_argument, string_argument
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import display_value
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    from_key,
    list_items,
    to_key,
)

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 200
MOST_CHARACTERS: Final = 3_000_000
# Of a cell: a longer text is cut.
_CELL: Final = 2_000
# What stands in the text of a table: more is for the page.
_TEXT_ROWS: Final = 1_000
_TEXT_CELL: Final = 40


def is_table(value: Value) -> bool:
    """Tells whether a value is a list or vector of maps, or a vector or list of equal vectors."""
    if type(value) not in (List, Vector):
        return False
    items = _items(value)
    if not items:
        return False
    if all(isinstance(item, Map) for item in items):
        return any(item.table for item in items)
    if len(items) < 2 or not all(type(item) is Vector for item in items):
        return False
    width = len(items[0].items)
    return width > 1 and all(len(item.items) == width for item in items)


def _items(value: Value) -> list[Value]:
    return value.items if type(value) is Vector else list_items(value)


def _name_text(key: Value) -> str:
    return key.name if type(key) in (Keyword, Symbol) else _cell(key)


def _cell(value: Value) -> str:
    text = display_value(value)
    return text if len(text) <= _CELL else f"{text[: _CELL - 2]} …"


def _keys_of(rows: list[Map]) -> list[Value]:
    """Returns the keys of all maps, each where it is first met, in the order of the maps."""
    keys: dict[Value, None] = {}
    for row in rows:
        keys.update(dict.fromkeys(row.table))
    return [from_key(key) for key in keys]


class _Rows:
    """Cells in rows, all of one length; None for what a row does not have."""

    def __init__(self, names: list[str], rows: list[list[Value]]) -> None:
        self.names = names
        self.rows = rows


_NOTHING: Final[Any] = object()


def _read(name: str, value: Value, columns: Value) -> _Rows:
    if isinstance(value, Map):
        pairs = [[from_key(key), each] for key, each in value.table.items()]
        return _Rows(_chosen(name, columns, 2) or ["key", "value"], pairs)
    if type(value) not in (List, Vector):
        raise wrong_type(name, "list, vector or map", value, 1)
    items = _items(value)
    if items and all(isinstance(item, Map) for item in items):
        if columns is None:
            keys = _keys_of(items)
        else:
            keys = list(sequence_argument(name, columns))
        rows = [[_get(item, key) for key in keys] for item in items]
        return _Rows([_name_text(key) for key in keys], rows)
    rows = [list(_items(item)) if type(item) in (List, Vector) else [item] for item in items]
    width = max((len(row) for row in rows), default=0)
    names = _chosen(name, columns, width) or [str(number + 1) for number in range(width)]
    return _Rows(names, [row + [_NOTHING] * (len(names) - len(row)) for row in rows])


def _get(row: Map, key: Value) -> Value:
    return row.table.get(to_key(key), _NOTHING)


def _chosen(name: str, columns: Value, width: int) -> list[str] | None:
    """Returns the names that were given to columns; there are as many as columns."""
    if columns is None:
        return None
    names = [_name_text(each) for each in sequence_argument(name, columns)]
    if len(names) < width:
        raise LispError(
            f"{name}: {len(names)} names for {width} columns",
            hint=":columns names each column, in their order",
        )
    return names


def _is_number(value: Value) -> bool:
    return type(value) is int or type(value) is float


def table_view(
    name: str, value: Value, columns: Value = None, title: Value = None
) -> dict[str, Any]:
    """Returns the view of rows; raises `LispError` if they are none, or too many."""
    read = _read(name, value, columns)
    if len(read.names) > MOST_COLUMNS:
        raise LispError(
            f"{name}: a table of {len(read.names)} columns, the limit is {MOST_COLUMNS}",
            hint="choose some with :columns",
        )
    left = len(read.rows) - MOST_ROWS
    shown = read.rows[:MOST_ROWS]
    rows = [["" if each is _NOTHING else _cell(each) for each in row] for row in shown]
    if sum(len(cell) for row in rows for cell in row) > MOST_CHARACTERS:
        raise LispError(
            f"{name}: the table has more than {MOST_CHARACTERS:,} characters",
            hint="show fewer rows or columns: (take 100 rows)",
        )
    numbers = [
        any(_is_number(row[at]) for row in shown)
        and all(_is_number(row[at]) or row[at] in (None, _NOTHING) for row in shown)
        for at in range(len(read.names))
    ]
    said = "" if title is None else string_argument(name, title)
    heads = [
        {"name": each, "number": number} for each, number in zip(read.names, numbers, strict=True)
    ]
    text = table_text(read.names, rows, numbers, left)
    return {
        "view": "table",
        "text": f"{said}\n{text}" if said else text,
        "title": said,
        "columns": heads,
        "rows": rows,
        "more": max(0, left),
    }


def table_text(names: list[str], rows: list[list[str]], numbers: list[bool], left: int = 0) -> str:
    """Returns a table as aligned text; `left` is how many rows are not among these."""
    from lispcore.library.texts.display_width import display_width, take_width

    def short(cell: str) -> str:
        line = " ".join(cell.split()) if "\n" in cell else cell
        return line if display_width(line) <= _TEXT_CELL else f"{take_width(line, 38)} …"

    shown = [[short(cell) for cell in row] for row in rows[:_TEXT_ROWS]]
    heads = [short(each) for each in names]
    widths = [max(map(display_width, column)) for column in zip(heads, *shown, strict=True)]

    def line(cells: list[str]) -> str:
        parts = [
            " " * (width - display_width(cell)) + cell
            if number
            else cell + " " * (width - display_width(cell))
            for cell, width, number in zip(cells, widths, numbers, strict=True)
        ]
        return "  ".join(parts).rstrip()

    lines = [line(heads), "  ".join("─" * width for width in widths), *map(line, shown)]
    hidden = max(0, left) + len(rows) - len(shown)
    if hidden:
        lines.append(f"… and {hidden:,} more rows")
    return "\n".join(lines)
