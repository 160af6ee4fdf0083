"""Regular expressions: `regex/match`, `regex/find-all`, `regex/replace`, `regex/split`.

The syntax is that of Rust's `regex` (see regex_translation.py). Python's engine backtracks: with a
pattern like ``(a+)+b`` its time would double with each character of the text. Where that could
happen (regex_risk.py) a slower engine takes over whose time is linear (regex_automaton.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from lispcore.library.arguments import MAX_TEXT_LENGTH, check_length, string_argument
from lispcore.library.collections.sequences_access import own_list
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import FALSE, TRUE, List, Map, Value, intern_keyword

WAITING = WaitKind.NEVER

_MATCH: Final = intern_keyword("match")
_GROUPS: Final = intern_keyword("groups")
_START: Final = intern_keyword("start")
_END: Final = intern_keyword("end")


# A text so short is matched before any question could be answered.
SHORT: Final = 16
# What Python's engine may need at the most; a step takes some nanoseconds.
MAX_STEPS: Final = 200_000_000


class Pattern:
    """A compiled pattern, and the names of its groups by number."""

    __slots__ = (
        "_automaton",
        "_risk",
        "_safe_size",
        "_source",
        "_tree",
        "compiled",
        "is_filled",
        "names",
    )

    def __init__(self, source: str, wide: bool) -> None:
        from lispcore.library.regex.regex_translation import translate
        from lispcore.library.regex.regex_tree import least_length

        python_pattern, self.names, self._tree = translate(source, wide=wide)
        self.compiled = re.compile(python_pattern)
        self.is_filled = least_length(self._tree) > 0  # no match is empty
        self._source = source
        self._safe_size = SHORT
        self._risk: Any = None
        self._automaton: Any = None

    def engine(self, text: str) -> Any:
        """Returns what to search a text with: an object with Python's `search`."""
        if len(text) <= self._safe_size:
            return self.compiled
        if self._risk is None:
            from lispcore.library.regex.regex_risk import risk_of

            self._risk = risk_of(self._tree)
            self._safe_size = max(self._risk.safe_size(MAX_STEPS), SHORT)
        if self._risk.is_safe(text, MAX_STEPS):
            return self.compiled
        if self._automaton is None:
            from lispcore.library.regex.regex_automaton import Automaton, PatternTooLarge

            try:
                self._automaton = Automaton(self._tree, len(self.names))
            except PatternTooLarge:
                raise _pattern_error(
                    self._source, "it repeats too many parts too often", None
                ) from None
        return self._automaton


# The patterns for ASCII texts that are in use, which are most.
_KNOWN: Final[dict[str, Pattern]] = {}


@lru_cache(maxsize=500)
def _compile(pattern: str, wide: bool) -> Pattern:
    from lispcore.library.regex.regex_translation import PatternError

    try:
        return Pattern(pattern, wide)
    except PatternError as error:
        raise _pattern_error(pattern, error.message, error.position) from None
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        reason = getattr(error, "msg", None) or "it is too large"
        raise _pattern_error(pattern, reason, None) from None


def _pattern_error(pattern: str, reason: str, position: int | None) -> LispError:
    shown = pattern if len(pattern) <= 80 else pattern[:77] + "..."
    place = "" if position is None else f" at character {position + 1} of"
    return LispError(
        f"invalid regex pattern: {reason}{place or ':'} {shown}",
        hint='to match such a character itself, write a backslash before it: #"\\("',
    )


def _arguments(name: str, pattern: Value, text: Value, place: int) -> tuple[Pattern, str]:
    if type(text) is not str or type(pattern) is not str:
        text = string_argument(name, text, place)
        pattern = string_argument(name, pattern, 1)
    known = _KNOWN.get(pattern) if text.isascii() else None
    if known is None:
        known = _compile(pattern, not text.isascii())
        if text.isascii():
            if len(_KNOWN) > 500:
                _KNOWN.clear()
            _KNOWN[pattern] = known
    return known, text


def matches(pattern: str, text: str) -> Iterator[Any]:
    """Yields the matches of a pattern in a text, from left to right."""
    return _matches(_compile(pattern, not text.isascii()), text)


def _matches(pattern: Pattern, text: str) -> Iterator[Any]:
    """Yields the matches from left to right; no empty one directly behind another match."""
    engine = pattern.engine(text)
    if pattern.is_filled and engine is pattern.compiled:
        return engine.finditer(text)
    return _any_matches(engine.search, text)


def _any_matches(search: Any, text: str) -> Iterator[Any]:
    position, last_end = 0, -1
    while position <= len(text):
        match = search(text, position)
        if match is None:
            return
        start, end = match.span()
        if start == end == last_end:
            position = end + 1
            continue
        yield match
        position = last_end = end


def _byte_offset(text: str, position: int) -> int:
    return len(text[:position].encode("utf-8", "surrogatepass"))


@function(
    "regex/match?",
    "pattern:string text:string",
    "bool",
    "Tells whether the pattern matches anywhere in the text; `^…$` demands the whole text.",
    [
        (r'(regex/match? #"\d{4}" "in 1969")', "#t"),
        (r'(regex/match? #"^\d{4}$" "in 1969")', "#f"),
    ],
)
def is_match(pattern: Value, text: Value) -> Value:
    compiled, text = _arguments("regex/match?", pattern, text, 2)
    return FALSE if compiled.engine(text).search(text) is None else TRUE


@function(
    "regex/match",
    "pattern:string text:string",
    "map or nil",
    "Returns the first match as a map with `:match` (its text), `:groups` (the texts of the "
    "groups, nil for one that took no part), `:start` and `:end` (offsets in bytes of UTF-8), or "
    "nil.",
    [
        (
            r'(regex/match #"(\w+)@(\w+)" "to ann@home")',
            '{:end 11 :groups ("ann" "home") :match "ann@home" :start 3}',
        ),
        (r'(regex/match #"\d" "none")', "nil"),
    ],
)
def match(pattern: Value, text: Value) -> Value:
    compiled, text = _arguments("regex/match", pattern, text, 2)
    found = compiled.engine(text).search(text)
    if found is None:
        return None
    start, end = found.span()
    if not text.isascii():
        start, end = _byte_offset(text, start), _byte_offset(text, end)
    groups = own_list([*found.groups()])
    return Map({_MATCH: found.group(), _GROUPS: groups, _START: start, _END: end})


@function(
    "regex/find-all",
    "pattern:string text:string",
    "list",
    "Returns the texts of all matches from left to right, whole matches also if there are groups.",
    [(r'(regex/find-all #"\d+" "3 of 12")', '("3" "12")'), ('(regex/find-all "x" "abc")', "()")],
)
def find_all(pattern: Value, text: Value) -> List:
    compiled, text = _arguments("regex/find-all", pattern, text, 2)
    return own_list([each.group() for each in _matches(compiled, text)])


# $name, ${name} and $$ in a replacement; a name is as long as it can be.
_REFERENCE: Final = late_pattern(r"\$(?:(\$)|([0-9A-Za-z_]+)|\{([^{}]+)\})")


@lru_cache(maxsize=200)
def _replacement_parts(pattern: Pattern, replacement: str) -> list[str | int]:
    """Returns literal texts and group numbers; references to no group are left out."""
    parts: list[str | int] = []
    position = 0
    for reference in _REFERENCE.finditer(replacement):
        parts.append(replacement[position : reference.start()])
        position = reference.end()
        if reference[1]:
            parts.append("$")
            continue
        name = reference[2] or reference[3]
        if name.isascii() and name.isdigit():
            number = int(name) if len(name) < 6 else -1
            if 0 <= number < len(pattern.names):
                parts.append(number)
        elif name in pattern.names:
            parts.append(pattern.names.index(name))
    parts.append(replacement[position:])
    return parts


@lru_cache(maxsize=200)
def _python_template(parts: tuple[str | int, ...]) -> str:
    """Returns a replacement as Python writes it."""
    return "".join(
        f"\\g<{part}>" if type(part) is int else str(part).replace("\\", "\\\\") for part in parts
    )


def _replaced(name: str, arguments: tuple[Value, Value, Value], only_first: bool) -> Value:
    pattern, replacement, text = arguments
    replacement = string_argument(name, replacement, 2)
    compiled, text = _arguments(name, pattern, text, 3)
    parts = _replacement_parts(compiled, replacement)
    result: list[str] = []
    position = size = 0
    # A match has at least the length of what its groups hold, so this is the longest result.
    references = sum(type(part) is int for part in parts)
    short = (len(text) + 1) * (1 + len(replacement) + references) < MAX_TEXT_LENGTH
    if short and compiled.is_filled and compiled.engine(text) is compiled.compiled:
        return compiled.compiled.sub(_python_template(tuple(parts)), text, int(only_first))
    for found in _matches(compiled, text):
        start, end = found.span()
        result.append(text[position:start])
        result += [p if type(p) is str else found[p] or "" for p in parts]
        if not short:
            size += start - position + sum(map(len, result[-len(parts) :]))
            check_length(name, size)
        position = end
        if only_first:
            break
    result.append(text[position:])
    return "".join(result)


@function(
    "regex/replace",
    "pattern:string replacement:string text:string",
    "string",
    "Replaces the first match. In the replacement `$1` or `${name}` stands for what a group "
    "matched and `$$` for a dollar sign.",
    [(r'(regex/replace #"(\w+) (\w+)" "$2 $1" "hello big world")', '"big hello world"')],
)
def replace(pattern: Value, replacement: Value, text: Value) -> Value:
    return _replaced("regex/replace", (pattern, replacement, text), True)


@function(
    "regex/replace-all",
    "pattern:string replacement:string text:string",
    "string",
    "Replaces every match; `$1`, `${name}` and `$$` work as in `regex/replace`.",
    [
        (r'(regex/replace-all #"\s+" " " "a   b    c")', '"a b c"'),
        (r'(regex/replace-all #"(?P<n>\d)" "<$n>" "1+2")', '"<1>+<2>"'),
    ],
)
def replace_all(pattern: Value, replacement: Value, text: Value) -> Value:
    return _replaced("regex/replace-all", (pattern, replacement, text), False)


@function(
    "regex/split",
    "pattern:string text:string",
    "list",
    "Cuts the text at every match and returns the pieces between them.",
    [(r'(regex/split #"\s*[,;]\s*" "a, b;c")', '("a" "b" "c")')],
)
def split(pattern: Value, text: Value) -> List:
    compiled, text = _arguments("regex/split", pattern, text, 2)
    python = compiled.compiled
    if compiled.is_filled and not python.groups and compiled.engine(text) is python:
        return own_list(python.split(text))
    pieces: list[str] = []
    position = 0
    for found in _matches(compiled, text):
        pieces.append(text[position : found.start()])
        position = found.end()
    pieces.append(text[position:])
    return own_list(pieces)
