"""Characters: their kinds, their case, their order, and the way to numbers and strings."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.library.arguments import integer_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.texts.strings import WHITE_SPACE
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import FALSE, TRUE, Character, Value, intern_character

WAITING = WaitKind.NEVER


def character_argument(name: str, value: Value, argument: int = 0) -> Value:
    """Returns the text of a character argument."""
    if type(value) is Character:
        return value.text
    error = wrong_type(name, "char", value, argument)
    if type(value) is str and len(value) == 1:
        error.hint = f"a character is written #\\{value}; (string/to-char text) makes one"
    raise error


# --- kinds -----------------------------------------------------------------------------------


def is_letter(character: str) -> bool:
    """Tells whether a character has Unicode's property Alphabetic."""
    if character.isascii() or character.isalpha():
        return character.isalpha()
    import unicodedata

    from lispcore.library.texts.unicode_ranges import is_other_alphabetic

    return unicodedata.category(character) == "Nl" or is_other_alphabetic(character)


@function(
    "char/alphabetic?",
    "c:char",
    "bool",
    "Tells whether a character is a letter of any script.",
    [("(char/alphabetic? #\\é)", "#t"), ("(char/alphabetic? #\\7)", "#f")],
    aliases=("char-alphabetic?",),
)
def is_alphabetic(c: Value) -> Value:
    return TRUE if is_letter(character_argument("char/alphabetic?", c)) else FALSE


@function(
    "char/numeric?",
    "c:char",
    "bool",
    "Tells whether a character is a digit or another number sign, such as ½.",
    [("(char/numeric? #\\7)", "#t"), ("(char/numeric? #\\a)", "#f")],
    aliases=("char-numeric?",),
)
def is_numeric(c: Value) -> Value:
    text = character_argument("char/numeric?", c)
    if text.isascii():
        return TRUE if text.isdigit() else FALSE
    import unicodedata

    return TRUE if unicodedata.category(text) in ("Nd", "Nl", "No") else FALSE


@function(
    "char/whitespace?",
    "c:char",
    "bool",
    "Tells whether a character is white space.",
    [("(char/whitespace? #\\tab)", "#t"), ("(char/whitespace? #\\_)", "#f")],
    aliases=("char-whitespace?",),
)
def is_white_space(c: Value) -> Value:
    return TRUE if character_argument("char/whitespace?", c) in WHITE_SPACE else FALSE


@function(
    "char/upper-case?",
    "c:char",
    "bool",
    "Tells whether a character is a capital.",
    [("(char/upper-case? #\\Q)", "#t"), ("(char/upper-case? #\\q)", "#f")],
    aliases=("char-upper-case?",),
)
def is_upper_case(c: Value) -> Value:
    return TRUE if character_argument("char/upper-case?", c).isupper() else FALSE


@function(
    "char-lower-case?",
    "c:char",
    "bool",
    "Tells whether a character is a small letter.",
    [("(char-lower-case? #\\q)", "#t"), ("(char-lower-case? #\\Q)", "#f")],
    aliases=("char/lower-case?",),
)
def is_lower_case(c: Value) -> Value:
    return TRUE if character_argument("char-lower-case?", c).islower() else FALSE


# --- case ------------------------------------------------------------------------------------


@function(
    "char/upcase",
    "c:char",
    "char",
    "Returns the capital of a character (the first one, where a letter becomes several).",
    [("(char/upcase #\\ü)", "#\\Ü")],
    aliases=("char-upcase",),
)
def upcase(c: Value) -> Value:
    return intern_character(character_argument("char/upcase", c).upper()[0])


@function(
    "char/downcase",
    "c:char",
    "char",
    "Returns the small letter of a character.",
    [("(char/downcase #\\Ü)", "#\\ü")],
    aliases=("char-downcase",),
)
def downcase(c: Value) -> Value:
    return intern_character(character_argument("char/downcase", c).lower()[0])


# --- conversion ------------------------------------------------------------------------------


@function(
    "char/to-integer",
    "c:char",
    "int",
    "Returns the code point of a character.",
    [("(char/to-integer #\\A)", "65"), ("(char->integer #\\λ)", "955")],
    aliases=("char->integer",),
)
def to_integer(c: Value) -> Value:
    return ord(character_argument("char/to-integer", c))


@function(
    "integer/to-char",
    "code:int",
    "char",
    "Returns the character with a code point. Surrogates and numbers above #x10FFFF have none.",
    [("(integer/to-char 955)", "#\\λ"), ("(integer->char -1)", "error: invalid codepoint")],
    aliases=("integer->char",),
)
def from_integer(code: Value) -> Value:
    if type(code) is int and 0 <= code < 0xD800:
        return intern_character(chr(code))
    return intern_character(code_point_text("integer/to-char", code))


def code_point_text(name: str, code: Value) -> Value:
    """Returns the one-character string of a code point or raises the error for a wrong one."""
    number = integer_argument(name, code)
    if 0 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF:
        return chr(number)
    raise LispError(
        f"{name}: invalid codepoint {number}",
        hint="code points go from 0 to 1114111 (#x10FFFF), without 55296 to 57343",
    )


@function(
    "char/to-string",
    "c:char",
    "string",
    "Returns the string that holds this one character.",
    [("(char/to-string #\\z)", '"z"')],
    aliases=("char->string",),
)
def to_string(c: Value) -> Value:
    return character_argument("char/to-string", c)


@function(
    "string/to-char",
    "text:string",
    "char",
    "Returns the character of a string that holds exactly one.",
    [('(string/to-char "λ")', "#\\λ"), ('(string->char "ab")', "error: exactly one character")],
    aliases=("string->char",),
)
def from_string(text: Value) -> Value:
    text = string_argument("string/to-char", text)
    if len(text) != 1:
        raise LispError(
            f"string/to-char: string must have exactly one character, got {len(text)}",
            hint="(string/chars text) gives all characters of a text",
        )
    return intern_character(text)


# --- order -----------------------------------------------------------------------------------


def _enter_comparison(
    name: str, holds: Callable[[str, str], bool], text: str, example: tuple[str, str], folded: bool
) -> None:
    def compare(a: Value, b: Value) -> Value:
        left, right = character_argument(name, a, 1), character_argument(name, b, 2)
        if folded:
            left, right = left.lower()[0], right.lower()[0]
        return TRUE if holds(left, right) else FALSE

    function(name, "a:char b:char", "bool", text, [example])(compare)


_ORDERS: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
    ("=", lambda a, b: a == b, "is the same as"),
    ("<", lambda a, b: a < b, "comes before"),
    (">", lambda a, b: a > b, "comes after"),
    ("<=", lambda a, b: a <= b, "does not come after"),
    (">=", lambda a, b: a >= b, "does not come before"),
)

for _sign, _holds, _words in _ORDERS:
    _enter_comparison(
        f"char{_sign}?",
        _holds,
        f"Tells whether the first character {_words} the second, by code point.",
        (f"(char{_sign}? #\\m #\\m)", "#t" if "=" in _sign else "#f"),
        False,
    )
    _enter_comparison(
        f"char-ci{_sign}?",
        _holds,
        f"Tells whether the first character {_words} the second, letter case aside.",
        (f"(char-ci{_sign}? #\\M #\\m)", "#t" if "=" in _sign else "#f"),
        True,
    )
