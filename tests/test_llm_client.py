"""What can go wrong between a request and a reply, and what the caller learns of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask, deliver, stream_events
from lispcore.llm.events import Reply, TextDelta
from lispcore.llm.failures import (
    ConnectionFailed,
    ConnectionLost,
    InvalidRequest,
    MalformedReply,
    ModelError,
    ProviderError,
    TimedOut,
    Truncated,
)
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.values.errors import Stopped

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
REQUEST = Request((text_message("user", "hi"),), model="m-1", max_tokens=9, temperature=0.1)


def sse(*values: Any) -> bytes:
    return b"".join(
        b"data: " + (v.encode() if isinstance(v, str) else json.dumps(v).encode()) + b"\n\n"
        for v in values
    )


def delta(text: str, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}


WHOLE = sse(delta("Hello"), delta("", "stop"), "[DONE]")


def named(name: str, base_url: str = "", key: str | None = None) -> Settings:
    settings = settings_for(name, base_url, "", key)
    assert settings is not None
    return settings


def send(host: FakeHost, name: str = "openai", request: Request = REQUEST, **more: Any) -> Reply:
    return ask(request, named(name, **more), host)


def fails(host: FakeHost, kind: type[ModelError], name: str = "openai", **more: Any) -> ModelError:
    with pytest.raises(kind) as caught:
        send(host, name, **more)
    assert type(caught.value) is kind
    assert caught.value.provider == name
    return caught.value


# --- forms of a reply --------------------------------------------------------------------------


def test_events_come_as_the_bytes_do() -> None:
    host = FakeHost(
        FakeResponse(sse(delta("a")), sse(delta("b")), sse(delta("c", "stop"), "[DONE]"))
    )
    events = stream_events(REQUEST, named("openai"), host)
    assert next(events) == TextDelta("a")
    assert host.checks == 2  # before sending, and for the first piece: nothing is read ahead


def test_the_connection_is_closed_at_the_closing_record() -> None:
    response = FakeResponse(WHOLE, AssertionError("read on after [DONE]"))
    assert send(FakeHost(response)).text == "Hello"
    assert response.closed


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "openai",
            {
                "model": "m-1",
                "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 2},
            },
        ),
        (
            "anthropic",
            {
                "type": "message",
                "model": "m-1",
                "content": [{"type": "text", "text": "Hello"}],
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 1, "output_tokens": 2},
            },
        ),
        (
            "gemini",
            [
                {"candidates": [{"content": {"parts": [{"text": "Hel"}]}}]},
                {
                    "candidates": [
                        {"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}
                    ],
                    "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2},
                    "modelVersion": "m-1",
                },
            ],
        ),
        (
            "ollama",
            {
                "model": "m-1",
                "message": {"content": "Hello"},
                "done": True,
                "prompt_eval_count": 1,
                "eval_count": 2,
            },
        ),
    ],
)
@pytest.mark.parametrize("headers", [JSON, {}])
def test_a_reply_that_was_not_streamed(name: str, body: Any, headers: dict[str, str]) -> None:
    data = json.dumps(body).encode()
    reply = send(FakeHost(FakeResponse(data[:9], data[9:], headers=headers)), name)
    assert (reply.text, reply.stop_reason, reply.model) == ("Hello", "end_turn", "m-1")
    assert reply.usage.total_tokens == 3


def test_tool_names_are_translated_there_and_back() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "math_add_", "arguments": "{}"}}
    chunk = {"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    host = FakeHost(FakeResponse(sse(chunk, "[DONE]")))
    tool = Tool("math/add!", "", {"type": "object", "properties": {}})
    request = Request((text_message("user", "x"),), model="m", tools=(tool,))
    reply = send(host, request=request)
    assert reply.tool_calls[0].name == "math/add!"
    assert json.loads(host.requests[0].body)["tools"][0]["function"]["name"] == "math_add_"


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "body", "words", "advice"),
    [
        (
            "anthropic",
            401,
            {"error": {"type": "authentication_error", "message": "invalid x-api-key"}},
            "HTTP 401: invalid x-api-key",
            "the key is wrong",
        ),
        ("openai", 401, {"error": {"message": "no"}}, "HTTP 401: no", "belong to OpenAI"),
        (
            "anthropic",
            401,
            {
                "error": {
                    "type": "x",
                    "message": "CORS requests are not allowed for this Organization",
                }
            },
            "CORS requests are not allowed",
            "forbids calls from a web page",
        ),
        (
            "openai",
            404,
            {"error": {"message": "The model `m-1` does not exist", "code": "model_not_found"}},
            "does not exist",
            "check the model's name (m-1)",
        ),
        ("openai", 404, "nope", "HTTP 404: nope", "https://api.openai.com/v1"),
        ("openai", 429, {"error": {"message": "slow down"}}, "slow down", "wait a little"),
        (
            "openai",
            429,
            {"error": {"message": "x", "code": "insufficient_quota"}},
            "HTTP 429",
            "no credit",
        ),
        (
            "anthropic",
            529,
            {"error": {"type": "overloaded_error", "message": "Overloaded"}},
            "HTTP 529: Overloaded",
            "Anthropic is overloaded",
        ),
        ("ollama", 403, "", "HTTP 403", "OLLAMA_ORIGINS"),
        ("ollama", 404, {"error": "model 'm-1' not found"}, "not found", "ollama pull m-1"),
        ("openai", 502, "<html><title>Bad Gateway</title>", "titled “Bad Gateway”", "gateway"),
        ("openai", 500, "", "HTTP 500", "try again"),
        (
            "gemini",
            400,
            [{"error": {"message": "API key not valid."}}],
            "not valid",
            "key is wrong",
        ),
        ("openai", 302, "", "redirects elsewhere", ""),
        ("openai", 422, {"detail": [{"loc": ["body", "x"], "msg": "bad"}]}, "body.x: bad", ""),
    ],
)
def test_statuses(name: str, status: int, body: Any, words: str, advice: str) -> None:
    data = body if isinstance(body, str) else json.dumps(body)
    response = FakeResponse(data.encode(), status=status, headers=JSON)
    error = fails(FakeHost(response), ProviderError, name)
    assert error.status == status
    assert words in error.message
    assert advice in error.advice
    assert response.closed


def test_retry_after_is_kept_where_it_is_a_number() -> None:
    for text, seconds in [
        ("7", 7.0),
        ("0.5", 0.5),
        ("nan", None),
        ("-1", None),
    ]:
        reply = FakeResponse(b"", status=429, headers={"retry-after": text})
        assert fails(FakeHost(reply), ProviderError).retry_after == seconds


def test_an_endless_error_body_is_not_read_to_its_end() -> None:
    pieces = [b"x" * 40_000, b"x" * 40_000, AssertionError("read on")]
    error = fails(FakeHost(FakeResponse(*pieces, status=500)), ProviderError)
    assert len(error.message) < 400


def test_a_web_page_instead_of_a_reply() -> None:
    page = b"<!doctype html><html><title>Sign in</title>"
    for headers in (HTML, {"content-type": "text/event-stream"}, {}):
        error = fails(FakeHost(FakeResponse(page, headers=headers)), MalformedReply)
        assert "a web page titled “Sign in”" in error.message
        assert "check the base URL" in error.advice


def test_a_stream_with_the_wrong_content_type_is_read_all_the_same() -> None:
    for kind in ("text/plain", "text/html", "application/octet-stream", "application/json"):
        reply = send(FakeHost(FakeResponse(WHOLE, headers={"content-type": kind})))
        assert reply.text == "Hello"


def test_json_that_is_no_reply() -> None:
    assert (
        "no choices"
        in fails(FakeHost(FakeResponse(b'{"a": 1}', headers=JSON)), MalformedReply).message
    )
    fails(FakeHost(FakeResponse(b'{"a": ', headers=JSON)), Truncated)
    error = fails(
        FakeHost(FakeResponse(b'{"error": {"message": "m", "type": "t"}}')), ProviderError
    )
    assert (error.message, error.type) == ("m", "t")


def test_an_empty_reply_is_truncated() -> None:
    fails(FakeHost(FakeResponse()), Truncated)
    fails(FakeHost(FakeResponse(b"\n\n")), Truncated)


def test_a_broken_record_within_a_stream() -> None:
    error = fails(FakeHost(FakeResponse(sse(delta("Hi"), "{oops"))), MalformedReply)
    assert error.partial == "Hi"
    fails(FakeHost(FakeResponse(sse("[" * 100_000))), MalformedReply)


def test_a_dropped_connection_keeps_what_had_arrived() -> None:
    for kind in (ConnectionLost, TimedOut):
        error = fails(FakeHost(FakeResponse(sse(delta("Once")), kind("gone"))), kind)
        assert error.partial == "Once"
        assert "try again" in error.advice


@pytest.mark.parametrize(
    ("reason", "message", "advice"),
    [
        ("SAFETY", "the model refused to answer", "content rules"),
        ("MALFORMED_FUNCTION_CALL", "the model ended without an answer", "try again"),
        ("MAX_TOKENS", "the model reached its limit of tokens before it answered", ":max-tokens"),
    ],
)
def test_an_end_without_any_answer_is_an_error(reason: str, message: str, advice: str) -> None:
    last = {"candidates": [{"content": {"parts": []}, "finishReason": reason}]}
    error = fails(FakeHost(FakeResponse(sse(last))), ProviderError, "gemini")
    assert error.message == message
    assert advice in error.advice


def test_a_connection_dropped_after_the_closing_record_does_no_harm() -> None:
    last = {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]}
    assert send(FakeHost(FakeResponse(sse(last), ConnectionLost("gone"))), "gemini").text == "ok"


def test_nobody_answers() -> None:
    host = FakeHost(ConnectionFailed("refused"), ConnectionFailed("refused"), ConnectionFailed("x"))
    assert "ollama serve" in fails(host, ConnectionFailed, "ollama").advice
    assert "check the network" in fails(host, ConnectionFailed).advice
    host.name = "browser"
    assert "CORS" in fails(host, ConnectionFailed).advice


def test_a_provider_without_a_model_asks_for_one() -> None:
    request = Request((text_message("user", "hi"),))
    error = fails(FakeHost(), InvalidRequest, "lmstudio", request=request)
    assert "no model is chosen" in error.message


# --- parameters that a server refuses ------------------------------------------------------------


def refusal(message: str, parameter: str = "", status: int = 400) -> FakeResponse:
    error = {"message": message, "type": "invalid_request_error", "param": parameter}
    return FakeResponse(json.dumps({"error": error}).encode(), status=status, headers=JSON)


def test_a_refused_parameter_is_left_out_and_noted() -> None:
    host = FakeHost(
        refusal("Unsupported parameter: 'max_completion_tokens'", "max_completion_tokens"),
        refusal("Unrecognized request argument supplied: stream_options"),
        refusal("'temperature' does not support 0.1 with this model", "temperature"),
        FakeResponse(WHOLE),
    )
    assert send(host).text == "Hello"
    bodies = [json.loads(request.body) for request in host.requests]
    assert bodies[0]["max_completion_tokens"] == bodies[1]["max_tokens"] == 9
    assert "stream_options" in bodies[1]
    assert "stream_options" not in bodies[2]
    assert bodies[2]["temperature"] == 0.1
    assert "temperature" not in bodies[3]
    assert len(host.records[-1]["notes"]) == 3


def test_stop_sequences_that_a_model_refuses_are_kept_to_all_the_same() -> None:
    refused = refusal("Unsupported parameter: 'stop' is not supported with this model.", "stop")
    pieces = [sse(delta(text)) for text in ("one ", "two E", "N", "D three")]
    endless = FakeResponse(*pieces, AssertionError("read on"))
    host = FakeHost(refused, endless, FakeResponse(WHOLE))
    request = Request(REQUEST.messages, model="m-1", stop_sequences=("###", "END"))
    reply = send(host, request=request)
    assert (reply.text, reply.stop_reason) == ("one two ", "stop_sequence")
    assert endless.closed
    assert send(host, request=request).text == "Hello"  # remembered: asked without it at once
    assert ["stop" in json.loads(each.body) for each in host.requests] == [True, False, False]


def test_other_refusals_are_final() -> None:
    host = FakeHost(refusal("messages: unexpected role", "messages"))
    fails(host, ProviderError)
    assert len(host.requests) == 1
    host = FakeHost(refusal("temperature must be at most 1"))
    fails(host, ProviderError)
    assert len(host.requests) == 1


def test_a_server_that_refuses_everything_ends_the_attempts() -> None:
    replies = [refusal("unsupported max_tokens max_completion_tokens temperature stream_options")]
    host = FakeHost(*(replies * 20))
    fails(host, ProviderError)
    assert len(host.requests) <= 5


# --- stop, and the record of a call --------------------------------------------------------------


def test_stop_between_two_pieces_closes_the_connection() -> None:
    response = FakeResponse(sse(delta("a")), sse(delta("b")), sse(delta("c", "stop"), "[DONE]"))
    host = FakeHost(response)
    host.stop_at = 3
    with pytest.raises(Stopped):
        send(host)
    assert response.closed
    assert host.records[-1]["error"]["type"] == "stopped"
    assert host.records[-1]["text"] == "a"


def test_whoever_loses_interest_closes_the_connection() -> None:
    response = FakeResponse(sse(delta("a")), sse(delta("b")))
    events = stream_events(REQUEST, named("openai"), FakeHost(response))
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert response.closed


def test_a_failing_listener_closes_the_connection() -> None:
    response = FakeResponse(sse(delta("a")), sse(delta("b")))

    def fail(event: object) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        deliver(REQUEST, named("openai"), FakeHost(response), fail)
    assert response.closed


def test_the_record_of_a_call_holds_no_key() -> None:
    secret = "sk-very-secret"
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {secret}"}}).encode()
    host = FakeHost(FakeResponse(body, status=401), FakeResponse(WHOLE))
    request = Request((text_message("user", f"my key is {secret}"),), model="m-1")
    with pytest.raises(ProviderError) as caught:
        send(host, request=request, key=secret, base_url="https://u:p@h.invalid/v1?key=abc")
    assert caught.value.message == "HTTP 401: Incorrect API key provided: (redacted)"
    send(host)
    assert secret not in json.dumps(host.records)
    assert "u:p" not in host.records[0]["url"]
    assert "abc" not in host.records[0]["url"]
    start, end = host.records[2:]
    assert (start["type"], end["type"], start["id"]) == ("call-start", "call-end", end["id"])
    assert ["authorization", "(redacted)"] in start["headers"]
    assert (end["status"], end["text"], end["error"]) == (200, "Hello", None)
    assert [event[1] for event in end["events"]] == ["TextDelta", "Finished"]


def test_the_last_record_of_gemini_ends_the_reply_though_the_connection_stays_open() -> None:
    last = {
        "candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1},
    }
    # Whoever asks for more would wait for ever.
    response = FakeResponse(sse(last), AssertionError("asked for more"))
    reply = send(FakeHost(response), "gemini")
    assert (reply.text, reply.usage.prompt_tokens) == ("Hi", 3)
    assert response.closed


def test_words_of_a_record_that_lacks_only_its_end_are_kept() -> None:
    cut = sse(delta("Hello"), delta(" there")).rstrip(b"\n")
    error = fails(FakeHost(FakeResponse(cut, ConnectionLost("gone"))), ConnectionLost)
    assert error.partial == "Hello there"


@pytest.mark.parametrize(("words", "is_said"), [("", True), (" \n", True), ("x", False)])
def test_an_answer_without_a_word_is_said_to_be_one(words: str, is_said: bool) -> None:
    host = FakeHost(FakeResponse(sse(delta(words), delta("", "stop"), "[DONE]")))
    assert send(host).text == words
    assert ("the model ended its turn without a word" in str(host.records)) == is_said
