"""Comma-separated values (RFC 4180) as text. All rows must have the same number of fields."""

from __future__ import annotations

from lispcore.library.arguments import check_length, display, sequence_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import List, Map, Value, Vector, intern_keyword, list_from

WAITING = WaitKind.NEVER


def parse_rows(text: str) -> list[list[str]]:
    """Returns the rows of a CSV text; empty lines are no rows. Quotes inside a field are kept.

    A byte-order mark, with which spreadsheets begin their files, is no part of the first field.
    """
    text = text.removeprefix("\ufeff")
    rows: list[list[str]] = []
    row: list[str] = []
    position = 0
    length = len(text)
    while position < length:
        if not row and text[position] in "\r\n":
            position += 1
            continue
        field, position = _read_field(text, position)
        row.append(field)
        if position < length and text[position] == ",":
            position += 1
            if position < length:
                continue
            row.append("")
        rows.append(row)
        row = []
        position += 2 if text.startswith("\r\n", position) else 1
    return rows


def _read_field(text: str, position: int) -> tuple[str, int]:
    """Returns one field and where it ends: at a comma, a line end, or the end of the text."""
    parts: list[str] = []
    if text.startswith('"', position):
        position += 1
        while True:
            end = text.find('"', position)
            if end < 0:
                return "".join([*parts, text[position:]]), len(text)
            parts.append(text[position:end])
            position = end + 1
            if not text.startswith('"', position):
                break
            parts.append('"')
            position += 1
    end = position
    while end < len(text) and text[end] not in ",\r\n":
        end += 1
    parts.append(text[position:end])
    return "".join(parts), end


def _checked_rows(name: str, text: Value) -> list[list[str]]:
    rows = parse_rows(string_argument(name, text, 1))
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise LispError(
                f"{name}: row {number} has {len(row)} fields, but the rows before it have "
                f"{len(rows[0])}",
                hint="check commas and quotes: a field with a comma stands in double quotes",
            )
    return rows


@function(
    "csv/parse",
    "text:string",
    "list",
    "Returns the rows of a CSV text as lists of strings. Fields in double quotes may hold commas, "
    'line ends and doubled quotes (""). All rows must have the same length.',
    [('(csv/parse "x,y\\n1,\\"2,5\\"\\n")', '(("x" "y") ("1" "2,5"))')],
)
def parse(text: Value) -> List:
    return list_from([list_from(row) for row in _checked_rows("csv/parse", text)])


@function(
    "csv/parse-maps",
    "text:string",
    "list",
    "Returns a map for each row but the first, whose fields become the keys. All values are "
    "strings.",
    [('(csv/parse-maps "name,age\\nEva,9")', '({:age "9" :name "Eva"})')],
)
def parse_maps(text: Value) -> List:
    rows = _checked_rows("csv/parse-maps", text)
    if not rows:
        return list_from([])
    keys = [intern_keyword(field) for field in rows[0]]
    return list_from([Map(dict(zip(keys, row, strict=True))) for row in rows[1:]])


def _field_text(value: Value) -> Value:
    text = display(value)
    if any(each in text for each in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


@function(
    "csv/encode",
    "rows:list",
    "string",
    "Writes rows (lists or vectors of equal length) as CSV, each with a line end. Values that are "
    "no strings are written as `display` shows them.",
    [('(csv/encode (list (list "a" 1) (list "b,c" 2)))', '"a,1\\n\\"b,c\\",2\\n"')],
)
def encode(rows: Value) -> Value:
    lines: list[str] = []
    width = -1
    size = 0
    for number, row in enumerate(sequence_argument("csv/encode", rows, 1), 1):
        if type(row) is not List and type(row) is not Vector:
            error = wrong_type("csv/encode", "list or vector", row)
            error.hint = "each row is a list of fields: (csv/encode '((1 2) (3 4)))"
            raise error
        fields = [_field_text(each) for each in row]
        if width not in (-1, len(fields)):
            raise LispError(
                f"csv/encode: row {number} has {len(fields)} fields, the first one has {width}"
            )
        width = len(fields)
        line = ",".join(fields)
        lines.append((line or '""') + "\n")
        size += len(line) + 1
        check_length("csv/encode", size)
    return "".join(lines)
