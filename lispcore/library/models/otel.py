"""Tracing from the program: spans of its own, sessions, and where spans go.

Model calls, tool calls and agent runs make spans by themselves (calling/watching.py). While tracing
is off, everything here only calls what it is given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from lispcore.library.arguments import (
    ABSENT,
    check_options,
    map_argument,
    name_argument,
    number_argument,
    string_argument,
)
from lispcore.library.registry import function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    FALSE,
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    boolean,
    is_function,
    is_true,
)

_OPTIONS: Final = (
    *("endpoint", "file", "console", "protocol", "key", "headers", "service-name"),
    *("environment", "release", "capture-content"),
)
_PROTOCOLS: Final = ("http/protobuf", "http/json")
_LLM_OPTIONS: Final = {
    "model": "gen_ai.request.model",
    "provider": "gen_ai.provider.name",
    "operation": "gen_ai.operation.name",
}
_USAGE: Final = {
    "input-tokens": ("gen_ai.usage.input_tokens",),
    "output-tokens": ("gen_ai.usage.output_tokens",),
    "cost-usd": ("gen_ai.usage.cost", "gen_ai.usage.cost_usd"),
}


# --- attributes -----------------------------------------------------------------------------------


def _attribute_name(name: str, key: Value) -> str:
    return str(name_argument(f"{name}: the name of an attribute", key))


def _attribute(value: Value) -> Any:
    """Returns a value as spans can hold it: numbers and booleans stay, anything else is text."""
    if type(value) in (str, int, float):
        return value
    if type(value) is Boolean:
        return value is TRUE
    if type(value) in (Keyword, Symbol):
        return value.name
    if type(value) in (List, Vector):
        return [_attribute(each) for each in value if type(each) not in (List, Vector)]
    from lispcore.values.printing import print_value

    return print_value(value)


def _attributes(name: str, value: Value, argument: int) -> dict[str, Any]:
    if value is None:
        return {}
    found = {}
    for key, item in map_argument(name, value, argument).entries():
        found[_attribute_name(name, key)] = _attribute(item)
    return found


def _within(name: str, attributes: dict[str, Any], thunk: Value) -> Value:
    from lispcore.library.models.calling.spans import Spanning

    with Spanning(name, attributes):
        return call(thunk)


# --- spans ----------------------------------------------------------------------------------------


@function(
    "otel/span",
    "name:string thunk:function [attributes:map]",
    "any",
    "Calls a function within a span of that name and returns its value. Model calls, tools and "
    "spans within it stand beneath. An error marks the span as failed. `with-span` takes a body.",
    [
        ('(otel/span "work" (fn () (+ 40 2)))', "42"),
        ('(otel/span "work" 5)', "error: otel/span: argument 2 expected function"),
    ],
)
def otel_span(name: Value, thunk: Value, attributes: Value = None) -> Value:
    text = name_argument("otel/span", name, 1)
    if isinstance(thunk, Map) and is_function(attributes):
        thunk, attributes = attributes, thunk
    check_function("otel/span", thunk, 2)
    return _within(text, _attributes("otel/span", attributes, 3), thunk)


@function(
    "otel/tool-span",
    "name:string thunk:function [attributes:map]",
    "any",
    "Calls a function within the span of a tool that the program runs itself.",
    [('(otel/tool-span "weather" (fn () "sunny") {:call-id "c-1"})', '"sunny"')],
)
def otel_tool_span(name: Value, thunk: Value, attributes: Value = None) -> Value:
    text = name_argument("otel/tool-span", name, 1)
    check_function("otel/tool-span", thunk, 2)
    given = _attributes("otel/tool-span", attributes, 3)
    call_id = given.pop("call-id", None)
    known = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": text,
        "gen_ai.tool.type": "function",
    }
    if call_id is not None:
        known["gen_ai.tool.call.id"] = call_id
    return _within(f"execute_tool {text}", {**known, **given}, thunk)


@function(
    "otel/retrieval-span",
    "name:string thunk:function [attributes:map]",
    "any",
    "Calls a function within the span of a search that the program makes itself.",
    [('(otel/retrieval-span "search" (fn () (list 1 2)) {:top-k 2})', "(1 2)")],
)
def otel_retrieval_span(name: Value, thunk: Value, attributes: Value = None) -> Value:
    text = name_argument("otel/retrieval-span", name, 1)
    check_function("otel/retrieval-span", thunk, 2)
    known = {"gen_ai.operation.name": "retrieve"}
    return _within(text, {**known, **_attributes("otel/retrieval-span", attributes, 3)}, thunk)


@function(
    "otel/llm-span",
    "config:map thunk:function",
    "any",
    "Calls a function within the span of a model call that the program makes itself. `config`: "
    "`:model`, `:provider`, `:operation` (chat); other keys become attributes. `otel/llm-usage` "
    "within says what it used.",
    [('(otel/llm-span {:model "m" :provider "p"} (fn () "answer"))', '"answer"')],
)
def otel_llm_span(config: Value, thunk: Value) -> Value:
    from lispcore.library.models.calling.spans import Spanning
    from lispcore.llm.tracing import CLIENT, provider_name

    given = _attributes("otel/llm-span", config, 1)
    check_function("otel/llm-span", thunk, 2)
    known: dict[str, Any] = {"gen_ai.operation.name": "chat"}
    for name, value in given.items():
        known[_LLM_OPTIONS.get(name, name)] = value
    if "provider" in given:
        known["gen_ai.provider.name"] = provider_name(str(given["provider"]))
    title = f"{known['gen_ai.operation.name']} {given.get('model', '')}".rstrip()
    with Spanning(title, known, CLIENT, starts_conversation=True):
        return call(thunk)


# --- the span that is under way -------------------------------------------------------------------


def _annotate(attributes: dict[str, Any]) -> None:
    from lispcore.library.models.calling.spans import current_span

    span = current_span.get()
    if span is not None:
        span.attributes |= attributes


@function(
    "otel/llm-usage",
    "usage:map",
    "nil",
    "Says what the model call of the innermost span used: `:input-tokens`, `:output-tokens`, "
    "`:cost-usd`.",
    [("(otel/llm-usage {:input-tokens 120 :output-tokens 30})", "nil")],
)
def otel_llm_usage(usage: Value) -> None:
    name = "otel/llm-usage"
    given = check_options(name, map_argument(name, usage, 1), tuple(_USAGE))
    for option, value in given.items():
        if value is not None:
            number = number_argument(f"{name}: option :{option}", value)
            _annotate(dict.fromkeys(_USAGE[option], number))


@function(
    "otel/set-attribute",
    "key:keyword value:any",
    "nil",
    "Sets one attribute of the innermost span. Numbers and booleans stay what they are.",
    [("(otel/set-attribute :http.status 200)", "nil")],
)
def otel_set_attribute(key: Value, value: Value) -> None:
    _annotate({_attribute_name("otel/set-attribute", key): _attribute(value)})


@function(
    "otel/set-attributes",
    "attributes:map",
    "nil",
    "Sets many attributes of the innermost span.",
    [("(otel/set-attributes {:rows 42 :cached #t})", "nil")],
)
def otel_set_attributes(attributes: Value) -> None:
    map_argument("otel/set-attributes", attributes, 1)
    _annotate(_attributes("otel/set-attributes", attributes, 1))


@function(
    "otel/set-status",
    "status:keyword [message:string]",
    "nil",
    "Marks the innermost span as `:ok` or, with a message, as `:error`.",
    [
        ('(otel/set-status :error "too slow")', "nil"),
        ("(otel/set-status :fine)", "error: expected :ok or :error"),
    ],
)
def otel_set_status(status: Value, message: Value = "") -> None:
    from lispcore.library.models.calling.spans import current_span

    word = name_argument("otel/set-status", status, 1)
    if word not in ("ok", "error"):
        raise LispError(f"otel/set-status: expected :ok or :error, got :{word}", kind="type-error")
    text = string_argument("otel/set-status", message, 2)
    span = current_span.get()
    if span is None:
        return
    if word == "ok":
        span.status, span.message = "OK", ""
    else:
        span.fail("error", text)


@function(
    "otel/event",
    "name:string [attributes:map]",
    "nil",
    "Adds an event, with the time, to the innermost span.",
    [('(otel/event "cache-miss" {:key "user:42"})', "nil")],
)
def otel_event(name: Value, attributes: Value = None) -> None:
    from lispcore.library.models.calling.spans import current_span
    from lispcore.tasks import context

    text = name_argument("otel/event", name, 1)
    given = _attributes("otel/event", attributes, 2)
    span = current_span.get()
    if span is not None:
        told = {key: _as_text(value) for key, value in given.items()}
        span.events.append((context.host().now(), str(text), told))


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@function(
    "otel/with-session",
    "id:string [config:map] thunk:function",
    "any",
    "Calls a function; all that is asked within it belongs to a session, and with `{:user …}` to a "
    "user. Spans and records of calls carry both. `with-session` takes a body.",
    [('(otel/with-session "chat-42" {:user "alice"} (fn () 1))', "1")],
)
def otel_with_session(session: Value, config: Value, thunk: Value = ABSENT) -> Value:
    from lispcore.library.models.calling.spans import Grouping, grouping, joined

    name = "otel/with-session"
    text = str(name_argument(name, session, 1))
    if thunk is ABSENT:
        config, thunk = None, config
    check_function(name, thunk, 2 if config is None else 3)
    options = (
        {} if config is None else check_options(name, map_argument(name, config, 2), ("user",))
    )
    user = options.get("user")
    told = "" if user is None else str(name_argument(f"{name}: option :user", user))
    token = grouping.set(joined(grouping.get(), Grouping(session=text, user=told)))
    try:
        return call(thunk)
    finally:
        grouping.reset(token)


# --- where spans go -------------------------------------------------------------------------------


@function(
    "otel/configure",
    "config:map",
    "bool",
    "Turns tracing on and tells whether this call did it: the first one counts, the environment "
    "comes before it. `:file` gets each span as a line of JSON, `:console #t` prints a line each, "
    "`:endpoint` gets them by OTLP/HTTP in JSON, with `:key` (a bearer token) or `:headers`. "
    "`:service-name`, `:environment`, `:release` describe the program; `:capture-content #t` also "
    "records prompts and answers. Attributes have OpenTelemetry's names for generative AI.",
    [
        (
            '(begin (otel/configure {:file "trace.jsonl"}) (with-span "work" {:n 1} 42) '
            '(:name (json/decode (file/read "trace.jsonl"))))',
            '"work"',
        ),
        ("(otel/configure {})", "#f"),
        ("(otel/configure {:fil 1})", "error: unknown option :fil"),
    ],
)
def otel_configure(config: Value) -> Value:
    from lispcore.library.models.calling.spans import from_environment, tracer

    given = check_options("otel/configure", map_argument("otel/configure", config, 1), _OPTIONS)
    wanted = from_environment()
    for option, attribute in (
        ("endpoint", "endpoint"),
        ("service-name", "service"),
        ("environment", "environment"),
        ("release", "release"),
    ):
        value = given.get(option)
        if value is not None:
            text = string_argument(f"otel/configure: option :{option}", value)
            wanted = replace(wanted, **{attribute: text})
    if given.get("file") is not None:
        from lispcore.library.files.files import checked_path

        wanted = replace(wanted, file=checked_path("otel/configure: option :file", given["file"]))
    if given.get("console") is not None:
        wanted = replace(wanted, to_console=is_true(given["console"]))
    if given.get("capture-content") is not None:
        wanted = replace(wanted, captures_content=is_true(given["capture-content"]))
    wanted = replace(wanted, headers=(*wanted.headers, *_headers(given)))
    _check_protocol(given.get("protocol"))
    state = tracer()
    if state.destination is not None or not wanted.is_somewhere:
        return FALSE
    state.destination = wanted
    return boolean(True)


def _check_protocol(value: Value) -> None:
    if value is None:
        return
    protocol = string_argument("otel/configure: option :protocol", value)
    if protocol not in _PROTOCOLS:
        raise LispError(
            f"otel/configure: option :protocol: {protocol} is not available",
            kind="unsupported",
            hint='spans go out by HTTP: {:protocol "http/json"}, or leave it out',
        )


def _headers(given: dict[str, Value]) -> tuple[tuple[str, str], ...]:
    from lispcore.llm.tracing import headers_from_text

    found: list[tuple[str, str]] = []
    place = "otel/configure: option :headers"
    headers = given.get("headers")
    if isinstance(headers, Map):
        for name, value in headers.entries():
            found.append((name_argument(place, name), string_argument(place, value)))
    elif type(headers) is str:
        found += headers_from_text(headers)
    elif headers is not None:
        raise wrong_type(place, "map or string", headers)
    if given.get("key") is not None:
        key = string_argument("otel/configure: option :key", given["key"])
        found.append(("authorization", f"Bearer {key}"))
    return tuple(found)
