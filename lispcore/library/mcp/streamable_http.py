"""An MCP server at an address (*Streamable HTTP*): each message is a POST.

The answer is one JSON value, or a stream of events (SSE) in which the response comes after whatever
else the server has to say. A server that keeps a session names it in ``Mcp-Session-Id``; one that
forgot it says 404, and then all begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lispcore.library.mcp.json_rpc import failed, is_response, reply_to
from lispcore.llm.failures import ModelError
from lispcore.llm.framing import SseDecoder
from lispcore.llm.http import HttpRequest, HttpResponse
from lispcore.llm.json_values import read_json
from lispcore.tasks.context import host
from lispcore.values.errors import LispError

_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_ERROR_CHARACTERS: Final = 300
Headers = tuple[tuple[str, str], ...]
_FOR_PAGES: Final = (
    "a page reaches only servers that allow it (CORS): access-control-allow-origin, the headers "
    "mcp-session-id, mcp-protocol-version and authorization allowed, and "
    "access-control-expose-headers: Mcp-Session-Id; else run the program on the terminal"
)


class SessionLost(Exception):
    """The server does not know the session any more."""


class Unauthorized(Exception):
    """The server wants to know who asks; `challenge` is its ``WWW-Authenticate``."""

    def __init__(self, challenge: str) -> None:
        self.challenge = challenge


class StreamableHttp:
    """Implements `json_rpc.Transport`. `token` gives the header that says who asks."""

    def __init__(self, url: str, headers: Headers, token: Callable[[], Headers]) -> None:
        self.url = url
        self._headers = headers
        self._token = token
        self._session = ""
        self._version = ""

    def ask(self, message: Mapping[str, Any], seconds: float | None) -> Mapping[str, Any]:
        """Sends a request and returns its response."""
        response = self._post(message, seconds)
        try:
            for answer in _messages(response):
                if is_response(answer, message["id"]):
                    found: Mapping[str, Any] = answer
                    return found
                asked = reply_to(answer)
                if asked is not None:
                    self.tell(asked)
        except ModelError as error:
            raise failed(f"the answer of {self.url} broke off: {error.message}") from None
        finally:
            response.close()
        raise failed(f"{self.url} ended its answer without a response")

    def tell(self, message: Mapping[str, Any]) -> None:
        """Sends what has no answer."""
        self._post(message, None).close()

    def agree(self, version: str) -> None:
        """From now on each request says so."""
        self._version = version

    def close(self) -> None:
        """Ends the session, as well as may be: a server need not allow it."""
        if self._session:
            try:
                self._fetch("DELETE", b"", None).close()
            except LispError:
                pass
            self._session = ""

    def _post(self, message: Mapping[str, Any], seconds: float | None) -> HttpResponse:
        import json

        body = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
        response = self._fetch("POST", body, seconds)
        session = response.headers.get("mcp-session-id")
        if session:
            self._session = session
        if 200 <= response.status < 300:
            return response
        text = _start_of(response)
        response.close()
        if response.status == 404 and self._session:
            self._session = ""
            raise SessionLost
        if response.status == 401:
            raise Unauthorized(response.headers.get("www-authenticate", ""))
        hint = None
        if response.status in (400, 404, 405):
            hint = "is this the address of an MCP server (Streamable HTTP), such as https://…/mcp?"
            if response.status == 400 and not self._session and host().name == "browser":
                hint = (
                    "the server may want its session back and hide it from pages: it must send "
                    "access-control-expose-headers: Mcp-Session-Id"
                )
        raise failed(f"{self.url}: HTTP {response.status} {text}".rstrip(), hint)

    def _fetch(self, method: str, body: bytes, seconds: float | None) -> HttpResponse:
        headers = [("accept", "application/json, text/event-stream")]
        if body:
            headers.append(("content-type", "application/json"))
        if self._session:
            headers.append(("mcp-session-id", self._session))
        if self._version:
            headers.append(("mcp-protocol-version", self._version))
        every = (*headers, *self._headers, *self._token())
        request = HttpRequest(self.url, method, every, body, None, seconds)
        try:
            return host().fetch(request)
        except ModelError as error:
            hint = error.advice
            if host().name == "browser":
                hint = _FOR_PAGES
            raise failed(f"{self.url}: {error.message}", hint or None) from None


def _start_of(response: HttpResponse) -> str:
    text = b""
    try:
        for chunk in response.chunks():
            text += chunk
            if len(text) > _MAX_ERROR_CHARACTERS * 4:
                break
    except ModelError:
        pass
    return " ".join(text.decode("utf-8", "replace").split())[:_MAX_ERROR_CHARACTERS]


def _messages(response: HttpResponse) -> Iterator[Any]:
    """Yields the messages of an answer as they arrive."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    size = 0
    whole = b""
    framing = SseDecoder()
    for chunk in response.chunks():
        host().check()
        size += len(chunk)
        if size > _MAX_BYTES:
            raise failed(f"the answer goes on after {_MAX_BYTES >> 20} MB")
        if kind != "text/event-stream":
            whole += chunk
            continue
        for record in framing.feed(chunk):
            yield from _read(record.data)
    if kind == "text/event-stream":
        for record in framing.finish():
            yield from _read(record.data)
    elif whole.strip():
        yield from _read(whole.decode("utf-8-sig", "replace"))


def _read(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        value = read_json(text)
    except ValueError:
        raise failed(f"the server's answer is no JSON: {text[:80]!r}") from None
    return value if isinstance(value, list) else [value]
