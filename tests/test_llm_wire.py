"""The four wire formats against aimock, a server that others wrote."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aimock import Mock, find_llmock, run_aimock
from images import PDF, jpeg
from lispcore.hosts.terminal import TerminalHost
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask, deliver, stream_events
from lispcore.llm.events import TextDelta
from lispcore.llm.failures import ConnectionLost, ModelError, ProviderError, Truncated
from lispcore.llm.messages import Media, Message, Text, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.tool_loop import run_exchange

pytestmark = pytest.mark.skipif(
    find_llmock() is None, reason="aimock is not installed: run `npm ci` in web/"
)

# Provider -> a model that the server takes for one of this provider's.
MODELS = {
    "anthropic": "claude-haiku-4-5",
    "openai": "gpt-4o",
    "gemini": "gemini-2.5-flash",
    "ollama": "llama3.2",
}
STORY = "Once upon a time, in Ærøskøbing, a small 🦊 learned Lisp. " * 6

FIXTURES = [
    {"match": {"userMessage": "story"}, "response": {"content": STORY}},
    {
        "match": {"userMessage": "capital", "hasToolResult": False},
        "response": {"toolCalls": [{"name": "lookup", "arguments": {"country": "Norway"}}]},
    },
    {
        "match": {"userMessage": "capital", "hasToolResult": True},
        "response": {"content": "It is Oslo."},
    },
    {"match": {"userMessage": "picture"}, "response": {"content": "A square."}},
    {
        "match": {"userMessage": "usage", "model": "gpt-4o"},
        "response": {
            "content": "Counted.",
            "usage": {"prompt_tokens": 11, "completion_tokens": 7},
        },
    },
    {"match": {"userMessage": "long"}, "response": {"content": STORY, "finishReason": "length"}},
    {
        "match": {"userMessage": "cut"},
        "response": {"content": STORY},
        "chunkSize": 10,
        "latency": 15,
        "truncateAfterChunks": 4,
    },
    {
        "match": {"userMessage": "busy"},
        "response": {"error": {"message": "Slow down", "type": "rate_limit_error"}, "status": 429},
    },
    {
        "match": {"userMessage": "overloaded"},
        "response": {"error": {"message": "Overloaded", "type": "overloaded_error"}, "status": 529},
    },
]


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with run_aimock(FIXTURES, tmp_path_factory.mktemp("aimock"), "--strict") as running:
        yield running


def at(mock: Mock, name: str) -> Settings:
    base = f"{mock.url}/v1" if name == "openai" else mock.url
    settings = settings_for(name, base, MODELS[name], "test-key")
    assert settings is not None
    return settings


def asking(text: str) -> Request:
    return Request((text_message("system", "Be brief."), text_message("user", text)))


every_provider = pytest.mark.parametrize("name", MODELS)


@every_provider
def test_text_streams_in_pieces(mock: Mock, name: str) -> None:
    events = list(stream_events(asking("a story"), at(mock, name), TerminalHost({})))
    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(pieces) == STORY
    assert len(pieces) > 5


@every_provider
def test_stop_reasons(mock: Mock, name: str) -> None:
    host = TerminalHost({})
    assert ask(asking("a story"), at(mock, name), host).stop_reason == "end_turn"
    if name != "ollama":  # the server cannot say so in Ollama's format
        assert ask(asking("too long"), at(mock, name), host).stop_reason == "max_tokens"


@every_provider
def test_options_and_system_prompt_are_accepted(mock: Mock, name: str) -> None:
    request = replace(
        asking("a story"), max_tokens=50, temperature=0.5, stop_sequences=("END",), system="Kind."
    )
    assert ask(request, at(mock, name), TerminalHost({})).text == STORY


def test_usage_where_the_server_reports_it(mock: Mock) -> None:
    reply = ask(asking("usage"), at(mock, "openai"), TerminalHost({}))
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (11, 7)


@every_provider
def test_images_are_accepted(mock: Mock, name: str) -> None:
    photo = jpeg(640, 480) + bytes(range(256))
    parts = (Text("a picture"), Media("image/jpeg", photo))
    reply = ask(Request((Message("user", parts),)), at(mock, name), TerminalHost({}))
    assert reply.text == "A square."
    if name == "openai":  # of the other formats' requests the server keeps the text only
        assert base64.b64encode(photo).decode() in json.dumps(mock.requests()[-1])


@pytest.mark.parametrize("name", ["anthropic", "openai", "gemini"])
def test_documents_are_accepted(mock: Mock, name: str) -> None:
    parts = (Text("a picture"), Media("application/pdf", PDF))
    request = Request((Message("user", parts),))
    assert ask(request, at(mock, name), TerminalHost({})).text == "A square."


@every_provider
def test_tools_there_and_back(mock: Mock, name: str) -> None:
    schema = {
        "type": "object",
        "properties": {"country": {"type": "string"}},
        "required": ["country"],
    }
    request = replace(asking("the capital?"), tools=(Tool("lookup", "Looks up", schema),))
    settings = at(mock, name)
    host = TerminalHost({})
    called: list[ToolCall] = []

    def run(call: ToolCall) -> ToolResult:
        called.append(call)
        return ToolResult(call.id, call.name, "Oslo")

    exchange = run_exchange(request, lambda each, emit: deliver(each, settings, host, emit), run)
    assert [dict(call.arguments) for call in called] == [{"country": "Norway"}]
    assert exchange.reply.text == "It is Oslo."


@every_provider
def test_a_truncated_stream_is_no_success(mock: Mock, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        ask(asking("cut it"), at(mock, name), TerminalHost({}))
    assert isinstance(caught.value, (Truncated, ConnectionLost))
    assert 0 < len(caught.value.partial) < len(STORY)
    assert STORY.startswith(caught.value.partial)


@every_provider
@pytest.mark.parametrize(
    ("text", "status", "advice"),
    [("busy", 429, "wait a little"), ("overloaded", 529, "overloaded")],
)
def test_refusals(mock: Mock, name: str, text: str, status: int, advice: str) -> None:
    with pytest.raises(ProviderError) as caught:
        ask(asking(text), at(mock, name), TerminalHost({}))
    assert caught.value.status == status
    assert advice in caught.value.advice


@every_provider
@pytest.mark.parametrize("rate", ["dropRate", "malformedRate", "disconnectRate"])
def test_chaos_is_always_an_error(mock: Mock, name: str, rate: str) -> None:
    mock.set_chaos(**{rate: 1.0})
    try:
        with pytest.raises(ModelError) as caught:
            ask(asking("a story"), at(mock, name), TerminalHost({}))
        assert caught.value.provider == name
        assert caught.value.advice
    finally:
        mock.set_chaos()
