"""Embeddings and rankings: what is asked, and who offers them, as flat tables.

Both are model calls like any other: a request that goes through the same client, layers and
records as a chat, and is answered by one event (`EmbeddingsReady`, `RankingReady`). Addresses are
those of `catalog.py`; default models are those of the dialect's manual (chapter on embeddings,
mid 2026), limits those of the providers' documentation, rounded down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lispcore.llm.catalog import DEMO, PROVIDERS
from lispcore.llm.requests import Request, Settings

PURPOSES: Final = ("document", "query")


@dataclass(frozen=True, slots=True)
class EmbeddingRequest(Request):
    """Texts of which each becomes a vector.

    `dimensions` asks for shorter vectors where a model can give them; `purpose` says whether the
    texts are documents to be found or queries, for models that tell these apart.
    """

    input: tuple[str, ...] = ()
    dimensions: int | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class RankingRequest(Request):
    """Documents to be put in the order in which they answer a query, the best `top_k` of them."""

    query: str = ""
    documents: tuple[str, ...] = ()
    top_k: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What one provider offers: the wire format, the model, and how much one request may hold."""

    dialect: str
    model: str
    most_texts: int = 100
    most_characters: int = 200_000


# The order is that of preference: the first one with a key is asked.
EMBEDDERS: Final[dict[str, Service]] = {
    "jina": Service("embed-openai", "jina-embeddings-v3", 512),
    "voyage": Service("embed-openai", "voyage-3", 128),
    "cohere": Service("embed-cohere", "embed-english-v3.0", 96),
    "nomic": Service("embed-nomic", "nomic-embed-text-v1.5", 256),
    "openai": Service("embed-openai", "text-embedding-3-small", 2048, 600_000),
    "together": Service("embed-openai", "BAAI/bge-base-en-v1.5"),
    "fireworks": Service("embed-openai", "fireworks/qwen3-embedding-8b"),
    "gemini": Service("embed-gemini", "gemini-embedding-001"),
    "mistral": Service("embed-openai", "mistral-embed", 64, 40_000),
    "openrouter": Service("embed-openai", "openai/text-embedding-3-small"),
    "ollama": Service("embed-ollama", "nomic-embed-text", 64),
    "lmstudio": Service("embed-openai", "text-embedding-nomic-embed-text-v1.5", 64),
    "llamacpp": Service("embed-openai", "default", 64),
    "vllm": Service("embed-openai", "", 64),
    DEMO: Service(DEMO, "demo", 1_000_000, 100_000_000),
}

RERANKERS: Final[dict[str, Service]] = {
    "jina": Service("rerank", "jina-reranker-v2-base-multilingual"),
    "voyage": Service("rerank", "rerank-2.5"),
    "cohere": Service("rerank", "rerank-v3.5"),
    "nomic": Service("rerank", "nomic-rerank-v1.5"),
    "together": Service("rerank", "BAAI/bge-reranker-v2-m3"),
    "fireworks": Service("rerank", "fireworks/qwen3-reranker-8b"),
    DEMO: Service(DEMO, "demo"),
}

# Servers that speak like OpenAI, under whatever name.
_OPENAI_DIALECTS: Final = ("openai", "embed-openai")
_COMPATIBLE: Final = Service("embed-openai", "", 64)
_COMPATIBLE_RERANKER: Final = Service("rerank", "")


def embedder_of(settings: Settings) -> Service | None:
    """Returns what a provider offers in embeddings, None for one that has none."""
    known = EMBEDDERS.get(settings.provider)
    return known or (_COMPATIBLE if _speaks_like_openai(settings) else None)


def reranker_of(settings: Settings) -> Service | None:
    """Returns what a provider offers in reranking, None for one that has none."""
    known = RERANKERS.get(settings.provider)
    return known or (_COMPATIBLE_RERANKER if _speaks_like_openai(settings) else None)


def _speaks_like_openai(settings: Settings) -> bool:
    return settings.dialect in _OPENAI_DIALECTS and settings.provider not in PROVIDERS


def settings_of_service(settings: Settings, service: Service, model: str = "") -> Settings:
    """Returns the settings under which a provider is asked for a service."""
    return replace(settings, dialect=service.dialect, model=model or service.model)


def batches(texts: tuple[str, ...], service: Service) -> list[tuple[str, ...]]:
    """Returns texts in groups of which each fits into one request."""
    groups: list[tuple[str, ...]] = []
    group: list[str] = []
    size = 0
    for text in texts:
        full = len(group) == service.most_texts or size + len(text) > service.most_characters
        if group and full:
            groups.append(tuple(group))
            group, size = [], 0
        group.append(text)
        size += len(text)
    return [*groups, tuple(group)] if group else groups
