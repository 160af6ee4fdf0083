"""The layer that sends no more than so many requests a second, in `llm/with-rate-limit`.

A bucket that holds one token: the first request goes at once, each further one when its turn has
come. Attempts after a failure are requests, too. Tasks share the bucket of the form around them.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from lispcore.library.models.calling.layers import AskNext, Call, Emit
from lispcore.tasks import context


@dataclass(slots=True)
class RateLimit:
    """How many seconds lie between two requests, and when the next one may go."""

    interval_seconds: float
    next_turn: float | None = None

    def take_turn(self) -> float:
        """Waits for a turn; returns the seconds that took."""
        host = context.host()
        now = host.monotonic()
        turn = now if self.next_turn is None else max(now, self.next_turn)
        # Taken before the wait, so that a task that comes meanwhile queues behind it.
        self.next_turn = turn + self.interval_seconds
        if turn > now:
            host.sleep(turn - now)
        return turn - now


current: ContextVar[RateLimit | None] = ContextVar("rate limit", default=None)


def limit_rate(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Waits for the request's turn."""
    limit = current.get()
    if limit is not None:
        call.account.waited_seconds += limit.take_turn()
    ask_next(call, emit)
