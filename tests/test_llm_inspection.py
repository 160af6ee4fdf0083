"""What the inspector is told: everything but keys, and images only by their length."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore.llm.events import Finished, ReplyBuilder, TextDelta, ToolCallReady
from lispcore.llm.http import Credential, HttpRequest
from lispcore.llm.inspection import CallRecord, redacted_headers, redacted_url, shortened_media
from lispcore.llm.messages import ToolCall
from lispcore.llm.requests import Settings


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/v1/messages", "https://h/v1/messages"),
        ("https://h/v1?key=abc&x=1", "https://h/v1?key=(redacted)&x=1"),
        ("https://h/v1?x=1&api_key=abc", "https://h/v1?x=1&api_key=(redacted)"),
        ("https://user:secret@h/v1", "https://h/v1"),
    ],
)
def test_addresses(url: str, shown: str) -> None:
    assert redacted_url(url) == shown


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "X-Goog-Api-Key", "api-key"])
def test_headers(name: str) -> None:
    request = HttpRequest("https://h", headers=((name, "secret"), ("a", "b")))
    assert redacted_headers(request) == [[name, "(redacted)"], ["a", "b"]]
    added = HttpRequest("https://h", credential=Credential("openai", "authorization", "Bearer "))
    assert redacted_headers(added) == [["authorization", "(redacted)"]]


def test_long_base64_is_shortened_and_words_are_not() -> None:
    words = "many words " * 100
    text = f'{{"data": "{"A" * 1000}==", "text": "{words}"}}'
    assert shortened_media(text) == f'{{"data": "(base64, 1002 characters)", "text": "{words}"}}'


def test_the_two_halves_of_a_record() -> None:
    host = FakeHost()
    record = CallRecord(host, Settings("openai", "openai", "http://h", "m", "sk-own"), "m-1")
    record.start(HttpRequest("http://h/v1", "POST", body=b'{"prompt": "my key: sk-own"}'))
    builder = ReplyBuilder("m-1")
    host.sleep(0.5)
    call = ToolCallReady(ToolCall("1", "add", {"a": 1}))
    for event in (TextDelta("Hello"), call, Finished("tool_use")):
        builder.add(event)
        record.note_event(event)
    record.status = 200
    record.end(builder, [call], None)
    start, end = host.records
    assert start["body"] == '{"prompt": "my key: (redacted)"}'
    assert start["id"] == end["id"] == int(record.tags["call"])
    assert end["seconds"] == 0.5
    assert end["events"] == [[0.5, "TextDelta", 5], [0.5, "ToolCallReady", 0], [0.5, "Finished", 0]]
    assert end["tool_calls"] == [{"name": "add", "arguments": {"a": 1}}]
    assert (end["text"], end["stop_reason"], end["error"]) == ("Hello", "tool_use", None)
