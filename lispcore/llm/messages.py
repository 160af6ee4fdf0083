"""Messages as plain values: who speaks, and the parts of what is said.

Two messages with the same parts are equal; no identity of storage, session or provider is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

ROLES: Final = ("system", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Media:
    """An image or a document, with a media type that `media.media_type_of` recognised."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to have a tool called.

    `malformed` holds the text of arguments that were no JSON object (then `arguments` is empty).
    `signature` is opaque: a provider that sent one wants it back with the call.
    """

    id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    malformed: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered. `name` repeats the tool's name: some providers match by it.

    `media` are pictures, documents and sounds of the answer; `content` names each of them, for whom
    it cannot be shown to.
    """

    call_id: str
    name: str
    content: str
    is_error: bool = False
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Thinking:
    """A model's reasoning before its answer; goes back unchanged to the provider it came from.

    `form` names the field in which it goes back, "" for Anthropic's blocks.
    """

    text: str
    signature: str = ""
    redacted: bool = False
    form: str = ""


@dataclass(frozen=True, slots=True)
class ServerStep:
    """What a provider did by itself while the model answered: a search, a page, a program.

    `wanted` is what was asked for in words (a query, an address, a program), `result` what came of
    it. `data` is the JSON that goes back to the provider, in the wire format that `form` names.
    """

    tool: str
    wanted: str = ""
    result: str = ""
    form: str = ""
    data: str = ""


Part: TypeAlias = Text | Media | ToolCall | ToolResult | Thinking | ServerStep


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `role` is one of `ROLES`."""

    role: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words of all text parts, joined."""
        return "".join(part.text for part in self.parts if type(part) is Text)

    @property
    def media(self) -> tuple[Media, ...]:
        """The images and documents, in order; those that tools answered with as well."""
        found: list[Media] = []
        for part in self.parts:
            if type(part) is Media:
                found.append(part)
            elif type(part) is ToolResult:
                found += part.media
        return tuple(found)


def text_message(role: str, text: str) -> Message:
    """Returns the message of one text."""
    return Message(role, (Text(text),))
