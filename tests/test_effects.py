"""What goes unnoticed may be evaluated at another time; everything else is done in its turn."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.facts.effects import goes_unnoticed
from lispcore.compiler.work import Work
from lispcore.core.nodes import Define


def is_unnoticed(form: str) -> bool:
    """Tells whether a form in a function of p and q goes unnoticed."""
    found: list[bool] = []

    def look(name: str, work: Work) -> None:
        if name == "effects" and not found:
            for node in work.nodes.get(Define, ()):
                if node.variable.name == "wanted":
                    found.append(goes_unnoticed(node.value, work.facts))

    interpreter = Interpreter()
    interpreter.eval("(define (own a) a)")
    pipeline.observer = look
    try:
        interpreter.eval(f"(define (f p q) (define wanted {form}) (list wanted wanted p q))")
    finally:
        pipeline.observer = None
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("(+ p (* q 2))", True),
        ("(if (null? p) (car q) (list p q))", True),
        ("(let ((a (cdr p))) (cons a q))", True),
        ("(:key p)", True),
        ("(:key p q)", False),
        ("(get p (car q))", True),
        ("[p (car q)]", True),
        ("(and (pair? p) (or q (car p)))", True),
        ("(println p)", False),
        ("(+ 1 (begin (set! p 2) p))", False),
        ("(p q)", False),
        ("(apply car (list p))", False),
        ("(vector-of-nobody p)", False),
        ("(fn (x) p)", False),
        ("(try (car p) (catch e q))", False),
    ],
)
def test_what_nobody_notices(form: str, expected: bool) -> None:
    assert is_unnoticed(form) is expected
