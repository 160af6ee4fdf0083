"""Connections to servers of models that nothing stands before: kept open, and no thread each.

A program that asks for thousands of rows spends its time here. Python's own HTTP does the reading;
a socket that has nothing yet lets other tasks run (`Patience`), or waits where it stands. Whatever
needs more than that, a proxy or a signature, goes by way of httpx (terminal_requests.py).
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import select
import socket
import ssl
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.request import getproxies

from lispcore.tasks.context import outside

if TYPE_CHECKING:
    from lispcore.tasks.task_host import Patience

# A server may close what is not used for longer.
KEPT_SECONDS: Final = 5.0
_MOST_KEPT: Final = 1000
_PIECE_BYTES: Final = 65536
# How often a wait looks for Stop.
_SECONDS_PER_CHECK: Final = 0.1
# What a line of a request may hold: nothing that would end it.
_UNSENDABLE: Final = re.compile(r"[^\t\x20-\x7e]")
_HERE: Final = ("localhost", "127.0.0.1", "::1")
# A header for gzip or zlib, whichever it is.
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
_BARE: Final = -zlib.MAX_WBITS
_HEADER_BYTES: Final = 2  # by which gzip and zlib are told from what has no header
_MEMBER: Final = b"\x1f"  # the first byte of a member of gzip


class Place(NamedTuple):
    """Where a request goes."""

    scheme: str
    host: str
    port: int


class Address(NamedTuple):
    """An address taken apart: `name` is what the header Host says, `target` comes after it."""

    place: Place
    name: str
    target: str


# Addresses that mean the same to everybody, without a user, a fragment, or steps up.
_ADDRESS: Final = re.compile(
    r"(https?)://([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?"
    r"((?:/(?:[\w!$&'()*+,;=:@~.-]|%[0-9A-Fa-f]{2})*)*)"
    r"(\?(?:[\w!$&'()*+,;=:@~./?-]|%[0-9A-Fa-f]{2})*)?",
    re.ASCII,
)
_USUAL_HEADERS: Final = (
    ("accept", "*/*"),
    ("accept-encoding", "gzip, deflate"),
    ("connection", "keep-alive"),
    ("user-agent", "lispcore"),
)
_LENGTHS: Final = ("content-length", "transfer-encoding")
_PORTS: Final = {"http": 80, "https": 443}


def address_of(url: str) -> Address | None:
    """Takes an address apart; None for one that takes more than that."""
    found = _ADDRESS.fullmatch(url)
    if found is None or "/." in found[4]:
        return None
    scheme, host, usual = found[1], found[2].lower(), _PORTS[found[1]]
    port = int(found[3] or usual)
    name = host if port == usual else f"{host}:{port}"
    return Address(Place(scheme, host, port), name, (found[4] or "/") + (found[5] or ""))


class NothingYet(OSError):
    """Nothing has arrived, and nobody is to wait for it."""


class _Reader(io.RawIOBase):
    """What Python's HTTP reads from."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        """Says so."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads what there is, or waits."""
        return self._connection.receive(buffer)


class Connection:
    """A connection that is open. `wait` waits for its socket, and is set by whoever uses it."""

    def __init__(self, plain: socket.socket) -> None:
        self._socket = plain
        self._number = plain.fileno()
        self.wait: Callable[[int, bool], None] | None = None
        self.idle_since = 0.0
        # Reads what is left of a reply, if it has come; tells whether that was its end.
        self.ends: Callable[[], bool] | None = None
        plain.setblocking(False)

    def send(self, data: bytes) -> None:
        """Sends all."""
        view = memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                self._pause(writes=True)
            except ssl.SSLWantReadError:
                self._pause(writes=False)

    def receive(self, buffer: Any) -> int:
        """Reads what there is, or waits for something."""
        while True:
            try:
                return self._socket.recv_into(buffer)
            except (BlockingIOError, ssl.SSLWantReadError):
                self._pause(writes=False)
            except ssl.SSLWantWriteError:
                self._pause(writes=True)

    def _pause(self, *, writes: bool) -> None:
        if self.wait is None:
            raise NothingYet
        self.wait(self._number, writes)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Returns a file to read a reply from, as a socket does."""
        return io.BufferedReader(_Reader(self), _PIECE_BYTES)

    def is_quiet(self) -> bool:
        """Tells whether the server has left the connection open and said nothing unasked."""
        return wait_for_file(self._number, False, 0) is False

    def close(self) -> None:
        """Closes it."""
        with contextlib.suppress(OSError):
            self._socket.close()


class Connections:
    """Those of one interpreter; several threads may use them."""

    def __init__(self, make_tls: Callable[[], ssl.SSLContext]) -> None:
        self._make_tls = make_tls
        self._tls: ssl.SSLContext | None = None
        self._kept: dict[Place, deque[Connection]] = {}
        proxies = getproxies()
        self._by_proxy = {name for name in ("http", "https") if proxies.get(name)}
        if proxies.get("all"):
            self._by_proxy = {"http", "https"}

    def reaches(self, place: Place) -> bool:
        """Tells whether no proxy stands before a server."""
        return place.host in _HERE or place.scheme not in self._by_proxy

    def kept(self, place: Place) -> Connection | None:
        """Returns a connection that is there and good."""
        waiting = self._kept.get(place)
        oldest = time.monotonic() - KEPT_SECONDS
        while waiting:
            try:
                connection = waiting.pop()
            except IndexError:  # another thread was faster
                return None
            ends, connection.ends = connection.ends, None
            is_new = connection.idle_since >= oldest
            if is_new and (ends is None or ends()) and connection.is_quiet():
                return connection
            connection.close()
        return None

    def open(self, place: Place, seconds: float) -> Connection:
        """Opens a connection; waits as it stands."""
        plain = socket.create_connection((place.host, place.port), seconds)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if place.scheme == "https":
                if self._tls is None:
                    self._tls = self._make_tls()
                plain = self._tls.wrap_socket(plain, server_hostname=place.host)
            return Connection(plain)
        except BaseException:
            plain.close()
            raise

    def keep(self, place: Place, connection: Connection) -> None:
        """Keeps a connection for the next request."""
        self._close_old()
        waiting = self._kept.setdefault(place, deque())
        if len(waiting) >= _MOST_KEPT:
            connection.close()
            return
        connection.wait = None
        connection.idle_since = time.monotonic()
        waiting.append(connection)

    def _close_old(self) -> None:
        """Closes what nobody has used for long: it stands at the beginning."""
        oldest = time.monotonic() - KEPT_SECONDS
        for waiting in list(self._kept.values()):
            with contextlib.suppress(IndexError):  # another thread was faster
                while waiting[0].idle_since < oldest:
                    waiting.popleft().close()


def wait_for_file(number: int, writes: bool, seconds: float) -> bool:
    """Waits until a file can be read, or written, where it stands; False if time is over."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(number, select.POLLOUT if writes else select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    reading, writing = ([], [number]) if writes else ([number], [])
    return any(select.select(reading, writing, [], seconds))


def waiter(
    patience: Patience | None, check: Callable[[], None], seconds: float
) -> Callable[[int, bool], None]:
    """Returns what waits for a socket, each time for so long; raises `TimeoutError` after that."""

    def wait(number: int, writes: bool) -> None:
        if patience is not None:
            is_ready = patience.wait_for_file(number, writes, seconds)
            if is_ready is not None:
                if not is_ready:
                    raise TimeoutError
                return
        end = time.monotonic() + seconds
        with outside():
            while not wait_for_file(number, writes, _SECONDS_PER_CHECK):
                check()
                if time.monotonic() > end:
                    raise TimeoutError

    return wait


def with_usual_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns headers together with those that every request has."""
    given = {name.lower() for name, _ in headers}
    return [*(each for each in _USUAL_HEADERS if each[0] not in given), *headers]


def head_of(address: Address, method: str, headers: list[tuple[str, str]], size: int) -> bytes:
    """Returns the head of a request; raises `ValueError` for what no head can hold."""
    lines = [f"{method} {address.target} HTTP/1.1"]
    if not any(name.lower() == "host" for name, _ in headers):
        lines.append(f"Host: {address.name}")
    # How long the body is, nobody knows better than who sends it.
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _LENGTHS]
    if size or method not in ("GET", "HEAD"):
        lines.append(f"Content-Length: {size}")
    for line in lines:
        if _UNSENDABLE.search(line):
            raise ValueError("a header holds a character that cannot be sent")
    return "\r\n".join([*lines, "\r\n"]).encode("ascii")


class _Reply(http.client.HTTPResponse):
    """A reply; Python's own class skips the status 100 before it, and no other of its kind."""

    def _read_status(self) -> Any:
        above = cast(Any, super())  # typeshed leaves `_read_status` out
        found = above._read_status()
        while 101 < found[1] < 200:
            http.client.parse_headers(self.fp)
            found = above._read_status()
        return found


class Exchange:
    """A request that was sent, and its reply as it arrives."""

    def __init__(
        self,
        connections: Connections,
        place: Place,
        connection: Connection,
        method: str,
        wait: Callable[[int, bool], None],
    ) -> None:
        self._connections = connections
        self._place = place
        self._connection: Connection | None = connection
        self._reply = _Reply(cast(Any, connection), method=method)
        self._wait = wait
        connection.wait = wait

    def send(self, data: bytes) -> None:
        """Sends the request, and reads the head of the reply."""
        assert self._connection is not None
        try:
            broken = self._sent(self._connection, data)
            try:
                self._reply.begin()
            except (OSError, http.client.HTTPException):
                if broken is not None:
                    raise broken from None
                raise
            if broken is not None:
                self._reply.will_close = True
        except BaseException:
            self._abort()
            raise

    @staticmethod
    def _sent(connection: Connection, data: bytes) -> OSError | None:
        """Sends the request; a server that refuses it may close before it has read all of it."""
        try:
            connection.send(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            return error
        return None

    @property
    def status(self) -> int:
        """The status of the reply."""
        return self._reply.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the reply; those that are there twice are joined."""
        found: dict[str, str] = {}
        for name, value in self._reply.msg.items():
            name = name.lower()
            found[name] = f"{found[name]}, {value}" if name in found else value
        return found

    def pieces(self) -> Iterator[bytes]:
        """Yields the body as it arrives."""
        coding = (self._reply.getheader("content-encoding") or "identity").strip().lower()
        if coding in ("gzip", "x-gzip", "deflate"):
            is_framed = self._reply.length is not None or self._reply.chunked
            yield from _unpacked(self._raw(), is_framed=is_framed)
        else:
            yield from self._raw()

    def _raw(self) -> Iterator[bytes]:
        while piece := self._next():
            yield piece

    def _next(self) -> bytes:
        """Returns the next piece of the body; nothing at its end, when the connection is free."""
        if self._connection is None or self._reply.isclosed():
            self._let_go()
            return b""
        piece = b"" if self._reply.length == 0 else self._reply.read1(_PIECE_BYTES)
        if piece:
            if self._reply.length == 0:
                self._let_go()
            return piece
        if self._reply.length:
            self._abort()
            raise http.client.IncompleteRead(b"", self._reply.length)
        self._let_go()
        return b""

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        closes = self._reply.will_close
        self._reply.close()
        if closes:
            connection.close()
        else:
            self._connections.keep(self._place, connection)

    def leave(self) -> None:
        """Says that all has come that matters: what closes the reply is read before the next one.

        Servers send that in a packet of its own, and nobody is to wait for it.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._reply.will_close:
            connection.close()
            return
        connection.ends = self._has_ended
        self._connections.keep(self._place, connection)

    def _has_ended(self) -> bool:
        try:
            closed = self._reply.isclosed() or self._reply.length == 0
            return closed or not self._reply.read1(1)
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def close(self) -> None:
        """Ends the exchange, also in the middle of the reply."""
        self._abort()

    def _abort(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _unpacked(pieces: Iterator[bytes], *, is_framed: bool) -> Iterator[bytes]:
    """Yields what was compressed as gzip, as zlib, or, as some do for zlib, without its header.

    Where the body ends with the connection (not `is_framed`), only its last block tells that it is
    whole. Others may lack that block: some servers flush the last piece and write no more.
    """
    unpack: Any = None
    start = b""
    for each in pieces:
        piece = each
        if unpack is None:
            start += piece
            if len(start) < _HEADER_BYTES:
                continue
            unpack, piece = _unpacker(start), start
        while piece:
            if unpack.eof and piece[:1] != _MEMBER:
                break  # padding, which gzip ignores, too
            if unpack.eof:
                unpack = zlib.decompressobj(_ANY_HEADER)  # a further member
            found = unpack.decompress(piece)
            piece = unpack.unused_data
            if found:
                yield found
    if unpack is None and start:
        raise http.client.IncompleteRead(start)
    if unpack is not None and not unpack.eof:
        if rest := unpack.flush():
            yield rest
        if not is_framed:
            raise http.client.IncompleteRead(b"")


def _unpacker(start: bytes) -> Any:
    try:
        zlib.decompressobj(_ANY_HEADER).decompress(start)
    except zlib.error:
        return zlib.decompressobj(_BARE)
    return zlib.decompressobj(_ANY_HEADER)
