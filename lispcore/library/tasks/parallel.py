"""Many tasks at once, where failures are results: parallel, pipeline, with-retry."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    check_options,
    integer_argument,
    map_argument,
    number_argument,
)
from lispcore.library.registry import accepts_options, function
from lispcore.library.tasks.concurrency import (
    MAX_MILLISECONDS,
    bounded_steps,
    items_argument,
    tasks,
    thunks_argument,
)
from lispcore.tasks.context import interpreter
from lispcore.tasks.resuming import Steps, Waits, resumable, waits
from lispcore.tasks.stepping import in_steps
from lispcore.tasks.waiting import RESOLVED, AsyncPromise
from lispcore.values.calls import TAIL, bounce, call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    FALSE,
    TRUE,
    Map,
    Value,
    boolean,
    intern_keyword,
    list_from,
    list_items,
)

CHAPTER = "concurrency"

# How many tasks run at once unless the program says otherwise.
DEFAULT_LIMIT: Final = 8
MAX_ATTEMPTS: Final = 1_000_000

_OK = intern_keyword("ok")
_ERROR = intern_keyword("err")
_TRACE = intern_keyword("stack-trace")
_RUNNER = Map({intern_keyword("name"): "<lambda>"})


def _limit(name: str, n: Value) -> int:
    if integer_argument(name, n, 2) < 1:
        raise LispError(f"{name}: the number of tasks at once must be at least 1")
    return int(n)


def settled_map(promise: AsyncPromise, called_by_us: bool = False) -> Map:
    """Returns ``{:ok value}`` or ``{:err error}`` for a settled promise.

    The dialect shows the function that ran a task as the outermost one of the stack: always if the
    task was only called by it, else where the stack has no function of the program.
    """
    if promise.state is RESOLVED:
        return Map({_OK: promise.value})
    try:
        promise.result()
    except Exception as error:
        caught = interpreter().error_map(error)
        stack = list_items(caught.table[_TRACE])
        if called_by_us or not stack:
            caught = Map({**caught.table, _TRACE: list_from([*stack, _RUNNER])})
        return Map({_ERROR: caught})
    raise AssertionError("a failed promise raises its error")


def _value_or_nil(promise: AsyncPromise) -> Value:
    return promise.value if promise.state is RESOLVED else None


_FAILS = "(list (fn () 1) (fn () (throw 5)) (fn () 3))"


@function(
    "parallel",
    "thunks:sequence [n:int]",
    "list",
    "Calls all functions in tasks, at most `n` (8) at once, and returns their values in order. One "
    "that fails gives nil; see `parallel-settled`.",
    [(f"(parallel {_FAILS})", "(1 nil 3)")],
)
def parallel(thunks: Value, n: Value = DEFAULT_LIMIT) -> Value:
    return tasks().on_stack(parallel_steps(thunks, n))


@waits(parallel, "parallel")
def parallel_steps(thunks: Value, n: Value = DEFAULT_LIMIT) -> Waits[Value]:
    """Does what `parallel` does, in steps."""
    bodies = thunks_argument("parallel", thunks)
    calls = [(body,) for body in bodies]
    promises = yield from bounded_steps(calls, _limit("parallel", n), stop_on_error=False)
    return list_from([_value_or_nil(each) for each in promises])


@function(
    "parallel-settled",
    "thunks:sequence [n:int]",
    "list",
    "Does the same as `parallel`, but gives {:ok value} or {:err error} for each function.",
    [
        (f"(map settled/ok? (parallel-settled {_FAILS}))", "(#t #f #t)"),
        ("(parallel-settled (list (fn () 1)))", "({:ok 1})"),
    ],
)
def parallel_settled(thunks: Value, n: Value = DEFAULT_LIMIT) -> Value:
    return tasks().on_stack(parallel_settled_steps(thunks, n))


@waits(parallel_settled, "parallel-settled")
def parallel_settled_steps(thunks: Value, n: Value = DEFAULT_LIMIT) -> Waits[Value]:
    """Does what `parallel_settled` does, in steps."""
    bodies = thunks_argument("parallel-settled", thunks)
    calls = [(body,) for body in bodies]
    limit = _limit("parallel-settled", n)
    promises = yield from bounded_steps(calls, limit, stop_on_error=False)
    return list_from([settled_map(each, called_by_us=True) for each in promises])


def _through_stages(
    name: str, items: Value, stages: tuple[Value, ...]
) -> Waits[list[AsyncPromise]]:
    values = items_argument(name, items, 1)
    for place, stage in enumerate(stages, 2):
        check_function(name, stage, place)

    def run(item: Value) -> Waits[None]:
        result: Any = item
        for stage in stages:
            in_place = in_steps if tasks().in_steps else resumable
            result = call(in_place(stage), result)
            if type(result) is Steps:
                yield from result
                result = tasks().given[0]
                if result is TAIL:
                    result = bounce()
        tasks().given[0] = result

    return (
        yield from bounded_steps(
            [(run, each) for each in values], DEFAULT_LIMIT, stop_on_error=False
        )
    )


@function(
    "pipeline",
    "items:sequence & stages:function",
    "list",
    "Sends each item through all stages, each item in a task of its own, so that one may be in the "
    "last stage while another is in the first. An item that fails gives nil.",
    [
        (
            "(pipeline '(0 1 2) (fn (i) (if (= i 1) (throw 5) i)) (fn (x) (* x 10)))",
            "(0 nil 20)",
        ),
    ],
)
def pipeline(items: Value, *stages: Value) -> Value:
    return tasks().on_stack(pipeline_steps(items, *stages))


@waits(pipeline, "pipeline")
def pipeline_steps(items: Value, *stages: Value) -> Waits[Value]:
    """Does what `pipeline` does, in steps."""
    promises = yield from _through_stages("pipeline", items, stages)
    return list_from([_value_or_nil(each) for each in promises])


@function(
    "pipeline-settled",
    "items:sequence & stages:function",
    "list",
    "Does the same as `pipeline`, but gives {:ok value} or {:err error} for each item.",
    [("(pipeline-settled '(1 2) (fn (i) (* i i)))", "({:ok 1} {:ok 4})")],
)
def pipeline_settled(items: Value, *stages: Value) -> Value:
    return tasks().on_stack(pipeline_settled_steps(items, *stages))


@waits(pipeline_settled, "pipeline-settled")
def pipeline_settled_steps(items: Value, *stages: Value) -> Waits[Value]:
    """Does what `pipeline_settled` does, in steps."""
    promises = yield from _through_stages("pipeline-settled", items, stages)
    return list_from([settled_map(each) for each in promises])


# --- settled results ---------------------------------------------------------------------------


def _settled_argument(name: str, value: Value) -> Map:
    if not isinstance(value, Map):
        raise wrong_type(name, "map or hashmap", value, 1)
    return value


@function(
    "settled/ok?",
    "result:map",
    "bool",
    "Tells whether a settled result is a success: a map with :ok.",
    [("(settled/ok? {:ok 42})", "#t"), ('(settled/ok? {:err "boom"})', "#f")],
)
def is_ok(result: Value) -> Value:
    return TRUE if _OK in _settled_argument("settled/ok?", result).table else FALSE


@function(
    "settled/err?",
    "result:map",
    "bool",
    "Tells whether a settled result is a failure: a map with :err.",
    [('(settled/err? {:err "boom"})', "#t"), ("(settled/err? {:ok 42})", "#f")],
)
def is_error(result: Value) -> Value:
    return boolean(_ERROR in _settled_argument("settled/err?", result).table)


@function(
    "settled-partition",
    "results:sequence",
    "map",
    "Divides settled results into a map with the list of the values under :ok and the list of the "
    "errors under :err.",
    [('(settled-partition [{:ok 1} {:err "boom"} {:ok 3}])', '{:err ("boom") :ok (1 3)}')],
)
def partition(results: Value) -> Value:
    found: dict[Value, list[Value]] = {_OK: [], _ERROR: []}
    for result in items_argument("settled-partition", results):
        table = _settled_argument("settled-partition", result).table
        for key, values in found.items():
            if key in table:
                values.append(table[key])
    return Map({key: list_from(values) for key, values in found.items()})


# --- trying again ------------------------------------------------------------------------------

_OPTIONS: Final = ("max", "base-ms", "factor", "on")


@function(
    "with-retry",
    "options:map thunk:function",
    "any",
    "Calls a function until it succeeds, at most :max (3) times, and waits in between: :base-ms "
    "(200) milliseconds at first, :factor (2) times as long each time. The last error is raised. "
    ":on is called with each error and the number of the attempt. Other tasks run meanwhile.",
    [
        (
            "(let ((n 0)) (with-retry {:max 3 :base-ms 1} (fn () (set! n (+ n 1)) (if (< n 3) "
            "(throw :again) n))))",
            "3",
        ),
        ("(with-retry {:max 1} (fn () (throw :never)))", "error: :never"),
    ],
)
def with_retry(options: Value, thunk: Value) -> Value:
    given = check_options("with-retry", map_argument("with-retry", options, 1), _OPTIONS)
    check_function("with-retry", thunk, 2)
    attempts = integer_argument("with-retry :max", given.get("max", 3))
    delay = float(number_argument("with-retry :base-ms", given.get("base-ms", 200)))
    factor = float(number_argument("with-retry :factor", given.get("factor", 2)))
    report = given.get("on")
    if report is not None:
        check_function("with-retry :on", report, 0)
    for attempt in range(1, min(max(attempts, 1), MAX_ATTEMPTS) + 1):
        try:
            return call(thunk)
        except Exception as error:
            if isinstance(error, LispError) and error.kind == "cancelled":
                raise
            if report is not None:
                _report(report, error, attempt)
            if attempt >= attempts:
                raise
        tasks().sleep(min(max(delay, 0.0), MAX_MILLISECONDS) if delay == delay else 0.0)
        delay *= factor
    return None


def _report(function_given: Value, error: Exception, attempt: int) -> None:
    """Calls the program's own function with the error as a map; the error stays as it is."""
    traceback = error.__traceback__
    described = interpreter().error_map(error)
    error.__traceback__ = traceback
    call(function_given, described, attempt)


accepts_options("with-retry", _OPTIONS)
