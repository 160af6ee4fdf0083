"""The options of a call in each wire format: what is sent, what is said of what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask
from lispcore.llm.events import Reply, TokenOdds
from lispcore.llm.media_requests import SERVICES, MediaRequest, settings_of_media
from lispcore.llm.messages import Media, Message, Text, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.retrieval import EmbeddingRequest
from lispcore.llm.unsent import unsent_options
from lispcore.llm.wire_formats import OVER_THE_WIRE

ADD = Tool("add", "Adds.", {"type": "object", "properties": {"a": {"type": "integer"}}})
WHERE = {
    "anthropic": Settings("anthropic", "anthropic", "https://api.anthropic.com", "claude-opus-4-1"),
    "openai": Settings("openai", "openai", "https://api.openai.com/v1", "gpt-4.1"),
    "openai-responses": Settings(
        "openai", "openai-responses", "https://api.openai.com/v1", "gpt-5"
    ),
    "gemini": Settings("gemini", "gemini", "https://gemini.invalid", "gemini-2.5-flash"),
    "ollama": Settings("ollama", "ollama", "http://localhost:11434", "qwen3"),
    "mistral": Settings("mistral", "openai", "https://api.mistral.ai/v1", "mistral-large"),
    "openrouter": Settings("openrouter", "openai", "https://openrouter.ai/api/v1", "anthropic/x"),
    "vllm": Settings("vllm", "openai", "http://localhost:8000/v1", "m"),
}
QUESTION = (text_message("user", "3 + 4?"),)


def body_of(name: str, **given: Any) -> dict[str, Any]:
    where = WHERE[name]
    request = Request(given.pop("messages", QUESTION), **given)
    body: dict[str, Any] = json.loads(
        OVER_THE_WIRE[where.dialect].build_request(request, where).body
    )
    return body


def unsent(name: str, **given: Any) -> list[str]:
    where = WHERE[name]
    return unsent_options(OVER_THE_WIRE[where.dialect], Request(QUESTION, **given), where)


def at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body.get(step) if isinstance(body, dict) else None
    return body


SENT: list[tuple[str, dict[str, Any], str, Any]] = [
    ("anthropic", {"top_p": 0.5}, "top_p", 0.5),
    ("anthropic", {"top_k": 3}, "top_k", 3),
    ("anthropic", {"service_tier": "auto"}, "service_tier", "auto"),
    ("anthropic", {"metadata": {"user_id": "u1", "x": 1}}, "metadata", {"user_id": "u1"}),
    ("anthropic", {"tools": (ADD,), "tool_choice": "required"}, "tool_choice", {"type": "any"}),
    ("anthropic", {"tools": (ADD,), "tool_choice": "none"}, "tool_choice", {"type": "none"}),
    (
        "anthropic",
        {"tools": (ADD,), "chosen_tool": "add", "parallel_tool_calls": False},
        "tool_choice",
        {"type": "tool", "name": "add", "disable_parallel_tool_use": True},
    ),
    (
        "anthropic",
        {"tools": (ADD,), "parallel_tool_calls": False},
        "tool_choice",
        {"type": "auto", "disable_parallel_tool_use": True},
    ),
    ("openai", {"top_p": 0.0}, "top_p", 0.0),
    ("openai", {"seed": 0}, "seed", 0),
    ("openai", {"answers": 3}, "n", 3),
    ("openai", {"logprobs": 0}, "logprobs", True),
    ("openai", {"logprobs": 2}, "top_logprobs", 2),
    ("openai", {"metadata": {"a": 1, "b": "x"}}, "metadata", {"a": "1", "b": "x"}),
    ("openai", {"service_tier": "flex"}, "service_tier", "flex"),
    ("openai", {"response_format": "json"}, "response_format", {"type": "json_object"}),
    ("openai", {"tools": (ADD,), "tool_choice": "required"}, "tool_choice", "required"),
    (
        "openai",
        {"tools": (ADD,), "chosen_tool": "add"},
        "tool_choice",
        {"type": "function", "function": {"name": "add"}},
    ),
    ("openai", {"tools": (ADD,), "parallel_tool_calls": False}, "parallel_tool_calls", False),
    ("vllm", {"top_k": 4}, "top_k", 4),
    ("mistral", {"seed": 7}, "random_seed", 7),
    ("openrouter", {"thinking_budget": 2000}, "reasoning.max_tokens", 2000),
    ("openrouter", {"reasoning_effort": "low"}, "reasoning.effort", "low"),
    ("openai-responses", {"top_p": 0.5}, "top_p", 0.5),
    ("openai-responses", {"logprobs": 3}, "top_logprobs", 3),
    ("openai-responses", {"shows_thoughts": True}, "reasoning", {"summary": "auto"}),
    ("openai-responses", {"response_format": "json"}, "text.format.type", "json_object"),
    ("openai-responses", {"service_tier": "priority"}, "service_tier", "priority"),
    (
        "openai-responses",
        {"tools": (ADD,), "chosen_tool": "add"},
        "tool_choice",
        {"type": "function", "name": "add"},
    ),
    ("gemini", {"top_p": 0.0}, "generationConfig.topP", 0.0),
    ("gemini", {"service_tier": "flex"}, "serviceTier", "flex"),
    ("gemini", {"top_k": 9}, "generationConfig.topK", 9),
    ("gemini", {"seed": 0}, "generationConfig.seed", 0),
    ("gemini", {"temperature": 0.0}, "generationConfig.temperature", 0.0),
    ("gemini", {"answers": 2}, "generationConfig.candidateCount", 2),
    ("gemini", {"logprobs": 2}, "generationConfig.logprobs", 2),
    ("gemini", {"logprobs": 0}, "generationConfig.responseLogprobs", True),
    ("gemini", {"thinking_budget": 500}, "generationConfig.thinkingConfig.thinkingBudget", 500),
    ("gemini", {"shows_thoughts": True}, "generationConfig.thinkingConfig.includeThoughts", True),
    (
        "gemini",
        {"response_format": "json"},
        "generationConfig.responseMimeType",
        "application/json",
    ),
    (
        "gemini",
        {"tools": (ADD,), "chosen_tool": "add"},
        "toolConfig.functionCallingConfig",
        {"mode": "ANY", "allowedFunctionNames": ["add"]},
    ),
    ("ollama", {"top_p": 0.5}, "options.top_p", 0.5),
    ("ollama", {"top_k": 5}, "options.top_k", 5),
    ("ollama", {"seed": 0}, "options.seed", 0),
    ("ollama", {"logprobs": 2}, "top_logprobs", 2),
    ("ollama", {"response_format": "json"}, "format", "json"),
    ("ollama", {"shows_thoughts": True}, "think", True),
]


@pytest.mark.parametrize(("name", "given", "path", "value"), SENT)
def test_what_is_sent(name: str, given: dict[str, Any], path: str, value: Any) -> None:
    assert at(body_of(name, **given), path) == value
    assert unsent(name, **given) == []


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("anthropic", {"seed": 1}, ":seed"),
        ("anthropic", {"answers": 2}, ":n"),
        ("anthropic", {"logprobs": 2}, ":logprobs"),
        ("anthropic", {"response_format": "json"}, ":response-format"),
        ("anthropic", {"metadata": {"x": 1}}, ":metadata"),
        ("anthropic", {"temperature": 0.1, "reasoning_effort": "low"}, "the temperature"),
        (
            "anthropic",
            {"reasoning_effort": "low", "tools": (ADD,), "tool_choice": "required"},
            "the reasoning effort low",
        ),
        ("openai", {"top_k": 3}, ":top-k"),
        ("openai", {"thinking_budget": 3000}, ":thinking-budget"),
        ("openai", {"prompt_cache": "1h"}, ":prompt-cache"),
        ("openai-responses", {"seed": 3}, ":seed"),
        ("openai-responses", {"answers": 3}, ":n"),
        ("gemini", {"tools": (ADD,), "parallel_tool_calls": False}, ":parallel-tool-calls"),
        ("ollama", {"tools": (ADD,), "tool_choice": "required"}, ":tool-choice"),
        ("ollama", {"answers": 2}, ":n"),
        ("mistral", {"logprobs": 1}, ":logprobs"),
    ],
)
def test_what_is_not_sent_is_said(name: str, given: dict[str, Any], said: str) -> None:
    where = WHERE[name]
    notes = unsent(name, **given)
    assert notes == [
        f"{said} was not sent: none is known to be taken by {where.model} of {where.provider}"
    ]


def test_what_goes_in_as_it_is() -> None:
    for name, where in WHERE.items():
        request = Request(
            QUESTION,
            temperature=0.5,
            extra_body={"odd": 1, "options": {"x": [2]}, "temperature": 0.9},
            headers=(("anthropic-beta", "b"),),
        )
        http = OVER_THE_WIRE[where.dialect].build_request(request, where)
        body = json.loads(http.body)
        assert (body["odd"], body["options"]["x"]) == (1, [2]), name
        assert body["temperature"] == 0.9
        assert ("anthropic-beta", "b") in http.headers


# --- the cache of prompts -------------------------------------------------------------------------

MARK = {"type": "ephemeral"}
LOOP = (
    *QUESTION,
    Message("assistant", (Text("Let me see."), ToolCall("c1", "add", {"a": 3}))),
    Message("tool", (ToolResult("c1", "add", "7"),)),
)


def marks(body: dict[str, Any]) -> list[str]:
    places = [("tool", each) for each in body.get("tools", ())]
    places += [("system", each) for each in body.get("system", ()) if isinstance(each, dict)]
    places += [
        (f"{number}", block)
        for number, turn in enumerate(body["messages"])
        for block in turn["content"]
    ]
    return [name for name, each in places if each.get("cache_control")]


def test_what_will_be_sent_again_is_marked_for_the_cache() -> None:
    two = (ADD, Tool("sub", "Subtracts.", ADD.schema))
    assert marks(body_of("anthropic")) == []
    assert marks(body_of("anthropic", system="Be brief.")) == []
    assert marks(body_of("anthropic", tools=two, system="s")) == ["tool", "system", "0"]
    body = body_of("anthropic", messages=LOOP, tools=two, system="s")
    assert marks(body) == ["tool", "system", "0", "2"]
    assert "cache_control" not in body["tools"][0]
    longer = (*LOOP, text_message("assistant", "7."), text_message("user", "And 4 + 4?"))
    assert marks(body_of("anthropic", messages=longer)) == ["2", "4"]
    assert marks(body_of("anthropic", messages=longer, prompt_cache="off")) == []
    hour = body_of("anthropic", prompt_cache="1h")["messages"][0]["content"][0]["cache_control"]
    assert hour == MARK | {"ttl": "1h"}
    assert marks(body_of("anthropic", messages=LOOP, refused=frozenset(("cache_control",)))) == []


def test_a_mediator_is_asked_for_the_cache_of_claude() -> None:
    assert body_of("openrouter", messages=LOOP, model="anthropic/claude")["cache_control"] == MARK
    for model, more in (
        ("anthropic/c", {"messages": QUESTION}),
        ("openai/gpt", {"messages": LOOP}),
    ):
        assert "cache_control" not in body_of("openrouter", model=model, **more)


class CountingServer(FakeHost):
    """Claude's server, which counts what it finds in its cache: whatever was marked before."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: set[str] = set()
        self.full_tokens = 0.0

    def fetch(self, request: Any) -> FakeResponse:
        body = json.loads(request.body)
        text = ""
        hit = 0
        system = body["system"]
        blocks = [*body["tools"], *([{"text": system}] if isinstance(system, str) else system)]
        blocks += [block for turn in body["messages"] for block in turn["content"]]
        marked = []
        for block in blocks:
            is_marked = block.pop("cache_control", None) is not None
            text += json.dumps(block)
            if text in self.kept:
                hit = len(text)
            if is_marked:
                marked.append(text)
        self.kept.update(marked)
        written = max(map(len, marked), default=0) - hit
        self.full_tokens += hit * 0.1 + written * 1.25 + len(text) - hit - written
        turn = len(self.requests)
        self.requests.append(request)
        wanted = {"type": "tool_use", "id": f"t{turn}", "name": "add", "input": {"a": turn}}
        reply = {"content": [wanted], "stop_reason": "tool_use", "model": "m", "usage": {}}
        headers = {"content-type": "application/json"}
        return FakeResponse(json.dumps(reply).encode(), headers=headers)


def test_ten_turns_do_not_pay_ten_times() -> None:
    def price(**more: Any) -> float:
        server = CountingServer()
        messages = QUESTION
        for _ in range(10):
            request = Request(messages, system="long " * 4000, tools=(ADD,), **more)
            reply = ask(request, WHERE["anthropic"], server)
            result = ToolResult(reply.tool_calls[0].id, "add", "found " * 500)
            messages = (*messages, reply.message, Message("tool", (result,)))
        return server.full_tokens

    assert price() < 0.3 * price(prompt_cache="off")


# --- what comes back -----------------------------------------------------------------------------


def reply_to(name: str, data: bytes, cut: int) -> Reply:
    kind = "application/x-ndjson" if name == "ollama" else "text/event-stream"
    response = FakeResponse(data[:cut], data[cut:], headers={"content-type": kind})
    return ask(Request(QUESTION), WHERE[name], FakeHost(response))


def sse(*records: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in records)


OPENAI_ODDS = {
    "content": [
        {
            "token": "Se",
            "logprob": -0.1,
            "bytes": [83],
            "top_logprobs": [{"token": "Si", "logprob": -2.5, "bytes": None}],
        }
    ]
}
STREAMS = {
    "openai": sse(
        {"choices": [{"index": 0, "delta": {"content": "Se"}, "logprobs": OPENAI_ODDS}]},
        {"choices": [{"index": 1, "delta": {"content": "7"}}]},
        {"choices": [{"index": 0, "delta": {"content": "ven"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 1, "delta": {"content": "."}, "finish_reason": "stop"}]},
    )
    + b"data: [DONE]\n\n",
    "gemini": sse(
        {
            "candidates": [
                {"index": 0, "content": {"parts": [{"text": "Seven"}]}},
                {"index": 1, "content": {"parts": [{"text": "7"}]}},
            ]
        },
        {
            "candidates": [
                {
                    "index": 0,
                    "finishReason": "STOP",
                    "logprobsResult": {
                        "chosenCandidates": [{"token": "Se", "logProbability": -0.1}],
                        "topCandidates": [
                            {"candidates": [{"token": "Si", "logProbability": -2.5}]}
                        ],
                    },
                },
                {"index": 1, "content": {"parts": [{"text": "."}]}, "finishReason": "STOP"},
            ],
            "usageMetadata": {"promptTokenCount": 3},
        },
    ),
    "openai-responses": sse(
        {
            "type": "response.output_text.delta",
            "output_index": 0,
            "delta": "Seven",
            "logprobs": OPENAI_ODDS["content"],
        },
        {"type": "response.completed", "response": {"status": "completed", "output": []}},
    ),
    "ollama": json.dumps(
        {
            "message": {"content": "Seven"},
            "logprobs": OPENAI_ODDS["content"],
            "done": True,
            "done_reason": "stop",
        }
    ).encode()
    + b"\n",
}


@pytest.mark.parametrize("name", STREAMS)
def test_odds_and_other_answers_wherever_the_stream_is_cut(name: str) -> None:
    data = STREAMS[name]
    for cut in range(len(data) + 1):
        reply = reply_to(name, data, cut)
        assert reply.text == "Seven"
        assert reply.odds == (TokenOdds("Se", -0.1, (("Si", -2.5),)),)
        assert reply.others == (("7.",) if name in ("openai", "gemini") else ())


def test_tokens_written_to_a_cache_are_counted() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
    }
    choice = {"index": 0, "delta": {"content": "7"}, "finish_reason": "stop"}
    told = reply_to("openai", sse({"choices": [choice]}, {"choices": [], "usage": usage}), 1).usage
    assert (told.cache_read_tokens, told.cache_creation_tokens) == (60, 30)
    usage = {
        "input_tokens": 100,
        "output_tokens": 2,
        "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
    }
    whole = {"status": "completed", "output": [], "usage": usage}
    events = sse(
        {"type": "response.output_text.delta", "output_index": 0, "delta": "7"},
        {"type": "response.completed", "response": whole},
    )
    told = reply_to("openai-responses", events, 1).usage
    assert (told.cache_read_tokens, told.cache_creation_tokens) == (60, 30)


# --- thinking ------------------------------------------------------------------------------------


def test_claude_thinks_in_its_own_terms() -> None:
    def thinking(model: str, **given: Any) -> Any:
        body = body_of("anthropic", model=model, **given)
        return body.get("thinking"), body.get("output_config"), body["max_tokens"]

    old, new = "claude-opus-4-1", "claude-opus-5"
    assert thinking(old, thinking_budget=500, max_tokens=9) == (
        {"type": "enabled", "budget_tokens": 1024},
        None,
        1033,
    )
    shown = {"type": "enabled", "budget_tokens": 2048, "display": "summarized"}
    assert thinking(old, shows_thoughts=True)[0] == shown
    adaptive = {"type": "adaptive", "display": "summarized"}
    assert thinking(new, shows_thoughts=True)[:2] == (adaptive, None)
    assert thinking(new, shows_thoughts=True, reasoning_effort="max")[:2] == (
        adaptive,
        {"effort": "max"},
    )
    assert thinking(new, shows_thoughts=True, reasoning_effort="none")[0] is None
    without = frozenset(("display",))
    assert thinking(new, shows_thoughts=True, refused=without)[0] == {"type": "adaptive"}


def test_openai_tells_thoughts_through_responses() -> None:
    item = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "3 and 4"}]}
    said = {"type": "message", "content": [{"type": "output_text", "text": "Seven."}]}
    whole = {"status": "completed", "model": "m", "output": [item, said]}
    headers = {"content-type": "application/json"}
    host = FakeHost(FakeResponse(json.dumps(whole).encode(), headers=headers))
    where = Settings("openai", "openai", "https://api.openai.com/v1", "gpt-5")
    reply = ask(Request(QUESTION, shows_thoughts=True), where, host)
    assert host.requests[0].url.endswith("/responses")
    assert (reply.text, reply.thinking) == ("Seven.", "3 and 4")


def test_who_may_not_be_told_thoughts_gets_its_answer() -> None:
    words = "Your organization must be verified to generate reasoning summaries."
    error = {"error": {"message": words, "param": "reasoning.summary", "code": "unsupported_value"}}
    said = {"type": "message", "content": [{"type": "output_text", "text": "Seven."}]}
    whole = {"status": "completed", "output": [said]}
    headers = {"content-type": "application/json"}
    host = FakeHost(
        FakeResponse(json.dumps(error).encode(), status=400),
        FakeResponse(json.dumps(whole).encode(), headers=headers),
    )
    where = Settings("openai", "openai", "https://api.openai.com/v1", "gpt-5")
    assert ask(Request(QUESTION, shows_thoughts=True), where, host).text == "Seven."
    notes = host.records[-1]["notes"]
    assert notes[0].startswith("asked again without summary:")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (
            {"temperature": 0.2, "top_p": 0.5},
            {"top_p": 0.5},
            "`temperature` and `top_p` cannot both be specified for this model.",
        ),
        (
            {"service_tier": "flex"},
            {"service_tier": "priority"},
            "Invalid service_tier argument: flex is not supported for this model",
        ),
    ],
)
def test_a_refused_value_costs_no_other_value(
    first: dict[str, Any], second: dict[str, Any], words: str
) -> None:
    error = {"error": {"message": words, "type": "invalid_request_error"}}
    whole = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "7"}}]}
    headers = {"content-type": "application/json"}
    said = json.dumps(whole).encode()
    host = FakeHost(
        FakeResponse(json.dumps(error).encode(), status=400),
        *(FakeResponse(said, headers=headers) for _ in range(3)),
    )
    where = Settings("openai", "openai", "https://api.openai.com/v1", "gpt-4.1-of-options")
    for given in (first, second, first):
        assert ask(Request(QUESTION, **given), where, host).text == "7"
    refused, again, other, known = (json.loads(each.body) for each in host.requests)
    (name,) = second
    assert name in refused
    assert name not in again
    assert other[name] == second[name]
    assert name not in known


def test_what_tools_returned_and_no_model_sees_is_said() -> None:
    heard = ToolResult("c", "say", "[audio/ogg]", media=(Media("audio/ogg", b"OggS"),))
    messages = (*QUESTION, Message("assistant", (ToolCall("c", "say"),)), Message("tool", (heard,)))
    for name, where in WHERE.items():
        said = unsent_options(OVER_THE_WIRE[where.dialect], Request(messages), where)
        sees = name in ("gemini", "openrouter")
        assert said == (
            []
            if sees
            else [f"audio/ogg that a tool returned was named in words: {where.provider} takes none"]
        )


@pytest.mark.parametrize("task", list(SERVICES))
def test_every_option_of_pictures_and_sound_is_sent_or_said(task: str) -> None:
    options: dict[str, Any] = {
        "image": {"size": "1K", "quality": "high", "background": "opaque", "media_format": "webp"},
        "speech": {"voice": "echo", "speed": 1.5, "media_format": "wav"},
        "transcript": {"language": "de"},
    }[task]
    said = []
    for name, service in SERVICES[task].items():
        found = settings_for(name)
        assert found is not None
        if name == "demo":
            continue
        where = settings_of_media(found, service, "")
        dialect = OVER_THE_WIRE[where.dialect]
        for option, value in options.items():
            plain = MediaRequest(QUESTION, task=task)
            asked = replace(plain, **{option: value})
            notes = unsent_options(dialect, asked, where)
            assert len(notes) <= 1
            said += notes
            if not notes:
                bodies = [dialect.build_request(each, where).body for each in (asked, plain)]
                assert bodies[0] != bodies[1], (name, option)
    assert bool(said) == (task != "transcript")


def test_vectors_that_cannot_be_for_a_purpose_are_said_to_be_for_none() -> None:
    where = Settings("openai", "embed-openai", "https://api.openai.com/v1", "m")
    dialect = OVER_THE_WIRE["embed-openai"]
    asked = EmbeddingRequest((), input=("x",), dimensions=64, purpose="query")
    (note,) = unsent_options(dialect, asked, where)
    assert note.startswith(":input-type was not sent")


@pytest.mark.parametrize(
    ("name", "model", "effort", "meant"),
    [
        ("gemini", "gemini-3.5-flash", "xhigh", "high"),
        ("gemini", "gemini-3-pro-preview", "minimal", "low"),
        ("gemini", "gemini-2.5-flash", "minimal", "none"),
        ("gemini", "gemini-3.5-flash", "high", ""),
        ("ollama", "gpt-oss", "max", "high"),
        ("openai-responses", "gpt-5", "low", ""),
        ("anthropic", "claude-opus-4-1", "xhigh", ""),
    ],
)
def test_an_effort_that_goes_out_as_another_is_said(
    name: str, model: str, effort: str, meant: str
) -> None:
    notes = unsent(name, model=model, reasoning_effort=effort)
    said = f"the reasoning effort {effort} was sent as {meant}, the nearest that {model} knows"
    assert notes == ([said] if meant else [])
