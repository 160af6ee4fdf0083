"""What a handler of a web server answers, and which handler a request goes to: plain values.

    (define app (http/router [[:get "/users/:id" (fn (r) (http/ok (:params r)))]]))
    (app {:method :get :path "/users/7"})

There is no server here that listens; a router is a function, which tests and other programs call.
"""

from __future__ import annotations

import os
from typing import Any, Final

from lispcore.library.arguments import (
    integer_argument,
    map_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path, file_error
from lispcore.library.formats.json_text import encode_json
from lispcore.library.registry import function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, Keyword, List, Map, Value, Vector, intern_keyword

CHAPTER = "http"

_METHODS: Final = ("get", "post", "put", "patch", "delete", "any", "ws", "static")
_UTF8_KINDS: Final = {".js": "application/javascript", ".md": "text/markdown"}


def _response(status: int, headers: dict[str, str], body: Value) -> Map:
    fields = {"status": status, "headers": Map(dict(headers)), "body": body}
    return Map.of((intern_keyword(name), value) for name, value in fields.items())


def _json(name: str, status: int, body: Value) -> Map:
    return _response(status, {"content-type": "application/json"}, encode_json(body, name))


def _enter_json(name: str, status: int, words: str) -> None:
    def answer(body: Value) -> Map:
        return _json(name, status, body)

    shown = f'{{:body "[1,2]" :headers {{"content-type" "application/json"}} :status {status}}}'
    function(
        name,
        "body:any",
        "map",
        f"Returns the response {status} ({words}) of a web server, with a value as JSON.",
        [(f"({name} [1 2])", shown), (f"({name} car)", "error: JSON")],
    )(answer)


_enter_json("http/ok", 200, "all is well")
_enter_json("http/created", 201, "made")
_enter_json("http/not-found", 404, "there is no such thing")


@function(
    "http/error",
    "status:integer body:any",
    "map",
    "Returns a response of a web server with another status, and a value as JSON.",
    [
        ('(:status (http/error 422 {:errors ["no name"]}))', "422"),
        ('(http/error 42 "x")', "error: from 100 to 599"),
    ],
)
def error(status: Value, body: Value) -> Map:
    code = integer_argument("http/error", status, 1)
    if not 100 <= code <= 599:
        raise LispError(f"http/error: a status is from 100 to 599, got {code}")
    return _json("http/error", int(code), body)


@function(
    "http/no-content",
    "",
    "map",
    "Returns the response 204 of a web server, which has no body.",
    [("(http/no-content)", '{:body "" :headers {} :status 204}')],
)
def no_content() -> Map:
    return _response(204, {}, "")


@function(
    "http/redirect",
    "url:string",
    "map",
    "Returns the response 302 of a web server, which leads to another address.",
    [
        ('(:headers (http/redirect "/login"))', '{"location" "/login"}'),
        ("(http/redirect 5)", "error: string"),
    ],
)
def redirect(url: Value) -> Map:
    place = string_argument("http/redirect", url, 1)
    if any(each < " " for each in place):
        raise LispError("http/redirect: the address holds control characters")
    return _response(302, {"location": place}, "")


def _enter_text(name: str, kind: str) -> None:
    def answer(text: Value) -> Map:
        return _response(200, {"content-type": kind}, string_argument(name, text, 1))

    function(
        name,
        "text:string",
        "map",
        f"Returns the response 200 of a web server, with a text of the type {kind}.",
        [
            (f'(:headers ({name} "hi"))', f'{{"content-type" "{kind}"}}'),
            (f"({name} 5)", "error: string"),
        ],
    )(answer)


_enter_text("http/html", "text/html")
_enter_text("http/text", "text/plain")


@function(
    "http/file",
    "path:string [type:string]",
    "map",
    "Returns the response 200 of a web server, with the bytes of a file. The type is that of its "
    "ending, where none is given.",
    [
        (
            '(begin (file/write "a.css" "p {}") (http/file "a.css"))',
            '{:body #u8(112 32 123 125) :headers {"content-type" "text/css"} :status 200}',
        ),
        ('(http/file "no-such-file.css")', "error: no such file"),
    ],
)
def file(path: Value, kind: Value = None) -> Map:
    name = "http/file"
    place = checked_path(name, path)
    given = _kind_of(place) if kind is None else string_argument(name, kind, 2)
    return _response(200, {"content-type": given}, _bytes(name, place))


def _bytes(name: str, path: str) -> Bytevector:
    try:
        with file_system.open_file(path) as opened:
            return Bytevector(opened.read())
    except OSError as problem:
        raise file_error(name, path, problem) from None


def _kind_of(path: str) -> str:
    from mimetypes import guess_type

    ending = os.path.splitext(path)[1].lower()
    return _UTF8_KINDS.get(ending) or guess_type(path)[0] or "application/octet-stream"


# --- routes ---------------------------------------------------------------------------------------


@function(
    "http/router",
    "routes:list",
    "function",
    "Makes a handler of routes `[method pattern handler]`: a function from a request (a map with "
    "`:method` and `:path`) to what the first handler that fits returns, or a response 404. "
    "In a pattern `:name` stands for one part of the path and `*` for the rest; both are then "
    "in the request's `:params`. A method is `:get`, `:post`, `:put`, `:patch`, `:delete` or "
    '`:any`; `[:static "/prefix" "folder"]` answers with files.',
    [
        (
            '((http/router [[:get "/users/:id" (fn (r) (http/ok (:params r)))]]) '
            '{:method :get :path "/users/7"})',
            '{:body "{\\"id\\":\\"7\\"}" :headers {"content-type" "application/json"} :status 200}',
        ),
        ('(:status ((http/router []) {:method :get :path "/"}))', "404"),
        ('(http/router [[:fly "/" first]])', "error: no method :fly"),
    ],
)
def router(routes: Value) -> Any:
    checked = [_route(each) for each in sequence_argument("http/router", routes, 1)]

    def dispatch(request: Value) -> Value:
        return _dispatch(checked, request)

    return dispatch


Route = tuple[str, str, Any]


def _route(route: Value) -> Route:
    name = "http/router"
    if type(route) is not Vector and type(route) is not List:
        raise wrong_type(name, "route, a vector [method pattern handler]", route, 1)
    items = sequence_argument(name, route, 1)
    if len(items) != 3:
        raise LispError(
            f"{name}: a route has a method, a pattern and a handler",
            hint='for example [:get "/users" list-users]',
        )
    method, pattern, handler = items
    if type(method) is not Keyword:
        raise wrong_type(name, "keyword as method", method)
    if method.name not in _METHODS:
        raise LispError(
            f"{name}: there is no method :{method.name}",
            hint="there are " + " ".join(f":{each}" for each in _METHODS),
        )
    path = string_argument(name, pattern)
    if method.name == "static":
        return "static", f"{path.rstrip('/')}/*", string_argument(name, handler)
    check_function(name, handler)
    return method.name, path, handler


def _dispatch(routes: list[Route], request: Value) -> Value:
    name = "http/router"
    fields = map_argument(name, request, 1)
    method, path = (fields.get(intern_keyword(each)) for each in ("method", "path"))
    if type(method) is not Keyword or type(path) is not str:
        raise LispError(
            f"{name}: a request has a keyword as :method and a text as :path",
            hint='for example {:method :get :path "/"}',
        )
    for wanted, pattern, handler in routes:
        if wanted in ("ws", "static"):
            if method.name not in ("get", "head"):
                continue
        elif wanted not in ("any", method.name):
            continue
        found = match_path(pattern, path)
        if found is None:
            continue
        if wanted == "static":
            answer = _static(handler, found.get("*", ""))
            if answer is None:
                continue
            return answer
        if wanted == "ws":
            raise LispError(
                f"{name}: a WebSocket needs a web server, which listens nowhere here",
                kind="unsupported",
            )
        return call(handler, _with_parameters(fields, found))
    return _response(404, {"content-type": "text/plain"}, "Not Found")


def _with_parameters(request: Map, found: dict[str, str]) -> Map:
    key = intern_keyword("params")
    before = request.get(key)
    given = list(before.entries()) if type(before) is Map else []
    parameters = Map.of([*given, *((intern_keyword(each), found[each]) for each in found)])
    return Map.of([*request.entries(), (key, parameters)])


def match_path(pattern: str, path: str) -> dict[str, str] | None:
    """Returns what stands for the variable parts of a pattern, None if a path does not fit it.

    A slash at the end counts for nothing.
    """
    wanted, parts = (each.rstrip("/").split("/") for each in (pattern, path))
    found: dict[str, str] = {}
    for at, each in enumerate(wanted):
        if each == "*":
            found["*"] = "/".join(parts[at:]).lstrip("/")
            return found
        if at >= len(parts):
            return None
        if each.startswith(":"):
            found[each[1:]] = parts[at]
        elif each != parts[at]:
            return None
    return found if len(wanted) == len(parts) else None


def _static(folder: str, rest: str) -> Map | None:
    """Returns a file below a folder as a response, None where there is none."""
    if ".." in rest.split("/") or "\\" in rest or "\0" in rest:
        return _response(400, {"content-type": "text/plain"}, "Bad Request")
    path = os.path.join(folder, rest)
    if file_system.is_folder(path):
        path = os.path.join(path, "index.html")
    if not file_system.is_file(path):
        return None
    base, real = (file_system.real_path(each) for each in (folder, path))
    if not real.startswith(base.rstrip("/") + "/"):
        return _response(403, {"content-type": "text/plain"}, "Forbidden")
    return _response(200, {"content-type": _kind_of(path)}, _bytes("http/router", path))
