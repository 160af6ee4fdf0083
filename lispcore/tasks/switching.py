"""Several stacks of calls, of which one runs: what tasks need of the place where they live.

    terminal   greenlets                          hosts/terminal_tasks.py
    browser    one promising call for each task   hosts/browser_tasks.py
    otherwise  `Nested`, below: tasks run in steps (stepping.py)

A switcher knows nothing of tasks. The scheduler resumes a stack and gets control back when that
stack suspends itself or has finished.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Switcher(Protocol):
    """How to run bodies on stacks of their own."""

    # False: `suspend` is not possible, and `start` runs the body to its end.
    can_switch: bool
    # Whether a stack that does something `outside` may be resumed before that is done.
    leaves_outside: bool
    # How many suspended stacks this place has room for.
    most_stacks: int

    def start(self, body: Callable[[], None]) -> Any:
        """Runs `body` on a new stack until it suspends or ends; returns a handle of the stack."""
        ...

    def resume(self, stack: Any) -> None:
        """Goes on with a suspended stack until it suspends again or ends."""
        ...

    def suspend(self) -> None:
        """Gives control back to whoever started or resumed the running stack."""
        ...

    def outside(self, work: Callable[[], Any], done: Callable[[], None]) -> Any:
        """Does something slow for the running stack while others run; returns its result.

        Calls `done` when the running stack may be resumed. Raises what `work` raises.
        """
        ...

    def watch(self, number: int, writes: bool, seconds: float, done: Callable[[], None]) -> bool:
        """Waits until a file can be read, or written, while other stacks run.

        Calls `done` when the running stack may be resumed. False if time is over first.
        """
        ...

    def wait(self, seconds: float) -> bool:
        """Waits until something has called its `done`; False if time is over first."""
        ...


class Nested:
    """No stacks of their own: what has to wait on the stack lets others run on top of it."""

    can_switch = False
    leaves_outside = False
    most_stacks = 100_000

    def start(self, body: Callable[[], None]) -> Any:
        """Runs the body to its end."""
        body()

    def resume(self, stack: Any) -> None:
        """Never called: nothing is ever suspended."""
        raise AssertionError("a nested stack cannot be resumed")

    def suspend(self) -> None:
        """Never called: the scheduler runs others on top instead."""
        raise AssertionError("a nested stack cannot be suspended")

    def outside(self, work: Callable[[], Any], done: Callable[[], None]) -> Any:
        """Does the work at once; others have to wait."""
        return work()

    def begin(self, work: Callable[[], Any], done: Callable[[], None]) -> Callable[[], Any] | None:
        """Begins something slow for a task in steps; returns what gives its result once `done`.

        None: the work is to be done in steps, too, and waits by itself.
        """
        return None

    def watch(self, number: int, writes: bool, seconds: float, done: Callable[[], None]) -> bool:
        """Never called: a task waits for a file where it stands."""
        raise AssertionError("a nested stack cannot be suspended")

    def wait(self, seconds: float) -> bool:
        """Returns at once: no work is ever under way."""
        return False
