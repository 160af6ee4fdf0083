"""`(demo/script …)`: the demo model plays a part, for examples and for tests of programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lispcore.library.arguments import map_argument, sequence_argument, unknown_option
from lispcore.library.models.calling.defined_providers import request_map
from lispcore.library.models.calling.model_session import model_session
from lispcore.library.models.tools import to_json
from lispcore.library.registry import function
from lispcore.llm.catalog import DEMO
from lispcore.llm.demo_script import ScriptedReply
from lispcore.llm.events import Source
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.messages import ToolCall
from lispcore.llm.requests import Request
from lispcore.llm.usage import Usage
from lispcore.values.calls import call
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    is_function,
    is_true,
)

CHAPTER = "llm"

_REPLY: Final = (
    *("content", "thinking", "tool-calls", "sources", "stop-reason", "refusal", "usage"),
    *("error", "cut"),
)
_REASONS: Final = ("end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "other")


@function(
    "demo/script",
    "replies:sequence [options:map]",
    "nil",
    "Has the demo model play a part, and makes it the default: each call gets the next of the "
    "replies. A reply is a text, a function from a request map (see `llm/define-provider`) to "
    "a reply, or a map with `:content`, `:thinking`, `:tool-calls` (`[{:name :add :arguments "
    "{:a 1}}]`), `:sources` (`[{:url :title}]`), `:stop-reason` (`:max-tokens` for an answer "
    "that is cut off), `:refusal` (what it says instead), `:usage`, `:cut #t` (the connection "
    "breaks), or `:error`, a text or a map `{:message :status :type :retry-after}`. With "
    "`{:repeat #t}` it begins anew after the last one; else a further call is an error. nil "
    "in place of the replies ends the part.",
    [
        ('(begin (demo/script ["Yes." "No."]) (list (llm/complete "a") (llm/complete "b")))',
         '("Yes." "No.")'),
        ('(begin (demo/script [{:refusal "I will not."}]) (llm/complete "a") '
         "(:stop-reason (llm/last-usage)))", '"refusal"'),
        ('(begin (demo/script [(fn (r) (:content (last (:messages r))))]) (llm/complete "echo"))',
         '"echo"'),
        ('(begin (demo/script []) (llm/complete "a"))', "error: the script is at its end"),
    ],
)  # fmt: skip
def script(replies: Value, options: Value = None) -> None:
    session = model_session()
    if replies is None:
        session.script = None
        return
    given = list(sequence_argument("demo/script", replies, 1))
    for each in given:
        if not is_function(each):
            _reply(each)  # a mistake shows here, not in the middle of a program
    session.script = _part(given, _repeats(options))
    session.choose(DEMO)


def _repeats(options: Value) -> bool:
    if options is None:
        return False
    entries = map_argument("demo/script", options, 2).entries()
    for key, _ in entries:
        if type(key) is not Keyword or key.name != "repeat":
            raise unknown_option("demo/script", key, ("repeat",), options)
    return any(is_true(value) for _, value in entries)


def _part(replies: list[Value], repeats: bool) -> Callable[[Request], ScriptedReply]:
    """Returns what hands out the replies of one script, in order."""
    place = 0

    def next_reply(request: Request) -> ScriptedReply:
        nonlocal place
        if place == len(replies) and repeats:
            place = 0
        if place == len(replies):
            raise InvalidRequest(
                f"the script is at its end: it has {len(replies)} replies",
                provider=DEMO,
                type="script-ended",
                advice="write one more, or let it begin anew: (demo/script … {:repeat #t})",
            )
        reply = replies[place]
        place += 1
        if is_function(reply):
            reply = call(reply, request_map(request, DEMO))
        return _reply(reply)

    return next_reply


def _reply(given: Value) -> ScriptedReply:
    """Returns a reply that a program wrote."""
    if type(given) is str:
        return ScriptedReply(given)
    if not isinstance(given, Map):
        raise wrong_type("demo/script: each reply", "string, map or function", given)
    entries: dict[str, Value] = {}
    for key, value in given.entries():
        name = key.name if type(key) in (Keyword, Symbol) else key
        if name not in _REPLY:
            raise unknown_option("demo/script", key, _REPLY, given)
        entries[name] = value
    refusal = _text(entries, "refusal")
    error = entries.get("error")
    return ScriptedReply(
        refusal or _text(entries, "content"),
        _text(entries, "thinking"),
        tuple(_calls(entries.get("tool-calls"))),
        tuple(_sources(entries.get("sources"))),
        "refusal" if refusal else _reason(entries.get("stop-reason")),
        _usage(entries.get("usage")),
        is_cut=is_true(entries.get("cut")),
        **({} if error is None else _error(error)),
    )


def _text(entries: dict[str, Value], name: str) -> str:
    value = entries.get(name)
    if value is not None and type(value) is not str:
        raise wrong_type(f"demo/script: :{name}", "string", value)
    return value or ""


def _reason(value: Value) -> str:
    if value is None:
        return ""
    text = value.name if type(value) in (Keyword, Symbol) else str(value)
    reason = text.replace("-", "_")
    if reason not in _REASONS:
        known = " ".join(f":{each.replace('_', '-')}" for each in _REASONS)
        raise LispError(f"demo/script: unknown :stop-reason {text}", hint=f"it is one of {known}")
    return reason


def _items(name: str, value: Value) -> list[dict[str, Any]]:
    if value is None:
        return []
    if type(value) not in (List, Vector) or not all(isinstance(each, Map) for each in value):
        raise wrong_type(f"demo/script: :{name}", "list of maps", value)
    return [
        {
            key.name if type(key) in (Keyword, Symbol) else str(key): entry
            for key, entry in each.entries()
        }
        for each in value
    ]


def _calls(value: Value) -> list[ToolCall]:
    calls = []
    for number, each in enumerate(_items("tool-calls", value), 1):
        name = each.get("name")
        name = name.name if isinstance(name, (Keyword, Symbol)) else name
        if type(name) is not str:
            raise wrong_type("demo/script: :name of a tool call", "string", name)
        arguments = each.get("arguments")
        identifier = each.get("id") or f"demo-call-{number}"
        calls.append(
            ToolCall(
                str(identifier), name, to_json(arguments) if isinstance(arguments, Map) else {}
            )
        )
    return calls


def _sources(value: Value) -> list[Source]:
    found = []
    for each in _items("sources", value):
        url, title, quote = (str(each.get(name) or "") for name in ("url", "title", "quote"))
        found.append(Source(url, title, quote))
    return found


def _usage(value: Value) -> Usage | None:
    if value is None:
        return None
    (given,) = _items("usage", Vector([value]))
    known = {
        f"{name.replace('-', '_')}_tokens": given[f"{name}-tokens"]
        for name in ("prompt", "completion", "cache-read")
        if given.get(f"{name}-tokens") is not None
    }
    if not all(type(each) is int and each >= 0 for each in known.values()):
        raise wrong_type("demo/script: :usage", "map of counts", value)
    return Usage(**known)


def _error(value: Value) -> dict[str, Any]:
    if type(value) is str:
        return {"error": value}
    (given,) = _items("error", Vector([value]))
    wait = given.get("retry-after")
    return {
        "error": str(given.get("message") or "the demo model fails, as its script says"),
        "status": given["status"] if type(given.get("status")) is int else 500,
        "error_type": str(given.get("type") or "server_error"),
        "retry_after": float(wait) if isinstance(wait, (int, float)) else None,
    }
