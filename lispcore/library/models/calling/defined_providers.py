"""Providers written in the language: a function from a request map to a text or a reply map.

They answer in one piece, so a stream of theirs is one chunk.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.models.calling.model_session import LispProvider
from lispcore.library.models.message_values import message_words
from lispcore.library.models.tools import from_json, to_json
from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    Source,
    SourceFound,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.messages import Media, Message, ToolCall, ToolResult
from lispcore.llm.requests import Request
from lispcore.llm.usage import Usage
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.types import (
    Bytevector,
    Keyword,
    List,
    Map,
    Value,
    Vector,
    boolean,
    intern_keyword,
    list_from,
    list_items,
    type_name,
)


def _map(**entries: Value) -> Map:
    return Map.of(
        (intern_keyword(name.replace("_", "-")), value) for name, value in entries.items()
    )


def request_map(request: Request, model: str) -> Map:
    """Returns a request as the map that a provider's function receives."""
    tools = [
        _map(
            name=tool.name,
            description=tool.description,
            parameters=from_json(dict(tool.schema)),
        )
        for tool in request.tools
    ]
    return _map(
        model=request.model or model,
        messages=list_from([each for message in request.messages for each in _maps(message)]),
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        system=request.system,
        tools=list_from(tools) if tools else None,
        stop_sequences=list_from(request.stop_sequences) if request.stop_sequences else None,
        **_further(request),
    )


# Options that stand in a request map where they were given.
_FURTHER: Final = (
    *("top_p", "top_k", "seed", "reasoning_effort", "thinking_budget", "response_format"),
    *("service_tier", "logprobs", "prompt_cache"),
)


def _further(request: Request) -> dict[str, Value]:
    given: dict[str, Value] = {
        name: getattr(request, name) for name in _FURTHER if getattr(request, name) is not None
    }
    choice = request.chosen_tool or request.tool_choice
    if choice:
        given["tool_choice"] = choice
    if request.parallel_tool_calls is not None:
        given["parallel_tool_calls"] = boolean(request.parallel_tool_calls)
    for name, value in (
        ("response_schema", request.response_schema),
        ("extra_body", request.extra_body),
        ("metadata", request.metadata),
        ("headers", dict(request.headers)),
    ):
        if value:
            given[name] = from_json(dict(value))
    if request.server_tools:
        names = [intern_keyword(tool.name) for tool in request.server_tools]
        given["server_tools"] = list_from(names)
    return given


def _maps(message: Message) -> list[Map]:
    """Returns a message as maps: one, or one for each result of a round of tool calls."""
    results = [part for part in message.parts if isinstance(part, ToolResult)]
    if not results:
        return [_message_map(message)]
    return [
        _map(
            role=message.role,
            content=result.content,
            tool_call_id=result.call_id,
            **_media(result.media),
        )
        for result in results
    ]


def _media(media: tuple[Media, ...]) -> dict[str, Value]:
    return {"media": list_from([Bytevector(each.data) for each in media])} if media else {}


def _message_map(message: Message) -> Map:
    entries: dict[str, Value] = {"role": message.role, "content": message_words(message)}
    entries |= _media(message.media)
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    if calls:
        entries["tool_calls"] = list_from(
            [_map(id=c.id, name=c.name, arguments=from_json(dict(c.arguments))) for c in calls]
        )
    return _map(**entries)


def ask_lisp_provider(provider: LispProvider, request: Request) -> list[Event]:
    """Returns the answer of a provider that the program defined."""
    answer = call(provider.complete, request_map(request, provider.model))
    model = request.model or provider.model
    if type(answer) is str:
        return [ModelNamed(model), *_said(answer), Finished("end_turn")]
    if not isinstance(answer, Map):
        raise _wrong(provider, f"gave {type_name(answer)}")
    given: dict[str, Any] = {
        key.name: value for key, value in answer.entries() if type(key) is Keyword
    }
    events: list[Event] = [ModelNamed(_text(provider, given, "model") or model)]
    thought = _text(provider, given, "thinking")
    if thought:
        events.append(ThinkingDelta(thought))
    events += _said(_text(provider, given, "content"))
    events += _sources(given.get("sources"))
    calls = _tool_calls(provider, given.get("tool-calls"))
    events += [ToolCallReady(wanted) for wanted in calls]
    usage = given.get("usage")
    if isinstance(usage, Map):
        counts = Usage(_count(usage, "prompt-tokens"), _count(usage, "completion-tokens"))
        events.append(UsageReport(counts))
    reason = "tool_use" if calls else "end_turn"
    given_reason = _text(provider, given, "stop-reason").replace("-", "_")
    return [*events, Finished(given_reason or reason)]


def _said(text: str) -> list[Event]:
    return [TextDelta(text)] if text else []


def _sources(value: Value) -> list[Event]:
    found: list[Event] = []
    for each in list(value) if type(value) in (List, Vector) else []:
        if isinstance(each, Map):
            url, title, quote = (
                each.get(intern_keyword(name)) or "" for name in ("url", "title", "quote")
            )
            found.append(SourceFound(Source(str(url), str(title), str(quote))))
    return found


def _wrong(provider: LispProvider, what: str) -> LispError:
    return LispError(
        f"the :complete function of provider :{provider.provider} {what}",
        kind="llm",
        hint="it should return a string, or a map with :content",
        provider=provider.provider,
    )


def _text(provider: LispProvider, given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if type(value) is Keyword:
        value = value.name
    if value is not None and type(value) is not str:
        raise _wrong(provider, f"gave a :{name} that is {type_name(value)}, expected a string")
    return value or ""


def _count(usage: Map, name: str) -> int:
    value = usage.get(intern_keyword(name))
    return value if type(value) is int and value > 0 else 0


def _tool_calls(provider: LispProvider, value: Value) -> list[ToolCall]:
    if value is None:
        return []
    if type(value) not in (List, Vector):
        raise _wrong(provider, f"gave :tool-calls that are {type_name(value)}, expected a list")
    calls = []
    for position, entry in enumerate(list_items(value) if type(value) is List else value.items, 1):
        if not isinstance(entry, Map):
            raise _wrong(provider, "gave a tool call that is no map {:id :name :arguments}")
        given = {key.name: each for key, each in entry.entries() if type(key) is Keyword}
        arguments = given.get("arguments")
        calls.append(
            ToolCall(
                _text(provider, given, "id") or f"call-{position}",
                _text(provider, given, "name"),
                to_json(arguments) if isinstance(arguments, Map) else {},
            )
        )
    return calls
