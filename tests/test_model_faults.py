"""Whole programs on the terminal against a server that fails in every way: what they can catch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fault_server import Server, fault_server
from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.printing import print_value

CAUGHT = """(try {call}
  (catch e (list (:type e) (:provider e) (:status e) (:reason e) (:partial e) (:attempts e)
                 (string? (:advice e)) (> (string-length (:advice e)) 10))))"""


@pytest.fixture
def server() -> Iterator[Server]:
    with fault_server() as running:
        yield running


class Patient(TerminalHost):
    """Waits between attempts are as short as chance can make them."""

    def random(self) -> float:
        return 0.0


def run(server: Server, fault: str, program: str) -> str:
    host = Patient({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"{server.url}/{fault}"})
    return print_value(Interpreter(host).eval(program))


@pytest.mark.parametrize(
    ("fault", "caught"),
    [
        ("truncate", '0 "truncated" "Hello" 1'),
        ("drop", '0 "connection-lost" "Hello" 1'),
        ("malformed", '0 "malformed-reply" "Hello" 1'),
        ("error-event", '0 "server_error" "Hello" 1'),
        ("mute", '0 "connection-failed" "" 4'),
        ("down", '503 "unavailable" "" 4'),
        ("overloaded", '529 "overloaded" "" 4'),
        ("busy-long", '429 "rate-limited" "" 1'),
        ("page", '0 "malformed-reply" "" 1'),
        ("error-page", '502 "html" "" 4'),
        ("redirect", '307 "redirect" "" 1'),
    ],
)
@pytest.mark.parametrize("call", ['(llm/complete "x")', '(llm/stream "x" (fn (c) nil))'])
def test_a_program_can_catch_it(server: Server, fault: str, caught: str, call: str) -> None:
    shown = run(server, fault, CAUGHT.replace("{call}", call))
    assert shown == f'(:llm "openai" {caught} #t #t)'


def test_a_stalled_reply_ends_at_the_timeout(server: Server) -> None:
    shown = run(server, "stall", CAUGHT.replace("{call}", '(llm/complete "x" {:timeout 150})'))
    assert shown == '(:llm "openai" 0 "timeout" "" 1 #t #t)'
    server.gate.set()


def test_a_stall_in_mid_stream_keeps_what_had_arrived(server: Server) -> None:
    shown = run(server, "gated", CAUGHT.replace("{call}", '(llm/complete "x" {:timeout 150})'))
    assert shown == '(:llm "openai" 0 "timeout" "Hello" 1 #t #t)'


@pytest.mark.parametrize("fault", ["good", "whole", "plain", "drip"])
def test_odd_but_whole_replies_are_answers(server: Server, fault: str) -> None:
    assert run(server, fault, '(llm/complete "x")') == '"Hello"'


@pytest.mark.parametrize("fault", ["busy-once", "mute-once", "down-once"])
def test_a_passing_failure_is_not_noticed(server: Server, fault: str) -> None:
    assert run(server, fault, '(llm/complete "x")') == '"Hello"'
    assert len(server.requests) == 2


def test_nobody_listens(server: Server) -> None:
    host = Patient({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    program = CAUGHT.replace("{call}", '(llm/complete "x")')
    shown = print_value(Interpreter(host).eval(program))
    assert shown == '(:llm "openai" 0 "connection-failed" "" 1 #t #t)'


def test_a_chain_survives_all_of_them(server: Server) -> None:
    names = ["drop", "truncate", "error-event", "malformed", "page", "mute", "down"]
    configured = "".join(
        f'(llm/configure :{name} {{:api-key "k" :base-url "{server.url}/{name}" '
        ':default-model "m" :max-retries 0})'
        for name in [*names, "good"]
    )
    chain = " ".join(f":{name}" for name in [*names, "good"])
    program = f'{configured} (llm/with-fallback [{chain}] (fn () (llm/complete "x")))'
    assert run(server, "good", program) == '"Hello"'
    assert [path.split("/")[1] for path, _, _ in server.requests] == [*names, "good"]


def records(host: Any) -> list[Any]:
    return [record for record in host.records if record["type"] == "call-end"]


def test_the_record_of_a_call_says_what_was_tried_before(server: Server) -> None:
    host = Patient({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"{server.url}/down-once"})
    Interpreter(host).eval('(llm/complete "x")')
    first, second = records(host)
    assert (first["status"], first["error"]["status"]) == (503, 503)
    assert second["error"] is None
    assert second["notes"] == [
        "attempt 1 of 4 failed (HTTP 503: upstream connect error); the next one 0 seconds later"
    ]
