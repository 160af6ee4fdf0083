"""A name that means something already keeps that meaning until its definition in the unit has run."""

from __future__ import annotations

import pytest

from lispcore import Interpreter

REDEFINITIONS = [
    # A function of the library, seen through one of the unit.
    (
        """(define (twice text) (length (string-append text "x")))
           (define before (twice "ab"))
           (define (string-append a b) '(1 2 3 4 5))
           (list before (twice "ab"))""",
        "(3 5)",
    ),
    # The same, used by the top level itself, in one form with the definition, and by a callback.
    (
        """(define before (length (reverse "ab")))
           (define (reverse x) '(1 2 3))
           (list before (length (reverse "ab")))""",
        "error",
    ),
    (
        """(define (size n) (length (range n)))
           (begin (define before (size 4)) (define (range n) "abcdefg"))
           (list before (size 4))""",
        "(4 7)",
    ),
    (
        """(define (size n) (length (range n)))
           (define before (map size (list 1 2)))
           (define (range n) "abcdefg")
           (list before (size 4))""",
        "((1 2) 7)",
    ),
    # Nothing has run: the unit's own definition is relied on, and is right.
    (
        """(define (size n) (length (range n)))
           (define (range n) "abcdefg")
           (size 4)""",
        "7",
    ),
]


@pytest.mark.parametrize(("program", "value"), REDEFINITIONS)
def test_a_former_meaning_counts_until_the_definition_has_run(program: str, value: str) -> None:
    result = Interpreter().run(program)
    if value == "error":
        assert result["error"] is not None
        assert "reverse" in result["error"]["message"]
    else:
        assert result["value"] == value, result


def test_a_function_of_an_earlier_unit_counts_until_it_is_defined_anew() -> None:
    session = Interpreter()
    session.eval('(define (f) "abc")')
    found = session.run(
        "(define (g) (length (f))) (define before (g)) (define (f) (list 1 2)) (list before (g))"
    )
    assert found["value"] == "(3 2)", found
    assert session.run("(g)")["value"] == "2"


def test_a_unit_that_is_compiled_again_while_it_runs_keeps_to_it() -> None:
    session = Interpreter()
    session.eval('(define (f) "abc")')
    found = session.run(
        """(define (g) (length (f)))
           (define (h) (abs -3))
           (eval '(define (abs x) :mine))
           (define before (list (g) (h)))
           (define (f) (list 1 2))
           (list before (g))"""
    )
    assert found["value"] == "((3 :mine) 2)", found
