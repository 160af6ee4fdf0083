"""How fast rows may go: a token bucket that all workers share.

A provider that says that it is too much makes it slower, twice each time; every row that works
makes it a little faster, up to what was asked for.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.tasks import context
from lispcore.values.errors import LispError

_SLOWER: Final = 2.0
_FASTER: Final = 0.9
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 120.0
BUSY: Final = frozenset((429, 503, 529))


class Pace:
    """When the next row may begin."""

    def __init__(self, per_second: float | None) -> None:
        self._least = 0.0 if per_second is None else 1 / per_second
        self._interval = self._least
        self._next = 0.0
        # Whether anybody has asked for less than all: a million rows ask for that.
        self.is_limited = per_second is not None

    def wait(self) -> None:
        """Waits until another row may begin."""
        host = context.host()
        now = host.monotonic()
        start = max(now, self._next)
        self._next = start + self._interval
        if start > now:
            host.sleep(start - now)

    def slow_down(self, error: LispError) -> None:
        """Takes note of a refusal; nobody begins before the time that it names."""
        self.is_limited = True
        pause = self._interval * _SLOWER or _FIRST_PAUSE_SECONDS
        self._interval = min(pause, _LONGEST_SECONDS)
        asked: Any = error.fields.get("retry-after")
        wanted = float(asked) if isinstance(asked, (int, float)) else self._interval
        until = context.host().monotonic() + min(wanted, _LONGEST_SECONDS)
        self._next = max(self._next, until)

    def speed_up(self) -> None:
        """Takes note of a row that worked."""
        if self._interval <= self._least:
            return
        faster = self._interval * _FASTER
        self._interval = max(self._least, faster if faster > 0.001 else 0.0)


def is_busy(error: LispError) -> bool:
    """Tells whether a provider asked for fewer calls."""
    return error.kind == "llm" and error.fields.get("status") in BUSY
