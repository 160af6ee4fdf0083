"""The books of one interpreter: prices, sums of tokens and dollars, and the budgets in force.

Who spends, and what happens when a budget is used up, is in `spending.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lispcore.llm.usage import Usage

if TYPE_CHECKING:
    from lispcore.llm.events import Source, TokenOdds
    from lispcore.llm.messages import Media, ServerStep
    from lispcore.llm.pricing import Price
    from lispcore.llm.requests import Request


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """What a call that is under way will use of a budget, as far as one can tell beforehand."""

    budget: Budget
    request: Request
    usd: float
    tokens: int


@dataclass(slots=True, eq=False)
class Budget:
    """Limits, what was spent of them, and what calls under way hold; None stands for no limit."""

    most_usd: float | None = None
    most_tokens: int | None = None
    stops_streams: bool = False
    usd: float = 0.0
    tokens: int = 0
    holds: list[Hold] = field(default_factory=list)
    # Those of calls that are sent later, together with others (together.py).
    kept: list[Hold] = field(default_factory=list)

    def spend(self, usd: float, tokens: int) -> None:
        """Counts one call."""
        self.usd += usd
        self.tokens += tokens

    def hold(self, request: Request, usd: float, tokens: int) -> Hold:
        """Keeps room for a call that is about to be sent."""
        hold = Hold(self, request, usd, tokens)
        self.holds.append(hold)
        return hold

    def take_again(self, request: Request) -> Hold | None:
        """Returns what is held for a call that was sent meanwhile; None if it was not."""
        for hold in self.kept:
            if hold.request == request:
                self.kept.remove(hold)
                return hold
        return None

    def is_held(self, own: tuple[Hold, ...]) -> bool:
        """Tells whether nothing is left beside what calls under way hold, except for `own`."""
        others = [each for each in self.holds if each not in own]
        usd = self.usd + sum(each.usd for each in others)
        tokens = self.tokens + sum(each.tokens for each in others)
        return bool(others) and bool(self._beyond(usd, tokens, or_at=True))

    def used_up(self) -> str:
        """Returns what is used up, in words; "" if something is left."""
        return self._beyond(self.usd, self.tokens, or_at=True)

    def overrun(self) -> str:
        """Returns which limit was passed, in words; "" if none was."""
        return self._beyond(self.usd, self.tokens, or_at=False)

    def _beyond(self, usd: float, tokens: int, *, or_at: bool) -> str:
        if self.most_usd is not None and (usd > self.most_usd or (or_at and usd == self.most_usd)):
            return f"${dollars(self.most_usd)} (spent: ${dollars(usd)})"
        most = self.most_tokens
        if most is not None and (tokens > most or (or_at and tokens == most)):
            return f"{most:,} tokens (used: {tokens:,})"
        return ""


def dollars(amount: float) -> str:
    """Returns an amount of money for people: 0.5 -> "0.50", 0.00012 -> "0.00012"."""
    if amount >= 0.01 or amount == 0:
        return f"{amount:.2f}" if round(amount, 2) == round(amount, 6) else f"{amount:.4f}"
    return f"{amount:.2g}" if amount >= 1e-4 else f"{amount:.1e}"


def exact(amount: float) -> float:
    """Returns an amount without the dust of binary fractions."""
    return round(amount, 12)


# The budgets of the `llm/with-budget` forms around, outermost first.
scopes: ContextVar[tuple[Budget, ...]] = ContextVar("budgets", default=())


@dataclass(slots=True)
class Ledger:
    """The books of one interpreter."""

    prices: dict[str, Price] = field(default_factory=dict)
    total: Usage = field(default_factory=Usage)
    total_usd: float = 0.0
    last: Usage | None = None
    last_model: str = ""
    last_usd: float | None = None
    last_reason: str = ""
    last_thinking: str = ""
    last_odds: tuple[TokenOdds, ...] = ()
    last_sources: tuple[Source, ...] = ()
    last_steps: tuple[ServerStep, ...] = ()
    last_media: tuple[Media, ...] = ()
    budget: Budget | None = None
    visitor: Budget = field(default_factory=Budget)
    unpriced: set[str] = field(default_factory=set)
    # What calls cost beside the listed price: less where they are answered in a batch.
    share: float = 1.0

    def current_budget(self) -> Budget | None:
        """Returns the innermost budget of the program."""
        around = scopes.get()
        return around[-1] if around else self.budget

    def budgets(self) -> tuple[Budget, ...]:
        """Returns all budgets of the program that are in force here."""
        return (*((self.budget,) if self.budget is not None else ()), *scopes.get())

    def cost(
        self, provider: str, model: str, usage: Usage, tier: str | None = None
    ) -> float | None:
        """Returns dollars, by the program's own prices or the bundled list; None if unknown.

        `tier` is the service tier that was asked for.
        """
        if usage == Usage():
            return 0.0
        from lispcore.llm import pricing

        share = self.share * pricing.TIER_SHARES.get(tier or "", 1.0)
        price = self._own_price(model)
        if price is not None:
            return pricing.price_for(price, provider, usage) * share
        usd = pricing.cost(provider, model, usage)
        return usd if usd is None or usage.charged_usd else usd * share

    @contextmanager
    def at_share(self, share: float) -> Iterator[None]:
        """Counts calls meanwhile at a share of their price; no task may take turns meanwhile."""
        before, self.share = self.share, share
        try:
            yield
        finally:
            self.share = before

    def _own_price(self, model: str) -> Price | None:
        if model in self.prices:
            return self.prices[model]
        fitting = [pattern for pattern in self.prices if pattern in model]
        return self.prices[max(fitting, key=len)] if fitting else None

    def let_go(self) -> None:
        """Forgets what is held for calls that were to be sent later: they are all over."""
        for budget in (*self.budgets(), self.visitor):
            for hold in budget.kept:
                budget.holds.remove(hold)
            budget.kept.clear()

    def note(self, usage: Usage, model: str, usd: float | None, reason: str = "") -> None:
        """Counts an exchange and why it ended: for `llm/last-usage`."""
        self.last, self.last_model, self.last_usd = usage, model, usd
        self.last_reason = reason

    def reset(self) -> None:
        """Sets the sums back; budgets stay."""
        self.total, self.total_usd = Usage(), 0.0
        self.last, self.last_model, self.last_usd, self.last_reason = None, "", None, ""
        self.last_thinking, self.last_odds = "", ()
        self.last_sources, self.last_steps, self.last_media = (), (), ()
