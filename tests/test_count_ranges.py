"""Comprehensions over ranges and over everything else."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(for/list ((x (range 4))) (* x x))", "(0 1 4 9)"),
        ("(for/list ((x (range 1 10 4)) (y (range x))) (list x y))",
         "((1 0) (5 0) (5 1) (5 2) (5 3) (5 4) (9 0) (9 1) (9 2) (9 3) (9 4) (9 5) (9 6) (9 7) (9 8))"),
        ("(for/list ((x (range 5 0 -2))) x)", "(5 3 1)"),
        ("(for/list ((x (range 0))) x)", "()"),
        ("(for/fold ((s 0)) ((x (range 5))) (+ s x))", "10"),
        ("(for/map ((x (range 3))) (values x (* x x)))", "{0 0 1 1 2 4}"),
        ("(for/filter ((x (range 6)) :when (> x 1)) (even? x))", "(2 4)"),
        ("(map (fn (f) (f)) (for/list ((x (range 3))) (fn () x)))", "(0 1 2)"),
        ("(for/list (([a b] '((1 2) [3 4]))) (+ a b))", "(3 7)"),
        ("(for/list (([k v] {:a 1 :b 2})) (list k v))", "((:a 1) (:b 2))"),
        ("(let ((v (range 60))) (for/list ((x v)) (set! v (cons x v)) x) (length v))", "120"),
    ],
)  # fmt: skip
def test_what_a_comprehension_gives(program: str, value: str) -> None:
    assert print_value(Interpreter(FakeHost()).eval(program)) == value


def test_range_defined_anew_counts() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (f) (for/list ((x (range 2))) x))")
    session.eval("(define (range n) (list :mine n))")
    assert print_value(session.eval("(f)")) == "(:mine 2)"


def test_what_is_no_sequence_is_an_error() -> None:
    with pytest.raises(LispError, match="for expected list, vector, or mutable-array, got int"):
        Interpreter(FakeHost()).eval("(for/list ((x 5)) x)")
    with pytest.raises(LispError, match="range"):
        Interpreter(FakeHost()).eval('(for/list ((x (range "a"))) x)')
