"""Sessions: what is defined stays, what fails does no harm, the batch shapes hold."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost


def test_eval_returns_the_last_value_and_keeps_definitions() -> None:
    interpreter = Interpreter()
    assert interpreter.eval("(define x 40) (define (add n) (+ x n))") is None
    assert interpreter.eval("(add 2)") == 42
    assert interpreter.call("add", 3) == 43
    assert interpreter.eval("") is None


def test_call_of_an_unknown_name_is_an_error() -> None:
    with pytest.raises(LispError, match="Unbound variable: nothing"):
        Interpreter().call("nothing")


def test_sessions_do_not_see_each_other() -> None:
    first, second = Interpreter(), Interpreter()
    first.eval("(define (car x) 'mine) (define y 1) (defmacro m () 1)")
    assert second.eval("(car '(7))") == 7
    for program in ("y", "(m)"):
        with pytest.raises(LispError):
            second.eval(program)


def test_run_gives_value_output_and_error() -> None:
    interpreter = Interpreter(SilentHost(TerminalHost()))
    result = interpreter.run('(println "a") (display "b") (car 5)')
    assert result["value"] is None
    assert result["output"] == ["a", "b"]
    assert set(result["error"]) >= {"type", "message", "line", "column", "hint", "stack"}
    assert interpreter.run('(list 1 "x")') == {"value": '(1 "x")', "output": [], "error": None}
    assert interpreter.run("nil")["value"] is None


def test_what_stands_before_a_failing_form_has_happened() -> None:
    interpreter = Interpreter(SilentHost(TerminalHost()))
    interpreter.run("(define a 1) (set! a 2) (car 5) (set! a 3)")
    assert interpreter.run("a")["value"] == "2"


def test_nothing_runs_if_the_text_cannot_be_read() -> None:
    result = Interpreter(SilentHost(TerminalHost())).run('(println "a") (')
    assert result["output"] == []
    assert result["error"]["type"] == "reader"


def test_eval_sees_globals_but_no_locals() -> None:
    interpreter = Interpreter()
    assert interpreter.eval("(define x 1) (let ((x 2)) (eval 'x))") == 1
    assert interpreter.eval("(eval '(define fresh 5)) fresh") == 5


# Python would take these for its own if a program's global had the same name in its code.
@pytest.mark.parametrize(
    "name", ["__builtins__", "__import__", "__name__", "__debug__", "None", "True", "False"]
)
def test_a_name_that_python_uses_is_the_programs(name: str) -> None:
    interpreter = Interpreter(SilentHost(TerminalHost()))
    unbound = interpreter.run(f"(define (f) {name}) (f)")["error"]
    assert unbound["message"] == f"Unbound variable: {name}"
    assert interpreter.eval(f"(define ({name} x) (* x 2)) ({name} 21)") == 42
    assert interpreter.call(name, 4) == 8
    # Functions of Python that import others find what they need all the same.
    assert interpreter.eval("(string/length (str (expt 7 60000)))") == 50706
