"""Chains of providers: who is asked next, with which model, and what a program sees of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import LispError
from lispcore.llm.failures import ConnectionLost
from lispcore.values.errors import Stopped
from model_replies import answer, asks_for, host_with, piece, refusal, run, shown

THREE = ("openai", "groq", "mistral")


def asked(host: FakeHost) -> list[str]:
    """Returns whom the requests went to."""
    return [request.url.partition("://")[2].partition(".")[0] for request in host.requests]


def models(host: FakeHost) -> list[Any]:
    return [json.loads(request.body).get("model") for request in host.requests]


def chain(body: str, entries: str = ":openai :groq :mistral") -> str:
    return f"(llm/with-fallback [{entries}] (lambda () {body}))"


COMPLETE = '(llm/complete "x" {:max-retries 0})'
STREAM = '(llm/stream "x" (fn (c) (set! seen (str seen c))) {:max-retries 0})'


def test_the_first_that_answers_is_enough() -> None:
    host = host_with(answer("a"), providers=THREE)
    assert run(host, chain(COMPLETE)) == "a"
    assert asked(host) == ["openai"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 503, 529])
def test_any_error_leads_to_the_next(status: int) -> None:
    host = host_with(refusal(status), refusal(status), answer("c"), providers=THREE)
    assert run(host, chain(COMPLETE)) == "c"
    assert asked(host) == ["openai", "groq", "mistral"]


def test_each_provider_makes_its_own_attempts_first() -> None:
    host = host_with(refusal(503), refusal(503), refusal(503), answer("b"), providers=THREE)
    assert run(host, chain('(llm/complete "x" {:max-retries 2})')) == "b"
    assert asked(host) == ["openai"] * 3 + ["groq"]


def test_each_provider_is_asked_for_its_own_model() -> None:
    host = host_with(refusal(500), refusal(500), answer("c"), providers=THREE)
    host.settings["providers"]["openai"]["model"] = "one"
    host.settings["providers"]["groq"]["model"] = "two"
    run(host, chain(COMPLETE))
    assert models(host) == ["one", "two", "m"]


def test_a_model_in_the_call_is_for_all_and_one_in_the_chain_goes_before() -> None:
    host = host_with(refusal(500), refusal(500), answer("c"), providers=THREE)
    program = chain(
        '(llm/complete "x" {:model "mine" :max-retries 0})',
        '[:openai "one"] {:provider :groq :model "two"} {:provider "mistral"}',
    )
    assert run(host, program) == "c"
    assert models(host) == ["one", "two", "mine"]


def test_a_chain_that_failed_names_each_provider() -> None:
    host = host_with(
        refusal(401, {"error": {"message": "bad key"}}),
        refusal(503, {"error": {"message": "busy", "type": "x"}}),
        providers=THREE,
    )
    with pytest.raises(LispError) as caught:
        run(host, chain(COMPLETE, ":openai :groq"))
    error = caught.value
    assert error.message == (
        "all 2 providers failed: openai: HTTP 401: bad key; groq: HTTP 503: busy"
    )
    assert (error.kind, error.fields["provider"], error.fields["status"]) == ("llm", "groq", 503)
    assert "busy or down" in (error.hint or "")


def test_a_provider_without_a_key_is_passed_over() -> None:
    host = host_with(answer("b"), providers=THREE)
    assert run(host, chain(COMPLETE, ":anthropic :groq")) == "b"
    assert asked(host) == ["groq"]


def test_an_answer_that_broke_off_is_replaced_by_a_whole_one() -> None:
    cut = FakeResponse(piece("Once upon"), ConnectionLost("gone"))
    host = host_with(cut, answer("a whole ", "answer"), providers=THREE)
    assert run(host, chain(COMPLETE)) == "a whole answer"


def test_a_stream_falls_back_before_its_first_piece() -> None:
    host = host_with(refusal(503), answer("b", "c"), providers=THREE)
    assert shown(host, '(define seen "") ' + chain(STREAM) + " seen") == '"bc"'


def test_a_stream_whose_words_were_seen_does_not() -> None:
    cut = FakeResponse(piece("Once"), ConnectionLost("gone"))
    host = host_with(cut, answer("never"), providers=THREE)
    program = f"""(define seen "")
      (list (try {chain(STREAM)} (catch e (list (:provider e) (:partial e)))) seen)"""
    assert shown(host, program) == '(("openai" "Once") "Once")'
    assert asked(host) == ["openai"]


def test_the_pieces_of_a_stream_come_one_by_one() -> None:
    host = host_with(answer("b", "c"), providers=THREE)
    program = '(define seen "") ' + chain(
        '(llm/stream "x" (fn (c) (set! seen (str seen c "|"))) {:max-retries 0})'
    )
    assert shown(host, program + " seen") == '"b|c|"'


def test_an_error_of_the_callback_is_no_failure_of_the_provider() -> None:
    host = host_with(answer("a"), answer("never"), providers=THREE)
    with pytest.raises(LispError, match="enough"):
        run(host, chain('(llm/stream "x" (fn (c) (error "enough")))'))
    assert asked(host) == ["openai"]


def test_providers_of_the_program_take_part() -> None:
    host = host_with(answer("a"), providers=THREE)
    program = """(llm/define-provider :broken {:complete (fn (r) (car 5))})
      (llm/define-provider :raising {:complete (fn (r) (throw {:no "luck"}))})
      (llm/define-provider :echo {:complete (fn (r) (:content (last (:messages r))))})
      """
    assert run(host, program + chain(COMPLETE, ":broken :raising :echo")) == "x"
    with pytest.raises(LispError) as caught:
        run(host, program + chain(COMPLETE, ":broken :raising"))
    assert "broken: " in caught.value.message
    assert 'raising: {:no "luck"}' in caught.value.message
    assert caught.value.kind == "llm"


def test_stop_is_not_a_failure() -> None:
    host = host_with(answer("a"), providers=THREE)
    host.stop_at = 1
    with pytest.raises(Stopped):
        run(host, chain(COMPLETE))
    assert asked(host) == []


def test_a_turn_of_an_agent_may_go_to_another_provider() -> None:
    host = host_with(asks_for(("t", {})), refusal(503), answer("done"), providers=THREE)
    program = '(deftool t "d" {} (fn () 1)) (defagent a {:system "s" :tools [t]})'
    assert run(host, program + chain('(agent/run a "go")', ":openai :groq")) is not None
    assert asked(host)[0] == "openai"


def test_the_chain_ends_with_its_function() -> None:
    host = host_with(refusal(503), answer("b"), refusal(503), providers=THREE)
    with pytest.raises(LispError):
        run(host, chain(COMPLETE) + COMPLETE)
    assert asked(host) == ["openai", "groq", "openai"]


def test_the_record_tells_who_failed_before() -> None:
    host = host_with(refusal(503), answer("b"), providers=THREE)
    run(host, chain(COMPLETE))
    ends = [record for record in host.records if record["type"] == "call-end"]
    assert ends[-1]["notes"] == ["openai failed (HTTP 503)"]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("", "has no provider"),
        (":nobody", "unknown provider :nobody"),
        (":jina", "has no chat models"),
        ("5", "expected string or keyword"),
        ('[:openai "m" 3]', "expected [provider model]"),
        ("[:openai 3]", "the model of :openai"),
        ('{:model "m"}', "names no :provider"),
        ("{:provider :openai :modell 3}", "unknown option :modell"),
    ],
)
def test_wrong_chains(entries: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        run(host_with(providers=THREE), chain(COMPLETE, entries))
    assert words in caught.value.message
