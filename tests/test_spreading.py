"""apply of library functions in place, and rest parameters."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

ITEMS = ["'()", "'(1)", "'(3 1 2)", "[1 2.5]", '\'("a" "b")', '\'(1 "a")', "'((1) (2))", "nil", "5"]


QUIET = sorted(name for name, known in PRIMITIVES.items() if known.is_quiet and name in ENTRIES)


@pytest.mark.parametrize("name", QUIET)
def test_a_function_is_applied_as_any_other(name: str) -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (outcome f) (try (list (f)) (catch e (list (:type e) (:message e)))))")
    session.eval("(define (any f) f)")
    for items in ITEMS:
        for first in ("", "2 ", '"x" 7 '):
            here = session.eval(f"(outcome (fn () (apply {name} {first}{items})))")
            there = session.eval(f"(outcome (fn () (apply (any {name}) {first}{items})))")
            assert print_value(here) == print_value(there), (name, first, items)


def test_names_defined_anew_count() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (f xs) (apply + xs)) (define (g xs) (apply max 1 xs))")
    session.eval("(define (+ & xs) :mine) (define (max & xs) (length xs))")
    assert print_value(session.eval("(list (f '(1 2)) (g '(1 2)))")) == "(:mine 3)"
    session.eval("(define (apply f & xs) xs)")
    assert print_value(session.eval("(g '(1 2))")) == "(1 (1 2))"


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("((fn (a & r) (list a r)) 1)", "(1 ())"),
        ("((fn (a & r) (list a r)) 1 2 3)", "(1 (2 3))"),
        ("((fn r r))", "()"),
        ("((fn (a & r) (set! r (cons 0 r)) r) 1 2)", "(0 2)"),
        ("(map (fn (g) (g)) ((fn (& xs) (map (fn (x) (fn () (cons x xs))) xs)) 1 2))", "((1 1 2) (2 1 2))"),
        ("(let ((f (fn (a & r) r))) (eq? (f 1) '()))", "#t"),
    ],
)  # fmt: skip
def test_rest_parameters(program: str, value: str) -> None:
    assert print_value(Interpreter(FakeHost()).eval(program)) == value


def test_too_few_arguments_are_an_error() -> None:
    with pytest.raises(LispError, match="f expects 2 or more arguments, got 1"):
        Interpreter(FakeHost()).eval("(define (f a b & r) r) (f 1)")
