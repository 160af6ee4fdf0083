"""apply, multiple values, errors, parameters and promises."""

import contextvars

import pytest

from lispcore.library.language import control
from lispcore.values.calls import defer
from lispcore.values.errors import LispError
from lispcore.values.types import Map, MultipleValues, Promise, Vector, intern_keyword


def test_apply_puts_leading_arguments_first():
    def collect(*arguments):
        return arguments

    assert control.apply(collect, 1, 2, Vector([3])) == (1, 2, 3)
    assert control.apply(collect, Vector([])) == ()
    assert control.apply(lambda x: defer(lambda: x + 1), Vector([1])) == 2
    assert control.apply(intern_keyword("a"), Vector([Map({})])) is None


def test_values_are_spread_only_if_they_are_several():
    assert control.values(5) == 5
    assert type(control.values()) is MultipleValues
    assert control.call_with_values(lambda: control.values(1, 2), lambda a, b: b) == 2
    assert control.call_with_values(lambda: defer(lambda: 7), lambda a: a) == 7


def test_error_and_raise_differ_in_kind_and_value():
    with pytest.raises(LispError, match=r"^boom 1 2$") as caught:
        control.error("boom", 1, 2)
    assert (caught.value.kind, caught.value.value) == ("eval", None)
    with pytest.raises(LispError, match=r'^"boom"$') as caught:
        control.raise_value("boom")
    assert (caught.value.kind, caught.value.value) == ("user", "boom")


def test_a_parameter_is_set_and_bound():
    parameter = control.make_parameter(1)
    assert control.call_with_parameters([parameter], [2], parameter) == 2
    assert parameter() == 1
    assert parameter(5) == 5
    assert parameter() == 5


def test_setting_inside_parameterize_ends_with_it():
    parameter = control.make_parameter(1)

    def body():
        parameter(9)
        return parameter()

    assert control.call_with_parameters([parameter], [2], body) == 9
    assert parameter() == 1


def test_values_are_converted_before_any_is_bound():
    def fail(value):
        if value == "bad":
            raise LispError("bad value")
        return value

    first, second = control.make_parameter(1), control.make_parameter(1, fail)
    with pytest.raises(LispError, match="bad value"):
        control.call_with_parameters([first, second], [2, "bad"], first)
    assert first() == 1


def test_bindings_end_with_an_error():
    parameter = control.make_parameter(1)

    def body():
        raise LispError("stop")

    with pytest.raises(LispError):
        control.call_with_parameters([parameter], [2], body)
    assert parameter() == 1


def test_bindings_belong_to_one_task():
    parameter = control.make_parameter("outside")
    task = contextvars.copy_context()
    seen = control.call_with_parameters([parameter], ["inside"], lambda: task.run(parameter))
    assert seen == "outside"


def test_a_promise_is_evaluated_once():
    calls = []

    def thunk():
        calls.append(1)
        return defer(lambda: len(calls))

    promise = Promise(thunk)
    assert (control.force(promise), control.force(promise), calls) == (1, 1, [1])


def test_a_promise_that_forces_itself_keeps_its_first_value():
    rounds = []

    def thunk():
        rounds.append(1)
        return "first" if len(rounds) > 1 else [control.force(promise), "second"][1]

    promise = Promise(thunk)
    assert control.force(promise) == "first"


def test_a_promise_whose_expression_fails_can_be_forced_again():
    attempts = []

    def thunk():
        attempts.append(1)
        if len(attempts) == 1:
            raise LispError("not yet")
        return "done"

    promise = Promise(thunk)
    with pytest.raises(LispError):
        control.force(promise)
    assert control.force(promise) == "done"


def test_fresh_names_differ():
    assert len({control.gensym("x") for _ in range(100)}) == 100
