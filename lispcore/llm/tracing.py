"""Spans of OpenTelemetry as plain values, and the two forms in which they leave.

`span_record` is one JSON object for a file of JSON lines; `otlp_body` is a request of OTLP/HTTP in
its JSON encoding (opentelemetry.io/docs/specs/otlp, section "JSON Protobuf Encoding": times are
decimal strings, ids hexadecimal, enumerations numbers). Names of attributes are those of
OpenTelemetry's semantic conventions for generative AI.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

INTERNAL: Final = "INTERNAL"
CLIENT: Final = "CLIENT"
_KINDS: Final = {INTERNAL: 1, CLIENT: 3}
_STATUS_CODES: Final = {"UNSET": 0, "OK": 1, "ERROR": 2}

# Our names of providers -> the well-known values of gen_ai.provider.name, where they differ.
PROVIDER_NAMES: Final = {
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}


def timestamp(seconds: float) -> str:
    """Returns a time as RFC 3339 has it, in UTC with milliseconds."""
    thousandths = round(seconds * 1000)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(thousandths // 1000))
    return f"{whole}.{thousandths % 1000:03d}Z"


def provider_name(name: str) -> str:
    """Returns a provider's name in the words of the conventions."""
    return PROVIDER_NAMES.get(name, name)


@dataclass(slots=True)
class Span:
    """One timed operation. Times are seconds since 1970; `end` is 0.0 while it is under way.

    Attributes are strings, numbers, booleans or lists of them; an event is (time, name, its own).
    One that is dropped goes nowhere.
    """

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    start: float
    attributes: dict[str, Any] = field(default_factory=dict)
    end: float = 0.0
    events: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)
    status: str = "UNSET"
    message: str = ""
    is_dropped: bool = False

    def fail(self, kind: str, message: str) -> None:
        """Marks the span as failed."""
        self.status, self.message = "ERROR", message
        self.attributes["error.type"] = kind or "_OTHER"


def new_span(name: str, kind: str, start: float, parent: Span | None) -> Span:
    """Returns a span that begins now; without a parent it begins a trace."""
    trace_id = parent.trace_id if parent is not None else os.urandom(16).hex()
    parent_id = parent.span_id if parent is not None else ""
    return Span(name, kind, trace_id, os.urandom(8).hex(), parent_id, start)


def _nanoseconds(seconds: float) -> int:
    # Through microseconds: a float has no room for more.
    return round(seconds * 1_000_000) * 1000


def span_record(span: Span, resource: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a finished span as one JSON object, attributes as a plain object."""
    return {
        "name": span.name,
        "kind": span.kind,
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_span_id": span.parent_id or None,
        "start_time_unix_nano": _nanoseconds(span.start),
        "end_time_unix_nano": _nanoseconds(span.end),
        "duration_ms": round((span.end - span.start) * 1000, 3),
        "status": {"code": span.status, "message": span.message},
        "attributes": span.attributes,
        "events": [
            {"name": name, "time_unix_nano": _nanoseconds(at), "attributes": attributes}
            for at, name, attributes in span.events
        ],
        "resource": dict(resource),
    }


def otlp_body(spans: Sequence[Span], resource: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Returns the body of a request to ``/v1/traces``."""
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _pairs(resource)},
                "scopeSpans": [
                    {
                        "scope": {"name": "lispcore", "version": version},
                        "spans": [_otlp_span(span) for span in spans],
                    }
                ],
            }
        ]
    }


def _otlp_span(span: Span) -> dict[str, Any]:
    found: dict[str, Any] = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": span.name,
        "kind": _KINDS[span.kind],
        "startTimeUnixNano": str(_nanoseconds(span.start)),
        "endTimeUnixNano": str(_nanoseconds(span.end)),
        "attributes": _pairs(span.attributes),
        "events": [
            {"timeUnixNano": str(_nanoseconds(at)), "name": name, "attributes": _pairs(attributes)}
            for at, name, attributes in span.events
        ],
        "status": {"code": _STATUS_CODES[span.status]},
    }
    if span.parent_id:
        found["parentSpanId"] = span.parent_id
    if span.message:
        found["status"]["message"] = span.message
    return found


def _pairs(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _any_value(value)} for key, value in attributes.items()]


def _any_value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, (list, tuple)):
        return {"arrayValue": {"values": [_any_value(each) for each in value]}}
    return {"stringValue": str(value)}


def headers_from_text(text: str) -> tuple[tuple[str, str], ...]:
    """Returns the headers in ``name=value,name=value``; values may be percent-encoded."""
    from urllib.parse import unquote

    found = []
    for pair in text.split(","):
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            found.append((unquote(name.strip()), unquote(value.strip())))
    return tuple(found)
