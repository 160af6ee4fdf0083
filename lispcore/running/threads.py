"""Several threads in one session: each finds it as if it were alone.

Only one of them is at work at a time (tasks/context.py), and while one waits outside, another may
enter. It gets a scheduler of its own then, because the stacks of tasks belong to the thread that
made them. What tasks one has left in the shared scheduler the next one takes over, unless they have
such stacks.
"""

from __future__ import annotations

from _thread import get_ident
from typing import Any

from lispcore.tasks.scheduler import Scheduler


class Inside:
    """The threads that are at work in a session."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.threads: dict[int, int] = {}  # how often each has entered
        self._first = 0  # the one that the shared scheduler is with
        self._shared: Scheduler | None = None
        self._host: Any = None
        self._overlapped = False

    def enter(self) -> None:
        """Says that this thread enters; undo with `leave`."""
        session = self._session
        me = get_ident()
        times = self.threads.get(me, 0)
        if times == 0 and self.threads:
            self._overlapped = True
            session.tasks = session.new_scheduler()
            session.host = self._host
        elif times == 0:
            self._host = session.host
            self._overlapped = False
            if me != self._first:
                self._first = me
                self._take_over()
            self._shared = session.tasks
        self.threads[me] = times + 1

    def leave(self) -> None:
        """Undoes one `enter`."""
        session = self._session
        me = get_ident()
        times = self.threads.pop(me) - 1
        if times:
            self.threads[me] = times
            return
        if me == self._first:
            self._shared = session.tasks
        elif session.tasks is not self._shared:
            session.tasks.close()
        if not self.threads:
            session.tasks = self._shared
            if self._overlapped:
                session.host = self._host

    def _take_over(self) -> None:
        """Makes a scheduler of another thread fit for this one."""
        tasks = self._session.tasks
        if tasks.has_stacks():
            self._session.tasks = self._session.new_scheduler()
        else:
            tasks.runner = None  # a stack of that thread, with nothing to do
