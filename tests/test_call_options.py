"""The options of model calls in programs: checks, several answers, thoughts, who is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from model_replies import answer, asks_for, host_with, piece, sse

DEFINE = '(deftool add "Adds." {:a :int} (fn (a) a))'
THINKER = '(llm/define-provider :m {:complete (fn (r) {:content "Seven" :thinking "3 and 4"})}) '
SHOWER = "(llm/define-provider :m {:complete (fn (r) (json/encode (dissoc r :messages)))}) "


def value_of(code: str, host: FakeHost | None = None) -> Any:
    return Interpreter(host or FakeHost()).run(code)


def text_of(code: str, host: FakeHost | None = None) -> str:
    found = value_of(code, host)
    assert "value" in found, found
    return str(found["value"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{:top-p 2}", "option :top-p expected a number from 0 to 1"),
        ("{:top-k 0}", "an integer of at least 1"),
        ("{:seed 1.5}", "an integer of at most 63 bits"),
        ("{:n 0}", "an integer from 1 to 128"),
        ("{:logprobs 21}", "how many alternatives"),
        ("{:parallel-tool-calls 1}", "#t or #f"),
        ("{:tool-choice :add}", "option :tool-choice without tools"),
        ("{:tool-choice :sub :tools [add]}", "names sub, which is none of the tools"),
        ("{:n 2 :tools [add]}", ":n does not go with :tools"),
        ('{:headers {:authorization "Bearer x"}}', "headers without keys"),
        ('{:headers {"x-api-key" "x"}}', "headers without keys"),
        ('{:headers {"Set-Cookie" "x"}}', "headers without keys"),
        ('{:headers {"a b" "x"}}', "names of headers"),
        ('{:headers {:a "x\\ny"}}', "names of headers"),
        ("{:extra-body 5}", "a map"),
        ("{:provider :opnai}", "names opnai, which is not configured"),
        ("{:on-thinking 5}", "a function"),
        ("{:prompt-cache :2h}", "1h"),
        ("{:schema :string}", "a schema as llm/extract takes it"),
        ("{:top_p 1}", "unknown option"),
        ("{:schema {:a :int} :response-format :text}", "with :schema the answer is JSON"),
    ],
)
def test_options_that_make_no_sense(options: str, message: str) -> None:
    found = value_of(f'{DEFINE} (llm/complete "x" {options})')
    assert message in found["error"]["message"] + str(found["error"].get("hint"))


def test_a_program_of_its_own_gets_every_option() -> None:
    given = json.loads(
        json.loads(
            text_of(
                DEFINE + SHOWER + '(llm/complete "x" {:top-p 0.5 :top-k 3 :seed 4 :tools [add] '
                ":tool-choice add :parallel-tool-calls #f :service-tier :flex :extra-body {:a 1} "
                ':headers {:x "y"} :thinking-budget 9 :logprobs 2 :metadata {:who "me"} '
                ":reasoning-effort :max :prompt-cache #t})"
            )
        )
    )
    expected = {
        "top-p": 0.5,
        "top-k": 3,
        "seed": 4,
        "tool-choice": "add",
        "parallel-tool-calls": False,
        "service-tier": "flex",
        "extra-body": {"a": 1},
        "headers": {"x": "y"},
        "thinking-budget": 9,
        "logprobs": 2,
        "metadata": {"who": "me"},
        "reasoning-effort": "max",
        "prompt-cache": "5m",
    }
    assert {name: given.get(name) for name in expected} == expected


def test_several_answers() -> None:
    host = host_with(answer("Seven"), answer("7"), answer("VII"))
    assert text_of('(llm/complete "x" {:n 3})', host) == '("Seven" "7" "VII")'
    wanted = [json.loads(each.body)["n"] for each in host.requests]
    assert wanted == [3, 2, 1]  # who gives one only is asked for the rest
    both = [
        {"index": i, "delta": {"content": t}, "finish_reason": "stop"} for i, t in enumerate("ab")
    ]
    whole = answer()
    whole.pieces = (sse({"choices": both}) + b"data: [DONE]\n\n",)
    assert text_of('(llm/complete "x" {:n 2})', host_with(whole)) == '("a" "b")'
    for code in (
        '(llm/stream "x" {:n 2})',
        '(llm/batch ["x"] {:n 2})',
        '(conversation/say (conversation/new) "x" {:n 2})',
    ):
        assert "one answer" in value_of(code)["error"]["message"]


def test_who_is_asked_once() -> None:
    code = (
        '(llm/define-provider :a {:complete (fn (r) "a")}) '
        '(llm/define-provider :b {:complete (fn (r) "b")}) '
        '(list (llm/complete "x" {:provider :a}) (llm/complete "x") '
        '(llm/with-fallback [:b :a] (fn () (llm/complete "x" {:provider "a"}))))'
    )
    assert text_of(code) == '("a" "b" "a")'


def test_thoughts() -> None:
    code = THINKER + (
        '(define got []) (llm/stream "x" (fn (c) c) '
        "{:on-thinking (fn (t) (set! got (append got (list t))))}) (list got (llm/last-thinking))"
    )
    assert text_of(code) == '(("3 and 4") "3 and 4")'
    for call in (
        '(llm/complete "x" {:on-thinking println})',
        '(llm/chat [(message :user "x")] {:on-thinking println})',
        '(conversation/say (conversation/new) "x" {:on-thinking println})',
        '(agent/run (agent {}) "x" {:on-thinking println})',
        '(llm/summarize "x" {:on-thinking println})',
    ):
        host = FakeHost()
        text_of(THINKER + call, host)
        assert ("out", "3 and 4\n") in host.written or any(
            "3 and 4" in text for _, text in host.written
        )


def test_the_demo_thinks_aloud() -> None:
    code = (
        '(llm/set-default :demo) (llm/complete "Hello" {:on-thinking (fn (t) t)}) '
        "(llm/last-thinking)"
    )
    assert "I was asked “Hello”" in text_of(code)


def test_who_must_call_a_tool_does_so_once() -> None:
    host = host_with(asks_for(("add", {"a": 1})), answer("done"))
    code = f'{DEFINE} (llm/complete "x" {{:tools [add] :tool-choice :required}})'
    assert text_of(code, host) == '"done"'
    choices = [json.loads(each.body).get("tool_choice") for each in host.requests]
    assert choices == ["required", None]


def test_an_answer_held_to_a_schema() -> None:
    good, bad = answer('{"a": 5}'), answer('{"a": "five"}')
    host = host_with(good, bad)
    assert text_of('(llm/complete "x" {:schema {:a {:type :int}}})', host) == '"{\\"a\\": 5}"'
    sent = json.loads(host.requests[0].body)
    assert sent["response_format"]["type"] == "json_schema"
    found = value_of('(llm/complete "x" {:schema {:a {:type :int}}})', host)
    assert (
        "does not fit" in found["error"]["message"]
        or "validation failed" in found["error"]["message"]
    )


def test_any_json() -> None:
    host = host_with(answer("[1]"))
    text_of('(llm/complete "List one." {:response-format :json})', host)
    sent = json.loads(host.requests[0].body)
    assert sent["response_format"] == {"type": "json_object"}
    assert "JSON" in sent["messages"][0]["content"]  # OpenAI insists on the word


def test_odds() -> None:
    odds = {"content": [{"token": "7", "logprob": -0.5, "top_logprobs": []}]}
    chunk = {"choices": [{"delta": {"content": "7"}, "logprobs": odds, "finish_reason": "stop"}]}
    whole = answer()
    whole.pieces = (piece(""), sse(chunk) + b"data: [DONE]\n\n")
    code = '(llm/complete "x" {:logprobs 1}) (llm/last-logprobs)'
    assert text_of(code, host_with(whole)) == '({:logprob -0.5 :token "7" :top ()})'


def test_what_goes_with_every_request_of_a_provider() -> None:
    host = host_with(answer("a"), answer("b"))
    text_of(
        '(llm/configure :openai {:headers {:x-title "t"} :extra-body {:store #f :verbosity "low"}}) '
        '(llm/complete "x") (llm/complete "x" {:extra-body {:verbosity "high"}})',
        host,
    )
    first, second = (json.loads(each.body) for each in host.requests)
    assert (first["store"], first["verbosity"], second["verbosity"]) == (False, "low", "high")
    assert ("x-title", "t") in host.requests[1].headers
