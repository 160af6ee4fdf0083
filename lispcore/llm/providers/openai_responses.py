"""OpenAI Responses (``POST /v1/responses``): the wire format of OpenAI's reasoning models.

An answer is a list of items: `reasoning`, `message`, `function_call`. A stream is a series of typed
events, each with a number; it ends in "response.completed", "response.incomplete" or
"response.failed", and there is no ``[DONE]``. Nothing is stored at the server (``store: false``),
so the reasoning before a call of a tool goes back with the call, encrypted.

Source: the API reference of OpenAI ("Responses"), and recorded exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final

from lispcore.llm.events import (
    Event,
    Finished,
    MediaReady,
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
from lispcore.llm.media import PDF
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
from lispcore.llm.providers.dialect import (
    Base64,
    Dialect,
    ReplyDecoder,
    check_messages,
    check_server_tools,
    count,
    endpoint,
    json_request,
    mapping,
    number,
    odds_of,
    parse_arguments,
    parse_object,
    sequence,
    shown_of,
    string,
    top_level_object,
)
from lispcore.llm.providers.openai import read_error
from lispcore.llm.providers.openai_habits import habits_of, thinks
from lispcore.llm.providers.openai_requests import CHAT_PATH, as_texts
from lispcore.llm.providers.openai_sources import sources_of, top_level_sources
from lispcore.llm.providers.openai_steps import (
    SERVER_TOOL_TYPES,
    details_of,
    read_step,
    server_tool,
)
from lispcore.llm.providers.reply_media import media_of
from lispcore.llm.requests import Request, Settings
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object
from lispcore.llm.usage import Usage

# Names the form in which a block of reasoning goes back, see `Thinking.form`.
_FORM: Final = "responses"


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    check_messages(request, settings, document_parts=settings.takes_documents)
    check_server_tools(request, settings, SERVER_TOOL_TYPES)
    model = request.model or settings.model
    takes = ("image", PDF) if settings.takes_documents else ("image",)
    items = [item for message in request.messages for item in _items(message, takes)]
    body: dict[str, Any] = {"model": model, "input": items, "stream": True, "store": False}
    if "stream" in request.refused:  # then the answer comes whole
        del body["stream"]
    if request.system:
        body["instructions"] = request.system
    if request.max_tokens is not None:
        body["max_output_tokens"] = request.max_tokens
    body |= _optional(request)
    body |= _reasoning(request, settings, model)
    body |= _tools(request, settings)
    form = _text_format(request)
    if form is not None:
        body["text"] = {"format": form}
    base = settings.base_url.removesuffix(CHAT_PATH)
    habits = habits_of(settings)
    url = endpoint(base, habits.version, "/responses", version_in_base=True)
    return json_request(url, [], body, habits.key, request, settings)


def _optional(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_logprobs": request.logprobs or None,
        "metadata": as_texts(request.metadata),
        "service_tier": request.service_tier,
    }
    return {
        name: value
        for name, value in given.items()
        if value is not None and name not in request.refused
    }


def _reasoning(request: Request, settings: Settings, model: str) -> dict[str, Any]:
    """Returns how long to think, whether to tell what, and what else the answer is to hold."""
    reasoning: dict[str, Any] = {}
    effort = habits_of(settings).effort_for(request.reasoning_effort, model)
    if effort and "reasoning" not in request.refused:
        reasoning["effort"] = effort
    if request.shows_thoughts and thinks(model) and "summary" not in request.refused:
        reasoning["summary"] = "auto"
    found: dict[str, Any] = {"reasoning": reasoning} if reasoning else {}
    include = ["reasoning.encrypted_content"] if thinks(model) else []
    if request.logprobs is not None:
        include.append("message.output_text.logprobs")
    include += details_of(request, settings)
    if include and "include" not in request.refused:
        found["include"] = include
    return found


def _tools(request: Request, settings: Settings) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [
        {
            "type": "function",
            "name": tool.name,
            "description": tool.description,
            "parameters": top_level_object(tool.schema),
            # Left out it means true, and then schemas with optional members are refused.
            "strict": False,
        }
        for tool in request.tools
    ]
    listed += [server_tool(tool, settings) for tool in request.server_tools]
    if not listed:
        return {}
    tools: dict[str, Any] = {"tools": listed}
    uses = [tool.max_uses for tool in request.server_tools if tool.max_uses]
    if uses:
        tools["max_tool_calls"] = sum(uses)
    choice: Any = request.tool_choice
    if request.chosen_tool:
        choice = {"type": "function", "name": request.chosen_tool}
    if choice and "tool_choice" not in request.refused:
        tools["tool_choice"] = choice
    parallel = request.parallel_tool_calls
    if parallel is not None and "parallel_tool_calls" not in request.refused:
        tools["parallel_tool_calls"] = parallel
    return tools


def _text_format(request: Request) -> dict[str, Any] | None:
    schema = request.response_schema
    if "response_format" in request.refused:
        return None
    if request.response_format == "json":
        return {"type": "json_object"}
    if schema is None or not is_object(schema):
        return None
    if "json_schema" in request.refused:
        return {"type": "json_object"}
    strict = is_fully_typed(schema)
    sent = closed_schema(schema, all_required=True) if strict else schema
    return {"type": "json_schema", "name": "answer", "schema": sent, "strict": strict}


# --- messages as items ----------------------------------------------------------------------------


def _items(message: Message, takes: Collection[str]) -> list[dict[str, Any]]:
    if message.role == "tool":
        results = [part for part in message.parts if type(part) is ToolResult]
        if not results:  # written by hand: it answers no call
            return [{"role": "user", "content": message.text}]
        return [
            {
                "type": "function_call_output",
                "call_id": part.call_id,
                "output": _output(part, takes),
            }
            for part in results
        ]
    if message.role != "assistant":
        if not message.media:
            return [{"role": message.role, "content": message.text}]
        return [{"role": message.role, "content": [_content(part) for part in message.parts]}]
    return _answer_items(message)


def _output(result: ToolResult, takes: Collection[str]) -> Any:
    """Returns what a tool answered: its words, or those and what else is to be seen."""
    shown = [_content(media) for media in shown_of(result, takes)]
    return [_content(Text(result.content)), *shown] if shown else result.content


def _content(part: Part) -> dict[str, Any]:
    if type(part) is not Media:
        return {"type": "input_text", "text": part.text if type(part) is Text else ""}
    data_url = Base64(part.data, f"data:{part.media_type};base64,")
    if part.media_type.startswith("image/"):
        return {"type": "input_image", "image_url": data_url, "detail": "auto"}
    return {"type": "input_file", "filename": "document.pdf", "file_data": data_url}


def _answer_items(message: Message) -> list[dict[str, Any]]:
    """Returns what the model said, in its order; its reasoning goes back with calls of tools."""
    import json

    has_calls = any(type(part) is ToolCall for part in message.parts)
    items: list[dict[str, Any]] = []
    for part in message.parts:
        if type(part) is Text and part.text:
            items.append({"role": "assistant", "content": part.text})
        elif type(part) is ToolCall:
            arguments = part.malformed or json.dumps(part.arguments, ensure_ascii=False)
            named = {"call_id": part.id, "name": part.name, "arguments": arguments}
            items.append({"type": "function_call", **named})
        elif type(part) is Thinking and part.form == _FORM and part.signature and has_calls:
            items.append(json.loads(part.signature))
        elif type(part) is ServerStep and part.form == _FORM and has_calls:
            items.append(json.loads(part.data))
    return items or [{"role": "assistant", "content": ""}]


# --- reading --------------------------------------------------------------------------------------


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._named = False
        self._has_refused = False
        self._has_calls = False
        self._has_thought = False
        self._words: dict[int, int] = {}  # output index -> characters of its text so far
        self._done: set[int] = set()  # output indices of items that are whole
        self._searches = 0
        self._containers: set[str] = set()  # in which programs ran

    def read(self, record: Record) -> list[Event]:
        """Returns what one event says; those of kinds that nobody knows here say nothing."""
        if record.data.strip() == "[DONE]":  # some imitators say it
            return []
        value = parse_object(record)
        kind = string(value.get("type")) or record.event
        if kind == "error" or ("error" in value and not kind):
            raise _failure(value if "error" in value else {"error": value})
        reader = _READERS.get(kind)
        return reader(self, value) if reader else []

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a response says that was not streamed."""
        if "output" not in mapping(body):
            raise MalformedReply("the reply has no output")
        return self._end({"response": body})

    def _begin(self, value: dict[str, Any]) -> list[Event]:
        return self._name(mapping(value.get("response")))

    def _name(self, response: Any) -> list[Event]:
        model = string(response.get("model"))
        if not model or self._named:
            return []
        self._named = True
        return [ModelNamed(model)]

    def _text(self, value: dict[str, Any]) -> list[Event]:
        text = string(value.get("delta"))
        place = count(value.get("output_index"))
        self._words[place] = self._words.get(place, 0) + len(text)
        return [*([TextDelta(text)] if text else []), *odds_of(value.get("logprobs"))]

    def _refusal(self, value: dict[str, Any]) -> list[Event]:
        self._has_refused = True
        return self._text(value)

    def _thought(self, value: dict[str, Any]) -> list[Event]:
        text = string(value.get("delta"))
        self._has_thought = self._has_thought or bool(text)
        return [ThinkingDelta(text)] if text else []

    def _thought_part(self, value: dict[str, Any]) -> list[Event]:
        return [ThinkingDelta("\n\n")] if self._has_thought else []

    def _item(self, value: dict[str, Any]) -> list[Event]:
        """Returns what an item adds that is whole now, beyond what was streamed of it."""
        place = count(value.get("output_index"))
        if place in self._done:
            return []
        self._done.add(place)
        item = mapping(value.get("item"))
        kind = string(item.get("type"))
        if kind == "function_call":
            self._has_calls = True
            arguments, malformed = parse_arguments(string(item.get("arguments")))
            identifier = string(item.get("call_id")) or string(item.get("id"))
            name = string(item.get("name"))
            return [
                ToolCallReady(
                    ToolCall(identifier or f"call-{place + 1}", name, arguments, malformed)
                )
            ]
        if kind == "reasoning":
            return self._reasoning(item)
        if kind == "message":
            return self._message(item, place)
        if kind == "image_generation_call":
            return self._picture(item)
        if kind in _FOR_CLIENTS:
            self.unread = self.unread or f"an item of type {kind}"
            return []
        return self._step(item)

    def _picture(self, item: Any) -> list[Event]:
        media = media_of("", string(item.get("result")))
        if media is None:
            self.unread = self.unread or "an image"
            return []
        return [MediaReady(media)]

    def _step(self, item: Any) -> list[Event]:
        """Returns what the server did by itself."""
        events = read_step(item, _FORM)
        if item.get("type") == "web_search_call":
            # Pages that are opened afterwards cost nothing.
            self._searches += mapping(item.get("action")).get("type") in ("search", None)
        elif events and item.get("type") == "code_interpreter_call":
            self._containers.add(string(item.get("container_id")))
        return events

    def _annotation(self, value: dict[str, Any]) -> list[Event]:
        return sources_of([value.get("annotation")])

    def _reasoning(self, item: Any) -> list[Event]:
        parts = sequence(item.get("summary")) or sequence(item.get("content"))
        text = "\n\n".join(string(mapping(part).get("text")) for part in parts)
        events: list[Event] = []
        if text and not self._has_thought:  # it was not streamed
            self._has_thought = True
            events.append(ThinkingDelta(text))
        encrypted = string(item.get("encrypted_content"))
        if not (text or encrypted):
            return events
        signature = ""
        if encrypted:
            import json

            kept = {name: item[name] for name in _REASONING_FIELDS if item.get(name) is not None}
            signature = json.dumps({"summary": [], **kept}, ensure_ascii=False)
        return [*events, ThinkingReady(Thinking(text, signature, form=_FORM))]

    def _message(self, item: Any, place: int) -> list[Event]:
        parts = [mapping(part) for part in sequence(item.get("content"))]
        self._has_refused = self._has_refused or any(
            part.get("type") == "refusal" for part in parts
        )
        text = "".join(string(part.get("text")) or string(part.get("refusal")) for part in parts)
        streamed = self._words.get(place, 0)
        missing = text[streamed:]
        events: list[Event] = [TextDelta(missing)] if missing else []
        if not streamed:
            events += [event for part in parts for event in odds_of(part.get("logprobs"))]
        return events + [event for part in parts for event in sources_of(part.get("annotations"))]

    def _end(self, value: dict[str, Any]) -> list[Event]:
        response = mapping(value.get("response"))
        events = self._name(response)
        for place, item in enumerate(sequence(response.get("output"))):
            events += self._item({"output_index": place, "item": item})
        if isinstance(response.get("usage"), dict):
            usage = _usage(response["usage"])
            did = {"searches": self._searches, "programs": len(self._containers)}
            events.append(UsageReport(replace(usage, **did)))
        events += top_level_sources(response)
        if response.get("status") in ("failed", "cancelled"):
            raise _failure(response)
        if response.get("status") in ("queued", "in_progress"):
            raise ProviderError(
                "the response is not ready yet: it is made in the background",
                type="not-ready",
                advice="leave background out of :extra-body; nobody here asks for it again",
            )
        self.complete = True
        events.append(Finished(self._reason(response)))
        return events

    def _reason(self, response: Any) -> str:
        why = string(mapping(response.get("incomplete_details")).get("reason"))
        if response.get("status") == "incomplete" or why:
            return {"max_output_tokens": "max_tokens", "content_filter": "refusal"}.get(
                why, "other"
            )
        if self._has_calls:
            return "tool_use"
        return "refusal" if self._has_refused else "end_turn"

    def _fail(self, value: dict[str, Any]) -> list[Event]:
        raise _failure(mapping(value.get("response")))


# Calls of tools that a program can only list by :extra-body: they wait for an answer that nobody
# here can give.
_FOR_CLIENTS: Final = frozenset(
    (
        "custom_tool_call", "apply_patch_call", "shell_call", "local_shell_call", "computer_call",
        "tool_search_call", "mcp_approval_request",
    )
)  # fmt: skip

# What of a reasoning item goes back; its `status` is not taken.
_REASONING_FIELDS: Final = ("type", "id", "summary", "encrypted_content")

_READERS: Final[dict[str, Callable[[Decoder, dict[str, Any]], list[Event]]]] = {
    "response.created": Decoder._begin,
    "response.in_progress": Decoder._begin,
    "response.output_text.delta": Decoder._text,
    "response.refusal.delta": Decoder._refusal,
    "response.reasoning_summary_part.added": Decoder._thought_part,
    "response.reasoning_summary_text.delta": Decoder._thought,
    "response.reasoning_text.delta": Decoder._thought,
    "response.output_text.annotation.added": Decoder._annotation,
    "response.output_item.done": Decoder._item,
    "response.completed": Decoder._end,
    "response.incomplete": Decoder._end,
    "response.failed": Decoder._fail,
    "response.cancelled": Decoder._fail,
}


def _usage(usage: dict[str, Any]) -> Usage:
    details = mapping(usage.get("input_tokens_details"))
    cached, written = count(details.get("cached_tokens")), count(details.get("cache_write_tokens"))
    sent, answered = count(usage.get("input_tokens")), count(usage.get("output_tokens"))
    charged = number(usage.get("cost_in_usd_ticks")) / _TICKS_A_DOLLAR or number(usage.get("cost"))
    return Usage(sent, answered, cached, written, charged_usd=charged)


_TICKS_A_DOLLAR: Final = 1e10  # of xAI


def _failure(value: Any) -> ProviderError:
    detail = read_error(value)
    if detail is None:
        return ProviderError("the response failed, and the server does not say why", type="error")
    return ProviderError(detail.message, type=detail.type)


DIALECT: Final = Dialect(
    "openai-responses", build_request, Decoder, SseDecoder, read_error, takes_stop=False
)
