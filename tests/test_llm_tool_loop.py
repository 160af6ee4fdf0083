"""The exchange of tool calls and results comes to an end, one way or the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lispcore.llm.events import Event, Finished, TextDelta, ToolCallReady, UsageReport
from lispcore.llm.failures import ToolLoopError
from lispcore.llm.messages import Message, Part, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Tool
from lispcore.llm.tool_loop import run_exchange
from lispcore.llm.usage import Usage

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
REQUEST = Request((text_message("user", "go"),), tools=(Tool("double", "", SCHEMA),))


class Model:
    """Says what it is told to, one list of parts a turn, and keeps what it was sent."""

    def __init__(self, *turns: list[str | ToolCall]) -> None:
        self.turns = list(turns)
        self.sent: list[Request] = []

    def __call__(self, request: Request, emit: Callable[[Event], None]) -> None:
        self.sent.append(request)
        for said in self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]:
            emit(TextDelta(said) if isinstance(said, str) else ToolCallReady(said))
        emit(UsageReport(Usage(10, 1)))
        emit(Finished("end_turn"))


def double(call: ToolCall) -> ToolResult:
    return ToolResult(call.id, call.name, str(2 * call.arguments["n"]))


def call(n: object, identifier: str = "c", name: str = "double") -> ToolCall:
    return ToolCall(identifier, name, {"n": n})


def results(request: Request) -> list[Part]:
    return list(request.messages[-1].parts)


def test_an_answer_without_tools_is_the_end() -> None:
    model = Model(["done"])
    exchange = run_exchange(REQUEST, model, double)
    assert exchange.reply.text == "done"
    assert exchange.messages == (*REQUEST.messages, text_message("assistant", "done"))
    assert len(model.sent) == 1


def test_results_go_back_and_tokens_add_up() -> None:
    model = Model(["wait ", call(1, "a"), call(4, "b")], ["2 and 8"])
    exchange = run_exchange(REQUEST, model, double)
    assert results(model.sent[1]) == [
        ToolResult("a", "double", "2"),
        ToolResult("b", "double", "8"),
    ]
    assert exchange.reply.text == "2 and 8"
    assert exchange.usage == Usage(20, 2)
    assert [message.role for message in exchange.messages] == [
        "user",
        "assistant",
        "tool",
        "assistant",
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (call(1, name="triple"), "there is no tool named triple; known are: double"),
        (call("x"), "n: expected integer, got string"),
        (ToolCall("c", "double", {}), "n: missing"),
        (ToolCall("c", "double", {}, "{oops"), "not a JSON object: {oops"),
    ],
)
def test_wrong_calls_are_told_to_the_model(wrong: ToolCall, words: str) -> None:
    model = Model([wrong], ["sorry"])
    ran = []
    exchange = run_exchange(REQUEST, model, lambda c: ran.append(c) or double(c))  # type: ignore[func-returns-value]
    (result,) = results(model.sent[1])
    assert isinstance(result, ToolResult)
    assert result.is_error
    assert words in result.content
    assert ran == []
    assert exchange.reply.text == "sorry"


def test_rounds_are_bounded() -> None:
    model = Model(["still ", call(1)])
    with pytest.raises(ToolLoopError, match="after 3 rounds") as caught:
        run_exchange(REQUEST, model, double, max_rounds=3)
    assert len(model.sent) == 4
    assert caught.value.partial == "still "
    exchange = run_exchange(REQUEST, model, double, max_rounds=3, stop_at_limit=True)
    assert exchange.reply.text == "still "


def test_five_errors_in_a_row_end_it_but_a_success_starts_the_count_again() -> None:
    def fail(c: ToolCall) -> ToolResult:
        return ToolResult(c.id, c.name, "Error: broken", is_error=True)

    model = Model([call(1)])
    with pytest.raises(ToolLoopError, match=r"5 tool calls in a row failed.*broken"):
        run_exchange(REQUEST, model, fail, max_rounds=50)
    assert len(model.sent) == 5
    turns = [[call("x")] * 4, [call(1)], [call("x")] * 4, ["done"]]
    assert run_exchange(REQUEST, Model(*turns), double).reply.text == "done"


def test_events_are_shown_as_they_come() -> None:
    seen: list[Event] = []
    run_exchange(REQUEST, Model(["a", call(1)], ["b"]), double, seen.append)
    assert [event.text for event in seen if isinstance(event, TextDelta)] == ["a", "b"]


def test_a_message_holds_its_parts_in_the_order_they_came() -> None:
    exchange = run_exchange(REQUEST, Model(["x", call(1), "y"], ["z"]), double)
    assert exchange.messages[1] == Message(
        "assistant",
        (text_message("", "x").parts[0], call(1), text_message("", "y").parts[0]),
    )
