"""Functions of a session that are written when they are needed: by names, by calls, again."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler.emit import lazy_functions
from lispcore.running.program_cache import ProgramCache
from tests.test_lazy_functions import definitions, is_written


@pytest.fixture(autouse=True)
def every_unit_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_functions, "least_functions", 1)


def test_what_a_later_form_reaches_is_written_before_it_runs() -> None:
    session = Interpreter()
    session.eval(
        "(define (low n) (if (= n 0) 0 (+ 1 (low (- n 1)))))"
        "(define (high n) (list (low n))) (define (other n) (low n))"
    )
    assert not is_written(session, "high")
    assert session.eval("(if #f (high 1) 5)") == 5
    assert is_written(session, "high")
    assert is_written(session, "low")
    assert not is_written(session, "other")


def test_the_host_calls_by_name() -> None:
    session = Interpreter()
    session.eval(definitions(5))
    assert session.call("f3", 7) == 8


def test_a_function_that_nobody_named_is_written_when_it_is_called() -> None:
    session = Interpreter()
    session.eval("(define (g a . rest) (list a rest)) (define (h) (g 1 2 3))")
    function = session.globals["h"]
    assert str(function()) == str(session.eval("'(1 (2 3))"))
    assert session.globals["h"] is function
    assert is_written(session, "h")


def test_an_error_in_a_first_call_has_the_stack_of_any_call() -> None:
    text = "(define (g x)\n  (car x))\n(define (h x)\n  (+ 1 (g x)))"
    found = []
    for least in (1, 100):
        lazy_functions.least_functions = least
        session = Interpreter()
        session.eval(text)
        found.append(session.run("(map (eval 'h) '(5))")["error"])
        wrong = session.run("((eval 'g) 1 2)")["error"]
        found.append({**wrong})
    assert found[:2] == found[2:]


def test_functions_that_are_not_written_take_part_in_redefinitions() -> None:
    session = Interpreter()
    session.eval("(define (g x) (length x)) (define (h x) (g x)) (define (k) (h '(1 2 3)))")
    session.eval("(define (length x) 'mine)")
    assert str(session.eval("(k)")) == "mine"
    session.eval("(define (g x) 'other)")
    assert str(session.eval("(k)")) == "other"


def test_what_was_written_before_a_redefinition_gets_new_code() -> None:
    session = Interpreter()
    session.eval("(define (g x) (length x)) (define (unused x) (length x)) (define kept (list g))")
    assert session.eval("((car kept) '(1 2))") == 2
    session.eval("(define (length x) 7)")
    assert session.eval("((car kept) '(1 2))") == 7
    assert not is_written(session, "unused")
    assert session.eval("(unused '(1 2))") == 7


def test_an_older_function_of_a_name_stays_what_it_is() -> None:
    session = Interpreter()
    session.eval("(define (g) 1) (define (h) 2)")
    older = session.globals["g"]
    session.eval("(define (g) 3)")
    assert older() == 1
    assert session.eval("(g)") == 3


def test_recalled_programs_write_what_they_need_and_share_no_data() -> None:
    programs = ProgramCache()
    text = "(define (data) '(1 2)) (define (unused) '(3 4)) (define (more) (cons 0 (data)))"
    first, second = (Interpreter(programs=programs) for _ in range(2))
    first.eval(text)
    assert str(first.run("(more)")["value"]) == "(0 1 2)"
    second.eval(text)
    assert len(programs) == 1
    assert not is_written(second, "data")
    assert second.run("(more)")["value"] == "(0 1 2)"
    assert first.eval("(data)") is not second.eval("(data)")
    assert second.run("(begin (define (length x) 9) (length (unused)))")["value"] == "9"


def test_constants_have_names_of_their_own() -> None:
    session = Interpreter()
    session.eval("(define (g) '(a b)) (define (h) '(c d))")
    session.eval("(define (k) '(e f))")
    assert session.run("(list (h) (k) (g) '(x))")["value"] == "((c d) (e f) (a b) (x))"
