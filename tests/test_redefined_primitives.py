"""Library functions that a program defines anew: code that exists by then is never stale.

Every name that the compiler knows anything of is used in functions, in closures wherever they are
kept, in tasks and promises that have not run, in loops and functions that are on the stack when the
name changes. What counts is what a session gives in which the compiler assumes nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.compiler.pipeline import EVERYTHING
from tests.fake_host import FakeHost

# Functions of the library under names that stay, and what ends a loop that has lost its bound.
PRELUDE = """
(define less <) (define minus -) (define plus +) (define prepend cons) (define several list)
(define fuel 0) (define (burn) (set! fuel (minus fuel 1)) (if (less fuel 0) (throw :no-fuel)))
(define (safe thunk) (set! fuel 30) (try (thunk) (catch e (several :failed (:type e)))))
"""
# Ways to use a function; $ is its name.
USES = [
    "($ a)", "($ a b)", "($ (several a b))", "($ b (several a b) 1)", "($ {:k a} :k)", '($ "ab" "b")',
    "(if ($ a) :yes :no)", "(if ($ a b) :yes :no)", "(let ((t ($ a))) (if (number? t) (* t 2) t))",
    "($ (fn (x) x) (several a b))", "($ (several b a) (fn (x y) (< x y)))", "($ [a b] 0)",
    "(let loop ((i 0) (s (several a b))) (burn) (if (less i 2) (loop (plus i 1) ($ s)) s))",
    "(let loop ((i 0) (s (several a b))) (burn) (if (less i 2) (loop (plus i 1) ($ i s)) s))",
    "(let loop ((i 0) (n 0)) (burn) (if (less i 3) (loop (plus i 1) ($ n i)) n))",
    "(let loop ((i 0) (m {})) (burn) (if (less i 2) (loop (plus i 1) ($ m :k i)) m))",
    "(map $ (several a b))", "(foldl $ 0 (several a b))", "(map (fn (x) ($ x)) (several a b))",
    "(let (([p q] ($ a b))) (several p q))", "(try (throw a) (catch e ($ e :value)))",
]  # fmt: skip
MEANINGS = [
    "(define ($ & r) [4 5])",
    '(set! $ (fn r "cd"))',
    "(eval '(define ($ & r) 7))",
    "(define-record-type $ (make-it x) it? (x it-x))",
    "(begin (define other (fn r :other)) (define $ other))",
]


def use(at: int, name: str) -> str:
    """Returns one of the uses, with a function and a list for its variables."""
    return f"(safe (fn () {USES[at % len(USES)].replace('$', name)}))"


def existing_code(name: str) -> list[str]:
    """Returns forms that make code which uses a name, some of it at once and some of it later."""
    count = len(USES)
    return [
        PRELUDE,
        *(f"(define (f{at} a b) {use(at, name)})" for at in range(count)),
        f"(define two (several {' '.join(f'(let ((a 2) (b 3)) (fn () {use(at, name)}))' for at in range(count))}))",
        f"(define in-map {{:f (let ((a 1)) (fn (b) {use(0, name)}))}})",
        f"(define made (map (fn (a) (fn (b) {use(1, name)})) '(1 2)))",
        f"(define counter (let ((a 0)) (fn (b) (set! a (plus a 1)) {use(0, name)})))",
        f"(define promise (let ((a 5) (b 1)) (delay {use(0, name)})))",
        f"(define task (let ((a '(1)) (b 1)) (async {use(0, name)})))",
        "(define given (let ((h $)) (fn (a) (safe (fn () (h a))))))".replace("$", name),
        "(several (f0 1 2) ((first two)) (given 1))",
    ]


PROBES = [
    *(f"(f{at} '(1 2) 1)" for at in range(len(USES))),
    *(f"((nth two {at}))" for at in range(len(USES))),
    "(try ((:f in-map) 2) (catch e (:type e)))",
    "((car made) 1)",
    "(several (counter 1) (counter 1))",
    "(safe (fn () (force promise)))",
    "(safe (fn () (await task)))",
    "(given 1)",
]
# What is on the stack when the name changes; $ is the name, @ the use, and ! changes it.
RUNNING = [
    "(let loop ((i 0) (out '())) (if (less i 3) (begin (if (less 0 i) !) (loop (plus i 1) (prepend @ out))) out))",
    "(let ((out '())) (dotimes (i 2) (set! out (prepend @ out)) !) out)",
    "(several @ ! @)",
    "(map (fn (x) (let ((y @)) ! y)) '(1 2))",
]


def answers(forms: list[str], off: frozenset[str]) -> list[tuple[Any, Any]]:
    """Returns what each form of a session gives: a value, or the type of an error."""
    session = Interpreter(FakeHost(), off=off)
    found = []
    for form in forms:
        result = session.run(form)
        found.append((result["value"], result["error"] and result["error"]["type"]))
    session.close()
    return found


def check(forms: list[str]) -> None:
    """Compares a session with one in which the compiler assumes nothing."""
    found, right = answers(forms, frozenset()), answers(forms, EVERYTHING)
    for form, one, other in zip(forms, found, right, strict=True):
        assert one == other, form


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_code_that_exists_when_a_name_is_defined_anew(name: str) -> None:
    at = sorted(PRIMITIVES).index(name)
    meaning = MEANINGS[at % len(MEANINGS)].replace("$", name)
    check([*existing_code(name), meaning, *PROBES])


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_code_that_runs_while_a_name_is_defined_anew(name: str) -> None:
    at = sorted(PRIMITIVES).index(name)
    forms = [PRELUDE]
    changes = ["(change)", f"(set! {name} (fn r '(6)))", f"(eval '(define ({name} & r) 7))"]
    change = changes[at % 3]
    for number in range(len(USES)):
        running = RUNNING[(at + number) % len(RUNNING)].replace("@", use(number, name))
        forms.append(f"(define (run{number} a b) {running.replace('!', change)})")
    forms.append(f"(define (change) (set! {name} (fn r :changed)))")
    forms += [f"(safe (fn () (run{number} '(1 2) 1)))" for number in range(len(USES))]
    check(forms)
