"""What a program can learn about the browser that it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lispcore.library.registry import function
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, boolean, intern_keyword, list_from


def _browser(name: str) -> Mapping[str, Any]:
    described = context.host().describe_browser()
    if described is None:
        raise LispError(
            f"{name} needs a browser, and this program runs on a terminal",
            kind="unsupported",
            hint="(sys/platform) tells the operating system",
        )
    return described


@function(
    "web/user-agent",
    "",
    "string",
    "Returns how the browser names itself to servers. In the playground only.",
    [("(try (string? (web/user-agent)) (catch e (= (:type e) :unsupported)))", "#t")],
)
def user_agent() -> Value:
    return _browser("web/user-agent")["user_agent"]


@function(
    "web/user-agent-data",
    "",
    "map or nil",
    "Returns the browser's name and system in parts: `:brands` (a list of `name/version`), "
    "`:mobile`, `:platform`; nil in browsers that do not tell, such as Firefox and Safari. In the "
    "playground only.",
    [("(try (begin (web/user-agent-data) #t) (catch e (= (:type e) :unsupported)))", "#t")],
)
def user_agent_data() -> Value:
    data = _browser("web/user-agent-data")["user_agent_data"]
    if data is None:
        return None
    return Map(
        {
            intern_keyword("brands"): list_from(list(data["brands"])),
            intern_keyword("mobile"): boolean(data["mobile"]),
            intern_keyword("platform"): data["platform"],
        }
    )
