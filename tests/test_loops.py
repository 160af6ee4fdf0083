"""Loops that count become ``for`` over a ``range``; nothing of the language changes by that."""

from __future__ import annotations

from ast import walk

import pytest

from lispcore import Interpreter
from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit import python_code


def run(program: str) -> str | None:
    result = Interpreter().run(program)
    assert result["error"] is None, result["error"]
    value: str | None = result["value"]
    return value


def shapes(program: str, monkeypatch: pytest.MonkeyPatch) -> set[type]:
    """Returns the kinds of Python loops that a program is compiled to."""
    found: set[type] = set()

    def note(module: ast.AST, *rest: object, **named: object) -> object:
        found.update(type(node) for node in walk(module))
        return compile(module, *rest, **named)  # type: ignore[call-overload]

    made = Interpreter()
    monkeypatch.setattr(python_code, "compile", note, raising=False)
    made.run(program)
    return found & {ast.For, ast.While}


@pytest.mark.parametrize(
    "program",
    [
        "(define (f n) (let loop ((i 0) (s 0)) (if (< i n) (loop (+ i 1) (+ s i)) s)))",
        "(define (f n) (let loop ((i n) (s 0)) (if (= i 0) s (loop (- i 1) (+ s i)))))",
        "(define (f n) (let loop ((i n)) (cond ((zero? i) 1) (else (loop (- i 1))))))",
        "(define (f i n) (if (>= i n) i (f (+ 2 i) n)))",
        "(define (f text) (let loop ((i 0)) (if (< i (string-length text)) (loop (+ i 1)) i)))",
        "(define (f n) (do ((i 0 (+ i 1)) (s 1 (* s 2))) ((= i n) s)))",
        "(define (f n) (let ((i 0)) (while (< i n) (println i) (set! i (+ i 3))) i))",
    ],
)
def test_loops_that_count(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shapes(program, monkeypatch) == {ast.For}


@pytest.mark.parametrize(
    "program",
    [
        "(define (f n) (let loop ((i 0)) (if (< i n) (loop (* i 2)) i)))",
        "(define (f n) (let loop ((i 0)) (if (< i n) (loop (- i 1)) i)))",
        "(define (f n) (let loop ((i 0)) (if (< i n) (if (even? i) (loop (+ i 1)) (loop (+ i 2))))))",
        "(define (f n) (let loop ((i 0) (n n)) (if (< i n) (loop (+ i 1) (- n 1)) i)))",
        "(define (f n) (let ((i 0)) (while (< i n) (set! n 3) (set! i (+ i 1)))))",
        "(define (f n) (let ((i 0)) (while (< i n) (set! i (* 2 i)) (set! i (+ i 1)))))",
        "(define (f n) (let* ((i 0) (g (fn () i))) (while (< i n) (set! i (+ i 1))) (g)))",
        "(define (f xs) (let loop ((i 0)) (if (< i (length xs)) (loop (+ i 1)) i)))",
    ],
)
def test_loops_that_do_not(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shapes(program, monkeypatch) == {ast.While}


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # The variable has its last value where the loop is left.
        ("(let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i))", "5"),
        ("(let loop ((i 9)) (if (< i 5) (loop (+ i 1)) i))", "9"),
        ("(let loop ((i 0)) (if (< i 5) (loop (+ i 2)) i))", "6"),
        ("(let loop ((i 5)) (if (>= i 0) (loop (- i 2)) i))", "-1"),
        ("(let loop ((i 0)) (if (<= i 5) (loop (+ i 1)) i))", "6"),
        ("(let loop ((i 0)) (if (= i 12) i (loop (+ i 4))))", "12"),
        ("(do ((i 0 (+ i 1))) ((= i 4) i))", "4"),
        ("(let ((i 0)) (while (< i 7) (set! i (+ i 3))) i)", "9"),
        # It is left early.
        (
            "(let loop ((i 0)) (if (< i 9) (if (= i 4) (list :at i) (loop (+ i 1))) :none))",
            "(:at 4)",
        ),
        ("(+ 1 (let loop ((i 0)) (if (< i 9) (if (= i 4) i (loop (+ i 1))) 100)))", "5"),
        ("(+ 1 (let loop ((i 0)) (if (< i 9) (if (= i 40) i (loop (+ i 1))) 100)))", "101"),
        # Loops within loops, and back to the outer one.
        (
            "(let outer ((i 0) (s 0)) (if (< i 4) (let inner ((j 0) (s s))"
            " (if (< j i) (inner (+ j 1) (+ s j)) (outer (+ i 1) s))) s))",
            "4",
        ),
        # Ends that are no integers, or no small ones.
        ("(let loop ((i 0.5) (n 0)) (if (< i 3) (loop (+ i 1) (+ n 1)) (list i n)))", "(3.5 3)"),
        ("(let loop ((i 0) (n 0)) (if (< i 2.5) (loop (+ i 1) (+ n 1)) (list i n)))", "(3 3)"),
        ("(let loop ((i 1/2)) (if (< i 3) (loop (+ i 1)) i))", "7/2"),
        (
            "(let loop ((i 100000000000000000000) (n 0))"
            " (if (< i 100000000000000000003) (loop (+ i 1) (+ n 1)) (list i n)))",
            "(100000000000000000003 3)",
        ),
        # Each round's closure keeps its own number.
        (
            "(let loop ((i 0) (fs '())) (if (< i 3) (loop (+ i 1) (cons (fn () i) fs))"
            " (map (fn (f) (f)) fs)))",
            "(2 1 0)",
        ),
        # What changes together changes at once.
        ("(let loop ((i 0) (a 1) (b 2)) (if (< i 3) (loop (+ i 1) b a) (list a b)))", "(2 1)"),
        (
            "(let loop ((i 0) (a 0) (b 1)) (if (< i 9) (loop (+ i 1) b (+ a b)) (list a b)))",
            "(34 55)",
        ),
        # A text that grows is not seen by those who have the shorter one.
        (
            '(let loop ((i 0) (text "") (seen (list))) (if (< i 3)'
            ' (loop (+ i 1) (string-append text "ab") (cons text seen)) (list text seen)))',
            '("ababab" ("abab" "ab" ""))',
        ),
        ('(let ((s "a")) (let ((t s)) (set! s (str s 1 :k)) (list s t)))', '("a1:k" "a")'),
        # Operators that the loop itself gives another meaning.
        (
            "(define (f) (let loop ((i 0) (n 0)) (if (< i 4) (begin"
            " (when (= i 1) (set! g (fn (x) (* 10 x)))) (loop (+ i 1) (+ n (g i)))) n)))"
            " (define (g x) x) (f)",
            "60",
        ),
    ],
)
def test_values(program: str, value: str) -> None:
    assert run(program) == value


def test_a_redefined_operator_counts_in_the_next_call() -> None:
    program = "(define (f) (let loop ((i 0) (n 0)) (if (< i 5) (loop (+ i 2) (+ n 1)) n)))"
    session = Interpreter()
    session.run(program)
    assert session.run("(f)")["value"] == "3"
    assert session.run("(define plus +) (define (+ a b) (plus 1 (plus a b))) (f)")["value"] == "4"


@pytest.mark.parametrize(
    ("program", "place", "word"),
    [
        ("(let loop ((i 0))\n  (if (< i nil) (loop (+ i 1)) i))", (2, 7), "nil"),
        ('(let loop ((i "a"))\n  (if (< i 3) (loop (+ i 1)) i))', (2, 7), "string"),
        ("(let loop ((i 0))\n  (if (< i 3) (loop (+ i 1)) (car i)))", (2, 30), "int"),
    ],
)
def test_errors_stand_where_they_arise(program: str, place: tuple[int, int], word: str) -> None:
    error = Interpreter().run(program)["error"]
    assert (error["line"], error["column"]) == place
    assert word in error["message"]


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (
            "(map (fn (i) (define r (try z (catch e :no))) (define z i) r) '(0 1 2))",
            "(:no :no :no)",
        ),
        (
            "(define (f xs) (let next ((xs xs) (acc '())) (if (null? xs) acc (begin"
            " (define y (car xs)) (when (> y 1) (define w y))"
            " (next (cdr xs) (cons (try w (catch e :no)) acc)))))) (f '(1 2 1 3))",
            "(3 :no 2 :no)",
        ),
        (
            "(define seen '()) (define (f n) (set! seen (cons (try z (catch e :no)) seen))"
            " (define z n) (if (> n 0) (f (- n 1)) seen)) (f 2)",
            "(:no :no :no)",
        ),
        (
            "(define seen '()) (dotimes (i 3) (set! seen (cons (try z (catch e :no)) seen))"
            " (define z i)) seen",
            "(:no :no :no)",
        ),
        (
            "(map (fn (i) (define h (fn () (try z (catch e :no)))) (define r (h))"
            " (when (= i 1) (define z i)) (list r (h))) '(0 1 2))",
            "((:no :no) (:no 1) (:no :no))",
        ),
        ("(define (f) (define z 0) (while (< z 3) (define z (+ z 1))) z) (f)", "3"),
    ],
)
def test_what_a_round_defines_has_no_value_in_the_next_one(program: str, value: str) -> None:
    assert Interpreter().run(program)["value"] == value
