"""Finds JSON in what a model said, and reads it although it is not quite JSON.

Models wrap JSON in prose and code fences, and write what JavaScript or Python would take: single
quotes, bare keys, trailing commas, comments, line breaks in strings, ``True`` and ``None``; small
ones forget the last brackets. Valid JSON reads as it stands, whatever surrounds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lispcore.llm.json_values import MAX_NESTING, read_json

# Places at which the JSON may begin in an answer with words around it: each is tried to its end.
MAX_CANDIDATES: Final = 20

# Valid JSON may be longer; mending goes character by character.
MAX_MENDED_LENGTH: Final = 500_000

_THOUGHT: Final = re.compile(r"<(/?)(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE: Final = re.compile(r"```[\w-]*[ \t]*\r?\n(.*?)(?:```|\Z)", re.DOTALL)
_OPENING: Final = re.compile(r"[{\[]")
_SPACE: Final = re.compile(r"(?:\s|//[^\n]*|/\*(?:(?!\*/).){0,500}\*/|#[^\n]*)*", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.:/-])")
_WORD: Final = re.compile(r"[^\s,:{}\[\]\"']+")
_BARE_TEXT: Final = re.compile(r"[^,{}\[\]\n]+")
_NAMES: Final[dict[str, Any]] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "None": None, "nil": None, "undefined": None, "NaN": None,
}  # fmt: skip
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Found:
    """A JSON value in a text; `is_cut` if brackets were missing at its end."""

    value: Any
    is_cut: bool = False


def without_thoughts(text: str) -> str:
    """Returns a reply without the reasoning that some local models put before it."""
    pieces = []
    position = 0
    opened = -1
    for mark in _THOUGHT.finditer(text):
        if mark[1] and (opened >= 0 or position == 0):
            # Some servers leave the opening mark out: it was part of the prompt.
            pieces.append(text[position : max(opened, 0)])
            position, opened = mark.end(), -1
        elif not mark[1] and opened < 0:
            opened = mark.start()
    return "".join([*pieces, text[position:]]).strip()


def find_json(text: str) -> Iterator[Found]:
    """Yields the JSON values in a text: the text itself, else code blocks, else what is in it."""
    text = without_thoughts(text)
    try:
        yield Found(read_json(text))
        return
    except ValueError:
        pass
    if len(text) > MAX_MENDED_LENGTH:
        return
    blocks = [match.group(1) for match in _FENCE.finditer(text)]
    number = 0
    for piece in (*blocks, text):
        position = 0
        while number < MAX_CANDIDATES:
            opening = _OPENING.search(piece, position)
            if opening is None:
                break
            number += 1
            reader = _Reader(piece, opening.start())
            try:
                value = reader.read()
            except ValueError:
                position = opening.end()
                continue
            yield Found(value, reader.is_cut)
            position = max(reader.position, opening.end())


class _Reader:
    """Reads one value with an explicit stack of unfinished arrays and objects."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self.is_cut = False
        # Each level: an array, or an object and the key that waits for its value.
        self._levels: list[tuple[list[Any] | dict[str, Any], str]] = []

    def read(self) -> Any:
        """Returns the value that begins here; `ValueError` where nothing sensible does."""
        self._open(self._next())
        while True:
            level, _ = self._levels[-1]
            character = self._next()
            if character == "":
                return self._cut()
            if character in "}]":
                if self._close(character):
                    return level
            elif character == ",":
                self.position += 1
            elif isinstance(level, dict):
                self._member(level)
            else:
                self._value("")

    def _next(self) -> str:
        space = _SPACE.match(self.text, self.position)
        self.position = space.end() if space else self.position
        return self.text[self.position : self.position + 1]

    def _open(self, character: str, key: str = "") -> None:
        if len(self._levels) == MAX_NESTING:
            raise ValueError("nested too deeply")
        self.position += 1
        self._levels.append(({} if character == "{" else [], key))

    def _close(self, character: str) -> bool:
        """Closes what a bracket closes, and what was left open in it; tells if that was all."""
        self.position += 1
        wanted: type = dict if character == "}" else list
        if not any(type(level) is wanted for level, _ in self._levels):
            return False  # a bracket too many
        while True:
            level, key = self._levels.pop()
            if not self._levels:
                return True
            self._put(level, key)
            if type(level) is wanted:
                return False

    def _cut(self) -> Any:
        """Closes everything at the end of the text."""
        self.is_cut = True
        while True:
            level, key = self._levels.pop()
            if not self._levels:
                return level
            self._put(level, key)

    def _put(self, value: Any, key: str) -> None:
        level = self._levels[-1][0]
        if isinstance(level, dict):
            level[key] = value
        else:
            level.append(value)

    def _member(self, level: dict[str, Any]) -> None:
        key = self._text_or_word()
        if self._next() not in (":", "="):
            raise ValueError("a key without a value")
        self.position += 1
        self._value(key)

    def _value(self, key: str) -> None:
        character = self._next()
        if character and character in "{[":
            self._open(character, key)
        elif character in ("", ",", "}", "]"):
            self._put(None, key)  # a key whose value is missing
        elif character in _QUOTES:
            self._put(self._string(character), key)
        else:
            self._put(self._bare(), key)

    def _text_or_word(self) -> str:
        character = self._next()
        if character in _QUOTES:
            return self._string(character)
        word = _WORD.match(self.text, self.position)
        if word is None:
            raise ValueError("no key")
        self.position = word.end()
        return word.group()

    def _bare(self) -> Any:
        """Returns a number, a name such as true, or unquoted words."""
        number = _NUMBER.match(self.text, self.position)
        if number is not None:
            self.position = number.end()
            digits = number.group().replace("_", "")
            whole = digits.lstrip("+-").isdigit() and len(digits) < 1000
            return int(digits) if whole else float(digits)
        words = _BARE_TEXT.match(self.text, self.position)
        if words is None:
            raise ValueError("no value")
        self.position = words.end()
        text = words.group().partition("//")[0].strip()
        return _NAMES.get(text, text)

    def _string(self, quote: str) -> str:
        closing = _QUOTES[quote]
        text = self.text
        pieces = []
        position = self.position + 1
        while position < len(text):
            character = text[position]
            if character == "\\":
                piece, position = _escaped(text, position)
                pieces.append(piece)
            elif character == closing and _ends_string(text, position + 1):
                self.position = position + 1
                return "".join(pieces)
            else:
                pieces.append(character)
                position += 1
        self.position = position
        return "".join(pieces)


def _escaped(text: str, position: int) -> tuple[str, int]:
    letter = text[position + 1 : position + 2]
    digits = text[position + 2 : position + 6]
    if letter == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", digits):
        code = int(digits, 16)
        low = re.match(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})", text[position + 6 : position + 12])
        if 0xD800 <= code < 0xDC00 and low:
            code = 0x10000 + ((code - 0xD800) << 10) + int(low.group(1), 16) - 0xDC00
            return chr(code), position + 12
        return ("\ufffd" if 0xD800 <= code < 0xE000 else chr(code)), position + 6
    if letter in _ESCAPES or letter in "\"'`\\/":
        return _ESCAPES.get(letter, letter), position + 2
    return "\\" + letter, position + 2  # somebody's path


def _ends_string(text: str, position: int) -> bool:
    """Tells whether a quote before `position` ends a string: quotes within words do not."""
    rest = text[position : position + 200]
    following = rest.lstrip()
    if not following or following[0] in ",:}]=":
        return True
    # A forgotten comma: the next member begins on a new line.
    return "\n" in rest[: len(rest) - len(following)] and following[0] in "\"'“{["
