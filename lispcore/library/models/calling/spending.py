"""What calls cost and what they may cost: prices, sums, and budgets with the layers that keep them.

There are two kinds of budget. Those of the program (`llm/with-budget`, `llm/set-budget`) are a tool
for its author: they count what the program sees, so that a recording played again spends the same.
The visitor's stands in the host's settings, under ``{"budget": {"usd": …, "tokens": …}}``; no
program can change it, it counts what is really sent, and it also stops streams.

A budget is looked at before a request is sent. What a call will cost is only known afterwards: the
one that goes beyond fails then, with the answer that was paid for in ``:partial``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lispcore.library.models.calling.layers import AskNext, Call, Emit
from lispcore.library.models.calling.ledger import Ledger
from lispcore.library.models.calling.model_session import LispProvider, model_session
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.events import Event, ReplyBuilder
from lispcore.llm.failures import BudgetExceeded
from lispcore.llm.usage import Usage
from lispcore.tasks import context

# The rule of thumb of the dialect's manual.
_CHARACTERS_A_TOKEN: Final = 4

# --- the program's budgets ----------------------------------------------------------------------


def within_budget(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Lets a call pass while the program's budgets last, and counts what it used."""
    ledger = model_session().ledger
    for budget in ledger.budgets():
        gone = budget.used_up() if budget.stops_streams or not call.is_live else ""
        if gone:
            raise BudgetExceeded(
                f"the budget is used up: {gone}", advice="raise the limit, or ask for less"
            )
    builder = ReplyBuilder(call.model)

    def note(event: Event) -> None:
        builder.add(event)
        emit(event)

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
        usd = ledger.cost(name, model, usage)
        if usd is None:
            _warn(ledger, model)
            call.account.cost_usd = None
        elif call.account.cost_usd is not None:
            call.account.cost_usd += usd
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


def within_visitors_budget(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Lets a call pass while the budget lasts that the host's settings give each run."""
    given: Mapping[str, Any] | None = context.host().model_settings().get("budget")
    if not given or isinstance(call.provider, LispProvider):  # what that one asks is counted itself
        ask_next(call, emit)
        return
    ledger = model_session().ledger
    budget = ledger.visitor
    budget.most_usd, budget.most_tokens = given.get("usd"), given.get("tokens")
    gone = budget.used_up()
    if gone:
        raise BudgetExceeded(
            f"the limit for one run of this program is reached: {gone}",
            advice="it came with a link, so it runs under a limit: raise that in Settings",
        )
    builder = ReplyBuilder(call.model)

    def note(event: Event) -> None:
        builder.add(event)
        emit(event)

    try:
        ask_next(call, note)
    finally:
        for provider, model, usage in (
            *call.account.in_vain,
            (call.account.provider, builder.model, _known_usage(call, builder)),
        ):
            if not _is_free(provider):
                budget.spend(ledger.cost(provider, model, usage) or 0.0, usage.total_tokens)


def _is_free(provider: str) -> bool:
    listed = PROVIDERS.get(provider)
    return listed is not None and not listed.needs_key


def _known_usage(call: Call, builder: ReplyBuilder) -> Usage:
    """Returns the tokens that were reported; an estimate where a server reports none."""
    if builder.usage != Usage() or not builder.text:
        return builder.usage
    sent = sum(len(message.text) for message in call.request.messages)
    return Usage(sent // _CHARACTERS_A_TOKEN, len(builder.text) // _CHARACTERS_A_TOKEN)
