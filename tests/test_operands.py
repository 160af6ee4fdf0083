"""All arguments of a call are evaluated, from left to right, before its function refuses one.

Every function that the compiler knows anything about is called with arguments that it refuses, and
with one among them whose evaluation is noticed: a call that leaves a trace, a name that has no value
(a global, or a variable of a body that is defined later), a call of such a name. What comes out,
and in which order what was done, must be as in a session in which nothing is written in place.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from lispcore import Interpreter
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.library import LIBRARY
from tests.fake_host import FakeHost

PRELUDE = """
(define seen '())
(define (note x) (set! seen (cons x seen)) x)
(define (outcome f)
  (set! seen '())
  (let ((answer (try (begin (f 1 '(1 2) "s") :value) (catch e (:type e)))))
    (list answer seen)))
"""
# Evaluation of these is noticed.
NOTICED = ["nobody", "(nobody 1)", "(note 7)", "later", "(begin (set! p 8) (note 9))"]
# The others: parameters of which nothing is known, literals.
OTHERS = ["p", "'(1 2)", "q", "1"]
WRITTEN = {
    known.names[0]: known
    for known in PRIMITIVES.values()
    if known.value or known.condition or known.store or known.loops or known.updater
}


def calls(name: str) -> Iterator[str]:
    """Yields calls of a function, each with something in it that is noticed."""
    turn = 0
    for count in range(1, most_arguments(name) + 1):
        for place in range(count):
            turn += 1
            for noticed in NOTICED if place == count - 1 else NOTICED[turn % 5 :: 5]:
                turn += 1
                given = [OTHERS[(turn + at) % len(OTHERS)] for at in range(count)]
                given[place] = noticed
                yield f"({name} {' '.join(given)})"


def most_arguments(name: str) -> int:
    """Returns how many arguments a function takes, if not more than four."""
    code = inspect.unwrap(LIBRARY[name]).__code__
    return 4 if code.co_flags & inspect.CO_VARARGS else min(4, code.co_argcount)


def outcomes(forms: list[str], *, optimises: bool) -> list[str]:
    """Returns what forms give and leave behind, each as a function of its own."""
    interpreter = Interpreter(FakeHost(), off=frozenset() if optimises else EVERYTHING)
    interpreter.eval(PRELUDE)
    functions = "".join(
        f"(define (f{at} p q r) (define kept {form}) (define later 1) kept)\n"
        for at, form in enumerate(forms)
    )
    used = " ".join(f"(outcome f{at})" for at in range(len(forms)))
    result = interpreter.run(f"{functions}(for-each println (list {used}))")
    interpreter.close()
    assert result["error"] is None
    return list(result["output"])


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_arguments_come_before_what_is_wrong_with_them(name: str) -> None:
    forms = list(calls(name))
    found, right = (outcomes(forms, optimises=optimises) for optimises in (True, False))
    assert len(found) == len(right) == len(forms)
    differing = [each for each in zip(forms, found, right, strict=True) if each[1] != each[2]]
    assert not differing, "\n".join(map(str, differing))
