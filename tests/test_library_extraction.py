"""What `llm/extract` and its sisters send, and how they go on after a bad answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from aimock import Mock, find_llmock, run_aimock
from fake_host import FakeHost, FakeResponse
from images import PDF, png
from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value
from lispcore.values.types import Bytevector

SCHEMA = """{:vendor {:type :string} :amount {:type :number :validate #(> % 0) :message "too small"}
             :note {:type :string :optional #t}}"""
GOOD = '{"vendor": "Acme", "amount": 4.5, "note": null}'


def openai_says(text: str, reason: str = "stop") -> FakeResponse:
    message = {"choices": [{"message": {"content": text}, "finish_reason": reason}]}
    headers = {"content-type": "application/json"}
    return FakeResponse(json.dumps(message).encode(), headers=headers)


def anthropic_says(text: str) -> FakeResponse:
    message = {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    headers = {"content-type": "application/json"}
    return FakeResponse(json.dumps(message).encode(), headers=headers)


def host_with(provider: str, *replies: FakeResponse) -> FakeHost:
    host = FakeHost(*replies)
    keyed = {"base_url": "", "model": "", "has_key": True}
    host.settings = {"default": provider, "providers": {provider: keyed}}
    return host


def run(host: Any, program: str, **values: Any) -> str:
    interpreter = Interpreter(host)
    interpreter.globals.update(values)
    return print_value(interpreter.eval(program))


def sent(host: FakeHost, number: int = -1) -> Any:
    return json.loads(host.requests[number].body)


def test_openai_is_told_schema_and_prompt() -> None:
    host = host_with("openai", openai_says(GOOD))
    assert run(host, f'(llm/extract {SCHEMA} "the text")') == '{:amount 4.5 :vendor "Acme"}'
    body = sent(host)
    system, user = body["messages"]
    assert system["role"] == "system"
    assert '"vendor": string' in system["content"]
    assert user == {"role": "user", "content": "the text"}
    described = body["response_format"]["json_schema"]
    assert described["strict"] is True
    assert described["schema"]["required"] == ["amount", "note", "vendor"]
    assert described["schema"]["properties"]["note"] == {"type": ["string", "null"]}


def test_a_bad_answer_goes_back_with_what_is_wrong() -> None:
    bad = '{"vendor": "Acme", "amount": -1}'
    host = host_with("anthropic", anthropic_says(bad), anthropic_says(GOOD))
    run(host, f'(llm/extract {SCHEMA} "the text")')
    roles = [message["role"] for message in sent(host)["messages"]]
    assert roles == ["user", "assistant", "user"]
    _, answer, correction = (message["content"][0]["text"] for message in sent(host)["messages"])
    assert answer == bad
    assert "- amount: too small" in correction
    assert sent(host)["output_config"] == sent(host, 0)["output_config"]


def test_an_empty_answer_is_not_sent_back() -> None:
    host = host_with("openai", openai_says(" "), openai_says(GOOD))
    run(host, f'(llm/extract {SCHEMA} "the text")')
    assert [message["role"] for message in sent(host)["messages"]] == ["system", "user", "user"]


def test_every_attempt_is_counted() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 2}
    replies = [
        FakeResponse(
            json.dumps(
                {
                    "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
                    "usage": usage,
                }
            ).encode(),
            headers={"content-type": "application/json"},
        )
        for text in ("no", "no", GOOD)
    ]
    host = host_with("openai", *replies)
    program = f'(llm/extract {SCHEMA} "x") (:total-tokens (llm/session-usage))'
    assert run(host, program) == "36"


def test_no_more_attempts_than_allowed() -> None:
    host = host_with("openai", *[openai_says("no")] * 3)
    with pytest.raises(LispError, match="validation failed after 3 attempts"):
        run(host, f'(llm/extract {SCHEMA} "x")')
    assert len(host.requests) == 3


def test_an_answer_that_was_cut_off_is_not_asked_for_again() -> None:
    host = host_with("openai", openai_says('{"vendor": "Ac', "length"))
    with pytest.raises(LispError, match="cut off at the limit of tokens") as caught:
        run(host, f'(llm/extract {SCHEMA} "x")')
    assert ":max-tokens" in (caught.value.hint or "")
    assert len(host.requests) == 1


def test_an_error_of_the_provider_ends_it() -> None:
    refused = FakeResponse(b'{"error": {"message": "no"}}', status=401)
    host = host_with("openai", openai_says("no"), refused)
    with pytest.raises(LispError, match="HTTP 401"):
        run(host, f'(llm/extract {SCHEMA} "x")')


def test_stop_ends_it_in_the_predicate_too() -> None:
    def stop(value: Any) -> Any:
        raise Stopped

    host = host_with("openai", openai_says('{"a": 1}'))
    with pytest.raises(Stopped):
        run(host, '(llm/extract {:a {:type :int :validate stop}} "x")', stop=stop)


@pytest.mark.parametrize(
    ("provider", "kind"),
    [("anthropic", "image"), ("openai", "image_url"), ("gemini", "inlineData")],
)
def test_images_are_sent_with_the_schema(provider: str, kind: str) -> None:
    whole = {
        "anthropic": anthropic_says('{"text": "hi"}'),
        "openai": openai_says('{"text": "hi"}'),
        "gemini": FakeResponse(
            json.dumps(
                {
                    "candidates": [
                        {"content": {"parts": [{"text": '{"text": "hi"}'}]}, "finishReason": "STOP"}
                    ]
                }
            ).encode(),
            headers={"content-type": "application/json"},
        ),
    }
    host = host_with(provider, whole[provider])
    photo = png(3, 2)
    program = "(llm/extract-from-image {:text :string} photo)"
    assert run(host, program, photo=Bytevector(photo)) == '{:text "hi"}'
    text = host.requests[0].body.decode()
    assert base64.b64encode(photo).decode() in text
    assert kind in text
    assert "schema" in text.lower()


def test_a_document_is_sent_as_one() -> None:
    host = host_with("anthropic", anthropic_says('{"pages": 2}'))
    run(host, "(llm/extract-from-image {:pages :int} pdf)", pdf=Bytevector(PDF))
    blocks = sent(host)["messages"][0]["content"]
    assert [block["type"] for block in blocks] == ["document", "text"]
    assert "document" in blocks[1]["text"]


def test_parts_of_a_message_keep_their_order_on_the_wire() -> None:
    host = host_with("anthropic", anthropic_says("ok"))
    program = '(llm/chat [(message :user "First: " a " second: " b " and the paper: " c)])'
    values = {"a": Bytevector(png(1, 1)), "b": Bytevector(png(2, 2)), "c": Bytevector(PDF)}
    run(host, program, **values)
    kinds = [block["type"] for block in sent(host)["messages"][0]["content"]]
    assert kinds == ["text", "image", "text", "image", "text", "document"]


def test_labels_are_enforced_where_that_is_possible() -> None:
    reply = FakeResponse(
        b'{"message": {"content": "\\"spam\\""}, "done": true, "done_reason": "stop"}\n'
    )
    host = host_with("ollama", reply)
    assert run(host, '(llm/classify [:spam :ham] "x")') == ":spam"
    assert sent(host)["format"] == {"type": "string", "enum": ["spam", "ham"]}


def test_comparing_asks_for_both_texts() -> None:
    answer = '{"similarity": 0.5, "differences": ["a"], "summary": "b"}'
    host = host_with("openai", openai_says(answer))
    assert ":similarity 0.5" in run(host, '(llm/compare "one" "two")')
    assert sent(host)["messages"][1]["content"] == "Text A:\none\n\nText B:\ntwo"


# --- against a server that others wrote -----------------------------------------------------------

needs_aimock = pytest.mark.skipif(
    find_llmock() is None, reason="aimock is not installed: run `npm ci` in web/"
)
FIXTURES = [
    {"match": {"userMessage": "coffee"}, "response": {"content": GOOD}},
    {
        "match": {"userMessage": "chatty"},
        "response": {"content": f"Of course! Here it is:\n```json\n{GOOD}\n```\nBye."},
    },
    {"match": {"userMessage": "lovely"}, "response": {"content": "Positive."}},
    {"match": {"userMessage": "name"}, "response": {"content": "I am aimock."}},
]
MODELS = {
    "anthropic": "claude-haiku-4-5",
    "openai": "gpt-4o",
    "gemini": "gemini-2.5-flash",
    "ollama": "llama3.2",
}


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with run_aimock(FIXTURES, tmp_path_factory.mktemp("aimock"), "--strict") as running:
        yield running


@needs_aimock
@pytest.mark.parametrize("provider", MODELS)
def test_against_aimock(mock: Mock, provider: str) -> None:
    base = f"{mock.url}/v1" if provider == "openai" else mock.url
    configured = (
        f'(llm/configure :{provider} {{:api-key "k" :base-url "{base}" '
        f':default-model "{MODELS[provider]}"}})'
    )
    program = f"""{configured}
      (define talk (conversation/say (conversation/new) "your name?" {{:max-tokens 50}}))
      (list (llm/extract {SCHEMA} "I bought coffee")
            (llm/extract {SCHEMA} "Be chatty")
            (llm/classify [:positive :negative] "It is lovely")
            (conversation/last-reply (conversation/say talk "your name again?"))
            (conversation/length talk))"""
    data = '{:amount 4.5 :vendor "Acme"}'
    assert run(TerminalHost({}), program).replace("\n", "") == (
        f'({data} {data} :positive "I am aimock." 2)'
    )


def test_data_can_be_read_from_an_answer_that_is_there() -> None:
    from lispcore.library.models.extraction import data_in

    lisp = Interpreter(FakeHost())
    schema = lisp.eval("{:name {:type :string} :tags [:string]}")
    value = data_in("step", schema, 'So: {"name": "A", "tags": ["b"]}')
    assert print_value(value) == '{:name "A" :tags ("b")}'
    with pytest.raises(LispError, match=r"step: validation failed after 1 attempt: tags: missing"):
        data_in("step", schema, '{"name": "A"}')


def test_a_stream_that_breaks_off_is_no_answer_even_if_its_json_is_whole() -> None:
    piece = json.dumps({"choices": [{"delta": {"content": GOOD}}]})
    broken = FakeResponse(f"data: {piece}\n\n".encode())
    host = host_with("openai", *[broken] * 10)
    program = f"""(try (llm/extract {SCHEMA} "x" {{:max-retries 0}})
      (catch e (list (:type e) (:reason e) (= (:partial e) said))))"""
    assert run(host, program, said=GOOD) == '(:llm "truncated" #t)'
    assert len(host.requests) == 1
