"""Ollama's own chat (``POST /api/chat``): one JSON object a line, ``done`` in the last."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import ProviderError
from lispcore.llm.framing import JsonLinesDecoder, Record
from lispcore.llm.http import HttpRequest
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.providers.dialect import (
    Base64,
    Dialect,
    ErrorDetail,
    ReplyDecoder,
    calls_of,
    check_messages,
    check_server_tools,
    count,
    endpoint,
    function_tools,
    json_request,
    mapping,
    odds_of,
    parse_arguments,
    parse_object,
    sequence,
    shown_of,
    string,
)
from lispcore.llm.requests import Request, Settings
from lispcore.llm.usage import Usage

# Levels for models that know them; to others each of them means yes.
_THINKING: Final = {
    "none": False,
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}

_STOP_REASONS: Final = {"stop": "end_turn", "length": "max_tokens"}


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    check_messages(request, settings, document_parts=False)
    check_server_tools(request, settings, ())
    body: dict[str, Any] = {
        "model": request.model or settings.model,
        "messages": _messages(request),
        "stream": True,
    }
    given: dict[str, Any] = {
        "num_predict": request.max_tokens,
        "temperature": request.temperature,
        "stop": list(request.stop_sequences) or None,
        "top_p": request.top_p,
        "top_k": request.top_k,
        "seed": request.seed,
    }
    options = {name: value for name, value in given.items() if value is not None}
    if options:
        body["options"] = options
    if "think" not in request.refused:
        if request.reasoning_effort:
            body["think"] = _THINKING[request.reasoning_effort]
        elif request.shows_thoughts:
            body["think"] = True
    if request.logprobs is not None and "logprobs" not in request.refused:
        body["logprobs"] = True
        if request.logprobs:
            body["top_logprobs"] = request.logprobs
    if request.tools:
        body["tools"] = function_tools(request)
    form: Any = "json" if request.response_format == "json" else request.response_schema
    if form is not None and "format" not in request.refused:
        body["format"] = form
    # Addresses that end in /v1 belong to Ollama's imitation of OpenAI; its own chat is beside it.
    base = settings.base_url.strip().rstrip("/").removesuffix("/v1")
    url = endpoint(base, "/api", "/chat")
    return json_request(url, [], body, ("authorization", "Bearer "), request, settings)


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
        said: list[dict[str, Any]] = [
            {"role": "tool", "tool_name": part.name, "content": part.content} for part in results
        ]
        for part in results:
            shown = [Base64(media.data) for media in shown_of(part, ("image",))]
            if shown:
                words = f"This is what {part.name} returned:"
                said.append({"role": "user", "content": words, "images": shown})
        return said
    result: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.media and message.role != "assistant":
        result["images"] = [Base64(media.data) for media in message.media]
    calls = calls_of(message)
    if calls:
        result["tool_calls"] = [
            {"function": {"name": call.name, "arguments": call.arguments}} for call in calls
        ]
    return [result]


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._named = False
        self._calls = 0

    def read(self, record: Record) -> list[Event]:
        """Returns what one line says."""
        return self.read_whole(parse_object(record))

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what one object says: a piece of the answer or all of it."""
        value = mapping(body)
        if value.get("error"):
            detail = read_error(value) or ErrorDetail("error", "the stream reported an error")
            raise ProviderError(detail.message, type=detail.type)
        events: list[Event] = []
        model = string(value.get("model"))
        if model and not self._named:
            self._named = True
            events.append(ModelNamed(model))
        message = mapping(value.get("message"))
        thought = string(message.get("thinking"))
        if thought:
            events.append(ThinkingDelta(thought))
        text = string(message.get("content"))
        if text:
            events.append(TextDelta(text))
        events += odds_of(value.get("logprobs"))
        if sequence(message.get("images")):
            self.unread = "an image"
        for call in sequence(message.get("tool_calls")):
            events.append(self._call(mapping(call)))
        if value.get("done") is True:
            events += self._finish(value)
        return events

    def _call(self, call: Any) -> Event:
        self._calls += 1
        function = mapping(call.get("function"))
        given = function.get("arguments")
        arguments, malformed = parse_arguments(given) if isinstance(given, str) else ({}, "")
        identifier = string(call.get("id")) or f"call-{self._calls}"
        name = string(function.get("name"))
        chosen = arguments or dict(mapping(given))
        return ToolCallReady(ToolCall(identifier, name, chosen, malformed))

    def _finish(self, value: Any) -> list[Event]:
        self.complete = True
        usage = Usage(count(value.get("prompt_eval_count")), count(value.get("eval_count")))
        reason = _STOP_REASONS.get(string(value.get("done_reason")) or "stop", "other")
        asks = self._calls and reason == "end_turn"
        return [UsageReport(usage), Finished("tool_use" if asks else reason)]


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of ``{"error": "text"}``."""
    error = mapping(body).get("error")
    if isinstance(error, str) and error:
        return ErrorDetail("error", error)
    if isinstance(error, dict):
        return ErrorDetail(string(error.get("type")) or "error", string(error.get("message")))
    return None


DIALECT: Final = Dialect("ollama", build_request, Decoder, JsonLinesDecoder, read_error)
