"""Share and its way back in the page: one visitor shares with all that goes along, another opens it."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playground import Playground

PROGRAM = '(println (file/read "data.txt"))\n(llm/complete "hello")'


@pytest.fixture
def files() -> Iterator[str]:
    """A server that lets other sites read one of its two files."""

    class Handler(BaseHTTPRequestHandler):
        """Sends a program."""

        def do_GET(self) -> None:
            self.send_response(200)
            if self.path == "/open.lisp":
                self.send_header("access-control-allow-origin", "*")
            self.end_headers()
            self.wfile.write(b"(+ 40 2)")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_program_travels_with_all_that_goes_along(playground: Playground) -> None:
    page = playground.page
    page.evaluate("code => playground.setCode(code)", PROGRAM)
    page.evaluate("playground.writeFile('data.txt', 'of the author')")
    assert playground.run_draft()["error"] is None
    playground.part("share").click()
    playground.part("share-title").fill("Reads data")
    playground.part("share-about").fill("And asks.")
    for name in ("recording", "files", "model"):
        playground.part(f"share-{name}").check()
    link = playground.part("share-url").input_value()
    assert "#v3=" in link
    playground.part("share-qr").click()
    playground.part("share-qr-code").locator("svg path").wait_for()
    with page.expect_download() as saved:
        playground.part("save-page").click()
    assert saved.value.suggested_filename == "reads-data.html"
    assert "of the author" in saved.value.path().read_text("utf-8")

    assert page.context.browser is not None
    visitor = Playground(page.context.browser.new_page(), playground.url)
    visitor.page.goto(link)
    visitor.page.wait_for_function("window.playground")
    visitor.page.evaluate("playground.ready")
    assert visitor.page.title() == "Reads data – Lispcore"
    banner = visitor.page.locator("#banner").text_content() or ""
    assert "“Reads data”. And asks." in banner
    assert "demo" in banner
    result = visitor.run_draft()
    assert result["output"] == ["of the author"]
    visitor.page.close()


def test_the_address_follows_when_asked_to(playground: Playground) -> None:
    page = playground.page
    playground.part("share").click()
    playground.part("share-follow").check()
    page.keyboard.press("Escape")
    page.evaluate("playground.setCode('(+ 1 2 3)')")
    page.wait_for_function("location.href === playground.share()")
    page.reload()
    page.wait_for_function("window.playground")
    assert page.evaluate("playground.getCode()") == "(+ 1 2 3)"
    assert page.locator("#banner").is_hidden()
    playground.part("share").click()
    playground.part("share-follow").uncheck()
    page.keyboard.press("Escape")
    page.evaluate("playground.setCode('(+ 1)')")
    page.wait_for_function("location.hash === ''")


def test_a_program_is_loaded_after_a_question(closed_playground: Playground, files: str) -> None:
    playground, page = closed_playground, closed_playground.page
    playground.open()
    page.evaluate("playground.setCode('; my own work')")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    playground.open(f"?url={files}/closed.lisp")
    assert "localhost" in (playground.part("fetching-note").text_content() or "")
    assert [url for url in asked if url.startswith(files)] == []
    playground.part("fetching-load").click()
    page.wait_for_function(
        "document.querySelector('[data-testid=fetching-problem]').textContent.includes('CORS')"
    )
    playground.part("fetching-address").fill(f"{files}/open.lisp")
    playground.part("fetching-load").click()
    page.wait_for_function("playground.getCode() === '(+ 40 2)'")
    assert "?" not in page.url
    page.get_by_role("button", name="Restore my program").click()
    assert page.evaluate("playground.getCode()") == "; my own work"
