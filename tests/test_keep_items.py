"""An item that is wanted twice is taken out once, and nobody can tell."""

from __future__ import annotations

import ast

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline

ORDER = """(define (before? a b)
  (if (= (car a) (car b)) (< (cadr a) (cadr b)) (< (car a) (car b))))
"""


def python_of(program: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Returns the Python code that a program becomes."""
    texts: list[str] = []
    write = pipeline.function_definition

    def noted(unit, node, name, outer=None):
        written = write(unit, node, name, outer)
        if outer is None:
            texts.append(ast.unparse(ast.fix_missing_locations(ast.Module([written], []))))
        return written

    monkeypatch.setattr(pipeline, "function_definition", noted)
    Interpreter().eval(program)
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("program", "times"),
    [
        (ORDER, 2),
        ("(define (f a) (or (< (car a) 1) (and (> (car a) 5) (< (car a) 9))))", 1),
        ("(define (f m) (if (> (:n m) 0) (* 2 (:n m)) (:n m)))", 1),
        # What is looked at in one branch alone is not known in the other.
        ("(define (f a x) (if x (car a) (list (car a))))", 2),
        # A function of the program may change anything, here a field of a record.
        ("(define (f a g) (if (:n a) (begin (g a) (:n a)) 0))", 2),
    ],
)
def test_how_often_an_item_is_taken_out(program: str, times: int, monkeypatch) -> None:
    text = python_of(program, monkeypatch)
    assert text.count(".count - 1]") + text.count(".table.get(") == times


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (ORDER + "(sort '((2 1) (1 5) (1 2) (2 0)) before?)", "((1 2) (1 5) (2 0) (2 1))"),
        (ORDER + "(sort '([2 1] [1 5] [1 2] [2 0]) before?)", "([1 2] [1 5] [2 0] [2 1])"),
        (
            "(define (f a) (if (nil? (car a)) (list (car a)) (car a))) (list (f '()) (f '(1)))",
            "((nil) 1)",
        ),
        (
            "(define (f m) (if (> (:n m) 0) (* 2 (:n m)) (:n m))) (list (f {:n 3}) (f {:n -3}))",
            "(6 -3)",
        ),
        (
            "(define (f a) (or (< (car a) 1) (and (> (car a) 5) (< (car a) 9))))"
            "(map f '((0) (3) (7) (9)))",
            "(#t #f #t #f)",
        ),
        (
            "(define (f a) (let loop ((a a) (n 0))"
            " (if (and (pair? a) (> (car a) 0)) (loop (cdr a) (+ n 1)) n))) (f '(1 2 0 3))",
            "2",
        ),
        (f"(define (f a) (if (> (car a) 0) (* (car a) {10**15}) 0)) (f '({10**9}))", f"{10**24}"),
    ],
)
def test_values(program: str, value: str) -> None:
    assert Interpreter().run(program)["value"] == value


def test_redefinitions_count_at_once() -> None:
    interpreter = Interpreter()
    interpreter.eval(ORDER + "(define (f) (before? '(1 2) '(2 1)))")
    assert interpreter.run("(f)")["value"] == "#t"
    interpreter.eval("(define seen 0) (define first-item (fn (x) (first x)))")
    interpreter.eval("(define (car x) (set! seen (+ seen 1)) (- (first-item x)))")
    assert interpreter.run("(list (f) seen)")["value"] == "(#f 4)"
    interpreter.eval("(define (= a b) (set! car (fn (x) 7)) #f)")
    assert interpreter.run("(list (f) seen)")["value"] == "(#f 6)"


def test_a_variable_of_the_program_is_another() -> None:
    program = (
        "(define (f a kept) (if (> (car a) 0) (+ kept (car a)) kept)) (list (f '(1) 5) (f '(0) 6))"
    )
    assert Interpreter().run(program)["value"] == "(6 6)"


def test_errors_stand_where_they_stood() -> None:
    interpreter = Interpreter()
    interpreter.eval(ORDER)
    error = interpreter.run("(before? '(nil 2) '(1 3))")["error"]
    assert (error["line"], error["column"]) == (2, 49)
    assert "<" in error["message"]
    error = interpreter.run("(before? '(1 2) 5)")["error"]
    assert (error["line"], error["column"]) == (2, 18)
    assert "car" in error["message"]
