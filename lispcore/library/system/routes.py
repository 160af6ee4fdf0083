"""Routes of a web server as plain values: `route/prefix`, `route/from-tools`.

A route is a vector ``[method pattern handler …]``; a handler is a function from a request map to a
response map. There is no server here that listens, but routes can be made, looked at and called.
"""

from __future__ import annotations

from typing import Any

from lispcore.library.arguments import sequence_argument, string_argument
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.library.models.tools import LispTool, handler_arguments, to_json, tool_argument
from lispcore.library.registry import function
from lispcore.llm.messages import ToolCall
from lispcore.values.calls import call
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import List, Map, Value, Vector, intern_keyword, list_from

CHAPTER = "route"


def _keyword_map(**entries: Value) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


@function(
    "route/prefix",
    "prefix:string routes:list",
    "list",
    "Puts a path before the pattern of every route; a slash at its end counts for nothing.",
    [
        (
            '(route/prefix "/api/" [[:get "/users" first]])',
            '([:get "/api/users" <native-fn first>])',
        ),
        (
            '(map (fn (r) (nth r 1)) (route/prefix "/v1" [[:get "/a" first] [:post "/b" rest]]))',
            '("/v1/a" "/v1/b")',
        ),
        ('(route/prefix "/api" [[:get]])', "error: expected a route"),
    ],
)
def prefix(prefix: Value, routes: Value) -> List:
    name = "route/prefix"
    before = string_argument(name, prefix, 1).removesuffix("/")
    moved = []
    for route in sequence_argument(name, routes, 2):
        if type(route) is not Vector and type(route) is not List:
            raise wrong_type(name, "route, a vector [method pattern handler]", route, 2)
        items = sequence_argument(name, route, 2)
        if len(items) < 2 or type(items[1]) is not str:
            raise LispError(
                f"{name}: expected a route [method pattern handler]",
                kind="type-error",
                hint='for example [:get "/users" list-users]',
            )
        moved.append(Vector([items[0], before + items[1], *items[2:]]))
    return list_from(moved)


@function(
    "route/from-tools",
    "tools:list",
    "list",
    "Returns two routes for each tool: `POST /tools/<name>` calls it with the request's JSON (its "
    "`:json` map or the text of its `:body`) and answers with the result as JSON, "
    "`GET /tools/<name>/schema` answers with its name, description and parameters.",
    [
        (
            '(begin (deftool add "adds" {:a :int :b :int} (fn (a b) (+ a b))) '
            "(map (fn (r) (nth r 1)) (route/from-tools [add])))",
            '("/tools/add" "/tools/add/schema")',
        ),
        (
            '(begin (deftool add "adds" {:a :int :b :int} (fn (a b) (+ a b))) '
            "(:body ((nth (first (route/from-tools [add])) 2) {:json {:a 1 :b 2}})))",
            '"3"',
        ),
    ],
    aliases=("tools->routes",),
)
def from_tools(tools: Value) -> List:
    name = "route/from-tools"
    routes = []
    for value in sequence_argument(name, tools, 1):
        tool = tool_argument(f"{name}: each tool", value)
        path = f"/tools/{tool.name}"
        routes.append(Vector([intern_keyword("post"), path, _runner(tool)]))
        routes.append(Vector([intern_keyword("get"), f"{path}/schema", _describer(tool)]))
    return list_from(routes)


def _response(status: int, value: Value) -> Map:
    headers = Map({"content-type": "application/json"})
    return _keyword_map(status=status, headers=headers, body=encode_json(value, "route/from-tools"))


def _runner(tool: LispTool) -> Any:
    """Returns the handler that calls a tool."""

    def run(request: Value = None) -> Value:
        try:
            arguments = _request_json(request)
        except LispError as error:
            return _response(400, _keyword_map(error=error.message))
        wanted = ToolCall("", tool.name, to_json(arguments))
        try:
            return _response(200, call(tool.handler, *handler_arguments(tool, wanted)))
        except LispError as error:
            return _response(500, _keyword_map(error=error.message))

    return run


def _describer(tool: LispTool) -> Any:
    """Returns the handler that describes a tool."""

    def describe(request: Value = None) -> Value:
        described = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
        return _response(200, decode_json(_json_text(described), "route/from-tools"))

    return describe


def _json_text(value: Any) -> str:
    import json

    return json.dumps(value)


def _request_json(request: Value) -> Map:
    """Returns the JSON object of a request; raises if it is something else."""
    if not isinstance(request, Map):
        raise wrong_type("route/from-tools", "request map", request, 1)
    given = request.get(intern_keyword("json"))
    body = request.get(intern_keyword("body"))
    if given is None and type(body) is str and body.strip():
        given = decode_json(body, "the request's body")
    if given is None:
        return Map({})
    if not isinstance(given, Map):
        raise LispError("the request's body is no JSON object")
    return given
