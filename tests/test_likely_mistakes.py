"""What is probably a mistake, and what looks like one but is none (services/likely_mistakes.py)."""

from __future__ import annotations

import pytest

from lispcore.services.diagnosing import diagnose


def told(program: str) -> list[tuple[int, str, str]]:
    """Returns column, severity and message of what is told of a program on one line."""
    return [(each.column, each.severity, each.message) for each in diagnose(program)]


@pytest.mark.parametrize(
    ("program", "column", "message"),
    [
        ("(define m {:a 1 :b 3 :a 2})", 22, ":a stands twice in this map"),
        ('(f-of {"x" {1 2 1 3}}) (define (f-of x) x)', 17, "1 stands twice in this map"),
        ("(define (g x) (+ x 1) (* x 2))", 15, "the value of this (+ …) is not used"),
        (
            '(let ((s "a")) (string/upper s) s)',
            16,
            "the value of this (string/upper …) is not used",
        ),
        ("(for-each (fn (x) (assoc {} :a x) (println x)) '(1))", 19, "the value of this (assoc …)"),
        ("(define (h x) (cond (else 1) ((= x 1) 2)))", 30, "this clause is never reached"),
        ("(case 1 ((1) 2) (else 3) ((4) 5))", 26, "this clause is never reached"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(program: str, column: int, message: str) -> None:
    found = told(program)
    assert len(found) == 1
    assert found[0][:2] == (column, "warning")
    assert found[0][2].startswith(message)


@pytest.mark.parametrize(
    "program",
    [
        "(define (g x) (println x) (* x 2))",
        "(define (g x) (map println x) x)",  # it calls what it is given
        "(define (+ a b) (println a) b) (begin (+ 1 2) 3)",  # a function of the program
        "'(cond (else 1) (2 3))",
        "(cond ((= 1 2) 1) (else 2))",
        "{:a 1 :b 1} {1 2 1.0 3}",
        "(defmacro m (x) `(begin (+ 1 2) ,x)) (m 3)",  # not written by the program
        '(format "~a and ~~ ~%" 1)',
        '(let ((t "~a")) (format t 1 2))',  # known only when it runs
        '(let ((format (fn (a b) a))) (format "~a ~a" 1))',
    ],
)
def test_what_only_looks_like_a_mistake_is_none(program: str) -> None:
    assert told(program) == []


def test_a_template_that_does_not_fit_is_an_error_unless_it_is_caught() -> None:
    message = "format: the template asks for 2 values, got 1"
    assert told('(format "~a ~a" 1)') == [(1, "error", message)]
    assert told('(try (format "~a ~a" 1) (catch e nil))') == [(6, "warning", message)]
