"""How an evaluation runs: each case, for each model, some times, held against its matchers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import check_options, map_argument
from lispcore.library.models.calling.ledger import Budget, scopes
from lispcore.library.models.calling.metering import Meter, meters
from lispcore.library.models.calling.model_session import model_session, sample
from lispcore.library.tasks.concurrency import run_bounded, tasks
from lispcore.library.testing.eval_cases import asking, read_cases, read_models
from lispcore.library.testing.eval_definitions import Evaluation, defined_evaluations
from lispcore.library.testing.eval_matchers import (
    Answer,
    expected_of,
    problem_of,
    read_matchers,
    shown,
)
from lispcore.library.testing.eval_subjects import subject_of
from lispcore.library.testing.eval_tables import (
    Cell,
    Table,
    Trial,
    cell_of,
    cells_of,
    column_of,
    is_passed,
    note_changes,
    text_of,
    worse_than,
)
from lispcore.llm.json_values import read_json
from lispcore.tasks import context
from lispcore.tasks.session import Session
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Value

_OPTIONS: Final = (
    *("cases", "prompt", "models", "repeat", "matchers", "least", "concurrency", "budget", "doc"),
)
_MOST_REPEATS: Final = 1000
_AT_ONCE: Final = 8
# A page shows no larger table.
_MOST_TOLD: Final = 1000
VERSION: Final = 1

_last: WeakKeyDictionary[Session, dict[str, Table]] = WeakKeyDictionary()


class _Run:
    """One evaluation under way."""

    def __init__(self, evaluation: Evaluation, before: Table | None, only_failed: bool) -> None:

        name = self.name = f"defeval {evaluation.name}"
        options, tried = call(evaluation.parts).items
        given = check_options(name, map_argument(name, options), _OPTIONS)
        prompt = given.get("prompt")
        if prompt is not None and tried is not None:
            raise LispError(f"{name}: there is a :prompt, and one more thing to try: leave one out")
        self.evaluation = evaluation
        self.ask = subject_of(name, prompt if tried is None else tried)
        self.cases = read_cases(name, given.get("cases"))
        self.models = read_models(name, given.get("models"))
        self.matchers = read_matchers(f"{name}: option :matchers", given.get("matchers"))
        self.repeat = int(_number(name, given, "repeat", 1, 1, _MOST_REPEATS))
        self.least = float(_number(name, given, "least", 1.0, 0, 1))
        self.at_once = int(_number(name, given, "concurrency", _AT_ONCE, 1, 1000))
        self.budget = Budget(_number(name, given, "budget", None, 0, 1e9))
        earlier = cells_of(before) if only_failed else {}
        self.kept = {place: cell for place, cell in earlier.items() if is_passed(cell)}
        self.trials: dict[tuple[int, int], list[Trial]] = {}

    def run(self) -> None:
        """Makes all trials that are wanted."""

        jobs: list[Callable[[], None]] = []
        places = [(i, j) for i in range(len(self.cases)) for j in range(len(self.models))]
        wanted = [place for place in places if self._names(place) not in self.kept]
        self.trials = {place: [] for place in wanted}
        for number in range(1, self.repeat + 1):
            jobs += [partial(self._try, place, number) for place in wanted]
        token = scopes.set((*scopes.get(), self.budget))
        try:
            # A part that the demo model plays has an order.
            in_turn = self.at_once == 1 or model_session().script is not None
            if in_turn or not tasks().takes_turns:
                for job in jobs:
                    job()
            else:
                for promise in run_bounded(list(jobs), self.at_once):
                    promise.result()
        finally:
            scopes.reset(token)

    def _names(self, place: tuple[int, int]) -> tuple[str, str]:
        return self.cases[place[0]].name, self.models[place[1]].name

    def _try(self, place: tuple[int, int], number: int) -> None:

        token = sample.set(number if number > 1 else None)
        try:
            trial = self._trial(place)
        finally:
            sample.reset(token)
        self.trials[place].append(trial)
        context.host().record(
            {
                "type": "eval-trial",
                "name": self.evaluation.name,
                "case": place[0],
                "model": place[1],
                "trial": trial,
            }
        )

    def _trial(self, place: tuple[int, int]) -> Trial:

        case, model = self.cases[place[0]], self.models[place[1]]
        host, meter = context.host(), Meter()
        problems: list[str] = []
        error, said = None, ""
        started = host.monotonic()
        token = meters.set((*meters.get(), meter))
        seconds = 0.0
        try:
            try:
                with asking(model):
                    value = self.ask(case.row)
            finally:
                meters.reset(token)
                seconds = host.monotonic() - started + meter.played
            said = shown(value)
            problems = self._problems(Answer(value, case.row, meter.usd, seconds * 1000))
        except Exception as raised:
            explained = context.explained(raised)
            if explained.kind == "cancelled":
                raise
            error = explained.message
        return {
            "passed": error is None and not problems,
            "answer": said,
            "problems": problems,
            "error": error,
            "usd": meter.usd,
            "tokens": meter.usage.total_tokens,
            "ms": round(seconds * 1000),
            "calls": meter.requests,
        }

    def _problems(self, answer: Any) -> list[str]:

        matchers = [*expected_of(self.name, answer.row), *self.matchers]
        if not matchers:
            return ["it checks nothing: a case has :expect, or the options have :matchers"]
        found = [problem_of(self.name, each, wanted, answer) for each, wanted in matchers]
        return [each for each in found if each]

    def table(self, seconds: float) -> Table:
        """Returns what came of it."""
        cases: list[dict[str, Any]] = []
        for i, case in enumerate(self.cases):
            cells: list[Cell] = []
            for j, model in enumerate(self.models):
                kept = self.kept.get((case.name, model.name))
                trials = kept["trials"] if kept is not None else self.trials[i, j]
                cells.append(cell_of(trials, kept=kept is not None))
            cases.append({"name": case.name, "cells": cells})
        columns = [
            column_of(model.name, [case["cells"][j] for case in cases])
            for j, model in enumerate(self.models)
        ]
        return {
            **_head(self.evaluation),
            "repeat": self.repeat,
            "least": self.least,
            "seconds": round(seconds, 3),
            "passes": all(each["rate"] >= self.least for each in columns),
            "models": columns,
            "cases": cases,
        }


def _number(
    name: str, given: dict[str, Value], option: str, default: Any, least: float, most: float
) -> Any:
    value = given.get(option)
    if value is None:
        return default
    is_whole = type(default) is not int or type(value) is int
    if type(value) not in (int, float) or not is_whole or not least <= value <= most:
        raise LispError(
            f"{name}: option :{option} expected a number from {least:g} to {most:g}, "
            f"got {print_value(value)}"
        )
    return value


def _head(evaluation: Evaluation) -> Table:
    return {
        "name": evaluation.name,
        "line": evaluation.line,
        "error": None,
        "passes": False,
        "repeat": 1,
        "least": 1.0,
        "seconds": 0.0,
        "changes": [],
        "regressions": [],
        "models": [],
        "cases": [],
    }


def run_evaluations(
    wanted: str = "",
    *,
    only_failed: bool = False,
    before: dict[str, Table] | None = None,
    baseline: dict[str, Table] | None = None,
) -> list[Table]:
    """Runs the evaluations of the session whose names contain a text; returns their tables.

    `before` has the tables of an earlier run by name, else those of this session count; with a
    `baseline` an evaluation passes if nothing is worse than there.
    """
    session = context.interpreter()
    earlier = _last.get(session, {}) if before is None else before
    tables = []
    for each in defined_evaluations():
        if wanted in each.name:
            table = _table_of(each, earlier.get(each.name), only_failed)
            if baseline is not None and each.name in baseline and table["error"] is None:
                table["regressions"] = worse_than(table, baseline[each.name])
                table["passes"] = not table["regressions"]
            _last.setdefault(session, {})[each.name] = table
            context.host().record({"type": "eval-ended", "table": _told(table)})
            tables.append(table)
    return tables


def _table_of(evaluation: Evaluation, before: Table | None, only_failed: bool) -> Table:
    host = context.host()
    started = host.monotonic()
    try:
        run = _Run(evaluation, before, only_failed)
        host.record(
            {
                "type": "eval-began",
                "name": evaluation.name,
                "cases": [each.name for each in run.cases[:_MOST_TOLD]],
                "models": [each.name for each in run.models],
                "repeat": run.repeat,
            }
        )
        run.run()
    except Exception as raised:
        error = context.explained(raised)
        if error.kind == "cancelled":
            raise
        words = f"{error.message} ({error.hint})" if error.hint else error.message
        return {**_head(evaluation), "error": words}
    table = run.table(host.monotonic() - started)
    table["changes"] = note_changes(table, before)
    return table


def _told(table: Table) -> Table:
    """Returns what the host is told of a table at its end: its sums, and the cells row by row."""
    cells = list(cells_of(table).values())
    counts = ("passed", "of", "change", "kept")
    few = cells if len(cells) <= _MOST_TOLD else []
    return {
        **{name: table[name] for name in ("name", "passes", "error", "models")},
        "cells": [{name: cell[name] for name in counts} for cell in few],
    }


def report_of(table: Table) -> str:
    """Returns the lines that tell of an evaluation."""
    if table["error"] is not None:
        return f"FAIL  {table['name']}\n  {table['error']}"
    lines = [text_of(table)]
    for change in table["changes"]:
        if change["change"] != "new":
            lines.append(f"  {change['change']}: {change['case']}, {change['model']}")
    lines += [f"  worse than the baseline: {each}" for each in table["regressions"]]
    return "\n".join(lines)


# --- files of results -----------------------------------------------------------------------------


def tables_in(text: str) -> dict[str, Table]:
    """Returns the tables of a file of results, by name; raises `ValueError` for another text."""

    found = read_json(text)
    if not isinstance(found, dict) or found.get("evals") != VERSION:
        raise ValueError("it holds no results of evaluations")
    tables = found.get("tables")
    if not isinstance(tables, list):
        raise ValueError("it holds no tables")
    try:
        by_name: dict[str, Table] = {each["name"]: each for each in tables}
        for each in tables:
            cells = cells_of(each).values()
            if not all({"passed", "of", "trials"} <= cell.keys() for cell in cells):
                raise ValueError("one of its cells is broken")
    except (TypeError, KeyError, AttributeError):
        raise ValueError("one of its tables is broken") from None
    return by_name


def results_text(tables: list[Table], before: dict[str, Table] | None = None) -> str:
    """Returns tables as a file of results; those of evaluations that did not run stay."""
    import json

    known = {**(before or {}), **{each["name"]: each for each in tables}}
    return json.dumps({"evals": VERSION, "tables": list(known.values())}, indent=1) + "\n"
