"""Sets of code points for regular expressions: the algebra of classes and Unicode's properties.

A set is a sorted list of disjoint (first, last) ranges. Python's `re` knows neither properties nor
`[a&&b]`; such classes are computed here and written out as plain ranges.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

from lispcore.library.texts.strings import WHITE_SPACE

Ranges: TypeAlias = list[tuple[int, int]]

LAST_CODE_POINT: Final = 0x10FFFF
# All assigned characters but private use stand below this, and in the tag block.
_ASSIGNED_END: Final = 0x33480
_TAGS: Final = (0xE0000, 0xE01F0)


def normalized(ranges: Ranges) -> Ranges:
    """Returns the same set sorted and without overlaps."""
    result: Ranges = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            if last > result[-1][1]:
                result[-1] = (result[-1][0], last)
        else:
            result.append((first, last))
    return result


def complement(ranges: Ranges) -> Ranges:
    """Returns all code points that are not in a normalized set."""
    result: Ranges = []
    start = 0
    for first, last in ranges:
        if first > start:
            result.append((start, first - 1))
        start = last + 1
    if start <= LAST_CODE_POINT:
        result.append((start, LAST_CODE_POINT))
    return result


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """Returns what is in both sets."""
    return complement(normalized(complement(left) + complement(right)))


def difference(left: Ranges, right: Ranges) -> Ranges:
    """Returns what is in the first set only."""
    return intersection(left, complement(right))


def from_characters(text: str) -> Ranges:
    """Returns the set of the characters of a text."""
    return normalized([(ord(each), ord(each)) for each in text])


def class_text(ranges: Ranges) -> str:
    """Returns the ranges as they stand between the brackets of a Python class."""
    parts: list[str] = []
    for first, last in ranges:
        parts.append(f"\\U{first:08x}" if first == last else f"\\U{first:08x}-\\U{last:08x}")
    return "".join(parts)


def _scan(holds: Callable[[str], bool]) -> Ranges:
    """Returns the set of code points for which a predicate of one-character strings holds."""
    result: Ranges = []
    start = -1
    for span in ((0, _ASSIGNED_END), _TAGS):
        for code in range(span[0], span[1] + 1):
            if code < span[1] and holds(chr(code)):
                if start < 0:
                    start = code
            elif start >= 0:
                result.append((start, code - 1))
                start = -1
    return result


@cache
def _by_category() -> dict[str, Ranges]:
    import unicodedata

    table: dict[str, Ranges] = {}
    for span in ((0, _ASSIGNED_END), _TAGS):
        start, current = span[0], unicodedata.category(chr(span[0]))
        for code in range(span[0] + 1, span[1] + 1):
            category = unicodedata.category(chr(code)) if code < span[1] else ""
            if category != current:
                table.setdefault(current, []).append((start, code - 1))
                start, current = code, category
    table["Co"] = [(0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]
    table["Cn"] = complement(
        normalized([r for name, rs in table.items() if name != "Cn" for r in rs])
    )
    return table


def categories(*prefixes: str) -> Ranges:
    """Returns the characters whose general category begins with one of the prefixes."""
    return normalized(
        [r for name, ranges in _by_category().items() if name.startswith(prefixes) for r in ranges]
    )


@cache
def word_marks() -> str:
    """Returns, as class text, what counts as part of a word and Python's \\w leaves out."""
    return class_text(normalized([*categories("M", "Pc"), (0x200C, 0x200D)]))


@cache
def word() -> Ranges:
    """Returns the set \\w: letters, marks, decimal digits, connecting punctuation, joiners."""
    from lispcore.library.texts.unicode_ranges import is_other_alphabetic

    letters = categories("L", "M", "Nd", "Nl", "Pc")
    return normalized([*letters, *_scan(is_other_alphabetic), (0x200C, 0x200D)])


def digit() -> Ranges:
    """Returns the set \\d: the decimal digits of all scripts."""
    return categories("Nd")


def space() -> Ranges:
    """Returns the set \\s."""
    return from_characters(WHITE_SPACE)


_ASCII_CLASSES: Final[dict[str, str]] = {
    "alnum": "09AZaz",
    "alpha": "AZaz",
    "ascii": "\0\x7f",
    "blank": "\t\t  ",
    "cntrl": "\0\x1f\x7f\x7f",
    "digit": "09",
    "graph": "!~",
    "lower": "az",
    "print": " ~",
    "punct": "!/:@[`{~",
    "space": "\t\r  ",
    "upper": "AZ",
    "word": "09AZ__az",
    "xdigit": "09AFaf",
}


def ascii_class(name: str) -> Ranges | None:
    """Returns the set of a POSIX class name such as ``alpha``, or None."""
    bounds = _ASCII_CLASSES.get(name)
    if bounds is None:
        return None
    return normalized([(ord(a), ord(b)) for a, b in zip(bounds[::2], bounds[1::2], strict=True)])


_CATEGORY_NAMES: Final[dict[str, str]] = {
    "letter": "L",
    "uppercaseletter": "Lu",
    "lowercaseletter": "Ll",
    "titlecaseletter": "Lt",
    "modifierletter": "Lm",
    "otherletter": "Lo",
    "mark": "M",
    "nonspacingmark": "Mn",
    "spacingmark": "Mc",
    "enclosingmark": "Me",
    "number": "N",
    "decimalnumber": "Nd",
    "letternumber": "Nl",
    "othernumber": "No",
    "punctuation": "P",
    "connectorpunctuation": "Pc",
    "dashpunctuation": "Pd",
    "openpunctuation": "Ps",
    "closepunctuation": "Pe",
    "initialpunctuation": "Pi",
    "finalpunctuation": "Pf",
    "otherpunctuation": "Po",
    "symbol": "S",
    "mathsymbol": "Sm",
    "currencysymbol": "Sc",
    "modifiersymbol": "Sk",
    "othersymbol": "So",
    "separator": "Z",
    "spaceseparator": "Zs",
    "lineseparator": "Zl",
    "paragraphseparator": "Zp",
    "other": "C",
    "control": "Cc",
    "format": "Cf",
    "surrogate": "Cs",
    "privateuse": "Co",
    "unassigned": "Cn",
}
_CATEGORIES: Final = frozenset(
    (
        *("l", "lu", "ll", "lt", "lm", "lo", "m", "mn", "mc", "me", "n", "nd", "nl", "no"),
        *("p", "pc", "pd", "ps", "pe", "pi", "pf", "po", "s", "sm", "sc", "sk", "so"),
        *("z", "zs", "zl", "zp", "c", "cc", "cf", "cs", "co", "cn"),
    )
)
# Scripts are told by the names of their characters; a name begins with one of these.
_SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "han": (
        "CJK UNIFIED",
        "CJK COMPATIBILITY IDEOGRAPH",
        "CJK RADICAL",
        "KANGXI",
        "IDEOGRAPHIC ITER",
    ),
    **{
        name: (name.upper() + " ", *also)
        for name, also in (
            ("latin", ("FULLWIDTH LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL")),
            ("greek", ("GREEK",)),
            ("hangul", ("HANGUL", "HALFWIDTH HANGUL")),
            ("katakana", ("HALFWIDTH KATAKANA",)),
        )
    },
    **{
        name: (name.upper() + " ",)
        for name in (
            *("arabic", "armenian", "bengali", "cyrillic", "devanagari", "ethiopic", "georgian"),
            *("gujarati", "gurmukhi", "hebrew", "hiragana", "kannada", "khmer", "lao"),
            *("malayalam", "mongolian", "myanmar", "oriya", "sinhala", "syriac", "tamil"),
            *("telugu", "thai", "tibetan"),
        )
    },
}


@cache
def property_ranges(name: str) -> tuple[tuple[int, int], ...] | None:
    """Returns the set of a property as named in ``\\p{…}``, or None for an unknown one."""
    plain = name.lower().replace("_", "").replace("-", "").replace(" ", "")
    for separator in ("=", ":"):
        kind, found, value = plain.partition(separator)
        if found and kind in ("script", "sc", "scx", "scriptextensions", "generalcategory", "gc"):
            plain = value
    if plain in _CATEGORIES:
        return tuple(categories(plain.capitalize()))
    if plain in _CATEGORY_NAMES:
        return tuple(categories(_CATEGORY_NAMES[plain]))
    if plain in _SCRIPTS:
        return tuple(_script(plain))
    return _binary_property(plain)


def _script(name: str) -> Ranges:
    import unicodedata

    beginnings = _SCRIPTS[name]
    return intersection(
        _scan(lambda c: unicodedata.name(c, "").startswith(beginnings)),
        complement(categories("P", "Nd", "C")),
    )


def _binary_property(name: str) -> tuple[tuple[int, int], ...] | None:
    if name == "any":
        return ((0, LAST_CODE_POINT),)
    if name == "ascii":
        return ((0, 127),)
    if name in ("whitespace", "space", "wspace"):
        return tuple(space())
    if name in ("alphabetic", "alpha"):
        from lispcore.library.texts.characters import is_letter

        return tuple(_scan(is_letter))
    if name in ("uppercase", "upper"):
        return tuple(_scan(str.isupper))
    if name in ("lowercase", "lower"):
        return tuple(_scan(str.islower))
    from lispcore.library.texts.unicode_ranges import EMOJI_PROPERTIES

    if name in EMOJI_PROPERTIES:
        return tuple(_parsed(EMOJI_PROPERTIES[name]))
    return None


def _parsed(text: str) -> Ranges:
    ranges = (part.partition("-") for part in text.split())
    return normalized([(int(a, 16), int(b or a, 16)) for a, _, b in ranges])
