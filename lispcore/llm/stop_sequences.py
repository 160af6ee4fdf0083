"""Ends an answer at a stop sequence by ourselves, where the model's server does not know how.

OpenAI's reasoning models refuse the parameter, for one. What comes after the first sequence is
neither shown nor waited for: whoever reads the events stops reading there, which ends the request.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from lispcore.llm.events import Event, Finished, TextDelta


def cut_at(sequences: tuple[str, ...], events: Iterator[Event]) -> Generator[Event, None, None]:
    """Yields events up to the first stop sequence in the words; the closing event says so."""
    held = ""
    for event in events:
        if not isinstance(event, TextDelta):
            if held and isinstance(event, Finished):
                yield TextDelta(held)
                held = ""
            yield event
            continue
        held += event.text
        end = _first_of(sequences, held)
        if end >= 0:
            if end:
                yield TextDelta(held[:end])
            yield Finished("stop_sequence")
            return
        # The start of a sequence may stand at the end of this piece.
        kept = max(_overlap(each, held) for each in sequences)
        if len(held) > kept:
            yield TextDelta(held[: len(held) - kept])
            held = held[len(held) - kept :]


def _first_of(sequences: tuple[str, ...], text: str) -> int:
    places = [text.find(each) for each in sequences]
    return min((place for place in places if place >= 0), default=-1)


def _overlap(sequence: str, text: str) -> int:
    """Returns how much of the end of a text is the beginning of a sequence."""
    for length in range(min(len(sequence) - 1, len(text)), 0, -1):
        if text.endswith(sequence[:length]):
            return length
    return 0
