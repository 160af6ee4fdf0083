"""A model server on loopback that a test scripts: what it streams, where it halts, how it ends.

Speaks Anthropic's Messages and OpenAI's chat completions, with the CORS preflight that browsers
send. Written from the providers' public documentation; nothing in it is recorded.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Longer than a page on a busy machine needs to show what came before.
GATE_SECONDS = 90


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Raw:
    """One reply, byte for byte.

    `ending`: "whole", "dropped" (the connection breaks) or "stalled" (nothing comes any more).
    """

    pieces: list[bytes] = field(default_factory=list)
    status: int = 200
    kind: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    ending: str = "whole"
    pause_seconds: float = 0.0


@dataclass
class ModelServer:
    """Its script and what it saw.

    `pieces` are streamed one after another; after `halt_after` of them the server waits for `gate`.
    `ending`: "whole", "truncated" (ends cleanly, too early) or "dropped" (the connection breaks).
    With `refusal`, a status and a JSON value, it says no instead. `raw` are replies that go before
    all that: the first model request gets the first one.
    """

    url: str = ""
    pieces: list[str] = field(default_factory=lambda: ["Hello", " from", " the", " server."])
    halt_after: int | None = None
    ending: str = "whole"
    refusal: tuple[int, Any] | None = None
    raw: list[Raw] = field(default_factory=list)
    cross_origin: bool = True
    received: list[Received] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def posts(self) -> list[Received]:
        """Returns the model requests, without preflights."""
        return [each for each in self.received if each.method == "POST"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ModelServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        if self.script.cross_origin:
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
            asked = self.headers.get("Access-Control-Request-Headers")
            if asked:
                self.send_header("Access-Control-Allow-Headers", asked)
            self.send_header("Access-Control-Allow-Private-Network", "true")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _keep(self) -> Received:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, body)
        self.script.received.append(received)
        return received

    def do_OPTIONS(self) -> None:
        self._keep()
        self._head(204, {"Content-Length": "0"})

    def do_GET(self) -> None:
        self._keep()
        if self.path.startswith("/redirect"):
            target = self.path.partition("to=")[2]
            self._head(307, {"Location": target, "Content-Length": "0"})
            return
        self._send(200, b"plain text", "text/plain")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def do_POST(self) -> None:
        request = self._keep()
        script = self.script
        if self.path.startswith("/redirect"):
            self._head(307, {"Location": self.path.partition("to=")[2], "Content-Length": "0"})
        elif script.raw:
            with contextlib.suppress(OSError):
                self._send_raw(script.raw.pop(0))
        elif script.refusal:
            status, value = script.refusal
            self._send(status, json.dumps(value).encode(), "application/json")
        elif "/messages" in self.path:
            self._answer(request, *_anthropic(request.json, script.pieces))
        else:
            self._answer(request, *_openai(request.json, script.pieces))

    def _send_raw(self, reply: Raw) -> None:
        headers = {"Content-Type": reply.kind, "Transfer-Encoding": "chunked", **reply.headers}
        self._head(reply.status, headers)
        for piece in reply.pieces:
            self._chunk(piece.decode("latin-1"), "latin-1")
            time.sleep(reply.pause_seconds)
        if reply.ending == "dropped":
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if reply.ending == "stalled":
            self._wait_at_gate()
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _answer(
        self, request: Received, head: list[str], texts: list[str], end: list[str], whole: Any
    ) -> None:
        if not request.json.get("stream"):
            self._send(200, json.dumps(whole).encode(), "application/json")
            return
        self._head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        with contextlib.suppress(OSError):
            self._stream(head, texts, end)
            return
        self.script.gone.set()

    def _stream(self, head: list[str], texts: list[str], end: list[str]) -> None:
        script = self.script
        self._chunk("".join(head))
        for number, text in enumerate(texts):
            if number == script.halt_after:
                self._wait_at_gate()
            self._chunk(text)
        if script.halt_after == len(texts):
            self._wait_at_gate()
        if script.ending == "dropped":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if script.ending == "whole":
            self._chunk("".join(end))
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _chunk(self, text: str, encoding: str = "utf-8") -> None:
        data = text.encode(encoding)
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _wait_at_gate(self) -> None:
        """Waits until the test opens the gate, or the client goes away."""
        until = time.monotonic() + GATE_SECONDS
        while time.monotonic() < until and not self.script.gate.wait(0.02):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and self.connection.recv(1, socket.MSG_PEEK) == b"":
                raise ConnectionResetError("the client closed the connection")


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"


def _anthropic(
    request: Any, pieces: list[str]
) -> tuple[list[str], list[str], list[str], dict[str, Any]]:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [],
        "stop_reason": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }
    head = [
        _event("message_start", {"type": "message_start", "message": message}),
        _event(
            "content_block_start",
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "text", "text": ""},
            },
        ),
    ]
    texts = [
        _event(
            "content_block_delta",
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": piece},
            },
        )
        for piece in pieces
    ]
    end = [
        _event("content_block_stop", {"type": "content_block_stop", "index": 0}),
        _event(
            "message_delta",
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn"},
                "usage": {"output_tokens": 7},
            },
        ),
        _event("message_stop", {"type": "message_stop"}),
    ]
    whole = {
        **message,
        "content": [{"type": "text", "text": "".join(pieces)}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }
    return head, texts, end, whole


def _openai(
    request: Any, pieces: list[str]
) -> tuple[list[str], list[str], list[str], dict[str, Any]]:
    def chunk(choices: list[Any], **more: Any) -> str:
        value = {"id": "c1", "object": "chat.completion.chunk", "model": request["model"]}
        return f"data: {json.dumps({**value, 'choices': choices, **more})}\n\n"

    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    head = [chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}}])]
    texts = [chunk([{"index": 0, "delta": {"content": piece}}]) for piece in pieces]
    end = [
        chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        chunk([], usage=usage),
        "data: [DONE]\n\n",
    ]
    message = {"role": "assistant", "content": "".join(pieces)}
    whole = {
        "id": "c1",
        "object": "chat.completion",
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage,
    }
    return head, texts, end, whole


@contextlib.contextmanager
def open_model_server() -> Iterator[ModelServer]:
    """Runs a server on a free port for as long as the block lasts."""
    script = ModelServer()
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield script
    finally:
        script.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
