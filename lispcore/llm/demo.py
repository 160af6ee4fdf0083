"""The demo model: built in, deterministic, and no model at all. It needs no key and no network.

It says back what it was sent, so that a first visitor sees streaming, options, images and tools at
work, and it says in every answer in words that it is a demo. A word counts as a token. Answers that
are data come from patterns (`demo_extraction.py`).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any, Final

from lispcore.llm import demo_retrieval
from lispcore.llm.demo_script import ScriptedReply, play
from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    OddsReport,
    ServerStepReady,
    Source,
    SourceFound,
    TextDelta,
    ThinkingDelta,
    TokenOdds,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.media import image_size
from lispcore.llm.media_requests import MediaRequest
from lispcore.llm.messages import Media, Message, ServerStep, ToolCall, ToolResult
from lispcore.llm.providers.dialect import BuiltIn, Pacing
from lispcore.llm.requests import CODE_EXECUTION, Request, ServerTool, Tool
from lispcore.llm.retrieval import EmbeddingRequest, RankingRequest
from lispcore.llm.usage import Usage

LABEL: Final = "[demo model]"
MODEL: Final = "demo"

# As quick as a person reads, and never so long that an example seems stuck.
_SECONDS_A_WORD: Final = 0.02
_MAX_SECONDS: Final = 1.5
_MAX_PIECES: Final = 200
_QUOTED_LENGTH: Final = 160
# Of a schema that refers to itself.
_MAX_DEPTH: Final = 8


def stream_events(request: Request, pacing: Pacing) -> Generator[Event, None, None]:
    """Yields the demo's answer, word by word."""
    if isinstance(request, (EmbeddingRequest, RankingRequest)):
        yield from demo_retrieval.stream_events(request)
        return
    if isinstance(request, MediaRequest):
        from lispcore.llm import demo_media

        yield from demo_media.stream_events(request)
        return
    sent = sum(len(message.text.split()) for message in request.messages)
    sent += len((request.system or "").split())
    if isinstance(request.script, ScriptedReply):
        for event in play(request.script, MODEL, sent):
            pacing.check()
            yield event
        return
    yield ModelNamed(MODEL)
    if request.shows_thoughts:
        yield from _thoughts(request)
    for tool in request.server_tools:
        yield from _server_step(tool, request)
    calls = _tool_calls(request)
    if calls:
        for call in calls:
            yield ToolCallReady(call)
        yield UsageReport(Usage(sent, len(calls)))
        yield Finished("tool_use")
        return
    text, reason = _limited(answer(request), request)
    words = re.findall(r"\S+\s*", text)
    group = -(-len(words) // _MAX_PIECES) or 1
    pause = min(_SECONDS_A_WORD * group, _MAX_SECONDS * group / max(1, len(words)))
    for position in range(0, len(words), group):
        pacing.check()
        pacing.sleep(pause)
        yield TextDelta("".join(words[position : position + group]))
    if request.logprobs is not None:
        yield OddsReport(tuple(TokenOdds(word, 0.0) for word in words))
    yield UsageReport(Usage(sent, len(words)))
    yield Finished(reason)


def _thoughts(request: Request) -> list[Event]:
    """Returns what a model would think that only says back what it was sent."""
    asked = _shortened(request.messages[-1].text) if request.messages else ""
    text = f"I was asked “{asked}”. I am no real model, so I say it back."
    return [ThinkingDelta(piece) for piece in re.findall(r"\S+\s*", text)]


def _server_step(tool: ServerTool, request: Request) -> list[Event]:
    """Returns what a provider would do by itself; here nothing is searched, fetched or run."""
    asked = _shortened(request.messages[-1].text) if request.messages else ""
    if tool.name == CODE_EXECUTION:
        return [ServerStepReady(ServerStep(tool.name, "print(6 * 7)", "42"))]
    domain = tool.domains[0] if tool.domains else "demo.example"
    page = Source(f"https://{domain}/", "A page that the demo model made up")
    return [ServerStepReady(ServerStep(tool.name, asked, page.url)), SourceFound(page)]


def _limited(text: str, request: Request) -> tuple[str, str]:
    reason = "end_turn"
    for sequence in request.stop_sequences:
        before, found, _ = text.partition(sequence)
        if found and sequence:
            text, reason = before, "stop_sequence"
    words = re.findall(r"\S+\s*", text)
    if request.max_tokens is not None and len(words) > request.max_tokens:
        return "".join(words[: request.max_tokens]).rstrip(), "max_tokens"
    return text, reason


def answer(request: Request) -> str:
    """Returns the words of the demo's answer."""
    if request.response_schema is not None:
        from lispcore.llm.demo_extraction import structured_answer

        return structured_answer(request)
    results = _last_results(request)
    if results:
        said = " ".join(
            f"The tool {result.name} {'failed' if result.is_error else 'answered'}: "
            f"{_shortened(result.content)}."
            for result in results
        )
        return f"{LABEL} {said}"
    sentences = [f"{LABEL} I am no real model; I only say back what I was sent."]
    sentences.append(_messages_sentence(request))
    media = [part for message in request.messages for part in message.media]
    sentences += [_media_sentence(number, part) for number, part in enumerate(media, 1)]
    options = [f"{name} {value}" for name, value in _options(request).items()]
    if options:
        sentences.append(f"Options: {', '.join(options)}.")
    sentences.append("Choose a provider in the settings for a real answer.")
    return " ".join(sentences)


def _messages_sentence(request: Request) -> str:
    said = [("system", request.system)] if request.system else []
    said += [(message.role, message.text) for message in request.messages]
    number = f"{len(said)} messages" if len(said) != 1 else "1 message"
    shown = "; ".join(f"{role}: “{_shortened(text)}”" for role, text in said[-12:])
    return f"{number} – {shown}."


def _media_sentence(number: int, media: Media) -> str:
    size = image_size(media.data)
    pixels = f", {size[0]} × {size[1]} pixels" if size else ""
    kind = "Image" if media.media_type.startswith("image/") else "Document"
    return f"{kind} {number}: {media.media_type}{pixels}, {len(media.data)} bytes."


def _options(request: Request) -> dict[str, Any]:
    """Returns what is asked for besides the messages, by its name."""
    named: list[tuple[str, Any]] = [
        ("model", request.model if request.model != MODEL else None),
        ("max-tokens", request.max_tokens),
        ("temperature", request.temperature),
        ("reasoning-effort", request.reasoning_effort),
        ("top-p", request.top_p),
        ("top-k", request.top_k),
        ("seed", request.seed),
        ("thinking-budget", request.thinking_budget),
        ("service-tier", request.service_tier),
        ("extra-body", ", ".join(request.extra_body or ()) or None),
        ("headers", ", ".join(name for name, _ in request.headers) or None),
        ("stop-sequences", ", ".join(request.stop_sequences) or None),
        ("tools", ", ".join(tool.name for tool in request.tools) or None),
    ]
    return {name: value for name, value in named if value is not None and value != ""}


def describe_request(request: Request) -> str:
    """Returns the request as JSON text, for the record of the call."""
    import json

    if isinstance(request, (EmbeddingRequest, RankingRequest)):
        return json.dumps(demo_retrieval.describe_request(request), ensure_ascii=False)
    if isinstance(request, MediaRequest):
        from lispcore.llm import demo_media

        return json.dumps(demo_media.describe_request(request), ensure_ascii=False)
    return json.dumps(
        {
            "system": request.system,
            "messages": [_described(message) for message in request.messages],
            "options": _options(request),
        },
        ensure_ascii=False,
        default=str,
    )


def _described(message: Message) -> dict[str, Any]:
    described: dict[str, Any] = {"role": message.role, "text": message.text}
    if message.media:
        described["media"] = [_media_sentence(i, m) for i, m in enumerate(message.media, 1)]
    return described


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) <= _QUOTED_LENGTH:
        return flat
    return f"{flat[:_QUOTED_LENGTH]}… ({len(text)} characters)"


# --- tools ---------------------------------------------------------------------------------------


def _last_results(request: Request) -> list[ToolResult]:
    if not request.messages:
        return []
    return [part for part in request.messages[-1].parts if type(part) is ToolResult]


def _tool_calls(request: Request) -> list[ToolCall]:
    if not request.tools or not request.messages or _last_results(request):
        return []
    if request.tool_choice == "none":
        return []
    prompt = request.messages[-1].text
    words = set(_words(prompt))
    chosen = [tool for tool in request.tools if words & set(_words(tool.name))]
    if request.chosen_tool is not None:
        chosen = [tool for tool in request.tools if tool.name == request.chosen_tool]
    elif request.parallel_tool_calls is False:
        chosen = chosen[:1]
    return [
        ToolCall(f"demo-call-{number}", tool.name, choose_arguments(tool, prompt))
        for number, tool in enumerate(chosen or request.tools[:1], 1)
    ]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 2]


def choose_arguments(tool: Tool, prompt: str) -> dict[str, Any]:
    """Returns arguments that fit the tool's schema, taken from the prompt where it offers any."""
    finder = _Finder(prompt)
    return finder.members(tool.schema, 0)


class _Finder:
    """Hands out the names, quotations and numbers of a text, in order, the last one for ever."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt.lower()
        quoted = re.findall(r"[\"“«]([^\"”»]+)[\"”»]", prompt)
        # Names: capitalised words that do not begin a sentence, joined when adjacent.
        names = re.findall(r"(?<![.!?:\n] )(?<!^)\b([A-ZÄÖÜÉ]\w+(?: [A-ZÄÖÜÉ]\w+)*)", prompt)
        last = re.findall(r"\w+", prompt)[-1:]
        self._texts = quoted or names or last or [""]
        self._numbers = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", prompt)

    def members(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = schema.get("required") or ()
        return {
            name: self._value(properties[name], depth + 1)
            for name in properties
            if name in required or depth == 0
        }

    def _value(self, schema: Any, depth: int) -> Any:
        schema = schema if isinstance(schema, Mapping) else {}
        choices = schema.get("enum")
        if choices:
            said = [choice for choice in choices if str(choice).lower() in self._prompt]
            return (said or list(choices))[0]
        kind = schema.get("type")
        if kind in ("integer", "number"):
            number = float(self._take(self._numbers, "1"))
            return int(number) if kind == "integer" or number.is_integer() else number
        if kind == "boolean":
            return True
        if kind == "array":
            return [self._value(schema.get("items"), depth + 1)] if depth < _MAX_DEPTH else []
        if kind == "object":
            return self.members(schema, depth) if depth < _MAX_DEPTH else {}
        return self._take(self._texts, "")

    @staticmethod
    def _take(options: list[str], default: str) -> str:
        if len(options) > 1:
            return options.pop(0)
        return options[0] if options else default


DIALECT: Final = BuiltIn("demo", describe_request, stream_events)
