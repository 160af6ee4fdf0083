"""Google Gemini (``POST /v1beta/models/MODEL:streamGenerateContent?alt=sse``).

Every record of the stream is a whole response object; function calls arrive whole; the last one
carries ``finishReason``. There is no other closing record.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from lispcore.llm.events import (
    Event,
    Finished,
    MediaReady,
    ModelNamed,
    OddsReport,
    OtherAnswer,
    TextDelta,
    ThinkingDelta,
    TokenOdds,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import InvalidRequest, ProviderError
from lispcore.llm.framing import Record, SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.media import PDF
from lispcore.llm.messages import Media, Message, Part, ServerStep, Text, ToolCall, ToolResult
from lispcore.llm.providers.dialect import (
    Base64,
    Dialect,
    ErrorDetail,
    ReplyDecoder,
    check_messages,
    check_server_tools,
    count,
    endpoint,
    in_words,
    json_request,
    mapping,
    number,
    parse_object,
    sequence,
    shown_of,
    string,
    system_text,
    top_level_object,
)
from lispcore.llm.providers.gemini_grounding import (
    FORM,
    SERVER_TOOL_FIELDS,
    Grounding,
    read_step,
    server_tool,
)
from lispcore.llm.providers.openai_messages import NO_SIGNATURE
from lispcore.llm.providers.reply_media import media_of
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.response_schemas import is_fully_typed
from lispcore.llm.usage import Usage

_THINKING_BUDGETS: Final = {
    "none": 0,
    "minimal": 0,
    "low": 1024,
    "medium": 8192,
    "high": 24576,
    "xhigh": 32768,
    "max": 32768,
}

# From Gemini 3 on the levels have names, and no model is told not to think at all.
_LEVEL_MODELS: Final = re.compile(r"gemini-(?:[3-9]|\d\d)|gemini-(?:pro|flash|flash-lite)-latest")
_LEVELS: Final = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_STOP_REASONS: Final = {
    "STOP": "end_turn",
    "MAX_TOKENS": "max_tokens",
    "SAFETY": "refusal",
    "RECITATION": "refusal",
    "BLOCKLIST": "refusal",
    "PROHIBITED_CONTENT": "refusal",
    "SPII": "refusal",
}
# The same where a server writes enumerations as numbers (``enum-encoding=int``).
_NUMBERED: Final = (
    "", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT",
    "SPII", "MALFORMED_FUNCTION_CALL",
)  # fmt: skip

# The part of JSON schema that function declarations may use (an OpenAPI 3.0 subset).
_SCHEMA_KEYS: Final = frozenset(
    (
        "type", "description", "enum", "items", "properties", "required", "nullable", "format",
        "title", "minItems", "maxItems", "minimum", "maximum", "anyOf",
    )
)  # fmt: skip


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    model = (request.model or settings.model).removeprefix("models/")
    if not model or not all(letter.isalnum() or letter in "-._:" for letter in model):
        raise InvalidRequest(f"this is no model name of Gemini's: {model!r}", provider="gemini")
    base = endpoint(settings.base_url, "/v1beta", "/models")
    url = f"{base}/{model}:streamGenerateContent?alt=sse"
    body = build_body(request, settings)
    return json_request(url, [], body, ("x-goog-api-key", ""), request, settings)


def build_body(request: Request, settings: Settings) -> dict[str, Any]:
    """Returns the body of a request, which Vertex AI takes as well."""
    check_messages(request, settings, True, ("audio", "video"))
    model = (request.model or settings.model).removeprefix("models/")
    body: dict[str, Any] = {"contents": _contents(request, model)}
    system = system_text(request)
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    config = _config(request, model)
    if config:
        body["generationConfig"] = config
    if request.service_tier and "serviceTier" not in request.refused:
        body["serviceTier"] = request.service_tier
    check_server_tools(request, settings, SERVER_TOOL_FIELDS)
    return body | _tools(request)


def _tools(request: Request) -> dict[str, Any]:
    tools: list[dict[str, Any]] = []
    config: dict[str, Any] = {}
    if request.tools:
        tools.append({"functionDeclarations": [_declared(tool) for tool in request.tools]})
        calling = _calling(request)
        if calling:
            config["functionCallingConfig"] = calling
    if request.server_tools:
        tools += [server_tool(tool) for tool in request.server_tools]
        if request.tools:  # both together are taken where the steps of the server are told, too
            config["includeServerSideToolInvocations"] = True
    found: dict[str, Any] = {"tools": tools} if tools else {}
    if config and "toolConfig" not in request.refused:
        found["toolConfig"] = config
    return found


def _config(request: Request, model: str) -> dict[str, Any]:
    tells_odds = request.logprobs is not None
    given: dict[str, Any] = {
        "maxOutputTokens": request.max_tokens,
        "temperature": request.temperature,
        "stopSequences": list(request.stop_sequences) or None,
        "topP": request.top_p,
        "topK": request.top_k,
        "seed": request.seed,
        "candidateCount": request.answers,
        "responseLogprobs": True if tells_odds else None,
        "logprobs": request.logprobs or None,
        "thinkingConfig": _thinking(request, model),
    }
    lacking = request.refused
    if "responseLogprobs" in lacking:
        lacking |= {"logprobs"}
    config = {
        name: value
        for name, value in given.items()
        if value not in (None, {}) and name not in lacking
    }
    return config | _response_format(request)


def _calling(request: Request) -> dict[str, Any]:
    """Returns whether functions are to be called, or which one."""
    if request.chosen_tool:
        return {"mode": "ANY", "allowedFunctionNames": [request.chosen_tool]}
    modes = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
    return {"mode": modes[request.tool_choice]} if request.tool_choice else {}


def _thinking(request: Request, model: str) -> dict[str, Any]:
    """Returns how long to think: a level, or tokens, and whether to tell what."""
    shown = {"includeThoughts": True} if request.shows_thoughts else {}
    if "includeThoughts" in request.refused:
        shown = {}
    if request.thinking_budget:
        return {"thinkingBudget": request.thinking_budget, **shown}
    effort = request.reasoning_effort
    if not effort:
        return shown
    if not _LEVEL_MODELS.match(model):
        return {"thinkingBudget": _THINKING_BUDGETS[effort], **shown}
    level = _LEVELS[effort]
    # The large ones always think a little.
    return {"thinkingLevel": "low" if level == "minimal" and "-pro" in model else level, **shown}


def _response_format(request: Request) -> dict[str, Any]:
    schema = request.response_schema
    if "responseMimeType" in request.refused:
        return {}
    if request.response_format == "json":
        return {"responseMimeType": "application/json"}
    if schema is None:
        return {}
    if "enum" in schema:
        return {"responseMimeType": "text/x.enum", "responseSchema": _schema(schema)}
    config: dict[str, Any] = {"responseMimeType": "application/json"}
    if is_fully_typed(schema) and "responseSchema" not in request.refused:
        config["responseSchema"] = _schema(schema)
    return config


def _declared(tool: Tool) -> dict[str, Any]:
    declaration: dict[str, Any] = {"name": tool.name, "description": tool.description}
    schema = top_level_object(tool.schema)
    if not schema.get("properties"):  # an object without properties is refused
        return declaration
    if _is_plain(schema):
        declaration["parameters"] = _schema(schema)
    else:
        declaration["parametersJsonSchema"] = schema
    return declaration


# What the subset cannot say at all; what it only says less of is checked when a call is there.
_BEYOND: Final = ("anyOf", "oneOf", "allOf", "not", "$ref", "const", "if", "prefixItems")
_FORMATS: Final = {
    "string": ("enum", "date-time"),
    "number": ("float", "double"),
    "integer": ("int32", "int64"),
}


def _is_plain(schema: Any) -> bool:
    """Tells whether the subset can say a schema; servers of tools write them as they like."""
    work = [schema]
    while work:
        part = mapping(work.pop())
        kind = part.get("type")
        if not isinstance(kind, str) or any(name in part for name in _BEYOND):
            return False
        members, items = part.get("properties"), part.get("items")
        if (kind == "object" and not members) or (kind == "array" and not items) or kind == "null":
            return False
        if "enum" in part and not all(isinstance(each, str) for each in sequence(part["enum"])):
            return False
        if "format" in part and part["format"] not in _FORMATS.get(kind, ()):
            return False
        work += mapping(members).values()
        work += [items] if items is not None else []
    return True


def _schema(schema: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    # Pairs of (source, target) still to be copied: a schema may be nested as deep as it likes.
    work: list[tuple[Any, dict[str, Any]]] = [(schema, result)]
    while work:
        source, target = work.pop()
        for name, value in mapping(source).items():
            if name == "properties":
                target[name] = {key: {} for key in mapping(value)}
                work.extend((value[key], target[name][key]) for key in target[name])
            elif name == "items":
                target[name] = {}
                work.append((value, target[name]))
            elif name in _SCHEMA_KEYS:
                target[name] = value
    return result


def _contents(request: Request, model: str) -> list[dict[str, Any]]:
    wants_signatures = bool(_LEVEL_MODELS.match(model))
    contents: list[dict[str, Any]] = []
    for message in request.messages:
        if message.role == "system":
            continue
        role = "model" if message.role == "assistant" else "user"
        parts = _parts(message, wants_signatures)
        if role == "model" and parts == [_NOTHING]:
            continue  # an empty text is refused
        if wants_signatures:
            _sign_first_call(parts)
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"].extend(parts)
        else:
            contents.append({"role": role, "parts": parts})
    return contents


def _parts(message: Message, nests: bool) -> list[dict[str, Any]]:
    """Returns the parts of a message; with `nests` results of tools hold their pictures."""
    translated = [_part(part) for part in message.parts]
    for place, part in enumerate(message.parts):
        if type(part) is not ToolResult or not part.media:
            continue
        inner = shown_of(part, ("image", PDF)) if nests else []
        if inner:
            answer: Any = translated[place]
            answer["functionResponse"]["parts"] = [_part(media) for media in inner]
        rest = [media for media in part.media if media not in inner]
        if rest:
            translated.append({"text": f"This is what {part.name} returned:"})
            translated += [_part(media) for media in rest]
    return [part for part in translated if part] or [_NOTHING]


_NOTHING: Final = {"text": ""}


def _sign_first_call(parts: list[dict[str, Any]]) -> None:
    first = next((part for part in parts if "functionCall" in part), None)
    if first is not None:
        first.setdefault("thoughtSignature", NO_SIGNATURE)


def _part(part: Part) -> dict[str, Any] | None:
    if type(part) is Text:
        return {"text": part.text} if part.text else None
    if type(part) is Media:
        return {"inlineData": {"mimeType": part.media_type, "data": Base64(part.data)}}
    if type(part) is ToolCall:
        made = {"id": part.id, "name": part.name, "args": part.arguments}
        call: dict[str, Any] = {"functionCall": made}
        return call | {"thoughtSignature": part.signature} if part.signature else call
    if type(part) is ToolResult:
        key = "error" if part.is_error else "result"
        answer = {"id": part.call_id, "name": part.name, "response": {key: part.content}}
        return {"functionResponse": answer}
    if type(part) is ServerStep and part.form == FORM:
        import json

        step: dict[str, Any] = json.loads(part.data)
        return step
    return None  # thoughts are not sent back, only their signatures


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._named = False
        self._calls = 0
        self._others: dict[Any, list[str]] = {}  # index -> the words of a further answer
        self._grounding = Grounding()

    def read(self, record: Record) -> list[Event]:
        """Returns what one response object says."""
        return self._response(parse_object(record))

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a response says, or the array of them that comes without ``alt=sse``."""
        events: list[Event] = []
        for response in body if isinstance(body, list) else [body]:
            events += self._response(mapping(response))
        return events

    def _response(self, value: Any) -> list[Event]:
        if value.get("error"):
            detail = read_error(value) or ErrorDetail("error", "the stream reported an error")
            raise ProviderError(detail.message, type=detail.type)
        events: list[Event] = []
        model = string(value.get("modelVersion"))
        if model and not self._named:
            self._named = True
            self._grounding.pays_by_query = bool(_LEVEL_MODELS.match(model))
            events.append(ModelNamed(model))
        blocked = string(mapping(value.get("promptFeedback")).get("blockReason"))
        if blocked:
            raise ProviderError(f"the prompt was blocked ({blocked})", type="blocked")
        reason = ""
        for candidate in sequence(value.get("candidates")):
            content = mapping(mapping(candidate).get("content"))
            index = mapping(candidate).get("index")
            if index not in (0, None):
                self._others.setdefault(index, []).append(_words_of(content))
                continue
            for part in sequence(content.get("parts")):
                events += self._read_part(mapping(part))
            events += self._grounding.read(mapping(candidate))
            events += _odds(mapping(mapping(candidate).get("logprobsResult")))
            reason = _reason(mapping(candidate).get("finishReason")) or reason
        usage = value.get("usageMetadata")
        if isinstance(usage, dict):
            counted = _usage(usage)
            events.append(UsageReport(replace(counted, searches=self._grounding.searches)))
        if reason:
            self.complete = True
            events += self._grounding.sources()
            # The last record counts the tokens; a server may keep the connection open behind it.
            self.closed = isinstance(usage, dict)
            events += [OtherAnswer("".join(each)) for each in self._others.values()]
            self._others.clear()
            finished = _STOP_REASONS.get(reason, "other")
            asks = self._calls and finished == "end_turn"
            events.append(Finished("tool_use" if asks else finished))
        return events

    def _read_part(self, part: Any) -> list[Event]:
        call = part.get("functionCall")
        if isinstance(call, dict):
            self._calls += 1
            identifier = string(call.get("id")) or f"call-{self._calls}"
            arguments = dict(mapping(call.get("args")))
            signature = string(part.get("thoughtSignature"))
            name = string(call.get("name"))
            return [ToolCallReady(ToolCall(identifier, name, arguments, "", signature))]
        step = read_step(part)
        if step:
            return step
        text = string(part.get("text"))
        if part.get("thought") is not True:
            self._grounding.said(text)
        if not text:
            return self._media(mapping(part.get("inlineData")), part.get("thought") is True)
        return [ThinkingDelta(text) if part.get("thought") is True else TextDelta(text)]

    def _media(self, data: Any, is_thought: bool) -> list[Event]:
        kind = string(data.get("mimeType"))
        if not kind or is_thought:  # drafts of a picture, which the answer shows once more
            return []
        media = media_of(kind, string(data.get("data")))
        if media is None:
            self.unread = self.unread or in_words(kind)
            return []
        return [MediaReady(media)]


def _reason(value: Any) -> str:
    if type(value) is int:
        return _NUMBERED[value] if 0 <= value < len(_NUMBERED) else "OTHER"
    return string(value)


def _words_of(content: Any) -> str:
    parts = (mapping(part) for part in sequence(content.get("parts")))
    return "".join(string(part.get("text")) for part in parts if not part.get("thought"))


def _odds(result: Any) -> list[Event]:
    chosen = sequence(result.get("chosenCandidates"))
    others = [mapping(each) for each in sequence(result.get("topCandidates"))]
    tokens = []
    for place, token in enumerate(chosen):
        beside = sequence(others[place].get("candidates")) if place < len(others) else []
        tokens.append(TokenOdds(*_odd(token), tuple(_odd(each) for each in beside)))
    return [OddsReport(tuple(tokens))] if tokens else []


def _odd(token: Any) -> tuple[str, float]:
    return string(mapping(token).get("token")), number(mapping(token).get("logProbability"))


def _usage(usage: dict[str, Any]) -> Usage:
    answered = count(usage.get("candidatesTokenCount")) + count(usage.get("thoughtsTokenCount"))
    cached = count(usage.get("cachedContentTokenCount"))
    return Usage(count(usage.get("promptTokenCount")), answered, cached)


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of ``{"error": {"code", "message", "status"}}``, also in an array."""
    value = mapping(body[0] if isinstance(body, list) and body else body)
    error = value.get("error")
    if isinstance(error, dict):
        return ErrorDetail(string(error.get("status")) or "error", string(error.get("message")))
    return None


DIALECT: Final = Dialect("gemini", build_request, Decoder, SseDecoder, read_error, reads_on=True)
