"""What is known of the values of globals must never be seen."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

TABLE = "(define table {:a 1}) (define (look k) (get table k))"


@pytest.fixture
def session() -> Interpreter:
    return Interpreter(FakeHost())


def shown(session: Interpreter, text: str) -> str:
    return print_value(session.eval(text))


@pytest.mark.parametrize(
    ("value", "answer"),
    [("(hashmap/new :a 2)", "2"), ("{:a 3}", "3"), ("nil", None), ("[1]", None)],
)
def test_another_value_counts_at_once(session: Interpreter, value: str, answer: str | None) -> None:
    session.eval(TABLE)
    assert shown(session, "(look :a)") == "1"
    for change in (f"(define table {value})", f"(set! table {value})"):
        session.eval(change)
        if answer is not None:
            assert shown(session, "(look :a)") == answer
        else:
            with pytest.raises(LispError, match="get: argument 1 expected map or hashmap"):
                session.eval("(look :a)")


def test_what_the_unit_changes_itself_is_not_known(session: Interpreter) -> None:
    session.eval(TABLE + "(define (change) (set! table [1 2]))")
    session.eval("(change)")
    with pytest.raises(LispError, match="get: argument 1 expected map or hashmap, got vector"):
        session.eval("(look :a)")


def test_before_its_definition_a_name_is_unknown(session: Interpreter) -> None:
    with pytest.raises(LispError, match="Unbound variable: table"):
        session.eval("(define (look k) (get table k)) (look :a) (define table {:a 1})")


def test_a_closure_sees_another_value(session: Interpreter) -> None:
    session.eval("(define table {:a 1}) (define look ((fn () (fn (k) (get table k)))))")
    session.eval("(define table (hashmap/new :a 5))")
    assert shown(session, "(look :a)") == "5"


def test_eval_may_define_anew_what_is_in_use(session: Interpreter) -> None:
    session.eval(TABLE + "(define (both f) (list (get table :a) (f) (get table :a)))")
    session.eval("(define (change) (eval '(define table (hashmap/new :a 7))) :changed)")
    assert shown(session, "(both change)") == "(1 :changed 7)"


def test_lists_vectors_and_texts(session: Interpreter) -> None:
    session.eval('(define l \'(1 2)) (define v [3 4]) (define s "ab")')
    session.eval("(define (f) (list (car l) (nth v 1) (length l) (string-length s) (first v)))")
    text = "(define l2 '(1 2)) (define (g) (list (car l2) (cdr l2) (nth l2 1))) (g)"
    assert shown(session, text) == "(1 (2) 2)"
    assert shown(session, "(f)") == "(1 4 2 2 3)"


def test_what_a_function_of_the_library_makes_counts_until_that_is_another(
    session: Interpreter,
) -> None:
    session.eval("(define cells (list->vector '(1 2 3))) (define (look i) (nth cells i))")
    assert shown(session, "(look 1)") == "2"
    session.eval("(define (list->vector items) items) (define cells (list->vector '(4 5)))")
    assert shown(session, "(look 1)") == "5"
    session.eval("(set! cells [7 8])")
    assert shown(session, "(look 1)") == "8"


def test_a_unit_that_defines_such_a_function_itself_knows_nothing(session: Interpreter) -> None:
    session.eval(
        "(define (list->vector items) (cdr items)) (define cells (list->vector '(1 2 3)))"
        "(define (look i) (nth cells i))"
    )
    assert shown(session, "(look 0)") == "2"
