"""A server that ends a stream too early, in many ways: every word that arrived is the program's.

One opened page for all of them, and a server that writes bytes to a socket itself.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator

import pytest
from playground import Playground, visiting
from playwright.sync_api import Browser

from test_fault_matrix import FORMATS

WORDS = ("One ", "two ", "three ", "four ", "five")
CHUNKED = b"Transfer-Encoding: chunked\r\n"
TOO_LONG = b"Content-Length: 1000000\r\n"
UNTIL_CLOSED = b"Connection: close\r\n"


def as_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Closes it with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


Ending = Callable[[socket.socket], None]
# How the length of a body is said, and how it ends; both are tried for each format.
WAYS: dict[str, tuple[bytes, bytes, Ending]] = {
    "chunks, then closed": (CHUNKED, b"", close),
    "chunks, then reset": (CHUNKED, b"", reset),
    "half a chunk, then closed": (CHUNKED, b"ff\r\ndata: {", close),
    "half a chunk, then reset": (CHUNKED, b"ff\r\ndata: {", reset),
    "nonsense for a chunk": (CHUNKED, b"zz\r\n", close),
    "longer than it is, closed": (TOO_LONG, b"", close),
    "longer than it is, reset": (TOO_LONG, b"", reset),
    "until it is closed": (UNTIL_CLOSED, b"", close),
    "until it is reset": (UNTIL_CLOSED, b"", reset),
}


class Server:
    """Answers each model request with the words of a format, and ends as it is told."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.way = ""
        self.pieces: list[bytes] = []
        self.gate = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def prepare(self, way: str, pieces: Iterable[bytes]) -> None:
        """Says what the next answer is like; before it ends, it waits for the gate."""
        self.way, self.pieces, self.gate = way, [each for each in pieces if each], threading.Event()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            allowed = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *, authorization\r\n"
            if head.startswith(b"OPTIONS"):
                connection.sendall(
                    b"HTTP/1.1 204 No Content\r\n" + allowed + b"Connection: close\r\n\r\n"
                )
                return
            lengths = [
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ]
            while len(body) < lengths[0]:
                body += connection.recv(65536)
            self.answer(connection, allowed)

    def answer(self, connection: socket.socket, allowed: bytes) -> None:
        length, rest, end = WAYS[self.way]
        kind = b"Content-Type: text/event-stream\r\n"
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + allowed + kind + length + b"\r\n")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in self.pieces:
            connection.sendall(as_chunk(piece) if length == CHUNKED else piece)
        self.gate.wait(30)
        connection.sendall(rest)
        end(connection)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.socket.close()


@pytest.fixture(scope="module")
def visit(browser: Browser, site_url: str) -> Iterator[Playground]:
    with visiting(browser, site_url) as visit:
        yield visit


PROGRAM = """(define said "")
(define caught
  (try (llm/stream "x" (fn (c) (set! said (str said c)) (display c)) {:max-retries 0})
    (catch e (:partial e))))
(list said caught)"""


@pytest.mark.parametrize("name", FORMATS)
def test_every_word_that_arrived_is_there(visit: Playground, server: Server, name: str) -> None:
    form = FORMATS[name]
    visit.configure(name, server.url, "test-key-1234", "some-model")
    lost = []
    for number, way in enumerate(WAYS):
        words = [*WORDS, f"number {number}."]
        server.prepare(way, [form.begin, *map(form.words, words)])
        visit.begin(PROGRAM)
        visit.wait_for_output(words[-1])
        server.gate.set()
        whole = "".join(words)
        if visit.outcome()["value"] != f'("{whole}" "{whole}")':
            lost.append((way, visit.outcome()))
    assert lost == []


def test_what_a_browser_itself_forgets_is_never_taken_for_an_answer(
    visit: Playground, server: Server
) -> None:
    """It may forget what comes in the very moment in which the connection breaks."""
    visit.configure("openai", server.url, "test-key-1234", "some-model")
    for way in WAYS:
        server.prepare(way, map(FORMATS["openai"].words, WORDS))
        server.gate.set()
        value = visit.run(PROGRAM)["value"]
        said, caught = json.loads(f"[{value[1:-1]}]".replace('" "', '", "'))
        assert said == caught, way
        assert "".join(WORDS).startswith(said), way
