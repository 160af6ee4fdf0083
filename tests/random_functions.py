"""Random functions called with values of all kinds: with and without what the compiler finds out.

Random sessions (random_sessions.py) are about what changes while a program runs, and use values as
they are meant. Here a function checks, tests, loops and changes lists, and is called with values of
which now and then one does not fit. Whatever the compiler has concluded of a value must hold
wherever it is used, so each call must give what it gives with every pass switched off.

``python -m tests.random_functions 1000`` compares so many functions, ``… 500 7000`` 500 of them
from number 7000 on, and prints what differs. A number names a function for ever.
"""

from __future__ import annotations

import gc
import os
import random
import re
import sys
from contextlib import redirect_stdout

from tests.random_sessions import COLLECTED, Answer, answers_or_none, be_quick

CALLS = 10
DEEPEST = 3
# How often something stands where something of another kind belongs.
ODD = 0.07
# Forms by their kind, and the holes in them: N numbers, L lists, T texts, V anything, C conditions,
# S statements.
SIMPLE = {
    "N": ("a", "a", "n", "n", "1", "2", "0", "2.5"),
    "L": ("b", "b", "xs", "xs", "'(1 2)", "out"),
    "T": ("c", "c", '"ab"', "t"),
    "V": ("a", "b", "c", "x", "x", "nil"),
    "C": ("#t", "#f", "(pair? xs)", "(string? c)", "(number? a)"),
    "S": ("nil", "(zero? a)", "(car b)", "(string-ref c 0)"),
}
SHAPES = {
    "N": (
        "(+ N N)",
        "(- N N)",
        "(- N)",
        "(* N 2)",
        "(* N N)",
        "(+ N 1 N)",
        "(length L)",
        "(abs N)",
        "(string-length T)",
        "(mod N 3)",
        "(mod N N)",
        "(quotient N 2)",
        "(min N N)",
        "(max N 2)",
        "(/ N 2)",
        "(if C N N)",
        "(let ((x V)) S N)",
        "(or (and C N) N)",
        "(begin S N)",
        "(char->integer (string-ref T 0))",
        "(bit/and N 3)",
        "(try N (catch e N))",
        "(reduce + L)",
        "(let loop ((i 0) (n N)) (if (< i 3) (loop (+ i 1) N) n))",
        "(foldl (fn (x y) N) N L)",
        "(let loop ((xs L) (n 0)) (if (pair? xs) (loop (cdr xs) (+ n (car xs))) (+ n N)))",
        "(car L)",
        "(nth L N)",
        "(let ((n N)) S (* n 2))",
        "((fn (n) N) N)",
        "(get {:k N} :k)",
    ),
    "L": (
        "(cdr L)",
        "(list N N)",
        "(cons V L)",
        "(append L L)",
        "(reverse L)",
        "(if C L L)",
        "(map (fn (n) N) L)",
        "(filter (fn (x) C) L)",
        "(let ((xs L)) S xs)",
        "(begin S L)",
        "(let loop ((i 0) (xs '())) (if (< i 3) (begin S (loop (+ i 1) (cons N xs))) xs))",
        "(let loop ((xs L)) (if (or (null? xs) C) xs (begin S (loop (cdr xs)))))",
        "(or (and C L) L)",
        "(let (([n x] L)) (list x N n))",
        "(try L (catch e L))",
        "(rest L)",
        "(for/list ((n L)) N)",
    ),
    "T": (
        "(string-append T T)",
        "(str V)",
        "(if C T T)",
        "(begin S T)",
        "(let ((t T)) S t)",
        "(or (and C T) T)",
        "(try T (catch e T))",
        "(string/upper T)",
    ),
    "V": ("N", "L", "T", "C", "(let ((x V)) S x)", "(begin S V)", "(list N L T)", "(cadr L)"),
    "C": (
        "(zero? N)",
        "(< N N)",
        "(< N N N)",
        "(>= N 1)",
        "(= N N)",
        "(string? V)",
        "(string? c)",
        "(pair? L)",
        "(pair? xs)",
        "(null? L)",
        "(null? xs)",
        "(number? V)",
        "(number? a)",
        "(even? (length L))",
        "(not C)",
        "(and C C)",
        "(or C C)",
        "(list? V)",
        "(vector? V)",
        "(nil? V)",
        "(empty? L)",
        "(equal? V V)",
        "(positive? N)",
        "(if C C C)",
        "(begin S C)",
        "(let ((x V)) C)",
        "(integer? N)",
        "(and C (begin S #t))",
        "(or C (begin S #f))",
    ),
    "S": (
        "(set! n N)",
        "(set! n (+ n 1))",
        "(set! xs (cdr xs))",
        "(set! xs (cons N xs))",
        "(set! xs L)",
        "(set! t T)",
        "(set! x V)",
        "(set! out (cons V out))",
        "(if C S S)",
        "(set! out (cons (car xs) out))",
        "(when C S)",
        "(unless C S)",
        "(begin S S)",
        "C",
        "V",
        "(let ((i 0)) (while (< i 3) S S (set! i (+ i 1))))",
        "(let ((i 0)) (while (and (< i 3) C) S (set! i (+ i 1))))",
        "(when (pair? xs) (let ((i 0)) (while (< i 3) S (set! xs (cdr xs)) (set! i (+ i 1)))))",
        "(if (string? c) (dotimes (i 2) S) S)",
        "(dotimes (i 2) S)",
        "(for-each (fn (x) S) L)",
        "(try S (catch e S))",
        "(try (begin S (throw V)) (catch e S))",
        "(try S (finally S))",
        "(cond (C S) (C S) (else S))",
        '(case V ((1 2) S) (("ab") S) (else S))',
        "(or C (zero? a))",
        "(match V ((x y) S) ([x & y] S) (_ S))",
        "(do ((i 0 (+ i 1))) ((= i 2)) S)",
        "(let loop ((i 0)) (when (< i 2) S (loop (+ i 1))))",
        "(set!-values (xs n) (values L N))",
        "(let loop ((ys L)) (when (pair? ys) (set! out (cons (car ys) out)) S (loop (cdr ys))))",
    ),
}
FITTING = {
    "N": ("0", "1", "3", "-2", "2.5"),
    "L": ("'()", "'(1 2 3)", "'(4)", "'(1 2)", "[1 2]"),
    "T": ('"ab"', '""', '"xyz"'),
}
OTHERS = ("nil", "#\\a", ":k", "'s", "#t", "#f", "{:k 1}", "1/2", '"ab"', "'(1)", "[]", "2", "car")


def written(chance: random.Random, hole: str, depth: int) -> str:
    """Returns a form for a hole."""
    if hole in "NLT" and chance.random() < ODD:
        hole = chance.choice("NLTV")
    if depth >= DEEPEST or (hole in "NLTV" and chance.random() < 0.4):
        return chance.choice(SIMPLE[hole])
    words = re.split(r"\b([NLTVCS])\b", chance.choice(SHAPES[hole]))
    return "".join(written(chance, each, depth + 1) if each in SHAPES else each for each in words)


def random_function(number: int) -> list[str]:
    """Returns the definition of the function of this number, and calls of it."""
    chance = random.Random(number)
    body = " ".join(written(chance, "S", 0) for _ in range(chance.randint(2, 5)))
    value = written(chance, "V", 0)
    binding = "(n a) (xs b) (t c) (x 5) (y 1) (out '())"
    forms = [f"(define (f a b c) (let ({binding}) {body} (list {value} n xs t x out)))"]
    for _ in range(CALLS):
        odd = chance.choice("NLT---")
        given = [chance.choice(OTHERS if kind == odd else FITTING[kind]) for kind in "NLT"]
        forms.append(f"(f {' '.join(given)})")
    return forms


def difference(number: int) -> tuple[list[str], Answer, Answer] | None:
    """Returns the definition and the first call that answers otherwise, its answer, the right one."""
    forms = random_function(number)
    answered = answers_or_none(forms)
    if answered is None:  # it takes too long
        return None
    for form, one, other in zip(forms, *answered, strict=True):
        if one != other:
            return [forms[0], form], one, other
    return None


def main(count: int, first: int = 0) -> int:
    """Compares so many functions; prints what differs."""
    different = 0
    out = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        be_quick()
        for number in range(first, first + count):
            found = difference(number)
            if found is not None:
                different += 1
                forms, one, other = found
                print(
                    f"--- function {number}", *forms, one, other, sep="\n    ", file=out, flush=True
                )
            if number % COLLECTED == 0:
                gc.collect()
    print(f"{count} functions, {different} differ")
    return different


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
