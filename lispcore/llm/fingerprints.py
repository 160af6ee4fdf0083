"""Which calls count as the same: what of a request decides the answer, and a short name for it.

A description is a dict of JSON values. Its key is the SHA-256 of its canonical JSON, so the same
request has the same key on every machine. Media stand in it by the SHA-256 of their bytes.

Left out is what the dialect's documentation leaves out (the limit of tokens, the tools) and what
says nothing about the question: time limits, tags, the ids that a provider gave to tool calls, a
model's reasoning that goes back to it.

An outline is what may be written down of a description without giving its words away: lengths and
short digests. Two outlines can still be compared, and `differences` says what is not the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Final

from lispcore.llm.messages import (
    Media,
    Message,
    Part,
    ServerStep,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
)
from lispcore.llm.requests import Request, ServerTool

_NOT_DECISIVE: Final = frozenset(
    (
        *("messages", "max_tokens", "tools", "timeout_seconds", "tags", "refused"),
        *("metadata", "headers", "service_tier", "shows_thoughts", "prompt_cache"),
        *("parallel_tool_calls", "script"),
    )
)
# Parts of an answer that are no words: they follow from the request before.
_NOT_SAID: Final = (Thinking, ServerStep)
_NOT_SET: Final[tuple[Any, ...]] = (None, "", (), frozenset())
_DIGEST_LENGTH: Final = 12
_MAX_SHOWN: Final = 60
_MAX_DIFFERENCES: Final = 4


def describe_request(request: Request, model: str = "", provider: str = "") -> dict[str, Any]:
    """Returns the description of a request; `model` and `provider` stand for what it leaves open.

    Options that are not set are absent, so an option that is invented later changes no old key.
    """
    described: dict[str, Any] = {}
    if provider:
        described["provider"] = provider
    kind: Any = type(request)
    for name in _decisive(kind):
        value = getattr(request, name)
        # Most are not set, and this is asked of each call several times.
        if value is not None and value not in _NOT_SET:
            described[name] = _plain(value)
    if model:
        described["model"] = model
    if request.messages:
        described["messages"] = [_describe_message(message) for message in request.messages]
    return described


@cache
def _decisive(kind: Any) -> tuple[str, ...]:
    """Returns the fields of a sort of request that decide the answer."""
    return tuple(each.name for each in fields(kind) if each.name not in _NOT_DECISIVE)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, ServerTool):
        named = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: _plain(each) for name, each in named if each}
    return value


def _describe_message(message: Message) -> dict[str, Any]:
    parts = [_describe_part(part) for part in message.parts if type(part) not in _NOT_SAID]
    return {"role": message.role, "parts": parts}


def _describe_part(part: Part) -> dict[str, Any]:
    if type(part) is Text:
        return {"text": part.text}
    if type(part) is Media:
        return {"media": part.media_type, "sha256": digest(part.data), "bytes": len(part.data)}
    if type(part) is ToolCall:
        call = {"call": part.name, "arguments": dict(part.arguments)}
        return {**call, "malformed": part.malformed} if part.malformed else call
    if type(part) is ToolResult:
        result: dict[str, Any] = {"result_of": part.name, "content": part.content}
        if part.media:
            result["media"] = [digest(each.data) for each in part.media]
        return {**result, "is_error": True} if part.is_error else result
    raise AssertionError(f"a part that has no description: {part}")


def key_of(description: Mapping[str, Any]) -> str:
    """Returns the key of a description: 64 hexadecimal digits."""
    return digest(_canonical(description).encode("utf-8", "surrogatepass"))


def kind_of(description: Mapping[str, Any]) -> str:
    """Returns what sort of call a description (or an outline) is: "chat", "embed" or "rerank"."""
    return "embed" if "input" in description else "rerank" if "query" in description else "chat"


def _canonical(value: Any) -> str:
    import json

    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(data: bytes) -> str:
    """Returns the SHA-256 of bytes in hexadecimal digits."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


# --- outlines ------------------------------------------------------------------------------------


def outline_of(description: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a description without its words.

    ``{name: value, …, "messages": [[role, characters, digest], …]}``; a text among the other
    values that is longer than a name is given as ``[characters, digest]``, too.
    """
    outline: dict[str, Any] = {}
    for name, value in description.items():
        if name == "messages":
            outline[name] = [
                [each["role"], *_measured(_canonical(each["parts"]), _length(each["parts"]))]
                for each in value
            ]
        elif name in ("provider", "model") or isinstance(value, (int, float)):
            outline[name] = value
        else:
            text = value if isinstance(value, str) else _canonical(value)
            outline[name] = value if name == "reasoning_effort" else _measured(text, len(text))
    return outline


def _measured(text: str, length: int) -> list[Any]:
    return [length, digest(text.encode("utf-8", "surrogatepass"))[:_DIGEST_LENGTH]]


def _length(parts: Sequence[Mapping[str, Any]]) -> int:
    return sum(
        each.get("bytes") or len(each.get("text") or each.get("content") or "") for each in parts
    )


def differences(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Returns what differs between two outlines, as short clauses; none if nothing does."""
    found = []
    for name in sorted({*recorded, *asked} - {"messages"}):
        before, now = recorded.get(name), asked.get(name)
        if before != now:
            found.append(f"{name.replace('_', '-')} was {_shown(before)}, is {_shown(now)}")
    old = recorded.get("messages") or []
    new = asked.get("messages") or []
    for number, (before, now) in enumerate(zip(old, new, strict=False), 1):
        if before != now:
            found.append(_changed_message(number, before, now))
    if len(old) != len(new):
        found.append(f"{_count(len(old))} then, {len(new)} now")
    if len(found) > _MAX_DIFFERENCES:
        rest = len(found) - _MAX_DIFFERENCES
        found = [*found[:_MAX_DIFFERENCES], f"{rest} more differences"]
    return found


def _changed_message(number: int, before: Any, now: Any) -> str:
    try:
        (old_role, old_length, _), (role, length, _) = before, now
    except (TypeError, ValueError):
        return f"message {number} differs"
    who = role if role == old_role else f"{old_role} then, {role} now"
    sizes = f", {old_length} characters long then, {length} now" if length != old_length else ""
    return f"message {number} ({who}) differs{sizes}"


def _count(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, list):
        return f"a text of {value[0]} characters" if value else "empty"
    text = str(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def distance(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> int:
    """Returns how far two outlines are apart: 0 for the same, larger for less alike."""
    names = {*recorded, *asked} - {"messages"}
    apart = sum(2 for name in names if recorded.get(name) != asked.get(name))
    old = recorded.get("messages") or []
    new = asked.get("messages") or []
    apart += sum(3 for before, now in zip(old, new, strict=False) if before != now)
    return apart + 3 * abs(len(old) - len(new))


def in_words(description: Mapping[str, Any]) -> str:
    """Returns the last question of a description, shortened, for an error message."""
    if "input" in description:
        inputs = description["input"]
        more = f" and {len(inputs) - 1} more" if len(inputs) > 1 else ""
        return f"embedding of “{_excerpt(inputs[0])}”{more}"
    if "query" in description:
        return f"ranking for “{_excerpt(description['query'])}”"
    messages = description.get("messages") or []
    if not messages:
        return "no messages"
    last = messages[-1]
    words = " ".join(
        str(part.get("text") or part.get("content") or part.get("media") or part.get("call") or "")
        for part in last["parts"]
    )
    before = f", after {_count(len(messages) - 1)}" if len(messages) > 1 else ""
    return f"{last['role']}: “{_excerpt(words)}”{before}"


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SHOWN else flat[: _MAX_SHOWN - 1] + "…"
