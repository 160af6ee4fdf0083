"""A site that is served for as long as a fixture lives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from serve import Site, open_server

ROOT = Path(__file__).resolve().parent.parent


def served(site: Site) -> Iterator[str]:
    """Serves a site until the fixture that yields from this ends; yields its address."""
    with open_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()
