"""The options map of model calls: what options there are, what each must be and becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.library.arguments import map_argument
from lispcore.library.models.tools import LispTool, to_json
from lispcore.llm.requests import DEFAULT_MAX_ROUNDS, EFFORTS
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
    list_items,
    type_name,
)

MAX_TEMPERATURE: Final = 2.0
MAX_RETRIES: Final = 20
_MILLISECONDS: Final = 1000.0


@dataclass(slots=True)
class Options:
    """The options of one call in Python's terms; None where the program says nothing.

    `tags`, `metadata` and the three ids say nothing to the model: they are for whoever watches.
    `response_schema` is no option of programs: functions that want a structured answer set it.
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


def _metadata(value: Value) -> dict[str, Any]:
    if not isinstance(value, Map):
        raise _Wrong("a map")
    found: dict[str, Any] = to_json(value)
    return found


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
    "metadata": _metadata,
    "conversation-id": _string,
    "session-id": _string,
    "user-id": _string,
}


def read_options(name: str, value: Value, argument: int) -> Options:
    """Returns the options of a call of `name`; nil stands for none, and so does a nil option."""
    options = Options()
    if value is None:
        return options
    for key, given in map_argument(name, value, argument).entries():
        option = key.name if type(key) is Keyword else key
        convert = OPTIONS.get(option) if type(option) is str else None
        if convert is None:
            raise unknown_option(name, key, tuple(OPTIONS))
        if given is not None:
            setattr(options, option.replace("-", "_"), checked_option(name, option, given))
    return options


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


def unknown_option(name: str, key: Value, accepted: tuple[str, ...]) -> LispError:
    """Returns the error for an option that does not exist, naming the nearest that does."""
    from difflib import get_close_matches

    text = key.name if type(key) in (Keyword, Symbol) else key
    near = get_close_matches(str(text), accepted, 1, 0.6)
    suggestion = f"did you mean :{near[0]}? " if near else ""
    listed = " ".join(f":{each}" for each in accepted)
    shown = print_value(key)
    return LispError(
        f"{name}: unknown option {shown if len(shown) < 60 else shown[:57] + '...'}",
        hint=f"{suggestion}accepted options: {listed}",
    )


def _described(value: Value) -> str:
    text = print_value(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"{type_name(value)} {shown}" if value is not None else "nil"
