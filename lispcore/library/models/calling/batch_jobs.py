"""Model calls answered by batch jobs: handed in together, looked after until they are over.

Each call is first made with a host that only takes note of its request. The requests become jobs
(`llm/batches/`), of which the journal takes note before anything is waited for; once a job is over
each call is made again with its answer at hand. What a call then wants to ask beside that (a server
refused an option, or an answer did not fit its schema) goes into a further job.

A job is found again by its requests: a program that was ended, by Stop, a crash or a closed tab,
and asks the same, waits for the job that is there, and reads answers of a job that is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from lispcore.library.models.calling.batch_journal import BatchJournal
from lispcore.library.models.calling.layers import Postponed
from lispcore.library.models.calling.model_session import lisp_error, model_session
from lispcore.library.models.calling.postponed import Answered, collected, settle
from lispcore.library.models.calling.retry import (
    DEFAULT_RETRIES,
    LONGEST_HINT_SECONDS,
    is_used_up,
    seconds_to_wait,
)
from lispcore.library.tasks.concurrency import tasks
from lispcore.llm.batches import interfaces
from lispcore.llm.batches.jobs import (
    PRICE_SHARE,
    Answer,
    Item,
    Job,
    Progress,
    WholeAnswer,
    fingerprint,
)
from lispcore.llm.failures import ConnectionFailed, ModelError, ProviderError, TimedOut
from lispcore.llm.http import HttpRequest
from lispcore.llm.messages import text_message
from lispcore.llm.providers.dialect import Dialect
from lispcore.llm.requests import Request, Settings
from lispcore.llm.wire_formats import DIALECTS
from lispcore.tasks import context
from lispcore.tasks.waiting import REJECTED, AsyncPromise
from lispcore.values.errors import LispError

# Each further round answers what the one before brought up; more than this is a circle.
_MOST_ROUNDS: Final = 4
_FIRST_WAIT_SECONDS: Final = 2.0
_LONGEST_WAIT_SECONDS: Final = 60.0
_SLOWER: Final = 1.5
# A job lives for a day: a lost connection in between means nothing.
_MOST_FAILED_LOOKS: Final = 20


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a program wants its jobs: seconds between two looks (None: ever longer), and anew."""

    poll_seconds: float | None = None
    is_fresh: bool = False


@dataclass(slots=True)
class _Running:
    """A job with the requests that it answers."""

    key: str
    items: list[Item]
    job: Job
    progress: Progress | None = None


def answer_in_jobs(bodies: list[Callable[[], str]], options: JobOptions) -> list[AsyncPromise]:
    """Returns the settled promise of each call; waits until all jobs are over."""
    host = context.host()
    books = model_session().ledger
    promises = [AsyncPromise() for _ in bodies]
    left = list(range(len(bodies)))[::-1]
    again: dict[int, HttpRequest] = {}
    # What each call has asked so far, with the answers: it asks the same when made once more.
    known: dict[int, list[tuple[HttpRequest, Answer | ModelError]]] = {}
    rounds = 0
    # Jobs that did not answer all: a program that is ended before all is over reads them again.
    stale: set[str] = set()
    try:
        while left or again:
            wanted, again = again, {}
            rounds = rounds + 1 if wanted else 1
            if not wanted:
                with books.at_share(PRICE_SHARE):
                    wanted = collected(bodies, promises, left, host)
            if rounds > _MOST_ROUNDS:
                _give_up(promises, wanted)
                continue
            replies = _replies(wanted, options, host, stale)
            for number, request in wanted.items():
                reply = replies.get(number) or _unanswered(request)
                known.setdefault(number, []).append((request, reply))
                answered = Answered(host, _as_replies(known[number]), sends_more=False)
                try:
                    with books.at_share(PRICE_SHARE):
                        settle(promises[number], bodies[number], answered)
                except Postponed:
                    assert answered.request is not None
                    again[number] = answered.request
        journal = BatchJournal()
        for key in stale:
            journal.forget(key)
    finally:
        books.let_go()
    return promises


def _as_replies(known: list[tuple[HttpRequest, Answer | ModelError]]) -> list[tuple[Any, Any]]:
    return [
        (request, reply if isinstance(reply, ModelError) else WholeAnswer(reply))
        for request, reply in known
    ]


def _unanswered(request: HttpRequest) -> ModelError:
    return ProviderError(
        "the batch is over and holds no answer to this request",
        provider=request.tags.get("provider", ""),
        type="no-answer",
        retryable=False,
    )


def _give_up(promises: list[AsyncPromise], wanted: dict[int, HttpRequest]) -> None:
    for number, request in wanted.items():
        error = ProviderError(
            f"no answer after {_MOST_ROUNDS} batches",
            provider=request.tags.get("provider", ""),
            type="no-answer",
            advice="ask without :via to see what the provider says",
        )
        promises[number].settle(REJECTED, None, lisp_error(error))


def _replies(
    wanted: dict[int, HttpRequest], options: JobOptions, host: Any, stale: set[str]
) -> dict[int, Answer]:
    """Hands in requests, waits, and returns the answers by number.

    `stale` are jobs that have nothing more to say; those that did not answer all are added.
    """
    if not wanted:
        return {}
    journal = BatchJournal()
    running = [_begin(group, journal, options, host, stale) for group in _grouped(wanted)]
    _wait(running, journal, options, host)
    answers: dict[int, Answer] = {}
    for each in running:
        assert each.progress is not None
        like = each.items[0].request
        if each.progress.problem:
            journal.forget(each.key)
            raise ProviderError(
                f"the batch {each.job.name} failed: {each.progress.problem}",
                provider=like.tags.get("provider", ""),
                type="batch-failed",
            )
        found = interfaces.answers_of(each.progress, each.job, like, host)
        # What a job was not able to reach must not be read from it once more.
        if len(found) < len(each.items) or any(one.status != 200 for one in found.values()):
            stale.add(each.key)
        for position, item in enumerate(each.items):
            answer = found.get(item.id) or found.get(str(position))
            if answer is not None:
                answers[int(item.id.rpartition("-")[2])] = answer
    return answers


def _grouped(wanted: dict[int, HttpRequest]) -> list[list[Item]]:
    by_interface: dict[str, list[Item]] = {}
    for number, request in sorted(wanted.items()):
        interface = interfaces.interface_for(request)
        if interface is None:
            raise interfaces.refuse(request.tags.get("provider", ""))
        by_interface.setdefault(interface.name, []).append(Item(f"request-{number}", request))
    return [
        group
        for name, items in by_interface.items()
        for group in interfaces.groups(items, interfaces.INTERFACES[name])
    ]


def _begin(
    items: list[Item],
    journal: BatchJournal,
    options: JobOptions,
    host: Any,
    stale: Collection[str] = (),
) -> _Running:
    """Returns the job of these requests: the one that is there, or a new one."""
    key = fingerprint(items)
    job = None if options.is_fresh or key in stale else journal.find(key, host.now())
    count = f"{len(items):,} request{'' if len(items) == 1 else 's'}"
    if job is not None:
        since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(job.submitted_at))
        _tell(f"batch {job.name} with {count}, handed in at {since} UTC, is found again", host)
    else:
        request = items[0].request
        interface = interfaces.interface_for(request)
        assert interface is not None
        job = _hand_in(items, interface, host)
        kept = journal.keep(key, job)
        _tell(
            f"batch {job.name} with {count} is handed in to {request.tags.get('provider', '')}; "
            "the answers come within a day"
            + (", and the same program finds it again" if kept else ""),
            host,
        )
    return _Running(key, items, job)


def _hand_in(items: list[Item], interface: interfaces.Interface, host: Any) -> Job:
    """Hands in one job; a little later where the provider does not take it for now.

    What may have been taken is not handed in twice: only a refusal is repeated, not a lost answer.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return interfaces.submit(items, interface, host)
        except ProviderError as error:
            if attempt > DEFAULT_RETRIES or error.status not in _NOT_TAKEN or is_used_up(error):
                raise
            seconds = seconds_to_wait(error, attempt, host.random())
            if seconds > LONGEST_HINT_SECONDS:
                raise
        _sleep(seconds)


def _wait(running: list[_Running], journal: BatchJournal, options: JobOptions, host: Any) -> None:
    pause = options.poll_seconds or _FIRST_WAIT_SECONDS
    failed = 0
    while True:
        for number, each in enumerate(running):
            if each.progress is not None and each.progress.is_over:
                continue
            try:
                seen = interfaces.progress_of(each.job, each.items[0].request, host)
            except (ConnectionFailed, TimedOut, ProviderError) as error:
                if isinstance(error, ProviderError) and error.status == 404:
                    # The provider keeps jobs for some weeks only, or it was another account's.
                    journal.forget(each.key)
                    running[number] = _begin(each.items, journal, options, host)
                    continue
                failed += 1
                is_passing = not isinstance(error, ProviderError) or error.status in _PASSING
                if failed > _MOST_FAILED_LOOKS or not is_passing:
                    raise
                continue
            failed = 0
            before, each.progress = each.progress, seen
            if seen.total and (before is None or before.done != seen.done):
                _tell(f"batch {each.job.name}: {seen.done:,} of {seen.total:,}", host)
        if all(each.progress is not None and each.progress.is_over for each in running):
            return
        _sleep(pause)
        if options.poll_seconds is None:
            pause = min(_LONGEST_WAIT_SECONDS, pause * _SLOWER)


_PASSING: Final = (408, 429, 500, 502, 503, 504, 529)
_NOT_TAKEN: Final = (429, 503, 529)


def _sleep(seconds: float) -> None:
    if tasks().takes_turns:
        tasks().sleep(seconds * 1000)
    else:
        context.host().sleep(seconds)


def _tell(line: str, host: Any) -> None:
    host.write(line + "\n", "err")


def known_jobs() -> list[Job]:
    """Returns the jobs of the journal, the oldest first."""
    return [job for _, job in BatchJournal().jobs()]


def cancel_job(name: str) -> bool:
    """Asks a job's provider to end it and forgets it; returns whether the journal knows it."""
    journal = BatchJournal()
    for key, job in journal.jobs():
        if job.name == name:
            interfaces.cancel(job, _request_to(job), context.host())
            journal.forget(key)
            return True
    return False


def _request_to(job: Job) -> HttpRequest:
    """Returns some request to a job's provider: what a key goes along with is like it."""
    provider = job.tags.get("provider", "")
    settings = model_session().find(provider)
    dialect = DIALECTS.get(settings.dialect) if isinstance(settings, Settings) else None
    if not isinstance(dialect, Dialect) or not isinstance(settings, Settings):
        raise LispError(
            f"the provider {provider} of this batch is not configured", hint="(llm/configure …)"
        )
    model = job.tags.get("model", "") or settings.model
    return dialect.build_request(Request((text_message("user", "x"),), model=model), settings)
