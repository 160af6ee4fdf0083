"""How a task gets its turn: on a stack of its own, on top of others, or step by step.

A task needs a stack of its own only if nothing better is known of it:

- A function whose waits the compiler has seen is there a second time as a Python generator
  (resuming.py). Its task is a generator that yields where it waits: a switch costs no more than a
  call. Of one that is known never to wait unseen, every step runs on top of whoever gives it its
  turn. Any other may call something that suspends the stack in the middle of a step; so the steps
  of those run on a stack that is kept for them, and if a step suspends that stack, it belongs to
  the task until the step is over (`Runner`).
- A task that can wait only as its last act (library/tasks/last_waits.py) runs on top of others,
  too. When it waits, `Parked` takes its frames down, and what is left to do once it is woken is to
  finish the answer and settle its promise.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Final, NoReturn

from lispcore.tasks.resuming import GENERATOR, resumable
from lispcore.tasks.stepping import steps_of
from lispcore.tasks.switching import Nested, Switcher
from lispcore.tasks.task_host import set_task_host
from lispcore.tasks.waiting import (
    CANCELLED,
    FREE,
    LIGHT,
    MOVING,
    PENDING,
    REJECTED,
    RESOLVED,
    STEPPED,
    UNBEGUN,
    Parked,
    Runner,
    Task,
    cancelled,
)
from lispcore.values.calls import TAIL, bounce, call
from lispcore.values.errors import Stopped
from lispcore.values.types import Value

# How deep tasks may run on top of one another where one waits unseen.
MAXIMUM_NESTED: Final = 150
# Stop is looked for once in this many turns.
TURNS_PER_CHECK: Final = 1024


class Turns:
    """The queue of those who are ready, and how each gets its turn."""

    def __init__(
        self,
        host: Callable[[], Any],
        given: list[Any],
        task_host: Any = None,
        in_steps: bool = False,
    ) -> None:
        self.host = host
        # How values go to generators and come from them, see resuming.py.
        self.given = given
        # Stacks cannot be switched here: whatever a task calls is run in steps (stepping.py).
        self.in_steps = in_steps
        # What tasks are given for a host.
        self._task_host = task_host
        self._switcher: Switcher | None = None
        # What the switcher says of itself; known from the first task on.
        self.can_switch = False
        self.most_stacks = 0
        self.main = Task(self, 0, None)
        self.current = self.main
        self.ready: deque[Task] = deque()
        self.waiting: dict[Task, None] = {}
        self.closing = False
        # How much work outside is under way.
        self.outside = 0
        # What ends the program, on its way to the stack that gave the turn.
        self.fatal: BaseException | None = None
        self._nested = 0
        self.turns_left = TURNS_PER_CHECK
        # A stack for steps that has none to do; the one on which a step runs.
        self.runner: Runner | None = None
        self.serving: Runner | None = None

    @property
    def switcher(self) -> Switcher:
        """How stacks are switched here."""
        if self._switcher is None:
            make = getattr(self.host(), "switcher", None)
            self._switcher = Nested() if make is None else make()
            self.can_switch = self._switcher.can_switch
            self.most_stacks = self._switcher.most_stacks
        return self._switcher

    @property
    def takes_turns(self) -> bool:
        """Whether a task can wait for others wherever it is."""
        return self.in_steps or self.switcher.can_switch

    def wake(self, task: Task, value: Value = None) -> None:
        """Makes a waiting task ready."""
        if task in self.waiting:
            del self.waiting[task]
            task.inbox = value
            self.ready.append(task)

    def turn(self, task: Task) -> None:
        """Runs a task until it waits or ends, and maybe others that are next in the queue."""
        self.turns_left -= 1
        if self.turns_left <= 0:
            self.turns_left = TURNS_PER_CHECK
            self.host().check()
        before = self.current
        try:
            if task.stack is not None:
                self.resume(task)
            elif task.steps is not None:
                self._go_on(task)
            elif task.parked_at is not None:
                self._finish(task)
            elif task.promise.state is PENDING and not task.ended:
                self._start(task)
        finally:
            self.current = before
        if self.fatal is not None:
            self.raise_fatal()

    def raise_fatal(self) -> NoReturn:
        """Raises what ends the program."""
        fatal, self.fatal = self.fatal, None
        assert fatal is not None
        raise fatal

    def answer(self, task: Task) -> Value:
        """Returns the value of a wait that is over, or raises its error."""
        wait, on, value = task.wait, task.on, task.inbox
        task.wait = task.on = task.inbox = None
        assert wait is not None
        if not wait.is_pause:
            if self.closing:
                raise Stopped
            if task.cancel_reason:
                reason, task.cancel_reason = task.cancel_reason, ""
                raise cancelled(reason)
        return value if wait.finish is None else wait.finish(on, value)

    # --- tasks in one piece ---------------------------------------------------------------------

    def _start(self, task: Task) -> None:
        body, task.body = task.body, None
        task.code = getattr(body, "__code__", None)
        self.current = task
        if task.way == LIGHT:
            self._run_body(task, body)
            return
        assert task.context is not None
        run = task.context.run
        stack = self.switcher.start(lambda: run(self._run_body, task, body))
        if not task.ended:
            task.stack = stack

    def _run_body(self, task: Task, body: Value) -> None:
        """Runs on the task's own stack, if it needs one; no exception may leave it."""
        if task.way != LIGHT:
            set_task_host(self._task_host)
        try:
            task.promise.settle(RESOLVED, call(body, *task.arguments))
        except Parked as parked:
            task.parked_at = parked.__traceback__
            return
        except Exception as error:
            if not task.promise.settle(REJECTED, None, error):
                error.__traceback__ = None
        except BaseException as error:  # Stop, Ctrl-C, exit: these end the program, not the task
            task.promise.settle(CANCELLED)
            self.fatal = error
        finally:
            task.ended = task.parked_at is None
            task.stack = None

    def _finish(self, task: Task) -> None:
        """Ends a task whose last wait is over."""
        self.current = task
        task.ended = True
        parked_at, task.parked_at = task.parked_at, None
        if task.promise.state is not PENDING:  # cancelled meanwhile
            return
        try:
            task.promise.settle(RESOLVED, self.answer(task))
        except Exception as error:
            # What went wrong did so where the task had left off.
            error.__traceback__ = parked_at
            task.promise.settle(REJECTED, None, error)

    # --- tasks in steps -------------------------------------------------------------------------

    def _go_on(self, task: Task) -> None:
        """Has a step of a task run on a stack that is good for it."""
        if task.way >= FREE:
            self.run_steps(task, None)
        elif self.runner is None:
            runner = self.runner = self.serving = Runner()
            runner.task = task
            run = copy_context().run
            runner.stack = self.switcher.start(lambda: run(self._serve, runner))
            self._served(runner)
        else:
            runner = self.serving = self.runner
            runner.task = task
            self.switcher.resume(runner.stack)
            self._served(runner)

    def resume(self, task: Task) -> None:
        """Goes on with the stack of a task."""
        self.current = task
        runner = self.serving = task.runner
        self.switcher.resume(task.stack)
        if runner is not None:
            self._served(runner)

    def _served(self, runner: Runner) -> None:
        """Notes, when a runner's stack has given control back, whether a step has kept it."""
        self.serving = None
        task = runner.task
        if task is not None:
            task.stack = runner.stack
            task.runner = runner
            if self.runner is runner:
                self.runner = None

    def _serve(self, runner: Runner) -> None:
        """Runs steps on a runner's stack whenever there are some; then it ends."""
        while runner.task is not None:
            self.run_steps(runner.task, runner)
            if self.runner is not runner:
                return  # another one has taken its place while a step kept it
            runner.task = self._next_step()
            if runner.task is None:
                self.switcher.suspend()

    def _next_step(self) -> Task | None:
        """Takes the next task from the queue, if all it needs is a runner."""
        if self.fatal is not None:
            return None
        try:
            if self.outside:
                self.switcher.wait(0)
            if not self.ready or self.ready[0].steps is None:
                return None
            if self.turns_left <= 0:
                self.turns_left = TURNS_PER_CHECK
                self.host().check()
        except BaseException as error:
            self.fatal = error
            return None
        return self.ready.popleft()

    def run_steps(self, task: Task, runner: Runner | None) -> None:
        """Runs a step of a task, and then those of others that are next in the queue.

        Without a `runner` the others are such that never suspend the stack. No exception leaves
        this. It is the innermost loop of programs with many tasks, and written out for that.
        """
        ready = self.ready
        turns_left = self.turns_left
        while True:
            self.current = task
            wait = task.wait
            if task.context is not None or (
                wait is not None and (wait.finish is not None or task.cancel_reason)
            ):
                self._step(task)
            else:
                try:
                    if wait is None:
                        task.steps = self._begin(task)
                    self.given[0] = task.inbox
                    # Python goes on with a generator in a loop without a C call in between.
                    for _ in task.steps:
                        break
                    else:
                        self._end(task)
                except Exception as error:
                    self._fail(task, error)
                except BaseException as error:
                    self._abort(task, error)
            turns_left -= 1
            if runner is not None and not self._is_still(runner, task):
                break
            if not ready or turns_left <= 0 or self.fatal is not None or self.outside:
                break
            task = ready[0]
            if task.steps is None or (runner is None and task.way < FREE):
                break
            del ready[0]
            if runner is not None:
                runner.task = task
        self.turns_left = turns_left

    def _step(self, task: Task) -> None:
        """Runs a step of a task: its first, or after any kind of wait; no exception leaves this."""
        steps = task.steps
        failure: BaseException | None = None
        try:
            if steps is UNBEGUN:
                task.steps = steps = self._begin(task)
            else:
                try:
                    self.given[0] = self.answer(task)
                except (Exception, Stopped) as error:
                    failure = error
            if failure is None and task.context is None:
                for _ in steps:
                    break
                else:
                    self._end(task)
                return
            task.steps = None
            run = call if task.context is None else task.context.run
            if failure is not None:
                run(steps.throw, failure)
            elif run(next, steps, self.given) is self.given:
                self._end(task)
                return
            task.steps = steps
        except StopIteration:
            self._end(task)
        except Exception as error:
            self._fail(task, error)
        except BaseException as error:  # Stop, Ctrl-C, exit: these end the program, not the task
            self._abort(task, error)
        finally:
            del failure

    def _is_still(self, runner: Runner, task: Task) -> bool:
        """Notes that a step on a runner's stack is over; tells whether more may follow there."""
        runner.task = None
        if self.runner is not runner:
            # The step had kept the stack, and is over now.
            task.stack = task.runner = None
            if self.runner is not None:
                return False
            self.runner = runner
        return True

    def _begin(self, task: Task) -> Any:
        """Returns the generator of a task that begins."""
        if task.promise.state is not PENDING:  # cancelled meanwhile
            return iter(())
        body, task.body = task.body, None
        if self.in_steps:
            task.code = getattr(body, "__code__", None)
            if task.context is not None:
                task.context.run(set_task_host, self._task_host)
            return steps_of(body, task.arguments)
        task.code = body.__code__
        made = resumable(body)
        if made is body and not body.__code__.co_flags & GENERATOR:
            # It was compiled anew meanwhile, and waits on the stack if it waits.
            made = _in_one_step(body, self.given)
        if task.context is not None:
            task.context.run(set_task_host, self._task_host)
        arguments = task.arguments
        return made(*arguments) if arguments else made()

    def _end(self, task: Task) -> None:
        """Settles the promise of a task whose generator has come to its end."""
        value = self.given[0]
        task.steps = None
        if value is TAIL:
            # The function has left a call as its last act.
            if task.way == FREE:
                task.steps = _in_one_step(bounce, self.given)()
                self.move(task, None)
                return
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

    def move(self, task: Task, value: Any) -> None:
        """Has a task go on at once, on a stack that can be suspended; it is given a value there."""
        task.way = STEPPED
        task.wait = MOVING
        task.inbox = value
        self.ready.appendleft(task)

    @staticmethod
    def _fail(task: Task, error: Exception) -> None:
        task.steps = None
        task.ended = True
        if not task.promise.settle(REJECTED, None, error):
            error.__traceback__ = None

    def _abort(self, task: Task, error: BaseException) -> None:
        task.steps = None
        task.ended = True
        task.promise.settle(CANCELLED)
        self.fatal = error


def _in_one_step(body: Value, given: list[Any]) -> Any:
    """Returns a generator function that calls a function and never yields."""

    def steps(*arguments: Value) -> Any:
        given[0] = call(body, *arguments)
        return
        yield

    return steps
