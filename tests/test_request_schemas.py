"""Requests of every kind, held against the descriptions that the providers publish of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import provider_schemas
from fake_host import FakeHost, FakeResponse
from images import png
from lispcore.llm.batches.interfaces import interface_for, submit
from lispcore.llm.batches.jobs import Item
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.media_requests import IMAGE, SPEECH, TRANSCRIPT, MediaRequest
from lispcore.llm.messages import (
    Media,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    text_message,
)
from lispcore.llm.requests import (
    CODE_EXECUTION,
    WEB_FETCH,
    WEB_SEARCH,
    Request,
    ServerTool,
    Settings,
    Tool,
)
from lispcore.llm.retrieval import EmbeddingRequest
from lispcore.llm.wire_formats import OVER_THE_WIRE

# Google's package last: `google` alone is a name that others may have a part in.
PACKAGES = ("pydantic", "openai", "anthropic", "google", "google.genai")
QUESTION = text_message("user", "3 + 4?")
SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "integer", "description": "A number."},
        "b": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}},
        "c": {"type": "object", "properties": {"d": {"type": "boolean"}}, "required": ["d"]},
    },
    "required": ["a"],
}
ADD = Tool("add", "Adds.", SCHEMA)
NOW = Tool("now", "", {"type": "object", "properties": {}})
CALLS = (
    Thinking("I think.", "c2ln"),
    Text("I add."),
    ToolCall("call-1", "add", {"a": 1}),
    ToolCall("call-2", "now", {}),
)
RESULTS = (
    ToolResult("call-1", "add", "7"),
    ToolResult("call-2", "now", "no clock", is_error=True),
)
LOOP = (QUESTION, Message("assistant", CALLS), Message("tool", RESULTS))
REASONING = json.dumps(
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "g="}
)


def seen(*media: Media) -> tuple[Message, ...]:
    return (Message("user", (Text("What is it?"), *media)),)


CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "system": {"system": "Be brief."},
    "system in the middle": {"messages": (text_message("system", "Be brief."), QUESTION)},
    "a conversation": {
        "messages": (QUESTION, text_message("assistant", "7"), text_message("user", "Sure?"))
    },
    "limit": {"max_tokens": 77},
    "temperature": {"temperature": 0.3},
    "nucleus": {"top_p": 0.9},
    "top k": {"top_k": 40},
    "seed": {"seed": 7},
    "stop": {"stop_sequences": ("END", "\n\n")},
    "odds": {"logprobs": 3},
    "odds alone": {"logprobs": 0},
    "answers": {"answers": 3},
    "metadata": {"metadata": {"user_id": "u1", "n": 1}},
    "tier": {"service_tier": "auto"},
    "priority": {"service_tier": "priority"},
    "tools": {"tools": (ADD, NOW)},
    "a tool that must be called": {"tools": (ADD,), "tool_choice": "required"},
    "no tool": {"tools": (ADD,), "tool_choice": "none"},
    "tools as it likes": {"tools": (ADD,), "tool_choice": "auto"},
    "this tool": {"tools": (ADD, NOW), "chosen_tool": "now"},
    "one by one": {"tools": (ADD,), "parallel_tool_calls": False},
    "at once": {"tools": (ADD,), "parallel_tool_calls": True},
    "a loop of tools": {"messages": LOOP, "tools": (ADD, NOW)},
    "a loop with thoughts": {"messages": LOOP, "tools": (ADD, NOW), "reasoning_effort": "high"},
    "foreign thoughts": {
        "messages": (
            QUESTION,
            Message(
                "assistant",
                (
                    Thinking("Hm.", REASONING, form="responses"),
                    ToolCall("c", "now", {}, "", "c2ln"),
                ),
            ),
            Message("tool", (ToolResult("c", "now", "3 o'clock"),)),
        ),
        "tools": (NOW,),
    },
    "any JSON": {"response_format": "json"},
    "structure": {"response_schema": SCHEMA},
    "a choice": {"response_schema": {"type": "string", "enum": ["spam", "ham"]}},
    "budget": {"thinking_budget": 2000},
    "thoughts": {"shows_thoughts": True},
    "thoughts and effort": {"shows_thoughts": True, "reasoning_effort": "low"},
    "kept": {"prompt_cache": "5m", "system": "Long."},
    "kept for an hour": {"prompt_cache": "1h", "system": "Long.", "tools": (ADD,)},
    "not kept": {"prompt_cache": "off", "tools": (ADD,)},
    "search": {"server_tools": (ServerTool(WEB_SEARCH, 3, ("a.org",)),)},
    "search without": {"server_tools": (ServerTool(WEB_SEARCH, None, (), ("b.org",)),)},
    "pages": {"server_tools": (ServerTool(WEB_FETCH, 2),)},
    "programs": {"server_tools": (ServerTool(CODE_EXECUTION),)},
    "all tools": {
        "tools": (ADD,),
        "server_tools": (ServerTool(WEB_SEARCH), ServerTool(CODE_EXECUTION)),
    },
    "an image": {"messages": seen(Media("image/png", png(2, 2)))},
    "a document": {"messages": seen(Media("application/pdf", b"%PDF-1.7"))},
    "sound": {"messages": seen(Media("audio/wav", b"RIFF"))},
    "film": {"messages": seen(Media("video/mp4", b"ftyp"))},
    "a picture of a tool": {
        "messages": (
            *LOOP[:2],
            Message(
                "tool",
                (
                    replace(
                        RESULTS[0],
                        media=(
                            Media("image/png", png(2, 2)),
                            Media("application/pdf", b"%PDF-1.7"),
                            Media("audio/wav", b"RIFF"),
                        ),
                    ),
                    RESULTS[1],
                ),
            ),
        ),
        "tools": (ADD, NOW),
    },
    "a picture of an answer": {
        "messages": (
            QUESTION,
            Message("assistant", (Text("Here."), Media("image/png", png(2, 2)))),
            text_message("user", "Another."),
        )
    },
} | {
    f"effort {each}": {"reasoning_effort": each}
    for each in ("none", "minimal", "low", "medium", "high", "xhigh", "max")
}

WHERE: dict[str, tuple[Settings, Any]] = {
    "openai gpt-5.5": (
        Settings("openai", "openai", "https://api.openai.com/v1", "gpt-5.5", "k", True),
        provider_schemas.check_chat,
    ),
    "openai gpt-4.1": (
        Settings("openai", "openai", "https://api.openai.com/v1", "gpt-4.1", "k", True),
        provider_schemas.check_chat,
    ),
    "responses gpt-6": (
        Settings("openai", "openai-responses", "https://api.openai.com/v1", "gpt-6", "k", True),
        provider_schemas.check_responses,
    ),
    "responses gpt-4.1": (
        Settings("openai", "openai-responses", "https://api.openai.com/v1", "gpt-4.1", "k", True),
        provider_schemas.check_responses,
    ),
    "claude with a budget": (
        Settings("anthropic", "anthropic", "https://api.anthropic.com", "claude-sonnet-4-5", "k", True),
        provider_schemas.check_anthropic,
    ),
    "claude that decides": (
        Settings("anthropic", "anthropic", "https://api.anthropic.com", "claude-opus-4-8", "k", True),
        provider_schemas.check_anthropic,
    ),
    "gemini 2.5": (
        Settings("gemini", "gemini", "https://g.invalid", "gemini-2.5-flash", "k", True),
        provider_schemas.check_gemini,
    ),
    "gemini 3.5": (
        Settings("gemini", "gemini", "https://g.invalid", "gemini-3.5-flash", "k", True),
        provider_schemas.check_gemini,
    ),
}  # fmt: skip


# What earlier models take and newer ones refuse (then they are asked again without) is gone from the
# descriptions; tiers have names of their own at each provider.
UNDESCRIBED = {
    "anthropic": ("temperature", "top_p", "top_k", "service_tier"),
    "gemini": ("serviceTier",),
}


@pytest.mark.parametrize("name", WHERE)
def test_every_request_is_as_its_provider_describes_it(name: str) -> None:
    provider_schemas.need(*PACKAGES)
    where, check = WHERE[name]
    wrong: dict[str, str] = {}
    built = 0
    for case, given in CASES.items():
        request = Request(given.get("messages", (QUESTION,)), **_without_messages(given))
        try:
            sent = OVER_THE_WIRE[where.dialect].build_request(request, where)
        except InvalidRequest:
            continue  # said to the program, and nothing sent
        built += 1
        body = json.loads(sent.body)
        for field in UNDESCRIBED.get(where.provider, ()):
            body.pop(field, None)
        try:
            check(body)
        except ValueError as problem:
            wrong[case] = str(problem)
    assert wrong == {}
    assert built > 40


def _without_messages(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != "messages"}


def test_the_descriptions_take_nothing_else() -> None:
    provider_schemas.need(*PACKAGES)
    for where, check in WHERE.values():
        body = json.loads(
            OVER_THE_WIRE[where.dialect].build_request(Request((QUESTION,)), where).body
        )
        check(body)
        number = json.loads(json.dumps(body).replace('"3 + 4?"', "7"))
        for wrong in ({**body, "colour": 1}, number):
            with pytest.raises(ValueError):
                check(wrong)


def sent_by(request: Request, provider: str, dialect: str, model: str) -> dict[str, Any]:
    base = {"gemini": "https://g.invalid"}.get(provider, "https://api.openai.com/v1")
    where = Settings(provider, dialect, base, model, "k", True)
    body: dict[str, Any] = json.loads(OVER_THE_WIRE[dialect].build_request(request, where).body)
    return body


def test_pictures_speech_and_vectors() -> None:
    provider_schemas.need(*PACKAGES)
    ask = (QUESTION,)
    drawn = MediaRequest(
        ask, task=IMAGE, answers=2, size="1024x1024", quality="high", background="opaque",
        media_format="webp",
    )  # fmt: skip
    said = MediaRequest(
        ask, task=SPEECH, voice="alloy", media_format="wav", speed=2.0, system="Low."
    )
    vectors = EmbeddingRequest(ask, input=("a", "b"), dimensions=8)
    image = sent_by(drawn, "openai", "image-openai", "gpt-image-1")
    provider_schemas.check_openai("image_generate_params", "ImageGenerateParamsNonStreaming", image)
    speech = sent_by(said, "openai", "speech-openai", "gpt-4o-mini-tts")
    provider_schemas.check_openai("audio.speech_create_params", "SpeechCreateParams", speech)
    embedding = sent_by(vectors, "openai", "embed-openai", "text-embedding-3-small")
    provider_schemas.check_openai("embedding_create_params", "EmbeddingCreateParams", embedding)
    provider_schemas.check_gemini(
        sent_by(drawn, "gemini", "image-gemini", "gemini-2.5-flash-image")
    )
    provider_schemas.check_gemini(sent_by(said, "gemini", "speech-gemini", "gemini-2.5-flash-tts"))
    heard = MediaRequest(seen(Media("audio/wav", b"RIFF")), task=TRANSCRIPT, language="de")
    provider_schemas.check_gemini(sent_by(heard, "gemini", "transcript-gemini", "gemini-3.5-flash"))


@pytest.mark.parametrize(
    "name", ["openai gpt-4.1", "responses gpt-6", "claude that decides", "gemini 3.5"]
)
def test_batches(name: str) -> None:
    provider_schemas.need(*PACKAGES)
    where, check = WHERE[name]
    requests = [
        OVER_THE_WIRE[where.dialect].build_request(Request((QUESTION,), **given), where)
        for given in ({"max_tokens": 7}, {"tools": (ADD,)})
    ]
    host = FakeHost(*(reply(id="file-1", name="batches/1") for _ in range(2)))
    items = [Item(f"request-{at}", each) for at, each in enumerate(requests)]
    interface = interface_for(requests[0])
    assert interface is not None
    submit(items, interface, host)
    asked = host.requests[-1]
    if interface.name.startswith("openai"):
        job = json.loads(asked.body)
        provider_schemas.check_openai("batch_create_params", "BatchCreateParams", job)
        lines = [json.loads(row) for row in host.requests[0].body.split(b"\n") if row[:1] == b"{"]
        assert [set(each) for each in lines] == [{"custom_id", "method", "url", "body"}] * 2
        assert {each["url"] for each in lines} == {job["endpoint"]}
        for each in lines:
            check({**each["body"], "stream": True})
    elif interface.name == "anthropic":
        provider_schemas.check_anthropic_batch(json.loads(asked.body))
    else:
        for each in json.loads(asked.body)["batch"]["inputConfig"]["requests"]["requests"]:
            assert set(each) == {"request", "metadata"}
            check(each["request"])


def reply(**value: Any) -> FakeResponse:
    return FakeResponse(json.dumps(value).encode(), headers={"content-type": "application/json"})
