"""Tasks: the scheduler behind ``async``, ``await``, channels and everything built on them.

Cooperative and deterministic. One queue, first in, first out; the program itself is a task in it.
Control changes hands only where a task waits, and where one is spawned: those that were ready
before get a turn first. Time is the scheduler's own: it stands still while anything can run, and
jumps to the next deadline (waiting as long in reality) when everything waits.

    ready ──turn──▶ running ──waits──▶ waiting ──woken──▶ ready        running ──▶ settled

A task waits for a promise, for a channel, for a time, or for work outside (a request).

A task needs a stack of its own only if nothing better is known of it:

- A function whose waits the compiler has seen is there a second time as a Python generator
  (resuming.py). Its task is a generator that yields where it waits: a switch costs no more than a
  call. If it calls something that waits unseen, in the middle of a step, the stack on which that
  step runs belongs to the task until the step is over (`_Runner`); of one that is known never to do
  that, every step runs on top of whoever gives it its turn.
- A task that can wait only as its last act (library/last_waits.py) runs on top of others, too. When
  it waits, `Parked` takes its frames down, and what is left to do once it is woken is to finish the
  answer and settle its promise.

What waits says so in two parts: `begin` notes what the running task waits for and gives `WAITS`;
then a generator yields, and `come_back` waits on the stack.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from types import CodeType, TracebackType
from typing import Any, Final, NoReturn

from lispcore import context
from lispcore.calls import TAIL, bounce, call, spread
from lispcore.errors import LispError, Stopped
from lispcore.resuming import WAITS, Steps, resumable
from lispcore.switching import Nested, Switcher
from lispcore.values import LISP_FILE_PREFIX, TYPE_NAMES, Value, intern_keyword

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
        # Woken or called, in order, when the promise settles.
        self.listeners: list[Task | Callable[[AsyncPromise], None]] | None = None

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
        if listeners is not None:
            scheduler = context.interpreter().tasks
            for listener in listeners:
                if type(listener) is Task:
                    scheduler.wake(listener)
                else:
                    listener(self)  # type: ignore[operator]
        return True

    def listen(self, listener: Task | Callable[[AsyncPromise], None]) -> None:
        """Has a task woken or a function called when the promise settles (not yet settled)."""
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


class Wait:
    """One way to wait for something.

    `describe` completes "task 3 …" for the report of a deadlock, `leave` takes a cancelled task out
    of where it waits, `finish` makes the value of the wait from what `wake` was given; each gets
    first what is waited for. `is_pause`: the task is ready all the time and only lets others go
    first, so it cannot be cancelled there.
    """

    __slots__ = ("describe", "finish", "is_pause", "leave")

    def __init__(
        self,
        describe: Callable[[Any], str] | None = None,
        leave: Callable[[Any, Task], None] | None = None,
        finish: Callable[[Any, Any], Value] | None = None,
        *,
        is_pause: bool = False,
    ) -> None:
        self.describe = describe
        self.leave = leave
        self.finish = finish
        self.is_pause = is_pause


# How a task runs: on a stack of its own, until it waits, in steps, in steps that never wait unseen.
OWN_STACK: Final = 0
LIGHT: Final = 1
STEPPED: Final = 2
FREE: Final = 3


class Task:
    """One activity: what it runs, and while it waits, what for."""

    __slots__ = (
        "ambient", "arguments", "body", "cancel_reason", "code", "context", "ended", "inbox",
        "is_outside", "number", "on", "parked_at", "promise", "runner", "stack", "steps", "wait",
        "way",
    )  # fmt: skip

    def __init__(
        self, number: int, body: Value, arguments: tuple[Value, ...] = (), way: int = OWN_STACK
    ) -> None:
        self.number = number
        self.body = body
        self.arguments = arguments
        # Where the program has written it, for messages.
        self.code: CodeType | None = getattr(body, "__code__", None)
        self.way = way
        self.context: Context | None = None
        # What belongs to the task in the library's eyes; a new task begins with its maker's.
        self.ambient: Any = None
        self.promise = AsyncPromise(number, self)
        self.stack: Any = None
        # The generator, while it does not run; and whose stack its present step has kept.
        self.steps: Any = None
        self.runner: _Runner | None = None
        self.ended = False
        self.is_outside = False
        self.inbox: Any = None
        # How it waits, and for what; also afterwards, until it goes on.
        self.wait: Wait | None = None
        self.on: Any = None
        self.cancel_reason = ""
        # Where a light task was when it had nothing left to do but wait.
        self.parked_at: TracebackType | None = None

    def name(self) -> str:
        """Returns how messages call the task."""
        if not self.number:
            return "the program"
        code = self.code
        if code is None or not code.co_filename.startswith(LISP_FILE_PREFIX):
            return f"task {self.number}"
        return f"task {self.number} (line {code.co_firstlineno})"

    def is_below(self) -> bool:
        """Tells whether it is in the middle of something on the running stack."""
        return (
            self.stack is None
            and self.steps is None
            and self.body is None
            and self.parked_at is None
            and not self.ended
        )


# In place of the generator of a task that has not begun.
_UNBEGUN: Final = object()


class _Runner:
    """A stack on which the steps of many tasks run, one after the other."""

    __slots__ = ("stack", "task")

    def __init__(self) -> None:
        self.stack: Any = None
        # Whose step runs on it.
        self.task: Task | None = None


class Scheduler:
    """All tasks of one interpreter."""

    def __init__(self, host: Callable[[], Any]) -> None:
        self._host = host
        self._switcher: Switcher | None = None
        self._main = Task(0, None)
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
        # A stack for steps that has none to do; the one on which a step runs.
        self._runner: _Runner | None = None
        self._serving: _Runner | None = None
        self._closing = False
        self._task_host = ConcurrentHost(self)

    @property
    def switcher(self) -> Switcher:
        """How stacks are switched here."""
        if self._switcher is None:
            make = getattr(self._host(), "switcher", None)
            self._switcher = Nested() if make is None else make()
        return self._switcher

    @property
    def can_switch(self) -> bool:
        """Whether a stack can be left in the middle and another one resumed."""
        return self.switcher.can_switch

    # --- for the library ------------------------------------------------------------------------

    def spawn(
        self, body: Value, way: int = OWN_STACK, arguments: tuple[Value, ...] = ()
    ) -> AsyncPromise:
        """Starts a task that calls `body`; returns the promise of its value.

        `way` says how it can run.
        """
        promise = self.begin_spawn(body, way, arguments)
        if promise is WAITS:
            promise = self.come_back()
        return promise  # type: ignore[no-any-return]

    def begin_spawn(
        self,
        body: Value,
        way: int,
        arguments: tuple[Value, ...] = (),
        *,
        may_yield: bool = False,
    ) -> Any:
        """Begins what `spawn` does; may give `WAITS`: others are ready and go first.

        `may_yield`: the caller needs no stack to wait.
        """
        if len(self._waiting) + len(self._ready) >= self.switcher.most_stacks:
            raise LispError(
                f"async/spawn: {self.switcher.most_stacks} tasks are unfinished already",
                hint="(async/pool-map f items n) keeps at most n tasks under way",
            )
        self._count += 1
        task = Task(self._count, body, arguments, way)
        me = self.current
        if way != FREE:
            task.context = copy_context()
        if way >= STEPPED:
            task.steps = _UNBEGUN
        task.ambient = me.ambient
        ready = self._ready
        if ready and (may_yield or self.can_switch):
            me.wait = _SPAWNING
            me.on = task.promise
            ready.append(me)
            ready.append(task)
            return WAITS
        ready.append(task)
        return task.promise

    def begin_pause(self, wait: Wait, on: Any, *, may_yield: bool = False) -> Any:
        """Lets every task that is ready have a turn; returns `WAITS`, or the value of the pause."""
        me = self.current
        if self._ready and (may_yield or self.can_switch or me is self._main or me.way == LIGHT):
            self._ready.append(me)
            me.wait = wait
            me.on = on
            return WAITS
        return None if wait.finish is None else wait.finish(on, None)

    def pause(self) -> None:
        """Lets every task that is ready have a turn."""
        if self.begin_pause(_PAUSING, None) is WAITS:
            self.come_back()

    def begin_wait_for(
        self, promise: AsyncPromise, finish: Wait, pause: Wait, *, may_yield: bool = False
    ) -> Any:
        """Begins to wait until a promise is settled: by `finish`, or `pause` if it is already."""
        if promise.state is not PENDING:
            return self.begin_pause(pause, promise, may_yield=may_yield)
        promise.listen(self.current)
        return self.begin(finish, promise)

    def wait_for(self, promise: AsyncPromise) -> None:
        """Waits until a promise is settled."""
        if self.begin_wait_for(promise, SETTLING, _PAUSING) is WAITS:
            self.come_back()

    def begin_sleep(self, milliseconds: float) -> Any:
        """Begins to wait for a time on the scheduler's clock."""
        me = self.current
        alarm = self.at(milliseconds, lambda: self.wake(me))
        return self.begin(_SLEEPING, (self, alarm, milliseconds))

    def sleep(self, milliseconds: float) -> None:
        """Waits for a time on the scheduler's clock."""
        self.begin_sleep(milliseconds)
        self.come_back()

    def cancel(self, promise: AsyncPromise, reason: str = "explicit") -> bool:
        """Cancels the task of a promise; False if there is nothing to cancel."""
        task = promise.task
        if task is None or promise.state is not PENDING:
            return False
        promise.reason = task.cancel_reason = reason
        promise.settle(CANCELLED)
        if task in self._waiting and (not task.is_outside or self.switcher.leaves_outside):
            if task.wait is not None and task.wait.leave is not None:
                task.wait.leave(task.on, task)
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
        self._waiting.clear()
        self._ready.clear()
        self._timers.clear()
        before = self.current
        for task in unfinished:
            if task.stack is not None and not task.is_outside:
                self._resume(task)
            elif task.steps is not None and task.steps is not _UNBEGUN:
                self.current = task
                self._step(task)
        self.current = before
        self._fatal = None
        if self._runner is not None:
            runner, self._runner = self._runner, None
            self.switcher.resume(runner.stack)  # it has nothing to do any more, and ends

    # --- waiting and waking ---------------------------------------------------------------------

    def begin(self, wait: Wait, on: Any = None) -> Any:
        """Notes what the running task waits for; returns `WAITS`."""
        if self._closing:
            raise Stopped
        me = self.current
        me.wait = wait
        me.on = on
        self._waiting[me] = None
        return WAITS

    def come_back(self) -> Value:
        """Waits, after something gave `WAITS`, on the running stack; returns the wait's value."""
        me = self.current
        if me.way == LIGHT:
            raise Parked
        try:
            self._wait_for_turn()
        except BaseException:
            if me in self._waiting:
                del self._waiting[me]
                if me.wait is not None and me.wait.leave is not None:
                    me.wait.leave(me.on, me)
            me.wait = me.on = None
            raise
        return self._answer(me)

    def complete(self, value: Any) -> Value:
        """Returns the value of something that may have given `WAITS`."""
        return value if value is not WAITS else self.come_back()

    def wait(self, wait: Wait, on: Any = None) -> Value:
        """Waits on the running stack until somebody wakes the running task."""
        self.begin(wait, on)
        return self.come_back()

    def _answer(self, task: Task) -> Value:
        """Returns the value of a wait that is over, or raises its error."""
        wait, on, value = task.wait, task.on, task.inbox
        task.wait = task.on = task.inbox = None
        assert wait is not None
        if not wait.is_pause:
            if self._closing:
                raise Stopped
            if task.cancel_reason:
                reason, task.cancel_reason = task.cancel_reason, ""
                raise cancelled(reason)
        return value if wait.finish is None else wait.finish(on, value)

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
        if me is self._main or not self.can_switch:
            return work()
        if me.way >= STEPPED and self._serving is None:
            if self._closing:
                raise Stopped
            return work()
        self._outside += 1
        self._waiting[me] = None
        me.is_outside = True
        me.wait = Wait(lambda _: f"waits for {what}")
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
            me.wait = None
        if me.cancel_reason:
            reason, me.cancel_reason = me.cancel_reason, ""
            raise cancelled(reason)
        return result

    # --- the loop -------------------------------------------------------------------------------

    def _wait_for_turn(self) -> None:
        me = self.current
        on_top = me.way >= STEPPED and self._serving is None
        if me is self._main or not self.can_switch or on_top:
            self._drive(me)
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
                    if task.is_below():
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
                self._resume(task)
            elif task.steps is not None:
                self._go_on(task)
            elif task.parked_at is not None:
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
        if task.way == LIGHT:
            run(self._run_body, task, body)
            return
        if self.can_switch:
            stack = self.switcher.start(lambda: run(self._run_body, task, body))
            if not task.ended:
                task.stack = stack
            return
        self._nest(lambda: run(self._run_body, task, body))

    def _nest(self, work: Callable[[], None]) -> None:
        """Does something on top of the task that waits, which is possible only so often."""
        if self._nested >= MAXIMUM_NESTED:
            raise LispError(
                f"more than {MAXIMUM_NESTED} tasks wait for one another, and this browser cannot "
                "switch between them",
                kind="deadlock",
                hint="use a current Chrome or Firefox, or let fewer tasks wait at once",
            )
        self._nested += 1
        try:
            work()
        finally:
            self._nested -= 1

    def _run_body(self, task: Task, body: Value) -> None:
        """Runs on the task's own stack; no exception may leave it."""
        context.set_task_host(self._task_host)
        try:
            value = spread(body, task.arguments) if task.arguments else call(body)
            task.promise.settle(RESOLVED, bounce() if value is TAIL else value)
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
            task.ended = task.parked_at is None
            task.stack = None

    def _finish(self, task: Task) -> None:
        """Ends a task whose last wait is over."""
        task.ended = True
        parked_at, task.parked_at = task.parked_at, None
        if task.promise.state is not PENDING:  # cancelled meanwhile
            return
        try:
            task.promise.settle(RESOLVED, self._answer(task))
        except Exception as error:
            # What went wrong did so where the task had left off.
            error.__traceback__ = parked_at
            task.promise.settle(REJECTED, None, error)

    # --- tasks in steps -------------------------------------------------------------------------

    def _go_on(self, task: Task) -> None:
        """Runs one step of a task that is a generator, and maybe those of others after it."""
        if task.way == FREE:
            self._step(task)
        elif not self.can_switch:
            self._nest(lambda: self._step(task))
        elif self._runner is None:
            runner = self._runner = self._serving = _Runner()
            runner.task = task
            run = copy_context().run
            runner.stack = self.switcher.start(lambda: run(self._serve, runner))
            self._served(runner)
        else:
            runner = self._serving = self._runner
            runner.task = task
            self.switcher.resume(runner.stack)
            self._served(runner)

    def _resume(self, task: Task) -> None:
        """Goes on with the stack of a task."""
        self.current = task
        runner = self._serving = task.runner
        self.switcher.resume(task.stack)
        if runner is not None:
            self._served(runner)

    def _served(self, runner: _Runner) -> None:
        """Notes, when a runner's stack has given control back, whether a step has kept it."""
        self._serving = None
        task = runner.task
        if task is not None:
            task.stack = runner.stack
            task.runner = runner
            if self._runner is runner:
                self._runner = None

    def _serve(self, runner: _Runner) -> None:
        """Runs steps on a runner's stack, as long as the next in the queue are such."""
        while runner.task is not None:
            task = runner.task
            self.current = task
            self._step(task)
            task.stack = task.runner = runner.task = None
            if self._runner is None:
                self._runner = runner  # the step had kept the stack
            elif self._runner is not runner:
                return
            if self._fatal is None:
                runner.task = self._next_step()
            if runner.task is None:
                self.switcher.suspend()

    def _next_step(self) -> Task | None:
        """Takes the next task from the queue, if all it needs is a runner."""
        try:
            if self._outside:
                self.switcher.wait(0)
            if not self._ready or self._ready[0].steps is None:
                return None
            self._turns += 1
            if self._turns % TURNS_PER_CHECK == 0:
                self._host().check()
        except BaseException as error:
            self._fatal = error
            return None
        return self._ready.popleft()

    def _step(self, task: Task) -> None:
        """Runs a generator until it yields or ends; no exception leaves this."""
        steps = task.steps
        task.steps = None
        context_ = task.context
        try:
            if steps is _UNBEGUN:
                if task.promise.state is not PENDING:  # cancelled meanwhile
                    return
                body, task.body = task.body, None
                steps = spread(resumable(body), task.arguments)
                if context_ is not None:
                    context_.run(context.set_task_host, self._task_host)
                send, value = steps.send, None
            else:
                try:
                    send, value = steps.send, self._answer(task)
                except (Exception, Stopped) as error:
                    send, value = steps.throw, error
            if context_ is None:
                send(value)
            else:
                context_.run(send, value)
            task.steps = steps
            return
        except StopIteration as end:
            value = end.value
        except Exception as error:
            self._fail(task, error)
            return
        except BaseException as error:  # Stop, Ctrl-C, exit: these end the program, not the task
            self._abort(task, error)
            return
        self._end(task, value)

    def _end(self, task: Task, value: Any) -> None:
        """Settles the promise of a generator that has returned a value."""
        if value is TAIL:
            try:
                value = bounce() if task.context is None else task.context.run(bounce)
            except Exception as error:
                self._fail(task, error)
                return
            except BaseException as error:
                self._abort(task, error)
                return
        task.ended = True
        task.promise.settle(RESOLVED, value)

    def _fail(self, task: Task, error: Exception) -> None:
        task.ended = True
        if not task.promise.settle(REJECTED, None, error):
            error.__traceback__ = None

    def _abort(self, task: Task, error: BaseException) -> None:
        task.ended = True
        task.promise.settle(CANCELLED)
        self._fatal = error

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
            f"{task.name()} {task.wait.describe(task.on)}"
            for task in waiting[:8]
            if task.wait is not None and task.wait.describe is not None
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


def describe_promise(promise: AsyncPromise) -> str:
    """Returns how messages call a promise."""
    task = promise.task
    return task.name() if task is not None else "a promise that nobody settles"


def _stop_listening(promise: AsyncPromise, task: Task) -> None:
    if promise.listeners and task in promise.listeners:
        promise.listeners.remove(task)


def _forget_alarm(on: tuple[Scheduler, list[Any], float], task: Task) -> None:
    on[0].forget(on[1])


_PAUSING: Final = Wait(is_pause=True)
_SPAWNING: Final = Wait(finish=lambda promise, _: promise, is_pause=True)
_SLEEPING: Final = Wait(
    lambda on: f"sleeps for {on[2]:g} ms", _forget_alarm, lambda on, answer: None
)
# Waits until a promise is settled, and gives nil.
SETTLING: Final = Wait(
    lambda promise: f"waits for {describe_promise(promise)}",
    _stop_listening,
    lambda promise, answer: None,
)


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
