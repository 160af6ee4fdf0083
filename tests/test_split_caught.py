"""Handlers that read single entries of what they catch."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ('(try (error "a") (catch e (str (:message e) (:message e) (:type e))))', '"aa:eval"'),
        ("(try (throw 5) (catch e (if (= (:type e) :user) (+ 1 (:value e)) 0)))", "6"),
        ("(try (throw 5) (catch e (list (:value e) e)))", None),
        ('(try (error "a") (catch e (map (fn (i) (:message e)) (list 1 2))))', '("a" "a")'),
        ('((try (error "a") (catch e (fn () (:message e)))))', '"a"'),
        ("(try (throw 5) (catch e (set! e {:value 6}) (:value e)))", "6"),
        ("(try (throw 5) (catch e (let ((e {:value 7})) (:value e))))", "7"),
        ("(try (throw 5) (catch e (define x (:value e)) (+ x 1)))", "6"),
        ("(try (try (throw 1) (catch e (throw (+ 1 (:value e))))) (catch e (:value e)))", "2"),
        ("(try (throw {:a 1}) (catch e (:a (:value e))))", "1"),
        ("(try (throw 5) (catch e (get e :value 9)))", "5"),
        ("(try (throw 5) (catch e (get e :other 9)))", "9"),
        (
            "(let loop ((i 0)) (if (= i 3) i (loop (try (throw (+ i 1)) (catch e (:value e))))))",
            "3",
        ),
    ],
)
def test_what_a_handler_sees(program: str, value: str | None) -> None:
    shown = print_value(Interpreter(FakeHost()).eval(program))
    if value is None:
        assert shown.startswith("(5 {:message")
    else:
        assert shown == value


def test_get_defined_anew_counts() -> None:
    session = Interpreter(FakeHost())
    session.eval("(define (f) (try (throw 5) (catch e (get e :value))))")
    assert session.eval("(f)") == 5
    session.eval("(define (get m k) :mine)")
    assert print_value(session.eval("(f)")) == ":mine"
