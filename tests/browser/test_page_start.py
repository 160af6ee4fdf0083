"""The start from a snapshot of memory: what it must not share, and what happens where it fails."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playground import Playground
from playwright.sync_api import Page, Route, expect

# Whatever is drawn by chance: nothing of it may be equal for two visitors.
DRAWN = """
(list (math/random) (math/random-int 0 1000000000000) (uuid/v4) (list/shuffle (range 60)))
"""
REST = re.compile("/python/(lispcore|stdlib)-")
PARTS = re.compile(r"/part-[^/]*$")
IMAGE = "**/python/snapshot-*.bin"


def heard(page: Page) -> list[str]:
    """Returns the list to which the page's warnings will go."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    return lines


def fetched(page: Page) -> list[str]:
    """Returns the names of the files that the page has asked for."""
    names = "performance.getEntriesByType('resource').map((each) => each.name.split('/').at(-1))"
    found: list[str] = page.evaluate(names)
    return found


def has(page: Page, start: str) -> bool:
    return any(name.startswith(start) for name in fetched(page))


def test_what_was_left_out_comes_when_it_is_needed(playground: Playground) -> None:
    page = playground.page
    assert playground.run("(+ 1 2)")["value"] == "3"
    assert has(page, "snapshot-")
    assert not has(page, "stdlib-")
    assert not has(page, "lispcore-")
    # The clock began with this worker, not with the build's.
    elapsed = int(playground.run("(sys/elapsed)")["value"])
    assert 0 <= elapsed < 1e9 * page.evaluate("performance.now()") / 1000
    assert playground.run('(llm/complete "hi")')["error"] is None
    assert not has(page, "lispcore-")
    program = '(begin (define d (db/open ":memory:")) (html/parse "<a>b</a>"))'
    assert playground.run(program)["error"] is None
    assert has(page, "lispcore-")
    assert has(page, "stdlib-")


def test_a_part_that_cannot_be_fetched_is_named_and_asked_for_again(
    closed_playground: Playground,
) -> None:
    page = closed_playground.page
    page.route(REST, lambda route: route.abort())
    closed_playground.open()
    assert closed_playground.run('(llm/stream "hi")')["error"] is None
    lost = closed_playground.run('(html/parse "<a>b</a>")')["error"] or {}
    assert "could not be fetched" in lost["message"], lost
    assert "network" in lost["hint"]
    page.unroute(REST)
    assert closed_playground.run('(html/parse "<a>b</a>")')["error"] is None


def test_a_part_of_the_page_that_does_not_come_is_asked_for_again(playground: Playground) -> None:
    page = playground.page
    page.route(PARTS, lambda route: route.abort())
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("(+ 1 41)")
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#toast")).to_contain_text("did not load")
    page.unroute(PARTS)
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".cm-content")).to_contain_text("42")


def test_two_visitors_share_nothing_that_is_drawn(playground: Playground) -> None:
    first = playground.run(DRAWN)
    playground.page.reload()
    playground.page.wait_for_function("globalThis.playground")
    playground.page.evaluate("playground.ready")
    second = playground.run(DRAWN)
    assert first["error"] is None
    ours, theirs = (each["value"].strip("()").split(" ", 3) for each in (first, second))
    assert len(ours) == 4
    assert [one for one, other in zip(ours, theirs, strict=True) if one == other] == []


def whole(route: Route) -> bytes:
    return route.fetch().body()


def cut(route: Route) -> None:
    route.fulfill(body=whole(route)[:1_000_000])


def damaged(route: Route) -> None:
    body = bytearray(whole(route))
    body[len(body) // 2] ^= 255
    route.fulfill(body=bytes(body))


def missing(route: Route) -> None:
    route.fulfill(status=404, body="not here")


def another(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>Sign in</title>", content_type="text/html")


@pytest.mark.parametrize("answer", [cut, damaged, missing, another])
def test_without_its_snapshot_the_page_starts_as_before(
    closed_playground: Playground, answer: Callable[[Route], None]
) -> None:
    page = closed_playground.page
    lines = heard(page)
    page.route(IMAGE, answer)
    closed_playground.open()
    assert closed_playground.run("(+ 1 2)")["value"] == "3"
    assert has(page, "stdlib-")
    assert [line for line in lines if "its image" in line]


def test_a_browser_that_cannot_inflate_starts_as_before(closed_playground: Playground) -> None:
    page = closed_playground.page
    page.add_init_script("delete globalThis.DecompressionStream")
    closed_playground.open()
    assert closed_playground.run("(+ 1 2)")["value"] == "3"
    assert has(page, "stdlib-")
