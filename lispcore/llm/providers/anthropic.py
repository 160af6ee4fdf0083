"""Anthropic Messages (``POST /v1/messages``, version 2023-06-01).

A stream is a series of named events: ``message_start``, blocks that start, grow and stop,
``message_delta`` with stop reason and usage, ``message_stop``. Unknown events are to be ignored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import MalformedReply, ProviderError
from lispcore.llm.framing import Record, SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.messages import Thinking, ToolCall
from lispcore.llm.providers.anthropic_requests import betas_of, build_body
from lispcore.llm.providers.anthropic_steps import cited, read_step
from lispcore.llm.providers.dialect import (
    Dialect,
    ErrorDetail,
    ReplyDecoder,
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
from lispcore.llm.usage import Usage

_STOP_REASONS: Final = {
    "end_turn": "end_turn",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_use",
    "refusal": "refusal",
    "pause_turn": "paused",
}
_BETA: Final = "anthropic-beta"


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    check_messages(request, settings, document_parts=True)
    headers = [
        ("anthropic-version", "2023-06-01"),
        ("anthropic-dangerous-direct-browser-access", "true"),
    ]
    betas = betas_of(request)
    asked = [value for name, value in (*settings.headers, *request.headers) if name == _BETA]
    if betas:
        headers.append((_BETA, ",".join([*betas, *asked])))
        own = tuple(each for each in request.headers if each[0] != _BETA)
        request = replace(request, headers=own)
        others = tuple(each for each in settings.headers if each[0] != _BETA)
        settings = replace(settings, headers=others)
    url = endpoint(settings.base_url, "/v1", "/messages")
    key = ("x-api-key", "")
    return json_request(url, headers, build_body(request, settings), key, request, settings)


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[int, dict[str, Any]] = {}
        self._usage: dict[str, Any] = {}
        self._reason = ""
        self._said = 0  # characters of the answer

    def read(self, record: Record) -> list[Event]:
        """Returns what one event says."""
        value = parse_object(record)
        kind = string(value.get("type")) or record.event
        handler = _HANDLERS.get(kind)
        return handler(self, value) if handler else []

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a message says that was not streamed."""
        message = mapping(body)
        if "content" not in message:
            raise MalformedReply("the reply has no content")
        events = self._start({"message": message})
        for index, block in enumerate(sequence(message.get("content"))):
            start = mapping(block)
            events += self._start_block({"index": index, "content_block": start})
            events += self._stop_block({"index": index})
        events += self._message_delta({"delta": message, "usage": message.get("usage")})
        return events + self._stop({})

    def _start(self, value: dict[str, Any]) -> list[Event]:
        message = mapping(value.get("message"))
        model = string(message.get("model"))
        return [*([ModelNamed(model)] if model else []), *self._count(message.get("usage"))]

    def _count(self, usage: Any) -> list[Event]:
        # Counts are cumulative, and later reports may leave some of them out.
        known = {name: number for name, number in mapping(usage).items() if number is not None}
        if not known:
            return []
        self._usage.update(known)
        used = mapping(self._usage.get("server_tool_use"))
        kept = mapping(self._usage.get("cache_creation"))
        return [
            UsageReport(
                Usage(
                    count(self._usage.get("input_tokens")),
                    count(self._usage.get("output_tokens")),
                    count(self._usage.get("cache_read_input_tokens")),
                    count(self._usage.get("cache_creation_input_tokens")),
                    count(used.get("web_search_requests")),
                    count(used.get("code_execution_requests")),
                    cache_hour_tokens=count(kept.get("ephemeral_1h_input_tokens")),
                )
            )
        ]

    def _start_block(self, value: dict[str, Any]) -> list[Event]:
        block = dict(mapping(value.get("content_block")))
        block["json"] = []
        block["from"] = self._said
        self._blocks[count(value.get("index"))] = block
        return self._text(string(block.get("text")))

    def _text(self, text: str) -> list[Event]:
        self._said += len(text)
        return [TextDelta(text)] if text else []

    def _delta(self, value: dict[str, Any]) -> list[Event]:
        delta = mapping(value.get("delta"))
        block = self._blocks.setdefault(count(value.get("index")), {"json": []})
        kind = delta.get("type")
        if kind == "text_delta":
            return self._text(string(delta.get("text")))
        if kind == "input_json_delta":
            block["json"].append(string(delta.get("partial_json")))
        elif kind == "citations_delta":
            block["citations"] = [*sequence(block.get("citations")), delta.get("citation")]
        elif kind == "thinking_delta":
            text = string(delta.get("thinking"))
            block["thinking"] = string(block.get("thinking")) + text
            return [ThinkingDelta(text)] if text else []
        elif kind == "signature_delta":
            block["signature"] = string(block.get("signature")) + string(delta.get("signature"))
        return []

    def _stop_block(self, value: dict[str, Any]) -> list[Event]:
        block = self._blocks.pop(count(value.get("index")), {})
        kind = string(block.get("type"))
        if kind == "tool_use":
            arguments, malformed = parse_arguments("".join(block["json"]))
            arguments = arguments or dict(mapping(block.get("input")))
            name = string(block.get("name"))
            return [ToolCallReady(ToolCall(string(block.get("id")), name, arguments, malformed))]
        if kind == "thinking":
            signature = string(block.get("signature"))
            return [ThinkingReady(Thinking(string(block.get("thinking")), signature))]
        if kind == "redacted_thinking":
            return [ThinkingReady(Thinking("", string(block.get("data")), redacted=True))]
        if kind == "server_tool_use" or kind.endswith("_tool_result"):
            return read_step(block)
        start = count(block.get("from"))
        return [cited(each, start, self._said) for each in sequence(block.get("citations"))]

    def _message_delta(self, value: dict[str, Any]) -> list[Event]:
        self._reason = string(mapping(value.get("delta")).get("stop_reason")) or self._reason
        return self._count(value.get("usage"))

    def _stop(self, value: dict[str, Any]) -> list[Event]:
        self.complete = True
        return [Finished(_STOP_REASONS.get(self._reason or "end_turn", "other"))]

    def _error(self, value: dict[str, Any]) -> list[Event]:
        detail = read_error(value) or ErrorDetail("error", "the stream reported an error")
        raise ProviderError(detail.message, type=detail.type)


_HANDLERS: Final = {
    "message_start": Decoder._start,
    "content_block_start": Decoder._start_block,
    "content_block_delta": Decoder._delta,
    "content_block_stop": Decoder._stop_block,
    "message_delta": Decoder._message_delta,
    "message_stop": Decoder._stop,
    "error": Decoder._error,
}


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of ``{"type": "error", "error": {"type", "message"}}``."""
    error = mapping(body).get("error")
    if isinstance(error, dict):
        message = string(error.get("message"))
        return ErrorDetail(string(error.get("type")) or "error", message)
    return None


DIALECT: Final = Dialect(
    "anthropic",
    build_request,
    Decoder,
    SseDecoder,
    read_error,
    usual_effort="none",
    other_headers=(_BETA,),
)
