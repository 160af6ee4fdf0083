"""Two builds of the page in one Chromium, timed in turns: what a change does to the speed."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.page import ARGUMENTS, BenchmarkPage, NoBrowser, copy_site
from tests.chromium import find_chromium
from web.serve import Site, open_server


class TwoPages:
    """A place with two runtimes: "lispcore" is this build, "before" the other one."""

    def __init__(self, pages: dict[str, BenchmarkPage]) -> None:
        self.pages = pages

    def step(self, runtime: str, method: str, *arguments: Any) -> Any:
        """Does one step in one of the pages; raises `RuntimeError` with its error."""
        return self.pages[runtime].step("lispcore", method, *arguments)

    def round(self, runtimes: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Times one call in each page, in this order."""
        return {each: self.pages[each].round(["lispcore"])["lispcore"] for each in runtimes}


@contextmanager
def open_two_pages(built: Path, other: Path) -> Iterator[TwoPages]:
    """Serves two built pages and opens both in one Chromium; `NoBrowser` if there is none."""
    browser = find_chromium()
    if browser is None:
        raise NoBrowser("No Chromium was found: the page can not be timed.")
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        pages: dict[str, BenchmarkPage] = {}
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        stack.callback(chromium.close)
        for name, site in (("lispcore", built), ("before", other)):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            server = open_server(Site(copy_site(site, Path(folder))), 0)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            pages[name] = BenchmarkPage(chromium.new_page(), server.url, chromium)
            pages[name].prepare()
        yield TwoPages(pages)
