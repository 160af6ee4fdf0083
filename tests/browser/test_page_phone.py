"""A phone: little memory, a keyboard on the screen, fingers; and a plain host, which isolates nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hosts import open_host
from playground import Playground
from playwright.sync_api import Browser, Page, expect

LITTLE_MEMORY = "Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2 });"
# As WebKit on a phone tells of a keyboard: the page stays as it is, less of it is seen.
KEYBOARD = """
Object.defineProperties(visualViewport, { height: { get: () => innerHeight - 300 }, offsetTop: { get: () => 0 } });
visualViewport.dispatchEvent(new Event("resize"));
"""
SIZES = """[...document.querySelectorAll("input:not([type=checkbox]):not([type=file]), select, textarea, .cm-content")]
  .map((each) => [each.id || each.className, parseFloat(getComputedStyle(each).fontSize)])"""


@pytest.fixture
def phone(browser: Browser, site_url: str) -> Page:
    size = {"width": 390, "height": 780}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.add_init_script(LITTLE_MEMORY)
    page.goto(site_url)
    page.wait_for_function("globalThis.playground")
    return page


def test_no_zoom_and_nothing_behind_the_keyboard(phone: Page) -> None:
    small = [name for name, size in phone.evaluate(SIZES) if size < 16]
    assert small == []
    phone.get_by_test_id("settings").tap()
    phone.evaluate(KEYBOARD)
    phone.get_by_test_id("save-settings").scroll_into_view_if_needed()
    box = phone.locator("#settings-dialog").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 780 - 300
    phone.context.close()


def test_what_a_run_prints_and_stop_are_in_reach_on_a_phone(phone: Page) -> None:
    phone.evaluate("playground.ready")
    phone.evaluate("playground.setCode('(println 42) (sleep 20000)')")
    phone.get_by_test_id("run").tap()
    expect(phone.get_by_test_id("output")).to_contain_text("42")
    expect(phone.get_by_test_id("output")).to_be_in_viewport(ratio=0.9)
    expect(phone.get_by_test_id("stop")).to_be_in_viewport(ratio=1)
    phone.get_by_test_id("stop").tap()
    # On its side both halves are seen, and the top is one row.
    for width, height in ((667, 375), (844, 390)):
        phone.set_viewport_size({"width": width, "height": height})
        phone.evaluate("scrollTo(0, 0)")
        expect(phone.locator("#editor")).to_be_in_viewport(ratio=0.5)
        expect(phone.get_by_test_id("output")).to_be_in_viewport(ratio=0.5)
        top = phone.locator(".top").bounding_box()
        assert top is not None
        assert top["height"] < 70
        assert phone.evaluate("document.documentElement.scrollWidth") == width
    phone.context.close()


def test_a_plain_host_is_isolated_from_the_second_visit_on(browser: Browser, dist: Path) -> None:
    with browser.new_context() as context, open_host(dist, is_plain=True) as (_, url):
        playground = Playground(context.new_page(), url)
        playground.open()
        page = playground.page
        assert page.evaluate("crossOriginIsolated") is False
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.reload()
        page.wait_for_function("globalThis.playground")
        page.evaluate("playground.ready")
        assert page.evaluate("crossOriginIsolated && typeof SharedArrayBuffer") == "function"
        assert playground.run("(sleep 10) (+ 1 2)")["value"] == "3"
        assert "cannot shut programs in" not in playground.output()
