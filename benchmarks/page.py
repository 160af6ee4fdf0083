"""One Chromium with the built page in it, in whose interpreter worker programs are timed.

The page is served as it is, with two additions: the peer's files, and a line in the worker's script
that keeps a reference to Python, so that this can be timed there, too. The wall around the worker
is taken down: the peer is loaded into it.
"""

from __future__ import annotations

import base64
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.suite import HERE, ROOT
from tests.chromium import find_chromium
from web.serve import Site, open_server

PEER = ROOT / "web" / "node_modules" / "@sema-lang" / "sema-wasm"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = re.compile(r"""<meta\s+http-equiv="Content-Security-Policy".*?/>""", re.DOTALL)
PYTHON = re.compile(r"(\w+)(\.setInterruptBuffer\(\w+\)[,;])")
KEEP = r"(globalThis.pyodideInstance=\1)\2"
STANDBY_SECONDS = 20


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


class BenchmarkPage:
    """The page, ready to time programs."""

    def __init__(self, page: Any, url: str, chromium: Any) -> None:
        self.page = page
        self.url = url
        self.chromium = chromium
        self.worker: Any = None

    def prepare(self) -> None:
        """Waits until the page and its standby are at rest, then puts our code into the worker."""
        self.page.goto(self.url)
        self.page.evaluate("playground.ready")
        self.page.evaluate("playground.run('(+ 1 2)')")
        self.worker = self.page.workers[0]
        until = time.monotonic() + STANDBY_SECONDS
        while len(self.page.workers) < 2 and time.monotonic() < until:
            self.page.wait_for_timeout(250)
        self.page.wait_for_timeout(3000)
        self.worker.evaluate((HERE / "worker.js").read_text(encoding="utf-8"))
        timing = (HERE / "timing.py").read_text(encoding="utf-8")
        machine = base64.b64encode((PEER / "sema_wasm_bg.wasm").read_bytes()).decode()
        self.call("open", self.url, timing, machine)

    def call(self, name: str, *arguments: Any) -> Any:
        """Calls a function of worker.js and returns its answer."""
        return self.worker.evaluate(
            "([name, given]) => benchmark[name](...given)", [name, list(arguments)]
        )

    def step(self, runtime: str, method: str, *arguments: Any) -> Any:
        """Does one step of one runtime; raises `RuntimeError` with its error."""
        answer = self.call("step", runtime, method, *arguments)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def round(self, runtimes: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Times one call in each runtime, in this order."""
        times: dict[str, dict[str, Any]] = self.call("round", list(runtimes))
        return times


def copy_site(built: Path, folder: Path) -> Path:
    """Returns a copy of a built page with the peer and the wrapped loader in it."""
    site = folder / "site"
    shutil.copytree(built, site)
    shutil.copytree(PEER, site / "peer")
    for frame in site.glob("assets/frame-*.html"):
        frame.write_text(POLICY.sub("", frame.read_text("utf-8")), "utf-8")
    headers = site / "_headers"
    if headers.is_file():
        headers.unlink()
    for compressed in (*site.rglob("*.br"), *site.rglob("*.gz")):
        compressed.unlink()  # they hold the script as it was
    (script,) = site.glob("assets/worker-*.js")
    kept, count = PYTHON.subn(KEEP, script.read_text("utf-8"))
    if count != 1:
        raise RuntimeError("the worker's script no longer names Python in one place")
    script.write_text(kept, "utf-8")
    for packed in site.glob(f"assets/{script.name}.*"):
        packed.unlink()  # it would be sent in its place
    return site


@contextmanager
def open_page(built: Path = ROOT / "dist") -> Iterator[BenchmarkPage]:
    """Serves a built page and opens it in a Chromium of its own; `NoBrowser` if there is none."""
    browser = find_chromium()
    if browser is None:
        raise NoBrowser("No Chromium was found: the page can not be timed.")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        server = open_server(Site(copy_site(built, Path(folder))), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
                try:
                    yield BenchmarkPage(chromium.new_page(), server.url, chromium)
                finally:
                    chromium.close()
        finally:
            server.shutdown()
