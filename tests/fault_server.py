"""A small HTTP server on loopback that behaves as badly as it is told to.

The first segment of a path chooses what happens to the request: see `BEHAVIOURS`. Everything that
arrives is kept in `Server.requests`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[[BaseHTTPRequestHandler, "Server"], None]

CHUNK = b'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\n'
END = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


@dataclass
class Server:
    """Its address, what it was sent, and the gate that a stalled reply waits at."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)


def _stream(handler: BaseHTTPRequestHandler, server: Server) -> None:
    _head(handler, 200, "text/event-stream")
    _chunk(handler, CHUNK)
    _chunk(handler, END)
    _chunk(handler, b"")


def _gated(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Sends the first words, and the rest only when the test opens the gate."""
    _head(handler, 200, "text/event-stream")
    _chunk(handler, CHUNK)
    server.gate.wait(20)
    with contextlib.suppress(OSError):
        _chunk(handler, END)
        _chunk(handler, b"")
        return
    server.gone.set()


def _drop(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Breaks the connection in mid-stream."""
    _head(handler, 200, "text/event-stream")
    _chunk(handler, CHUNK)
    _cut(handler)


def _mute(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Breaks the connection without any answer."""
    _cut(handler)


def _truncate(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Ends the stream in good order but too early."""
    _head(handler, 200, "text/event-stream")
    _chunk(handler, CHUNK)
    _chunk(handler, b"")


def _stream_of(*pieces: bytes, kind: str = "text/event-stream", pause: float = 0.0) -> Behaviour:
    """Streams these bytes, and ends in good order."""

    def answer(handler: BaseHTTPRequestHandler, server: Server) -> None:
        _head(handler, 200, kind)
        for piece in pieces:
            _chunk(handler, piece)
            time.sleep(pause)
        _chunk(handler, b"")

    return answer


def _stall(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Sends the head and then nothing, for as long as the client waits."""
    _head(handler, 200, "text/event-stream")
    server.gate.wait(20)


def _first(failing: Behaviour) -> Behaviour:
    """Fails at the first request for a path, and answers all others."""

    def answer(handler: BaseHTTPRequestHandler, server: Server) -> None:
        before = [path for path, _, _ in server.requests if path == handler.path]
        (failing if len(before) == 1 else _stream)(handler, server)

    return answer


def _status(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Behaviour:
    def answer(handler: BaseHTTPRequestHandler, server: Server) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def _echo(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Refuses a request and repeats it: its key in a header, in the text, in JSON, cut in two."""
    key = handler.headers.get("authorization", "")
    handler.send_response(401)
    handler.send_header("content-type", "application/json")
    handler.send_header("x-your-authorization", key)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    body = json.dumps(
        {"error": {"message": f"wrong key {key}", "code": b64encode(key.encode()).decode()}}
    )
    half = body.index(key) + len(key) // 2
    for piece in (body[:half], body[half:], ""):
        _chunk(handler, piece.encode())
        time.sleep(0.02)


def _echo_stream(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Answers with the key as the model's words; each piece is one letter of the reply."""
    key = handler.headers.get("authorization", "")
    _head(handler, 200, "text/event-stream")
    for letter in CHUNK.replace(b"Hello", key.encode()).decode():
        _chunk(handler, letter.encode())
    _chunk(handler, END)
    _chunk(handler, b"")


_ERROR = b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n'

BEHAVIOURS: dict[str, Behaviour] = {
    "good": _stream,
    "echo": _echo,
    "echo-stream": _echo_stream,
    "gated": _gated,
    "drop": _drop,
    "mute": _mute,
    "truncate": _truncate,
    "busy": _status(429, b'{"error": {"message": "slow down"}}', retry_after="3"),
    "overloaded": _status(529, b'{"error": {"message": "overloaded"}}'),
    "busy-once": _first(_status(429, b"{}", retry_after_ms="30")),
    "mute-once": _first(_mute),
    "down-once": _first(_status(503, b"upstream connect error", "text/plain")),
    "down": _status(503, b"upstream connect error", "text/plain"),
    "busy-long": _status(429, b'{"error": {"message": "slow down"}}', retry_after="600"),
    "error-event": _stream_of(CHUNK, _ERROR),
    "malformed": _stream_of(CHUNK, b"data: {oops\n\n"),
    "plain": _stream_of(CHUNK, END, kind="text/plain"),
    "drip": _stream_of(*[bytes((byte,)) for byte in CHUNK + END], pause=0.001),
    "stall": _stall,
    "error-page": _status(502, b"<html><title>Bad Gateway</title></html>", "text/html"),
    "page": _status(200, b"<html><title>Portal</title></html>", "text/html"),
    "redirect": _status(307, b"", location="http://127.0.0.1:9/elsewhere"),
    "whole": _status(
        200, b'{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}'
    ),
}


def _head(handler: BaseHTTPRequestHandler, status: int, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()


def _chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
    handler.wfile.flush()


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.flush()
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@contextlib.contextmanager
def fault_server() -> Iterator[Server]:
    """Runs the server for as long as the context lasts."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append((self.path, headers, body))
            BEHAVIOURS[self.path.split("/")[1]](self, server)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
