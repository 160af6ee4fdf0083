"""Vectors whose items a loop takes out before it begins: the language is the same."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.values.printing import print_value


def printed(program: str) -> str:
    return print_value(Interpreter().eval(program))


SUM = "(define (f v n) (let loop ((i 0) (s 0)) (if (= i n) s (loop (+ i 1) (+ s (nth v i))))))"
ITSELF = "(define (f v i s) (if (= i 2) s (f v (+ i 1) (+ s (nth v i)))))"


@pytest.mark.parametrize("program", [SUM, ITSELF])
def test_a_loop_looks_into_the_items_themselves(program: str) -> None:
    interpreter = Interpreter()
    interpreter.eval(program)
    assert any(".view" in name for name in interpreter.globals["f"].__code__.co_varnames)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (SUM + "(list (f [1 2 3] 3) (f '(1 2 3) 3) (f [] 0) (f nil 0))", "(6 6 0 0)"),
        (ITSELF + "(list (f [1 2] 0 0) (f '(3 4) 0 0))", "(3 7)"),
        ("(define (f v) (map (fn (i) (nth v i)) (range 3))) (list (f [1 2 3]) (f '(4 5 6)))", "((1 2 3) (4 5 6))"),
        ("(define (f n) (let ((v (list->vector (range n)))) (dotimes (i n) (set! n (+ n (nth v i)))) n)) (f 4)", "10"),
        ("(define (f v) (let loop ((i 0) (w v) (s 0)) (if (= i 2) s (loop (+ i 1) (append w [9]) (+ s (nth w i)))))) (f [1 2])", "3"),
        ("(define (f v) (let loop ((i 0) (s 0)) (if (= i 4) s (let ((w (nth v (mod i 2)))) (loop (+ i 1) (+ s (nth w (mod i 2)))))))) (f [[1 2] '(3 4)])", "10"),
        ("(define (f v) (let loop ((i 0)) (if (= i 1) (set! v '(7 8)) (nth v 0)) (if (= i 2) (nth v 0) (loop (+ i 1))))) (f [1 2 3])", "7"),
        ("(define (f v) (let loop ((i 0)) (if (= i 2) (nth v i) (loop (+ i 1))))) (f [1 2 1267650600228229401496703205376])", "1267650600228229401496703205376"),
        ("(define (f v w) (let loop ((i 0) (s '())) (if (= i 2) s (loop (+ i 1) (cons (nth w i) (cons (nth v i) s)))))) (f [1 2] '(3 4))", "(4 2 3 1)"),
        ("(define (f v) (let loop ((i 2) (s '())) (if (< i 0) s (loop (- i 1) (cons (nth v i) s))))) (f [1 2 3])", "(1 2 3)"),
    ],
)  # fmt: skip
def test_loops_over_vectors_mean_the_same(program: str, value: str) -> None:
    assert printed(program) == value


@pytest.mark.parametrize(
    ("given", "index"),
    [("[1 2]", "5"), ("[1 2]", "-1"), ("'(1 2)", "9"), ("5", "0"), ("nil", "0"), ("[1]", '"a"'), ("[1]", "0.5")],
)  # fmt: skip
def test_errors_are_those_of_the_function(given: str, index: str) -> None:
    loop = f"(define (f v i) (let loop ((n 0)) (if (= n 2) 1 (begin (nth v i) (loop (+ n 1))))))\n(f {given} {index})"
    call = f"(define (f v i) (apply nth (list v i)))\n(f {given} {index})"
    found = []
    for program in (loop, call):
        with pytest.raises(LispError) as caught:
            Interpreter().eval(program)
        found.append((caught.value.kind, caught.value.message, caught.value.hint))
    assert found[0] == found[1]


def test_a_redefined_nth_is_called() -> None:
    interpreter = Interpreter()
    interpreter.eval(SUM)
    interpreter.eval("(define (nth v i) 10)")
    assert interpreter.eval("(f [1 2 3] 3)") == 30


def test_a_vector_of_a_gathered_list() -> None:
    assert printed("(list->vector (map (fn (x) (* x x)) (range 4)))") == "[0 1 4 9]"
    assert printed("(list->vector (filter odd? '(1 2 3)))") == "[1 3]"
    assert printed("(list->vector '())") == "[]"
    with pytest.raises(LispError, match="list->vector"):
        Interpreter().eval("(list->vector 5)")


FIND = "(define (f k xs) (let loop ((xs xs)) (cond ((null? xs) :no) ((OP k (car xs)) :yes) (else (loop (cdr xs))))))"
KEYS = [
    "'a",
    ":a",
    '"a"',
    "1",
    "1.0",
    "nil",
    "#t",
    "#\\a",
    "'(1 2)",
    "[1]",
    "{:a 1}",
    "1/2",
    "'()",
    "car",
]


@pytest.mark.parametrize("operator", ["eq?", "equal?"])
@pytest.mark.parametrize("key", KEYS)
def test_keys_are_compared_alike_in_loops(operator: str, key: str) -> None:
    program = FIND.replace("OP", operator)
    for other in KEYS:
        direct = printed(f"(if (apply {operator} (list {key} {other})) :yes :no)")
        assert printed(f"{program} (f {key} (list {other}))") == direct
        swapped = program.replace("k (car xs)", "(car xs) k")
        assert printed(f"{swapped} (f {key} (list :other {other}))") in (direct, ":yes")


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(define (f n) (let ((a (mutable-array/new n 0))) (dotimes (i n) (mutable-array/set! a i (* i i))) (mutable-array/->vector a))) (f 4)", "[0 1 4 9]"),
        ("(define (f a) (dotimes (i 3) (mutable-array/push! a i)) (let loop ((i 0) (s 0)) (if (= i 3) s (loop (+ i 1) (+ s (mutable-array/get a i)))))) (f (mutable-array/new))", "3"),
        ("(define (f a) (let loop ((i 0) (s 0)) (if (= i 4) s (begin (mutable-array/push! a i) (loop (+ i 1) (+ s (mutable-array/get a i))))))) (f (mutable-array/new))", "6"),
        ("(define (f a) (mutable-array/set! a 0 (+ (mutable-array/get a 0) (mutable-array/get a 1))) (mutable-array/get a 0)) (f (mutable-array/new 2 5))", "10"),
        ("(define (f a) (let loop ((i 0) (s 0.0)) (if (= i 3) s (loop (+ i 1) (+ s (f64-array/ref a i)))))) (f (f64-array 1 2 3.5))", "6.5"),
        ("(define (f a) (let loop ((i 0) (s 0)) (if (= i 2) s (loop (+ i 1) (+ s (i64-array/ref a i)))))) (f (i64-array 4 5))", "9"),
        ("(define (f a) (map (fn (i) (mutable-array/set! a i 1) (mutable-array/get a i)) '(0 1))) (f (mutable-array/new 2 0))", "(1 1)"),
    ],
)  # fmt: skip
def test_arrays_in_loops(program: str, value: str) -> None:
    assert printed(program) == value


@pytest.mark.parametrize(
    "call", ["(mutable-array/get a i)", "(mutable-array/set! a i 1)", "(f64-array/ref a i)"]
)
@pytest.mark.parametrize(
    "given", ["5", "nil", "[1 2]", "(mutable-array/new)", "(f64-array 1)", "(i64-array 1)"]
)
def test_errors_of_arrays_are_those_of_the_function(call: str, given: str) -> None:
    name, rest = call[1:-1].split(" ", 1)
    loop = f"(define (f a) (let loop ((i 0)) (if (= i 9) 1 (begin {call} (loop (+ i 1))))))\n(f {given})"
    plain = f"(define (f a) (let loop ((i 0)) (if (= i 9) 1 (begin (apply {name} (list {rest})) (loop (+ i 1))))))\n(f {given})"
    found = []
    for program in (loop, plain):
        with pytest.raises(LispError) as caught:
            Interpreter().eval(program)
        found.append((caught.value.kind, caught.value.message))
    assert found[0] == found[1]


NODES = """
(define (f v) (if (nil? v) 'none (list (nth v 0) (nth v 1) (nth v 2))))
(define (g v) (if (= 1 (nth v 0)) (nth v 1) (+ (nth v 1) (nth v 2))))
"""


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("(f [1 2 3])", "(1 2 3)"),
        ("(f '(1 2 3 4))", "(1 2 3)"),
        ("(f nil)", "none"),
        ("(g [1 5])", "5"),
        ("(g '(1 5))", "5"),
        ("(g [2 5 6])", "11"),
    ],
)
def test_literal_indices_are_asked_for_at_once(call: str, value: str) -> None:
    assert Interpreter().run(f"{NODES} {call}")["value"] == value


@pytest.mark.parametrize("given", ["[1 2]", "'(1 2)", "[]", "5"])
def test_a_short_vector_fails_where_it_is_too_short(given: str) -> None:
    program = f"(define (h v) (println (nth v 0)) (println (nth v 1)) (nth v 2)) (h {given})"
    quick, plain = (Interpreter(off=off).run(program) for off in (frozenset(), EVERYTHING))
    assert quick["error"]["message"] == plain["error"]["message"]
    assert quick["output"] == plain["output"]


@pytest.mark.parametrize("table", ["{:b 1 :a 2}", "(hashmap/new 2 :x 1.5 :y)", "{}", "{7 8}", "5"])
def test_loops_over_keys_take_them_in_order(table: str) -> None:
    program = f"(map (fn (k) (list k)) (keys {table}))"
    quick, plain = (Interpreter(off=off).run(program) for off in (frozenset(), EVERYTHING))
    assert quick["value"] == plain["value"]
    assert (quick["error"] or {}).get("message") == (plain["error"] or {}).get("message")


def test_redefined_keys_are_called() -> None:
    program = "(define (all m) (map (fn (k) k) (keys m))) (all {:a 1}) (define (keys m) '(mine))"
    assert Interpreter().run(program + " (all {:a 1})")["value"] == "(mine)"
