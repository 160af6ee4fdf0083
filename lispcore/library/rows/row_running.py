"""How a function goes over rows: workers that share the source, the journal and the pace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lispcore.library.formats.json_text import encode_json
from lispcore.library.models.calling.ledger import Budget, scopes
from lispcore.library.models.calling.metering import Meter, meters
from lispcore.library.models.calling.model_session import model_session
from lispcore.library.models.tools import to_json
from lispcore.library.rows.row_journal import RowJournal
from lispcore.library.rows.row_limits import Pace, is_busy
from lispcore.library.rows.row_sources import count_of, rows_of
from lispcore.library.workflows.workflow_opening import source_of
from lispcore.library.workflows.workflow_runs import digest
from lispcore.llm.requests import Settings
from lispcore.tasks import context
from lispcore.tasks.waiting import OWN_STACK
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    FALSE,
    Keyword,
    List,
    Map,
    Value,
    intern_keyword,
    intern_symbol,
    list_from,
    list_items,
)

if TYPE_CHECKING:
    from lispcore.library.models.calling.batch_jobs import JobOptions
    from lispcore.library.rows.row_jobs import Outcome

# How often a row is tried that a provider had no time for.
_ATTEMPTS: Final = 8
_SECONDS_BETWEEN_REPORTS: Final = 1.0
_END: Final = object()
# How many rows and errors the host is told of at a time, and how much of each.
_TOLD: Final = 5
_TOLD_CHARACTERS: Final = 200
_EACH_ROW: Final = intern_symbol("llm/each-row")


@dataclass(frozen=True)
class Wishes:
    """The options of a run."""

    out: str
    key: Value = None
    concurrency: int = 8
    per_second: float | None = None
    budget: float | None = None
    retries: bool = False
    mixes: bool = False
    on_progress: Value = None
    program_of: Value = None  # the function whose program it is, where another one is called
    jobs: JobOptions | None = None  # the provider's batches are to answer, not calls


class RowRun:
    """One run over rows."""

    def __init__(
        self, name: str, rows: Iterator[Value], total: int | None, f: Value, wishes: Wishes
    ) -> None:
        self._name = name
        self._rows = enumerate(rows)
        self._f = f
        self._wishes = wishes
        self._pace = Pace(wishes.per_second)
        self._budget = Budget(wishes.budget)
        self._is_over = False
        # Asked twice a row: not by way of what finds the host of the running task.
        self._clock = context.interpreter().host.monotonic
        self._started = self._reported = self._clock()
        self._total = total
        # The last rows and errors: key, and result or message.
        self._last: deque[tuple[Any, str]] = deque(maxlen=_TOLD)
        self._errors: deque[tuple[Any, str]] = deque(maxlen=_TOLD)
        self.counts = {"rows": 0, "done": 0, "failed": 0, "skipped": 0}
        self.is_broke = False
        program = _program_of(f if wishes.program_of is None else wishes.program_of)
        self.journal = RowJournal(
            name,
            wishes.out,
            digest(program) if program else "",
            _model(),
            retries=wishes.retries,
            mixes=wishes.mixes,
        )

    def run(self) -> None:
        """Goes over all rows that are not done."""
        token = scopes.set((*scopes.get(), self._budget))
        state = "stopped"
        self._tell("running")
        try:
            if self._wishes.jobs is not None:
                from lispcore.library.rows.row_jobs import answer_rows

                answer_rows(self, self._f, self._wishes.jobs)
                state = self._ending()
                return
            scheduler = context.interpreter().tasks
            if self._wishes.concurrency == 1:
                self._work()
                state = self._ending()
                return
            # The program's own task takes no rows: while it waited for a reply, nobody else ran.
            promises = []
            try:
                for _ in range(self._wishes.concurrency):
                    promises.append(scheduler.spawn(self._work, OWN_STACK))
                    if self._is_over:
                        break
                for promise in promises:
                    scheduler.wait_for(promise)
                    promise.result()
            except BaseException:
                self._is_over = True
                for promise in promises:
                    scheduler.cancel(promise)
                raise
            state = self._ending()
        finally:
            self._tell(state)
            scopes.reset(token)
            self.journal.close()

    def _ending(self) -> str:
        return "budget" if self.is_broke else "complete"

    def _work(self) -> None:
        while (found := self.next_row()) is not None:
            self._report(self._do(*found))

    def next_row(self) -> tuple[Any, Value] | None:
        """Returns the key and the next row that is not done; None where there is none left."""
        while not self._is_over:
            number, row = next(self._rows, (0, _END))
            if row is _END:
                self._is_over = True
                return None
            self.counts["rows"] += 1
            key = self._key(number, row)
            if not self.journal.has(key):
                return key, row
            self.counts["skipped"] += 1
        return None

    def note_all(self, outcomes: list[tuple[Any, Outcome]], milliseconds: int) -> None:
        """Takes note of what came of rows; those that a budget had no room for stay undone."""
        with self.journal.in_one_go():
            for key, each in outcomes:
                reason = each.error.fields.get("reason") if each.error is not None else None
                if reason == "budget-exceeded" and self._is_spent():
                    continue
                if self.journal.has(key):  # the same key twice among them
                    self.counts["skipped"] += 1
                    continue
                self._note(key, each.result, each.error, each.meter, milliseconds)
        self._report(self._clock())

    def _key(self, number: int, row: Value) -> Any:
        chosen = self._wishes.key
        if chosen is None:
            return number
        # The usual case is written out: this is done a million times.
        is_field = type(chosen) is Keyword and type(row) is Map
        key = row.table.get(chosen) if is_field else call(chosen, row)
        if type(key) is not str and type(key) is not int:
            key = to_json(key)
        if key is None:
            raise LispError(
                f"{self._name}: row {number + 1} has no key",
                hint="(:key …) names a field that every row has, or a function of the row",
            )
        return key

    def _do(self, key: Any, row: Value) -> float:
        """Makes a row; returns the time."""
        meter = Meter()
        now = self._started
        clock, pace = self._clock, self._pace
        metered = (*meters.get(), meter)
        for attempt in range(_ATTEMPTS):
            if pace.is_limited:
                pace.wait()
            if self._is_over:
                return now
            started = clock()
            token = meters.set(metered)
            result, error = "", None
            try:
                result = encode_json(call(self._f, row), self._name)
            except Exception as raised:
                error = context.explained(raised)
            finally:
                meters.reset(token)
            if error is not None:
                if error.kind == "cancelled":
                    raise error
                if error.fields.get("reason") == "budget-exceeded" and self._is_spent():
                    return started
                if is_busy(error):
                    self._pace.slow_down(error)
                    if attempt < _ATTEMPTS - 1:
                        continue
            now = clock()
            self._note(key, result, error, meter, int((now - started) * 1000 + 0.5))
            break
        return now

    def _is_spent(self) -> bool:
        if self._wishes.budget is None:
            return False  # a budget of the program's own: the row has failed
        self.is_broke = self._is_over = True
        return True

    def _note(
        self, key: Any, result: str, error: LispError | None, meter: Meter, milliseconds: int
    ) -> None:
        about = None
        if error is None:
            if self._pace.is_limited:
                self._pace.speed_up()
            self.counts["done"] += 1
        else:
            about = {"type": error.kind, "message": error.message}
            self.counts["failed"] += 1
            self._errors.append((key, error.message))
        self._last.append((key, result if error is None else error.message))
        self.journal.add(key, result, about, meter, milliseconds)
        most = self._wishes.budget
        if most is not None and self._budget.usd >= most:
            self.is_broke = self._is_over = True

    def _report(self, now: float) -> None:
        if now - self._reported < _SECONDS_BETWEEN_REPORTS:
            return
        self._reported = now
        self._tell("running")
        listener = self._wishes.on_progress
        if listener is not None and call(listener, self.summary()) is FALSE:
            self._is_over = True

    def _tell(self, state: str) -> None:
        """Tells the host how far this is: the page shows a bar and a table."""
        context.host().record(
            {
                "type": "rows",
                "out": self.journal.path,
                "state": state,
                **self.counts,
                "total": self._total,
                "cost": self._budget.usd,
                "seconds": round(self._clock() - self._started, 3),
                "budget": self._wishes.budget,
                "errors": [_told(*each) for each in self._errors],
                "last": [_told(*each) for each in self._last],
            }
        )

    def summary(self) -> Map:
        """Returns what was done so far."""
        seconds = context.host().monotonic() - self._started
        entries: dict[str, Value] = {
            **self.counts,
            "cost": self._budget.usd,
            "seconds": round(seconds, 3),
            "out": self.journal.path,
            "status": intern_keyword(self._ending()),
        }
        if self._total is not None:
            entries["total"] = self._total
        return Map.of([(intern_keyword(name), value) for name, value in entries.items()])


def _told(key: Any, text: str) -> list[str]:
    return [str(key)[:_TOLD_CHARACTERS], text[:_TOLD_CHARACTERS]]


def _program_of(f: Value) -> str:
    """Returns the text of the program that a function is of, without the options of runs in it.

    A larger budget makes no other program.
    """
    from lispcore.reading.reader import read_many

    text = source_of(f)
    try:
        return "\n".join(print_value(_without_options(form)) for form in read_many(text))
    except LispError:
        return text  # made of forms, not of text


def _without_options(form: Value) -> Value:
    if type(form) is not List:
        return form
    items = list_items(form)
    if items and items[0] is _EACH_ROW:
        items = items[:3]
    return list_from([_without_options(each) for each in items])


def _model() -> str:
    provider = model_session().default_provider()
    return f"{provider.provider}/{provider.model}" if type(provider) is Settings else "own"


def run_rows(name: str, source: Value, f: Value, wishes: Wishes) -> Map:
    """Calls a function with each row of a source that is not done; returns the counts."""
    run = RowRun(name, rows_of(name, source), count_of(source), f, wishes)
    run.run()
    return run.summary()
