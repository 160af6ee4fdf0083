"""Numeric loops as machine code answer as the usual code does, for everything that is in them.

The modules run by wasmtime; without it only what needs no machine is tested.
"""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore.compiler.pipeline import NUMERIC_LOOPS
from lispcore.running import numeric_loops
from lispcore.running.interpreter import Interpreter
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value

pytest.importorskip("wasmtime")

from native_machine import NativeHost


def outcome(session: Interpreter, text: str) -> str:
    """Returns what a text answers, or the error."""
    try:
        return print_value(session.eval(text))
    except LispError as error:
        return f"{error.message} in line {error.line}"


def ran(text: str, *calls: str) -> Any:
    """Runs a text and calls both ways, which must answer the same; returns the machine."""
    host = NativeHost()
    session, plain = Interpreter(host), Interpreter(FakeHost())
    for each in (text, *calls):
        assert outcome(session, each) == outcome(plain, each), each
    return host.machine


SUM = """
(define (total n step start)
  (let loop ((i 0) (sum start))
    (if (= i n) sum (loop (+ i 1) (+ sum (* i step))))))
"""


def test_a_hot_loop_runs_as_machine_code() -> None:
    machine = ran(SUM, "(total 5000 3 0)")
    assert machine.runs == 1
    assert machine.left == 0


def test_a_short_loop_stays_as_it_is() -> None:
    assert ran(SUM, "(total 500 3 0)").modules == []


def test_without_a_machine_nothing_is_looked_for() -> None:
    session = Interpreter(FakeHost())
    session.eval(SUM)
    assert not any(type(each).__name__ == "Site" for each in session.globals.values())


def test_the_pass_can_be_switched_off() -> None:
    host = NativeHost()
    session = Interpreter(host, off={NUMERIC_LOOPS})
    session.eval(SUM)
    assert session.eval("(total 5000 3 0)") == 37492500
    assert host.machine.modules == []


def test_a_compiler_that_cannot_be_fetched_is_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lispcore.compiler.numeric.code", None)
    assert ran(SUM, "(total 5000 3 0)", "(total 5000 0.5 0)").modules == []


def test_the_compiler_is_imported_when_loops_have_run_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, numeric_loops.COMPILER)
    monkeypatch.setattr(numeric_loops, "_rounds_before", 0)
    assert ran(SUM, "(total 5000 3 0)", "(total 5000 3 0)").modules == []
    assert ran("(define (f n) (if (= n 0) 0 (+ 1 (f (- n 1)))))", "(f 1500)").modules == []
    assert numeric_loops.COMPILER not in sys.modules
    assert len(ran(SUM, "(total 1000000 3 0)").modules) == 1


def test_a_sum_may_become_a_float_on_the_way() -> None:
    machine = ran(SUM, "(total 5000 0.5 0)", "(total 5000 3 0.25)")
    assert machine.runs == 2
    assert machine.left == 0


def test_integers_outgrow_a_word() -> None:
    text = """
    (define (power n)
      (let loop ((i 0) (product 1))
        (if (= i n) product (loop (+ i 1) (* product 3)))))
    """
    machine = ran(text, "(power 3000)", "(power 39)", "(power 40)")
    assert machine.left == 1


@pytest.mark.parametrize("start", [2**61, 2**62 - 2, 2**62, -(2**62), 2**63, -(2**64)])
def test_sums_pass_the_limits_of_a_word(start: int) -> None:
    ran(SUM, f"(total 4000 1 {start})", f"(total 4000 -1 {start})", f"(total 2000 {start} 7)")


NUMBERS = (0, 1, -1, 2, -2, 3, -7, 10, 2**31, -(2**31), 2**53 + 1, 2**61, 2**62 - 1, -(2**62))
FLOATS = ("0.0", "-0.0", "1.5", "-2.5", "3.0", "1e300", "math/nan", "math/infinity", "9.1e15")
OPERATORS = (
    "+", "-", "*", "/", "mod", "quotient", "remainder", "min", "max",
    "<", ">", "<=", ">=", "=", "bit/and", "bit/or", "bit/xor",
)  # fmt: skip
ONE = (
    "-", "abs", "zero?", "positive?", "negative?", "even?", "odd?", "sqrt", "floor", "ceil",
    "round", "truncate", "int", "float", "exact", "inexact", "bit/not",
)  # fmt: skip


def rounds_of(expression: str) -> str:
    """Returns a function that computes an expression of a and b in a loop and gives the last."""
    return f"""
    (define (f a b)
      (let loop ((i 0) (last {expression}))
        (if (= i 1200) last (loop (+ i 1) {expression}))))
    """


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_of_two(operator: str) -> None:
    texts = [str(each) for each in NUMBERS] + list(FLOATS)
    calls = [f"(f {left} {right})" for left in texts for right in texts]
    chosen = random.Random(operator).sample(calls, 110)
    machine = ran(rounds_of(f"({operator} a b)"), *chosen, "(f 7 3)")
    assert machine.modules


@pytest.mark.parametrize("operator", ONE)
def test_operators_of_one(operator: str) -> None:
    texts = [*FLOATS, *map(str, NUMBERS)] if operator == "sqrt" else [*map(str, NUMBERS), *FLOATS]
    machine = ran(rounds_of(f"({operator} a)"), *[f"(f {each} 0)" for each in texts])
    assert machine.modules


@pytest.mark.parametrize("operator", ["bit/shift-left", "bit/shift-right"])
def test_shifts(operator: str) -> None:
    calls = [f"(f {n} {count})" for n in NUMBERS for count in (0, 1, 31, 61, 62, 63, 64, -1)]
    ran(rounds_of(f"({operator} a b)"), *calls)


def test_comparisons_of_several() -> None:
    ran(rounds_of("(< a b 3)"), "(f 1 2)", "(f 1 3)", "(f 1.0 2.5)", "(f math/nan 2.0)")


def test_an_error_is_that_of_the_usual_code() -> None:
    text = """
    (define (f n)
      (let loop ((i n) (sum 0))
        (if (= i -5) sum (loop (- i 1) (+ sum (quotient n i))))))
    """
    machine = ran(text, "(f 4000)")
    assert machine.left == 1


def test_what_is_no_number_is_left_alone() -> None:
    ran(SUM, '(total 5000 "a" 0)', "(total 5000 1/2 0)", "(total 5000 nil 0)")


def test_functions_that_call_themselves() -> None:
    text = """
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (define (tak x y z)
      (if (not (< y x)) z (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))
    """
    assert ran(text, "(fib 20)", "(fib 20.5)").runs
    assert ran(text, "(tak 14 8 2)").runs


def test_deep_calls_are_left_to_the_usual_code() -> None:
    text = "(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))"
    machine = ran(text, "(deep 800)", "(deep 900)", "(deep 2000)")
    assert machine.runs


def test_a_function_is_defined_anew() -> None:
    text = """
    (define (step x) (if (> x 100) (let loop ((k x)) (if (> k 50) (loop (- k 7)) k)) (+ x (mod x 3) 1)))
    (define (run n) (let loop ((i 0) (x 0)) (if (= i n) x (loop (+ i 1) (step x)))))
    """
    machine = ran(
        text,
        "(run 5000)",
        "(define (step x) (+ x 2))",
        "(run 5000)",
        "(define (step x) (* x 1.5))",
        "(run 5000)",
        text,
        "(run 5000)",
        "(define (mod a b) 5)",
        "(run 5000)",
    )
    assert machine.runs


def test_loops_inside_one_another() -> None:
    text = """
    (define (grid n)
      (let rows ((y 0) (total 0))
        (if (= y n)
            total
            (rows (+ y 1)
                  (let columns ((x 0) (total total))
                    (if (= x n) total (columns (+ x 1) (+ total (mod (* x y) 7)))))))))
    """
    machine = ran(text, "(grid 90)", "(grid 91)")
    assert machine.runs
    assert machine.left == 0


def test_arrays_are_read() -> None:
    text = """
    (define xs (f64-array/range 0.0 3000.0 1.5))
    (define ns (i64-array/from-list (range 2000)))
    (define (f a b)
      (let loop ((i 0) (sum 0.0))
        (if (= i 2000)
            sum
            (loop (+ i 1) (+ sum (* (f64-array/ref a i) (i64-array/ref b i)))))))
    """
    machine = ran(text, "(f xs ns)", "(f ns xs)", "(f xs xs)")
    assert machine.runs
    ran(text.replace("(= i 2000)", "(= i 2001)"), "(f xs ns)")


def test_arrays_that_change_places_are_right_after_the_loop() -> None:
    text = """
    (define a (f64-array/from-list (list 1.0 2.0)))
    (define b (f64-array/from-list (list 5.0 7.0)))
    (define (swapped n)
      (let ((x a) (y b) (i 0) (s 0))
        (while (< i n)
          (let ((c x)) (set! x y) (set! y c))
          (set! i (+ i 1))
          (set! s (+ s (int (f64-array/ref x 0)))))
        (list s (f64-array/ref x 0))))
    (define (left n)
      (let loop ((i 0) (x a) (y b) (s 0) (p 1))
        (if (= i n) s (loop (+ i 1) y x (+ s (* i (int (f64-array/ref x 0)))) (* p 2)))))
    """
    ran(text, "(swapped 1501)", "(swapped 2501)", "(left 1501)", "(left 1502)")


def test_stop_is_heard_in_the_middle() -> None:
    asked: list[int] = []

    def pause() -> bool:
        asked.append(1)
        return len(asked) == 2

    host = NativeHost(pause)
    session = Interpreter(host)
    session.eval(SUM)
    assert session.eval("(total 5000000 3 0)") == 3 * (5000000 * 4999999 // 2)
    assert host.machine.left == 1
    assert len(asked) >= 2


def test_truth_and_choices() -> None:
    text = """
    (define (f n)
      (let loop ((i 0) (even #f) (count 0))
        (cond ((= i n) (and even (> count 5)))
              ((or even (and (> i 3) (odd? i))) (loop (+ i 1) (not even) (+ count 1)))
              (else (loop (+ i 1) (if i #t #f) count)))))
    (define (g n) (let loop ((i 0)) (when (< i n) (loop (+ i 1)))))
    """
    assert ran(text, "(f 3000)", "(f 3001)", "(g 3000)").left == 0


# --- loops that set variables -----------------------------------------------------------------

SETTING = {
    "while": (
        "(define (f n) (let ((i 0) (s 0))"
        " (while (< i n) (set! s (+ s (* i 3))) (set! i (+ i 1))) (list s i)))"
    ),
    "while with a bound that moves": (
        "(define (f n) (let ((k (* n n)) (s 0))"
        " (while (> k 1) (set! s (+ s (mod k 10))) (set! k (- k 3 (mod k 2)))) (list s k)))"
    ),
    "do": (
        "(define (f n) (do ((i 0 (+ i 1)) (a 0 b) (b 1 (mod (+ a b) 1000007)))"
        " ((>= i n) (list a b i))))"
    ),
    "do with a body": (
        "(define (f n) (do ((i 0 (+ i 1)) (s 0.0)) ((>= i n) s) (set! s (+ s (* i 0.5)))))"
    ),
    "dotimes": "(define (f n) (let ((s 0)) (dotimes (i n) (set! s (+ s (* i i)))) s))",
    "for-range": (
        "(define (f n) (let ((s 0.5)) (for-range (i 3 n 2)"
        " (if (odd? i) (set! s (+ s i)) (set! s (- s 1)))) s))"
    ),
    "a counter that is set": (
        "(define (f n) (let ((s 0)) (dotimes (i n) (set! i (* 2 i)) (set! s (+ s i))) s))"
    ),
    "a test that sets": (
        "(define (f n) (let ((i 0) (s 0)) (while (begin (set! i (+ i 1)) (< i n))"
        " (set! s (+ s i))) (list i s)))"
    ),
    "one in another": (
        "(define (f n) (let ((s 0)) (dotimes (i n) (for-range (j i n)"
        " (set! s (+ s (mod (* i j) 7))))) s))"
    ),
    "while in while": (
        "(define (f n) (let ((i 0) (s 0)) (while (< i n) (let ((j 0))"
        " (while (< j n) (set! s (+ s (mod (* i j) 7))) (set! j (+ j 1)))) (set! i (+ i 1))) s))"
    ),
    "a function that sets what it is given": (
        "(define (g a b) (while (not (= b 0)) (let ((t (mod a b))) (set! a b) (set! b t))) a)"
        "(define (f n) (let loop ((i 1) (s 0)) (if (> i n) s (loop (+ i 1) (+ s (g i 360))))))"
    ),
    "a named let in a while": (
        "(define (f n) (let ((s 0) (i 0)) (while (< i n) (set! s (+ s (let in ((j 0) (z 0))"
        " (if (= j 9) z (in (+ j 1) (+ z (mod (* i j) 5))))))) (set! i (+ i 1))) s))"
    ),
    "an argument that sets another": (
        "(define (h i x s) (if (<= i 0) (+ s x) (h (- i 1) x (begin (set! x (+ x 5)) (+ s x)))))"
        "(define (f n) (list (h n 0 0) (let loop ((i 0) (x 0) (s 0)) (if (>= i n) (+ s x)"
        " (loop (+ i 1) x (begin (set! x (+ x 5)) (+ s x)))))))"
    ),
    "a while in a named let": (
        "(define (f n) (let loop ((i 0) (s 0)) (if (>= i n) s (loop (+ i 1) (let ((k i) (c 0))"
        " (while (> k 0) (set! c (+ c (mod k 10))) (set! k (quotient k 10))) (+ s c))))))"
    ),
}


@pytest.mark.parametrize("kind", SETTING)
def test_loops_that_set_variables(kind: str) -> None:
    calls = [f"(f {n})" for n in (2500, 2501, 1, 0, -3)]
    machine = ran(SETTING[kind], *calls, "(f 4.5)", "(f nil)")
    assert machine.runs
    assert machine.left == 0


def test_what_loops_have_set_is_as_it_was_when_they_are_left() -> None:
    text = """
    (define (f n)
      (let ((s 1) (k 0) (tried '()))
        (try
          (for-range (i 0 n) (set! k (- i 3000)) (set! s (+ s 1 (quotient 7 k))) (set! k 1))
          (catch e (set! tried (:message e))))
        (list s k tried)))
    (define (power n) (let ((s 1)) (dotimes (i n) (set! s (* s 3))) s))
    """
    machine = ran(text, "(f 5000)", "(f 2000)", "(power 4000)", "(power 30)", "(f 5000)")
    assert machine.left >= 2


def test_set_variables_of_closures_and_of_several_types_are_left_alone() -> None:
    captured = """
    (define (f n)
      (let ((s 0)) (define (add x) (set! s (+ s x))) (dotimes (i n) (add i) (set! s (+ s 1))) s))
    """
    assert ran(captured, "(f 5000)").modules == []
    mixed = "(define (f n) (let ((s 0)) (dotimes (i n) (set! s (+ s 0.5))) s))"
    assert ran(mixed, "(f 5000)", "(f 5000)").modules == []
    lists = """
    (define (f n) (let ((a '(1 2 3)) (b '(4 5)) (i 0))
      (while (< i n) (let ((c a)) (set! a b) (set! b c)) (set! i (+ i 1)))
      (let walk ((s 0)) (if (null? a) (list s a b) (begin (set! a (cdr a)) (walk (+ s 1)))))))
    """
    assert ran(lists, "(f 5000)", "(f 5001)").modules == []
    step = "(define (f n by) (let ((s 0)) (for-range (i 0 n by) (set! s (+ s i))) s))"
    assert ran(step, "(f 5000 1)", "(f 5000 0)", "(f 0 -1)").modules == []


# --- random programs --------------------------------------------------------------------------


class Programs:
    """Makes random functions that loop over numbers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self, names: list[str], depth: int) -> str:
        """Returns an expression whose value is a number, unless it fails."""
        choose = self.random.random()
        if depth == 0 or choose < 0.25:
            return self.random.choice([*names, *names, "0", "1", "3", "-2", "0.5", "-1.5"])
        inner = [self.number(names, depth - 1) for _ in range(2)]
        if choose < 0.65:
            operator = self.random.choice(["+", "-", "*", "+", "-", "*", "/", "min", "max"])
            return f"({operator} {inner[0]} {inner[1]})"
        if choose < 0.75:
            return f"({self.random.choice(['mod', 'quotient', 'remainder'])} {inner[0]} 7)"
        if choose < 0.8:
            return f"({self.random.choice(['abs', 'floor', 'round', '-'])} {inner[0]})"
        if choose < 0.9:
            return f"(if {self.test(names, depth - 1)} {inner[0]} {inner[1]})"
        name = f"v{depth}"
        return f"(let (({name} {inner[0]})) {self.number([*names, name], depth - 1)})"

    def test(self, names: list[str], depth: int) -> str:
        """Returns a condition."""
        left, right = self.number(names, min(depth, 1)), self.number(names, 0)
        relation = self.random.choice(["<", ">", "<=", ">=", "="])
        made = f"({relation} {left} {right})"
        if self.random.random() < 0.3:
            other = f"(even? {self.random.choice(names)})"
            made = f"({self.random.choice(['and', 'or'])} {made} {other})"
        return made

    def statement(self, names: list[str], depth: int) -> str:
        """Returns what sets x, y or z."""
        choose = self.random.random()
        if depth and choose < 0.15:
            inner = self.statement([*names, "j"], depth - 1)
            return f"(for-range (j 0 {self.random.choice(['7', '(mod i 9)'])}) {inner})"
        if depth and choose < 0.25:
            inner = self.statement([*names, "w"], depth - 1)
            return f"(let ((w 4)) (while (> w 0) {inner} (set! w (- w 1))))"
        if depth and choose < 0.5:
            inner = self.statement(names, depth - 1)
            return f"({self.random.choice(['when', 'unless'])} {self.test(names, 1)} {inner})"
        if depth and choose < 0.7:
            return f"(begin {self.statement(names, depth - 1)} {self.statement(names, depth - 1)})"
        name = self.random.choice("xyz")
        if name == "z":
            return f"(set! z (* 0.75 {self.number(names, 2)}))"
        return f"(set! {name} (mod (int {self.number(names, 2)}) 1000003))"

    def setting_program(self) -> str:
        """Returns the definition of g, with a loop that sets variables."""
        body = " ".join(self.statement(["i", "a", "x", "y", "z"], 3) for _ in range(2))
        head = self.random.choice(
            [
                "(dotimes (i 1500) {})",
                "(for-range (i 1 4500 2) {})",
                "(let ((i 0)) (while (< i 1500) {} (set! i (+ i 1))))",
                "(do ((i 0 (+ i 1))) ((> i 1500)) {})",
                "(let ((i 1500)) (while (not (= i 0)) {} (set! i (- i 1))))",
            ]
        )
        return f"""
        (define (g a b)
          (let ((x a) (y b) (z 0.5))
            {head.format(body)}
            (list x y z)))
        """

    def program(self) -> str:
        """Returns the definition of f, a function of two numbers."""
        names = ["i", "a", "x", "y"]
        new = [self.number(names, 3) for _ in range(2)]
        if self.random.random() < 0.4:
            inner = self.number(["j", "z", *names], 2)
            new[0] = f"(let inner ((j 0) (z y)) (if (= j 9) z (inner (+ j 1) {inner})))"
        bound = "(mod {} 1000003)"  # or integers grow without end
        return f"""
        (define (f a b)
          (let loop ((i 0) (x a) (y b))
            (if (or (= i 1500) (> i 1800))
                (list x y)
                (loop (+ i 1) {bound.format(new[0])} {bound.format(new[1])}))))
        (define (g a b)
          (let loop ((i 0) (x a) (y b))
            (if (= i 1500) y (loop (+ i 1) {bound.format(new[0])} {bound.format(new[1])}))))
        """


@pytest.mark.parametrize("part", range(4))
def test_random_programs(part: int) -> None:
    runs = 0
    for seed in range(part * 15, part * 15 + 15):
        text = Programs(seed).program()
        session, plain = Interpreter(host := NativeHost()), Interpreter(FakeHost())
        for each in (text, "(g 1 2)", "(g 1.5 2)", "(g -3 0.0)", "(g 0 1000000007)"):
            assert outcome(session, each) == outcome(plain, each), (seed, each)
        runs += host.machine.runs
    assert runs


@pytest.mark.parametrize("part", range(4))
def test_random_programs_that_set_variables(part: int) -> None:
    runs = 0
    for seed in range(part * 15, part * 15 + 15):
        text = Programs(seed).setting_program()
        session, plain = Interpreter(host := NativeHost()), Interpreter(FakeHost())
        for each in (text, "(g 1 2)", "(g 1.5 2.5)", "(g -3 0.0)", "(g 0 1000000007)"):
            assert outcome(session, each) == outcome(plain, each), (seed, each)
        runs += host.machine.runs
    assert runs
