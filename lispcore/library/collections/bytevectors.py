"""Bytevectors: building, reading and converting them, and the ``bytes/`` family for parsing.

Nothing changes a bytevector: functions whose name ends in ``!`` return a changed copy.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    ABSENT,
    bytes_argument,
    check_length,
    count_argument,
    integer_argument,
    string_argument,
)
from lispcore.library.collections.sequences_access import own_list
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, List, Value, list_items

WAITING = WaitKind.NEVER

# bytes/parse-int10 gives what fits into 64 bits.
_INT64: Final = range(-(2**63), 2**63)


def byte_argument(name: str, value: Value, what: str = "byte value") -> int:
    """Returns an integer from 0 to 255 or raises the error for it."""
    number: int = integer_argument(name, value)
    if not 0 <= number <= 255:
        raise LispError(
            f"{name}: {what} {number} out of range 0..255",
            hint="a byte is an integer from 0 to 255",
        )
    return number


def _bytes_of(name: str, numbers: Any) -> Bytevector:
    for index, number in enumerate(numbers):
        if type(number) is not int or not 0 <= number <= 255:
            byte_argument(name, number, f"item {index},")
    return Bytevector(numbers)


def _range(name: str, data: bytes, start: Value, end: Value) -> tuple[int, int]:
    first = count_argument(name, start, 2)
    last = len(data) if end is ABSENT else count_argument(name, end, 3)
    if not first <= last <= len(data):
        raise LispError(
            f"{name}: range {first}..{last} out of bounds for {len(data)} bytes",
            hint="start may not be after end, nor end after the length",
        )
    return first, last


def _index(name: str, data: bytes, index: Value) -> int:
    place: int = integer_argument(name, index, 2)
    if not 0 <= place < len(data):
        raise LispError(
            f"{name}: index {place} out of range for bytevector of length {len(data)}",
            hint="the first byte has index 0",
        )
    return place


def decode(name: str, data: bytes) -> str:
    """Returns the text of UTF-8 bytes or raises the error that says where they are wrong."""
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        raise LispError(
            f"{name}: invalid UTF-8 at byte {problem.start}",
            hint="these bytes are not a text; (bytevector->list bytes) shows them",
        ) from None


# --- building ----------------------------------------------------------------------------------


@function(
    "bytevector",
    "& bytes:int",
    "bytevector",
    "Returns the bytevector of these integers from 0 to 255.",
    [("(bytevector 1 2 255)", "#u8(1 2 255)"), ("(bytevector 256)", "error: 0..255")],
)
def make(*numbers: Value) -> Bytevector:
    return _bytes_of("bytevector", numbers)


@function(
    "bytevector/new",
    "size:int [fill:int]",
    "bytevector",
    "Returns a bytevector that holds the same byte (0 unless given) `size` times.",
    [("(bytevector/new 3)", "#u8(0 0 0)"), ("(make-bytevector 2 7)", "#u8(7 7)")],
    aliases=("make-bytevector", "bytevector/make"),
)
def new(size: Value, fill: Value = 0) -> Bytevector:
    number = integer_argument("bytevector/new", size, 1)
    if number < 0:
        raise LispError(f"bytevector/new: size must be non-negative, got {number}")
    check_length("bytevector/new", number)
    return Bytevector(bytes([byte_argument("bytevector/new", fill, "fill value")]) * number)


@function(
    "list->bytevector",
    "bytes:list",
    "bytevector",
    "Returns the bytevector of a list of integers from 0 to 255.",
    [("(list->bytevector '(65 66))", "#u8(65 66)")],
    aliases=("list/to-bytevector", "bytevector/from-list"),
)
def from_list(numbers: Value) -> Bytevector:
    if type(numbers) is not List:
        raise wrong_type("list->bytevector", "list", numbers)
    return _bytes_of("list->bytevector", list_items(numbers))


@function(
    "string/to-utf8",
    "text:string",
    "bytevector",
    "Returns the bytes of a text in UTF-8.",
    [('(string/to-utf8 "hé")', "#u8(104 195 169)")],
    aliases=("string->utf8", "string->bytevector"),
)
def encode(text: Value) -> Bytevector:
    data = string_argument("string/to-utf8", text, 1).encode("utf-8", "surrogatepass")
    return Bytevector(data)


# --- reading -----------------------------------------------------------------------------------


@function(
    "bytevector/length",
    "bytes:bytevector",
    "int",
    "Returns the number of bytes.",
    [("(bytevector/length #u8(1 2 3))", "3"), ("(bytes/length #u8())", "0")],
    aliases=("bytevector-length", "bytes/length"),
)
def length(data: Value) -> int:
    return len(bytes_argument("bytevector/length", data, 1))


@function(
    "bytevector/ref",
    "bytes:bytevector index:int",
    "int",
    "Returns the byte at an index, counting from 0.",
    [("(bytevector/ref #u8(10 20) 1)", "20"), ("(bytes/ref #u8(10) 1)", "error: index 1")],
    aliases=("bytevector-u8-ref", "bytevector/u8-ref", "bytes/ref"),
)
def byte_at(data: Value, index: Value) -> int:
    if type(data) is Bytevector and type(index) is int and 0 <= index < len(data):
        return int(data[index])
    source = bytes_argument("bytevector/ref", data, 1)
    return source[_index("bytevector/ref", source, index)]


@function(
    "bytevector/to-list",
    "bytes:bytevector",
    "list",
    "Returns the list of the bytes.",
    [("(bytevector/to-list #u8(65 66))", "(65 66)")],
    aliases=("bytevector->list",),
)
def to_list(data: Value) -> List:
    return own_list(list(bytes_argument("bytevector/to-list", data, 1)))


@function(
    "utf8/to-string",
    "bytes:bytevector",
    "string",
    "Returns the text that the bytes are in UTF-8.",
    [("(utf8/to-string #u8(104 195 169))", '"hé"'), ("(utf8->string #u8(255))", "error: UTF-8")],
    aliases=("utf8->string", "bytevector->string"),
)
def utf8_to_string(data: Value) -> str:
    return decode("utf8/to-string", bytes_argument("utf8/to-string", data, 1))


# --- changed copies ----------------------------------------------------------------------------


@function(
    "bytevector/set!",
    "bytes:bytevector index:int byte:int",
    "bytevector",
    "Returns a copy in which the byte at the index is another. The argument stays as it is.",
    [("(bytevector/set! #u8(1 2 3) 0 9)", "#u8(9 2 3)")],
    aliases=("bytevector-u8-set!", "bytevector/u8-set!"),
)
def with_byte(data: Value, index: Value, byte: Value) -> Bytevector:
    source = bytes_argument("bytevector/set!", data, 1)
    place = _index("bytevector/set!", source, index)
    copy = bytearray(source)
    copy[place] = byte_argument("bytevector/set!", byte)
    return Bytevector(copy)


@function(
    "bytevector/copy",
    "bytes:bytevector [start:int] [end:int]",
    "bytevector",
    "Returns the bytes from `start` (0 unless given) up to but without `end` (the length unless "
    "given).",
    [
        ("(bytevector/copy #u8(1 2 3 4) 1 3)", "#u8(2 3)"),
        ("(bytevector/copy #u8(1 2))", "#u8(1 2)"),
    ],
    aliases=("bytevector-copy",),
)
def copy(data: Value, start: Value = 0, end: Value = ABSENT) -> Bytevector:
    source = bytes_argument("bytevector/copy", data, 1)
    first, last = _range("bytevector/copy", source, start, end)
    return Bytevector(source[first:last])


@function(
    "bytevector/append",
    "& parts:bytevector",
    "bytevector",
    "Returns one bytevector with the bytes of all.",
    [("(bytevector/append #u8(1) #u8(2 3))", "#u8(1 2 3)"), ("(bytevector/append)", "#u8()")],
    aliases=("bytevector-append",),
)
def append(*parts: Value) -> Bytevector:
    pieces = [
        bytes_argument("bytevector/append", part, place + 1) for place, part in enumerate(parts)
    ]
    check_length("bytevector/append", sum(map(len, pieces)))
    return Bytevector(b"".join(pieces))


# --- reading parts of a longer bytevector ------------------------------------------------------


@function(
    "bytes/slice",
    "bytes:bytevector start:int [end:int]",
    "bytevector",
    "Returns the bytes from `start` up to but without `end` (the length unless given).",
    [("(bytes/slice #u8(1 2 3) 1)", "#u8(2 3)"), ("(bytes/slice #u8(1 2 3) 0 1)", "#u8(1)")],
)
def part(data: Value, start: Value, end: Value = ABSENT) -> Bytevector:
    source = bytes_argument("bytes/slice", data, 1)
    first, last = _range("bytes/slice", source, start, end)
    return Bytevector(source[first:last])


@function(
    "bytes/->string",
    "bytes:bytevector [start:int] [end:int]",
    "string",
    "Returns the text that these bytes (all unless given) are in UTF-8.",
    [
        ('(bytes/->string (string->utf8 "Oslo;-12") 0 4)', '"Oslo"'),
        ("(bytes/->string #u8(104 105))", '"hi"'),
    ],
)
def part_to_string(data: Value, start: Value = 0, end: Value = ABSENT) -> str:
    source = bytes_argument("bytes/->string", data, 1)
    first, last = _range("bytes/->string", source, start, end)
    return decode("bytes/->string", source[first:last])


@function(
    "bytes/find",
    "bytes:bytevector needle:int|bytevector|string [start:int]",
    "int|nil",
    "Returns the index at which a byte, the bytes of a bytevector or of a text first stand, "
    "searching from `start` on, nil if they do not.",
    [
        ('(bytes/find (string->utf8 "a;b;c") 59)', "1"),
        ('(bytes/find (string->utf8 "a;b;c") 59 2)', "3"),
        ('(bytes/find (string->utf8 "hello") "llo")', "2"),
        ("(bytes/find #u8(1) 9)", "nil"),
    ],
)
def find(data: Value, needle: Value, start: Value = 0) -> int | None:
    source = bytes_argument("bytes/find", data, 1)
    wanted: Any
    if type(needle) is int:
        wanted = byte_argument("bytes/find", needle)
    elif type(needle) is str:
        wanted = needle.encode("utf-8", "surrogatepass")
    elif type(needle) is Bytevector:
        wanted = needle
    else:
        raise wrong_type("bytes/find", "int, bytevector, or string", needle, 2)
    index = source.find(wanted, count_argument("bytes/find", start, 3))
    return None if index < 0 else index


@function(
    "bytes/parse-int10",
    "bytes:bytevector [start:int] [end:int]",
    "int",
    "Returns ten times the decimal number that the bytes spell in ASCII: a sign if it is negative, "
    "digits, and at most one digit after a point. So measurements with one decimal become exact "
    "integers.",
    [
        ('(bytes/parse-int10 (string->utf8 "-12.3"))', "-123"),
        ('(bytes/parse-int10 (string->utf8 "5"))', "50"),
        ('(bytes/parse-int10 (string->utf8 "Oslo;7.1") 5)', "71"),
        ('(bytes/parse-int10 (string->utf8 "1.25"))', "error: one digit"),
    ],
)
def parse_tenths(data: Value, start: Value = 0, end: Value = ABSENT) -> int:
    name = "bytes/parse-int10"
    source = bytes_argument(name, data, 1)
    first, last = _range(name, source, start, end)
    text = bytes(source[first:last])
    negative = text.startswith(b"-")
    whole, point, decimals = text.removeprefix(b"-").partition(b".")
    if not whole:
        raise LispError(f"{name}: expected at least one digit", hint="accepted: 5, -5, 5.1, -5.1")
    if not whole.isdigit():
        bad = next(byte for byte in whole if not 48 <= byte <= 57)
        raise LispError(f"{name}: invalid digit {_shown(bad)}", hint="accepted: 5, -5, 5.1, -5.1")
    if point and not (len(decimals) == 1 and decimals.isdigit()):
        raise LispError(
            f"{name}: expected exactly one digit after '.'",
            hint="(string->float text) reads any number of decimals",
        )
    # A 64-bit integer has at most 19 digits: do not convert a very long text for nothing.
    significant = whole.lstrip(b"0")
    number = (
        int(significant or b"0") * 10 + int(decimals or b"0") if len(significant) < 20 else None
    )
    if number is None or (-number if negative else number) not in _INT64:
        raise LispError(
            f"{name}: value overflows an int", hint="(string->number text) has no limit"
        )
    return -number if negative else number


def _shown(byte: int) -> str:
    return f"'{chr(byte)}'" if 32 <= byte < 127 else f"(byte {byte})"
