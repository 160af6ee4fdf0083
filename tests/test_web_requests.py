"""HTTP functions against a host that only takes notes."""

from __future__ import annotations

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.llm.failures import ConnectionFailed, ConnectionLost
from lispcore.values.printing import print_value

URL = "https://site.example/x"


def ask(program: str, *replies):
    host = FakeHost(*replies)
    value = Interpreter(host).eval(program)
    return print_value(value), host.requests[0]


def test_a_reply_is_a_map() -> None:
    reply = FakeResponse(b"h\xc3", b"\xa9", status=201, headers={"content-type": "text/plain"})
    value, request = ask(f'(http/get "{URL}" {{:headers {{"X-A" 1 :b "c"}} :timeout 1500}})', reply)
    assert value == '{:body "hé" :headers {:content-type "text/plain"} :status 201}'
    assert reply.closed
    assert (request.method, request.timeout_seconds, request.body) == ("GET", 1.5, b"")
    assert dict(request.headers) == {"X-A": "1", "b": "c"}
    assert request.credential is None


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ("{:b 1 :a (list 2)}", b'{"a":[2],"b":1}', "application/json"),
        ('"plain é"', "plain é".encode(), None),
        ("#u8(0 255)", b"\x00\xff", None),
    ],
)
def test_bodies(body: str, sent: bytes, kind: str | None) -> None:
    _, request = ask(f'(http/post "{URL}" {body})', FakeResponse())
    assert (request.method, request.body) == ("POST", sent)
    assert dict(request.headers).get("Content-Type") == kind


def test_an_own_content_type_stays() -> None:
    _, request = ask(
        f'(http/put "{URL}" {{:a 1}} {{:headers {{:content-type "x/y"}}}})', FakeResponse()
    )
    assert request.headers == (("content-type", "x/y"),)


def test_bytes_are_kept() -> None:
    value, _ = ask(f'(:body (http/get "{URL}" {{:as :bytes}}))', FakeResponse(b"\xff\x00"))
    assert value == "#u8(255 0)"


def test_multipart() -> None:
    program = (
        f'(http/post "{URL}" nil {{:multipart (list {{:name "a" :content "1"}} '
        '{:name "f" :filename "p\\"q.bin" :content #u8(7)})})'
    )
    _, request = ask(program, FakeResponse())
    kind = dict(request.headers)["Content-Type"]
    boundary = kind.partition("boundary=")[2].encode()
    assert request.body.count(b"--" + boundary) == 3
    assert b'form-data; name="a"\r\n\r\n1\r\n' in request.body
    assert (
        b'filename="p%22q.bin"\r\nContent-Type: application/octet-stream\r\n\r\n\x07'
        in request.body
    )


def test_any_method() -> None:
    _, request = ask(f'(http/request "patch" "{URL}" nil "x")', FakeResponse())
    assert (request.method, request.body) == ("PATCH", b"x")


@pytest.mark.parametrize(
    "reply", [ConnectionFailed("refused"), FakeResponse(b"x", ConnectionLost("broke off"))]
)
def test_a_broken_connection_is_an_error_of_kind_io(reply) -> None:
    with pytest.raises(LispError) as caught:
        ask(f'(http/get "{URL}")', reply)
    assert caught.value.kind == "io"
    assert URL in caught.value.message


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ('(http/get "ftp://x")', "not a web address"),
        ('(http/get "https://x y")', "white space"),
        (f'(http/get "{URL}" {{:headers {{:a "b\\nc: d"}}}})', "line end"),
        (f'(http/get "{URL}" {{:headers {{"a b" 1}}}})', "cannot be the name"),
        (f'(http/get "{URL}" {{:retries 3}})', "unknown option :retries"),
        (f'(http/post "{URL}" 5)', "expected string, map or bytevector"),
        (f'(http/get "{URL}" {{:as :json}})', ":as must be"),
        (f'(http/request "FLY" "{URL}")', "unknown method FLY"),
    ],
)
def test_mistakes(program: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        Interpreter(FakeHost()).eval(program)
