"""Programs that ask models: what they send, what they get, and what they can catch."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from images import jpeg, png
from lispcore import Interpreter, LispError
from lispcore.llm.failures import ConnectionLost
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value

KEYED = {"base_url": "", "model": "", "has_key": True}


def sse(*values: Any, events: bool = False) -> bytes:
    lines = []
    for value in values:
        if events:
            lines.append(f"event: {value['type']}\n")
        lines.append(f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n")
    return "".join(lines).encode()


def openai_words(*words: str) -> FakeResponse:
    chunks = [{"choices": [{"delta": {"content": word}}]} for word in words]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    pieces = [sse(chunk) for chunk in chunks]
    return FakeResponse(*pieces, sse(end, "[DONE]"))


def anthropic_words(*words: str) -> FakeResponse:
    start = {"type": "message_start", "message": {"model": "c", "usage": {"input_tokens": 3}}}
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
        for word in words
    ]
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    usage = {**end, "usage": {"output_tokens": 2}}
    return FakeResponse(sse(start, *deltas, usage, {"type": "message_stop"}, events=True))


def host_with(provider: str, *replies: FakeResponse | BaseException) -> FakeHost:
    host = FakeHost(*replies)
    host.settings = {"default": provider, "providers": {provider: KEYED}}
    return host


def run(host: FakeHost, program: str, **values: Any) -> Any:
    interpreter = Interpreter(host)
    interpreter.globals.update(values)
    return interpreter.eval(program)


def sent(host: FakeHost, number: int = -1) -> Any:
    return json.loads(host.requests[number].body)


# --- the examples of the first page ---------------------------------------------------------------


def test_complete_with_and_without_options() -> None:
    host = host_with("anthropic", anthropic_words("Hel", "lo"), anthropic_words("Monads"))
    assert run(host, '(llm/complete "Say hello in 5 words" {:max-tokens 50})') == "Hello"
    assert sent(host)["max_tokens"] == 50
    program = """(llm/complete "Explain monads"
      {:model "claude-haiku-4-5-20251001"
       :max-tokens 200
       :temperature 0.3
       :system "You are a Haskell expert."})"""
    assert run(host, program) == "Monads"
    body = sent(host)
    assert body["model"] == "claude-haiku-4-5-20251001"
    assert (body["max_tokens"], body["temperature"]) == (200, 0.3)
    assert body["system"] == "You are a Haskell expert."
    assert host.requests[-1].url == "https://api.anthropic.com/v1/messages"


def test_stream_prints_pieces_and_returns_the_whole() -> None:
    host = host_with("openai", openai_words("Once ", "upon ", "a time"))
    assert run(host, '(llm/stream "Tell me a story" {:max-tokens 200})') == "Once upon a time"
    assert host.written == [("stream", "Once "), ("stream", "upon "), ("stream", "a time")]


@pytest.mark.parametrize("order", ["{f} {options}", "{options} {f}", "{f}", "nil {options} ", ""])
def test_stream_with_callback_and_options_in_any_order(order: str) -> None:
    host = host_with("openai", openai_words("a", "b"))
    arguments = order.format(f="(fn (chunk) (note chunk))", options="{:max-tokens 200}")
    noted: list[str] = []

    def note(chunk: str) -> None:
        noted.append(chunk)

    assert run(host, f'(llm/stream "x" {arguments})', note=note) == "ab"
    if "{f}" in order:
        assert noted == ["a", "b"]
        assert host.written == []
    if "{options}" in order:
        assert sent(host)["max_completion_tokens"] == 200


def test_chat_takes_a_vector_or_a_list() -> None:
    messages = '(message :system "You are helpful.") (message :user "What is Lisp?")'
    for row in (f"[{messages}]", f"(list {messages})"):
        host = host_with("openai", openai_words("A family."))
        assert run(host, f"(llm/chat {row} {{:max-tokens 100}})") == "A family."
        assert sent(host)["messages"] == [
            {"role": "system", "content": "You are helpful."},
            {"role": "user", "content": "What is Lisp?"},
        ]


@pytest.mark.parametrize("photo", [jpeg(4, 3), png(2, 2)])
def test_images_are_sent_byte_for_byte(photo: bytes) -> None:
    from lispcore.values.types import Bytevector

    host = host_with("anthropic", anthropic_words("A picture."))
    program = """(define msg (message/with-image :user "Describe this image." img))
      (llm/chat (list (message :system "You are an image analyst.") msg))"""
    assert run(host, program, img=Bytevector(photo)) == "A picture."
    text, image = sent(host)["messages"][0]["content"]
    assert text == {"type": "text", "text": "Describe this image."}
    assert base64.b64decode(image["source"]["data"]) == photo
    assert sent(host)["system"] == "You are an image analyst."


def test_send_takes_a_prompt() -> None:
    host = host_with("openai", openai_words("Fine."))
    program = """(define review-prompt
      (prompt (system "You are a code reviewer. Be concise.") (user "Review this function.")))
      (llm/send review-prompt {:max-tokens 200})"""
    assert run(host, program) == "Fine."
    assert [message["role"] for message in sent(host)["messages"]] == ["system", "user"]


def test_tools() -> None:
    call = {
        "index": 0,
        "id": "call_1",
        "function": {"name": "lookup-capital", "arguments": '{"country": "Norway"}'},
    }
    asks = {"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    host = host_with("openai", FakeResponse(sse(asks, "[DONE]")), openai_words("Oslo", "."))
    program = """(deftool lookup-capital
      "Look up the capital of a country"
      {:country {:type :string :description "Country name"}}
      (lambda (country)
        (cond ((= country "Norway") "Oslo") ((= country "France") "Paris") (else "Unknown"))))
      (llm/chat (list (message :user "What is the capital of Norway?"))
                {:tools (list lookup-capital) :max-tokens 100})"""
    assert run(host, program) == "Oslo."
    (tool,) = sent(host, 0)["tools"]
    assert tool["function"]["parameters"] == {
        "type": "object",
        "properties": {"country": {"type": "string", "description": "Country name"}},
        "required": ["country"],
        "additionalProperties": False,
    }
    assert sent(host)["messages"][-1] == {
        "role": "tool",
        "tool_call_id": "call_1",
        "content": "Oslo",
    }


def test_a_stream_goes_on_while_tools_run() -> None:
    call = {"index": 0, "id": "1", "function": {"name": "now", "arguments": ""}}
    asks = {"choices": [{"delta": {"content": "Wait… ", "tool_calls": [call]}}]}
    end = {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}
    host = host_with("openai", FakeResponse(sse(asks, end, "[DONE]")), openai_words("noon"))
    program = '(deftool now "The time" {} (fn () 12)) (llm/stream "time?" {:tools [now]})'
    assert run(host, program) == "noon"
    assert [text for _, text in host.written] == ["Wait… ", "noon"]


# --- the demo model -------------------------------------------------------------------------------


def test_the_demo_is_the_default_and_says_so() -> None:
    host = FakeHost()
    text = run(host, '(llm/complete "Say hello in 5 words" {:max-tokens 50})')
    assert text.startswith("[demo model]")
    assert host.requests == []
    assert print_value(run(host, "(llm/current-provider)")) == '{:model "demo" :name :demo}'
    assert [record["type"] for record in host.records] == [
        "call-start", "call-end", "call-summary",
    ]  # fmt: skip


def test_the_demo_runs_tools_of_programs() -> None:
    program = """(deftool lookup-capital "Capital" {:country :string}
                   (fn (country) (if (= country "Norway") "Oslo" "?")))
      (llm/chat [(message :user "What is the capital of Norway?")] {:tools [lookup-capital]})"""
    assert run(FakeHost(), program) == "[demo model] The tool lookup-capital answered: Oslo."


# --- providers ------------------------------------------------------------------------------------


def test_settings_of_the_host_can_change_between_calls() -> None:
    host = FakeHost(openai_words("a"))
    interpreter = Interpreter(host)
    assert "demo" in interpreter.eval('(llm/complete "x" {:max-tokens 3})')
    here = {"base_url": "http://localhost:9/v1", "model": "mine", "has_key": False}
    host.settings = {"default": "openai", "providers": {"openai": here}}
    assert interpreter.eval('(llm/complete "x")') == "a"
    assert host.requests[0].url == "http://localhost:9/v1/chat/completions"
    assert sent(host)["model"] == "mine"


def test_a_key_of_the_program_goes_where_the_program_says_and_the_hosts_is_not_asked_for() -> None:
    host = FakeHost(openai_words("a"))
    run(
        host,
        '(llm/configure :together {:api-key "k" :base-url "http://h:1/v1" :default-model "m"})'
        '(llm/complete "x")',
    )
    assert host.requests[0].credential is None
    assert ("authorization", "Bearer k") in host.requests[0].headers
    assert '"k"' not in json.dumps(host.records)


def test_a_missing_key_is_noticed_before_anything_is_sent() -> None:
    host = FakeHost()
    with pytest.raises(LispError) as caught:
        run(host, '(llm/configure :anthropic {}) (llm/complete "x")')
    assert "there is no API key for Anthropic" in caught.value.message
    assert caught.value.hint is not None
    assert "ANTHROPIC_API_KEY" in caught.value.hint
    assert host.requests == []


def test_sessions_do_not_share_what_programs_configure() -> None:
    host = FakeHost()
    one, other = Interpreter(host), Interpreter(host)
    one.eval('(llm/define-provider :mine {:complete (fn (r) "mine")})')
    assert one.eval('(llm/complete "x")') == "mine"
    assert print_value(other.eval("(llm/list-providers)")) == "(:demo)"


def test_providers_are_listed_in_order() -> None:
    host = FakeHost()
    host.settings = {"default": None, "providers": {"openai": KEYED, "gemini": KEYED}}
    assert print_value(run(host, "(llm/list-providers)")) == "(:demo :gemini :openai)"
    assert print_value(run(host, "(llm/auto-configure)")) == ":demo"
    host.settings["default"] = "google"
    assert print_value(run(host, "(llm/auto-configure)")) == ":gemini"


def test_usage() -> None:
    host = host_with("anthropic", anthropic_words("a"), anthropic_words("b"))
    program = '(llm/complete "x") (llm/complete "y") (list (llm/last-usage) (llm/session-usage))'
    last, total = run(host, program)
    zero = ":cache-creation-tokens 0 :cache-read-tokens 0"
    assert print_value(last) == (
        f'{{{zero} :completion-tokens 2 :model "c" :prompt-tokens 3 '
        ':stop-reason "end_turn" :total-tokens 5}'
    )
    assert print_value(total) == (
        f"{{{zero} :completion-tokens 4 :cost-usd 0.0 :prompt-tokens 6 :total-tokens 10}}"
    )


# --- errors ---------------------------------------------------------------------------------------

CATCH = """(try (llm/complete "x")
  (catch e (list (:type e) (:provider e) (:status e) (:reason e) (:partial e) (:advice e))))"""


def test_a_program_can_catch_what_a_provider_refuses() -> None:
    error = {"error": {"type": "authentication_error", "message": "invalid x-api-key"}}
    reply = FakeResponse(json.dumps(error).encode(), status=401)
    caught = print_value(run(host_with("anthropic", reply), CATCH))
    assert caught.startswith('(:llm "anthropic" 401 "authentication_error" "" "the key is wrong')


def test_text_that_had_arrived_is_kept() -> None:
    piece = sse({"choices": [{"delta": {"content": "Once upon"}}]})
    for host, reason in (
        (host_with("openai", FakeResponse(piece)), "truncated"),
        (host_with("openai", FakeResponse(piece, ConnectionLost("gone"))), "connection-lost"),
    ):
        caught = print_value(run(host, CATCH))
        assert caught.startswith(f'(:llm "openai" 0 "{reason}" "Once upon" "')


def test_retry_after_reaches_the_program() -> None:
    reply = FakeResponse(b"{}", status=429, headers={"retry-after": "7"})
    program = '(try (llm/complete "x" {:max-retries 0}) (catch e (:retry-after e)))'
    assert run(host_with("openai", reply), program) == 7.0


def test_an_error_of_the_callback_ends_the_request() -> None:
    response = openai_words("a", "b")
    with pytest.raises(LispError, match="enough"):
        run(host_with("openai", response), '(llm/stream "x" (fn (c) (error "enough")))')
    assert response.closed


def test_stop_ends_the_request_and_nothing_can_catch_it() -> None:
    response = openai_words("a", "b", "c")
    host = host_with("openai", response)
    host.stop_at = 4
    with pytest.raises(Stopped):
        run(host, '(try (llm/stream "x") (catch e "caught"))')
    assert response.closed
    assert [text for _, text in host.written] == ["a", "b"]


# --- tools ----------------------------------------------------------------------------------------


def answer_of(tool: str, name: str, arguments: dict[str, Any]) -> str:
    """Returns what the model is told after calling a tool with these arguments."""
    call = {"index": 0, "id": "1", "function": {"name": name, "arguments": json.dumps(arguments)}}
    asks = {"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    host = host_with("openai", FakeResponse(sse(asks, "[DONE]")), openai_words("ok"))
    run(host, f'{tool} (llm/complete "q" {{:tools [t]}})')
    content: str = sent(host)["messages"][-1]["content"]
    return content


@pytest.mark.parametrize(
    ("parameters", "handler", "arguments", "answer"),
    [
        ("{:a :int :b :int}", "(fn (b a) (list a b))", {"a": 1, "b": 2}, "[1,2]"),
        ("{:a :int :b :int}", "(fn (x y) (list x y))", {"a": 1, "b": 2}, "[1,2]"),
        ("{:a :int :b :int}", "(fn (args) (:b args))", {"a": 1, "b": 2}, "2"),
        ("{:name :string}", "(fn (who) who)", {"name": "Ada"}, "Ada"),
        ("{:name :string}", "(fn (args) (:name args))", {"name": "Ada"}, "Ada"),
        ("{:args :string}", "(fn (args) args)", {"args": "Ada"}, "Ada"),
        ("{:a {:type :int :optional #t}}", "(fn (a) (nil? a))", {}, "#t"),
        ("{:m :map}", "(fn (m) m)", {"m": {"x": [1, None, True]}}, '{"x":[1,null,true]}'),
        ("{}", "(fn () :done)", {}, ":done"),
        ("{:a :float}", "list", {"a": 1.5}, "[1.5]"),
        ("{}", "(fn () (bytevector 1 2))", {}, "#u8(1 2)"),
        ("{:a :int}", "(fn (a & more) (list a more))", {"a": 1}, "[1,[]]"),
    ],
)
def test_arguments_reach_handlers_and_answers_the_model(
    parameters: str, handler: str, arguments: dict[str, Any], answer: str
) -> None:
    assert answer_of(f'(deftool t "d" {parameters} {handler})', "t", arguments) == answer


@pytest.mark.parametrize(
    ("parameters", "handler", "arguments", "words"),
    [
        ("{:a :int}", "(fn (a) a)", {"a": "x"}, "a: expected integer, got string"),
        ("{:a :int}", "(fn (a) a)", {}, "a: missing"),
        ("{:a :int}", "(fn (a) a)", {"a": 1, "z": 1}, "z: unknown parameter"),
        ("{:u {:enum [:c :f]}}", "(fn (u) u)", {"u": "k"}, "expected one of 'c', 'f'"),
        ("{:a :int}", "(fn (a) (car a))", {"a": 1}, "Error: car"),
        ("{:a :int}", "(fn (a) (throw {:x 1}))", {"a": 1}, "Error: "),
        ("{:a :int}", "(fn (x y) x)", {"a": 1}, "takes (x y)"),
        ("{:a :int}", "(fn (a) (undefined-thing a))", {"a": 1}, "undefined-thing"),
    ],
)
def test_what_goes_wrong_in_a_tool_is_told_to_the_model(
    parameters: str, handler: str, arguments: dict[str, Any], words: str
) -> None:
    assert words in answer_of(f'(deftool t "d" {parameters} {handler})', "t", arguments)


def test_schemas() -> None:
    program = """(deftool search/docs! "d"
      {:query {:type :string :description "What"}
       :limit {:type :int :optional #t :minimum 1}
       :unit {:type :string :enum ["a" "b"]}
       :tags [:string]
       :where {:properties {:lat :float :lon {:type :float :optional #t}}}}
      (fn (query) query))
      (llm/complete "q" {:tools [search/docs!]})"""
    host = host_with("openai", openai_words("ok"))
    run(host, program)
    function = sent(host)["tools"][0]["function"]
    assert function["name"] == "search_docs_"
    assert function["parameters"] == {
        "type": "object",
        "properties": {
            "limit": {"type": "integer", "minimum": 1},
            "query": {"type": "string", "description": "What"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "unit": {"type": "string", "enum": ["a", "b"]},
            "where": {
                "type": "object",
                "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
                "required": ["lat"],
            },
        },
        "required": ["query", "tags", "unit", "where"],
        "additionalProperties": False,
    }


def test_a_deeply_nested_schema_is_refused() -> None:
    deep = "[" * 3000 + ":string" + "]" * 3000
    with pytest.raises(LispError, match="nested more than 40 deep"):
        run(FakeHost(), f'(deftool t "d" {{:a {deep}}} (fn (a) a))')


def test_pictures_that_tools_return_are_shown() -> None:
    picture = f"(bytevector {' '.join(map(str, png(2, 2)))})"
    call = {"index": 0, "id": "1", "function": {"name": "draw", "arguments": "{}"}}
    asks = {"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    host = host_with("openai", FakeResponse(sse(asks, "[DONE]")), openai_words("A square."))
    tool = f'(deftool draw "Draws" {{}} (fn () (list "Look:" {picture} {{:a 1}})))'
    run(host, tool + '(llm/complete "x" {:tools [draw]})')
    result, shown = sent(host)["messages"][-2:]
    named = f"[image/png, {len(png(2, 2))} bytes]"
    assert result["content"] == f'Look:\n{named}\n{{"a":1}}'
    assert shown["content"][1]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
