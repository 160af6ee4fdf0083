"""Anthropic Messages (``POST /v1/messages``, version 2023-06-01).

A stream is a series of named events: ``message_start``, blocks that start, grow and stop,
``message_delta`` with stop reason and usage, ``message_stop``. Unknown events are to be ignored.
"""

from __future__ import annotations

import re
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
from lispcore.llm.messages import Media, Message, Part, Text, Thinking, ToolCall, ToolResult
from lispcore.llm.providers.dialect import (
    Base64,
    Dialect,
    ErrorDetail,
    ReplyDecoder,
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
    system_text,
)
from lispcore.llm.requests import DEFAULT_MAX_TOKENS, Request, Settings
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object
from lispcore.llm.usage import Usage

# Tokens to think with, by effort; the API's minimum is 1,024.
_THINKING_BUDGETS: Final = {"low": 2048, "medium": 8192, "high": 16384, "xhigh": 32768}

# How long an answer may be where the program sets no limit: what the model can say at most, for
# the API insists on a limit. Servers that only speak like Anthropic get the usual one.
_LONGEST_ANSWERS: Final = (
    (re.compile(r"claude-(instant|2|3-(opus|sonnet|haiku))"), 4096),
    (re.compile(r"claude-3-5"), 8192),
    (re.compile(r"claude-opus-4(-[01])?(@|-\d{6}|-latest|$)"), 32_000),
    (re.compile(r"claude-"), 64_000),
)

# Models that refuse a budget and want an effort instead.
_ADAPTIVE_MODELS: Final = re.compile(r"(.*/)?claude-(opus-4-[7-9]|[a-z]+-[5-9])")

_STOP_REASONS: Final = {
    "end_turn": "end_turn",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_use",
    "refusal": "refusal",
}


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    check_messages(request, settings, document_parts=True)
    headers = [
        ("anthropic-version", "2023-06-01"),
        ("anthropic-dangerous-direct-browser-access", "true"),
    ]
    url = endpoint(settings.base_url, "/v1", "/messages")
    key = ("x-api-key", "")
    return json_request(url, headers, _body(request, settings), key, request, settings)


def _body(request: Request, settings: Settings) -> dict[str, Any]:
    model = request.model or settings.model
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens or longest_answer(model),
        "messages": _turns(request),
        "stream": True,
    }
    system = system_text(request)
    if system:
        body["system"] = system
    body |= _thinking(request, model, body["max_tokens"])
    if request.temperature is not None and "temperature" not in request.refused:
        if "thinking" not in body:  # not allowed together
            body["temperature"] = request.temperature
    if request.stop_sequences:
        body["stop_sequences"] = list(request.stop_sequences)
    if request.tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.schema}
            for tool in request.tools
        ]
    schema = request.response_schema
    if schema is not None and is_object(schema) and is_fully_typed(schema):
        if "output_config" not in request.refused:
            form = {"type": "json_schema", "schema": closed_schema(schema)}
            body["output_config"] = {**body.get("output_config", {}), "format": form}
    return body


def longest_answer(model: str) -> int:
    """Returns the limit of an answer where the program sets none."""
    found = (most for pattern, most in _LONGEST_ANSWERS if pattern.search(model))
    return next(found, DEFAULT_MAX_TOKENS)


def _thinking(request: Request, model: str, max_tokens: int) -> dict[str, Any]:
    """Returns the parameters for an effort: a budget, or the effort itself for newer models."""
    budget = _THINKING_BUDGETS.get(request.reasoning_effort or "")
    is_adaptive = bool(_ADAPTIVE_MODELS.match(model))
    if not budget or not _may_think(request, is_adaptive):
        return {}
    if request.max_tokens is None and max_tokens > budget:
        max_tokens -= budget  # together they are what the model can say at most
    if "thinking" not in request.refused and not is_adaptive:
        thinking = {"type": "enabled", "budget_tokens": budget}
        return {"thinking": thinking, "max_tokens": max_tokens + budget}
    if "adaptive" in request.refused:
        return {}
    return {
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": request.reasoning_effort},
        "max_tokens": max_tokens + budget,
    }


def _may_think(request: Request, is_adaptive: bool) -> bool:
    """Tells whether the calls that are being answered were made as thinking wants it.

    With thinking on, a turn that calls tools must begin with its signed thoughts. Another provider
    that made it signed none; a model that decides by itself may have made it without a thought.
    """
    turn = next((each for each in reversed(request.messages) if each.role == "assistant"), None)
    if turn is None or request.messages[-1].role != "tool" or not calls_of(turn):
        return True
    if is_adaptive and all(call.id.startswith(_OWN_CALLS) for call in calls_of(turn)):
        return True
    first = next((part for part in turn.parts if not _is_refused(part)), None)
    return isinstance(first, Thinking)


# Ids that Anthropic gives, its own and those for clouds that resell it.
_OWN_CALLS: Final = "toolu_"


def _turns(request: Request) -> list[dict[str, Any]]:
    # Roles must alternate, and all results of one round belong into one user message.
    turns: list[dict[str, Any]] = []
    for message in request.messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message)
        if message.role == "system" or (role == "assistant" and not blocks):
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"].extend(blocks)
        else:
            turns.append({"role": role, "content": blocks})
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    # Empty text blocks are refused, and so is reasoning that Anthropic has not signed.
    blocks = [_block(part) for part in message.parts if not _is_refused(part)]
    if not blocks and message.role != "assistant":
        return [{"type": "text", "text": message.text}]
    return blocks


def _is_refused(part: Part) -> bool:
    if isinstance(part, Text):
        return not part.text
    return isinstance(part, Thinking) and bool(part.form)


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Media):
        source = {"type": "base64", "media_type": part.media_type, "data": Base64(part.data)}
        kind = "image" if part.media_type.startswith("image/") else "document"
        return {"type": kind, "source": source}
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}
    if isinstance(part, ToolResult):
        block: dict[str, Any] = {
            "type": "tool_result",
            "tool_use_id": part.call_id,
            "content": part.content,
        }
        return block | {"is_error": True} if part.is_error else block
    if part.redacted:
        return {"type": "redacted_thinking", "data": part.signature}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[int, dict[str, Any]] = {}
        self._usage: dict[str, Any] = {}
        self._reason = ""

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
        return [
            UsageReport(
                Usage(
                    count(self._usage.get("input_tokens")),
                    count(self._usage.get("output_tokens")),
                    count(self._usage.get("cache_read_input_tokens")),
                    count(self._usage.get("cache_creation_input_tokens")),
                )
            )
        ]

    def _start_block(self, value: dict[str, Any]) -> list[Event]:
        block = dict(mapping(value.get("content_block")))
        block["json"] = []
        self._blocks[count(value.get("index"))] = block
        text = string(block.get("text"))
        return [TextDelta(text)] if text else []

    def _delta(self, value: dict[str, Any]) -> list[Event]:
        delta = mapping(value.get("delta"))
        block = self._blocks.setdefault(count(value.get("index")), {"json": []})
        kind = delta.get("type")
        if kind == "text_delta":
            text = string(delta.get("text"))
            return [TextDelta(text)] if text else []
        if kind == "input_json_delta":
            block["json"].append(string(delta.get("partial_json")))
        elif kind == "thinking_delta":
            text = string(delta.get("thinking"))
            block["thinking"] = string(block.get("thinking")) + text
            return [ThinkingDelta(text)] if text else []
        elif kind == "signature_delta":
            block["signature"] = string(block.get("signature")) + string(delta.get("signature"))
        return []

    def _stop_block(self, value: dict[str, Any]) -> list[Event]:
        block = self._blocks.pop(count(value.get("index")), {})
        kind = block.get("type")
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
        return []

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
    "anthropic", build_request, Decoder, SseDecoder, read_error, usual_effort="none"
)
