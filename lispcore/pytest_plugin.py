"""Tests of snippets and links in the page: the fixture `playground` for pytest, with Playwright.

    def test_my_snippet(playground):
        playground.model("Hello!")
        assert playground.run('(llm/complete "Say hello")').value == '"Hello!"'

The page is that of the wheel, served on this machine and opened headless. Models that are asked are
scripted: nothing leaves the machine. ``pip install "lispcore[playwright]"`` brings what is needed.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lispcore.commands.page_server import Site, open_server
from lispcore.commands.serving import MISSING, find_page

RUN = """async ([code, files, most]) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(
    new Error(`no result after ${most} ms; the page shows: ${playground.output().slice(-2000)}`),
  ), most));
  return Promise.race([playground.run(code ?? undefined, {files}), late]);
}"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "LISPCORE_CHROMIUM"
NO_MORE = "the script of this model has no more replies"


@dataclass
class Result:
    """How a program ended: `value` as it is printed, the lines of `output`, and the error."""

    value: str | None
    output: list[str]
    error: dict[str, Any] | None


@dataclass
class ScriptedModel:
    """A model that answers what a test says, one reply for each question."""

    replies: list[str]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, body: bytes) -> tuple[int, str, bytes]:
        """Returns status, content type and body of the answer to a question."""
        question = json.loads(body or b"{}")
        self.requests.append(question)
        if not self.replies:
            refused = {"error": {"message": NO_MORE, "type": "invalid_request_error"}}
            return 400, "application/json", json.dumps(refused).encode()
        text = self.replies.pop(0)
        if not question.get("stream"):
            choice = {"index": 0, "message": _message(text), "finish_reason": "stop"}
            whole = {"choices": [choice], "usage": _usage(question, text)}
            return 200, "application/json", json.dumps(whole).encode()
        words = [word + " " for word in text.split(" ")]
        words[-1] = words[-1][:-1]
        parts: list[dict[str, Any]] = [
            {"choices": [{"index": 0, "delta": _message(word)}]} for word in words
        ]
        parts.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        parts.append({"choices": [], "usage": _usage(question, text)})
        lines = [f"data: {json.dumps(part)}\n\n" for part in parts]
        return 200, "text/event-stream", "".join([*lines, "data: [DONE]\n\n"]).encode()


def _message(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def _usage(question: dict[str, Any], text: str) -> dict[str, int]:
    asked = len(json.dumps(question.get("messages", ""))) // 4
    return {
        "prompt_tokens": asked,
        "completion_tokens": len(text) // 4 + 1,
        "total_tokens": asked + len(text) // 4 + 1,
    }


class Playground:
    """The page as a test drives it; `page` is Playwright's, for all that is not here."""

    def __init__(self, page: Any, url: str, models: list[ThreadingHTTPServer]) -> None:
        self.page = page
        self.url = url
        self._models = models

    def open(self, link: str = "") -> Playground:
        """Opens the page with a link: an address of any page of Lispcore, or what follows its #."""
        after = link.partition("#")[2] or link
        self.page.goto("about:blank")  # else only the part behind # would change
        self.page.goto(f"{self.url}#{after}" if after else self.url)
        self.page.wait_for_function("window.playground")
        self.page.evaluate("playground.ready")
        return self

    def run(
        self, code: str | None = None, *, files: dict[str, bytes] | None = None, seconds: float = 60
    ) -> Result:
        """Runs a program, or what is in the editor; `files` are written beforehand."""
        given = {name: list(data) for name, data in (files or {}).items()}
        ended = self.page.evaluate(RUN, [code, given, seconds * 1000])
        return Result(ended["value"], ended["output"], ended["error"])

    def model(self, *replies: str) -> ScriptedModel:
        """Has a scripted model answer from now on; it keeps what it was asked in `requests`."""
        script = ScriptedModel(list(replies))
        server = _serve_model(script)
        self._models.append(server)
        script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        choice = {"baseUrl": script.url, "key": "scripted", "model": "scripted"}
        self.page.evaluate("choice => playground.configure('openai', choice)", choice)
        return script

    def code(self) -> str:
        """Returns what is in the editor."""
        return str(self.page.evaluate("playground.getCode()"))

    def output(self) -> str:
        """Returns what the output pane shows."""
        return str(self.page.evaluate("playground.output()"))

    def calls(self) -> list[dict[str, Any]]:
        """Returns the model calls of the last run, as the inspector has them."""
        found: list[dict[str, Any]] = self.page.evaluate("playground.calls()")
        return found

    def link(self, *, cassette: bool = False) -> str:
        """Returns a link to the program in the editor; with the recording of its last run."""
        return str(self.page.evaluate("cassette => playground.share({cassette})", cassette))


def _serve_model(script: ScriptedModel) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        """Answers for the script; a page of another origin may ask."""

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name in ("Origin", "Headers", "Methods"):
                self.send_header(f"Access-Control-Allow-{name}", "*")
            self.send_header("Access-Control-Allow-Headers", "authorization, content-type, *")
            self.end_headers()
            self.wfile.write(body)

        def do_OPTIONS(self) -> None:
            """Lets the page ask."""
            self._send(204, "text/plain", b"")

        def do_POST(self) -> None:
            """Answers a question."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._send(*script.answer(body))

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def _close(servers: Sequence[ThreadingHTTPServer]) -> None:
    for server in servers:
        server.shutdown()
        server.server_close()


def find_browser() -> str | None:
    """Returns the path of a Chromium of this machine, None if Playwright's own is to be taken."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def playground_folder() -> Path:
    """The folder of the built page; a test suite may have another one."""
    found = find_page()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def playground_url(playground_folder: Path) -> Iterator[str]:
    """The address of the page, served on this machine for as long as the tests run."""
    with open_server(Site(playground_folder), 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def playground_browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The browser: that of pytest-playwright where it is used, else a headless Chromium."""
    if request.config.pluginmanager.hasplugin("playwright"):
        yield request.getfixturevalue("browser")
        return
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        pytest.fail('Playwright is missing: pip install "lispcore[playwright]"', pytrace=False)
    with sync_playwright() as tools:
        try:
            browser = tools.chromium.launch(executable_path=find_browser())
        except Error as problem:
            words = str(problem).splitlines()[0]
            pytest.fail(
                f"no Chromium starts ({words}): python -m playwright install chromium, "
                f"or set {VARIABLE} to the path of one",
                pytrace=False,
            )
        yield browser
        browser.close()


@pytest.fixture
def playground(playground_browser: Any, playground_url: str) -> Iterator[Playground]:
    """The page, opened in a context of its own and ready to run programs."""
    models: list[ThreadingHTTPServer] = []
    context = playground_browser.new_context()
    try:
        yield Playground(context.new_page(), playground_url, models).open()
    finally:
        context.close()
        _close(models)
