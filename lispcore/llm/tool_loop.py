"""The exchange between a model that asks for tools and whoever runs them; always bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from lispcore.llm.events import Event, Reply, ReplyBuilder
from lispcore.llm.failures import ToolLoopError
from lispcore.llm.messages import Message, Part, ToolCall, ToolResult
from lispcore.llm.requests import DEFAULT_MAX_ROUNDS, Request
from lispcore.llm.schemas import problems_of
from lispcore.llm.usage import Usage

# A model that has not mended its call by then repeats itself; each round costs money.
MAX_CONSECUTIVE_ERRORS: Final = 5
# How often a provider may say that it has not finished yet.
MAX_PAUSES: Final = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an exchange ended: the last reply, all messages including it, and the sum of tokens."""

    reply: Reply
    messages: tuple[Message, ...]
    usage: Usage


# Sends a request and hands the events of the answer to a function, as they arrive.
Send: TypeAlias = Callable[[Request, Callable[[Event], None]], None]


def ask_once(
    request: Request, send: Send, on_event: Callable[[Event], None] | None = None
) -> Exchange:
    """Returns the answer to one request; calls of tools that it holds are not made.

    A provider that pauses while its own tools are at work gets back what it said, and goes on.
    """
    builder = ReplyBuilder(request.model)
    usage = Usage()
    said: tuple[Part, ...] = ()

    def take(event: Event) -> None:
        builder.add(event)
        if on_event is not None:
            on_event(event)

    for _ in range(MAX_PAUSES + 1):
        builder.stop_reason = ""
        builder.usage = Usage()
        sent = request
        if said:
            sent = replace(request, messages=(*request.messages, Message("assistant", said)))
        send(sent, take)
        usage = usage.plus(builder.usage)
        said = builder.reply().parts
        if builder.stop_reason != "paused":
            break
    builder.usage = usage
    reply = builder.reply()
    return Exchange(reply, (*request.messages, reply.message), reply.usage)


def ask_enough(
    request: Request, send: Send, on_event: Callable[[Event], None] | None = None
) -> Exchange:
    """Returns as many answers as a request wants; who gives fewer at once is asked again."""
    exchange = ask_once(request, send, on_event)
    wanted = request.answers or 1
    others = list(exchange.reply.others)[: wanted - 1]
    usage = exchange.usage
    while len(others) < wanted - 1:
        more = ask_once(replace(request, answers=wanted - 1 - len(others)), send, on_event)
        usage = usage.plus(more.usage)
        others += (more.reply.text, *more.reply.others)
    told = tuple(others[: wanted - 1])
    if told == exchange.reply.others:
        return exchange
    reply = replace(exchange.reply, others=told)
    return Exchange(reply, exchange.messages, usage)


# Runs the calls of one round and returns their results, in the same order.
RunAll: TypeAlias = Callable[[list[Callable[[], ToolResult]]], list[ToolResult]]


# Runs one call, with something done before and after it.
Around: TypeAlias = Callable[[ToolCall, Callable[[], ToolResult]], ToolResult]


def unobserved(call: ToolCall, run: Callable[[], ToolResult]) -> ToolResult:
    """Runs a call, and nothing else."""
    return run()


def one_by_one(jobs: list[Callable[[], ToolResult]]) -> list[ToolResult]:
    """Runs each call when the one before is done."""
    results = []
    for run in jobs:
        results.append(run())
    return results


def run_exchange(
    request: Request,
    send: Send,
    run_tool: Callable[[ToolCall], ToolResult],
    on_event: Callable[[Event], None] | None = None,
    max_rounds: int = DEFAULT_MAX_ROUNDS,
    *,
    stop_at_limit: bool = False,
    run_all: RunAll = one_by_one,
    around: Around = unobserved,
) -> Exchange:
    """Sends `request`, runs the tools that the model asks for, and goes on until it answers.

    `run_tool` never raises for a failing tool: its error goes back to the model. All results of a
    round go back in one message, in the order of the calls; `run_all` may run them at once, and
    `around` stands around each of them. More than `max_rounds` rounds of calls raise
    `ToolLoopError`, or with `stop_at_limit` end with what the model said last. Five failed calls
    in a row always raise it.
    """
    usage = Usage()
    errors = 0
    rounds = 0
    while True:
        exchange = ask_once(request, send, on_event)
        reply = exchange.reply
        usage = usage.plus(reply.usage)
        # Who must call a tool must do so once: for ever would be a loop without an end.
        request = replace(
            request,
            messages=exchange.messages,
            tool_choice=None if request.tool_choice == "required" else request.tool_choice,
            chosen_tool=None,
        )
        if not reply.tool_calls:
            return Exchange(reply, request.messages, usage)
        if rounds == max_rounds and stop_at_limit:
            # Providers refuse a conversation that leaves calls unanswered.
            answers = Message("tool", tuple(_not_run(call) for call in reply.tool_calls))
            return Exchange(reply, (*request.messages, answers), usage)
        if rounds == max_rounds:
            raise ToolLoopError(
                f"the model still asks for tools after {max_rounds} rounds",
                advice="raise :max-tool-rounds, or tell the model when to stop",
                partial=reply.text,
            )
        rounds += 1
        results = run_all([_job(request, call, run_tool, around) for call in reply.tool_calls])
        for result in results:
            errors = errors + 1 if result.is_error else 0
            if errors == MAX_CONSECUTIVE_ERRORS:
                raise ToolLoopError(
                    f"{errors} tool calls in a row failed; the last, of {result.name}: "
                    + result.content,
                    advice="look at the tool's parameters and handler",
                    partial=reply.text,
                )
        request = replace(request, messages=(*request.messages, Message("tool", tuple(results))))


def _not_run(call: ToolCall) -> ToolResult:
    text = "Error: not run, because the limit of turns is reached"
    return ToolResult(call.id, call.name, text, is_error=True)


def _job(
    request: Request,
    call: ToolCall,
    run_tool: Callable[[ToolCall], ToolResult],
    around: Around,
) -> Callable[[], ToolResult]:
    def run_checked() -> ToolResult:
        return _checked_result(request, call, run_tool)

    def run() -> ToolResult:
        return around(call, run_checked)

    return run


def _checked_result(
    request: Request, call: ToolCall, run_tool: Callable[[ToolCall], ToolResult]
) -> ToolResult:
    tool = next((tool for tool in request.tools if tool.name == call.name), None)
    problem = ""
    if tool is None:
        known = ", ".join(tool.name for tool in request.tools)
        problem = f"there is no tool named {call.name}; known are: {known}"
    elif call.malformed:
        problem = f"the arguments are not a JSON object: {call.malformed[:200]}"
    else:
        problem = "; ".join(problems_of(tool.schema, dict(call.arguments)))
    if problem:
        return ToolResult(call.id, call.name, f"Error: {problem}", is_error=True)
    return run_tool(call)
