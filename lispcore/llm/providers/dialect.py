"""What every provider's translator offers, and the small pieces that they share.

A wire format is a `Dialect`: how to build a request, how to read a stream, how to read an error.
None of it opens a connection, reads a clock or knows a key that the host holds. All of them stand
in the table of `wire_formats.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from itertools import count as numbers
from typing import Any, Final, Protocol

from lispcore.llm.event_frames import EventFrames
from lispcore.llm.events import Event, OddsReport, TokenOdds
from lispcore.llm.failures import InvalidRequest, MalformedReply
from lispcore.llm.framing import JsonLinesDecoder, Record, SseDecoder
from lispcore.llm.http import Credential, HttpRequest
from lispcore.llm.json_values import read_json
from lispcore.llm.messages import Media, Message, ToolCall, ToolResult
from lispcore.llm.requests import Request, Settings
from lispcore.llm.split_characters import joined


class ReplyDecoder:
    """Turns the records of one reply into events.

    `complete`: the record that closes a reply has been seen. `closed`: nothing that matters can
    follow it, even in a format that reads on. `unread` says in words what the reply
    holds that nobody here can read ("an image"), "" for nothing.
    """

    def __init__(self) -> None:
        self.complete = False
        self.closed = False
        self.unread = ""

    def read(self, record: Record) -> list[Event]:
        """Returns what one stream record says; raises `ProviderError` for an error in it."""
        raise NotImplementedError

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a reply that came as one JSON value says."""
        raise NotImplementedError

    def read_bytes(self, body: bytes) -> list[Event]:
        """Returns what a reply says that is no text, but a file."""
        raise NotImplementedError

    def read_end(self) -> list[Event]:
        """Returns what a stream adds that ends cleanly and without its closing record.

        Unless that makes the reply complete, the stream was truncated.
        """
        return []


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """A provider's error, taken out of its JSON: type, text, and the parameter it blames."""

    type: str
    message: str
    parameter: str = ""


def _never(request: Request, settings: Settings) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Dialect:
    """One wire format. `read_error` finds the error in a JSON value, or None.

    `usual_effort` is the reasoning effort of a request that names none, where that is known.
    `reads_on`: records may follow the one that closes the answer. `may_lack_batches`: some servers
    do not know the method for several texts at once. `takes_stop`: the request can name texts at
    which the answer ends.

    `newer` is the wire format in which some models must be asked instead: where `needs_newer` says
    so, given the request, and where a server does. `other_headers` are those that a program may
    add where a key of the visitor's goes along. `answers_in_bytes`: a reply is a file.
    """

    name: str
    build_request: Callable[[Request, Settings], HttpRequest]
    new_decoder: Callable[[], ReplyDecoder]
    new_framing: Callable[[], SseDecoder | JsonLinesDecoder | EventFrames]
    read_error: Callable[[Any], ErrorDetail | None]
    reads_on: bool = False
    may_lack_batches: bool = False
    usual_effort: str = ""
    takes_stop: bool = True
    newer: str = ""
    needs_newer: Callable[[Request, Settings], bool] = _never
    other_headers: tuple[str, ...] = ()
    answers_in_bytes: bool = False


class Pacing(Protocol):
    """The part of a host that a built-in model needs."""

    def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    def check(self) -> None:
        """Raises if the user pressed Stop."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A model that answers here, without a server. `describe_request` serves the call's record."""

    name: str
    describe_request: Callable[[Request], str]
    stream_events: Callable[[Request, Pacing], Generator[Event, None, None]]


def json_request(
    url: str,
    headers: list[tuple[str, str]],
    body: Mapping[str, Any],
    key: tuple[str, str],
    request: Request,
    settings: Settings,
) -> HttpRequest:
    """Returns the POST of a JSON body. `key` is the header for the key and what stands before it.

    A key that the program brought is put in here; otherwise the host is told which one to add.
    Texts that are `Base64` come into the body without a copy of their own. What the program adds
    to bodies and headers is added here, whatever the wire format.
    """
    header, prefix = key
    headers = [*headers, *settings.headers, *request.headers]
    for added in (settings.extra_body, request.extra_body):
        body = merged(body, added or {})
    credential = None
    if settings.api_key is None:
        credential = Credential(settings.provider, header, prefix)
    elif settings.api_key:
        headers = [*headers, (header, prefix + _header_value(settings))]
    return HttpRequest(
        url,
        "POST",
        (("content-type", "application/json"), *headers),
        encode_body(body),
        credential,
        request.timeout_seconds,
    )


def merged(body: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a JSON object with the members of another, which go before; inner ones likewise."""
    result = dict(body)
    for name, value in added.items():
        before = result.get(name)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            result[name] = merged(before, value)
        else:
            result[name] = value
    return result


def _header_value(settings: Settings) -> str:
    key = (settings.api_key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise InvalidRequest(
            "the API key holds characters that no key has",
            provider=settings.provider,
            advice="copy the key again, without line breaks and quotation marks",
        )
    return key


_VERSION: Final = re.compile(r"(v\d\w*|api)$")


def endpoint(base_url: str, version: str, path: str, *, version_in_base: bool = False) -> str:
    """Returns the address of `path` ("/messages") below `base_url`.

    A base that ends in a version segment, or in `path` itself, is taken at its word; otherwise
    `version` ("/v1") goes between. With `version_in_base` that is done for bare hosts only: it is
    the custom of a provider that its base addresses name their version, whatever that looks like.
    """
    base, mark, query = base_url.strip().partition("?")
    base = base.rstrip("/")
    if not base.endswith(path):
        has_path = "/" in base.partition("://")[2]
        if not _VERSION.search(base.rpartition("/")[2]) and not (version_in_base and has_path):
            base += version
        base += path
    return base + mark + query


def parse_object(record: Record) -> dict[str, Any]:
    """Returns the JSON object of a stream record."""
    value = parse_json(record.data)
    if not isinstance(value, dict):
        raise MalformedReply("a record of the stream is not a JSON object")
    return value


def parse_json(text: str) -> Any:
    """Returns a JSON text's value."""
    try:
        return read_json(text)
    except ValueError as problem:
        raise MalformedReply(f"a record of the stream is not JSON: {text[:80]!r}") from problem


def parse_arguments(text: str) -> tuple[dict[str, Any], str]:
    """Returns a tool call's arguments and "", or {} and the text that is no JSON object."""
    if not text.strip():
        return {}, ""
    try:
        value = read_json(joined(text))
    except ValueError:
        return {}, text
    if value is None:
        return {}, ""
    return (value, "") if isinstance(value, dict) else ({}, text)


@dataclass(frozen=True, slots=True)
class Base64:
    """A text of a JSON body: `prefix`, then `data` as base64 without line breaks (RFC 4648, 4)."""

    data: bytes
    prefix: str = ""


# A multiple of three: the base64 of the pieces is then that of the whole.
_PIECE_BYTES: Final = 3 * 2**16


def encode_body(body: Mapping[str, Any]) -> bytes:
    """Returns JSON in UTF-8 in which each `Base64` is a text.

    An image of 20 MB is written straight into the body: beside it and the body there is no copy.
    """
    from binascii import b2a_base64
    from io import BytesIO

    pieces, found = _split_at_media(body)
    buffer = BytesIO()
    for piece, media in zip(pieces, [*found, None], strict=True):
        buffer.write(piece.encode("utf-8", "replace"))
        if media is None:
            break
        buffer.write(f'"{media.prefix}'.encode())
        view = memoryview(media.data)
        for start in range(0, len(view), _PIECE_BYTES):
            buffer.write(b2a_base64(view[start : start + _PIECE_BYTES], newline=False))
        buffer.write(b'"')
    return buffer.getvalue()  # the buffer itself, no copy of it


def _split_at_media(body: Mapping[str, Any]) -> tuple[list[str], list[Base64]]:
    """Returns the JSON text before, between and after the `Base64` in it, and those."""
    # A text of the program may be what stands for them: then something else does.
    for attempt in numbers():
        pieces, found = _split_at(f"base64-{attempt}", body)
        if len(pieces) == len(found) + 1:
            break
    return pieces, found


def _split_at(mark: str, body: Mapping[str, Any]) -> tuple[list[str], list[Base64]]:
    import json

    found: list[Base64] = []

    def stand_in(value: Any) -> str:
        if not isinstance(value, Base64):
            raise TypeError(f"a {type(value).__name__} in a JSON body")
        found.append(value)
        return mark

    text = json.dumps(body, ensure_ascii=False, allow_nan=False, default=stand_in)
    return text.split(f'"{mark}"'), found


# No real count of tokens is near it; above it a float no longer tells whole numbers apart.
_MAX_COUNT: Final = 1e15


def count(value: Any) -> int:
    """Returns a count that may be missing or null, or written as 12.0."""
    return int(value) if isinstance(value, (int, float)) and 0 < value < _MAX_COUNT else 0


def odds_of(entries: Any) -> list[Event]:
    """Returns how likely tokens were, from OpenAI's list of them."""
    tokens = tuple(
        TokenOdds(
            string(mapping(each).get("token")),
            number(mapping(each).get("logprob")),
            tuple(
                (string(mapping(other).get("token")), number(mapping(other).get("logprob")))
                for other in sequence(mapping(each).get("top_logprobs"))
            ),
        )
        for each in sequence(entries)
    )
    return [OddsReport(tokens)] if tokens else []


def number(value: Any) -> float:
    """Returns a number that may be missing or null."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def in_words(media_type: str) -> str:
    """Returns what a media type is, for `ReplyDecoder.unread`."""
    kinds = {"image": "an image", "audio": "sound", "video": "a video"}
    return kinds.get(media_type.partition("/")[0], f"a file ({media_type})")


def mapping(value: Any) -> Mapping[str, Any]:
    """Returns a JSON object that may be missing or null, as a mapping."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Returns a JSON array that may be missing or null, as a list."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """Returns a JSON string that may be missing or null."""
    return value if isinstance(value, str) else ""


_PICTURE_ROLES: Final = ("user",)


def check_messages(
    request: Request, settings: Settings, document_parts: bool, takes: Collection[str] = ()
) -> None:
    """Raises `InvalidRequest` for what no provider or this one cannot take.

    `takes` are kinds of media beside images and documents: "audio", "video", or whole types.
    """
    if not any(message.role != "system" for message in request.messages):
        raise InvalidRequest(
            "there is nothing to answer: all messages are system messages",
            provider=settings.provider,
            advice='add a user message: (message :user "…")',
        )
    for message in request.messages:
        for media in (part for part in message.parts if type(part) is Media):
            _check_media(message, media, settings, document_parts, takes)


def _check_media(
    message: Message, media: Media, settings: Settings, documents: bool, takes: Collection[str]
) -> None:
    if message.role == "assistant":
        return  # a picture of an answer: whoever cannot take it back leaves it out
    kind = media.media_type.partition("/")[0]
    if kind in ("audio", "video"):
        if kind in takes or media.media_type in takes:
            return
        raise InvalidRequest(
            f"{settings.provider} takes no {kind} in messages ({media.media_type})",
            provider=settings.provider,
            type="unsupported-media",
            advice="Gemini takes sound and film, OpenAI sound as WAV or MP3; "
            "(llm/transcribe sound) makes words of sound",
        )
    if message.role not in _PICTURE_ROLES:
        raise InvalidRequest(
            f"an image can only stand in a user message, not in one of role {message.role}",
            provider=settings.provider,
            advice="use (message/with-image :user …)",
        )
    if not media.media_type.startswith("image/") and not documents:
        raise InvalidRequest(
            f"{settings.provider} takes images but no documents ({media.media_type})",
            provider=settings.provider,
            type="unsupported-media",
            advice="send the pages as PNG or JPEG images, or use Anthropic, OpenAI or Gemini",
        )


def shown_of(result: ToolResult, takes: Collection[str]) -> list[Media]:
    """Returns what of a tool's answer is no text and can be shown to a model.

    `takes` are kinds ("image") or whole types. The words of the answer name the rest.
    """
    return [
        media
        for media in result.media
        if media.media_type in takes or media.media_type.partition("/")[0] in takes
    ]


def check_server_tools(request: Request, settings: Settings, known: Collection[str]) -> None:
    """Raises `InvalidRequest` for a tool that the provider does not have."""
    for tool in request.server_tools:
        if tool.name not in known:
            has = " ".join(f":{name}" for name in known)
            raise InvalidRequest(
                f"{settings.provider} has no :{tool.name} of its own",
                provider=settings.provider,
                type="unsupported-server-tool",
                advice=f"it has {has}"
                if has
                else "ask Anthropic, OpenAI, Gemini, xAI or OpenRouter",
            )


_COMBINED: Final = ("anyOf", "oneOf", "allOf")
_NOT_ON_TOP: Final = (*_COMBINED, "not", "enum", "const", "if", "then", "else", "$ref")


def top_level_object(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the schema of a tool without what providers refuse at its top level.

    Members that only some alternatives have become members that may be there; which of them go
    together is checked when a call is there.
    """
    if not any(name in schema for name in _NOT_ON_TOP):
        return schema
    kept = {name: value for name, value in schema.items() if name not in _NOT_ON_TOP}
    members = dict(mapping(schema.get("properties")))
    parts = [mapping(part) for name in _COMBINED for part in sequence(schema.get(name))]
    for part in (*parts, _referred(schema)):
        for name, member in mapping(part.get("properties")).items():
            members.setdefault(name, member)
    return {"type": "object", **kept, "properties": members}


def _referred(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = schema
    steps = string(schema.get("$ref")).removeprefix("#/").split("/")
    for step in steps if "$ref" in schema else ():
        found = mapping(found).get(step)
    return mapping(found) if found is not schema else {}


def function_tools(request: Request) -> list[dict[str, Any]]:
    """Returns the tools in OpenAI's form, which others have taken over."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": top_level_object(tool.schema),
            },
        }
        for tool in request.tools
    ]


def system_text(request: Request) -> str:
    """Returns all system instructions as one text, for providers that keep them apart."""
    texts = [request.system] if request.system else []
    texts += [message.text for message in request.messages if message.role == "system"]
    return "\n\n".join(text for text in texts if text)


def calls_of(message: Message) -> list[ToolCall]:
    """Returns the tool calls among a message's parts."""
    return [part for part in message.parts if type(part) is ToolCall]
