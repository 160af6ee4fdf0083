"""Servers that never end, or send more than anybody can hold: an error comes before memory is full."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.llm import client, framing
from lispcore.llm.client import ask
from lispcore.llm.failures import ModelError
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings

MANY = 1_000_000
WORD = b'data: {"choices": [{"delta": {"content": "word "}}]}\n\n'

# A piece that is sent for ever, in a stream of server-sent events or of lines.
ENDLESS: dict[str, bytes] = {
    "a line without an end": b"x" * 10_000,
    "a record of many lines": b"data: xxxxxxxxxxxxxxxxxxxxxxxxx\n" * 300,
    "a record of empty lines": b"data:\n" * 2_000,
    "words": WORD * 20,
    "comments": b": still there\n\n" * 1_000,
    "empty records": b"data: \n\n" * 1_000,
    "zeros": b"\0" * 10_000,
    "the same event": b"event: ping\n" * 1_000,
}


class Endless(FakeResponse):
    """Counts what was taken of a reply that never ends."""

    def __init__(self, piece: bytes, kind: str) -> None:
        super().__init__(headers={"content-type": kind})
        self.piece = piece
        self.taken = 0

    def chunks(self) -> Iterator[bytes]:
        while True:
            self.taken += len(self.piece)
            yield self.piece


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are those of the product, a thousand times smaller."""
    monkeypatch.setattr(framing, "MAX_RECORD_CHARACTERS", framing.MAX_RECORD_CHARACTERS // 1000)
    for name in ("MAX_STREAM_BYTES", "MAX_REPLY_BYTES"):
        monkeypatch.setattr(client, name, getattr(client, name) // 1000)


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "gemini", "ollama"])
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_an_error(piece: bytes, kind: str, dialect: str) -> None:
    reply = Endless(piece, kind)
    request = Request((text_message("user", "x"),))
    provider = Settings(dialect, dialect, "https://models.invalid/v1", "m", max_retries=0)
    tracemalloc.start()
    try:
        with pytest.raises(ModelError) as found:
            ask(request, provider, FakeHost(reply))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.value.message
    assert reply.closed
    assert reply.taken <= MANY
    assert most < 10 * MANY


Answer = Callable[[BaseHTTPRequestHandler], None]


def bomb(handler: BaseHTTPRequestHandler) -> None:
    body = gzip.compress(bytes(MAX_TEXT_LENGTH + MANY), 1)
    handler.send_response(200)
    handler.send_header("content-encoding", "gzip")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def round_and_round(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("location", handler.path + "x")
    handler.send_header("content-length", "0")
    handler.end_headers()


def many_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    for number in range(5_000):
        handler.send_header(f"x-{number}", "y" * 100)
    handler.end_headers()


ANSWERS: dict[str, Answer] = {"bomb": bomb, "round": round_and_round, "headers": many_headers}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ANSWERS[self.path.strip("/x")](self)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_program_that_asks_such_a_server_gets_an_answer_or_an_error(
    server: str, answer: str
) -> None:
    """Nothing is unpacked beyond what a text may be long, and nothing goes round for ever."""
    lisp = Interpreter(TerminalHost({}))
    result = lisp.run(f'(length (:body (http/get "{server}/{answer}" {{:as :bytes}})))')
    if result["error"] is None:
        assert int(result["value"]) <= MAX_TEXT_LENGTH
    else:
        assert result["error"]["message"]
