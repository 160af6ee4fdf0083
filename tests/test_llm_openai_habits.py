"""Providers that speak like OpenAI, each with its odd corners: what they are sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from images import png
from lispcore.llm.catalog import PROVIDERS, settings_for
from lispcore.llm.messages import Media, Message, Text, Thinking, ToolCall, ToolResult, text_message
from lispcore.llm.providers.openai_habits import Habits, habits_of
from lispcore.llm.requests import Request
from lispcore.llm.wire_formats import OVER_THE_WIRE

SAID = tuple(
    text_message(role, text)
    for role, text in (
        ("system", "One."), ("user", "a"), ("user", "b"), ("system", "Two."), ("assistant", "c"),
        ("user", "d"),
    )
)  # fmt: skip
CALL = ToolCall("toolu_01A", "add", {"a": 1})
THOUGHT = Thinking("Hm.", form="reasoning_content")
DETAILS = Thinking("Hm.", '[{"type": "reasoning.text", "text": "Hm."}]', form="reasoning_details")
ROUND = (
    text_message("user", "1+1?"),
    Message("assistant", (THOUGHT, CALL)),
    Message("tool", (ToolResult("toolu_01A", "add", "2"), ToolResult("toolu_02B", "add", "3"))),
)

LIKE_OPENAI = [each.name for each in PROVIDERS.values() if each.dialect == "openai" and each.chats]


def body(name: str, messages: tuple[Message, ...], **more: Any) -> dict[str, Any]:
    settings = settings_for(name, "", "m-1")
    assert settings is not None
    request = Request(messages, model=more.pop("model", "m-1"), **more)
    built = OVER_THE_WIRE[settings.dialect].build_request(request, settings)
    value: dict[str, Any] = json.loads(built.body)
    return value


def roles(name: str, messages: tuple[Message, ...], **more: Any) -> list[str]:
    return [message["role"] for message in body(name, messages, **more)["messages"]]


def test_the_manuals_default_models_and_others_for_those_that_are_gone() -> None:
    models = {each.name: each.model for each in PROVIDERS.values()}
    assert (
        models.items()
        >= {
            "anthropic": "claude-sonnet-4-6",
            "openai": "gpt-5.5",
            "gemini": "gemini-3.5-flash",
            "ollama": "gemma4",
            "groq": "openai/gpt-oss-120b",
            "xai": "grok-4.3",
            "mistral": "mistral-large-latest",
            "moonshot": "kimi-k2.6",
            "deepseek": "deepseek-v4-flash",
            "openrouter": "openai/gpt-5.2",
            "together": "openai/gpt-oss-120b",
            "fireworks": "accounts/fireworks/models/deepseek-v4p1-flash",
            "cerebras": "gpt-oss-120b",
            "sambanova": "Meta-Llama-3.3-70B-Instruct",
            "perplexity": "sonar-pro",
        }.items()
    )


# --- the limit's name -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIKE_OPENAI)
def test_the_limit_of_an_answer(name: str) -> None:
    limits = {"openai", "azure", "groq", "cerebras"}
    wanted = "max_completion_tokens" if name in limits else "max_tokens"
    sent = body(name, SAID, max_tokens=7)
    assert sent[wanted] == 7
    assert {"max_tokens", "max_completion_tokens"} & set(sent) == {wanted}


def test_another_server_under_openais_name_is_asked_in_the_old_way() -> None:
    settings = settings_for("openai", "http://localhost:9/v1", "m")
    assert settings is not None
    assert habits_of(settings).limit == "max_tokens"


@pytest.mark.parametrize("first", ["max_tokens", "max_completion_tokens"])
def test_who_refuses_one_name_is_sent_the_other(first: str) -> None:
    name = {"max_tokens": "mistral", "max_completion_tokens": "openai"}[first]
    sent = body(name, SAID, max_tokens=7, refused=frozenset((first,)))
    assert first not in sent
    assert 7 in sent.values()


# --- system messages and turns --------------------------------------------------------------------


@pytest.mark.parametrize("name", LIKE_OPENAI)
def test_where_system_messages_stand_and_whether_roles_alternate(name: str) -> None:
    strict = {"perplexity", "lmstudio", "llamacpp", "vllm", "local"}
    wanted = (
        ["system", "user", "assistant", "user"]
        if name in strict
        else ["system", "system", "user", "user", "system", "assistant", "user"]
    )
    assert roles(name, SAID, system="Zero.") == wanted


def test_what_is_joined_keeps_its_words() -> None:
    messages = body("perplexity", SAID, system="Zero.")["messages"]
    assert [message["content"] for message in messages] == [
        "Zero.\n\nOne.\n\nTwo.",
        "a\n\nb",
        "c",
        "d",
    ]


def test_an_image_is_joined_with_words() -> None:
    picture = Message("user", (Text("What is it?"), Media("image/png", png(1, 1))))
    (message,) = body("vllm", (text_message("user", "Look."), picture))["messages"]
    assert [part["type"] for part in message["content"]] == ["text", "text", "image_url"]
    assert message["content"][0]["text"] == "Look."


def test_calls_and_results_are_not_joined() -> None:
    after = (*ROUND, text_message("assistant", "2"), text_message("user", "Thanks."))
    assert roles("lmstudio", after) == ["user", "assistant", "tool", "tool", "assistant", "user"]


# --- tools ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIKE_OPENAI)
def test_calls_and_their_results_have_the_same_id(name: str) -> None:
    _, asked, one, other = body(name, ROUND)["messages"]
    assert one["tool_call_id"] == asked["tool_calls"][0]["id"]
    assert one["tool_call_id"] != other["tool_call_id"]
    assert (one["role"], one["content"]) == ("tool", "2")


def test_mistral_takes_ids_of_nine_letters_and_digits() -> None:
    _, asked, *results = body("mistral", ROUND)["messages"]
    for identifier in (asked["tool_calls"][0]["id"], *(each["tool_call_id"] for each in results)):
        assert len(identifier) == 9
        assert identifier.isalnum()
    own = (Message("assistant", (ToolCall("D681PevKs", "add", {}),)), text_message("user", "x"))
    assert body("mistral", own)["messages"][0]["tool_calls"][0]["id"] == "D681PevKs"


@pytest.mark.parametrize("name", LIKE_OPENAI)
def test_reasoning_before_a_call_goes_back_to_who_wants_it(name: str) -> None:
    echoed = body(name, ROUND)["messages"][1]
    assert echoed.get("reasoning_content") == ("Hm." if name in ("deepseek", "moonshot") else None)
    details = (ROUND[0], Message("assistant", (DETAILS, CALL)), ROUND[2])
    echoed = body(name, details)["messages"][1]
    assert echoed.get("reasoning_details") == (
        [{"type": "reasoning.text", "text": "Hm."}] if name == "openrouter" else None
    )


def test_reasoning_of_others_is_not_sent_to_anthropic() -> None:
    sent = body("anthropic", ROUND)
    assert [block["type"] for block in sent["messages"][1]["content"]] == ["tool_use"]
    signed = (ROUND[0], Message("assistant", (Thinking("Hm.", "c2ln"), CALL)), ROUND[2])
    sent = body("anthropic", signed)
    assert [block["type"] for block in sent["messages"][1]["content"]] == ["thinking", "tool_use"]


def test_an_empty_answer_is_not_sent_to_anthropic() -> None:
    said = (text_message("user", "a"), text_message("assistant", ""), text_message("user", "b"))
    (turn,) = body("anthropic", said)["messages"]
    assert [block["text"] for block in turn["content"]] == ["a", "b"]


# --- thinking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "model", "effort", "sent"),
    [
        ("openai", "gpt-5.5", "xhigh", "xhigh"),
        ("openai", "o4-mini", "low", "low"),
        ("openai", "gpt-4.1", "low", None),
        ("groq", "openai/gpt-oss-120b", "xhigh", "high"),
        ("groq", "openai/gpt-oss-120b", "none", "low"),
        ("groq", "llama-3.3-70b-versatile", "low", None),
        ("fireworks", "accounts/fireworks/models/gpt-oss-120b", "medium", "medium"),
        ("cerebras", "gpt-oss-120b", "minimal", "low"),
        ("mistral", "magistral-medium-latest", "high", "high"),
        ("deepseek", "deepseek-v4-flash", "none", "none"),
        ("xai", "grok-4.3", "low", "low"),
    ],
)
def test_efforts(name: str, model: str, effort: str, sent: str | None) -> None:
    assert body(name, SAID, model=model, reasoning_effort=effort).get("reasoning_effort") == sent


@pytest.mark.parametrize("model", ["openai/gpt-5.2", "anthropic/claude-sonnet-4.6"])
def test_openrouter_takes_an_effort_for_every_model(model: str) -> None:
    sent = body("openrouter", SAID, model=model, reasoning_effort="minimal")
    assert sent["reasoning"] == {"effort": "minimal"}
    assert "reasoning_effort" not in sent


def test_a_weaker_effort_is_nearer_than_a_stronger_one() -> None:
    habits = replace(habits_of_groq(), efforts=("low", "high"))
    assert habits.effort_for("medium", "gpt-oss") == "low"


def habits_of_groq() -> Habits:
    settings = settings_for("groq")
    assert settings is not None
    return habits_of(settings)
