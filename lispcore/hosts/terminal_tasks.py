"""Stacks of calls on a terminal: greenlets. Slow work goes to threads while other stacks run."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import threading
import time
import weakref
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


class _Watch:
    """A stack that waits for a file, until `deadline`."""

    __slots__ = ("deadline", "done", "ended", "is_ready", "number")

    def __init__(self, number: int, deadline: float, done: Callable[[], None]) -> None:
        self.number = number
        self.deadline = deadline
        self.done = done
        self.ended = False
        self.is_ready = False


class _Selector:
    """Files that stacks wait for. Threads wake it up with `wake`."""

    def __init__(self) -> None:
        self._files = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        self._files.register(self._woken, selectors.EVENT_READ, None)
        self.watches: dict[int, _Watch] = {}
        self._next_deadline = float("inf")
        weakref.finalize(self, _close, self._files, self._woken, self._waker)

    def add(self, watch: _Watch, writes: bool) -> None:
        """Begins to wait for a file."""
        event = selectors.EVENT_WRITE if writes else selectors.EVENT_READ
        self._files.register(watch.number, event, watch)
        self.watches[watch.number] = watch
        self._next_deadline = min(self._next_deadline, watch.deadline)

    def end(self, watch: _Watch) -> None:
        """Ends a wait."""
        if not watch.ended:
            watch.ended = True
            del self.watches[watch.number]
            self._files.unregister(watch.number)
            watch.done()

    def select(self, seconds: float) -> bool:
        """Waits until something can go on; False if nothing could."""
        now = time.monotonic()
        ready = self._files.select(max(0.0, min(seconds, self._next_deadline - now)))
        found = bool(ready)
        for key, _ in ready:
            watch = key.data
            if watch is None:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
                continue
            watch.is_ready = True
            self.end(watch)
        if self._next_deadline <= now + seconds:
            now = time.monotonic()
            for watch in [each for each in self.watches.values() if each.deadline <= now]:
                self.end(watch)
                found = True
            left = (each.deadline for each in self.watches.values())
            self._next_deadline = min(left, default=float("inf"))
        return found

    def wake(self) -> None:
        """Ends a `select` that another thread is in."""
        with contextlib.suppress(OSError):  # it is full of such calls, or closed
            self._waker.send(b"\0")


def _close(*things: Any) -> None:
    for each in things:
        each.close()


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
        self._selector: _Selector | None = None

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

    def watch(self, number: int, writes: bool, seconds: float, done: Callable[[], None]) -> bool:
        """Waits until a file can be read, or written, while other stacks run."""
        if self._selector is None:
            self._selector = _Selector()
        selector = self._selector
        watch = _Watch(number, time.monotonic() + seconds, done)
        selector.add(watch, writes)
        try:
            self.suspend()
        finally:
            selector.end(watch)
        return watch.is_ready

    def wait(self, seconds: float) -> bool:
        """Waits until some work is done or some file is ready; False if none is after `seconds`."""
        selector = self._selector
        if selector is not None and selector.watches:
            try:
                job = self._ended.get_nowait()
            except queue.Empty:
                if seconds <= 0:
                    return selector.select(0)
                with outside():
                    return selector.select(seconds)
            self._end(job)
            return True
        try:
            if seconds > 0:
                with outside():
                    job = self._ended.get(timeout=seconds)
            else:
                job = self._ended.get_nowait()
        except queue.Empty:
            return False
        self._end(job)
        return True

    def _end(self, job: _Job) -> None:
        self._busy -= 1
        job.ended = True
        job.done()

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
            if self._selector is not None:
                self._selector.wake()
