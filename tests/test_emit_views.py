"""Vectors whose items a loop takes out before it begins: the language is the same."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.printer import print_value


def printed(program: str) -> str:
    return print_value(Interpreter().eval(program))


SUM = "(define (f v n) (let loop ((i 0) (s 0)) (if (= i n) s (loop (+ i 1) (+ s (nth v i))))))"
ITSELF = "(define (f v i s) (if (= i 2) s (f v (+ i 1) (+ s (nth v i)))))"


@pytest.mark.parametrize("program", [SUM, ITSELF])
def test_a_loop_looks_into_the_items_themselves(program: str) -> None:
    interpreter = Interpreter()
    interpreter.eval(program)
    assert any(".view" in name for name in interpreter.globals["f"].__code__.co_varnames)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (SUM + "(list (f [1 2 3] 3) (f '(1 2 3) 3) (f [] 0) (f nil 0))", "(6 6 0 0)"),
        (ITSELF + "(list (f [1 2] 0 0) (f '(3 4) 0 0))", "(3 7)"),
        ("(define (f v) (map (fn (i) (nth v i)) (range 3))) (list (f [1 2 3]) (f '(4 5 6)))", "((1 2 3) (4 5 6))"),
        ("(define (f n) (let ((v (list->vector (range n)))) (dotimes (i n) (set! n (+ n (nth v i)))) n)) (f 4)", "10"),
        ("(define (f v) (let loop ((i 0) (w v) (s 0)) (if (= i 2) s (loop (+ i 1) (append w [9]) (+ s (nth w i)))))) (f [1 2])", "3"),
        ("(define (f v) (let loop ((i 0) (s 0)) (if (= i 4) s (let ((w (nth v (mod i 2)))) (loop (+ i 1) (+ s (nth w (mod i 2)))))))) (f [[1 2] '(3 4)])", "10"),
        ("(define (f v) (let loop ((i 0)) (if (= i 1) (set! v '(7 8)) (nth v 0)) (if (= i 2) (nth v 0) (loop (+ i 1))))) (f [1 2 3])", "7"),
        ("(define (f v) (let loop ((i 0)) (if (= i 2) (nth v i) (loop (+ i 1))))) (f [1 2 1267650600228229401496703205376])", "1267650600228229401496703205376"),
        ("(define (f v w) (let loop ((i 0) (s '())) (if (= i 2) s (loop (+ i 1) (cons (nth w i) (cons (nth v i) s)))))) (f [1 2] '(3 4))", "(4 2 3 1)"),
        ("(define (f v) (let loop ((i 2) (s '())) (if (< i 0) s (loop (- i 1) (cons (nth v i) s))))) (f [1 2 3])", "(1 2 3)"),
    ],
)  # fmt: skip
def test_loops_over_vectors_mean_the_same(program: str, value: str) -> None:
    assert printed(program) == value


@pytest.mark.parametrize(
    ("given", "index"),
    [("[1 2]", "5"), ("[1 2]", "-1"), ("'(1 2)", "9"), ("5", "0"), ("nil", "0"), ("[1]", '"a"'), ("[1]", "0.5")],
)  # fmt: skip
def test_errors_are_those_of_the_function(given: str, index: str) -> None:
    loop = f"(define (f v i) (let loop ((n 0)) (if (= n 2) 1 (begin (nth v i) (loop (+ n 1))))))\n(f {given} {index})"
    call = f"(define (f v i) (apply nth (list v i)))\n(f {given} {index})"
    found = []
    for program in (loop, call):
        with pytest.raises(LispError) as caught:
            Interpreter().eval(program)
        found.append((caught.value.kind, caught.value.message, caught.value.hint))
    assert found[0] == found[1]


def test_a_redefined_nth_is_called() -> None:
    interpreter = Interpreter()
    interpreter.eval(SUM)
    interpreter.eval("(define (nth v i) 10)")
    assert interpreter.eval("(f [1 2 3] 3)") == 30


def test_a_vector_of_a_gathered_list() -> None:
    assert printed("(list->vector (map (fn (x) (* x x)) (range 4)))") == "[0 1 4 9]"
    assert printed("(list->vector (filter odd? '(1 2 3)))") == "[1 3]"
    assert printed("(list->vector '())") == "[]"
    with pytest.raises(LispError, match="list->vector"):
        Interpreter().eval("(list->vector 5)")
