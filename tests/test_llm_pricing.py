"""What calls cost: the arithmetic, and how models find their price."""

from __future__ import annotations

import re

import pytest

from lispcore.llm.catalog import DEMO, PROVIDERS
from lispcore.llm.price_table import TABLE, UPDATED_AT
from lispcore.llm.pricing import Price, cost, price_of
from lispcore.llm.usage import Usage

MILLION = 1_000_000


def test_tokens_sent_and_answered() -> None:
    price = Price(3.0, 15.0)
    assert price.of(Usage(MILLION, 0)) == 3.0
    assert price.of(Usage(0, MILLION)) == 15.0
    assert price.of(Usage(1000, 200)) == pytest.approx(0.006)
    assert price.of(Usage()) == 0.0


def test_cached_tokens_are_a_part_of_the_prompt_or_come_on_top() -> None:
    price = Price(3.0, 15.0, 0.3, 3.75)
    usage = Usage(MILLION, 0, cache_read_tokens=MILLION // 2)
    assert price.of(usage) == pytest.approx(1.5 + 0.15)
    assert price.of(usage, cache_apart=True) == pytest.approx(3.0 + 0.15)
    written = Usage(0, 0, cache_creation_tokens=MILLION)
    assert price.of(written, cache_apart=True) == pytest.approx(3.75)


def test_what_is_kept_for_an_hour_costs_twice_what_is_sent() -> None:
    written = Usage(0, 0, cache_creation_tokens=MILLION, cache_hour_tokens=MILLION // 2)
    assert Price(3.0, 15.0, 0.3, 3.75).of(written, cache_apart=True) == 1.875 + 3.0


def test_without_a_price_of_their_own_cached_tokens_cost_what_others_do() -> None:
    assert Price(2.0, 4.0).of(Usage(MILLION, 0, MILLION)) == pytest.approx(2.0)


@pytest.mark.parametrize(
    "name",
    [each.name for each in PROVIDERS.values() if each.needs_key and each.chats and each.model],
)
def test_every_default_model_has_a_price(name: str) -> None:
    price = price_of(name, PROVIDERS[name].model)
    assert price is not None
    assert 0 < price.sent <= price.answered < 1000


@pytest.mark.parametrize("name", [DEMO, "ollama", "lmstudio", "llamacpp", "vllm"])
def test_what_runs_on_ones_own_machine_costs_nothing(name: str) -> None:
    assert cost(name, "whatever", Usage(5, 5)) == 0.0


def test_what_nobody_knows_has_no_price() -> None:
    assert cost("openai", "gpt-of-my-own", Usage(5, 5)) is None
    assert cost("mine", "my-model", Usage(5, 5)) is None
    assert cost("openai", "", Usage(5, 5)) is None


@pytest.mark.parametrize(
    ("provider", "model", "like"),
    [
        ("anthropic", "claude-sonnet-4-6-20260217", "claude-sonnet-4-6"),
        ("anthropic", "claude-sonnet-4-6@20260217", "claude-sonnet-4-6"),
        ("claude", "claude-sonnet-4-6", "claude-sonnet-4-6"),
        ("openai", "gpt-5.5-2026-04-23", "gpt-5.5"),
        ("google", "models/gemini-3.5-flash", "gemini-3.5-flash"),
        ("a-gateway-of-ours", "gpt-5.5", "gpt-5.5"),
    ],
)
def test_versions_and_spellings(provider: str, model: str, like: str) -> None:
    home = {"claude-s": "anthropic", "gpt-5.5": "openai"}.get(like[:8], "gemini")
    assert price_of(provider, model) == price_of(home, like) != None  # noqa: E711


def test_a_reseller_has_its_own_price() -> None:
    assert price_of("openrouter", "gpt-5.5") is None
    assert price_of("openrouter", "openai/gpt-5.5") is not None


def test_the_list_is_dated_and_every_line_can_be_read() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", UPDATED_AT)
    provider = ""
    seen: set[tuple[str, str]] = set()
    for line in TABLE.strip().split("\n"):
        if line.startswith("["):
            provider = line.strip("[]")
            assert provider in PROVIDERS
            continue
        assert re.fullmatch(r"\S+( (\d+(\.\d+)?|-)){2,4}", line), line
        model = line.split(" ")[0]
        assert (provider, model) not in seen
        seen.add((provider, model))
    assert len(seen) > 1000
