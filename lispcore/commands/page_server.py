"""A small web server for the built page: one folder of static files, on this machine unless told.

`Site.answer` is the translation from a request to a reply and touches nothing but the folder's
files; `open_server` puts it behind a socket. It sends what a good static host sends: exact types
(WebAssembly compiles while it streams only as ``application/wasm``), the headers that isolate the
page so that browsers grant it a SharedArrayBuffer, the page's policy and whatever else the folder's
``_headers`` asks hosts for, and caching that never shows yesterday's page.
It knows nothing of models, keys or programs.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import re
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

ADDRESS = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TO_TRY = 20
IDLE_SECONDS = 30
LONGEST_NAME = 200
# What the build asks hosts for (web/tools/headers.mjs).
HEADERS_FILE = "_headers"

TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".lisp": "text/plain; charset=utf-8",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".sema": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}

COMMON_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# The best first: a file `name.br` or `name.gz` beside `name` is that file, compressed beforehand.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

# An address with a hash (`main-1f90c2ab77.js`, `MAIN-K3QX7ZPA.js`) or with the version of a runtime
# (`pyodide-314.0.7-a1b2c3/…`) stands for one content for ever.
UNCHANGING = re.compile(
    r"[.-](?:[A-Z2-7]{8}|[0-9a-f]{8,64})\.[a-z0-9]+$|(?:^|/)pyodide-\d+\.\d+\.\d+-[0-9a-f]+/"
)


class PortInUse(Exception):
    """None of the wanted ports is free."""


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire; a reply to HEAD has `size` without `body`."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    size: int = 0


@dataclass
class Site:
    """A folder served below `prefix` (which starts and ends with a slash)."""

    folder: Path
    prefix: str = "/"
    _tags: dict[tuple[str, int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder).resolve()

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        """Returns the reply to a request; `headers` are the request's, with lower-case names."""
        if method not in ("GET", "HEAD"):
            return _text_reply(405, "Only GET and HEAD are understood here.", Allow="GET, HEAD")
        path = urlsplit("http://host" + target).path if target.startswith("/") else ""
        file = self.find(path)
        if file is None:
            return _text_reply(404, f"There is no {unquote(path) or target} here.")
        if file.is_dir():
            return _text_reply(301, "The folder is there.", Location=quote(unquote(path)) + "/")
        reply = self._file_reply(file, headers)
        return Reply(reply.status, reply.headers, b"", reply.size) if method == "HEAD" else reply

    def find(self, path: str) -> Path | None:
        """Returns the file a path means, a folder if it lacks its slash, None if there is none."""
        path = unquote(path)
        if not path.startswith(self.prefix):
            return None
        if "\0" in path or "\\" in path or "//" in path:
            return None
        inner = path[len(self.prefix) :]
        if inner == HEADERS_FILE:
            return None
        if any(part.startswith(".") or len(part) > LONGEST_NAME for part in inner.split("/")):
            return None
        file = (self.folder / inner).resolve()
        if not file.is_relative_to(self.folder):
            return None
        if file.is_dir() and (inner == "" or inner.endswith("/")):
            file /= "index.html"
        elif inner.endswith("/"):
            return None
        return file if file.exists() else None

    def _file_reply(self, file: Path, request: dict[str, str]) -> Reply:
        encoding, source = _choose_encoding(file, request.get("accept-encoding", ""))
        content = source.read_bytes()
        tag = self._tag(source, content)
        unchanging = UNCHANGING.search(file.relative_to(self.folder).as_posix()) is not None
        headers = {
            "Content-Type": TYPES.get(file.suffix.lower(), "application/octet-stream"),
            "Cache-Control": "public, max-age=31536000, immutable" if unchanging else "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            **COMMON_HEADERS,
            **self._asked_for(file),
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        if _matches(tag, request.get("if-none-match", "")):
            return Reply(304, {key: headers[key] for key in headers if key != "Content-Type"})
        return Reply(200, headers, content, len(content))

    def _asked_for(self, file: Path) -> dict[str, str]:
        """Returns what ``_headers`` asks for with a file; how it is cached is decided here."""
        rules = self.folder / HEADERS_FILE
        address = "/" + file.relative_to(self.folder).as_posix()
        found: dict[str, str] = {}
        applies = False
        for line in rules.read_text(encoding="utf-8").splitlines() if rules.is_file() else ():
            name, _, value = line.strip().partition(": ")
            if not line.startswith(" "):
                applies = fnmatchcase(address, name)
            elif applies and name != "Cache-Control":
                found[name] = value
        return found

    def _tag(self, file: Path, content: bytes) -> str:
        state = file.stat()
        key = (str(file), state.st_size, state.st_mtime_ns)
        if key not in self._tags:
            self._tags[key] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        return self._tags[key]


def _text_reply(status: int, text: str, **headers: str) -> Reply:
    body = f"{text}\n".encode(errors="replace")
    own = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}
    return Reply(status, {**own, **COMMON_HEADERS, **headers}, body, len(body))


def _choose_encoding(file: Path, accepted: str) -> tuple[str, Path]:
    """Returns the content encoding and the file that holds it: ("", file) for the plain one."""
    refused = re.compile(r";\s*q=0(?:\.0*)?\s*$")
    names = {
        part.split(";")[0].strip().lower()
        for part in accepted.split(",")
        if not refused.search(part)
    }
    for name, ending in ENCODINGS:
        compressed = file.with_name(file.name + ending)
        if name in names and compressed.is_file():
            return name, compressed
    return "", file


def _matches(tag: str, if_none_match: str) -> bool:
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in known or "*" in known


class _Handler(BaseHTTPRequestHandler):
    """Carries replies over the socket, without a line of log for each."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    site: Site

    def _reply(self) -> None:
        request = {name.lower(): value for name, value in self.headers.items()}
        reply = self.site.answer(self.command, self.path, request)
        if self.command not in ("GET", "HEAD"):
            # A body that nobody reads would be taken for the next request.
            self.close_connection = True
        self.send_response(reply.status, HTTPStatus(reply.status).phrase)
        if self.close_connection:
            self.send_header("Connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(reply.size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _reply

    def version_string(self) -> str:
        """Tells no more than the name."""
        return "lispcore"

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a developer's terminal shows what matters, and requests do not."""


class PageServer(ThreadingHTTPServer):
    """A server whose threads end with it and that stays calm when a browser hangs up."""

    daemon_threads = True
    # On Windows the same option would let two servers share a port.
    allow_reuse_address = os.name != "nt"
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """The address of the site's first page."""
        prefix: str = self.RequestHandlerClass.site.prefix  # type: ignore[attr-defined]  # set by open_server
        return f"http://{ADDRESS}:{self.server_address[1]}{prefix}"


def open_server(site: Site, port: int | None = None, address: str = ADDRESS) -> PageServer:
    """Binds a server to `port` (0: any free one; None: 8000 or the next free one) and returns it.

    Only this machine reaches it, unless another address than its own is given.

    Raises `PortInUse` with a sentence that names what was tried.
    """
    handler = type("Handler", (_Handler,), {"site": site})
    wanted = range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY) if port is None else (port,)
    for each in wanted:
        try:
            return PageServer((address, each), handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    tried = f"Port {wanted[0]} is" if len(wanted) == 1 else f"Ports {wanted[0]} to {wanted[-1]} are"
    raise PortInUse(f"{tried} in use or not allowed. Choose another one with --port N.")


def wait_until_it_answers(server: PageServer) -> None:
    """Returns once a request has been answered; raises `OSError` if none is within seconds."""
    connection = http.client.HTTPConnection(ADDRESS, server.server_address[1], timeout=10)
    connection.request("HEAD", "/")
    connection.getresponse().read()
    connection.close()
