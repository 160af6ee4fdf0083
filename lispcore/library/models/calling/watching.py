"""What is seen of model calls from outside: a record and a span of each, and what steps used.

`watch` is the outermost layer of every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lispcore.library.models.calling.call_records import Observation, call_log, observe, record_of
from lispcore.library.models.calling.genai import (
    describe_answer,
    describe_call,
    describe_tool_call,
    describe_tool_result,
    note_retries,
)
from lispcore.library.models.calling.layers import AskNext, Call, Emit, Labels, Postponed
from lispcore.library.models.calling.metering import meters, tool_listener
from lispcore.library.models.calling.previewing import Previewed, is_preview, previewed
from lispcore.library.models.calling.repeating import remember
from lispcore.library.models.calling.spans import (
    Grouping,
    Spanning,
    captures_content,
    current_span,
    grouping,
    joined,
)
from lispcore.llm import inspection as records
from lispcore.llm.events import Event
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import ToolCall, ToolResult
from lispcore.llm.step_records import StepRecord
from lispcore.llm.tracing import CLIENT, Span
from lispcore.tasks import context
from lispcore.values.errors import LispError

if TYPE_CHECKING:
    from lispcore.llm.tool_loop import Around


# --- one call -------------------------------------------------------------------------------------


def watch(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """The outermost layer: keeps a record of the call, also where it fails half-way."""
    if is_preview():
        raise previewed(call)
    seen = observe(call)

    def note(event: Event) -> None:
        seen.note_event(event)
        emit(event)

    token = records.listener.set(seen.note_request)
    spanning = Spanning(
        f"{seen.operation} {call.model}".rstrip(),
        describe_call(seen),
        CLIENT,
        group=_group(call.labels),
        starts_conversation=True,
    )
    try:
        with spanning as span:
            try:
                ask_next(call, note)
            except Postponed:  # the call will be made again
                if span is not None:
                    span.is_dropped = True
                raise
            except BaseException as error:
                _end(seen, span, error)
                raise
            _end(seen, span, None)
    finally:
        records.listener.reset(token)


def _end(seen: Observation, span: Span | None, error: BaseException | None) -> None:
    seen.end()
    status = "ok" if error is None else "failed" if isinstance(error, Exception) else "stopped"
    record = record_of(seen, call_log().next_number(), status, _described(error))
    around = grouping.get()
    for name, value in (
        ("conversation_id", around.conversation),
        ("session_id", around.session),
        ("user_id", around.user),
    ):
        record[name] = record[name] or value or None
    if span is not None:
        record |= {
            "trace_id": span.trace_id,
            "span_id": span.span_id,
            "parent_span_id": span.parent_id or None,
        }
        describe_answer(span, seen, captures_content())
        note_retries(span, seen)
    call_log().add(record)
    context.host().record(_summary(seen, record))
    ids = [request["id"] for request in seen.requests]
    remember(context.interpreter(), ids, seen.call)
    for meter in meters.get():
        meter.add(seen.builder.usage, seen.call.account.cost_usd, record["model"], ids)


def _summary(seen: Observation, record: dict[str, Any]) -> dict[str, Any]:
    """Returns what the host learns of a call as a whole; `ids` are those of its requests."""
    named = ("cost_usd", "retries", "waited_seconds", "source", "agent", "turn", "tags")
    return {
        "type": "call-summary",
        "ids": [request["id"] for request in seen.requests],
        "recorded": seen.call.account.recorded,
        **{name: record[name] for name in named},
    }


def _described(error: BaseException | None) -> dict[str, Any] | None:
    if error is None:
        return None
    if isinstance(error, ModelError):
        return {"type": error.type, "message": error.message, "status": error.status}
    if isinstance(error, LispError):
        return {"type": error.kind, "message": error.message, "status": 0}
    if isinstance(error, Exception):
        return {"type": "error", "message": "the program's own function failed", "status": 0}
    return {"type": "stopped", "message": "the call was cut short", "status": 0}


def _group(labels: Labels) -> Grouping:
    return Grouping(labels.conversation_id, labels.session_id, labels.user_id)


# --- several turns, and the tools between them ----------------------------------------------------


class watched_exchange:
    """``with watched_exchange(labels, in_turns=…):`` groups what is asked within.

    An exchange in turns (an agent's, or one with tools) has a span around all of them.
    """

    def __init__(self, labels: Labels, *, in_turns: bool) -> None:
        self._group = _group(labels)
        self._in_turns = in_turns
        self._agent = labels.agent or ""
        self._step: StepRecord | None = None
        self._spanning: Spanning | None = None
        self._token: Any = None
        if in_turns:
            name = labels.agent or ""
            attributes: dict[str, Any] = {"gen_ai.operation.name": "invoke_agent"}
            if name:
                attributes["gen_ai.agent.name"] = name
            self._spanning = Spanning(
                f"invoke_agent {name}".rstrip(),
                attributes,
                group=self._group,
                starts_conversation=True,
            )

    def __enter__(self) -> None:
        self._token = grouping.set(joined(grouping.get(), self._group))
        if self._in_turns:
            self._step = StepRecord(context.host(), "agent", self._agent)
        if self._spanning is not None:
            self._spanning.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if self._spanning is not None:
            span = current_span.get()
            if isinstance(error, (Postponed, Previewed)) and span is not None:
                span.is_dropped = True
            self._spanning.__exit__(kind, error, traceback)
        if self._step is not None:
            said = _described(error)
            self._step.end(error=said["message"] if said else "")
        grouping.reset(self._token)


def watched_tools(around: Around) -> Around:
    """Returns what stands around a tool call, with a span, and the listener told before."""

    def run_watched(wanted: ToolCall, run: Callable[[], ToolResult]) -> ToolResult:
        told = tool_listener.get()
        if told is not None:
            told(wanted)
        attributes = describe_tool_call(wanted)
        with Spanning(f"execute_tool {wanted.name}", attributes) as span:
            step = StepRecord(context.host(), "tool", wanted.name, wanted.arguments)
            try:
                result = around(wanted, run)
            except BaseException as error:
                said = _described(error)
                step.end(error=said["message"] if said else "")
                raise
            step.end(result.content, "the tool failed" if result.is_error else "")
            if span is not None:
                describe_tool_result(span, wanted, result, captures_content())
            return result

    return run_watched
