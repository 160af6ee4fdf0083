"""What a program asked for and its provider is not known to take: nothing is dropped in silence.

Found by asking the translator: an option that makes no difference to the body was not sent.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from lispcore.llm.messages import Media, Message, ToolCall, ToolResult, text_message
from lispcore.llm.providers.dialect import Dialect
from lispcore.llm.requests import EFFORTS, Request, Settings

# Field of a request -> what programs call it. Stop sequences are kept to here where they must be.
_OPTIONS: Final = {
    "temperature": "the temperature",
    "top_p": ":top-p",
    "top_k": ":top-k",
    "seed": ":seed",
    "tool_choice": ":tool-choice",
    "chosen_tool": ":tool-choice",
    "parallel_tool_calls": ":parallel-tool-calls",
    "response_format": ":response-format",
    "logprobs": ":logprobs",
    "answers": ":n",
    "metadata": ":metadata",
    "service_tier": ":service-tier",
    "thinking_budget": ":thinking-budget",
    "prompt_cache": ":prompt-cache",
    "reasoning_effort": "the reasoning effort",
    # Of pictures, speech, transcripts and vectors.
    "size": ":size",
    "quality": ":quality",
    "background": ":background",
    "media_format": ":format",
    "voice": ":voice",
    "speed": ":speed",
    "language": ":language",
    "dimensions": ":dimensions",
    "purpose": ":input-type",
}
_DEFAULTS: Final = {
    **dict.fromkeys(_OPTIONS),  # those that only some requests have
    **{each.name: each.default for each in fields(Request)},
}


def unsent_options(dialect: Dialect, request: Request, settings: Settings) -> list[str]:
    """Returns a sentence for each option that the provider does not get."""
    given = {
        name: value
        for name in _OPTIONS
        if (value := getattr(request, name, _DEFAULTS[name])) != _DEFAULTS[name]
        and not _is_usual(name, value, dialect)
    }
    unseen = _unseen(dialect, request, settings)
    if not given and not request.server_tools:
        return unseen
    # Who has spoken before may count, what was shown does not. What a server has refused is said
    # elsewhere.
    messages = tuple(_without_media(each) for each in request.messages)
    small = replace(request, messages=messages, refused=frozenset())
    sent = dialect.build_request(small, settings).body
    notes = []
    for name, value in given.items():
        other = not value if isinstance(value, bool) else _DEFAULTS[name]
        changed: dict[str, Any] = {name: other}
        if dialect.build_request(replace(small, **changed), settings).body == sent:
            notes.append(_sentence(name, value, request, settings))
        elif name == "reasoning_effort":
            notes += _nearest(dialect, small, settings, sent)
    for place, tool in enumerate(small.server_tools):
        for name, none in _OF_SERVER_TOOLS.items():
            without = replace(tool, **{name: none})
            tools = (*small.server_tools[:place], without, *small.server_tools[place + 1 :])
            changed_request = replace(small, server_tools=tools)
            if without == tool or dialect.build_request(changed_request, settings).body != sent:
                continue
            what = f":{_NAMES[name]} of :{tool.name}"
            notes.append(f"{what} was not sent: {settings.provider} does not have it")
    return list(dict.fromkeys(unseen + notes))


def _nearest(dialect: Dialect, request: Request, settings: Settings, sent: bytes) -> list[str]:
    """Returns what to say of an effort that goes out as another one."""
    wanted = request.reasoning_effort
    alike = [
        each
        for each in EFFORTS
        if dialect.build_request(replace(request, reasoning_effort=each), settings).body == sent
    ]
    # Some providers count tokens or say yes and no: then no name stands in what is sent.
    named = next((each for each in alike if f'"{each}"'.encode() in sent), None)
    meant = named or ("none" if "none" in alike else wanted)
    if meant == wanted:
        return []
    model = request.model or settings.model
    return [f"the reasoning effort {wanted} was sent as {meant}, the nearest that {model} knows"]


def _unseen(dialect: Dialect, request: Request, settings: Settings) -> list[str]:
    """Returns a sentence for each kind of thing that tools returned and no model sees there."""
    results = [part for each in request.messages for part in each.parts if type(part) is ToolResult]
    kinds = dict.fromkeys(media.media_type for result in results for media in result.media)
    return [
        f"{kind} that a tool returned was named in words: {settings.provider} takes none"
        for kind in kinds
        if not _sees(dialect, kind, request, settings)
    ]


def _sees(dialect: Dialect, kind: str, request: Request, settings: Settings) -> bool:
    asked = (text_message("user", "x"), Message("assistant", (ToolCall("call", "tool"),)))
    bodies = [
        dialect.build_request(
            Request((*asked, Message("tool", (result,))), request.model), settings
        ).body
        for result in (
            ToolResult("call", "tool", "x"),
            ToolResult("call", "tool", "x", media=(Media(kind, b"x"),)),
        )
    ]
    return bodies[0] != bodies[1]


_OF_SERVER_TOOLS: Final[dict[str, Any]] = {"max_uses": None, "domains": (), "blocked": ()}
_NAMES: Final = {
    "max_uses": "max-uses",
    "domains": "allowed-domains",
    "blocked": "blocked-domains",
}


def _is_usual(name: str, value: Any, dialect: Dialect) -> bool:
    if name == "reasoning_effort":
        return bool(value == dialect.usual_effort)
    return name == "prompt_cache" and value == "off"


def _sentence(name: str, value: Any, request: Request, settings: Settings) -> str:
    shown = f" {value}" if name == "reasoning_effort" else ""
    model = request.model or settings.model
    return (
        f"{_OPTIONS[name]}{shown} was not sent: "
        f"none is known to be taken by {model} of {settings.provider}"
    )


def _without_media(message: Message) -> Message:
    if not message.media:
        return message
    if message.role != "tool":
        return text_message(message.role, message.text or "x")
    results = (part for part in message.parts if type(part) is ToolResult)
    return Message("tool", tuple(replace(each, media=()) for each in results))
