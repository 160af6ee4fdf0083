"""OpenAI Responses: what is sent, what goes back in a loop of tools, and when it is chosen.

Streams of this format are in fixtures/streams (test_llm_streams.py).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.client import ask
from lispcore.llm.events import Reply
from lispcore.llm.failures import ProviderError
from lispcore.llm.messages import Media, Message, Text, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.tool_loop import run_exchange

OPENAI = "https://api.openai.com/v1"
ADD = Tool("add", "Adds.", {"type": "object", "properties": {"a": {"type": "integer"}}})
SPOKEN = {"type": "message", "content": [{"type": "output_text", "text": "Seven."}]}
REASONING = {
    "id": "rs_1", "type": "reasoning", "status": "completed", "summary": [], "encrypted_content": "gAA="
}  # fmt: skip
CALL = {"type": "function_call", "call_id": "call_1", "name": "add", "arguments": '{"a":7}'}
ON_RESPONSES_ONLY = "This model is only supported in v1/responses and not in v1/chat/completions."
TOOLS_WITH_EFFORT = (
    "Function tools with reasoning_effort are not supported for gpt-6 in /v1/chat/completions. "
    "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
)


def response(*items: dict[str, Any], **more: Any) -> FakeResponse:
    body = {"object": "response", "status": "completed", "model": "m", "error": None} | more
    body["output"] = list(items)
    return FakeResponse(json.dumps(body).encode(), headers={"content-type": "application/json"})


def completion() -> FakeResponse:
    choice = {"index": 0, "finish_reason": "stop", "message": {"content": "Seven."}}
    body = json.dumps({"model": "m", "choices": [choice]}).encode()
    return FakeResponse(body, headers={"content-type": "application/json"})


def refusal(status: int, message: str, parameter: str = "") -> FakeResponse:
    body = {"error": {"message": message, "type": "invalid_request_error", "param": parameter}}
    return FakeResponse(json.dumps(body).encode(), status=status)


def settings(base_url: str = OPENAI, model: str = "gpt-5.5-pro") -> Settings:
    return Settings("openai", "openai", base_url, model, takes_documents=True)


def paths(host: FakeHost) -> list[str]:
    return [request.url.rpartition("/v1")[2] for request in host.requests]


def sent(host: FakeHost) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(host.requests[-1].body)
    return body


def answer(request: Request, host: FakeHost, where: Settings) -> Reply:
    return ask(request, where, host)


def hello(**more: Any) -> Request:
    return Request((text_message("user", "3 + 4?"),), **more)


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("gpt-5.5", "/chat/completions"),
        ("gpt-12-pro", "/responses"),
        ("o3", "/chat/completions"),
        ("o3-pro", "/responses"),
        ("codex-mini-latest", "/responses"),
        ("gpt-5.1-codex", "/responses"),
        ("gpt-4o", "/chat/completions"),
        ("gpt-4.1-mini", "/chat/completions"),
        ("gpt-5-chat-latest", "/chat/completions"),
    ],
)
def test_the_model_chooses_at_openai(model: str, path: str) -> None:
    host = FakeHost(response(SPOKEN) if path == "/responses" else completion())
    assert answer(hello(), host, settings(model=model)).text == "Seven."
    assert paths(host) == [path]


@pytest.mark.parametrize(
    ("model", "effort", "path"),
    [
        ("gpt-5.4", "high", "/chat/completions"),
        ("gpt-5.5", None, "/chat/completions"),
        ("gpt-5.5", "none", "/chat/completions"),
        ("gpt-5.5", "high", "/responses"),
        ("gpt-5.6-mini", None, "/responses"),
        ("gpt-6", "low", "/responses"),
        ("gpt-6", "none", "/chat/completions"),
    ],
)
def test_tools_need_it_beside_thinking(model: str, effort: str | None, path: str) -> None:
    host = FakeHost(response(SPOKEN) if path == "/responses" else completion())
    answer(hello(tools=(ADD,), reasoning_effort=effort), host, settings(model=model))
    assert paths(host) == [path]


def test_servers_that_speak_like_openai_are_asked_for_chat_completions() -> None:
    host = FakeHost(completion())
    answer(hello(), host, settings("http://localhost:1234/v1"))
    assert paths(host) == ["/chat/completions"]


def test_everything_that_can_be_asked_for() -> None:
    host = FakeHost(response(SPOKEN))
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    picture = Message("user", (Text("What?"), Media("image/png", b"\x89PNG")))
    document = Message("user", (Media("application/pdf", b"%PDF"), Text("And this?")))
    request = Request(
        (text_message("system", "Be brief."), picture, text_message("assistant", "A."), document),
        system="You count.",
        max_tokens=9,
        temperature=0.5,
        tools=(ADD,),
        reasoning_effort="low",
        response_schema=schema,
    )
    answer(request, host, settings())
    body = sent(host)
    assert body["instructions"] == "You count."
    assert (body["max_output_tokens"], body["temperature"]) == (9, 0.5)
    assert body["reasoning"] == {"effort": "low"}
    assert (body["stream"], body["store"]) == (True, False)
    assert body["include"] == ["reasoning.encrypted_content"]
    assert body["tools"] == [
        {
            "type": "function",
            "name": "add",
            "description": "Adds.",
            "parameters": ADD.schema,
            "strict": False,
        }
    ]
    form = body["text"]["format"]
    assert (form["type"], form["name"], form["strict"]) == ("json_schema", "answer", True)
    assert body["input"] == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What?"},
                {
                    "type": "input_image",
                    "image_url": "data:image/png;base64,iVBORw==",
                    "detail": "auto",
                },
            ],
        },
        {"role": "assistant", "content": "A."},
        {
            "role": "user",
            "content": [
                {
                    "type": "input_file",
                    "filename": "document.pdf",
                    "file_data": "data:application/pdf;base64,JVBERg==",
                },
                {"type": "input_text", "text": "And this?"},
            ],
        },
    ]


def test_reasoning_goes_back_with_the_calls_it_led_to() -> None:
    host = FakeHost(response(REASONING, CALL), response(SPOKEN))
    exchange = run_exchange(
        hello(tools=(ADD,)),
        lambda request, emit: [emit(event) for event in events(request, host)],  # type: ignore[func-returns-value]
        lambda call: ToolResult(call.id, call.name, "7"),
    )
    assert exchange.reply.text == "Seven."
    kept = {name: value for name, value in REASONING.items() if name != "status"}
    assert sent(host)["input"][1:] == [
        kept,
        CALL | {"arguments": '{"a": 7}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "7"},
    ]


def events(request: Request, host: FakeHost) -> Any:
    from lispcore.llm.client import stream_events

    return stream_events(request, settings(), host)


def test_stop_sequences_are_kept_here() -> None:
    spoken = {"type": "message", "content": [{"type": "output_text", "text": "one two three"}]}
    host = FakeHost(response(spoken))
    assert answer(hello(stop_sequences=("two",)), host, settings()).text == "one "
    assert "stop" not in sent(host)


@pytest.mark.parametrize("status", [400, 404])
def test_a_server_that_says_so_is_asked_in_the_newer_format(status: int) -> None:
    host = FakeHost(refusal(status, ON_RESPONSES_ONLY), response(SPOKEN), response(SPOKEN))
    where = settings("http://gateway.invalid/v1", "gpt-9-pro")
    assert answer(hello(), host, where).text == "Seven."
    assert answer(hello(), host, where).text == "Seven."  # remembered
    assert paths(host) == ["/chat/completions", "/responses", "/responses"]


def test_tools_beside_an_effort_move_to_the_newer_format() -> None:
    host = FakeHost(refusal(400, TOOLS_WITH_EFFORT), response(SPOKEN))
    where = settings("http://gateway.invalid/v1", "gpt-6")
    answer(hello(tools=(ADD,), reasoning_effort="high"), host, where)
    assert paths(host) == ["/chat/completions", "/responses"]
    assert sent(host)["reasoning"] == {"effort": "high"}


def test_where_the_newer_format_is_not_there_the_effort_goes() -> None:
    missing = refusal(404, "Not Found")
    host = FakeHost(refusal(400, TOOLS_WITH_EFFORT), missing, completion(), completion())
    where = settings("http://gateway.invalid/v1", "gpt-6")
    asked = hello(tools=(ADD,), reasoning_effort="high")
    assert answer(asked, host, where).text == "Seven."
    assert sent(host)["reasoning_effort"] == "none"
    assert answer(asked, host, where).text == "Seven."
    assert paths(host) == ["/chat/completions", "/responses", *["/chat/completions"] * 2]


def test_values_that_are_refused_are_changed_here_as_well() -> None:
    words = "Unsupported value: 'minimal' is not supported with this model. Supported values are: 'low' and 'high'."
    host = FakeHost(refusal(400, words, "reasoning.effort"), response(SPOKEN))
    answer(hello(reasoning_effort="minimal"), host, settings())
    assert sent(host)["reasoning"] == {"effort": "low"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"status": "failed", "error": {"code": "server_error", "message": "Bad day."}}, "Bad day"),
        ({"status": "failed", "error": None}, "does not say why"),
        ({"status": "cancelled"}, "does not say why"),
        ({"status": "queued"}, "not ready yet"),
    ],
)
def test_responses_that_failed(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        answer(hello(), FakeHost(response(**more)), settings())


def test_calls_that_nobody_here_can_answer_are_named() -> None:
    call = {"type": "custom_tool_call", "call_id": "c", "name": "sum", "input": "3 + 4"}
    with pytest.raises(ProviderError, match="an item of type custom_tool_call"):
        answer(hello(), FakeHost(response(call)), settings())
    host = FakeHost(response(SPOKEN, call))
    assert answer(hello(), host, settings()).text == "Seven."
    assert any("custom_tool_call, which was left out" in str(each) for each in host.records)
