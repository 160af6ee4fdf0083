"""Answers that were paid for once: kept in memory, and beyond the program in a store.

Only whole answers are kept. One that ended at its limit of tokens answers only calls with the same
limit, and one that asks for tools only calls that offer these tools: neither is part of the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

from lispcore.llm.events import (
    EmbeddingsReady,
    Event,
    Finished,
    MediaReady,
    RankingReady,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.json_values import read_json
from lispcore.llm.recordings import Recording, TapeError, line_of, read_tape
from lispcore.llm.requests import Request

# What answers in memory may take; those of a store are read again from there.
MAX_BYTES: Final = 64 * 1024 * 1024
# An hour, as the dialect documents it.
DEFAULT_TTL_SECONDS: Final = 3600.0
# What an answer takes beside its words: objects of Python, and its key.
_BYTES_AN_ENTRY: Final = 600
_BYTES_AN_EVENT: Final = 100


class Store(Protocol):
    """Where entries outlive the program, each a text under the key of its call."""

    def load(self, key: str) -> str | None:
        """Returns an entry, None if there is none."""
        ...

    def save(self, key: str, text: str) -> None:
        """Keeps an entry."""
        ...

    def clear(self) -> None:
        """Removes all entries."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer. `at` is when it came, in seconds since 1970; `limit` its limit of tokens."""

    recording: Recording
    at: float
    limit: int | None = None

    def answers(self, request: Request | None) -> bool:
        """Tells whether what the key leaves out fits the request, too."""
        if request is None:
            return True
        reason = ""
        tools = {tool.name for tool in request.tools}
        for event in self.recording.events:
            if type(event) is ToolCallReady and event.call.name not in tools:
                return False
            if type(event) is Finished:
                reason = event.reason
        return reason != "max_tokens" or self.limit == request.max_tokens


class AnswerCache:
    """The entries of one interpreter, and how often they were of use."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._entries: dict[str, Entry] = {}
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def find(
        self, key: str, now: float, ttl_seconds: float, request: Request | None = None
    ) -> tuple[Recording | None, bool]:
        """Returns the kept answer to a call, and whether an earlier program had kept it."""
        entry = self._entries.get(key)
        is_stored = False
        if entry is None or not _is_fresh(entry, now, ttl_seconds):
            entry = self._stored(key)
            is_stored = True
        if entry is None or not _is_fresh(entry, now, ttl_seconds) or not entry.answers(request):
            return None, False
        self._remember(key, entry)
        return entry.recording, is_stored

    def keep(self, key: str, recording: Recording, now: float, limit: int | None = None) -> None:
        """Keeps an answer under the key of its call."""
        entry = Entry(recording, now, limit)
        self._remember(key, entry)
        if self._store is not None:
            self._store.save(key, _entry_text(entry))

    def clear(self) -> int:
        """Forgets everything; returns how many entries were in memory."""
        count = len(self._entries)
        self._entries.clear()
        self._bytes = 0
        self.hits = self.misses = 0
        if self._store is not None:
            self._store.clear()
        return count

    def _remember(self, key: str, entry: Entry) -> None:
        # The one used last stands last; the first are forgotten when there is no more room.
        before = self._entries.pop(key, None)
        if before is not None:
            self._bytes -= size_of(before.recording)
        self._entries[key] = entry
        self._bytes += size_of(entry.recording)
        while self._bytes > MAX_BYTES and len(self._entries) > 1:
            oldest = self._entries.pop(next(iter(self._entries)))
            self._bytes -= size_of(oldest.recording)

    def _stored(self, key: str) -> Entry | None:
        text = None if self._store is None else self._store.load(key)
        if not text:
            return None
        try:
            (recording,) = read_tape(text)
            given: dict[str, Any] = read_json(text)
            return Entry(recording, float(given["at"]), given.get("limit"))
        except (TapeError, ValueError, TypeError, KeyError, AttributeError):
            return None  # somebody else's file, or one that broke off: ask the model again


def size_of(recording: Recording) -> int:
    """Returns about how many bytes an answer takes in memory."""
    size = _BYTES_AN_ENTRY
    for event in recording.events:
        size += _BYTES_AN_EVENT
        if type(event) is TextDelta or type(event) is ThinkingDelta:
            size += len(event.text)
        elif type(event) is ThinkingReady:
            size += len(event.thinking.text)
        elif type(event) is MediaReady:
            size += len(event.media.data)
        elif type(event) is EmbeddingsReady:
            size += sum(map(len, event.vectors))
        elif type(event) is RankingReady:
            size += 120 * len(event.scores)
    return size


def _is_fresh(entry: Entry, now: float, ttl_seconds: float) -> bool:
    return -ttl_seconds <= now - entry.at < ttl_seconds


def _entry_text(entry: Entry) -> str:
    """Returns an entry as JSON: the line of a tape with ``at`` and ``limit`` beside the answer."""
    import json

    more = {"at": entry.at} if entry.limit is None else {"at": entry.at, "limit": entry.limit}
    return line_of(entry.recording)[:-1] + "," + json.dumps(more)[1:] + "\n"


def free_of_charge(events: list[Event]) -> list[Event]:
    """Returns an answer as a cache gives it: without the tokens it once cost."""
    return [event for event in events if type(event) is not UsageReport]
