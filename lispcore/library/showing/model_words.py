"""Which texts are a model's words: those are shown as a model writes, in Markdown.

A text counts as long as it is the very one that came from the model. What a program makes of it is
the program's own, and stays literal.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import Value

_MOST: Final = 200
# Something that Markdown shows in another form than it is written in.
_MARKS: Final = late_pattern(r"[*_`#\n|\[~>]")
# By identity, so that an equal text of the program's own does not count. Each is kept, so that no
# other one takes its place in memory.
_replies: OrderedDict[int, str] = OrderedDict()


class Piece:
    """The piece of a reply that a program's function is being given, while it is."""

    text: str | None = None


def remember_reply(text: str) -> None:
    """Takes note of a whole reply."""
    if _MARKS.search(text) is None:
        return
    _replies[id(text)] = text
    if len(_replies) > _MOST:
        _replies.popitem(last=False)


def is_reply(value: Value) -> bool:
    """Tells whether a value is the text of a reply, and one with marks."""
    return id(value) in _replies


def kind_of(values: tuple[Value, ...]) -> str:
    """Returns the kind of text that values are shown as: "stream" for a model's words."""
    if len(values) != 1:
        return "out"
    given: Any = values[0]
    is_piece = given is not None and given is Piece.text
    return "stream" if is_piece or is_reply(given) else "out"
