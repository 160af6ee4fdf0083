"""Records in place: they must mean what calls of their functions mean."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

POINT = "(define-record-type point (make-point x y) point? (x px set-px!) (y py) (z pz))"


@pytest.fixture
def session() -> Interpreter:
    return Interpreter(FakeHost())


def shown(session: Interpreter, text: str) -> str:
    return print_value(session.eval(text))


def test_what_the_functions_do(session: Interpreter) -> None:
    session.eval(POINT + "(define (f p) (list (px p) (py p) (pz p) (point? p)))")
    assert shown(session, "(f (make-point 1 2))") == "(1 2 nil #t)"
    assert shown(session, "(map px (list (make-point 1 2) (make-point 3 4)))") == "(1 3)"
    assert (
        shown(session, "(filter point? (list 1 (make-point 1 2)))") == "(#<record point 1 2 nil>)"
    )


def test_a_modifier_changes_and_gives_nil(session: Interpreter) -> None:
    session.eval(POINT + "(define (f p) (set-px! p (+ 1 (px p))) p)")
    assert shown(session, "(f (make-point 1 2))") == "#<record point 2 2 nil>"
    assert shown(session, "(set-px! (make-point 1 2) 3)") == "nil"


@pytest.mark.parametrize("body", ["(px p)", "(list (px p) (py p))", "(begin (set-px! p 1) p)"])
def test_another_value_is_an_error_at_its_place(session: Interpreter, body: str) -> None:
    session.eval(POINT + "(define-record-type line (make-line a) line? (a line-a))")
    session.eval(f"(define (f p)\n  {body})")
    for argument, kind in (("3", "int"), ("(make-line 1)", "line")):
        with pytest.raises(LispError, match=f"p.* expected point, got {kind}") as caught:
            session.eval(f"(f {argument})")
        assert (caught.value.line, caught.value.kind) == (2, "type-error")


def test_a_wrong_number_of_arguments(session: Interpreter) -> None:
    session.eval(POINT)
    with pytest.raises(LispError, match="make-point expects 2 arguments, got 1") as caught:
        session.eval("(make-point 1)")
    assert caught.value.hint == "its fields are x y"


def test_a_name_defined_anew_counts_at_once(session: Interpreter) -> None:
    session.eval(POINT + "(define (f p) (list (px p) (point? p) (make-point 5 6)))")
    session.eval("(define p (make-point 1 2))")
    session.eval("(define (px p) :mine) (define (point? p) :yes) (define (make-point x y) [x y])")
    assert shown(session, "(f p)") == "(:mine :yes [5 6])"


def test_the_same_definition_again_makes_another_type(session: Interpreter) -> None:
    session.eval(POINT + "(define (f p) (px p)) (define old (make-point 1 2))")
    session.eval(POINT)
    assert shown(session, "(f (make-point 3 4))") == "3"
    assert shown(session, "(point? old)") == "#f"
    with pytest.raises(LispError, match="px expected point, got point"):
        session.eval("(f old)")


def test_before_the_definition_has_run_the_names_are_unknown(session: Interpreter) -> None:
    for call in ("(px 1)", "(make-point 1 2)", "(point? 1)"):
        other = Interpreter(FakeHost())
        with pytest.raises(LispError, match="Unbound variable: "):
            other.eval(f"(define (f) {call}) (f) {POINT}")


def test_a_definition_that_never_ran_changes_nothing(session: Interpreter) -> None:
    session.eval(POINT + "(define p (make-point 1 2))")
    with pytest.raises(LispError):
        session.eval(f'(define (f p) (list (px p) (point? p))) (error "no") {POINT}')
    assert shown(session, "(f p)") == "(1 #t)"
    assert shown(session, "(list (px p) (make-point 3 4))") == "(1 #<record point 3 4 nil>)"


def test_arguments_are_evaluated_in_order_and_once(session: Interpreter) -> None:
    session.eval(POINT + "(define seen '()) (define (note x) (set! seen (cons x seen)) x)")
    session.eval("(make-point (note 1) (note 2)) (px (note (make-point 1 2)))")
    session.eval("(if (point? (note 3)) 1 2) (set-px! (note (make-point 7 8)) (note 4))")
    text = "(4 #<record point 4 8 nil> 3 #<record point 1 2 nil> 2 1)"
    assert shown(session, "seen") == text


def test_fields_of_a_value_that_changes(session: Interpreter) -> None:
    session.eval(POINT + "(define (f p) (let ((a (px p))) (set! p 5) (list a (px p))))")
    with pytest.raises(LispError, match="px expected point, got int"):
        session.eval("(f (make-point 1 2))")


def test_records_are_made_in_deep_recursion(session: Interpreter) -> None:
    session.eval(POINT + "(define (f n) (if (= n 0) 0 (+ 1 (px (make-point (f (- n 1)) 0)))))")
    assert session.eval("(f 100000)") == 100_000
