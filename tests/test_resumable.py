"""Second versions of functions that wait: who gets one, and that nothing in the language changes.

Each program of `PROGRAMS` runs three times: with a stack for every task, in steps on a stack that
is kept for them, and as the library chooses; value, output, error, hint and stack must be the same.
"""

from __future__ import annotations

from typing import Any

import pytest

import lispcore.library.tasks.concurrency as concurrency
from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.hosts.terminal_tasks import GreenletSwitcher
from lispcore.library.tasks.concurrency import way_of
from lispcore.tasks.resuming import version_of
from lispcore.tasks.waiting import BARE, FREE, OWN_STACK, STEPPED


class Host(FakeHost):
    """A host that can switch stacks."""

    def switcher(self) -> Any:
        return GreenletSwitcher()


def outcome(program: str) -> tuple[Any, list[Any], list[Any]]:
    """Returns all that a program leaves behind."""
    host = Host()
    interpreter = Interpreter(host)
    result = interpreter.run(program)
    interpreter.close()
    return result, [text for _, text in host.written], host.slept


PRELUDE = """(define a (channel/new 1)) (define b (channel/new 2)) (define log '())
(define (note & xs) (set! log (append log (list xs))))
(define (hidden f) (f))
(define x (make-parameter 0))
(define (feed c n) (dotimes (i n) (channel/send c i)))
(define (take c) (channel/recv c))
"""

PROGRAMS = {
    "a loop that adds up": """
(async (feed a 5) (channel/close a))
(await (async (let loop ((sum 0)) (let ((v (take a))) (if (nil? v) sum (loop (+ sum v)))))))""",
    "two that answer each other": """
(define (player name in out n)
  (let loop ((i 0))
    (when (< i n) (note name (channel/recv in)) (channel/send out (* i 10)) (loop (+ i 1)))))
(define p (async (player :ping a b 3))) (define q (async (player :pong b a 3)))
(channel/send a :start) (async/all (list p q)) log""",
    "waits inside an expression keep its order": """
(async (feed a 9))
(await (async (list (begin (note 1) 1) (take a) (begin (note 2) (take a)) (+ (take a) (take a)))))
(note :end) log""",
    "and, or, cond, case, when": """
(async (feed a 9))
(await (async (list (and (take a) (take a)) (or #f (take a) (note :no)) (cond ((= (take a) 0) 1)
  ((= (take a) 4) (take a)) (else 9)) (case (take a) ((6) :six) (else :other)))))""",
    "try, catch and finally": """
(define p (async (try (begin (note :in) (channel/recv a) (throw :bad))
  (catch e (note (:value e)) (channel/recv a))
  (finally (note :out) (channel/recv a) (note :done)))))
(feed a 3) (list (await p) log)""",
    "the value of a body whose cleanup waits": """
(async (feed a 9))
(define (f) (try (take a) (finally (note (take a)) (note (try (take a) (finally (take a)))))))
(list (await (async (f))) log)""",
    "a cancelled task cleans up": """
(define (inner) (try (channel/recv a) (finally (note :inner))))
(define p (async (try (inner) (catch e (note (:type e)) (channel/recv b)) (finally (note :out)))))
(async/run) (async/cancel p) (async/run) (channel/send b 1) (async/run)
(list log (async/cancelled? p))""",
    "a task cancelled before it begins": """
(define p (async (note :never) (channel/recv a))) (async/cancel p) (async/run)
(list log (try (await p) (catch e (:type e))))""",
    "time": """
(define (tick n) (dotimes (i 3) (async/sleep n) (note n i)))
(async/all (list (async (tick 3)) (async (tick 2))))
(list log (try (async/with-timeout 4 (fn () (tick 3) (note :no))) (catch e (:type e))))""",
    "an error shows the calls of its task": """
(define (deep n)
  (channel/recv a)
  (car n))
(define (outer)
  (+ 1 (deep 5)))
(define p (async
  (outer)))
(channel/send a 1)
(await p)""",
    "a wait that fails has its place": """
(define (fill) (channel/send a 1)
  (channel/send a 2))
(define p (async (fill) 3))
(async/run)
(channel/close a)
(await p)""",
    "a call with the wrong arguments": """
(define (two p q) (channel/recv p))
(define p (async (two a)
  1))
(await p)""",
    "a call of a library function with the wrong arguments": """
(await (async (note 1) (channel/send a)))""",
    "a call of what is no function": """
(define (f) (channel/recv a)) (define p (async (channel/recv a) (f 1 2) 3))
(define f nil)
(channel/send a 1) (await p)""",
    "a wrong argument of a wait": "(await (async (note 1) (channel/recv 5) 2))",
    "a deadlock": "(define (f) (channel/recv a)) (await (async (f) 1))",
    "unseen waits in the middle": """
(define p (async (note (channel/recv a)) (map (fn (i) (note i (hidden (fn () (channel/recv b)))))
  (list 1 2)) (note (channel/recv a)) :done))
(define q (async (dotimes (i 4) (channel/send a i) (channel/send b (* 10 i)))))
(list (await p) log)""",
    "several keep a stack at once": """
(define (f c n) (async (channel/recv c) (hidden (fn () (async/sleep n) (note n (channel/recv c))))
  (note :last (channel/recv c)) n))
(define ps (list (f a 3) (f b 1)))
(feed a 1) (feed b 1) (async/sleep 5) (feed a 2) (feed b 2)
(list (async/all ps) log)""",
    "parameters": """
(define (show) (channel/recv a) (x))
(define p (parameterize ((x 1)) (async (let ((before (x))) (list before (show) (await (async
  (channel/recv a) (x))))))))
(parameterize ((x 2)) (feed a 2)) (list (await p) (x))""",
    "tasks of tasks": """
(define (tree n) (if (= n 0) 1 (apply + (async/map (fn (i) (async/sleep i) (tree (- n 1))) '(1 2)))))
(tree 4)""",
    "functions that many tasks are made of": """
(async (feed a 20))
(list (async/pool-map (fn (i) (* i (take a))) '(1 2 3 4) 2)
  (parallel (list (fn () (take a)) (fn () (take a) (throw 1))))
  (async/spawn-all (list (fn () (take a)) (fn () (take a))))
  (async/race-owned (list (fn () (async/sleep 5) 1) (fn () (take a))))
  (pipeline '(1 2 3) (fn (i) (+ i (take a))) (fn (i) (async/sleep i) (* i 10)))
  (await (async (list (async/map (fn (i) (take a)) '(1 2)) (async/all (list (async (take a)))))))
  (try (await (async (async/timeout 2 (async (async/sleep 9))))) (catch e (:type e))))""",
    "a function redefined while it is waited in": """
(define (f) (channel/recv a))
(define p (async (list (f) (f) (f))))
(channel/send a 1) (async/run)
(define (f) (note :new) 7)
(channel/send a 2) (list (await p) log)""",
    "a waiting function of the library redefined": """
(define p (async (list (channel/recv a) (channel/recv a))))
(channel/send a 1) (async/run)
(define (channel/recv c) (note :mine) 8)
(channel/send a 2) (list (await p) log)""",
    "a function that begins to wait by redefinition": """
(define (helper) 1)
(define p (async (note (channel/recv a)) (helper)))
(async/run)
(define (helper) (hidden (fn () (note :waits) (channel/recv b))))
(define q (async (channel/send b :b)))
(channel/send a 1) (list (await p) log)""",
    "bodies that call what they are given": """
(define (run-all fs) (map (fn (f) (async (note :start) (f))) fs))
(define (later f v) (async (f v)))
(define (work v) (note v (channel/recv a)) v)
(define (unseen v) (hidden (fn () (work v))))
(define ps (append (run-all (list (fn () (work 1)) (fn () (unseen 2)) (fn () 3)))
  (list (later work 4) (later unseen 5) (later :k {:k 6}) (later car '(7)))))
(feed a 4)
(list (async/all ps) log (async/map (fn (f) (f 8)) (list (fn (x) (async/sleep x) x) list))
  (try (await (later nil 1)) (catch e (:message e)))
  (try (await (later work 1 2)) (catch e (:message e)))
  (let loop ((f (fn (v) (later work v)))) (feed a 1) (await (f 9))))""",
    "endless tail calls of a body": """
(define (again f n) (if (= n 0) :end (f f (- n 1))))
(define (start f) (async (channel/recv a) (f f 20000)))
(define p (start again)) (channel/send a 1) (await p)""",
    "functions that are given": """
(define (stage f in out) (async (let loop () (let ((v (channel/recv in)))
  (if (nil? v) (channel/close out) (begin (channel/send out (f v)) (loop)))))))
(define c (channel/new 1)) (define (slow v) (async/sleep 1) (note v) (* v 10))
(stage (fn (v) (+ v 1)) a c) (stage slow c b) (async (feed a 4) (channel/close a))
(define (call f v) (channel/send a v) (f v)) (define d a)
(list (let loop ((all '())) (let ((v (channel/recv b))) (if (nil? v) all (loop (cons v all))))) log
  (begin (set! a (channel/new 9)) (await (async (list (call slow 1) (call :k {:k 2}) (call abs -3)
  (try (call nil 1) (catch e (:message e)))
  (call (fn (v) (parameterize ((x v)) (await (async (x))))) 5))))))""",
    "tail calls of what is not known": """
(define (again f n) (channel/recv a) (f f n))
(define (step f n) (if (= n 0) :end (again f (- n 1))))
(async (feed a 200))
(await (async (channel/recv a) (step step 150)))""",
    "functions that call one another": """
(define (ping n) (channel/recv a) (if (= n 0) :end (pong (- n 1))))
(define (pong n) (note n) (if (< n 0) :no (ping n)))
(define (walk n) (if (= n 0) (list (take a)) (cons n (walk (- n 1)))))
(async (feed a 20))
(list (await (async (ping 5))) (await (async (walk 4))) log)""",
    "closures made in every round": """
(define (start i) (define k (* i i)) (define (show v) (note i k (channel/recv a) v)) (async
  (show 1) (show 2)))
(define ps (map start '(1 2 3))) (feed a 6) (async/all ps) log""",
    "variables that tasks change": """
(define n 0)
(define (count-up c) (let ((mine 0)) (async (dotimes (i 3) (channel/recv c) (set! mine (+ mine 1))
  (set! n (+ n mine))) mine)))
(define p (count-up a)) (define q (count-up b)) (feed a 3) (feed b 3)
(list (await p) (await q) n)""",
    "stages with macros": """
(defmacro twice (form) `(list ,form ,form))
(async (feed a 4))
(await (async (twice (take a))))""",
    "what a comprehension waits for": """
(async (feed a 9))
(await (async (list (for/list ((i (range 2)) (j (range 2))) (list i j (take a)))
  (do ((i 0 (+ i 1)) (s 0 (+ s (take a)))) ((= i 3) s)))))""",
    "text that grows over waits": """
(async (feed a 3))
(await (async (let loop ((s "") (i 0)) (if (= i 3) s (loop (string-append s (str (take a))) (+ i 1))))))
""",
    "multiple values and matches": """
(async (feed a 9))
(await (async (let-values (((p q) (values (take a) (take a)))) (match (list p q (take a))
  ([p q r] (list r q p (take a)))))))""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_language_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = PRELUDE + PROGRAMS[name]
    chosen = outcome(program)
    with monkeypatch.context() as patch:
        patch.setattr(concurrency, "present_way", lambda function, version: STEPPED)
        assert outcome(program) == chosen
        patch.setattr(concurrency, "version_of", lambda function: None)
        patch.setattr(concurrency, "waits_only_last", lambda function: False)
        assert outcome(program) == chosen
    if not any(word in name for word in ("error", "wrong", "no function", "fails", "deadlock")):
        assert chosen[0]["error"] is None


DEFINITIONS = """
(define c (channel/new 3))
(define (put v) (channel/send c v))
(define (square x) (* x x))
(define (unknown f) (f))
(define-record-type point (make-point x y) point? (x point-x))
(define (walk n) (if (= n 0) (put 1) (begin (walk (- n 1)) 2)))
"""


@pytest.mark.parametrize(
    ("function", "way"),
    [
        ("(fn () (put 1) 2)", BARE),
        ("(fn () (await c) (async/sleep 1) 2)", BARE),
        ("(fn () (put (map square (list 1 2))) 1)", BARE),
        ("(fn () (put (sort-by square (list 1 2))) 1)", BARE),
        ("(fn () (put (sort-by (fn (x) (- x)) (list 1 2))) 1)", BARE),
        ("(fn () (try (put 1) (catch e (put (:message e)))))", BARE),
        ("(fn () (define (sq x) (* x x)) (put (sq 2)) (put (sq 3)))", BARE),
        ("(fn () (put (point-x (make-point 1 2))) (error 5))", BARE),
        ("(fn () (for-each (fn (x) (put x)) (list 1 2)))", BARE),
        ("(fn () (put 1) (map (fn (x) (let ((f (fn (y) (put y)))) (f x))) (list 1)))", BARE),
        ("(fn () (put (map (fn (x) (let ((h (fn (z) (+ z x)))) (h x))) '(1 2))) 3)", BARE),
        # A task that it starts begins with its context.
        ("(fn () (await (async 1)))", FREE),
        ("(fn () (async/map (fn (x) (put x)) (list 1 2)) 1)", FREE),
        # What they call is known only when they call it.
        ("(let ((g square)) (fn () (put (g 2)) 1))", FREE),
        ("((fn (g) (let ((made #f)) (async (g)) (fn () (put 1) (g 2)))) square)", FREE),
        # What they call may wait unseen.
        ("(fn () (put 1) (unknown square))", STEPPED),
        ("(fn () (put 1) (let ((m map)) (m (fn (x) (put x)) (list 1))) 2)", STEPPED),
        ("(let ((g square)) (fn () (put (sort-by g (list 1 2))) 1))", STEPPED),
        ("(fn () (put 1) (let ((h (fn (y) (channel/recv c)))) (h 1) 2))", BARE),
        ("(fn () (put 1) (sort-by (fn (x) (channel/recv c)) (list 1 2)))", BARE),
        ("(fn () (put 1) (walk 5) 2)", STEPPED),
        # Nothing of it is seen.
        ("(fn () (unknown put) 1)", OWN_STACK),
        ("(fn () (apply put (list 1)) 1)", OWN_STACK),
    ],
)
def test_how_a_task_runs(function: str, way: int) -> None:
    lisp = Interpreter(Host())
    lisp.eval(DEFINITIONS)
    assert way_of(lisp.eval(function)) == way


def test_a_way_holds_only_while_names_mean_the_same() -> None:
    lisp = Interpreter(Host())
    lisp.eval(DEFINITIONS)
    function = lisp.eval("(fn () (put (square 3)) 1)")
    assert way_of(function) == BARE
    lisp.eval("(define (square x) (unknown x))")
    assert way_of(function) == STEPPED
    lisp.eval("(define (square x) x)")
    assert way_of(function) == BARE


def test_functions_without_waits_have_no_second_version() -> None:
    lisp = Interpreter(Host())
    lisp.eval(DEFINITIONS)
    assert version_of(lisp.globals["put"]) is not None
    assert version_of(lisp.globals["square"]) is None
    assert version_of(lisp.globals["unknown"]) is None
    assert version_of(5) is None


def test_a_function_of_a_later_unit_is_called_in_steps_too() -> None:
    lisp = Interpreter(Host())
    lisp.eval(DEFINITIONS)
    lisp.eval("(define (both) (put 1) (put 2) :put)")
    assert way_of(lisp.eval("(fn () (both) 1)")) == BARE
    lisp.eval("(define (put v) (both))")  # a cycle over units: no generators that nest for ever
    lisp.eval("(define (both) (channel/recv c) (when #f (put 1)))")
    assert lisp.eval("(channel/send c 1) (await (async (both) 5))") == 5


def test_deep_recursion_and_endless_tail_calls_of_waiting_functions() -> None:
    lisp = Interpreter(Host())
    lisp.eval(DEFINITIONS)
    lisp.eval("(define (deep n) (if (= n 0) (channel/recv c) (+ 1 (deep (- n 1)))))")
    assert lisp.eval("(define p (async (deep 100000))) (put 1) (await p)") == 100001
    lisp.eval("(define (loop n) (put n) (channel/recv c) (if (= n 0) :end (loop (- n 1))))")
    assert lisp.eval("(await (async (loop 20000) 7))") == 7
