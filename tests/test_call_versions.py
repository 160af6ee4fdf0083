"""Functions that end by calling an older one are written twice, and no others."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.work import Work


def doubled(program: str) -> dict[str, int]:
    """Returns which functions are written twice, with the number of their calls of older ones."""
    found: dict[str, int] = {}

    def look(name: str, work: Work) -> None:
        if name == "call versions":
            for function, calls in work.facts.versions.items():
                found[function.name] = len(calls)

    pipeline.observer = look
    try:
        Interpreter().run(program)
    finally:
        pipeline.observer = None
    return found


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("(define (f k) (define (g x) (k (+ x 1))) g)", {"g": 1}),
        ("(define (f k) (define (g x) (if x (k 1) (try (k 2) (catch e (k 3))))) g)", {"g": 2}),
        # Called first, not last; changed; its own; known; the function of a unit.
        ("(define (f k) (define (g x) (+ 1 (k x))) g)", {}),
        ("(define (f k) (define (g x) (k x)) (set! k car) g)", {}),
        ("(define (f) (define (g k) (k 1)) g)", {}),
        ("(define (f x) (define (k y) (list x y)) (define (g x) (k x)) g)", {}),
        ("(define (g k) (k 1))", {}),
        # What contains functions or loops is left as it is.
        ("(define (f k) (define (g x) (k (fn () x))) g)", {}),
    ],
)
def test_functions_with_two_versions(program: str, expected: dict[str, int]) -> None:
    assert doubled(program) == expected


def test_chains_of_calls_need_no_endless_stack() -> None:
    program = """
    (define (chain n k) (if (= n 0) (k 0) (chain (- n 1) (let ((k k)) (fn (x) (k (+ x 1)))))))
    (chain 100000 (fn (x) x))
    """
    for off in (frozenset[str](), frozenset(("call versions",))):
        assert Interpreter(off=off).run(program)["value"] == "100000"
