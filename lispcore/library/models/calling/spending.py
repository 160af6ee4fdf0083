"""What calls cost and what they may cost: prices, sums, and budgets with the layers that keep them.

There are two kinds of budget. Those of the program (`llm/with-budget`, `llm/set-budget`) are a tool
for its author: they count what the program sees, so that a recording played again spends the same.
The visitor's stands in the host's settings, under ``{"budget": {"usd": …, "tokens": …}}``; no
program can change it, it counts what is really sent, and it also stops streams.

A budget is looked at before a request is sent. What a call will cost is only known afterwards: the
one that goes beyond fails then, with the answer that was paid for in ``:partial``. While it is
under way it holds what it is likely to use, so that a loop of tasks cannot send a thousand calls
before the first has come back: those that find nothing left wait until calls under way are over.

The visitor's budget knows the bundled price list only, whatever a program says that a model costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from lispcore.library.models.calling.layers import AskNext, Call, Emit, NotYet, Postponed
from lispcore.library.models.calling.ledger import Budget, Hold, Ledger
from lispcore.library.models.calling.model_session import LispProvider, model_session
from lispcore.library.tasks.concurrency import tasks
from lispcore.llm import pricing
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.events import Event, ReplyBuilder
from lispcore.llm.failures import BudgetExceeded, ConnectionLost, ModelError, TimedOut
from lispcore.llm.requests import Request
from lispcore.llm.retrieval import EmbeddingRequest, RankingRequest
from lispcore.llm.token_estimates import estimate_tokens
from lispcore.llm.usage import Usage
from lispcore.tasks import context

# The rule of thumb of the dialect's manual.
# What is held for an answer whose length the program does not limit, and the most for one, in
# tokens; and for an image.
_USUAL_ANSWER: Final = 1000
_LONG_ANSWER: Final = 4000
_IMAGE: Final = 1500
# A model that is not in the list counts for the visitor as the dear ones in it do.
_UNKNOWN_PRICE: Final = pricing.Price(15.0, 75.0)
_MILLISECONDS_BETWEEN_LOOKS: Final = 20.0

# What the calls hold that this task is within: a provider or a callback may ask for itself.
_own: ContextVar[tuple[Hold, ...]] = ContextVar("held for calls around", default=())


# --- holding room ---------------------------------------------------------------------------------


def _room(budgets: list[tuple[Budget, float]], call: Call, words: str) -> list[Hold]:
    """Takes room for a call in budgets, each with the dollars that it is likely to cost there."""
    tokens = _likely(call.request).total_tokens
    holds = [again for budget, _ in budgets if (again := budget.take_again(call.request))]
    if not holds:
        while any(_has_waited(budget, words) for budget, _ in budgets):
            pass  # meanwhile another one may have filled up
        holds = [budget.hold(call.request, usd, tokens) for budget, usd in budgets]
    return holds


@contextmanager
def _held(holds: list[Hold]) -> Iterator[None]:
    """Holds room for a call meanwhile."""
    token = _own.set((*_own.get(), *holds))
    try:
        yield
    except Postponed:
        for hold in holds:
            hold.budget.kept.append(hold)
        holds = []
        raise
    finally:
        _own.reset(token)
        for hold in holds:
            hold.budget.holds.remove(hold)


def _has_waited(budget: Budget, words: str) -> bool:
    """Waits until a budget has something left beside what calls under way hold; tells if it did.

    Raises `BudgetExceeded` if there is nothing to wait for.
    """
    has_waited = False
    while True:
        _refuse_if_gone(budget, words)
        own = tuple(hold for hold in _own.get() if hold.budget is budget)
        if not budget.is_held(own):
            return has_waited
        if budget.kept:
            raise NotYet
        if own or not tasks().takes_turns:
            # Two that wait for one another would wait for ever.
            raise _exceeded(words, "calls that are under way need what is left")
        tasks().sleep(_MILLISECONDS_BETWEEN_LOOKS)
        has_waited = True


def _refuse_if_gone(budget: Budget, words: str) -> None:
    gone = budget.used_up()
    if gone:
        raise _exceeded(words, gone)


def _exceeded(words: str, gone: str) -> BudgetExceeded:
    said, _, advice = words.partition("; ")
    return BudgetExceeded(f"{said}: {gone}", advice=advice)


def _likely(request: Request) -> Usage:
    """Returns the tokens that a call is likely to use, told from its request."""
    if isinstance(request, EmbeddingRequest):
        return Usage(estimate_tokens(*request.input))
    if isinstance(request, RankingRequest):
        return Usage(estimate_tokens(request.query, *request.documents))
    answer = min(request.max_tokens or _USUAL_ANSWER, _LONG_ANSWER)
    return Usage(_sent_tokens(request), answer)


def _sent_tokens(request: Request) -> int:
    sent = [message.text for message in request.messages]
    images = sum(len(message.media) for message in request.messages)
    return estimate_tokens(*sent, request.system or "") + images * _IMAGE


# --- the program's budgets ----------------------------------------------------------------------


_PROGRAMS: Final = "the budget is used up; raise the limit, or ask for less"


def within_budget(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Lets a call pass while the program's budgets last, and counts what it used."""
    ledger = model_session().ledger
    tier = call.request.service_tier
    usd = ledger.cost(call.provider.provider, call.model, _likely(call.request), tier) or 0.0
    gated = [
        (budget, usd) for budget in ledger.budgets() if budget.stops_streams or not call.is_live
    ]
    builder = ReplyBuilder(call.model)

    def note(event: Event) -> None:
        builder.add(event)
        emit(event)

    if isinstance(call.provider, LispProvider):  # what that one asks holds for itself
        for budget, _ in gated:
            _refuse_if_gone(budget, _PROGRAMS)
        gated = []
    with _held(_room(gated, call, _PROGRAMS)):
        try:
            ask_next(call, note)
        finally:
            _book(ledger, call, builder)
    if not call.is_live:
        _check_overrun(ledger, builder)


def _book(ledger: Ledger, call: Call, builder: ReplyBuilder) -> None:
    provider = call.account.provider or call.provider.provider
    used = [*call.account.in_vain, (provider, builder.model, builder.usage)]
    for name, model, usage in used:
        usd = ledger.cost(name, model, usage, call.request.service_tier)
        if usd is None:
            _warn(ledger, model)
            call.account.cost_usd = None
            shown = model or "the model"
            call.account.notes.append(f"the price of {shown} is not known, nor what the call cost")
        elif call.account.cost_usd is not None:
            call.account.cost_usd += usd
            if ledger.share != 1:
                call.account.notes.append(
                    f"answered in a batch, at {ledger.share:.0%} of the price"
                )
        ledger.total = ledger.total.plus(usage)
        ledger.total_usd += usd or 0.0
        for budget in ledger.budgets():
            budget.spend(usd or 0.0, usage.total_tokens)


def _warn(ledger: Ledger, model: str) -> None:
    # A budget in dollars cannot hold what has no price: said once for each model.
    limited = any(budget.most_usd is not None for budget in ledger.budgets())
    if limited and model not in ledger.unpriced:
        ledger.unpriced.add(model)
        context.host().write(
            f"warning: no price is known for the model {model}, so the budget does not count it; "
            f'(llm/set-pricing "{model}" input output) sets one\n',
            "err",
        )


def _check_overrun(ledger: Ledger, builder: ReplyBuilder) -> None:
    for budget in ledger.budgets():
        passed = budget.overrun()
        if passed:
            raise BudgetExceeded(
                f"this call went beyond the budget of {passed}",
                partial=builder.text,
                advice="its answer is in :partial; raise the limit to go on",
            )


# --- the visitor's budget -----------------------------------------------------------------------


_VISITORS: Final = (
    "the limit for one run of this program is reached; it came with a link, so it runs under a "
    "limit: raise that in Settings"
)


def within_visitors_budget(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Lets a call pass while the budget lasts that the host's settings give each run."""
    given: Mapping[str, Any] | None = context.host().model_settings().get("budget")
    # What a Lisp function asks is counted itself.
    if not given or isinstance(call.provider, LispProvider):
        ask_next(call, emit)
        return
    budget = model_session().ledger.visitor
    budget.most_usd, budget.most_tokens = given.get("usd"), given.get("tokens")
    name = call.provider.provider
    free = _is_free(name)
    tier = call.request.service_tier
    usd = 0.0 if free else list_cost(name, (call.model,), _likely(call.request), tier)
    builder = ReplyBuilder(call.model)

    def note(event: Event) -> None:
        builder.add(event)
        emit(event)

    failed: BaseException | None = None
    _refuse_if_gone(budget, _VISITORS)
    with _held(_room([] if free else [(budget, usd)], call, _VISITORS)):
        try:
            ask_next(call, note)
        except BaseException as error:
            failed = error
            raise
        finally:
            if not isinstance(failed, Postponed):
                _spend(budget, call, builder, failed)


def _spend(budget: Budget, call: Call, builder: ReplyBuilder, failed: BaseException | None) -> None:
    models = (call.model, builder.model)
    used: list[tuple[str, tuple[str, ...], Usage]]
    used = [(name, (model,), usage) for name, model, usage in call.account.in_vain]
    used.append((call.account.provider, models, _known_usage(call, builder, failed)))
    for provider, named, usage in used:
        if not _is_free(provider):
            usd = list_cost(provider, named, usage, call.request.service_tier)
            budget.spend(usd, usage.total_tokens)


def list_cost(
    provider: str, models: tuple[str, ...], usage: Usage, tier: str | None = None
) -> float:
    """Returns dollars by the bundled list alone, those of the dearest model that may be meant."""
    known = [cost for model in models if (cost := pricing.cost(provider, model, usage)) is not None]
    usd = max(known) if known else pricing.price_for(_UNKNOWN_PRICE, provider, usage)
    return usd if usage.charged_usd else usd * pricing.DEAREST_TIERS.get(tier or "", 1.0)


def _is_free(provider: str) -> bool:
    listed = PROVIDERS.get(provider)
    return listed is not None and not listed.needs_key


def _known_usage(call: Call, builder: ReplyBuilder, failed: BaseException | None) -> Usage:
    """Returns the tokens that were reported; an estimate where a server reports none.

    What was broken off is paid for as well: what was sent, and what had arrived.
    """
    arrived = estimate_tokens(builder.text)
    if builder.usage != Usage():
        missing = 0 if failed is None else max(0, arrived - builder.usage.completion_tokens)
        return builder.usage.plus(Usage(0, missing))
    refused = isinstance(failed, ModelError) and not isinstance(failed, (TimedOut, ConnectionLost))
    if not call.account.attempts or (refused and not builder.text):
        return Usage()
    return Usage(_likely(call.request).prompt_tokens, arrived)
