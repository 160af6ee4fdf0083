"""What tests tell of variables by the way they come out."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.facts.occurrences import told_by
from lispcore.compiler.kinds import Kind
from lispcore.compiler.work import Work
from lispcore.core.nodes import If


def told(test: str, holds: bool) -> list[str]:
    """Returns what is told of x, y and z behind a test in a function of these."""
    found: list[str] = []

    def look(name: str, work: Work) -> None:
        if not found and If in work.nodes:
            (choice,) = work.nodes[If]
            for each in told_by(choice.test, holds, work.facts):
                variable = "program" if each.variable is None else each.variable.name
                kind = f" {each.kind.name}" if isinstance(each.kind, Kind) else ""
                found.append(variable + kind + (" full" if each.is_full else ""))

    interpreter = Interpreter()
    pipeline.observer = look
    try:
        interpreter.eval(f"(define (f x y z) (if {test} 1 2))")
    finally:
        pipeline.observer = None
    return found


@pytest.mark.parametrize(
    ("test", "if_so", "if_not"),
    [
        ("(string? x)", ["x STR"], []),
        ("(not (string? x))", [], ["x STR"]),
        ("(null? x)", [], ["x full"]),
        ("(and (string? x) (list? y))", ["x STR", "y LIST"], []),
        ("(or (null? x) (not (string? y)))", [], ["x full", "y STR"]),
        ("(and (or (string? x) z) (not (not (list? y))))", ["y LIST"], []),
        ("(string? (car x))", [], []),
        ("x", [], []),
    ],
)
def test_what_a_test_tells(test: str, if_so: list[str], if_not: list[str]) -> None:
    assert (told(test, True), told(test, False)) == (if_so, if_not)


def test_a_predicate_of_the_program_tells_nothing() -> None:
    assert told("((fn (string?) (string? x)) y)", True) == []
