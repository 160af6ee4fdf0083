"""Which interpreter is at work. Library functions reach the host (output, files, network) here.

Kept in a context variable, so that tasks that wait at the same time do not see each other's.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lispcore.hosts.base import Host
    from lispcore.interpreter import Interpreter

_current: ContextVar[Interpreter] = ContextVar("lispcore interpreter")


def interpreter() -> Interpreter:
    """Returns the interpreter whose program is running."""
    return _current.get()


def host() -> Host:
    """Returns the host of the running program."""
    return _current.get().host


def enter(current: Interpreter) -> Token[Interpreter]:
    """Makes `current` the running interpreter; undo with `leave`."""
    return _current.set(current)


def leave(token: Token[Interpreter]) -> None:
    """Undoes one `enter`."""
    _current.reset(token)
