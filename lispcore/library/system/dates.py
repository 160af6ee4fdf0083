"""Time: timestamps in seconds since 1970 (UTC), formatting and parsing them, waiting.

Formats are those of strftime with the extensions of Rust's chrono (``%.3f``, ``%-d``). The calendar
is computed here, so that years beyond 9999 work and no large module is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from lispcore.library.arguments import integer_argument, number_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.tasks.context import host
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import Map, Value, intern_keyword

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Years -262143 to 262142 are what chrono can show.
_MIN_SECONDS: Final = -8_334_601_228_800
_MAX_SECONDS: Final = 8_210_266_876_799
# A longer sleep is taken for a mistake.
MAX_SLEEP_MILLISECONDS: Final = 86_400_000


class Moment(NamedTuple):
    """One point in time, taken apart. `weekday` 0 is Monday, `year_day` 1 is 1 January."""

    seconds: int
    nanoseconds: int
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int
    year_day: int


def days_from_date(year: int, month: int, day: int) -> int:
    """Returns the days from 1970-01-01 to a date of the Gregorian calendar."""
    # Years begin in March here, so that the leap day is the last one.
    if month <= 2:
        year -= 1
    era_year = year % 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    day_of_era = era_year * 365 + era_year // 4 - era_year // 100 + day_of_year
    return (year // 400) * 146097 + day_of_era - 719468


def date_from_days(days: int) -> tuple[int, int, int]:
    """Returns year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719468, 146097)
    era_year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * era_year + era_year // 4 - era_year // 100)
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + (3 if month_index < 10 else -9)
    return era_year + era * 400 + (1 if month <= 2 else 0), month, day


def moment_of(name: str, timestamp: Value, argument: int = 1) -> Moment:
    """Returns a timestamp taken apart."""
    number = number_argument(name, timestamp, argument)
    if not _MIN_SECONDS <= number <= _MAX_SECONDS:
        raise LispError(
            f"{name}: invalid timestamp", hint="timestamps are seconds since 1970, as of (time/now)"
        )
    seconds = math.floor(number)
    nanoseconds = min(999_999_999, round((number - seconds) * 1_000_000_000))
    days, rest = divmod(seconds, 86400)
    year, month, day = date_from_days(days)
    return Moment(
        seconds,
        nanoseconds,
        year,
        month,
        day,
        rest // 3600,
        rest // 60 % 60,
        rest % 60,
        (days + 3) % 7,
        days - days_from_date(year, 1, 1) + 1,
    )


# --- formatting ------------------------------------------------------------------------------


def _iso_week(moment: Moment) -> tuple[int, int]:
    """Returns the year and number of the ISO 8601 week."""
    week = (moment.year_day - 1 - moment.weekday + 10) // 7
    if week < 1:
        year = moment.year - 1
        return year, _weeks_of(year)
    if week > _weeks_of(moment.year):
        return moment.year + 1, 1
    return moment.year, week


def _weeks_of(year: int) -> int:
    first = (days_from_date(year, 1, 1) + 3) % 7
    leap = days_from_date(year + 1, 1, 1) - days_from_date(year, 1, 1) == 366
    return 53 if first == 3 or (first == 2 and leap) else 52


def _year_text(year: int) -> str:
    return f"{year:04d}" if 0 <= year <= 9999 else f"{year:+05d}"


# Directives that write a number: value, width and the character that fills it up.
_NUMBERS: Final[dict[str, tuple[Callable[[Moment], int], int, str]]] = {
    "C": (lambda m: m.year // 100, 2, "0"),
    "y": (lambda m: m.year % 100, 2, "0"),
    "m": (lambda m: m.month, 2, "0"),
    "d": (lambda m: m.day, 2, "0"),
    "e": (lambda m: m.day, 2, " "),
    "j": (lambda m: m.year_day, 3, "0"),
    "H": (lambda m: m.hour, 2, "0"),
    "k": (lambda m: m.hour, 2, " "),
    "I": (lambda m: (m.hour + 11) % 12 + 1, 2, "0"),
    "l": (lambda m: (m.hour + 11) % 12 + 1, 2, " "),
    "M": (lambda m: m.minute, 2, "0"),
    "S": (lambda m: m.second, 2, "0"),
    "U": (lambda m: (m.year_day + 6 - (m.weekday + 1) % 7) // 7, 2, "0"),
    "W": (lambda m: (m.year_day + 6 - m.weekday) // 7, 2, "0"),
    "V": (lambda m: _iso_week(m)[1], 2, "0"),
    "g": (lambda m: _iso_week(m)[0] % 100, 2, "0"),
    "u": (lambda m: m.weekday + 1, 1, "0"),
    "w": (lambda m: (m.weekday + 1) % 7, 1, "0"),
    "s": (lambda m: m.seconds, 1, "0"),
}
_TEXTS: Final[dict[str, Callable[[Moment], str]]] = {
    "Y": lambda m: _year_text(m.year),
    "G": lambda m: _year_text(_iso_week(m)[0]),
    "B": lambda m: MONTHS[m.month - 1],
    "b": lambda m: MONTHS[m.month - 1][:3],
    "h": lambda m: MONTHS[m.month - 1][:3],
    "A": lambda m: WEEKDAYS[m.weekday],
    "a": lambda m: WEEKDAYS[m.weekday][:3],
    "p": lambda m: "AM" if m.hour < 12 else "PM",
    "P": lambda m: "am" if m.hour < 12 else "pm",
    "f": lambda m: f"{m.nanoseconds:09d}",
    ".f": lambda m: _fraction(m.nanoseconds),
    "Z": lambda m: "UTC",
    "z": lambda m: "+0000",
    ":z": lambda m: "+00:00",
    "::z": lambda m: "+00:00:00",
    "#z": lambda m: "+00",
    "n": lambda m: "\n",
    "t": lambda m: "\t",
    "%": lambda m: "%",
    "3f": lambda m: f"{m.nanoseconds:09d}"[:3],
    "6f": lambda m: f"{m.nanoseconds:09d}"[:6],
    "9f": lambda m: f"{m.nanoseconds:09d}",
    ".3f": lambda m: "." + f"{m.nanoseconds:09d}"[:3],
    ".6f": lambda m: "." + f"{m.nanoseconds:09d}"[:6],
    ".9f": lambda m: "." + f"{m.nanoseconds:09d}",
}
# Directives that stand for others.
_COMPOSED: Final[dict[str, str]] = {
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "v": "%e-%b-%Y",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
    "+": "%Y-%m-%dT%H:%M:%S%.f%:z",
}
_DIRECTIVE: Final = late_pattern(r"%([-_0]?)(\.[369]?f|[369]f|:{1,2}z|#z|.)?", re.DOTALL)
_FORMAT_HINT: Final = (
    "for example %Y-%m-%d %H:%M:%S; %A is the weekday, %B the month, %j the day of the year"
)


def _fraction(nanoseconds: int) -> str:
    """Returns the fraction of a second with as many groups of three digits as needed."""
    if not nanoseconds:
        return ""
    digits = f"{nanoseconds:09d}"
    for width in (3, 6):
        if not digits[width:].strip("0"):
            return "." + digits[:width]
    return "." + digits


def expand_format(name: str, text: str) -> list[tuple[str, str, str]]:
    """Returns a format as (literal text, padding, directive) steps without composed directives."""
    steps: list[tuple[str, str, str]] = []
    position = 0
    for match in _DIRECTIVE.finditer(text):
        steps.append((text[position : match.start()], "", ""))
        position = match.end()
        padding, directive = match[1], match[2] or ""
        if directive in _COMPOSED:
            steps.extend(expand_format(name, _COMPOSED[directive]))
        elif directive in _NUMBERS or (directive in _TEXTS and not padding):
            steps.append(("", padding, directive))
        else:
            raise LispError(
                f"{name}: invalid format string: {match.group()!r} is no directive",
                hint=_FORMAT_HINT,
            )
    steps.append((text[position:], "", ""))
    return steps


def format_moment(name: str, moment: Moment, text: str) -> str:
    """Returns a moment written in a format."""
    parts: list[str] = []
    for literal, padding, directive in expand_format(name, text):
        if not directive:
            parts.append(literal)
        elif directive in _TEXTS:
            parts.append(_TEXTS[directive](moment))
        else:
            value, width, fill = _NUMBERS[directive]
            fill = {"-": "", "_": " ", "0": "0"}.get(padding, fill)
            number = str(value(moment))
            parts.append(number.rjust(width, fill) if fill else number)
    return "".join(parts)


@function(
    "time/format",
    "timestamp:number format:string",
    "string",
    "Writes a timestamp (seconds since 1970, UTC) in a strftime format: `%Y` year, `%m` month, "
    "`%d` day, `%H` hour, `%M` minute, `%S` second, `%F` date, `%T` time, `%A` weekday, `%B` "
    "month name, `%.3f` milliseconds; `%-d` leaves out the padding.",
    [
        ('(time/format 86400 "%F %T")', '"1970-01-02 00:00:00"'),
        ('(time/format 1e9 "%A, %-d %B %Y")', '"Sunday, 9 September 2001"'),
    ],
    waits=WaitKind.NEVER,
)
def format_time(timestamp: Value, format: Value) -> Value:
    text = string_argument("time/format", format, 2)
    return format_moment("time/format", moment_of("time/format", timestamp), text)


# --- parsing ---------------------------------------------------------------------------------

# Directives that read a number: the field it fills and how many digits it may have.
_READ_NUMBERS: Final[dict[str, tuple[str, int]]] = {
    "Y": ("year", 6),
    "C": ("century", 2),
    "y": ("short_year", 2),
    "m": ("month", 2),
    "d": ("day", 2),
    "e": ("day", 2),
    "j": ("year_day", 3),
    "H": ("hour", 2),
    "k": ("hour", 2),
    "I": ("hour_12", 2),
    "l": ("hour_12", 2),
    "M": ("minute", 2),
    "S": ("second", 2),
    "s": ("epoch", 18),
    "f": ("fraction", 9),
    "u": ("weekday", 1),
    "w": ("weekday", 1),
}
_READ_PATTERNS: Final[dict[str, str]] = {
    "z": r"[+-]\d\d:?\d\d|[zZ]",
    ":z": r"[+-]\d\d:?\d\d|[zZ]",
    "#z": r"[+-]\d\d(?::?\d\d)?|[zZ]",
    "Z": r"\S+",
    ".f": r"(?:\.\d+)?",
    ".3f": r"\.\d{3}",
    ".6f": r"\.\d{6}",
    ".9f": r"\.\d{9}",
}
_RANGES: Final[dict[str, tuple[int, int]]] = {
    "month": (1, 12),
    "day": (1, 31),
    "year_day": (1, 366),
    "hour": (0, 23),
    "hour_12": (1, 12),
    "minute": (0, 59),
    "second": (0, 60),
}


def _parse_error(reason: str) -> LispError:
    return LispError(f"time/parse: parse error: {reason}", hint=_FORMAT_HINT)


class _Input:
    """A date text that is read step by step."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.fields: dict[str, int] = {}

    def read_literal(self, literal: str) -> None:
        for character in literal:
            if character.isspace():
                self.skip_space()
            elif self.text.startswith(character, self.position):
                self.position += 1
            else:
                self.fail(f"{character!r}")

    def skip_space(self) -> None:
        while self.text[self.position : self.position + 1].isspace():
            self.position += 1

    def fail(self, expected: str) -> None:
        rest = self.text[self.position : self.position + 20]
        raise _parse_error(
            f"expected {expected} at {rest!r}" if rest else f"the text ends before {expected}"
        )

    def read_number(self, directive: str) -> None:
        field, digits = _READ_NUMBERS[directive]
        self.skip_space()
        sign = r"[+-]?" if field in ("year", "epoch") else ""
        match = re.compile(rf"{sign}[0-9]{{1,{digits}}}").match(self.text, self.position)
        if match is None:
            self.fail(f"a number for %{directive}")
            return
        self.position = match.end()
        self.set(field, int(match.group()))

    def set(self, field: str, value: int) -> None:
        low, high = _RANGES.get(field, (value, value))
        if not low <= value <= high:
            raise _parse_error(f"{field.replace('_', ' ')} {value} is out of range")
        if self.fields.setdefault(field, value) != value:
            raise _parse_error(f"two different values for the {field.replace('_', ' ')}")

    def read_name(self, directive: str) -> None:
        names = MONTHS if directive in "Bbh" else WEEKDAYS if directive in "Aa" else ("AM", "PM")
        rest = self.text[self.position : self.position + 12].lower()
        for number, name in enumerate(names):
            for form in (name.lower(), name[:3].lower()):
                if rest.startswith(form):
                    self.position += len(form)
                    if len(names) == 12:
                        self.set("month", number + 1)
                    else:
                        self.set("afternoon" if len(names) == 2 else "weekday_name", number)
                    return
        self.fail("a name of " + ("a month" if directive in "Bbh" else "a weekday or AM/PM"))

    def read_directive(self, directive: str) -> None:
        if directive in _READ_NUMBERS:
            self.read_number(directive)
        elif directive in "BbhAapP":
            self.read_name(directive)
        elif directive in _READ_PATTERNS:
            match = re.compile(_READ_PATTERNS[directive]).match(self.text, self.position)
            if match is None:
                self.fail(f"what %{directive} stands for")
                return
            self.position = match.end()
        elif directive in "nt":
            self.skip_space()
        elif directive == "%":
            self.read_literal("%")
        else:
            raise _parse_error(f"%{directive} cannot be read")


def _timestamp(fields: dict[str, int]) -> float:
    """Returns the timestamp of the fields that were read."""
    if "epoch" in fields:
        return float(fields["epoch"])
    year = fields.get("year")
    if year is None and "short_year" in fields:
        short = fields["short_year"]
        century = fields.get("century", 19 if short >= 70 else 20)
        year = century * 100 + short
    hour = fields.get("hour")
    if hour is None and "hour_12" in fields and "afternoon" in fields:
        hour = fields["hour_12"] % 12 + 12 * fields["afternoon"]
    has_day = ("month" in fields and "day" in fields) or "year_day" in fields
    if year is None or not has_day or hour is None or "minute" not in fields:
        raise LispError(
            "time/parse: parse error: input is not enough for unique date and time",
            hint="the format needs a year, a month, a day, an hour and a minute; for a date alone "
            'write (time/parse (str date " 00:00") "%Y-%m-%d %H:%M")',
        )
    if abs(year) > 262142:
        raise _parse_error("the year is out of range")
    if "year_day" in fields:
        days = days_from_date(year, 1, 1) + fields["year_day"] - 1
    else:
        days = days_from_date(year, fields["month"], fields["day"])
        if date_from_days(days) != (year, fields["month"], fields["day"]):
            raise _parse_error("input is out of range: there is no such day")
    if fields.get("weekday_name", (days + 3) % 7) != (days + 3) % 7:
        raise _parse_error(f"that day is a {WEEKDAYS[(days + 3) % 7]}")
    seconds = hour * 3600 + fields["minute"] * 60 + min(fields.get("second", 0), 59)
    return float(days * 86400 + seconds)


@function(
    "time/parse",
    "text:string format:string",
    "float",
    "Reads a date and time written in a strftime format and returns the timestamp in whole "
    "seconds. The text is taken as UTC; an offset in it is passed over. The format must give a "
    "year, month, day, hour and minute.",
    [
        ('(time/parse "1970-01-02 00:00" "%Y-%m-%d %H:%M")', "86400.0"),
        ('(time/parse "2024-02-30 00:00" "%Y-%m-%d %H:%M")', "error: out of range"),
    ],
)
def parse(text: Value, format: Value) -> Value:
    source = _Input(string_argument("time/parse", text, 1))
    for literal, _, directive in expand_format(
        "time/parse", string_argument("time/parse", format, 2)
    ):
        if directive:
            source.read_directive(directive)
        else:
            source.read_literal(literal)
    if source.position < len(source.text):
        raise _parse_error(
            f"the text goes on after the format's end: {source.text[source.position :][:20]!r}"
        )
    return _timestamp(source.fields)


# --- clocks and arithmetic -------------------------------------------------------------------


@function(
    "time-ms",
    "",
    "int",
    "Returns the milliseconds since 1970-01-01 UTC.",
    [("(> (time-ms) 1700000000000)", "#t")],
    aliases=("time/now-ms",),
    waits=WaitKind.NEVER,
)
def now_milliseconds() -> int:
    return int(host().now() * 1000)


@function(
    "time/now",
    "",
    "float",
    "Returns the seconds since 1970-01-01 UTC with milliseconds as fraction.",
    [("(> (time/now) 1.7e9)", "#t")],
    waits=WaitKind.NEVER,
)
def now() -> float:
    return int(host().now() * 1000) / 1000


@function(
    "time/add",
    "timestamp:number seconds:number",
    "float",
    "Returns the timestamp that lies so many seconds later, or earlier if negative.",
    [("(time/add 1000 60)", "1060.0"), ("(time/add 1000.5 -1)", "999.5")],
)
def add(timestamp: Value, seconds: Value) -> Value:
    left, right = _two_floats("time/add", timestamp, seconds)
    return left + right


@function(
    "time/diff",
    "later:number earlier:number",
    "float",
    "Returns the seconds from the second timestamp to the first.",
    [("(time/diff 90 30)", "60.0"), ("(time/diff 30 90)", "-60.0")],
)
def difference(later: Value, earlier: Value) -> Value:
    left, right = _two_floats("time/diff", later, earlier)
    return left - right


def _two_floats(name: str, first: Value, second: Value) -> tuple[float, float]:
    try:
        return float(number_argument(name, first, 1)), float(number_argument(name, second, 2))
    except OverflowError:
        raise LispError(f"{name}: the number is too large for a time") from None


@function(
    "time/date-parts",
    "timestamp:number",
    "map",
    "Takes a timestamp apart into `:year :month :day :hour :minute :second` and the English name "
    "of the `:weekday`.",
    [
        (
            "(time/date-parts 0)",
            '{:day 1 :hour 0 :minute 0 :month 1 :second 0 :weekday "Thursday" :year 1970}',
        )
    ],
)
def date_parts(timestamp: Value) -> Map:
    moment = moment_of("time/date-parts", timestamp)
    fields = ("year", "month", "day", "hour", "minute", "second")
    parts: dict[Value, Value] = {intern_keyword(f): getattr(moment, f) for f in fields}
    parts[intern_keyword("weekday")] = WEEKDAYS[moment.weekday]
    return Map(parts)


@function(
    "sleep",
    "milliseconds:int",
    "nil",
    "Waits so many milliseconds; other tasks go on meanwhile.",
    [("(sleep 1)", "nil")],
)
def sleep(milliseconds: Value) -> Value:
    duration = integer_argument("sleep", milliseconds, 1)
    if duration > MAX_SLEEP_MILLISECONDS:
        raise LispError(
            f"sleep: {duration} milliseconds is more than a day", hint="1000 is one second"
        )
    if duration > 0:
        host().sleep(duration / 1000)
    return None
