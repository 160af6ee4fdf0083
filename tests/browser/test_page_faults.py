"""Model calls of the page that fail in every way: a program can catch each, and keeps what it had."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from model_server import ModelServer, Raw
from playground import Playground

pytestmark = pytest.mark.one_page

START = b'data: {"model": "m", "choices": [{"delta": {"content": "Once upon"}}]}\n\n'
END = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
ERROR = b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n'
HTML = b"<html><title>Sign in</title></html>"
NO_CREDIT = b'{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'

CAUGHT = """(try (llm/complete "x" %s)
  (catch e (list (:type e) (:provider e) (:status e) (:reason e) (:partial e) (:attempts e)
                 (string? (:advice e)))))"""


@pytest.fixture
def asking(playground: Playground, models: ModelServer) -> Callable[[str], str]:
    """Runs a program with the scripted server as its model; returns the value."""
    playground.configure("openai", models.url, "test-key-1234", "some-model")

    def run(program: str) -> str:
        result = playground.run(program)
        assert result["error"] is None, result["error"]
        return str(result["value"])

    return run


def test_failures_that_last(asking: Callable[[str], str], models: ModelServer) -> None:
    json = "application/json"
    for reply, caught in [
        (Raw([START]), '0 "truncated" "Once upon" 1'),
        (Raw([START], ending="dropped", pause_seconds=0.2), '0 "connection-lost" "Once upon" 1'),
        (Raw([START, b"data: {oops\n\n"]), '0 "malformed-reply" "Once upon" 1'),
        (Raw([START, ERROR]), '0 "server_error" "Once upon" 1'),
        (Raw([HTML], kind="text/html"), '0 "malformed-reply" "" 1'),
        (Raw([HTML], status=404, kind="text/html"), '404 "html" "" 1'),
        (Raw([b'{"error": {"message": "no"}}'], status=401, kind=json), '401 "unauthorized" "" 1'),
        (Raw([NO_CREDIT], status=429, kind=json), '429 "insufficient_quota" "" 1'),
    ]:
        models.raw = [reply]
        assert asking(CAUGHT % "") == f'(:llm "openai" {caught} #t)', caught


def test_failures_that_pass(asking: Callable[[str], str], models: ModelServer) -> None:
    models.raw = [
        Raw(status=529),
        Raw(status=429, headers={"retry-after": "0"}),
        Raw([b'{"error": {"message": "Please try again in 20ms."}}'], status=429),
    ]
    assert asking('(llm/complete "x")') == '"Hello from the server."'
    assert len(models.posts()) == 4


def test_failures_that_would_pass_but_may_not_be_waited_for(
    asking: Callable[[str], str], models: ModelServer
) -> None:
    models.refusal = (503, {"error": {"message": "busy"}})
    caught = asking(CAUGHT % "{:max-retries 0}")
    assert caught == '(:llm "openai" 503 "unavailable" "" 1 #t)'


def test_a_reply_that_stalls_ends_at_the_timeout(
    asking: Callable[[str], str], models: ModelServer
) -> None:
    models.raw = [Raw([START], ending="stalled")]
    assert asking(CAUGHT % "{:timeout 400}") == '(:llm "openai" 0 "timeout" "Once upon" 1 #t)'
    models.gate.set()


def test_a_slow_drip_and_a_wrong_type_are_answers(
    asking: Callable[[str], str], models: ModelServer
) -> None:
    drip = [bytes((byte,)) for byte in START + END]
    models.raw = [Raw(drip, pause_seconds=0.001), Raw([START + END], kind="text/plain")]
    program = '(list (llm/complete "x") (llm/complete "x"))'
    assert asking(program) == '("Once upon" "Once upon")'


def test_stop_ends_the_wait_between_two_attempts(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("openai", models.url, "test-key-1234", "some-model")
    models.raw = [Raw(status=429, headers={"retry-after": "50"})]
    models.refusal = (429, {"error": {"message": "Please try again in 50s."}})
    playground.start('(println "asking") (llm/complete "x")')
    playground.wait_for_output("asking")
    playground.page.wait_for_function("playground.calls().length > 0")
    playground.page.wait_for_timeout(200)
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert "Stopped" in playground.output()


def test_another_provider_takes_over(
    playground: Playground, models: ModelServer, other_models: ModelServer
) -> None:
    playground.configure("groq", other_models.url, "other-key-1234", "other")
    playground.configure("openai", models.url, "test-key-1234", "some-model")
    models.refusal = (401, {"error": {"message": "no"}})
    other_models.pieces = ["From ", "elsewhere."]
    program = """(llm/with-fallback [:openai :groq]
      (lambda () (llm/stream "x" (fn (c) (display c)))))"""
    assert playground.run(program)["value"] == '"From elsewhere."'
    assert other_models.posts()[0].headers["authorization"] == "Bearer other-key-1234"
