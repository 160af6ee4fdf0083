"""Tasks and promises: async/spawn, async/await and what is built on them.

What waits, and for how long, is the business of the scheduler (lispcore/tasks/scheduler.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType
from typing import Any, Final

from lispcore.library.arguments import integer_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.tasks.last_waits import present_way, waits_only_last
from lispcore.tasks.context import interpreter, running
from lispcore.tasks.resuming import GENERATOR, WAITS, Waits, begins, version_of, waits
from lispcore.tasks.scheduler import Scheduler
from lispcore.tasks.waiting import (
    FREE,
    LIGHT,
    OWN_STACK,
    PAUSING,
    PENDING,
    REJECTED,
    RESOLVED,
    SETTLING,
    STEPPED,
    AsyncPromise,
    Wait,
    stop_listening,
)
from lispcore.values.calls import check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import (
    List,
    Promise,
    Value,
    Vector,
    boolean,
    list_from,
    list_items,
)

MAX_MILLISECONDS: Final = 86_400_000


def tasks() -> Scheduler:
    """Returns the scheduler of the running program."""
    return interpreter().tasks


# --- arguments ---------------------------------------------------------------------------------


def promise_argument(name: str, value: Value, argument: int = 1) -> AsyncPromise:
    """Returns a promise made by ``async`` or raises the error for its type."""
    if type(value) is not AsyncPromise:
        error = wrong_type(name, "async-promise", value, argument)
        error.hint = (
            "(force p) gives the value of a delayed expression"
            if type(value) is Promise
            else "(async expression) makes a promise"
        )
        raise error
    return value


def items_argument(name: str, value: Value, argument: int = 1) -> list[Value]:
    """Returns the items of a list or vector."""
    if type(value) is List:
        return list_items(value)
    if type(value) is Vector:
        return value.items
    raise wrong_type(name, "list or vector", value, argument)


def promises_argument(name: str, value: Value) -> list[AsyncPromise]:
    """Returns the promises of a list or vector."""
    promises = items_argument(name, value)
    for each in promises:
        promise_argument(name, each, 0)
    return promises


def milliseconds_argument(name: str, value: Value, argument: int = 1) -> float:
    """Returns a duration; raises the error for one that is negative or longer than a day."""
    if type(value) not in (int, float):
        raise wrong_type(name, "number", value, argument)
    if not value >= 0:
        raise LispError(f"{name}: duration must be non-negative, got {print_value(value)}")
    return float(min(value, MAX_MILLISECONDS))


def needed_arguments(thunk: Value) -> int:
    """Returns how many arguments a function cannot do without."""
    code = getattr(thunk, "__code__", None)
    if code is None:
        return 0
    return int(code.co_argcount) - len(getattr(thunk, "__defaults__", None) or ())


# --- starting and waiting ----------------------------------------------------------------------


@function(
    "async/spawn",
    "thunk:function",
    "async-promise",
    "Starts a task that calls a function without arguments, and returns the promise of its result. "
    "The task runs while the program waits for something. `(async …)` is short for it.",
    [
        ("(await (async/spawn (fn () (+ 1 2))))", "3"),
        ("(async/spawn (fn (x) x))", "error: without arguments"),
    ],
)
def spawn(thunk: Value) -> AsyncPromise:
    if type(thunk) is not FunctionType or thunk.__code__.co_argcount:
        _check_thunk(thunk)
    scheduler = running().tasks
    given = scheduler.begin_spawn(thunk, way_of(thunk))
    promise: AsyncPromise = given if given is not WAITS else scheduler.come_back()
    return promise


@begins(spawn, "async/spawn")
def begin_spawn(thunk: Value) -> Any:
    """Starts a task; may begin to wait, because those that are ready go first."""
    if type(thunk) is not FunctionType or thunk.__code__.co_argcount:
        _check_thunk(thunk)
    return running().tasks.begin_spawn(thunk, way_of(thunk))


def way_of(body: Value) -> int:
    """Returns how a task of this function can run."""
    session = running(None)
    if session is not None and session.tasks.in_steps:
        return LIGHT if waits_only_last(body) else FREE
    version = version_of(body)
    if version is not None:
        return present_way(body, version)
    code = getattr(body, "__code__", None)
    if code is not None and code.co_flags & GENERATOR:
        return STEPPED  # of the library
    return LIGHT if waits_only_last(body) else OWN_STACK


def _check_thunk(thunk: Value) -> None:
    check_function("async/spawn", thunk, 1)
    missing = needed_arguments(thunk)
    if missing:
        # Said here, because nobody may ever wait for the promise that would carry the error.
        raise LispError(
            f"async/spawn: a task's function is called without arguments, this one needs {missing}",
            kind="arity",
            hint="(async (f x)) calls f with x in a task",
            expected=str(missing),
            got=0,
        )


@function(
    "async/await",
    "promise:async-promise",
    "any",
    "Waits until a promise is settled and returns its value, or raises the error of its task. "
    "Other tasks run meanwhile. Anything but a promise is returned as it is.",
    [
        ("(async/await (async (* 6 7)))", "42"),
        ('(await (async (error "no luck")))', "error: no luck"),
        ("(await 5)", "5"),
    ],
    waits=WaitKind.LAST,
)
def await_promise(promise: Value) -> Value:
    value = begin_await(promise)
    return value if value is not WAITS else tasks().come_back()


@begins(await_promise, "async/await")
def begin_await(promise: Value) -> Any:
    """Begins to wait for a promise."""
    if type(promise) is not AsyncPromise:
        return promise
    scheduler = running().tasks
    if promise.state is PENDING and promise.task is scheduler.current:
        raise LispError(
            "async/await: a task waits for itself",
            kind="deadlock",
            hint="its promise settles only when it ends",
        )
    return scheduler.begin_wait_for(promise, _AWAITING, _AWAITING_SETTLED)


def _result(promise: AsyncPromise, answer: Any) -> Value:
    return promise.result()


_AWAITING: Final = Wait(SETTLING.describe, SETTLING.leave, _result)
_AWAITING_SETTLED: Final = Wait(finish=_result, is_pause=True)


@function(
    "async/run",
    "",
    "nil",
    "Runs all tasks until none can go on: those that are left wait for something that nobody will "
    "do. Inside a task it lets the others have a turn.",
    [
        (
            "(let ((c (channel/new 2))) (async (channel/send c 1)) (async (channel/send c 2)) "
            "(async/run) (channel/count c))",
            "2",
        ),
    ],
    waits=WaitKind.BETWEEN,
)
def run() -> None:
    tasks().run_all()


@begins(run, "async/run")
def begin_run() -> Any:
    """Begins to let the others have a turn: only a task comes here."""
    return tasks().begin_pause()


@function(
    "async/sleep",
    "milliseconds:number",
    "nil",
    "Waits while other tasks run. The scheduler's clock moves only when every task waits, straight "
    "to the next deadline, so the order of events does not depend on the machine's speed.",
    [
        (
            "(let ((c (channel/new 2))) (async (async/sleep 3) (channel/send c :slow)) "
            "(async (async/sleep 1) (channel/send c :fast)) "
            "(list (channel/recv c) (channel/recv c)))",
            "(:fast :slow)",
        ),
        ("(async/sleep -1)", "error: non-negative"),
    ],
    waits=WaitKind.LAST,
)
def sleep(milliseconds: Value) -> None:
    begin_sleep(milliseconds)
    tasks().come_back()


@begins(sleep, "async/sleep")
def begin_sleep(milliseconds: Value) -> Any:
    """Begins to wait for a time."""
    return tasks().begin_sleep(milliseconds_argument("async/sleep", milliseconds))


# --- many at once ------------------------------------------------------------------------------


def any_settled(promises: list[AsyncPromise], what: str) -> Waits[None]:
    """Waits until at least one of the promises has settled."""
    scheduler = tasks()
    if any(each.state is not PENDING for each in promises):
        if scheduler.begin_pause() is WAITS:
            yield
        return
    me = scheduler.current
    for each in promises:
        each.listen(me)
    try:
        scheduler.begin(Wait(lambda _: f"waits for {what} of {len(promises)} tasks"))
        yield
    finally:
        for each in promises:
            stop_listening(each, me)


def all_settled(promises: list[AsyncPromise]) -> Waits[None]:
    """Waits until all promises have succeeded; raises the first error as soon as there is one."""
    scheduler = tasks()
    missing = 0
    me = scheduler.current
    for each in promises:
        if each.state is PENDING:
            missing += 1
        elif each.state is not RESOLVED:
            each.result()
    if not missing:
        if scheduler.begin_pause() is WAITS:
            yield
        return
    failed: list[AsyncPromise] = []

    def settled(promise: AsyncPromise) -> None:
        nonlocal missing
        missing -= 1
        if promise.state is not RESOLVED:
            failed.append(promise)
        if failed or not missing:
            scheduler.wake(me)

    waiting = [each for each in promises if each.state is PENDING]
    for each in waiting:
        each.listen(settled)
    try:
        scheduler.begin(Wait(lambda _: f"waits for {missing} of {len(promises)} tasks"))
        yield
    finally:
        for each in waiting:
            if each.listeners:
                each.listeners = [one for one in each.listeners if one is not settled]
    if failed:
        failed[0].result()


def own(promises: list[AsyncPromise]) -> Waits[Value]:
    """Waits for tasks that belong to the caller: if one fails, the others are cancelled."""
    try:
        yield from all_settled(promises)
    except BaseException:
        for each in promises:
            tasks().cancel(each, "sibling-failed")
        raise
    return list_from([each.value for each in promises])


def spawned(body: Value, *arguments: Value) -> Waits[AsyncPromise]:
    """Starts a task that calls a function; those that are ready go first."""
    given = tasks().begin_spawn(body, way_of(body), arguments)
    if given is WAITS:
        yield
        given = tasks().given[0]
    promise: AsyncPromise = given
    return promise


def all_spawned(bodies: list[Value]) -> Waits[list[AsyncPromise]]:
    """Starts a task for each of the functions."""
    promises = []
    for body in bodies:
        promises.append((yield from spawned(body)))
    return promises


@function(
    "async/all",
    "promises:sequence",
    "list",
    "Waits for all promises and returns their values in the same order. The first error among them "
    "is raised as soon as it happens.",
    [
        ("(async/all (list (async 10) (async 20)))", "(10 20)"),
        ('(async/all [(async (async/sleep 5)) (async (error "bad"))])', "error: bad"),
    ],
    waits=WaitKind.BETWEEN,
)
def wait_all(promises: Value) -> Value:
    return tasks().on_stack(wait_all_steps(promises))


@waits(wait_all, "async/all")
def wait_all_steps(promises: Value) -> Waits[Value]:
    """Does what `wait_all` does, in steps."""
    wanted = promises_argument("async/all", promises)
    yield from all_settled(wanted)
    return list_from([each.value for each in wanted])


@function(
    "async/race",
    "promises:sequence",
    "any",
    "Waits for the promise that settles first and returns its value or raises its error. The other "
    "tasks go on; see `async/race-owned`.",
    [
        (
            "(async/race (list (async (async/sleep 20) :slow) (async (async/sleep 1) :fast)))",
            ":fast",
        ),
        ("(async/race '())", "error: at least one promise"),
    ],
    waits=WaitKind.BETWEEN,
)
def race(promises: Value) -> Value:
    return tasks().on_stack(race_steps(promises))


@waits(race, "async/race")
def race_steps(promises: Value) -> Waits[Value]:
    """Does what `race` does, in steps."""
    wanted = promises_argument("async/race", promises)
    if not wanted:
        raise LispError("async/race: requires at least one promise")
    return (yield from first_settled(wanted)).result()


def first_settled(promises: list[AsyncPromise]) -> Waits[AsyncPromise]:
    """Waits for the first of the promises to settle, and returns it."""
    first = [each for each in promises if each.state is not PENDING]
    if first:
        if tasks().begin_pause() is WAITS:
            yield
        return min(first, key=lambda each: each.order)
    for each in promises:
        each.listen(first.append)
    try:
        yield from any_settled(promises, "the first")
    finally:
        for each in promises:
            if each.listeners:
                each.listeners = [one for one in each.listeners if one != first.append]
    return first[0]


@function(
    "async/race-owned",
    "thunks:sequence",
    "any",
    "Starts a task for each function and returns the value of the first that ends, or raises its "
    "error. The others are cancelled.",
    [
        (
            "(async/race-owned (list (fn () (async/sleep 20) :slow) "
            "(fn () (async/sleep 1) :fast)))",
            ":fast",
        ),
    ],
)
def race_owned(thunks: Value) -> Value:
    return tasks().on_stack(race_owned_steps(thunks))


@waits(race_owned, "async/race-owned")
def race_owned_steps(thunks: Value) -> Waits[Value]:
    """Does what `race_owned` does, in steps."""
    bodies = thunks_argument("async/race-owned", thunks)
    if not bodies:
        raise LispError("async/race-owned: requires at least one thunk")
    promises = yield from all_spawned(bodies)
    try:
        winner = yield from first_settled(promises)
    finally:
        for each in promises:
            tasks().cancel(each, "race-lost")
    return winner.result()


def thunks_argument(name: str, thunks: Value) -> list[Value]:
    """Returns the functions of a list or vector."""
    bodies = items_argument(name, thunks)
    for each in bodies:
        check_function(name, each, 0)
    return bodies


@function(
    "async/spawn-all",
    "thunks:sequence",
    "list",
    "Starts a task for each function, waits for all and returns their values in order. If one "
    "fails, the others are cancelled and its error is raised.",
    [("(async/spawn-all (list (fn () :a) (fn () :b)))", "(:a :b)")],
)
def spawn_all(thunks: Value) -> Value:
    return tasks().on_stack(spawn_all_steps(thunks))


@waits(spawn_all, "async/spawn-all")
def spawn_all_steps(thunks: Value) -> Waits[Value]:
    """Does what `spawn_all` does, in steps."""
    promises = yield from all_spawned(thunks_argument("async/spawn-all", thunks))
    return (yield from own(promises))


@function(
    "async/map",
    "f:function items:sequence",
    "list",
    "Calls a function with each item, each in a task of its own, and returns the results in order. "
    "If one fails, the others are cancelled. `async/pool-map` limits how many run at once.",
    [
        ("(async/map (fn (i) (* i i)) '(1 2 3 4))", "(1 4 9 16)"),
        ("(async/map (fn (i) (async/sleep (- 5 i)) i) [1 2 3])", "(1 2 3)"),
    ],
)
def map_tasks(f: Value, items: Value) -> Value:
    return tasks().on_stack(map_steps(f, items))


@waits(map_tasks, "async/map")
def map_steps(f: Value, items: Value) -> Waits[Value]:
    """Does what `map_tasks` does, in steps."""
    check_function("async/map", f, 1)
    promises = []
    for each in items_argument("async/map", items, 2):
        promises.append((yield from spawned(f, each)))
    return (yield from own(promises))


@function(
    "async/pool-map",
    "f:function items:sequence n:int",
    "list",
    "Calls a function with each item, at most `n` at a time, each in a task of its own, and "
    "returns the results in order. If one fails, no more are begun and the others are cancelled.",
    [
        ("(async/pool-map (fn (i) (* i i)) '(0 1 2 3) 2)", "(0 1 4 9)"),
        ("(async/pool-map abs '(1) 0)", "error: positive integer"),
    ],
)
def pool_map(f: Value, items: Value, n: Value) -> Value:
    return tasks().on_stack(pool_map_steps(f, items, n))


@waits(pool_map, "async/pool-map")
def pool_map_steps(f: Value, items: Value, n: Value) -> Waits[Value]:
    """Does what `pool_map` does, in steps."""
    check_function("async/pool-map", f, 1)
    values = items_argument("async/pool-map", items, 2)
    if integer_argument("async/pool-map", n, 3) < 1:
        raise LispError("async/pool-map: concurrency must be a positive integer")
    promises = yield from bounded_steps([(f, each) for each in values], n)
    return (yield from own(promises))


def run_bounded(
    bodies: list[Value], limit: int, *, stop_on_error: bool = True
) -> list[AsyncPromise]:
    """Runs the bodies in tasks, at most `limit` at a time; returns their promises, all settled.

    With `stop_on_error`, returns when the first fails, with only those promises that were begun.
    """
    calls = [(body,) for body in bodies]
    steps = bounded_steps(calls, limit, stop_on_error=stop_on_error)
    promises: list[AsyncPromise] = tasks().on_stack(steps)
    return promises


def bounded_steps(
    calls: Sequence[tuple[Value, ...]], limit: int, *, stop_on_error: bool = True
) -> Waits[list[AsyncPromise]]:
    """Does what `run_bounded` does, in steps, with functions and their arguments."""
    scheduler = tasks()
    promises: list[AsyncPromise] = []
    under_way = 0
    me = scheduler.current
    failed = False

    def settled(promise: AsyncPromise) -> None:
        nonlocal under_way, failed
        under_way -= 1
        failed = failed or promise.state is not RESOLVED
        scheduler.wake(me)

    try:
        for each in calls:
            while under_way >= limit and not (failed and stop_on_error):
                scheduler.begin(Wait(lambda _: f"waits for one of {limit} places"))
                yield
            if failed and stop_on_error:
                return promises
            promise = yield from spawned(*each)
            promises.append(promise)
            if promise.state is PENDING:
                under_way += 1
                promise.listen(settled)
        while under_way and not (failed and stop_on_error):
            scheduler.begin(Wait(lambda _: f"waits for {under_way} of {len(calls)} tasks"))
            yield
    except BaseException:
        for promise in promises:
            scheduler.cancel(promise, "sibling-failed")
        raise
    return promises


# --- settled promises --------------------------------------------------------------------------


@function(
    "async/resolved",
    "value:any",
    "async-promise",
    "Returns a promise that already has a value.",
    [("(await (async/resolved 42))", "42")],
    waits=WaitKind.NEVER,
)
def resolved(value: Value) -> AsyncPromise:
    promise = AsyncPromise()
    promise.settle(RESOLVED, value)
    return promise


@function(
    "async/rejected",
    "message:string",
    "async-promise",
    "Returns a promise that has already failed; waiting for it raises an error with the message.",
    [
        ('(async/rejected? (async/rejected "boom"))', "#t"),
        ('(await (async/rejected "boom"))', "error: boom"),
    ],
    waits=WaitKind.NEVER,
)
def rejected(message: Value) -> AsyncPromise:
    promise = AsyncPromise()
    error = LispError(string_argument("async/rejected", message, 1))
    promise.settle(REJECTED, None, error)
    return promise


# --- cancelling and deadlines ------------------------------------------------------------------


@function(
    "async/cancel",
    "promise:async-promise",
    "bool",
    "Cancels a task. Where it waits it receives an error of the :type :cancelled, as does whoever "
    "waits for its promise; a request that it waits for is given up. Returns #f if there was "
    "nothing to cancel.",
    [
        ("(async/cancel (async (async/sleep 100)))", "#t"),
        ("(async/cancel (async/resolved 1))", "#f"),
        (
            "(let ((p (async (async/sleep 100)))) (async/cancel p) (try (await p) (catch e (:type "
            "e))))",
            ":cancelled",
        ),
    ],
    waits=WaitKind.NEVER,
)
def cancel(promise: Value) -> Value:
    wanted = promise_argument("async/cancel", promise)
    return boolean(tasks().cancel(wanted))


def _settled_until(promise: AsyncPromise, milliseconds: float) -> Waits[bool]:
    """Waits for a promise or a deadline; tells whether the promise has settled."""
    scheduler = tasks()
    if promise.state is not PENDING:
        if scheduler.begin_pause() is WAITS:
            yield
        return True
    me = scheduler.current
    alarm = scheduler.at(milliseconds, lambda: scheduler.wake(me))
    try:
        if scheduler.begin_wait_for(promise, SETTLING, PAUSING) is WAITS:
            yield
    finally:
        scheduler.forget(alarm)
        stop_listening(promise, me)
    return promise.state is not PENDING


@function(
    "async/timeout",
    "milliseconds:number promise:async-promise",
    "any",
    "Waits for a promise, but no longer than so many milliseconds: then it raises an error of the "
    ":type :timeout. The task goes on; `async/with-timeout` ends it.",
    [
        ("(async/timeout 50 (async 5))", "5"),
        ("(async/timeout 2 (async (async/sleep 1000)))", "error: timed out after 2 ms"),
    ],
    waits=WaitKind.BETWEEN,
)
def timeout(milliseconds: Value, promise: Value) -> Value:
    return tasks().on_stack(timeout_steps(milliseconds, promise))


@waits(timeout, "async/timeout")
def timeout_steps(milliseconds: Value, promise: Value) -> Waits[Value]:
    """Does what `timeout` does, in steps."""
    limit = milliseconds_argument("async/timeout", milliseconds, 1)
    wanted = promise_argument("async/timeout", promise, 2)
    if not (yield from _settled_until(wanted, limit)):
        raise LispError(
            f"async/timeout: operation timed out after {limit:g} ms",
            kind="timeout",
            hint="the task itself goes on; (async/cancel p) ends it",
            **{"duration-ms": milliseconds, "operation": "async/timeout"},
        )
    return wanted.result()


@function(
    "async/with-timeout",
    "milliseconds:number thunk:function",
    "any",
    "Calls a function in a task and returns its value. If it takes longer than so many "
    "milliseconds, the task is cancelled and an error of the :type :timeout raised.",
    [
        ("(async/with-timeout 1000 (fn () (async/sleep 1) 42))", "42"),
        ("(async/with-timeout 2 (fn () (async/sleep 1000)))", "error: exceeded 2 ms"),
    ],
)
def with_timeout(milliseconds: Value, thunk: Value) -> Value:
    return tasks().on_stack(with_timeout_steps(milliseconds, thunk))


@waits(with_timeout, "async/with-timeout")
def with_timeout_steps(milliseconds: Value, thunk: Value) -> Waits[Value]:
    """Does what `with_timeout` does, in steps."""
    limit = milliseconds_argument("async/with-timeout", milliseconds, 1)
    check_function("async/with-timeout", thunk, 2)
    promise = yield from spawned(thunk)
    try:
        in_time = yield from _settled_until(promise, limit)
    except BaseException:
        tasks().cancel(promise)
        raise
    if not in_time:
        tasks().cancel(promise, "timeout")
        raise LispError(f"operation exceeded {limit:g} ms", kind="timeout")
    return promise.result()


# --- questions ---------------------------------------------------------------------------------


@function(
    "async/promise?",
    "value:any",
    "bool",
    "Tells whether a value is a promise made by `async` or its relatives.",
    [("(async/promise? (async 1))", "#t"), ("(async/promise? (delay 1))", "#f")],
    waits=WaitKind.NEVER,
)
def is_promise(value: Value) -> Value:
    return boolean(type(value) is AsyncPromise)


def _state_question(state: str, text: str, example: tuple[str, str]) -> None:
    name = f"async/{state}?"

    def ask(promise: Value) -> Value:
        return boolean(promise_argument(name, promise).state == state)

    enter = function(name, "promise:async-promise", "bool", text, [example], waits=WaitKind.NEVER)
    enter(ask)


_state_question(
    "pending",
    "Tells whether a promise is not settled yet.",
    ("(async/pending? (async 1))", "#t"),
)
_state_question(
    "resolved",
    "Tells whether a promise has a value.",
    ("(let ((p (async 1))) (await p) (async/resolved? p))", "#t"),
)
_state_question(
    "rejected",
    "Tells whether the task of a promise has failed; one that was cancelled has not.",
    ('(async/rejected? (async/rejected "boom"))', "#t"),
)
_state_question(
    "cancelled",
    "Tells whether the task of a promise was cancelled.",
    ("(let ((p (async 1))) (async/cancel p) (async/cancelled? p))", "#t"),
)
