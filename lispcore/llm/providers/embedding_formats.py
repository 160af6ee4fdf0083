"""Embeddings: ``POST …/embeddings`` as OpenAI has it, and what Cohere, Nomic, Gemini, Ollama have.

Formats by the providers' public documentation; not tried against the live services. A reply is read
the same way whoever sent it: the vectors stand in ``data``, ``embeddings`` or ``embedding``.
"""

from __future__ import annotations

import math
from typing import Any, Final

from lispcore.llm.events import EmbeddingsReady
from lispcore.llm.failures import MalformedReply
from lispcore.llm.framing import SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.providers.dialect import Dialect, endpoint, json_request, sequence
from lispcore.llm.providers.whole_replies import BEARER, WholeDecoder, indexed, read_error, refuse
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import EmbeddingRequest

# How providers that otherwise speak like OpenAI call the two optional parameters.
_DIMENSIONS: Final = {"voyage": "output_dimension", "mistral": "output_dimension"}
_PURPOSES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "voyage": ("input_type", {"document": "document", "query": "query"}),
    "jina": ("task", {"document": "retrieval.passage", "query": "retrieval.query"}),
}
_SEARCH: Final = {"document": "search_document", "query": "search_query"}
_GEMINI_TASKS: Final = {"document": "RETRIEVAL_DOCUMENT", "query": "RETRIEVAL_QUERY"}


def _checked(request: Request, settings: Settings) -> EmbeddingRequest:
    if not isinstance(request, EmbeddingRequest):
        raise refuse(request, settings, "embeddings")
    return request


def _openai_request(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings)
    body: dict[str, Any] = {
        "model": wanted.model or settings.model,
        "input": list(wanted.input),
    }
    if wanted.dimensions is not None:
        body[_DIMENSIONS.get(settings.provider, "dimensions")] = wanted.dimensions
    if wanted.purpose and settings.provider in _PURPOSES:
        name, words = _PURPOSES[settings.provider]
        body[name] = words[wanted.purpose]
    url = endpoint(settings.base_url, "/v1", "/embeddings", version_in_base=True)
    return json_request(url, [], body, BEARER, wanted, settings)


def _cohere_request(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings)
    body: dict[str, Any] = {
        "model": wanted.model or settings.model,
        "texts": list(wanted.input),
        "input_type": _SEARCH[wanted.purpose or "document"],
        "embedding_types": ["float"],
    }
    if wanted.dimensions is not None:
        body["output_dimension"] = wanted.dimensions
    url = endpoint(settings.base_url, "/v2", "/embed")
    return json_request(url, [], body, BEARER, wanted, settings)


def _nomic_request(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings)
    body: dict[str, Any] = {
        "model": wanted.model or settings.model,
        "texts": list(wanted.input),
        "task_type": _SEARCH[wanted.purpose or "document"],
    }
    if wanted.dimensions is not None:
        body["dimensionality"] = wanted.dimensions
    url = endpoint(settings.base_url, "/v1", "/embedding/text")
    return json_request(url, [], body, BEARER, wanted, settings)


def _gemini_request(request: Request, settings: Settings) -> HttpRequest:
    from urllib.parse import quote

    wanted = _checked(request, settings)
    model = (wanted.model or settings.model).removeprefix("models/")
    options: dict[str, Any] = {}
    if wanted.dimensions is not None:
        options["outputDimensionality"] = wanted.dimensions
    if wanted.purpose:
        options["taskType"] = _GEMINI_TASKS[wanted.purpose]
    requests = [
        {"model": f"models/{model}", "content": {"parts": [{"text": text}]}, **options}
        for text in wanted.input
    ]
    # One text alone has a method of its own, which more servers know.
    alone = len(requests) == 1
    path = f"/models/{quote(model, safe='/')}:{'embedContent' if alone else 'batchEmbedContents'}"
    body: dict[str, Any] = requests[0] if alone else {"requests": requests}
    url = endpoint(settings.base_url, "/v1beta", path)
    return json_request(url, [], body, ("x-goog-api-key", ""), wanted, settings)


def _ollama_request(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings)
    body: dict[str, Any] = {
        "model": wanted.model or settings.model,
        "input": list(wanted.input),
    }
    if wanted.dimensions is not None:
        body["dimensions"] = wanted.dimensions
    base = settings.base_url.strip().rstrip("/").removesuffix("/v1")
    return json_request(endpoint(base, "/api", "/embed"), [], body, BEARER, wanted, settings)


class Decoder(WholeDecoder):
    """Reads the vectors of one reply."""

    def answer(self, value: Any) -> EmbeddingsReady:
        """Returns the vectors in the order of their indexes."""
        found = sorted(indexed(_rows(value), "vectors"), key=lambda pair: pair[0])
        vectors = tuple(_vector(row) for _, row in found)
        if [index for index, _ in found] != list(range(len(found))):
            raise MalformedReply("the reply names the same text twice, or leaves one out")
        if len({len(vector) for vector in vectors}) > 1:
            raise MalformedReply("the vectors of the reply differ in length")
        return EmbeddingsReady(vectors)


def _rows(value: Any) -> list[Any]:
    rows = value.get("data") or value.get("embeddings")
    if isinstance(rows, dict):  # Cohere names the numbers' type: {"float": […]}
        rows = rows.get("float") or rows.get("base64")
    if rows is None and value.get("embedding"):
        rows = [value]
    if not sequence(rows):
        raise MalformedReply("the reply holds no embeddings")
    return sequence(rows)


def _vector(row: Any) -> bytes:
    """Returns the vector of ``[…]``, ``{"embedding": …}`` or ``{"values": […]}``."""
    import struct

    if isinstance(row, dict):
        row = row.get("embedding", row)
    if isinstance(row, dict):
        row = row.get("values")
    if isinstance(row, str):
        row = _unpacked(row)
    numbers = sequence(row)
    if not numbers or not all(_is_finite(number) for number in numbers):
        raise MalformedReply("an embedding of the reply is not a list of numbers")
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _is_finite(number: Any) -> bool:
    # An integer beyond all floats cannot be packed either.
    kind = type(number)
    return (kind is float and math.isfinite(number)) or (kind is int and abs(number) < 1 << 1000)


def _unpacked(text: str) -> list[float]:
    """Returns the numbers of base64 over little-endian 32-bit floats, as OpenAI packs them."""
    import binascii
    import struct

    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
        return list(struct.unpack(f"<{len(data) // 4}f", data))
    except (ValueError, struct.error) as problem:
        raise MalformedReply("an embedding of the reply is damaged base64") from problem


_BUILDERS: Final = {
    "embed-openai": _openai_request,
    "embed-cohere": _cohere_request,
    "embed-nomic": _nomic_request,
    "embed-gemini": _gemini_request,
    "embed-ollama": _ollama_request,
}

DIALECTS: Final = tuple(
    Dialect(
        *(name, build, Decoder, SseDecoder, read_error),
        # Servers that speak like Gemini often answer for one text only.
        may_lack_batches=build is _gemini_request,
    )
    for name, build in _BUILDERS.items()
)
