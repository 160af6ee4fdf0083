"""What can be open while a text is read, and the errors of what is unclosed or out of place.

Every error says where, what, and what to try; of a bracket that is never closed also where it was
opened and, by the margin, where it is probably missing.
"""

from __future__ import annotations

import re
from typing import Final

from lispcore.reading.foreign_names import counted_loop
from lispcore.reading.positions import Span, Spans
from lispcore.values.errors import LispError
from lispcore.values.types import Value, intern_symbol

CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "#(": ")", "#u8(": ")", 'f"': '"', "${": "}"}
_OPENER_NAMES: Final = {
    "(": "list",
    "[": "vector",
    "{": "map",
    "#(": "short lambda",
    "#u8(": "bytevector",
    'f"': "f-string",
    "${": "interpolation",
}
PREFIX_SYMBOLS: Final = {
    "'": intern_symbol("quote"),
    "`": intern_symbol("quasiquote"),
    ",": intern_symbol("unquote"),
    ",@": intern_symbol("unquote-splicing"),
    "@": intern_symbol("deref"),
}
DISCARD: Final = "#;"
PREFIXES: Final = frozenset((*PREFIX_SYMBOLS, DISCARD))

BAD_CHARACTER_HINTS: Final = {
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

# By the character after a # that means nothing.
BAD_HASH_HINTS: Final = {
    " ": "a comment begins with ;",
    "!": "a comment begins with ;",
    "#": "a comment begins with ;",
    "{": "there are no sets: use (list/unique xs), or a map with the items as its keys",
    "_": "#; comments out the form that follows it",
    "'": "a function is named without a mark: (map car xs)",
}

# How lines begin in languages without brackets around everything, and what is written here.
_FOREIGN_LINES: Final = (
    (r"(async\s+)?(def|function|func|fn|fun)\s+[\w$]+\s*\(", "(define (f x) body …)"),
    (r"(const|let|var|auto|int|float|string)\s+[\w$]+\s*[=:]", "(define x 5)"),
    (r"(if|elif|else\s+if)\b[^()]*[:{]|if\s*\(.*\)\s*\{", "(if test then else)"),
    (r"(for|foreach|while)\b.*[:{]", "(for-each f xs) or (while test body …)"),
    (r"class\s+\w+", "(define-record-type name (make field …) name? (field get) …)"),
    (r"(import|from)\s+\w+", '(import "file.lisp"); the library is there without it'),
    (r"(try|except|catch|finally)\b\s*[:{]", "(try body … (catch e handler …))"),
)


class Frame:
    """Something open: a bracket, an f-string or interpolation, or a prefix such as a quote.

    It begins at the offset `start`. `items` are the finished values in it, `places` where they
    stand. Into one that `is_plain` a value goes just as it is: no prefix, and no dot so far.
    """

    parameters = 0  # of a short lambda: the highest number seen
    rest = False  # of a short lambda: %& seen
    dot = -1  # of a list: offset of its dot

    def __init__(self, kind: str, start: int, line: int, column: int) -> None:
        self.kind = kind
        self.is_plain = kind not in PREFIXES
        self.start = start
        self.line = line
        self.column = column
        self.items: list[Value] = []
        self.places: list[Span] = []


class ReadingErrors:
    """The part of a reader that explains what went wrong: its text, places and open frames."""

    text: str
    spans: Spans
    stack: list[Frame]

    def error(self, message: str, offset: int, hint: str | None) -> LispError:
        return self.error_at(self.spans.place(offset), message, hint)

    def error_at(self, place: tuple[int, int], message: str, hint: str | None) -> LispError:
        return LispError(message, kind="reader", line=place[0], column=place[1], hint=hint)

    def foreign_line(self, offset: int) -> str | None:
        """Returns what to write, if the line at an offset is one of another language."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line = self.text[start : len(self.text) if end < 0 else end].strip()
        if loop := counted_loop(line[:200]):
            return f"everything is written in brackets here: {loop}"
        for pattern, ours in _FOREIGN_LINES:
            if re.match(pattern, line[:200]):
                return f"everything is written in brackets here: {ours}"
        return None

    def unterminated(self, what: str, start: int) -> LispError:
        for frame in reversed(self.stack):
            if frame.kind == "${":
                # The quote that should have ended the f-string was taken for the start of this.
                return self.error(
                    "this ${ in an f-string is never closed", frame.start, "close it with }"
                )
        quotes = '"""' if self.text.startswith('"""', start) else '"'
        return self.error(f"this {what} never ends", start, f"close it with {quotes}")

    def mismatched(self, frame: Frame, bracket: str, start: int) -> LispError:
        if len(self.stack) == 1:
            return self.error(
                f"unexpected closing {bracket}",
                start,
                "nothing is open here: remove it, or look for a bracket closed too early above",
            )
        line, column = frame.line, frame.column
        wanted = CLOSERS[frame.kind]
        return self.error(
            f"expected {wanted} to close the {frame.kind} opened at {line}:{column}, "
            f"found {bracket}",
            start,
            f"the {_OPENER_NAMES[frame.kind]} that begins at {line}:{column} ends with {wanted}",
        )

    def lonely_prefix(self, frame: Frame) -> LispError:
        if frame.kind == DISCARD:
            return self.error(
                "#; has nothing to skip", frame.start, "#; comments out the form that follows it"
            )
        hint = f"write a form right after it, such as {frame.kind}x or {frame.kind}(a b)"
        line = self.text[self.text.rfind("\n", 0, frame.start) + 1 : frame.start]
        quoted = re.search(r"'([^'()]+)\Z", line)
        if frame.kind == "'" and quoted:  # 'a text' in the quotes of other languages
            hint = f'a text stands in double quotes: "{quoted[1][:60]}"'
        return self.error(f"nothing follows {frame.kind}", frame.start, hint)

    def colon_hint(self, offset: int) -> str:
        """Returns what to write for a colon that begins no keyword."""
        around = [frame.kind for frame in self.stack if frame.kind not in PREFIXES]
        if around[-1] != "{":
            return BAD_CHARACTER_HINTS[":"]
        key = re.search(r"[\"']?([\w-]+)[\"']?\s*\Z", self.text[:offset][-80:])
        name = key[1] if key else "name"
        return f'maps are written without colons behind keys: {{:{name} 1}} or {{"{name}" 1}}'

    def unclosed(self) -> LispError:
        """Returns the error for an end of input with something open."""
        frame = self.stack[-1]
        if frame.kind in PREFIXES:
            return self.lonely_prefix(frame)
        line, column = frame.line, frame.column
        missing = "".join(
            CLOSERS[each.kind] for each in reversed(self.stack[1:]) if each.kind in CLOSERS
        )
        if len(missing) > 40:
            missing = f"{len(missing)} closing brackets"
        hint = self.foreign_line(frame.start) or f"add {missing} at the end"
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
