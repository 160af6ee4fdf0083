"""The surroundings of a program, real and in a page."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def browser() -> FakeHost:
    host = FakeHost()
    host.name = "browser"
    return host


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(sys/os)", '"web"'),
        ("(sys/arch)", '"wasm32"'),
        ("(sys/pid)", "0"),
        ("(sys/user)", "nil"),
        ("(sys/args)", "()"),
        ('(sys/which "ls")', "nil"),
        ("(sys/env-all)", "{}"),
        ("(sys/interactive?)", "#f"),
    ],
)
def test_facts_of_a_page(program: str, value: str) -> None:
    assert print_value(Interpreter(browser()).eval(program)) == value


def test_variables_belong_to_one_interpreter() -> None:
    host = FakeHost()
    host.variables["HERE"] = "host"
    first, second = Interpreter(host), Interpreter(host)
    first.eval('(sys/set-env "HERE" "mine")')
    assert (first.eval('(env "HERE")'), second.eval('(env "HERE")')) == ("mine", "host")
    with pytest.raises(LispError, match="cannot be the name"):
        first.eval('(sys/set-env "A=B" "x")')


def test_retry_waits_longer_each_time_and_raises_the_last_error() -> None:
    host = FakeHost()
    with pytest.raises(LispError, match="again"):
        Interpreter(host).eval(
            '(retry (fn () (error "again")) {:max-attempts 4 :base-delay-ms 100 :backoff 3})'
        )
    assert host.slept == pytest.approx([0.1, 0.3, 0.9])
    with pytest.raises(LispError, match="unknown option :tries"):
        Interpreter(host).eval("(retry (fn () 1) {:tries 2})")


def test_what_is_said_goes_to_the_error_output() -> None:
    host = FakeHost()
    interpreter = Interpreter(host)
    assert interpreter.eval('(spy "x" (list 1 "a"))') is not None
    interpreter.eval('(log/info "step" 2 "of" :all)')
    assert host.written == [("err", '[x] (1 "a")\n'), ("err", "[INFO] step 2 of :all\n")]


def test_exit_ends_only_a_process_of_its_own() -> None:
    interpreter = Interpreter(FakeHost())
    with pytest.raises(LispError, match="no process of its own"):
        interpreter.eval("(exit 3)")
    interpreter.may_exit = True  # type: ignore[attr-defined]
    with pytest.raises(SystemExit) as caught:
        interpreter.eval("(exit 3)")
    assert caught.value.code == 3
