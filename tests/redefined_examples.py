"""Documented examples in many places of programs, whose function is then defined anew in many ways.

``test_redefined_primitives.py`` uses every name alike; here each is used as its own documentation
uses it, so that what is written for its calls is really met: in guards, macros, methods, modules,
comprehensions, handlers, tasks. A session must answer as one in which the compiler assumes nothing.

``python -m tests.redefined_examples 7`` takes all names in the order of that number, and prints what
differs; further arguments are names.
"""

from __future__ import annotations

import random
import re
import sys
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import Any

from lispcore import Interpreter
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.library.registry import ENTRIES
from lispcore.values.errors import Stopped
from tests.fake_host import FakeHost
from tests.random_sessions import be_quick, time_limit

SECONDS_FOR_ONE = 10.0

# Functions of the library under names that stay, and what ends a loop that has lost its bound.
PRELUDE = """
(define less <) (define minus -) (define plus +) (define prepend cons) (define several list)
(define use apply) (define each-of map)
(define fuel 0) (define (burn) (set! fuel (minus fuel 1)) (if (less fuel 0) (throw :no-fuel)))
(define (safe thunk) (set! fuel 30) (try (thunk) (catch e (several :failed (:type e)))))
"""
# What is defined, and what is asked of it. @ is the example, $ the name of its function.
PLACES = [
    ("(define (f0) @)", "(f0)"),
    ("(define (f1) (match 1 (x when @ :yes) (_ :no)))", "(f1)"),
    ("(define-syntax twice-of (syntax-rules () ((_ x) (several x @)))) (define (f2) (twice-of 1))", "(f2)"),
    ("(defmacro expanding (x) (several 'quote (safe (fn () @)))) (define (f3) (expanding 1))", "(f3)"),
    ("(define (f4) (let-values (((p q) (values @ @))) (several p q)))", "(f4)"),
    ("(define (f5) (several (for/list ((i '(1 2))) @) (for/fold ((a nil)) ((i '(1 2))) (several a @))))", "(f5)"),
    ("(define (f6) (cond (@ :a) (else :b)))", "(f6)"),
    ("(define (f7) (case @ ((1 #t) :one) (else (if @ 1 2))))", "(f7)"),
    ("(define (f8) (try (throw @) (catch e (several (:value e) @)) (finally @)))", "(f8)"),
    ("(define (f9) (guard (e (@ (several :g @))) (throw 1)))", "(f9)"),
    ("(define (f10 n) (if (less 0 n) (f10 (minus n 1)) @))", "(f10 2)"),
    ("(define (f11) (do ((i 0 (plus i 1)) (x nil @)) ((less 1 i) x)))", "(f11)"),
    ("(define made (each-of (fn (i) (fn () (several i @))) '(1 2)))", "((car made))"),
    ("(define (g1) @) (define (g2) (g1)) (define (g3) (g2)) (define (g4) (if (g3) (g3) :none))", "(g4)"),
    ("(define (f12) (let ((x @) (i 0)) (while (less i 2) (burn) (set! i (plus i 1)) (set! x (several x @))) x))", "(f12)"),
    ("(define (f13) (let inner ((i 0) (x @)) (burn) (if (less i 2) (inner (plus i 1) @) x)))", "(f13)"),
    ("(module one (export in-module) (define (in-module) @))", "(begin (import one) (in-module))"),
    ("(defmulti chosen (fn (x) x)) (defmethod chosen 1 (fn (x) (several x @)))", "(chosen 1)"),
    ("(define (f14) (and @ (or @ @)))", "(f14)"),
    ("(define later (let ((z 1)) (delay (several z @))))", "(force later)"),
    ("(define task (async (several :t @)))", "(await task)"),
    ("(define again (letrec ((down (fn (n) (if (less n 1) @ (down (minus n 1)))))) down))", "(again 2)"),
    ("(define (f15) (eval '@))", "(f15)"),
    ("(define held $) (define (f16) (if (eq? held $) :same :other))", "(f16)"),
]  # fmt: skip
WAYS = [
    "(define (redo) (set! $ (fn r :mine))) (each-of (fn (x) (redo)) '(1))",
    "(defmacro define-it () '(define ($ . r) :by-macro)) (define-it)",
    "(module other (export $) (define ($ & r) :by-module)) (import other)",
    "(await (async (set! $ (fn r :by-task))))",
    "(try (throw 1) (catch e (set! $ (fn r #f))))",
    "(define-values ($ unused) (values (fn r 7) 2))",
    "(defn $ (& r) '(4 5))",
    "(let ((old $)) (set! $ (fn r (several :wrapped (use old r)))))",
    '(define (with f) (set! $ f)) (with (fn r "text"))',
    "(if #t (define ($ & r) {:a 1}))",
    "(define $ several)",
    "(define $ 5)",
    "(define-syntax $ (syntax-rules () ((_ . r) :by-syntax)))",
    "(defmulti $ (fn r 1)) (defmethod $ 1 (fn r :by-multimethod))",
    "(define $ (make-parameter 6))",
    "(eval (several 'define '$ '(fn r :by-eval)))",
    "(set! $ held)",
]
# What is on the stack while the name changes.
RUNNING = [
    "(let loop ((i 0) (out '())) (burn) (if (less i 3) (begin (if (less 0 i) !) (loop (plus i 1) (prepend @ out))) out))",
    "(each-of (fn (i) (let ((y @)) ! (several y @))) '(1 2))",
    "(foldl (fn (acc i) (if (less i 2) !) (several acc @)) nil '(1 2))",
]
CHANGE = "(set! $ (fn r :while-it-runs))"


def session(name: str, chance: random.Random) -> list[str]:
    """Returns the forms of a session about a function, [] for one without an example of its own."""
    own = re.compile(rf"\({re.escape(name)}[ )]")
    examples = [text for text, _ in ENTRIES[name].examples if own.search(text)]
    if not examples:
        return []
    example = chance.choice(examples)

    def filled(text: str) -> str:
        return text.replace("$", name).replace("@", example)

    asked = [f"(safe (fn () {filled(question)}))" for _, question in PLACES]
    forms = [PRELUDE, *(filled(place) for place, _ in PLACES), *chance.sample(asked, 8)]
    for way in chance.sample(WAYS, 3):
        forms += [filled(way), *chance.sample(asked, 9)]
    running = chance.choice(RUNNING).replace("!", CHANGE)
    return [*forms, f"(safe (fn () {filled(running)}))", *chance.sample(asked, 6)]


def answers(forms: list[str], off: frozenset[str]) -> list[tuple[Any, ...]]:
    """Returns what each form gives: value, output, kind of error."""
    interpreter = Interpreter(FakeHost(), off=off)
    found = []
    # An example may write a file, which another session must not find.
    with TemporaryDirectory() as folder, chdir(folder):
        for form in forms:
            result = interpreter.run(form)
            error = result["error"]
            found.append((result["value"], result["output"], error and error["type"]))
        interpreter.close()
    return found


def difference(forms: list[str]) -> tuple[str, Any, Any] | None:
    """Returns the first form that answers otherwise, its answer, and the right one."""
    try:
        with time_limit(SECONDS_FOR_ONE):
            found, right = answers(forms, frozenset()), answers(forms, EVERYTHING)
    except Stopped:
        return None
    for form, one, other in zip(forms, found, right, strict=True):
        if one != other:
            return form, one, other
    return None


# Functions of the world outside, of chance and of the clock answer as they like.
_ELSEWHERE = frozenset(
    "system processes terminal_style terminal_keys unavailable http llm llm_cost otel dates log "
    "llm_providers sqlite kv playground workflows".split()
)


def all_names() -> list[str]:
    """Returns the names of all functions that ask nobody."""
    return sorted(name for name, entry in ENTRIES.items() if entry.chapter not in _ELSEWHERE)


def main(number: int, *names: str) -> int:
    """Compares a session for each of the names; prints what differs."""
    chance = random.Random(number)
    chosen = list(names) or all_names()
    chance.shuffle(chosen)
    different = 0
    be_quick()
    for name in chosen:
        found = difference(session(name, chance))
        if found is not None:
            different += 1
            print(name, *found, sep="\n    ", flush=True)
    print(f"{len(chosen)} names, {different} differ")
    return different


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]) > 0)
