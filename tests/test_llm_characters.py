"""Characters that a server cut in two arrive whole."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import stream_events
from lispcore.llm.events import TextDelta
from lispcore.llm.messages import text_message
from lispcore.llm.providers.dialect import parse_arguments
from lispcore.llm.requests import Request
from lispcore.llm.split_characters import CharacterJoiner, joined


@given(st.text(), st.integers(1, 7))
def test_text_cut_between_utf16_units_is_joined(text: str, size: int) -> None:
    units = text.encode("utf-16-le")
    joiner = CharacterJoiner()
    got = [
        joiner.feed(units[i : i + 2 * size].decode("utf-16-le", "surrogatepass"))
        for i in range(0, len(units), 2 * size)
    ]
    assert "".join(got) + joiner.finish() == text


def test_halves_that_stay_alone_are_replaced() -> None:
    assert joined("a\udd8ab") == "a\ufffdb"
    joiner = CharacterJoiner()
    assert (joiner.feed("x\ud83e"), joiner.feed("y"), joiner.feed("\ud83e")) == ("x", "\ufffdy", "")
    assert joiner.finish() == "\ufffd"


def test_a_streamed_emoji_in_two_chunks_and_one_that_never_comes_whole() -> None:
    def delta(text: str, reason: str | None = None) -> bytes:
        chunk = {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}
        return b"data: " + json.dumps(chunk).encode() + b"\n\n"

    body = delta("a \ud83e") + delta("\udd8a b") + delta("\ud83e", "stop") + b"data: [DONE]\n\n"
    settings = settings_for("openai")
    assert settings is not None
    request = Request((text_message("user", "x"),))
    events = stream_events(request, settings, FakeHost(FakeResponse(body)))
    texts = [event.text for event in events if isinstance(event, TextDelta)]
    assert texts == ["a ", "🦊 b", "\ufffd"]


def test_arguments_in_pieces() -> None:
    assert parse_arguments('{"a": "\ud83e\udd8a"}') == ({"a": "🦊"}, "")
