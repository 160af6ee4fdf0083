"""OpenRouter's sign-in: away and back, with nothing lost, and a key for that origin alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from model_server import ModelServer
from playground import Playground

KEY = "sk-or-v1-made-for-this-visitor"
CODE = "code-0123"


@dataclass
class OpenRouter:
    """A server that signs visitors in as OpenRouter does, and then answers its key only."""

    url: str = ""
    challenge: str = ""
    callback: str = ""
    exchanged: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    state: OpenRouter

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "content-type, authorization")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def do_OPTIONS(self) -> None:
        self._send(204, b"", "text/plain")

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if not self.path.startswith("/auth?") or asked["code_challenge_method"] != "S256":
            self._send(404, b"", "text/plain")
            return
        self.state.challenge = asked["code_challenge"]
        self.state.callback = asked["callback_url"]
        yes = f"{self.state.callback}&code={CODE}".replace("&", "&amp;")
        no = self.state.callback.replace("&", "&amp;")
        page = f'<a id="yes" href="{yes}">Authorize</a> <a id="no" href="{no}">Cancel</a>'
        self._send(200, page.encode(), "text/html")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/v1/auth/keys":
            self.state.exchanged.append(body)
            digest = hashlib.sha256(body["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if body["code"] == CODE and proof == self.state.challenge:
                self._json(200, {"key": KEY, "user_id": "user_1"})
            else:
                self._json(403, {"error": {"message": "Invalid code or code_verifier"}})
            return
        self.state.authorizations.append(self.headers.get("Authorization", ""))
        message = {"role": "assistant", "content": "signed in"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._json(200, {"id": "1", "model": "m", "choices": [choice]})


@pytest.fixture
def openrouter() -> Iterator[OpenRouter]:
    """A stand-in for OpenRouter on an origin of its own."""
    state = OpenRouter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def leave(playground: Playground, openrouter: OpenRouter) -> None:
    """Writes a program, and presses the button that leads to OpenRouter."""
    playground.part("editor").click()
    playground.page.keyboard.press("Control+A")
    playground.page.keyboard.type('(llm/complete "who is there?")')
    playground.part("settings").click()
    playground.part("provider").select_option("openrouter")
    playground.part("base-url").fill(f"{openrouter.url}/api/v1")
    playground.part("sign-in").click()
    playground.page.wait_for_selector("#yes")


def come_back(playground: Playground) -> None:
    """Waits until the page is there again."""
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")


def test_the_visitor_comes_back_signed_in_with_everything_in_place(
    playground: Playground, openrouter: OpenRouter, models: ModelServer
) -> None:
    playground.open("?wait=shared#v1=nothing")
    leave(playground, openrouter)
    assert openrouter.callback.startswith(playground.url)
    playground.page.click("#yes")
    come_back(playground)
    playground.page.get_by_text("Signed in with OpenRouter").wait_for()
    # What the address carried is no longer what stands in the editor.
    assert playground.page.url == f"{playground.url}?wait=shared"
    assert playground.page.evaluate("playground.getCode()") == '(llm/complete "who is there?")'
    playground.part("run").click()
    playground.wait_for_output('⇒ "signed in"')
    assert openrouter.authorizations == [f"Bearer {KEY}"]
    stored = playground.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert KEY not in stored
    assert openrouter.exchanged[0]["code_verifier"] not in stored
    elsewhere = f'(llm/configure :openrouter {{:base-url "{models.url}"}}) (llm/complete "x")'
    assert playground.run(elsewhere)["error"] is not None
    assert not any(KEY in str(each) for each in models.received)


def test_a_visitor_who_declines_keeps_what_there_was(
    playground: Playground, openrouter: OpenRouter
) -> None:
    leave(playground, openrouter)
    playground.page.click("#no")
    come_back(playground)
    playground.page.get_by_text("nothing has changed").wait_for()
    assert openrouter.exchanged == []
    assert playground.page.url == playground.url


def test_a_refusal_is_quoted(playground: Playground, openrouter: OpenRouter) -> None:
    leave(playground, openrouter)
    openrouter.challenge = "somebody else's"
    playground.page.click("#yes")
    come_back(playground)
    playground.page.get_by_text("Invalid code or code_verifier").wait_for()


def test_a_code_that_nobody_asked_for_is_not_exchanged(
    playground: Playground, openrouter: OpenRouter
) -> None:
    leave(playground, openrouter)
    playground.open(f"?signin=foreign&code={CODE}")
    assert openrouter.exchanged == []
    assert playground.page.url == playground.url
