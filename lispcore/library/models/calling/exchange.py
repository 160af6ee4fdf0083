"""One exchange with a model: ask the chosen provider, show the words, run the tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lispcore.library.models.calling.defined_providers import ask_lisp_provider
from lispcore.library.models.calling.fallback import current as current_chain
from lispcore.library.models.calling.fallback import fall_back, provider_to_ask
from lispcore.library.models.calling.interception import intercept
from lispcore.library.models.calling.layers import Call, Emit, Labels, Layer, chain
from lispcore.library.models.calling.ledger import Ledger
from lispcore.library.models.calling.model_session import (
    LispProvider,
    ModelSession,
    lisp_error,
    model_session,
    sample,
    stated_model,
)
from lispcore.library.models.calling.options import Options
from lispcore.library.models.calling.rate_limit import limit_rate
from lispcore.library.models.calling.retry import retry
from lispcore.library.models.calling.spending import within_budget, within_visitors_budget
from lispcore.library.models.calling.taping import cache_layer, cassette_layer
from lispcore.library.models.calling.watching import watch, watched_exchange, watched_tools
from lispcore.library.models.tools import run_tool
from lispcore.library.showing.model_words import Piece, remember_reply
from lispcore.library.tasks.concurrency import run_bounded, tasks
from lispcore.llm.advice import missing_key_advice
from lispcore.llm.catalog import DEMO, PROVIDERS, origin_of
from lispcore.llm.client import deliver
from lispcore.llm.events import Event, ReplyBuilder, TextDelta, ThinkingDelta
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import Message, ToolResult
from lispcore.llm.requests import Request, Settings, is_chat
from lispcore.llm.tool_loop import (
    Around,
    Exchange,
    ask_enough,
    one_by_one,
    run_exchange,
    unobserved,
)
from lispcore.tasks import context
from lispcore.values.calls import call
from lispcore.values.types import Value

EventListener = Callable[[Event], None]
MAX_TOOLS_AT_ONCE: Final = 16


# Outermost first; what a layer is, and how to add one, stands in `layers.py`.
_LAYERS: Final[tuple[Layer, ...]] = (
    intercept,
    watch,
    cache_layer,
    within_budget,
    cassette_layer,
    within_visitors_budget,
    fall_back,
    retry,
    limit_rate,
)
# For embeddings and rankings: a chain of chat models is not for them.
LAYERS_WITHOUT_FALLBACK: Final = tuple(layer for layer in _LAYERS if layer is not fall_back)


def ask(
    messages: tuple[Message, ...],
    options: Options,
    on_event: EventListener | None = None,
    *,
    around_tools: Around = unobserved,
    stop_at_limit: bool = False,
    agent: str | None = None,
) -> Exchange:
    """Returns what the default provider answers, tools run; raises `LispError` if it does not.

    `around_tools` and `stop_at_limit` are as in `run_exchange`; `agent` is the name of the agent
    that asks, "" for one without a name.
    """
    runs_tools = bool(options.tools) and options.tool_mode == "auto"
    labels = labels_of(options, agent)
    with watched_exchange(labels, in_turns=agent is not None or runs_tools):
        return _ask(messages, options, on_event, around_tools, stop_at_limit, labels)


def _ask(
    messages: tuple[Message, ...],
    options: Options,
    on_event: EventListener | None,
    around_tools: Around,
    stop_at_limit: bool,
    labels: Labels,
) -> Exchange:
    session = model_session()
    request = request_of(messages, options)
    on_event = _with_thoughts(options.on_thinking, on_event)
    costs: list[float | None] = []
    heard: list[ReplyBuilder] = []

    def send(request: Request, emit: Emit) -> None:
        provider = provider_to_ask(session, options.provider)
        turn = replace(labels, turn=len(costs) + 1) if costs else labels
        builder = ReplyBuilder()

        def note(event: Event) -> None:
            builder.add(event)
            emit(event)

        one = Call(
            request,
            provider,
            on_event is not None,
            options.max_retries,
            labels=turn,
            is_settled=bool(options.provider),
        )
        _ask_provider(one, note)
        costs.append(one.account.cost_usd)
        heard.append(builder)

    try:
        if options.tools and options.tool_mode == "auto":
            tools = options.tools
            exchange = run_exchange(
                request,
                send,
                lambda wanted: run_tool(tools, wanted),
                on_event,
                options.max_tool_rounds,
                stop_at_limit=stop_at_limit,
                run_all=_run_at_once,
                around=watched_tools(around_tools),
            )
        else:
            exchange = ask_enough(request, send, on_event)
    except ModelError as error:
        raise lisp_error(error) from error
    reason = exchange.reply.stop_reason
    for said in (exchange.reply.text, *exchange.reply.others):
        remember_reply(said)
    _enter(session.ledger, exchange, costs, heard)
    if reason in _WARNINGS and options.response_schema is None:  # else it becomes an error
        context.host().write(f"warning: {_WARNINGS[reason]}\n", "err")
    return exchange


def ask_again(request: Request, made: Call, provider: str = "") -> Exchange:
    """Returns the answer to a request that is like that of a call that was made; runs no tools.

    Without the name of a provider the same one is asked.
    """
    session = model_session()
    asked = provider_to_ask(session, provider) if provider else made.provider
    costs: list[float | None] = []
    heard: list[ReplyBuilder] = []

    def send(request: Request, emit: Emit) -> None:
        builder = ReplyBuilder()

        def note(event: Event) -> None:
            builder.add(event)
            emit(event)

        one = Call(request, asked, labels=Labels(made.labels.tags), is_settled=True)
        _ask_provider(one, note)
        costs.append(one.account.cost_usd)
        heard.append(builder)

    try:
        exchange = ask_enough(request, send)
    except ModelError as error:
        raise lisp_error(error) from error
    _enter(session.ledger, exchange, costs, heard)
    return exchange


def _enter(
    books: Ledger, exchange: Exchange, costs: list[float | None], heard: list[ReplyBuilder]
) -> None:
    """Enters what an exchange has cost, and what can be asked about the last one."""
    known = [usd for usd in costs if usd is not None]
    usd = sum(known) if len(known) == len(costs) else None
    books.note(exchange.usage, exchange.reply.model, usd, exchange.reply.stop_reason)
    books.last_thinking = "\n\n".join(each.thinking for each in heard if each.thinking)
    books.last_sources = tuple(found for each in heard for found in each.sources)
    replies = [each.reply() for each in heard]
    books.last_steps = tuple(step for each in replies for step in each.server_steps)
    books.last_odds = exchange.reply.odds
    books.last_media = tuple(media for each in replies for media in each.media)


def _with_thoughts(callback: Value, on_event: EventListener | None) -> EventListener | None:
    """Returns a listener that also hands each piece of the reasoning to a function."""
    if callback is None:
        return on_event

    def listen(event: Event) -> None:
        if isinstance(event, ThinkingDelta):
            call(callback, event.text)
        elif on_event is not None:
            on_event(event)

    return listen


# Answers that look like others and are not; `llm/last-usage` says so, too.
_WARNINGS: Final = {
    "max_tokens": "the answer is cut off at the limit of tokens; :max-tokens allows more",
    "refusal": "the model refused to answer",
}


def _run_at_once(jobs: list[Callable[[], ToolResult]]) -> list[ToolResult]:
    """Runs the tool calls of one round in tasks: one goes on while another one waits."""
    if len(jobs) == 1 or not tasks().takes_turns:
        return one_by_one(jobs)
    return [promise.result() for promise in run_bounded(jobs, MAX_TOOLS_AT_ONCE)]


def labels_of(options: Options, agent: str | None = None) -> Labels:
    """Returns what options say to those who watch."""
    return Labels(
        options.tags,
        options.metadata,
        options.conversation_id,
        options.session_id,
        options.user_id,
        agent,
    )


def request_of(messages: tuple[Message, ...], options: Options) -> Request:
    """Returns the request that messages and options make."""
    names_tool = options.tool_choice in options.tools
    return Request(
        messages,
        options.model or _stated(options),
        _asking_for_json(messages, options),
        options.max_tokens,
        options.temperature,
        options.stop_sequences,
        tuple(tool.as_tool() for tool in options.tools.values()),
        options.reasoning_effort,
        options.timeout,
        response_schema=options.response_schema,
        downscale=options.downscale,
        top_p=options.top_p,
        top_k=options.top_k,
        seed=options.seed,
        tool_choice=None if names_tool else options.tool_choice,
        chosen_tool=options.tool_choice if names_tool else None,
        parallel_tool_calls=options.parallel_tool_calls,
        response_format="json" if options.response_format == "json" else None,
        logprobs=options.logprobs,
        answers=options.n,
        metadata=options.metadata or None,
        service_tier=options.service_tier,
        extra_body=options.extra_body,
        headers=options.headers,
        thinking_budget=options.thinking_budget,
        shows_thoughts=options.on_thinking is not None,
        prompt_cache=options.prompt_cache,
        server_tools=options.server_tools,
        sample=sample.get(),
    )


def _stated(options: Options) -> str:
    """Returns the model that an evaluation asks, where a call leaves it open; else ""."""
    stated = stated_model.get()
    if stated is None or options.provider or current_chain.get():
        return ""
    provider, model = stated
    return model if model_session().default_name() == provider else ""


_ASK_FOR_JSON: Final = "Answer with one JSON value and nothing else."


def _asking_for_json(messages: tuple[Message, ...], options: Options) -> str | None:
    """Returns the system prompt; who is to answer in JSON is told so, as some providers insist."""
    if options.response_format != "json" or options.response_schema is not None:
        return options.system
    said = [options.system or "", *(message.text for message in messages)]
    if any("json" in text.lower() for text in said):
        return options.system
    return "\n\n".join(text for text in (options.system, _ASK_FOR_JSON) if text)


def transport(call: Call, emit: Emit) -> None:
    """The innermost step: asks the provider that was chosen, whatever stands around it."""
    provider = call.provider
    call.account.provider = provider.provider
    call.account.attempts += 1
    if isinstance(provider, LispProvider):
        for event in ask_lisp_provider(provider, call.request):
            emit(event)
        return
    session = model_session()
    _check_key(session, provider)
    request = call.request
    if provider.provider == DEMO and session.script is not None and is_chat(request):
        request = replace(request, script=session.script(request))
    deliver(request, provider, context.host(), emit, call.account.notes)


_ask_provider: Final = chain(_LAYERS, transport)


def _check_key(session: ModelSession, settings: Settings) -> None:
    """Raises the error for a key that is certainly missing, before anything is sent."""
    listed = PROVIDERS.get(settings.provider)
    if settings.api_key is not None or listed is None or not listed.needs_key or listed.signs:
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
                Piece.text = event.text
                call(callback, event.text)
                Piece.text = None

    return listen
