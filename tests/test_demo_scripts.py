"""The demo model plays a part: replies, thoughts, tools, refusals, cut answers, errors; growing data."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter


def run(code: str) -> tuple[str, FakeHost]:
    host = FakeHost()
    found = Interpreter(host).run(code)
    assert found["error"] is None, found
    return " ".join(str(found["value"]).split()), host


def error(code: str) -> str:
    found = Interpreter(FakeHost()).run(code)
    assert found["error"] is not None, found
    return f"{found['error']['message']} {found['error'].get('hint')}"


def test_words_thoughts_and_sources() -> None:
    code = (
        '(demo/script [{:content "Snow falls." :thinking "Winter." '
        ':sources [{:url "https://a.example" :title "A"}] :usage {:prompt-tokens 7}}]) '
        '(define got (llm/complete "x")) '
        "(list got (llm/last-thinking) (map :url (llm/last-sources)) "
        "(:prompt-tokens (llm/last-usage)))"
    )
    assert run(code)[0] == '("Snow falls." "Winter." ("https://a.example") 7)'


def test_a_loop_of_tools() -> None:
    code = (
        '(deftool add "Adds." {:a :int :b :int} (fn (a b) (+ a b))) '
        "(demo/script [{:tool-calls [{:name :add :arguments {:a 1 :b 2}} "
        "{:name :add :arguments {:a 3 :b 4}}]} "
        '(fn (r) (str "They are " (string/join (map :content (filter (fn (m) (= (:role m) "tool")) '
        '(:messages r))) " and ")))]) (llm/complete "x" {:tools [add]})'
    )
    assert run(code)[0] == '"They are 3 and 7"'


def test_refusals_and_cut_answers() -> None:
    value, host = run(
        '(demo/script [{:refusal "I will not."} {:content "Half of" :stop-reason :max-tokens}]) '
        '(define a (llm/complete "x")) (define why (:stop-reason (llm/last-usage))) '
        '(list a why (llm/complete "x") (:stop-reason (llm/last-usage)))'
    )
    assert value == '("I will not." "refusal" "Half of" "max_tokens")'
    warned = [text for kind, text in host.written if kind == "err"]
    assert "refused" in warned[0]
    assert "cut off" in warned[1]
    said = error('(demo/script [{:refusal "No."}]) (llm/extract {:a :int} "x")')
    assert "the model refused to answer" in said


def test_errors_and_broken_connections() -> None:
    value, host = run(
        '(demo/script [{:error {:message "busy" :status 503 :retry-after 2}} "There."]) '
        '(llm/complete "x")'
    )
    assert value == '"There."'
    assert host.slept[0] >= 2
    said = error('(demo/script [{:error "no"}]) (llm/complete "x" {:max-retries 0})')
    assert "no" in said
    code = (
        '(demo/script [{:content "Half" :cut #t}]) '
        '(try (llm/complete "x" {:max-retries 0}) (catch e (list (:partial e) (:message e))))'
    )
    assert run(code)[0].startswith('("Half" "demo: the stream ended')


def test_it_ends_or_begins_anew() -> None:
    assert "the script is at its end: it has 1 replies" in error(
        '(demo/script ["a"]) (llm/complete "x") (llm/complete "y")'
    )
    code = '(demo/script ["a" "b"] {:repeat #t}) (map (fn (n) (llm/complete "x")) [1 2 3])'
    assert run(code)[0] == '("a" "b" "a")'
    code = (
        '(demo/script ["a"]) (demo/script nil) (string/contains? (llm/complete "x") "demo model")'
    )
    assert run(code)[0] == "#t"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("(demo/script 5)", "list or vector"),
        ("(demo/script [5])", "string, map or function"),
        ('(demo/script [{:contend "x"}])', "did you mean :content"),
        ("(demo/script [{:stop-reason :tired}])", "unknown :stop-reason"),
        ("(demo/script [{:tool-calls 5}])", "list of maps"),
        ("(demo/script [{:content 5}])", "string"),
        ('(demo/script ["a"] {:again #t})', "unknown option :again"),
    ],
)
def test_mistakes(code: str, message: str) -> None:
    assert message in error(code)


# --- growing data ---------------------------------------------------------------------------------

GROWING = (
    r'(demo/script ["{\"name\": \"Ada Lovelace\", \"mood\": \"very good\", '
    r'\"tags\": [1, 2], \"age\": 36}"]) '
    "(define got []) "
    '(define whole (llm/extract {:name {:type :string} :mood {:enum [:bad "very good"]} '
    ':tags {:type [:int]} :age {:type :int}} "x" '
    "{:on-partial (fn (v) (set! got (append got (list v))))})) "
)


def test_an_extraction_grows() -> None:
    assert run(GROWING + "(take 2 got)")[0] == '({} {:name "Ada "})'
    assert run(GROWING + "(last got)")[0] == run(GROWING + "whole")[0]
    # What is to be one of a few is there once it is whole.
    moods = run(GROWING + "(list/unique (map :mood got))")[0]
    assert moods == '(nil "very good")'
    assert (
        run(GROWING + "(list/unique (map (fn (v) (length (or (:tags v) []))) got))")[0] == "(0 1 2)"
    )


def test_a_list_grows() -> None:
    code = (
        r'(demo/script ["{\"items\": [ {\"a\": 1}, {\"a\": 2} ]}"]) (define got []) '
        '(llm/extract [{:a :int}] "x" {:on-partial (fn (v) (set! got (append got (list v))))}) '
        "(last got)"
    )
    assert run(code)[0] == "({:a 1} {:a 2})"
    assert "function" in error('(llm/extract {:a :int} "x" {:on-partial 5})')
