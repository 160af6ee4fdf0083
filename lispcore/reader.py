"""Text -> forms. A form is an ordinary value; where each one stands in the text is kept beside it.

`read_source` gives forms with positions, `read_form` and `read_many` plain values. Reading is one
pass with an explicit stack: nesting costs no recursion, and time grows with the length of the text.

What the reader rewrites::

    'x  `x  ,x  ,@x  @x     (quote x) (quasiquote x) (unquote x) (unquote-splicing x) (deref x)
    f"a ${x}"               (__vm-str "a " x), which is str under a name that nobody shadows
    #(f % %2)               (lambda (%1 %2) (f %1 %2))
    #"\\d"                  the string, its backslashes untouched

The texts of numbers, strings and characters are understood in `literals.py`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.literals import (
    NAME_CHARACTERS,
    NUMBER,
    BadLiteral,
    character_value,
    number_value,
    prefixed_number_value,
    string_value,
    symbol_value,
)
from lispcore.positions import Source, Span, Spans
from lispcore.reading_errors import (
    BAD_CHARACTER_HINTS,
    BAD_HASH_HINTS,
    CLOSERS,
    DISCARD,
    PREFIX_SYMBOLS,
    PREFIXES,
    Frame,
    ReadingErrors,
)
from lispcore.values import (
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


def read_source(text: str, name: str = "<input>") -> Source:
    """Reads all forms of a text. Raises LispError of kind "reader" with line and column."""
    reader = _Reader(text)
    reader.run()
    offsets = reader.offsets
    tops = [reader.spans.span(offsets[i], offsets[i + 1]) for i in range(0, len(offsets), 2)]
    return Source(text, name, reader.items, reader.spans, tops)


def read_forms(text: str, name: str = "<input>") -> Source:
    """The same as `read_source`."""
    return read_source(text, name)


def read_many(text: str) -> list[Value]:
    """Returns all forms of a text."""
    reader = _Reader(text)
    reader.run()
    return reader.items


def read_form(text: str) -> Value:
    """Returns the first form of a text, or nil if there is none."""
    reader = _Reader(text)
    reader.run(only_first=True)
    return reader.items[0] if reader.items else None


# --- tokens -------------------------------------------------------------------------------------

# One alternative per kind of token, after white space and comments to the end of the line.
# `lastgroup` names the kind; "bad" takes whatever nothing else wants.
_TOKEN: Final = re.compile(
    r"(?:[\s\ufeff]+|;[^\n]*)*(?:"
    r"(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r'|(?P<fstring>f")'
    rf"|(?P<number>{NUMBER})"
    rf"|(?P<symbol>[{NAME_CHARACTERS}][{NAME_CHARACTERS}#]*)"
    rf"|:(?P<keyword>[{NAME_CHARACTERS}#]+)"
    r'|(?P<string>"[^"\\]*(?:\\[\s\S][^"\\]*)*")'
    r"|(?P<quote>,@|['`,@])"
    r"|(?P<boolean>#[tf])"
    r"|#\\(?P<character>[^\W\d_][^\W_]*|[\s\S])"
    r"|(?P<bytes>#u8\()"
    r"|(?P<short>#\()"
    r'|(?P<regex>#"[^"\\]*(?:\\[\s\S][^"\\]*)*")'
    r"|(?P<discard>\#;)"
    r"|(?P<block>\#\|)"
    rf"|(?P<prefixed>#[xXoObBdDeEiI][{NAME_CHARACTERS}#]*)"
    r"|(?P<end>\Z)"
    r"|(?P<bad>[\s\S]))"
)
_BLOCK_EDGE: Final = re.compile(r"#\||\|#")
# A stretch of literal text in an f-string, up to its end or the next interpolation.
_FSTRING_TEXT: Final = re.compile(r'(?:[^"\\$]+|\\[\s\S]|\$(?!\{))*')
_SHEBANG: Final = re.compile(r"#![^\n]*")
_PLACEHOLDER: Final = re.compile(r"%([1-9][0-9]*|&)?\Z")

_DOT: Final = intern_symbol(".")
# The name under which f-strings call `str`, whatever the program itself calls str.
_STR: Final = intern_symbol("__vm-str")
_LAMBDA: Final = intern_symbol("lambda")
_REST: Final = intern_symbol("%&")


class _Reader(ReadingErrors):
    """The state of reading one text. `items` and `offsets` belong to the innermost open frame."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = Spans(text)
        self.items: list[Value] = []
        self.offsets: list[int] = []
        self.top = Frame("", 0)
        self.top.items, self.top.offsets = self.items, self.offsets
        self.stack: list[Frame] = [self.top]
        self.lambdas: list[Frame] = []
        self.atoms: dict[str, Value] = {}
        self.position = 0

    def run(self, only_first: bool = False) -> None:
        """Reads to the end of the text, or to the end of its first form."""
        text, atoms, handlers = self.text, self.atoms, _HANDLERS
        match_token = _TOKEN.match
        shebang = _SHEBANG.match(text)
        self.position = shebang.end() if shebang else 0
        top = self.top
        while True:
            match = match_token(text, self.position)
            assert match is not None  # "bad" matches anything
            kind: str = match.lastgroup  # type: ignore[assignment]
            start, end = match.span(kind)
            self.position = end
            if kind == "symbol":
                token = text[start:end]
                if token in atoms:
                    value = atoms[token]
                else:
                    value = atoms[token] = symbol_value(token)
                if value is _DOT:
                    self.dot(start)
                elif self.lambdas and token[0] == "%":
                    value = self.placeholder(value, start)
                frame = self.stack[-1]
                if frame.kind in _PLAIN_FRAMES:
                    frame.items.append(value)
                    frame.offsets += (start, end)
                else:
                    self.add(value, start, end)
            elif kind == "end":
                if len(self.stack) > 1:
                    raise self.unclosed()
                break
            else:
                handlers[kind](self, start, end)
            if only_first and top.items and len(self.stack) == 1:
                break
        self.items, self.offsets = top.items, top.offsets

    # --- putting values where they belong ---

    def add(self, value: Value, start: int, end: int) -> None:
        """Gives a finished value to the innermost frame, and first to the prefixes before it."""
        frame = self.stack[-1]
        while frame.kind in PREFIXES:
            self.stack.pop()
            if frame.kind == DISCARD:
                return
            offsets = [frame.start, frame.start + len(frame.kind), start, end]
            start = frame.start
            value = List([value, PREFIX_SYMBOLS[frame.kind]], 2)
            self.spans.add(value, start, end, offsets)
            frame = self.stack[-1]
        if frame.dot >= 0 and len(frame.items) > 1 and frame.items[-2] is _DOT:
            raise self.error(
                "only one form may follow the dot",
                start,
                "write (a . b), or leave out the dot: (a b c)",
            )
        frame.items.append(value)
        frame.offsets += (start, end)

    def push(self, kind: str, start: int) -> Frame:
        """Opens a frame."""
        frame = Frame(kind, start)
        self.stack.append(frame)
        if len(self.stack) > NESTING_LIMIT:
            raise self.error(
                f"nested deeper than {NESTING_LIMIT} levels",
                start,
                "build data this deep with a loop instead of writing it out",
            )
        return frame

    # --- brackets ---

    def open(self, start: int, end: int) -> None:
        self.push(self.text[start], start)

    def open_bytes(self, start: int, end: int) -> None:
        self.push("#u8(", start)

    def open_short(self, start: int, end: int) -> None:
        if self.lambdas:
            line, column = self.spans.place(self.lambdas[-1].start)
            raise self.error(
                f"short lambda inside the short lambda of {line}:{column}",
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
        value = _BUILDERS[kind](self, frame, end)
        self.add(value, frame.start, end)

    def build_list(self, frame: Frame, end: int) -> Value:
        cells = frame.items
        if not cells:
            return EMPTY
        cells.reverse()
        value = List(cells, len(cells))
        self.spans.add(value, frame.start, end, frame.offsets)
        return value

    def build_vector(self, frame: Frame, end: int) -> Value:
        value = Vector(frame.items)
        self.spans.add(value, frame.start, end, frame.offsets)
        return value

    def build_map(self, frame: Frame, end: int) -> Value:
        items, offsets = frame.items, frame.offsets
        if len(items) % 2:
            raise self.error(
                "a map needs a value for every key: this one has "
                f"{len(items)} form{'s' if len(items) > 1 else ''}",
                offsets[-2],
                "the last key has no value; write {:key value …}",
            )
        table: dict[Value, Value] = {}
        places: dict[Value, list[int]] = {}
        for i in range(0, len(items), 2):
            key = to_key(items[i])
            table[key] = items[i + 1]
            places[key] = offsets[2 * i : 2 * i + 4]
        value = Map(table)
        children = [offset for key in value.ordered_keys() for offset in places[key]]
        self.spans.add(value, frame.start, end, children)
        return value

    def build_bytes(self, frame: Frame, end: int) -> Value:
        for index, item in enumerate(frame.items):
            if type(item) is not int or not 0 <= item <= 255:
                start, stop = frame.offsets[2 * index : 2 * index + 2]
                raise self.error(
                    f"{self.text[start:stop][:40]} is no byte",
                    start,
                    "#u8(…) holds whole numbers from 0 to 255",
                )
        return Bytevector(frame.items)

    def build_short(self, frame: Frame, end: int) -> Value:
        self.lambdas.pop()
        parameters: list[Value] = [
            intern_symbol(f"%{number}") for number in range(1, frame.parameters + 1)
        ]
        if frame.rest:
            parameters += (_DOT, _REST)
        start = frame.start
        body = self.build_list(frame, end)
        names: Value = EMPTY
        if parameters:
            here = [start, start + 2] * len(parameters)
            parameters.reverse()
            names = List(parameters, len(parameters))
            self.spans.add(names, start, start + 2, here)
        value = List([body, names, _LAMBDA], 3)
        self.spans.add(value, start, end, [start, start + 1, start, start + 2, start, end])
        return value

    # --- atoms ---

    def number(self, start: int, end: int) -> None:
        token = self.text[start:end]
        try:
            value = self.atoms[token]
        except KeyError:
            try:
                value = self.atoms[token] = number_value(token)
            except BadLiteral as problem:
                raise self.error(problem.message, start, problem.hint) from None
        self.add(value, start, end)

    def keyword(self, start: int, end: int) -> None:
        self.add(intern_keyword(self.text[start:end]), start - 1, end)

    def boolean(self, start: int, end: int) -> None:
        self.add(symbol_value("true" if self.text[start + 1] == "t" else "false"), start, end)

    def string(self, start: int, end: int) -> None:
        self.add(self.unescape(start + 1, end - 1), start, end)

    def regex(self, start: int, end: int) -> None:
        self.add(self.text[start + 2 : end - 1].replace('\\"', '"'), start, end)

    def character(self, start: int, end: int) -> None:
        try:
            value, length = character_value(self.text[start:end])
        except BadLiteral as problem:
            raise self.error(problem.message, start - 2, problem.hint) from None
        self.position = start + length
        self.add(value, start - 2, self.position)

    def prefixed(self, start: int, end: int) -> None:
        try:
            value, length = prefixed_number_value(self.text[start:end])
        except BadLiteral as problem:
            raise self.error(problem.message, start, problem.hint) from None
        self.position = start + length
        self.add(value, start, self.position)

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

    def check_dot(self, frame: Frame) -> None:
        if frame.items[-1] is _DOT:
            raise self.error(
                "nothing follows the dot", frame.dot, "write (a . b), or leave out the dot"
            )

    # --- f-strings ---

    def open_fstring(self, start: int, end: int) -> None:
        frame = self.push('f"', start)
        frame.items.append(_STR)
        frame.offsets += (start, start + 1)
        self.fstring_text(frame)

    def fstring_text(self, frame: Frame) -> None:
        """Reads literal text up to the end of the f-string or its next interpolation."""
        text, start = self.text, self.position
        match = _FSTRING_TEXT.match(text, start)
        assert match is not None  # matches nothing at all, too
        end = match.end()
        if end == len(text) or text[end] == "\\":
            raise self.unterminated("f-string", frame.start)
        if end > start:
            frame.items.append(self.unescape(start, end))
            frame.offsets += (start, end)
        if text[end] == '"':
            self.position = end + 1
            self.stack.pop()
            self.add(self.build_list(frame, end + 1), frame.start, end + 1)
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
        outer.offsets += frame.offsets
        self.fstring_text(outer)

    # --- comments and what should not be there ---

    def block(self, start: int, end: int) -> None:
        depth = 1
        for match in _BLOCK_EDGE.finditer(self.text, end):
            depth += 1 if match[0] == "#|" else -1
            if depth == 0:
                self.position = match.end()
                return
        raise self.error("this block comment never ends", start, "end it with |#")

    def bad(self, start: int, end: int) -> None:
        character = self.text[start]
        if character == '"':
            raise self.unterminated("string", start)
        if character != "#":
            hint = BAD_CHARACTER_HINTS.get(
                character, "names are made of letters, digits and + - * / ! ? < > = _ & % ^ ~ ."
            )
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


# In these a symbol is simply the next item. Lists with a dot go through `add`, which checks.
_PLAIN_FRAMES: Final = frozenset(("[", "{", "#u8(", "${", ""))

_BUILDERS: Final[dict[str, Any]] = {
    "(": _Reader.build_list,
    "[": _Reader.build_vector,
    "{": _Reader.build_map,
    "#(": _Reader.build_short,
    "#u8(": _Reader.build_bytes,
}

_HANDLERS: Final[dict[str, Any]] = {
    "open": _Reader.open,
    "close": _Reader.close,
    "fstring": _Reader.open_fstring,
    "number": _Reader.number,
    "keyword": _Reader.keyword,
    "string": _Reader.string,
    "quote": _Reader.prefix,
    "boolean": _Reader.boolean,
    "character": _Reader.character,
    "bytes": _Reader.open_bytes,
    "short": _Reader.open_short,
    "regex": _Reader.regex,
    "discard": _Reader.discard,
    "block": _Reader.block,
    "prefixed": _Reader.prefixed,
    "bad": _Reader.bad,
}

__all__ = ["Source", "Span", "Spans", "read_form", "read_forms", "read_many", "read_source"]
