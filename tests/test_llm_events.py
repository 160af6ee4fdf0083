"""Events add up to a reply."""

from __future__ import annotations

from lispcore.llm.events import (
    Finished,
    ModelNamed,
    ReplyBuilder,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.messages import Message, Text, Thinking, ToolCall
from lispcore.llm.usage import Usage

CALL = ToolCall("1", "now", {})
THOUGHT = Thinking("hm", "sig")


def built(*events):  # type: ignore[no-untyped-def]
    builder = ReplyBuilder("asked-for")
    for event in events:
        builder.add(event)
    return builder.reply()


def test_parts_keep_their_order_and_adjacent_words_are_one_text() -> None:
    reply = built(
        ThinkingDelta("hm"),
        ThinkingReady(THOUGHT),
        TextDelta("a"),
        TextDelta("b"),
        ToolCallReady(CALL),
        TextDelta("c"),
        Finished("tool_use"),
    )
    assert reply.parts == (THOUGHT, Text("ab"), CALL, Text("c"))
    assert reply.text == "abc"
    assert reply.tool_calls == (CALL,)
    assert reply.message == Message("assistant", reply.parts)
    assert reply.stop_reason == "tool_use"


def test_the_last_usage_counts_and_the_model_is_the_one_that_answers() -> None:
    reply = built(UsageReport(Usage(1, 2)), ModelNamed("real"), UsageReport(Usage(3, 4, 5, 6)))
    assert reply.usage == Usage(3, 4, 5, 6)
    assert reply.usage.total_tokens == 7
    assert reply.usage.plus(Usage(1, 1, 1, 1)) == Usage(4, 5, 6, 7)
    assert reply.model == "real"
    assert built().model == "asked-for"
    assert built().parts == ()
