"""No compiled code is ever stale: whatever is defined anew counts from then on, everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lispcore import Interpreter

CASES = Path(__file__).parent / "cases" / "redefinition.jsonl"


def case_sessions() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yields the sessions of the cases with their forms."""
    found: dict[str, list[dict[str, str]]] = {}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found.setdefault(case["session"], []).append(case)
    yield from found.items()


@pytest.mark.parametrize(("name", "forms"), case_sessions())
def test_case(name: str, forms: list[dict[str, str]]) -> None:
    interpreter = Interpreter()
    for form in forms:
        result = interpreter.run(form["code"])
        if "value" in form:
            assert result["value"] == form["value"], form["code"]
        if "error" in form:
            error = result["error"]
            assert error, form["code"]
            assert error["type"] == form["error"], form["code"]


def last(*forms: str) -> str | None:
    """Returns the value of the last of several forms, each of them a unit, as it is printed."""
    session = Interpreter()
    for form in forms:
        result = session.run(form)
    assert result["error"] is None, result["error"]
    value: str | None = result["value"]
    return value


def test_a_library_function_that_is_put_back_is_the_same_as_before() -> None:
    kept = "(define kept +) (define (is-kept) (eq? kept +)) (define (sum) (+ 1 2))"
    evaluating = "(define (evaluate) (eval '(+ 1 2)))"
    for changed in ("(set! + (fn r 1))", "(define (+ & r) 1)"):
        forms = [evaluating, kept, "(sum)", changed, "(set! + kept)", "(list (is-kept) (sum))"]
        assert last(*forms) == "(#t 3)"


# What code relies on that was compiled before may get any function, and that stays what it is.
RELIED_ON = (
    "(define (evaluate) (eval '(+ 1 2)))",
    "(define (use x) (length x)) (define (use-none) (length))",
)


def test_a_multimethod_takes_the_place_of_a_library_function() -> None:
    defined = "(defmulti length type) (defmethod length :string (fn (s) (list :text s)))"
    found = last(*RELIED_ON, defined, '(list (use "a") (type length) length)')
    assert found == '((:text "a") :multimethod <multimethod length>)'


def test_a_parameter_takes_the_place_of_a_library_function() -> None:
    defined = "(define length (make-parameter 1))"
    assert last(*RELIED_ON, defined, "(parameterize ((length 2)) (use-none))") == "2"


def test_a_function_of_the_program_that_is_relied_on_shows_what_it_is() -> None:
    session = Interpreter()
    defined = "(define (mine one two) (apply one two)) (define length mine)"
    for form in (*RELIED_ON, defined):
        session.run(form)
    assert session.run("(list (type length) length)")["value"] == "(:lambda <native-fn mine>)"
    error = session.run("(use 5)")["error"]
    assert error["message"] == "mine expects 2 arguments, got 1"
    assert session.run("(use-none)")["error"]["hint"] == "it is called as (mine one two)"


def test_a_function_may_leave_its_tail_calls_over_from_then_on() -> None:
    assert (
        last(
            "(define (f x) (abs x))",
            "(define (abs x) (list x))"
            "(define (all n acc) (if (= n 0) acc (all (- n 1) (cons (f n) acc))))"
            "(define (count-lists) (length (filter list? (all 200 '()))))"
            "(count-lists)",
        )
        == "200"
    )


def test_functions_that_call_one_another_need_no_stack_when_they_are_defined_anew() -> None:
    define = "(define ({0} n) (if (= n 0) :done ({1} (- n 1))))"
    assert last(define.format("f", "f"), define.format("g", "f"), "(g 3)",
                define.format("f", "g"), "(f 500000)") == ":done"  # fmt: skip


def test_a_task_that_waits_sees_what_is_defined_meanwhile() -> None:
    assert (
        last(
            "(define ch (channel/new 10)) (define rate 1) (define table {:a 1})"
            "(define (handle x) (* x 2)) (define (next!) (channel/recv ch))"
            "(define (work m) (list (handle m) rate (try (get table :a) (catch e :other))))"
            "(define (worker) (let loop ((out '())) (let ((m (next!)))"
            " (if (eq? m :stop) out (loop (cons (work m) out))))))"
            "(define t (async (worker)))",
            "(channel/send ch 1)",
            "(define (handle x) (* x 100)) (define table [7]) (define rate 5)",
            "(channel/send ch 2) (channel/send ch :stop)",
            "(await t)",
        )
        == "((200 5 :other) (2 1 1))"
    )


def test_a_function_that_sleeps_sees_what_is_defined_meanwhile() -> None:
    sleep = "(define (work) (let ((a (list rate (f)))) {} (list a rate (f))))"
    for wait in ("(sleep 2)", "(async/sleep 2)", "(for-each (fn (i) (sleep i)) '(1 1))", "(rest!)"):
        assert (
            last(
                "(define rate 1)",
                "(define (f) (+ rate 10))",
                "(define (rest!) (sleep 2))",
                sleep.format(wait),
                "(define t (async (work)))",
                "(async (sleep 1) (set! rate 5))",
                "(sleep 0)",
                "(define (f) (* rate 100))",
                "(await t)",
            )
            == "((1 11) 5 500)"
        ), wait


def test_macros_are_expanded_once() -> None:
    assert (
        last(
            "(define count 0) (define (m x) (list :function x))",
            "(define (f x) (abs (first (rest (m x)))))",
            "(defmacro counted (x) (set! count (+ count 1)) x)",
            "(define (g x) (counted (abs x)))",
            "(defmacro m (x) :macro)",
            "(define (abs x) (list x))",
            "(list (f 1) (g 2) count (m 3))",
        )
        == "((1) (2) 1 :macro)"
    )


def test_macros_and_tables_and_records_hold_closures_that_see_it_all() -> None:
    assert (
        last(
            "(define k 1) (define (twice x) (* 2 x))",
            "(define in-list (list (let ((y 3)) (fn (x) (list k (twice x) (abs y))))))",
            "(defmacro m (x) (list 'list k (twice x) (abs -5)))",
            "(define-record-type holder (hold f) holder? (f held))",
            "(define h (hold (let ((z 1)) (fn (x) (list z k (twice x))))))",
            "(set! k 10)",
            "(define (twice x) (* 20 x))",
            "(define (abs x) :mine)",
            "(list ((first in-list) 4) (m 4) ((held h) 4))",
        )
        == "((10 80 :mine) (10 80 :mine) (1 10 80))"
    )


def test_what_evaluated_code_defines_counts_in_a_loop_that_runs() -> None:
    loop = (
        "(define (f) (let loop ((i 0) (acc '()))"
        " (if (< i 2) (begin CHANGE (loop (+ i 1) (cons (abs -1) acc))) acc)))"
    )
    quoted = "(eval '(define (abs x) 100))"
    made = '(eval (list (string->symbol "define") (list (string->symbol "abs") \'x) 100))'
    read = '(eval (read "(define (abs x) 100)"))'
    for change in (quoted, made, read):
        assert last(loop.replace("CHANGE", change) + "(f)") == "(100 100)", change
    assert last("(define form '(define (abs x) 100))", "(define (go) (eval form))",
                loop.replace("CHANGE", "(go)"), "(f)") == "(100 100)"  # fmt: skip


def test_evaluating_does_without_nothing_that_no_data_names() -> None:
    session = Interpreter()
    session.run("(define (f x) (abs x)) (eval '(define y (+ 1 2)))")
    assert " type" in session.globals["f"].__code__.co_names  # written in place


def test_a_name_is_looked_up_when_its_arguments_are_there() -> None:
    change = "(begin (set! f (fn (a) :new)) 1)"
    for call in (f"(f {change})", f"(list (f {change}))", f"(let ((x (f {change}))) x)"):
        assert last("(define (f a) :old)", f"(define (g) {call})", "(g)") in (":new", "(:new)")


def test_arguments_are_evaluated_in_order_in_tail_calls_of_unknown_functions() -> None:
    assert last("(define (f h x) (h x (set! x 5)))", "(f list 1)") == "(1 5)"
    assert last("(define x 1) (define (f h) (h x (set! x 5)))", "(f list)") == "(1 5)"
