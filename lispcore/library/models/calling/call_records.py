"""A record of every model call: what was asked, what was sent, and what came back when.

Records are values of JSON, so that they can be read by the program (`llm/records`) and written as
JSON lines. Keys never get into them: what was sent is what `llm/inspection.py` hands out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.models.calling.layers import Call
from lispcore.llm.events import Event, ReplyBuilder, TextDelta, ThinkingDelta, ToolCallReady
from lispcore.llm.fingerprints import describe_request, kind_of
from lispcore.llm.tracing import timestamp
from lispcore.llm.usage import Usage
from lispcore.tasks import context

# The oldest records go first, beyond this number or when all together become too large.
MAX_RECORDS: Final = 1000
MAX_CHARACTERS: Final = 20_000_000
MAX_EVENTS: Final = 5000
MAX_TEXT: Final = 100_000
_MAX_INPUTS: Final = 20

_SOURCES: Final = {
    "answered from the cache": "cache",
    "played from a recording": "recording",
}
_STREAM_NAMES: Final = {
    "TextDelta": "text",
    "ThinkingDelta": "thinking",
    "ThinkingReady": "thinking-end",
    "ToolCallReady": "tool-call",
    "ServerStepReady": "server-tool",
    "SourceFound": "source",
    "OtherAnswer": "other-answer",
    "OddsReport": "logprobs",
    "ModelNamed": "model",
    "UsageReport": "usage",
    "Finished": "end",
    "EmbeddingsReady": "embeddings",
    "RankingReady": "ranking",
}


@dataclass(slots=True)
class Observation:
    """What is seen of one call while it is under way."""

    call: Call
    started: float
    began: float
    builder: ReplyBuilder
    events: list[dict[str, Any]] = field(default_factory=list)
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    first_token_seconds: float | None = None
    seconds: float = 0.0

    def note_event(self, event: Event) -> None:
        """Remembers a piece of the answer and when it came."""
        self.builder.add(event)
        seconds = self._now()
        is_words = isinstance(event, (TextDelta, ThinkingDelta))
        if self.first_token_seconds is None and is_words:
            self.first_token_seconds = seconds
        if isinstance(event, ToolCallReady):
            wanted = event.call
            arguments = dict(wanted.arguments)
            self.tool_calls.append({"id": wanted.id, "name": wanted.name, "arguments": arguments})
        if len(self.events) < MAX_EVENTS:
            name = _STREAM_NAMES.get(type(event).__name__, type(event).__name__)
            one: dict[str, Any] = {"seconds": seconds, "type": name}
            if isinstance(event, (TextDelta, ThinkingDelta)):
                one["characters"] = len(event.text)
            self.events.append(one)

    def note_request(self, record: Mapping[str, Any]) -> None:
        """Takes one half of the record of what was sent (`llm/inspection.py`)."""
        if record["type"] == "call-start":
            self.requests.append(
                {
                    "id": record["id"],
                    "provider": record["provider"],
                    "model": record["model"],
                    "at": record["at"],
                    "method": record.get("method", ""),
                    "url": record.get("url", ""),
                    "headers": dict(record.get("headers", ())),
                    "body": _cut(record["body"]),
                }
            )
            return
        for request in self.requests:
            if request["id"] == record["id"]:
                for name in ("status", "seconds", "error", "notes"):
                    request[name] = record[name]

    def _now(self) -> float:
        return round(context.host().monotonic() - self.began, 4)

    def end(self) -> None:
        """Says that the call has ended."""
        self.seconds = self._now()

    @property
    def operation(self) -> str:
        """What was asked for, in OpenTelemetry's words: chat, embeddings or rerank."""
        kind = kind_of(describe_request(self.call.request)) if not self._has_messages else "chat"
        return "embeddings" if kind == "embed" else kind

    @property
    def _has_messages(self) -> bool:
        return bool(self.call.request.messages)

    @property
    def source(self) -> str:
        """Who answered: "provider", "cache" or "recording"."""
        for note in self.call.account.notes:
            if note in _SOURCES:
                return _SOURCES[note]
        return "provider"

    @property
    def provider(self) -> str:
        """Who was asked, or answered, in the end."""
        return self.call.account.provider or self.call.provider.provider

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The requests that went over the network."""
        return [request for request in self.requests if request["url"]]


def observe(call: Call) -> Observation:
    """Returns the observation of a call that begins now."""
    host = context.host()
    return Observation(call, host.now(), host.monotonic(), ReplyBuilder(call.model))


def record_of(seen: Observation, number: int, status: str, error: Any) -> dict[str, Any]:
    """Returns the record of a call that has ended; `error` is None or describes what went wrong."""
    call, labels, builder = seen.call, seen.call.labels, seen.builder
    account = call.account
    return {
        "id": number,
        "started": timestamp(seen.started),
        "seconds": seen.seconds,
        "operation": seen.operation,
        "provider": seen.provider,
        "model": builder.model or call.model,
        "status": status,
        "source": seen.source,
        "streamed": call.is_live,
        "asked": _asked(call),
        "requests": seen.requests,
        "text": _cut(builder.text),
        "tool_calls": seen.tool_calls,
        "usage": usage_fields(builder.usage),
        "cost_usd": account.cost_usd,
        "stop_reason": builder.stop_reason or None,
        "events": seen.events,
        "first_token_seconds": seen.first_token_seconds,
        "attempts": account.attempts,
        "retries": max(0, len(seen.sent) - 1),
        "waited_seconds": round(account.waited_seconds, 4),
        "notes": _notes(seen),
        "error": error,
        "agent": labels.agent,
        "turn": labels.turn,
        "tags": list(labels.tags),
        "metadata": dict(labels.metadata),
        "conversation_id": labels.conversation_id or None,
        "session_id": labels.session_id or None,
        "user_id": labels.user_id or None,
    }


def _notes(seen: Observation) -> list[str]:
    """Returns what there is to say of a call, and of the requests that it took."""
    of_requests = [note for request in seen.requests for note in request.get("notes", ())]
    return list(dict.fromkeys([*seen.call.account.notes, *of_requests]))


def usage_fields(usage: Usage) -> dict[str, int]:
    """Returns tokens under the names of `llm/last-usage`."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_creation_tokens": usage.cache_creation_tokens,
        "total_tokens": usage.total_tokens,
    }


def _asked(call: Call) -> dict[str, Any]:
    """Returns what the program asked, without the bytes of images."""
    described = dict(describe_request(call.request))
    described.pop("response_schema", None)
    for message in described.get("messages", ()):
        for part in message["parts"]:
            for name in ("text", "content"):
                if name in part:
                    part[name] = _cut(part[name])
    if "input" in described:
        described["input"] = [_cut(str(text)) for text in described["input"][:_MAX_INPUTS]]
    if "documents" in described:
        described["documents"] = [_cut(str(text)) for text in described["documents"][:_MAX_INPUTS]]
    return described


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


# --- the records of one interpreter ---------------------------------------------------------------


@dataclass(slots=True)
class CallLog:
    """The last records, the oldest first."""

    records: deque[dict[str, Any]] = field(default_factory=deque)
    count: int = 0
    _sizes: deque[int] = field(default_factory=deque)
    _size: int = 0

    def next_number(self) -> int:
        """Returns the number of a new record."""
        self.count += 1
        return self.count

    def add(self, record: dict[str, Any]) -> None:
        """Adds a record and lets go of old ones."""
        size = _size_of(record)
        self.records.append(record)
        self._sizes.append(size)
        self._size += size
        while len(self.records) > 1 and self._is_full():
            self.records.popleft()
            self._size -= self._sizes.popleft()

    def _is_full(self) -> bool:
        return len(self.records) > MAX_RECORDS or self._size > MAX_CHARACTERS

    def clear(self) -> int:
        """Forgets all records; returns how many there were."""
        number = len(self.records)
        self.records.clear()
        self._sizes.clear()
        self._size = 0
        return number


# What an event of an answer costs, in characters.
_EVENT_SIZE: Final = 100


def _size_of(record: dict[str, Any]) -> int:
    """Returns about how many characters a record holds."""
    size = len(record["text"]) + _EVENT_SIZE * len(record["events"])
    size += sum(len(request["body"]) for request in record["requests"])
    for message in record["asked"].get("messages", ()):
        for part in message["parts"]:
            size += len(part.get("text", "")) + len(part.get("content", ""))
    return size


_logs: WeakKeyDictionary[Any, CallLog] = WeakKeyDictionary()


def call_log() -> CallLog:
    """Returns the log of the running interpreter."""
    interpreter = context.interpreter()
    found = _logs.get(interpreter)
    if found is None:
        found = _logs[interpreter] = CallLog()
    return found
