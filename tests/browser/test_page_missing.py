"""Browsers from which something was taken away: the page runs without it, or says one sentence."""

from __future__ import annotations

import pytest
from playground import Playground
from playwright.sync_api import Page, Route

# What browsers of some years ago do not know.
OLDER = """
delete Promise.withResolvers;
delete URL.canParse;
for (const name of ["findLast", "findLastIndex", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
"""
# Neither of the better ways to wait.
NO_OTHER_WAY = "delete WebAssembly.Suspending; delete globalThis.SharedArrayBuffer;"
# A database that is there, and never says a word.
SILENT_DATABASE = "IDBFactory.prototype.open = () => new EventTarget();"
REFUSED = "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'));"
MUTE = "ServiceWorkerContainer.prototype.register = () => new Promise(() => {});"
FORBIDDEN = """
Object.defineProperty(Navigator.prototype, "serviceWorker", {
  get() { throw new DOMException("not allowed here", "SecurityError"); },
});
"""
WITHOUT_WEBASSEMBLY = "delete globalThis.WebAssembly;"
READY = "playground.ready.then(() => 'ready', (error) => error.message)"


@pytest.mark.parametrize(
    "taken",
    [OLDER + SILENT_DATABASE + REFUSED, FORBIDDEN, MUTE],
    ids=["older", "forbidden", "mute"],
)
def test_what_is_missing_costs_no_more_than_itself(
    closed_playground: Playground, taken: str
) -> None:
    playground = closed_playground
    playground.page.add_init_script(NO_OTHER_WAY + taken)
    playground.open()
    # The tier in which nobody waits for the page, and it is said.
    playground.wait_for_output("replies of models arrive whole")
    assert playground.run('(println "on") (sleep 10) (+ 1 2)')["value"] == "3"


def test_a_browser_without_webassembly_hears_why(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.page.add_init_script(WITHOUT_WEBASSEMBLY)
    playground.open(ready=False)
    assert "no WebAssembly" in playground.page.evaluate(READY)
    playground.wait_for_output("This browser has no WebAssembly")
    # What was written is there all the same, and a program has an end.
    playground.page.evaluate("playground.setCode('(mine)')")
    assert playground.run("(+ 1 2)")["error"]["type"] == "fault"
    assert playground.page.evaluate("playground.getCode()") == "(mine)"


@pytest.mark.parametrize("script", ["start", "main"])
@pytest.mark.parametrize("body", ["const = 1;", None], ids=["unreadable", "missing"])
def test_a_script_that_does_not_start_is_said(
    page: Page, site_url: str, script: str, body: str | None
) -> None:
    def answer(route: Route) -> None:
        if body is None:
            route.abort()
        else:
            route.fulfill(body=body, content_type="text/javascript")

    page.route(f"**/assets/{script}-*.js", answer)
    page.goto(site_url)
    said = page.get_by_test_id("not-started")
    said.wait_for()
    assert "could not start in this browser" in (said.text_content() or "")
    assert "could not start" in page.evaluate(READY)


def test_after_a_reload_past_the_cache_programs_wait_all_the_same(playground: Playground) -> None:
    page = playground.page
    playground.open("?wait=service")
    session = page.context.new_cdp_session(page)
    with page.expect_navigation():
        session.send("Page.reload", {"ignoreCache": True})
    page.wait_for_function("globalThis.playground")
    page.evaluate("playground.ready")
    assert playground.run("(sleep 10) (+ 1 2)")["value"] == "3"
