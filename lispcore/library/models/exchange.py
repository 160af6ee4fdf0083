"""One exchange with a model: ask the chosen provider, show the words, run the tools."""

from __future__ import annotations

from collections.abc import Callable, Generator

from lispcore import context
from lispcore.calls import call
from lispcore.library.models.defined_providers import ask_lisp_provider
from lispcore.library.models.options import Options
from lispcore.library.models.session import (
    LispProvider,
    ModelSession,
    lisp_error,
    model_session,
)
from lispcore.library.tools import LispTool, run_tool
from lispcore.llm.advice import missing_key_advice
from lispcore.llm.catalog import PROVIDERS, origin_of
from lispcore.llm.client import stream_events
from lispcore.llm.errors import ModelError
from lispcore.llm.events import Event, ReplyBuilder, TextDelta
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.requests import Request, Settings
from lispcore.llm.tool_loop import Exchange, run_exchange
from lispcore.values import Value

EventListener = Callable[[Event], None]
ToolRunner = Callable[[dict[str, LispTool], ToolCall], ToolResult]


def ask(
    messages: tuple[Message, ...],
    options: Options,
    on_event: EventListener | None = None,
    runner: ToolRunner = run_tool,
    *,
    stop_at_limit: bool = False,
) -> Exchange:
    """Returns what the default provider answers, tools run; raises `LispError` if it does not.

    `runner` calls a tool by its name; `stop_at_limit` is as in `run_exchange`.
    """
    session = model_session()
    request = _request(messages, options)
    try:
        if options.tools and options.tool_mode == "auto":
            tools = options.tools
            exchange = run_exchange(
                request,
                _events_from_provider,
                lambda wanted: runner(tools, wanted),
                on_event,
                options.max_tool_rounds,
                stop_at_limit=stop_at_limit,
            )
        else:
            exchange = _ask_once(request, on_event)
    except ModelError as error:
        raise lisp_error(error) from error
    session.note_usage(exchange.usage, exchange.reply.model)
    return exchange


def _request(messages: tuple[Message, ...], options: Options) -> Request:
    return Request(
        messages,
        options.model,
        options.system,
        options.max_tokens,
        options.temperature,
        options.stop_sequences,
        tuple(tool.as_tool() for tool in options.tools.values()),
        options.reasoning_effort,
        options.timeout,
    )


def _ask_once(request: Request, on_event: EventListener | None) -> Exchange:
    """Returns the answer to one request; calls of tools that it holds are not made."""
    builder = ReplyBuilder(request.model)
    events = _events_from_provider(request)
    try:
        for event in events:
            builder.add(event)
            if on_event is not None:
                on_event(event)
    finally:
        events.close()
    reply = builder.reply()
    return Exchange(reply, (*request.messages, reply.message), reply.usage)


def _events_from_provider(request: Request) -> Generator[Event, None, None]:
    """Returns what the default provider answers to a request, as it arrives."""
    session = model_session()
    provider = session.default_provider()
    if isinstance(provider, LispProvider):
        # Asked here and not in a generator: Lisp functions are called from plain frames only.
        return _given(ask_lisp_provider(provider, request))
    _check_key(session, provider)
    return stream_events(request, provider, context.host())


def _given(events: list[Event]) -> Generator[Event, None, None]:
    yield from events


def _check_key(session: ModelSession, settings: Settings) -> None:
    """Raises the error for a key that is certainly missing, before anything is sent."""
    listed = PROVIDERS.get(settings.provider)
    if settings.api_key is not None or listed is None or not listed.needs_key:
        return
    entry = session.host_providers().get(settings.provider) or {}
    at_home = origin_of(settings.base_url) == origin_of(listed.base_url)
    if at_home and not entry.get("has_key"):
        raise ModelError(
            f"there is no API key for {listed.title}",
            provider=settings.provider,
            type="missing-key",
            advice=missing_key_advice(settings.provider),
        )


def text_listener(callback: Value) -> EventListener:
    """Returns a listener that hands each piece of text to a callback, or prints it without one."""
    host = context.host()

    def listen(event: Event) -> None:
        if isinstance(event, TextDelta):
            if callback is None:
                host.write(event.text, "stream")
            else:
                call(callback, event.text)

    return listen
