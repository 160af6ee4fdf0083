"""Reads JSON with care: says what is wrong and where, and does not recurse.

`json_text.decode_json` comes here with texts that Python's own reader does not take, or should not.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.number_texts import MOST_DIGITS_IN_DATA
from lispcore.values.numbers import int_from_digits
from lispcore.values.types import FALSE, TRUE, Keyword, Map, Value, intern_keyword, list_from

_SPACE: Final = late_pattern(r"[ \t\n\r]*")
_STRING: Final = late_pattern(r'"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"')
_NUMBER: Final = late_pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: Final[dict[str, tuple[str, Value]]] = {
    "t": ("true", TRUE),
    "f": ("false", FALSE),
    "n": ("null", None),
}
_ESCAPE: Final = late_pattern(r"\\(?:u([0-9a-fA-F]{4})|(.?))")
_SIMPLE_ESCAPES: Final = dict(zip('"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True))
_END: Final = object()

# Freeing a value that is nested some thousand levels deep overflows the stack of a browser's
# worker; real JSON stays far below this.
MAX_DEPTH: Final = 1000


class CarefulReader:
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
        if self.position - start > MOST_DIGITS_IN_DATA:
            self.fail(f"a number with more than {MOST_DIGITS_IN_DATA} digits", start)
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
