"""Gives tools names that every provider takes, and translates them back.

Providers want letters, digits, ``_`` and ``-``, a letter or ``_`` first, 64 at most; names in the
language may hold more (``lookup-capital?``, ``math/add``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lispcore.llm.events import Event, ToolCallReady
from lispcore.llm.messages import Message, Part, ToolCall, ToolResult
from lispcore.llm.requests import Request

_LENGTH: Final = 64
_ALLOWED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")


class ToolNames:
    """The names of one request's tools, both ways."""

    def __init__(self, request: Request) -> None:
        self._wire: dict[str, str] = {}
        self._own: dict[str, str] = {}
        for tool in request.tools:
            self._enter(tool.name)

    def _enter(self, name: str) -> str:
        if name in self._wire:
            return self._wire[name]
        wire = name
        if not _ALLOWED.match(name):
            wire = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:_LENGTH] or "_"
            if not re.match(r"[A-Za-z_]", wire):
                wire = "_" + wire[: _LENGTH - 1]
        number = 2
        base = wire
        while wire in self._own:
            suffix = f"_{number}"
            wire = base[: _LENGTH - len(suffix)] + suffix
            number += 1
        self._wire[name] = wire
        self._own[wire] = name
        return wire

    def to_wire(self, request: Request) -> Request:
        """Returns the request with the providers' names everywhere."""
        if not request.tools and not request.chosen_tool and not _has_calls(request):
            return request  # most have none
        tools = tuple(replace(tool, name=self._enter(tool.name)) for tool in request.tools)
        messages = tuple(self._message(message) for message in request.messages)
        chosen = request.chosen_tool and self._enter(request.chosen_tool)
        return replace(request, tools=tools, messages=messages, chosen_tool=chosen)

    def _message(self, message: Message) -> Message:
        parts = tuple(self._part(part) for part in message.parts)
        return message if parts == message.parts else Message(message.role, parts)

    def _part(self, part: Part) -> Part:
        if type(part) is ToolCall or type(part) is ToolResult:
            return replace(part, name=self._enter(part.name))
        return part

    def from_wire(self, event: Event) -> Event:
        """Returns the event with our own names."""
        if type(event) is ToolCallReady:
            name = self._own.get(event.call.name)
            if name is not None and name != event.call.name:
                return ToolCallReady(replace(event.call, name=name))
        return event


def _has_calls(request: Request) -> bool:
    kinds = (ToolCall, ToolResult)
    return any(type(part) in kinds for message in request.messages for part in message.parts)
