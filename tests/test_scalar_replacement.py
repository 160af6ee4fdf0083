"""Lists that are made only to be taken apart: the language is the same without them."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def printed(program: str) -> str:
    """Returns the printed value of a program."""
    return print_value(Interpreter().eval(program))


def names_in(program: str, function: str) -> set[str]:
    """Returns the globals that the code of a function looks up."""
    interpreter = Interpreter()
    interpreter.eval(program)
    return set(interpreter.globals[function].__code__.co_names)


DIVIDE = "(define (divide a b) (let ((q (floor (/ a b)))) (list q (- a (* q b)))))"


@pytest.mark.parametrize(
    "program",
    [
        "(define (f a b) (let (([x y] (list a b))) (- x y)))",
        "(define (f a b) (let (([x y] [a b])) (- x y)))",
        "(define (f a b) (let ((p (vector a b))) (let (([x y] p)) (- x y))))",
        "(define (minus p) (let (([x y] p)) (- x y))) (define (f a b) (minus (list a b)))",
    ],
)
def test_a_list_that_is_taken_apart_at_once_is_not_made(program: str) -> None:
    assert not {" List", " Vector", "vector", "list", " destructure"} & names_in(program, "f")
    assert printed(f"{program} (f 7 2)") == "5"
    assert printed(f'{program} (try (f "a" 2) (catch e (:type e)))') == ":type-error"


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (DIVIDE + "(define (f a b) (let (([q r] (divide a b))) (list r q))) (f 7 2)", "(1 3)"),
        # Bindings of one move into those of another, in any order.
        (
            "(define (f a b) (let (([u v] (let ((p (list a b))) (list (let (([x y] p)) (+ x y)) 3))"
            ")) (list u v))) (f 1 2)",
            "(3 3)",
        ),
        (
            "(define (f a b) (let (([u v] (let (([x y] (list a b))) (list y x)))) (list u v)))"
            "(f 1 2)",
            "(2 1)",
        ),
        (
            "(define (f a b) (let ((p (let ((q (list a b))) (let (([x y] q)) (list y x)))))"
            " (let (([u v] p)) (list u v)))) (f 1 2)",
            "(2 1)",
        ),
        # What is evaluated, and when.
        (
            "(define out '()) (define (note x) (set! out (cons x out)) x)"
            "(define (f) (let (([x y] (list (note 1) (note 2))) (z (note 3))) (+ x y z)))"
            "(list (f) out)",
            "(6 (3 2 1))",
        ),
        (
            "(define (f a b) (let (([x y] (list a b))) (set! a 9) (set! x (+ x 1)) (list x y a)))"
            "(f 1 2)",
            "(2 2 9)",
        ),
        ("(define (f a b) (let (([x y] (list b a))) (fn () (list x y)))) ((f 1 2))", "(2 1)"),
        (
            "(define (f) (let loop ((i 0) (fs '())) (if (= i 3) fs (let (([x y] (list i (* i i))))"
            " (loop (+ i 1) (cons (fn () (list x y)) fs)))))) (map (fn (g) (g)) (f))",
            "((2 4) (1 1) (0 0))",
        ),
        # The list itself is used, or does not fit.
        ("(define (f a) (let* ((p (list a 2)) ([x y] p)) (list p x y))) (f 1)", "((1 2) 1 2)"),
        ("(define (f a) (let (([x & more] (list a 2 3))) (list x more))) (f 1)", "(1 (2 3))"),
        ("(let (([x x] (list 1 2))) x)", "2"),
        ("(define (list a b) [b a]) (define (f a b) (let (([x y] (list a b))) x)) (f 1 2)", "2"),
    ],
)
def test_parts_are_what_they_would_be(program: str, value: str) -> None:
    assert printed(program) == value


def test_a_redefinition_counts_at_once() -> None:
    interpreter = Interpreter()
    interpreter.eval("(define (f a b) (let (([x y] (list a b))) x))")
    assert interpreter.eval("(f 1 2)") == 1
    assert interpreter.eval("(define (list a b) [b a]) (f 1 2)") == 2


def test_a_list_of_another_length_is_an_error() -> None:
    with pytest.raises(LispError, match="expected 2 elements, got 3"):
        Interpreter().eval("(define (f a) (let (([x y] (list a a a))) x)) (f 1)")
