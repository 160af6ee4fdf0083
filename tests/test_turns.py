"""How tasks get their turns: on whose stack their steps run, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.hosts.terminal_tasks import GreenletSwitcher
from lispcore.tasks.turns import TURNS_PER_CHECK
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value


class Counting(GreenletSwitcher):
    """Counts how often stacks are started and resumed."""

    def __init__(self) -> None:
        super().__init__()
        self.started = 0
        self.resumed = 0

    def start(self, body: Any) -> Any:
        self.started += 1
        return super().start(body)

    def resume(self, stack: Any) -> None:
        self.resumed += 1
        super().resume(stack)


class Host(FakeHost):
    """A host whose switcher counts."""

    def __init__(self) -> None:
        super().__init__()
        self.counting = Counting()
        self.checks = 0

    def switcher(self) -> Any:
        return self.counting

    def check(self) -> None:
        self.checks += 1


DEFINITIONS = """
(define a (channel/new 1)) (define b (channel/new 1))
(define (hidden f) (f))
(define (feed c n) (dotimes (i n) (channel/send c i)))
(define (sum c n) (let loop ((i 0) (s 0)) (if (= i n) s (loop (+ i 1) (+ s (channel/recv c))))))
"""


def run(program: str) -> tuple[str, Host]:
    host = Host()
    lisp = Interpreter(host)
    value = print_value(lisp.eval(DEFINITIONS + program))
    lisp.close()
    return value, host


@pytest.mark.parametrize(
    ("program", "value", "started"),
    [
        # Nothing is unseen: everything runs on the program's own stack.
        ("(async (feed a 100)) (await (async (+ (sum a 100) 0)))", "4950", 0),
        ("(async (feed a 100)) (sum a 100)", "4950", 0),
        ("(async/map (fn (i) (async/sleep i) (* i i)) '(1 2 3))", "(1 4 9)", 0),
        ("(async/map (fn (i) (* i i)) '(1 2 3))", "(1 4 9)", 0),
        # A function that is given: only if it may wait.
        ("(define (use f) (channel/recv a) (f)) (async (feed a 1)) (await (async (use (fn () 5))))",
         "5", 0),
        ("(define (use f) (channel/recv a) (f)) (async (feed a 1) (channel/send b 8))"
         " (await (async (use (fn () (channel/recv b)))))", "8", 1),
        # One stack for all whose steps may wait unseen, as long as none does.
        ("(async (feed a 9)) (async/map (fn (i) (channel/recv a) (hidden (fn () i))) '(1 2 3))",
         "(1 2 3)", 1),
        # Each that waits there keeps the stack for the time.
        ("(async (feed a 3) (feed b 3))"
         " (async/map (fn (i) (channel/recv a) (hidden (fn () (channel/recv b)))) '(1 2 3))",
         "(0 1 2)", 3),
        # Not seen at all.
        ("(async (feed a 3)) (async/map (fn (i) (hidden (fn () (channel/recv a)))) '(1 2 3))",
         "(0 1 2)", 3),
    ],
)  # fmt: skip
def test_how_many_stacks_are_needed(program: str, value: str, started: int) -> None:
    found, host = run(program)
    assert found == value
    assert host.counting.started == started


def test_a_stack_that_a_step_gives_back_is_used_again() -> None:
    program = (
        "(define (one i) (channel/recv a) (hidden (fn () (async/sleep 1) i)))"
        "(async (feed a 50)) (define all '())"
        "(dotimes (i 50) (set! all (cons (await (async (one i))) all))) (length all)"
    )
    found, host = run(program)
    assert found == "50"
    assert host.counting.started <= 2


def test_stop_is_looked_for_in_the_middle_of_many_turns() -> None:
    count = 10 * TURNS_PER_CHECK
    host = run(f"(async (feed a {count})) (await (async (sum a {count})))")[1]
    assert host.checks >= 3


def test_what_ends_the_program_leaves_the_stack_of_a_step() -> None:
    lisp = Interpreter(Host())

    def stop() -> None:
        raise Stopped

    lisp.globals["stop"] = stop
    lisp.eval(DEFINITIONS)
    for body in ("(channel/recv a) (stop)", "(channel/recv a) (hidden stop)", "(stop)"):
        with pytest.raises(Stopped):
            lisp.eval(f"(async (channel/send a 1)) (await (async {body} 1))")
        assert lisp.eval("(begin (set! a (channel/new 1)) (await (async (+ 1 2))))") == 3


def test_a_function_that_begins_to_wait_by_redefinition_runs_on_top() -> None:
    # When the task began, nothing that it calls could wait.
    program = (
        "(define (late) 1) (define p (async (channel/recv a) (late) (channel/recv a)))"
        "(async/run)"
        "(define (late) (hidden (fn () (channel/recv b))))"
        "(define q (async (channel/send b 5)))"
        "(channel/send a 1) (channel/send a 2) (list (await p) (await q))"
    )
    assert run(program)[0] == "(2 nil)"


def test_an_abandoned_session_cleans_up_once() -> None:
    host = Host()
    lisp = Interpreter(host)
    lisp.eval(
        DEFINITIONS
        + "(async (try (channel/recv a) (finally (println 1) (async/sleep 1) (println 2))))"
        "(async (try (hidden (fn () (channel/recv a))) (finally (println 3))))"
        "(async (try (begin (channel/recv b) 1) (finally (hidden (fn () (println 4))))))"
    )
    lisp.close()
    assert "".join(text for _, text in host.written) == "1\n3\n4\n"
    # Nobody takes what is sent from now on.
    assert lisp.eval("(begin (channel/send a 7) (channel/recv a))") == 7
