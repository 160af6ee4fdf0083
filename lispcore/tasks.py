"""Tasks: the scheduler behind ``async``, ``await``, channels and everything built on them.

Cooperative and deterministic. One queue, first in, first out; the program itself is a task in it.
Control changes hands only where a task waits, and where one is spawned: those that were ready
before get a turn first. Time is the scheduler's own: it stands still while anything can run, and
jumps to the next deadline (waiting as long in reality) when everything waits.

    ready ──turn──▶ running ──waits──▶ waiting ──woken──▶ ready        running ──▶ settled

A task waits for a promise, for a channel, for a time, or for work outside (a request).

A task that can wait only as its last act (library/last_waits.py) needs no stack of its own: it runs
on top of whoever gives it its turn. When it waits, `Parked` takes its frames down, and what is left
to do once it is woken is to finish the answer and settle its promise.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, Final, NoReturn

from lispcore import context
from lispcore.calls import call
from lispcore.errors import LispError, Stopped
from lispcore.switching import Nested, Switcher
from lispcore.values import TYPE_NAMES, Value, intern_keyword

PENDING: Final = "pending"
RESOLVED: Final = "resolved"
REJECTED: Final = "rejected"
CANCELLED: Final = "cancelled"

# How deep tasks may run on top of one another where stacks cannot be switched.
MAXIMUM_NESTED: Final = 150
# Stop is looked for once in this many turns, and this often while waiting for work outside.
TURNS_PER_CHECK: Final = 64
SECONDS_PER_CHECK: Final = 0.1


class AsyncPromise:
    """The future result of a task; settled once, for all who wait."""

    __slots__ = (
        "error", "listeners", "number", "order", "reason", "state", "task", "traceback", "value",
    )  # fmt: skip

    _settled = 0

    def __init__(self, number: int = 0, task: Task | None = None) -> None:
        self.number = number
        self.task = task
        self.state = PENDING
        # The smaller, the earlier it was settled.
        self.order = 0
        self.value: Value = None
        self.error: Exception | None = None
        self.traceback: TracebackType | None = None
        self.reason = ""
        # Called, in order, when the promise settles.
        self.listeners: list[Callable[[AsyncPromise], None]] | None = None

    def settle(self, state: str, value: Value = None, error: Exception | None = None) -> bool:
        """Settles the promise and tells those who wait; False if it was settled before."""
        if self.state is not PENDING:
            return False
        AsyncPromise._settled += 1
        self.order = AsyncPromise._settled
        self.state = state
        self.value = value
        if error is not None:
            self.error = error
            self.traceback = error.__traceback__
        self.task = None
        listeners, self.listeners = self.listeners, None
        for listener in listeners or ():
            listener(self)
        return True

    def listen(self, listener: Callable[[AsyncPromise], None]) -> None:
        """Has `listener` called when the promise settles (it must not be settled yet)."""
        if self.listeners is None:
            self.listeners = []
        self.listeners.append(listener)

    def result(self) -> Value:
        """Returns the value of a settled promise, or raises its error."""
        if self.state is RESOLVED:
            return self.value
        if self.state is CANCELLED:
            raise cancelled(self.reason)
        assert self.error is not None
        self.error.task_traceback = self.traceback  # type: ignore[attr-defined]
        raise self.error.with_traceback(self.traceback)


TYPE_NAMES[AsyncPromise] = "async-promise"


def cancelled(reason: str) -> LispError:
    """Returns the error that a cancelled task, and whoever waits for it, receives."""
    return LispError(
        "async/await: awaited task was cancelled",
        kind="cancelled",
        reason=intern_keyword(reason or "explicit"),
    )


class Parked(BaseException):
    """Takes down the frames of a task that waits as its last act. Nobody else sees it."""


Finish = Callable[[Value], Value]


def as_it_is(answer: Value) -> Value:
    """Finishes a wait whose answer needs nothing more."""
    return answer


class Task:
    """One activity: what it runs, and while it waits, what for."""

    __slots__ = (
        "ambient", "body", "cancel_reason", "context", "ended", "finish", "inbox", "is_outside",
        "light", "number", "on_leave", "parked_at", "promise", "stack", "waits_for", "where",
    )  # fmt: skip

    def __init__(self, number: int, body: Value, where: str, light: bool = False) -> None:
        self.number = number
        self.body = body
        self.where = where
        self.context: Context | None = None
        # What belongs to the task in the library's eyes; a new task begins with its maker's.
        self.ambient: Any = None
        self.promise = AsyncPromise(number, self)
        self.stack: Any = None
        self.ended = False
        self.is_outside = False
        self.inbox: Value = None
        # A text that completes "task 3 waits …"; None while it does not wait.
        self.waits_for: Callable[[], str] | None = None
        # Takes the task out of where it waits, if it is cancelled there.
        self.on_leave: Callable[[], None] | None = None
        self.cancel_reason = ""
        # Whether it waits only as its last act; then what is left to do, and where it was.
        self.light = light
        self.finish: Finish | None = None
        self.parked_at: TracebackType | None = None

    def name(self) -> str:
        """Returns how messages call the task."""
        return f"task {self.number}{self.where}" if self.number else "the program"


class Scheduler:
    """All tasks of one interpreter."""

    def __init__(self, host: Callable[[], Any]) -> None:
        self._host = host
        self._switcher: Switcher | None = None
        self._main = Task(0, None, "")
        self.current = self._main
        self._ready: deque[Task] = deque()
        # Time in milliseconds, and who waits for it: (deadline, number, what to do then).
        self._clock = 0.0
        self._timers: list[list[Any]] = []
        self._count = 0
        # How many channels have been made: messages name them by number.
        self.channels = 0
        self._alarms = 0
        self._waiting: dict[Task, None] = {}
        self._outside = 0
        self._nested = 0
        self._turns = 0
        self._fatal: BaseException | None = None
        self._closing = False
        self._task_host = ConcurrentHost(self)

    @property
    def switcher(self) -> Switcher:
        """How stacks are switched here."""
        if self._switcher is None:
            make = getattr(self._host(), "switcher", None)
            self._switcher = Nested() if make is None else make()
        return self._switcher

    # --- for the library ------------------------------------------------------------------------

    def spawn(self, body: Value, light: bool = False) -> AsyncPromise:
        """Starts a task that calls `body`; returns the promise of its value.

        `light` says that it can wait only as its last act.
        """
        if len(self._waiting) + len(self._ready) >= self.switcher.most_stacks:
            raise LispError(
                f"async/spawn: {self.switcher.most_stacks} tasks are unfinished already",
                hint="(async/pool-map f items n) keeps at most n tasks under way",
            )
        self._count += 1
        task = Task(self._count, body, _place(body), light)
        task.context = copy_context()
        task.ambient = self.current.ambient
        if self._ready and self.switcher.can_switch:
            self._ready.append(self.current)
            self._ready.append(task)
            self._wait_for_turn()
        else:
            self._ready.append(task)
        return task.promise

    def pause(self, finish: Finish = as_it_is) -> Value:
        """Lets every task that is ready have a turn; returns what `finish` makes of nil."""
        me = self.current
        if self._ready and (self.switcher.can_switch or me is self._main or me.light):
            self._ready.append(me)
            if me.light:
                self._park(finish)
            self._wait_for_turn()
        return finish(None)

    def wait_for(self, promise: AsyncPromise, finish: Finish = as_it_is) -> Value:
        """Waits until a promise is settled; returns what `finish` makes of nil."""
        if promise.state is not PENDING:
            return self.pause(finish)
        me = self.current
        listener = self.waker(me)
        promise.listen(listener)

        def leave() -> None:
            if promise.listeners and listener in promise.listeners:
                promise.listeners.remove(listener)

        return self.wait(lambda: f"waits for {describe_promise(promise)}", leave, finish)

    def sleep(self, milliseconds: float) -> None:
        """Waits for a time on the scheduler's clock."""
        me = self.current
        alarm = self.at(milliseconds, lambda: self.wake(me))
        self.wait(lambda: f"sleeps for {milliseconds:g} ms", lambda: self.forget(alarm))

    def cancel(self, promise: AsyncPromise, reason: str = "explicit") -> bool:
        """Cancels the task of a promise; False if there is nothing to cancel."""
        task = promise.task
        if task is None or promise.state is not PENDING:
            return False
        promise.reason = task.cancel_reason = reason
        promise.settle(CANCELLED)
        if task in self._waiting and (not task.is_outside or self.switcher.leaves_outside):
            if task.on_leave is not None:
                task.on_leave()
            self.wake(task)
        return True

    def run_all(self) -> None:
        """Runs until nothing can go on any more."""
        if self.current is not self._main:
            self.pause()
            return
        self._drive(None)

    def run_ready(self) -> None:
        """Gives a turn to all that is ready, without waiting for a time; for a program's end."""
        while self._ready:
            self._turn(self._ready.popleft())

    def close(self) -> None:
        """Ends all tasks for good: those that wait clean up (``finally``) and cannot wait again."""
        self._closing = True
        unfinished = [*self._waiting, *self._ready]
        self._ready.clear()
        self._timers.clear()
        before = self.current
        for task in unfinished:
            if task.stack is not None and not task.is_outside:
                self.current = task
                self.switcher.resume(task.stack)
        self.current = before
        self._fatal = None

    # --- waiting and waking ---------------------------------------------------------------------

    def wait(
        self,
        waits_for: Callable[[], str],
        leave: Callable[[], None] | None = None,
        finish: Finish = as_it_is,
    ) -> Value:
        """Waits until somebody wakes the running task; returns `finish` of what they gave `wake`.

        `waits_for` completes the sentence "task 3 …" for the report of a deadlock; `leave` takes
        the task out of where it waits. The functions of `last_waits.WAIT_LAST` do with the answer
        in `finish` all that they do with it.
        """
        me = self.current
        if self._closing:
            raise Stopped
        me.waits_for = waits_for
        me.on_leave = leave
        self._waiting[me] = None
        if me.light:
            self._park(finish)
        try:
            self._wait_for_turn()
        except BaseException:
            if leave is not None and me in self._waiting:
                leave()
            raise
        finally:
            self._waiting.pop(me, None)
            me.waits_for = me.on_leave = None
        if self._closing:
            raise Stopped
        value, me.inbox = me.inbox, None
        if me.cancel_reason:
            reason, me.cancel_reason = me.cancel_reason, ""
            raise cancelled(reason)
        return finish(value)

    def _park(self, finish: Finish) -> NoReturn:
        """Leaves the stack for good: the running task has nothing to do but wait and `finish`."""
        self.current.finish = finish
        raise Parked

    def wake(self, task: Task, value: Value = None) -> None:
        """Makes a waiting task ready."""
        if task in self._waiting:
            del self._waiting[task]
            task.inbox = value
            self._ready.append(task)

    def waker(self, task: Task) -> Callable[[Any], None]:
        """Returns a function of one argument that wakes a task."""
        return lambda _: self.wake(task)

    def at(self, milliseconds: float, action: Callable[[], None]) -> list[Any]:
        """Has something done after a time; returns what `forget` takes."""
        self._alarms += 1
        alarm = [self._clock + milliseconds, self._alarms, action]
        heapq.heappush(self._timers, alarm)
        return alarm

    def forget(self, alarm: list[Any]) -> None:
        """Drops what was planned by `at`."""
        alarm[2] = None

    def do_outside(self, work: Callable[[], Any], what: str) -> Any:
        """Does something slow for the running task while others run; returns its result."""
        me = self.current
        if me is self._main or not self.switcher.can_switch:
            return work()
        self._outside += 1
        self._waiting[me] = None
        me.is_outside = True
        me.waits_for = lambda: f"waits for {what}"
        is_over = False

        def done() -> None:
            self._outside -= 1
            if not is_over:
                self.wake(me)

        try:
            result = self.switcher.outside(work, done)
        finally:
            is_over = True
            self._waiting.pop(me, None)
            me.is_outside = False
            me.waits_for = None
        if me.cancel_reason:
            reason, me.cancel_reason = me.cancel_reason, ""
            raise cancelled(reason)
        return result

    # --- the loop -------------------------------------------------------------------------------

    def _wait_for_turn(self) -> None:
        if self.current is self._main or not self.switcher.can_switch:
            self._drive(self.current)
        else:
            self.switcher.suspend()

    def _drive(self, me: Task | None) -> None:
        """Runs others until it is the turn of `me`; with None until nothing can go on."""
        before = self.current
        # Only where stacks cannot be switched: tasks below this one on the stack that are ready.
        below: list[Task] = []
        try:
            while True:
                if self._outside:
                    self.switcher.wait(0)
                if self._ready:
                    task = self._ready.popleft()
                    if task is me:
                        return
                    if (
                        task.stack is None
                        and task.body is None
                        and task.finish is None
                        and not task.ended
                    ):
                        below.append(task)
                    else:
                        self._turn(task)
                elif self._timers or self._outside:
                    self._pass_time()
                elif me is None:
                    return
                else:
                    error = self._deadlock(me, below)
                    if below:
                        # Whoever runs below must hear of it, too, or it goes on without this task.
                        self._fatal = error
                    raise error
        finally:
            self.current = before
            self._ready.extendleft(reversed(below))

    def _turn(self, task: Task) -> None:
        """Runs a task until it waits or ends."""
        self._turns += 1
        if self._turns % TURNS_PER_CHECK == 0:
            self._host().check()
        before = self.current
        self.current = task
        try:
            if task.stack is not None:
                self.switcher.resume(task.stack)
            elif task.finish is not None:
                self._finish(task)
            elif task.promise.state is PENDING and not task.ended:
                self._start(task)
        finally:
            self.current = before
        if self._fatal is not None:
            fatal, self._fatal = self._fatal, None
            raise fatal

    def _start(self, task: Task) -> None:
        body, task.body = task.body, None
        assert task.context is not None
        run = task.context.run
        if task.light:
            run(self._run_body, task, body)
            return
        if self.switcher.can_switch:
            stack = self.switcher.start(lambda: run(self._run_body, task, body))
            if not task.ended:
                task.stack = stack
            return
        if self._nested >= MAXIMUM_NESTED:
            raise LispError(
                f"more than {MAXIMUM_NESTED} tasks wait for one another, and this browser cannot "
                "switch between them",
                kind="deadlock",
                hint="use a current Chrome or Firefox, or let fewer tasks wait at once",
            )
        self._nested += 1
        try:
            run(self._run_body, task, body)
        finally:
            self._nested -= 1

    def _run_body(self, task: Task, body: Value) -> None:
        """Runs on the task's own stack; no exception may leave it."""
        context.set_task_host(self._task_host)
        try:
            task.promise.settle(RESOLVED, call(body))
        except Parked as parked:
            task.parked_at = parked.__traceback__
            return
        except Exception as error:
            if not task.promise.settle(REJECTED, None, error):
                error.__traceback__ = None
        except BaseException as error:  # Stop, Ctrl-C, exit: these end the program, not the task
            task.promise.settle(CANCELLED)
            self._fatal = error
        finally:
            task.ended = task.finish is None
            task.stack = None

    def _finish(self, task: Task) -> None:
        """Ends a task whose last wait is over."""
        finish, task.finish = task.finish, None
        assert finish is not None
        task.ended = True
        value, task.inbox = task.inbox, None
        task.waits_for = task.on_leave = None
        if task.promise.state is not PENDING:  # cancelled meanwhile
            return
        try:
            task.promise.settle(RESOLVED, finish(value))
        except Exception as error:
            # What went wrong did so where the task had left off.
            error.__traceback__ = task.parked_at
            task.promise.settle(REJECTED, None, error)
        task.parked_at = None

    def _pass_time(self) -> None:
        """Waits for the next deadline or for work outside, and does what is due then."""
        timers = self._timers
        while timers and timers[0][2] is None:
            heapq.heappop(timers)
        host = self._host()
        if self._outside:
            left = (timers[0][0] - self._clock) / 1000 if timers else SECONDS_PER_CHECK
            limit = min(left, SECONDS_PER_CHECK)
            started = host.monotonic()
            if self.switcher.wait(limit):
                limit = min(host.monotonic() - started, limit)
            self._clock += limit * 1000
            host.check()
        elif timers:
            if timers[0][0] > self._clock:
                host.sleep((timers[0][0] - self._clock) / 1000)
            self._clock = max(self._clock, timers[0][0])
        while timers and timers[0][0] <= self._clock:
            action = heapq.heappop(timers)[2]
            if action is not None:
                action()

    # --- reports --------------------------------------------------------------------------------

    def _deadlock(self, me: Task, below: list[Task]) -> LispError:
        waiting = sorted((me, *(task for task in self._waiting if task is not me)), key=_number)
        lines = [
            f"{task.name()} {task.waits_for()}"
            for task in waiting[:8]
            if task.waits_for is not None
        ]
        if len(waiting) > 8:
            lines.append(f"{len(waiting) - 8} more tasks wait")
        if below and not self.switcher.can_switch:
            return LispError(
                "this browser cannot switch between tasks that wait for each other: "
                + "; ".join(lines),
                kind="deadlock",
                hint="use a current Chrome or Firefox, or start the task that waits last",
            )
        return LispError(
            "deadlock: nothing can go on: " + "; ".join(lines),
            kind="deadlock",
            hint="a channel needs somebody who sends, and (channel/close c) when no more will come",
        )


def _number(task: Task) -> int:
    return task.number


def _place(body: Value) -> str:
    code = getattr(body, "__code__", None)
    line = getattr(code, "co_firstlineno", 0)
    if code is None or not code.co_filename.startswith("lisp:") or line < 1:
        return ""
    return f" (line {line})"


def describe_promise(promise: AsyncPromise) -> str:
    """Returns how messages call a promise."""
    task = promise.task
    return task.name() if task is not None else "a promise that nobody settles"


class ConcurrentHost:
    """The host as a task sees it: while it waits for time or network, other tasks run."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scheduler._host(), name)

    def sleep(self, seconds: float) -> None:
        """Waits on the scheduler's clock."""
        self._scheduler.sleep(seconds * 1000)

    def fetch(self, request: Any) -> Any:
        """Sends a request; others run until its head is there, and until each piece of its body."""
        host = self._scheduler._host()
        what = f"an answer from {request.url.partition('://')[2].partition('/')[0]}"
        response = self._scheduler.do_outside(lambda: host.fetch(request), what)
        return ConcurrentResponse(self._scheduler, response, what)

    def fetch_all(self, requests: list[Any], limit: int) -> Any:
        """Sends many requests at once; others run until all are answered."""
        host = self._scheduler._host()
        what = f"the answers to {len(requests)} requests"
        return self._scheduler.do_outside(lambda: host.fetch_all(requests, limit), what)


_END: Final = object()


class ConcurrentResponse:
    """A reply that lets other tasks run while it waits for the next piece."""

    def __init__(self, scheduler: Scheduler, response: Any, what: str) -> None:
        self._scheduler = scheduler
        self._response = response
        self._what = what
        self.status = response.status
        self.headers = response.headers

    def chunks(self) -> Any:
        """Yields the body as it arrives."""
        pieces = iter(self._response.chunks())
        try:
            while True:
                piece = self._scheduler.do_outside(lambda: next(pieces, _END), self._what)
                if piece is _END:
                    return
                yield piece
        except LispError:  # the task was cancelled while it waited
            self._response.close()
            raise

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        self._response.close()


__all__ = ["AsyncPromise", "ConcurrentHost", "Scheduler", "Stopped", "Task"]
