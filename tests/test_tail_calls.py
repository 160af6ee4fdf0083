"""Tail calls of unknown functions need no endless stack, whoever calls whom."""

from __future__ import annotations

import sys

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

CHAINS = [
    # Ever new functions, each of which calls the one before.
    ("(define (f k n) (if (= n 0) (k n) (f (fn (v) (k (+ v 1))) (- n 1)))) (f (fn (x) x) 30000)", "30000"),
    # A parameter, a table, a global that changes, a value from a closure.
    ("(define (f g n) (if (= n 0) :end (g g (- n 1)))) (f f 200000)", ":end"),
    ("(define t {:a (fn (t n) (if (= n 0) :a ((:b t) t (- n 1))))"
     " :b (fn (t n) (if (= n 0) :b ((:a t) t (- n 1))))}) ((:a t) t 200001)", ":b"),
    ("(define h nil) (define (f n) (if (= n 0) :end (h (- n 1)))) (set! h (fn (n) (f n))) (f 200000)", ":end"),
    # A function that is made in every round calls an older one, which calls on by name.
    ("(define (round k) (define (h) (k)) (h))"
     "(define (go n) (if (= n 0) :end (round (fn () (go (- n 1)))))) (go 100000)", ":end"),
    # One that is made once, and called again and again through a box.
    ("(define (later k) (fn (n) (k n)))"
     "(define (go n) (if (= n 0) :end (back (- n 1)))) (define back (later (fn (n) (go n)))) (go 100000)",
     ":end"),
    ("(define (wrap f) (fn (n) (f n)))"
     "(define (f n) (if (= n 0) :end ((wrap (wrap f)) (- n 1)))) (f 50000)", ":end"),
    # With something to do in between.
    ("(define (each f g) (fn (n) (f n) (g n)))"
     "(define count 0) (define (f n) (if (= n 0) count ((each (fn (x) (set! count (+ count 1))) f) (- n 1))))"
     " (f 50000)", "50000"),
    ("(define (compose f g) (fn (x) (f (g x))))"
     "(let loop ((i 0) (f (fn (x) x))) (if (= i 500) (f 0) (loop (+ i 1) (compose (fn (x) (+ x 1)) f))))",
     "500"),
    ("(define (k-for f) (try (fn (x) (f x)) (catch e nil))) ((k-for (k-for (fn (x) (* x 2)))) 4)", "8"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "value"), CHAINS)
def test_the_stack_stays_small(program: str, value: str) -> None:
    session = Interpreter(FakeHost())
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(3000)
    try:
        assert print_value(session.eval(program)) == value
    finally:
        sys.setrecursionlimit(limit)


def test_both_versions_of_a_function_give_the_same() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (compose f g) (fn (x) (f (g x)))) (define (add n) (fn (x) (+ x n)))")
    for _ in range(200):
        assert session.eval("((compose (add 1) (compose (add 10) (add 100))) 5)") == 116
        assert session.call("compose", session.globals["add"], lambda x: x)(3) is not None


def test_functions_made_in_a_loop_keep_their_values() -> None:
    text = (
        "(define (call k) (fn (x) (k x)))"
        "(define fs (map (fn (i) (call (fn (x) (+ x i)))) (range 150)))"
        "(apply + (map (fn (f) (f 1)) fs))"
    )
    assert Interpreter(FakeHost()).eval(text) == 150 + sum(range(150))


def test_an_error_names_the_functions_of_either_version() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (wrap f)\n  (fn (x)\n    (f (car x))))")
    for _ in range(150):
        result = session.run("((wrap (fn (x) x)) 5)")
        assert (result["error"]["line"], result["error"]["column"]) == (3, 8)
