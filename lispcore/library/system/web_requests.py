"""HTTP requests: `http/get`, `http/post` and their kin, through the host's own transport.

In the browser the page makes the request: the other site must allow it (CORS), and no key of a
model provider is ever attached.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lispcore.library.arguments import (
    MAX_TEXT_LENGTH,
    display,
    given_options,
    map_argument,
    name_argument,
    number_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.formats.json_text import encode_json
from lispcore.library.registry import accepts_options, function
from lispcore.llm.http import HttpRequest
from lispcore.llm.multipart import Field, form_body
from lispcore.tasks.context import host
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, Keyword, Map, Value, intern_keyword

# What the documentation of these functions is filed under.
CHAPTER = "http"

METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "QUERY", "OPTIONS")
_OPTIONS: Final = ("headers", "timeout", "as", "multipart")
_PART_FIELDS: Final = ("name", "content", "filename", "content-type")


def _checked_url(name: str, url: Value) -> Value:
    text = string_argument(name, url, 1 if name != "http/request" else 2)
    if not text.lower().startswith(("http://", "https://")):
        raise LispError(
            f"{name}: not a web address: {text[:100]!r}",
            kind="io",
            hint="an address begins with https:// or http://",
        )
    if any(c <= " " or c == "\x7f" for c in text):
        raise LispError(
            f"{name}: the address holds white space or control characters: {text[:100]!r}",
            kind="io",
            hint="write %20 for a space",
        )
    return text


def _header_pairs(name: str, headers: Value) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in map_argument(name, headers).entries():
        label = key.name if type(key) is Keyword else string_argument(f"{name} header name", key)
        text = display(value)
        if not label or any(not c.isprintable() or c in ' ":' for c in label):
            raise LispError(f"{name}: {label!r} cannot be the name of a header")
        if any(c in "\r\n\0" for c in text):
            raise LispError(f"{name}: the header {label} has a line end in its value")
        pairs.append((label, text))
    return pairs


def _body(name: str, body: Value) -> tuple[bytes, str | None]:
    """Returns the bytes of a request's body and the content type it has by itself."""
    if body is None:
        return b"", None
    if type(body) is str:
        return body.encode("utf-8", "surrogatepass"), None
    if type(body) is Bytevector:
        return bytes(body), None
    if isinstance(body, Map):
        return encode_json(body, name).encode("utf-8", "replace"), "application/json"
    error = wrong_type(name, "string, map or bytevector as body", body)
    error.hint = "(json/encode value) makes a text of a list"
    raise error


def _form_field(name: str, part: Value) -> Field:
    """Returns one map of `:multipart` as a field of a form."""
    given = given_options(name, part, 0, _PART_FIELDS)
    label = name_argument(f"{name} :name", given.get("name"))
    content = given.get("content")
    data = content if type(content) is Bytevector else _body(name, display(content))[0]
    filename = string_argument(f"{name} :filename", given.get("filename", ""))
    usual = "application/octet-stream" if filename else ""
    kind = string_argument(f"{name} :content-type", given.get("content-type", usual))
    return Field(label, bytes(data), filename, kind)


def _request(name: str, method: str, url: Value, body: Value, options: Value) -> Map:
    address = _checked_url(name, url)
    given = given_options(name, options, 0, _OPTIONS)
    decoding = name_argument(f"{name} :as", given.get("as") or "text")
    if decoding not in ("text", "bytes"):
        raise LispError(f"{name}: :as must be :text or :bytes, got {decoding}")
    headers = _header_pairs(name, given["headers"]) if given.get("headers") is not None else []
    data, kind = _body(name, body)
    if given.get("multipart") is not None:
        parts = sequence_argument(name, given["multipart"])
        data, kind = form_body(_form_field(name, part) for part in parts)
    if kind is not None and not any(label.lower() == "content-type" for label, _ in headers):
        headers.append(("Content-Type", kind))
    timeout = given.get("timeout")
    seconds = None if timeout is None else number_argument(f"{name} :timeout", timeout) / 1000
    return _send(name, HttpRequest(address, method, tuple(headers), data, None, seconds), decoding)


def _send(name: str, request: HttpRequest, decoding: str) -> Map:
    from lispcore.llm.failures import ModelError

    try:
        response = host().fetch(request)
        try:
            body = b"".join(_limited(name, response.chunks()))
        finally:
            response.close()
    except ModelError as error:
        raise LispError(
            f"{name} {request.url}: {error.message}",
            kind="io",
            hint=error.advice or None,
            url=request.url,
        ) from None
    headers = {intern_keyword(label.lower()): value for label, value in response.headers.items()}
    content: Any = Bytevector(body) if decoding == "bytes" else body.decode("utf-8", "replace")
    return Map(
        {
            intern_keyword("status"): response.status,
            intern_keyword("headers"): Map(headers),
            intern_keyword("body"): content,
        }
    )


def _limited(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_TEXT_LENGTH:
            raise LispError(f"{name}: the reply is larger than {MAX_TEXT_LENGTH} bytes", kind="io")
        yield chunk


@function(
    "http/get",
    "url:string [options:map]",
    "map",
    "Fetches an address. Returns `:status`, `:headers` (a map with keywords) and `:body`. Options: "
    "`:headers`, `:timeout` in milliseconds, `:as` (`:text` or `:bytes`).",
    [('(http/get "nowhere")', "error: not a web address")],
)
def get(url: Value, options: Value = None) -> Map:
    return _request("http/get", "GET", url, None, options)


@function(
    "http/delete",
    "url:string [options:map]",
    "map",
    "Sends a DELETE request; options and result as in `http/get`.",
    [('(http/delete "nowhere")', "error: not a web address")],
)
def delete(url: Value, options: Value = None) -> Map:
    return _request("http/delete", "DELETE", url, None, options)


def _enter_with_body(name: str, method: str, text: str) -> None:
    def send(url: Value, body: Value, options: Value = None) -> Map:
        return _request(name, method, url, body, options)

    function(
        name,
        "url:string body:any [options:map]",
        "map",
        f"{text} The body is a map (sent as JSON), a text or a bytevector. Options as in "
        "`http/get`, and `:multipart`, a list of maps with `:name`, `:content` and perhaps "
        "`:filename` and `:content-type`, which takes the place of the body.",
        [(f'({name} "nowhere" "x")', "error: not a web address")],
    )(send)


_enter_with_body("http/post", "POST", "Sends a POST request.")
_enter_with_body("http/put", "PUT", "Sends a PUT request.")
_enter_with_body("http/query", "QUERY", "Sends a QUERY request: a GET that has a body.")


@function(
    "http/request",
    "method:string url:string [options:map] [body:any]",
    "map",
    "Sends a request with any of the methods GET, POST, PUT, DELETE, PATCH, HEAD, QUERY and "
    "OPTIONS.",
    [('(http/request "FLY" "https://x.org")', "error: unknown method")],
)
def request(method: Value, url: Value, options: Value = None, body: Value = None) -> Map:
    verb = string_argument("http/request", method, 1).upper()
    if verb not in METHODS:
        raise LispError(
            f"http/request: unknown method {verb[:40]}", hint="methods: " + " ".join(METHODS)
        )
    return _request("http/request", verb, url, body, options)


accepts_options("http/get http/delete http/post http/put http/query http/request", _OPTIONS)
