"""A model server on loopback that counts how many requests are open at once.

Every request is held until `expected` of them are open (or some time has passed), so that a test
sees requests overlap without measuring time. A prompt with "fail" in it is refused.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.05


class Counts:
    """What the server saw.

    `most` is the largest number of requests that were open together, `gone` counts those that the
    client gave up.
    """

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.url = ""
        self.open = 0
        self.most = 0
        self.gone = 0
        self.prompts: list[str] = []
        self.is_stuck = False
        self._changed = threading.Condition()

    def enter(self, prompt: str, connection: socket.socket) -> None:
        """Notes a request, and holds it until enough others are there."""
        with self._changed:
            self.prompts.append(prompt)
            self.open += 1
            self.most = max(self.most, self.open)
            self._changed.notify_all()
            for _ in range(int(PATIENCE_SECONDS / _LOOK_SECONDS)):
                if self.most >= self.expected and not self.is_stuck:
                    return
                if _is_closed(connection):
                    self.gone += 1
                    self._changed.notify_all()
                    return
                self._changed.wait(_LOOK_SECONDS)

    def leave(self) -> None:
        """Notes the end of a request."""
        with self._changed:
            self.open -= 1
            self._changed.notify_all()

    def hold(self) -> None:
        """Holds all requests from now on."""
        with self._changed:
            self.is_stuck = True

    def wait_until(self, what: str, count: int) -> None:
        """Waits until so many requests are "open", or "gone"."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: getattr(self, what) == count, 2 * PATIENCE_SECONDS
            )

    def release(self) -> None:
        """Lets all requests go."""
        with self._changed:
            self.is_stuck = False
            self.expected = 0
            self._changed.notify_all()


def _is_closed(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""


class _Handler(BaseHTTPRequestHandler):
    counts: Counts

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _head(self, status: int, kind: str, length: int) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
        wanted = self.headers.get("Access-Control-Request-Headers")
        if wanted:
            self.send_header("Access-Control-Allow-Headers", wanted)
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self._head(204, "text/plain", 0)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = str(request["messages"][-1]["content"])
        self.counts.enter(prompt, self.connection)
        try:
            body = self._answer(prompt, request)
            with contextlib.suppress(OSError):
                self.wfile.write(body)
        finally:
            self.counts.leave()

    def _answer(self, prompt: str, request: Any) -> bytes:
        if "fail" in prompt:
            body = json.dumps({"error": {"message": f"no to {prompt}", "type": "refused"}}).encode()
            self._head(403, "application/json", len(body))
            return body
        usage = {"prompt_tokens": 10, "completion_tokens": 2}
        chunks = [
            {"choices": [{"delta": {"content": "re: "}}]},
            {"choices": [{"delta": {"content": prompt}}]},
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": usage},
        ]
        lines = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        body = lines.encode()
        self._head(200, "text/event-stream", len(body))
        return body


@contextlib.contextmanager
def open_counting_server(expected: int) -> Iterator[Counts]:
    """Runs a server on a free port for as long as the block lasts."""
    counts = Counts(expected)
    handler = type("Handler", (_Handler,), {"counts": counts})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    counts.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield counts
    finally:
        counts.release()
        server.shutdown()
        thread.join()
        server.server_close()
