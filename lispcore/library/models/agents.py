"""Agents: a system prompt, a model and tools that go together, and the loop that runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lispcore.library.arguments import map_argument, unknown_option
from lispcore.library.models.calling.conversation import Conversation
from lispcore.library.models.calling.model_session import model_session
from lispcore.library.models.calling.options import (
    OPTIONS,
    Options,
    read_options,
)
from lispcore.library.models.llm import prompt_messages
from lispcore.library.models.message_values import as_message
from lispcore.library.models.tools import LispTool, from_json
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Message, ToolCall, ToolResult
from lispcore.llm.requests import DEFAULT_MAX_TOKENS
from lispcore.tasks import context
from lispcore.values.calls import call, check_function
from lispcore.values.comparing import compare_by_parts
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import PRINTERS, print_value
from lispcore.values.types import (
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

if TYPE_CHECKING:
    from lispcore.llm.tool_loop import Around, Exchange

DEFAULT_MAX_TURNS: Final = 10
AGENT_OPTIONS: Final = ("system", "tools", "model", "max-turns")
# Options of every model call that the agent itself decides, or that make no sense for it.
_NOT_FOR_RUNS: Final = (
    *("system", "tools", "model", "tool-mode", "max-tool-rounds"),
    *("n", "schema", "response-format"),
)
_CALL_OPTIONS: Final = tuple(name for name in OPTIONS if name not in _NOT_FOR_RUNS)
_RUN_OPTIONS: Final = (
    *("messages", "session", "memory", "on-tool-call", "on-text"),
    *_CALL_OPTIONS,
)
_PREVIEW_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """What ``defagent`` and ``(agent …)`` make; `name` is "" for one without a name."""

    name: str
    system: str
    tools: tuple[LispTool, ...]
    model: str
    max_turns: int


TYPE_NAMES[Agent] = "agent"
PRINTERS[Agent] = lambda agent: f"<agent {agent.name}>" if agent.name else "<agent>"
compare_by_parts(
    Agent,
    lambda agent: ((agent.name, agent.system, agent.model, agent.max_turns), list(agent.tools)),
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
    return new_agent("defagent", own_name, map_argument("defagent", options, 2))


def new_agent(
    function_name: str, own_name: str, given: Map, accepted: tuple[str, ...] = AGENT_OPTIONS
) -> Agent:
    """Returns the agent that these options describe."""
    for key in given.keys():  # noqa: SIM118 - a map iterates as entries
        if type(key) is not Keyword or key.name not in AGENT_OPTIONS:
            raise unknown_option(function_name, key, accepted, given)
    key = intern_keyword("max-turns")
    turns = given.get(key)
    if turns is None:
        turns = DEFAULT_MAX_TURNS
    if type(turns) is not int or turns < 1:
        shown = print_value(turns) if type(turns) is int else type_name(turns)
        raise LispError(
            f"{function_name}: option :max-turns expected an integer of at least 1, got {shown}",
            kind="type-error",
            expected="int",
            got=type_name(turns),
        )
    # What remains are options of a model call, and are checked as such.
    checked = read_options(function_name, given.without(key), 2)
    return Agent(
        own_name, checked.system or "", tuple(checked.tools.values()), checked.model, turns
    )


# --- running --------------------------------------------------------------------------------------


@function(
    "agent/run",
    "agent:agent message:string [options:map]",
    "string or map",
    "Sends a message, runs the tools that the model asks for, and returns its final answer. With "
    "an options map it returns `{:response :messages :session}`. Options: `:messages` (those to go "
    "on from) or `:session` (that of a run before, a conversation), `:memory` (a handle of "
    "`memory/open`, whose turns come first), `:on-tool-call` (called "
    'with `{:event :tool :args …}` at start and end of each call; `:event` is `"start"` or '
    '`"end"`, the end has `:result`, `:error` and `:duration-ms`), `:on-text` (called with each '
    "piece of the answer), those of `llm/complete` that the agent leaves open (`:provider`, "
    "`:reasoning-effort`, `:on-thinking`, `:timeout` …), and for those who "
    "watch `:tags`, `:metadata`, `:conversation-id`, `:session-id`, `:user-id`. A tool's error "
    "goes back to the model; five in a row end the run. Several calls of one turn run at once "
    "where their handlers wait. At the agent's turn limit it returns what the model said last.",
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
        (
            "(begin (llm/define-provider :m {:complete (fn (r) (str (length (:messages r))))}) "
            '(define bot (agent {})) (define one (agent/run bot "a" {})) '
            '(:response (agent/run bot "b" {:session (:session one)})))',
            '"3"',
        ),
    ],
)
def agent_run(agent: Value, message: Value, options: Value = None) -> Value:
    runs = agent_argument("agent/run", agent, 1)
    given = _run_options(options)
    session = _session(given.get("session"), runs)
    messages = (
        *session.messages,
        *_remembered(given.get("memory")),
        *_history(given.get("messages")),
        *prompt_messages("agent/run", message, 2),
    )
    common = Map.of(
        [(intern_keyword("tools"), list_from(runs.tools))]
        + [(intern_keyword(name), given.get(name)) for name in _CALL_OPTIONS]
    )
    chosen = read_options("agent/run", common, 3)
    call_options = replace(
        chosen,
        model=runs.model,
        system=runs.system or None,
        max_tokens=chosen.max_tokens or DEFAULT_MAX_TOKENS,
        max_tool_rounds=runs.max_turns,
    )
    exchange = _ask(messages, call_options, given, runs.name)
    said = exchange.messages
    response = _last_words(exchange, said[len(messages) :])
    if options is None:
        return response
    continued = session.with_reply(said[len(session.messages) :], exchange.usage, _last_cost())
    return _map(response=response, messages=list_from(said), session=continued)


def _last_words(exchange: Exchange, said: tuple[Message, ...]) -> str:
    """Returns the final answer; at the turn limit what the model last said in words."""
    if not exchange.reply.tool_calls:
        return exchange.reply.text
    words = [message.text for message in said if message.role == "assistant" and message.text]
    return words[-1] if words else ""


def _session(value: Value, runs: Agent) -> Conversation:
    if value is None:
        return Conversation(model=runs.model)
    if isinstance(value, Conversation):
        return value
    raise wrong_type("agent/run: option :session", "conversation", value)


def _last_cost() -> float | None:
    return model_session().ledger.last_usd


def _ask(
    messages: tuple[Message, ...], options: Options, given: dict[str, Value], agent: str
) -> Exchange:
    from lispcore.library.models.calling.exchange import EventListener, ask, text_listener
    from lispcore.llm.tool_loop import unobserved

    on_text, on_tool_call = given.get("on-text"), given.get("on-tool-call")
    listener: EventListener | None = None
    if on_text is not None:
        check_function("agent/run: option :on-text", on_text)
        listener = text_listener(on_text)
    around: Around = unobserved
    if on_tool_call is not None:
        check_function("agent/run: option :on-tool-call", on_tool_call)
        around = _observer(on_tool_call)
    return ask(messages, options, listener, around_tools=around, stop_at_limit=True, agent=agent)


def _observer(observer: Value) -> Around:
    def around(wanted: ToolCall, run: Callable[[], ToolResult]) -> ToolResult:
        return _observed(wanted, run, observer)

    return around


def _observed(wanted: ToolCall, run: Callable[[], ToolResult], observer: Value) -> ToolResult:
    """Runs a tool and tells an observer before and after."""
    host = context.host()
    arguments = from_json(dict(wanted.arguments))
    call(observer, _map(event="start", tool=wanted.name, args=arguments))
    started = host.monotonic()
    result = run()
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
            raise unknown_option("agent/run", key, _RUN_OPTIONS, options)
        result[key.name] = value
    return result


def _remembered(handle: Value) -> tuple[Message, ...]:
    """Returns the turns of a memory thread."""
    if handle is None:
        return ()
    from lispcore.library.models.memory_threads import thread_argument

    return thread_argument("agent/run: option :memory", handle).messages()


def _history(value: Value) -> tuple[Message, ...]:
    if value is None:
        return ()
    if type(value) is List:
        items = list_items(value)
    elif type(value) is Vector:
        items = value.items
    else:
        raise wrong_type("agent/run: option :messages", "list of messages", value)
    return tuple(as_message("agent/run: option :messages: each", each) for each in items)


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


accepts_options("agent/run", _RUN_OPTIONS)
accepts_options("defagent llm/%agent", AGENT_OPTIONS)
