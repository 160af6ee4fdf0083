"""Reasoning that opens an answer leaves the text, however the stream is split."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_host import FakeHost
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask, stream_events
from lispcore.llm.events import Event, Finished, TextDelta, ThinkingDelta, ToolCallReady
from lispcore.llm.messages import ToolCall, text_message
from lispcore.llm.requests import Request
from lispcore.llm.think_blocks import without_think_blocks
from model_replies import answer

CASES = [
    ("<think>Hm.</think>Yes.", "Yes.", "Hm."),
    ("\n<think>\nHm.\n</think>\n\nYes.\n", "Yes.\n", "\nHm.\n"),
    ("<THINK>a < b</Think>Yes.", "Yes.", "a < b"),
    ("<thinking>a</think>b</thinking> <think>c</think>Yes.", "Yes.", "a</think>bc"),
    ("<think></think>Yes.", "Yes.", ""),
    ("<reasoning>İ</reasoning>Yes.", "Yes.", "İ"),
    ("<think>cut in the mid", "", "cut in the mid"),
    ("<think>cut in the mark</thi", "", "cut in the mark</thi"),
    ("The mark <think>x</think> is text.", "The mark <think>x</think> is text.", ""),
    ("<think", "<think", ""),
    ("<thinker>x", "<thinker>x", ""),
    ("  two spaces", "  two spaces", ""),
    (" \n", " \n", ""),
    ("<think>x</think>\n", "", "x"),
    ("</think>x", "</think>x", ""),
    ("", "", ""),
]


def said(pieces: list[str]) -> tuple[str, str]:
    def events() -> Iterator[Event]:
        yield from map(TextDelta, pieces)
        yield Finished("end_turn")

    found = list(without_think_blocks(events()))
    assert found[-1] == Finished("end_turn")
    assert all(event.text for event in found if isinstance(event, (TextDelta, ThinkingDelta)))
    return (
        "".join(event.text for event in found if isinstance(event, TextDelta)),
        "".join(event.text for event in found if isinstance(event, ThinkingDelta)),
    )


@pytest.mark.parametrize(("text", "words", "thoughts"), CASES)
def test_at_every_split_point(text: str, words: str, thoughts: str) -> None:
    assert said([text] if text else []) == (words, thoughts)
    assert said(list(text)) == (words, thoughts)
    for first in range(1, len(text)):
        for second in range(first + 1, len(text)):
            pieces = [text[:first], text[first:second], text[second:]]
            assert said(pieces) == (words, thoughts)


def test_words_before_a_call_come_before_it() -> None:
    call = ToolCallReady(ToolCall("c", "now"))
    events = [TextDelta("<think>a</think>"), TextDelta("<th"), call, Finished("tool_use")]
    found = list(without_think_blocks(iter(events)))
    assert found == [ThinkingDelta("a"), TextDelta("<th"), call, Finished("tool_use")]


@pytest.mark.parametrize("name", ["openai", "groq", "lmstudio"])
def test_an_answer_over_the_wire(name: str) -> None:
    settings = settings_for(name, "http://h.invalid/v1", "m", "key")
    assert settings is not None
    request = Request((text_message("user", "x"),))
    pieces = ("<thi", "nk>H", "m.</", "think>\n", "\nYes", ".")
    assert ask(request, settings, FakeHost(answer(*pieces))).text == "Yes."
    events = list(stream_events(request, settings, FakeHost(answer(*pieces))))
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Yes", "."]
    assert "".join(e.text for e in events if isinstance(e, ThinkingDelta)) == "Hm."
