"""What is seen of model calls from outside: meters that count, and listeners for tool calls.

A workflow's step wants to know what the calls within it used, whichever functions made them. So the
outermost layer of every call adds to all meters around it; context variables take them along into
tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lispcore.library.models.layers import AskNext, Call, Emit, Postponed
from lispcore.llm.events import Event, ReplyBuilder
from lispcore.llm.messages import ToolCall, ToolResult
from lispcore.llm.usage import Usage

if TYPE_CHECKING:
    from lispcore.llm.tool_loop import Around


@dataclass(slots=True)
class Meter:
    """Sums up calls: tokens, dollars (None as soon as a price is not known), the last model."""

    usage: Usage = field(default_factory=Usage)
    usd: float | None = 0.0
    model: str = ""
    calls: int = 0

    def add(self, usage: Usage, usd: float | None, model: str) -> None:
        """Counts one call."""
        self.calls += 1
        self.usage = self.usage.plus(usage)
        self.usd = None if usd is None or self.usd is None else self.usd + usd
        self.model = model


# The meters of the forms around, outermost first.
meters: ContextVar[tuple[Meter, ...]] = ContextVar("meters", default=())

# Hears of each tool call before it runs.
tool_listener: ContextVar[Callable[[ToolCall], None] | None] = ContextVar(
    "tool listener", default=None
)


def watch(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """The outermost layer: counts what a call used, also where it failed half-way."""
    builder = ReplyBuilder(call.model)

    def note(event: Event) -> None:
        builder.add(event)
        emit(event)

    try:
        ask_next(call, note)
    except Postponed:  # the call will be made again
        raise
    except BaseException:
        _count(call, builder)
        raise
    _count(call, builder)


def _count(call: Call, builder: ReplyBuilder) -> None:
    for meter in meters.get():
        meter.add(builder.usage, call.account.cost_usd, builder.model)


def watched_tools(around: Around) -> Around:
    """Returns what stands around a tool call, with the listener told before."""

    def run_watched(wanted: ToolCall, run: Callable[[], ToolResult]) -> ToolResult:
        listener = tool_listener.get()
        if listener is not None:
            listener(wanted)
        return around(wanted, run)

    return run_watched
