"""Calls that are written in place give what the library's functions give, for every kind of value.

Each form runs twice: as it is, where the compiler writes it in place, and through ``apply``, where
the library's function is called. Value, or type and message of the error, must be the same.
(Of two wrong operands Python's operator names both, the library's function the first; a function
with two names is called by that which the program uses, and ``apply`` does not say which.)
"""

from __future__ import annotations

from itertools import product

import pytest

from lispcore import Interpreter
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value

PLAIN = [
    "0", "1", "-7", "3", "12345678901234567890", "2.5", "-0.0", "1e300", "math/nan", "1/2", "3+4i",
    '"abc"', '""', "nil", "#t", "#f", ":k", "'s", "#\\a", "'()", "'(1 2 3)", "'((1 2) (3 4))", "[]",
    "[5 6 7]", "{}", "{:k 1 1 2}", "(hashmap/new :k 2)", "(f64-array 1 2 3)", "(i64-array 4 5)",
    "(mutable-array/push! (mutable-array/new) 9)", "car", "(fn (x) x)",
]  # fmt: skip
FEW = ["0", "2", "-1", "7.0", '"ab"', "nil", ":k", "'(1 2)", "[3 4]", "{:k 1}"]
NAMES = sorted(
    name
    for name, known in PRIMITIVES.items()
    if (known.value or known.condition or known.store) and name in ENTRIES
)

OPERATORS = frozenset("+ - * / < > <= >= positive? negative?".split())
DEFINITIONS = (
    "(define (outcome f) (try (list :value (f)) (catch e (list (:type e) (:message e)))))"
    " (define (kind f) (try (list :value (f)) (catch e (list (:type e)))))"
    " (define log '()) (define (note v) (set! log (cons v log)) v)"
)


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    made = Interpreter()
    made.eval(DEFINITIONS)
    return made


def both(name: str, arguments: list[str]) -> tuple[str, str]:
    """Returns a call as it is written in place, and through ``apply``."""
    given = " ".join(arguments)
    several = ENTRIES[name].aliases or ENTRIES[name].name != name
    outcome = "kind" if name in OPERATORS or several else "outcome"
    return (
        f"({outcome} (fn () ({name} {given})))",
        f"({outcome} (fn () (apply {name} (list {given}))))",
    )


def check(interpreter: Interpreter, name: str, forms: list[list[str]]) -> None:
    pairs = [both(name, arguments) for arguments in forms]
    written = "".join(f"(list {here} {there})\n" for here, there in pairs)
    differing = interpreter.run(
        f"(filter (fn (pair) (not (equal? (str (car pair)) (str (cadr pair))))) (list {written}))"
    )
    assert differing["value"] == "()", differing


@pytest.mark.parametrize("name", NAMES)
def test_one_argument(interpreter: Interpreter, name: str) -> None:
    check(interpreter, name, [[value] for value in PLAIN])


@pytest.mark.parametrize("name", NAMES)
def test_two_arguments(interpreter: Interpreter, name: str) -> None:
    check(interpreter, name, [list(pair) for pair in product(FEW, FEW)])
    check(interpreter, name, [[value, literal] for value in PLAIN for literal in ("1", ":k")])


@pytest.mark.parametrize("name", NAMES)
def test_three_arguments(interpreter: Interpreter, name: str) -> None:
    check(interpreter, name, [list(three) for three in product(FEW[:5], FEW[:3], FEW[3:5])])


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_evaluated_once_and_in_order(interpreter: Interpreter, name: str) -> None:
    seen = "(begin (set! log '()) (outcome (fn () ({name} {given}))) log)"
    for values in (["6", "3"], ["'(1 2)", "1"], ["[1 2]", "0"], ['"ab"', '"c"'], ["2.5", "0.5"]):
        given = " ".join(f"(note {value})" for value in values)
        result = interpreter.run(seen.format(name=name, given=given))
        expected = interpreter.run(f"(list {' '.join(reversed(values))})")
        assert result["value"] == expected["value"], (name, values)


@pytest.mark.parametrize("name", NAMES)
def test_a_redefinition_counts_at_once(name: str) -> None:
    interpreter = Interpreter()
    interpreter.eval(f"(define (use a b) ({name} a b))")
    interpreter.run("(use 1 2)")
    assert interpreter.run(f"(define ({name} . all) :mine) (use 1 2)")["value"] == ":mine"


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(let ((x 5)) (min x (set! x 2)))", "2"),
        ("(let ((x 1)) (list (max x (set! x -2)) x))", "(1 -2)"),
        ("(let ((x 7)) (mod x (begin (set! x 3) 4)))", "3"),
        ('(let ((x "a")) (string-append x (begin (set! x "b") x) x))', '"abb"'),
        ("(let ((x '(1 2))) (nth x (begin (set! x '(3 4)) 1)))", "2"),
        ("(let* ((x 7) (f (fn () (set! x 1) 5))) (list (bit/and x (f)) x))", "(5 1)"),
        ("(let ((i 0)) (list (nth [1 2 3] i) (nth [1 2 3] (set! i 2)) i))", "(1 3 2)"),
    ],
)
def test_operands_have_the_value_of_their_moment(program: str, value: str) -> None:
    assert print_value(Interpreter().eval(program)) == value
