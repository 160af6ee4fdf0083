"""The two kinds of host that the page has to work on, each below a sub-path."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from serve import Reply, Site, open_server

PREFIX = "/some/where/"
# What the simplest of static hosts sends: nothing that isolates the page, nothing that compresses it.
PLAIN_HEADERS = {"Content-Type", "Location", "ETag"}


@dataclass
class Host(Site):
    """As `build.py serve` serves, or plain. One that is down hangs up on whoever calls."""

    is_plain: bool = False
    is_down: bool = False

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        if self.is_down:
            raise ConnectionResetError("the host is down")
        if not self.is_plain:
            return super().answer(method, target, headers)
        reply = super().answer(method, target, {**headers, "accept-encoding": ""})
        sent = {name: reply.headers[name] for name in reply.headers.keys() & PLAIN_HEADERS}
        return dataclasses.replace(reply, headers=sent)


@contextlib.contextmanager
def open_host(folder: Path, *, is_plain: bool) -> Iterator[tuple[Host, str]]:
    """Serves a folder for as long as the block lasts; gives the host and the page's address."""
    host = Host(folder, PREFIX, is_plain=is_plain)
    with open_server(host, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield host, server.url
        finally:
            server.shutdown()
            thread.join()
