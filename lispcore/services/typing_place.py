"""What is open at a place of a text that somebody is typing: forms and the argument at hand.

Only tokens are looked at, so a text that cannot be read (yet) is as good as any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lispcore.services.syntax import Token, fstring_end, tokens

# Top-level forms begin at the margin; where nobody has indented lines yet, definitions do.
_MARGIN: Final = re.compile(r"^\((def)?", re.MULTILINE)
_LOOK_BACK: Final = 20_000
_OPENING: Final = frozenset(("open", "bytes", "short"))


@dataclass
class Opened:
    """A form that is open: its bracket, where it begins, and the parts in it that are complete."""

    bracket: str
    start: int
    parts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Place:
    """An offset in a text: the forms around it, outermost first, and the token that it is in.

    `kind` is that of the token ("symbol", "string" …), "" between tokens.
    """

    text: str
    offset: int
    opened: list[Opened]
    kind: str
    token: tuple[int, int]

    def written(self, part: tuple[int, int]) -> str:
        """Returns a part as it stands in the text."""
        return self.text[part[0] : part[1]]

    def head(self, form: Opened) -> str:
        """Returns the name at the head of a form, "" if there is none."""
        return self.written(form.parts[0]) if form.bracket == "(" and form.parts else ""

    @property
    def prefix(self) -> str:
        """The part before the offset of the name or keyword in which it is."""
        is_word = self.kind in ("symbol", "keyword", "number", "bad")
        return self.text[self.token[0] : self.offset] if is_word else ""


def place_at(text: str, offset: int) -> Place:
    """Returns what is open at an offset."""
    begin = -1
    for margin in _MARGIN.finditer(
        text, max(0, text.rfind("\n", 0, max(0, offset - _LOOK_BACK))), offset
    ):
        if margin[1] or begin < 0:
            begin = margin.start()
    begin = max(begin, 0)
    place = Place(text, offset, [], "", (offset, offset))
    _walk(place, begin, len(text))
    return place


def _walk(place: Place, begin: int, end: int) -> None:
    """Goes through tokens up to the offset; `opened` is then what is open there."""
    opened = place.opened
    base = len(opened)
    for token in tokens(place.text, begin, end):
        kind, start, stop = token
        if start >= place.offset:
            return
        if kind == "fstring" and start < place.offset <= stop and _in_code(place, token):
            return
        if kind == "bad" and place.text[start] == '"':  # a string that never ends
            place.kind, place.token = "string", (start, len(place.text))
            return
        if place.offset <= stop and kind not in _OPENING and kind != "close":
            inside = place.offset < stop or kind in (
                "symbol",
                "keyword",
                "number",
                "bad",
                "comment",
            )
            if inside:
                place.kind, place.token = kind, (start, stop)
                return
        if kind in _OPENING:
            opened.append(Opened(place.text[start:stop], start))
        elif kind == "close":
            if len(opened) > base:
                closed = opened.pop()
                if opened:
                    opened[-1].parts.append((closed.start, stop))
        elif kind not in ("quote", "discard", "comment", "block") and opened:
            opened[-1].parts.append((start, stop))


def _in_code(place: Place, token: Token) -> bool:
    """Goes into the code of an f-string, if the offset is in some."""
    code: list[tuple[int, int]] = []
    fstring_end(place.text, token.start + 2, code)
    for begin, end in code:
        if begin <= place.offset <= end:
            place.opened.append(Opened("${", begin))
            _walk(place, begin, end)
            return True
    return False
