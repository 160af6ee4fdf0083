"""Functions of a long unit that are set aside, and written later as they would have been at once."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.emit import lazy_functions, python_code
from lispcore.compiler.pipeline import LAZY_FUNCTIONS
from lispcore.running.lazy_units import WAITING_FILE


def definitions(count: int) -> str:
    """Returns so many functions, each of which calls the one before."""
    first = "(define (f0 x) (+ x 1))"
    return "\n".join(
        [
            first,
            *(
                f"(define (f{n} x) (let ((y (f{n - 1} x))) (if (> y 0) y (- y)))) "
                for n in range(1, count)
            ),
        ]
    )


def is_written(session: Interpreter, name: str) -> bool:
    """Tells whether a function has its code."""
    return bool(session.globals[name].__code__.co_filename != WAITING_FILE)


def count_compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns a list that grows by one for every text that Python compiles."""
    compiled: list[str] = []

    def note(*given: object, **options: object) -> object:
        compiled.append(str(given[1]))
        return compile(*given, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(python_code, "compile", note, raising=False)
    return compiled


def test_of_a_long_text_only_what_is_called_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = count_compiled(monkeypatch)
    session = Interpreter()
    text = "\n".join(f"(define (f{n} x) (if (> x {n}) (- x 1) (+ x {n})))" for n in range(500))
    assert session.eval(f"{text}\n(f7 1)") == 8
    assert len(compiled) == 2  # the unit itself, and the one function
    assert is_written(session, "f7")
    assert not is_written(session, "f8")


def test_a_short_text_is_written_whole() -> None:
    session = Interpreter()
    session.eval(definitions(lazy_functions.least_functions - 1))
    assert is_written(session, "f3")


def test_it_can_be_switched_off() -> None:
    session = Interpreter(off={LAZY_FUNCTIONS})
    session.eval(definitions(100))
    assert is_written(session, "f3")
    assert LAZY_FUNCTIONS in pipeline.EVERYTHING


def test_what_is_deeply_nested_is_written_with_its_unit() -> None:
    """Python may refuse it, which must be said before the program runs."""
    depth = lazy_functions.MOST_NESTED + 10
    session = Interpreter()
    session.eval(f"{definitions(60)} (define (deep x) {'(+ 1 ' * depth}x{')' * depth})")
    assert is_written(session, "deep")
    assert not is_written(session, "f3")


def test_functions_that_wait_are_written_with_their_unit() -> None:
    session = Interpreter()
    session.eval(f"{definitions(60)} (define (take c) (+ 1 (channel/recv c)))")
    assert is_written(session, "take")


@pytest.mark.parametrize(
    ("definition", "call", "value"),
    [
        ("(define (g . rest) rest)", "(length (g 1 2 3))", "3"),
        ("(define (g a b . rest) (list a b (length rest)))", "(g 1 2 3)", "(1 2 1)"),
        ("(define (g a) (fn (b) (fn (c) (list a b c))))", "(((g 1) 2) 3)", "(1 2 3)"),
        ('(define (g) "a text")', "(g)", '"a text"'),
        ('(define (g) \'(1 (2 "x") :k))', "(g)", '(1 (2 "x") :k)'),
        ("(define g (fn (x) (* x x)))", "(g 5)", "25"),
        ("(define g (fn (x) x))", "g", "<native-fn <vm-closure>>"),
        ("(define (g x) x)", "g", "<native-fn g>"),
        ("(define (g n) (if (= n 0) 'done (g (- n 1))))", "(g 100000)", "done"),
        ("(define (g) (h)) (define (h) 6)", "(g)", "6"),
    ],
)
def test_functions_are_as_if_they_had_been_written_at_once(
    definition: str, call: str, value: str
) -> None:
    expected = Interpreter(off={LAZY_FUNCTIONS}).run(f"{definitions(60)} {definition} {call}")
    found = Interpreter().run(f"{definitions(60)} {definition} {call}")
    assert found == expected
    later = Interpreter()
    later.eval(f"{definitions(60)} {definition}")
    assert later.run(call) == expected
    assert expected["value"] == value
