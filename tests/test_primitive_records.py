"""What the compiler knows of a library function holds until a program redefines it, and no longer.

Every name with a record is used in many ways, each in a unit of its own, then defined anew, and used
again: the session must give what it gives with every pass of the compiler switched off. Each run
tries some of the ways for each name; with ALL_USES in the environment it tries all (many minutes).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lispcore import Interpreter, LispError
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import PRIMITIVES, primitive
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.library import LIBRARY
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

NAMES = sorted(PRIMITIVES)
ALL_USES = "ALL_USES" in os.environ
COMPILER = Path(__file__).parent.parent / "lispcore" / "compiler"
SOME = NAMES if ALL_USES else NAMES[::8]
# Names that are redefined at once, unless all is tried: that takes less time.
GROUPS = [[name] for name in NAMES] if ALL_USES else [NAMES[at::40] for at in range(40)]

# Functions of the library under names that stay, and what ends a loop that has lost its bound.
PRELUDE = """
(define less <) (define minus -) (define stop throw) (define fuel 0)
(define (burn) (set! fuel (minus fuel 1)) (if (less fuel 0) (stop :no-fuel)))
"""
# Ways to use a function of one, two or three arguments; $ is its name.
USES = [
    "($ a)", "($ a b)", "($ a b c)", "($)", "($ '(3 1 2))", '($ "ab")', "($ 5)", "($ -1.5)",
    "($ :k)", "($ #\\a)", "($ [1 2])", "($ {:k 1} :k)", '($ "abc" "b")', "($ 7 2)", "($ [1 2] 1)",
    "($ {:k 1} :k 2)", "($ (list a b))", "($ (fn (x) x) '(1 2))", "($ car '((1) (2)))",
    "($ (fn (x y) x) 0 '(1 2))", "($ '(2 1) (fn (x y) (< x y)))", "($ {:k 1} :k (fn (x) x))",
    "($ {:k {:l 1}} [:k :l] (fn (x) x))", "($ {:k {:l 1}} [:k :l] 3)", "($ (range 3))",
    "($ (fn (k v) v) {:k 1})", "($ + 0 '(1 2))",
    # as a condition
    "(if ($ a) :yes :no)", "(if ($ a b) :yes :no)", "(if (not ($ a)) :yes :no)",
    "(and ($ a) ($ b))", "(or ($ a b) :other)", "(cond (($ a) 1) (($ b) 2) (else 3))",
    "(if (if a ($ a) ($ b)) 1 2)", "(if ($ a) ($ a) 0)",
    # what is known of its result
    "(let ((t ($ a))) (* t 2))", "(let ((t ($ a b))) (* t 2))", "(let ((t ($ a))) (+ t t))",
    "(let ((t ($ a b))) (- t 1))", '(string-append ($ a) "x")', "(length ($ a))", "(length ($ a b))",
    "(car ($ a))", "(cdr ($ a b))", "(nth ($ a) 0)", "(get ($ a) :k)", "(:k ($ a))", "(str ($ a) 1)",
    "(string-length ($ a))", "(not ($ a))", "(null? ($ a))", "(pair? ($ a b))", "(= ($ a) 1)",
    "(eq? ($ a) ($ b))", "(assoc ($ a) :k 1)", "(< ($ a) ($ b))", "(quotient ($ a) 2)",
    "(mod ($ a b) 2)", "(let (([p q] ($ a b))) (list p q))", "(list ($ a) ($ a b))",
    "(append ($ a) ($ b))", "(let ((t ($ a))) (if (car t) (car t) 0))", "(apply + ($ a b))",
    # given to other functions
    "(map $ '(1 2))", "(map $ '(\"a\" (1)))", "(filter $ '(1 2))", "(foldl $ 0 '(1 2))", "(reduce $ '(1 2))",
    "(sort '(2 1) $)", "(apply $ '(2 1))", "(apply $ 3 '(1))", "(map/update {:k 1} :k $)",
    "(update-in {:k {:l 1}} [:k :l] $)", "(any $ '(1 2))", "(map (fn (x) ($ x)) '(1 2))",
    "(map (fn (x) ($ x 1)) '(1 2))", "(filter (fn (x) ($ x)) '(1 2))", "(map (fn (x) x) ($ a))",
    "(flat-map (fn (x) ($ x x)) '(1 2))", "(sort '(2 1) (fn (x y) ($ x y)))", "(for-each (fn (x) x) ($ a b))",
    "(for/list ((x ($ 3))) x)", "(update-in {:k {:l 1}} ($ :k :l) (fn (x) x))",
    "(try (throw 1) (catch e ($ e :value)))", "(try ($ 1) (catch e (:type e)))",
    # in loops
    "(let loop ((i 0)) (if ($ i 3) (begin (burn) (loop (+ i 1))) i))",
    "(let loop ((i 3)) (if ($ i) i (begin (burn) (loop (- i 1)))))",
    "(let loop ((i 0)) (if (< i 3) (begin (burn) (loop ($ i 1))) i))",
    "(let loop ((i 0)) (if (< i ($ a)) (begin (burn) (loop (+ i 1))) i))",
    "(do ((i 0 ($ i 1))) ((> i 3) i) (burn))",
    "(do ((i 0 (+ i 1))) (($ i 3) i) (burn))",
    "(let loop ((xs a) (n 0)) (burn) (if ($ xs) n (loop (cdr xs) (+ n 1))))",
    "(let loop ((xs a) (n 0)) (burn) (if (pair? xs) (loop ($ xs) (+ n 1)) (list xs n)))",
    "(let loop ((xs a) (n 0)) (burn) (if (pair? xs) (loop (cdr xs) ($ n 1)) n))",
    "(let loop ((xs a) (n 0)) (burn) (if (null? xs) n (loop (cdr xs) ($ xs))))",
    "(let loop ((i 0) (made '())) (burn) (if (< i 3) (loop (+ i 1) ($ i made)) (reverse made)))",
    "(let loop ((i 0) (made '())) (burn) (if (< i 3) (loop (+ i 1) (cons i made)) ($ made)))",
    "(let loop ((i 0) (made '(9))) (burn) (if (< i 3) (loop (+ i 1) (cons i ($ made))) made))",
    "(let loop ((i 0) (m {})) (burn) (if (< i 3) (loop (+ i 1) ($ m i i)) m))",
    "(let loop ((i 0) (m {})) (burn) (if (< i 3) (loop (+ i 1) (assoc m i ($ m))) m))",
    "(let loop ((i 0) (m {})) (burn) (if (< i 3) (loop (+ i 1) (assoc m i ($ m i))) m))",
    "(let loop ((i 0) (l '())) (burn) (if (< i 3) (loop (+ i 1) (append l ($ i i))) l))",
    "(let loop ((i 0) (l '())) (burn) (if (< i 3) (loop (+ i 1) ($ l (list i))) l))",
    "(let loop ((i 0) (l '())) (burn) (if (< i 3) (loop (+ i 1) (append l (list ($ l)))) l))",
    "(let loop ((i 0) (s 0)) (burn) (if (< i 2) (loop (+ i 1) (if ($ b i) s (+ s 1))) s))",
    "(let loop ((i 0) (s nil)) (burn) (if (< i 2) (loop (+ i 1) ($ a i)) s))",
]  # fmt: skip
ARGUMENTS = ["'(1 2) 1 2", "5 2 1", '"ab" "b" 0', "[1 2] 0 3", "{:k 1} :k 2"]
# What the name means then: a program's own function, or another value.
MEANINGS = [
    '(define ($ & r) "ab")',
    "(define ($ & r) [4 5])",
    "(define ($ & r) 7)",
    "(define ($ & r) nil)",
    "(set! $ (fn r '(6)))",
    '(set! $ (fn r "cd"))',
    "(define $ (fn (x & r) 2.5))",
]

Outcome = tuple[str, str, str]


def uses_of(name: str, share: int) -> list[str]:
    """Returns ways to use a name: one of so many, and each name gets others; or all of them."""
    share = 1 if ALL_USES else share
    return [use.replace("$", name) for use in USES[NAMES.index(name) % share :: share]]


def definitions(uses: list[str]) -> list[str]:
    """Returns the definitions of functions, each with one use."""
    return [f"(define (use-{at} a b c) (set! fuel 20) {use})" for at, use in enumerate(uses)]


def run(session: Interpreter, *texts: str) -> None:
    """Runs texts, each of which is a unit."""
    for text in texts:
        session.eval(text)


def outcomes(session: Interpreter, uses: list[str], arguments: str) -> list[Outcome]:
    """Returns what each of the functions gives: a value, or the type of an error."""
    session.eval(f"(define given [{arguments}])")
    given = session.globals["given"].items
    found: list[Outcome] = []
    for at, use in enumerate(uses):
        try:
            found.append((use, print_value(session.call(f"use-{at}", *given)), ""))
        except LispError as error:
            found.append((use, "", error.kind))
    return found


def changed(name: str, turn: int) -> tuple[str, str]:
    """Returns a redefinition of a name and arguments; each name and turn has others."""
    at = NAMES.index(name) + turn
    meaning = MEANINGS[at % len(MEANINGS)].replace("$", name)
    return meaning, ARGUMENTS[at % len(ARGUMENTS)]


def sessions() -> tuple[Interpreter, Interpreter]:
    """Returns a session as it is and one in which nothing is assumed."""
    return Interpreter(FakeHost()), Interpreter(FakeHost(), off=EVERYTHING)


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])
def test_in_a_later_unit(names: list[str]) -> None:
    uses = [use for name in names for use in uses_of(name, 27)]
    meaning = "".join(changed(name, 0)[0] for name in names)
    _, arguments = changed(names[0], 0)
    seen = []
    for session in sessions():
        run(session, PRELUDE, *definitions(uses), meaning)
        seen.append(outcomes(session, uses, arguments))
    assert seen[0] == seen[1], meaning


@pytest.mark.parametrize("name", SOME)
def test_in_the_same_unit(name: str) -> None:
    uses = uses_of(name, 12)
    meaning, arguments = changed(name, 1)
    before = [f"(try (use-{at} {arguments}) (catch e nil))" for at in range(len(uses))]
    seen = []
    for session in sessions():
        run(session, "".join((PRELUDE, *definitions(uses), *before, meaning)))
        seen.append(outcomes(session, uses, arguments))
    assert seen[0] == seen[1], meaning


@pytest.mark.parametrize("name", SOME)
def test_seen_from_a_closure_that_exists(name: str) -> None:
    uses = uses_of(name, 18)
    meaning, arguments = changed(name, 2)
    made = [
        f"(define use-{at} ((fn (n) (fn (a b c) (set! fuel n) {use})) 20))"
        for at, use in enumerate(uses)
    ]
    seen = []
    for session in sessions():
        run(session, PRELUDE, *made, meaning)
        seen.append(outcomes(session, uses, arguments))
    assert seen[0] == seen[1], meaning


@pytest.mark.parametrize("name", SOME)
def test_while_a_loop_runs(name: str) -> None:
    uses = uses_of(name, 12)
    meaning, arguments = changed(name, 3)
    tried = "".join(f"(try (step (fn () {use})) (catch e (:type e)))" for use in uses)
    direct = "".join(f"(try {use} (catch e (:type e)))" for use in uses)
    loop = (
        "(define (use-0 a b c) (let again ((n 0) (found '())) (hook n) (set! fuel 20)"
        f" (if (less n 3) (again (plus n 1) (keep (collect {tried} {direct}) found)) found)))"
    )
    seen = []
    for session in sessions():
        run(
            session,
            PRELUDE,
            "(define plus +) (define keep cons) (define collect list) (define same =)",
            "(define (hook n) n)",
            "(define (step f) (f))",
            loop,
            f"(define (change) (eval '{meaning}))",
            "(define (hook n) (if (same n 1) (change)))",
        )
        seen.append(outcomes(session, uses[:1], arguments))
    assert seen[0] == seen[1], meaning


def test_every_record_is_of_a_function_that_exists() -> None:
    for name, known in PRIMITIVES.items():
        assert name in LIBRARY
        assert name in known.names
        entry = ENTRIES.get(name)
        if entry is not None:  # aliases share the record
            assert all(PRIMITIVES[each] is known for each in (entry.name, *entry.aliases))
            assert (entry.returns == "bool") == (known.result is Kind.BOOL)
    with pytest.raises(LookupError, match="no function string<"):
        primitive("string<?")
    with pytest.raises(LookupError, match="two records of car"):
        primitive("car")


def test_every_predicate_has_a_record() -> None:
    for name, entry in ENTRIES.items():
        if entry.returns == "bool" and entry.function is not None:
            assert PRIMITIVES[name].result is Kind.BOOL


def test_nobody_else_asks_and_notes() -> None:
    # The answer of `meaning` notes the assumption; the session adds what a unit mentions.
    allowed = {"meanings.py", "pipeline.py", "tables.py"}
    for path in sorted(COMPILER.rglob("*.py")):
        if path.name not in allowed:
            text = path.read_text(encoding="utf-8")
            assert ".assumed.add(" not in text, path
            assert "facts.library.get(" not in text, path
            assert "facts.library[" not in text, path
            assert " in facts.library" not in text, path
