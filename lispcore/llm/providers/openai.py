"""OpenAI Chat Completions (``POST /v1/chat/completions``) and everything that speaks like it.

A stream is a series of ``data:`` chunks that ends in ``[DONE]``. Usage comes in a chunk without
choices; parts of tool calls are told apart by ``index``; an error in mid-stream is one more chunk.
"""

from __future__ import annotations

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
from lispcore.llm.providers.dialect import (
    Dialect,
    ErrorDetail,
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
from lispcore.llm.providers.openai_habits import NEW_LIMIT, OLD_LIMIT, Habits, habits_of
from lispcore.llm.providers.openai_messages import chat_messages
from lispcore.llm.requests import Request, Settings
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object
from lispcore.llm.usage import Usage

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
    habits = habits_of(settings)
    messages = chat_messages(request, habits)
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True}
    if "stream_options" not in request.refused:
        body["stream_options"] = {"include_usage": True}
    if request.max_tokens is not None:
        body[_limit_name(request, habits)] = request.max_tokens
    if request.temperature is not None and "temperature" not in request.refused:
        body["temperature"] = request.temperature
    if request.stop_sequences and "stop" not in request.refused:
        body["stop"] = list(request.stop_sequences)
    effort = habits.effort_for(request.reasoning_effort, model)
    if effort and "reasoning_effort" not in request.refused:
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
    form = _response_format(request, habits)
    if form is not None:
        body["response_format"] = form
    url = endpoint(settings.base_url, "/v1", "/chat/completions", version_in_base=True)
    return json_request(url, [], body, ("authorization", "Bearer "), request, settings)


def _limit_name(request: Request, habits: Habits) -> str:
    # OpenAI itself has renamed the limit, and newer models refuse the old name; elsewhere the new
    # one is mostly unknown and would be ignored in silence. Who refuses one is sent the other.
    if habits.limit not in request.refused:
        return habits.limit
    return OLD_LIMIT if habits.limit == NEW_LIMIT else NEW_LIMIT


def _response_format(request: Request, habits: Habits) -> dict[str, Any] | None:
    # Servers that know no schemas often know plain JSON; the prompt describes the schema as well.
    schema = request.response_schema
    if schema is None or not is_object(schema) or "response_format" in request.refused:
        return None
    if not habits.schemas or "json_schema" in request.refused:
        return {"type": "json_object"}
    strict = is_fully_typed(schema)
    sent = closed_schema(schema, all_required=True) if strict else schema
    described = {"name": "answer", "schema": sent, "strict": strict}
    return {"type": "json_schema", "json_schema": described}


class Decoder:
    """Reads one reply."""

    def __init__(self) -> None:
        self.complete = False
        self._named = False
        self._reason = ""
        # index -> [id, name, pieces of the arguments' JSON]
        self._calls: dict[int, list[Any]] = {}
        self._thoughts: list[str] = []
        # index -> a block of reasoning as OpenRouter has it, put together from its pieces
        self._details: dict[int, dict[str, Any]] = {}

    def read(self, record: Record) -> list[Event]:
        """Returns what one chunk says."""
        if record.data.strip() == "[DONE]":
            return self._finish()
        value = parse_object(record)
        if value.get("error") or record.event == "error":
            raise _failure(value, record.data)
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
            if mapping(choice).get("error"):  # OpenRouter, where the provider behind it failed
                raise _failure(choice, "")
            said = mapping(mapping(choice).get(key))
            thought = _thought(said)
            if thought:
                self._thoughts.append(thought)
                events.append(ThinkingDelta(thought))
            for detail in sequence(said.get("reasoning_details")):
                self._collect_detail(mapping(detail))
            text = _text(said.get("content")) or string(said.get("refusal"))
            if text:
                events.append(TextDelta(text))
            for position, call in enumerate(sequence(said.get("tool_calls"))):
                self._collect(mapping(call), position)
            self._reason = string(mapping(choice).get("finish_reason")) or self._reason
        usage = _usage_of(value)
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

    def _collect_detail(self, detail: Any) -> None:
        index = detail.get("index")
        block = self._details.setdefault(
            index if isinstance(index, int) else len(self._details), {}
        )
        for name, value in detail.items():
            grows = name in ("text", "summary", "data") and isinstance(value, str)
            block[name] = string(block.get(name)) + value if grows else value

    def _reasoning(self) -> list[Event]:
        """Returns the reasoning before a tool call, in the form in which it goes back."""
        if not self._calls or not (self._details or self._thoughts):
            return []
        text = "".join(self._thoughts)
        if not self._details:
            return [ThinkingReady(Thinking(text, form="reasoning_content"))]
        import json

        details = json.dumps(list(self._details.values()), ensure_ascii=False)
        return [ThinkingReady(Thinking(text, details, form="reasoning_details"))]

    def _finish(self) -> list[Event]:
        if self.complete:
            return []
        if self._reason == "error":
            raise ProviderError("the provider behind the answer failed", type="error")
        self.complete = True
        events: list[Event] = self._reasoning()
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


def _thought(said: Any) -> str:
    thought = string(said.get("reasoning_content")) or string(said.get("reasoning"))
    if thought:
        return thought
    # Mistral: {"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}
    inner = [mapping(part).get("thinking") for part in sequence(said.get("content"))]
    return "".join(_text(part) for part in inner if part)


def _usage_of(value: Any) -> Any:
    """Returns where a chunk counts tokens: Groq and Moonshot have places of their own for that."""
    places = (value, value.get("x_groq"), *sequence(value.get("choices"))[:1])
    return next((each["usage"] for each in map(mapping, places) if each.get("usage")), None)


def _usage(usage: dict[str, Any]) -> Usage:
    details = mapping(usage.get("prompt_tokens_details"))
    cached = next(
        (
            count(place.get(name))
            for place, name in (
                (details, "cached_tokens"),
                (usage, "prompt_cache_hit_tokens"),  # DeepSeek
                (usage, "cached_tokens"),  # Moonshot
            )
            if count(place.get(name))
        ),
        0,
    )
    sent, answered = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    # xAI counts the tokens of the reasoning apart; the total shows it.
    thought = count(mapping(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    apart = thought and count(usage.get("total_tokens")) == sent + answered + thought
    return Usage(sent, answered + (thought if apart else 0), cached)


def _failure(value: Any, otherwise: str) -> ProviderError:
    """Returns the error of a record within a stream."""
    detail = read_error(value) or ErrorDetail("error", otherwise[:500])
    code = mapping(mapping(value).get("error")).get("code")
    # OpenRouter's codes are those of HTTP, under a reply with status 200.
    status = code if isinstance(code, int) and 400 <= code < 600 else 0
    return ProviderError(detail.message, status=status, type=detail.type)


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of ``{"error": {"message", "type", "code", "param"}}`` and its variants."""
    value = mapping(body)
    error = value.get("error")
    if isinstance(error, dict):
        kind = string(error.get("code")) or string(error.get("type")) or "error"
        message = string(error.get("message"))
        inner = string(mapping(error.get("metadata")).get("raw"))
        if inner and inner not in message:  # what the provider behind OpenRouter said
            message = f"{message}: {inner[:300]}" if message else inner[:300]
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
