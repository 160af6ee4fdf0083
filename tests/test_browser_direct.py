"""The transport of last resort: whole replies, no key, and words that say so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lispcore.hosts.browser_direct import fetch_whole
from lispcore.llm.failures import ConnectionFailed, InvalidRequest, ProviderError
from lispcore.llm.http import Credential, HttpRequest

KEY = Credential("openai", "authorization", "Bearer ")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = int(self.path.strip("/"))
        self.send_response(status)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that answers with the status in the address."""
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_reply_comes_whole(server: str, status: int) -> None:
    reply = fetch_whole(HttpRequest(f"{server}/{status}", credential=KEY))
    assert (reply.status, list(reply.chunks()), list(reply.chunks())) == (status, [b"said"], [])


@pytest.mark.parametrize("status", [401, 403])
def test_nobody_is_told_that_a_key_is_wrong_which_was_not_sent(server: str, status: int) -> None:
    with pytest.raises(ProviderError) as raised:
        fetch_whole(HttpRequest(f"{server}/{status}", credential=KEY))
    assert "none can be sent" in raised.value.message
    assert raised.value.advice.startswith("your key is not the problem")
    assert (raised.value.status, raised.value.retryable) == (status, False)
    # A request that wants no key is what the program makes of it.
    assert fetch_whole(HttpRequest(f"{server}/{status}")).status == status


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(InvalidRequest):
        fetch_whole(HttpRequest("page://local/v1/chat/completions"))
    with pytest.raises(ConnectionFailed):
        fetch_whole(HttpRequest("http://127.0.0.1:9/"))
