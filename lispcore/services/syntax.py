"""A text as its author wrote it: every bracket, comment and blank line, and nothing understood.

Unlike what the reader gives, this can be written again without losing anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lispcore.reading.reader import BLOCK_EDGE, FSTRING_TEXT, KIND, SHEBANG

_SPACE: Final = re.compile(r"[\s\ufeff]+")
_OPENING: Final = frozenset(("open", "bytes", "short"))


class Token(NamedTuple):
    """A piece of a text that is no white space: `kind` is the reader's, or "comment"."""

    kind: str
    start: int
    end: int


class Part:
    """An atom, a comment, a list in brackets or a prefix with what it belongs to.

    `lines` are the line feeds before it, `gap` the spaces; `close` is "" where there is none.
    """

    __slots__ = ("close", "end", "gap", "kind", "lines", "parts", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int, lines: int, gap: int) -> None:
        self.kind = kind  # "atom", "comment", "list" or "prefix"
        self.text = text  # of a list its opening bracket
        self.start = start
        self.end = end
        self.lines = lines
        self.gap = gap
        self.close = ""
        self.parts: list[Part] = []

    @property
    def head(self) -> str:
        """The name at the head of a list, "" if there is none."""
        first = self.parts[0] if self.kind == "list" and self.parts else None
        return first.text if first is not None and first.kind == "atom" else ""


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yields the tokens between two offsets; what can be no token is one of kind "bad"."""
    at, length = start, len(text) if end is None else end
    shebang = None if start else SHEBANG.match(text)
    if shebang:
        yield Token("comment", 0, shebang.end())
        at = shebang.end()
    while at < length:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if at >= length:
            return
        if text[at] == ";":
            stop = text.find("\n", at)
            stop = length if stop < 0 else stop
            yield Token("comment", at, stop)
        else:
            match = KIND.match(text, at)
            assert match is not None  # "bad" matches anything
            kind, stop = match.lastgroup or "", match.end()
            if kind == "fstring":
                stop = fstring_end(text, stop)
            elif kind == "block":
                stop = _block_end(text, stop)
            yield Token(kind, at, stop)
        at = stop


def fstring_end(text: str, at: int, code: list[tuple[int, int]] | None = None) -> int:
    """Returns where an f-string ends whose text begins at an offset; the end if it never does.

    Where its code stands is added to `code`.
    """
    begun = 0
    depth = [0]  # open brackets of each interpolation that is open, innermost last
    while True:
        if len(depth) % 2:  # in the text of a string
            match = FSTRING_TEXT.match(text, at)
            at = match.end() if match else at
            if at >= len(text):
                return len(text)
            if text[at] == '"':
                depth.pop()
                at += 1
                if not depth:
                    return at
            else:
                depth.append(0)
                at += 2
                begun = at if len(depth) == 2 else begun
            continue
        match = KIND.match(text, at)
        kind = match.lastgroup if match else "end"
        if match is None or at >= len(text):
            if code is not None:
                code.append((begun, len(text)))
            return len(text)
        at = match.end()
        if kind == "fstring":
            depth.append(0)
        elif kind in _OPENING:
            depth[-1] += 1
        elif kind == "close":
            if not depth[-1]:
                depth.pop()
                if code is not None and len(depth) == 1:
                    code.append((begun, match.start()))
            else:
                depth[-1] -= 1


def all_tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yields the tokens of a text and, behind each f-string, those of the code in it."""
    for token in tokens(text, start, end):
        yield token
        if token.kind == "fstring":
            code: list[tuple[int, int]] = []
            fstring_end(text, token.start + 2, code)
            for begin, stop in code:
                yield from all_tokens(text, begin, stop)


def _block_end(text: str, at: int) -> int:
    depth = 1
    for match in BLOCK_EDGE.finditer(text, at):
        depth += 1 if match[0] == "#|" else -1
        if depth == 0:
            return match.end()
    return len(text)


def parse(text: str) -> Part:
    """Returns the parts of a text, whose brackets must be in order, in a part of kind "top"."""
    top = Part("top", "", 0, len(text), 0, 0)
    stack = [top]
    before = 0
    for kind, start, end in tokens(text):
        space = text[before:start]
        lines = space.count("\n")
        gap = len(space) if not lines else 0
        before = end
        if kind == "close":
            while stack[-1].kind == "prefix":
                stack.pop()
            closed = stack.pop()
            closed.close = text[start:end]
            closed.end = end
            _finish(stack, end)
            continue
        written = text[start:end]
        if kind in _OPENING:
            part = Part("list", written, start, end, lines, gap)
            stack[-1].parts.append(part)
            stack.append(part)
        elif kind in ("quote", "discard"):
            part = Part("prefix", written, start, end, lines, gap)
            stack[-1].parts.append(part)
            stack.append(part)
        else:
            is_comment = kind == "comment"
            name = "comment" if is_comment else "atom"
            part = Part(name, written.rstrip() if is_comment else written, start, end, lines, gap)
            stack[-1].parts.append(part)
            if not is_comment and kind != "block":
                _finish(stack, end)
    return top


def _finish(stack: list[Part], end: int) -> None:
    """Ends the prefixes that waited for what has just been finished."""
    while stack[-1].kind == "prefix":
        stack.pop().end = end


def same_tokens(one: str, other: str) -> bool:
    """Tells whether two texts differ in nothing but the white space between their tokens."""
    return _written(one) == _written(other)


def _written(text: str) -> list[str]:
    return [text[each.start : each.end].rstrip() for each in tokens(text)]
