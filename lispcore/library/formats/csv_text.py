"""Comma-separated values (RFC 4180) as text. All rows must have the same number of fields."""

from __future__ import annotations

from typing import Final, NamedTuple

from lispcore.library.arguments import (
    check_length,
    display,
    given_options,
    sequence_argument,
    string_argument,
)
from lispcore.library.registry import WaitKind, accepts_options, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Character,
    List,
    Map,
    Value,
    Vector,
    intern_keyword,
    list_from,
)

WAITING = WaitKind.NEVER


class Marks(NamedTuple):
    """What stands between fields, and around one that holds such marks."""

    delimiter: str = ","
    quote: str = '"'


COMMAS: Final = Marks()
_OPTIONS: Final = ("delimiter", "quote")


def _marks(name: str, options: Value) -> Marks:
    """Returns the marks that an options map names; both are single characters."""
    given = given_options(name, options, 2, _OPTIONS)
    chosen = {}
    for option, value in given.items():
        text = value.text if type(value) is Character else value
        if type(text) is not str or len(text) != 1 or text in "\r\n":
            raise LispError(
                f"{name}: option :{option} expected one character, got {print_value(value)}",
                hint='for example {:delimiter ";"}, or {:delimiter "\\t"} for tabs',
            )
        chosen[option] = text
    marks = Marks(**chosen)
    if marks.delimiter == marks.quote:
        raise LispError(f"{name}: :delimiter and :quote are the same character")
    return marks


def parse_rows(text: str, marks: Marks = COMMAS) -> list[list[str]]:
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
        field, position = _read_field(text, position, marks)
        row.append(field)
        if position < length and text[position] == marks.delimiter:
            position += 1
            if position < length:
                continue
            row.append("")
        rows.append(row)
        row = []
        position += 2 if text.startswith("\r\n", position) else 1
    return rows


def _read_field(text: str, position: int, marks: Marks) -> tuple[str, int]:
    """Returns one field and where it ends: at a delimiter, a line end, or the end of the text."""
    parts: list[str] = []
    delimiter, quote = marks
    if text.startswith(quote, position):
        position += 1
        while True:
            end = text.find(quote, position)
            if end < 0:
                return "".join([*parts, text[position:]]), len(text)
            parts.append(text[position:end])
            position = end + 1
            if not text.startswith(quote, position):
                break
            parts.append(quote)
            position += 1
    end = position
    ends = delimiter + "\r\n"
    while end < len(text) and text[end] not in ends:
        end += 1
    parts.append(text[position:end])
    return "".join(parts), end


def _checked_rows(name: str, text: Value, options: Value) -> list[list[str]]:
    rows = parse_rows(string_argument(name, text, 1), _marks(name, options))
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
    "text:string [options:map]",
    "list",
    "Returns the rows of a CSV text as lists of strings. Fields in double quotes may hold commas, "
    'line ends and doubled quotes (""). All rows must have the same length. The options '
    "`:delimiter` and `:quote` name other marks than the comma and the double quote.",
    [
        ('(csv/parse "x,y\\n1,\\"2,5\\"\\n")', '(("x" "y") ("1" "2,5"))'),
        ('(csv/parse "x;y\\n1;2,5" {:delimiter ";"})', '(("x" "y") ("1" "2,5"))'),
    ],
)
def parse(text: Value, options: Value = None) -> List:
    return list_from([list_from(row) for row in _checked_rows("csv/parse", text, options)])


@function(
    "csv/parse-maps",
    "text:string [options:map]",
    "list",
    "Returns a map for each row but the first, whose fields become the keys. All values are "
    "strings. It takes the options of `csv/parse`.",
    [('(csv/parse-maps "name,age\\nEva,9")', '({:age "9" :name "Eva"})')],
)
def parse_maps(text: Value, options: Value = None) -> List:
    rows = _checked_rows("csv/parse-maps", text, options)
    if not rows:
        return list_from([])
    keys = [intern_keyword(field) for field in rows[0]]
    return list_from([Map(dict(zip(keys, row, strict=True))) for row in rows[1:]])


def _field_text(value: Value, marks: Marks) -> Value:
    text = display(value)
    delimiter, quote = marks
    if any(each in text for each in (delimiter, quote, "\r", "\n")):
        return quote + text.replace(quote, quote * 2) + quote
    return text


@function(
    "csv/encode",
    "rows:list [options:map]",
    "string",
    "Writes rows (lists or vectors of equal length) as CSV, each with a line end. Values that are "
    "no strings are written as `display` shows them. It takes the options of `csv/parse`.",
    [('(csv/encode (list (list "a" 1) (list "b,c" 2)))', '"a,1\\n\\"b,c\\",2\\n"')],
)
def encode(rows: Value, options: Value = None) -> Value:
    marks = _marks("csv/encode", options)
    lines: list[str] = []
    width = -1
    size = 0
    for number, row in enumerate(sequence_argument("csv/encode", rows, 1), 1):
        if type(row) is not List and type(row) is not Vector:
            error = wrong_type("csv/encode", "list or vector", row)
            error.hint = "each row is a list of fields: (csv/encode '((1 2) (3 4)))"
            raise error
        fields = [_field_text(each, marks) for each in row]
        if width not in (-1, len(fields)):
            raise LispError(
                f"csv/encode: row {number} has {len(fields)} fields, the first one has {width}"
            )
        width = len(fields)
        line = marks.delimiter.join(fields)
        lines.append((line or marks.quote * 2) + "\n")
        size += len(line) + 1
        check_length("csv/encode", size)
    return "".join(lines)


accepts_options("csv/parse csv/parse-maps csv/encode", _OPTIONS)
