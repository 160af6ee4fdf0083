"""Every way in which a model's server can fail, in each wire format: never silence, never a lie.

For each fault and format holds: the outcome is the whole answer or an error that says something;
what had arrived is in the error; an answer that was cut off is no answer; and the server is asked
a few times at most.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.client import ask
from lispcore.llm.failures import ConnectionLost, ModelError
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings

KEY = "sk-secret-000"  # of the program itself; those of the page are scrubbed by the page
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Format:
    """How a format says words, ends an answer, and reports an error in the middle of one."""

    name: str
    begin: bytes
    words: Callable[[str], bytes]
    end: bytes
    error: bytes

    @property
    def is_lines(self) -> bool:
        return self.name == "ollama"


def sse(value: Any, event: str = "") -> bytes:
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()


def line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def typed(value: dict[str, Any]) -> bytes:
    return sse(value, value["type"])


def anthropic_words(text: str) -> bytes:
    delta = {"type": "text_delta", "text": text}
    return typed({"type": "content_block_delta", "index": 0, "delta": delta})


def gemini(text: str, **more: str) -> bytes:
    return sse({"candidates": [{"content": {"parts": [{"text": text}]}, **more}]})


FORMATS = {
    each.name: each
    for each in (
        Format(
            "openai",
            b"",
            lambda text: sse({"choices": [{"delta": {"content": text}}]}),
            sse({"choices": [{"delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n",
            sse({"error": {"message": "overloaded", "type": "server_error"}}),
        ),
        Format(
            "anthropic",
            typed({"type": "message_start", "message": {"usage": {"input_tokens": 1}}})
            + typed(
                {
                    "type": "content_block_start",
                    "index": 0,
                    "content_block": {"type": "text", "text": ""},
                }
            ),
            anthropic_words,
            typed({"type": "content_block_stop", "index": 0})
            + typed({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})
            + typed({"type": "message_stop"}),
            typed(
                {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
            ),
        ),
        Format(
            "gemini",
            b"",
            gemini,
            gemini("", finishReason="STOP"),
            sse({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}),
        ),
        Format(
            "ollama",
            b"",
            lambda text: line({"message": {"content": text}, "done": False}),
            line({"message": {"content": ""}, "done": True, "done_reason": "stop"}),
            line({"error": "overloaded"}),
        ),
    )
}

Replies = FakeResponse | BaseException
Fault = Callable[[Format], Replies]


def status(code: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: FakeResponse(
        body, status=code, headers={"content-type": "application/json", **named}
    )


def streamed(*pieces: bytes | BaseException, kind: str = "") -> FakeResponse:
    return FakeResponse(*pieces, headers={"content-type": kind or "text/event-stream"})


def whole(form: Format) -> bytes:
    return form.begin + form.words("Hel") + form.words("lo") + form.end


def started(form: Format) -> bytes:
    return form.begin + form.words("Hel")


def echo_key(form: Format) -> FakeResponse:
    body = json.dumps({"error": {"message": f"bad key {KEY}", "headers": {"authorization": KEY}}})
    return FakeResponse(body.encode(), status=401, headers={"x-echo": KEY})


def lost() -> ConnectionLost:
    return ConnectionLost("the connection broke off")


# No answer may come of these.
FAILING: dict[str, Fault] = {
    **{
        f"status {code}": status(code)
        for code in (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 503, 504, 529)
    },
    "a proxy's page": status(502, b"<html><title>Bad Gateway</title>", content_type="text/html"),
    "wait for an hour": status(429, retry_after="3600"),
    "elsewhere": status(307, b"", location="http://127.0.0.1:9/"),
    "an echo of the key": echo_key,
    "no content": status(204, b""),
    "a portal's page": lambda _: streamed(b"<html>Log in</html>", kind="text/html"),
    "an empty body": lambda _: streamed(),
    "something else": lambda _: streamed(b'{"hello": "world"}', kind="application/json"),
    "no connection": lambda _: ConnectionLost("nobody listens"),
    "lost before a word": lambda _: streamed(lost()),
    "lost in between": lambda form: streamed(started(form), lost()),
    "lost within a record": lambda form: streamed(started(form)[:-9], lost()),
    "an early end": lambda form: streamed(started(form)),
    "an end within a record": lambda form: streamed(started(form) + form.words("lo")[:-9]),
    "an error event": lambda form: streamed(started(form), form.error),
    "no JSON": lambda form: streamed(
        started(form), b"{oops\n" if form.is_lines else b"data: {oops\n\n", form.end
    ),
    "zeros": lambda form: streamed(b"\0" * 5000),
}
# These are odd, and an answer all the same.
ODD: dict[str, Fault] = {
    "byte by byte": lambda form: streamed(*(bytes((byte,)) for byte in whole(form))),
    "Windows' line ends": lambda form: streamed(whole(form).replace(b"\n", b"\r\n")),
    "a mark of the byte order": lambda form: streamed(b"\xef\xbb\xbf" + whole(form)),
    "blank lines": lambda form: streamed(b"\n\n\n" + whole(form) + b"\n\n"),
    "a type of plain text": lambda form: streamed(whole(form), kind="text/plain"),
    "noise behind the end": lambda form: streamed(
        whole(form) + (b"\n" if form.is_lines else b": bye\n\n")
    ),
}


def outcome(form: Format, fault: Fault) -> tuple[str | ModelError, FakeHost]:
    host = FakeHost(*(fault(form) for _ in range(MOST_ATTEMPTS)))
    provider = Settings(form.name, form.name, "https://models.invalid/v1", "m", api_key=KEY)
    request = Request((text_message("user", "x"),))
    try:
        return ask(request, provider, host).text, host
    except ModelError as error:
        return error, host


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_server_as_it_should_be(form: Format) -> None:
    found, _ = outcome(form, lambda each: streamed(whole(each)))
    assert found == "Hello"


@pytest.mark.parametrize("fault", FAILING)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_it_is_an_error_that_says_what_happened(form: Format, fault: str) -> None:
    found, host = outcome(form, FAILING[fault])
    assert isinstance(found, ModelError)
    assert found.message
    assert found.advice
    assert found.provider == form.name
    assert len(host.requests) < MOST_ATTEMPTS


@pytest.mark.parametrize(
    "fault",
    ["lost in between", "an early end", "an error event", "no JSON", "an end within a record"],
)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_what_had_arrived_is_there(form: Format, fault: str) -> None:
    found, _ = outcome(form, FAILING[fault])
    assert isinstance(found, ModelError)
    assert found.partial == "Hel"


@pytest.mark.parametrize("fault", ODD)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_what_is_odd_is_an_answer(form: Format, fault: str) -> None:
    found, _ = outcome(form, ODD[fault])
    assert found == "Hello"


def test_there_are_as_many_faults_as_promised() -> None:
    assert len(FAILING) + len(ODD) >= 37
