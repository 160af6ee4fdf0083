"""Text -> forms. A form is an ordinary value; where each one stands in the text is kept beside it.

`read_source` gives forms with positions, `read_form` and `read_many` plain values. Reading is one
pass with an explicit stack: nesting costs no recursion, and time grows with the length of the text.

What the reader rewrites::

    'x  `x  ,x  ,@x  @x     (quote x) (quasiquote x) (unquote x) (unquote-splicing x) (deref x)
    f"a ${x}"               (str "a " x)
    #(f % %2)               (lambda (%1 %2) (f %1 %2))
    #"\\d"                  the string, its backslashes untouched

The texts of numbers, strings and characters are understood in `literals.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lispcore.errors import LispError
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


class Span(NamedTuple):
    """A stretch of text. Lines and columns (in code points) count from 1; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Spans:
    """Where the collections of one text stand, found by identity, and their items by index.

    Holds every collection it knows, so that an identity never means another object.
    """

    __slots__ = ("_line_starts", "_table")

    def __init__(self, text: str) -> None:
        self._line_starts = [0]
        self._line_starts.extend(match.end() for match in re.finditer("\n", text))
        # id -> (the object, start, end, [start, end of each child …]) in offsets of code points
        self._table: dict[int, tuple[Value, int, int, list[int]]] = {}

    def add(self, collection: Value, start: int, end: int, children: list[int]) -> None:
        """Notes a collection that stands at text[start:end] and where its items stand."""
        self._table[id(collection)] = (collection, start, end, children)

    def of(self, collection: Value) -> Span | None:
        """Returns where a collection stands; None for atoms, ``()`` and values made elsewhere."""
        entry = self._table.get(id(collection))
        return None if entry is None else self.span(entry[1], entry[2])

    def children(self, collection: Value) -> tuple[Span, ...] | None:
        """Returns where the items stand; of a map k1, v1, k2, v2 … in the order of its keys."""
        entry = self._table.get(id(collection))
        if entry is None:
            return None
        offsets = entry[3]
        return tuple(self.span(offsets[i], offsets[i + 1]) for i in range(0, len(offsets), 2))

    def span(self, start: int, end: int) -> Span:
        """Turns two offsets into a span."""
        starts = self._line_starts
        line = bisect_right(starts, start)
        end_line = bisect_right(starts, end)
        return Span(line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Returns line and column of an offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def __len__(self) -> int:
        return len(self._table)


@dataclass(slots=True)
class Source:
    """A text that was read: its top-level forms and where everything stands."""

    text: str
    name: str
    forms: list[Value]
    spans: Spans
    top_spans: list[Span]


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


# --- tokens ------------------------------------------------------------------------------------

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

_CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "#(": ")", "#u8(": ")", 'f"': '"', "${": "}"}
_OPENER_NAMES: Final = {
    "(": "list",
    "[": "vector",
    "{": "map",
    "#(": "short lambda",
    "#u8(": "bytevector",
    'f"': "f-string",
    "${": "interpolation",
}
_PREFIX_SYMBOLS: Final = {
    "'": intern_symbol("quote"),
    "`": intern_symbol("quasiquote"),
    ",": intern_symbol("unquote"),
    ",@": intern_symbol("unquote-splicing"),
    "@": intern_symbol("deref"),
}
_DISCARD: Final = "#;"
_DOT: Final = intern_symbol(".")
_STR: Final = intern_symbol("str")
_LAMBDA: Final = intern_symbol("lambda")
_REST: Final = intern_symbol("%&")

_BAD_CHARACTER_HINTS: Final = {
    "“": 'use straight quotes: "text"',
    "”": 'use straight quotes: "text"',
    "„": 'use straight quotes: "text"',
    "‘": "use a straight quote: 'x",
    "’": "use a straight quote: 'x",
    "|": "block comments are written #| … |#",
    "$": '${…} is for f-strings only: f"Hello ${name}"',
    "\\": "a character is written #\\a, a function (fn (x) …)",
    ":": "a keyword needs a name after the colon: :name",
    '"': "",
}


class _Frame:
    """Something open: a bracket, an f-string or interpolation, or a prefix such as a quote.

    `items` are the finished values in it and `offsets` their starts and ends.
    """

    __slots__ = ("kind", "start", "items", "offsets", "parameters", "rest", "dot")

    def __init__(self, kind: str, start: int) -> None:
        self.kind = kind
        self.start = start
        self.items: list[Value] = []
        self.offsets: list[int] = []
        self.parameters = 0  # of a short lambda: the highest number seen
        self.rest = False  # of a short lambda: %& seen
        self.dot = -1  # of a list: offset of its dot


class _Reader:
    """The state of reading one text. `items` and `offsets` belong to the innermost open frame."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = Spans(text)
        self.items: list[Value] = []
        self.offsets: list[int] = []
        self.top = _Frame("", 0)
        self.top.items, self.top.offsets = self.items, self.offsets
        self.stack: list[_Frame] = [self.top]
        self.lambdas: list[_Frame] = []
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
        while frame.kind in _PREFIXES:
            self.stack.pop()
            if frame.kind == _DISCARD:
                return
            offsets = [frame.start, frame.start + len(frame.kind), start, end]
            start = frame.start
            value = List([value, _PREFIX_SYMBOLS[frame.kind]], 2)
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

    def push(self, kind: str, start: int) -> _Frame:
        """Opens a frame."""
        frame = _Frame(kind, start)
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
        self.push(_DISCARD, start)

    def close(self, start: int, end: int) -> None:
        bracket = self.text[start]
        frame = self.stack[-1]
        kind = frame.kind
        if kind in _PREFIXES:
            raise self.lonely_prefix(frame)
        if _CLOSERS.get(kind) != bracket or kind == 'f"':
            raise self.mismatched(frame, bracket, start)
        if frame.dot >= 0:
            self.check_dot(frame)
        self.stack.pop()
        if kind == "${":
            self.end_interpolation(frame, end)
            return
        value = _BUILDERS[kind](self, frame, end)
        self.add(value, frame.start, end)

    def build_list(self, frame: _Frame, end: int) -> Value:
        cells = frame.items
        if not cells:
            return EMPTY
        cells.reverse()
        value = List(cells, len(cells))
        self.spans.add(value, frame.start, end, frame.offsets)
        return value

    def build_vector(self, frame: _Frame, end: int) -> Value:
        value = Vector(frame.items)
        self.spans.add(value, frame.start, end, frame.offsets)
        return value

    def build_map(self, frame: _Frame, end: int) -> Value:
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

    def build_bytes(self, frame: _Frame, end: int) -> Value:
        for index, item in enumerate(frame.items):
            if type(item) is not int or not 0 <= item <= 255:
                start, stop = frame.offsets[2 * index : 2 * index + 2]
                raise self.error(
                    f"{self.text[start:stop][:40]} is no byte",
                    start,
                    "#u8(…) holds whole numbers from 0 to 255",
                )
        return Bytevector(frame.items)

    def build_short(self, frame: _Frame, end: int) -> Value:
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

    def check_dot(self, frame: _Frame) -> None:
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

    def fstring_text(self, frame: _Frame) -> None:
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

    def end_interpolation(self, frame: _Frame, end: int) -> None:
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
            hint = _BAD_CHARACTER_HINTS.get(
                character, "names are made of letters, digits and + - * / ! ? < > = _ & % ^ ~ ."
            )
            raise self.error(f"unexpected character {character!r}", start, hint or None)
        if self.text.startswith('#"', start):
            raise self.unterminated("regex literal", start)
        following = self.text[start + 1 : start + 2]
        if following == "\\":
            raise self.error("no character follows #\\", start, "write #\\a or #\\space")
        raise self.error(
            f"# cannot stand before {following!r}" if following else "nothing follows #",
            start,
            'after # comes one of t f \\ ( " ; | u8( x o b d e i',
        )

    # --- errors ---

    def error(self, message: str, offset: int, hint: str | None) -> LispError:
        line, column = self.spans.place(offset)
        return LispError(message, kind="reader", line=line, column=column, hint=hint)

    def unterminated(self, what: str, start: int) -> LispError:
        for frame in reversed(self.stack):
            if frame.kind == "${":
                # The quote that should have ended the f-string was taken for the start of this.
                return self.error(
                    "this ${ in an f-string is never closed", frame.start, "close it with }"
                )
        return self.error(f"this {what} never ends", start, 'close it with "')

    def mismatched(self, frame: _Frame, bracket: str, start: int) -> LispError:
        if len(self.stack) == 1:
            return self.error(
                f"unexpected closing {bracket}",
                start,
                "nothing is open here: remove it, or look for a bracket closed too early above",
            )
        line, column = self.spans.place(frame.start)
        wanted = _CLOSERS[frame.kind]
        return self.error(
            f"expected {wanted} to close the {frame.kind} opened at {line}:{column}, "
            f"found {bracket}",
            start,
            f"the {_OPENER_NAMES[frame.kind]} that begins at {line}:{column} ends with {wanted}",
        )

    def lonely_prefix(self, frame: _Frame) -> LispError:
        if frame.kind == _DISCARD:
            return self.error(
                "#; has nothing to skip", frame.start, "#; comments out the form that follows it"
            )
        return self.error(
            f"nothing follows {frame.kind}",
            frame.start,
            f"write a form right after it, such as {frame.kind}x or {frame.kind}(a b)",
        )

    def unclosed(self) -> LispError:
        """Returns the error for an end of input with something open."""
        frame = self.stack[-1]
        if frame.kind in _PREFIXES:
            return self.lonely_prefix(frame)
        line, column = self.spans.place(frame.start)
        missing = "".join(
            _CLOSERS[each.kind] for each in reversed(self.stack[1:]) if each.kind in _CLOSERS
        )
        if len(missing) > 40:
            missing = f"{len(missing)} closing brackets"
        hint = f"add {missing} at the end"
        suspect = self.suspicious_line()
        if suspect:
            hint = f"line {suspect} begins a new form at the left margin: {hint} of the one before"
        return self.error(
            f"this {frame.kind} is never closed (line {line}, column {column})", frame.start, hint
        )

    def suspicious_line(self) -> int:
        """Returns the first line that starts a form at the margin while one is open, or 0."""
        outermost = self.stack[1].start
        match = re.compile(r"^\(", re.MULTILINE).search(self.text, outermost + 1)
        return self.spans.place(match.start())[0] if match else 0


_PREFIXES: Final = frozenset((*_PREFIX_SYMBOLS, _DISCARD))
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
