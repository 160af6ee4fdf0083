"""Replies of a server that speaks like OpenAI, and a host whose program asks it; for tests."""

from __future__ import annotations

import json
from typing import Any

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter
from lispcore.values.printing import print_value


def sse(*values: Any) -> bytes:
    """Returns the records of a stream."""
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


def piece(text: str) -> bytes:
    """Returns the record of a piece of an answer."""
    return sse({"choices": [{"delta": {"content": text}}]})


def end(usage: tuple[int, int] | None = None, model: str = "") -> bytes:
    """Returns the records that close an answer."""
    last: dict[str, Any] = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    if model:
        last["model"] = model
    if usage is not None:
        last["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return sse(last) + b"data: [DONE]\n\n"


def answer(*words: str, usage: tuple[int, int] | None = None, model: str = "") -> FakeResponse:
    """Returns a whole answer."""
    return FakeResponse(*[piece(word) for word in words], end(usage, model))


def asks_for(*calls: tuple[str, dict[str, Any]]) -> FakeResponse:
    """Returns an answer that asks for tools: (name, arguments) of each call."""
    wanted = [
        {
            "index": index,
            "id": f"call_{index}",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for index, (name, arguments) in enumerate(calls)
    ]
    chunk = {"choices": [{"delta": {"tool_calls": wanted}, "finish_reason": "tool_calls"}]}
    return FakeResponse(sse(chunk) + b"data: [DONE]\n\n")


def refusal(status: int, body: Any = None, **headers: str) -> FakeResponse:
    """Returns a reply with an error status; ``retry_after`` stands for the header retry-after."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = "" if body is None else json.dumps(body)
    return FakeResponse(text.encode(), status=status, headers=named)


def host_with(*replies: Any, providers: tuple[str, ...] = ("openai",)) -> FakeHost:
    """Returns a host that has keys for providers, the first one being the default."""
    host = FakeHost(*replies)
    host.settings = {
        "default": providers[0],
        "providers": {
            name: {"base_url": f"https://{name}.invalid/v1", "model": "m", "has_key": True}
            for name in providers
        },
    }
    return host


def run(host: FakeHost, program: str) -> Any:
    """Returns the value of a program."""
    return Interpreter(host).eval(program)


def shown(host: FakeHost, program: str) -> str:
    """Returns the printed value of a program."""
    return print_value(run(host, program))
