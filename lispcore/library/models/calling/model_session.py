"""What one interpreter knows about models: providers, the default, tokens used so far.

Providers come from three places: the program (`llm/configure`, `llm/define-provider`), the host's
settings (the page, or environment variables), and the demo model, which is always there and is the
default while nothing else was chosen. Which one is asked is a matter of each task: a new one begins
with what its maker had chosen, and what it chooses itself is no other task's business.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lispcore.library.models.calling.ledger import Ledger
from lispcore.llm.catalog import DEMO, PROVIDERS, canonical_name, settings_for
from lispcore.llm.failures import AllProvidersFailed, ModelError
from lispcore.llm.requests import Settings
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Value

if TYPE_CHECKING:
    from lispcore.llm.demo_script import ScriptedReply
    from lispcore.llm.requests import Request


# Who is asked in an evaluation, provider and model: requests name the model then, so that on a tape
# the same question to two models is two calls.
stated_model: ContextVar[tuple[str, str] | None] = ContextVar("stated model", default=None)
# Which repeat of a case asks, from 2: each is a call of its own on a tape, too.
sample: ContextVar[int | None] = ContextVar("sample", default=None)


@dataclass(frozen=True, slots=True)
class LispProvider:
    """One provider that the program defined: a function from a request map to a reply."""

    provider: str
    model: str
    complete: Value


@dataclass(slots=True)
class ModelSession:
    """The state of one interpreter."""

    own: dict[str, Settings | LispProvider] = field(default_factory=dict)
    # Gives the demo model's next reply for a request; None while it has no part to play.
    script: Callable[[Request], ScriptedReply] | None = None
    ledger: Ledger = field(default_factory=Ledger)

    def host_providers(self) -> dict[str, Any]:
        """Returns the providers that the host's settings configure, under their names."""
        providers: dict[str, Any] = context.host().model_settings().get("providers") or {}
        return {canonical_name(name): entry for name, entry in providers.items()}

    def provider_names(self) -> list[str]:
        """Returns the names of all configured providers, sorted."""
        return sorted({*self.own, *self.host_providers(), DEMO})

    def choose(self, name: str | None) -> None:
        """Has the calls of the running task go to a provider; None leaves it to the settings."""
        task = context.interpreter().tasks.current
        # One that the program configured is kept as it is now: another task may do it otherwise.
        task.chosen = None if name is None else (name, self.own.get(name))

    def _chosen(self) -> tuple[str, Settings | LispProvider | None] | None:
        chosen: tuple[str, Settings | LispProvider | None] | None
        chosen = context.interpreter().tasks.current.chosen
        return chosen

    def default_name(self) -> str:
        """Returns the name of the provider that calls go to."""
        own = self._chosen()
        if own is not None:
            return own[0]
        chosen = canonical_name(context.host().model_settings().get("default") or DEMO)
        listed = PROVIDERS.get(chosen)
        return chosen if listed is None or listed.chats else DEMO

    def find(self, name: str) -> Settings | LispProvider | None:
        """Returns a configured provider."""
        if name in self.own:
            return self.own[name]
        entry = self.host_providers().get(name)
        if entry is not None:
            return settings_for(name, entry.get("base_url") or "", entry.get("model") or "")
        return settings_for(DEMO) if name == DEMO else None

    def default_provider(self) -> Settings | LispProvider:
        """Returns the provider that calls go to."""
        own = self._chosen()
        name = self.default_name()
        found = (own[1] if own is not None else None) or self.find(name)
        if found is None:
            raise LispError(
                f"the provider {name} is not configured",
                kind="llm",
                hint="choose one in the settings, or with (llm/set-default …)",
            )
        return found


_sessions: WeakKeyDictionary[Any, ModelSession] = WeakKeyDictionary()


def model_session() -> ModelSession:
    """Returns the session of the running interpreter."""
    interpreter = context.interpreter()
    session = _sessions.get(interpreter)
    if session is None:
        session = _sessions[interpreter] = ModelSession()
    return session


def lisp_error(error: ModelError) -> LispError:
    """Returns a failed call as an error that programs can catch.

    Beside ``:type :llm`` and ``:message`` the caught map has ``:provider :status :reason :advice
    :partial`` (the text that had arrived) ``:attempts`` and, where the provider said so,
    ``:retry-after`` (seconds).
    """
    fields: dict[str, Any] = {
        "provider": error.provider,
        "status": error.status,
        "reason": error.type,
        "advice": error.advice,
        "partial": error.partial,
        "attempts": error.attempts,
    }
    if error.retry_after is not None:
        fields["retry-after"] = error.retry_after
    said = error.message
    if not isinstance(error, AllProvidersFailed):  # whose message names them itself
        if error.provider:
            said = f"{error.provider}: {said}"
        if error.attempts > 1:
            said += f" ({error.attempts} attempts)"
    return LispError(said, kind="llm", hint=error.advice or None, **fields)
