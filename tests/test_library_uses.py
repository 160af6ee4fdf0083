"""Uses of names that certainly mean the library's functions are found before code is written."""

from __future__ import annotations

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.work import Work


def library_uses(program: str) -> list[str]:
    """Returns the names that mean the library's functions in a program, once for each use."""
    found: list[str] = []

    def look(name: str, work: Work) -> None:
        if name == "library uses":
            found.extend(node.name for node in work.library)
            assert {node.name for node in work.library} <= work.facts.assumed

    interpreter = Interpreter()
    pipeline.observer = look
    try:
        interpreter.eval(program)
    finally:
        pipeline.observer = None
    return sorted(found)


def test_each_use_is_found() -> None:
    assert library_uses("(define (f x) (list (car x) (car (cdr x)) car))") == [
        "car",
        "car",
        "car",
        "cdr",
        "list",
    ]


def test_names_of_the_program_are_not_among_them() -> None:
    assert library_uses("(define (f car) (car 1)) (define (last x) x) (f last)") == []


def test_nothing_is_found_that_the_program_changes_later() -> None:
    assert library_uses("(define (f x) (first x)) (set! first rest)") == ["rest"]
