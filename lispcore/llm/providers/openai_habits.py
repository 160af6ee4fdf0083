"""Where providers that speak like OpenAI differ, as a table. What is not listed is the usual way.

Taken from the providers' documentation and from what their users report; a server that has changed
its mind about an optional parameter is adapted to anyway (`llm/refusals.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lispcore.llm.requests import EFFORTS, WEB_FETCH, WEB_SEARCH, Request, Settings

OLD_LIMIT: Final = "max_tokens"
NEW_LIMIT: Final = "max_completion_tokens"


@dataclass(frozen=True, slots=True)
class Habits:
    """The ways of one provider.

    `limit` names the parameter that limits an answer. `alternates`: system messages stand first,
    and user and assistant take turns. `answers_results`: no user speaks right after tools.
    `call_id_length`: ids of tool calls are so many letters and digits, no more and no less.
    `echoes` is the field in which the reasoning before a tool call must go back. `effort_models`
    are those that can be told how long to think, `efforts` what they understand; `nests_effort`: it
    stands in an object of its own. `schemas`: answers can be held to a JSON schema. `lacks` are
    parameters that nobody there knows, `seed` is how that one is named. `server_tools` says what
    tools of the server are called. `marks_cache`: the models behind a mediator keep only what is
    marked. `signs_calls`: calls of tools go back with signatures. `version` stands between a bare
    host and the path, `key` is the header for the key and what stands before it.
    """

    limit: str = OLD_LIMIT
    alternates: bool = False
    answers_results: bool = False
    call_id_length: int = 0
    echoes: str = ""
    effort_models: re.Pattern[str] | None = None
    efforts: tuple[str, ...] = EFFORTS
    schemas: bool = True
    nests_effort: bool = False
    lacks: frozenset[str] = frozenset()
    seed: str = "seed"
    marks_cache: bool = False
    signs_calls: bool = False
    version: str = "/v1"
    key: tuple[str, str] = ("authorization", "Bearer ")
    server_tools: Mapping[str, str] = field(default_factory=dict)

    def effort_for(self, effort: str | None, model: str) -> str | None:
        """Returns the nearest effort that a model understands, None for one that has no choice."""
        if not effort or self.effort_models is None or not self.effort_models.match(model):
            return None
        if effort in self.efforts:
            return effort
        weaker = [each for each in EFFORTS[: EFFORTS.index(effort)] if each in self.efforts]
        return weaker[-1] if weaker else self.efforts[0]


_OPENAI_MODELS: Final = re.compile(r"(.*/)?(gpt-[5-9]|gpt-\d\d|o\d)")
_OPEN_WEIGHTS: Final = re.compile(r"(.*/)?gpt-oss")
_ANY: Final = re.compile(r"")  # a model that takes none says so, and is asked again without
_THREE_EFFORTS: Final = ("low", "medium", "high")

_USUAL: Final = Habits(effort_models=_OPENAI_MODELS)
# What only some of them have.
_FOR_ACCOUNTS: Final = frozenset(("metadata", "service_tier"))
_WITH_GPT_OSS: Final = Habits(
    effort_models=_OPEN_WEIGHTS, efforts=_THREE_EFFORTS, lacks=_FOR_ACCOUNTS
)
# Servers for models of one's own apply the model's chat template, and many templates insist.
_TEMPLATED: Final = Habits(alternates=True, effort_models=_OPENAI_MODELS, lacks=_FOR_ACCOUNTS)

_TABLE: Final[dict[str, Habits]] = {
    "openai": Habits(limit=NEW_LIMIT, effort_models=_OPENAI_MODELS, lacks=frozenset(("top_k",))),
    "azure": Habits(
        limit=NEW_LIMIT,
        effort_models=_OPENAI_MODELS,
        lacks=frozenset(("top_k",)),
        version="/openai/v1",
        key=("api-key", ""),
    ),
    "bedrock-openai": Habits(
        effort_models=_OPEN_WEIGHTS,
        efforts=_THREE_EFFORTS,
        lacks=_FOR_ACCOUNTS | {"top_k"},
        version="/openai/v1",
    ),
    "groq": Habits(
        limit=NEW_LIMIT,
        effort_models=_OPEN_WEIGHTS,
        efforts=_THREE_EFFORTS,
        lacks=frozenset(("top_k", "logprobs", "n", "metadata")),
    ),
    "cerebras": Habits(
        limit=NEW_LIMIT,
        effort_models=_OPEN_WEIGHTS,
        efforts=_THREE_EFFORTS,
        lacks=frozenset(("top_k", "n", "metadata")),
    ),
    "together": _WITH_GPT_OSS,
    "fireworks": _WITH_GPT_OSS,
    "sambanova": _WITH_GPT_OSS,
    "mistral": Habits(
        answers_results=True,
        call_id_length=9,
        effort_models=_ANY,
        seed="random_seed",
        lacks=_FOR_ACCOUNTS | {"top_k", "logprobs"},
    ),
    "moonshot": Habits(
        echoes="reasoning_content",
        lacks=_FOR_ACCOUNTS | {"top_k", "seed", "logprobs", "parallel_tool_calls"},
    ),
    "deepseek": Habits(
        echoes="reasoning_content",
        schemas=False,
        effort_models=_ANY,
        lacks=_FOR_ACCOUNTS | {"top_k", "seed", "n", "parallel_tool_calls"},
    ),
    "xai": Habits(effort_models=_ANY, lacks=_FOR_ACCOUNTS | {"top_k"}),
    "openrouter": Habits(
        echoes="reasoning_details",
        effort_models=_ANY,
        nests_effort=True,
        lacks=frozenset(("n",)),
        marks_cache=True,
        server_tools={WEB_SEARCH: "openrouter:web_search", WEB_FETCH: "openrouter:web_fetch"},
    ),
    "perplexity": Habits(
        alternates=True,
        lacks=_FOR_ACCOUNTS | {"seed", "n", "logprobs", "parallel_tool_calls"},
    ),
    "lmstudio": _TEMPLATED,
    "llamacpp": _TEMPLATED,
    "vllm": _TEMPLATED,
    "local": _TEMPLATED,
    "chrome": Habits(lacks=_FOR_ACCOUNTS | {"seed", "n", "logprobs", "parallel_tool_calls"}),
}

_THINKING: Final = re.compile(r"gpt-[5-9]|gpt-\d\d|o\d|codex|computer-use|.*-(codex|pro)\b")
_NO_THINKING: Final = re.compile(r".*\b(chat|audio|realtime|search)\b")
# They exist on /v1/responses only.
_ONLY_RESPONSES: Final = re.compile(r".*\b(pro|codex|deep-research)\b|computer-use")
_VERSION: Final = re.compile(r"gpt-(\d+)(?:\.(\d+))?")

_OPENAI_ITSELF: Final = "https://api.openai.com/"
_GOOGLES: Final = "https://generativelanguage.googleapis.com/"


def habits_of(settings: Settings) -> Habits:
    """Returns the ways of a configured provider."""
    found = _TABLE.get(settings.provider, _USUAL)
    if settings.provider == "openai" and not settings.base_url.startswith(_OPENAI_ITSELF):
        found = _USUAL  # some other server under OpenAI's name
    if settings.base_url.startswith(_GOOGLES):
        return replace(found, signs_calls=True)
    return found


def thinks(model: str) -> bool:
    """Tells whether a model of OpenAI thinks before it answers, by its name."""
    return bool(_THINKING.match(model)) and not _NO_THINKING.match(model)


def _is_xai(settings: Settings) -> bool:
    return settings.provider == "xai" and settings.base_url.startswith("https://api.x.ai/")


def needs_responses(request: Request, settings: Settings) -> bool:
    """Tells whether OpenAI itself takes a request through Responses only.

    Beside tools, gpt-5.5 takes no effort elsewhere, and later models must not think there. Nobody
    is told there what a model thought, and tools that the server runs are here only; so they are at
    xAI.
    """
    model = request.model or settings.model
    is_openai = settings.provider == "openai" and settings.base_url.startswith(_OPENAI_ITSELF)
    is_openai = is_openai or settings.provider == "azure"
    if request.server_tools and (is_openai or _is_xai(settings)):
        return True
    if not is_openai or not thinks(model):
        return False
    if _ONLY_RESPONSES.match(model) or request.shows_thoughts:
        return True
    found = _VERSION.match(model)
    version = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
    if not request.tools or version < (5, 5) or request.reasoning_effort == "none":
        return False
    return version > (5, 5) or request.reasoning_effort is not None
