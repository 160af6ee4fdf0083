"""In which order several variables get their new values where some are changed in place."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.work import Work


def orders(program: str) -> list[str]:
    """Returns the changes of each moment: what is evaluated before, ``~`` if it waits for all."""
    found: list[str] = []

    def look(name: str, work: Work) -> None:
        if name == "update order":
            for order in {id(each): each for each in work.facts.orders.values()}.values():
                turns = []
                for turn in order.turns:
                    before = "".join(each.name for each in turn.before)
                    turns.append(f"{before}>{turn.variable.name}{'~' if turn.waits else ''}")
                last = "".join(each.name for each in order.before_waiting)
                found.append(" ".join(turns) + (f" |{last}" if last else ""))

    pipeline.observer = look
    try:
        Interpreter().run(program)
    finally:
        pipeline.observer = None
    return found


LOOP = "(define (f n) (let loop ((i 0) (m {{}}) (s 0)) (if (< i n) (loop {}) (list m s))))"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("(+ i 1) (assoc m i 1) (+ s i)", [">m"]),  # nobody could tell
        ("(+ i 1) (assoc m i s) (+ s (get m i 0))", ["i>m~ |is"]),  # one looks at the old value
        ("(+ i (g i)) (assoc m i 1) s", ["i>m"]),  # something may happen before
        ("(+ i 1) m s", []),  # nothing is changed in place
    ],
)
def test_the_order_of_a_round(values: str, expected: list[str]) -> None:
    assert orders(LOOP.format(values) + " (f 2) (define (g x) 1)") == expected


@pytest.mark.parametrize(
    "values",
    [
        "(+ i 1) (assoc m i s) (+ s (get m i 5))",
        "(+ i 1) (assoc m i (count m)) (+ s (count m))",
        "(+ i (begin (set! log (cons (count m) log)) 1)) (assoc m i s) (+ s i)",
        "(+ i 1) (assoc m s i) (+ s (if (contains? m i) 1 2))",
    ],
)
def test_every_order_gives_the_same(values: str) -> None:
    program = f"(define log '()) {LOOP.format(values)} (list (f 5) log)"
    right = Interpreter(off=pipeline.EVERYTHING).run(program)["value"]
    assert right is not None
    for off in (frozenset[str](), frozenset(("update order",)), frozenset(("effects",))):
        assert Interpreter(off=off).run(program)["value"] == right
