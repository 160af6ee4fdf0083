"""The demo model's embeddings and rankings: deterministic, and without any understanding.

A text becomes a vector by hashing: each of its words and each three letters of a word point in a
direction of their own, little words ("the", "is") with little weight. So texts that share words, or
forms of a word, are similar; synonyms are not. A ranking counts how much of the query a document
holds. That is enough to see retrieval at work without a key and without a network.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Generator
from typing import Any, Final
from zlib import crc32

from lispcore.llm.events import (
    EmbeddingsReady,
    Event,
    Finished,
    ModelNamed,
    RankingReady,
    UsageReport,
)
from lispcore.llm.retrieval import EmbeddingRequest, RankingRequest
from lispcore.llm.usage import Usage

MODEL: Final = "demo"
DIMENSIONS: Final = 256

_LITTLE_WORDS: Final = frozenset(
    (
        "a about an and any are as at be been but by can could did do does for from get had has "
        "have how i if in into is it its like me my no not of on one or our please so such than "
        "that the their them then there these they this to us use used using was we were what "
        "when where which who why will with would you your"
    ).split()
)
_LITTLE: Final = 0.1
_PIECE_WEIGHT: Final = 0.35
_PIECE_LENGTH: Final = 3
_NEAR: Final = 0.5  # words that share less than this part of their pieces are different words
_MAX_WORDS: Final = 20_000


def stream_events(request: EmbeddingRequest | RankingRequest) -> Generator[Event, None, None]:
    """Yields the demo's answer."""
    yield ModelNamed(MODEL)
    if isinstance(request, EmbeddingRequest):
        size = request.dimensions or DIMENSIONS
        yield EmbeddingsReady(tuple(embed(text, size) for text in request.input))
        texts: tuple[str, ...] = request.input
    else:
        yield RankingReady(rank(request.query, request.documents))
        texts = (request.query, *request.documents)
    yield UsageReport(Usage(sum(len(text.split()) for text in texts)))
    yield Finished("end_turn")


def describe_request(request: EmbeddingRequest | RankingRequest) -> dict[str, Any]:
    """Returns the request for the record of the call."""
    if isinstance(request, EmbeddingRequest):
        return {"input": list(request.input)}
    return {"query": request.query, "documents": list(request.documents)}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())[:_MAX_WORDS]


def _weight(word: str) -> float:
    return _LITTLE if word in _LITTLE_WORDS else 1.0


def _pieces(word: str) -> list[str]:
    marked = f"<{word}>"
    return [marked[at : at + _PIECE_LENGTH] for at in range(len(marked) - _PIECE_LENGTH + 1)]


def embed(text: str, dimensions: int = DIMENSIONS) -> bytes:
    """Returns a text's vector of length 1 (0 for a text without words), packed."""
    counts: dict[str, float] = {}
    for word in _words(text):
        counts[word] = counts.get(word, 0.0) + 1.0
    vector = [0.0] * dimensions
    for word, count in counts.items():
        weight = _weight(word) * math.sqrt(count)
        _add(vector, word, weight)
        for piece in _pieces(word):
            _add(vector, piece, weight * _PIECE_WEIGHT)
    length = math.sqrt(math.fsum(number * number for number in vector))
    if length:
        vector = [number / length for number in vector]
    return struct.pack(f"<{dimensions}d", *vector)


def _add(vector: list[float], feature: str, weight: float) -> None:
    code = crc32(feature.encode("utf-8", "surrogatepass"))
    vector[(code >> 1) % len(vector)] += weight if code & 1 else -weight


def rank(query: str, documents: tuple[str, ...]) -> tuple[tuple[int, float], ...]:
    """Returns (index, score from 0 to 1), the best document first."""
    wanted = {word: _weight(word) for word in _words(query)}
    scores = [(index, _relevance(wanted, text)) for index, text in enumerate(documents)]
    scores.sort(key=lambda pair: -pair[1])
    return tuple(scores)


def _relevance(wanted: dict[str, float], text: str) -> float:
    held = set(_words(text))
    pieces = {word: set(_pieces(word)) for word in held}
    total = math.fsum(wanted.values())
    found = math.fsum(weight * _best(word, pieces) for word, weight in wanted.items())
    return round(found / total, 4) if total else 0.0


def _best(word: str, held: dict[str, set[str]]) -> float:
    """Returns how near a word comes to the nearest one of a text, from 0 to 1."""
    if word in held:
        return 1.0
    own = set(_pieces(word))
    best = 0.0
    for pieces in held.values():
        shared = len(own & pieces)
        best = max(best, 2 * shared / (len(own) + len(pieces)))
    return best if best >= _NEAR else 0.0
