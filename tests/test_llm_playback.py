"""Cassettes: which recording answers which call, in each mode."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore.llm.events import Finished, TextDelta
from lispcore.llm.fingerprints import describe_request, key_of, outline_of
from lispcore.llm.messages import text_message
from lispcore.llm.playback import AUTO, RECORD, REPLAY, Cassette, NotRecorded
from lispcore.llm.recordings import COMPLETE, Recording, read_tape
from lispcore.llm.requests import Request


def asked(words: str, model: str = "m") -> dict[str, Any]:
    return describe_request(Request((text_message("user", words),), model))


def recorded(words: str, answer: str) -> Recording:
    description = asked(words)
    return Recording(
        key_of(description),
        COMPLETE,
        outline=outline_of(description),
        events=[TextDelta(answer), Finished("end_turn")],
        is_ready=True,
    )


def play(cassette: Cassette, words: str) -> str | None:
    found = cassette.find(asked(words))
    return None if found is None else found.text


def record(cassette: Cassette, words: str, answer: str) -> None:
    recording = recorded(words, answer)
    recording.is_ready = False
    cassette.begin(recording)
    cassette.finish(recording)


def test_repeated_calls_get_their_answers_in_order() -> None:
    cassette = Cassette("t", REPLAY, [recorded("a", "1"), recorded("b", "2"), recorded("a", "3")])
    assert [play(cassette, "a") for _ in range(3)] == ["1", "3", "3"]
    assert play(cassette, "b") == "2"


def test_auto_plays_what_it_has_just_recorded() -> None:
    cassette = Cassette("t", AUTO, [])
    assert play(cassette, "a") is None
    record(cassette, "a", "1")
    assert play(cassette, "a") == "1"
    assert len(cassette) == 1


def test_auto_asks_again_while_the_same_call_is_under_way() -> None:
    cassette = Cassette("t", AUTO, [])
    assert play(cassette, "a") is None
    cassette.begin(Recording(key_of(asked("a")), COMPLETE))
    assert play(cassette, "a") is None
    assert cassette.lines() == []


def test_record_asks_always_and_replaces_what_was_there() -> None:
    cassette = Cassette("t", RECORD, [recorded("a", "old"), recorded("b", "kept")])
    assert play(cassette, "a") is None
    record(cassette, "a", "new")
    assert play(cassette, "a") is None
    record(cassette, "a", "newer")
    assert [each.text for each in read_tape("".join(cassette.lines()))] == ["kept", "new", "newer"]


def test_answers_stand_in_the_order_of_the_questions() -> None:
    cassette = Cassette("t", RECORD, [])
    first, second = recorded("a", "1"), recorded("b", "2")
    first.is_ready = second.is_ready = False
    cassette.begin(first)
    cassette.begin(second)
    cassette.finish(second)
    cassette.finish(first)
    assert [each.text for each in read_tape("".join(cassette.lines()))] == ["1", "2"]


def test_what_was_stopped_leaves_nothing() -> None:
    cassette = Cassette("t", AUTO, [])
    recording = recorded("a", "1")
    assert play(cassette, "a") is None
    cassette.begin(recording)
    cassette.drop(recording)
    assert len(cassette) == 0
    assert not cassette.is_changed


def test_a_miss_names_the_nearest_recording_and_the_difference() -> None:
    cassette = Cassette("tape.jsonl", REPLAY, [recorded("bye", "x"), recorded("hello", "Hi!")])
    with pytest.raises(NotRecorded) as caught:
        cassette.find(asked("hello", "other"))
    assert caught.value.message == (
        "cassette miss in :replay mode: tape.jsonl has no recording of this call, user: “hello”"
    )
    assert caught.value.advice.startswith(
        "the nearest recording is call 2, answered with “Hi!”: model was m, is other."
    )
    assert caught.value.type == "cassette-miss"


def test_a_miss_on_an_empty_tape() -> None:
    with pytest.raises(NotRecorded) as caught:
        Cassette("t", REPLAY, []).find(asked("a"))
    assert "it holds no such calls" in caught.value.advice
