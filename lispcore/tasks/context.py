"""Which session is at work. Library functions reach the host (output, files, network) here.

Kept in a context variable, so that tasks that wait at the same time do not see each other's.
"""

from __future__ import annotations

from contextvars import ContextVar, Token

from lispcore.tasks import process_settings
from lispcore.tasks.host import Host
from lispcore.tasks.session import Session
from lispcore.tasks.task_host import task_host
from lispcore.values.errors import LispError

_current: ContextVar[Session] = ContextVar("lispcore session")


def interpreter() -> Session:
    """Returns the session whose program is running."""
    return _current.get()


# The same without a Python call in between, for what runs very often.
running = _current.get


def host() -> Host:
    """Returns the host of the running program."""
    found: Host = task_host() or _current.get().host
    return found


def check_stop() -> None:
    """Raises `Stopped` if the user pressed Stop: to be called between the pieces of long work."""
    if _current.get(None) is not None:
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
