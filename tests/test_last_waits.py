"""Which functions wait only as their last act, and that tasks of such functions do the same."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.tasks.last_waits import waits_only_last
from lispcore.tasks.switching import Nested
from lispcore.values.printing import print_value

DEFINITIONS = """
(define c (channel/new 2))
(define (put value) (channel/send c value))
(define (square x) (* x x))
(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(define (take-one) (channel/recv c))
(define (indirect n) (if (= n 0) (put n) (indirect (- n 1))))
"""


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("(fn () (channel/send c 1))", True),
        ("(fn () (put (square 3)))", True),
        ("(fn () (indirect 3))", True),
        ("(fn () (put (factorial 5)))", True),
        ("(fn () (if (channel/empty? c) (put 1) (take-one)))", True),
        ("(fn () (await (async 1)))", False),  # starting a task lets others have a turn
        ("(fn () (async/sleep 5))", True),
        ("(fn () (println (string/upper (str 1 2))) (put [1 2 {:a 3}]))", True),
        ("(fn () (let loop ((i 0) (s '())) (if (< i 9) (loop (+ i 1) (cons i s)) (put s))))", True),
        ("(fn () (put (if (channel/empty? c) 1 (square 2))))", True),
        ("(fn () (put (+ (or c 1) (and 1 (square 2)) (cond ((= 1 c) 2) (else 3)))))", True),
        ("(fn () (if (put 1) (put 2) (put 3)))", False),
        ("(fn () (+ 1 2))", True),
        ("(fn () (put 1) 5)", False),
        ("(fn () (put (take-one)))", False),
        ("(fn () (try (channel/send c 1) (catch e 5)))", False),
        ("(fn () (map square (list 1 2)))", False),
        ("(fn () (sort (list 2 1) (fn (a b) (< a b))))", False),
        ("(let ((f square)) (fn () (f 1)))", False),
        ("(fn () (apply put (list 1)))", False),
        ("(fn () (unknown 1))", False),
        ("channel/recv", False),
        (":keyword", False),
    ],
)
def test_what_can_be_proved(function: str, expected: bool) -> None:
    lisp = Interpreter(FakeHost())
    lisp.eval(DEFINITIONS)
    assert waits_only_last(lisp.eval(function)) is expected


def test_a_proof_holds_only_while_names_mean_the_same() -> None:
    lisp = Interpreter(FakeHost())
    lisp.eval(DEFINITIONS)
    function = lisp.eval("(define (body) (put (square 3))) body")
    assert waits_only_last(function)
    lisp.eval("(define (square x) (channel/recv c))")
    assert not waits_only_last(function)
    lisp.eval("(define (square x) x)")
    assert not waits_only_last(function)  # found wanting once: it stays with a stack


class NestedHost(FakeHost):
    """A host whose stacks cannot be switched."""

    def switcher(self) -> Any:
        return Nested()


# Each program does the same when a task's function is kept from being light.
HEAVY = "(define (heavy f) (fn () (let ((value (f))) value)))"
PROGRAMS = [
    """(begin (define c (channel/new 1)) (define log '())
         (for-each (fn (i) (async/spawn WRAP(fn () (channel/send c i))END)) (range 6))
         (for-each (fn (i) (set! log (cons (channel/recv c) log))) (range 6))
         (reverse log))""",
    """(begin (define c (channel/new 1))
         (define ps (map (fn (i) (async/spawn WRAP(fn () (channel/recv c))END)) (range 4)))
         (for-each (fn (i) (channel/send c (* i 10))) (range 3))
         (channel/close c)
         (map async/await ps))""",
    """(begin (define c (channel/new 1)) (channel/send c 0)
         (define p (async/spawn WRAP(fn () (channel/send c 1))END))
         (async/run)
         (channel/close c)
         (list (try (await p) (catch e (:message e))) (async/rejected? p)))""",
    """(begin (define c (channel/new 1))
         (define p (async/spawn WRAP(fn () (channel/recv c))END))
         (async/run)
         (define first (async/cancel p))
         (channel/send c 5)
         (list first (async/cancelled? p) (channel/recv c)))""",
    """(begin (define slow (async/spawn WRAP(fn () (async/sleep 30))END))
         (define bad (async (throw :no)))
         (define both (async/spawn WRAP(fn () (await bad))END))
         (list (await slow) (try (await both) (catch e (:value e)))))""",
    """(begin (define log '())
         (define p (async/spawn WRAP(fn () (await (quote 3)))END))
         (define q (async (set! log (cons :q log))))
         (define r (async/spawn WRAP(fn () (await q))END))
         (await r) (list log (await p)))""",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_light_task_does_what_a_heavy_one_does(program: str) -> None:
    light = Interpreter(FakeHost())
    heavy = Interpreter(FakeHost())
    heavy.eval(HEAVY)
    expected = print_value(heavy.eval(program.replace("WRAP", "(heavy ").replace("END", ")")))
    assert print_value(light.eval(program.replace("WRAP", "").replace("END", ""))) == expected


def test_light_tasks_take_turns_where_stacks_cannot_be_switched() -> None:
    lisp = Interpreter(NestedHost())
    value = lisp.eval(
        """(define c (channel/new 4))
           (for-each (fn (i) (async/spawn (fn () (channel/send c i)))) (range 1000))
           (let loop ((i 0) (sum 0)) (if (= i 1000) sum (loop (+ i 1) (+ sum (channel/recv c)))))"""
    )
    assert value == 499500


def test_an_error_after_the_wait_has_the_place_of_the_wait() -> None:
    program = """(define c (channel/new 1))
(channel/send c 0)
(define p (async
  (channel/send c 1)))
(async/run)
(channel/close c)
(await p)"""
    error = Interpreter(FakeHost()).run(program)["error"]
    assert "channel is closed" in error["message"]
    assert any(frame["line"] == 4 for frame in error["stack"]) or error["line"] == 4


def test_a_deadlock_names_what_a_light_task_waits_for() -> None:
    error = Interpreter(FakeHost()).run(
        "(define c (channel/new 1)) (await (async (channel/recv c)))"
    )
    assert "waits to receive from channel 1, which is empty" in error["error"]["message"]
