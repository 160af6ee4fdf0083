"""Several questions to the page at once, where the browser cannot suspend: the first answer counts.

A task in steps (tasks/stepping.py) sends its question and lets others run. When all wait, the
worker asks the page for the next answer to any of the questions, and waits for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from lispcore.tasks.context import running
from lispcore.tasks.resuming import Waits
from lispcore.tasks.scheduler import Scheduler, waited_outside
from lispcore.tasks.stepping import GIVEN
from lispcore.tasks.switching import Nested
from lispcore.tasks.waiting import Task
from lispcore.values.errors import Stopped

# While tasks compute, the page is asked for answers no more often than this.
SECONDS_PER_LOOK: Final = 0.02

Answer = tuple[dict[str, Any], bytes]


class Page(Protocol):
    """What is needed of the host (browser.py)."""

    tier: str

    def monotonic(self) -> float:
        """Returns seconds of a clock that never goes back."""
        ...

    def ask(self, request: Mapping[str, Any], body: bytes = b"") -> Answer:
        """Sends a wish to the page and waits; returns the answer and its bytes."""
        ...

    def begin(self, request: Mapping[str, Any], body: bytes) -> int:
        """Sends a wish to the page without waiting; returns its number."""
        ...


class AnswerSwitcher(Nested):
    """Implements `switching.Switcher` for tasks in steps."""

    def __init__(self, host: Page) -> None:
        self._host = host
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._looked = 0.0

    def expect(self, number: int, hear: Callable[[Answer], None]) -> None:
        """Has a function called with the answer to a question."""
        self._waiting[number] = hear

    def wait(self, seconds: float) -> bool:
        """Waits for an answer and tells who asked; False if there is none after so long."""
        now = self._host.monotonic()
        if seconds <= 0 and now - self._looked < SECONDS_PER_LOOK:
            return False
        self._looked = now
        header, body = self._host.ask({"operation": "next", "seconds": max(seconds, 0.0)})
        hear = self._waiting.pop(header.get("of", 0), None)
        if hear is None:
            return False
        hear((header["header"], body))
        return True


def ask_in_steps(host: Page, request: Mapping[str, Any], body: bytes = b"") -> Any:
    """Does what the host's `ask` does; within what a task does outside, others run meanwhile."""
    scheduler = running().tasks
    if not scheduler.current.is_outside or host.tier == "direct":
        return host.ask(request, body)
    return _ask_and_wait(host, scheduler, scheduler.current, request, body)


def _ask_and_wait(
    host: Page, scheduler: Scheduler, me: Task, request: Mapping[str, Any], body: bytes
) -> Waits[None]:
    switcher = scheduler.switcher
    assert isinstance(switcher, AnswerSwitcher)
    switcher.expect(host.begin(request, body), lambda answer: scheduler.wake(me, answer))
    header, content = yield from waited_outside(scheduler, str(me.on))
    if header.get("stopped"):
        raise Stopped
    GIVEN[0] = (header, content)
