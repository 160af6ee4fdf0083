"""Texts of several values: what str and strings with values inside give."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

VALUES = [
    '"s"',
    "1",
    "-2.5",
    "nil",
    "#t",
    ":k",
    "'a",
    "#\\c",
    "[1]",
    "{:a 1}",
    "'()",
    "1/2",
    "car",
    '""',
]


def shown(text: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(text))


def test_each_value_is_shown_as_the_library_shows_it() -> None:
    session = Interpreter(FakeHost())
    for value in VALUES:
        for other in VALUES:
            here = session.eval(f'(let ((a {value}) (b {other})) (str a "-" b))')
            there = session.eval(f'(apply str (append (list {value}) (list "-" {other})))')
            assert here == there
            assert session.eval(f'(let ((a {value})) f"${{a}}-${{{other}}}")') == there


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ('(str "a" 1)', '"a1"'),
        ("(str)", '""'),
        ("(str 1)", '"1"'),
        ('(let ((x 1)) (str x (begin (set! x 2) x) x))', '"122"'),
        ('(let ((x 1)) (str x (set! x 2) x))', '"122"'),
        ('(let loop ((i 0) (s "")) (if (= i 3) s (loop (+ i 1) (str s i ","))))', '"0,1,2,"'),
        ('(let ((n 12345678901234567890)) f"${n}/${(* n n)}")',
         '"12345678901234567890/152415787532388367501905199875019052100"'),
        ('f"100% {x} ${1}"', '"100% {x} 1"'),
        ('(begin (define (str & xs) :mine) (str 1 2))', ":mine"),
        ('(begin (define (str & xs) :mine) f"${1}${2}")', '"12"'),
    ],
)  # fmt: skip
def test_texts(program: str, text: str) -> None:
    assert shown(program) == text


def test_str_defined_anew_counts() -> None:
    session = Interpreter(FakeHost())
    session.eval('(define (f x) (str "a" x))')
    session.eval("(define (str & xs) :mine)")
    assert print_value(session.eval("(f 1)")) == ":mine"


def test_everything_is_evaluated_before_anything_is_shown() -> None:
    text = (
        "(let ((seen '())) (define (note x) (set! seen (cons x seen)) x)"
        ' (str (note 1) "x" (note :b) (note 3)) seen)'
    )
    assert shown(text) == "(3 :b 1)"


def test_a_text_that_would_be_too_long_is_refused() -> None:
    program = '(define (f s n) (if (= n 0) (string-length s) (f (str "" s s) (- n 1)))) (f "ab" 40)'
    with pytest.raises(LispError, match="str: the result would have"):
        Interpreter(FakeHost()).eval(program)
