"""Tools that providers run themselves: what is asked for, what it costs, and how a turn goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter
from lispcore.llm.client import ask
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.messages import ServerStep, text_message
from lispcore.llm.pricing import cost
from lispcore.llm.requests import (
    CODE_EXECUTION,
    WEB_FETCH,
    WEB_SEARCH,
    Request,
    ServerTool,
    Settings,
    Tool,
)
from lispcore.llm.tool_loop import ask_once
from lispcore.llm.unsent import unsent_options
from lispcore.llm.usage import Usage
from lispcore.llm.wire_formats import OVER_THE_WIRE
from model_replies import host_with

QUESTION = (text_message("user", "Snow?"),)
ADD = Tool("add", "Adds.", {"type": "object", "properties": {"a": {"type": "integer"}}})
SEARCH = ServerTool(WEB_SEARCH, 3, ("a.example",))
PROGRAM = ServerTool(CODE_EXECUTION)
CLAUDE = Settings("anthropic", "anthropic", "https://api.anthropic.com", "claude-sonnet-5")
OPENAI = Settings("openai", "openai", "https://api.openai.com/v1", "gpt-4.1")
XAI = Settings("xai", "openai", "https://api.x.ai/v1", "grok-4.3")
GEMINI = Settings("gemini", "gemini", "https://gemini.invalid", "gemini-3.5-flash")
ROUTER = Settings("openrouter", "openai", "https://openrouter.ai/api/v1", "openai/gpt-5.2")


def request_of(where: Settings, *tools: ServerTool, **more: Any) -> tuple[Any, dict[str, Any]]:
    request = Request(QUESTION, server_tools=tools, **more)
    dialect = OVER_THE_WIRE[where.dialect]
    if dialect.newer and dialect.needs_newer(request, where):
        dialect = OVER_THE_WIRE[dialect.newer]
    http = dialect.build_request(request, where)
    body: dict[str, Any] = json.loads(http.body)
    return http, body


def test_claude() -> None:
    http, body = request_of(CLAUDE, SEARCH, ServerTool(WEB_FETCH), PROGRAM, tools=(ADD,))
    assert [tool["name"] for tool in body["tools"]] == [
        "add", "web_search", "web_fetch", "code_execution"
    ]  # fmt: skip
    search, fetch, program = body["tools"][1:]
    assert search == {
        "type": "web_search_20250305",
        "name": "web_search",
        "max_uses": 3,
        "allowed_domains": ["a.example"],
    }
    assert fetch["citations"] == {"enabled": True}
    assert program["cache_control"] == {"type": "ephemeral"}
    headers = dict(http.headers)
    assert headers["anthropic-beta"] == "web-fetch-2025-09-10,code-execution-2025-08-25"
    http, _ = request_of(CLAUDE, PROGRAM, headers=(("anthropic-beta", "mine"),))
    assert [value for name, value in http.headers if name == "anthropic-beta"] == [
        "code-execution-2025-08-25,mine"
    ]


def test_openai_and_xai_are_asked_through_responses() -> None:
    http, body = request_of(OPENAI, SEARCH, PROGRAM)
    assert http.url.endswith("/v1/responses")
    assert body["tools"] == [
        {"type": "web_search", "filters": {"allowed_domains": ["a.example"]}},
        {"type": "code_interpreter", "container": {"type": "auto"}},
    ]
    assert body["max_tool_calls"] == 3
    assert body["include"] == ["web_search_call.action.sources", "code_interpreter_call.outputs"]
    blocked = ServerTool(WEB_SEARCH, blocked=("b.example",), options={"x": 1})
    http, body = request_of(XAI, blocked, PROGRAM)
    assert http.url == "https://api.x.ai/v1/responses"
    assert body["tools"][0] == {
        "type": "web_search",
        "filters": {"excluded_domains": ["b.example"]},
        "x": 1,
    }
    assert body["tools"][1] == {"type": "code_interpreter"}


def test_gemini_and_openrouter() -> None:
    _, body = request_of(GEMINI, SEARCH, ServerTool(WEB_FETCH), PROGRAM)
    assert body["tools"] == [{"googleSearch": {}}, {"urlContext": {}}, {"codeExecution": {}}]
    assert "toolConfig" not in body
    _, body = request_of(GEMINI, SEARCH, tools=(ADD,))
    assert body["toolConfig"] == {"includeServerSideToolInvocations": True}
    _, body = request_of(ROUTER, SEARCH, ServerTool(WEB_FETCH))
    assert body["tools"] == [
        {
            "type": "openrouter:web_search",
            "parameters": {"max_uses": 3, "allowed_domains": ["a.example"]},
        },
        {"type": "openrouter:web_fetch"},
    ]


@pytest.mark.parametrize(
    ("where", "tool"),
    [
        (OPENAI, WEB_FETCH),
        (ROUTER, CODE_EXECUTION),
        (Settings("groq", "openai", "https://api.groq.com/openai/v1", "m"), WEB_SEARCH),
        (Settings("ollama", "ollama", "http://localhost:11434", "m"), WEB_SEARCH),
    ],
)
def test_what_a_provider_does_not_have_is_an_error(where: Settings, tool: str) -> None:
    with pytest.raises(InvalidRequest, match=f"{where.provider} has no :{tool} of its own"):
        request_of(where, ServerTool(tool))


def test_limits_that_a_provider_does_not_have_are_said() -> None:
    request = Request(QUESTION, server_tools=(SEARCH,))
    assert unsent_options(OVER_THE_WIRE["gemini"], request, GEMINI) == [
        ":max-uses of :web-search was not sent: gemini does not have it",
        ":allowed-domains of :web-search was not sent: gemini does not have it",
    ]
    assert unsent_options(OVER_THE_WIRE["anthropic"], request, CLAUDE) == []


def claude_says(*content: Any, reason: str = "end_turn", searches: int = 0) -> FakeResponse:
    usage = {
        "input_tokens": 10,
        "output_tokens": 2,
        "server_tool_use": {"web_search_requests": searches},
    }
    body = {"model": "m", "content": list(content), "stop_reason": reason, "usage": usage}
    return FakeResponse(json.dumps(body).encode(), headers={"content-type": "application/json"})


ASKS = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "snow"}}
FOUND = {
    "type": "web_search_tool_result",
    "tool_use_id": "s1",
    "content": [
        {
            "type": "web_search_result",
            "url": "https://a.example",
            "title": "A",
            "encrypted_content": "E",
        }
    ],
}
SNOW = {"type": "text", "text": "Snow."}


def test_a_paused_turn_goes_on_with_what_was_said() -> None:
    from lispcore.llm.client import deliver

    host = FakeHost(
        claude_says({"type": "text", "text": "Let me see. "}, ASKS, reason="pause_turn"),
        claude_says(FOUND, SNOW, searches=1),
    )
    request = Request(QUESTION, server_tools=(SEARCH,))
    exchange = ask_once(request, lambda asked, emit: deliver(asked, CLAUDE, host, emit))
    assert exchange.reply.text == "Let me see. Snow."
    assert exchange.reply.stop_reason == "end_turn"
    assert exchange.usage == Usage(20, 4, searches=1)
    second = json.loads(host.requests[1].body)["messages"]
    assert second[-1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Let me see. "}, ASKS],
    }
    # And what was found goes back with the next question.
    later = Request((*exchange.messages, text_message("user", "And rain?")))
    body = json.loads(OVER_THE_WIRE["anthropic"].build_request(later, CLAUDE).body)
    assert [block["type"] for block in body["messages"][1]["content"]] == [
        "text", "server_tool_use", "web_search_tool_result", "text"
    ]  # fmt: skip
    for other in (GEMINI, OPENAI):
        text = OVER_THE_WIRE[other.dialect].build_request(later, other).body.decode()
        assert "web_search" not in text


def test_who_pauses_for_ever_is_not_asked_for_ever() -> None:
    host = FakeHost(*[claude_says(ASKS, reason="pause_turn") for _ in range(30)])
    from lispcore.llm.client import deliver

    exchange = ask_once(
        Request(QUESTION, server_tools=(SEARCH,)),
        lambda asked, emit: deliver(asked, CLAUDE, host, emit),
    )
    assert exchange.reply.stop_reason == "paused"
    assert len(host.requests) == 11


def test_what_searches_cost() -> None:
    tokens = cost("anthropic", "claude-sonnet-5", Usage(10, 2))
    assert tokens is not None
    assert cost("anthropic", "claude-sonnet-5", Usage(10, 2, searches=3)) == tokens + 0.03
    assert cost("openrouter", "a/model/of-nobody", Usage(10, 2, charged_usd=0.5)) == 0.5
    usage = {"input_tokens": 9, "output_tokens": 1, "cost_in_usd_ticks": 37_756_000}
    whole = {"status": "completed", "output": [], "usage": usage}
    response = FakeResponse(json.dumps(whole).encode(), headers={"content-type": "a/json"})
    request = Request(QUESTION, server_tools=(PROGRAM,))
    from lispcore.llm.client import stream_events

    told = list(stream_events(request, XAI, FakeHost(response)))
    assert any(getattr(event, "usage", Usage()).charged_usd == 0.0037756 for event in told)


def test_a_program_sees_sources_and_steps() -> None:
    host = host_with(claude_says(ASKS, FOUND, SNOW, searches=1), providers=("anthropic",))
    code = (
        '(llm/complete "Snow?" {:server-tools [{:type :web-search :max-uses 2}]}) '
        "(list (llm/last-sources) (llm/last-server-tools))"
    )
    found = Interpreter(host).run(code)
    assert " ".join(found["value"].split()) == (
        '(({:number 1 :places () :quotes () :title "A" :url "https://a.example"}) '
        '({:input "snow" :result nil :tool :web-search} '
        '{:input nil :result "https://a.example" :tool :web-search}))'
    )
    assert host.records[-2]["sources"] == [{"title": "A", "url": "https://a.example"}]


@pytest.mark.parametrize(
    "options",
    [
        "{:server-tools [:telepathy]}",
        "{:server-tools :web-search}",
        "{:server-tools [:web-search :web-search]}",
        "{:server-tools [{:type :web-search :max-uses 0}]}",
        '{:server-tools [{:type :web-search :allowed-domains ["a"] :blocked-domains ["b"]}]}',
    ],
)
def test_mistakes(options: str) -> None:
    found = Interpreter(FakeHost()).run(f'(llm/complete "x" {options})')
    assert "option :server-tools expected" in found["error"]["message"]


def test_a_step_is_on_a_tape() -> None:
    from lispcore.llm.recordings import COMPLETE, Recording, line_of, read_tape

    host = FakeHost(claude_says(ASKS, FOUND, SNOW, searches=1))
    from lispcore.llm.client import stream_events

    events = list(stream_events(Request(QUESTION), CLAUDE, host))
    (back,) = read_tape(line_of(Recording("k" * 64, COMPLETE, events=events)))
    assert [each for each in back.events if type(each).__name__ != "Finished"] == events[:1] + [
        each for each in events if type(each).__name__ in _KEPT
    ] + [events[-2]]
    assert any(getattr(each, "step", None) == ServerStep(*_FIRST) for each in back.events)


_KEPT = ("ServerStepReady", "SourceFound", "TextDelta")
_FIRST = ("web-search", "snow", "", "anthropic", json.dumps(ASKS))


def test_one_answer_at_a_time_is_read_whole() -> None:
    host = FakeHost(claude_says(ASKS, FOUND, SNOW, searches=1))
    reply = ask(Request(QUESTION), CLAUDE, host)
    assert [step.wanted for step in reply.server_steps] == ["snow", ""]
