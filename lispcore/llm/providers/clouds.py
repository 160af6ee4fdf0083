"""Models behind Amazon Bedrock and Google Vertex AI: their makers' formats at other addresses.

Bedrock: Claude's Messages under ``/model/MODEL/invoke-with-response-stream``, in Amazon's frames.
Vertex: Gemini's and Claude's own formats below the address of a project and a region. Who asks is
proved by a signature or a token, which the host makes (`Provider.signs` in the catalogue); a key
that a program or the environment holds goes along as a bearer token.

Sources: the API references of Bedrock ("InvokeModelWithResponseStream") and Vertex AI.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.llm.event_frames import EventFrames
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.framing import SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.providers import anthropic, gemini
from lispcore.llm.providers.anthropic_requests import betas_of, build_body
from lispcore.llm.providers.dialect import (
    Dialect,
    ErrorDetail,
    check_messages,
    check_server_tools,
    json_request,
    mapping,
    string,
)
from lispcore.llm.requests import Request, Settings

_BEARER: Final = ("authorization", "Bearer ")
_MODEL: Final = re.compile(r"[A-Za-z0-9._:@/-]+")
# Of Claude's parameters those that clouds have other means for.
_NOT_THERE: Final = ("service_tier",)


def _model(request: Request, settings: Settings) -> str:
    model = request.model or settings.model
    if not _MODEL.fullmatch(model):
        raise InvalidRequest(f"this is no model name: {model!r}", provider=settings.provider)
    return model


def _claude_body(request: Request, settings: Settings, version: str) -> dict[str, Any]:
    check_messages(request, settings, document_parts=True)
    check_server_tools(request, settings, ())
    body = build_body(request, settings)
    for name in ("model", *_NOT_THERE):
        body.pop(name, None)
    betas = betas_of(request)
    return {"anthropic_version": version, **body, **({"anthropic_beta": betas} if betas else {})}


def _bedrock_request(request: Request, settings: Settings) -> HttpRequest:
    from urllib.parse import quote

    body = _claude_body(request, settings, "bedrock-2023-05-31")
    body.pop("stream")  # the address says so
    model = quote(_model(request, settings), safe="")
    base = settings.base_url.rstrip("/")
    url = f"{base}/model/{model}/invoke-with-response-stream"
    return json_request(url, [], body, _BEARER, request, settings)


def _vertex_claude_request(request: Request, settings: Settings) -> HttpRequest:
    body = _claude_body(request, settings, "vertex-2023-10-16")
    url = _vertex_url(request, settings, "anthropic", "streamRawPredict")
    return json_request(url, [], body, _BEARER, request, settings)


def _vertex_gemini_request(request: Request, settings: Settings) -> HttpRequest:
    body = gemini.build_body(request, settings)
    url = _vertex_url(request, settings, "google", "streamGenerateContent?alt=sse")
    return json_request(url, [], body, _BEARER, request, settings)


def _vertex_url(request: Request, settings: Settings, publisher: str, method: str) -> str:
    base = settings.base_url.rstrip("/")
    if "/projects/" not in base or "{" in base:
        raise InvalidRequest(
            "Vertex AI wants to know the project",
            provider=settings.provider,
            advice="set GOOGLE_CLOUD_PROJECT (and GOOGLE_CLOUD_LOCATION), or give :base-url "
            '"https://aiplatform.googleapis.com/v1/projects/PROJECT/locations/global"',
        )
    return f"{base}/publishers/{publisher}/models/{_model(request, settings)}:{method}"


def _read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of a reply of Amazon's: ``{"message"}``, or that of the model's maker."""
    found = anthropic.read_error(body)
    if found is None and "content" not in mapping(body):
        said = string(mapping(body).get("message")) or string(mapping(body).get("Message"))
        return ErrorDetail("error", said) if said else None
    return found


DIALECTS: Final = (
    Dialect(
        "bedrock-anthropic",
        _bedrock_request,
        anthropic.Decoder,
        EventFrames,
        _read_error,
        usual_effort="none",
    ),
    Dialect(
        "vertex-anthropic",
        _vertex_claude_request,
        anthropic.Decoder,
        SseDecoder,
        _read_error,
        usual_effort="none",
    ),
    Dialect(
        "vertex-gemini",
        _vertex_gemini_request,
        gemini.Decoder,
        SseDecoder,
        gemini.read_error,
        reads_on=True,
    ),
)
