"""Whatever a server sends, the outcome is a reply or a `ModelError`, and never anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_host import FakeHost, FakeResponse
from lispcore.llm.client import ask
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import EmbeddingRequest, RankingRequest
from lispcore.llm.wire_formats import OVER_THE_WIRE

# The names and values that the four formats give a meaning to, in places where they have none.
KEYS = (
    "type", "message", "usage", "model", "index", "content_block", "delta", "text", "partial_json",
    "id", "name", "input", "error", "choices", "content", "tool_calls", "function", "arguments",
    "finish_reason", "stop_reason", "candidates", "parts", "functionCall", "args", "finishReason",
    "usageMetadata", "promptFeedback", "blockReason", "modelVersion", "done", "done_reason",
    "prompt_tokens", "input_tokens", "prompt_tokens_details", "detail", "loc", "msg", "param",
    "reasoning_content", "reasoning_details", "x_groq", "metadata", "raw", "data", "embedding",
    "embeddings", "values", "results", "relevance_score", "score", "thinking", "signature", "thought", "thoughtSignature", "object", "code",
)  # fmt: skip
WORDS = (
    "message_start", "content_block_start", "content_block_delta", "content_block_stop",
    "message_delta", "message_stop", "error", "ping", "text", "tool_use", "thinking", "text_delta",
    "input_json_delta", "thinking_delta", "stop", "length", "tool_calls", "STOP", "SAFETY", "x",
    "{", '{"a": 1}', "[DONE]", "", "\ud83e",
)  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)
records = st.lists(
    st.one_of(
        st.dictionaries(st.sampled_from(KEYS), values, max_size=6).map(json.dumps),
        values.map(json.dumps),
        st.sampled_from(["[DONE]", "", "{", "null"]),
    ),
    max_size=6,
)


CHAT = Request((text_message("user", "x"),))
REQUESTS = {
    "embed": EmbeddingRequest((), input=("x", "y")),
    "rerank": RankingRequest((), query="x", documents=("y", "z")),
}


def replies(dialect: str, body: bytes, status: int, kind: str) -> None:
    provider = Settings(dialect, dialect, "http://test.invalid/v1", "m")
    reply = FakeResponse(body, status=status, headers={"content-type": kind})
    error = failure_of(FakeHost(reply), provider)
    assert error is None or (error.message and error.provider == dialect)


def failure_of(host: FakeHost, provider: Settings) -> ModelError | None:
    try:
        ask(REQUESTS.get(provider.dialect.partition("-")[0], CHAT), provider, host)
    except ModelError as error:
        return error
    return None


@pytest.mark.parametrize("dialect", OVER_THE_WIRE)
@settings(max_examples=60)
@given(records)
def test_streams_of_anything(dialect: str, data: list[str]) -> None:
    if dialect == "ollama":
        body = "".join(f"{each}\n" for each in data)
    else:
        body = "".join(f"data: {each}\n\n" for each in data)
    replies(dialect, body.encode("utf-8", "replace"), 200, "text/event-stream")


@pytest.mark.parametrize("dialect", OVER_THE_WIRE)
@settings(max_examples=60)
@given(values, st.sampled_from([200, 201, 204, 301, 400, 401, 404, 422, 429, 500, 529]))
def test_whole_bodies_of_anything(dialect: str, value: Any, status: int) -> None:
    replies(dialect, json.dumps(value).encode("utf-8", "replace"), status, "application/json")


@pytest.mark.parametrize("dialect", OVER_THE_WIRE)
@settings(max_examples=40)
@given(st.binary(max_size=60), st.sampled_from([200, 400, 500]))
def test_bytes_that_are_nothing(dialect: str, body: bytes, status: int) -> None:
    replies(dialect, body, status, "text/plain")
