"""The host as tasks see it: while one waits for time or for the network, others run."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, Final, Protocol

from lispcore.values.errors import LispError

# What a running task is given for a host.
_task_host: ContextVar[Any] = ContextVar("lispcore task host", default=None)

# The host of the running task, None where it has none of its own.
task_host = _task_host.get


def set_task_host(host: Any) -> Token[Any]:
    """Gives the running task (whose context variables are its own) a host of its own."""
    return _task_host.set(host)


def reset_task_host(token: Token[Any]) -> None:
    """Undoes one `set_task_host`."""
    _task_host.reset(token)


class Others(Protocol):
    """The scheduler, as far as a host needs it: it lets others run meanwhile."""

    host: Callable[[], Any]

    def sleep(self, milliseconds: float) -> None:
        """Waits for a time on the scheduler's clock."""
        ...

    def do_outside(self, work: Callable[[], Any], what: str) -> Any:
        """Does something slow for the running task while others run; returns its result."""
        ...

    def wait_for_file(self, number: int, writes: bool, seconds: float, what: str) -> bool | None:
        """Waits until a file can be read, or written, while others run; False if time is over."""
        ...


class Patience:
    """How a host waits for the running task: others run meanwhile, if any can."""

    def __init__(self, scheduler: Others, what: str) -> None:
        self._scheduler = scheduler
        self._what = what

    def outside(self, work: Callable[[], Any]) -> Any:
        """Does something slow; returns its result."""
        return self._scheduler.do_outside(work, self._what)

    def wait_for_file(self, number: int, writes: bool, seconds: float) -> bool | None:
        """Waits until a file can be read, or written; False if time is over.

        None: no others can run, and the caller has to wait as it stands.
        """
        return self._scheduler.wait_for_file(number, writes, seconds, self._what)


class ConcurrentHost:
    """The host as a task sees it: while it waits for time or network, other tasks run."""

    def __init__(self, scheduler: Others) -> None:
        self._scheduler = scheduler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scheduler.host(), name)

    def sleep(self, seconds: float) -> None:
        """Waits on the scheduler's clock."""
        self._scheduler.sleep(seconds * 1000)

    def fetch(self, request: Any) -> Any:
        """Sends a request; others run until its head is there, and until each piece of its body."""
        host = self._scheduler.host()
        what = f"an answer from {request.url.partition('://')[2].partition('/')[0]}"
        # Some hosts can send it without a thread, which costs a fraction.
        begin = getattr(type(host), "fetch_in_turns", None)
        if begin is not None:
            quick = begin(host, request, Patience(self._scheduler, what))
            if quick is not None:
                return quick
        response = self._scheduler.do_outside(lambda: host.fetch(request), what)
        return ConcurrentResponse(self._scheduler, response, what)

    def fetch_all(self, requests: list[Any], limit: int) -> Any:
        """Sends many requests at once; others run until all are answered."""
        host = self._scheduler.host()
        what = f"the answers to {len(requests)} requests"
        return self._scheduler.do_outside(lambda: host.fetch_all(requests, limit), what)


_END: Final = object()


class ConcurrentResponse:
    """A reply that lets other tasks run while it waits for the next piece."""

    def __init__(self, scheduler: Others, response: Any, what: str) -> None:
        self._scheduler = scheduler
        self._response = response
        self._what = what
        self.status = response.status
        self.headers = response.headers

    def chunks(self) -> Any:
        """Yields the body as it arrives."""
        pieces = iter(self._response.chunks())
        try:
            while True:
                piece = self._scheduler.do_outside(lambda: next(pieces, _END), self._what)
                if piece is _END:
                    return
                yield piece
        except LispError:  # the task was cancelled while it waited
            self._response.close()
            raise

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        self._response.close()
