"""Calls that are made twice: once to see what they would send, and again with the reply at hand.

So many requests can be sent together where tasks cannot take turns (`together.py`), or be handed in
as one job (`batch_jobs.py`), while each call goes through all layers as it always does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.library.models.calling.layers import NotYet, Postponed
from lispcore.llm.http import HttpRequest
from lispcore.tasks.task_host import reset_task_host, set_task_host
from lispcore.tasks.waiting import REJECTED, RESOLVED, AsyncPromise
from lispcore.values.errors import LispError


def collected(
    bodies: list[Callable[[], str]], promises: list[AsyncPromise], left: list[int], host: Any
) -> dict[int, HttpRequest]:
    """Takes from the end of `left` as many calls as a budget has room for; returns their requests.

    Calls that send nothing are settled at once.
    """
    wanted: dict[int, HttpRequest] = {}
    while left:
        collecting = Collecting(host)
        try:
            settle(promises[left[-1]], bodies[left[-1]], collecting)
        except NotYet:
            return wanted
        except Postponed:
            assert collecting.request is not None
            wanted[left[-1]] = collecting.request
        left.pop()
    return wanted


def settle(promise: AsyncPromise, body: Callable[[], str], host: Any) -> None:
    """Makes a call with another host in the place of the real one."""
    token = set_task_host(host)
    try:
        promise.settle(RESOLVED, body())
    except LispError as error:
        promise.settle(REJECTED, None, error)
    finally:
        reset_task_host(token)


class Collecting:
    """A host that takes note of the first request and ends the call there."""

    def __init__(self, host: Any) -> None:
        self._host = host
        self.request: HttpRequest | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def fetch(self, request: HttpRequest) -> Any:
        """Never returns."""
        self.request = request
        raise Postponed

    def record(self, event: Any) -> None:
        """Drops the record: the call will be made again."""

    def sleep(self, seconds: float) -> None:
        """Does not wait: nothing is sent yet."""
        self._host.check()


class Answered:
    """A host that has replies to the first requests already, each beside its request.

    With `sends_more` it sends whatever is asked beside that; else the call ends there, and
    `request` is what it would have sent.
    """

    def __init__(
        self, host: Any, replies: list[tuple[HttpRequest, Any]], *, sends_more: bool = True
    ) -> None:
        self._host = host
        self._replies = list(replies)
        self._sends_more = sends_more
        self.request: HttpRequest | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def fetch(self, request: HttpRequest) -> Any:
        """Returns the reply that is there; what happens to every later request: see above."""
        asked, reply = self._replies.pop(0) if self._replies else (None, None)
        if asked is None or (request.url, request.body) != (asked.url, asked.body):
            self._replies.clear()
            if self._sends_more:
                return self._host.fetch(request)
            self.request = request
            raise Postponed
        if isinstance(reply, Exception):
            raise reply
        return reply

    def sleep(self, seconds: float) -> None:
        """Waits, unless what follows is known or sent later."""
        if self._replies or not self._sends_more:
            self._host.check()
        else:
            self._host.sleep(seconds)
