"""JSON (RFC 8259) as text: `json/encode`, `json/encode-pretty`, `json/decode`.

Neither direction recurses, so any depth works. Objects become maps with keyword keys; written
objects have their keys in order, which makes equal values equal texts.
"""

from __future__ import annotations

import re
from typing import Any, Final, NoReturn

from lispcore.errors import LispError
from lispcore.library.arguments import check_length, string_argument
from lispcore.library.registry import function
from lispcore.numbers import Complex, Ratio, int_from_digits, int_text, number_text
from lispcore.values import (
    FALSE,
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_from,
    list_items,
    type_name,
)

# --- writing ---------------------------------------------------------------------------------

_ESCAPES: Final = {
    **{code: f"\\u{code:04x}" for code in range(0x20)},
    **{ord(c): "\\" + e for c, e in zip('"\\\n\r\t\b\f', '"\\nrtbf', strict=True)},
}


def json_string(text: str) -> str:
    """Returns a text as a JSON string; everything but quotes and controls stays as it is."""
    return '"' + text.translate(_ESCAPES) + '"'


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
    from lispcore.printer import print_value

    return print_value(key)


class _Text:
    """A piece of finished output among values that are still to be written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def encode_json(value: Value, name: str = "json/encode", *, pretty: bool = False) -> Value:
    """Returns the JSON text of a value; `name` is the function that errors speak of."""
    parts: list[str] = []
    # Entries are (value, depth); a `_Text` is output as it stands.
    waiting: list[tuple[Any, int]] = [(value, 0)]
    size = 0
    while waiting:
        item, depth = waiting.pop()
        kind = type(item)
        if kind is _Text:
            parts.append(item.text)
            size += len(item.text)
            check_length(name, size)
        elif kind is List or kind is Vector:
            items = list_items(item) if kind is List else item.items
            _open(waiting, parts, "[]", [("", each) for each in items], depth, pretty)
        elif isinstance(item, Map):
            # Later entries win where two keys have the same text, as :a and "a" do.
            members = {_key_text(key): entry for key, entry in item.entries()}
            pairs = [
                (json_string(key) + (": " if pretty else ":"), members[key])
                for key in sorted(members)
            ]
            _open(waiting, parts, "{}", pairs, depth, pretty)
        else:
            parts.append(_scalar_text(name, item))
            size += len(parts[-1])
            check_length(name, size)
    return "".join(parts)


def _open(
    waiting: list[tuple[Any, int]],
    parts: list[str],
    brackets: str,
    members: list[tuple[str, Value]],
    depth: int,
    pretty: bool,
) -> None:
    """Writes the opening bracket and puts the members and the closing one on the stack."""
    if not members:
        parts.append(brackets)
        return
    parts.append(brackets[0])
    # The indentation of deep data would grow with the square of its depth.
    inner = "\n" + "  " * min(depth + 1, MAX_INDENT) if pretty else ""
    outer = "\n" + "  " * min(depth, MAX_INDENT) if pretty else ""
    waiting.append((_Text(outer + brackets[1]), 0))
    for position in range(len(members) - 1, -1, -1):
        label, value = members[position]
        waiting.append((value, depth + 1))
        waiting.append((_Text(("," if position else "") + inner + label), 0))


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

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: Final[dict[str, tuple[str, Value]]] = {
    "t": ("true", TRUE),
    "f": ("false", FALSE),
    "n": ("null", None),
}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))")
_SIMPLE_ESCAPES: Final = dict(zip('"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True))
_END: Final = object()

# Freeing a value that is nested some thousand levels deep overflows the stack of a browser's
# worker; real JSON stays far below this.
MAX_DEPTH: Final = 1000


class _Reader:
    """Reads one JSON text with an explicit stack of unfinished arrays and objects."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.position = 0

    def fail(self, reason: str, position: int) -> NoReturn:
        line = self.text.count("\n", 0, position) + 1
        column = position - self.text.rfind("\n", 0, position)
        raise LispError(
            f"{self.name}: parse error at line {line} column {column}: {reason}",
            hint=_HINTS.get(self.text[position : position + 1])
            or f"{self.name} expects a JSON string",
        )

    def peek(self) -> str:
        """Skips white space and returns the next character, "" at the end."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.text[self.position : self.position + 1]

    def read(self) -> Value:
        """Returns the value of the whole text."""
        # Each level: the items so far of an array, or members and the key that waits for a value.
        levels: list[tuple[list[Value] | dict[Value, Value], Value]] = []
        while True:
            character = self.peek()
            if character == "[" or character == "{":
                self.position += 1
                if self.peek() != ("]" if character == "[" else "}"):
                    if len(levels) >= MAX_DEPTH:
                        self.fail(f"nested deeper than {MAX_DEPTH} levels", self.position - 1)
                    levels.append(([], None) if character == "[" else ({}, self.read_key(False)))
                    continue
                self.position += 1
                value: Value = list_from([]) if character == "[" else Map({})
            else:
                value = self.read_scalar(character)
            value = self.attach(levels, value)
            if value is not _END:
                return value

    def attach(self, levels: list[tuple[Any, Value]], value: Value) -> Value:
        """Puts a value where it belongs and closes what ends there; `_END` unless all is read."""
        while levels:
            container, key = levels[-1]
            is_array = key is None
            if is_array:
                container.append(value)
            else:
                container[key] = value
            character = self.peek()
            if character == ",":
                self.position += 1
                if is_array:
                    if self.peek() == "]":
                        self.fail("trailing comma", self.position)
                else:
                    levels[-1] = (container, self.read_key(True))
                return _END
            if character != ("]" if is_array else "}"):
                if not character:
                    self.fail(
                        f"the {'array' if is_array else 'object'} is not closed", self.position
                    )
                self.fail(f"expected `,` or `{']' if is_array else '}'}`", self.position)
            self.position += 1
            levels.pop()
            value = list_from(container) if is_array else Map(container)
        if self.peek():
            self.fail("trailing characters", self.position)
        return value

    def read_key(self, after_comma: bool) -> Keyword:
        character = self.peek()
        if character != '"':
            if character == "}" and after_comma:
                self.fail("trailing comma", self.position)
            self.fail(
                "key must be a string" if character else "the object is not closed", self.position
            )
        key = self.read_string()
        if self.peek() != ":":
            self.fail("expected `:`", self.position)
        self.position += 1
        return intern_keyword(key)

    def read_scalar(self, character: str) -> Value:
        if character == '"':
            return self.read_string()
        if character in _WORDS and character:
            word, value = _WORDS[character]
            if not self.text.startswith(word, self.position):
                self.fail(f"expected {word}", self.position)
            self.position += len(word)
            return value
        match = _NUMBER.match(self.text, self.position)
        if match is None:
            if not character:
                self.fail("the text ends where a value should stand", self.position)
            self.fail("expected value", self.position)
        start, self.position = match.span()
        following = self.text[self.position : self.position + 1]
        if following and (following.isdigit() or following in ".eE"):
            self.fail("invalid number", self.position)
        if match[1] is None and match[2] is None:
            return int_from_digits(self.text[start : self.position])
        return float(self.text[start : self.position])

    def read_string(self) -> str:
        start = self.position
        match = _STRING.match(self.text, start)
        if match is None:
            self.explain_string(start)
        self.position = match.end()
        text = match[1]
        return text if "\\" not in text else self.unescape(text, start + 1)

    def explain_string(self, start: int) -> NoReturn:
        for position in range(start + 1, len(self.text)):
            if self.text[position] < " ":
                self.fail("control character in a string (write \\n, \\t or \\u00XX)", position)
        self.fail("the string is not closed", start)

    def unescape(self, text: str, offset: int) -> str:
        parts: list[str] = []
        position = 0
        high = ""  # the first half of a surrogate pair, which the next escape must complete
        for match in _ESCAPE.finditer(text):
            if high and match.start() != position:
                break
            parts.append(text[position : match.start()])
            position = match.end()
            if match[1] is None:
                if high or match[2] not in _SIMPLE_ESCAPES:
                    self.fail("invalid escape", offset + match.start())
                parts.append(_SIMPLE_ESCAPES[match[2]])
                continue
            code = int(match[1], 16)
            if high:
                if not 0xDC00 <= code < 0xE000:
                    break
                code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + code - 0xDC00
                high = ""
            elif 0xD800 <= code < 0xDC00:
                high = match[1]
                continue
            elif 0xDC00 <= code < 0xE000:
                self.fail("half of a surrogate pair", offset + match.start())
            parts.append(chr(code))
        if high:
            self.fail("half of a surrogate pair", offset + position)
        parts.append(text[position:])
        return "".join(parts)


_HINTS: Final = {
    "'": "JSON strings stand in double quotes",
    "/": "JSON has no comments",
    "N": "JSON has no NaN; use null",
    "I": "JSON has no Infinity; use null",
    "T": "JSON writes true, false and null in small letters",
    "F": "JSON writes true, false and null in small letters",
}


def decode_json(text: str, name: str = "json/decode") -> Value:
    """Returns the value of a JSON text."""
    return _Reader(text, name).read()


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
