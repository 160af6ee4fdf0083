"""Names that have a value wherever they are used, and how others are read in their turn."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.work import Work
from lispcore.core.nodes import Variable


def certain(program: str, *earlier: str) -> set[str]:
    """Returns which names that begin with an x have a value for certain in the last program."""
    found: set[str] = set()

    def look(name: str, work: Work) -> None:
        if name == "definite assignment":
            names = (
                each.name if isinstance(each, Variable) else each for each in work.facts.certain
            )
            found.clear()
            found.update(each for each in names if each.startswith("x"))

    interpreter = Interpreter()
    for each in earlier:
        interpreter.run(each)
    pipeline.observer = look
    try:
        interpreter.run(program)
    finally:
        pipeline.observer = None
    return found


@pytest.mark.parametrize(
    ("program", "names"),
    [
        # Globals: what stands before; rows of functions; what runs in between.
        ("(define x1 '(1)) (define (f) x1)", "x1"),
        ("(define (f) x1) (define x1 '(1))", "x1"),
        ("(define (xa) (xb)) (define (xb) (xa))", "xa xb"),
        ("(define (f) x1) (f) (define x1 1)", ""),
        ("(define (f) x1) (define x2 (list 1)) (define x1 x2)", "x2"),
        ("(define x1 x1)", ""),
        ("(define x1 (let ((k 1)) (fn () (x1))))", ""),
        ("(begin (define x1 '(1)) (println x1))", "x1"),
        # Tables of functions are made while nothing runs.
        ("(define x1 {:a (fn () (x2)) :b [(fn () x1)]}) (define (x2) (get x1 :a))", "x1 x2"),
        ("(define x1 {:a (fn () (x2)) :b ((fn () x1))}) (define (x2) (get x1 :a))", ""),
        ("(define x1 {:a x1})", ""),
        ("(define x1 {:a (fn () x2)}) (println x1) (define x2 1)", "x1"),
        ("(if (list) (define x1 1)) (println x1)", ""),
        ("(println x1)", ""),
        # Variables of bodies.
        ("(define (f) (define x1 (list 1)) (list x1))", "x1"),
        ("(define (f) (define y (list x1)) (define x1 (list y)) x1)", ""),
        ("(define (f) (define (xa n) (xb n)) (define (xb n) (xa n)) (xa 1))", "xa xb"),
        ("(define (f) (define (xa) x2) (define x2 (list (xa))) x2)", "xa"),
        ("(define (f p) (if p (define x1 (list 1)) nil) x1)", ""),
        ("(letrec ((xa (fn () xb)) (xb (xa))) (list xa xb))", "xa"),
        ("(let xl ((i 0)) (if (< i 3) (list (xl (+ i 1))) i))", "xl"),
    ],
)
def test_definitions_before_uses(program: str, names: str) -> None:
    assert certain(program) == set(names.split())


def test_what_other_units_have_defined_has_a_value() -> None:
    assert certain("(define (f) (list x1 x2))", "(define x1 '(1))") == {"x1"}
    stopped = "(define (f) (list x1)) (car 5) (define x1 '(1))"
    assert certain("(define (g) (f) (list x1))", stopped) == set()


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(define (f x) (< 1 x nobody)) (f 0)", "Unbound variable: nobody"),
        ("(define (f x) (= 1 x 2 nobody)) (f 0)", "Unbound variable: nobody"),
        ("(define (f x) (+ '(1) x nobody)) (f 0)", "Unbound variable: nobody"),
        ("(define (f x) (list nobody (begin (println 1) (car x)))) (f 0)", "Unbound variable: nobody"),
        ("(define (f) (define a (< 1 0 b)) (define b 2) a) (f)", "b is used before it has a value"),
        ("(define (f) (define a (list b (try (car 1) (catch e (throw 2))))) (define b 2) a) (f)",
         "b is used before it has a value"),
        ("(define (f) (define a (map (fn (x y) x) 5 b)) (define b 2) a) (f)",
         "b is used before it has a value"),
        ("(define (f) nobody 1) (f)", "Unbound variable: nobody"),
        ("(nobody (car 5))", "Unbound variable: nobody"),
        ("(nobody (try (car 5) (catch e (throw e))))", "Unbound variable: nobody"),
    ],
)  # fmt: skip
def test_names_without_a_value_are_read_in_their_turn(program: str, message: str) -> None:
    for off in (frozenset[str](), pipeline.EVERYTHING):
        result = Interpreter(off=off).run(program)
        assert (result["error"] or {}).get("message") == message
        assert result["output"] == []
