"""An MCP server at an address (*Streamable HTTP*): each message is a POST.

The answer is one JSON value, or a stream of events (SSE) in which the response comes after whatever
else the server has to say. A server that keeps a session names it in ``Mcp-Session-Id``; one that
forgot it says 404, and then all begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from lispcore.library.mcp.json_rpc import cancelled, failed, is_response, reply_to
from lispcore.llm.failures import ModelError, TimedOut
from lispcore.llm.framing import SseDecoder
from lispcore.llm.http import HttpRequest, HttpResponse
from lispcore.llm.json_values import read_json
from lispcore.tasks.context import host
from lispcore.values.errors import LispError

_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_ERROR_CHARACTERS: Final = 300
# How often an answer that broke off is fetched on, and how long is waited where no server says.
_MOST_RETURNS: Final = 100
_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
_MORE: Final = "insufficient_scope"
Headers = tuple[tuple[str, str], ...]
_FOR_PAGES: Final = (
    "a page reaches only servers that allow it (CORS): access-control-allow-origin, the headers "
    "mcp-session-id, mcp-protocol-version and authorization allowed, and "
    "access-control-expose-headers: Mcp-Session-Id; else run the program on the terminal"
)


class SessionLost(Exception):
    """The server does not know the session any more."""


class Unauthorized(Exception):
    """The server wants to know who asks, or wants more to be allowed.

    `challenge` is its ``WWW-Authenticate``.
    """

    def __init__(self, challenge: str, status: int) -> None:
        self.challenge = challenge
        self.status = status


class _Place:
    """How far the events of an answer were read: where to go on, and after how many seconds."""

    def __init__(self) -> None:
        self.last_id = ""
        self.pause = _PAUSE_SECONDS

    def note(self, framing: SseDecoder) -> None:
        """Takes over what a stream says."""
        self.last_id = framing.last_id or self.last_id
        if framing.retry is not None:
            self.pause = min(framing.retry, _LONGEST_PAUSE_SECONDS)


class StreamableHttp:
    """Implements `json_rpc.Transport`. `token` gives the header that says who asks."""

    def __init__(self, url: str, headers: Headers, token: Callable[[], Headers]) -> None:
        self.url = url
        self._headers = headers
        self._token = token
        self._session = ""
        self._version = ""

    def ask(self, message: Mapping[str, Any], seconds: float | None) -> Mapping[str, Any]:
        """Sends a request and returns its response.

        A server that numbers its events may end the stream before; the rest is fetched later.
        """
        response = self._post(message, seconds)
        place = _Place()
        for _ in range(_MOST_RETURNS):
            broken = None
            try:
                found = self._response_in(response, place, message["id"])
                if found is not None:
                    return found
            except ModelError as error:
                broken = error
            finally:
                response.close()
            if isinstance(broken, TimedOut):
                self._cancel(message)
            elif place.last_id:
                host().sleep(place.pause)
                response = self._fetch("GET", b"", seconds, (("last-event-id", place.last_id),))
                if response.status == 200:
                    continue
                response.close()
            if broken is not None:
                raise failed(f"the answer of {self.url} broke off: {broken.message}") from None
            break
        raise failed(f"{self.url} ended its answer without a response")

    def _response_in(
        self, response: HttpResponse, place: _Place, number: int
    ) -> Mapping[str, Any] | None:
        for answer in _messages(response, place):
            if is_response(answer, number):
                found: Mapping[str, Any] = answer
                return found
            asked = reply_to(answer)
            if asked is not None:
                # What was asked for is under way: it must not be asked for once more.
                with suppress(SessionLost):
                    self.tell(asked)
        return None

    def _cancel(self, message: Mapping[str, Any]) -> None:
        if message["method"] != "initialize":
            with suppress(LispError, SessionLost):
                self.tell(cancelled(message["id"]))

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
        used = self._session
        response = self._fetch("POST", body, seconds)
        session = response.headers.get("mcp-session-id")
        if session and self._session == used:  # else another task has begun a new one meanwhile
            self._session = session
        if 200 <= response.status < 300:
            return response
        text = _start_of(response)
        response.close()
        if response.status == 404 and used:
            if self._session == used:
                self._session = ""
            raise SessionLost
        challenge = response.headers.get("www-authenticate", "")
        if response.status == 401 or (response.status == 403 and _MORE in challenge):
            raise Unauthorized(challenge, response.status)
        hint = None
        if response.status in (400, 404, 405):
            hint = "is this the address of an MCP server (Streamable HTTP), such as https://…/mcp?"
            if response.status == 400 and not self._session and host().name == "browser":
                hint = (
                    "the server may want its session back and hide it from pages: it must send "
                    "access-control-expose-headers: Mcp-Session-Id"
                )
        raise failed(f"{self.url}: HTTP {response.status} {text}".rstrip(), hint)

    def _fetch(
        self, method: str, body: bytes, seconds: float | None, more: Headers = ()
    ) -> HttpResponse:
        headers = [("accept", "application/json, text/event-stream")]
        if body:
            headers.append(("content-type", "application/json"))
        if self._session:
            headers.append(("mcp-session-id", self._session))
        if self._version:
            headers.append(("mcp-protocol-version", self._version))
        every = (*headers, *more, *self._headers, *self._token())
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


def _messages(response: HttpResponse, place: _Place) -> Iterator[Any]:
    """Yields the messages of an answer as they arrive; `place` keeps up with its events."""
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
            place.note(framing)
            yield from _read(record.data)
    place.note(framing)
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
