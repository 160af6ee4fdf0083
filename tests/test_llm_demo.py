"""The demo model says back what it was sent, and never that it is more than a demo."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fake_host import FakeHost
from images import PDF, jpeg
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask, deliver, stream_events
from lispcore.llm.demo import LABEL, choose_arguments, describe_request
from lispcore.llm.events import Reply, TextDelta
from lispcore.llm.messages import Media, Message, Text, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.schemas import problems_of
from lispcore.llm.tool_loop import run_exchange

HELLO = Request((text_message("user", "Say hello in 5 words"),), max_tokens=50)


def demo() -> Settings:
    settings = settings_for("demo")
    assert settings is not None
    return settings


def send(request: Request) -> Reply:
    return ask(request, demo(), FakeHost())


def test_it_is_labelled_and_deterministic() -> None:
    reply = send(HELLO)
    assert reply.text.startswith(f"{LABEL} I am no real model")
    assert "user: “Say hello in 5 words”" in reply.text
    assert "max-tokens 50" in reply.text
    assert (reply.model, reply.stop_reason) == ("demo", "end_turn")
    assert send(HELLO) == reply


def test_it_streams_word_by_word_with_a_pause_before_each() -> None:
    host = FakeHost()
    events = [e for e in stream_events(HELLO, demo(), host) if isinstance(e, TextDelta)]
    assert len(events) == len(send(HELLO).text.split()) == len(host.slept)
    assert 0.2 < sum(host.slept) <= 1.5


def test_long_answers_take_no_longer_and_come_in_bounded_pieces() -> None:
    messages = tuple(text_message("user", "word " * 30) for _ in range(12))
    host = FakeHost()
    list(stream_events(Request(messages), demo(), host))
    assert len(host.slept) <= 200
    assert sum(host.slept) <= 1.6


def test_it_counts_words_as_tokens_and_stops_at_the_limit() -> None:
    reply = send(replace(HELLO, max_tokens=4))
    assert reply.text == f"{LABEL} I am"
    assert reply.stop_reason == "max_tokens"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (5, 4)
    assert send(replace(HELLO, stop_sequences=(" no real",))).stop_reason == "stop_sequence"


def test_it_names_roles_system_prompt_and_options() -> None:
    request = Request(
        (text_message("system", "Be brief."), text_message("user", "Hi\n\nthere")),
        model="claude-haiku",
        system="You are an expert.",
        temperature=0.3,
    )
    text = send(request).text
    for words in (
        "3 messages",
        "system: “You are an expert.”; system: “Be brief.”; user: “Hi there”",
        "model claude-haiku, temperature 0.3",
    ):
        assert words in text


def test_its_record_has_the_options_by_name() -> None:
    assert json.loads(describe_request(HELLO))["options"] == {"max-tokens": 50}
    assert json.loads(describe_request(replace(HELLO, max_tokens=None)))["options"] == {}


def test_it_describes_images_and_documents() -> None:
    photo = jpeg(640, 480)
    parts = (Text("What?"), Media("image/jpeg", photo), Media("application/pdf", PDF))
    text = send(Request((Message("user", parts),))).text
    assert f"Image 1: image/jpeg, 640 × 480 pixels, {len(photo)} bytes." in text
    assert f"Document 2: application/pdf, {len(PDF)} bytes." in text


def tool(name: str, required: tuple[str, ...] = (), **properties: object) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(required or properties)}
    return Tool(name, "", schema)


@pytest.mark.parametrize(
    ("prompt", "properties", "arguments"),
    [
        ("What is the capital of Norway?", {"country": {"type": "string"}}, {"country": "Norway"}),
        ("Weather in New York today", {"city": {"type": "string"}}, {"city": "New York"}),
        ('Find "tide tables" please', {"q": {"type": "string"}}, {"q": "tide tables"}),
        ("how old is the moon", {"what": {"type": "string"}}, {"what": "moon"}),
        (
            "add 2 and 3.5",
            {"a": {"type": "number"}, "b": {"type": "number"}},
            {"a": 2, "b": 3.5},
        ),
        ("in fahrenheit", {"u": {"enum": ["celsius", "fahrenheit"]}}, {"u": "fahrenheit"}),
        (
            "go",
            {
                "list": {"type": "array", "items": {"type": "integer"}},
                "flag": {"type": "boolean"},
                "free": {},
            },
            {"list": [1], "flag": True, "free": "go"},
        ),
        ("", {"x": {"type": "string"}}, {"x": ""}),
    ],
)
def test_arguments_come_from_the_prompt_and_fit_the_schema(
    prompt: str, properties: dict[str, object], arguments: dict[str, object]
) -> None:
    chosen = tool("t", **properties)
    assert choose_arguments(chosen, prompt) == arguments
    assert problems_of(chosen.schema, arguments) == []


def test_it_calls_the_tools_that_are_named_and_then_answers_with_their_results() -> None:
    tools = (
        tool("get-weather", city={"type": "string"}),
        tool("lookup-capital", country={"type": "string"}),
    )
    request = Request((text_message("user", "What is the capital of Norway?"),), tools=tools)
    called = []

    def run(call):  # type: ignore[no-untyped-def]
        called.append((call.name, dict(call.arguments)))
        return ToolResult(call.id, call.name, "Oslo")

    host = FakeHost()
    exchange = run_exchange(request, lambda each, emit: deliver(each, demo(), host, emit), run)
    assert called == [("lookup-capital", {"country": "Norway"})]
    assert exchange.reply.text == f"{LABEL} The tool lookup-capital answered: Oslo."


def test_a_schema_that_contains_itself_ends() -> None:
    schema: dict[str, object] = {"type": "array"}
    schema["items"] = schema
    assert choose_arguments(tool("t", x=schema), "go")["x"] is not None
