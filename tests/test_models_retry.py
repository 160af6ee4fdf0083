"""Asking again after a passing failure: when, how long later, and how a program learns of it."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import LispError
from lispcore.llm.failures import ConnectionFailed, ConnectionLost, TimedOut
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value
from model_replies import answer, host_with, refusal, run, sse

COMPLETE = '(llm/complete "x")'
CAUGHT = """(try (llm/complete "x" {options})
  (catch e (map (fn (key) (get e key)) [:type :provider :status :reason :attempts])))"""


@pytest.mark.parametrize(
    "failure",
    [
        *[lambda s=s: refusal(s) for s in (408, 409, 429, 500, 502, 503, 504, 520, 529)],
        lambda: ConnectionFailed("refused"),
        lambda: TimedOut("silence"),
        lambda: FakeResponse(ConnectionLost("gone")),
        lambda: FakeResponse(),
        lambda: FakeResponse(sse({"error": {"type": "overloaded_error", "message": "later"}})),
        lambda: FakeResponse(sse({"model": "m"}), ConnectionLost("gone")),
        lambda: refusal(400, x_should_retry="true"),
    ],
)
def test_passing_failures_are_tried_again(failure: Any) -> None:
    host = host_with(failure(), failure(), answer("Hello"))
    assert run(host, COMPLETE) == "Hello"
    assert host.slept == [0.25, 0.5]  # half of 0.5 and of 1 second


def test_an_error_event_before_the_first_word_is_tried_again() -> None:
    start = {"type": "message_start", "message": {"model": "c", "usage": {"input_tokens": 3}}}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    word = {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Hello"}}
    end = [
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]
    host = host_with(
        FakeResponse(sse(start, error)),
        FakeResponse(sse(start, word, *end)),
        FakeResponse(sse(start, word, error)),
        providers=("anthropic",),
    )
    assert run(host, COMPLETE) == "Hello"
    with pytest.raises(LispError) as caught:
        run(host, COMPLETE)
    assert (caught.value.fields["reason"], caught.value.fields["partial"]) == (
        "overloaded_error",
        "Hello",
    )


@pytest.mark.parametrize(
    "failure",
    [
        *[lambda s=s: refusal(s) for s in (400, 401, 402, 403, 404, 405, 413, 422, 501)],
        lambda: refusal(429, {"error": {"code": "insufficient_quota", "message": "no credit"}}),
        lambda: refusal(429, x_should_retry="false"),
        lambda: refusal(307),
        lambda: ConnectionFailed("nobody", retryable=False),
        lambda: FakeResponse(b"<html>", headers={"content-type": "text/html"}),
        lambda: FakeResponse(b"data: {oops\n\n"),
        lambda: FakeResponse(sse({"error": {"type": "invalid_request_error", "message": "no"}})),
        # What has arrived cannot be taken back, nor paid back.
        lambda: FakeResponse(sse({"choices": [{"delta": {"content": "a"}}]}), ConnectionLost("x")),
        lambda: FakeResponse(sse({"choices": [{"delta": {"content": "a"}}]})),
    ],
)
def test_lasting_failures_are_not(failure: Any) -> None:
    host = host_with(failure(), answer("never"))
    with pytest.raises(LispError) as caught:
        run(host, COMPLETE)
    assert caught.value.fields["attempts"] == 1
    assert host.slept == []


def test_a_failure_that_stays_tells_how_often_it_was_tried() -> None:
    host = host_with(*[refusal(503, {"error": {"message": "busy"}}) for _ in range(4)])
    with pytest.raises(LispError) as caught:
        run(host, COMPLETE)
    assert caught.value.message == "openai: HTTP 503: busy (4 attempts)"
    assert caught.value.fields["attempts"] == 4
    assert host.slept == [0.25, 0.5, 1.0]


def test_waits_grow_up_to_a_limit_and_vary() -> None:
    host = host_with(*[refusal(500) for _ in range(9)])
    host.chance = 0.1
    with pytest.raises(LispError):
        run(host, '(llm/complete "x" {:max-retries 8})')
    assert [round(seconds, 3) for seconds in host.slept] == [
        0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (lambda: refusal(429, retry_after="7"), 7.0),
        (lambda: refusal(529, retry_after_ms="1500"), 1.5),
        (lambda: refusal(503, retry_after="Sun, 15 Jun 2025 15:06:50 GMT"), 10.0),
        (lambda: refusal(429, {"error": {"message": "Please try again in 3.5s."}}), 3.5),
        (lambda: refusal(429, {"error": {"details": [{"retryDelay": "34s"}]}}), 34.0),
    ],
)
def test_a_provider_that_says_when_is_obeyed(reply: Any, seconds: float) -> None:
    host = host_with(reply(), answer("a"))
    host.chance = 0.0
    assert run(host, COMPLETE) == "a"
    assert host.slept == [seconds]


def test_a_provider_that_asks_for_too_much_is_not_waited_for() -> None:
    host = host_with(refusal(429, retry_after="600"))
    with pytest.raises(LispError) as caught:
        run(host, COMPLETE)
    assert host.slept == []
    assert caught.value.fields["retry-after"] == 600.0
    assert caught.value.hint == "the provider asks to wait 600 seconds before the next request"


def test_all_waits_together_have_a_limit() -> None:
    host = host_with(*[refusal(429, retry_after="50") for _ in range(20)])
    with pytest.raises(LispError) as caught:
        run(host, '(llm/complete "x" {:max-retries 19})')
    assert len(host.slept) == 3
    assert caught.value.fields["attempts"] == 4


def test_a_wait_beyond_the_timeout_is_not_begun() -> None:
    host = host_with(refusal(429, retry_after="5"), answer("late"))
    caught = run(host, CAUGHT.format(options="{:timeout 4000}"))
    assert print_value(caught) == '(:llm "openai" 429 "rate-limited" 1)'
    assert host.slept == []
    host = host_with(refusal(429, retry_after="3"), answer("in time"))
    assert run(host, '(llm/complete "x" {:timeout 4000})') == "in time"


def test_a_timeout_that_the_program_chose_is_not_multiplied() -> None:
    host = host_with(TimedOut("silence"), answer("late"))
    with pytest.raises(LispError):
        run(host, '(llm/complete "x" {:timeout 1000})')
    assert host.slept == []


def test_stop_ends_a_wait() -> None:
    class Stopping(FakeHost):
        def sleep(self, seconds: float) -> None:
            raise Stopped

    host = Stopping(refusal(429), answer("late"))
    host.settings = host_with().settings
    with pytest.raises(Stopped):
        run(host, '(try (llm/complete "x") (catch e "caught"))')
    assert len(host.requests) == 1


@pytest.mark.parametrize(
    ("program", "requests"),
    [
        ('(llm/complete "x" {:max-retries 0})', 1),
        ('(llm/complete "x" {:max-retries 1})', 2),
        ('(llm/configure :openai {:api-key "k" :max-retries 1}) (llm/complete "x")', 2),
        (
            '(llm/configure :openai {:api-key "k" :max-retries 1})'
            '(llm/complete "x" {:max-retries 2})',
            3,
        ),
    ],
)
def test_how_often_is_up_to_the_program(program: str, requests: int) -> None:
    host = host_with(*[refusal(503) for _ in range(9)])
    with pytest.raises(LispError):
        run(host, program)
    assert len(host.requests) == requests


@pytest.mark.parametrize("number", ["-1", "21", "1.5", '"3"'])
def test_wrong_numbers_of_retries(number: str) -> None:
    for program in (
        f'(llm/complete "x" {{:max-retries {number}}})',
        f'(llm/configure :openai {{:api-key "k" :max-retries {number}}})',
    ):
        with pytest.raises(LispError, match=":max-retries expected an integer from 0 to 20"):
            run(host_with(), program)


def test_the_record_of_the_last_attempt_tells_of_those_before() -> None:
    host = host_with(refusal(429, {"error": {"message": "slow down"}}), answer("a"))
    run(host, COMPLETE)
    first, second = (record for record in host.records if record["type"] == "call-end")
    assert first["notes"] == []
    assert second["notes"] == [
        "attempt 1 of 4 failed (HTTP 429: slow down); the next one 0.25 seconds later"
    ]


def test_pieces_that_a_program_has_seen_are_not_sent_twice() -> None:
    cut = FakeResponse(sse({"choices": [{"delta": {"content": "Once"}}]}), ConnectionLost("x"))
    host = host_with(refusal(503), cut, answer("never"))
    program = """(define seen [])
      (define reason (try (llm/stream "x" (fn (piece) (set! seen (append seen [piece]))))
                          (catch e (list (:reason e) (:partial e) (:attempts e)))))
      (list seen reason)"""
    assert print_value(run(host, program)) == '(("Once") ("connection-lost" "Once" 2))'


def test_a_local_server_is_asked_once_by_a_page() -> None:
    host = FakeHost(ConnectionFailed("Failed to fetch"))
    host.name = "browser"
    host.settings = {"default": "ollama", "providers": {"ollama": {}}}
    with pytest.raises(LispError, match="Failed to fetch"):
        run(host, COMPLETE)
    assert host.slept == []
