"""Model calls that bear failures: chains of providers, and a limit of requests a second.

Attempts after passing failures need no function here: every call makes them (`calling/retry.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lispcore.library.arguments import (
    check_options,
    name_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.registry import function
from lispcore.llm.catalog import PROVIDERS, canonical_name
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, Map, Value, Vector, list_items, type_name
from lispcore.values.types import List as LispList

if TYPE_CHECKING:
    from lispcore.library.models.calling.fallback import Link

_FALLBACK: Final = "llm/with-fallback"
_MAX_RATE: Final = 1_000_000

_TWO: Final = (
    '(begin (llm/define-provider :down {:complete (fn (r) (error "no"))}) '
    '(llm/define-provider :up {:complete (fn (r) (str "up: " (:model r)))}) '
)


@function(
    _FALLBACK,
    "providers:list thunk:function",
    "any",
    "Calls a function; each model call in it asks the first provider of the list, and the next one "
    "if that fails, after its own attempts. An entry is a provider's name, `[provider model]` or "
    "`{:provider … :model …}`; a model given here goes before that of the call. A stream keeps "
    "the provider whose first piece has arrived. The error of a chain that failed names each "
    "provider's.",
    [
        (_TWO + '(llm/with-fallback [:down [:up "m"]] (fn () (llm/complete "q"))))', '"up: m"'),
        (
            _TWO + '(llm/with-fallback [:down :down] (fn () (llm/complete "q"))))',
            "error: all 2 providers failed: down: no; down: no",
        ),
        ("(llm/with-fallback [] (fn () 1))", "error: the chain has no provider"),
        ("(llm/with-fallback [:nobody] (fn () 1))", "error: unknown provider :nobody"),
    ],
)
def with_fallback(providers: Value, thunk: Value) -> Value:
    entries = sequence_argument(_FALLBACK, providers, 1)
    check_function(_FALLBACK, thunk, 2)
    if not entries:
        raise LispError(
            f"{_FALLBACK}: the chain has no provider", hint="for example [:anthropic :openai]"
        )
    from lispcore.library.models.calling.fallback import current

    token = current.set(tuple(_link(entry) for entry in entries))
    try:
        return call(thunk)
    finally:
        current.reset(token)


def _link(entry: Value) -> Link:
    from lispcore.library.models.calling.fallback import Link, find_provider
    from lispcore.library.models.calling.model_session import model_session

    provider, model = _provider_and_model(entry)
    name = canonical_name(name_argument(f"{_FALLBACK}: each provider", provider))
    session = model_session()
    if find_provider(session, name) is None:
        known = " ".join(f":{each}" for each in session.provider_names())
        raise LispError(
            f"{_FALLBACK}: unknown provider :{name}", kind="llm", hint=f"configured are {known}"
        )
    listed = PROVIDERS.get(name)
    if listed is not None and not listed.chats:
        raise LispError(f"{_FALLBACK}: {listed.title} has no chat models", kind="llm")
    if model is None:
        return Link(name)
    return Link(name, string_argument(f"{_FALLBACK}: the model of :{name}", model))


def _provider_and_model(entry: Value) -> tuple[Value, Value]:
    if isinstance(entry, Map):
        given = check_options(_FALLBACK, entry, ("provider", "model"))
        if given.get("provider") is None:
            raise LispError(f"{_FALLBACK}: {print_value(entry)} names no :provider")
        return given["provider"], given.get("model")
    if type(entry) in (Vector, LispList):
        items = entry.items if type(entry) is Vector else list_items(entry)
        if len(items) not in (1, 2):
            raise LispError(
                f"{_FALLBACK}: expected [provider model], got {print_value(entry)[:60]}"
            )
        return items[0], items[1] if len(items) == 2 else None
    return entry, None


@function(
    "llm/with-rate-limit",
    "per-second:number thunk:function",
    "any",
    "Calls a function; the model calls in it, also those of its tasks and repeated attempts, send "
    "no more than so many requests a second. A number below 1 makes longer pauses.",
    [
        ('(llm/with-rate-limit 100 (fn () (llm/set-default :demo) "done"))', '"done"'),
        ("(llm/with-rate-limit 0 (fn () 1))", "error: expected a number above 0"),
    ],
)
def with_rate_limit(per_second: Value, thunk: Value) -> Value:
    if type(per_second) not in (int, float) or not 0 < per_second <= _MAX_RATE:
        shown = print_value(per_second) if type(per_second) in (int, float, Keyword) else ""
        raise LispError(
            "llm/with-rate-limit: argument 1 expected a number above 0, in requests a second, "
            f"got {shown or type_name(per_second)}",
            kind="type-error",
            expected="number",
            got=type_name(per_second),
        )
    check_function("llm/with-rate-limit", thunk, 2)
    from lispcore.library.models.calling.rate_limit import RateLimit, current

    token = current.set(RateLimit(1.0 / per_second))
    try:
        return call(thunk)
    finally:
        current.reset(token)
