"""Which interpreter is at work. Library functions reach the host (output, files, network) here.

Kept in a context variable, so that tasks that wait at the same time do not see each other's.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lispcore.running.interpreter import Interpreter
    from lispcore.tasks.host import Host

_current: ContextVar[Interpreter] = ContextVar("lispcore interpreter")


# What a running task is given for a host: one that lets other tasks run while it waits.
_task_host: ContextVar[Any] = ContextVar("lispcore task host", default=None)


def interpreter() -> Interpreter:
    """Returns the interpreter whose program is running."""
    return _current.get()


# The same without a Python call in between, for what runs very often.
running = _current.get


def host() -> Host:
    """Returns the host of the running program."""
    return _task_host.get() or _current.get().host


def set_task_host(task_host: Any) -> Token[Any]:
    """Gives the running task (whose context variables are its own) a host of its own."""
    return _task_host.set(task_host)


def reset_task_host(token: Token[Any]) -> None:
    """Undoes one `set_task_host`."""
    _task_host.reset(token)


def enter(current: Interpreter) -> Token[Interpreter]:
    """Makes `current` the running interpreter; undo with `leave`."""
    return _current.set(current)


def leave(token: Token[Interpreter]) -> None:
    """Undoes one `enter`."""
    _current.reset(token)
