"""No more requests a second than the program allows."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore import LispError
from model_replies import answer, host_with, refusal, run


def waits(program: str, *replies: Any) -> list[float]:
    host = host_with(*(replies or [answer("a") for _ in range(6)]))
    host.chance = 0.0
    run(host, program)
    return [round(seconds, 3) for seconds in host.slept if seconds]


THREE = '(llm/complete "a") (llm/complete "b") (llm/complete "c")'


def test_the_first_goes_at_once_and_the_others_in_their_turn() -> None:
    assert waits(f"(llm/with-rate-limit 5 (lambda () {THREE}))") == [0.2, 0.2]
    assert waits(f"(llm/with-rate-limit 0.5 (lambda () {THREE}))") == [2.0, 2.0]


def test_whoever_is_slow_does_not_wait() -> None:
    program = '(llm/complete "a") (sleep 150) (llm/complete "b") (sleep 300) (llm/complete "c")'
    assert waits(f"(llm/with-rate-limit 5 (fn () {program}))") == [0.15, 0.05, 0.3]


def test_the_limit_ends_with_its_function() -> None:
    assert waits(f"(llm/with-rate-limit 1 (fn () 1)) {THREE}") == []


def test_the_inner_limit_counts() -> None:
    program = f"(llm/with-rate-limit 1 (fn () (llm/with-rate-limit 10 (fn () {THREE}))))"
    assert waits(program) == [0.1, 0.1]


def test_attempts_after_a_failure_are_requests() -> None:
    program = '(llm/with-rate-limit 2 (fn () (llm/complete "a")))'
    assert waits(program, refusal(503), answer("a")) == [0.5]


def test_tasks_take_their_turns() -> None:
    program = """(llm/with-rate-limit 4 (fn ()
      (async/all (map (fn (x) (async (llm/complete x))) '("a" "b" "c")))))"""
    assert sum(waits(program)) == 0.5


@pytest.mark.parametrize("rate", ["0", "-1", '"5"', ":fast", "1e9"])
def test_wrong_rates(rate: str) -> None:
    with pytest.raises(LispError, match="expected a number above 0"):
        run(host_with(), f"(llm/with-rate-limit {rate} (fn () 1))")
