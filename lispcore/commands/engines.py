"""Rows on several processors or machines: an engine has workers, which are sent rows.

The parent reads rows, keeps journal, pace and budget, and has a worker do what the function does
(library/rows/row_running.py, row_workers.py). A worker that is lost is replaced, and its rows
are sent again; since only the parent writes, each is in the output once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

from lispcore.commands.row_workers import Answer, Program, do_row, load
from lispcore.library.models.calling.ledger import scopes
from lispcore.library.models.calling.metering import meters
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Value

# How often a row is sent again whose worker was lost.
_ATTEMPTS = 5


class WorkerLost(Exception):
    """The worker that had a row is gone."""


class MissingPackage(Exception):
    """An engine needs a package that is not installed; the message says which."""


class Engine(Protocol):
    """What has workers."""

    places: int  # how many rows it works on at a time

    def submit(self, row: Value) -> Callable[[], Answer]:
        """Sends a row; returns what waits for its answer, or raises `WorkerLost`."""
        ...

    def close(self) -> None:
        """Ends the workers."""
        ...


class Workers:
    """The workers of an engine; called with a row, as the function itself would be."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, row: Value) -> Value:
        """Returns what a worker gives for a row, and counts what it used."""
        scheduler = context.interpreter().tasks
        for _ in range(_ATTEMPTS):
            try:
                answer: Answer = scheduler.do_outside(self._engine.submit(row), "a worker")
            except WorkerLost:
                continue
            _count_in(answer)
            if answer.error is not None:
                raise answer.error
            return answer.value
        raise LispError("the worker that had this row was lost, time after time", kind="worker")


def _count_in(answer: Answer) -> None:
    for meter in meters.get():
        meter.add(answer.usage, answer.usd, answer.model)
    for budget in scopes.get():
        budget.spend(answer.usd or 0.0, answer.usage.total_tokens)


# --- processes of this machine --------------------------------------------------------------------


class Processes:
    """Processes of this machine, one for each of its processors unless a number is given."""

    def __init__(self, program: Program, workers: int | None, address: str | None) -> None:
        self._program = program
        self.places = workers or os.cpu_count() or 1
        self._lock = Lock()
        self._pool = self._new_pool()

    def submit(self, row: Value) -> Callable[[], Answer]:
        """Sends a row."""
        from concurrent.futures.process import BrokenProcessPool

        pool = self._pool
        try:
            future = pool.submit(do_row, None, row)  # each process has loaded it
        except BrokenProcessPool:
            self._renew(pool)
            raise WorkerLost from None

        def wait() -> Answer:
            try:
                answer: Answer = future.result()
            except BrokenProcessPool:
                self._renew(pool)
                raise WorkerLost from None
            return answer

        return wait

    def close(self) -> None:
        """Ends the processes."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> Any:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # Not forked: a fork takes along threads, locks and open files.
        spawning = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.places, spawning, _begin, (self._program,))

    def _renew(self, broken: Any) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = self._new_pool()


def _begin(program: Program) -> None:
    """Makes a process ready, which is ours alone."""
    import signal

    from lispcore.tasks.process_settings import own_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    own_process()
    load(program)


# --- clusters -------------------------------------------------------------------------------------


class Dask:
    """Workers of a Dask cluster: that at an address, else one of processes of this machine.

    Dask itself has another worker do the rows of one that is lost.
    """

    def __init__(self, program: Program, workers: int | None, address: str | None) -> None:
        try:
            import distributed
        except ImportError:
            raise MissingPackage("dask") from None
        self._program = program
        self._errors = (distributed.KilledWorker, distributed.client.FutureCancelledError)
        self._cluster: Any = None
        if address is None:
            self._cluster = distributed.LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                dashboard_address=None,
            )
        try:
            self._client = distributed.Client(address or self._cluster)
        except (OSError, ValueError) as error:
            raise LispError(
                f"there is no Dask scheduler at {address}: {error}", kind="io"
            ) from None
        self.places = max(sum(self._client.nthreads().values()), workers or 1)

    def submit(self, row: Value) -> Callable[[], Answer]:
        """Sends a row."""
        future = self._client.submit(do_row, self._program, row, pure=False)

        def wait() -> Answer:
            try:
                answer: Answer = future.result()
            except self._errors:
                raise WorkerLost from None
            return answer

        return wait

    def close(self) -> None:
        """Leaves the cluster; ends it if it is ours."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


class Ray:
    """Workers of a Ray cluster: that at an address, else one of this machine.

    Ray itself has another worker do the rows of one that is lost, at first.
    """

    def __init__(self, program: Program, workers: int | None, address: str | None) -> None:
        try:
            import ray
        except ImportError:
            raise MissingPackage("ray") from None
        self._ray = ray
        here = {} if address else {"num_cpus": workers or os.cpu_count() or 1}
        try:
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level="ERROR",
                include_dashboard=False,
                **here,
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise LispError(f"there is no Ray cluster at {address}: {error}", kind="io") from None
        self._program = ray.put(program)
        self._do = ray.remote(do_row)
        self.places = max(int(ray.cluster_resources().get("CPU", 1)), workers or 1)

    def submit(self, row: Value) -> Callable[[], Answer]:
        """Sends a row."""
        reference = self._do.remote(self._program, row)
        lost = (self._ray.exceptions.WorkerCrashedError, self._ray.exceptions.NodeDiedError)

        def wait() -> Answer:
            try:
                answer: Answer = self._ray.get(reference)
            except lost:
                raise WorkerLost from None
            return answer

        return wait

    def close(self) -> None:
        """Leaves the cluster; ends it if it is ours."""
        self._ray.shutdown()


ENGINES: dict[str, Callable[[Program, int | None, str | None], Engine]] = {
    "processes": Processes,
    "dask": Dask,
    "ray": Ray,
}
