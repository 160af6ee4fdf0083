"""Every stream under fixtures/streams adds up to what stands beside it, however it is split."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.client import ask
from lispcore.llm.events import Reply
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import Thinking, text_message
from lispcore.llm.requests import Request, Settings

STREAMS = Path(__file__).parent / "fixtures" / "streams"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in STREAMS.glob("*.expected.json"))


def read(name: str) -> tuple[bytes, dict[str, Any]]:
    (path,) = (path for path in STREAMS.glob(f"{name}.*") if not path.name.endswith(".json"))
    return path.read_bytes(), json.loads((STREAMS / f"{name}.expected.json").read_text("utf-8"))


def replay(pieces: list[bytes], dialect: str) -> Reply:
    settings = Settings("test", dialect, "http://test.invalid/v1", "m")
    kind = "application/x-ndjson" if dialect == "ollama" else "text/event-stream"
    host = FakeHost(FakeResponse(*pieces, headers={"content-type": kind}))
    return ask(Request((text_message("user", "hi"),)), settings, host)


def check(pieces: list[bytes], expected: dict[str, Any]) -> None:
    if "error" in expected:
        with pytest.raises(ModelError) as caught:
            replay(pieces, expected["dialect"])
        assert type(caught.value).__name__ == expected["error"]
        assert caught.value.type == expected["error_type"]
        assert caught.value.partial == expected["partial"]
        assert caught.value.advice or expected["error_type"] in ("error", "server_error")
        return
    reply = replay(pieces, expected["dialect"])
    assert reply.text == expected["text"]
    assert reply.stop_reason == expected["stop_reason"]
    assert reply.model == expected["model"]
    for name in type(reply.usage).__slots__:
        assert getattr(reply.usage, name) == expected["usage"].get(name, 0), name
    media = [[each.media_type, len(each.data)] for each in reply.media]
    assert media == expected.get("media", [])
    for name in ("sources", "server_steps"):
        if name in expected:
            found = [astuple(each) for each in getattr(reply, name)]
            found = [list(each[:3] if name == "server_steps" else each) for each in found]
            assert found == expected[name]
    for call, wanted in zip(reply.tool_calls, expected["tool_calls"], strict=True):
        assert (call.id, call.name) == (wanted["id"], wanted["name"])
        assert dict(call.arguments) == wanted["arguments"]
        assert call.malformed == wanted.get("malformed", "")
        assert call.signature == wanted.get("signature", "")
    thoughts = [part for part in reply.parts if type(part) is Thinking]
    assert [[part.text, part.signature, part.redacted] for part in thoughts] == expected.get(
        "thinking", []
    )


@pytest.mark.parametrize("name", NAMES)
def test_stream_at_every_split_point(name: str) -> None:
    data, expected = read(name)
    # Long ones in fewer halves: that each of their bytes may come by itself is checked below.
    for split in range(0, len(data) + 1, 1 if len(data) < 2000 else 5):
        check([data[:split], data[split:]], expected)
    check([data[i : i + 1] for i in range(len(data))], expected)


@pytest.mark.parametrize("name", [name for name in NAMES if "text" in name or "tools" in name])
def test_a_stream_cut_anywhere_is_never_a_success(name: str) -> None:
    data, expected = read(name)
    whole = data.rstrip()
    # The records after the closing one, and the white space around it, may be missing. OpenAI's
    # imitators forget that record: there the choice has ended with the reason that it gives.
    closing = {"anthropic": b'message_stop"}', "openai": b'"finish_reason": "'}
    found = closing.get(expected["dialect"])
    end = whole.index(found) + len(found) if found else len(whole)
    for cut in range(0, end, 7):
        with pytest.raises(ModelError) as caught:
            replay([data[:cut]], expected["dialect"])
        assert expected["text"].startswith(caught.value.partial)


def answers_of(dialect: str) -> list[str]:
    found = [(name, read(name)[1]) for name in NAMES]
    return [name for name, said in found if said["dialect"] == dialect and "error" not in said]


@pytest.mark.parametrize("name", answers_of("openai"))
def test_after_the_reason_a_cut_leaves_the_whole_answer_or_an_error(name: str) -> None:
    data, expected = read(name)
    seen = 0
    for cut in range(len(data.rstrip())):
        try:
            reply = replay([data[:cut]], "openai")
        except ModelError:
            continue
        seen += 1
        assert (reply.text, reply.stop_reason) == (expected["text"], expected["stop_reason"])
        assert len(reply.tool_calls) == len(expected["tool_calls"])
    assert seen


def test_every_dialect_has_text_tools_error_and_truncation() -> None:
    for dialect in ("anthropic", "openai", "gemini", "ollama"):
        for case in ("text", "tools", "error", "truncated"):
            assert f"{dialect}-{case}" in NAMES
