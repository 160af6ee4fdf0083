"""Agents: a system prompt, a model and tools that go together, and the loop that runs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lispcore import context
from lispcore.calls import call, check_function
from lispcore.errors import LispError, wrong_type
from lispcore.library.arguments import map_argument
from lispcore.library.llm import prompt_messages
from lispcore.library.messages import message_argument
from lispcore.library.models.options import Options, read_options, unknown_option
from lispcore.library.registry import function
from lispcore.library.tools import LispTool, from_json, run_tool
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.requests import DEFAULT_MAX_TOKENS
from lispcore.printer import PRINTERS
from lispcore.values import (
    PARTS,
    TYPE_NAMES,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    boolean,
    intern_keyword,
    list_from,
    list_items,
    type_name,
)

DEFAULT_MAX_TURNS: Final = 10
_AGENT_OPTIONS: Final = ("system", "tools", "model", "max-turns")
_RUN_OPTIONS: Final = ("messages", "on-tool-call", "on-text", "reasoning-effort")
_PREVIEW_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """What ``defagent`` makes."""

    name: str
    system: str
    tools: tuple[LispTool, ...]
    model: str
    max_turns: int


TYPE_NAMES[Agent] = "agent"
PRINTERS[Agent] = lambda agent: f"<agent {agent.name}>"
PARTS[Agent] = lambda agent: (
    (agent.name, agent.system, agent.model, agent.max_turns),
    list(agent.tools),
)


def agent_argument(name: str, value: Value, argument: int = 0) -> Agent:
    """Returns an agent argument."""
    if isinstance(value, Agent):
        return value
    error = wrong_type(name, "agent", value, argument)
    error.hint = 'define one with (defagent name {:system "…" :tools […]})'
    raise error


@function(
    "llm/%agent",
    "name:string options:map",
    "agent",
    "What `defagent` expands to.",
)
def make_agent(name: Value, options: Value) -> Agent:
    own_name = name.name if type(name) is Symbol else name
    given = map_argument("defagent", options, 2)
    for key in given.keys():  # noqa: SIM118 - a map iterates as entries
        if type(key) is not Keyword or key.name not in _AGENT_OPTIONS:
            raise unknown_option("defagent", key, _AGENT_OPTIONS)
    turns = given.get(intern_keyword("max-turns"), DEFAULT_MAX_TURNS)
    if type(turns) is not int or turns < 1:
        raise LispError(
            f"defagent: option :max-turns expected an integer of at least 1, got {type_name(turns)}"
        )
    # What remains are options of a model call, and are checked as such.
    checked = read_options("defagent", given.without(intern_keyword("max-turns")), 2)
    return Agent(
        own_name, checked.system or "", tuple(checked.tools.values()), checked.model, turns
    )


# --- running --------------------------------------------------------------------------------------


@function(
    "agent/run",
    "agent:agent message:string [options:map]",
    "string or map",
    "Sends a message, runs the tools that the model asks for, and returns its final answer. With "
    "an options map it returns `{:response :messages}`. Options: `:messages` (the conversation to "
    "go on from), `:on-tool-call` (called with `{:event :tool :args …}` at start and end of each "
    "call), `:on-text` (called with each piece of the answer), `:reasoning-effort`. At the "
    "agent's turn limit it returns what the model said last.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "done")}) '
            '(defagent a {:system "s"}) (agent/run a "go"))',
            '"done"',
        ),
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "done")}) '
            '(defagent a {:system "s"}) (length (:messages (agent/run a "go" {}))))',
            "2",
        ),
    ],
)
def agent_run(agent: Value, message: Value, options: Value = None) -> Value:
    runs = agent_argument("agent/run", agent, 1)
    given = _run_options(options)
    messages = (*_history(given.get("messages")), *prompt_messages("agent/run", message))
    effort = Map.of([(intern_keyword("reasoning-effort"), given.get("reasoning-effort"))])
    call_options = replace(
        read_options("agent/run", effort, 3),
        model=runs.model,
        system=runs.system or None,
        tools={tool.name: tool for tool in runs.tools},
        max_tokens=DEFAULT_MAX_TOKENS,
        max_tool_rounds=runs.max_turns,
    )
    exchange = _ask(messages, call_options, given)
    if options is None:
        return exchange[0]
    return _map(response=exchange[0], messages=list_from(exchange[1]))


def _ask(
    messages: tuple[Message, ...], options: Options, given: dict[str, Value]
) -> tuple[str, tuple[Message, ...]]:
    from lispcore.library.models.exchange import EventListener, ask, text_listener

    on_text, on_tool_call = given.get("on-text"), given.get("on-tool-call")
    listener: EventListener | None = None
    if on_text is not None:
        check_function("agent/run: option :on-text", on_text)
        listener = text_listener(on_text)
    runner = run_tool
    if on_tool_call is not None:
        check_function("agent/run: option :on-tool-call", on_tool_call)

        def runner(tools: dict[str, LispTool], wanted: ToolCall) -> ToolResult:
            return _observed(tools, wanted, on_tool_call)

    exchange = ask(messages, options, listener, runner, stop_at_limit=True)
    return exchange.reply.text, exchange.messages


def _observed(tools: dict[str, LispTool], wanted: ToolCall, observer: Value) -> ToolResult:
    """Runs a tool and tells an observer before and after."""
    host = context.host()
    arguments = from_json(dict(wanted.arguments))
    call(observer, _map(event="start", tool=wanted.name, args=arguments))
    started = host.monotonic()
    result = run_tool(tools, wanted)
    text = result.content
    preview = text if len(text) <= _PREVIEW_LENGTH else text[:_PREVIEW_LENGTH] + "..."
    call(
        observer,
        _map(
            event="end",
            tool=wanted.name,
            args=arguments,
            result=preview,
            error=boolean(result.is_error),
            duration_ms=round((host.monotonic() - started) * 1000),
        ),
    )
    return result


def _map(**entries: Value) -> Map:
    return Map.of(
        (intern_keyword(name.replace("_", "-")), value) for name, value in entries.items()
    )


def _run_options(options: Value) -> dict[str, Value]:
    result: dict[str, Value] = {}
    if options is None:
        return result
    for key, value in map_argument("agent/run", options, 3).entries():
        if type(key) is not Keyword or key.name not in _RUN_OPTIONS:
            raise unknown_option("agent/run", key, _RUN_OPTIONS)
        result[key.name] = value
    return result


def _history(value: Value) -> tuple[Message, ...]:
    if value is None:
        return ()
    if type(value) is List:
        items = list_items(value)
    elif type(value) is Vector:
        items = value.items
    else:
        raise wrong_type("agent/run: option :messages", "list of messages", value)
    return tuple(message_argument("agent/run: option :messages", each) for each in items)


# --- looking at agents ----------------------------------------------------------------------------

_EXAMPLE: Final = '(begin (defagent bot {:system "Help." :model "m" :max-turns 3}) '


@function(
    "agent/name",
    "agent:agent",
    "string",
    "Returns the name of an agent.",
    [(_EXAMPLE + "(agent/name bot))", '"bot"')],
)
def agent_name(agent: Value) -> Value:
    return agent_argument("agent/name", agent, 1).name


@function(
    "agent/system",
    "agent:agent",
    "string",
    "Returns an agent's system prompt.",
    [(_EXAMPLE + "(agent/system bot))", '"Help."')],
)
def agent_system(agent: Value) -> Value:
    return agent_argument("agent/system", agent, 1).system


@function(
    "agent/tools",
    "agent:agent",
    "list",
    "Returns an agent's tools.",
    [(_EXAMPLE + "(agent/tools bot))", "()")],
)
def agent_tools(agent: Value) -> Value:
    return list_from(agent_argument("agent/tools", agent, 1).tools)


@function(
    "agent/model",
    "agent:agent",
    "string",
    'Returns the model that an agent asks, "" for the default one.',
    [(_EXAMPLE + "(agent/model bot))", '"m"')],
)
def agent_model(agent: Value) -> Value:
    return agent_argument("agent/model", agent, 1).model


@function(
    "agent/max-turns",
    "agent:agent",
    "int",
    "Returns how many rounds of tool calls an agent may make.",
    [(_EXAMPLE + "(agent/max-turns bot))", "3")],
)
def agent_max_turns(agent: Value) -> Value:
    return agent_argument("agent/max-turns", agent, 1).max_turns


@function(
    "agent?",
    "value:any",
    "bool",
    "Tells whether a value is an agent.",
    [('(agent? (defagent bot {:system "Help."}))', "#t"), ("(agent? 42)", "#f")],
)
def is_agent(value: Value) -> Value:
    return boolean(isinstance(value, Agent))
