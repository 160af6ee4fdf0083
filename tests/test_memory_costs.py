"""What values hold of memory, against hand-written Python, and the ends of deep chains."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value
from lispcore.values.types import list_from

COUNT = 3000
MOST = 2.0


def held_by(make: Callable[[], Any]) -> int:
    """Returns how many bytes are held after a call, together with what it returns."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [make()]
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
        kept.clear()
        return held
    finally:
        tracemalloc.stop()


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y


@pytest.mark.parametrize(
    ("program", "written"),
    [
        ("(range 1000 4000)", lambda: list(range(1000, 4000))),
        ("(let loop ((i 0) (a '())) (if (= i 3000) a (loop (+ i 1) (cons (+ i 1000) a))))", lambda: [i + 1000 for i in range(COUNT)]),
        ("(foldl (fn (m i) (assoc m (+ i 1000) i)) {} (range 3000))", lambda: {i + 1000: i for i in range(COUNT)}),
        ("(map (fn (i) {:a i :b 2}) (range 3000))", lambda: [{"a": i, "b": 2} for i in range(COUNT)]),
        ("(map (fn (i) (point i 2)) (range 3000))", lambda: [Point(i, 2) for i in range(COUNT)]),
        ("(map (fn (i) (list i 2)) (range 3000))", lambda: [[i, 2] for i in range(COUNT)]),
        ("(map (fn (i) [i 2]) (range 3000))", lambda: [[i, 2] for i in range(COUNT)]),
        ('(map (fn (i) (str "x" i)) (range 3000))', lambda: [f"x{i}" for i in range(COUNT)]),
    ],
)  # fmt: skip
def test_values_hold_at_most_twice_as_much(program: str, written: Callable[[], Any]) -> None:
    lisp = Interpreter()
    lisp.run("(define-record-type p (point x y) point? (x px) (y py))")
    lisp.eval(f"(define (make) {program}) (make)")  # what is made once is made by now
    ours, theirs = held_by(lambda: lisp.eval("(make)")), held_by(written)
    assert ours <= MOST * theirs + 4000, (ours, theirs)


@pytest.mark.parametrize(
    ("empty", "step"),
    [
        ("'()", "(list a)"),
        ("[]", "[a]"),
        ("{}", "{:a a}"),
        ("nil", "(node a)"),
    ],
)
def test_chains_are_compared_printed_looked_up_and_freed(empty: str, step: str) -> None:
    answer = Interpreter().eval(f"""
        (define-record-type n (node x) node? (x nx))
        (define (chain) (let loop ((i 0) (a {empty})) (if (= i 60000) a (loop (+ i 1) {step}))))
        (define one (chain))
        (define found (list (= one (chain)) (> (string/length (str one)) 60000)))
        (set! one nil)
        found""")
    assert print_value(list_from(list(answer))) == "(#t #t)"


@pytest.mark.parametrize("step", ["(fn () a)", "(delay a)", "(mutable-cell/new a)"])
def test_chains_that_nothing_compares_are_freed(step: str) -> None:
    program = f"(let loop ((i 0) (a nil)) (if (= i 60000) 1 (loop (+ i 1) {step})))"
    assert Interpreter().eval(program) == 1
