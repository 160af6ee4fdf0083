"""The options map of model calls: what options there are, what each must be and becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.library.arguments import map_argument, unknown_option
from lispcore.library.models.tools import LispTool, to_json
from lispcore.llm.requests import DEFAULT_MAX_ROUNDS, EFFORTS, SERVER_TOOLS, ServerTool
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    FALSE,
    TRUE,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    is_function,
    list_items,
    type_name,
)

MAX_TEMPERATURE: Final = 2.0
MAX_RETRIES: Final = 20
MAX_ANSWERS: Final = 128
MAX_ALTERNATIVES: Final = 20
_MILLISECONDS: Final = 1000.0


@dataclass(slots=True)
class Options:
    """The options of one call in Python's terms; None where the program says nothing.

    `tags`, `metadata` and the three ids say nothing to the model: they are for whoever watches.
    `response_schema` is no option of programs: functions that want a structured answer set it, and
    those that take `schema`. `on_thinking` is a function of the program.
    """

    model: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    system: str | None = None
    tools: dict[str, LispTool] = field(default_factory=dict)
    tool_mode: str = "auto"
    max_tool_rounds: int = DEFAULT_MAX_ROUNDS
    reasoning_effort: str | None = None
    stop_sequences: tuple[str, ...] = ()
    timeout: float | None = None
    max_retries: int | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    conversation_id: str = ""
    session_id: str = ""
    user_id: str = ""
    response_schema: dict[str, Any] | None = None
    downscale: int | None = None
    provider: str = ""
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    tool_choice: str | None = None
    parallel_tool_calls: bool | None = None
    response_format: str | None = None
    schema: Value = None
    logprobs: int | None = None
    n: int | None = None
    service_tier: str | None = None
    extra_body: dict[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    thinking_budget: int | None = None
    on_thinking: Value = None
    prompt_cache: str | None = None
    server_tools: tuple[ServerTool, ...] = ()


class _Wrong(Exception):
    """An option has the wrong type or value: what was expected, and what there is instead."""

    def __init__(self, expected: str, got: str = "") -> None:
        self.expected = expected
        self.got = got


def _string(value: Value) -> str:
    if type(value) is not str:
        raise _Wrong("a string")
    return value


def _positive(value: Value) -> int:
    if type(value) is not int or value < 1:
        raise _Wrong("an integer of at least 1")
    return value


def _not_negative(value: Value) -> int:
    if type(value) is not int or value < 0:
        raise _Wrong("an integer of at least 0")
    return value


def _retries(value: Value) -> int:
    if type(value) is not int or not 0 <= value <= MAX_RETRIES:
        raise _Wrong(f"an integer from 0 to {MAX_RETRIES}")
    return value


def _temperature(value: Value) -> float:
    if type(value) not in (int, float) or not 0 <= value <= MAX_TEMPERATURE:
        raise _Wrong("a number from 0.0 to 1.0 (some models take up to 2.0)")
    return float(value)


def _timeout(value: Value) -> float:
    if type(value) not in (int, float) or not 0 < value < 1e12:
        raise _Wrong("a positive number of milliseconds")
    return float(value) / _MILLISECONDS


def _downscale(value: Value) -> int | None:
    if value is TRUE:
        return None
    if value is FALSE:
        return 0
    if type(value) is not int or value < 1:
        raise _Wrong("#t, #f, or the longest edge of an image in pixels")
    return value


def _items(value: Value, expected: str) -> list[Value]:
    if type(value) is List:
        return list_items(value)
    if type(value) is Vector:
        return value.items
    raise _Wrong(expected)


def _tools(value: Value) -> dict[str, LispTool]:
    expected = "a list of tools, as deftool makes them"
    tools: dict[str, LispTool] = {}
    for tool in _items(value, expected):
        if not isinstance(tool, LispTool):
            raise _Wrong(expected, f"a list that holds {_described(tool)}")
        if tool.name in tools:
            raise _Wrong("tools with different names", f"two named {tool.name}")
        tools[tool.name] = tool
    return tools


def _texts(value: Value) -> tuple[str, ...]:
    if type(value) is str:
        return (value,)
    texts = _items(value, "a list of strings")
    if not all(type(text) is str and text for text in texts):
        raise _Wrong("a list of strings, none of them empty")
    return tuple(texts)


def _choice(*accepted: str) -> Callable[[Value], str]:
    def choose(value: Value) -> str:
        text = value.name if type(value) in (Keyword, Symbol) else value
        if text not in accepted:
            raise _Wrong("one of " + " ".join(f":{each}" for each in accepted))
        return str(text)

    return choose


def _tags(value: Value) -> tuple[str, ...]:
    items = _items(value, "a list of strings or keywords")
    tags = [tag.name if type(tag) in (Keyword, Symbol) else tag for tag in items]
    if not all(type(tag) is str for tag in tags):
        raise _Wrong("a list of strings or keywords")
    return tuple(tags)


def _name(value: Value) -> str:
    text = value.name if type(value) in (Keyword, Symbol) else value
    if type(text) is not str or not text.strip():
        raise _Wrong("a keyword or a string")
    return text


def _fraction(value: Value) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise _Wrong("a number from 0 to 1")
    return float(value)


def _seed(value: Value) -> int:
    if type(value) is not int or abs(value) >= 2**63:
        raise _Wrong("an integer of at most 63 bits")
    return value


def _answers(value: Value) -> int:
    if type(value) is not int or not 1 <= value <= MAX_ANSWERS:
        raise _Wrong(f"an integer from 1 to {MAX_ANSWERS}")
    return value


def _truth(value: Value) -> bool:
    if value is not TRUE and value is not FALSE:
        raise _Wrong("#t or #f")
    return value is TRUE


def _logprobs(value: Value) -> int | None:
    if value is TRUE:
        return 0
    if value is FALSE:
        return None
    if type(value) is not int or not 0 <= value <= MAX_ALTERNATIVES:
        raise _Wrong(f"#t, or how many alternatives to tell (0 to {MAX_ALTERNATIVES})")
    return value


def _tool_choice(value: Value) -> str:
    if isinstance(value, LispTool):
        return value.name
    try:
        name = _name(value)
    except _Wrong:
        raise _Wrong(":auto, :none, :required, or a tool") from None
    return "required" if name == "any" else name


def _map(value: Value) -> dict[str, Any]:
    if not isinstance(value, Map):
        raise _Wrong("a map")
    found: dict[str, Any] = to_json(value)
    return found


def _schema(value: Value) -> Value:
    if not isinstance(value, (Map, List, Vector)):
        raise _Wrong("a schema as llm/extract takes it, {:name {:type :string}}")
    return value


_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Whoever wants to send a key says so where keys are looked after, or nobody takes care of it.
_OF_A_KEY: Final = re.compile(r"authori[sz]ation|cookie|key|token|secret|password|auth$", re.I)


def _headers(value: Value) -> tuple[tuple[str, str], ...]:
    expected = "a map from names of headers to strings"
    if not isinstance(value, Map):
        raise _Wrong(expected)
    headers = []
    for key, given in value.entries():
        name = key.name if type(key) in (Keyword, Symbol) else key
        if type(name) is not str or not _HEADER_NAME.fullmatch(name):
            raise _Wrong(expected)
        if _OF_A_KEY.search(name):
            raise _Wrong(
                "headers without keys (give a key to llm/configure, in the settings, or in the "
                "environment)",
                f"the header {name}",
            )
        if type(given) is not str or not (given.isascii() and given.isprintable()):
            raise _Wrong(expected, f"{name}: {_described(given)}")
        headers.append((name.lower(), given))
    return tuple(headers)


def _function(value: Value) -> Value:
    if not is_function(value):
        raise _Wrong("a function")
    return value


def _prompt_cache(value: Value) -> str:
    if value is TRUE or value is FALSE:
        return "5m" if value is TRUE else "off"
    text = value.name if type(value) in (Keyword, Symbol) else value
    if text not in ("5m", "1h"):
        raise _Wrong('#t, #f, "5m" or "1h"')
    return str(text)


_SERVER_TOOLS: Final = (
    "a list of "
    + " ".join(f":{name}" for name in SERVER_TOOLS)
    + (" or of maps {:type :web-search :max-uses 3 :allowed-domains […] :blocked-domains […]}")
)


def _server_tools(value: Value) -> tuple[ServerTool, ...]:
    tools = tuple(_server_tool(each) for each in _items(value, _SERVER_TOOLS))
    if len({tool.name for tool in tools}) != len(tools):
        raise _Wrong("each tool once", "one that is named twice")
    return tools


def _server_tool(value: Value) -> ServerTool:
    given: dict[str, Value] = {}
    if isinstance(value, Map):
        given = {
            key.name if type(key) in (Keyword, Symbol) else str(key): each
            for key, each in value.entries()
        }
        value = given.pop("type", None)
    name = value.name if type(value) in (Keyword, Symbol) else value
    if name not in SERVER_TOOLS:
        raise _Wrong(_SERVER_TOOLS, _described(value))
    uses = given.pop("max-uses", None)
    most = None if uses is None else _positive(uses)
    allowed, blocked = (
        _texts(given.pop(each)) if each in given else ()
        for each in ("allowed-domains", "blocked-domains")
    )
    if allowed and blocked:
        raise _Wrong("either :allowed-domains or :blocked-domains", "both")
    options = {key: to_json(each) for key, each in given.items()}
    return ServerTool(str(name), most, allowed, blocked, options)


# Option -> what checks and converts it; the attribute of `Options` has the same name.
OPTIONS: Final[dict[str, Callable[[Value], Any]]] = {
    "model": _string,
    "max-tokens": _positive,
    "temperature": _temperature,
    "system": _string,
    "tools": _tools,
    "tool-mode": _choice("auto", "none"),
    "max-tool-rounds": _not_negative,
    "reasoning-effort": _choice(*EFFORTS),
    "stop-sequences": _texts,
    "timeout": _timeout,
    "max-retries": _retries,
    "downscale": _downscale,
    "tags": _tags,
    "metadata": _map,
    "conversation-id": _string,
    "session-id": _string,
    "user-id": _string,
    "provider": _name,
    "top-p": _fraction,
    "top-k": _positive,
    "seed": _seed,
    "tool-choice": _tool_choice,
    "parallel-tool-calls": _truth,
    "response-format": _choice("text", "json"),
    "schema": _schema,
    "logprobs": _logprobs,
    "n": _answers,
    "service-tier": _name,
    "extra-body": _map,
    "headers": _headers,
    "thinking-budget": _positive,
    "on-thinking": _function,
    "prompt-cache": _prompt_cache,
    "server-tools": _server_tools,
}

# What text tasks and extraction do not take, since it would change what they ask for.
_NOT_FOR_TASKS: Final = (
    *("tools", "tool-mode", "max-tool-rounds", "tool-choice", "parallel-tool-calls"),
    *("response-format", "schema", "n"),
)
TASK_OPTIONS: Final = tuple(name for name in OPTIONS if name not in _NOT_FOR_TASKS)


def read_options(name: str, value: Value, argument: int) -> Options:
    """Returns the options of a call of `name`; nil stands for none, and so does a nil option."""
    options = Options()
    if value is None:
        return options
    for key, given in map_argument(name, value, argument).entries():
        option = key.name if type(key) is Keyword else key
        convert = OPTIONS.get(option) if type(option) is str else None
        if convert is None:
            raise unknown_option(name, key, tuple(OPTIONS), value)
        if given is not None:
            setattr(options, option.replace("-", "_"), checked_option(name, option, given))
    check_together(name, options)
    return options


def check_together(name: str, options: Options) -> None:
    """Raises for options of a call of `name` that do not go with each other."""
    choice = options.tool_choice
    if choice is not None and choice not in ("auto", "none", *options.tools):
        known = " ".join(f":{tool}" for tool in options.tools)
        if not options.tools:
            raise LispError(f"{name}: option :tool-choice without tools", hint="give :tools, too")
        if choice != "required":
            raise LispError(
                f"{name}: option :tool-choice names {choice}, which is none of the tools",
                hint=f"the tools are {known}; or say :auto, :none or :required",
            )
    if options.n is not None and options.tools:
        raise LispError(f"{name}: option :n does not go with :tools", hint="leave one of them out")
    if options.schema is not None and options.response_format == "text":
        raise LispError(
            f"{name}: with :schema the answer is JSON", hint="leave :response-format out"
        )


def checked_option(name: str, option: str, given: Value) -> Any:
    """Returns one option of a call of `name` in Python's terms; None stays None."""
    if given is None:
        return None
    try:
        return OPTIONS[option](given)
    except _Wrong as wrong:
        raise LispError(
            f"{name}: option :{option} expected {wrong.expected}, "
            f"got {wrong.got or _described(given)}",
            kind="type-error",
            expected=wrong.expected,
            got=type_name(given),
        ) from None


def _described(value: Value) -> str:
    text = print_value(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"{type_name(value)} {shown}" if value is not None else "nil"
