"""Asks a model: sends the request through a transport, and yields events while the reply arrives.

Bytes are framed into records, records decoded into events, events folded by whoever wants a whole
reply; each step lives in its own module. Here they are joined, and everything that can go wrong
becomes a `ModelError` that keeps the text which had arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, Final, Literal, Protocol

from lispcore.llm.advice import advice_for, unreachable_advice
from lispcore.llm.call_ids import with_call_ids
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.events import (
    Event,
    Finished,
    Reply,
    ReplyBuilder,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
)
from lispcore.llm.failures import (
    ConnectionFailed,
    ConnectionLost,
    InvalidRequest,
    MalformedReply,
    ModelError,
    ProviderError,
    TimedOut,
    Truncated,
)
from lispcore.llm.format_choice import FormatChoice
from lispcore.llm.framing import JsonLinesDecoder, Record
from lispcore.llm.http import HttpRequest, HttpResponse
from lispcore.llm.image_limits import fit_images
from lispcore.llm.inspection import REDACTED, CallRecord
from lispcore.llm.providers.dialect import (
    BuiltIn,
    Dialect,
    ErrorDetail,
    ReplyDecoder,
    parse_json,
)
from lispcore.llm.refusals import Adaptation, known_refusals, remember_refusals
from lispcore.llm.requests import Request, Settings, is_chat
from lispcore.llm.retry_hints import hinted_seconds
from lispcore.llm.split_characters import CharacterJoiner
from lispcore.llm.stop_sequences import cut_at
from lispcore.llm.think_blocks import without_think_blocks
from lispcore.llm.tool_names import ToolNames
from lispcore.llm.unsent import unsent_options
from lispcore.llm.wire_formats import DIALECTS

# An error is read to be shown: what is longer is a page of HTML. A reply may hold images.
MAX_ERROR_BYTES: Final = 64 * 1024
MAX_REPLY_BYTES: Final = 64 * 1024 * 1024
# In a stream the words of an answer come in records of some hundred bytes each.
MAX_STREAM_BYTES: Final = 256 * 1024 * 1024
# A request is changed at most so often for what a server refused: each refusal names one thing,
# and no model refuses more of them than there are options.
_MAX_ADAPTATIONS: Final = 5


class Transport(Protocol):
    """The part of a host that a model call needs; `lispcore.tasks.host.Host` is one."""

    name: str

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request; returns once status and headers are there."""
        ...

    def record(self, event: Mapping[str, Any]) -> None:
        """Takes note of a call for the inspector."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    def now(self) -> float:
        """Returns seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Returns seconds of a clock that never goes back."""
        ...

    def check(self) -> None:
        """Raises if the user pressed Stop."""
        ...


def ask(request: Request, settings: Settings, transport: Transport) -> Reply:
    """Returns the whole reply to a request."""
    builder = ReplyBuilder(request.model or settings.model)
    for event in stream_events(request, settings, transport):
        builder.add(event)
    return builder.reply()


def stream_events(
    request: Request, settings: Settings, transport: Transport, notes: Iterable[str] = ()
) -> Generator[Event, None, None]:
    """Yields what arrives; ends after a whole reply, and raises `ModelError` otherwise.

    Whoever stops iterating aborts the request by closing the generator. `notes` go into the
    record of the call.
    """
    names = ToolNames(request)
    model = request.model or settings.model
    call = CallRecord(transport, settings, model)
    call.notes.extend(notes)
    builder = ReplyBuilder(model)
    calls: list[ToolCallReady] = []
    # Stays until the end is reached: Stop and a failing listener leave from the middle.
    problem: ModelError | Literal["stopped"] | None = "stopped"
    sent = with_call_ids(names.to_wire(request))
    wire_events = _wire_events(sent, settings, transport, call)
    try:
        with closing(wire_events):
            for wire_event in _with_whole_characters(wire_events):
                event = names.from_wire(wire_event)
                builder.add(event)
                call.note_event(event)
                if isinstance(event, ToolCallReady):
                    calls.append(event)
                yield event
        _check_answer(builder, bool(calls), call)
        if is_chat(request) and builder.says_nothing and not calls:
            call.notes.append("the model ended its turn without a word")
        if request.shows_thoughts and not builder.thinking:
            call.notes.append("no thoughts came with the answer")
        problem = None
    except ModelError as error:
        _complete_error(error, builder.text, model, settings, transport)
        problem = error
        raise
    finally:
        call.end(builder, calls, problem)


def _check_answer(builder: ReplyBuilder, asks_for_tools: bool, call: CallRecord) -> None:
    """Raises for a reply without an answer, and notes what of an answer cannot be read."""
    is_empty = not builder.text and not builder.media and not asks_for_tools
    if call.unread and is_empty:
        raise ProviderError(
            f"the model answered with {call.unread}, which cannot be read here",
            type="no-answer-unreadable",
            advice="ask it for text, or choose a model that answers with text",
        )
    if call.unread:
        call.notes.append(f"the answer also held {call.unread}, which was left out")
    if is_empty and builder.stop_reason in _NO_ANSWER:
        message = _NO_ANSWER[builder.stop_reason]
        raise ProviderError(message, type=f"no-answer-{builder.stop_reason}")


_NO_ANSWER: Final = {
    "refusal": "the model refused to answer",
    "max_tokens": "the model reached its limit of tokens before it answered",
    "other": "the model ended without an answer",
}


def deliver(
    request: Request,
    settings: Settings,
    transport: Transport,
    emit: Callable[[Event], None],
    notes: Iterable[str] = (),
) -> None:
    """Hands each event to `emit` as it arrives; returns after a whole reply, raises otherwise.

    What `emit` raises ends the request. `notes` are as in `stream_events`.
    """
    with closing(stream_events(request, settings, transport, notes)) as events:
        for event in events:
            emit(event)


def _with_whole_characters(events: Iterator[Event]) -> Generator[Event, None, None]:
    text = CharacterJoiner()
    thoughts = CharacterJoiner()
    for event in events:
        if isinstance(event, TextDelta):
            event = TextDelta(text.feed(event.text))
        elif isinstance(event, ThinkingDelta):
            event = ThinkingDelta(thoughts.feed(event.text))
        elif isinstance(event, Finished):
            rest = text.finish()
            if rest:
                yield TextDelta(rest)
        if not isinstance(event, (TextDelta, ThinkingDelta)) or event.text:
            yield event


def _complete_error(
    error: ModelError, partial: str, model: str, settings: Settings, transport: Transport
) -> None:
    error.partial = error.partial or partial
    error.provider = error.provider or settings.provider
    error.message = error.message or f"the provider reported an error ({error.type})"
    key = settings.api_key
    if key and len(key) > 3 and key in error.message:  # some servers quote it
        error.message = error.message.replace(key, REDACTED)
    if error.advice:
        return
    if isinstance(error, ConnectionFailed):
        error.advice = unreachable_advice(settings, transport.name == "browser")
    elif isinstance(error, MalformedReply) and not error.partial:
        error.advice = f"check the base URL: {settings.base_url}"
    elif isinstance(error, (ConnectionLost, Truncated, TimedOut, MalformedReply)):
        error.advice = "try again; what had arrived is kept in :partial"
    elif isinstance(error, ProviderError):
        error.advice = advice_for(settings, model, error.status, error.type, error.message)


def _wire_events(
    request: Request, settings: Settings, transport: Transport, call: CallRecord
) -> Generator[Event, None, None]:
    dialect = DIALECTS[settings.dialect]
    if isinstance(dialect, BuiltIn):
        call.start(None, dialect.describe_request(request))
        yield from dialect.stream_events(request, transport)
        return
    response, sent, dialect = _open(dialect, request, settings, transport, call)
    try:
        decoder = dialect.new_decoder()
        events = without_think_blocks(_read_reply(response, dialect, decoder, transport))
        if request.stop_sequences and ("stop" in sent.refused or not dialect.takes_stop):
            events = cut_at(request.stop_sequences, events)
        yield from events
        call.unread = decoder.unread
        # Some hosts keep the connection for the next call, though its last bytes are not here yet.
        # One that still writes, past a stop sequence, is cut off: each further word costs.
        leave = getattr(response, "leave", None)
        if leave is not None and decoder.complete:
            leave()
    finally:
        response.close()


def _open(
    dialect: Dialect,
    request: Request,
    settings: Settings,
    transport: Transport,
    call: CallRecord,
) -> tuple[HttpResponse, Request, Dialect]:
    """Returns a reply with status 2xx, the request as it was sent in the end, and its wire format.

    A server that names an optional parameter which it does not take is asked again without it, one
    that asks for the newer wire format in that; the record of the call says so.
    """
    model = request.model or settings.model
    if not model:
        raise InvalidRequest(
            f"no model is chosen for {settings.provider}",
            advice='name one: {:model "…"}, or :default-model in llm/configure',
        )
    _check_place(settings, transport)
    asked = fit_images(request, settings, transport, call.notes.append)
    known = known_refusals(transport, settings, model)
    adaptation = Adaptation(asked, known)
    choice = FormatChoice(dialect, adaptation.request, settings, known)

    def build(request: Request) -> HttpRequest:
        return replace(choice.dialect.build_request(request, settings), tags=call.tags)

    http = build(adaptation.request)
    call.start(http)
    try:
        for _ in range(_MAX_ADAPTATIONS):
            transport.check()
            response = transport.fetch(http)
            call.status = response.status
            if 200 <= response.status < 300:
                learned = adaptation.refusals + choice.refusals()
                if learned != known:
                    remember_refusals(transport, settings, model, learned)
                return response, adaptation.request, choice.dialect
            error = _status_error(response, choice.dialect, transport.now())
            note = choice.learn(error)
            if note:
                adaptation.notes.append(note)
            else:
                error = choice.come_back(error)
                body = build(adaptation.request).body
                if not adaptation.learn(error, body, lambda each: build(each).body):
                    raise error
            http = build(adaptation.request)
        raise error
    finally:
        call.notes.extend(adaptation.notes)
        call.notes.extend(unsent_options(choice.dialect, adaptation.request, settings))


def _check_place(settings: Settings, transport: Transport) -> None:
    """Raises where a provider has no address yet, or cannot be asked from here."""
    if not settings.base_url:
        raise InvalidRequest(
            f"{settings.provider} has an address for each account, and none is known here",
            advice=f'(llm/configure :{settings.provider} {{:base-url "https://…"}})',
        )
    listed = PROVIDERS.get(settings.provider)
    if transport.name == "browser" and listed and listed.signs and settings.api_key is None:
        raise InvalidRequest(
            f"{listed.title} cannot be asked from a web page: it wants requests that are signed "
            "with the account of a cloud",
            advice="run the program on the terminal, or choose another provider",
        )


def _status_error(response: HttpResponse, dialect: Dialect, now: float) -> ProviderError:
    """Returns the error of a reply with a status other than 2xx; reads and closes it."""
    try:
        body = _read_some(response, MAX_ERROR_BYTES)
    except ModelError:
        body = b""  # the status alone must do
    finally:
        response.close()
    text = body.decode("utf-8", "replace").strip()
    status = response.status
    if 300 <= status < 400:
        message = "the server redirects elsewhere, and keys do not follow redirects"
        return ProviderError(message, status=status, type="redirect")
    detail = _error_detail(text, dialect)
    said = f": {detail.message}" if detail.message else ""
    named = detail.type if detail.type != "error" else ""
    return ProviderError(
        f"HTTP {status}{said}",
        status=status,
        type=named or _REASONS.get(status, detail.type),
        retry_after=hinted_seconds(response.headers, _json_or_text(text), now),
        parameter=detail.parameter,
        retryable=_SHOULD_RETRY.get(response.headers.get("x-should-retry", "").lower()),
    )


# What a status means, where the provider gives the error no name.
_REASONS: Final = {
    400: "bad-request",
    401: "unauthorized",
    402: "no-credit",
    403: "forbidden",
    404: "not-found",
    408: "request-timeout",
    413: "too-large",
    422: "bad-request",
    429: "rate-limited",
    500: "server-error",
    502: "bad-gateway",
    503: "unavailable",
    504: "gateway-timeout",
    529: "overloaded",
}

# Some servers say themselves whether another attempt makes sense.
_SHOULD_RETRY: Final = {"true": True, "false": False}


def _json_or_text(text: str) -> Any:
    try:
        return parse_json(text)
    except MalformedReply:
        return text


def _error_detail(text: str, dialect: Dialect) -> ErrorDetail:
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]{1,200})", text, re.IGNORECASE)
        shown = f" titled “{title.group(1).strip()}”" if title else ""
        return ErrorDetail("html", f"a web page{shown} instead of a model's reply")
    try:
        value = parse_json(text)
    except MalformedReply:
        return ErrorDetail("", text[:300])
    return dialect.read_error(value) or ErrorDetail("", text[:300])


def _read_some(response: HttpResponse, limit: int) -> bytes:
    pieces = []
    size = 0
    for chunk in response.chunks():
        pieces.append(chunk)
        size += len(chunk)
        if size > limit:
            break
    return b"".join(pieces)[:limit]


def _read_reply(
    response: HttpResponse, dialect: Dialect, decoder: ReplyDecoder, transport: Transport
) -> Generator[Event, None, None]:
    """Yields the events of a reply with status 2xx, streamed or whole."""
    chunks = response.chunks()
    start = b""
    for chunk in chunks:
        transport.check()
        start += chunk
        if start.lstrip(b"\xef\xbb\xbf \t\r\n"):
            break
    form = _form_of(response, start, dialect)
    if dialect.answers_in_bytes and form != "html":
        yield from decoder.read_bytes(start + _rest(chunks, MAX_REPLY_BYTES, transport))
        return
    if form == "html":
        text = (start + _rest(chunks, MAX_ERROR_BYTES, transport)).decode("utf-8", "replace")
        raise MalformedReply("got " + _error_detail(text.strip(), dialect).message)
    if form == "whole":
        yield from _whole_events(start, chunks, dialect, decoder, transport)
    else:
        yield from _streamed_events(start, chunks, dialect, decoder, transport)


def _form_of(response: HttpResponse, start: bytes, dialect: Dialect) -> str:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"<" or (kind == "text/html" and first not in (b"{", b"d", b"e", b":")):
        return "html"
    # JSON lines begin like JSON, too; there a whole reply is a stream of one line.
    if first in (b"{", b"[") and dialect.new_framing is not JsonLinesDecoder:
        return "whole"
    return "stream"


def _rest(chunks: Iterator[bytes], limit: int, transport: Transport) -> bytes:
    pieces = []
    size = 0
    for chunk in chunks:
        transport.check()
        pieces.append(chunk)
        size += len(chunk)
        if size > limit:
            break
    return b"".join(pieces)


def _whole_events(
    start: bytes,
    chunks: Iterator[bytes],
    dialect: Dialect,
    decoder: ReplyDecoder,
    transport: Transport,
) -> Generator[Event, None, None]:
    body = start + _rest(chunks, MAX_REPLY_BYTES, transport)
    text = body.decode("utf-8-sig", "replace")
    try:
        value = parse_json(text)
    except MalformedReply as error:
        raise Truncated("the reply is JSON that breaks off or is damaged") from error
    detail = dialect.read_error(value)
    if detail is not None:
        raise ProviderError(detail.message, type=detail.type)
    yield from decoder.read_whole(value)
    if not decoder.complete:
        raise Truncated("the reply does not say that it is finished")


def _streamed_events(
    start: bytes,
    chunks: Iterator[bytes],
    dialect: Dialect,
    decoder: ReplyDecoder,
    transport: Transport,
) -> Generator[Event, None, None]:
    framing = dialect.new_framing()
    chunks = _bounded(chunks)
    # A record that closes the answer closes for good, and a server may then keep the connection
    # open: only some formats have more to say.
    reads_on = dialect.reads_on
    yield from _decoded(framing.feed(start), decoder, reads_on)
    try:
        while not decoder.closed if reads_on else not decoder.complete:
            transport.check()
            chunk = next(chunks, None)
            if chunk is None:
                break
            yield from _decoded(framing.feed(chunk), decoder, reads_on)
    except ConnectionLost:
        if not decoder.complete:
            # Words whose record lacks only its end have arrived, too.
            with suppress(MalformedReply):
                yield from _decoded(framing.finish(), decoder, reads_on)
            if not decoder.complete:
                raise
    if not decoder.complete:
        try:
            yield from _decoded(framing.finish(), decoder, reads_on)
        except MalformedReply as error:
            raise Truncated("the stream broke off within a record") from error
    if not decoder.complete:
        yield from decoder.read_end()
    if not decoder.complete:
        raise Truncated("the stream ended before the reply was complete")


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yields what arrives, until it is more than any answer."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_STREAM_BYTES:
            raise MalformedReply(f"the stream goes on after {MAX_STREAM_BYTES >> 20} MB")
        yield chunk


def _decoded(
    records: list[Record], decoder: ReplyDecoder, reads_on: bool
) -> Generator[Event, None, None]:
    for record in records:
        if decoder.complete and not reads_on:
            return
        if record.data.strip():  # empty ones keep the connection open
            yield from decoder.read(record)
