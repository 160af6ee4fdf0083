"""Rows answered by the providers' batches: handed in together, noted together.

A run that is ended while it waits finds its jobs again by their requests. So the rows of a job are
noted all at once: were some noted and others not, those left over would be other requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from lispcore.library.formats.json_text import encode_json
from lispcore.library.models.calling.batch_jobs import JobOptions, answer_in_jobs
from lispcore.library.models.calling.metering import Meter, meters
from lispcore.library.models.calling.model_session import lisp_error
from lispcore.llm.failures import ModelError
from lispcore.tasks import context
from lispcore.tasks.waiting import AsyncPromise
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.types import Value

ROWS_AT_ONCE: Final = 10_000


@dataclass(slots=True)
class Outcome:
    """What came of a row."""

    result: str = ""  # as JSON text
    error: LispError | None = None
    meter: Meter = field(default_factory=Meter)


class Rows(Protocol):
    """The part of a run that is wanted here."""

    def next_row(self) -> tuple[Any, Value] | None:
        """Returns the key and the next row that is not done, None behind the last one."""
        ...

    def note_all(self, outcomes: list[tuple[Any, Outcome]], milliseconds: int) -> None:
        """Takes note of what came of rows, by their keys, in one go."""
        ...


def answer_rows(run: Rows, f: Value, options: JobOptions) -> None:
    """Goes over the rows of a run; waits until all jobs are over."""
    clock = context.host().monotonic
    while group := _group(run):
        started = clock()
        outcomes: dict[int, Outcome] = {}
        bodies: list[Callable[[], str]] = [
            partial(_try, f, row, number, outcomes) for number, (_, row) in enumerate(group)
        ]
        try:
            promises = answer_in_jobs(bodies, options)
        except ModelError as error:  # of a job as a whole
            raise lisp_error(error) from None
        found = [
            (key, outcomes.get(number) or Outcome(error=_error_of(promises[number])))
            for number, (key, _) in enumerate(group)
        ]
        run.note_all(found, round((clock() - started) * 1000))


def _group(run: Rows) -> list[tuple[Any, Value]]:
    group: list[tuple[Any, Value]] = []
    while len(group) < ROWS_AT_ONCE and (found := run.next_row()) is not None:
        group.append(found)
    return group


def _try(f: Value, row: Value, number: int, outcomes: dict[int, Outcome]) -> str:
    """Calls the function; it ends early where its request has to be handed in first."""
    meter = Meter()
    token = meters.set((*meters.get(), meter))
    try:
        outcomes[number] = Outcome(encode_json(call(f, row), "llm/each-row"), None, meter)
    except Exception as raised:
        error = context.explained(raised)
        if error.kind == "cancelled":
            raise error from None
        outcomes[number] = Outcome("", error, meter)
    finally:
        meters.reset(token)
    return ""


def _error_of(promise: AsyncPromise) -> LispError:
    """Returns why a call was given up before its function ended."""
    try:
        promise.result()
    except LispError as error:
        return error
    return LispError("the row was not answered", kind="llm")
