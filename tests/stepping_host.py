"""A host that cannot switch stacks: what a browser without JavaScript Promise Integration is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from lispcore.tasks.switching import Nested


class ThreadedNested(Nested):
    """Tasks in steps; what they do outside is done by threads."""

    def __init__(self) -> None:
        self._ended: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def begin(self, work: Callable[[], Any], done: Callable[[], None]) -> Callable[[], Any]:
        """Has a thread do the work."""
        outcome: list[Any] = []

        def run() -> None:
            try:
                outcome.append((work(), None))
            except BaseException as error:  # whatever it is belongs to the task
                outcome.append((None, error))
            self._ended.put(done)

        threading.Thread(target=run, daemon=True).start()

        def result() -> Any:
            value, error = outcome[0]
            if error is not None:
                raise error
            return value

        return result

    def wait(self, seconds: float) -> bool:
        """Waits until some work has ended."""
        try:
            done = self._ended.get(timeout=seconds) if seconds > 0 else self._ended.get_nowait()
        except queue.Empty:
            return False
        done()
        return True


class SteppingHost:
    """Another host, without its way to switch stacks."""

    switches = False

    def __init__(self, host: Any) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def switcher(self) -> ThreadedNested:
        """Returns the way of places that cannot switch."""
        return ThreadedNested()
