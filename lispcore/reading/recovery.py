"""Reading all that can be read of a text with mistakes: each mistake costs one top-level form."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lispcore.reading.literals import NAME_CHARACTERS
from lispcore.reading.positions import Source
from lispcore.reading.reader import Reader
from lispcore.values.errors import LispError

# Reading goes on so often; each time may go through the rest of the text.
MOST_MISTAKES: Final = 25
# A form that begins at the left margin: there a text can be understood again.
_MARGIN: Final = re.compile(r"^[(\[{]", re.MULTILINE)
_DEFINITION: Final = re.compile(r"^\((?:def|module|import)", re.MULTILINE)
_NAME: Final = re.compile(rf"[{NAME_CHARACTERS}]+")


class Recovered(NamedTuple):
    """What was read of a text, what is wrong with it, and the names in what could not be read."""

    source: Source
    errors: list[LispError]
    lost: frozenset[str]
    is_whole: bool  # false if reading was given up before the end


def read_recovering(text: str, name: str = "<input>") -> Recovered:
    """Reads a text form by form; where one cannot be read, goes on at the next left margin."""
    reader = Reader(text)
    source = Source(text, name, [], reader.spans, [])
    errors: list[LispError] = []
    lost: set[str] = set()
    start = passes = 0
    while True:
        try:
            reader.run(start=start)
            error = None
        except LispError as problem:
            error = problem
        source.forms += reader.top.items
        source.top_spans += reader.top.places
        if error is None:
            break
        if swallowed := _swallowed(reader, error):
            error = swallowed
        error.file = name
        if not (errors and error.message.startswith("unexpected closing")):
            errors.append(error)  # else what is left over of a form before it
        # The form that is broken, or the place where no form can begin.
        here = reader.spans.offset(error.line, error.column)
        broken = reader.stack[1].start if len(reader.stack) > 1 else here
        margin = _MARGIN.search(text, max(broken + 1, _resume(text, error, here, broken)))
        end = margin.start() if margin else len(text)
        lost.update(_NAME.findall(text, broken, end))
        passes += 1
        if margin is None or passes >= MOST_MISTAKES:
            return Recovered(source, errors, frozenset(lost), margin is None)
        start = end
        again = Reader(text)
        again.spans = reader.spans
        reader = again
    return Recovered(source, errors, frozenset(lost), True)


def _swallowed(reader: Reader, error: LispError) -> LispError | None:
    """Returns the error of a form that is never closed and has taken in a definition after it."""
    if len(reader.stack) < 2 or error.message.startswith("this "):
        return None
    here = reader.spans.offset(error.line, error.column)
    taken = _DEFINITION.search(reader.text, reader.stack[1].start + 1, here)
    if taken is None:
        return None
    while reader.stack[-1].start > taken.start():
        reader.stack.pop()
    return reader.unclosed()


def _resume(text: str, error: LispError, here: int, broken: int) -> int:
    """Returns the offset from which the next form is looked for.

    Something that is never closed has swallowed what follows; of any other mistake all before it
    was read.
    """
    return broken + 1 if "is never closed" in error.message or here <= broken else here
