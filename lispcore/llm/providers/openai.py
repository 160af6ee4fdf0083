"""OpenAI Chat Completions (``POST /v1/chat/completions``) and everything that speaks like it.

A stream is a series of ``data:`` chunks that ends in ``[DONE]``. Usage comes in a chunk without
choices; parts of tool calls are told apart by ``index``; an error in mid-stream is one more chunk.

Imitators differ. Some never say ``[DONE]``, give all parallel calls the index 0, write calls the
old way (``function_call``) or words as text completions do (``text``), or mix several choices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.llm.events import (
    Event,
    Finished,
    MediaReady,
    ModelNamed,
    OtherAnswer,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import MalformedReply, ProviderError
from lispcore.llm.framing import Record, SseDecoder
from lispcore.llm.messages import Media, Thinking, ToolCall
from lispcore.llm.providers.dialect import (
    Dialect,
    ErrorDetail,
    ReplyDecoder,
    count,
    mapping,
    number,
    odds_of,
    parse_arguments,
    parse_object,
    sequence,
    string,
)
from lispcore.llm.providers.openai_habits import needs_responses
from lispcore.llm.providers.openai_requests import build_request
from lispcore.llm.providers.openai_sources import sources_of, top_level_sources
from lispcore.llm.providers.reply_media import media_of, media_of_url
from lispcore.llm.usage import Usage

_STOP_REASONS: Final = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


@dataclass(slots=True)
class _Call:
    """A tool call that is arriving: what has come of its arguments' JSON is in pieces."""

    index: int
    id: str = ""
    name: str = ""
    signature: str = ""
    pieces: list[str] = field(default_factory=list)

    def is_whole(self) -> bool:
        """Tells whether the arguments are all there."""
        text = "".join(self.pieces)
        return bool(text.strip()) and not parse_arguments(text)[1]


class _Calls:
    """The tool calls of one reply, put together from their pieces."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def take(self, piece: Any, position: int) -> None:
        """Takes a piece of a call that stands at a position of its chunk."""
        function = mapping(piece.get("function"))
        identifier, name = string(piece.get("id")), string(function.get("name"))
        call = self._call_of(piece.get("index"), identifier, name, position)
        call.id = call.id or identifier
        call.name = call.name or name
        google = mapping(mapping(piece.get("extra_content")).get("google"))
        call.signature = call.signature or string(google.get("thought_signature"))
        arguments = function.get("arguments")
        if isinstance(arguments, dict):
            import json

            arguments = json.dumps(arguments)
        call.pieces.append(string(arguments))

    def _call_of(self, index: Any, identifier: str, name: str, position: int) -> _Call:
        has_index = isinstance(index, int)
        same = [each for each in self._calls if each.index == index or not has_index]
        for each in same:
            if identifier and each.id == identifier:
                return each
        if not has_index:
            # Some servers send whole calls without an index; a new id then starts a new call.
            if same and not (identifier or name):
                return same[-1]
            index = max(each.index for each in same) + 1 if same else position
            same = []
        # Some servers number all calls 0: a name with another id starts a call, and so does a name
        # without one once the call before has all its arguments. An id alone does not: there are
        # servers that make up a new one for every piece.
        is_named = bool(name and same and same[-1].name)
        if same and not (is_named and ((identifier and same[-1].id) or same[-1].is_whole())):
            return same[-1]
        self._calls.append(_Call(index))
        return self._calls[-1]

    def events(self) -> list[Event]:
        """Returns the calls, by their indices."""
        found: list[Event] = []
        for place, each in enumerate(sorted(self._calls, key=lambda call: call.index), 1):
            arguments, malformed = parse_arguments("".join(each.pieces))
            identifier = each.id or f"call-{place}"
            call = ToolCall(identifier, each.name, arguments, malformed, each.signature)
            found.append(ToolCallReady(call))
        return found


class Decoder(ReplyDecoder):
    """Reads one reply."""

    def __init__(self) -> None:
        super().__init__()
        self._named = False
        self._reason = ""
        self._has_begun = False
        self._has_refused = False
        self._others: list[Any] = []  # choices beside the first
        self._calls = _Calls()
        self._thoughts: list[str] = []
        self._sound = ""
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

    def read_end(self) -> list[Event]:
        """Returns what closes a reply whose choice had ended when the connection did."""
        ended = self._reason or any(each.get("finish_reason") for each in self._others)
        return self._finish() if ended else []

    def _chunk(self, value: Any, key: str) -> list[Event]:
        events: list[Event] = []
        model = string(value.get("model"))
        if model and not self._named:
            self._named = True
            events.append(ModelNamed(model))
        for choice in sequence(value.get("choices")):
            if mapping(choice).get("error"):  # OpenRouter, where the provider behind it failed
                raise _failure(choice, "")
            if mapping(choice).get("index") in (0, None):
                events += self._choice(mapping(choice), key)
            else:
                self._others.append(mapping(choice))
        events += top_level_sources(value)
        usage = _usage_of(value)
        if isinstance(usage, dict):
            events.append(UsageReport(_usage(usage)))
        return events

    def _choice(self, choice: Any, key: str) -> list[Event]:
        events: list[Event] = []
        said = choice.get(key)
        if not isinstance(said, dict) and not self._has_begun:
            # Under the other name: a whole message in a stream, or a delta that came alone.
            said = choice.get("delta" if key == "message" else "message")
        said = mapping(said)
        thought = _thought(said)
        if thought:
            self._thoughts.append(thought)
            events.append(ThinkingDelta(thought))
        for detail in sequence(said.get("reasoning_details")):
            self._collect_detail(mapping(detail))
        text = (
            _text(said.get("content")) or string(said.get("refusal")) or _other_text(choice, said)
        )
        if text:
            events.append(TextDelta(text))
        events += odds_of(mapping(choice.get("logprobs")).get("content"))
        events += sources_of(said.get("annotations"))
        calls = sequence(said.get("tool_calls"))
        if not calls and isinstance(said.get("function_call"), dict):
            calls = [{"index": 0, "function": said["function_call"]}]
        for position, call in enumerate(calls):
            self._calls.take(mapping(call), position)
        media = _pictures_of(said)
        events += [MediaReady(each) for each in media]
        self.unread = self.unread or ("" if media else _unread(said))
        self._sound += string(mapping(said.get("audio")).get("data"))
        self._has_refused = self._has_refused or bool(string(said.get("refusal")))
        self._has_begun = self._has_begun or bool(said) or bool(text)
        self._reason = string(choice.get("finish_reason")) or self._reason
        return events

    def _other_choices(self) -> list[Event]:
        """Returns what the other choices say; the first of them is the answer where none has 0."""
        by_index: dict[Any, list[Any]] = {}
        for piece in self._others:
            by_index.setdefault(piece.get("index"), []).append(piece)
        choices = list(by_index.values())
        events: list[Event] = []
        if choices and not self._has_begun and not self._reason:
            chosen = choices.pop(0)
            key = "delta" if "delta" in chosen[0] else "message"
            events += [event for each in chosen for event in self._choice(each, key)]
        texts = ("".join(_words_of(piece) for piece in each) for each in choices)
        return events + [OtherAnswer(text) for text in texts if text]

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

    def _spoken(self) -> list[Event]:
        """Returns the sound of an answer that was spoken, which comes in pieces of base64."""
        media = media_of("", self._sound)
        if self._sound and media is None:
            self.unread = self.unread or "sound"
        return [MediaReady(media)] if media is not None else []

    def _finish(self) -> list[Event]:
        if self.complete:
            return []
        if self._reason == "error":
            raise ProviderError("the provider behind the answer failed", type="error")
        self.complete = True
        events = self._other_choices()
        events += self._reasoning()
        events += self._spoken()
        events += self._calls.events()
        reason = _STOP_REASONS.get(self._reason or "stop", "other")
        if reason == "end_turn":  # "stop" is also said of refusals and, by some, of calls
            reason = "tool_use" if self._calls else "refusal" if self._has_refused else reason
        events.append(Finished(reason))
        return events


def _text(content: Any) -> str:
    if isinstance(content, list):  # Mistral's reasoning models send parts
        return "".join(string(mapping(part).get("text")) for part in content)
    return string(content)


def _other_text(choice: Any, said: Any) -> str:
    """Returns words where text completions have them, or the words of what is spoken."""
    return string(choice.get("text")) or string(mapping(said.get("audio")).get("transcript"))


def _words_of(choice: Any) -> str:
    said = mapping(choice.get("delta")) or mapping(choice.get("message"))
    return _text(said.get("content")) or string(said.get("refusal")) or string(choice.get("text"))


def _pictures_of(said: Any) -> list[Media]:
    """Returns the pictures of a piece of a message, which stand in it as data URLs."""
    parts = [*sequence(said.get("images")), *sequence(said.get("content"))]
    found = []
    for part in map(mapping, parts):
        url = part.get("image_url")
        media = media_of_url(string(mapping(url).get("url")) or string(url))
        if media is not None:
            found.append(media)
    return found


def _unread(said: Any) -> str:
    """Returns what a piece of a message holds that nobody here can read, in words."""
    kinds = {string(mapping(part).get("type")) for part in sequence(said.get("content"))}
    if sequence(said.get("images")) or kinds & {"image_url", "image", "output_image"}:
        return "an image"
    return ""


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
    written = count(details.get("cache_write_tokens"))
    sent, answered = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    # xAI counts the tokens of the reasoning apart; the total shows it.
    thought = count(mapping(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    apart = thought and count(usage.get("total_tokens")) == sent + answered + thought
    searches = count(mapping(usage.get("server_tool_use")).get("web_search_requests"))
    said = answered + (thought if apart else 0)
    return Usage(sent, said, cached, written, searches, charged_usd=number(usage.get("cost")))


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


DIALECT: Final = Dialect(
    "openai",
    build_request,
    Decoder,
    SseDecoder,
    read_error,
    newer="openai-responses",
    needs_newer=needs_responses,
    other_headers=("http-referer", "x-title"),
)
