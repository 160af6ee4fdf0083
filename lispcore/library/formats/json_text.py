"""JSON (RFC 8259) as text: `json/encode`, `json/encode-pretty`, `json/decode`.

Any depth works: nothing here recurses, and json_quick.py takes what is a few levels deep. Objects
become maps with keyword keys; written objects have their keys in order, which makes equal values
equal texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final

from lispcore.library.arguments import check_length, string_argument
from lispcore.library.formats.json_quick import UNDONE, read_quickly, write_quickly
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.numbers import Complex, Ratio, int_text, number_text
from lispcore.values.types import (
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    from_key,
    list_items,
    type_name,
)

WAITING = WaitKind.NEVER

# --- writing ---------------------------------------------------------------------------------

_ESCAPES: Final = {
    **{code: f"\\u{code:04x}" for code in range(0x20)},
    **{ord(c): "\\" + e for c, e in zip('"\\\n\r\t\b\f', '"\\nrtbf', strict=True)},
}
_ESCAPED: Final = late_pattern(r'["\\\x00-\x1f]')


def json_string(text: str) -> str:
    """Returns a text as a JSON string; everything but quotes and controls stays as it is."""
    if _ESCAPED.search(text):
        text = text.translate(_ESCAPES)
    return f'"{text}"'


def json_float(number: float) -> str:
    """Returns the shortest JSON number that reads back as the same float.

    Plain digits from 0.00001 up to 16 digits before the point, otherwise with an exponent.
    """
    text = repr(number)
    sign = "-" if text[0] == "-" else ""
    if number == 0.0:
        return sign + "0.0"
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # Where the decimal point stands, counted from the first significant digit.
    point = len(whole) + int(exponent or "0") - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if -5 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if 0 < point <= 16:
        digits = digits.ljust(point, "0")
        return f"{sign}{digits[:point]}.{digits[point:] or '0'}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def _scalar_text(name: str, value: Value) -> Value:
    kind = type(value)
    if kind is str:
        return json_string(value)
    if kind is int:
        return int_text(value)
    if value is None:
        return "null"
    if kind is Boolean:
        return "true" if value is TRUE else "false"
    if kind is Keyword or kind is Symbol:
        return json_string(value.name)
    if kind is float:
        if value - value != 0.0:
            raise LispError(
                f"{name}: cannot encode NaN/Infinity as JSON",
                hint="JSON has no such numbers; use nil or a string instead",
            )
        return json_float(value)
    if kind is Ratio or kind is Complex:
        return json_string(number_text(value))
    raise LispError(
        f"{name}: cannot encode {type_name(value)} as JSON",
        hint="JSON knows strings, numbers, booleans, nil, lists, vectors and maps",
    )


def _key_text(key: Value) -> Value:
    if type(key) is str:
        return key
    if type(key) is Keyword or type(key) is Symbol:
        return str(key.name)
    from lispcore.values.printing import print_value

    return print_value(key)


def encode_json(value: Value, name: str = "json/encode", *, pretty: bool = False) -> Value:
    """Returns the JSON text of a value; `name` is the function that errors speak of."""
    if not pretty:
        quick = write_quickly(value)
        if quick is not UNDONE:
            check_length(name, len(quick))
            return quick
    parts: list[str] = []
    size = 0
    shapes: _Shapes = {}
    # What is open: the members that are left, as (text in front, value), and the text at the end.
    levels: list[tuple[Iterator[tuple[str, Value]], str]] = []
    members: Iterator[tuple[str, Value]] = iter((("", value),))
    end = ""
    while True:
        for label, item in members:
            kind = type(item)
            if kind is str:
                text = label + json_string(item)
            elif kind is List or kind is Vector or isinstance(item, Map):
                levels.append((members, end))
                opened, members, end = _open(item, len(levels) - 1, pretty, shapes)
                parts.append(label + opened)
                check_length(name, size)
                break
            else:
                text = label + _scalar_text(name, item)
            parts.append(text)
            size += len(text)
        else:
            parts.append(end)
            size += len(end)
            if not levels:
                check_length(name, size)
                return "".join(parts)
            members, end = levels.pop()


def _open(
    item: Value, depth: int, pretty: bool, shapes: _Shapes
) -> tuple[str, Iterator[tuple[str, Value]], str]:
    """Returns how an array or object begins, its members with the text before each, and its end."""
    # The indentation of deep data would grow with the square of its depth.
    inner = "\n" + "  " * min(depth + 1, MAX_INDENT) if pretty else ""
    outer = "\n" + "  " * min(depth, MAX_INDENT) if pretty else ""
    if not isinstance(item, Map):
        items = list_items(item) if type(item) is List else item.items
        if not items:
            return "[]", iter(()), ""
        return "[", zip(chain((inner,), repeat("," + inner)), items, strict=False), outer + "]"
    table = item.table
    if not table:
        return "{}", iter(()), ""
    keys = (inner, *table)
    shape = shapes.get(keys)
    if shape is None:
        shape = shapes[keys] = _shape(item, inner, ": " if pretty else ":")
    return "{", iter([(label, table[key]) for label, key in shape]), outer + "}"


# Of maps with the same keys: what stands before each value, and the key in the table.
_Shapes = dict[tuple[Value, ...], list[tuple[str, Value]]]


def _shape(item: Map, inner: str, colon: str) -> list[tuple[str, Value]]:
    """Returns what stands before each member of an object, in order, with its key in the table."""
    # Later entries win where two keys have the same text, as :a and "a" do.
    found = {_key_text(from_key(key)): key for key in item.ordered_keys()}
    texts = sorted(found)
    return [
        (("," if place else "") + inner + json_string(text) + colon, found[text])
        for place, text in enumerate(texts)
    ]


# Levels of indentation beyond which a pretty text is not moved further to the right.
MAX_INDENT: Final = 100


@function(
    "json/encode",
    "value:any",
    "string",
    "Returns the value as compact JSON. Keywords and symbols become strings, maps become objects "
    "with their keys in order. Functions, characters, bytevectors, NaN and infinity are errors.",
    [
        (
            '(json/encode {:name "Ada" :tags [:a 1.5 nil]})',
            r'"{\"name\":\"Ada\",\"tags\":[\"a\",1.5,null]}"',
        ),
        ("(json/encode (list #t #f))", '"[true,false]"'),
        ("(json/encode car)", "error: cannot encode"),
    ],
)
def encode(value: Value) -> Value:
    return encode_json(value)


@function(
    "json/encode-pretty",
    "value:any",
    "string",
    "Returns the value as JSON over several lines, indented by two spaces.",
    [("(json/encode-pretty {:a [1]})", r'"{\n  \"a\": [\n    1\n  ]\n}"')],
)
def encode_pretty(value: Value) -> Value:
    return encode_json(value, "json/encode-pretty", pretty=True)


# --- reading ---------------------------------------------------------------------------------


def decode_json(text: str, name: str = "json/decode") -> Value:
    """Returns the value of a JSON text."""
    value = read_quickly(text)
    if value is not UNDONE:
        return value
    from lispcore.library.formats.json_reader import CarefulReader

    return CarefulReader(text, name).read()


@function(
    "json/decode",
    "text:string",
    "any",
    "Reads a JSON text: objects become maps with keywords as keys, arrays lists, null nil. Numbers "
    "with a point or an exponent are floats, others integers of any size.",
    [
        (r'(json/decode "{\"id\": 7, \"tags\": [\"x\", null]}")', '{:id 7 :tags ("x" nil)}'),
        (r'(json/decode "[1, 2.0, true]")', "(1 2.0 #t)"),
        ('(json/decode "[1,]")', "error: trailing comma"),
    ],
)
def decode(text: Value) -> Value:
    return decode_json(string_argument("json/decode", text, 1))
