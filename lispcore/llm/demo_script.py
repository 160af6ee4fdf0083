"""A part that the demo model plays: replies that a program wrote for it, one a call."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from lispcore.llm.events import (
    Event,
    Finished,
    ModelNamed,
    Source,
    SourceFound,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import ProviderError, Truncated
from lispcore.llm.messages import ToolCall
from lispcore.llm.usage import Usage


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """What the demo model says once.

    With `error` it fails with that text, after the words; `is_cut`: the connection ends in the
    middle. `stop_reason` "" means the usual one.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[ToolCall, ...] = ()
    sources: tuple[Source, ...] = ()
    stop_reason: str = ""
    usage: Usage | None = None
    error: str = ""
    error_type: str = "server_error"
    status: int = 500
    retry_after: float | None = None
    is_cut: bool = False


def play(reply: ScriptedReply, model: str, sent: int) -> Generator[Event, None, None]:
    """Yields a reply word by word; `sent` counts the words of the question."""
    yield ModelNamed(model)
    for piece in _pieces(reply.thinking):
        yield ThinkingDelta(piece)
    words = _pieces(reply.text)
    for piece in words:
        yield TextDelta(piece)
    for source in reply.sources:
        yield SourceFound(source)
    if reply.error:
        raise ProviderError(
            reply.error,
            status=reply.status,
            type=reply.error_type,
            retry_after=reply.retry_after,
        )
    if reply.is_cut:
        raise Truncated("the stream ended before the reply was complete")
    for call in reply.calls:
        yield ToolCallReady(call)
    yield UsageReport(reply.usage or Usage(sent, len(words) + len(reply.calls)))
    yield Finished(reply.stop_reason or ("tool_use" if reply.calls else "end_turn"))


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*", text) or ([text] if text else [])
