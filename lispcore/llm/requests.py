"""What is asked of a model, and of whom, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.llm.messages import Message

DEFAULT_MAX_TOKENS: Final = 4096  # what a provider gets that insists on a limit (Anthropic)

DEFAULT_MAX_ROUNDS: Final = 10  # of tool calls, before an exchange is given up

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may ask for. `schema` is a JSON schema of type object."""

    name: str
    description: str
    schema: Mapping[str, Any]


WEB_SEARCH: Final = "web-search"
WEB_FETCH: Final = "web-fetch"
CODE_EXECUTION: Final = "code-execution"
SERVER_TOOLS: Final = (WEB_SEARCH, WEB_FETCH, CODE_EXECUTION)


@dataclass(frozen=True, slots=True)
class ServerTool:
    """A tool that the provider has and runs itself: one of `SERVER_TOOLS`.

    `domains` are the only ones to be looked at, `blocked` those that are not. `options` go to the
    provider as they are.
    """

    name: str
    max_uses: int | None = None
    domains: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


# What some servers insist on in a history: the words of the thoughts before each call of a tool,
# and a signature of the first call of a turn.
NEEDS_THOUGHTS: Final = "reasoning_content"
NEEDS_CALLS_SIGNED: Final = "thought_signature"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a model. None means: leave it to the provider.

    `temperature` is as the provider counts it, `timeout_seconds` limits the wait for each piece.
    `refused` names parameters that the server turned down before: translators leave them out;
    `needed` what it insisted on, as above.
    `response_schema` is the JSON schema of the answer: a provider that can holds the model to it,
    and nobody promises that the answer fits; `response_format` "json" asks for any JSON.
    `downscale` says how large images may be: None as large as the provider takes them, 0 as they
    are, else their longest edge in pixels.

    `tool_choice` is auto, none or required, or `chosen_tool` names the one to call. `logprobs` is
    how many alternatives of each token to tell, `answers` how many answers to give. `metadata` and
    `headers` say nothing to the model. `extra_body` goes into the body as it is, over everything
    else.

    `thinking_budget` are tokens to think with; `shows_thoughts` asks for the words of the thoughts.
    `prompt_cache` is for providers that keep what was sent only where that is marked: 5m or 1h for
    how long, off, None for what pays. `script` is what the demo model is to say. `sample` counts
    repeats of a question that want answers of their own, from 2.
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
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    tool_choice: str | None = None
    chosen_tool: str | None = None
    parallel_tool_calls: bool | None = None
    response_format: str | None = None
    logprobs: int | None = None
    answers: int | None = None
    metadata: Mapping[str, Any] | None = None
    service_tier: str | None = None
    extra_body: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    thinking_budget: int | None = None
    shows_thoughts: bool = False
    prompt_cache: str | None = None
    server_tools: tuple[ServerTool, ...] = ()
    script: Any = None
    sample: int | None = None
    needed: frozenset[str] = frozenset()


def is_chat(request: Request) -> bool:
    """Tells whether a request is one for words, and not for vectors or a ranking."""
    return type(request) is Request


def goes_on(request: Request) -> bool:
    """Tells whether the beginning of a request will be sent again, or was before."""
    return bool(request.tools or request.server_tools) or any(
        each.role == "assistant" for each in request.messages
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Where requests of one configured provider go.

    `dialect` names the translator. `api_key` is only set when the program itself brought a key;
    else the host adds the one it holds for this provider and origin. `repr` hides it.
    `max_retries` is how often to ask again after a passing failure, None for the usual number.
    `extra_body` and `headers` go with every request, as those of `Request` with one.
    """

    provider: str
    dialect: str
    base_url: str
    model: str = ""
    api_key: str | None = field(default=None, repr=False)
    takes_documents: bool = False
    max_retries: int | None = None
    extra_body: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
