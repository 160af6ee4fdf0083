"""Text -> forms. A form is an ordinary value; where each one stands in the text is kept beside it.

`read_source` gives forms with positions, `read_form` and `read_many` plain values. Reading is one
pass with an explicit stack: nesting costs no recursion, and time grows with the length of the text.

What the reader rewrites::

    'x  `x  ,x  ,@x  @x     (quote x) (quasiquote x) (unquote x) (unquote-splicing x) (deref x)
    f"a ${x}"               (__vm-str "a " x), which is str under a name that nobody shadows
    #(f % %2)               (lambda (%1 %2) (f %1 %2))
    #"\\d"                  the string, its backslashes untouched
    "" "…" ""  (no spaces)    a string over several lines, without their common indentation

The texts of numbers, strings and characters are understood in `literals.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lispcore.reading.literals import (
    NAME_CHARACTERS,
    NUMBER,
    BadLiteral,
    character_value,
    number_value,
    prefixed_number_value,
    string_value,
    symbol_value,
    without_indentation,
)
from lispcore.reading.positions import Source, Span, Spans
from lispcore.reading.reading_errors import (
    BAD_CHARACTER_HINTS,
    BAD_HASH_HINTS,
    CLOSERS,
    DISCARD,
    PREFIX_SYMBOLS,
    PREFIXES,
    Frame,
    ReadingErrors,
)
from lispcore.values.errors import LispError
from lispcore.values.types import (
    EMPTY,
    Bytevector,
    List,
    Map,
    Value,
    Vector,
    intern_keyword,
    intern_symbol,
    to_key,
)

# Brackets may nest this deep. A host with a small stack may lower it before it reads.
NESTING_LIMIT = 200_000

# A short lambda may have this many numbered parameters.
SHORT_LAMBDA_PARAMETERS: Final = 100
# Of a long text it is told every so many lines how far it is.
LINES_BETWEEN: Final = 200


def read_source(
    text: str, name: str = "<input>", tell: Callable[[float], None] | None = None
) -> Source:
    """Reads all forms of a text. Raises LispError of kind "reader" with line and column.

    `tell` is told every some hundred lines how far it is, from 0 to 1.
    """
    reader = Reader(text)
    reader.tell = tell
    try:
        reader.run()
    except LispError as error:
        error.file = name
        raise
    return Source(text, name, reader.top.items, reader.spans, reader.top.places)


def read_forms(text: str, name: str = "<input>") -> Source:
    """The same as `read_source`."""
    return read_source(text, name)


def read_many(text: str) -> list[Value]:
    """Returns all forms of a text."""
    reader = Reader(text)
    reader.run()
    return reader.top.items


def read_form(text: str) -> Value:
    """Returns the first form of a text, or nil if there is none."""
    reader = Reader(text)
    reader.run(only_first=True)
    return reader.top.items[0] if reader.top.items else None


# --- tokens -------------------------------------------------------------------------------------

# How each kind of token is written; "bad" takes whatever nothing else wants.
_KINDS: Final = {
    "open": r"[(\[{]",
    "close": r"[)\]}]",
    "fstring": r'f"',
    "number": NUMBER,
    # ::: is what people call an ellipsis of their own in syntax-rules.
    "symbol": rf"[{NAME_CHARACTERS}][{NAME_CHARACTERS}#]*|:::(?![{NAME_CHARACTERS}:])",
    "keyword": rf":[{NAME_CHARACTERS}#]+",
    "long": r'"""[^"\\]*(?:(?:\\[\s\S]|"(?!""(?!")))[^"\\]*)*"""',
    "string": r'"(?!"")[^"\\]*(?:\\[\s\S][^"\\]*)*"',
    "quote": r",@|['`,@]",
    "boolean": r"#[tf]",
    "character": r"#\\(?:[^\W\d_][^\W_]*|[\s\S])",
    "bytes": r"#u8\(",
    "short": r"#\(",
    "regex": r'#"[^"\\]*(?:\\[\s\S][^"\\]*)*"',
    "discard": r"\#;",
    "block": r"\#\|",
    "prefixed": rf"#[xXoObBdDeEiI][{NAME_CHARACTERS}#]*",
    "end": r"\Z",
    "bad": r"[\s\S]",
}
# A token after white space and comments to the end of the line.
_TOKEN: Final = re.compile(rf"(?:[\s\ufeff]+|;[^\n]*)*({'|'.join(_KINDS.values())})")
KIND: Final = re.compile("|".join(f"(?P<{name}>{text})" for name, text in _KINDS.items()))
BLOCK_EDGE: Final = re.compile(r"#\||\|#")
# A stretch of literal text in an f-string, up to its end or the next interpolation.
FSTRING_TEXT: Final = re.compile(r'(?:[^"\\$]+|\\[\s\S]|\$(?!\{))*')
SHEBANG: Final = re.compile(r"#![^\n]*")
_PLACEHOLDER: Final = re.compile(r"%([1-9][0-9]*|&)?\Z")

_UNKNOWN: Final = object()
_OPENS: Final = object()
_CLOSES: Final = object()
_DOT: Final = intern_symbol(".")
# The name under which f-strings call `str`, whatever the program itself calls str.
_STR: Final = intern_symbol("__vm-str")
_LAMBDA: Final = intern_symbol("lambda")
_REST: Final = intern_symbol("%&")


# What brackets and tokens that were read before stand for, also in earlier texts: most of a text
# is made of the same names.
_BRACKETS: Final[dict[str, Any]] = {"(": _OPENS, "[": _OPENS, "{": _OPENS, ")": _CLOSES}
_tokens = dict(_BRACKETS)
MAXIMUM_TOKENS: Final = 5_000  # more names than a large program has


def _known_tokens() -> dict[str, Any]:
    """Returns the table of known tokens, a new one if it has become large."""
    global _tokens
    if len(_tokens) > MAXIMUM_TOKENS:
        _tokens = dict(_BRACKETS)
    return _tokens


class Reader(ReadingErrors):
    """The state of reading one text: what is open, and how far it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = Spans(text)
        self.top = Frame("", 0, 1, 1)
        self.stack: list[Frame] = [self.top]
        self.lambdas: list[Frame] = []
        self.position = 0
        self.is_over = False
        self.tell: Callable[[float], None] | None = None
        self.known = _known_tokens()

    def run(self, only_first: bool = False, start: int = 0) -> None:
        """Reads from an offset to the end of the text, or to the end of its first form.

        Round brackets and tokens that were there before, most of any text, are dealt with in here.
        """
        text, stack, lambdas, table = self.text, self.stack, self.lambdas, self.spans.table
        known = self.known.get
        # Each line's end; an offset minus `base` is its column.
        limits = [*self.spans.line_starts[1:], len(text) + 2]
        line, base, limit = 1, -1, limits[0]
        shebang = None if start else SHEBANG.match(text)
        next_token = _TOKEN.finditer(text, shebang.end() if shebang else start).__next__
        frame = top = self.top
        tell = self.tell
        while True:
            match = next_token()
            token = match[1]
            end = match.end()
            start = end - len(token)
            while start >= limit:
                base = limit - 1
                limit = limits[line]
                line += 1
                if tell is not None and not line % LINES_BETWEEN:
                    tell(start / len(text))
            value = known(token, _UNKNOWN)
            if value is _OPENS:
                frame = self.push(token, start, (line, start - base))
                continue
            if value is _CLOSES and frame.kind == "(" and frame.is_plain:
                stack.pop()
                place = (frame.line, frame.column, line, end - base)
                value = EMPTY
                if items := frame.items:
                    items.reverse()
                    value = List(items, len(items))
                    table[id(value)] = (value, place, frame.places)
                frame = stack[-1]
            elif value is _UNKNOWN or value is _CLOSES or lambdas:
                self.position = end
                value = self.token(token, start, end)
                if self.position != end:
                    end = self.position
                    next_token = _TOKEN.finditer(text, end).__next__
                frame = stack[-1]
                if value is _UNKNOWN:
                    if self.is_over or (only_first and top.items and len(stack) == 1):
                        return
                    continue
                if end < limit:
                    place = (line, start - base, line, end - base)
                else:
                    place = self.spans.span(start, end)
            else:
                place = (line, start - base, line, end - base)
            if frame.is_plain:
                frame.items.append(value)
                frame.places.append(place)
            else:
                self.add(value, place)
                frame = stack[-1]
            if only_first and top.items and len(stack) == 1:
                return

    def token(self, token: str, start: int, end: int) -> Value:
        """Returns the value of a token, `_UNKNOWN` if it opens, closes or skips something.

        `position` is then where the text goes on.
        """
        match = KIND.match(self.text, start)
        assert match is not None  # "bad" matches anything
        kind = match.lastgroup or ""
        atom = _ATOMS.get(kind)
        if atom is None:
            _STRUCTURE[kind](self, start, end)
            return _UNKNOWN
        value = atom(self, start, end)
        if kind in _ALWAYS_THE_SAME and value is not _DOT:
            self.known[token] = value
        if self.lambdas and kind == "symbol" and token[0] == "%":
            return self.placeholder(value, start)
        return value

    # --- putting values where they belong ---

    def add(self, value: Value, place: Span) -> None:
        """Gives a finished value to the innermost frame, and first to the prefixes before it."""
        frame = self.stack[-1]
        while frame.kind in PREFIXES:
            self.stack.pop()
            if frame.kind == DISCARD:
                return
            line, column = frame.line, frame.column
            mark = (line, column, line, column + len(frame.kind))
            value = List([value, PREFIX_SYMBOLS[frame.kind]], 2)
            children = [mark, place]
            place = (line, column, *place[2:])
            self.spans.add(value, place, children)
            frame = self.stack[-1]
        if frame.dot >= 0 and len(frame.items) > 1 and frame.items[-2] is _DOT:
            raise self.error_at(
                place[:2],
                "only one form may follow the dot",
                "write (a . b), or leave out the dot: (a b c)",
            )
        frame.items.append(value)
        frame.places.append(place)

    def push(self, kind: str, start: int, place: tuple[int, int] | None = None) -> Frame:
        """Opens a frame at an offset, whose line and column the caller may know."""
        line, column = place or self.spans.place(start)
        frame = Frame(kind, start, line, column)
        self.stack.append(frame)
        if len(self.stack) > NESTING_LIMIT:
            raise self.error(
                f"nested deeper than {NESTING_LIMIT} levels",
                start,
                "build data this deep with a loop instead of writing it out",
            )
        return frame

    # --- brackets ---

    def open_bytes(self, start: int, end: int) -> None:
        self.push("#u8(", start)

    def open_short(self, start: int, end: int) -> None:
        if self.lambdas:
            around = self.lambdas[-1]
            raise self.error(
                f"short lambda inside the short lambda of {around.line}:{around.column}",
                start,
                "write the inner function as (fn (x) …)",
            )
        self.lambdas.append(self.push("#(", start))

    def prefix(self, start: int, end: int) -> None:
        self.push(self.text[start:end], start)

    def discard(self, start: int, end: int) -> None:
        self.push(DISCARD, start)

    def close(self, start: int, end: int) -> None:
        bracket = self.text[start]
        frame = self.stack[-1]
        kind = frame.kind
        if kind in PREFIXES:
            raise self.lonely_prefix(frame)
        if CLOSERS.get(kind) != bracket or kind == 'f"':
            raise self.mismatched(frame, bracket, start)
        if frame.dot >= 0:
            self.check_dot(frame)
        self.stack.pop()
        if kind == "${":
            self.end_interpolation(frame, end)
            return
        place = (frame.line, frame.column, *self.spans.place(end))
        self.add(_BUILDERS[kind](self, frame, place), place)

    def build_list(self, frame: Frame, place: Span) -> Value:
        cells = frame.items
        if not cells:
            return EMPTY
        cells.reverse()
        value = List(cells, len(cells))
        self.spans.add(value, place, frame.places)
        return value

    def build_vector(self, frame: Frame, place: Span) -> Value:
        value = Vector(frame.items)
        self.spans.add(value, place, frame.places)
        return value

    def build_map(self, frame: Frame, place: Span) -> Value:
        items = frame.items
        if len(items) % 2:
            raise self.error_at(
                frame.places[-1][:2],
                "a map needs a value for every key: this one has "
                f"{len(items)} form{'s' if len(items) > 1 else ''}",
                "the last key has no value; write {:key value …}",
            )
        table: dict[Value, Value] = {}
        places: dict[Value, list[Span]] = {}
        doubled: list[tuple[Value, Span]] = []
        for i in range(0, len(items), 2):
            key = to_key(items[i])
            if type(key) is tuple:
                self.spans.add_twin(key, items[i])
            if key in table:
                doubled.append((items[i], frame.places[i]))
            table[key] = items[i + 1]
            places[key] = frame.places[i : i + 2]
        value = Map(table)
        children = [each for key in value.ordered_keys() for each in places[key]]
        self.spans.add(value, place, children)
        if doubled:
            self.spans.doubled[id(value)] = doubled
        return value

    def build_bytes(self, frame: Frame, place: Span) -> Value:
        for item, (line, column, *end) in zip(frame.items, frame.places, strict=True):
            if type(item) is not int or not 0 <= item <= 255:
                written = self.text[self.spans.offset(line, column) : self.spans.offset(*end)]
                raise self.error_at(
                    (line, column),
                    f"{written[:40]} is no byte",
                    "#u8(…) holds whole numbers from 0 to 255",
                )
        return Bytevector(frame.items)

    def build_short(self, frame: Frame, place: Span) -> Value:
        self.lambdas.pop()
        parameters: list[Value] = [
            intern_symbol(f"%{number}") for number in range(1, frame.parameters + 1)
        ]
        if frame.rest:
            parameters += (_DOT, _REST)
        body = self.build_list(frame, place)
        line, column = frame.line, frame.column
        names: Value = EMPTY
        names_place = (line, column, line, column + 2)
        if parameters:
            here = [names_place] * len(parameters)
            parameters.reverse()
            names = List(parameters, len(parameters))
            self.spans.add(names, names_place, here)
        value = List([body, names, _LAMBDA], 3)
        self.spans.add(value, place, [(line, column, line, column + 1), names_place, place])
        return value

    # --- atoms ---

    def number(self, start: int, end: int) -> Value:
        try:
            return number_value(self.text[start:end])
        except BadLiteral as problem:
            raise self.error(problem.message, start, problem.hint) from None

    def symbol(self, start: int, end: int) -> Value:
        value = symbol_value(self.text[start:end])
        if value is _DOT:
            self.dot(start)
        return value

    def keyword(self, start: int, end: int) -> Value:
        return intern_keyword(self.text[start + 1 : end])

    def boolean(self, start: int, end: int) -> Value:
        return symbol_value("true" if self.text[start + 1] == "t" else "false")

    def string(self, start: int, end: int) -> Value:
        return self.unescape(start + 1, end - 1)

    def long_string(self, start: int, end: int) -> Value:
        raw = self.text[start + 3 : end - 3]
        try:
            return string_value(without_indentation(raw))
        except BadLiteral:
            return self.unescape(start + 3, end - 3)  # which says where

    def regex(self, start: int, end: int) -> Value:
        return self.text[start + 2 : end - 1].replace('\\"', '"')

    def character(self, start: int, end: int) -> Value:
        try:
            value, length = character_value(self.text[start + 2 : end])
        except BadLiteral as problem:
            raise self.error(problem.message, start, problem.hint) from None
        self.position = start + 2 + length
        return value

    def prefixed(self, start: int, end: int) -> Value:
        try:
            value, length = prefixed_number_value(self.text[start:end])
        except BadLiteral as problem:
            raise self.error(problem.message, start, problem.hint) from None
        self.position = start + length
        return value

    def unescape(self, start: int, end: int) -> str:
        """Returns the text that text[start:end], the inside of a string, stands for."""
        raw = self.text[start:end]
        if "\\" not in raw:
            return raw
        try:
            return string_value(raw)
        except BadLiteral as problem:
            raise self.error(problem.message, start + problem.offset, problem.hint) from None

    def placeholder(self, value: Value, start: int) -> Value:
        """Notes a parameter of the short lambda around it; returns the symbol it stands for."""
        match = _PLACEHOLDER.match(value.name)
        if match is None:
            return value
        number = match[1]
        frame = self.lambdas[-1]
        if number == "&":
            frame.rest = True
            return value
        count = int(number) if number and len(number) < 5 else (9999 if number else 1)
        if count > SHORT_LAMBDA_PARAMETERS:
            raise self.error(
                f"{value.name}: a short lambda has at most {SHORT_LAMBDA_PARAMETERS} parameters",
                start,
                "use (fn (a b …) …)",
            )
        frame.parameters = max(frame.parameters, count)
        return intern_symbol(f"%{count}")

    def dot(self, start: int) -> None:
        frame = self.stack[-1]
        if frame.kind not in ("(", "#("):
            raise self.error(
                "unexpected dot",
                start,
                "a dot stands in a list only, before its last form: (a . b)",
            )
        if frame.dot >= 0:
            raise self.error("a second dot in one list", start, "write (a b . c)")
        frame.dot = start
        frame.is_plain = False

    def check_dot(self, frame: Frame) -> None:
        if frame.items[-1] is _DOT:
            raise self.error(
                "nothing follows the dot", frame.dot, "write (a . b), or leave out the dot"
            )

    # --- f-strings ---

    def open_fstring(self, start: int, end: int) -> None:
        if self.text.startswith('""', end) and not self.text.startswith('"""', end):
            raise self.error(
                'f-strings have one quote at each end: f"…"',
                start,
                'an f"…" may go over several lines as it is',
            )
        frame = self.push('f"', start)
        frame.items.append(_STR)
        frame.places.append((frame.line, frame.column, frame.line, frame.column + 1))
        self.fstring_text(frame)

    def fstring_text(self, frame: Frame) -> None:
        """Reads literal text up to the end of the f-string or its next interpolation."""
        text, start = self.text, self.position
        match = FSTRING_TEXT.match(text, start)
        assert match is not None  # matches nothing at all, too
        end = match.end()
        if end == len(text) or text[end] == "\\":
            raise self.unterminated("f-string", frame.start)
        if end > start:
            frame.items.append(self.unescape(start, end))
            frame.places.append(self.spans.span(start, end))
        if text[end] == '"':
            self.position = end + 1
            self.stack.pop()
            place = (frame.line, frame.column, *self.spans.place(end + 1))
            self.add(self.build_list(frame, place), place)
        else:
            self.position = end + 2
            self.push("${", end)

    def end_interpolation(self, frame: Frame, end: int) -> None:
        count = len(frame.items)
        if count != 1:
            raise self.error(
                f"${{…}} in an f-string holds one expression, not {count}",
                frame.start,
                'for example f"Hello ${name}" or f"${(+ 1 2)}"',
            )
        outer = self.stack[-1]
        outer.items.append(frame.items[0])
        outer.places += frame.places
        self.fstring_text(outer)

    # --- comments and what should not be there ---

    def block(self, start: int, end: int) -> None:
        depth = 1
        for match in BLOCK_EDGE.finditer(self.text, end):
            depth += 1 if match[0] == "#|" else -1
            if depth == 0:
                self.position = match.end()
                return
        raise self.error("this block comment never ends", start, "end it with |#")

    def end(self, start: int, end: int) -> None:
        if len(self.stack) > 1:
            raise self.unclosed()
        self.is_over = True

    def bad(self, start: int, end: int) -> None:
        character = self.text[start]
        if character == '"':
            is_long = self.text.startswith('"""', start)
            raise self.unterminated("multi-line string" if is_long else "string", start)
        if character != "#":
            hint = BAD_CHARACTER_HINTS.get(
                character, "names are made of letters, digits and + - * / ! ? < > = _ & % ^ ~ ."
            )
            if character == ":":
                hint = self.colon_hint(start)
            hint = self.foreign_line(start) or hint
            raise self.error(f"unexpected character {character!r}", start, hint or None)
        if self.text.startswith('#"', start):
            raise self.unterminated("regex literal", start)
        following = self.text[start + 1 : start + 2]
        if following == "\\":
            raise self.error("no character follows #\\", start, "write #\\a or #\\space")
        raise self.error(
            f"# cannot stand before {following!r}" if following else "nothing follows #",
            start,
            BAD_HASH_HINTS.get(following, 'after # comes one of t f \\ ( " ; | u8( x o b d e i'),
        )


_BUILDERS: Final[dict[str, Any]] = {
    "(": Reader.build_list,
    "[": Reader.build_vector,
    "{": Reader.build_map,
    "#(": Reader.build_short,
    "#u8(": Reader.build_bytes,
}

# What gives the value of a token, by its kind.
_ATOMS: Final[dict[str, Callable[[Reader, int, int], Value]]] = {
    "symbol": Reader.symbol,
    "number": Reader.number,
    "keyword": Reader.keyword,
    "string": Reader.string,
    "long": Reader.long_string,
    "boolean": Reader.boolean,
    "character": Reader.character,
    "regex": Reader.regex,
    "prefixed": Reader.prefixed,
}
_ALWAYS_THE_SAME: Final = frozenset(("symbol", "number", "keyword"))

# What opens, closes or skips something.
_STRUCTURE: Final[dict[str, Callable[[Reader, int, int], None]]] = {
    "close": Reader.close,
    "fstring": Reader.open_fstring,
    "quote": Reader.prefix,
    "bytes": Reader.open_bytes,
    "short": Reader.open_short,
    "discard": Reader.discard,
    "block": Reader.block,
    "end": Reader.end,
    "bad": Reader.bad,
}

__all__ = ["Source", "Span", "Spans", "read_form", "read_forms", "read_many", "read_source"]
