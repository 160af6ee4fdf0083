"""`mcp/connect` and what is done with a connection: tools, resources and prompts of a server.

A connection is named by a text, as in the peer: letting go of it ends nothing. A program's
connections end with its interpreter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import (
    check_options,
    display,
    map_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.formats.json_text import encode_json
from lispcore.library.models.tools import LispTool, from_json
from lispcore.library.registry import accepts_options, function
from lispcore.llm.json_values import read_json
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector, Keyword, Map, Value, intern_keyword, list_from

if TYPE_CHECKING:
    from lispcore.library.mcp.connecting import Connection

CHAPTER = "mcp"

_OPTIONS: Final = ("command", "args", "env", "cwd", "url", "headers", "timeout")


def connection_argument(name: str, value: Value) -> Connection:
    """Returns the connection that a handle names."""
    from lispcore.library.mcp.connecting import connection_of

    return connection_of(name, value)


def _texts(name: str, value: Value) -> list[str]:
    return [display(each) for each in sequence_argument(name, value)] if value is not None else []


def _pairs(name: str, value: Value) -> list[tuple[str, str]]:
    if value is None:
        return []
    return [
        (key.name if type(key) is Keyword else string_argument(name, key), display(each))
        for key, each in map_argument(name, value).entries()
    ]


@function(
    "mcp/connect",
    "options:map",
    "string",
    "Connects to a server of the Model Context Protocol and returns a handle for it. With `:url` a "
    "server at an address (Streamable HTTP; it must allow pages, CORS, to be asked from one); "
    "`:headers` go with each request. On the terminal a server that wants to know who asks opens "
    "the browser (OAuth with PKCE). With `:command` a program on this machine (terminal only), and "
    "`:args`, `:env`, `:cwd`. `:timeout` is in milliseconds.",
    [
        ("(mcp/connect {})", "error: expected :url or :command"),
        ('(mcp/connect {:url "nowhere"})', "error: not a web address"),
    ],
)
def connect(options: Value) -> Value:
    name = "mcp/connect"
    given = check_options(name, map_argument(name, options, 1), _OPTIONS)
    given = {option: value for option, value in given.items() if value is not None}
    timeout = given.get("timeout")
    if timeout is not None and (type(timeout) not in (int, float) or timeout <= 0):
        raise LispError(f"{name}: option :timeout expected a number of milliseconds above 0")
    seconds = None if timeout is None else float(timeout) / 1000
    if ("url" in given) == ("command" in given):
        raise LispError(
            f"{name}: expected :url or :command, one of them",
            hint='(mcp/connect {:url "https://…/mcp"})',
        )
    from lispcore.library.mcp.connecting import connect_to_address, connect_to_program

    if "url" in given:
        url = string_argument(f"{name}: option :url", given["url"])
        if not url.lower().startswith(("http://", "https://")):
            raise LispError(f"{name}: not a web address: {url[:100]!r}", kind="io")
        headers = tuple(_pairs(f"{name}: option :headers", given.get("headers")))
        return connect_to_address(url, headers, seconds)
    from lispcore.library.system.processes import require_processes

    require_processes(name)
    command = string_argument(f"{name}: option :command", given["command"])
    words = [command, *_texts(f"{name}: option :args", given.get("args"))]
    folder = given.get("cwd")
    where = None if folder is None else string_argument(f"{name}: option :cwd", folder)
    environment = dict(_pairs(f"{name}: option :env", given.get("env")))
    return connect_to_program(words, where, environment, seconds)


accepts_options("mcp/connect", _OPTIONS)


def _entry(described: Mapping[str, Any], names: Mapping[str, str]) -> Map:
    return Map.of(
        (intern_keyword(key), from_json(described[field]))
        for key, field in names.items()
        if described.get(field) is not None
    )


def _listed(name: str, handle: Value, what: str, names: Mapping[str, str]) -> Value:
    """Returns what a server lists of its tools, resources or prompts, each as a map."""
    found = connection_argument(name, handle).all_of(f"{what}/list", what)
    return list_from([_entry(each, names) for each in found])


@function(
    "mcp/tools",
    "handle:string",
    "list",
    "Returns the tools of a server: maps with `:name`, `:description` and `:input-schema`.",
    [('(mcp/tools "none")', "error: there is no connection 'none'")],
)
def tools(handle: Value) -> Value:
    names = {"name": "name", "description": "description", "input-schema": "inputSchema"}
    return _listed("mcp/tools", handle, "tools", names)


@function(
    "mcp/call",
    "handle:string name:string [arguments:map]",
    "any",
    "Calls a tool of a server. Returns its answer: a string, a bytevector for a picture or sound, "
    "a list where there are several parts. What the tool reports as an error is one.",
    [('(mcp/call "none" "add" {:a 1})', "error: there is no connection 'none'")],
)
def call_tool(handle: Value, tool: Value, arguments: Value = None) -> Value:
    name = "mcp/call"
    connection = connection_argument(name, handle)
    given = {} if arguments is None else _as_json(map_argument(name, arguments, 3))
    return _call(connection, string_argument(name, tool, 2), given)


def _as_json(arguments: Map) -> Any:
    return read_json(encode_json(arguments, "mcp/call"))


def _call(connection: Connection, tool: str, arguments: Any) -> Value:
    result = connection.ask("tools/call", {"name": tool, "arguments": arguments})
    answer = _parts(result.get("content"))
    if result.get("isError") is True:
        said = answer if isinstance(answer, str) else display(answer)
        raise LispError(f"{tool}: {said}", kind="mcp")
    if answer == "" and isinstance(result.get("structuredContent"), dict):
        return from_json(result["structuredContent"])
    return answer


def _parts(content: Any) -> Value:
    """Returns the parts of an answer: texts as one, unless something else is among them."""
    parts = [each for each in content or [] if isinstance(each, dict)]
    values = [_part(each) for each in parts]
    if all(isinstance(each, str) for each in values):
        return "\n".join(values)
    return values[0] if len(values) == 1 else list_from(values)


def _part(part: Mapping[str, Any]) -> Value:
    kind = part.get("type")
    if kind in ("image", "audio"):
        return _bytes(part.get("data"))
    if kind == "resource":
        return _contents(part.get("resource") or {})
    if kind == "resource_link":
        return str(part.get("uri") or "")
    return str(part.get("text") or "")


def _bytes(data: Any) -> Value:
    from base64 import b64decode

    try:
        return Bytevector(b64decode(str(data)))
    except ValueError:
        raise LispError("the server sent damaged base64", kind="mcp") from None


def _contents(resource: Mapping[str, Any]) -> Value:
    return _bytes(resource["blob"]) if "blob" in resource else str(resource.get("text") or "")


class _RemoteHandler:
    """The handler of a tool that a server runs; it takes all arguments as one map."""

    takes_map = True

    def __init__(self, connection: Connection, tool: str) -> None:
        self._connection = connection
        self._tool = tool

    def __call__(self, arguments: Value) -> Value:
        return _call(self._connection, self._tool, _as_json(arguments))


@function(
    "mcp/tools->sema",
    "handle:string",
    "list",
    "Returns the tools of a server as tools for `:tools` of a model call or an agent.",
    [('(mcp/tools->sema "none")', "error: there is no connection 'none'")],
)
def as_tools(handle: Value) -> Value:
    connection = connection_argument("mcp/tools->sema", handle)
    made = []
    for each in connection.all_of("tools/list", "tools"):
        schema = each.get("inputSchema")
        schema = dict(schema) if isinstance(schema, dict) else {}
        schema = {"type": "object", "properties": {}, **schema}
        name = str(each.get("name"))
        handler: Any = _RemoteHandler(connection, name)
        about = str(each.get("description") or each.get("title") or name)
        made.append(LispTool(name, about, from_json(schema), handler, schema))
    return list_from(made)


@function(
    "mcp/resources",
    "handle:string",
    "list",
    "Returns the resources that a server lists: maps with `:uri`, `:name`, `:description` and "
    "`:mime-type`, as far as it says.",
    [('(mcp/resources "none")', "error: there is no connection 'none'")],
)
def resources(handle: Value) -> Value:
    names = {"uri": "uri", "name": "name", "description": "description", "mime-type": "mimeType"}
    return _listed("mcp/resources", handle, "resources", names)


@function(
    "mcp/read-resource",
    "handle:string uri:string",
    "string, bytevector or list",
    "Returns what a resource of a server holds: a string, or a bytevector where it is no text; a "
    "list where it has several parts.",
    [('(mcp/read-resource "none" "file:///a")', "error: there is no connection 'none'")],
)
def read_resource(handle: Value, uri: Value) -> Value:
    connection = connection_argument("mcp/read-resource", handle)
    place = string_argument("mcp/read-resource", uri, 2)
    result = connection.ask("resources/read", {"uri": place})
    found = [_contents(each) for each in result.get("contents") or [] if isinstance(each, dict)]
    return found[0] if len(found) == 1 else list_from(found)


@function(
    "mcp/prompts",
    "handle:string",
    "list",
    "Returns the prompts that a server offers: maps with `:name`, `:description` and `:arguments`.",
    [('(mcp/prompts "none")', "error: there is no connection 'none'")],
)
def prompts(handle: Value) -> Value:
    names = {"name": "name", "description": "description", "arguments": "arguments"}
    return _listed("mcp/prompts", handle, "prompts", names)


@function(
    "mcp/prompt",
    "handle:string name:string [arguments:map]",
    "list",
    "Returns a prompt of a server as messages, for `llm/chat`.",
    [('(mcp/prompt "none" "greet")', "error: there is no connection 'none'")],
)
def prompt(handle: Value, name: Value, arguments: Value = None) -> Value:
    from lispcore.llm.messages import Message, Text

    connection = connection_argument("mcp/prompt", handle)
    asked: dict[str, Any] = {"name": string_argument("mcp/prompt", name, 2)}
    if arguments is not None:
        asked["arguments"] = dict(_pairs("mcp/prompt", arguments))
    result = connection.ask("prompts/get", asked)
    messages = []
    for each in result.get("messages") or []:
        role = each.get("role") if each.get("role") in ("user", "assistant") else "user"
        content = each.get("content")
        part = _parts(content if isinstance(content, list) else [content])
        messages.append(Message(role, (Text(part) if isinstance(part, str) else _media(part),)))
    return list_from(messages)


def _media(part: Value) -> Any:
    from lispcore.library.models.message_values import as_media

    return as_media("mcp/prompt", part)


@function(
    "mcp/instructions",
    "handle:string",
    "string",
    'Returns what a server says of its use, for a system prompt; "" where it says nothing.',
    [('(mcp/instructions "none")', "error: there is no connection 'none'")],
)
def instructions(handle: Value) -> Value:
    return connection_argument("mcp/instructions", handle).instructions


@function(
    "mcp/close",
    "handle:string",
    "nil",
    "Ends a connection: a program on this machine is ended, a session at an address is given back.",
    [('(mcp/close "none")', "error: there is no connection 'none'")],
)
def close(handle: Value) -> Value:
    from lispcore.library.mcp.connecting import forget

    connection_argument("mcp/close", handle)
    forget(string_argument("mcp/close", handle, 1))
