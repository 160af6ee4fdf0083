"""Connections of our own: kept open, read without threads, closed when nobody wants the rest."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lispcore import Interpreter, LispError, TimeLimit
from lispcore.hosts.direct_connections import (
    KEPT_SECONDS,
    Connections,
    Exchange,
    Place,
    _unpacked,
    address_of,
    head_of,
    waiter,
    with_usual_headers,
)
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.errors import Stopped


def no_tls() -> None:
    raise AssertionError("nothing here is encrypted")


def piece(**choice: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, **choice}]}).encode() + b"\n\n"


WORDS = piece(delta={"content": "Hello"})
ENDING = piece(delta={}, finish_reason="stop") + b"data: [DONE]\n\n"


class Server(ThreadingHTTPServer):
    """A model that answers as its path says; counts connections and those that were closed."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.closed = threading.Event()
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        getattr(self, self.path.split("/")[1].partition("-")[0])()

    def head(self, **headers: str) -> None:
        self.send_response(200)
        for name, value in ({"content-type": "text/event-stream"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunks(self, *datas: bytes) -> None:
        for data in datas:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def good(self) -> None:
        self.head(transfer_encoding="chunked")
        self.chunks(WORDS + ENDING, b"")

    def late(self) -> None:
        self.head(transfer_encoding="chunked")
        self.chunks(WORDS + ENDING)
        time.sleep(0.1)
        self.chunks(b"")

    def slow(self) -> None:
        time.sleep(0.1)
        self.good()

    def hinted(self) -> None:
        self.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n")
        self.good()

    def packed(self) -> None:
        body = gzip.compress(WORDS + ENDING)
        self.head(content_encoding="gzip", content_length=str(len(body)))
        self.wfile.write(body)

    def bare(self) -> None:
        made = zlib.compressobj(wbits=-15)
        body = made.compress(WORDS + ENDING) + made.flush()
        self.head(content_encoding="deflate", content_length=str(len(body)))
        self.wfile.write(body)

    def open(self) -> None:
        self.head(connection="close")
        self.wfile.write(WORDS + ENDING)
        self.close_connection = True

    def hangs(self) -> None:
        self.head(transfer_encoding="chunked")
        self.chunks(WORDS)
        if self.connection.recv(1) == b"":
            self.server.closed.set()
        self.close_connection = True

    def silent(self) -> None:
        if self.connection.recv(1) == b"":
            self.server.closed.set()
        self.close_connection = True

    def short(self) -> None:
        self.head(content_length="1000")
        self.wfile.write(WORDS)
        self.close_connection = True

    def log_message(self, format: str, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@contextmanager
def running() -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


def asking(server: Server, behaviour: str, host: TerminalHost | None = None) -> Interpreter:
    lisp = Interpreter(host or TerminalHost({}))
    lisp.eval(
        f'(llm/configure :openai-compatible {{:base-url "{server.url}/{behaviour}/v1" '
        ':api-key "k" :model "m" :max-retries 0})'
    )
    return lisp


@pytest.mark.parametrize("behaviour", ["good", "hinted", "packed", "bare", "open"])
def test_replies_in_their_forms(server: Server, behaviour: str) -> None:
    lisp = asking(server, behaviour)
    assert (
        lisp.eval('(str (llm/complete "a") (begin (async/sleep 200) (llm/complete "b")))')
        == "HelloHello"
    )
    assert server.connections == (2 if behaviour == "open" else 1)
    sent = server.headers[0]
    assert sent["authorization"] == "Bearer k"
    assert (sent["user-agent"], sent["accept-encoding"]) == ("lispcore", "gzip, deflate")


def test_tasks_wait_together_on_connections_that_are_used_again(server: Server, tmp_path) -> None:
    lisp = asking(server, "slow")
    lisp.define("threads", threading.active_count)
    out = json.dumps(str(tmp_path / "out.jsonl"))
    started = time.monotonic()
    most = lisp.eval(f"""(define most 0)
      (define (f n) (define said (llm/complete (str n))) (set! most (max most (threads))) said)
      (llm/each-row (range 60) f {{:out {out} :concurrency 20}})
      most""")
    assert time.monotonic() - started < 60 * 0.1  # one after the other would take that
    assert server.connections < 40  # a reply may end after the next call has begun
    # The server has a thread for each connection, and so had the client while it opened them.
    assert most >= 20
    again = asking(server, "slow")
    before = server.connections
    again.eval('(llm/complete "a") (async/sleep 300) (llm/complete "b")')
    assert server.connections == before + 1


def test_a_task_hears_that_its_time_is_over(server: Server) -> None:
    lisp = asking(server, "hangs")
    # On a busy machine not even the first words may have come by then.
    with pytest.raises(LispError, match=r"stopped arriving|no answer within"):
        lisp.eval('(await (async (llm/complete "x" {:timeout 200})))')
    assert server.closed.wait(10)


def test_a_cancelled_task_closes_its_connection(server: Server) -> None:
    lisp = asking(server, "silent")
    lisp.eval('(define p (async (llm/complete "x"))) (async/sleep 200) (async/cancel p)')
    assert server.closed.wait(10)


def test_stop_is_heard_while_the_program_itself_waits(server: Server) -> None:
    host = TerminalHost({})
    lisp = asking(server, "silent", host)
    threading.Timer(0.3, host.stop).start()
    with pytest.raises(Stopped):
        lisp.eval('(llm/complete "x")')
    assert server.closed.wait(10)


def test_who_leaves_a_stream_closes_it(server: Server) -> None:
    lisp = asking(server, "hangs")
    assert lisp.eval('(try (llm/stream "x" (fn (c) (throw c))) (catch e (:value e)))') == "Hello"
    assert server.closed.wait(10)


def test_a_reply_that_is_too_short_is_lost(server: Server) -> None:
    found = asking(server, "short").eval('(try (llm/complete "x") (catch e (:partial e)))')
    assert found == "Hello"


def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    connections = Connections(no_tls)  # type: ignore[arg-type]
    place = Place("http", *listening.getsockname())
    connection = connections.open(place, 5)
    other, _ = listening.accept()
    connections.keep(place, connection)
    assert connections.kept(place) is connection
    connections.keep(place, connection)
    other.close()
    assert connections.kept(place) is None
    connection = connections.open(place, 5)
    connections.keep(place, connection)
    connection.idle_since -= 60
    assert connections.kept(place) is None
    listening.close()


def test_what_closes_a_reply_may_come_late(server: Server) -> None:
    lisp = asking(server, "late")
    lisp.eval('(llm/complete "a")')
    time.sleep(0.3)
    lisp.eval('(llm/complete "b")')
    assert server.connections == 1
    lisp.eval('(llm/complete "c")')  # too early: nobody waits for the end
    assert server.connections == 2


def test_a_refusal_is_heard_though_the_request_was_not_read() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        accepted, _ = listener.accept()
        accepted.recv(1000)
        accepted.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig")
        accepted.shutdown(socket.SHUT_RDWR)
        time.sleep(0.3)
        accepted.close()

    threading.Thread(target=refuse, daemon=True).start()
    place = Place("http", "127.0.0.1", listener.getsockname()[1])
    connections = Connections(no_tls)
    connection = connections.open(place, 5)
    exchange = Exchange(connections, place, connection, "POST", waiter(None, lambda: None, 5))
    exchange.send(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n" + bytes(50_000_000)
    )
    assert exchange.status == 413
    exchange.close()
    listener.close()


def test_what_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    place = Place("http", "127.0.0.1", listener.getsockname()[1])
    connections = Connections(no_tls)
    first, second = connections.open(place, 5), connections.open(place, 5)
    connections.keep(place, first)
    first.idle_since -= 10 * KEPT_SECONDS
    connections.keep(place, second)
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    assert accepted.recv(1) == b""
    assert connections.kept(place) is second
    listener.close()


def test_addresses() -> None:
    found = address_of("https://API.example.com/v1/models/a:generate?x=%20&y")
    assert found == (("https", "api.example.com", 443), "api.example.com", found.target)  # type: ignore[union-attr]
    assert found is not None
    assert found.target == "/v1/models/a:generate?x=%20&y"
    near = address_of("http://localhost:8000")
    assert near is not None
    assert (near.name, near.target) == ("localhost:8000", "/")
    for odd in (
        "ftp://x/",
        "http://u:p@x/",
        "http://x/a b",
        "http://x/../y",
        "http://x/%zz",
        "http://ä/",
    ):
        assert address_of(odd) is None


def test_heads() -> None:
    address = address_of("http://x:1/y")
    assert address is not None
    head = head_of(address, "POST", with_usual_headers([("User-Agent", "mine")]), 3).decode()
    assert head.startswith("POST /y HTTP/1.1\r\nHost: x:1\r\n")
    assert head.endswith("User-Agent: mine\r\nContent-Length: 3\r\n\r\n")
    assert "lispcore" not in head
    given = [("host", "gate"), ("Content-Length", "7"), ("transfer-encoding", "chunked")]
    head = head_of(address, "POST", given, 3).decode()
    assert head == "POST /y HTTP/1.1\r\nhost: gate\r\nContent-Length: 3\r\n\r\n"
    for value in ("a\r\nb: c", "\x00", "é"):
        with pytest.raises(ValueError):
            head_of(address, "POST", [("a", value)], 0)


def test_what_a_proxy_stands_before_goes_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    near, far = Place("http", "127.0.0.1", 1), Place("https", "example.com", 443)
    assert Connections(no_tls).reaches(far)  # type: ignore[arg-type]
    for name in ("HTTPS_PROXY", "all_proxy"):
        with monkeypatch.context() as context:
            context.setenv(name, "http://proxy:3128")
            connections = Connections(no_tls)  # type: ignore[arg-type]
            assert connections.reaches(near)
            assert not connections.reaches(far)


def test_a_server_that_talks_nonsense(server: Server) -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        one, _ = listening.accept()
        one.recv(65536)
        one.sendall(b"nonsense\r\n\r\n")
        one.close()

    threading.Thread(target=answer, daemon=True).start()
    lisp = Interpreter(TerminalHost({}))
    port = listening.getsockname()[1]
    with pytest.raises(LispError, match="cannot reach 127"):
        lisp.eval(
            f'(llm/complete "x" {{:provider (llm/configure :openai-compatible '
            f'{{:base-url "http://127.0.0.1:{port}/v1" :api-key "k" :model "m" :max-retries 0}})}})'
        )
    assert issubclass(http.client.BadStatusLine, http.client.HTTPException)
    listening.close()


def deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(WORDS) + gzip.compress(ENDING),
        gzip.compress(WORDS + ENDING) + bytes(16),
        zlib.compress(WORDS + ENDING),
        deflated(WORDS + ENDING),
    ],
    ids=["two members", "padding", "zlib", "without a header"],
)
def test_a_packed_body_comes_in_any_pieces(packed: bytes, size: int) -> None:
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join(_unpacked(iter(pieces), is_framed=False)) == WORDS + ENDING


def test_a_packed_body_that_ends_with_its_connection_must_be_whole() -> None:
    packed = gzip.compress(WORDS + ENDING)
    for end in (1, 12, len(packed) - 1):
        with pytest.raises(http.client.IncompleteRead):
            list(_unpacked(iter([packed[:end]]), is_framed=False))
    # With a length or chunks a server may leave the last block out, as some do.
    assert b"".join(_unpacked(iter([packed[:-8]]), is_framed=True)) == WORDS + ENDING


@pytest.mark.parametrize("behaviour", ["hangs", "silent"])
def test_the_end_of_the_time_ends_what_tasks_asked_for(server: Server, behaviour: str) -> None:
    lisp = asking(server, behaviour)
    with pytest.raises(TimeLimit):
        lisp.eval('(await (async (llm/complete "Hi")))', timeout=1)
    assert server.closed.wait(10)


def test_a_time_limit_ends_the_wait_for_a_task_in_a_thread(server: Server) -> None:
    lisp = Interpreter(TerminalHost({}))
    with pytest.raises(TimeLimit):
        lisp.eval(f'(await (async (http/post "{server.url}/silent" "x")))', timeout=0.5)
    assert lisp.eval("(await (async 3))", timeout=60) == 3
