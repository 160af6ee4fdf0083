"""Records of model calls and spans: what they hold, how they hang together, where they go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import LispError
from lispcore.llm.failures import ConnectionFailed
from lispcore.values.errors import Stopped
from model_replies import answer, asks_for, end, host_with, piece, refusal, run, shown

TRACE = '(otel/configure {:file "t.jsonl"}) '
BOT = """(deftool add "Adds" {:a :int :b :int} (fn (a b) (+ a b)))
  (defagent bot {:system "You count." :tools [add]}) """
SUM = (("add", {"a": 2, "b": 3}),)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def spans(path: str = "t.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def saved(host: FakeHost, program: str) -> list[dict[str, Any]]:
    """Returns the records that a program leaves."""
    run(host, program + ' (llm/save-records "r.jsonl")')
    return [json.loads(line) for line in Path("r.jsonl").read_text().splitlines()]


# --- records --------------------------------------------------------------------------------------


def test_a_record_says_what_was_sent_and_what_came_when() -> None:
    host = host_with(answer("Hel", "lo", usage=(7, 3), model="gpt-5-mini"))
    (record,) = saved(host, '(llm/complete "Say hello." {:system "Be brief."})')
    assert (record["provider"], record["model"], record["status"]) == ("openai", "gpt-5-mini", "ok")
    assert record["asked"]["messages"] == [{"role": "user", "parts": [{"text": "Say hello."}]}]
    assert record["asked"]["system"] == "Be brief."
    assert (record["text"], record["stop_reason"]) == ("Hello", "end_turn")
    assert record["usage"]["prompt_tokens"] == 7
    assert record["cost_usd"] > 0
    assert [event["type"] for event in record["events"] if event["type"] != "model"] == [
        "text", "text", "usage", "end",
    ]  # fmt: skip
    (request,) = record["requests"]
    assert request["url"].startswith("https://openai.invalid/")
    assert request["status"] == 200
    assert json.loads(request["body"])["messages"][0]["role"] == "system"
    assert record["retries"] == 0


def test_no_key_gets_into_a_record() -> None:
    host = FakeHost(answer("hi"))
    program = '(llm/configure :openai {:api-key "sk-very-secret" :default-model "m"}) '
    (record,) = saved(host, program + '(llm/complete "x")')
    assert "sk-very-secret" not in json.dumps(record)
    assert record["requests"][0]["headers"]["authorization"] == "(redacted)"


def test_times_are_those_of_the_pieces() -> None:
    host = host_with()

    class Slow(FakeResponse):
        def chunks(self) -> Any:
            for chunk in super().chunks():
                host.time += 1.5
                yield chunk

    host.replies = [Slow(piece("a"), piece("b"), end((1, 2)))]
    (record,) = saved(host, '(llm/stream "x" (fn (c) nil))')
    texts = [event for event in record["events"] if event["type"] == "text"]
    assert [event["seconds"] for event in texts] == [1.5, 3.0]
    assert (record["first_token_seconds"], record["seconds"]) == (1.5, 4.5)
    assert record["streamed"] is True


def test_attempts_stand_in_one_record() -> None:
    host = host_with(refusal(429, {"error": {"message": "slow down"}}), answer("ok"))
    (record,) = saved(host, '(llm/complete "x")')
    assert [request["status"] for request in record["requests"]] == [429, 200]
    assert (record["attempts"], record["retries"], record["text"]) == (2, 1, "ok")
    assert record["requests"][0]["error"]["status"] == 429
    assert record["waited_seconds"] > 0


def test_failures_have_records() -> None:
    host = host_with(refusal(401, {"error": {"message": "bad key"}}))
    (record,) = saved(host, '(try (llm/complete "x") (catch e nil))')
    assert (record["status"], record["error"]["status"]) == ("failed", 401)


def test_a_stopped_call_has_a_record() -> None:
    host = host_with(FakeResponse(piece("a"), Stopped()))
    with pytest.raises(Stopped):
        run(host, TRACE + '(llm/complete "x")')
    (span,) = spans()
    assert span["status"]["code"] == "ERROR"
    assert span["attributes"]["error.type"] == "stopped"


def test_a_record_names_the_agent_and_its_turn() -> None:
    host = host_with(asks_for(*SUM), answer("5"), answer("hi"))
    program = (
        BOT + '(agent/run bot "2+3?" {:tags ["t"] :metadata {:env "prod"}}) (llm/complete "x")'
    )
    first, second, plain = saved(host, program)
    assert [(each["agent"], each["turn"]) for each in (first, second, plain)] == [
        ("bot", 1), ("bot", 2), (None, 1),
    ]  # fmt: skip
    assert first["tool_calls"][0]["arguments"] == {"a": 2, "b": 3}
    assert (second["tags"], second["metadata"]) == (["t"], {"env": "prod"})


def test_who_a_call_belongs_to() -> None:
    host = host_with(answer("a"), answer("b"))
    program = """(llm/complete "x" {:conversation-id "c" :session-id "s" :user-id "u"})
      (with-session "s2" {:user "u2"} (llm/complete "y"))"""
    first, second = saved(host, program)
    named = ("conversation_id", "session_id", "user_id")
    assert [first[name] for name in named] == ["c", "s", "u"]
    assert [second[name] for name in named] == [None, "s2", "u2"]


def test_records_as_lisp() -> None:
    host = host_with(answer("a", usage=(7, 3)), answer("b"))
    program = """(llm/complete "x" {:tags [:one "two"]}) (llm/complete "y")
      (define r (first (llm/records)))
      (list (:tags r) (:prompt-tokens (:usage r)) (:status (first (:requests r)))
        (map :text (llm/records 1)) (llm/clear-records) (llm/records))"""
    assert shown(host, program) == '(("one" "two") 7 200 ("b") 2 ())'


def test_old_records_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lispcore.library.models.calling.call_records.MAX_RECORDS", 3)
    program = """(llm/define-provider :m {:complete (fn (r) (:content (last (:messages r))))})
      (for-each (fn (i) (llm/complete (str i))) (range 5)) (map :text (llm/records))"""
    assert shown(FakeHost(), program) == '("2" "3" "4")'
    monkeypatch.setattr("lispcore.library.models.calling.call_records.MAX_CHARACTERS", 500)
    assert shown(FakeHost(), program) == '("4")'


def test_answers_from_the_cache_say_so() -> None:
    host = host_with(answer("a", usage=(7, 3)))
    program = TRACE + '(llm/with-cache (fn () (llm/complete "q") (llm/complete "q")))'
    first, second = saved(host, program)
    assert (first["source"], second["source"]) == ("provider", "cache")
    assert second["usage"]["total_tokens"] == 0
    assert [each["attributes"].get("sema.gen_ai.cache.hit") for each in spans()] == [None, True]


def test_embeddings_have_records() -> None:
    (record,) = saved(FakeHost(), TRACE + '(llm/embed "some words")')
    assert (record["operation"], record["asked"]["input"]) == ("embeddings", ["some words"])
    assert spans()[0]["attributes"]["gen_ai.operation.name"] == "embeddings"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("{:tags 5}", "option :tags expected a list of strings or keywords"),
        ("{:tags [1]}", "option :tags expected a list of strings or keywords"),
        ("{:metadata [1]}", "option :metadata expected a map"),
        ("{:session-id 5}", "option :session-id expected a string"),
    ],
)
def test_labels_are_checked(option: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        run(FakeHost(), f'(llm/complete "x" {option})')


# --- spans ----------------------------------------------------------------------------------------


def test_a_call_is_a_span_in_the_names_of_the_conventions() -> None:
    host = host_with(answer("hi", usage=(7, 3), model="gpt-5-mini"))
    run(host, TRACE + '(llm/complete "secret words" {:max-tokens 9})')
    (span,) = spans()
    assert (span["name"].split()[0], span["kind"], span["parent_span_id"]) == (
        "chat",
        "CLIENT",
        None,
    )
    known = span["attributes"]
    assert known["gen_ai.operation.name"] == "chat"
    assert known["gen_ai.provider.name"] == "openai"
    assert known["gen_ai.request.max_tokens"] == 9
    assert known["gen_ai.response.model"] == "gpt-5-mini"
    assert known["gen_ai.response.finish_reasons"] == ["stop"]
    assert known["gen_ai.usage.input_tokens"] == 7
    assert known["gen_ai.usage.output_tokens"] == 3
    assert known["gen_ai.usage.cost"] == known["gen_ai.usage.cost_usd"] > 0
    assert known["server.address"] == "openai.invalid"
    assert known["gen_ai.conversation.id"] == known["session.id"] != ""
    assert "secret words" not in json.dumps(span)
    assert span["resource"]["service.name"] == "lispcore"


def test_words_are_recorded_only_if_asked_for() -> None:
    host = host_with(answer("hi"))
    run(host, '(otel/configure {:file "t.jsonl" :capture-content #t}) (llm/complete "words")')
    known = spans()[0]["attributes"]
    assert json.loads(known["gen_ai.input.messages"]) == [
        {"role": "user", "parts": [{"type": "text", "content": "words"}]}
    ]
    assert json.loads(known["gen_ai.output.messages"])[0]["parts"] == [
        {"type": "text", "content": "hi"}
    ]


def test_an_agent_run_is_a_tree() -> None:
    host = host_with(asks_for(*SUM), answer("5"))
    inner = BOT.replace("(+ a b)", '(with-span "inside" {:n 1 :ok #t :k :v} (+ a b))')
    run(host, TRACE + inner + '(agent/run bot "2+3?" {:session-id "s" :user-id "u"})')
    named = {span["name"].split(" gpt")[0]: span for span in spans()}
    root = named["invoke_agent bot"]
    assert root["parent_span_id"] is None
    assert {span["trace_id"] for span in spans()} == {root["trace_id"]}
    parents = {span["name"].split()[0]: span["parent_span_id"] for span in spans()}
    assert parents["chat"] == parents["execute_tool"] == root["span_id"]
    tool = named["execute_tool add"]
    assert tool["attributes"]["gen_ai.tool.name"] == "add"
    assert tool["attributes"]["gen_ai.tool.call.id"] == "call_0"
    assert named["inside"]["parent_span_id"] == tool["span_id"]
    own = {"n": 1, "ok": True, "k": "v"}
    assert own.items() <= named["inside"]["attributes"].items()
    conversations = {span["attributes"]["gen_ai.conversation.id"] for span in spans()}
    assert len(conversations) == 1
    for span in spans():
        assert (span["attributes"]["session.id"], span["attributes"]["user.id"]) == ("s", "u")


def test_another_attempt_is_a_span_beneath_the_call() -> None:
    run(host_with(refusal(503), answer("ok")), TRACE + '(llm/complete "x")')
    again, chat = spans()
    assert (again["name"], again["parent_span_id"]) == ("llm.retry_attempt", chat["span_id"])
    assert again["attributes"]["http.response.status_code"] == 200


def test_a_failing_body_marks_the_span() -> None:
    program = TRACE + """(try (with-span "a" {} (with-span "b" {} (/ 1 0))) (catch e nil))"""
    run(FakeHost(), program)
    assert [(span["name"], span["status"]["code"]) for span in spans()] == [
        ("b", "ERROR"),
        ("a", "ERROR"),
    ]
    assert spans()[0]["status"]["message"] == "division by zero"


def test_errors_keep_their_place_through_a_span() -> None:
    with pytest.raises(LispError) as caught:
        run(FakeHost(), TRACE + '\n(with-span "a" {}\n  (/ 1 0))')
    assert caught.value.line == 3


def test_annotations() -> None:
    program = (
        TRACE
        + """(with-span "a" {}
      (otel/set-attribute :http.status 200) (otel/set-attributes {"x" 1.5 :l [1 2]})
      (otel/event "missed" {:key 5 :hit #f}) (otel/set-status :error "slow"))
      (with-span "b" {} (otel/set-status :ok))"""
    )
    run(FakeHost(), program)
    first, second = spans()
    assert {"http.status": 200, "x": 1.5, "l": [1, 2]}.items() <= first["attributes"].items()
    assert first["events"][0]["name"] == "missed"
    assert first["events"][0]["attributes"] == {"key": "5", "hit": "false"}
    assert first["status"] == {"code": "ERROR", "message": "slow"}
    assert second["status"]["code"] == "OK"


def test_spans_of_the_programs_own_calls() -> None:
    program = (
        TRACE
        + """(otel/llm-span {:model "mm" :provider "myco" :x 1} (fn ()
      (otel/llm-usage {:input-tokens 120 :output-tokens 30 :cost-usd 0.5})
      (otel/tool-span "t" (fn () 1) {:call-id "c"}) (otel/retrieval-span "r" (fn () 1))))"""
    )
    assert run(FakeHost(), program) == 1
    tool, retrieval, call = spans()
    assert call["name"] == "chat mm"
    assert call["attributes"]["gen_ai.provider.name"] == "myco"
    assert call["attributes"]["gen_ai.usage.cost"] == 0.5
    assert tool["attributes"]["gen_ai.tool.call.id"] == "c"
    assert retrieval["attributes"]["gen_ai.operation.name"] == "retrieve"


def test_tasks_have_their_own_spans() -> None:
    program = (
        TRACE
        + """(with-span "all" {} (parallel (map (fn (i) (fn ()
      (with-span (str "s" i) {} (async/sleep 5) (otel/set-attribute :i i)))) (range 3))))"""
    )
    run(FakeHost(), program)
    root = spans()[-1]
    inner = spans()[:-1]
    assert {span["parent_span_id"] for span in inner} == {root["span_id"]}
    assert {span["name"]: span["attributes"]["i"] for span in inner} == {"s0": 0, "s1": 1, "s2": 2}


# --- where they go --------------------------------------------------------------------------------


def test_the_first_configuration_counts() -> None:
    program = """(list (otel/configure {}) (otel/configure {:file "t.jsonl"})
      (otel/configure {:file "u.jsonl"}) (with-span "a" {} 1))"""
    assert shown(FakeHost(), program) == "(#f #t #f 1)"
    assert not Path("u.jsonl").exists()


def test_the_environment_turns_it_on() -> None:
    host = FakeHost()
    host.variables |= {"SEMA_OTEL_FILE": "logs/e.jsonl", "OTEL_SERVICE_NAME": "mine"}
    assert shown(host, '(with-span "a" {} (otel/configure {:file "t.jsonl"}))') == "#f"
    assert spans("logs/e.jsonl")[0]["resource"]["service.name"] == "mine"


def test_spans_go_out_by_otlp_when_the_trace_ends() -> None:
    host = FakeHost(FakeResponse())
    program = """(otel/configure {:endpoint "https://otel.example/api/" :key "k" :release "1.2"
        :headers {:x-project "p"}})
      (with-span "outer" {:n 1 :x 1.5 :ok #t} (with-span "inner" {} (otel/event "e")))"""
    run(host, program)
    (request,) = host.requests
    assert (request.url, request.method) == ("https://otel.example/api/v1/traces", "POST")
    assert dict(request.headers) == {
        "content-type": "application/json",
        "x-project": "p",
        "authorization": "Bearer k",
    }
    (resource,) = json.loads(request.body)["resourceSpans"]
    assert {"key": "service.version", "value": {"stringValue": "1.2"}} in (
        resource["resource"]["attributes"]
    )
    inner, outer = resource["scopeSpans"][0]["spans"]
    assert inner["parentSpanId"] == outer["spanId"]
    assert outer["attributes"] == [
        {"key": "n", "value": {"intValue": "1"}},
        {"key": "ok", "value": {"boolValue": True}},
        {"key": "x", "value": {"doubleValue": 1.5}},
    ]
    assert int(outer["startTimeUnixNano"]) == 1_750_000_000_000_000_000
    assert inner["events"][0]["name"] == "e"


@pytest.mark.parametrize("reply", [ConnectionFailed("no such host"), FakeResponse(status=500)])
def test_a_place_that_does_not_answer_costs_one_warning(reply: Any) -> None:
    host = FakeHost(reply)
    program = """(otel/configure {:endpoint "https://otel.example"})
      (list (with-span "a" {} 1) (with-span "b" {} 2))"""
    assert shown(host, program) == "(1 2)"
    assert len(host.requests) == 1
    (warning,) = [text for kind, text in host.written if kind == "err"]
    assert warning.startswith("warning: traces are lost: https://otel.example")


def test_a_file_that_cannot_be_written_costs_one_warning() -> None:
    host = FakeHost()
    Path("t.jsonl").mkdir()
    assert run(host, TRACE + '(with-span "a" {} 1) (with-span "b" {} 2)') == 2
    assert len(host.written) == 1


def test_console() -> None:
    host = host_with(answer("hi", usage=(7, 3), model="m"))
    run(host, '(otel/configure {:console #t}) (llm/complete "x")')
    assert host.written[0][1].endswith(": 0 ms, 7 -> 3 tokens\n")


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ('(otel/configure {:protocol "grpc"})', "grpc is not available"),
        ("(otel/configure {:file 5})", "expected string, got int"),
        ("(otel/configure {:headers 5})", "expected map or string"),
        ("(otel/span 5 (fn () 1))", "expected string or keyword"),
        ('(with-span "a" 5 1)', "expected map, got int"),
        ("(otel/llm-usage {:tokens 1})", "unknown option :tokens"),
        ('(with-session "s" {:usr "x"} 1)', "unknown option :usr"),
    ],
)
def test_mistakes_are_named(program: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        run(FakeHost(), program)
