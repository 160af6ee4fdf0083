"""Tests of a program, which `deftest` defines: running them, and telling what came of it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import (
    check_options,
    display,
    map_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.registry import function
from lispcore.tasks import context
from lispcore.tasks.session import Session
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    FALSE,
    TRUE,
    Map,
    Value,
    intern_keyword,
    is_true,
    list_from,
)

_SHOWN_CHARACTERS: Final = 400


@dataclass
class Test:
    """One test: its name, the line that it begins in, its body."""

    name: str
    line: int
    body: Value


@dataclass
class Outcome:
    """What came of a test: what did not hold, the error that ended it, how long it took."""

    test: Test
    checks: int = 0
    failures: list[str] = field(default_factory=list)
    error: LispError | None = None
    seconds: float = 0.0

    @property
    def status(self) -> str:
        """ "passed", "failed" or "error"."""
        if self.error is not None:
            return "error"
        return "failed" if self.failures else "passed"


_tests: WeakKeyDictionary[Session, dict[str, Test]] = WeakKeyDictionary()
_running: ContextVar[Outcome | None] = ContextVar("running test", default=None)


@function("test/%define", "name:string line:int body:function", "nil", "What `deftest` expands to.")
def define_test(name: Value, line: Value, body: Value) -> None:
    tests = _tests.setdefault(context.interpreter(), {})
    tests[name] = Test(name, line, body)


@function(
    "test/%is",
    "text:string line:int message:any texts:list f:function & arguments:any",
    "bool",
    "What `is` expands to where a function is called.",
)
def holds_of(
    text: Value, line: Value, message: Value, texts: Value, f: Value, *arguments: Value
) -> Value:
    shown = [print_value(each) for each in arguments]
    if is_true(call(f, *arguments)):
        return _note(None, line)
    lines = [
        f"{source} is {value}"
        for source, value in zip(sequence_argument("test/%is", texts, 4), shown, strict=False)
        if source != value
    ]
    return _note(_about(text, message, lines), line)


@function(
    "test/%holds",
    "text:string line:int message:any value:any",
    "bool",
    "What any other `is` expands to.",
)
def holds(text: Value, line: Value, message: Value, value: Value) -> Value:
    if is_true(value):
        return _note(None, line)
    return _note(_about(text, message, [f"it is {print_value(value)}"]), line)


def _about(text: str, message: Value, lines: list[str]) -> str:
    head = f"{text} does not hold"
    if message is not None:
        head = f"{display(message)}: {head}"
    return "\n".join([_cut(head), *(f"  {_cut(line)}" for line in lines)])


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _note(failure: str | None, line: int) -> Value:
    outcome = _running.get()
    if outcome is None:
        if failure is not None:
            raise LispError(failure, kind="test")
        return TRUE
    outcome.checks += 1
    if failure is None:
        return TRUE
    outcome.failures.append(f"line {line}: {failure}" if line else failure)
    return FALSE


def run_tests(wanted: str = "") -> list[Outcome]:
    """Runs the tests of the running session whose names contain a text, in their order."""
    tests = _tests.get(context.interpreter(), {})
    return [_outcome_of(test) for test in list(tests.values()) if wanted in test.name]


def _outcome_of(test: Test) -> Outcome:
    host = context.host()
    outcome = Outcome(test)
    token = _running.set(outcome)
    started = host.monotonic()
    try:
        call(test.body)
    except Exception as raised:
        outcome.error = context.explained(raised)
        if outcome.error.kind == "cancelled":
            raise
    finally:
        outcome.seconds = host.monotonic() - started
        _running.reset(token)
    if not outcome.checks and outcome.error is None:
        outcome.failures.append("it checks nothing: (is …) says what must be true")
    return outcome


def report_of(outcome: Outcome) -> str:
    """Returns the lines that tell of a test."""
    name = outcome.test.name
    if outcome.status == "passed":
        return f"ok    {name} ({outcome.checks} checks, {outcome.seconds:.2f} s)"
    lines = [f"FAIL  {name} ({outcome.seconds:.2f} s)"]
    for failure in outcome.failures:
        lines += [f"      {line}" for line in failure.split("\n")]
    error = outcome.error
    if error is not None:
        place = f"line {error.line}: " if error.line else ""
        lines.append(f"      {place}{error.message} ({error.kind})")
        if error.hint:
            lines.append(f"      hint: {error.hint}")
    return "\n".join(lines)


@function(
    "test/run",
    "[options:map]",
    "map",
    "Runs the tests that `deftest` has defined, tells what does not hold, and gives the counts. "
    '`{:filter "text"}` runs those whose names contain it, `{:quiet #t}` tells nothing.',
    [
        (
            "(begin (deftest one (is (= 1 1))) (deftest two (car 5)) "
            "(let ((counts (test/run {:quiet #t}))) (list (:passed counts) (:failures counts))))",
            '(1 ("two"))',
        ),
    ],
)
def run(options: Value = None) -> Map:
    given: dict[str, Value] = {}
    if options is not None:
        given = check_options("test/run", map_argument("test/run", options, 1), ("filter", "quiet"))
    wanted = given.get("filter")
    text = "" if wanted is None else string_argument("test/run: option :filter", wanted)
    outcomes = run_tests(text)
    if not is_true(given.get("quiet")):
        for each in outcomes:
            context.host().write(report_of(each) + "\n")
    return _summary(outcomes)


def _summary(outcomes: list[Outcome]) -> Map:
    passed = sum(each.status == "passed" for each in outcomes)
    entries: dict[str, Any] = {
        "tests": len(outcomes),
        "passed": passed,
        "failed": len(outcomes) - passed,
        "checks": sum(each.checks for each in outcomes),
        "failures": list_from([each.test.name for each in outcomes if each.status != "passed"]),
    }
    return Map.of([(intern_keyword(name), value) for name, value in entries.items()])
