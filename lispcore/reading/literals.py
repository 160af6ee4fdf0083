"""The texts of numbers, characters, strings and special names -> the values they stand for.

The reader finds tokens and their places; here is what is inside one token. Nothing knows a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lispcore.values.numbers import (
    divide,
    exact_value,
    inexact_value,
    int_from_digits,
    make_complex,
)
from lispcore.values.types import FALSE, TRUE, Character, Value, intern_character, intern_symbol

# What names are made of, for use inside [...] of a regular expression. "#" may follow, not begin.
NAME_CHARACTERS: Final = r"\w+\-*/!?<>=&%\^~."

_REAL: Final = r"[0-9]+(?:/[0-9]+|(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
# Of a complex number, as it is printed.
_PART: Final = rf"{_REAL}|(?i:inf|nan)"
# An i is the imaginary unit only where a name cannot go on.
_UNIT: Final = rf"i(?![{NAME_CHARACTERS}])"
# "+5" is a name in this dialect, "+5i" a number.
NUMBER: Final = (
    rf"-?{_REAL}(?:(?:[+-](?:{_PART})?)?{_UNIT})?"
    rf"|-?(?i:inf|nan)[+-](?:{_PART})?{_UNIT}|[+-](?:{_REAL})?{_UNIT}"
)

_LOOSE_REAL: Final = re.compile(r"([+-]?)((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\Z")

_SPECIAL_SYMBOLS: Final[dict[str, Value]] = {
    "true": TRUE,
    "false": FALSE,
    "nil": None,
}
_SPECIAL_FLOATS: Final = frozenset(("inf", "+inf", "-inf", "nan", "+nan", "-nan"))

CHARACTER_NAMES: Final[dict[str, str]] = {
    "space": " ",
    "newline": "\n",
    "tab": "\t",
    "return": "\r",
    "nul": "\0",
    # further names of R7RS
    "null": "\0",
    "alarm": "\a",
    "backspace": "\b",
    "delete": "\x7f",
    "escape": "\x1b",
    "linefeed": "\n",
}

_ESCAPE: Final = re.compile(r"\\(?:x([^;\"]*);|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))")
_SIMPLE_ESCAPES: Final[dict[str, str]] = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "\\": "\\",
    '"': '"',
    "0": "\0",
    "$": "$",
}
_ESCAPE_FORMS: Final[dict[str, tuple[str, str]]] = {
    "x": ("\\x needs hexadecimal digits and a semicolon", "for example \\x41; for A"),
    "u": ("\\u needs exactly 4 hexadecimal digits", "for example \\u00e9, or \\x1F600; for more"),
    "U": ("\\U needs exactly 8 hexadecimal digits", "for example \\U0001F600"),
}

# A number written with #e must not have more digits than this before its exponent is applied.
EXACT_EXPONENT_LIMIT: Final = 1_000_000


class BadLiteral(Exception):
    """A literal that stands for nothing. `offset` counts from the start of its text."""

    def __init__(self, message: str, hint: str | None = None, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset


def symbol_value(name: str) -> Value:
    """Returns what a bare name reads as: nearly always the symbol of that name."""
    if name in _SPECIAL_SYMBOLS:
        return _SPECIAL_SYMBOLS[name]
    if len(name) <= 4 and name.lower() in _SPECIAL_FLOATS:
        return float(name)
    return intern_symbol(name)


# --- numbers ------------------------------------------------------------------------------------


def number_value(text: str) -> Value:
    """Returns the number of a token that matches `NUMBER`."""
    if text.isdigit() or (text[0] == "-" and text[1:].isdigit()):
        return int_from_digits(text)
    if text[-1] != "i":
        return real_value(text)
    return _complex_value(text[:-1], real_value)


def real_value(text: str) -> Value:
    """Returns the number of ``12``, ``-1/3``, ``1.5e10``; the sign may be plus."""
    numerator, slash, denominator = text.partition("/")
    if slash:
        divisor = int_from_digits(denominator)
        if divisor == 0:
            raise BadLiteral("a ratio cannot have the denominator 0")
        return divide(int_from_digits(numerator), divisor)
    if "." in text or "e" in text or "E" in text or text[-1] in "fFnN":
        return float(text)
    return int_from_digits(text)


def _complex_value(text: str, real: Callable[[str], Value]) -> Value:
    """Returns the number of ``3+4``, ``-``, ``2``: a complex literal without its final i."""
    # The imaginary part begins at the last sign that does not belong to an exponent.
    cut = max(text.rfind("+"), text.rfind("-"))
    while cut > 0 and text[cut - 1] in "eE":
        cut = max(text.rfind("+", 0, cut), text.rfind("-", 0, cut))
    cut = max(cut, 0)
    imaginary = text[cut:]
    if imaginary in ("+", "-"):
        imaginary += "1"
    return make_complex(real(text[:cut]) if cut else 0, real(imaginary))


def exact_real_value(text: str) -> Value:
    """Returns the exact number of a decimal text: ``1.5`` is 3/2, however many digits it has."""
    if "/" in text:
        return real_value(text)
    match = _LOOSE_REAL.match(text)
    if match is None:
        raise BadLiteral(f"{text} is no number")
    mantissa, _, exponent_text = match[2].lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = int(exponent_text or "0") if len(exponent_text) < 20 else EXACT_EXPONENT_LIMIT + 1
    exponent -= len(fraction)
    if abs(exponent) > EXACT_EXPONENT_LIMIT:
        raise BadLiteral(
            f"{text} as an exact number has too many digits",
            f"the exponent may be {EXACT_EXPONENT_LIMIT} at most; leave out #e for a float",
        )
    number = int_from_digits(match[1] + (whole + fraction))
    if exponent >= 0:
        return number * 10**exponent
    return divide(number, 10**-exponent)


_RADIXES: Final = {"x": 16, "o": 8, "b": 2, "d": 10}
_RADIX_DIGITS: Final = {2: "01", 8: "0-7", 10: "0-9", 16: "0-9a-fA-F"}
_RADIX_DIGIT_NAMES: Final = {2: "0 and 1", 8: "0 to 7", 16: "0 to 9 and A to F"}
_RADIX_NAMES: Final = {2: "binary", 8: "octal", 16: "hexadecimal"}
_PREFIX: Final = re.compile(r"#([xXoObBdDeEiI])")


def prefixed_number_value(token: str) -> tuple[Value, int]:
    """Returns the number of a token such as ``#xFF`` and how much of the token it takes."""
    radix = 0
    exactness = ""
    position = 0
    while match := _PREFIX.match(token, position):
        letter = match[1].lower()
        if letter in _RADIXES:
            if radix:
                raise BadLiteral(f"two radix prefixes in {token}", "one of #x #o #b #d is enough")
            radix = _RADIXES[letter]
        else:
            if exactness:
                raise BadLiteral(f"two exactness prefixes in {token}", "one of #e #i is enough")
            exactness = letter
        position = match.end()
    body = token[position:].partition("#")[0]
    if not body:
        raise BadLiteral(f"no number follows {token[:position]}", "for example #xFF or #e1.5")
    end = position + len(body)
    if radix in _RADIX_NAMES:
        value = _radix_value(body, radix)
    else:
        value = _decimal_value(body, exactness)
    if exactness == "i":
        value = inexact_value(value)
    elif exactness == "e":
        value = exact_value(value)
    return value, end


def _radix_value(body: str, radix: int) -> Value:
    digits = _RADIX_DIGITS[radix]
    match = re.fullmatch(rf"([+-]?[{digits}]+)(?:/([{digits}]+))?", body)
    if match is None:
        raise BadLiteral(
            f"{body} is no {_RADIX_NAMES[radix]} number",
            f"its digits are {_RADIX_DIGIT_NAMES[radix]}",
        )
    numerator = int(match[1], radix)
    if match[2] is None:
        return numerator
    denominator = int(match[2], radix)
    if denominator == 0:
        raise BadLiteral("a ratio cannot have the denominator 0")
    return divide(numerator, denominator)


def _decimal_value(body: str, exactness: str) -> Value:
    real = exact_real_value if exactness == "e" else real_value
    if re.fullmatch(NUMBER, body) and body[-1] == "i":
        return _complex_value(body[:-1], real)
    if re.fullmatch(rf"[+-]?{_REAL}", body) or _LOOSE_REAL.match(body):
        return real(body)
    raise BadLiteral(f"{body} is no number")


# --- characters and strings ---------------------------------------------------------------------


def character_value(name: str) -> tuple[Character, int]:
    """Returns the character of what follows ``#\\``, and how much of it was used."""
    if len(name) == 1:
        return intern_character(name), 1
    text = CHARACTER_NAMES.get(name)
    if text is None and re.fullmatch(r"[xuU][0-9a-fA-F]{2,8}", name):
        text = _scalar(name[1:], "#\\" + name, 0)
    if text is None:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), CHARACTER_NAMES, 3, 0.6)
        known = " ".join("#\\" + each for each in near or ("space", "newline", "tab", "return"))
        raise BadLiteral(
            f"no character is called {name}",
            f"{'did you mean' if near else 'known are'} {known}, or #\\x41 by its number",
        )
    return intern_character(text), len(name)


def string_value(raw: str) -> str:
    """Returns what the inside of a string literal stands for, its escapes replaced."""
    pieces: list[str] = []
    position = 0
    for match in _ESCAPE.finditer(raw):
        start = match.start()
        pieces.append(raw[position:start])
        position = match.end()
        simple = match[4]
        if simple is None:
            digits = match[1] if match[1] is not None else match[2] or match[3]
            pieces.append(_scalar(digits, match[0], start))
        elif simple in _SIMPLE_ESCAPES:
            pieces.append(_SIMPLE_ESCAPES[simple])
        elif simple in _ESCAPE_FORMS:
            message, hint = _ESCAPE_FORMS[simple]
            raise BadLiteral(message, hint, start)
        else:
            pieces.append(match[0])  # any other backslash stays, which regular expressions like
    pieces.append(raw[position:])
    return "".join(pieces)


def without_indentation(raw: str) -> str:
    """Returns the inside of a multi-line string without what only lays it out.

    That is the line end behind the opening quotes, the line of the closing quotes if nothing else
    stands there, and the white space that all other lines begin with.
    """
    first, *lines = raw.split("\n")
    if not lines:
        return raw
    counted = [line for line in lines if line.strip()]
    if not lines[-1].strip():
        counted.append(lines[-1] + ".")  # where the closing quotes stand counts, too
    indentation = ""
    if counted:
        lowest, highest = min(counted), max(counted)
        for at, character in enumerate(lowest):
            if character not in " \t" or highest[at : at + 1] != character:
                break
            indentation += character
    size = len(indentation)
    lines = [line[size:] if line.strip() else line[size:].rstrip(" \t") for line in lines]
    if first.strip():
        lines.insert(0, first)
    if len(lines) > 1 and not raw.rpartition("\n")[2].strip():
        lines.pop()
    return "\n".join(lines)


def _scalar(digits: str, literal: str, offset: int) -> str:
    """Returns the character with this hexadecimal number."""
    if not re.fullmatch(r"[0-9a-fA-F]+", digits):
        message, hint = _ESCAPE_FORMS["x"]
        raise BadLiteral(message, hint, offset)
    number = int(digits, 16) if len(digits.lstrip("0")) < 8 else 0x110000
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise BadLiteral(
            f"{literal} is no Unicode character",
            "characters go up to 10FFFF, without D800 to DFFF",
            offset,
        )
    return chr(number)
