"""What is asked of a model, and of whom, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.llm.messages import Message

DEFAULT_MAX_TOKENS: Final = 4096  # what a provider gets that insists on a limit (Anthropic)

DEFAULT_MAX_ROUNDS: Final = 10  # of tool calls, before an exchange is given up

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh")


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may ask for. `schema` is a JSON schema of type object."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a model. None means: leave it to the provider.

    `temperature` is as the provider counts it, `timeout_seconds` limits the wait for each piece.
    `refused` names parameters that the server turned down before: translators leave them out.
    `response_schema` is the JSON schema of the answer: a provider that can holds the model to it,
    and nobody promises that the answer fits. `downscale` says how large images may be: None as
    large as the provider takes them, 0 as they are, else their longest edge in pixels.
    """

    messages: tuple[Message, ...]
    model: str = ""
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    stop_sequences: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    reasoning_effort: str | None = None
    timeout_seconds: float | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    response_schema: Mapping[str, Any] | None = None
    downscale: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where requests of one configured provider go.

    `dialect` names the translator. `api_key` is only set when the program itself brought a key;
    else the host adds the one it holds for this provider and origin. `repr` hides it.
    `max_retries` is how often to ask again after a passing failure, None for the usual number.
    """

    provider: str
    dialect: str
    base_url: str
    model: str = ""
    api_key: str | None = field(default=None, repr=False)
    takes_documents: bool = False
    max_retries: int | None = None
