"""Calls that are looked at before they are made, made once more, and told with what stands around."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import LispError
from lispcore.running.interpreter import Interpreter
from model_replies import answer, asks_for, host_with, refusal, run

BOT = """(deftool add "Adds" {:a :int :b :int} (fn (a b) (+ a b)))
  (defagent bot {:system "You count." :tools [add]}) """
SUM = (("add", {"a": 2, "b": 3}),)


def preview_of(form: str, before: str = "") -> tuple[FakeHost, dict[str, Any]]:
    host = host_with()
    run(host, f"{before} (llm/preview {form})")
    (record,) = [each for each in host.records if each["type"] == "call-preview"]
    return host, dict(record)


def test_a_preview_says_what_would_be_sent_and_sends_nothing() -> None:
    host, record = preview_of('(llm/complete "Say hi" {:temperature 0.4})')
    assert host.requests == []
    assert [each["type"] for each in host.records] == ["call-preview"]
    assert record["url"].startswith("https://openai.invalid/")
    body = json.loads(record["body"])
    assert (body["messages"], body["temperature"]) == ([{"role": "user", "content": "Say hi"}], 0.4)


def test_what_a_preview_says_is_what_is_sent() -> None:
    form = '(llm/extract {:name :string} "Ada" {:max-tokens 50})'
    _, record = preview_of(form)
    host = host_with(answer('{"name": "Ada"}'))
    run(host, form)
    assert host.requests[0].body.decode() == record["body"]
    assert (host.requests[0].url, host.requests[0].method) == (record["url"], record["method"])


def test_whatever_makes_calls_can_be_looked_at() -> None:
    for form in (
        '(agent/run bot "hi")',
        '(begin (define (ask text) (llm/complete text)) (ask "hi"))',
        '(await (async (llm/complete "hi")))',
        '(llm/pmap (fn (x) x) (list "hi" "ho"))',
        '(llm/batch (list "hi" "ho"))',
        '(try (llm/complete "hi") (catch e "caught"))',
        '(llm/with-cache (fn () (llm/complete "hi")))',
    ):
        host, record = preview_of(form, BOT)
        assert host.requests == [], form
        assert "hi" in record["body"], form


def test_calls_go_out_again_after_a_preview() -> None:
    host = host_with(answer("yes"))
    found = run(host, '(llm/preview (llm/complete "a")) (llm/complete "b")')
    assert found == "yes"
    assert len(host.requests) == 1


def test_a_mistake_in_what_is_looked_at_is_told() -> None:
    with pytest.raises(LispError, match="car"):
        run(host_with(), "(llm/preview (car 5))")


def test_a_preview_holds_no_key() -> None:
    program = '(llm/configure :openai {:api-key "sk-very-secret" :default-model "m"})'
    _, record = preview_of('(llm/complete "my sk-very-secret")', program)
    assert "sk-very-secret" not in json.dumps(record)
    assert ["authorization", "(redacted)"] in record["headers"]


def last_number(host: FakeHost) -> int:
    return int([each for each in host.records if each["type"] == "call-start"][-1]["id"])


def test_a_call_is_made_again_with_changes() -> None:
    host = host_with(answer("one"), answer("two"))
    session = Interpreter(host)
    session.eval('(llm/chat [(message :system "Be brief") (message :user "a")] {:seed 7})')
    number = last_number(host)
    text = session.eval(f'(llm/again {number} {{:prompt "b" :model "other" :temperature 0.5}})')
    assert text == "two"
    first, second = (json.loads(request.body) for request in host.requests)
    assert second["messages"][-1] == {"role": "user", "content": "b"}
    assert second["messages"][0] == first["messages"][0]
    assert (second["model"], second["temperature"], second["seed"]) == ("other", 0.5, 7)


def test_an_unchanged_call_is_the_same() -> None:
    host = host_with(asks_for(*SUM), answer("5"), answer("five"))
    session = Interpreter(host)
    session.eval(BOT + '(agent/run bot "2 + 3?")')
    session.eval(f"(llm/again {last_number(host)})")
    assert host.requests[1].body == host.requests[2].body


def test_a_budget_holds_for_what_is_made_again() -> None:
    host = host_with(answer("one", usage=(700_000, 300_000)), answer("two"))
    session = Interpreter(host)
    session.eval('(llm/set-budget 0.01) (try (llm/complete "a" {:model "gpt-5"}) (catch e nil))')
    with pytest.raises(LispError, match="budget"):
        session.eval(f"(llm/again {last_number(host)})")
    assert len(host.requests) == 1


def test_an_unknown_call_is_told() -> None:
    with pytest.raises(LispError, match="no call 99999999"):
        run(host_with(), "(llm/again 99999999)")


def steps(host: FakeHost) -> list[Any]:
    return [each for each in host.records if each["type"].startswith("step-")]


def test_calls_and_tools_belong_to_their_agent() -> None:
    inner = """(deftool ask "Asks" {:q :string} (fn (q) (llm/complete q)))
      (defagent boss {:tools [ask]}) (agent/run boss "go")"""
    host = host_with(asks_for(("ask", {"q": "why?"})), answer("inner"), answer("outer"))
    run(host, inner)
    agent, tool = [each for each in steps(host) if each["type"] == "step-start"]
    assert (agent["kind"], agent["name"], agent["parent"]) == ("agent", "boss", 0)
    assert (tool["kind"], tool["name"], tool["parent"]) == ("tool", "ask", agent["id"])
    assert tool["arguments"] == {"q": "why?"}
    parents = [each["parent"] for each in host.records if each["type"] == "call-start"]
    assert parents == [agent["id"], tool["id"], agent["id"]]
    ends = {each["id"]: each for each in steps(host) if each["type"] == "step-end"}
    assert ends[tool["id"]]["result"] == "inner"
    assert ends[agent["id"]]["error"] == ""


def test_a_step_that_fails_says_so() -> None:
    host = host_with(asks_for(*SUM), refusal(401, {"error": {"message": "nobody there"}}))
    with pytest.raises(LispError):
        run(host, BOT + '(agent/run bot "2 + 3?")')
    (end,) = [each for each in steps(host) if each["type"] == "step-end" and not each["result"]]
    assert "nobody there" in end["error"]
