"""What is known of variables at their uses: learnt in order, and never where it may not hold."""

from __future__ import annotations

from itertools import product

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.compiler.work import Work

# Places in which a form may not be evaluated, or not to its end: @ is the form, and with the second
# text for b it is not.
PERHAPS = [
    ("(or b @)", "#t"),
    ("(and b @)", "#f"),
    ("(and #t b @ 5)", "#f"),
    ("(let ((x (or b @))) x)", "#t"),
    ("(if (or b @) 1 2)", "#t"),
    ("(if (and b (let ((y @)) y)) 1 2)", "#f"),
    ("(if b 1 @)", "#t"),
    ("(let ((x (if b 1 @))) x)", "#t"),
    ("(cond (b 1) (@ 2) (else 3))", "#t"),
    ("(case b ((1) @) (else 2))", "2"),
    ("(match b (1 @) (_ 2))", "2"),
    ("(when b @)", "#f"),
    ("(try (begin (if b (throw 1)) @) (catch e 2))", "#t"),
    ("(try (if b (throw 1) (try @ (finally 3))) (catch e 2))", "#t"),
    ("(try 1 (catch e @))", "#t"),
    ("(while (and b @) (set! b #f))", "#f"),
    ("(let ((i 0)) (while (< i b) @ (set! i (+ i 1))))", "0"),
    ("(dotimes (i b) @)", "0"),
    ("(for-each (fn (i) @) b)", "'()"),
    ("(for/list ((i b)) @)", "'()"),
    ("(let loop ((i 0)) (if (< i b) (begin @ (loop (+ i 1)))))", "0"),
    ("(let loop ((i 0)) (if (< i b) (loop (+ i 1)) (if (< b i) @)))", "0"),
    ("(do ((i 0 (+ i 1))) ((= i b) 1) @)", "0"),
    ("(let ((later (fn () @))) (if b 1 (later)))", "#t"),
    ("(letrec ((down (fn (n) (if (< n b) (begin @ (down (+ n 1))))))) (down 0))", "0"),
    ("(delay @)", "#t"),
]
# A form that fails for all but numbers or texts, and one that would go wrong if that were known.
TEACHING = [("(zero? a)", "(* a 2)"), ("(- a 1)", "(* a 2)"), ("(string-ref a 0)", "(length a)")]


def answers(program: list[str], off: frozenset[str]) -> list[object]:
    session = Interpreter(off=off)
    return [session.run(form)["value"] for form in program]


@pytest.mark.parametrize(("teaching", "used"), TEACHING)
def test_nothing_is_known_of_what_may_not_have_run(teaching: str, used: str) -> None:
    program = []
    for place, b in PERHAPS:
        around = place.replace("@", teaching)
        value = "'(1 2)" if "string" in teaching else '"ab"'
        program.append(f"(define (f b a) {around} (try {used} (catch e (:message e))))")
        program.append(f"(f {b} {value})")
    assert answers(program, frozenset()) == answers(program, EVERYTHING)


@pytest.mark.parametrize("test", ["(< 2 2 a)", "(>= 1 2 a)", "(< 2 a 1)", "(< a 3 2)", "(= 1 2 a)"])
def test_a_row_is_compared_until_a_pair_is_not_in_order(test: str) -> None:
    program = [f"(define (f a) (if {test} 1 (* a 2)))", '(f "ab")', "(f 5)", "(f nil)"]
    assert answers(program, frozenset()) == answers(program, EVERYTHING)


# Loops that change a list which had items before them: @ looks at it.
ROUNDS = [
    "(while (< i n) @ (set! xs (cdr xs)) (set! i (+ i 1)))",
    "(while (not (= i n)) @ (set! xs (cdr xs)) (set! i (+ i 1)))",
    "(while (or (< i n) (begin @ #f)) @ (set! xs (cdr xs)) (set! i (+ i 1)))",
    "(dotimes (j n) @ (set! xs (cdr xs)))",
    "(for-each (fn (j) @ (set! xs (cdr xs))) (range n))",
    "(let loop ((j 0)) (if (< j n) (begin @ (set! xs (cdr xs)) (loop (+ j 1)))))",
    "(let loop ((j 0)) (when (not (= j n)) @ (set! xs (cdr xs)) (loop (+ j 1))))",
    "(do ((j 0 (+ j 1))) ((= j n)) @ (set! xs (cdr xs)))",
    "(begin (if (= n 5) (set! xs '())) @)",
    "(begin (try (begin (set! xs '()) (throw 1)) (catch e 1)) @)",
    "(begin (set!-values (xs i) (values '() 1)) @)",
]
LOOKS = [
    "(set! out (cons (car xs) out))",
    "(set! out (cons (cadr xs) out))",
    "(set! out (cons (if (null? (cdr xs)) :last (caadr (list 1 xs))) out))",
]


@pytest.mark.parametrize("look", LOOKS)
def test_a_list_that_a_round_has_changed_may_be_empty(look: str) -> None:
    program = []
    for rounds, test in product(ROUNDS, ("(pair? xs)", "(not (null? xs))")):
        body = f"(if {test} {rounds.replace('@', look)})"
        program.append(f"(define (f n xs i out) {body} (list xs i out))")
        program.append("(list (f 5 '(1 2) 0 '()) (f 2 '((1) 2 3) 0 '()) (f 0 '(1) 0 '()))")
    assert answers(program, frozenset()) == answers(program, EVERYTHING)


# -------------------------------------------------------------------------- what is known


def known(body: str) -> list[str]:
    """Returns what is known at the uses of variables in a function, in the order of the text."""
    found: list[tuple[object, str]] = []

    def look(name: str, work: Work) -> None:
        if name == "flow typing":
            for node, kind in work.flow.kinds.items():
                text = kind.name if isinstance(kind, Kind) else "record"
                found.append((node.span, f"{node.variable.name} {text}"))
            found.extend((node.span, f"{node.variable.name} full") for node in work.flow.full)

    interpreter = Interpreter()
    pipeline.observer = look
    try:
        interpreter.eval(f"(define (f x y z) {body})")
    finally:
        pipeline.observer = None
    return [text for _, text in sorted(found, key=lambda each: str(each[0]))]


@pytest.mark.parametrize(
    ("body", "at_uses"),
    [
        ("(list (- x 1) x)", ["x NUM"]),
        ("(list (+ x 1) x)", ["x NUM"]),
        ("(list (+ x y) x)", []),
        ("(begin (- y 1) (+ x y) x)", ["y NUM", "x NUM"]),
        ("(list (< x 3) x)", ["x NUM"]),
        ("(if (string? x) (list x y) x)", ["x STR"]),
        ("(if (not (string? x)) (list x y) x)", ["x STR"]),
        ("(begin (if (string? x) 1 2) x)", []),
        ("(and (string? x) (list x y))", ["x STR"]),
        ("(or (not (string? x)) (list x y))", ["x STR"]),
        ("(begin (string-ref x y) (list x y))", ["x STR", "y INT"]),
        ("(begin (zero? x) (let ((w x)) w))", ["x NUM", "w NUM"]),
        ("(begin (zero? x) (fn () x))", []),
        (
            "(let loop ((xs x)) (if (pair? xs) (begin (println (car xs)) (loop (cdr xs))) y))",
            ["xs full", "xs full"],
        ),
    ],
)
def test_what_is_known(body: str, at_uses: list[str]) -> None:
    assert known(body) == at_uses


def test_a_name_that_is_exchanged_keeps_its_kind() -> None:
    program = ["(define k 5)", "(define (f x) (* k x))", "(f 2)", '(set! k "ab")', "(f 2)"]
    assert answers(program, frozenset()) == answers(program, EVERYTHING)


# -------------------------------------------------------------------------- what records say


EXAMPLES = {
    Kind.ANY: "'(1 2 3)",
    Kind.NUM: "2",
    Kind.INT: "1",
    Kind.STR: '"abc"',
    Kind.CHARACTER: "#\\a",
    Kind.MUTABLE_ARRAY: "(mutable-array/new 3 0)",
    Kind.FLOAT_ARRAY: "(f64-array 1.0 2.0)",
    Kind.INTEGER_ARRAY: "(i64-array 1 2)",
}
OTHERS = ("nil", "#t", ":k", "'sym", "(list 1)", "[1]", "{:a 1}", '"abc"', "2", "2.5", "#\\a")
ACCEPTING = sorted(name for name, record in PRIMITIVES.items() if record.accepts)


def fits(text: str, kind: Kind) -> bool:
    """Tells whether a value is of a kind of argument, or nothing is said of it."""
    if kind == Kind.ANY or text == EXAMPLES[kind]:
        return True
    return text == "2" if kind == Kind.INT else kind == Kind.NUM and text in ("2", "2.5")


@pytest.mark.parametrize("name", ACCEPTING)
def test_a_function_fails_for_what_it_does_not_accept(name: str) -> None:
    # Of any other argument there is no value, so whoever has one knows its kind.
    session = Interpreter(off=EVERYTHING)
    sizes = []
    for size in (1, 2, 3):
        kinds = PRIMITIVES[name].accepted([Kind.NUM] * size)
        good = [EXAMPLES[Kind(kind)] for kind in kinds] + ["1"] * (size - len(kinds))
        if session.run(f"({name} {' '.join(good)})")["error"] is not None:
            continue  # so many arguments it does not take
        sizes.append(size)
        for (place, kind), other in product(enumerate(kinds), OTHERS):
            if not fits(other, Kind(kind)):
                given = " ".join([*good[:place], other, *good[place + 1 :]])
                assert session.run(f"({name} {given})")["error"] is not None, given
    assert sizes != []
