"""Snippets in a page of another origin: one tag, blocks that run, and what both pages say to each other."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page

PAGE = """<!doctype html><meta charset="utf-8"><title>A page of somebody else</title>
<meta http-equiv="Content-Security-Policy" content="style-src 'none'; script-src {site} 'unsafe-inline'">
<script src="{site}embed.js" data-theme="dark" defer></script>
<p>Text <code>(of no program)</code></p>
<pre><code class="language-lispcore">(println "π" (llm/complete "hello"))
(* 6 7)
</code></pre>
<pre data-lispcore data-height="auto" data-title="Sums">(error "on purpose")</pre>
<pre>(not marked)</pre>
<script>
  window.results = [];
  document.addEventListener("lispcore:result", (event) => results.push(event.detail));
</script>
"""
GREET = """<!doctype html><script>
  function greet(frame) {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = ({data}) => greet.heard.push(data.type);
    frame.postMessage({lispcore: 1, type: "hello"}, "*", [port2]);
    greet.count++;
  }
  greet.count = 0;
  greet.heard = [];
</script>
"""
SIBLINGS = GREET + '<iframe id="f" src="{inner}"></iframe><iframe src="/sibling"></iframe>'
SIBLING = GREET + "<script>setInterval(() => greet(parent.frames[0]), 50)</script>"
SANDBOXED = (
    '<!doctype html><iframe id="f" sandbox="allow-scripts" src="{inner}" width="800" height="500">'
)


class Elsewhere:
    """A site on another origin than the playground, with a page that has snippets."""

    def __init__(self, playground: str) -> None:
        pages = {"/": PAGE.replace("{site}", playground)}
        pages["/siblings"] = SIBLINGS.replace("{inner}", f"{playground}?embed")
        pages["/sibling"] = SIBLING
        pages["/sandboxed"] = SANDBOXED.replace("{inner}", "/")
        pages["/sandboxed-page"] = SANDBOXED.replace("{inner}", f"{playground}?embed")

        class Handler(BaseHTTPRequestHandler):
            """Sends a page."""

            def do_GET(self) -> None:
                body = pages.get(self.path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}"


@pytest.fixture(scope="module")
def elsewhere(site_url: str) -> Iterator[Elsewhere]:
    found = Elsewhere(site_url)
    thread = Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_marked_blocks_run_in_a_foreign_page(page: Page, elsewhere: Elsewhere) -> None:
    page.goto(f"{elsewhere.url}/")
    buttons = page.get_by_role("button", name="Run")
    buttons.first.wait_for()
    assert buttons.count() == 2
    assert page.locator("iframe").count() == 0
    buttons.first.click()
    page.wait_for_function("results.length === 1")
    assert page.evaluate("results[0].value") == "42"
    assert page.evaluate("results[0].output[0]").startswith("π ")
    assert page.locator("iframe").count() == 1
    inner = next(frame for frame in page.frames if "embed" in frame.url)
    assert inner.locator("html").get_attribute("data-theme") == "dark"
    # The other one, as high as what it shows, and with the visitor's own press of Run in the frame.
    buttons.first.click()
    page.wait_for_function("results.length === 2")
    assert page.evaluate("results[1].error.message") == "on purpose"
    frame = page.locator('iframe[title="Sums"]')
    page.wait_for_function("frame => frame.style.height !== '420px'", arg=frame.element_handle())
    frame.content_frame.get_by_test_id("run").click()
    page.wait_for_function("results.length === 3")


def test_only_the_page_around_is_answered(page: Page, elsewhere: Elsewhere) -> None:
    page.goto(f"{elsewhere.url}/siblings")
    inner = page.wait_for_selector("#f").content_frame()
    assert inner is not None
    inner.wait_for_function("window.playground")
    sibling = next(frame for frame in page.frames if frame.url.endswith("/sibling"))
    seen = sibling.evaluate("greet.count")
    sibling.wait_for_function("seen => greet.count > seen + 3", arg=seen)
    page.evaluate("setInterval(greet, 50, frames[0])")
    page.wait_for_function("greet.heard.includes('ready')")
    assert sibling.evaluate("greet.heard") == []


def test_in_a_sandboxed_frame_it_says_why_nothing_runs(page: Page, elsewhere: Elsewhere) -> None:
    page.goto(f"{elsewhere.url}/sandboxed")
    inner = page.frame_locator("#f")
    inner.get_by_role("button", name="Run").first.click()
    inner.get_by_text("sandboxed frame").wait_for()
    assert inner.locator("iframe").count() == 0
    page.goto(f"{elsewhere.url}/sandboxed-page")
    page.frame_locator("#f").get_by_text("sandboxed frame").wait_for()
