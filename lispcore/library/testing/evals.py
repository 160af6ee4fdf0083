"""Evaluations of prompts: what `defeval` defines, and `eval/run`, which runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import check_options, map_argument, string_argument
from lispcore.library.registry import accepts_options, function
from lispcore.library.testing.eval_definitions import Evaluation, define
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, Vector, intern_keyword, is_true, list_from

if TYPE_CHECKING:
    from lispcore.library.testing.eval_tables import Table

CHAPTER = "tests"

_RUN_OPTIONS: Final = ("filter", "quiet", "only-failed", "results", "baseline")


@function(
    "test/%define-eval",
    "name:string line:int parts:function",
    "nil",
    "What `defeval` expands to.",
)
def define_evaluation(name: Value, line: Value, parts: Value) -> None:
    define(Evaluation(name, line, parts))


@function(
    "test/%eval-parts",
    "options:map f:function",
    "vector",
    "The options and the function of an evaluation.",
)
def eval_parts(options: Value, f: Value) -> Vector:
    return Vector([options, f])


def _read_file(path: str) -> dict[str, Table] | None:
    from lispcore.library.files import file_system
    from lispcore.library.testing.eval_running import tables_in

    if not file_system.exists(path):
        return None
    try:
        with file_system.open_file(path, "r", encoding="utf-8") as file:
            return tables_in(file.read())
    except (OSError, ValueError) as problem:
        raise LispError(
            f"eval/run: {path} cannot be read: {problem}", kind="io", path=path
        ) from None


def _write_file(path: str, tables: list[Table], before: dict[str, Table] | None) -> None:
    from lispcore.library.files import file_system
    from lispcore.library.testing.eval_running import results_text

    with file_system.written_whole(path) as file:
        file.write(results_text(tables, before).encode())


@function(
    "eval/run",
    "[options:map]",
    "map",
    "Runs the evaluations that `defeval` has defined, shows their tables, and gives the counts. "
    '`{:filter "text"}` runs those whose names contain it, `{:only-failed #t}` only what did not '
    "pass before, `{:quiet #t}` shows nothing. `:results` is a file that keeps the tables, so that "
    "the next run tells what has changed, `:baseline` one that nothing may be worse than.",
    [
        (
            "(begin (defeval e {:cases [{:n 1 :expect 2} {:n 2 :expect 5}]} "
            "(fn (row) (* 2 (:n row)))) (let ((counts (eval/run {:quiet #t}))) "
            "(list (:evals counts) (:rate counts))))",
            "(1 0.5)",
        ),
    ],
)
def run(options: Value = None) -> Map:
    from lispcore.library.testing.eval_running import report_of, run_evaluations

    name = "eval/run"
    given: dict[str, Value] = {}
    if options is not None:
        given = check_options(name, map_argument(name, options, 1), _RUN_OPTIONS)
    texts = {
        option: string_argument(f"{name}: option :{option}", given[option])
        for option in ("filter", "results", "baseline")
        if given.get(option) is not None
    }
    before = _read_file(texts["results"]) if "results" in texts else None
    baseline = _read_file(texts["baseline"]) if "baseline" in texts else None
    tables = run_evaluations(
        texts.get("filter", ""),
        only_failed=is_true(given.get("only-failed")),
        before=before,
        baseline=baseline,
    )
    if "results" in texts:
        _write_file(texts["results"], tables, before)
    if not is_true(given.get("quiet")):
        for each in tables:
            context.host().write(report_of(each) + "\n")
    return _summary(tables)


def _summary(tables: list[Table]) -> Map:
    columns = [each for table in tables for each in table["models"]]
    passed, of = (sum(each[count] for each in columns) for count in ("passed", "of"))
    costs = [each["usd"] for each in columns]
    entries: dict[str, Any] = {
        "evals": len(tables),
        "passed": passed,
        "trials": of,
        "rate": passed / of if of else 0.0,
        "cost": None if None in costs else sum(costs),
        "failures": list_from([each["name"] for each in tables if not each["passes"]]),
    }
    return Map.of([(intern_keyword(name), value) for name, value in entries.items()])


accepts_options("eval/run", _RUN_OPTIONS)
