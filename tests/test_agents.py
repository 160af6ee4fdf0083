"""Agents: what they send, how their tools run, and what whoever runs them gets to know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import LispError
from model_replies import answer, asks_for, end, host_with, piece, run, shown, sse

TOOLS = """(deftool weather "Weather of a city" {:city {:type :string}}
    (fn (city) (str city ": sunny")))
  (deftool broken "Always fails" {} (fn () (error "out of order")))
  (defagent bot {:system "You report the weather." :tools [weather broken] :max-turns 3}) """


def sent(host: FakeHost, number: int = -1) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(host.requests[number].body)
    return body


def results(host: FakeHost, number: int = -1) -> list[str]:
    """Returns what the model was told about its calls."""
    return [each["content"] for each in sent(host, number)["messages"] if each["role"] == "tool"]


# --- a run ----------------------------------------------------------------------------------------


def test_a_run_sends_the_system_prompt_and_the_tools() -> None:
    host = host_with(asks_for(("weather", {"city": "Oslo"})), answer("It is sunny."))
    assert run(host, TOOLS + '(agent/run bot "Weather in Oslo?")') == "It is sunny."
    body = sent(host)
    assert body["messages"][0] == {"role": "system", "content": "You report the weather."}
    assert [tool["function"]["name"] for tool in body["tools"]] == ["weather", "broken"]
    assert results(host) == ["Oslo: sunny"]
    assert (body.get("max_tokens"), body.get("max_completion_tokens")) in (
        (4096, None),
        (None, 4096),
    )


def test_with_options_a_run_gives_the_conversation() -> None:
    host = host_with(asks_for(("weather", {"city": "Oslo"})), answer("Sunny."), answer("Still."))
    program = (
        TOOLS
        + """(define out (agent/run bot "Oslo?" {}))
      (define more (agent/run bot "Sure?" {:messages (:messages out)}))
      (list (:response out) (map message/role (:messages out)) (:response more))"""
    )
    assert shown(host, program) == '("Sunny." (:user :assistant :tool :assistant) "Still.")'
    assert [each["role"] for each in sent(host)["messages"]] == [
        "system", "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip


def test_a_session_goes_on() -> None:
    host = host_with(answer("Noted."), answer("Seven."))
    program = """(define chat (agent {:system "s" :model "m"}))
      (define one (agent/run chat "My number is 7." {}))
      (define two (agent/run chat "Which?" {:session (:session one)}))
      (list (:response two) (conversation/model (:session two))
            (length (conversation/messages (:session two))))"""
    assert shown(host, program) == '("Seven." "m" 4)'
    assert [each["role"] for each in sent(host)["messages"]] == [
        "system", "user", "assistant", "user",
    ]  # fmt: skip


def test_messages_may_be_written_as_maps() -> None:
    host = host_with(answer("a"), answer("b"))
    history = '[{:role "user" :content "q"} {:role :assistant :content "r"}]'
    run(host, TOOLS + f'(agent/run bot "go on" {{:messages {history}}}) (llm/chat {history})')
    assert [each["content"] for each in sent(host, 0)["messages"][1:]] == ["q", "r", "go on"]
    assert [each["role"] for each in sent(host)["messages"]] == ["user", "assistant"]


# --- tools of one turn ------------------------------------------------------------------------------


def test_all_results_of_a_turn_go_back_in_their_order() -> None:
    calls = asks_for(("weather", {"city": "Oslo"}), ("broken", {}), ("weather", {"city": "Rome"}))
    host = host_with(calls, answer("ok"))
    assert run(host, TOOLS + '(agent/run bot "?")') == "ok"
    assert results(host) == ["Oslo: sunny", "Error: out of order", "Rome: sunny"]
    assert [each["role"] for each in sent(host)["messages"][2:]] == ["assistant", *["tool"] * 3]


def test_handlers_that_wait_run_at_once() -> None:
    calls = asks_for(("slow", {"ms": 300}), ("slow", {"ms": 100}), ("slow", {"ms": 200}))
    host = host_with(calls, answer("ok"))
    program = """(define order [])
      (deftool slow "Sleeps" {:ms :int}
        (fn (ms) (async/sleep ms) (set! order (append order (list ms))) ms))
      (list (agent/run (agent {:tools [slow]}) "go") order)"""
    assert shown(host, program) == '("ok" (100 200 300))'
    assert results(host) == ["300", "100", "200"]
    assert sum(host.slept) == pytest.approx(0.3)


def test_a_provider_of_the_program_sees_each_result() -> None:
    program = """(define seen nil)
      (llm/define-provider :mine {:complete (fn (request)
        (set! seen (map (fn (m) (list (:role m) (:content m) (:tool-call-id m)))
                        (:messages request)))
        (if (= (length (:messages request)) 1)
            {:tool-calls [{:id "a" :name "add" :arguments {:x 1}}
                          {:id "b" :name "add" :arguments {:x 2}}]}
            "done"))})
      (deftool add "Adds one" {:x :int} (fn (x) (+ x 1)))
      (list (agent/run (agent {:tools [add]}) "go") seen)"""
    assert shown(host_with(), program) == (
        '("done" (("user" "go" nil) ("assistant" "" nil) ("tool" "2" "a") ("tool" "3" "b")))'
    )


def test_a_provider_of_the_program_sees_pictures() -> None:
    program = """(define seen nil)
      (define png (bytevector 137 80 78 71 13 10 26 10 0 0 0 13 73 72 68 82 0 0 0 1 0 0 0 1))
      (llm/define-provider :mine {:complete (fn (request)
        (set! seen (map (fn (m) (list (:role m) (= (:media m) (list png)))) (:messages request)))
        (if (any (fn (m) (= (:role m) "tool")) (:messages request))
            "done"
            {:tool-calls [{:id "a" :name "draw" :arguments {}}]}))})
      (deftool draw "Draws" {} (fn () png))
      (define m (message/with-image :user "go" png))
      (list (llm/chat (list m) {:tools [draw]}) seen)"""
    assert shown(host_with(), program) == ('("done" (("user" #t) ("assistant" #f) ("tool" #t)))')


def test_an_agent_as_a_tool_of_an_agent() -> None:
    host = host_with(
        asks_for(("ask", {"question": "a"})), asks_for(("leaf", {})), answer("inner"), answer("all")
    )
    program = """(deftool leaf "x" {} (fn () 1))
      (define inner (agent {:tools [leaf]}))
      (deftool ask "Asks the other" {:question :string} (fn (question) (agent/run inner question)))
      (agent/run (agent {:tools [ask]}) "go")"""
    assert run(host, program) == "all"
    assert results(host) == ["inner"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("weather", {"city": 5}, "Error: city: expected string, got integer"),
        ("weather", {}, "Error: city: missing"),
        ("weather", {"town": "Oslo", "city": "x"}, "town: unknown parameter; known are: city"),
        ("wether", {}, "there is no tool named wether; known are: weather, broken"),
        ("broken", {}, "Error: out of order"),
    ],
)
def test_what_is_wrong_goes_back_to_the_model(name: str, arguments: Any, words: str) -> None:
    host = host_with(asks_for((name, arguments)), answer("sorry"))
    assert run(host, TOOLS + '(agent/run bot "?")') == "sorry"
    assert words in results(host)[0]


# --- limits ---------------------------------------------------------------------------------------


def test_at_its_limit_an_agent_gives_its_last_words() -> None:
    call = {
        "index": 0,
        "id": "c",
        "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
    }
    asks = sse({"choices": [{"delta": {"content": "Let me see.", "tool_calls": [call]}}]})
    first = FakeResponse(asks + end())
    more = [asks_for(("weather", {"city": "Oslo"})) for _ in range(3)]
    host = host_with(first, *more)
    assert run(host, TOOLS + '(agent/run bot "?")') == "Let me see."
    assert len(host.requests) == 4  # three rounds of tools, and what comes of them


def test_a_run_that_was_cut_short_can_go_on() -> None:
    host = host_with(*[asks_for(("weather", {"city": "x"})) for _ in range(4)], answer("done"))
    program = (
        TOOLS
        + """(define out (agent/run bot "?" {}))
      (:response (agent/run bot "go on" {:messages (:messages out)}))"""
    )
    assert run(host, program) == "done"
    told = [each for each in sent(host)["messages"] if each["role"] == "tool"]
    asked = [each for each in sent(host)["messages"] if each.get("tool_calls")]
    assert len(told) == len(asked) == 4
    assert told[-1]["content"] == "Error: not run, because the limit of turns is reached"


def test_five_errors_in_a_row_end_the_run() -> None:
    host = host_with(*[asks_for(("broken", {})) for _ in range(5)])
    program = TOOLS.replace(":max-turns 3", ":max-turns 30") + '(agent/run bot "?")'
    with pytest.raises(LispError) as caught:
        run(host, program)
    assert caught.value.kind == "llm"
    assert caught.value.fields["reason"] == "tool-loop"
    assert "5 tool calls in a row failed; the last, of broken: Error: out of order" in str(
        caught.value
    )


def test_a_success_between_starts_the_count_anew() -> None:
    turns = [asks_for(*[("broken", {})] * 4), asks_for(("weather", {"city": "x"}))]
    host = host_with(*turns, asks_for(*[("broken", {})] * 4), answer("done"))
    assert run(host, TOOLS + '(agent/run bot "?")') == "done"


# --- watching -------------------------------------------------------------------------------------


def test_whoever_watches_sees_each_call_begin_and_end() -> None:
    calls = asks_for(("weather", {"city": "Oslo"}), ("broken", {}), ("weather", {"city": 5}))
    host = host_with(calls, answer("ok"))
    program = (
        TOOLS
        + """(define seen [])
      (define (watch e) (set! seen (append seen (list e))))
      (agent/run bot "?" {:on-tool-call watch})
      (map (fn (e) (list (:event e) (:tool e) (:args e) (:result e) (:error e)
                         (nil? (:duration-ms e)))) seen)"""
    )
    assert shown(host, program) == (
        '(("start" "weather" {:city "Oslo"} nil nil #t)'
        ' ("end" "weather" {:city "Oslo"} "Oslo: sunny" #f #f)'
        ' ("start" "broken" {} nil nil #t)'
        ' ("end" "broken" {} "Error: out of order" #t #f)'
        ' ("start" "weather" {:city 5} nil nil #t)'
        ' ("end" "weather" {:city 5} "Error: city: expected string, got integer" #t #f))'
    )


def test_an_error_of_the_watcher_ends_the_run() -> None:
    for calls in (asks_for(("broken", {})), asks_for(("broken", {}), ("broken", {}))):
        program = TOOLS + '(agent/run bot "?" {:on-tool-call (fn (e) (error "enough"))})'
        with pytest.raises(LispError, match="enough"):
            run(host_with(calls), program)


def test_words_are_shown_while_tools_run() -> None:
    wait = sse({"choices": [{"delta": {"content": "Wait… "}}]})
    calls = asks_for(("weather", {"city": "Oslo"}))
    host = host_with(
        FakeResponse(wait, *calls.pieces), FakeResponse(piece("It is "), piece("sunny"), end())
    )
    program = (
        TOOLS
        + """(define seen [])
      (list (:response (agent/run bot "?" {:on-text (fn (t) (set! seen (append seen (list t))))}))
            seen)"""
    )
    assert shown(host, program) == '("It is sunny" ("Wait… " "It is " "sunny"))'


# --- agents without a name, and mistakes ------------------------------------------------------------


def test_an_agent_without_a_name() -> None:
    host = host_with(answer("hi"))
    program = """(define bot (agent {:tools [] :model nil}))
      (list bot (agent? bot) (agent/name bot) (agent/model bot) (agent/max-turns bot)
            (agent/run bot "x"))"""
    assert shown(host, program) == '(<agent> #t "" "" 10 "hi")'
    assert shown(host_with(), "(agent {:name :helper})") == "<agent helper>"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (
            "(agent {:max-turns 0})",
            "agent: option :max-turns expected an integer of at least 1, got 0",
        ),
        ('(agent {:max-turns "3"})', "got string"),
        ("(agent {:sytem 1})", "agent: unknown option :sytem"),
        ("(agent 5)", "agent: argument 1 expected map, got int"),
        ("(agent {:tools [5]})", "agent: option :tools expected a list of tools"),
        ("(defagent a {:name 1})", "defagent: unknown option :name"),
        ('(agent/run 5 "x")', "agent/run: argument 1 expected agent, got int"),
        ('(agent/run (agent) "x" {:on-text 5})', ":on-text expected function, got int"),
        ('(agent/run (agent) "x" {:messages 5})', ":messages expected list of messages"),
        ('(agent/run (agent) "x" {:messages [{:role "boss" :content "x"}]})', "expected a message"),
        ('(agent/run (agent) "x" {:session 5})', ":session expected conversation, got int"),
        ('(agent/run (agent) "x" {:n 1})', "agent/run: unknown option :n"),
    ],
)
def test_mistakes(program: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        run(host_with(), program)
    assert words in caught.value.message
