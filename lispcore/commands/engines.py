"""Rows on several processors: worker processes that load the program and are sent rows.

The parent reads rows, keeps journal, pace and budget, and has a worker do what the function does
(library/rows/row_running.py). Functions are never sent: each worker runs the program's file once.
A worker that is lost is replaced, and the rows that it had are sent again.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Lock
from typing import Any

from lispcore.commands.programs import Options, Piece, interpreter_for
from lispcore.library.models.calling.ledger import scopes
from lispcore.library.models.calling.metering import Meter, meters
from lispcore.llm.usage import Usage
from lispcore.tasks import context
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.types import Value

# How often a row is sent again whose worker was lost.
_ATTEMPTS = 5


@dataclass(frozen=True)
class Program:
    """What a worker loads: a program, the function in it, and where model calls go."""

    piece: Piece
    function: str
    options: Options


@dataclass(frozen=True)
class Answer:
    """What a worker gives for a row."""

    value: Value
    error: LispError | None
    usage: Usage
    usd: float | None
    model: str


class Workers:
    """Worker processes; called with a row, as the function itself would be."""

    def __init__(self, program: Program, count: int) -> None:
        self._program = program
        self._count = count
        self._lock = Lock()
        self._pool = self._new_pool()

    def __call__(self, row: Value) -> Value:
        """Returns what a worker gives for a row, and counts what it used."""
        scheduler = context.interpreter().tasks
        for _ in range(_ATTEMPTS):
            pool = self._pool
            try:
                future: Future[Answer] = pool.submit(_do, row)
                answer: Answer = scheduler.do_outside(future.result, "a worker")
            except BrokenProcessPool:
                self._renew(pool)
                continue
            _count_in(answer)
            if answer.error is not None:
                raise answer.error
            return answer.value
        raise LispError("the worker that had this row was lost, time after time", kind="worker")

    def close(self) -> None:
        """Ends the workers."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not forked: a fork takes along threads, locks and open files.
        spawning = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, spawning, _begin, (self._program,))

    def _renew(self, broken: Any) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = self._new_pool()


def _count_in(answer: Answer) -> None:
    for meter in meters.get():
        meter.add(answer.usage, answer.usd, answer.model)
    for budget in scopes.get():
        budget.spend(answer.usd or 0.0, answer.usage.total_tokens)


# --- in a worker ----------------------------------------------------------------------------------

_at_work: list[Any] = []


def _begin(program: Program) -> None:
    """Loads the program, once in each worker."""
    import signal

    from lispcore.tasks.process_settings import own_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    own_process()
    lisp = interpreter_for(program.options)
    lisp.may_exit = False
    lisp.eval(program.piece.text, program.piece.name)
    _at_work[:] = [lisp, lisp.eval(program.function, "<--fn>")]


def _do(row: Value) -> Answer:
    lisp, function = _at_work
    meter = Meter()
    value, error = None, None
    token = lisp.enter()
    metering = meters.set((meter,))
    try:
        value = call(function, row)
    except Exception as raised:
        error = context.explained(raised)
    finally:
        meters.reset(metering)
        lisp.leave(token)
    return Answer(value, error, meter.usage, meter.usd, meter.model)
