"""Recordings and the lines of a tape: what goes in comes out, and what is no tape is said."""

from __future__ import annotations

import json
import struct

import pytest

from lispcore.llm.events import (
    EmbeddingsReady,
    Event,
    Finished,
    ModelNamed,
    RankingReady,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import ConnectionLost, ModelError, ProviderError
from lispcore.llm.messages import Thinking, ToolCall
from lispcore.llm.recordings import (
    COMPLETE,
    EMBED,
    RERANK,
    STREAM,
    Recording,
    TapeError,
    error_fields,
    error_of,
    line_of,
    read_tape,
)
from lispcore.llm.usage import Usage

WORDS: list[Event] = [
    ModelNamed("m-1"),
    TextDelta("Hel"),
    TextDelta("lo"),
    UsageReport(Usage(12, 2, 1, 0)),
    Finished("end_turn"),
]
TURN: list[Event] = [
    ModelNamed("m-1"),
    ThinkingDelta("hm"),
    ThinkingReady(Thinking("hm", "sig")),
    TextDelta("I look. "),
    ToolCallReady(ToolCall("id-1", "f", {"x": [1, "ä"]}, signature="s")),
    TextDelta("Then more."),
    Finished("tool_use"),
]


def again(recording: Recording) -> Recording:
    (found,) = read_tape(line_of(recording))
    return found


@pytest.mark.parametrize("events", [WORDS, TURN])
def test_a_stream_comes_back_piece_by_piece(events: list[Event]) -> None:
    assert again(Recording("k", STREAM, "p", events=events)).events == events


def test_the_lines_are_as_documented() -> None:
    assert json.loads(line_of(Recording("k", STREAM, "p", events=WORDS))) == {
        "v": 1,
        "kind": "stream",
        "key": "k",
        "content": "Hello",
        "chunks": ["Hel", "lo"],
        "model": "m-1",
        "prompt_tokens": 12,
        "completion_tokens": 2,
        "cache_read_tokens": 1,
        "stop_reason": "end_turn",
        "provider": "p",
    }
    assert "chunks" not in line_of(Recording("k", COMPLETE, events=WORDS))


def test_an_answer_in_one_piece() -> None:
    assert again(Recording("k", COMPLETE, events=WORDS)).events == [
        ModelNamed("m-1"),
        TextDelta("Hello"),
        UsageReport(Usage(12, 2, 1, 0)),
        Finished("end_turn"),
    ]


def test_a_line_that_somebody_wrote_by_hand() -> None:
    (found,) = read_tape('\n{"v":1,"kind":"complete","key":"k","content":"Hi"}\n\n')
    assert found.events == [TextDelta("Hi"), Finished("end_turn")]
    assert found.is_ready


def test_values_come_back_as_they_were() -> None:
    vector = struct.pack("<3d", 0.1, -2.5e-8, 1 / 3)
    events: list[Event] = [
        ModelNamed("e"),
        EmbeddingsReady((vector, b"")),
        UsageReport(Usage(3, 0)),
        Finished("end_turn"),
    ]
    assert again(Recording("k", EMBED, events=events)).events == events
    assert json.loads(line_of(Recording("k", EMBED, events=events))) == {
        "v": 1,
        "kind": "embed",
        "key": "k",
        "model": "e",
        "embeddings": [[0.1, -2.5e-8, 1 / 3], []],
        "prompt_tokens": 3,
    }
    order: list[Event] = [RankingReady(((2, 0.75), (0, 0.5))), Finished("end_turn")]
    assert again(Recording("k", RERANK, events=order)).events == order


@pytest.mark.parametrize(
    "error",
    [
        ProviderError("HTTP 429: slow down", provider="p", status=429, type="r", retry_after=2.5),
        ConnectionLost("gone", partial="so far", advice="try again"),
        ModelError("odd"),
    ],
)
def test_a_failure_comes_back_as_the_same_failure(error: ModelError) -> None:
    recording = Recording("k", STREAM, events=WORDS[:2], error=error_fields(error))
    found = again(recording)
    assert found.events == WORDS[:2]
    assert found.error is not None
    same = error_of(found.error)
    assert type(same) is type(error)
    assert vars(same) == vars(error)


def test_an_answer_that_nobody_heard_out_stays_cut() -> None:
    found = again(Recording("k", STREAM, events=WORDS[:2], is_cut=True))
    assert found.is_cut
    assert found.events == WORDS[:2]


def test_half_of_a_surrogate_pair_is_written() -> None:
    events: list[Event] = [TextDelta("\ud800x"), Finished("end_turn")]
    line = line_of(Recording("k", COMPLETE, events=events))
    line.encode("utf-8")
    assert read_tape(line)[0].text == "\ud800x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "line 1 is no recording"),
        ("[1]", "line 1 is no recording"),
        ('{"v":1,"kind":"complete"}', "line 1 is no recording"),
        ('{"v":1,"kind":"complete","key":7}', "line 1 is no recording"),
        ('{"v":1,"kind":"stream","key":"k","chunks":[1]}', "line 1 is no recording"),
        ('\n{"v":2,"kind":"complete","key":"k"}', "line 2: its format is 2"),
        ('{"v":1,"kind":"song","key":"k"}', "the kind of call 'song' is not known"),
        ('{"v":1,"kind":"stream","key":"k","events":[["sing","a"]]}', "'sing' is not known"),
        ('{"v":1,"kind":"embed","key":"k","embeddings":[["x"]]}', "line 1 is no recording"),
        ('{"v":1,"kind":"rerank","key":"k","scores":[1]}', "line 1 is no recording"),
        ("[" * 100_000, "line 1 is no recording"),
    ],
)
def test_what_is_no_tape(text: str, said: str) -> None:
    with pytest.raises(TapeError, match=said):
        read_tape(text)
