"""Which session is at work. Library functions reach the host (output, files, network) here.

Kept in a context variable, so that tasks that wait at the same time do not see each other's.

One thread at a time is at work in a session. Whoever waits there for something outside of Lisp, a
reply, a time, a Python function, lets others in meanwhile (`outside`).

Where no session is at work, as in a function of a program that Python calls by itself, it is the
one that the calling function belongs to.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar, Token
from typing import Any

from lispcore.tasks import process_settings
from lispcore.tasks.host import Host
from lispcore.tasks.session import Session
from lispcore.tasks.task_host import task_host
from lispcore.values.errors import LispError

# The global under which a program's functions find their session.
SESSION_NAME = " session"


class _CallersSession:
    """Stands for the session of whichever Lisp function calls, where none is at work."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_callers_session(), name)


_callers: Any = _CallersSession()
_current: ContextVar[Session] = ContextVar("lispcore session", default=_callers)


def _callers_session() -> Session:
    frame = sys._getframe(1)
    while frame is not None:
        session: Session | None = frame.f_globals.get(SESSION_NAME)
        if session is not None:
            return session
        frame = frame.f_back  # type: ignore[assignment]  # None at the end
    raise LookupError("this belongs to a Lisp program, and none is running here")


def interpreter() -> Session:
    """Returns the session whose program is running."""
    session = _current.get()
    return _callers_session() if session is _callers else session


def is_at_work() -> bool:
    """Tells whether this is called from within a session, and not from Python alone."""
    return _current.get() is not _callers


# The same as `interpreter` without a Python call in between, for what runs very often: it may give
# what only stands for a session.
running = _current.get


def host() -> Host:
    """Returns the host of the running program."""
    found: Host = task_host() or _current.get().host
    return found


def check_stop() -> None:
    """Raises `Stopped` if the user pressed Stop: to be called between the pieces of long work."""
    if is_at_work():
        host().check()


def explained(raised: Exception) -> LispError:
    """Returns any error in the words of the language: of compiled code, many are Python's own."""
    if isinstance(raised, LispError):
        return raised
    place = raised.__traceback__
    error = _current.get().explain(raised)
    raised.__traceback__ = place
    return error


def enter(current: Session) -> Token[Session]:
    """Makes `current` the session that is at work; undo with `leave`."""
    process_settings.enter()
    return _current.set(current)


def leave(token: Token[Session]) -> None:
    """Undoes one `enter`."""
    process_settings.leave()
    _current.reset(token)


def forget() -> None:
    """Says that no session is at work in this thread, whatever was said before."""
    _current.set(_callers)


class _Outside:
    """What `outside` gives.

    No generator, which would take the lock back when it is collected: an order to stop may come at
    the very end of waiting, before `__exit__` has begun. `Interpreter.leave` is ready for that.
    """

    __slots__ = ("_found", "_held", "_session")

    def __enter__(self) -> None:
        self._session: Any = _current.get()
        self._held: Any = None
        lock = None if self._session is _callers else getattr(self._session, "lock", None)
        if lock is not None and lock._is_owned():
            self._found = self._session.tasks, self._session.host
            self._held = lock._release_save()

    def __exit__(self, *_: object) -> None:
        if self._held is not None:
            self._session.lock._acquire_restore(self._held)
            self._session.tasks, self._session.host = self._found


def outside() -> _Outside:
    """Lets other threads into the session within a `with` statement, where this one only waits."""
    return _Outside()
