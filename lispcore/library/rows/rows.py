"""A function over many rows: each is paid for once, whatever ends the program in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import check_options, map_argument, string_argument
from lispcore.library.models.batches import JOB_OPTIONS, job_options
from lispcore.library.registry import accepts_options, function
from lispcore.values.calls import check_function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Map, Value, is_true

if TYPE_CHECKING:
    from lispcore.library.rows.row_running import Wishes

_NAME: Final = "llm/each-row"
_OPTIONS: Final = (
    *("out", "key", "concurrency", "per-second", "budget", "retry-errors", "mixed"),
    *("on-progress", *JOB_OPTIONS),
)
# What says how calls overlap says nothing of a batch.
_OF_CALLS: Final = ("concurrency", "per-second")
_MOST_WORKERS: Final = 1000


@function(
    _NAME,
    "source:any f:function options:map",
    "map",
    "Calls a function with each row of a list, a vector, a stream of JSON lines, a file (.jsonl, "
    ".csv, .tsv, .parquet) or a folder of files, and writes one JSON line for each row to the "
    "file `:out` as soon as it is done: its key, the result or the error, the tokens and dollars "
    "used, the time. The same call goes on where it was, after an error, Stop or kill -9, and "
    "makes no row that is there again; `:retry-errors #t` makes those anew that failed. `:key` is "
    "a keyword or a function that tells rows apart (else their number does), `:concurrency` how "
    "many are under way (8), `:per-second` how many may begin, `:budget` how many dollars they may "
    "cost, `:on-progress` a function that is given the counts now and then. A provider that is "
    "asked too often makes all wait. `:mixed #t` goes on though the program or the model has "
    "changed. With `{:via :batch}` the requests of the rows are handed in on the provider's batch "
    "interface, as in `llm/batch`: answered within a day, at half the price. The function is "
    "called once more when its answer is there, so it should do nothing but ask; `:poll-seconds` "
    "and `:fresh` are as there.",
    [
        (
            "(begin (define (f row) (* 2 (:n row))) "
            '(llm/each-row [{:n 1} {:n 2}] f {:out "o.jsonl"}) '
            '(define again (llm/each-row [{:n 1} {:n 2}] f {:out "o.jsonl"})) '
            "(list (:done again) (:skipped again)))",
            "(0 2)",
        ),
        ("(llm/each-row [] car {})", "error: needs :out"),
        ('(llm/each-row "rows.txt" car {:out "o2.jsonl"})', "error: .jsonl"),
    ],
)
def each_row(source: Value, f: Value, options: Value) -> Map:
    from lispcore.library.rows.row_running import run_rows

    check_function(_NAME, f, 2)
    return run_rows(_NAME, source, f, _wishes(options))


def _wishes(options: Value) -> Wishes:
    from lispcore.library.rows.row_running import Wishes

    given = check_options(_NAME, map_argument(_NAME, options, 3), _OPTIONS)
    jobs = job_options(_NAME, map_argument(_NAME, options, 3))
    for option in _OF_CALLS if jobs is not None else ():
        if given.get(option) is not None:
            raise LispError(
                f"{_NAME}: option :{option} does not go with {{:via :batch}}",
                hint="the provider says how quickly it answers a batch; leave it out",
            )
    if given.get("out") is None:
        raise LispError(
            f"{_NAME} needs :out, the file of its results", hint='{:out "labels.jsonl"}'
        )
    return Wishes(
        out=string_argument(f"{_NAME}: option :out", given["out"]),
        key=given.get("key"),
        concurrency=int(_number(given, "concurrency", 8, 1, _MOST_WORKERS)),
        per_second=_number(given, "per-second", None, 1e-6, 1e6),
        budget=_number(given, "budget", None, 0, 1e9),
        retries=is_true(given.get("retry-errors")),
        mixes=is_true(given.get("mixed")),
        on_progress=given.get("on-progress"),
        jobs=jobs,
    )


def _number(given: dict[str, Value], option: str, default: Any, least: float, most: float) -> Any:
    value = given.get(option)
    if value is None:
        return default
    if type(value) not in (int, float) or not least <= value <= most:
        raise LispError(
            f"{_NAME}: option :{option} expected a number from {least:g} to {most:g}, "
            f"got {print_value(value)}"
        )
    return value


accepts_options("llm/each-row", _OPTIONS)
