"""The table of providers hangs together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lispcore.llm.advice import missing_key_advice
from lispcore.llm.catalog import ALIASES, PROVIDERS, origin_of, settings_for
from lispcore.llm.requests import Settings
from lispcore.llm.retrieval import EMBEDDERS, RERANKERS
from lispcore.llm.wire_formats import DIALECTS

MANUAL = [
    "anthropic",
    "openai",
    "gemini",
    "ollama",
    "groq",
    "xai",
    "mistral",
    "moonshot",
    "deepseek",
    "openrouter",
    "together",
    "fireworks",
    "cerebras",
    "sambanova",
    "perplexity",
]


@pytest.mark.parametrize("name", MANUAL)
def test_every_provider_of_the_manual_is_there_with_address_and_model(name: str) -> None:
    provider = PROVIDERS[name]
    assert provider.base_url.startswith(("https://", "http://localhost:"))
    assert provider.model
    assert provider.key_variables


def test_every_entry_has_a_translator() -> None:
    assert {provider.dialect for provider in PROVIDERS.values()} <= set(DIALECTS)
    services = [*EMBEDDERS.values(), *RERANKERS.values()]
    assert {service.dialect for service in services} <= set(DIALECTS)
    assert set(ALIASES.values()) <= set(PROVIDERS)


def test_the_client_knows_no_provider_and_no_wire_format_by_name() -> None:
    source = (Path(__file__).parent.parent / "lispcore/llm/client.py").read_text("utf-8")
    words = set(re.findall(r"[a-z0-9]+", source.lower()))
    names = {*PROVIDERS, *ALIASES, *DIALECTS}
    # Not theirs alone: where a model runs, and what it makes.
    common = {"local", "image", "speech", "audio"}
    assert words & {word for name in names for word in name.split("-")} - common == set()


def test_settings_take_what_is_given_and_the_defaults_for_the_rest() -> None:
    assert settings_for("google") == settings_for("gemini")
    settings = settings_for("openai", model="gpt-x")
    assert settings is not None
    assert (settings.base_url, settings.model) == ("https://api.openai.com/v1", "gpt-x")
    assert settings_for("mine", "http://h:1/v1", "m", "k") == Settings(
        "mine", "openai", "http://h:1/v1", "m", "k"
    )
    assert settings_for("mine") is None


def test_a_key_is_never_shown() -> None:
    assert "sk-1" not in repr(settings_for("openai", api_key="sk-1"))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.OpenAI.com/v1", "https://api.openai.com:443"),
        ("https://api.openai.com:443", "https://api.openai.com:443"),
        ("https://api.openai.com@evil.example/v1", "https://evil.example:443"),
        ("http://localhost:11434/api", "http://localhost:11434"),
        ("http://api.openai.com/v1", "http://api.openai.com:80"),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_advice_names_the_variable() -> None:
    assert "ANTHROPIC_API_KEY" in missing_key_advice("anthropic")
    assert missing_key_advice("unheard-of")
