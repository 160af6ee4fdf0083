"""What the translators of embeddings and rankings share: replies come whole, as one JSON value."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import Event, Finished, ModelNamed, UsageReport
from lispcore.llm.failures import InvalidRequest, MalformedReply
from lispcore.llm.framing import Record
from lispcore.llm.providers.dialect import (
    ErrorDetail,
    ReplyDecoder,
    count,
    mapping,
    parse_object,
    sequence,
    string,
)
from lispcore.llm.requests import Request, Settings
from lispcore.llm.usage import Usage

BEARER: Final = ("authorization", "Bearer ")
_ANSWERS: Final = ("data", "embeddings", "results", "embedding")


class WholeDecoder(ReplyDecoder):
    """Reads one reply; a subclass says what is in it."""

    def read(self, record: Record) -> list[Event]:
        """Returns what a reply says that was sent as a single record."""
        return self.read_whole(parse_object(record))

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a reply says."""
        value = mapping(body)
        event = self.answer(value)
        self.complete = True
        events: list[Event] = [event, UsageReport(usage_of(value)), Finished("end_turn")]
        model = string(value.get("model"))
        return [ModelNamed(model), *events] if model else events

    def answer(self, value: Any) -> Event:
        """Returns the answer itself, or raises `MalformedReply`."""
        raise NotImplementedError


def usage_of(value: Any) -> Usage:
    """Returns the tokens that a reply counts, wherever the provider writes them."""
    usage = mapping(value.get("usage"))
    billed = mapping(mapping(value.get("meta")).get("billed_units"))
    counted = (
        count(usage.get("prompt_tokens"))
        or count(usage.get("total_tokens"))
        or count(billed.get("input_tokens"))
        or count(value.get("prompt_eval_count"))
    )
    return Usage(counted)


def indexed(items: list[Any], what: str) -> list[tuple[int, Any]]:
    """Returns (index, item) for the entries of a reply; those without an index are in order."""
    found = []
    for position, item in enumerate(items):
        index = mapping(item).get("index", position)
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise MalformedReply(f"the reply holds {what} whose index is no number")
        found.append((index, item))
    return found


def read_error(body: Any) -> ErrorDetail | None:
    """Returns the error of a reply in any of the shapes that these providers use.

    ``{"error": {"message", "type" or "status"}}``, ``{"error": "text"}``, ``{"message": "text"}``,
    ``{"detail": "text" or [{"msg"}]}``; Gemini wraps its own into an array.
    """
    items = sequence(body)
    value = mapping(items[0]) if items else mapping(body)
    if any(value.get(name) for name in _ANSWERS):
        return None
    error = value.get("error")
    if isinstance(error, dict):
        kind = string(error.get("type")) or string(error.get("status")) or "error"
        return ErrorDetail(kind, string(error.get("message")), string(error.get("param")))
    details = sequence(value.get("detail"))
    said = "; ".join(string(mapping(each).get("msg")) for each in details)
    for text in (error, value.get("message"), value.get("detail"), said):
        if isinstance(text, str) and text:
            return ErrorDetail("error", text)
    return None


def refuse(request: Request, settings: Settings, expected: str) -> InvalidRequest:
    """Returns the error for a request that a provider of embeddings or rankings cannot answer."""
    return InvalidRequest(
        f"{settings.provider} is set up for {expected} and does not chat",
        provider=settings.provider,
        advice="choose a provider that chats: (llm/set-default :anthropic)",
    )
