"""Model calls and tool calls in the attribute names of OpenTelemetry's GenAI conventions.

Names that the conventions do not have (cost, cache hits, streaming) are those of the dialect.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.models.calling.call_records import Observation
from lispcore.library.models.calling.spans import MAX_CONTENT, finish, grouping
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.tracing import INTERNAL, Span, new_span, provider_name

# Our reasons for the end of an answer -> the usual words for them.
_FINISH_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def describe_call(seen: Observation) -> dict[str, Any]:
    """Returns what is known of a call when it begins."""
    call, request = seen.call, seen.call.request
    known: dict[str, Any] = {
        "gen_ai.operation.name": seen.operation,
        "gen_ai.provider.name": provider_name(call.provider.provider),
        "gen_ai.request.model": call.model,
        "gen_ai.request.max_tokens": request.max_tokens,
        "gen_ai.request.temperature": request.temperature,
        "gen_ai.request.stop_sequences": list(request.stop_sequences) or None,
        "sema.gen_ai.is_streaming": call.is_live or None,
        "gen_ai.agent.name": call.labels.agent or None,
        "sema.gen_ai.turn": call.labels.turn if call.labels.agent is not None else None,
        "sema.tags": list(call.labels.tags) or None,
    }
    for name, value in call.labels.metadata.items():
        known[f"sema.metadata.{name}"] = value if _is_plain(value) else str(value)
    return {name: value for name, value in known.items() if value is not None}


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))


def describe_answer(span: Span, seen: Observation, with_content: bool) -> None:
    """Adds what came back; words only if they may be recorded."""
    builder, account = seen.builder, seen.call.account
    usage = builder.usage
    reason = builder.stop_reason
    known: dict[str, Any] = {
        "gen_ai.provider.name": provider_name(seen.provider),
        "gen_ai.response.model": builder.model or None,
        "gen_ai.response.finish_reasons": [_FINISH_REASONS.get(reason, reason)] if reason else None,
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens or None,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_creation_tokens or None,
        "gen_ai.usage.cost": account.cost_usd,
        "gen_ai.usage.cost_usd": account.cost_usd,
        "sema.gen_ai.cache.hit": True if seen.source == "cache" else None,
        "sema.gen_ai.recording.played": True if seen.source == "recording" else None,
        "sema.gen_ai.retries": max(0, len(seen.sent) - 1) or None,
    }
    if seen.call.is_live:
        known["sema.gen_ai.server.time_to_first_token"] = seen.first_token_seconds
    if seen.sent:
        known["server.address"] = _host_of(seen.sent[-1]["url"])
        known["http.response.status_code"] = seen.sent[-1].get("status") or None
    if with_content and seen.operation == "chat":
        known |= _content(seen)
    span.attributes |= {name: value for name, value in known.items() if value is not None}


def _host_of(url: str) -> str:
    rest = url.partition("://")[2]
    return rest.partition("/")[0].partition("?")[0]


def note_retries(span: Span, seen: Observation) -> None:
    """Makes a span of each request after the first, beneath that of the call."""
    for number, request in enumerate(seen.sent[1:], 1):
        again = new_span("llm.retry_attempt", INTERNAL, request["at"], span)
        again.attributes |= {
            **grouping.get().attributes(),
            "sema.gen_ai.retry": number,
            "gen_ai.provider.name": provider_name(request["provider"]),
            "http.response.status_code": request.get("status") or 0,
        }
        error = request.get("error")
        if error:
            again.fail(error["type"], error["message"])
        again.end = request["at"] + (request.get("seconds") or 0.0)
        finish(again)


# --- words ----------------------------------------------------------------------------------------


def _content(seen: Observation) -> dict[str, str]:
    request = seen.call.request
    given = [_message(message) for message in request.messages]
    said: list[dict[str, Any]] = []
    if seen.builder.text:
        said.append({"type": "text", "content": _cut(seen.builder.text)})
    said += [{"type": "tool_call", **call} for call in seen.tool_calls]
    answer = {"role": "assistant", "parts": said, "finish_reason": seen.builder.stop_reason}
    known = {
        "gen_ai.input.messages": _json(given),
        "gen_ai.output.messages": _json([answer]),
    }
    if request.system:
        instructions = [{"type": "text", "content": _cut(request.system)}]
        known["gen_ai.system_instructions"] = _json(instructions)
    return known


def _message(message: Message) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    for part in message.parts:
        if isinstance(part, ToolCall):
            arguments = dict(part.arguments)
            one = {"type": "tool_call", "id": part.id, "name": part.name, "arguments": arguments}
            parts.append(one)
        elif isinstance(part, ToolResult):
            response = _cut(part.content)
            parts.append({"type": "tool_call_response", "id": part.call_id, "response": response})
    if message.text:
        parts.append({"type": "text", "content": _cut(message.text)})
    parts += [{"type": "blob", "mime_type": each.media_type} for each in message.media]
    return {"role": message.role, "parts": parts}


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CONTENT else text[:MAX_CONTENT] + "…"


# --- tools ----------------------------------------------------------------------------------------


def describe_tool_call(wanted: ToolCall) -> dict[str, Any]:
    """Returns what is known of a tool call when it begins."""
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": wanted.name,
        "gen_ai.tool.call.id": wanted.id,
        "gen_ai.tool.type": "function",
    }


def describe_tool_result(
    span: Span, wanted: ToolCall, result: ToolResult, with_content: bool
) -> None:
    """Adds how a tool call went."""
    if with_content:
        span.attributes["gen_ai.tool.call.arguments"] = _cut(_json(dict(wanted.arguments)))
        span.attributes["gen_ai.tool.call.result"] = _cut(result.content)
    if result.is_error:
        span.fail("tool-error", _cut(result.content) if with_content else "the tool failed")
