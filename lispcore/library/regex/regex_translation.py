"""Regular expressions of the dialect (the syntax of Rust's `regex`) -> those of Python's `re`.

What differs: `\\z`, `\\x{…}`, `\\p{…}`, `[a&&b]`, `[[:alpha:]]`, flags that begin in the middle,
`(?U)`, ``a**``, and that ``$`` means the very end. Beyond Rust's syntax, look-around and
backreferences are let through, since Python has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NoReturn

from lispcore.library.regex import regex_classes as classes
from lispcore.library.regex.regex_classes import Ranges
from lispcore.library.regex.regex_tree import (
    Capture,
    Character,
    Node,
    Opaque,
    Place,
    Repeat,
    from_branches,
)

# Python's own compiler of patterns calls itself for each level.
MAX_NESTING: Final = 200
MAX_REPEAT: Final = 1_000_000  # whoever counts further has made a mistake


class PatternError(Exception):
    """A pattern that is no regular expression; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


_QUANTIFIER: Final = re.compile(r"[*+?]|\{")
_COUNT: Final = re.compile(r"\{\s*(\d+)\s*(?:(,)\s*(\d*)\s*)?\}")
_GROUP_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]]*>")
_FLAGS: Final = re.compile(r"([a-zA-Z]*)(-[a-zA-Z]+)?([:)])")
_CONTROL_ESCAPES: Final = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_PUNCTUATION: Final = frozenset(r"""\.+*?()|[]{}^$#&-~ /_@!"'%,:;<=>`""")
_HEX_LENGTH: Final = {"x": 2, "u": 4, "U": 8}


class _Group:
    """An open group: what has been translated of it, and the flags to restore at its end."""

    __slots__ = ("branches", "flags", "number", "opening", "pieces", "position")

    def __init__(self, opening: str, flags: frozenset[str], position: int, number: int) -> None:
        self.opening = opening
        self.number = number  # of the capture that it is, if it is one
        self.pieces: list[str] = []
        self.branches: list[list[Node]] = [[]]
        self.flags = flags
        self.position = position


class _Translator:
    def __init__(self, pattern: str, wide: bool) -> None:
        self.pattern = pattern
        self.wide = wide  # whether the text to be searched has other than ASCII characters
        self.position = 0
        self.flags: frozenset[str] = frozenset()
        self.groups = [_Group("", self.flags, 0, 0)]
        self.names: list[str | None] = [None]  # by group number
        self.quantifiable = False
        self.quantified = 0  # how many quantifiers the last atom has

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        raise PatternError(message, self.position if position is None else position)

    # --- output

    def emit(self, piece: str, *, assertion: bool = False) -> None:
        """Adds an atom, which a quantifier may follow."""
        if "i" in self.flags and not assertion:
            piece = f"(?i:{piece})"
        self.groups[-1].pieces.append(piece)
        self.groups[-1].branches[-1].append(Place(piece) if assertion else Character(piece))
        self.quantifiable = True
        self.quantified = 0

    def translate(self) -> str:
        """Returns the Python pattern."""
        pattern = self.pattern
        while self.position < len(pattern):
            character = pattern[self.position]
            if "x" in self.flags and (character.isspace() or character == "#"):
                self.skip_comment(character)
                continue
            step = _STEPS.get(character)
            if step is not None:
                step(self)
            else:
                self.position += 1
                self.emit(re.escape(character))
        if len(self.groups) > 1:
            self.fail("unclosed group", self.groups[-1].position)
        return "".join(self.groups[0].pieces)

    def skip_comment(self, character: str) -> None:
        if character == "#":
            end = self.pattern.find("\n", self.position)
            self.position = len(self.pattern) if end < 0 else end
        else:
            self.position += 1

    # --- the syntax, one step for each special character

    def any_character(self) -> None:
        self.position += 1
        self.emit("(?s:.)" if "s" in self.flags else r"[^\r\n]" if "R" in self.flags else ".")

    def line_start(self) -> None:
        self.position += 1
        if "m" not in self.flags:
            self.emit(r"\A", assertion=True)
        else:
            self.emit(_LINE_START if "R" in self.flags else "(?m:^)", assertion=True)

    def line_end(self) -> None:
        self.position += 1
        if "m" not in self.flags:
            self.emit(r"\Z", assertion=True)
        else:
            self.emit(_LINE_END if "R" in self.flags else "(?m:$)", assertion=True)

    def alternative(self) -> None:
        self.position += 1
        self.groups[-1].pieces.append("|")
        self.groups[-1].branches.append([])
        self.quantifiable = False

    def close_group(self) -> None:
        if len(self.groups) == 1:
            self.fail("unopened group")
        self.position += 1
        group = self.groups.pop()
        self.flags = group.flags
        self.groups[-1].pieces.append(group.opening + "".join(group.pieces) + ")")
        node = from_branches(group.branches)
        if group.opening == "(":
            node = Capture(group.number, node)
        elif group.opening != "(?:":
            node = Opaque()
        self.groups[-1].branches[-1].append(node)
        self.quantifiable = True
        self.quantified = 0

    def open_group(self) -> None:
        start = self.position
        if len(self.groups) > MAX_NESTING:
            self.fail(f"groups are nested deeper than {MAX_NESTING}")
        self.position += 1
        opening = self.read_group_opening(start)
        if opening is not None:
            self.groups.append(_Group(*opening, start, len(self.names) - 1))
        self.quantifiable = False

    def read_group_opening(self, start: int) -> tuple[str, frozenset[str]] | None:
        """Returns Python's opening of a group and the flags that hold after it; None for (?i)."""
        before = self.flags
        rest = self.pattern[self.position : self.position + 4]
        if not rest.startswith("?"):
            self.names.append(None)
            return "(", before
        for opening in ("?=", "?!", "?<=", "?<!", "?>"):
            if rest.startswith(opening):
                self.position += len(opening)
                return "(" + opening, before
        for opening in ("?P<", "?<"):
            if rest.startswith(opening):
                return self.read_named_group(opening), before
        match = _FLAGS.match(self.pattern, self.position + 1)
        if match is None:
            self.fail("unknown kind of group", start)
        self.set_flags(match[1], match[2] or "", start)
        self.position = match.end()
        return ("(?:", before) if match[3] == ":" else None

    def read_named_group(self, opening: str) -> str:
        start = self.position + len(opening)
        match = _GROUP_NAME.match(self.pattern, start)
        if match is None:
            self.fail("a group name consists of letters, digits and _", start)
        name = match.group()[:-1]
        if name in self.names:
            self.fail(f"duplicate capture group name {name}", start)
        self.names.append(name)
        self.position = match.end()
        return "("  # numbers are enough for Python; names are looked up in `names`

    def set_flags(self, on: str, off: str, start: int) -> None:
        for letter in on + off[1:]:
            if letter not in "imsxUuR":
                self.fail(f"unknown flag {letter}; there are i m s x U u R", start)
        self.flags = (self.flags | set(on)) - set(off[1:])

    def quantifier(self) -> None:
        start = self.position
        if not self.quantifiable:
            self.fail("a repetition has nothing to repeat")
        if self.quantified >= MAX_NESTING:
            self.fail(f"repetitions are nested deeper than {MAX_NESTING}", start)
        text, low, high = self.read_quantifier()
        lazy = self.pattern.startswith("?", self.position)
        if lazy:
            self.position += 1
        pieces = self.groups[-1].pieces
        # Python repeats a place, as ^ is one, only inside of a group.
        is_place = isinstance(self.groups[-1].branches[-1][-1], Place)
        if (self.quantified or is_place) or (
            start and len(pieces[-1]) > 1 and not _is_one_atom(pieces[-1])
        ):
            pieces[-1] = f"(?:{pieces[-1]})"
        lazy = lazy != ("U" in self.flags)
        pieces[-1] += text + ("?" if lazy else "")
        branch = self.groups[-1].branches[-1]
        branch[-1] = Repeat(branch[-1], low, high, not lazy)
        self.quantified += 1

    def read_quantifier(self) -> tuple[str, int, int | None]:
        """Reads a quantifier; returns it, and the least and the highest number it allows."""
        character = self.pattern[self.position]
        if character != "{":
            self.position += 1
            return character, int(character == "+"), 1 if character == "?" else None
        match = _COUNT.match(self.pattern, self.position)
        if match is None:
            self.fail("a counted repetition is written {3}, {3,} or {3,5}")
        low, high = int(match[1][:9]), int(match[3][:9]) if match[3] else None
        if max(low, high or 0) > MAX_REPEAT:
            self.fail(f"a repetition may count to {MAX_REPEAT}")
        if high is not None and low > high:
            self.fail("the repetition's range is the wrong way round")
        self.position = match.end()
        text = f"{{{low}{match[2] or ''}{'' if high is None else high}}}"
        return text, low, high if match[2] else low

    def escape(self) -> None:
        start = self.position
        letter = self.pattern[start + 1 : start + 2]
        if letter == "b" or letter == "B":
            self.word_boundary(letter)
        elif letter in ("A", "z", "<", ">") and letter:
            self.position += 2
            self.emit(_ASSERTIONS[letter], assertion=True)
        elif letter in "123456789" and letter:
            self.position += 2
            self.emit("\\" + letter)
            self.groups[-1].branches[-1][-1] = Opaque()
        elif letter in "dDsSwW" and letter:
            self.position += 2
            self.emit(self.perl_class(letter, inside=False))
        elif letter in "pP" and letter:
            ranges = self.read_property(letter)
            self.emit("[" + classes.class_text(ranges) + "]" if ranges else "(?!)")
        else:
            self.emit(re.escape(chr(self.read_escaped_character())))

    def word_boundary(self, letter: str) -> None:
        for suffix, python in _BOUNDARIES.items():
            if letter == "b" and self.pattern.startswith(suffix, self.position + 2):
                self.position += 2 + len(suffix)
                self.emit(python, assertion=True)
                return
        self.position += 2
        self.emit("\\" + letter, assertion=True)

    def perl_class(self, letter: str, inside: bool) -> str:
        """Returns \\d, \\s, \\w or its opposite, alone or for use inside a class."""
        if letter == "w" and self.wide:
            return f"\\w{classes.word_marks()}" if inside else f"[\\w{classes.word_marks()}]"
        if letter == "W" and self.wide and not inside:
            return f"[^\\w{classes.word_marks()}]"
        return "\\" + letter

    def read_property(self, letter: str) -> Ranges:
        start = self.position
        name = self.pattern[start + 2 : start + 3]
        self.position = start + 3
        if name == "{":
            end = self.pattern.find("}", start)
            if end < 0:
                self.fail("unclosed property name", start)
            name = self.pattern[start + 3 : end]
            self.position = end + 1
        negated = (letter == "P") != name.startswith("^")
        found = classes.property_ranges(name.removeprefix("^"))
        if found is None:
            self.fail(f"unknown Unicode property {name}", start)
        ranges = list(found)
        return classes.complement(ranges) if negated else ranges

    def read_escaped_character(self) -> int:
        """Returns the code point of an escape for one character."""
        start = self.position
        letter = self.pattern[start + 1 : start + 2]
        self.position += 2
        if not letter:
            self.fail("the pattern ends in the middle of an escape", start)
        if letter in _CONTROL_ESCAPES:
            return _CONTROL_ESCAPES[letter]
        if letter in _HEX_LENGTH:
            return self.read_hexadecimal(_HEX_LENGTH[letter], start)
        if letter in _PUNCTUATION:
            return ord(letter)
        self.fail(f"unknown escape \\{letter}", start)

    def read_hexadecimal(self, length: int, start: int) -> int:
        if self.pattern.startswith("{", self.position):
            end = self.pattern.find("}", self.position)
            digits = self.pattern[self.position + 1 : end] if end > 0 else ""
            self.position = end + 1
        else:
            digits = self.pattern[self.position : self.position + length]
            self.position += length
            if len(digits) < length:
                digits = ""
        if not re.fullmatch("[0-9a-fA-F]{1,8}", digits) or int(digits, 16) > 0x10FFFF:
            self.fail("invalid hexadecimal escape", start)
        return int(digits, 16)

    # --- classes

    def character_class(self) -> None:
        start = self.position
        simple = self.read_simple_class()
        if simple is None:
            self.position = start
            ranges = self.read_class_set(0)
            if "i" in self.flags:
                ranges = _with_both_cases(ranges)
            simple = "[" + classes.class_text(ranges) + "]" if ranges else "(?!)"
        self.emit(simple)

    def read_simple_class(self) -> str | None:
        """Returns a class that Python writes alike; None if it needs to be computed."""
        match = _SIMPLE_CLASS.match(self.pattern, self.position)
        if match is None or "x" in self.flags:
            return None
        body = match[2]
        if any(operator in body for operator in ("--", "&&", "~~", "[", "||")):
            return None
        if self.wide and "\\W" in body:
            return None
        for first, last in _PLAIN_RANGE.findall(body):
            if first > last:
                return None
        self.position = match.end()
        if self.wide and "\\w" in body:
            body += classes.word_marks()
        return f"[{match[1]}{body}]"

    def read_class_set(self, depth: int) -> Ranges:
        """Reads a class from its bracket on and returns its set."""
        if depth > MAX_NESTING:
            self.fail(f"classes are nested deeper than {MAX_NESTING}")
        start = self.position
        self.position += 1
        negated = self.pattern.startswith("^", self.position)
        if negated:
            self.position += 1
        result: Ranges | None = None
        operator = ""
        current: Ranges = []
        first = True
        while True:
            if self.position >= len(self.pattern):
                self.fail("unclosed character class", start)
            two = self.pattern[self.position : self.position + 2]
            if two in ("&&", "~~") or (two == "--" and not first):
                result = _combined(result, operator, current)
                operator, current = two, []
                self.position += 2
            elif two[0] == "]" and not first:
                self.position += 1
                break
            else:
                current += self.read_class_item(depth)
            first = False
        ranges = _combined(result, operator, current)
        return classes.complement(ranges) if negated else ranges

    def read_class_item(self, depth: int) -> Ranges:
        pattern, start = self.pattern, self.position
        character = pattern[start]
        if "x" in self.flags and (character.isspace() or character == "#"):
            self.skip_comment(character)
            return []
        if character == "[":
            match = _POSIX_CLASS.match(pattern, start)
            if match is None:
                return self.read_class_set(depth + 1)
            found = classes.ascii_class(match[2])
            if found is None:
                self.fail(f"unknown class {match.group()}", start)
            self.position = match.end()
            return classes.complement(found) if match[1] else list(found)
        if character == "\\":
            letter = pattern[start + 1 : start + 2]
            if letter in "dDsSwW" and letter:
                self.position += 2
                ranges = _PERL_CLASSES[letter.lower()]()
                return classes.complement(ranges) if letter.isupper() else list(ranges)
            if letter in "pP" and letter:
                return list(self.read_property(letter))
        return self.read_class_range(start)

    def read_class_range(self, start: int) -> Ranges:
        low = self.read_class_character()
        pattern = self.pattern
        if not pattern.startswith("-", self.position) or pattern.startswith(
            ("-]", "--"), self.position
        ):
            return [(low, low)]
        self.position += 1
        if self.position >= len(pattern):
            self.fail("unclosed character class", start)
        high = self.read_class_character()
        if low > high:
            self.fail("the range's ends are the wrong way round", start)
        return [(low, high)]

    def read_class_character(self) -> int:
        character = self.pattern[self.position]
        if character == "\\":
            return self.read_escaped_character()
        self.position += 1
        return ord(character)


_STEPS: Final = {
    ".": _Translator.any_character,
    "^": _Translator.line_start,
    "$": _Translator.line_end,
    "|": _Translator.alternative,
    "(": _Translator.open_group,
    ")": _Translator.close_group,
    "*": _Translator.quantifier,
    "+": _Translator.quantifier,
    "?": _Translator.quantifier,
    "{": _Translator.quantifier,
    "\\": _Translator.escape,
    "[": _Translator.character_class,
}
# With the flag R also \r ends a line, and between \r and \n is no place.
_LINE_START: Final = r"(?:\A|(?<=\n)|(?<=\r)(?!\n))"
_LINE_END: Final = r"(?:\Z|(?=\r)|(?<!\r)(?=\n))"
_ASSERTIONS: Final = {"A": r"\A", "z": r"\Z", "<": r"\b(?=\w)", ">": r"\b(?<=\w)"}
_BOUNDARIES: Final = {
    "{start}": r"\b(?=\w)",
    "{end}": r"\b(?<=\w)",
    "{start-half}": r"(?<!\w)",
    "{end-half}": r"(?!\w)",
}
_PERL_CLASSES: Final[dict[str, Callable[[], Ranges]]] = {
    "d": classes.digit,
    "s": classes.space,
    "w": classes.word,
}
# A class of plain characters, ranges and \d \s \w, with escapes that Python shares.
_SIMPLE_CLASS: Final = re.compile(
    r"\[(\^?)((?:(?<=[\[^])\])?(?:[^\]\[\\]|\\[dDsSwWnrtfva\\\].+*?(){}|^$/\-\[&~#\"])*)\]"
)
_PLAIN_RANGE: Final = re.compile(r"([^\\])-([^\\])")
_POSIX_CLASS: Final = re.compile(r"\[:(\^?)([a-z]+):\]")


def _is_one_atom(piece: str) -> bool:
    """Tells whether a quantifier after this piece applies to all of it."""
    return piece[0] in "([" or (piece[0] == "\\" and len(piece) == 2)


def _combined(left: Ranges | None, operator: str, right: Ranges) -> Ranges:
    right = classes.normalized(right)
    if left is None:
        return right
    if operator == "&&":
        return classes.intersection(left, right)
    if operator == "--":
        return classes.difference(left, right)
    return classes.normalized(classes.difference(left, right) + classes.difference(right, left))


def _with_both_cases(ranges: Ranges) -> Ranges:
    """Returns the set with the other case of its letters, as far as it is small."""
    extra: Ranges = []
    for first, last in ranges:
        for code in range(first, min(last, first + 2000) + 1):
            for other in (chr(code).lower(), chr(code).upper()):
                if len(other) == 1:
                    extra.append((ord(other), ord(other)))
    return classes.normalized(ranges + extra)


def translate(pattern: str, *, wide: bool = True) -> tuple[str, list[str | None], Node]:
    """Returns the Python pattern, the names of its groups by number, and its tree.

    The first name is None. `wide` says that the text to search may hold other than ASCII
    characters. Raises `PatternError`.
    """
    translator = _Translator(pattern, wide)
    return translator.translate(), translator.names, from_branches(translator.groups[0].branches)
