"""What numbers of all sizes give, however the function comes to be called.

A call is written in place, with constants or with variables of which more or less is known; or the
library's function is handed over as a value. All must give the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from lispcore import Interpreter
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value

HUGE = "1" + 400 * "0"
NUMBERS = ("0", "-3", "2", "1.5", "-0.0", "inf", "1/3", HUGE, f"-{HUGE}", f"{HUGE}/3", "+2i")
TWO_ARGUMENTS = (
    "+", "-", "*", "/", "<", ">", "<=", ">=", "=", "max", "min", "mod", "quotient", "remainder",
    "expt", "atan2", "math/atan2", "exact-integer-sqrt", "gcd", "lcm", "equal?", "eqv?",
)  # fmt: skip
ONE_ARGUMENT = (
    "-", "abs", "sqrt", "floor", "ceil", "round", "truncate", "float", "int", "inc", "dec", "zero?",
    "positive?", "negative?", "even?", "odd?", "exact", "inexact", "number?", "integer?", "number->string",
)  # fmt: skip


# A call with constants is compiled for itself, so there are fewer of them.
CONSTANTS = ("0", "-3", "1.5", HUGE)


def _writings(name: str, count: int) -> list[str]:
    """Returns functions that make one call, each in another way."""
    names = ["a", "b"][:count]
    given = " ".join(names)
    use = f"({name} {given})"
    lists = " ".join(f"(list {each})" for each in names)
    bodies = [
        use,
        f"(if {use} {use} #f)",
        f"(let ((held {use})) (if (= a a) held 0))",
        f"(if (and {' '.join(f'(number? {each})' for each in names)}) {use} 0)",
        f"(if (float? a) {use} (if (integer? a) {use} {use}))",
        f"(apply {name} (list {given}))",
        f"((car (list {name})) {given})",
        f"(first (map {name} {lists}))",
        f"(first (for/list ((a (list a))) {use}))",
    ]
    if count == 2:
        bodies += [f"(foldl {name} a (list b))", f"(foldl (fn (a b) {use}) a (list b))"]
        bodies += [f"(reduce {name} (list a b))"]
    return [f"(fn ({given}) {body})" for body in bodies]


def _answer(call: str) -> str:
    return f"(try {call} (catch e (:type e)))"


def _answers(session: Interpreter, name: str, count: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yields numbers, and what a call with them gives, once for each way to make it."""
    session.eval(f"(define ways (list {' '.join(_writings(name, count))}))")
    names = " ".join(["a", "b"][:count])
    session.eval(f"(define (answers {names}) (map (fn (f) {_answer(f'(f {names})')}) ways))")
    for given in product(NUMBERS, repeat=count):
        found = session.eval(f"(answers {' '.join(given)})")
        yield from ((given, print_value(each)) for each in found)
    for given in product(CONSTANTS, repeat=count):
        yield given, print_value(session.eval(_answer(f"({name} {' '.join(given)})")))


@pytest.mark.parametrize("name", sorted({*TWO_ARGUMENTS, *ONE_ARGUMENT} & set(ENTRIES)))
def test_a_call_gives_one_answer_however_it_is_written(name: str) -> None:
    counts = [1] * (name in ONE_ARGUMENT) + [2] * (name in TWO_ARGUMENTS)
    sessions = [Interpreter(), Interpreter(off=EVERYTHING)]
    found: dict[tuple[str, ...], set[str]] = {}
    for session, count in product(sessions, counts):
        for given, answer in _answers(session, name, count):
            found.setdefault(given, set()).add(answer)
    assert [each for each in found.items() if len(each[1]) > 1] == []


@pytest.mark.parametrize("name", ["+", "-", "*"])
def test_an_integer_beyond_all_floats_is_refused_beside_a_float(name: str) -> None:
    session = Interpreter()
    for text in (f"({name} 1.5 {HUGE})", f"({name} {HUGE} 1.5)", f"(foldl {name} 1.5 '({HUGE}))"):
        error = session.run(text)["error"]
        assert "more than 308 digits cannot be combined with a float" in error["message"]
        assert "(float n)" in error["hint"]
    assert session.run(f"({name} 1.5 (float {HUGE}))")["value"] in ("inf", "-inf")


def test_what_has_an_answer_in_floats_is_no_error() -> None:
    found = Interpreter().run(
        f"(list (/ 1.5 {HUGE}) (/ {HUGE} 1.5) (< 1.5 {HUGE}) (= 1.5 {HUGE}) (max 1.5 {HUGE}))"
    )
    assert found["value"] == "(0.0 inf #t #f inf)"
