"""OpenAI Chat Completions (``POST /v1/chat/completions``) and everything that speaks like it.

A stream is a series of ``data:`` chunks that ends in ``[DONE]``. Usage comes in a chunk without
choices; parts of tool calls are told apart by ``index``; an error in mid-stream is one more chunk.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.llm.errors import InvalidRequest, MalformedReply, ProviderError
from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.framing import Record, SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.messages import Media, Message, Text, ToolCall, ToolResult
from lispcore.llm.providers.dialect import (
    Base64,
    Dialect,
    ErrorDetail,
    calls_of,
    check_messages,
    count,
    endpoint,
    json_request,
    mapping,
    parse_arguments,
    parse_object,
    sequence,
    string,
)
from lispcore.llm.requests import Request, Settings
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object
from lispcore.llm.usage import Usage

# Models that can be told how long to think.
_REASONING_MODELS: Final = re.compile(r"(.*/)?(gpt-[5-9]|gpt-\d\d|o\d)")

# Providers that are known to answer a JSON schema with an error.
_WITHOUT_SCHEMAS: Final = ("deepseek",)

_STOP_REASONS: Final = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    check_messages(request, settings, document_parts=settings.takes_documents)
    model = request.model or settings.model
    body: dict[str, Any] = {"model": model, "messages": _messages(request), "stream": True}
    if "stream_options" not in request.refused:
        body["stream_options"] = {"include_usage": True}
    if request.max_tokens is not None:
        body[_limit_name(request, settings)] = request.max_tokens
    if request.temperature is not None and "temperature" not in request.refused:
        body["temperature"] = request.temperature
    if request.stop_sequences:
        body["stop"] = list(request.stop_sequences)
    effort = request.reasoning_effort
    if effort and _REASONING_MODELS.match(model) and "reasoning_effort" not in request.refused:
        body["reasoning_effort"] = effort
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.schema,
                },
            }
            for tool in request.tools
        ]
    form = _response_format(request, settings)
    if form is not None:
        body["response_format"] = form
    url = endpoint(settings.base_url, "/v1", "/chat/completions", version_in_base=True)
    return json_request(url, [], body, ("authorization", "Bearer "), request, settings)


def _limit_name(request: Request, settings: Settings) -> str:
    # OpenAI itself has renamed the limit, and newer models refuse the old name; elsewhere the new
    # one is mostly unknown and would be ignored in silence. Who refuses one is sent the other.
    first, second = "max_tokens", "max_completion_tokens"
    if settings.base_url.startswith("https://api.openai.com/"):
        first, second = second, first
    return second if first in request.refused else first


def _response_format(request: Request, settings: Settings) -> dict[str, Any] | None:
    # Servers that know no schemas often know plain JSON; the prompt describes the schema as well.
    schema = request.response_schema
    if schema is None or not is_object(schema) or "response_format" in request.refused:
        return None
    if settings.provider in _WITHOUT_SCHEMAS or "json_schema" in request.refused:
        return {"type": "json_object"}
    strict = is_fully_typed(schema)
    sent = closed_schema(schema, all_required=True) if strict else schema
    described = {"name": "answer", "schema": sent, "strict": strict}
    return {"type": "json_schema", "json_schema": described}


def _messages(request: Request) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if request.system:
        messages.append({"role": "system", "content": request.system})
    for message in request.messages:
        messages.extend(_translated(message))
    return messages


def _translated(message: Message) -> list[dict[str, Any]]:
    results = [part for part in message.parts if type(part) is ToolResult]
    if results:
        return [
            {"role": "tool", "tool_call_id": part.call_id, "content": part.content}
            for part in results
        ]
    if message.role == "tool":
        # A tool message that answers no call, written by hand: no server would take it as such.
        return [{"role": "user", "content": message.text}]
    if message.media:
        return [{"role": message.role, "content": [_part(part) for part in message.parts]}]
    content = message.text
    calls = calls_of(message)
    if not calls:
        return [{"role": message.role, "content": content}]
    tool_calls = [_call(call) for call in calls]
    return [{"role": "assistant", "content": content or None, "tool_calls": tool_calls}]


def _call(call: ToolCall) -> dict[str, Any]:
    import json

    arguments = call.malformed or json.dumps(call.arguments, ensure_ascii=False)
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


def _part(part: Any) -> dict[str, Any]:
    if type(part) is Text:
        return {"type": "text", "text": part.text}
    if type(part) is not Media:
        raise InvalidRequest(f"a message with an image cannot hold a {type(part).__name__}")
    data_url = Base64(part.data, f"data:{part.media_type};base64,")
    if part.media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": data_url}}
    return {"type": "file", "file": {"filename": "document.pdf", "file_data": data_url}}


class Decoder:
    """Reads one reply."""

    def __init__(self) -> None:
        self.complete = False
        self._named = False
        self._reason = ""
        # index -> [id, name, pieces of the arguments' JSON]
        self._calls: dict[int, list[Any]] = {}

    def read(self, record: Record) -> list[Event]:
        """Returns what one chunk says."""
        if record.data.strip() == "[DONE]":
            return self._finish()
        value = parse_object(record)
        if value.get("error") or record.event == "error":
            detail = read_error(value) or ErrorDetail("error", record.data[:500])
            raise ProviderError(detail.message, type=detail.type)
        return self._chunk(value, "delta")

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a completion says that was not streamed."""
        if "choices" not in mapping(body):
            raise MalformedReply("the reply has no choices")
        return self._chunk(mapping(body), "message") + self._finish()

    def _chunk(self, value: Any, key: str) -> list[Event]:
        events: list[Event] = []
        model = string(value.get("model"))
        if model and not self._named:
            self._named = True
            events.append(ModelNamed(model))
        for choice in sequence(value.get("choices"))[:1]:
            said = mapping(mapping(choice).get(key))
            thought = string(said.get("reasoning_content")) or string(said.get("reasoning"))
            if thought:
                events.append(ThinkingDelta(thought))
            text = _text(said.get("content")) or string(said.get("refusal"))
            if text:
                events.append(TextDelta(text))
            for position, call in enumerate(sequence(said.get("tool_calls"))):
                self._collect(mapping(call), position)
            self._reason = string(mapping(choice).get("finish_reason")) or self._reason
        usage = value.get("usage")
        if isinstance(usage, dict):
            events.append(UsageReport(_usage(usage)))
        return events

    def _collect(self, call: Any, position: int) -> None:
        index = call.get("index")
        function = mapping(call.get("function"))
        identifier, name = string(call.get("id")), string(function.get("name"))
        if not isinstance(index, int):
            # Some servers send whole calls without an index; a new id then starts a new call.
            index = len(self._calls) if identifier or name else max(self._calls, default=position)
        entry = self._calls.setdefault(index, ["", "", []])
        entry[0] = entry[0] or identifier
        entry[1] = entry[1] or name
        arguments = function.get("arguments")
        if isinstance(arguments, dict):
            import json

            arguments = json.dumps(arguments)
        entry[2].append(string(arguments))

    def _finish(self) -> list[Event]:
        if self.complete:
            return []
        self.complete = True
        events: list[Event] = []
        for index in sorted(self._calls):
            identifier, name, pieces = self._calls[index]
            arguments, malformed = parse_arguments("".join(pieces))
            call = ToolCall(identifier or f"call-{index + 1}", name, arguments, malformed)
            events.append(ToolCallReady(call))
        reason = _STOP_REASONS.get(self._reason or "stop", "other")
        # Some servers say "stop" although they ask for tools.
        events.append(Finished("tool_use" if self._calls and reason == "end_turn" else reason))
        return events


def _text(content: Any) -> str:
    if isinstance(content, list):  # Mistral's reasoning models send parts
        return "".join(string(mapping(part).get("text")) for part in content)
    return string(content)


def _usage(usage: dict[str, Any]) -> Usage:
    details = mapping(usage.get("prompt_tokens_details"))
    cached = count(details.get("cached_tokens")) or count(usage.get("prompt_cache_hit_tokens"))
    return Usage(count(usage.get("prompt_tokens")), count(usage.get("completion_tokens")), cached)


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of ``{"error": {"message", "type", "code", "param"}}`` and its variants."""
    value = mapping(body)
    error = value.get("error")
    if isinstance(error, dict):
        kind = string(error.get("code")) or string(error.get("type")) or "error"
        message = string(error.get("message")) or string(mapping(error.get("metadata")).get("raw"))
        return ErrorDetail(kind, message, string(error.get("param")))
    if isinstance(error, str):
        return ErrorDetail("error", error)
    # FastAPI servers (vLLM, LiteLLM) say {"detail": …} or {"object": "error", "message": …}.
    if value.get("object") == "error" or ("message" in value and "choices" not in value):
        return ErrorDetail(string(value.get("type")) or "error", string(value.get("message")))
    detail = value.get("detail")
    if isinstance(detail, str):
        return ErrorDetail("error", detail)
    if isinstance(detail, list):
        texts = [_validation(entry) for entry in detail]
        return ErrorDetail("validation_error", "; ".join(text for text in texts if text))
    return None


def _validation(entry: Any) -> str:
    place = ".".join(str(step) for step in sequence(mapping(entry).get("loc")))
    text = string(mapping(entry).get("msg"))
    return f"{place}: {text}" if place else text


DIALECT: Final = Dialect("openai", build_request, Decoder, SseDecoder, read_error)
