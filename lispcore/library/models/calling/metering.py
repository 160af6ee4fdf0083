"""Meters and listeners: how a form around learns what the calls within it used.

A workflow's step wants to know that, whichever functions made the calls. Context variables take
meters along into tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from lispcore.llm.messages import ToolCall
from lispcore.llm.usage import Usage

_NOTHING = Usage()  # made once: every step and row begins with it


@dataclass(slots=True)
class Meter:
    """Sums up calls: tokens, dollars (None as soon as a price is not known), the last model.

    `requests` are the numbers of their requests in the inspector, `played` the seconds that those
    took once which came from a recording now.
    """

    usage: Usage = _NOTHING
    usd: float | None = 0.0
    model: str = ""
    calls: int = 0
    requests: list[int] = field(default_factory=list)
    played: float = 0.0

    def add(
        self, usage: Usage, usd: float | None, model: str, requests: Iterable[int] = ()
    ) -> None:
        """Counts one call."""
        self.calls += 1
        self.requests += requests
        self.usage = self.usage.plus(usage)
        self.usd = None if usd is None or self.usd is None else self.usd + usd
        self.model = model


# The meters of the forms around, outermost first.
meters: ContextVar[tuple[Meter, ...]] = ContextVar("meters", default=())

# Hears of each tool call before it runs.
tool_listener: ContextVar[Callable[[ToolCall], None] | None] = ContextVar(
    "tool listener", default=None
)
