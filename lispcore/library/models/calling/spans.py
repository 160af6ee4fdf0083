"""Tracing: which span is under way, what it belongs to, and where finished spans go.

It is off until `otel/configure` or the environment names a place (``OTEL_EXPORTER_OTLP_ENDPOINT``,
``SEMA_OTEL_FILE``). Nothing here changes what a program computes: a place that cannot be written or
reached costs one warning.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.files import file_system
from lispcore.llm.failures import ModelError
from lispcore.llm.http import HttpRequest
from lispcore.llm.tracing import INTERNAL, Span, headers_from_text, new_span, otlp_body, span_record
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.version import VERSION

ENDPOINT_VARIABLE: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
FILE_VARIABLE: Final = "SEMA_OTEL_FILE"
DEFAULT_SERVICE: Final = "lispcore"
_CAPTURE_VARIABLES: Final = (
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
    "SEMA_OTEL_CAPTURE_CONTENT",
)
_TIMEOUT_SECONDS: Final = 3.0
# Of a message in an attribute, if messages are recorded at all.
MAX_CONTENT: Final = 8_000
_MAX_WAITING: Final = 2_000  # spans of a trace that has not ended yet


@dataclass(frozen=True, slots=True)
class Destination:
    """Where spans go and what they say about the program; empty fields say nothing."""

    endpoint: str = ""
    file: str = ""
    to_console: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    service: str = DEFAULT_SERVICE
    environment: str = ""
    release: str = ""
    captures_content: bool = False
    timeout_seconds: float = _TIMEOUT_SECONDS

    @property
    def is_somewhere(self) -> bool:
        """Whether there is a place at all."""
        return bool(self.endpoint or self.file or self.to_console)

    def resource(self) -> dict[str, Any]:
        """Returns the attributes of the program as a whole."""
        named = {
            "service.name": self.service,
            "service.version": self.release,
            "deployment.environment.name": self.environment,
            "telemetry.sdk.name": "lispcore",
            "telemetry.sdk.language": "lisp",
        }
        return {name: value for name, value in named.items() if value}


@dataclass(slots=True)
class Tracer:
    """Tracing in one interpreter; `destination` is None while it is off."""

    destination: Destination | None = None
    waiting: list[Span] = field(default_factory=list)
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Grouping:
    """What spans belong to together; "" where nothing is said."""

    conversation: str = ""
    session: str = ""
    user: str = ""

    def attributes(self) -> dict[str, str]:
        """Returns what each span of the group carries."""
        named = {
            "gen_ai.conversation.id": self.conversation,
            "session.id": self.session or self.conversation,
            "user.id": self.user,
        }
        return {name: value for name, value in named.items() if value}


current_span: ContextVar[Span | None] = ContextVar("span", default=None)
_NO_GROUP: Final = Grouping()
grouping: ContextVar[Grouping] = ContextVar("span grouping", default=_NO_GROUP)
_tracers: WeakKeyDictionary[Any, Tracer] = WeakKeyDictionary()


def tracer() -> Tracer:
    """Returns the tracing of the running interpreter; the environment may have turned it on."""
    interpreter = context.interpreter()
    found = _tracers.get(interpreter)
    if found is None:
        found = _tracers[interpreter] = Tracer()
        wanted = from_environment()
        if wanted.is_somewhere:
            found.destination = wanted
    return found


def from_environment() -> Destination:
    """Returns what the environment says; it may name no place."""
    get = context.host().environment
    timeout = get("OTEL_EXPORTER_OTLP_TIMEOUT") or ""
    return Destination(
        get(ENDPOINT_VARIABLE) or "",
        get(FILE_VARIABLE) or "",
        headers=headers_from_text(get("OTEL_EXPORTER_OTLP_HEADERS") or ""),
        service=get("OTEL_SERVICE_NAME") or DEFAULT_SERVICE,
        environment=get("SEMA_OTEL_ENVIRONMENT") or "",
        release=get("SEMA_OTEL_RELEASE") or "",
        captures_content=any((get(name) or "").lower() == "true" for name in _CAPTURE_VARIABLES),
        timeout_seconds=int(timeout) / 1000 if timeout.isdigit() else _TIMEOUT_SECONDS,
    )


def captures_content() -> bool:
    """Tells whether prompts and answers may be written into spans."""
    destination = tracer().destination
    return destination is not None and destination.captures_content


def new_id() -> str:
    """Returns a fresh name for a conversation."""
    return "conv_" + os.urandom(8).hex()


# --- spans ----------------------------------------------------------------------------------------


class Spanning:
    """``with Spanning(name, attributes) as span:`` makes the span around its body.

    `span` is None while tracing is off. What leaves the body as an error marks the span as failed.
    With `group` the span and all within it belong to that; with `starts_conversation` they get a
    conversation of their own where there is none yet.
    """

    def __init__(
        self,
        name: str,
        attributes: dict[str, Any],
        kind: str = INTERNAL,
        *,
        group: Grouping | None = None,
        starts_conversation: bool = False,
    ) -> None:
        self._name = name
        self._attributes = attributes
        self._kind = kind
        self._group = group
        self._starts_conversation = starts_conversation
        self._span: Span | None = None
        self._tokens: Any = None

    def __enter__(self) -> Span | None:
        if tracer().destination is None:
            return None
        around = joined(grouping.get(), self._group)
        if self._starts_conversation and not around.conversation:
            around = replace(around, conversation=new_id())
        span = new_span(self._name, self._kind, context.host().now(), current_span.get())
        span.attributes.update(around.attributes())
        span.attributes.update(self._attributes)
        self._span = span
        self._tokens = (current_span.set(span), grouping.set(around))
        return span

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        span = self._span
        if span is None:
            return
        current_span.reset(self._tokens[0])
        grouping.reset(self._tokens[1])
        if error is not None and span.status != "ERROR":
            span.fail(*_described(error))
        span.end = context.host().now()
        finish(span)


def joined(around: Grouping, own: Grouping | None) -> Grouping:
    """Returns a grouping with what is said more closely in the place of what is said around it."""
    if own is None:
        return around
    return Grouping(
        own.conversation or around.conversation,
        own.session or around.session,
        own.user or around.user,
    )


def _described(error: BaseException) -> tuple[str, str]:
    if isinstance(error, LispError):
        return error.kind, error.message
    if isinstance(error, ModelError):
        return error.type or type(error).__name__, error.message
    if isinstance(error, Exception):
        explained = context.explained(error)
        return explained.kind, explained.message
    return "stopped", "the program was stopped"


# --- where they go --------------------------------------------------------------------------------


def finish(span: Span) -> None:
    """Hands a finished span to its destination."""
    state = tracer()
    destination = state.destination
    if destination is None or span.is_dropped:
        return
    if destination.file:
        _to_file(state, destination, span)
    if destination.to_console:
        context.host().write(_line(span), "err")
    if destination.endpoint and not state.is_broken:
        state.waiting.append(span)
        if not span.parent_id or len(state.waiting) >= _MAX_WAITING:
            _send(state, destination)


def _line(span: Span) -> str:
    milliseconds = round((span.end - span.start) * 1000)
    known = span.attributes
    tokens = ""
    if "gen_ai.usage.input_tokens" in known:
        used = known["gen_ai.usage.input_tokens"], known.get("gen_ai.usage.output_tokens", 0)
        tokens = f", {used[0]} -> {used[1]} tokens"
    failed = f", failed: {span.message}" if span.status == "ERROR" else ""
    return f"trace {span.trace_id[:8]} {span.name}: {milliseconds} ms{tokens}{failed}\n"


def _to_file(state: Tracer, destination: Destination, span: Span) -> None:
    import json

    try:
        file_system.make_folder_above(destination.file)
        text = json.dumps(span_record(span, destination.resource()), ensure_ascii=False)
        options = {"encoding": "utf-8", "errors": "replace"}
        with file_system.open_file(destination.file, "a", **options) as file:
            file.write(text + "\n")
    except OSError as error:
        _warn(state, f"{destination.file} cannot be written: {error.strerror or error}")


def _send(state: Tracer, destination: Destination) -> None:
    import json

    spans, state.waiting = state.waiting, []
    body = json.dumps(otlp_body(spans, destination.resource(), VERSION)).encode()
    url = destination.endpoint.rstrip("/")
    request = HttpRequest(
        url if url.endswith("/v1/traces") else url + "/v1/traces",
        "POST",
        (("content-type", "application/json"), *destination.headers),
        body,
        timeout_seconds=destination.timeout_seconds,
    )
    try:
        response = context.host().fetch(request)
        response.close()
    except ModelError as error:
        _warn(state, f"{url} cannot be reached: {error.message}")
        return
    if not 200 <= response.status < 300:
        _warn(state, f"{url} answers with HTTP {response.status}")


def _warn(state: Tracer, message: str) -> None:
    """Says once that spans are lost; a place on the network is then left alone."""
    if not state.is_broken:
        context.host().write(f"warning: traces are lost: {message}\n", "err")
    state.is_broken = True
