"""The step debugger: in which order it stops, what it sees there, and that it changes no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore.running.debugger import Debugger, Pause, Step, shown
from lispcore.running.interpreter import Interpreter
from model_replies import answer, host_with
from stepping_host import SteppingHost

INTO, OVER, OUT, GO = Step.INTO, Step.OVER, Step.OUT, Step.CONTINUE


class Script:
    """Answers each pause with the next of some steps, then with the last one for ever."""

    def __init__(self, *steps: Step, act: Callable[[Debugger, Pause], None] | None = None) -> None:
        self.steps = list(steps)
        self.act = act
        self.pauses: list[Pause] = []
        self.locals: list[dict[str, str]] = []
        self.wants_pause = False

    def stopped(self, debugger: Debugger, pause: Pause) -> Step:
        self.pauses.append(pause)
        self.locals.append({name: shown(value) for name, value in debugger.locals_of(0)})
        if self.act is not None:
            self.act(debugger, pause)
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    def look(self, debugger: Debugger) -> bool:
        return self.wants_pause

    @property
    def lines(self) -> list[int]:
        return [pause.line for pause in self.pauses]


def debug(
    program: str, script: Script, *breakpoints: int, host: Any = None, **switches: bool
) -> dict[str, Any]:
    session = Interpreter(host or FakeHost())
    return session.debug(program, Debugger(script, breakpoints, **switches))


def steps_of(program: str, *steps: Step) -> Script:
    script = Script(*steps)
    debug(program, script, stops_first=True)
    return script


CALLS = """(define (double x)
  (* x 2))
(define (both x)
  (let ((a (double x))
        (b (double (+ x 1))))
    (+ a b)))
(println (both 3))
(println "end")"""


def test_into_goes_everywhere_in_the_order_of_evaluation() -> None:
    assert steps_of(CALLS, INTO).lines == [7, 7, 4, 4, 2, 5, 2, 6, 8]


def test_over_stays_with_the_form() -> None:
    assert steps_of(CALLS, OVER).lines == [7, 8]


def test_over_goes_from_form_to_form_within_a_body() -> None:
    # The println, the call in it, the let; from there on over its values to its body.
    assert steps_of(CALLS, INTO, INTO, OVER).lines == [7, 7, 4, 4, 5, 6, 8]


def test_out_ends_with_the_function() -> None:
    assert steps_of(CALLS, INTO, INTO, INTO, INTO, OUT, OUT, GO).lines == [7, 7, 4, 4, 2, 5, 8]


def test_a_breakpoint_stops_each_time() -> None:
    script = Script(GO)
    assert debug(CALLS, script, 2, 6)["output"] == ["14", "end"]
    assert script.lines == [2, 2, 6]
    assert [pause.why for pause in script.pauses] == ["breakpoint"] * 3
    assert script.locals == [{"x": "3"}, {"x": "4"}, {"b": "8", "a": "6", "x": "3"}]


def test_the_stack_says_who_called_from_where() -> None:
    script = Script(GO)
    debug(CALLS, script, 2)
    stack = [(frame.name, frame.line) for frame in script.pauses[1].stack]
    assert stack == [("double", 2), ("both", 5), ("<program>", 7)]


def test_locals_of_callers_can_be_read() -> None:
    seen: list[Any] = []
    act = lambda debugger, pause: seen.append(dict(debugger.locals_of(1)))  # noqa: E731
    debug(CALLS, Script(GO, act=act), 2)
    assert seen == [{"x": 3}, {"a": 6, "x": 3}]


def test_an_expression_is_evaluated_in_a_frame() -> None:
    said: list[str] = []

    def act(debugger: Debugger, pause: Pause) -> None:
        said.append(debugger.evaluate("(list x (double x)) ; yes", 0))
        said.append(debugger.evaluate("(car x)", 0))
        said.append(debugger.evaluate("(((", 0))

    result = debug(CALLS, Script(GO, act=act), 2)
    assert said[:3:2][0] == "(3 6)"
    assert all(each.startswith("Error: ") for each in (said[1], said[2]))
    assert result["output"] == ["14", "end"]


LOOP = """(define (count-down n)
  (if (= n 0)
      "done"
      (count-down (- n 1))))
(println (count-down 300))
(println "after")"""


def test_over_a_tail_call_passes_all_that_it_leads_to() -> None:
    # Some of so many tail calls take the place of their caller.
    mutual = """(define (even n) (if (= n 0) #t (odd (- n 1))))
(define (odd n)
  (if (= n 0) #f (even (- n 1))))
(println (even 300))
(println "after")"""
    script = Script(*[INTO] * 3, OVER, OVER, OVER)
    debug(mutual, script, stops_first=True)
    assert script.lines[-1] == 5
    assert script.lines == [4, 4, 1, 1, 5]


def test_a_loop_by_tail_calls_comes_round() -> None:
    script = Script(OVER)
    debug(LOOP, script, 2)
    assert len([line for line in script.lines if line == 2]) == 301
    assert script.lines[-1] == 6


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        ("(define i 0)\n(while (< i 2)\n  (set! i (+ i 1)))\n(println i)", [1, 2, 3, 3, 4]),
        ("(let loop ((i 0))\n  (when (< i 2)\n    (loop (+ i 1))))\n7", [1, 2, 3, 2, 3, 2, 4]),
        ("(for-each (fn (x)\n  (println x))\n  (list 1 2))\n(println 3)", [1, 3, 2, 2, 4]),
        ("(do ((i 0 (+ i 1)))\n  ((= i 2))\n  (println i))\n(println 3)", None),
        ("(cond\n  (#f 1)\n  (#t\n    (println 2)))\n(println 3)", [2, 3, 4, 5]),
        ('(try\n  (throw "x")\n  (catch e\n    (println e)))\n(println 3)', None),
        ("(begin\n  (println 1)\n  (println 2))\n(println 3)", [2, 3, 4]),
    ],
)
def test_forms_stop_where_they_stand(program: str, lines: list[int] | None) -> None:
    script = steps_of(program, INTO)
    if lines is not None:
        assert script.lines == lines
    last = len(program.split("\n"))
    assert script.lines[-1] == last


def test_a_macro_is_passed_over_and_its_arguments_are_not() -> None:
    program = """(define (f x) (* x 2))
(defmacro twice (form)
  `(begin ,form ,form))
(twice
  (f 1))
(println "end")"""
    assert steps_of(program, INTO).lines == [5, 1, 5, 1, 6]


def test_closures_show_what_they_share() -> None:
    program = """(define (make n)
  (define total n)
  (fn (d)
    (set! total (+ total d))
    total))
(define add (make 10))
(add 5)"""
    script = Script(GO)
    debug(program, script, 5)
    assert script.locals == [{"d": "5", "total": "15"}]


def test_of_two_variables_of_one_name_the_inner_one_is_seen() -> None:
    program = "(define (f x)\n  (let ((x (+ x 1)))\n    (println x)\n    (let ((x 7))\n      (+ x 1))))\n(f 1)"
    script = Script(GO)
    debug(program, script, 3, 5)
    assert script.locals == [{"x": "2"}, {"x": "7"}]


def test_what_a_pattern_binds_is_seen() -> None:
    script = Script(GO)
    debug("(match [1 2]\n  ([a b]\n    (+ a b)))", script, 3)
    assert script.locals == [{"b": "2", "a": "1"}]


def test_steps_of_one_task_are_not_those_of_another() -> None:
    program = """(define (work name)
  (sleep 1)
  (println name))
(define a (async (work "a")))
(define b (async (work "b")))
(await a)
(await b)"""
    for host in (FakeHost(), SteppingHost(FakeHost())):
        script = Script(GO)
        result = debug(program, script, 3, host=host)
        assert result["output"] == ["a", "b"], result
        assert script.lines == [3, 3]
        assert [each["name"] for each in script.locals] == ['"a"', '"b"']
        assert script.pauses[0].stack[0].name == "work"


def test_an_error_stops_where_it_is_thrown() -> None:
    program = """(define (f x)
  (+ x "one"))
(try
  (f 1)
  (catch e (println "caught")))
(throw "own")"""
    script = Script(GO)
    result = debug(program, script, stops_at_errors=True)
    assert [(pause.why, pause.line) for pause in script.pauses] == [("error", 2), ("error", 6)]
    assert script.locals[0] == {"x": "1"}
    assert script.pauses[0].message
    assert result["output"] == ["caught"]
    assert "own" in result["error"]["message"]


def test_what_is_no_error_stops_nobody() -> None:
    program = (
        '(println (+ 1 2.5) (get {:a 1} :b) (first (list)) (str "a" 1) (map (fn (x) x) (list 1)))'
    )
    script = Script(GO)
    assert debug(program, script, stops_at_errors=True)["error"] is None
    assert script.pauses == []


def calls(**changes: Mapping[str, str]) -> tuple[Script, list[Mapping[str, str]]]:
    seen: list[Mapping[str, str]] = []

    def act(debugger: Debugger, pause: Pause) -> None:
        assert pause.call is not None
        seen.append(pause.call)
        debugger.changes = changes.get(pause.why.replace("-", "_"), {})

    return Script(GO, act=act), seen


ASK = '(println\n  (llm/complete "What?" {:system "Be brief"}))'


def test_a_model_call_can_be_changed_on_its_way() -> None:
    script, seen = calls(
        before_call={"prompt": "Why?", "system": ""}, after_call={"text": "Never."}
    )
    host = host_with(answer("Be", "cause"))
    result = debug(ASK, script, host=host, stops_at_calls=True)
    assert [pause.why for pause in script.pauses] == ["before-call", "after-call"]
    assert script.lines == [2, 2]
    assert (seen[0]["prompt"], seen[0]["system"]) == ("What?", "Be brief")
    assert seen[1]["text"] == "Because"
    body = host.requests[0].body.decode()
    assert "Why?" in body
    assert "What?" not in body
    assert "Be brief" not in body
    assert result["output"] == ["Never."]


def test_a_model_call_that_nobody_changes_is_as_it_was() -> None:
    script, _ = calls()
    plain, stopped = host_with(answer("yes")), host_with(answer("yes"))
    assert debug(ASK, script, host=stopped, stops_at_calls=True)["output"] == ["yes"]
    Interpreter(plain).run(ASK)
    assert plain.requests[0].body == stopped.requests[0].body


def test_breakpoints_change_while_it_runs() -> None:
    def act(debugger: Debugger, pause: Pause) -> None:
        debugger.breakpoints = {6}

    script = Script(GO, act=act)
    debug(CALLS, script, 2)
    assert script.lines == [2, 6]


def test_a_program_that_runs_can_be_stopped() -> None:
    host = FakeHost()
    script = Script(GO, act=lambda debugger, pause: setattr(script, "wants_pause", False))
    script.wants_pause = True
    program = "(define (wait n) (sleep 100) (when (> n 0) (wait (- n 1))))\n(wait 300)"
    debug(program, script, host=host)
    assert [pause.why for pause in script.pauses] == ["pause"]


def test_afterwards_its_functions_run_as_always() -> None:
    session = Interpreter(FakeHost())
    script = Script(GO)
    session.debug(CALLS, Debugger(script, [2]))
    assert session.run("(both 1)")["value"] == "6"
    assert len(script.pauses) == 2


def test_a_debug_run_gives_what_a_run_gives() -> None:
    programs = [CALLS, LOOP, "(car 5)", "(define x (list 1 2))\n(map (fn (n) (* n n)) x)"]
    for program in programs:
        plain = Interpreter(FakeHost()).run(program)
        found = debug(program, Script(INTO), stops_first=True)
        assert {**found, "error": bool(found["error"])} == {**plain, "error": bool(plain["error"])}
