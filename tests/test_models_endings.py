"""Answers that were refused or cut off say so: in the output, in values, and as errors."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.values.errors import LispError
from model_replies import host_with, run, shown, sse


def cut(text: str) -> FakeResponse:
    """Returns a reply that ends at the limit of tokens."""
    choice = {"delta": {"content": text}, "finish_reason": "length"}
    return FakeResponse(sse({"choices": [choice]}) + b"data: [DONE]\n\n")


CUT = cut('{"a": "half')
REFUSED = FakeResponse(
    sse({"choices": [{"delta": {"refusal": "No, not spam."}, "finish_reason": "stop"}]})
    + b"data: [DONE]\n\n"
)
FILTERED = FakeResponse(
    sse({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}) + b"data: [DONE]\n\n"
)
CAUGHT = "(try {call} (catch e (list (:reason e) (:stop-reason e) (:reply e))))"


def errors_of(host: FakeHost) -> str:
    return "".join(text for kind, text in host.written if kind == "err")


@pytest.mark.parametrize(
    ("reply", "words", "reason"),
    [(CUT, "cut off at the limit of tokens", "max_tokens"), (REFUSED, "refused", "refusal")],
)
@pytest.mark.parametrize("call", ['(llm/complete "x")', '(llm/stream "x" (fn (c) nil))'])
def test_a_text_comes_with_a_warning_and_its_reason(
    reply: Any, words: str, reason: str, call: str
) -> None:
    host = host_with(reply)
    assert shown(host, f"{call} (:stop-reason (llm/last-usage))") == f'"{reason}"'
    assert words in errors_of(host)


def test_a_cut_answer_that_mentions_a_category_has_chosen_none() -> None:
    host = host_with(cut("This is not spam but"))
    call = '(llm/classify [:spam :ham] "x")'
    assert shown(host, CAUGHT.replace("{call}", call)).startswith('("max-tokens" "max_tokens"')


@pytest.mark.parametrize(
    "call", ['(llm/extract {:a :string} "x")', '(llm/classify [:spam :ham] "x")']
)
@pytest.mark.parametrize(
    ("reply", "reasons"),
    [(CUT, '("max-tokens" "max_tokens"'), (REFUSED, '("refusal" "refusal"')],
)
def test_where_structure_is_wanted_it_is_an_error_at_once(
    reply: Any, reasons: str, call: str
) -> None:
    host = host_with(reply)
    assert shown(host, CAUGHT.replace("{call}", call)).startswith(reasons)
    assert len(host.requests) == 1
    assert errors_of(host) == ""


def test_the_hint_goes_beyond_the_limit_that_was_set() -> None:
    with pytest.raises(LispError) as caught:
        run(host_with(CUT), '(llm/extract {:a :string} "x" {:max-tokens 5000})')
    assert caught.value.hint == "allow more of them: {:max-tokens 10000}"


def test_an_empty_refusal_is_an_error() -> None:
    with pytest.raises(LispError, match="the model refused to answer"):
        run(host_with(FILTERED), '(llm/complete "x")')


def test_a_provider_of_the_program_can_say_so_too() -> None:
    program = """(llm/define-provider :p {:complete (fn (r) {:content "half" :stop-reason
      :max-tokens})}) (llm/complete "x") (:stop-reason (llm/last-usage))"""
    host = host_with()
    assert shown(host, program) == '"max_tokens"'
    assert "cut off" in errors_of(host)
