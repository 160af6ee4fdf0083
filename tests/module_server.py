"""A server of modules for tests: texts, redirects, refusals, and what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModuleServer:
    """`files` are bodies by path, `moved` where a path leads, `kinds` content types by path."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.refused: dict[str, int] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    def put(self, path: str, text: str) -> str:
        """Lets a text be found; returns its address."""
        self.files[path] = text.encode()
        return self.url + path


@contextmanager
def open_module_server() -> Iterator[ModuleServer]:
    """Serves at a port of this machine, for pages of every origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.headers.append({name.lower(): value for name, value in self.headers.items()})
            body = served.files.get(self.path, b"")
            status = 200 if self.path in served.files else 404
            status = served.refused.get(self.path, status)
            self.send_response(302 if self.path in served.moved else status)
            self.send_header("access-control-allow-origin", "*")
            self.send_header("set-cookie", "tracked=yes; Path=/")
            if self.path in served.moved:
                self.send_header("location", served.moved[self.path])
                body = b""
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = ModuleServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
