"""Names that every provider takes, and the way back."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lispcore.llm.events import TextDelta, ToolCallReady
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.requests import Request, Tool
from lispcore.llm.tool_names import ToolNames


def request_with(*names: str) -> Request:
    return Request((), tools=tuple(Tool(name, "", {}) for name in names))


def wire_names(*names: str) -> list[str]:
    request = request_with(*names)
    return [tool.name for tool in ToolNames(request).to_wire(request).tools]


def test_good_names_stay() -> None:
    assert wire_names("lookup-capital", "get_weather2") == ["lookup-capital", "get_weather2"]


def test_odd_names_are_spelled_differently_and_stay_apart() -> None:
    assert wire_names("a/b", "a?b", "a_b", "2nd", "+") == ["a_b", "a_b_2", "a_b_3", "_2nd", "_"]
    long = wire_names("x" * 70, "x" * 80)
    assert len(set(long)) == 2


def test_history_is_translated_too_and_calls_come_back() -> None:
    call = ToolCall("1", "old/tool", {"x": 1})
    messages = (Message("assistant", (call,)), Message("tool", (ToolResult("1", "old/tool", "r"),)))
    request = Request(messages, tools=(Tool("a!", "", {}),))
    names = ToolNames(request)
    wire = names.to_wire(request)
    assert [message.parts[0].name for message in wire.messages] == ["old_tool", "old_tool"]
    assert names.from_wire(ToolCallReady(ToolCall("2", "a_"))) == ToolCallReady(ToolCall("2", "a!"))
    assert names.from_wire(ToolCallReady(ToolCall("2", "z"))) == ToolCallReady(ToolCall("2", "z"))
    assert names.from_wire(TextDelta("a_")) == TextDelta("a_")


@given(st.lists(st.text(max_size=80), max_size=8, unique=True))
def test_every_name_becomes_legal_and_unique(names: list[str]) -> None:
    wire = wire_names(*names)
    assert len(set(wire)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", name) for name in wire)
