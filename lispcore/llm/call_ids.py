"""Gives calls of tools ids that every provider takes, however a history came together.

A history may change hands in the middle of a loop of tools. Some providers give no ids, so that
those made up here repeat in every round; others refuse an id that stands twice in a conversation
(Anthropic), that is longer than 40 characters (OpenAI), or that holds more than letters, digits,
``_`` and ``-``. A call and its result get the same new id, by their order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lispcore.llm.messages import Message, Part, ToolCall, ToolResult
from lispcore.llm.requests import Request

_LENGTH: Final = 40
_FORBIDDEN: Final = re.compile(r"[^A-Za-z0-9_-]")


def with_call_ids(request: Request) -> Request:
    """Returns a request in which every call has an id of its own that every provider takes."""
    if not any(type(part) is ToolCall for each in request.messages for part in each.parts):
        return request
    ids = _Ids()
    messages = tuple(ids.message(message) for message in request.messages)
    return request if messages == request.messages else replace(request, messages=messages)


class _Ids:
    def __init__(self) -> None:
        self._used: set[str] = set()
        # Id of a call as it was -> ids that its results still wait for, the first one first.
        self._open: dict[str, list[str]] = {}

    def message(self, message: Message) -> Message:
        if message.role == "assistant":
            self._open = {}
        parts = tuple(self._part(part) for part in message.parts)
        return message if parts == message.parts else Message(message.role, parts)

    def _part(self, part: Part) -> Part:
        if type(part) is ToolCall:
            made = self._new(part.id)
            self._open.setdefault(part.id, []).append(made)
            return part if made == part.id else replace(part, id=made)
        if type(part) is ToolResult:
            waiting = self._open.get(part.call_id) or [part.call_id]
            made = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return part if made == part.call_id else replace(part, call_id=made)
        return part

    def _new(self, identifier: str) -> str:
        base = _FORBIDDEN.sub("_", identifier)[:_LENGTH] or "call"
        made, number = base, 2
        while made in self._used:
            suffix = f"-{number}"
            made = base[: _LENGTH - len(suffix)] + suffix
            number += 1
        self._used.add(made)
        return made
