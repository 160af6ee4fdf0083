"""Lists kept as arrays in loops: the language is the same with and without it."""

from __future__ import annotations

import random

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def printed(program: str) -> str:
    return print_value(Interpreter().eval(program))


def is_cursor(program: str) -> bool:
    """Tells whether some variable of the function f is kept as an array."""
    interpreter = Interpreter()
    interpreter.eval(program)
    return any(name.startswith(".cells") for name in interpreter.globals["f"].__code__.co_varnames)


WALK = "(define (f xs) (let loop ((xs xs) (sum 0)) (if (null? xs) sum (loop (cdr xs) (+ sum (car xs))))))"
BUILD = "(define (f n) (let loop ((i 0) (xs '())) (if (= i n) xs (loop (+ i 1) (cons i xs)))))"
TAIL = "(define (f xs n) (if (null? xs) n (f (rest xs) (+ n (first xs)))))"
DO = "(define (f xs) (do ((xs xs (cdr xs)) (out '() (cons (* 2 (car xs)) out))) ((null? xs) (reverse out))))"
FOLD = "(define (f xs) (foldl (fn (acc x) (if (odd? x) (cons x acc) acc)) '() xs))"


@pytest.mark.parametrize("program", [WALK, BUILD, TAIL, DO, FOLD])
def test_lists_in_loops_become_arrays(program: str) -> None:
    assert is_cursor(program)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (WALK + "(list (f '()) (f '(1 2 3)) (f nil))", "(0 6 0)"),
        (WALK.replace("(null? xs)", "(empty? xs)") + "(list (f []) (f [1 2 3]) (f nil))", "(0 6 0)"),
        (BUILD + "(list (f 0) (f 3))", "(() (2 1 0))"),
        (TAIL + "(list (f '(1 2 3) 0) (f '() 1))", "(6 1)"),
        (DO + "(list (f '()) (f '(1 2 3)))", "(() (2 4 6))"),
        (FOLD + "(list (f '()) (f '(1 2 3)) (f [5 6 7]))", "(() (3 1) (7 5))"),
        # what the variable holds is a value like any other
        ("(define (f xs) (let loop ((xs xs) (all '())) (if (null? xs) all (loop (cdr xs) (cons xs all))))) (f '(1 2 3))", "((3) (2 3) (1 2 3))"),
        ("(define (f xs x) (cond ((null? xs) :none) ((= x (car xs)) xs) (else (f (cdr xs) x)))) (list (f '(1 2 3) 2) (f '(1) 2))", "((2 3) :none)"),
        ("(define (f xs) (let loop ((xs xs)) (if (pair? xs) (loop (cdr xs)) xs))) (list (f '(1 2)) (f nil) (f 5) (f [1]) (f \"ab\"))", '(() nil 5 [1] "ab")'),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (nil? xs) :nil (if (= n 3) xs (loop (cdr xs) (+ n 1)))))) (list (f '(1 2 3 4 5)) (f '(1)))", "((4 5) ())"),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (= n 4) (list xs (car xs)) (loop (cdr xs) (+ n 1))))) (list (f '(1 2)) (f '(1 2 3 4)) (f [1 2 3 4 5 6]))", "((() nil) (() nil) ([5 6] 5))"),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (null? xs) n (loop (cddr xs) (+ n 1))))) (list (f '(1 2 3 4)) (f '(1 2 3)) (f '(1)))", "(2 2 1)"),
        ("(define (f xs) (let loop ((xs xs) (n '())) (if (null? (cdr xs)) (cons (car xs) n) (loop (cdr xs) (cons (cadr xs) n))))) (f '(1 2 3))", "(3 3 2)"),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (> n 2) (length xs) (loop (cons n xs) (+ n 1))))) (list (f '()) (f '(a b)) (f nil))", "(3 5 3)"),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (> n 2) xs (loop (cons n xs) (+ n 1))))) (list (f nil) (f '(a)) (f 5) (f [1]))", "((2 1 0) (2 1 0 a) (2 1 0 5) (2 1 0 [1]))"),
        # a list that is added to in front does not change those who share it
        ("(define (f xs) (let loop ((a xs) (n 0)) (if (= n 2) a (loop (cons n a) (+ n 1))))) (define base '(x y)) (define longer (cons :z base)) (list (f base) (f base) base longer)", "((1 0 x y) (1 0 x y) (x y) (:z x y))"),
        ("(define (f) (let loop ((i 0) (a '()) (seen '())) (if (= i 3) (list a seen) (loop (+ i 1) (cons i a) (cons (cons :x a) seen))))) (f)", "((2 1 0) ((:x 1 0) (:x 0) (:x)))"),
        ("(define (f) (let outer ((i 0) (all '())) (if (= i 3) all (let inner ((j 0) (row '())) (if (= j i) (outer (+ i 1) (cons row all)) (inner (+ j 1) (cons j row))))))) (f)", "((1 0) (0) ())"),
        ("(define (f) (let loop ((i 0) (a (list 9))) (if (= i 2) a (loop (+ i 1) (cons i a))))) (list (f) (f))", "((1 0 9) (1 0 9))"),
        ("(define (f) (let loop ((i 0) (a '(9))) (if (= i 2) a (loop (+ i 1) (cons i a))))) (list (f) (f))", "((1 0 9) (1 0 9))"),
        ("(define (f) (let loop ((i 0) (a '())) (if (= i 2) (list (reverse a) a (cons :x a) a) (loop (+ i 1) (cons i a))))) (f)", "((0 1) (1 0) (:x 1 0) (1 0))"),
        # all new values are those of one moment
        ("(define (f xs) (let loop ((a xs) (b '())) (if (null? a) b (loop (cdr a) (cons (car a) b))))) (f '(1 2 3))", "(3 2 1)"),
        ("(define (f a b n) (if (= n 0) (list a b) (f b a (- n 1)))) (f '(1) '(2) 3)", "((2) (1))"),
        ("(define (f a b n) (if (= n 0) (list a b) (f (cdr a) (cons (car a) b) (- n (length a))))) (f '(1 2 3) '() 6)", "(() (3 2 1))"),
        ("(define (f a b n) (if (= n 0) (list a b) (f (cons (length b) a) (cons (length a) b) (- n 1)))) (f '() '(:x) 3)", "((3 2 1) (2 1 0 :x))"),
        ("(define (f a) (let loop ((a a) (n 0)) (cond ((null? a) n) ((pair? (car a)) (loop (append (car a) (cdr a)) n)) (else (loop (cdr a) (+ n 1)))))) (f '(1 (2 (3 4)) 5))", "5"),
        ("(define (f a) (let loop ((a a) (s 0)) (if (null? a) s (let ((x (car a)) (rest (cdr a))) (loop rest (+ x s)))))) (f '(1 2 3))", "6"),
        # side effects and order
        ("(define seen '()) (define (note x) (set! seen (cons x seen)) x) (define (f xs) (let loop ((a xs) (b '()) (c 0)) (if (null? a) (list b c seen) (loop (cdr a) (cons (note (car a)) b) (note (* 10 (car a))))))) (f '(1 2))", "((2 1) 20 (20 2 10 1))"),
        ("(define (f xs) (let loop ((xs xs) (out '())) (if (null? xs) out (loop (cdr xs) (if (> (car xs) 1) (cons (car xs) out) out))))) (f '(1 2 3))", "(3 2)"),
        ("(define (f xs p) (let loop ((xs xs) (in '()) (out '())) (if (null? xs) (list in out) (let ((x (car xs))) (loop (cdr xs) (if (p x) (cons x in) in) (if (p x) out (cons x out))))))) (f '(1 2 3 4) even?)", "((4 2) (3 1))"),
        ("(define (f xs) (let ((n 0)) (let loop ((xs xs) (out '())) (if (null? xs) (list n out) (loop (cdr xs) (if (begin (set! n (+ n 1)) (odd? n)) (cons n out) out)))))) (f '(a b c))", "(3 (3 1))"),
        # while, set!, comprehensions, captured variables
        ("(define (f xs) (let ((out '()) (xs xs)) (while (pair? xs) (set! out (cons (car xs) out)) (set! xs (cdr xs))) (list xs out))) (f '(1 2 3))", "(() (3 2 1))"),
        ("(define (f) (let ((out '())) (dotimes (i 3) (set! out (cons i out))) (dotimes (i 2) (set! out (cons :b out)) (println out)) out)) (f)", "(:b :b 2 1 0)"),
        ("(define (f) (let ((out '()) (kept '())) (dotimes (i 3) (set! out (cons i out)) (set! kept (cons out kept))) (list out kept))) (f)", "((2 1 0) ((2 1 0) (1 0) (0)))"),
        ("(define (f) (let ((out '())) (dotimes (i 2) (set! out (cons i out))) (let ((more (cons :x out))) (dotimes (i 2) (set! out (cons i out))) (list more out)))) (f)", "((:x 1 0) (1 0 1 0))"),
        ("(define (f) (let ((out '())) (for-each (fn (i) (set! out (cons i out))) '(1 2 3)) out)) (f)", "(3 2 1)"),
        ("(define (f) (let ((out '())) (define (add x) (set! out (cons x out))) (add 1) (dotimes (i 2) (set! out (cons i out))) out)) (f)", "(1 0 1)"),
        ("(define (f xs) (let ((xs xs)) (while (pair? xs) (println (set! xs (cdr xs)))) xs)) (f '(1 2))", "()"),
        ("(define (f xs) (let ((xs xs) (n 0)) (when (pair? xs) (while (< n 3) (println (car xs)) (set! xs (cdr xs)) (set! n (+ n 1)))) xs)) (f '(1))", "()"),
        ("(define (f xs) (map (fn (k) (let loop ((xs xs) (n 0)) (if (or (null? xs) (= (car xs) k)) n (loop (cdr xs) (+ n 1))))) '(3 9))) (f '(1 2 3))", "(2 3)"),
        ("(define (f xs) (let loop ((xs xs) (fs '())) (if (null? xs) (map (fn (g) (g)) fs) (let ((x (car xs))) (loop (cdr xs) (cons (fn () x) fs)))))) (f '(1 2))", "(2 1)"),
        ("(define (f xs) (let loop ((ys xs) (fs '())) (if (null? ys) (map (fn (g) (g)) fs) (loop (cdr ys) (cons (fn () ys) fs))))) (f '(1 2))", "((2) (1 2))"),
        ("(define (f xs) (let loop ((xs xs)) (if (and (pair? xs) (not (null? (cdr xs)))) (loop (cdr xs)) (car xs)))) (list (f '(1 2 3)) (f [7 8]))", "(3 7)"),
        ("(define (f k es) (cond ((null? es) 0) ((eq? k (caar es)) (cadar es)) (else (f k (cdr es))))) (list (f 'b '((a 1) (b 2))) (f 'z '((a 1))))", "(2 0)"),
        ("(define (f xs) (let loop ((xs xs) (n 0)) (if (null? xs) n (loop (if (= (car xs) 1) (cdr xs) (cddr xs)) (+ n 1))))) (f '(1 2 3 1))", "3"),
        ("(define (f n) (let loop ((xs '()) (n n)) (if (= n 0) xs (loop (if (odd? n) (cons n xs) (cdr xs)) (- n 1))))) (f 5)", "(1)"),
    ],
)  # fmt: skip
def test_loops_over_lists_mean_the_same(program: str, value: str) -> None:
    assert printed(program) == value


@pytest.mark.parametrize("operation", ["car", "cdr", "cadr", "caddr", "cddr"])
@pytest.mark.parametrize("given", ["5", "nil", '"text"', "{:a 1}", ":k"])
def test_a_wrong_value_is_reported_as_by_the_function(operation: str, given: str) -> None:
    loop = f"(define (f xs) (let loop ((xs xs) (n 0))\n (if (= n 3) n (loop (cdr xs) ({operation} xs)))))\n(f {given})"
    direct = f"(define (f xs) (let ((n 0))\n (if (= n 3) n (list          ({operation} xs)))))\n(f {given})"
    found = [Interpreter().run(program)["error"] for program in (loop, direct)]
    if operation != "cdr":
        # The loop takes the rest as well; which of the two fails first is not said.
        assert found[0]["type"] == found[1]["type"]
        assert found[0]["line"] == found[1]["line"] == 2
    else:
        assert found[0]["message"] == found[1]["message"]
        assert found[0]["hint"] == found[1]["hint"]


def test_the_head_of_what_is_no_list_is_an_error_with_its_place() -> None:
    program = "(define (f xs)\n  (let loop ((xs xs) (n 0))\n    (if (null? xs) n (loop (cdr xs) (+ n (car xs))))))\n(f 5)"
    with pytest.raises(
        LispError, match="car: argument 1 expected list or vector, got int"
    ) as caught:
        Interpreter().eval(program)
    assert (caught.value.line, caught.value.column) == (3, 42)
    assert [frame.name for frame in caught.value.stack] == ["f", "<program>"]


@pytest.mark.parametrize(
    ("step", "printed_before"),
    [
        ("(cdr xs) (begin (println :noticed) n)", []),
        ("(begin (println :noticed) n) (cdr xs)", [":noticed"]),
        ("(cdr xs) (if (begin (println :noticed) #t) (cons 1 n) n)", []),
    ],
)
def test_the_error_of_a_step_comes_when_it_is_due(step: str, printed_before: list[str]) -> None:
    names = "(n '()) (xs xs)" if step.startswith("(begin") else "(xs xs) (n '())"
    program = f"(define (f xs) (let loop ({names}) (if (null? xs) n (loop {step})))) (f 5)"
    found = Interpreter().run(program)
    assert found["error"]["message"].startswith("cdr")
    assert found["output"] == printed_before


def test_a_redefined_cdr_is_called() -> None:
    assert printed("(define (cdr xs) '()) " + WALK + "(f '(1 2 3))") == "1"
    interpreter = Interpreter()
    interpreter.eval(WALK)
    interpreter.eval("(define (cdr xs) '())")
    assert interpreter.eval("(f '(1 2 3))") == 1


def test_long_lists() -> None:
    assert printed(BUILD + WALK.replace("(f ", "(g ") + "(g (f 100000))") == "4999950000"


class Programs:
    """Random loops over two lists and a number, run as a loop and as a function that recurses."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self, name: str) -> str:
        other = "b" if name == "a" else "a"
        return self.random.choice(
            [
                f"(cdr {name})", f"(cdr {name})", f"(cons n {name})", f"(cons (car {other}) {name})", name,
                f"(if (> n 2) (cons n {name}) {name})", f"(if (pair? {name}) (cdr {name}) {other})",
                f"(if (null? {other}) (cons :e {name}) {name})", f"(cddr {name})", other, f"(cons {other} {name})",
                f"(begin (set! trace (cons (length {name}) trace)) (cdr {name}))", "'()", f"(append {other} {name})",
                f"(if (begin (set! trace (cons n trace)) (odd? n)) (cons n {name}) {name})", f"(list n {name})",
            ]
        )  # fmt: skip

    def program(self) -> tuple[str, str]:
        test = self.random.choice(
            ["(null? a)", "(pair? b)", "(and (pair? a) (null? b))", "(empty? a)", "#f"]
        )
        last = self.random.choice(
            ["(list a b n)", "(list (car a) b)", "(list (reverse b) (cdr a))", "a"]
        )
        first = self.random.choice(["'()", "(list 1 2)", "'(1 2 3 4)", "given"])
        second = self.random.choice(["'()", "'(x)", "given"])
        step = f"{self.value('a')} {self.value('b')} (- n 1)"
        body = f"(if (or (= n 0) {test}) {last} (loop {step}))"
        head = "(define trace '()) (define given (list 7 8 9)) "
        loop = (
            head
            + f"(define (f) (let loop ((a {first}) (b {second}) (n 6)) {body})) (list (f) (f) given trace)"
        )
        plain = head + (
            "(define again nil) (define (run a b n) "
            + body.replace("(loop", "(again")
            + f") (set! again run) (define (f) (run {first} {second} 6)) (list (f) (f) given trace)"
        )
        return loop, plain


def test_random_loops_give_what_calls_give() -> None:
    programs = Programs(7)
    for _ in range(400):
        loop, plain = programs.program()
        found = [Interpreter().run(program) for program in (loop, plain)]
        values = [each["value"] or each["error"]["type"] for each in found]
        assert values[0] == values[1], loop


# --- stacks ---------------------------------------------------------------------------------------


def stack_program(seed: int) -> str:
    """Returns a program that pushes to and pops from a list in a loop, and keeps some versions."""
    choose = random.Random(seed)

    def item() -> str:
        return choose.choice(
            ("i", "7", "(car s)", "(length s)", "(if (null? s) 0 (+ i (car s)))", "(cadr s)")
        )

    def step() -> str:
        return choose.choice(
            (
                f"(cons {item()} s)",
                f"(cons {item()} s)",
                f"(cons {item()} (cdr s))",
                f"(cons {item()} (cddr s))",
                f"(cons {item()} (rest s))",
                "(cdr s)",
                "(cddr s)",
                f"(cons {item()} (cons {item()} s))",
                "s",
            )
        )

    start = choose.choice(("'()", "(list 1 2)", "'(1 2 3)", "given", "nil", "[1 2]"))
    kept = choose.choice(("", "(if (= i 9) (note s) nil)", "(if (odd? i) (note (cdr s)) nil)"))
    choices = " ".join(f"((= 0 (mod i {n})) (next {step()}))" for n in (5, 3, 2))
    if choose.random() < 0.5:
        rounds = choices.replace("(next ", "(loop (+ i 1) ")
        loop = f"(let loop ((i 1) (s {start})) (begin {kept} (cond ((= i 20) s) {rounds}"
        loop += f" (else (loop (+ i 1) {step()})))))"
    else:
        rounds = choices.replace("(next ", "(set! s ")
        loop = f"(let ((s {start})) (dotimes (i 20) {kept} (cond {rounds}"
        loop += f" (else (set! s {step()})))) s)"
    return (
        "(define kept '()) (define (note x) (set! kept (cons x kept)))"
        f" (define (f given) {loop}) (println (f '(4 5 6)) kept)"
    )


@pytest.mark.parametrize("seed", range(200))
def test_stacks(seed: int) -> None:
    program = stack_program(seed)
    result = Interpreter().run(program)
    plain = Interpreter(off={"list cursors"}).run(program)
    assert (result["output"], result["error"]) == (plain["output"], plain["error"])
