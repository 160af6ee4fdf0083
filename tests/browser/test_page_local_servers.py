"""Servers on the visitor's own machine are found, and what keeps the page from them is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

Answers = dict[str, Any]


class _Server(BaseHTTPRequestHandler):
    answers: Answers
    is_open: bool

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        body = json.dumps(self.answers.get(self.path, {})).encode()
        self.send_response(200 if self.path in self.answers else 404)
        if self.is_open:
            self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


Serve = Callable[[Answers, bool], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers that answer JSON, open to web pages or not; returns their addresses."""
    servers: list[tuple[ThreadingHTTPServer, Thread]] = []

    def start(answers: Answers, is_open: bool) -> str:
        handler = type("Handler", (_Server,), {"answers": answers, "is_open": is_open})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_servers_are_found_and_their_models_chosen(playground: Playground, serve: Serve) -> None:
    ollama = serve({"/api/tags": {"models": [{"name": "gemma4:4b"}, {"name": "qwen4"}]}}, True)
    studio = serve({"/v1/models": {"data": [{"id": "granite"}]}}, True)
    playground.configure("ollama", ollama)
    playground.configure("lmstudio", f"{studio}/v1")
    playground.part("settings").click()
    playground.part("look").click()
    found = playground.part("servers")
    found.get_by_role("button", name="granite").wait_for()
    found.get_by_role("button", name="gemma4:4b").click()
    assert playground.part("provider").input_value() == "ollama"
    assert playground.part("model").input_value() == "gemma4:4b"
    playground.part("save-settings").click()
    assert "gemma4:4b" in (playground.page.locator("#model-badge").text_content() or "")
    assert playground.run("(llm/current-provider)")["value"] == '{:model "gemma4:4b" :name :ollama}'


def test_a_server_that_is_closed_to_pages_is_told_from_one_that_is_not_there(
    playground: Playground, serve: Serve
) -> None:
    closed = serve({"/api/tags": {"models": [{"name": "gemma4"}]}}, False)
    playground.configure("lmstudio", "http://127.0.0.1:9/v1")
    playground.configure("ollama", closed)
    playground.part("settings").click()
    playground.part("look").click()
    origin = "/".join(playground.url.split("/")[:3])
    box = playground.part("servers").locator(".closed")
    box.wait_for()
    text = box.text_content() or ""
    assert "Ollama runs, but does not answer this page" in text
    assert f"OLLAMA_ORIGINS={origin} ollama serve" in text
    silent = playground.part("servers").locator(".silent").all_text_contents()
    assert any("lms server start --cors" in each for each in silent)
    assert not any("Ollama" in each for each in silent)


def test_a_call_to_a_closed_server_says_what_to_type(playground: Playground, serve: Serve) -> None:
    playground.configure("ollama", serve({}, False))
    error = playground.run('(llm/complete "x")')["error"]
    assert "OLLAMA_ORIGINS" in error["hint"]
