"""Embeddings and rankings on the wire: requests as the providers want them, replies as they come."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import stream_events
from lispcore.llm.events import EmbeddingsReady, Event, RankingReady, UsageReport
from lispcore.llm.failures import MalformedReply, ModelError, ProviderError, Truncated
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import (
    EMBEDDERS,
    RERANKERS,
    EmbeddingRequest,
    RankingRequest,
    Service,
    batches,
    embedder_of,
    reranker_of,
    settings_of_service,
)
from lispcore.values.errors import Stopped

JSON = {"content-type": "application/json"}


def reply(value: Any, status: int = 200) -> FakeResponse:
    return FakeResponse(json.dumps(value).encode(), status=status, headers=JSON)


def embedding_settings(name: str, key: str | None = "k") -> Settings:
    found = settings_for(name, api_key=key)
    assert found is not None
    service = embedder_of(found)
    assert service is not None
    return settings_of_service(found, service)


def ranking_settings(name: str) -> Settings:
    found = settings_for(name, api_key="k")
    assert found is not None
    service = reranker_of(found)
    assert service is not None
    return settings_of_service(found, service)


def ask(request: Request, settings: Settings, *replies: Any) -> tuple[FakeHost, list[Event]]:
    host = FakeHost(*(r if isinstance(r, (FakeResponse, Exception)) else reply(r) for r in replies))
    return host, list(stream_events(request, settings, host))


def numbers(event: Event) -> list[list[float]]:
    assert isinstance(event, EmbeddingsReady)
    return [list(struct.unpack(f"<{len(each) // 8}d", each)) for each in event.vectors]


def vectors_in(events: list[Event]) -> list[list[float]]:
    return next(numbers(event) for event in events if isinstance(event, EmbeddingsReady))


TWO = EmbeddingRequest((), input=("a", "b"))
OPENAI_TWO = {
    "object": "list",
    "model": "text-embedding-3-small",
    "data": [
        {"object": "embedding", "index": 1, "embedding": [3, 4.5]},
        {"object": "embedding", "index": 0, "embedding": [0.1, -2]},
    ],
    "usage": {"prompt_tokens": 5, "total_tokens": 5},
}
VECTORS = [[0.1, -2.0], [3.0, 4.5]]
IN_ORDER = [[0.1, -2], [3, 4.5]]


@pytest.mark.parametrize(
    ("name", "url", "body", "answer"),
    [
        (
            "openai",
            "https://api.openai.com/v1/embeddings",
            {"model": "text-embedding-3-small", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "jina",
            "https://api.jina.ai/v1/embeddings",
            {"model": "jina-embeddings-v3", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "voyage",
            "https://api.voyageai.com/v1/embeddings",
            {"model": "voyage-3", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "mistral",
            "https://api.mistral.ai/v1/embeddings",
            {"model": "mistral-embed", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "together",
            "https://api.together.xyz/v1/embeddings",
            {"model": "BAAI/bge-base-en-v1.5", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "fireworks",
            "https://api.fireworks.ai/inference/v1/embeddings",
            {"model": "fireworks/qwen3-embedding-8b", "input": ["a", "b"]},
            OPENAI_TWO,
        ),
        (
            "cohere",
            "https://api.cohere.com/v2/embed",
            {
                "model": "embed-english-v3.0",
                "texts": ["a", "b"],
                "input_type": "search_document",
                "embedding_types": ["float"],
            },
            {
                "id": "x",
                "embeddings": {"float": IN_ORDER},
                "texts": ["a", "b"],
                "meta": {"billed_units": {"input_tokens": 5}},
            },
        ),
        (
            "nomic",
            "https://api-atlas.nomic.ai/v1/embedding/text",
            {
                "model": "nomic-embed-text-v1.5",
                "texts": ["a", "b"],
                "task_type": "search_document",
            },
            {"embeddings": IN_ORDER, "usage": {"prompt_tokens": 5, "total_tokens": 5}},
        ),
        (
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001"
            ":batchEmbedContents",
            {
                "requests": [
                    {
                        "model": "models/gemini-embedding-001",
                        "content": {"parts": [{"text": text}]},
                    }
                    for text in "ab"
                ]
            },
            {"embeddings": [{"values": each} for each in IN_ORDER]},
        ),
        (
            "ollama",
            "http://localhost:11434/api/embed",
            {"model": "nomic-embed-text", "input": ["a", "b"]},
            {"model": "nomic-embed-text", "embeddings": IN_ORDER, "prompt_eval_count": 5},
        ),
    ],
)
def test_each_provider_in_its_own_words(name: str, url: str, body: Any, answer: Any) -> None:
    host, events = ask(TWO, embedding_settings(name), answer)
    assert host.requests[0].url == url
    assert json.loads(host.requests[0].body) == body
    assert vectors_in(events) == VECTORS
    usage = next(event.usage for event in events if isinstance(event, UsageReport))
    assert usage.prompt_tokens == (0 if name == "gemini" else 5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("openai", {"dimensions": 64}),
        ("voyage", {"output_dimension": 64, "input_type": "query"}),
        ("jina", {"dimensions": 64, "task": "retrieval.query"}),
        ("cohere", {"output_dimension": 64, "input_type": "search_query"}),
        ("nomic", {"dimensionality": 64, "task_type": "search_query"}),
        ("ollama", {"dimensions": 64}),
        ("mistral", {"output_dimension": 64}),
    ],
)
def test_options_have_each_providers_names(name: str, options: dict[str, Any]) -> None:
    request = EmbeddingRequest((), input=("a",), dimensions=64, purpose="query")
    one = {"embeddings": [[1.0]]}
    host, _ = ask(request, embedding_settings(name), one)
    assert json.loads(host.requests[0].body).items() >= options.items()
    host, _ = ask(request, embedding_settings("gemini"), one)
    sent = json.loads(host.requests[0].body)
    assert (sent["outputDimensionality"], sent["taskType"]) == (64, "RETRIEVAL_QUERY")


def test_a_key_is_named_and_not_sent_unless_the_program_brought_it() -> None:
    host, _ = ask(TWO, embedding_settings("gemini", None), {"embeddings": IN_ORDER})
    credential = host.requests[0].credential
    assert credential is not None
    assert (credential.provider, credential.header) == ("gemini", "x-goog-api-key")
    host, _ = ask(TWO, embedding_settings("cohere", "secret"), {"embeddings": IN_ORDER})
    assert ("authorization", "Bearer secret") in host.requests[0].headers
    assert "secret" not in json.dumps(host.records, default=str)


def test_gemini_has_a_method_for_one_text_alone() -> None:
    one = EmbeddingRequest((), input=("a",))
    host, events = ask(one, embedding_settings("gemini"), {"embedding": {"values": [1, 2]}})
    assert host.requests[0].url.endswith("/v1beta/models/gemini-embedding-001:embedContent")
    assert vectors_in(events) == [[1.0, 2.0]]


@pytest.mark.parametrize("base", ["http://h:1", "http://h:1/v1", "http://h:1/v1/embeddings"])
def test_a_compatible_server_under_any_address(base: str) -> None:
    found = settings_for("mine", base, "m")
    assert found is not None
    service = embedder_of(found)
    assert service is not None
    host, _ = ask(TWO, settings_of_service(found, service, "m"), OPENAI_TWO)
    assert host.requests[0].url == "http://h:1/v1/embeddings"


def test_vectors_may_come_as_base64_of_floats() -> None:
    text = base64.b64encode(struct.pack("<2f", 0.5, -1.25)).decode()
    _, events = ask(TWO, embedding_settings("openai"), {"data": [{"embedding": text}]})
    assert vectors_in(events) == [[0.5, -1.25]]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": []},
        {"data": [{"index": 0}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": ["x"]}]},
        {"data": [{"index": 0, "embedding": [None]}]},
        {"data": [{"index": 0, "embedding": [True]}]},
        {"data": [{"index": 0, "embedding": [10**400]}]},
        {"data": [{"index": 0, "embedding": "!!"}]},
        {"data": [{"index": 0, "embedding": "AAAA"}]},
        {"data": [{"index": "x", "embedding": [1]}]},
        {"data": [{"index": -1, "embedding": [1]}]},
        {"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]},
        {"data": [{"index": 1, "embedding": [1]}]},
        {"data": [{"embedding": [1]}, {"embedding": [1, 2]}]},
        {"data": {"a": 1}},
        {"embeddings": {"float": 5}},
        {"embeddings": 5},
    ],
)
def test_a_reply_without_proper_vectors_is_malformed(answer: Any) -> None:
    with pytest.raises(MalformedReply):
        ask(TWO, embedding_settings("openai"), answer)


def test_not_a_number_is_no_number() -> None:
    body = b'{"data": [{"embedding": [NaN]}]}'
    with pytest.raises(MalformedReply):
        ask(TWO, embedding_settings("openai"), FakeResponse(body, headers=JSON))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"error": {"message": "no such model", "type": "invalid_request"}}, "no such model"),
        ({"error": "model not found"}, "model not found"),
        ({"message": "invalid api token"}, "invalid api token"),
        ({"detail": "Unauthorized"}, "Unauthorized"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "field required"),
        ([{"error": {"message": "quota", "status": "RESOURCE_EXHAUSTED"}}], "quota"),
    ],
)
def test_errors_in_every_shape(answer: Any, said: str) -> None:
    with pytest.raises(ProviderError, match=said) as caught:
        ask(TWO, embedding_settings("voyage"), reply(answer, 400))
    assert (caught.value.status, caught.value.provider) == (400, "voyage")
    with pytest.raises(ProviderError, match=said):
        ask(TWO, embedding_settings("voyage"), reply(answer, 200))


def test_a_limit_says_when_to_come_back() -> None:
    limited = FakeResponse(
        b'{"detail": "slow down"}', status=429, headers={**JSON, "retry-after": "7"}
    )
    with pytest.raises(ProviderError) as caught:
        ask(TWO, embedding_settings("voyage"), limited)
    assert caught.value.retry_after == 7
    assert "wait" in caught.value.advice


def test_half_a_reply_is_truncated_and_a_web_page_is_none() -> None:
    with pytest.raises(Truncated):
        ask(TWO, embedding_settings("openai"), FakeResponse(b'{"data": [{"emb', headers=JSON))
    page = FakeResponse(b"<html><title>Hi</title>", headers={"content-type": "text/html"})
    with pytest.raises(MalformedReply, match="Hi"):
        ask(TWO, embedding_settings("openai"), page)


def test_stop_is_looked_at() -> None:
    host = FakeHost(reply(OPENAI_TWO))
    host.stop_at = 1
    with pytest.raises(Stopped):
        list(stream_events(TWO, embedding_settings("openai"), host))


def test_a_provider_of_embeddings_does_not_chat() -> None:
    request = Request((text_message("user", "hi"),))
    for settings in (embedding_settings("cohere"), ranking_settings("cohere")):
        with pytest.raises(ModelError, match="does not chat"):
            ask(request, settings, {})


# --- rankings -------------------------------------------------------------------------------------

RANK = RankingRequest((), query="q", documents=("x", "y", "z"), top_k=2)


@pytest.mark.parametrize(
    ("name", "url", "limit", "where"),
    [
        ("cohere", "https://api.cohere.com/v2/rerank", "top_n", "results"),
        ("jina", "https://api.jina.ai/v1/rerank", "top_n", "results"),
        ("voyage", "https://api.voyageai.com/v1/rerank", "top_k", "data"),
        ("together", "https://api.together.xyz/v1/rerank", "top_n", "results"),
        ("fireworks", "https://api.fireworks.ai/inference/v1/rerank", "top_n", "data"),
        ("nomic", "https://api-atlas.nomic.ai/v1/rerank", "top_n", "results"),
    ],
)
def test_rankings_of_each_provider(name: str, url: str, limit: str, where: str) -> None:
    rows = [{"index": 2, "relevance_score": 0.25}, {"index": 0, "relevance_score": 0.75}]
    host, events = ask(RANK, ranking_settings(name), {where: rows, "usage": {"total_tokens": 9}})
    assert host.requests[0].url == url
    assert json.loads(host.requests[0].body) == {
        "model": RERANKERS[name].model,
        "query": "q",
        "documents": ["x", "y", "z"],
        limit: 2,
    }
    assert RankingReady(((0, 0.75), (2, 0.25))) in events


@pytest.mark.parametrize(
    "rows",
    [
        [{"index": 0}],
        [{"index": 0, "relevance_score": "high"}],
        [{"index": 0, "relevance_score": 10**400}],
        [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 1}],
        [{"index": -1, "relevance_score": 1}],
        "rows",
    ],
)
def test_a_ranking_without_proper_scores_is_malformed(rows: Any) -> None:
    with pytest.raises(MalformedReply):
        ask(RANK, ranking_settings("cohere"), {"results": rows})


# --- batches --------------------------------------------------------------------------------------


def test_texts_are_put_into_requests_that_the_provider_takes() -> None:
    service = Service("embed-openai", "m", most_texts=2, most_characters=10)
    texts = ("aaaa", "bbbb", "c", "d" * 30, "", "e")
    assert batches(texts, service) == [("aaaa", "bbbb"), ("c",), ("d" * 30,), ("", "e")]
    assert batches((), service) == []


def test_every_known_service_can_be_asked() -> None:
    for name in {*EMBEDDERS, *RERANKERS}:
        found = settings_for(name)
        assert found is not None, name
        assert found.base_url or name == "demo"
