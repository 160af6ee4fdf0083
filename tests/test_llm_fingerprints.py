"""Fingerprints of calls: what is the same call, and what may be written down of one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from lispcore.llm.fingerprints import (
    describe_request,
    differences,
    distance,
    in_words,
    key_of,
    outline_of,
)
from lispcore.llm.messages import Media, Message, Text, Thinking, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Tool

PLAIN = Request((text_message("user", "Say hello."),), "m", "Be brief.", temperature=0.5)
IMAGE = Media("image/png", b"one picture")


def key(request: Request) -> str:
    return key_of(describe_request(request))


@pytest.mark.parametrize(
    "change",
    [
        {"model": "n"},
        {"system": "Be long."},
        {"temperature": 0.6},
        {"stop_sequences": ("END",)},
        {"reasoning_effort": "high"},
        {"response_schema": {"type": "object"}},
        {"messages": (text_message("user", "Say hello!"),)},
        {"messages": (text_message("assistant", "Say hello."),)},
        {"messages": (*PLAIN.messages, text_message("user", "x"))},
        {"messages": (Message("user", (Text("Say hello."), IMAGE)),)},
    ],
)
def test_what_decides_the_answer_decides_the_key(change: dict[str, object]) -> None:
    assert key(replace(PLAIN, **change)) != key(PLAIN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"max_tokens": 5},
        {"tools": (Tool("t", "d", {"type": "object"}),)},
        {"timeout_seconds": 3.0},
        {"tags": {"a": 1}},
        {"refused": frozenset({"temperature"})},
    ],
)
def test_what_does_not_decide_it_does_not(change: dict[str, object]) -> None:
    assert key(replace(PLAIN, **change)) == key(PLAIN)  # type: ignore[arg-type]


def test_an_image_counts_by_its_bytes() -> None:
    def with_image(data: bytes) -> Request:
        return Request((Message("user", (Text("?"), Media("image/png", data))),))

    assert key(with_image(b"a")) == key(with_image(b"a"))
    assert key(with_image(b"a")) != key(with_image(b"b"))


def test_ids_and_reasoning_of_a_provider_do_not_count() -> None:
    def turn(call_id: str, thoughts: str) -> Request:
        said = Message("assistant", (Thinking(thoughts), ToolCall(call_id, "f", {"x": 1})))
        result = Message("tool", (ToolResult(call_id, "f", "2"),))
        return Request((text_message("user", "?"), said, result))

    assert key(turn("a", "hm")) == key(turn("b", "oh"))


def test_the_key_is_the_same_on_every_machine() -> None:
    # Tapes that people keep hang on this text.
    text = (
        '{"messages":[{"parts":[{"text":"Say hello."}],"role":"user"}],'
        '"model":"m","system":"Be brief.","temperature":0.5}'
    )
    assert key(PLAIN) == hashlib.sha256(text.encode()).hexdigest()


def test_an_outline_holds_no_words() -> None:
    request = Request(
        (Message("user", (Text("my secret question"), IMAGE)),), "m", "my secret orders"
    )
    text = json.dumps(outline_of(describe_request(request)))
    assert "secret" not in text
    assert "picture" not in text
    assert '"m"' in text


def test_differences_are_said_in_words() -> None:
    asked = replace(
        PLAIN,
        temperature=0.7,
        system=None,
        messages=(text_message("user", "Say hello!!"), text_message("user", "x")),
    )
    found = differences(outline_of(describe_request(PLAIN)), outline_of(describe_request(asked)))
    assert found == [
        "system was a text of 9 characters, is not given",
        "temperature was 0.5, is 0.7",
        "message 1 (user) differs, 10 characters long then, 11 now",
        "1 message then, 2 now",
    ]


def test_the_nearest_is_the_one_with_the_fewest_differences() -> None:
    asked = outline_of(describe_request(PLAIN))
    near = outline_of(describe_request(replace(PLAIN, temperature=0.6)))
    far = outline_of(describe_request(Request((text_message("user", "Other"),) * 3)))
    assert distance(asked, asked) == 0
    assert distance(near, asked) < distance(far, asked)


def test_a_question_in_words() -> None:
    assert in_words(describe_request(PLAIN)) == "user: “Say hello.”"
    assert in_words({"input": ["a", "b"]}) == "embedding of “a” and 1 more"
    assert in_words({"query": "q", "documents": ["d"]}) == "ranking for “q”"
    long = Request((text_message("user", "a"), text_message("user", "long " * 100)))
    assert in_words(describe_request(long)).endswith("…”, after 1 message")
