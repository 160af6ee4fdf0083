"""The local web server: which file, which headers, and what it refuses."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve import ADDRESS, PageServer, PortInUse, Site, open_server

PLAIN: dict[str, str] = {}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "dist"
    for name, content in {
        "index.html": "<h1>Hi</h1>",
        "deep/index.html": "deep",
        "deep/a b.txt": "blank",
        "main-1f90c2ab77.js": "let x;",
        "main.js": "let y;",
        "main.js.gz": "squeezed",
        "main.js.br": "squeezed more",
        "pyodide-314.0.7-a1b2c3/pyodide.asm.wasm": "\0asm",
        "data.unknown": "?",
        ".hidden": "no",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return Site(folder)


@pytest.mark.parametrize(
    ("target", "content", "kind"),
    [
        ("/", b"<h1>Hi</h1>", "text/html; charset=utf-8"),
        ("/index.html?x=1", b"<h1>Hi</h1>", "text/html; charset=utf-8"),
        ("/deep/", b"deep", "text/html; charset=utf-8"),
        ("/deep/a%20b.txt", b"blank", "text/plain; charset=utf-8"),
        ("/main.js", b"let y;", "text/javascript; charset=utf-8"),
        ("/pyodide-314.0.7-a1b2c3/pyodide.asm.wasm", b"\0asm", "application/wasm"),
        ("/data.unknown", b"?", "application/octet-stream"),
    ],
)
def test_files_come_with_their_type_and_isolation(
    site: Site, target: str, content: bytes, kind: str
) -> None:
    reply = site.answer("GET", target, PLAIN)
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, content, kind)
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert reply.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "target",
    [
        "/missing",
        "/main.js/",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/deep/../../secret.txt",
        "/deep/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/link.txt",
        "/.hidden",
        "/index.html%00",
        "/" + "x" * 5000,
        "http://other/index.html",
        "*",
        "",
    ],
)
def test_what_is_not_in_the_folder_is_not_found(site: Site, target: str) -> None:
    reply = site.answer("GET", target, PLAIN)
    assert reply.status == 404
    assert b"outside" not in reply.body


def test_a_folder_without_its_slash_is_redirected(site: Site) -> None:
    reply = site.answer("GET", "/deep", PLAIN)
    assert (reply.status, reply.headers["Location"]) == (301, "/deep/")


def test_below_a_prefix_there_is_nothing_else(site: Site) -> None:
    inner = Site(site.folder, prefix="/a/b/")
    assert inner.answer("GET", "/a/b/", PLAIN).body == b"<h1>Hi</h1>"
    assert inner.answer("GET", "/a/b/main.js", PLAIN).status == 200
    assert inner.answer("GET", "/main.js", PLAIN).status == 404


def test_head_tells_the_size_without_the_body(site: Site) -> None:
    reply = site.answer("HEAD", "/", PLAIN)
    assert (reply.status, reply.body, reply.size) == (200, b"", 11)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    reply = site.answer(method, "/", PLAIN)
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("target", "caching"),
    [
        ("/", "no-cache"),
        ("/main.js", "no-cache"),
        ("/main-1f90c2ab77.js", "public, max-age=31536000, immutable"),
        ("/pyodide-314.0.7-a1b2c3/pyodide.asm.wasm", "public, max-age=31536000, immutable"),
    ],
)
def test_only_names_that_never_change_are_kept(site: Site, target: str, caching: str) -> None:
    assert site.answer("GET", target, PLAIN).headers["Cache-Control"] == caching


def test_an_unchanged_file_is_not_sent_again(site: Site) -> None:
    first = site.answer("GET", "/main.js", PLAIN)
    tag = first.headers["ETag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = site.answer("GET", "/main.js", {"if-none-match": known})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert site.answer("GET", "/main.js", {"if-none-match": '"other"'}).status == 200


def test_a_changed_file_of_the_same_size_is_sent(site: Site) -> None:
    tag = site.answer("GET", "/main.js", PLAIN).headers["ETag"]
    (site.folder / "main.js").write_text("let z;")
    reply = site.answer("GET", "/main.js", {"if-none-match": tag})
    assert (reply.status, reply.body) == (200, b"let z;")


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, deflate, br", "br", b"squeezed more"),
        ("gzip", "gzip", b"squeezed"),
        ("br;q=0, gzip;q=0.5", "gzip", b"squeezed"),
        ("identity", None, b"let y;"),
        ("", None, b"let y;"),
    ],
)
def test_a_compressed_copy_is_sent_to_those_who_take_it(
    site: Site, accepted: str, encoding: str | None, content: bytes
) -> None:
    reply = site.answer("GET", "/main.js", {"accept-encoding": accepted})
    assert (reply.headers.get("Content-Encoding"), reply.body) == (encoding, content)
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Vary"] == "Accept-Encoding"


@pytest.fixture
def server(site: Site) -> Iterator[PageServer]:
    with open_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_requests_over_one_connection(server: PageServer) -> None:
    connection = http.client.HTTPConnection(ADDRESS, server.server_address[1], timeout=10)
    replies = []
    for method, target in (("GET", "/"), ("HEAD", "/"), ("GET", "/no"), ("GET", "/main.js")):
        connection.request(method, target)
        reply = connection.getresponse()
        replies.append((reply.status, reply.read()))
    connection.request("POST", "/", body=b"GET /evil HTTP/1.1\r\n\r\n")
    reply = connection.getresponse()
    replies.append((reply.status, reply.getheader("Connection"), reply.read()[:4]))
    connection.close()
    assert replies == [
        (200, b"<h1>Hi</h1>"),
        (200, b""),
        (404, b"There is no /no here.\n"),
        (200, b"let y;"),
        (405, "close", b"Only"),
    ]


def test_a_taken_port_is_named(site: Site, server: PageServer) -> None:
    port = server.server_address[1]
    with pytest.raises(PortInUse, match=f"Port {port} is in use"):
        open_server(site, port)


def test_without_a_wish_the_next_free_port_is_taken(site: Site) -> None:
    with open_server(site) as first, open_server(site) as second:
        assert second.server_address[1] > first.server_address[1]


def test_only_this_machine_is_served(server: PageServer) -> None:
    assert server.server_address[0] == ADDRESS == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_address[1]}/"
    with socket.create_connection((ADDRESS, server.server_address[1]), timeout=10):
        pass
