"""Tasks: the scheduler behind ``async``, ``await``, channels and everything built on them.

Cooperative and deterministic. One queue, first in, first out; the program itself is a task in it.
Control changes hands only where a task waits, and where one is spawned: those that were ready
before get a turn first. Time is the scheduler's own: it stands still while anything can run, and
jumps to the next deadline (waiting as long in reality) when everything waits.

    ready ──turn──▶ running ──waits──▶ waiting ──woken──▶ ready        running ──▶ settled

A task waits for a promise, for a channel, for a time, or for work outside (a request). How it runs
stands in turns.py, what it is in waiting.py.

What waits says so in two parts: `begin` notes what the running task waits for and gives `WAITS`;
then a generator yields, and `come_back` waits on the stack.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Final

from lispcore.tasks.resuming import WAITS, Steps, Waits
from lispcore.tasks.stepping import GIVEN, Held, in_steps, stands_for
from lispcore.tasks.switching import Nested
from lispcore.tasks.task_host import ConcurrentHost
from lispcore.tasks.turns import MAXIMUM_NESTED, Turns
from lispcore.tasks.waiting import (
    BARE,
    CANCELLED,
    FREE,
    LIGHT,
    OWN_STACK,
    PAUSING,
    PENDING,
    SETTLING,
    STEPPED,
    UNBEGUN,
    AsyncPromise,
    Parked,
    Task,
    Wait,
    cancelled,
)
from lispcore.values.errors import LispError, Stopped
from lispcore.values.types import Value

# How often Stop is looked for while everything waits for work outside.
SECONDS_PER_CHECK: Final = 0.1


class Scheduler(Turns):
    """All tasks of one interpreter."""

    def __init__(self, host: Callable[[], Any], given: list[Any], in_steps: bool = False) -> None:
        super().__init__(host, given, ConcurrentHost(self), in_steps)
        # Time in milliseconds, and who waits for it: (deadline, number, what to do then).
        self._clock = 0.0
        self._timers: list[list[Any]] = []
        self._count = 0
        # How many channels have been made: messages name them by number.
        self.channels = 0
        self._alarms = 0

    # --- for the library ------------------------------------------------------------------------

    def spawn(
        self, body: Value, way: int = OWN_STACK, arguments: tuple[Value, ...] = ()
    ) -> AsyncPromise:
        """Starts a task that calls `body`; returns the promise of its value.

        `way` says how it can run.
        """
        given = self.begin_spawn(body, way, arguments)
        promise: AsyncPromise = self.come_back() if given is WAITS else given
        return promise

    def begin_spawn(self, body: Value, way: int, arguments: tuple[Value, ...] = ()) -> Any:
        """Begins what `spawn` does; may give `WAITS`: others are ready and go first."""
        if len(self.waiting) + len(self.ready) >= self.most_stacks:
            self._look_for_room()
        self._count += 1
        task = Task(self, self._count, body, arguments, way)
        me = self.current
        if way >= STEPPED:
            task.steps = UNBEGUN
        if way != BARE and way != LIGHT:
            task.context = copy_context()
        if me.ambient is not None:
            task.ambient = me.ambient
        if me.chosen is not None:
            task.chosen = me.chosen
        ready = self.ready
        if ready:
            me.wait = _SPAWNING
            me.inbox = task.promise
            ready.append(me)
            ready.append(task)
            return WAITS
        ready.append(task)
        return task.promise

    def _look_for_room(self) -> None:
        """Raises the error for a task too many."""
        most = self.switcher.most_stacks
        if len(self.waiting) + len(self.ready) >= most:
            raise LispError(
                f"async/spawn: {most} tasks are unfinished already",
                hint="(async/pool-map f items n) keeps at most n tasks under way",
            )

    def begin_pause(self, wait: Wait = PAUSING, on: Any = None) -> Any:
        """Begins to let every task that is ready have a turn.

        Returns `WAITS`, or the value of the pause if nobody is ready.
        """
        if self.ready:
            me = self.current
            me.wait = wait
            me.on = on
            me.inbox = None
            self.ready.append(me)
            return WAITS
        return None if wait.finish is None else wait.finish(on, None)

    def pause(self) -> None:
        """Lets every task that is ready have a turn."""
        if self.begin_pause() is WAITS:
            self.come_back()

    def begin_wait_for(self, promise: AsyncPromise, wait: Wait, pause: Wait) -> Any:
        """Begins to wait until a promise is settled; if it is already, for a `pause`."""
        if promise.state is not PENDING:
            return self.begin_pause(pause, promise)
        promise.listen(self.current)
        return self.begin(wait, promise)

    def wait_for(self, promise: AsyncPromise) -> None:
        """Waits until a promise is settled."""
        if self.begin_wait_for(promise, SETTLING, PAUSING) is WAITS:
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
        if task in self.waiting and (not task.is_outside or self.switcher.leaves_outside):
            if task.wait is not None and task.wait.leave is not None:
                task.wait.leave(task.on, task)
            self.wake(task)
        return True

    def run_all(self) -> None:
        """Runs until nothing can go on any more."""
        if self.current is not self.main:
            self.pause()
            return
        self._drive(None)

    def run_ready(self) -> None:
        """Gives a turn to all that is ready, without waiting for a time; for a program's end."""
        while self.ready:
            self.turn(self.ready.popleft())

    def has_stacks(self) -> bool:
        """Tells whether some task is on a stack of its own, which only this thread can resume."""
        unfinished = (*self.waiting, *self.ready)
        return bool(self.outside) or any(task.stack is not None for task in unfinished)

    def close(self) -> None:
        """Ends all tasks for good: those that wait clean up (``finally``) and cannot wait again."""
        self.closing = True
        unfinished = [*self.waiting, *self.ready]
        for task in self.waiting:
            if task.wait is not None and task.wait.leave is not None:
                task.wait.leave(task.on, task)
        self.waiting.clear()
        self.ready.clear()
        self._timers.clear()
        before = self.current
        self.turns_left = 0  # nobody gets a turn after another one
        for task in unfinished:
            task.cancel_reason = task.cancel_reason or "explicit"  # the answer is not simply there
            if task.stack is not None and (not task.is_outside or self.switcher.leaves_outside):
                self.resume(task)
            elif task.steps is not None and task.steps is not UNBEGUN:
                self.run_steps(task, None)
        self.current = before
        self.fatal = None
        if self.runner is not None:
            runner, self.runner = self.runner, None
            self.switcher.resume(runner.stack)  # it has nothing to do any more, and ends

    # --- waiting and waking ---------------------------------------------------------------------

    def begin(self, wait: Wait, on: Any = None) -> Any:
        """Notes what the running task waits for; returns `WAITS`."""
        if self.closing:
            raise Stopped
        me = self.current
        me.wait = wait
        me.on = on
        self.waiting[me] = None
        return WAITS

    def come_back(self) -> Value:
        """Waits, after something gave `WAITS`, on the running stack; returns the wait's value."""
        me = self.current
        if me.way == LIGHT:
            raise Parked
        try:
            if me is self.main:
                self._drive(me)
            else:
                self._wait_for_turn(me)
        except BaseException:
            if me in self.waiting:
                del self.waiting[me]
                if me.wait is not None and me.wait.leave is not None:
                    me.wait.leave(me.on, me)
            me.wait = me.on = None
            raise
        if me.wait is _SPAWNING:
            return me.inbox  # as `answer` would, for what happens more often than anything else
        return self.answer(me)

    def on_stack(self, steps: Waits[Any]) -> Any:
        """Returns the value of something that waits in steps, and waits on the running stack."""
        try:
            next(steps)
            while True:
                try:
                    value = self.come_back()
                except BaseException as error:
                    steps.throw(error)
                else:
                    self.given[0] = value
                    next(steps)
        except StopIteration as end:
            return end.value

    def wait(self, wait: Wait, on: Any = None) -> Value:
        """Waits on the running stack until somebody wakes the running task."""
        self.begin(wait, on)
        return self.come_back()

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
        if not self._leaves():
            return work()
        return self._meanwhile(lambda done: self.switcher.outside(work, done), what)

    def wait_for_file(self, number: int, writes: bool, seconds: float, what: str) -> bool | None:
        """Waits until a file can be read, or written, while others run; False if time is over.

        None: no others can run, and the caller has to wait as it stands.
        """
        if not self._leaves():
            return None
        watch = self.switcher.watch
        found: bool = self._meanwhile(lambda done: watch(number, writes, seconds, done), what)
        return found

    def _leaves(self) -> bool:
        """Tells whether others can run while the running task does something outside."""
        me = self.current
        if me is self.main or not self.can_switch:
            return False
        if self.closing:
            raise Stopped
        if me.way >= STEPPED and self.serving is None:
            return False
        return True

    def _meanwhile(self, begin: Callable[[Callable[[], None]], Any], what: str) -> Any:
        """Has the switcher begin something for the running task; returns what comes of it."""
        me = self.current
        self.outside += 1
        self.waiting[me] = None
        me.is_outside = True
        me.wait = Wait(lambda _: f"waits for {what}")
        is_over = False

        def done() -> None:
            self.outside -= 1
            if not is_over:
                self.wake(me)

        try:
            result = begin(done)
        finally:
            is_over = True
            self.waiting.pop(me, None)
            me.is_outside = False
            me.wait = None
        if me.cancel_reason:
            reason, me.cancel_reason = me.cancel_reason, ""
            raise cancelled(reason)
        return result

    # --- the loop -------------------------------------------------------------------------------

    def _wait_for_turn(self, me: Task) -> None:
        if self.can_switch and (me.way < STEPPED or self.serving is not None):
            self.switcher.suspend()
            return
        # Others run on top: something was redefined, so that it waits where nobody has seen it, or
        # it is called from C. Meanwhile the task cannot go on by itself.
        if self._nested >= MAXIMUM_NESTED:
            raise LispError(
                f"more than {MAXIMUM_NESTED} tasks wait for one another in the middle of something",
                kind="deadlock",
                hint="let fewer tasks wait at once",
            )
        self._nested += 1
        steps, me.steps = me.steps, None
        try:
            self._drive(me)
        finally:
            self._nested -= 1
            me.steps = steps

    def _drive(self, me: Task | None) -> None:
        """Runs others until it is the turn of `me`; with None until nothing can go on."""
        before = self.current
        # Only where stacks cannot be switched: tasks below this one on the stack that are ready.
        below: list[Task] = []
        ready = self.ready
        try:
            while True:
                if self.outside:
                    self.switcher.wait(0)
                if ready:
                    task = ready.popleft()
                    if task is me:
                        return
                    if task.way >= FREE and task.steps is not None and self.turns_left > 0:
                        # What `turn` would do, without the detour.
                        self.run_steps(task, None)
                        if self.fatal is not None:
                            self.raise_fatal()
                        continue
                    if task.is_below():
                        below.append(task)
                    else:
                        self.turn(task)
                elif self._timers or self.outside:
                    self._pass_time()
                elif me is None:
                    return
                else:
                    error = self._deadlock(me, below)
                    if below:
                        # Whoever runs below must hear of it, too, or it goes on without this task.
                        self.fatal = error
                    raise error
        finally:
            self.current = before
            if below:
                ready.extendleft(reversed(below))

    def _pass_time(self) -> None:
        """Waits for the next deadline or for work outside, and does what is due then."""
        timers = self._timers
        while timers and timers[0][2] is None:
            heapq.heappop(timers)
        host = self.host()
        if self.outside:
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
        waiting = sorted((me, *(task for task in self.waiting if task is not me)), key=_number)
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


# --- the same in steps, see stepping.py -----------------------------------------------------------


@stands_for(Scheduler.come_back)
def _come_back_in_steps(scheduler: Scheduler) -> Waits[None]:
    yield


@stands_for(Scheduler.on_stack)
def _on_stack_in_steps(scheduler: Scheduler, steps: Any) -> Waits[None]:
    GIVEN[0] = yield from steps.generator if type(steps) is Held else steps


@stands_for(Scheduler.do_outside)
def _outside_in_steps(scheduler: Scheduler, work: Callable[[], Any], what: str) -> Any:
    me = scheduler.current
    if scheduler.closing:
        raise Stopped
    switcher = scheduler.switcher
    assert isinstance(switcher, Nested)
    begun = switcher.begin(work, lambda: scheduler.wake(me))
    me.is_outside = True
    try:
        if begun is not None:
            yield from waited_outside(scheduler, what)
            result = begun()
        else:
            me.on = what
            result = in_steps(work)()
            if type(result) is Steps:
                yield result
                result = GIVEN[0]
    finally:
        me.is_outside = False
    if me.cancel_reason:
        reason, me.cancel_reason = me.cancel_reason, ""
        raise cancelled(reason)
    GIVEN[0] = result


def waited_outside(scheduler: Scheduler, what: str) -> Waits[Any]:
    """Waits until the running task is woken by what happens outside; returns what it is given."""
    me = scheduler.current
    me.wait = Wait(lambda _: f"waits for {what}", is_pause=True)
    scheduler.outside += 1
    scheduler.waiting[me] = None
    try:
        yield
    finally:
        scheduler.outside -= 1
        scheduler.waiting.pop(me, None)
    if scheduler.closing:
        raise Stopped
    return GIVEN[0]


def _forget_alarm(on: tuple[Scheduler, list[Any], float], task: Task) -> None:
    on[0].forget(on[1])


_SPAWNING: Final = Wait(is_pause=True)
_SLEEPING: Final = Wait(
    lambda on: f"sleeps for {on[2]:g} ms", _forget_alarm, lambda on, answer: None
)
