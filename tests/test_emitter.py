"""The language is unchanged by every optimisation of the compiler."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def value(*programs: str) -> str:
    """Returns the printed value of the last of several programs run in one session."""
    interpreter = Interpreter()
    result = None
    for program in programs:
        result = interpreter.eval(program)
    return print_value(result)


def failure(*programs: str) -> LispError:
    """Returns the error of the last of several programs run in one session."""
    with pytest.raises(LispError) as caught:
        value(*programs)
    return caught.value


# --- loops -------------------------------------------------------------------------------------

LOOPS = [
    # A named let in tail position, in the middle of an expression, as an argument.
    ("(let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i))", "5"),
    ("(+ 1 (let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i)))", "6"),
    (
        "(list (let a ((i 0)) (if (< i 2) (a (+ i 1)) i)) (let b ((i 0)) (if (< i 3) (b (+ i 1)) i)))",
        "(2 3)",
    ),
    # The next round computes all values before any changes.
    ("(let loop ((a 1) (b 2) (n 0)) (if (= n 3) (list a b) (loop b a (+ n 1))))", "(2 1)"),
    ("(let loop ((a 0) (b 1) (n 10)) (if (= n 0) a (loop b (+ a b) (- n 1))))", "55"),
    # Not in tail position: a real function.
    ("(let loop ((n 5)) (if (= n 0) 1 (* n (loop (- n 1)))))", "120"),
    # The loop's function escapes.
    ("(let loop ((i 0)) (if (= i 0) (map loop '(1 2)) i))", "(1 2)"),
    ("((let loop ((i 0)) (if (< i 3) (loop (+ i 1)) (fn () i))))", "3"),
    # Nested loops; the inner one jumps to the outer one or returns from both.
    (
        "(let outer ((i 0) (acc '())) (if (= i 3) acc (let inner ((j 0)) (if (= j i) "
        "(outer (+ i 1) (cons j acc)) (inner (+ j 1))))))",
        "(2 1 0)",
    ),
    (
        "(let outer ((i 0)) (let inner ((j 0)) (cond ((= (* i j) 6) (list i j)) ((= j 3) (outer (+ i 1))) "
        "(else (inner (+ j 1))))))",
        "(2 3)",
    ),
    (
        "(+ 1 (let outer ((i 0)) (let inner ((j 0)) (if (= j 2) (if (= i 2) 10 (outer (+ i 1))) "
        "(inner (+ j 1))))))",
        "11",
    ),
    (
        "(let a ((i 0) (n 0)) (if (= i 2) n (let b ((j 0) (n n)) (if (= j 2) (a (+ i 1) n) (let c ((k 0) "
        "(n n)) (if (= k 2) (b (+ j 1) n) (c (+ k 1) (+ n 1))))))))",
        "8",
    ),
    # An outer loop called from two levels down, which no jump can reach.
    (
        "(let a ((i 0)) (if (> i 3) i (let b ((j 0)) (let c ((k 0)) (if (= k 1) (a (+ i 1)) (c 1))))))",
        "4",
    ),
    # A loop inside try, inside and, or, when, case, let*.
    ("(let loop ((i 0)) (try (if (= i 3) (throw i) (loop (+ i 1))) (catch e (:value e))))", "3"),
    ("(let loop ((i 0)) (and (< i 10) (or (= i 7) (loop (+ i 1)))))", "#t"),
    ("(let loop ((i 0)) (let* ((j (+ i 1)) (k j)) (if (= k 4) 'end (loop k))))", "end"),
    ("(define n 0) (let loop ((i 0)) (when (< i 4) (set! n (+ n i)) (loop (+ i 1)))) n", "6"),
    # do, while, dotimes
    ("(do ((i 0 (+ i 1)) (xs '() (cons i xs))) ((= i 3) xs))", "(2 1 0)"),
    ("(let ((i 0)) (while (< i 3) (set! i (+ i 1))) i)", "3"),
    ("(let ((n 0)) (dotimes (i 4) (dotimes (j i) (set! n (+ n 1)))) n)", "6"),
    ("(let ((i 0)) (while (begin (set! i (+ i 1)) (< i 3)) i) i)", "3"),
]


@pytest.mark.parametrize(("program", "expected"), LOOPS)
def test_loops(program: str, expected: str) -> None:
    assert value(program) == expected
    # The same inside a function, where names are Python's local variables.
    assert value(f"(define (wrapped) {program}) (wrapped)") == expected


CLOSURES = [
    (
        "(map (fn (f) (f)) (let loop ((i 0) (fs '())) (if (= i 3) fs (loop (+ i 1) (cons (fn () i) fs)))))",
        "(2 1 0)",
    ),
    (
        "(let ((fs '())) (dotimes (i 3) (set! fs (cons (fn () i) fs))) (map (fn (f) (f)) fs))",
        "(2 1 0)",
    ),
    # Each round has its own box: changes of one closure do not show in another.
    (
        "(let ((fs '())) (dotimes (i 2) (let ((n i)) (set! fs (cons (fn () (set! n (+ n 10)) n) fs)))) "
        "(map (fn (f) (list (f) (f))) fs))",
        "((11 21) (10 20))",
    ),
    (
        "(let loop ((i 0) (fs '())) (if (= i 2) (map (fn (f) (f)) fs) (begin (define (g) (* i 2)) "
        "(loop (+ i 1) (cons g fs)))))",
        "(2 0)",
    ),
    # Changed after capture.
    ("(let ((x 1)) (let ((f (fn () x))) (set! x 2) (f)))", "2"),
    ("(let ((x 1)) (let ((f (fn () (set! x (+ x 1)) x))) (f) (f) x))", "3"),
    (
        "(define (make) (let ((n 0)) (list (fn () (set! n (+ n 1)) n) (fn () n)))) "
        "(let ((p (make)) (q (make))) ((car p)) ((car p)) (list ((cadr p)) ((cadr q))))",
        "(2 0)",
    ),
    ("(define (f x) (set! x (+ x 1)) (fn () x)) ((f 1))", "2"),
    ("(define (f . xs) (fn () (set! xs (cons 0 xs)) xs)) ((f 1 2))", "(0 1 2)"),
    # A parameter captured by a function made in each of a function's own rounds.
    (
        "(define (build n acc) (if (= n 0) acc (build (- n 1) (cons (fn () n) acc)))) "
        "(map (fn (f) (f)) (build 3 '()))",
        "(1 2 3)",
    ),
    (
        "(define (build n acc) (if (= n 0) acc (build (- n 1) (cons (fn () (set! n (* n 2)) n) acc)))) "
        "(map (fn (f) (f)) (build 3 '()))",
        "(2 4 6)",
    ),
    (
        "(letrec ((a (fn (n) (if (= n 0) 'a (b (- n 1))))) (b (fn (n) (if (= n 0) 'b (a (- n 1)))))) (a 7))",
        "b",
    ),
    ("(let ((f (let ((n 0)) (fn () (set! n (+ n 1)) n)))) (f) (f))", "2"),
    # Three levels, the innermost changes the outermost.
    ("(let ((n 0)) ((fn () ((fn () (set! n 5))))) n)", "5"),
    ("(match '(1 2) ([a b] (let ((f (fn () (+ a b)))) (set! a 10) (f))))", "12"),
    (
        "(map (fn (f) (f)) (map (fn (x) (match x ([a b] (fn () (* a b))))) '((1 2) (3 4))))",
        "(2 12)",
    ),
]


@pytest.mark.parametrize(("program", "expected"), CLOSURES)
def test_closures(program: str, expected: str) -> None:
    assert value(program) == expected


# --- order of evaluation ---------------------------------------------------------------------------

TRACE = "(define out '()) (define (t x) (set! out (cons x out)) x)"

ORDERS = [
    "(list (t 1) (begin (t 2) 'b) (let loop ((i 3)) (if (< i 5) (begin (t i) (loop (+ i 1))) i)) (t 5))",
    "(+ (t 1) (let ((x (t 2))) x) (if (t 3) (t 4) 0) (t 5))",
    "[(t 1) (try (throw (t 2)) (catch e (t 3))) (do ((i (t 4) (+ i 1))) ((= i 5) (t 5)))]",
    "((begin (t 1) list) (t 2) (match (t 3) (3 (t 4))) (cond ((t 5))))",
    "(let ((a (t 1)) (b (begin (t 2) (while #f 0) (t 3)))) (list a b (t 4) (t 5)))",
    "(< (t 1) (t 2) (let loop () (t 3)) (t 4) (t 5))",
    "(apply + (list (t 1) (t 2)) ) (list (and (t 3) (t 4)) (or #f (t 5)))",
    "(car (cons (t 1) (list (t 2) (begin (t 3) (t 4)) (t 5))))",
    "{:a (t 1) :b (begin (t 2) (t 3)) :c [(t 4) (t 5)]}",
    "`(,(t 1) ,@(begin (t 2) (list (t 3))) ,(case (t 4) ((4) (t 5))))",
]


@pytest.mark.parametrize("program", ORDERS)
def test_arguments_are_evaluated_from_left_to_right(program: str) -> None:
    assert value(f"{TRACE} {program} (reverse out)") == "(1 2 3 4 5)"
    assert value(f"{TRACE} (define (f) {program}) (f) (reverse out)") == "(1 2 3 4 5)"


VALUES_KEPT = [
    # An argument keeps its value although a later argument changes the variable.
    ("(let ((x 1)) (list x (begin (set! x 2) x) x))", "(1 2 2)"),
    ("(let ((x 1)) (+ x (begin (set! x 10) x) x))", "21"),
    ("(let ((x 1)) (list (+ x 0) (set! x 5) x))", "(1 5 5)"),
    ("(define x 1) (list x (begin (set! x 2) x) x)", "(1 2 2)"),
    ("(let ((f car)) (f (begin (set! f cdr) '(1 2))))", "1"),
    ("(let ((x 1)) (< x (begin (set! x 0) 5)))", "#t"),
    ("(let ((x '(1))) (list (car x) (begin (set! x '(2)) (car x))))", "(1 2)"),
]


@pytest.mark.parametrize(("program", "expected"), VALUES_KEPT)
def test_a_value_once_computed_stays(program: str, expected: str) -> None:
    assert value(program) == expected


# --- depth -----------------------------------------------------------------------------------------


def test_self_tail_calls_need_no_stack() -> None:
    assert value("(define (f n) (if (= n 0) 'end (f (- n 1)))) (f 1000000)") == "end"


def test_tail_calls_of_unknown_functions_need_no_stack() -> None:
    assert value("(define (f g n) (if (= n 0) 'end (g g (- n 1)))) (f f 1000000)") == "end"
    assert (
        value(
            "(define (f k n) (if (= n 0) (k n) (f (fn (v) (k v)) (- n 1)))) (f (fn (x) x) 100000)"
        )
        == "0"
    )
    assert (
        value(
            "(define table {:a (fn (t n) (if (= n 0) 'a ((:b t) t (- n 1)))) "
            ":b (fn (t n) (if (= n 0) 'b ((:a t) t (- n 1))))}) ((:a table) table 300001)"
        )
        == "b"
    )


def test_mutual_tail_calls_need_no_stack() -> None:
    assert (
        value(
            "(define (e n) (if (= n 0) 'even (o (- n 1)))) (define (o n) (if (= n 0) 'odd (e (- n 1)))) "
            "(e 1000001)"
        )
        == "odd"
    )
    assert (
        value(
            "(define (e n) (if (= n 0) 'even (o (- n 1))))",
            "(define (o n) (if (= n 0) 'odd (e (- n 1))))",
            "(e 300001)",
        )
        == "odd"
    )


@pytest.mark.parametrize(
    "body",
    [
        "(cond ((= n 0) 'end) (else (f (- n 1))))",
        "(and #t (or #f (if (= n 0) 'end (f (- n 1)))))",
        "(when #t (unless #f (let* ((m (- n 1))) (if (= n 0) 'end (f m)))))",
        "(case n ((0) 'end) (else (begin 1 (f (- n 1)))))",
        "(match n (0 'end) (m (f (- m 1))))",
        "(try (if (= n 0) (throw 'x) (throw (- n 1))) (catch e (if (= n 0) 'end (f (:value e)))))",
        "(apply (fn (m) (if (= n 0) 'end (f m))) (list (- n 1)))",
    ],
)
def test_tail_positions(body: str) -> None:
    depth = 20000 if "apply" in body or "try" in body else 200000
    assert value(f"(define (f n) {body}) (f {depth})") == "end"


def test_recursion_may_be_100_000_deep() -> None:
    assert value("(define (f n) (if (= n 0) 0 (+ 1 (f (- n 1))))) (f 100000)") == "100000"
    assert (
        value(
            "(define (build n) (if (= n 0) '() (cons n (build (- n 1))))) (length (build 100000))"
        )
        == "100000"
    )


def test_endless_recursion_is_an_error() -> None:
    error = failure("(define (f n) (+ 1 (f n))) (f 1)")
    assert "recursion too deep" in error.message
    assert len(error.stack) < 100


# --- inlined operators --------------------------------------------------------------------------------

WRONG_OPERANDS = [
    '(* "a" 3)',
    '(* 3 "a")',
    '(- "a")',
    '(+ 1 "a")',
    '(+ "a" 1)',
    "(+ nil 1)",
    "(+ #t 1)",
    "(+ '(1) '(2))",
    "(+ [1] [2])",
    "(- #t)",
    "(* #t 2)",
    "(< 1 nil)",
    "(< #f 1)",
    "(< '(1) '(2))",
    "(even? #t)",
    '(even? "a")',
    "(odd? 1.5)",
    '(zero? "0")',
    "(positive? nil)",
    "(car 5)",
    '(cdr "a")',
    '(< "a" 1)',
    "(> [1] [2])",
    "(- {} 1)",
    "(+ 'a 'b)",
    "(+ :a 1)",
    '(let ((x "ab")) (* x 2))',
    '(let loop ((x "a") (n 0)) (if (= n 2) x (loop (* x 2) (+ n 1))))',
]


@pytest.mark.parametrize("program", WRONG_OPERANDS)
def test_wrong_operands_fail(program: str) -> None:
    assert failure(program).kind == "type-error"
    assert failure(f"(define (f) (list {program})) (f)").kind == "type-error"


# --- redefinition ---------------------------------------------------------------------------------------

REDEFINITIONS = [
    # A function of an earlier unit, called by another one of it.
    (["(define (g) 1) (define (f) (g))", "(define (g) 2)", "(f)"], "2"),
    (["(define (g) 1) (define (f) (list (g)))", "(set! g (fn () 3))", "(f)"], "(3)"),
    # A function becomes one that ends in a call of an unknown function.
    (
        [
            "(define (g x) x) (define (f) (+ 1 (g 1)))",
            "(define (g x) ((car (list (fn (y) y))) 41))",
            "(f)",
        ],
        "42",
    ),
    (
        ["(define (g x) x) (define (f h) (list (g h)))", "(define (g h) (h))", "(f (fn () 9))"],
        "(9)",
    ),
    # Operators and functions that calls are compiled into.
    (["(define (f) (+ 1 2))", "(define (+ a b) 'plus)", "(f)"], "plus"),
    (["(define (f x) (car x))", "(define (car x) 'mine)", "(f '(1))"], "mine"),
    (["(define (f x) (if (< x 1) 'less 'more))", "(define (< a b) #t)", "(f 5)"], "less"),
    (["(define (f x) (not x))", "(define (not x) x)", "(f 7)"], "7"),
    (["(define (f) (list 1 2))", "(set! list vector)", "(f)"], "[1 2]"),
    (["(define (f m) (get m :a))", "(define (get m k) 'got)", "(f {})"], "got"),
    (
        ["(define (f xs) (map (fn (x) (* x 2)) xs))", "(define (map f xs) 'mapped)", "(f '(1))"],
        "mapped",
    ),
    (["(define (f x) (even? x))", "(define (even? x) 'perhaps)", "(f 2)"], "perhaps"),
    # Several times, and back.
    (["(define old +) (define (f) (+ 1 2))", "(define (+ . xs) 'a)", "(set! + old)", "(f)"], "3"),
    # Inside one unit.
    (["(define (f) (car '(1))) (define (car x) 'late) (f)"], "late"),
    (["(define (f) (h)) (define (h) 1) (define a (f)) (define (h) 2) (list a (f))"], "(1 2)"),
    # A constant becomes a function and the other way round.
    (["(define x 1) (define (f) x)", "(define (x) 5)", "((f))"], "5"),
    (["(define (x) 5)", "(define x 6)", "x"], "6"),
    # A macro becomes a function.
    (["(defmacro m (x) `(list ,x ,x))", "(define (m x) x)", "(m 1)"], "1"),
    (["(define (m x) x)", "(defmacro m (x) `(list ,x ,x))", "(m 1)"], "(1 1)"),
]


@pytest.mark.parametrize(("programs", "expected"), REDEFINITIONS)
def test_redefinition_is_seen_everywhere(programs: list[str], expected: str) -> None:
    assert value(*programs) == expected


def test_a_failed_program_leaves_the_session_usable() -> None:
    interpreter = Interpreter()
    for program in (
        '(define (f) (error "x")) (f)',
        "(if)",
        "(",
        "(define x 1) (car 5)",
        "(let ((x 1)) (y))",
    ):
        with pytest.raises(LispError):
            interpreter.eval(program)
    assert interpreter.eval("(+ x 1)") == 2
