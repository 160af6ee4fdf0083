"""A history changes hands at any point of a loop of tools: between any two wire formats."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from lispcore.llm.client import deliver
from lispcore.llm.events import Event
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.tool_loop import Exchange, run_exchange
from strict_providers import (
    OPEN_SCHEMA,
    Strict,
    StrictAnthropic,
    StrictChat,
    StrictEcho,
    StrictGemini,
    StrictHost,
    StrictResponses,
    StrictSigned,
)

ADD = Tool("add", "Adds.", OPEN_SCHEMA)
# Format -> server, provider, dialect, what follows the host in the address, model.
FORMATS: dict[str, tuple[type[Strict], str, str, str, str]] = {
    "chat": (StrictChat, "openai", "openai", "/v1", "gpt-5.6"),
    "echo": (StrictEcho, "deepseek", "openai", "/v1", "deepseek-v4"),
    "signed chat": (StrictSigned, "google-like", "openai", "/v1", "gemini-3.5-flash"),
    "responses": (StrictResponses, "openai", "openai-responses", "/v1", "gpt-5.6-pro"),
    "anthropic": (StrictAnthropic, "anthropic", "anthropic", "", "claude-sonnet-4-6"),
    "adaptive": (StrictAnthropic, "anthropic", "anthropic", "", "claude-opus-4-8"),
    "gemini": (StrictGemini, "gemini", "gemini", "", "gemini-3.5-flash"),
}


def made(form: str, name: str, **more: Any) -> tuple[Strict, Settings]:
    server, provider, dialect, path, model = FORMATS[form]
    where = Settings(provider, dialect, f"https://{name}.invalid{path}", model, "key")
    return server(name, **more), where


def loop(host: StrictHost, chain: list[Settings], **options: Any) -> Exchange:
    """Returns what a loop of tools ends with; each turn asks the first of the chain that answers."""

    def send(request: Request, emit: Any) -> None:
        for last, where in enumerate(chain, 1):
            events: list[Event] = []
            try:
                deliver(request, where, host, events.append)
            except ModelError as error:
                if error.status != 503 or last == len(chain):
                    raise
                continue
            for event in events:
                emit(event)
            return

    def run_tool(call: ToolCall) -> ToolResult:
        return ToolResult(call.id, call.name, f"{call.arguments['a']} it is")

    request = Request((text_message("user", "Add."),), tools=(ADD,), **options)
    return run_exchange(request, send, run_tool)


POINTS: dict[str, set[int]] = {
    "before the first call": {0, 1, 2, 3},
    "between calls, for good": {1, 2, 3},
    "between calls, and back": {1},
    "at the end": {2, 3},
}


@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("first", FORMATS)
def test_whoever_takes_over_takes_the_history(first: str, second: str) -> None:
    for (point, turns), effort in product(POINTS.items(), (None, "high")):
        one, where = made(first, "one", fails=turns)
        other, elsewhere = made(second, "two")
        exchange = loop(StrictHost(one, other), [where, elsewhere], reasoning_effort=effort)
        said = point, effort, one.refused, other.refused
        assert exchange.reply.text == ("two" if 2 in turns else "one") + " is done", said
        # What a server cannot take is mended by one repeat, or by one for each of two things …
        most = 2 if "signed chat" in (first, second) else 1
        assert max(one.most_in_a_row, other.most_in_a_row) <= most, said
        # … and known from then on.
        if not point.endswith("back"):
            assert len(other.refused) == len(set(other.refused)), said
