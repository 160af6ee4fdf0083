"""Second versions of functions: how they are found and called."""

from __future__ import annotations

from types import GeneratorType
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.tasks import resuming
from lispcore.tasks.resuming import BEGINNINGS, WAITS, resumable, version_of, waits_in_steps

DEFINITIONS = """
(define c (channel/new 1))
(define (take n) (+ n (channel/recv c)))
(define (maker n) (fn () (channel/recv c) n))
"""


@pytest.fixture
def lisp() -> Interpreter:
    interpreter = Interpreter(FakeHost())
    interpreter.eval(DEFINITIONS)
    return interpreter


def test_a_version_yields_where_the_function_waits(lisp: Interpreter) -> None:
    seen: list[Any] = []

    def run() -> Any:
        steps = resumable(lisp.globals["take"])(5)
        assert type(steps) is GeneratorType
        seen.append(next(steps))
        lisp.given[0] = 7
        seen.append(next(steps, "over"))
        return lisp.given[0]

    lisp.globals["run"] = run
    # In a task, which waits for good afterwards: it has not been given its turn by the scheduler.
    lisp.eval("(define p (async (run)))(async/run)")
    assert seen == [None, "over"]
    assert lisp.eval("(await p)") == 12


def test_what_has_no_version_stays_what_it_is(lisp: Interpreter) -> None:
    for value in (5, None, len, lisp.eval("(fn (x) x)"), lisp.eval(":k"), lisp.globals["c"]):
        assert resumable(value) is value
        assert version_of(value) is None


def test_versions_of_closures_share_their_variables(lisp: Interpreter) -> None:
    one, two = lisp.eval("(maker 1)"), lisp.eval("(maker 2)")
    assert resumable(one).__closure__ is one.__closure__
    assert resumable(one).__code__ is resumable(two).__code__
    assert resumable(one) is not resumable(two)
    assert resumable(lisp.globals["take"]) is resumable(lisp.globals["take"])


def test_the_oldest_versions_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "MOST_VERSIONS", 3)
    monkeypatch.setattr(resuming, "_versions", {})
    lisp = Interpreter(FakeHost())
    lisp.eval("(define c (channel/new 9)) (define (first-one) (channel/recv c) 1)")
    old = lisp.globals["first-one"]
    assert version_of(old) is not None
    for number in range(3):
        lisp.eval(f"(define (f{number}) (channel/recv c) {number})")
    assert version_of(old) is None
    assert version_of(lisp.globals["f2"]) is not None
    lisp.eval("(channel/send c 5)")
    assert lisp.eval("(await (async (first-one)))") == 1


def test_each_beginning_belongs_to_a_library_function(lisp: Interpreter) -> None:
    for name, (python_function, beginning) in BEGINNINGS.items():
        assert lisp.globals[name] is python_function
        assert beginning.__qualname__ == python_function.__qualname__
    assert waits_in_steps("async/all")
    assert not waits_in_steps("channel/recv")
    assert repr(WAITS) == "<waits>"
