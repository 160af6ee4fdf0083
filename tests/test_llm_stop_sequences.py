"""Answers that are ended at a stop sequence by ourselves."""

from __future__ import annotations

import pytest

from lispcore.llm.events import Event, Finished, ModelNamed, TextDelta
from lispcore.llm.stop_sequences import cut_at


def cut(pieces: list[str], *sequences: str) -> tuple[list[str], str]:
    events: list[Event] = [ModelNamed("m"), *map(TextDelta, pieces), Finished("end_turn")]
    result = list(cut_at(sequences, iter(events)))
    assert result[0] == ModelNamed("m")
    last = result[-1]
    assert isinstance(last, Finished)
    return [each.text for each in result if isinstance(each, TextDelta)], last.reason


@pytest.mark.parametrize(
    ("pieces", "sequences", "shown", "reason"),
    [
        (["a END b"], ["END"], ["a "], "stop_sequence"),
        (["a E", "N", "D b"], ["END"], ["a "], "stop_sequence"),
        (["END"], ["END"], [], "stop_sequence"),
        (["a E", "x"], ["END"], ["a ", "Ex"], "end_turn"),
        (["a EN"], ["END"], ["a ", "EN"], "end_turn"),
        (["x## END ##"], ["##", "END"], ["x"], "stop_sequence"),
        (["aab"], ["ab"], ["a"], "stop_sequence"),
        (["a", "a", "b"], ["aab"], [], "stop_sequence"),
        (["no end"], ["END"], ["no end"], "end_turn"),
        (["\n", "\n", "x"], ["\n\n"], [], "stop_sequence"),
    ],
)
def test_cutting(pieces: list[str], sequences: list[str], shown: list[str], reason: str) -> None:
    assert cut(pieces, *sequences) == (shown, reason)


def test_every_split_gives_the_same_words() -> None:
    text = "one two ##three"
    for split in range(len(text)):
        words, reason = cut([text[:split], text[split:]], "##")
        assert ("".join(words), reason) == ("one two ", "stop_sequence")
