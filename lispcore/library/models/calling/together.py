"""Many model calls at once, each through all layers: in tasks, or where there are none, in one go.

Tasks wait for the network at the same time, on the terminal and in a browser that can suspend. In
one that cannot, each call is first tried with a host that only takes note of what would be sent;
the page then sends it all together, and the calls are made again with the answers at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lispcore.library.models.calling.exchange import ask
from lispcore.library.models.calling.ledger import Ledger
from lispcore.library.models.calling.model_session import LispProvider, model_session
from lispcore.library.models.calling.options import Options
from lispcore.library.models.calling.postponed import Answered, collected, settle
from lispcore.library.tasks.concurrency import run_bounded, tasks
from lispcore.llm.events import Reply
from lispcore.llm.messages import Message
from lispcore.tasks import context
from lispcore.tasks.waiting import AsyncPromise

if TYPE_CHECKING:
    from lispcore.library.models.calling.batch_jobs import JobOptions


def ask_together(
    questions: list[tuple[Message, ...]],
    options: Options,
    limit: int,
    check: Callable[[Reply], None],
    jobs: JobOptions | None = None,
) -> list[AsyncPromise]:
    """Returns the settled promise of each answer, in the order of the questions.

    At most `limit` requests are under way at once. Stop ends all of them. `check` raises for an
    answer that will not do. With `jobs` they are handed in as batch jobs instead.
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
    if jobs is not None:
        from lispcore.library.models.calling.batch_jobs import answer_in_jobs

        promises = answer_in_jobs(bodies, jobs)
    elif tasks().switcher.can_switch or isinstance(session.default_provider(), LispProvider):
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
            wanted = collected(bodies, promises, left, host)
            replies = host.fetch_all(list(wanted.values()), limit) if wanted else []
            for (number, request), reply in zip(wanted.items(), replies, strict=True):
                settle(promises[number], bodies[number], Answered(host, [(request, reply)]))
    finally:
        model_session().ledger.let_go()
    return promises
