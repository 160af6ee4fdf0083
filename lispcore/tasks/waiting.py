"""What takes turns and what it waits for: promises, tasks, and ways to wait.

Who runs next is the scheduler's business (scheduler.py), how a turn is given that of turns.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from itertools import count
from types import CodeType, TracebackType
from typing import Any, Final, Protocol

from lispcore.values.borders import stays
from lispcore.values.errors import LispError
from lispcore.values.types import LISP_FILE_PREFIX, TYPE_NAMES, Value, intern_keyword

PENDING: Final = "pending"
RESOLVED: Final = "resolved"
REJECTED: Final = "rejected"
CANCELLED: Final = "cancelled"


_orders: Final = count(1)


class AsyncPromise:
    """The future result of a task; settled once, for all who wait."""

    # Most promises need few of these: a class's own values cost nothing.
    state = PENDING
    # The smaller, the earlier it was settled.
    order = 0
    value: Value = None
    error: Exception | None = None
    traceback: TracebackType | None = None
    reason = ""
    # Woken or called, in order, when the promise settles.
    listeners: list[Task | Callable[[AsyncPromise], None]] | None = None

    def __init__(self, number: int = 0, task: Task | None = None) -> None:
        self.number = number
        self.task = task

    def settle(self, state: str, value: Value = None, error: Exception | None = None) -> bool:
        """Settles the promise and tells those who wait; False if it was settled before."""
        if self.state is not PENDING:
            return False
        self.order = next(_orders)
        self.state = state
        self.value = value
        if error is not None:
            self.error = error
            self.traceback = error.__traceback__
        self.task = None
        listeners, self.listeners = self.listeners, None
        if listeners is not None:
            for listener in listeners:
                if isinstance(listener, Task):
                    listener.scheduler.wake(listener)
                else:
                    listener(self)
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
        self.error.task_traceback = self.traceback  # type: ignore[attr-defined]  # errors of any class carry it
        raise self.error.with_traceback(self.traceback)


TYPE_NAMES[AsyncPromise] = "async-promise"
stays(AsyncPromise)


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


# How a task runs: on a stack of its own; until it waits; in steps; in steps that never wait unseen;
# in such steps which besides never look at the context (nor does a light task).
OWN_STACK: Final = 0
LIGHT: Final = 1
STEPPED: Final = 2
FREE: Final = 3
BARE: Final = 4


# In place of the generator of a task that has not begun.
UNBEGUN: Final = object()


class Runner:
    """A stack on which the steps of many tasks run, one after the other."""

    __slots__ = ("stack", "task")

    def __init__(self) -> None:
        self.stack: Any = None
        # Whose step runs on it.
        self.task: Task | None = None


class Waker(Protocol):
    """What a promise asks of the scheduler when it settles."""

    def wake(self, task: Task) -> None:
        """Makes a waiting task ready."""
        ...


class Task:
    """One activity: what it runs, and while it waits, what for."""

    # Where the program has written the body of a task that has begun, for messages.
    code: CodeType | None = None
    context: Context | None = None
    # What belongs to the task in the library's eyes; a new task begins with its maker's.
    ambient: Any = None
    # What the task has chosen for its calls, the provider of models; handed on in the same way.
    chosen: Any = None
    stack: Any = None
    # The generator, while it does not run; and whose stack its present step has kept.
    steps: Any = None
    runner: Runner | None = None
    ended = False
    is_outside = False
    inbox: Any = None
    # How it waits, and for what; also afterwards, until it goes on.
    wait: Wait | None = None
    on: Any = None
    cancel_reason = ""
    # Where a light task was when it had nothing left to do but wait.
    parked_at: TracebackType | None = None

    def __init__(
        self,
        scheduler: Waker,
        number: int,
        body: Value,
        arguments: tuple[Value, ...] = (),
        way: int = OWN_STACK,
    ) -> None:
        self.scheduler = scheduler
        self.number = number
        self.body = body
        self.arguments = arguments
        self.way = way
        self.promise = AsyncPromise(number, self)

    def name(self) -> str:
        """Returns how messages call the task."""
        if not self.number:
            return "the program"
        code = self.code or getattr(self.body, "__code__", None)
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


def describe_promise(promise: AsyncPromise) -> str:
    """Returns how messages call a promise."""
    task = promise.task
    return task.name() if task is not None else "a promise that nobody settles"


def stop_listening(promise: AsyncPromise, task: Task) -> None:
    """Takes a task out of those that wait for a promise."""
    if promise.listeners and task in promise.listeners:
        promise.listeners.remove(task)


# Goes on at once, but on another stack.
MOVING: Final = Wait(is_pause=True)
# Lets others go first.
PAUSING: Final = Wait(is_pause=True)
# Waits until a promise is settled, and gives nil.
SETTLING: Final = Wait(
    lambda promise: f"waits for {describe_promise(promise)}",
    stop_listening,
    lambda promise, answer: None,
)
