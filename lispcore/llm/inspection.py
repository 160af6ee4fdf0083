"""What the inspector gets to see of a call: two plain values, and never a key.

``{"type": "call-start", "id", "parent", "provider", "model", "method", "url", "headers", "body",
"at"}``; `parent` is the step around it (step_records.py), 0 for none
``{"type": "call-end", "id", "status", "seconds", "text", "thinking", "sources", "tool_calls",
"usage", "stop_reason", "model", "events", "notes", "error"}``; an event is
``[seconds since the start, name, characters]``.

A call may take several requests (attempts, other providers). Once it has ended there follows, from
the library (calling/watching.py):
``{"type": "call-summary", "ids", "recorded", "cost_usd", "retries", "waited_seconds", "source",
"agent", "turn", "tags"}``; `ids` are those of its requests, `recorded` its number in the recording
of the run. ``{"type": "call-preview", …}`` tells of one that is only looked at
(calling/previewing.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, Protocol

from lispcore.llm.events import (
    Event,
    ReplyBuilder,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
    distinct,
)
from lispcore.llm.failures import ModelError
from lispcore.llm.http import HttpRequest
from lispcore.llm.requests import Settings

REDACTED: Final = "(redacted)"
_SECRET_HEADERS: Final = frozenset(("authorization", "x-api-key", "x-goog-api-key", "api-key"))
_SECRET_IN_URL: Final = re.compile(r"([?&](?:key|api[-_]key|token|access_token)=)[^&#]*", re.I)
_USER_IN_URL: Final = re.compile(r"(?<=://)[^/@]*@")
_LONG_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{300,}={0,2}")
_LONG_BASE64_BYTES: Final = re.compile(rb"[A-Za-z0-9+/]{300,}={0,2}")
# The inspector shows them as a list: more would make the page slow, and nobody reads them.
_MAX_EVENTS: Final = 5000

_numbers = itertools.count(1)

# Hears both halves of each record beside the keeper: whoever puts together a whole call.
listener: ContextVar[Callable[[Mapping[str, Any]], None] | None] = ContextVar(
    "record listener", default=None
)


# The number of the step around: an agent's exchange, or a tool that asks a model itself.
around: ContextVar[int] = ContextVar("step around", default=0)


class RecordKeeper(Protocol):
    """The part of a host that a record needs."""

    def record(self, event: Mapping[str, Any]) -> None:
        """Takes a record."""
        ...

    def now(self) -> float:
        """Returns seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Returns seconds of a clock that never goes back."""
        ...


class CallRecord:
    """Keeps one call's record while it is under way."""

    def __init__(self, keeper: RecordKeeper, settings: Settings, model: str) -> None:
        self._keeper = keeper
        self._listener = listener.get()
        self._settings = settings
        self._model = model
        self._id = next(_numbers)
        self._started = keeper.monotonic()
        self._events: list[list[Any]] = []
        self.notes: list[str] = []
        self.unread = ""  # what the reply holds that cannot be read here
        self.status = 0

    @property
    def tags(self) -> dict[str, str]:
        """What ties an HTTP request to this record."""
        provider = self._settings.provider
        return {"call": str(self._id), "provider": provider, "model": self._model}

    def start(self, request: HttpRequest | None, described: str = "") -> None:
        """Hands out the first half; without a request (`demo`) `described` is its body."""
        record: dict[str, Any] = {
            "type": "call-start",
            "id": self._id,
            "parent": around.get(),
            "provider": self._settings.provider,
            "model": self._model,
            "at": self._keeper.now(),
        }
        if request is not None:
            record["method"] = request.method
            record["url"] = redacted_url(request.url)
            record["headers"] = redacted_headers(request)
            described = shortened_body(request.body)
        record["body"] = self._redacted(described)
        self._hand_out(record)

    def note_event(self, event: Event) -> None:
        """Remembers when an event came."""
        if len(self._events) < _MAX_EVENTS:
            seconds = round(self._keeper.monotonic() - self._started, 4)
            size = len(event.text) if isinstance(event, (TextDelta, ThinkingDelta)) else 0
            self._events.append([seconds, type(event).__name__, size])

    def end(self, builder: ReplyBuilder, calls: list[ToolCallReady], error: object) -> None:
        """Hands out the second half."""
        usage = builder.usage
        self._hand_out(
            {
                "type": "call-end",
                "id": self._id,
                "status": self.status,
                "seconds": round(self._keeper.monotonic() - self._started, 4),
                "text": builder.text,
                "thinking": builder.thinking,
                "sources": [
                    {"title": each.title, "url": each.url} for each in distinct(builder.sources)
                ],
                "tool_calls": [
                    {"name": each.call.name, "arguments": dict(each.call.arguments)}
                    for each in calls
                ],
                "usage": {
                    "prompt_tokens": usage.prompt_tokens,
                    "completion_tokens": usage.completion_tokens,
                    "cache_read_tokens": usage.cache_read_tokens,
                    "cache_creation_tokens": usage.cache_creation_tokens,
                },
                "stop_reason": builder.stop_reason,
                "model": builder.model,
                "events": self._events,
                "notes": list(self.notes),
                "error": self._described_error(error),
            }
        )

    def _hand_out(self, record: Mapping[str, Any]) -> None:
        self._keeper.record(record)
        if self._listener is not None:
            self._listener(record)

    def _described_error(self, error: object) -> dict[str, Any] | None:
        if error is None:
            return None
        if isinstance(error, ModelError):
            return {
                "type": error.type,
                "message": self._redacted(error.message),
                "status": error.status,
                "advice": error.advice,
            }
        return {"type": "stopped", "message": "the call was cut short", "status": 0, "advice": ""}

    def _redacted(self, text: str) -> str:
        key = self._settings.api_key
        if key and len(key) > 3:
            text = text.replace(key, REDACTED)
        return shortened_media(text)


def shortened_media(text: str) -> str:
    """Returns a JSON text with long base64 replaced by a note of its length."""
    pieces = []
    position = 0
    for match in _LONG_BASE64.finditer(text):
        pieces.append(text[position : match.start()])
        pieces.append(f"(base64, {match.end() - match.start()} characters)")
        position = match.end()
    return "".join(pieces) + text[position:]


def shortened_body(body: bytes) -> str:
    """Returns a body as text, long base64 replaced by a note of its length.

    It never is a text as a whole: that would be a copy of every image in it.
    """
    pieces = []
    position = 0
    for match in _LONG_BASE64_BYTES.finditer(body):
        pieces.append(body[position : match.start()])
        pieces.append(f"(base64, {match.end() - match.start()} characters)".encode())
        position = match.end()
    return b"".join([*pieces, body[position:]]).decode("utf-8", "replace")


def redacted_url(url: str) -> str:
    """Returns an address without keys and passwords."""
    return _USER_IN_URL.sub("", _SECRET_IN_URL.sub(r"\1" + REDACTED, url))


def redacted_headers(request: HttpRequest) -> list[list[str]]:
    """Returns the headers that will be sent, keys replaced."""
    headers = [
        [name, REDACTED if name.lower() in _SECRET_HEADERS else value]
        for name, value in request.headers
    ]
    if request.credential is not None:
        headers.append([request.credential.header, REDACTED])
    return headers
