"""The providers' own descriptions of requests, as their packages for Python publish them, for tests.

OpenAI's and Anthropic's packages describe requests by `TypedDict`s, Google's by models of pydantic.
Here they become validators that take nothing that is not described. Where the packages are not
installed, whoever asks is skipped.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import pytest


def need(*packages: str) -> None:
    """Skips a test where the providers' packages are missing; imports none of them yet."""
    for name in packages:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is a development dependency, and not installed here")


@contextmanager
def _lists_for_iterables() -> Iterator[None]:
    """Has packages that are imported meanwhile describe lists: what may be iterated once is not
    looked into."""
    before = typing.Iterable
    typing.Iterable = list  # type: ignore[assignment]
    try:
        yield
    finally:
        typing.Iterable = before  # type: ignore[assignment]


@cache
def _validator(package: str, module: str, name: str) -> Any:
    from pydantic import TypeAdapter

    with _lists_for_iterables():
        described = getattr(importlib.import_module(f"{package}.{module}"), name)
    for place, each in list(sys.modules.items()):
        if place.startswith(package):
            for value in vars(each).values():
                if isinstance(value, type) and hasattr(value, "__total__"):
                    value.__pydantic_config__ = _STRICT  # type: ignore[attr-defined]
    return TypeAdapter(described)


_STRICT: Final = {"extra": "forbid", "arbitrary_types_allowed": True}


def check_chat(body: dict[str, Any]) -> None:
    """Raises for what OpenAI's chat completions do not describe."""
    _validator(
        "openai.types", "chat.completion_create_params", "CompletionCreateParamsStreaming"
    ).validate_python(body)


def check_responses(body: dict[str, Any]) -> None:
    """Raises for what OpenAI's Responses do not describe."""
    _validator(
        "openai.types", "responses.response_create_params", "ResponseCreateParamsStreaming"
    ).validate_python(body)


def check_openai(module: str, name: str, body: dict[str, Any]) -> None:
    """Raises for what another description of OpenAI's package does not have."""
    _validator("openai.types", module, name).validate_python(body)


def check_anthropic(body: dict[str, Any]) -> None:
    """Raises for what Anthropic's Messages do not describe."""
    _validator(
        "anthropic.types", "message_create_params", "MessageCreateParamsStreaming"
    ).validate_python(body)


def check_anthropic_batch(body: dict[str, Any]) -> None:
    """Raises for what Anthropic's batches do not describe."""
    _validator(
        "anthropic.types", "messages.batch_create_params", "BatchCreateParams"
    ).validate_python(body)


def check_gemini(body: dict[str, Any]) -> None:
    """Raises for what Gemini's ``generateContent`` does not describe."""
    from google.genai import types
    from pydantic import TypeAdapter

    described: dict[str, Any] = {
        "contents": list[types.Content],
        "systemInstruction": types.Content,
        "generationConfig": types.GenerationConfig,
        "tools": list[types.Tool],
        "toolConfig": types.ToolConfig,
        "serviceTier": types.ServiceTier,
        "safetySettings": list[types.SafetySetting],
        "cachedContent": str,
    }
    for name, value in body.items():
        if name not in described:
            raise ValueError(f"{name} is not described")
        if name == "generationConfig" and "imageConfig" in value:
            # The package describes it beside the others, and sends it among them.
            value = dict(value)
            TypeAdapter(types.ImageConfig).validate_python(value.pop("imageConfig"))
        TypeAdapter(described[name]).validate_python(value)
