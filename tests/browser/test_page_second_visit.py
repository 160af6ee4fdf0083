"""A second visit asks the host for nothing but news, and compiles nothing again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType

from serve import Reply, Site
from served_site import served

# Whether the page is yesterday's, and whether its service worker is: both are short answers.
NEWS = {"/", "/service-worker.js"}
VISITS = 6
RUN = "async () => { await playground.ready; return playground.run('(+ 1 2)'); }"


class HeardSite(Site):
    """A site that notes what it is asked for."""

    asked: list[tuple[str, int]]

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        reply = super().answer(method, target, headers)
        self.asked.append((target, reply.status))
        return reply


@pytest.fixture(scope="module")
def site(dist: Path) -> HeardSite:
    found = HeardSite(dist)
    found.asked = []
    return found


@pytest.fixture(scope="module")
def own_url(site: HeardSite) -> Iterator[str]:
    yield from served(site)


def visit(context: BrowserContext, url: str, *, wait: float = 0) -> None:
    """Opens the page, runs a program and closes it."""
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("globalThis.playground")
    assert page.evaluate(RUN)["value"] == "3"
    page.wait_for_timeout(wait)
    page.close()


def traced_visit(browser: Browser, context: BrowserContext, url: str) -> int:
    """Visits; returns how many functions of WebAssembly were compiled meanwhile."""
    session = browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda data: ended.append(data))
    categories = ["v8.wasm", "v8.wasm.detailed", "disabled-by-default-v8.wasm.detailed"]
    session.send(
        "Tracing.start",
        {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": categories}},
    )
    # What was compiled is put away some seconds later, when the browser has time.
    visit(context, url, wait=3000)
    session.send("Tracing.end")
    page = context.new_page()
    while not ended:
        page.wait_for_timeout(50)
    page.close()
    session.detach()
    return sum(event.get("name") == "wasm.CompileBaseline" for event in events)


def test_a_second_visit_asks_for_news_alone(
    browser: Browser, site: HeardSite, own_url: str
) -> None:
    with browser.new_context() as context:
        visit(context, own_url)
        first = {target for target, _ in site.asked}
        assert any("snapshot-" in target for target in first)
        asked: set[tuple[str, int]] = set()
        # What is kept for visits without a network may still be under way in the one before.
        for _ in range(VISITS):
            site.asked.clear()
            visit(context, own_url)
            asked = set(site.asked)
            if {target for target, _ in asked} <= NEWS:
                break
        assert {target for target, _ in asked} <= NEWS, json.dumps(sorted(asked))
        assert {status for _, status in asked} <= {304, 200}


def test_a_later_visit_compiles_nothing_again(browser: Browser, own_url: str) -> None:
    with browser.new_context() as context:
        first = traced_visit(browser, context, own_url)
        assert first > 300
        later = [first]
        while later[-1] > first / 10 and len(later) < VISITS:
            later.append(traced_visit(browser, context, own_url))
        assert later[-1] <= first / 10, later


def visit_anew(browser_type: BrowserType, how: dict[str, Any], folder: Path, url: str) -> int:
    """Starts a browser and visits; returns how many functions were compiled when first called."""
    trace = folder / "trace.json"
    arguments = [
        *how.get("args", []),
        "--trace-startup=v8.wasm,disabled-by-default-v8.wasm.detailed",
        f"--trace-startup-file={trace}",
        "--trace-startup-format=json",
        "--trace-startup-duration=0",
    ]
    started = {**how, "args": arguments}
    with browser_type.launch_persistent_context(folder / "profile", **started) as context:
        visit(context, url, wait=8000)
    events = json.loads(trace.read_text("utf-8"))["traceEvents"]
    return sum(event.get("name") == "wasm.CompileLazy" for event in events)


def test_so_does_a_visit_by_a_browser_that_was_started_again(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], own_url: str
) -> None:
    # What Chromium compiles of a preloaded file is not kept, for instance.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        how = (browser_type, browser_type_launch_args, Path(name), own_url)
        first = visit_anew(*how)
        assert first > 300
        later = [first]
        while later[-1] > first / 10 and len(later) < VISITS:
            later.append(visit_anew(*how))
        assert later[-1] <= first / 10, later
