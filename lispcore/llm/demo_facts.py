"""What the demo model finds in a text: dates, money, numbers, names, lists, and ``label: value``.

Plain patterns, tried in order; good enough for the sentences that people try an extraction with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

# Some pages of text: the patterns below go through each character several times.
_MAX_CHARACTERS: Final = 20_000

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH: Final = r"(?P<month>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*)\.?"
_YEAR: Final = r"(?P<year>\d{4})"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b" + _YEAR + r"-(?P<number>\d{1,2})-(?P<day>\d{1,2})\b",
        _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+" + _YEAR + r"\b)?",
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?"
        + _MONTH
        + r"(?:,?\s+"
        + _YEAR
        + r")?",
        r"\b(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./]" + _YEAR + r"\b",
    )
)
_TIME: Final = re.compile(r"\b\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?|\b\d{1,2}\s?[ap]m\b|\bnoon\b", re.I)
_MONEY: Final = re.compile(
    r"(?P<sign>[$€£¥])\s?(?P<amount>\d[\d,]*(?:\.\d+)?)"
    r"|(?<![\d,.])(?P<after>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>USD|EUR|GBP|dollars?|euros?|pounds?|€|£)"
)
_CURRENCIES: Final = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "dollar": "USD", "euro": "EUR", "pound": "GBP",
}  # fmt: skip
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?!\d)")
_WORD_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_AGE: Final = re.compile(r"\b(\d{1,3})[\s-]*(?:years?[\s-]*old|yo\b)|\baged?\s+(?:of\s+)?(\d{1,3})")
_YEARS: Final = re.compile(r"(?<![\d$€£.,-])(1[5-9]\d\d|20\d\d)(?![\d-])")
_PERCENT: Final = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s?(?:%|percent)")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]|\bwww\.[^\s<>\"]+[^\s<>\".,;:!?)]")
_PHONE: Final = re.compile(r"(?<!\w)\+?\(?\d[\d ()/-]{6,}\d(?!\w)")
_QUOTED: Final = re.compile(r"[\"“«]([^\"”»\n]{1,300})[\"”»]|(?<!\w)'([^'\n]{1,300})'(?!\w)")
_LABELLED: Final = re.compile(
    r"^[ \t>*-]*([A-Za-z][\w ]{0,30}?)[ \t]*[:=][ \t]*(\S.*?)[ \t]*$", re.M
)
_CAPITAL: Final = r"[A-ZÄÖÜÉÅØÆ][\w’'&-]*"
_NAME: Final = re.compile(
    rf"{_CAPITAL}(?:(?: (?:of|de|van|von|der|la) | |(?<=\b[A-Z])\. ){_CAPITAL})*"
)
_BULLET: Final = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+(.+?)[ \t]*$", re.M)

_LIST_VERB: Final = re.compile(
    r"\b(?:likes?|loves?|enjoys?|are|includes?|including|such as|knows?|needs?|wants?|bought|buy"
    r"|experience (?:with|in)|skills? in) "
)
_TITLES: Final = ("CEO", "CTO", "CFO", "VP", "PDF", "FAQ", "ID", "PM", "AM")
_REFERENCE: Final = re.compile(r"#\s?(\w[\w-]*)|\b([A-Z]{1,5}-?\d[\w-]*)\b|\b(\d{4,})\b")

# Capitalised at the start of a sentence, and no name.
_NO_NAMES: Final = frozenset(
    (
        "a an the i he she it we you they his her its our your their my this that these those who "
        "what when where why how is are was were do does did can could will would should may must "
        "and or but if so as at by for from in of on to with about after before please thanks "
        "dear hello hi join meet call contact order invoice receipt subject re total tickets buy "
        "there here yes no not one two three today tomorrow yesterday name date price mr mrs ms dr "
        "also just our let lets get thank remember summary title book text description"
    ).split()
)
_ORGANISATION: Final = re.compile(
    r"\b(Corp|Inc|Ltd|LLC|GmbH|AG|Co|Company|Corporation|Bank|University|Group|Labs?|Store|Shop|"
    r"Caf[eé]|Restaurant|Hotel|Systems|Technologies|Industries|Studios?)\b"
)
_PLACE_WORDS: Final = ("in", "near", "at", "to", "from")


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised group of words, and the lower-case word before it."""

    text: str
    before: str
    position: int


class TextFacts:
    """What patterns find in one text, each kind in the order of the text."""

    def __init__(self, text: str) -> None:
        self.text = text[:_MAX_CHARACTERS]

    @cached_property
    def labelled(self) -> dict[str, str]:
        """Values of lines such as ``Vendor: Blue Bottle``, by label in lower case."""
        return {
            " ".join(label.lower().replace("_", " ").split()): value
            for label, value in _LABELLED.findall(self.text)
        }

    @cached_property
    def dates(self) -> list[str]:
        """Dates as ``2025-01-15`` where the year is said anywhere, else as they stand."""
        found: list[tuple[int, str]] = []
        taken: list[tuple[int, int]] = []
        for pattern in _DATES:
            for match in pattern.finditer(self.text):
                if not _overlaps(match.span(), taken):
                    taken.append(match.span())
                    found.append((match.start(), self._iso(match)))
        return [date for _, date in sorted(found)]

    def _iso(self, match: re.Match[str]) -> str:
        parts = match.groupdict()
        year = parts.get("year") or next(iter(self.years), "")
        month = _month_number(parts.get("month") or "") or int(parts.get("number") or 0)
        day = int(parts["day"])
        if not year or not 1 <= month <= 12 or not 1 <= day <= 31:
            return match.group()
        return f"{year}-{month:02}-{day:02}"

    @cached_property
    def weekdays(self) -> list[str]:
        """Days of the week, today and tomorrow, as they stand."""
        names = "|".join((*_DAYS, "today", "tomorrow", "yesterday", "tonight"))
        return re.findall(rf"\b(?:{names})\b", self.text, re.IGNORECASE)

    @cached_property
    def references(self) -> list[str]:
        """Numbers of orders, rooms and the like: ``#4521``, ``B12``."""
        return ["".join(groups) for groups in _REFERENCE.findall(self.text)]

    @cached_property
    def years(self) -> list[str]:
        """Years from 1500 to 2099."""
        return _YEARS.findall(self.text)

    @cached_property
    def times(self) -> list[str]:
        """Times of day as they stand."""
        return _TIME.findall(self.text)

    @cached_property
    def money(self) -> list[tuple[str, float]]:
        """Amounts of money: as they stand, and as numbers."""
        found = []
        for match in _MONEY.finditer(self.text):
            digits = match["amount"] or match["after"]
            found.append((match.group(), float(digits.replace(",", ""))))
        return found

    @cached_property
    def currency(self) -> str:
        """The code of the first currency, "" without one."""
        for match in _MONEY.finditer(self.text):
            unit = match["sign"] or match["unit"].rstrip("s")
            return _CURRENCIES.get(unit, unit)
        return ""

    @cached_property
    def ages(self) -> list[float]:
        """Ages in years."""
        return [float(first or second) for first, second in _AGE.findall(self.text)]

    @cached_property
    def percents(self) -> list[float]:
        """Percentages."""
        return [float(number) for number in _PERCENT.findall(self.text)]

    @cached_property
    def numbers(self) -> list[float]:
        """All numbers that are part of no date, in digits or in words."""
        taken = [match.span() for pattern in _DATES for match in pattern.finditer(self.text)]
        found = [
            (match.start(), float(match.group().replace(",", "")))
            for match in _NUMBER.finditer(self.text)
            if not _overlaps(match.span(), taken)
        ]
        found += [
            (match.start(), float(_WORD_NUMBERS[match.group().lower()]))
            for match in re.finditer(r"[A-Za-z]+", self.text)
            if match.group().lower() in _WORD_NUMBERS
        ]
        return [number for _, number in sorted(found)]

    @cached_property
    def emails(self) -> list[str]:
        """Addresses of electronic mail."""
        return _EMAIL.findall(self.text)

    @cached_property
    def urls(self) -> list[str]:
        """Addresses of web pages."""
        return _URL.findall(self.text)

    @cached_property
    def phones(self) -> list[str]:
        """Numbers of telephones."""
        return [each for each in _PHONE.findall(self.text) if not re.match(r"\d{4}-\d\d-", each)]

    @cached_property
    def quoted(self) -> list[str]:
        """Texts in quotation marks."""
        return [first or second for first, second in _QUOTED.findall(self.text)]

    @cached_property
    def names(self) -> list[Name]:
        """Groups of capitalised words that are neither dates nor the first words of sentences."""
        found = []
        for match in _NAME.finditer(self.text):
            words = match.group().split(" ")
            position = match.start()
            while words and re.split(r"[.'’]", words[0].lower())[0] in _NO_NAMES:
                position += len(words[0]) + 1
                words.pop(0)
            while words and words[-1].lower() in ("and", "of"):
                words.pop()
            if len(words) == 1 and (words[0] in _TITLES or _REFERENCE.fullmatch(words[0])):
                continue
            text = " ".join(words).rstrip(".,'’")
            if text and not _is_calendar(text):
                found.append(Name(text, self._word_before(position), position))
        return found

    def _word_before(self, position: int) -> str:
        words = re.findall(r"[\w'.]+", self.text[max(0, position - 40) : position])
        while words and words[-1].lower() in ("the", "a", "an"):
            words.pop()
        return words[-1].lower() if words else ""

    @cached_property
    def organisations(self) -> list[str]:
        """Names that sound like companies, then those that something is bought from."""
        sounding = [each.text for each in self.names if _ORGANISATION.search(each.text)]
        return _distinct(
            [
                *sounding,
                *(each.text for each in self.names if each.before in ("at", "from", "with")),
            ]
        )

    @cached_property
    def places(self) -> list[str]:
        """Names after words of place, and what follows them after a comma."""
        found: list[str] = []
        end_of_place = -1
        for each in self.names:
            end = each.position + len(each.text)
            follows = self.text[end_of_place : each.position] == ", " and end_of_place > 0
            is_business = _ORGANISATION.search(each.text) and self.text[end : end + 1] != ","
            if follows or (each.before in _PLACE_WORDS and not is_business):
                found.append(each.text)
                end_of_place = end
        return _distinct(found)

    @cached_property
    def people(self) -> list[str]:
        """Names that are neither companies nor places."""
        others = {*self.organisations, *self.places, *self.quoted}
        return _distinct(each.text for each in self.names if each.text not in others)

    @cached_property
    def titles(self) -> list[str]:
        """What is in quotation marks, and what is named after *for* or *called*."""
        found = list(self.quoted)
        for each in self.names:
            if each.before in ("for", "called", "titled", "named", "read", "watched"):
                year = re.match(r" \d{4}\b", self.text[each.position + len(each.text) :])
                found.append(each.text + (year.group() if year else ""))
        return _distinct(found)

    @cached_property
    def items(self) -> list[str]:
        """The lines of a list, else what stands between commas and *and*."""
        bullets = _BULLET.findall(self.text)
        if bullets:
            return bullets
        return _listed(_LIST_VERB.split(self._enumeration, 1)[-1])

    @cached_property
    def clauses(self) -> list[str]:
        """The lines of a list, else the parts of the sentence with the most commas."""
        return _BULLET.findall(self.text) or _listed(self._enumeration)

    @property
    def _enumeration(self) -> str:
        sentences = re.split(r"(?<=[.!?])\s+|\n", self.text)
        return max(sentences, key=_how_listed).rpartition(":")[2]

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences."""
        return [each for each in re.split(r"(?<=[.!?])\s+|\n+", self.text.strip()) if each]


def _how_listed(sentence: str) -> int:
    return sentence.count(",") + sentence.count(" and ") + 2 * sentence.count(": ")


def _listed(text: str) -> list[str]:
    pieces = re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", text.strip().rstrip(".!?"))
    return [piece.strip() for piece in pieces if piece.strip()] if len(pieces) > 1 else []


def _overlaps(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _month_number(word: str) -> int:
    for number, month in enumerate(_MONTHS, 1):
        if word and month.startswith(word.lower()[:3]):
            return number
    return 0


def _is_calendar(text: str) -> bool:
    word = text.lower().rstrip(".")
    return (
        word in _DAYS
        or word in _MONTHS
        or word in {month[:3] for month in _MONTHS}
        or word == "sept"
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
