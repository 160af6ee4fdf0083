"""Records come out the same wherever the bytes are split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.llm import framing
from lispcore.llm.failures import MalformedReply
from lispcore.llm.framing import JsonLinesDecoder, LineDecoder, Record, SseDecoder

STREAM = (
    "\ufeff: a comment\n"
    "event: greeting\ndata: Grüße\n\n"
    "data:no space\r\n\r\n"
    "data: one\ndata: two\ndata\n\n"
    "id: 7\nretry: 10\nunknown: x\n\n"
    "event: lonely\n\n"
    "data: 世界 🌍\r\r"
    "data:  two spaces\n\n"
).encode()
RECORDS = [
    Record("greeting", "Grüße"),
    Record("", "no space"),
    Record("", "one\ntwo\n"),
    Record("", "世界 🌍"),
    Record("", " two spaces"),
]


def decode(decoder: SseDecoder | JsonLinesDecoder, pieces: list[bytes]) -> list[Record]:
    records = []
    for piece in pieces:
        records += decoder.feed(piece)
    return records + decoder.finish()


@pytest.mark.parametrize("split", range(len(STREAM) + 1))
def test_sse_at_every_split_point(split: int) -> None:
    assert decode(SseDecoder(), [STREAM[:split], STREAM[split:]]) == RECORDS


def test_sse_byte_by_byte() -> None:
    assert decode(SseDecoder(), [STREAM[i : i + 1] for i in range(len(STREAM))]) == RECORDS


@given(st.text(alphabet="ab:\r\n \ufeffé🌍"), st.lists(st.integers(0, 60), max_size=6))
def test_lines_do_not_depend_on_the_splits(text: str, places: list[int]) -> None:
    data = text.encode()
    cuts = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    whole, pieces = LineDecoder(), LineDecoder()
    expected = whole.feed(data)
    got = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        got += pieces.feed(data[start:end])
    assert [*got, pieces.finish()] == [*expected, whole.finish()]


def test_a_record_comes_with_its_last_byte_and_not_later() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: x\n") == []
    assert decoder.feed(b"\n") == [Record("", "x")]


def test_an_unfinished_record_comes_at_the_end() -> None:
    assert decode(SseDecoder(), [b"event: e\ndata: x"]) == [Record("e", "x")]


def test_json_lines_skip_empty_lines_and_take_an_unfinished_last_one() -> None:
    data = '{"a": "ü"}\r\n\r\n  \n{"b": 2}'.encode()
    expected = [Record("", '{"a": "ü"}'), Record("", '{"b": 2}')]
    for split in range(len(data) + 1):
        assert decode(JsonLinesDecoder(), [data[:split], data[split:]]) == expected


def test_broken_utf8_becomes_replacement_characters() -> None:
    assert decode(JsonLinesDecoder(), [b"a\xff\n\xe4\xb8"]) == [
        Record("", "a\ufffd"),
        Record("", "\ufffd"),
    ]


def test_an_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_RECORD_CHARACTERS", 100)
    decoder = SseDecoder()
    with pytest.raises(MalformedReply, match="a line of more than"):
        for _ in range(20):
            decoder.feed(b"data: ten more")


def test_where_to_go_on_is_known_once_a_record_is_whole() -> None:
    decoder = SseDecoder()
    decoder.feed(b"id: 7\nretry: 10\ndata: x\n")
    assert (decoder.last_id, decoder.retry) == ("", 0.01)
    decoder.feed(b"\nid: 8\ndata: cut")
    assert decoder.last_id == "7"
