"""Messages as OpenAI's chat completions take them, and as those do who imitate it with habits."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from lispcore.llm.failures import InvalidRequest
from lispcore.llm.media import SUFFIXES
from lispcore.llm.messages import Media, Message, Text, Thinking, ToolCall, ToolResult
from lispcore.llm.providers.dialect import Base64, calls_of, shown_of, system_text
from lispcore.llm.providers.openai_habits import Habits
from lispcore.llm.requests import NEEDS_CALLS_SIGNED, NEEDS_THOUGHTS, Request

# Models of Google's want the first call of a turn back with its signature; for turns of others
# Google documents this text in its place.
NO_SIGNATURE: Final = "skip_thought_signature_validator"


def chat_messages(
    request: Request, habits: Habits, takes: Collection[str] = ("image",)
) -> list[dict[str, Any]]:
    """Returns the messages of a request; of tools' answers models see what is in `takes`."""
    if NEEDS_THOUGHTS in request.needed:
        habits = replace(habits, echoes=NEEDS_THOUGHTS)
    if NEEDS_CALLS_SIGNED in request.needed:
        habits = replace(habits, signs_calls=True)
    if NEEDS_THOUGHTS in request.refused and habits.echoes == NEEDS_THOUGHTS:
        habits = replace(habits, echoes="")
    messages: list[dict[str, Any]] = []
    if habits.alternates:
        system = system_text(request)
        if system:
            messages.append({"role": "system", "content": system})
    elif request.system:
        messages.append({"role": "system", "content": request.system})
    for message in request.messages:
        if message.role == "system" and habits.alternates:
            continue
        messages.extend(_translated(message, habits))
        shown = _shown(message, takes)
        if shown and habits.answers_results:
            messages.append({"role": "assistant", "content": "OK"})
        messages.extend(shown)
    return _in_turns(messages) if habits.alternates else messages


def _translated(message: Message, habits: Habits) -> list[dict[str, Any]]:
    results = [part for part in message.parts if type(part) is ToolResult]
    if results:
        return [
            {
                "role": "tool",
                "tool_call_id": _call_id(part.call_id, habits),
                "content": part.content,
            }
            for part in results
        ]
    if message.role == "tool":
        # A tool message that answers no call, written by hand: no server would take it as such.
        return [{"role": "user", "content": message.text}]
    if message.media and message.role != "assistant":
        return [{"role": message.role, "content": [_part(part) for part in message.parts]}]
    content = message.text
    calls = calls_of(message)
    if not calls:
        return [{"role": message.role, "content": content}]
    tool_calls = [_call(call, habits) for call in calls]
    if habits.signs_calls:
        _sign(tool_calls, calls)
    said = {"role": "assistant", "content": content or None, "tool_calls": tool_calls}
    return [said | _echo(message, habits)]


def _shown(message: Message, takes: Collection[str]) -> list[dict[str, Any]]:
    """Returns a user message with what tools answered beside words: results take only those."""
    parts: list[dict[str, Any]] = []
    for result in [part for part in message.parts if type(part) is ToolResult]:
        shown = shown_of(result, takes)
        if shown:
            parts.append(_part(Text(f"This is what {result.name} returned:")))
            parts += [_part(media) for media in shown]
    return [{"role": "user", "content": parts}] if parts else []


def _call(call: ToolCall, habits: Habits) -> dict[str, Any]:
    import json

    arguments = call.malformed or json.dumps(call.arguments, ensure_ascii=False)
    return {
        "id": _call_id(call.id, habits),
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


_PLAIN: Final = re.compile(r"[A-Za-z0-9]+\Z")


def _call_id(identifier: str, habits: Habits) -> str:
    length = habits.call_id_length
    if not length or (len(identifier) == length and _PLAIN.match(identifier)):
        return identifier
    # An id that another provider gave, or we did: the same one must come out for call and result.
    from hashlib import sha256

    return sha256(identifier.encode("utf-8", "replace")).hexdigest()[:length]


def _sign(translated: list[dict[str, Any]], calls: list[ToolCall]) -> None:
    """Gives calls their signatures; the first one of a turn must have one, whoever made it."""
    for place, call in enumerate(calls):
        signature = call.signature or ("" if place else NO_SIGNATURE)
        if signature:
            translated[place]["extra_content"] = {"google": {"thought_signature": signature}}


def _echo(message: Message, habits: Habits) -> dict[str, Any]:
    """Returns the reasoning before a tool call, for a provider that wants it back.

    Where its words must not be missing, those of another model do as well, or a space.
    """
    if habits.echoes == NEEDS_THOUGHTS:
        thoughts = [part.text for part in message.parts if type(part) is Thinking and part.text]
        return {NEEDS_THOUGHTS: "\n\n".join(thoughts) or " "}
    for part in message.parts:
        if type(part) is Thinking and habits.echoes and part.form == habits.echoes:
            if not part.signature:
                return {habits.echoes: part.text}
            import json

            return {habits.echoes: json.loads(part.signature)}
    return {}


def _part(part: Any) -> dict[str, Any]:
    if type(part) is Text:
        return {"type": "text", "text": part.text}
    if type(part) is not Media:
        raise InvalidRequest(f"a message with an image cannot hold a {type(part).__name__}")
    data_url = Base64(part.data, f"data:{part.media_type};base64,")
    if part.media_type.startswith("audio/"):
        data = {"data": Base64(part.data), "format": SUFFIXES.get(part.media_type, "wav")}
        return {"type": "input_audio", "input_audio": data}
    if part.media_type.startswith("video/"):
        return {"type": "video_url", "video_url": {"url": data_url}}
    if part.media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": data_url}}
    return {"type": "file", "file": {"filename": "document.pdf", "file_data": data_url}}


def _in_turns(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Joins messages of one role that follow each other; calls of tools and results stay apart."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        before = turns[-1] if turns else {}
        joinable = message["role"] in ("user", "assistant") and "tool_calls" not in message
        if joinable and before.get("role") == message["role"] and "tool_calls" not in before:
            turns[-1] = {**before, "content": _joined(before["content"], message["content"])}
        else:
            turns.append(message)
    return turns


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, str) and isinstance(second, str):
        return "\n\n".join(text for text in (first, second) if text)
    return [*_as_parts(first), *_as_parts(second)]


def _as_parts(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
