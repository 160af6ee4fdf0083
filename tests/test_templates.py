"""Lists and vectors of templates."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(let ((a 1)) `(x ,a (y ,a)))", "(x 1 (y 1))"),
        ("(let ((a '(1 2)) (b [3 4])) `(0 ,@a ,@b 5))", "(0 1 2 3 4 5)"),
        ("(let ((a '())) `(,@a))", "()"),
        ("(let ((a '())) (eq? `(,@a) '()))", "#t"),
        ("(let ((a '())) `(,@a ,@a x))", "(x)"),
        ("(let ((a '(1 2))) (list `(,@a) (cdr `(,@a 3)) a))", "((1 2) (2 3) (1 2))"),
        ("(let ((a 1) (b '(2 3))) `[,a ,@b {:k ,a}])", "[1 2 3 {:k 1}]"),
        ("(let ((a 1)) `(,a ,(begin (set! a 2) a) ,a))", "(1 2 2)"),
        ("(let ((a 1)) `(,a ,(set! a 2) ,a))", "(1 2 2)"),
        ("(let ((n '())) `(,(begin (set! n (cons 1 n)) 1) ,@(begin (set! n (cons 2 n)) '(2)) ,n))", "(1 2 (2 1))"),
        ("(let ((a 1)) `(a `(b ,(c ,a))))", "(a (quasiquote (b (unquote (c 1)))))"),
        ("(let ((xs '(1 2 3))) `(,@(map (fn (x) `(,x ,x)) xs)))", "((1 1) (2 2) (3 3))"),
        ("(begin (defmacro m (& body) `(begin ,@body)) (m 1 2 3))", "3"),
        ("(let ((v [1 2])) (let ((w `[,@v])) (list v w)))", "([1 2] [1 2])"),
    ],
)  # fmt: skip
def test_templates(program: str, value: str) -> None:
    assert print_value(Interpreter(FakeHost()).eval(program)) == value


def test_only_sequences_can_be_spliced() -> None:
    with pytest.raises(LispError, match=",@ expected list or vector, got int"):
        Interpreter(FakeHost()).eval("`(1 ,@5)")


def test_everything_is_evaluated_before_a_mistake_is_found() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define seen 0)")
    for template in ("`(,(set! seen (+ seen 1)) ,@5)", "`(,@5 ,(set! seen (+ seen 1)))"):
        with pytest.raises(LispError, match=",@ expected"):
            session.eval(template)
    assert session.eval("seen") == 2
