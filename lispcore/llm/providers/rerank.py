"""Reranking: ``POST …/rerank`` with a query and documents, as Cohere made it and others follow.

Replies list ``{"index", "relevance_score"}`` under ``results`` (Cohere, Jina, Together) or ``data``
(Voyage, Fireworks). By the providers' public documentation; not tried against the live services.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import RankingReady
from lispcore.llm.failures import MalformedReply
from lispcore.llm.framing import SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.providers.dialect import Dialect, endpoint, json_request, mapping
from lispcore.llm.providers.whole_replies import BEARER, WholeDecoder, indexed, read_error, refuse
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import RankingRequest

_TOP: Final = {"voyage": "top_k"}
_VERSIONS: Final = {"cohere": "/v2"}


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a ranking."""
    if not isinstance(request, RankingRequest):
        raise refuse(request, settings, "reranking")
    body: dict[str, Any] = {
        "model": request.model or settings.model,
        "query": request.query,
        "documents": list(request.documents),
    }
    if request.top_k is not None:
        body[_TOP.get(settings.provider, "top_n")] = request.top_k
    version = _VERSIONS.get(settings.provider, "/v1")
    in_base = settings.provider not in _VERSIONS
    url = endpoint(settings.base_url, version, "/rerank", version_in_base=in_base)
    return json_request(url, [], body, BEARER, request, settings)


class Decoder(WholeDecoder):
    """Reads the scores of one reply."""

    def answer(self, value: Any) -> RankingReady:
        """Returns the documents' numbers with their scores, the best one first."""
        rows = value.get("results", value.get("data"))
        if not isinstance(rows, list):
            raise MalformedReply("the reply holds no ranking")
        scores = [(index, _score(row)) for index, row in indexed(rows, "documents")]
        if len({index for index, _ in scores}) < len(scores):
            raise MalformedReply("the reply ranks a document twice")
        scores.sort(key=lambda pair: -pair[1])
        return RankingReady(tuple(scores))


def _score(row: Any) -> float:
    entry = mapping(row)
    score = entry.get("relevance_score", entry.get("score"))
    if type(score) not in (int, float) or not abs(score) < 1e300:
        raise MalformedReply("the reply holds a document without a score")
    return float(score)


DIALECT: Final = Dialect("rerank", build_request, Decoder, SseDecoder, read_error)
