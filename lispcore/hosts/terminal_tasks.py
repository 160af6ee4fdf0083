"""Stacks of calls on a terminal: greenlets. Slow work goes to threads while other stacks run."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, Final

from greenlet import getcurrent, greenlet

from lispcore.tasks.context import outside

MAX_THREADS: Final = 64  # as many as calls that `llm/batch` makes at a time at most


class _Job:
    """Work for a thread, and what came of it."""

    __slots__ = ("abandoned", "done", "ended", "error", "result", "work")

    def __init__(self, work: Callable[[], Any], done: Callable[[], None]) -> None:
        self.work = work
        self.done = done
        self.result: Any = None
        self.error: BaseException | None = None
        self.ended = False
        self.abandoned = False


class GreenletSwitcher:
    """Implements `switching.Switcher` with one greenlet for each stack."""

    can_switch = True
    leaves_outside = True
    most_stacks = 100_000

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._threads = 0
        self._busy = 0

    def start(self, body: Callable[[], None]) -> Any:
        """Runs `body` in a new greenlet until it suspends or ends."""
        stack = greenlet(body)
        stack.switch()
        return stack

    def resume(self, stack: Any) -> None:
        """Goes on with a greenlet until it suspends or ends."""
        here = getcurrent()
        if stack.parent is not here:
            stack.parent = here
        stack.switch()

    def suspend(self) -> None:
        """Gives control back to whoever started or resumed this greenlet."""
        parent = getcurrent().parent
        assert parent is not None
        parent.switch()

    def outside(self, work: Callable[[], Any], done: Callable[[], None]) -> Any:
        """Has a thread do the work while other stacks run."""
        job = _Job(work, done)
        self._busy += 1
        if self._busy > self._threads and self._threads < MAX_THREADS:
            self._threads += 1
            # Daemons: a request without an answer must not hold up the end of the process.
            threading.Thread(target=self._serve, daemon=True).start()
        self._jobs.put(job)
        self.suspend()
        if not job.ended:
            job.abandoned = True  # cancelled in the meantime
            return None
        if job.error is not None:
            raise job.error
        return job.result

    def wait(self, seconds: float) -> bool:
        """Waits until some job has ended; False if none has after `seconds`."""
        try:
            if seconds > 0:
                with outside():
                    job = self._ended.get(timeout=seconds)
            else:
                job = self._ended.get_nowait()
        except queue.Empty:
            return False
        self._busy -= 1
        job.ended = True
        job.done()
        return True

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job.result = job.work()
                if job.abandoned and hasattr(job.result, "close"):
                    job.result.close()
            except BaseException as error:  # whatever it is belongs to the stack that waits
                job.error = error
            self._ended.put(job)
