"""Loops and cycles written in place: the language is the same with and without them."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value


def printed(*programs: str) -> str:
    """Returns the printed value of the last of several programs, each a unit of its own."""
    interpreter = Interpreter()
    for program in programs:
        value = interpreter.eval(program)
    return print_value(value)


NAMES = ("map", "filter", "for-each", "foldl")
LOOPS = [
    ("(map (fn (x) (* x x)) '(1 2 3))", "(1 4 9)"),
    ("(map (fn (x) (* x x)) [1 2 3])", "(1 4 9)"),
    ("(filter (fn (x) (> x 1)) [1 2 3])", "(2 3)"),
    ("(filter (fn (x) (set! x (- x 2)) (> x 0)) '(1 2 3 4))", "(3 4)"),
    ("(foldl (fn (a x) (cons x a)) '() '(1 2 3))", "(3 2 1)"),
    ("(let ((n 0)) (for-each (fn (x) (set! n (+ n x))) '(1 2 3)) n)", "6"),
    ("(foldl (fn (a x) (+ a x)) 0 (map (fn (x) (* x x)) (filter (fn (x) (odd? x)) (range 6))))", "35"),
    ("(map (fn (x) (map (fn (y) (* x y)) '(1 2))) '(3 4))", "((3 6) (4 8))"),
    ("(map (fn (f) (f)) (map (fn (x) (fn () x)) '(1 2 3)))", "(1 2 3)"),
    ("(map (fn (x) (let loop ((i 0)) (if (< i x) (loop (+ i 1)) i))) '(3 5))", "(3 5)"),
    ("(map (fn (x) (try (if (= x 2) (throw x) x) (catch e :caught))) '(1 2 3))", "(1 :caught 3)"),
    ("(define (f xs) (map (fn (x) (if (> x 1) (f (list 0 1)) x)) xs)) (f '(1 2))", "(1 (0 1))"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "value"), LOOPS)
def test_loops_in_place_give_what_calls_give(program: str, value: str) -> None:
    assert printed(program) == value
    called = "".join(f"(define call-{name} {name})" for name in NAMES)
    for name in NAMES:
        program = program.replace(f"({name} ", f"(call-{name} ")
    assert printed(called + program) == value


def test_a_wrong_sequence_is_reported_as_by_the_function() -> None:
    inline = Interpreter().run("(map (fn (x) x) 5)")["error"]
    called = Interpreter().run("(define f (fn (x) x)) (map f 5)")["error"]
    assert inline["message"] == called["message"]
    assert inline["type"] == called["type"] == "type-error"


def test_order_of_evaluation_is_that_of_the_call() -> None:
    program = """
    (define seen '())
    (define (note x) (set! seen (cons x seen)) x)
    (foldl (fn (a x) (note (+ a x))) (note 0) (list (note 1) (note 2)))
    (reverse seen)
    """
    assert printed(program) == "(0 1 2 1 3)"


def test_a_redefined_map_is_called() -> None:
    assert printed("(define (map f xs) :mine) (map (fn (x) x) '(1))") == ":mine"
    assert (
        printed("(define (f) (map (fn (x) x) '(1)))", "(define (map g xs) :mine)", "(f)") == ":mine"
    )


CYCLE = """
(define (even n) (if (= n 0) #t (odd (- n 1))))
(define (odd n) (if (= n 0) #f (even (- n 1))))
"""


def test_cycles_of_tail_calls_need_no_stack() -> None:
    assert printed(CYCLE + "(list (even 300001) (odd 300001))") == "(#f #t)"


def test_a_cycle_of_three_that_also_call_themselves() -> None:
    program = """
    (define (a n log) (cond ((= n 0) (list :a log)) ((> n 100) (a (- n 10) log)) (else (b (- n 1) (+ log 1)))))
    (define (b n log) (cond ((= n 0) (list :b log)) ((> n 90) (b (- n 7) log)) (else (c (- n 1) (+ log 10)))))
    (define (c n log) (if (= n 0) (list :c log) (a (- n 1) (+ log 100))))
    (list (a 1000 0) (b 55 0) (c 3 0))
    """
    assert printed(program) == "((:c 3119) (:c 2008) (:c 111))"


def test_redefining_a_member_of_a_cycle_counts_at_once() -> None:
    assert printed(CYCLE, "(even 10)", "(define (odd n) :mine)", "(list (even 10) (even 0))") == (
        "(:mine #t)"
    )


def test_a_wrong_number_of_arguments_in_a_cycle_is_an_error() -> None:
    error = Interpreter().run(
        "(define (p n) (if (= n 0) 0 (q n n)))\n(define (q n) (p (- n 1)))\n(p 3)"
    )["error"]
    assert error["type"] == "arity"
    assert error["line"] == 1


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # What the name means at first holds for all items.
        ("(define (f x) (set! f (fn (y) :new)) x) (map f '(1 2 3))", "(1 2 3)"),
        ("(define (f x) (* x x)) (foldl + 0 (map f (range 4)))", "14"),
        ("(define (f a x) (+ a x)) (foldl f 10 [1 2])", "13"),
        ("(map :a (list {:a 1} {:b 2}))", "(1 nil)"),
        ("(map car '((1 2) (3)))", "(1 3)"),
        ("(foldl cons '() (range 3))", "(((() 0) 1) 2)"),
        ("(filter even? (range 10 0 -3))", "(10 4)"),
        ("(sort '(3 1 2) (fn (a b) (> a b)))", "(3 2 1)"),
        ("(define (< a b) (> a b)) (sort '(3 1 2) (fn (a b) (< a b)))", "(3 2 1)"),
        ("(let ((total 0)) (for-each (fn (i) (set! total (+ total i))) (range 5)) total)", "10"),
    ],
)
def test_functions_by_name_and_ranges(program: str, value: str) -> None:
    assert Interpreter().run(program)["value"] == value
