"""Closures that are made where a loop is left refer to its variables, others keep copies."""

from __future__ import annotations

from types import CodeType

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value


def makers(program: str, function: str) -> list[str]:
    """Returns the names of the makers of closures in a function."""
    interpreter = Interpreter()
    interpreter.eval(program)
    code = interpreter.globals[function].__code__
    names = [each.co_name for each in code.co_consts if isinstance(each, CodeType)]
    return [name for name in names if name.startswith("make")]


LAST = "(define (f n acc) (if (= n 0) (fn () (list n acc)) (f (- n 1) (cons n acc))))"
EACH = "(define (f n acc) (if (= n 0) acc (f (- n 1) (cons (fn () n) acc))))"


def test_only_a_closure_that_a_round_may_follow_keeps_copies() -> None:
    assert not makers(LAST, "f")
    assert makers(EACH, "f")


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (LAST + "((f 3 '()))", "(0 (1 2 3))"),
        (EACH + "(map (fn (g) (g)) (f 3 '()))", "(1 2 3)"),
        (
            "(define (f n) (let loop ((i 0)) (if (= i n) (fn () i)"
            " (let ((k (fn () i))) (if (> i 3) k (loop (+ i 1)))))))"
            "(list ((f 2)) ((f 10)))",
            "(2 4)",
        ),
        (
            "(define (f n) (let outer ((i 0) (out '())) (if (= i n) out (outer (+ i 1)"
            " (let inner ((j 0)) (if (= j 2) (cons (fn () (list i j)) out) (inner (+ j 1))))))))"
            "(map (fn (g) (g)) (f 3))",
            "((2 2) (1 2) (0 2))",
        ),
        (
            "(define (f n acc) (if (> n 0) (f (- n 1) acc)"
            " (begin (for-each (fn (x) (set! acc (cons (fn () (+ n x)) acc))) '(1 2 3)) acc)))"
            "(map (fn (g) (g)) (f 2 '()))",
            "(3 2 1)",
        ),
        (
            "(define (f n) (cond ((> n 2) (f (- n 1))) (else (define g (fn () n)) (set! n 7) g)))"
            "((f 5))",
            "7",
        ),
        (
            "(define (f n) (if (> n 2) (f (- n 1)) (list (fn () n) (fn (m) (set! n m)))))"
            "(let ((p (f 4)) (q (f 5))) ((cadr p) 9) (list ((car p)) ((car q))))",
            "(9 2)",
        ),
    ],
)
def test_every_closure_sees_its_own_round(program: str, value: str) -> None:
    assert print_value(Interpreter().eval(program)) == value
