"""Multimethods."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost


@pytest.fixture
def session() -> Interpreter:
    return Interpreter(FakeHost())


def shown(session: Interpreter, text: str) -> str:
    return print_value(session.eval(text))


def test_the_dispatch_function_chooses(session: Interpreter) -> None:
    session.eval("(defmulti area :kind) (defmethod area :circle (fn (s) (* 3 (:r s))))")
    session.eval("(defmethod area :default (fn (s) :other))")
    assert shown(session, "(area {:kind :circle :r 2})") == "6"
    assert shown(session, "(area {:kind :square})") == ":other"
    assert shown(session, "(map area (list {:kind :circle :r 1}))") == "(3)"
    assert shown(session, "area") == "<multimethod area>"


@pytest.mark.parametrize("count", range(6))
def test_any_number_of_arguments(session: Interpreter, count: int) -> None:
    session.eval("(defmulti f (fn (& all) (length all)))")
    session.eval(f"(defmethod f {count} (fn (& all) (list :all all)))")
    given = " ".join(map(str, range(count)))
    assert shown(session, f"(f {given})") == f"(:all ({given}))"


def test_keys_are_told_apart_as_in_maps(session: Interpreter) -> None:
    session.eval("(defmulti f (fn (x) x))")
    for key in (
        "1",
        "1.0",
        '"a"',
        ":k",
        "'s",
        "nil",
        "#t",
        "[:a :b]",
        "[1 :a]",
        "[1.0 :a]",
        "'(1)",
    ):
        session.eval(f"(defmethod f {key} (fn (x) (list :for x)))")
        assert shown(session, f"(f {key})") == f"(:for {print_value(session.eval(key))})"
    with pytest.raises(LispError, match="no method in multimethod 'f' for dispatch value: 2"):
        session.eval("(f 2)")
    for other in ("[:a :c]", "[:a]", "[2 :a]", "2.0", "#f", "'(:a :b)"):
        with pytest.raises(LispError, match="no method"):
            session.eval(f"(f {other})")


def test_a_method_takes_the_place_of_another(session: Interpreter) -> None:
    session.eval("(defmulti f (fn (a b) [(type a) (type b)]))")
    session.eval("(defmethod f [:int :int] (fn (a b) :first))")
    assert shown(session, "(f 1 2)") == ":first"
    session.eval("(defmethod f [:int :int] (fn (a b) :second))")
    assert shown(session, "(f 1 2)") == ":second"


def test_a_wrong_number_of_arguments_is_that_of_the_dispatch_function(session: Interpreter) -> None:
    session.eval("(defmulti f (fn (a) a)) (defmethod f :default (fn (a) a))")
    for call in ("(f)", "(f 1 2)", "(f 1 2 3)"):
        with pytest.raises(LispError, match="expects 1 argument, got"):
            session.eval(call)


def test_methods_may_call_themselves_without_end(session: Interpreter) -> None:
    session.eval("(defmulti f (fn (n) (if (= n 0) :end :more)))")
    session.eval("(defmethod f :end (fn (n) :done)) (defmethod f :more (fn (n) (f (- n 1))))")
    assert shown(session, "(f 100000)") == ":done"


def test_what_is_no_multimethod_takes_no_method(session: Interpreter) -> None:
    with pytest.raises(LispError, match="defmethod: argument 1 expected multimethod"):
        session.eval("(define f 1) (defmethod f :a (fn (x) x))")
