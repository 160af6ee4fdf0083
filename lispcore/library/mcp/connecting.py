"""A connection to an MCP server: what is agreed on at its beginning, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from lispcore.library.arguments import string_argument
from lispcore.library.mcp.authorization import Authorization, authorization_for
from lispcore.library.mcp.json_rpc import (
    KNOWN_VERSIONS,
    PROTOCOL_VERSION,
    Transport,
    failed,
    notification,
    request,
    result_of,
)
from lispcore.library.mcp.streamable_http import Headers, SessionLost, StreamableHttp, Unauthorized
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Value
from lispcore.values.version import VERSION

_MOST_PAGES: Final = 1000
_START_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.02  # of tasks that wait until another one has begun a session
_Answer = TypeVar("_Answer")


class Connection:
    """One server, and how it is asked."""

    def __init__(self, transport: Transport, login: Authorization | None, seconds: float | None):
        self._transport = transport
        self._login = login
        self._seconds = seconds
        self._number = 0
        self._is_lost = False
        self._is_beginning = False
        self._sessions = 0  # how many were begun
        self.server: Mapping[str, Any] = {}
        self.instructions = ""

    def begin(self) -> None:
        """Agrees with the server on what is spoken."""
        asked = {
            "protocolVersion": PROTOCOL_VERSION,
            "capabilities": {},
            "clientInfo": {"name": "lispcore", "version": VERSION},
        }
        found = self._once("initialize", asked, self._seconds or _START_SECONDS)
        version = str(found.get("protocolVersion"))
        if version not in KNOWN_VERSIONS:
            raise failed(
                f"the server speaks version {version} of the protocol, known are "
                + ", ".join(KNOWN_VERSIONS)
            )
        self._transport.agree(version)
        server = found.get("serverInfo")
        self.server = server if isinstance(server, dict) else {}
        self.instructions = str(found.get("instructions") or "")
        begun = notification("notifications/initialized")
        try:
            self._with_consent(lambda: self._transport.tell(begun))
        except SessionLost:
            raise failed("the server forgot the session that it had just begun") from None
        self._sessions += 1
        self._is_lost = False

    def _renew(self) -> None:
        """Begins a new session if the server forgot the last one; one task does, others wait."""
        while self._is_beginning:
            context.host().sleep(_PAUSE_SECONDS)
        if self._is_lost:
            self._is_beginning = True
            try:
                self.begin()
            finally:
                self._is_beginning = False

    def ask(self, method: str, parameters: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Returns the result of a request."""
        for _ in range(2):
            self._renew()
            session = self._sessions
            try:
                return self._once(method, parameters or {}, self._seconds)
            except SessionLost:
                if session == self._sessions:  # else another task has begun a new one meanwhile
                    self._is_lost = True
        raise failed(f"{method}: the server forgot the session once more")

    def _once(
        self, method: str, parameters: Mapping[str, Any], seconds: float | None
    ) -> Mapping[str, Any]:
        self._number += 1
        message = request(self._number, method, parameters)
        answer = self._with_consent(lambda: self._transport.ask(message, seconds))
        return result_of(answer, method)

    def _with_consent(self, send: Callable[[], _Answer]) -> _Answer:
        """Returns what sending gives; where the server wants to know who asks, agrees on that."""
        try:
            return send()
        except Unauthorized as wish:
            if self._login is None:
                raise failed(
                    "the server does not take the authorization that it was given "
                    f"(HTTP {wish.status})"
                ) from None
            self._login.obtain(wish.challenge)
            try:
                return send()
            except Unauthorized:
                raise failed("the server does not take the token that it gave") from None

    def all_of(self, method: str, name: str) -> list[Mapping[str, Any]]:
        """Returns what a server lists, page by page."""
        found: list[Mapping[str, Any]] = []
        cursor: Any = None
        for _ in range(_MOST_PAGES):
            page = self.ask(method, {"cursor": cursor} if cursor else None)
            entries = page.get(name)
            found += [each for each in entries or [] if isinstance(each, dict)]
            cursor = page.get("nextCursor")
            if not cursor:
                break
        return found

    def close(self) -> None:
        """Ends the connection."""
        self._transport.close()


_connections: WeakKeyDictionary[Any, dict[str, Connection]] = WeakKeyDictionary()


def _all() -> dict[str, Connection]:
    return _connections.setdefault(context.interpreter(), {})


def connection_of(name: str, value: Value) -> Connection:
    """Returns the connection that a handle names."""
    handle = string_argument(name, value, 1)
    found = _all().get(handle)
    if found is None:
        raise LispError(
            f"{name}: there is no connection {handle!r}",
            kind="mcp",
            hint="(mcp/connect {:url …}) makes one; one that was closed is gone",
        )
    return found


def connect_to_address(url: str, headers: Headers, seconds: float | None) -> str:
    """Connects to a server at an address; returns the handle."""
    login = None
    if not any(label.lower() == "authorization" for label, _ in headers):
        login = authorization_for(url)
    transport = StreamableHttp(url, headers, login.headers if login else tuple)
    return _begun(transport, login, seconds)


def connect_to_program(
    words: list[str], folder: str | None, environment: Mapping[str, str], seconds: float | None
) -> str:
    """Starts a program that is a server, and connects to it; returns the handle."""
    from lispcore.library.mcp.child_process import ChildProcess

    return _begun(ChildProcess(words, folder, environment), None, seconds)


def _begun(transport: Transport, login: Authorization | None, seconds: float | None) -> str:
    connection = Connection(transport, login, seconds)
    try:
        connection.begin()
    except BaseException:
        transport.close()
        raise
    known = _all()
    handle = next(text for n in range(len(known) + 1) if (text := f"mcp-{n + 1}") not in known)
    known[handle] = connection
    return handle


def forget(handle: str) -> None:
    """Ends a connection."""
    _all().pop(handle).close()
