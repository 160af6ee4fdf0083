"""How far compiling a long text is: what is said, and when nothing is."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.reading.reader import LINES_BETWEEN
from lispcore.running import progress
from lispcore.running.progress import Progress


class Clock:
    """A clock that a test puts forward; or that goes on by itself with each look at it."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Returns the list of what is told from now on."""
    found: list[float] = []
    monkeypatch.setattr(progress, "teller", found.append)
    return found


def test_nothing_is_said_of_what_is_soon_done(told: list[float]) -> None:
    clock = Clock()
    way = Progress(clock)
    way.begin()
    clock.now += progress.QUIET_SECONDS / 2
    way.reached(0.5)
    way.over()
    assert told == []


def test_what_takes_long_is_said_now_and_then_and_that_it_is_over(told: list[float]) -> None:
    clock = Clock()
    way = Progress(clock)
    way.begin()
    clock.now += progress.QUIET_SECONDS
    for part in range(10):
        way.reached(part / 10)
    clock.now += progress.PAUSE_SECONDS
    way.reached(1.0)
    way.over()
    way.over()
    assert told == [0.0, 0.99, 1.0]


def test_nothing_is_said_while_a_program_runs(told: list[float]) -> None:
    clock = Clock()
    way = Progress(clock)
    way.begin()
    way.over()
    clock.now += 100
    way.reached(0.5)
    assert told == []


@pytest.mark.parametrize("calls", ["", "(f0 1)", "(list {})"])
def test_a_long_program_goes_on_towards_its_end(told: list[float], calls: str) -> None:
    session = Interpreter()
    session.progress._clock = Clock(step=1.0)
    count = 300
    text = "\n".join(f"(define (f{n} x) (if (> x {n}) (- x 1) (+ x {n})))" for n in range(count))
    every = " ".join(f"(f{n} 1)" for n in range(count))
    session.eval(f"{text}\n{calls.format(every)}")
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == 1.0
    before = len(told)
    session.eval("(f3 1)")
    assert told[before:][-1] == 1.0


def test_text_that_is_evaluated_while_the_program_runs_is_told_of_by_itself(
    told: list[float],
) -> None:
    session = Interpreter()
    session.progress._clock = Clock(step=1.0)
    session.eval("(eval '(begin (define (g x) x) (g 1)))")
    assert told[-1] == 1.0


def test_how_far_reading_is_is_said_too(told: list[float]) -> None:
    session = Interpreter()
    session.progress._clock = Clock(step=1.0)
    session.eval("(+ 1 2)\n" * 5 * LINES_BETWEEN)
    assert told[:3] == sorted(told[:3])
    assert 0 < told[0] < told[1] < progress.READ
