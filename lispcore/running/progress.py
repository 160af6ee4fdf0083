"""How far compiling a text is, for whoever waits for a long one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

# What takes no longer is not spoken of; then it is said so often.
QUIET_SECONDS: Final = 0.4
PAUSE_SECONDS: Final = 0.1
# Which part of the way is behind when a text has been read, its forms expanded, its passes run.
READ: Final = 0.3
EXPANDED: Final = 0.6
COMPILED: Final = 0.7

# Is told how far it is, from 0 to 1; the host enters it. 1: it is over, and the program runs.
teller: Callable[[float], None] | None = None


class Progress:
    """The way of one text; nothing is said before `begin` and after `over`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._quiet_until = math.inf
        self._is_told = False

    def begin(self) -> None:
        """Counts from now on, unless it does already."""
        if self._quiet_until == math.inf and teller is not None:
            self._quiet_until = self._clock() + QUIET_SECONDS

    def reached(self, done: float) -> None:
        """Says how far it is, if it takes long and was not said just now."""
        if self._quiet_until == math.inf or teller is None:
            return
        now = self._clock()
        if now >= self._quiet_until:
            self._quiet_until = now + PAUSE_SECONDS
            self._is_told = True
            teller(min(done, 0.99))

    def over(self) -> None:
        """Says that the program runs, if anything was said."""
        self._quiet_until = math.inf
        if self._is_told and teller is not None:
            self._is_told = False
            teller(1.0)


__all__ = ["Progress"]
