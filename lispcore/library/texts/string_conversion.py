"""The ways between strings and other types: characters, code points, numbers, symbols, keywords."""

from __future__ import annotations

import re
from typing import Final

from lispcore.library.arguments import ABSENT, integer_argument, sequence_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.texts.characters import character_argument, code_point_text
from lispcore.library.texts.strings import WHITE_SPACE
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.late_patterns import late_pattern
from lispcore.values.numbers import Complex, Ratio, int_from_digits, number_text
from lispcore.values.types import (
    CHARACTERS,
    EMPTY,
    FALSE,
    TRUE,
    Character,
    Keyword,
    List,
    Symbol,
    Value,
    intern_character,
    intern_keyword,
    intern_symbol,
    list_from,
)

WAITING = WaitKind.NEVER

# In between Stop is heard.
CHARACTERS_AT_ONCE: Final = 2_000_000

# --- characters and code points --------------------------------------------------------------


@function(
    "string/chars",
    "text:string",
    "list",
    "Returns the characters of a text as a list.",
    [('(string/chars "hé!")', "(#\\h #\\é #\\!)"), ('(string->list "")', "()")],
    aliases=("string/to-list", "string->list"),
)
def chars(text: Value) -> List:
    if type(text) is not str:
        text = string_argument("string/chars", text)
    if not text:
        return EMPTY
    cells: list[Value] = []
    for end in range(len(text), 0, -CHARACTERS_AT_ONCE):
        backwards = text[max(0, end - CHARACTERS_AT_ONCE) : end][::-1]
        try:
            cells += [*map(CHARACTERS.__getitem__, backwards)]
        except KeyError:  # a character that nobody has used yet
            cells += map(intern_character, backwards)
    return List(cells, len(cells))


@function(
    "list->string",
    "characters:list",
    "string",
    "Joins a list of characters into a text.",
    [("(list->string (list #\\o #\\k))", '"ok"')],
)
def from_chars(characters: Value) -> Value:
    if type(characters) is not List:
        raise wrong_type("list->string", "list", characters, 1)
    items = characters.cells[characters.count - 1 :: -1] if characters.count else []
    if _CHARACTERS.issuperset(map(type, items)):
        return "".join([each.text for each in items])
    return "".join([character_argument("list->string", each) for each in items])


@function(
    "string/codepoints",
    "text:string",
    "list",
    "Returns the Unicode code points of a text as integers.",
    [('(string/codepoints "aé🙂")', "(97 233 128578)")],
)
def codepoints(text: Value) -> List:
    return list_from(map(ord, string_argument("string/codepoints", text)))


@function(
    "string/from-codepoints",
    "codes:list",
    "string",
    "Returns the text with these Unicode code points, given as a list or a vector.",
    [("(string/from-codepoints (list 104 105))", '"hi"')],
)
def from_codepoints(codes: Value) -> Value:
    name = "string/from-codepoints"
    return "".join([code_point_text(name, each) for each in sequence_argument(name, codes)])


# --- symbols and keywords --------------------------------------------------------------------


@function(
    "string/to-symbol",
    "text:string",
    "symbol",
    "Returns the symbol with this name.",
    [('(string/to-symbol "width")', "width")],
    aliases=("string->symbol",),
)
def to_symbol(text: Value) -> Symbol:
    return intern_symbol(string_argument("string/to-symbol", text))


@function(
    "symbol/to-string",
    "name:symbol",
    "string",
    "Returns the name of a symbol.",
    [("(symbol/to-string 'width)", '"width"')],
    aliases=("symbol->string",),
)
def from_symbol(name: Value) -> Value:
    if type(name) is not Symbol:
        raise wrong_type("symbol/to-string", "symbol", name)
    return name.name


@function(
    "string/to-keyword",
    "text:string",
    "keyword",
    "Returns the keyword with this name, which is given without the colon.",
    [('(string/to-keyword "width")', ":width")],
    aliases=("string->keyword",),
)
def to_keyword(text: Value) -> Keyword:
    return intern_keyword(string_argument("string/to-keyword", text))


@function(
    "keyword/to-string",
    "key:keyword",
    "string",
    "Returns the name of a keyword, without the colon.",
    [("(keyword/to-string :width)", '"width"')],
    aliases=("keyword->string",),
)
def from_keyword(key: Value) -> Value:
    if type(key) is not Keyword:
        raise wrong_type("keyword/to-string", "keyword", key)
    return key.name


# --- numbers ---------------------------------------------------------------------------------

_RADIX_DIGITS: Final = {2: "01", 8: "0-7", 10: "0-9", 16: "0-9a-fA-F"}
_RADIX_FORMATS: Final = {2: "b", 8: "o", 10: "d", 16: "x"}
_DECIMAL_FLOAT: Final = late_pattern(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_SPECIAL_FLOATS: Final = late_pattern(r"[+-]?(?:inf(?:inity)?|nan)\Z", re.IGNORECASE)


def _radix_argument(name: str, radix: Value) -> Value:
    number = integer_argument(name, radix, 2)
    if number not in _RADIX_DIGITS:
        raise LispError(
            f"{name}: unsupported radix {number} (expected 2, 8, 10, or 16)",
            hint="10 is the default",
        )
    return number


# Most numbers that are not integers look like this.
_PLAIN_FLOAT = late_pattern(r"-?[0-9]+\.[0-9]+")
_CHARACTERS = frozenset((Character,))

_SIGNS = frozenset(("+", "-"))
# The words for infinities and for no number, in the spellings that the dialect takes.
_FLOAT_WORDS = frozenset("inf Inf +inf -inf nan NaN NAN +nan -nan".split())


# Whatever begins otherwise is no number, in any notation of the language.
_STARTS_OF_NUMBERS: Final = frozenset(f"0123456789+-#iInN{WHITE_SPACE}")
# So many digits need no care, whatever they are.
_FEW_DIGITS: Final = 18
_TEN: Final = 10


def number_of_text(text: str) -> Value:
    """Returns the number that the reader would read from a text, or None if it is none."""
    if text[:1] not in _STARTS_OF_NUMBERS or text in _SIGNS:
        return None
    if text.isdigit() and text.isascii():
        return int_from_digits(text)
    if text[0] == "-" and len(text) < _FEW_DIGITS and (text[1:].isdigit() and text.isascii()):
        return int(text)
    if _PLAIN_FLOAT.fullmatch(text):
        return float(text)
    from lispcore.reading.literals import NUMBER, BadLiteral, number_value, prefixed_number_value

    text = text.strip(WHITE_SPACE)
    if text.isascii() and text.isdigit():
        return int_from_digits(text)
    try:
        if re.fullmatch(NUMBER, text):
            return number_value(text)
        if text.startswith("#"):
            value, used = prefixed_number_value(text)
            return value if used == len(text) else None
    except BadLiteral:
        return None
    return float(text) if text in _FLOAT_WORDS else None


@function(
    "string/to-number",
    "text:string [radix:int]",
    "number or #f",
    "Returns the number that the text is written as, in any notation of the language, or #f if it "
    "is none. A radix of 2, 8 or 16 reads an integer in that base.",
    [
        ('(string/to-number "6.5e1")', "65.0"),
        ('(string->number "2/6")', "1/3"),
        ('(string->number "ff" 16)', "255"),
        ('(string->number "six")', "#f"),
    ],
    aliases=("string->number",),
)
def to_number(text: Value, radix: Value = _TEN) -> Value:
    if (
        type(text) is str
        and radix is _TEN
        and text.isdigit()
        and text.isascii()
        and len(text) < _FEW_DIGITS
    ):
        return int(text)
    text = string_argument("string/to-number", text)
    base = 10 if type(radix) is int and radix == 10 else _radix_argument("string/to-number", radix)
    if base != 10:
        match = re.fullmatch(rf"[+-]?[{_RADIX_DIGITS[base]}]+", text)
        return FALSE if match is None else int(text, base)
    number = number_of_text(text)
    return FALSE if number is None else number


@function(
    "string/number?",
    "text:string",
    "bool",
    "Tells whether `string/to-number` would make a number of the text.",
    [('(string/number? "-2.5")', "#t"), ('(string/number? "2,5")', "#f")],
)
def is_number(text: Value) -> Value:
    return FALSE if number_of_text(string_argument("string/number?", text)) is None else TRUE


@function(
    "string->float",
    "text:string",
    "float",
    "Returns the float that the text is written as; a number becomes a float too. Anything else is "
    "an error, also white space around it.",
    [
        ('(string->float "12")', "12.0"),
        ("(string->float 3)", "3.0"),
        ('(string->float "x")', "error: cannot parse"),
    ],
    aliases=("string/to-float",),
)
def to_float(text: Value) -> Value:
    if type(text) is float:
        return text
    if type(text) is int:
        try:
            return float(text)
        except OverflowError:
            return float("inf") if text > 0 else float("-inf")
    if type(text) is not str:
        raise wrong_type("string->float", "string or number", text)
    if _DECIMAL_FLOAT.match(text) or _SPECIAL_FLOATS.match(text):
        return float(text)
    raise LispError(
        f"string->float: cannot parse '{_shortened(text)}' as float",
        hint="(string/trim text) takes white space away; (string->number text) gives #f instead",
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


# Integers below need no care for the time that their digits take.
_SMALL = 10**15


@function(
    "number/to-string",
    "number:number [radix:int]",
    "string",
    "Returns a number as text, as it is printed. Integers can be written in base 2, 8 or 16.",
    [("(number/to-string 2.50)", '"2.5"'), ("(number->string 255 16)", '"ff"')],
    aliases=("number->string",),
)
def from_number(number: Value, radix: Value = ABSENT) -> Value:
    if type(number) is int and radix is ABSENT and -_SMALL < number < _SMALL:
        return str(number)
    if type(number) not in (int, float, Ratio, Complex):
        raise wrong_type("number/to-string", "number", number)
    base = 10 if radix is ABSENT else _radix_argument("number/to-string", radix)
    if base == 10:
        return number_text(number)
    if type(number) is not int:
        raise wrong_type("number/to-string", "exact integer", number)
    return format(number, _RADIX_FORMATS[base])
