"""The layer that asks the next provider of a chain when one fails, in `llm/with-fallback`.

A program that sees the pieces as they come keeps the provider whose words it has seen; one that
waits for the whole answer gets it from a single provider, whatever others began to say.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace

from lispcore.library.models.calling.layers import AskNext, Call, Emit
from lispcore.library.models.calling.model_session import LispProvider, ModelSession, model_session
from lispcore.llm.catalog import PROVIDERS, canonical_name, settings_for
from lispcore.llm.events import Event, ModelNamed, ReplyBuilder, UsageReport
from lispcore.llm.failures import AllProvidersFailed, ModelError
from lispcore.llm.requests import Settings
from lispcore.llm.usage import Usage
from lispcore.tasks import context
from lispcore.values.errors import LispError


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain: a provider's name, and a model that goes before every other."""

    provider: str
    model: str = ""


current: ContextVar[tuple[Link, ...]] = ContextVar("fallback chain", default=())


def find_provider(session: ModelSession, name: str) -> Settings | LispProvider | None:
    """Returns a provider that is configured, or at least known."""
    return session.find(name) or settings_for(name)


def provider_to_ask(session: ModelSession, named: str = "") -> Settings | LispProvider:
    """Returns the provider that a call names, the first of the chain in force, or the default."""
    if named:
        chosen = find_provider(session, canonical_name(named))
        if chosen is None:
            raise _unknown(session, named)
        return chosen
    chain = current.get()
    first = find_provider(session, chain[0].provider) if chain else None
    return first or session.default_provider()


def _unknown(session: ModelSession, named: str) -> LispError:
    from difflib import get_close_matches

    known = [*session.provider_names(), *(name for name, each in PROVIDERS.items() if each.chats)]
    near = get_close_matches(named, known, 1, 0.6)
    return LispError(
        f"option :provider names {named}, which is not configured",
        kind="llm",
        hint=f"did you mean :{near[0]}?" if near else f"(llm/configure :{named} {{:base-url …}})",
    )


def fall_back(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Asks the providers of the chain in turn, until one answers."""
    chain = current.get()
    if not chain or call.is_settled:
        ask_next(call, emit)
        return
    session = model_session()
    failures: list[tuple[str, Exception]] = []
    for link in chain:
        provider = find_provider(session, link.provider)
        if provider is None:  # it was redefined meanwhile
            continue
        request = replace(call.request, model=link.model) if link.model else call.request
        attempt = _Attempt(emit, call.is_live)
        try:
            ask_next(replace(call, provider=provider, request=request), attempt.take)
            attempt.hand_over()
            return
        except Exception as error:
            if attempt.was_heard or not _is_the_providers(error, provider):
                raise
            failures.append((link.provider, error))
            attempt.book(call, link.provider)
            call.account.notes.append(f"{link.provider} failed ({_words(error)})")
    raise _all_failed(failures)


def _is_the_providers(error: Exception, provider: Settings | LispProvider) -> bool:
    if isinstance(error, ModelError):
        return True
    cancelled = isinstance(error, LispError) and error.kind == "cancelled"
    return isinstance(provider, LispProvider) and not cancelled


def _words(error: Exception) -> str:
    return error.message if isinstance(error, ModelError) else context.explained(error).message


class _Attempt:
    """What one provider says: handed on at once, or when the answer is whole."""

    def __init__(self, emit: Emit, is_live: bool) -> None:
        self._emit = emit
        self._is_live = is_live
        self._events: list[Event] = []
        self.was_heard = False

    def take(self, event: Event) -> None:
        """Takes an event in."""
        if self._is_live and (self.was_heard or not isinstance(event, (ModelNamed, UsageReport))):
            self.hand_over()
            self._emit(event)
        else:
            self._events.append(event)

    def hand_over(self) -> None:
        """Hands on what was kept."""
        self.was_heard = True
        events, self._events = self._events, []
        for event in events:
            self._emit(event)

    def book(self, call: Call, provider: str) -> None:
        """Notes the tokens of an answer that nobody will hear."""
        builder = ReplyBuilder(call.model)
        for event in self._events:
            builder.add(event)
        if builder.usage != Usage():
            call.account.in_vain.append((provider, builder.model, builder.usage))


def _all_failed(failures: list[tuple[str, Exception]]) -> Exception:
    if not failures:
        return AllProvidersFailed("no provider of the chain is configured")
    last = failures[-1][1]
    if len(failures) == 1:
        return last
    told = "; ".join(f"{name}: {_words(error)}" for name, error in failures)
    error = AllProvidersFailed(f"all {len(failures)} providers failed: {told}")
    if isinstance(last, ModelError):
        error.status, error.type, error.advice = last.status, last.type, last.advice
        error.partial, error.retry_after, error.attempts = (
            last.partial, last.retry_after, last.attempts,
        )  # fmt: skip
    error.provider = failures[-1][0]
    return error
