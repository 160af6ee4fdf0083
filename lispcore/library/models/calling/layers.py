"""What stands between one request and the provider that answers it: layers, one inside the other.

    exchange ─▶ intercept ─▶ watch ─▶ cache ─▶ budget ─▶ cassette ─▶ visitor's budget ─▶ fallback
             ─▶ retry ─▶ rate limit ─▶ transport

Each is a plain function ``layer(call, emit, ask_next)``. It hands the events of the answer to
`emit` as they arrive, and returns when the answer is whole. If there is none it raises `ModelError`
(or what a provider's Lisp function raised). A layer that has nothing to do says
``ask_next(call, emit)``; others ask with another call (`dataclasses.replace`), pass another `emit`
that looks at the events on their way, ask several times, or not at all::

    def keep(call, emit, ask_next):
        events = []
        def note(event):
            events.append(event)
            emit(event)
        ask_next(call, note)
        store(call.request, events)      # only reached by a whole answer

Events are pushed and never pulled through generators: a provider or a callback may be a Lisp
function, and those are called from plain frames only (`calls.py`).

Which layer is at work in a `with-…` form is kept in a context variable of its module, so that tasks
take it along from where they were made; what such a variable holds (a budget, a limiter) is shared.
Each layer has its own module; the order is a table in `exchange.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lispcore.library.models.calling.model_session import LispProvider
from lispcore.llm.events import Event
from lispcore.llm.requests import Request, Settings
from lispcore.llm.usage import Usage

Emit: TypeAlias = Callable[[Event], None]


@dataclass(slots=True)
class Account:
    """What became of a call, written by its layers: for its record, its error and `last-usage`.

    `provider` is who answered in the end (also in a recording), `attempts` counts requests that
    were sent (also to providers that failed), `waited_seconds` the time between them, `cost_usd`
    what the call cost (None if a price is not known), `in_vain` provider, model and tokens of
    answers that broke off and were asked for elsewhere; `notes` are sentences for people,
    `recorded` is its number in the recording of the run, 0 without one.
    """

    provider: str = ""
    attempts: int = 0
    waited_seconds: float = 0.0
    cost_usd: float | None = 0.0
    in_vain: list[tuple[str, str, Usage]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Labels:
    """What a call says to those who watch it and not to the model.

    `agent` is the name of the agent that asks (None where none does), `turn` counts its calls from
    1; `metadata` and `tags` are values of JSON.
    """

    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    conversation_id: str = ""
    session_id: str = ""
    user_id: str = ""
    agent: str | None = None
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way. `is_live`: the program sees the pieces while they arrive.

    `is_settled`: the call itself named its provider, and no other one is to be asked.
    """

    request: Request
    provider: Settings | LispProvider
    is_live: bool = False
    max_retries: int | None = None
    account: Account = field(default_factory=Account)
    labels: Labels = field(default_factory=Labels)
    is_settled: bool = False

    @property
    def model(self) -> str:
        """The name of the model that is asked."""
        return self.request.model or self.provider.model


class Postponed(BaseException):
    """A call ends here because it will be made again with its reply at hand (`together.py`)."""


class NotYet(Postponed):
    """A call must wait for others that were postponed: they hold what is left of a budget."""


AskNext: TypeAlias = Callable[[Call, Emit], None]
Layer: TypeAlias = Callable[[Call, Emit, AskNext], None]


def chain(layers: tuple[Layer, ...], transport: AskNext) -> AskNext:
    """Returns a function that sends a call through all layers, the first being the outermost."""
    ask_next = transport
    for layer in reversed(layers):
        ask_next = _joined(layer, ask_next)
    return ask_next


def _joined(layer: Layer, ask_next: AskNext) -> AskNext:
    # Not functools.partial: that would call through C, and a Lisp function may be called below.
    def ask(call: Call, emit: Emit) -> None:
        layer(call, emit, ask_next)

    return ask
