"""Errors of operators say of functions what the library's functions say of them."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler.pipeline import EVERYTHING

FORMS = [
    "(+ 1 (fn (a) a))", "(+ car 1)", "(+ 1 own)", "(- car)", "(- 1 car own)", "(* own 2)",
    "(< 1 car)", "(< own 1)", "(> 2 1 car)", "(< 1 2 own)", '(+ "a" car)', "(even? car)",
    "(let ((f car) (g own)) (+ 1 f))", "(let ((f car) (g own)) (+ g f))",
    "(define (f a b) (+ a b)) (f car 2)", "(define (f a b) (- a b)) (f 1 own)",
    "(foldl + 0 (list 1 car))", "(foldl (fn (sum x) (+ x sum)) own (list 1))",
    "(let loop ((i 0) (f car)) (if (< i 3) (loop (+ i 1) (* f i)) f))",
    "(+ 1 ((fn () own)))", "(define g (let ((y own)) (fn (x) (+ x y)))) (g 1)",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_functions_have_the_words_of_the_dialect(form: str) -> None:
    messages = []
    for off in (frozenset[str](), EVERYTHING):
        interpreter = Interpreter(off=off)
        interpreter.eval("(define (own a) a)")
        messages.append(interpreter.run(form)["error"]["message"])
    assert "lambda" in messages[0] or "native-fn" in messages[0]
    assert messages[0] == messages[1]
