"""What calls cost, by the bundled price list. An estimate: what counts is the provider's bill.

A model without a known price costs None, which is not the same as nothing; a model that runs on the
visitor's own machine or in the page costs 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lispcore.llm.catalog import PROVIDERS, canonical_name
from lispcore.llm.price_table import SOURCE, TABLE, UPDATED_AT
from lispcore.llm.usage import Usage

__all__ = ["SOURCE", "UPDATED_AT", "Price", "cost", "price_for", "price_of", "prices_of"]

_MILLION: Final = 1_000_000
# Who makes a model, before those who resell it: where a name without a known provider is looked up.
FIRST_HAND: Final = ("anthropic", "openai", "gemini", "mistral", "deepseek", "xai", "moonshot")
# Of these, tokens read from the cache and written to it come on top of the prompt's; elsewhere they
# are a part of it.
COUNTS_CACHE_APART: Final = frozenset(("anthropic", "bedrock", "vertex-anthropic"))

# What providers take for a search and for a session in which programs ran, in US dollars; by their
# price lists of November 2026. Others say themselves what a call cost.
FEES: Final = {
    "anthropic": (0.01, 0.0),
    "openai": (0.01, 0.03),
    "gemini": (0.014, 0.0),
    "xai": (0.005, 0.005),
}

# What tokens cost that are kept in the cache for an hour, in those that are sent (Anthropic).
HOUR_SHARE: Final = 2.0
# What a service tier costs, in the listed price, by OpenAI's and Gemini's price lists of November
# 2026. The surcharge differs by model, from 1.75 to 2.5.
TIER_SHARES: Final = {"priority": 2.0, "flex": 0.5}
# The most that is charged for one, for limits, which count what nobody can know beforehand as dear.
DEAREST_TIERS: Final = {"priority": 2.5}

_DATE: Final = re.compile(r"[-@](20\d\d-?\d\d-?\d\d|\d{4})$")
# us.anthropic.claude-opus-4-1-20250805-v1:0
_OF_BEDROCK: Final = re.compile(r"^(?:[a-z-]+\.)?anthropic\.(claude-.*?)(?:-v\d+(?::\d+)?)?$")
_LATEST: Final = re.compile(r"-latest$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens: sent, answered, read from the cache, written to the cache."""

    sent: float
    answered: float
    cache_read: float | None = None
    cache_written: float | None = None

    def of(self, usage: Usage, *, cache_apart: bool = False) -> float:
        """Returns the dollars for these tokens."""
        cached = usage.cache_read_tokens + usage.cache_creation_tokens
        sent = usage.prompt_tokens if cache_apart else max(0, usage.prompt_tokens - cached)
        read = self.sent if self.cache_read is None else self.cache_read
        written = self.sent if self.cache_written is None else self.cache_written
        for_an_hour = min(usage.cache_hour_tokens, usage.cache_creation_tokens)
        total = (
            sent * self.sent
            + usage.completion_tokens * self.answered
            + usage.cache_read_tokens * read
            + (usage.cache_creation_tokens - for_an_hour) * written
            + for_an_hour * self.sent * HOUR_SHARE
        )
        return total / _MILLION


def cost(provider: str, model: str, usage: Usage) -> float | None:
    """Returns what a call cost in US dollars, None if nobody knows the model's price."""
    if usage.charged_usd:
        return usage.charged_usd
    price = price_of(provider, model)
    return None if price is None else price_for(price, provider, usage)


def price_for(price: Price, provider: str, usage: Usage) -> float:
    """Returns what tokens cost at a price, counted as this provider counts, and its searches."""
    name = canonical_name(provider)
    return price.of(usage, cache_apart=name in COUNTS_CACHE_APART) + fees(name, usage)


def fees(provider: str, usage: Usage) -> float:
    """Returns what a provider takes for what its servers did beside the tokens."""
    search, program = FEES.get(provider, (0.0, 0.0))
    return usage.searches * search + usage.programs * program


@lru_cache(maxsize=1024)  # asked for twice by each call
def price_of(provider: str, model: str) -> Price | None:
    """Returns the listed price of a model, or of the undated model that it is a version of."""
    name = canonical_name(provider)
    listed = PROVIDERS.get(name)
    if listed is not None and not listed.needs_key:
        return _NOTHING
    tables = _tables()
    places = (name,) if name in tables else FIRST_HAND
    for place in places:
        prices = tables[place]
        for spelling in _spellings(model):
            if spelling in prices:
                return prices[spelling]
    return None


def prices_of(provider: str) -> list[Price]:
    """Returns all listed prices of a provider."""
    return list(_tables().get(canonical_name(provider), {}).values())


_NOTHING: Final = Price(0.0, 0.0, 0.0, 0.0)


def _spellings(model: str) -> tuple[str, ...]:
    plain = model.strip().removeprefix("models/")
    plain = _OF_BEDROCK.sub(r"\1", plain)
    undated = _DATE.sub("", plain)
    return (plain, undated, _LATEST.sub("", undated), f"{undated}-latest")


_read: dict[str, dict[str, Price]] = {}


def _tables() -> dict[str, dict[str, Price]]:
    """Returns provider -> model -> price; reads the list when it is first asked for."""
    if not _read:
        prices: dict[str, Price] = {}
        for line in TABLE.split("\n"):
            if line.startswith("["):
                prices = _read[line[1:-1]] = {}
            elif line:
                model, *numbers = line.split(" ")
                known = [None if n == "-" else float(n) for n in numbers]
                prices[model] = Price(*known)  # type: ignore[arg-type]  # only the last may be None
    return _read
