"""A history that changes hands: ids of calls, signatures and thoughts, for every wire format."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lispcore.llm.call_ids import with_call_ids
from lispcore.llm.messages import Message, Text, Thinking, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.wire_formats import OVER_THE_WIRE

ADD = Tool("add", "Adds.", {"type": "object", "properties": {"a": {"type": "integer"}}})
ASKED = text_message("user", "3 + 4?")


def turn(*identifiers: str, signature: str = "", thoughts: Thinking | None = None) -> Message:
    calls = tuple(ToolCall(each, "add", {"a": 1}, "", signature) for each in identifiers)
    return Message("assistant", (thoughts, *calls) if thoughts else calls)


def results(*identifiers: str) -> Message:
    return Message("tool", tuple(ToolResult(each, "add", "7") for each in identifiers))


def sent(dialect: str, model: str, *messages: Message, **more: Any) -> dict[str, Any]:
    request = with_call_ids(Request((ASKED, *messages), tools=(ADD,), **more))
    settings = Settings(dialect, dialect, "https://somewhere.invalid/v1", model)
    body: dict[str, Any] = json.loads(OVER_THE_WIRE[dialect].build_request(request, settings).body)
    return body


def ids(request: Request) -> list[str]:
    return [
        part.id if type(part) is ToolCall else part.call_id
        for message in request.messages
        for part in message.parts
        if isinstance(part, (ToolCall, ToolResult))
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "b"], ["a", "b", "a", "b"]),
        (["call 1", "fn.2"], ["call_1", "fn_2", "call_1", "fn_2"]),
        (["same", "same"], ["same", "same-2", "same", "same-2"]),
        (["x" * 60], ["x" * 40] * 2),
        (["x" * 60, "x" * 50], ["x" * 40, "x" * 38 + "-2"] * 2),
        ([""], ["call"] * 2),
    ],
)
def test_ids_that_everybody_takes(given: list[str], expected: list[str]) -> None:
    request = Request((ASKED, turn(*given), results(*given)))
    assert ids(with_call_ids(request)) == expected


def test_ids_that_repeat_in_every_round() -> None:
    rounds = [each for _ in range(3) for each in (turn("call-1"), results("call-1"))]
    found = ids(with_call_ids(Request((ASKED, *rounds))))
    assert found == ["call-1", "call-1", "call-1-2", "call-1-2", "call-1-3", "call-1-3"]


def test_what_is_fine_stays_the_same_object() -> None:
    for messages in ((ASKED,), (ASKED, turn("a"), results("a"))):
        request = Request(messages)
        assert with_call_ids(request) is request


# --- signatures of Gemini ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "signature", "expected"),
    [
        ("gemini-3.5-flash", "", ["skip_thought_signature_validator", None]),
        ("gemini-flash-latest", "", ["skip_thought_signature_validator", None]),
        ("gemini-3-pro", "c2ln", ["c2ln", "c2ln"]),
        ("gemini-2.5-pro", "", [None, None]),
    ],
)
def test_calls_that_another_model_made(model: str, signature: str, expected: list[str]) -> None:
    body = sent("gemini", model, turn("a", "b", signature=signature), results("a", "b"))
    parts = body["contents"][1]["parts"]
    assert [part.get("thoughtSignature") for part in parts] == expected
    answers = [part["functionResponse"]["id"] for part in body["contents"][2]["parts"]]
    assert answers == [part["functionCall"]["id"] for part in parts] == ["a", "b"]


@pytest.mark.parametrize(
    ("model", "effort", "expected"),
    [
        ("gemini-2.5-flash", "low", {"thinkingBudget": 1024}),
        ("gemini-3.5-flash", "none", {"thinkingLevel": "minimal"}),
        ("gemini-3.5-flash", "medium", {"thinkingLevel": "medium"}),
        ("gemini-3-pro-preview", "minimal", {"thinkingLevel": "low"}),
        ("gemini-3.1-pro", "xhigh", {"thinkingLevel": "high"}),
    ],
)
def test_levels_of_thinking(model: str, effort: str, expected: dict[str, Any]) -> None:
    body = sent("gemini", model, reasoning_effort=effort)
    assert body["generationConfig"]["thinkingConfig"] == expected


# --- thoughts of Claude -----------------------------------------------------------------------

SIGNED = Thinking("Add them.", "c2ln")
FOREIGN = Thinking("Add them.", form="reasoning_content")


@pytest.mark.parametrize(
    ("model", "made", "thinks"),
    [
        ("claude-3-7-sonnet", turn("toolu_1", thoughts=SIGNED), True),
        ("claude-3-7-sonnet", turn("call_1"), False),
        ("claude-3-7-sonnet", turn("call_1", thoughts=FOREIGN), False),
        ("claude-opus-4-7", turn("toolu_1", thoughts=SIGNED), True),
        ("claude-opus-4-7", turn("toolu_1"), True),
        ("claude-opus-4-7", turn("call_1"), False),
    ],
)
def test_a_turn_without_signed_thoughts_is_answered_without_thinking(
    model: str, made: Message, thinks: bool
) -> None:
    (call,) = [part.id for part in made.parts if type(part) is ToolCall]
    body = sent("anthropic", model, made, results(call), reasoning_effort="high")
    assert ("thinking" in body) == thinks
    # Once the loop is over the model may think again.
    after = (made, results(call), text_message("assistant", "7"), text_message("user", "Sure?"))
    assert "thinking" in sent("anthropic", model, *after, reasoning_effort="high")


# --- any two formats, in the middle of a loop -------------------------------------------------

MADE_BY = {
    "anthropic": turn("toolu_01", thoughts=SIGNED),
    "openai": turn("call_abc", thoughts=FOREIGN),
    "openai-responses": turn(
        "call_abc", thoughts=Thinking("", '{"type":"reasoning"}', form="responses")
    ),
    "gemini": turn("call-1", "call-2", signature="c2ln"),
    "ollama": turn("call-1"),
}


@pytest.mark.parametrize("maker", MADE_BY)
@pytest.mark.parametrize("taker", MADE_BY)
def test_calls_and_results_stay_together(maker: str, taker: str) -> None:
    made = replace(MADE_BY[maker], parts=(Text("Let me see."), *MADE_BY[maker].parts))
    calls = [part.id for part in made.parts if type(part) is ToolCall]
    text = json.dumps(sent(taker, "claude-opus-4-7", made, results(*calls), made, results(*calls)))
    # Nothing of another's opaque thoughts is handed on.
    assert ("c2ln" in text) == ({maker, taker} <= {"anthropic"} or {maker, taker} <= {"gemini"})
    assert ('"reasoning"' in text) == ({maker, taker} <= {"openai-responses"})
    if taker != "ollama":  # it goes by the names of tools
        for call in with_call_ids(Request((made, made))).messages[1].parts:
            if type(call) is ToolCall:
                assert text.count(json.dumps(call.id)) == 2
