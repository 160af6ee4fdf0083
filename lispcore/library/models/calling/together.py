"""Many model calls at once, each through all layers: in tasks, or where there are none, in one go.

Tasks wait for the network at the same time, on the terminal and in a browser that can suspend. In
one that cannot, each call is first tried with a host that only takes note of what would be sent;
the page then sends it all together, and the calls are made again with the answers at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.library.models.calling.exchange import ask
from lispcore.library.models.calling.layers import NotYet, Postponed
from lispcore.library.models.calling.ledger import Ledger
from lispcore.library.models.calling.model_session import LispProvider, model_session
from lispcore.library.models.calling.options import Options
from lispcore.library.tasks.concurrency import run_bounded, tasks
from lispcore.llm.events import Reply
from lispcore.llm.http import HttpRequest
from lispcore.llm.messages import Message
from lispcore.tasks import context
from lispcore.tasks.task_host import reset_task_host, set_task_host
from lispcore.tasks.waiting import REJECTED, RESOLVED, AsyncPromise
from lispcore.values.errors import LispError


def ask_together(
    questions: list[tuple[Message, ...]],
    options: Options,
    limit: int,
    check: Callable[[Reply], None],
) -> list[AsyncPromise]:
    """Returns the settled promise of each answer, in the order of the questions.

    At most `limit` requests are under way at once. Stop ends all of them. `check` raises for an
    answer that will not do.
    """
    session = model_session()
    books = session.ledger
    told: dict[int, dict[str, Any]] = {}

    def asked(number: int) -> Callable[[], str]:
        def run() -> str:
            reply = ask(questions[number], options).reply
            check(reply)
            told[number] = _last_call(books)
            return reply.text

        return run

    bodies = [asked(number) for number in range(len(questions))]
    if tasks().switcher.can_switch or isinstance(session.default_provider(), LispProvider):
        promises = run_bounded(bodies, limit, stop_on_error=False)
    else:
        promises = _in_one_go(bodies, limit)
    if told:
        # The last call is that of the last question, in whatever order the answers came.
        for name, value in told[max(told)].items():
            setattr(books, name, value)
    return promises


def _last_call(books: Ledger) -> dict[str, Any]:
    return {name: getattr(books, name) for name in books.__slots__ if name.startswith("last")}


# --- where tasks cannot take turns ---------------------------------------------------------------


def _in_one_go(bodies: list[Callable[[], str]], limit: int) -> list[AsyncPromise]:
    host = context.host()
    promises = [AsyncPromise() for _ in bodies]
    left = list(range(len(bodies)))[::-1]
    try:
        while left:
            wanted = _collected(bodies, promises, left, host)
            replies = host.fetch_all(list(wanted.values()), limit) if wanted else []
            for (number, request), reply in zip(wanted.items(), replies, strict=True):
                _settle(promises[number], bodies[number], _Answered(host, request, reply))
    finally:
        model_session().ledger.let_go()
    return promises


def _collected(
    bodies: list[Callable[[], str]], promises: list[AsyncPromise], left: list[int], host: Any
) -> dict[int, HttpRequest]:
    """Takes from the end of `left` as many calls as a budget has room for; returns their requests.

    Calls that send nothing are settled at once.
    """
    wanted: dict[int, HttpRequest] = {}
    while left:
        collecting = _Collecting(host)
        try:
            _settle(promises[left[-1]], bodies[left[-1]], collecting)
        except NotYet:
            return wanted
        except Postponed:
            assert collecting.request is not None
            wanted[left[-1]] = collecting.request
        left.pop()
    return wanted


def _settle(promise: AsyncPromise, body: Callable[[], str], host: Any) -> None:
    """Makes a call with another host in the place of the real one."""
    token = set_task_host(host)
    try:
        promise.settle(RESOLVED, body())
    except LispError as error:
        promise.settle(REJECTED, None, error)
    finally:
        reset_task_host(token)


class _Collecting:
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


class _Answered:
    """A host that has the reply to the first request already."""

    def __init__(self, host: Any, request: HttpRequest, reply: Any) -> None:
        self._host = host
        self._request = request
        self._reply = reply

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def fetch(self, request: HttpRequest) -> Any:
        """Returns the reply that is there; every later request is sent."""
        reply, self._reply = self._reply, None
        same = (request.url, request.body) == (self._request.url, self._request.body)
        if reply is None or not same:
            return self._host.fetch(request)
        if isinstance(reply, Exception):
            raise reply
        return reply
