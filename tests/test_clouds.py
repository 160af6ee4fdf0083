"""Bedrock, Vertex and Azure: addresses, bodies and proofs of who asks, on a server that checks them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.hosts.cloud_signatures import is_of_cloud, region_of
from lispcore.hosts.terminal import TerminalHost
from lispcore.llm.pricing import price_of
from lispcore.values.printing import print_value
from test_event_frames import chunk, frame

ACCOUNT = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"}
CLAUDE = [
    {"type": "message_start", "message": {"model": "claude", "usage": {"input_tokens": 7}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "there"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
    {"type": "message_stop"},
]


class Cloud:
    """A server that notes what it was asked; `frames` are what it streams for Bedrock."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.frames = b"".join(map(chunk, CLAUDE))

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        self.asked.append((path, headers, json.loads(body)))
        if path.endswith("/invoke-with-response-stream"):
            problem = self.wrong_signature("POST", path, headers, body)
            if problem:
                return 403, "application/json", json.dumps({"message": problem}).encode()
            return 200, "application/vnd.amazon.eventstream", self.frames
        if headers.get("authorization") != "Bearer token" and "api-key" not in headers:
            return 401, "application/json", b'{"error": {"message": "who are you?"}}'
        if "/publishers/anthropic/" in path:
            text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in CLAUDE)
            return 200, "text/event-stream", text.encode()
        if "/publishers/google/" in path:
            part = {"content": {"parts": [{"text": "Hi there"}]}, "finishReason": "STOP"}
            return (
                200,
                "text/event-stream",
                f"data: {json.dumps({'candidates': [part]})}\n\n".encode(),
            )
        choice = {"message": {"content": "Hi there"}, "finish_reason": "stop"}
        return 200, "application/json", json.dumps({"choices": [choice]}).encode()

    def wrong_signature(self, method: str, path: str, headers: dict[str, str], body: bytes) -> str:
        """Signs the request as the server knows it, and compares."""
        if headers.get("authorization") == "Bearer bedrock-key":
            return ""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        sent = headers.get("authorization", "")
        if not sent.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"):
            return "Missing Authentication Token"
        names = sent.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        if not {"host", "x-amz-date", "content-type"} <= set(names):
            return "headers are not signed"
        region = sent.split("/")[2]

        class AtThatTime(SigV4Auth):  # type: ignore[misc]
            def add_auth(self, request: Any) -> None:
                request.context["timestamp"] = headers["x-amz-date"]
                wanted = self.string_to_sign(request, self.canonical_request(request))
                request.context["signature"] = self.signature(wanted, request)

        request = AWSRequest(method, self.url + path, {n: headers[n] for n in names}, body)
        keys = Credentials(ACCOUNT["AWS_ACCESS_KEY_ID"], ACCOUNT["AWS_SECRET_ACCESS_KEY"])
        AtThatTime(keys, "bedrock", region).add_auth(request)
        if f"Signature={request.context['signature']}" not in sent:
            return "The request signature we calculated does not match the signature you provided."
        return ""


@contextmanager
def _served(cloud: Cloud) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, kind, data = cloud.answer(self.path, headers, body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    cloud.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    opened = Cloud()
    with _served(opened):
        yield opened


def run(program: str, **variables: str) -> str:
    return print_value(Interpreter(TerminalHost(variables)).eval(program))


ASK = (
    '(llm/complete "hello" {:system "s" :max-tokens 9 :model "us.anthropic.claude-opus-4-8-v1:0"})'
)


def test_claude_on_bedrock_is_asked_with_a_signature(cloud: Cloud) -> None:
    pytest.importorskip("botocore")
    said = run(f"(llm/configure :bedrock) {ASK}", BEDROCK_BASE_URL=cloud.url, **ACCOUNT)
    assert said == '"Hi there"'
    [(path, headers, body)] = cloud.asked
    assert path == "/model/us.anthropic.claude-opus-4-8-v1%3A0/invoke-with-response-stream"
    assert body["anthropic_version"] == "bedrock-2023-05-31"
    assert (body["max_tokens"], body["system"]) == (9, "s")
    assert not {"model", "stream", "service_tier"} & set(body)
    assert "/us-east-1/bedrock/aws4_request" in headers["authorization"]
    # What was changed on its way is noticed: so the test's server does look.
    assert cloud.wrong_signature("POST", path, headers, b"{}")


def test_the_region_and_a_token_of_a_session_are_signed(cloud: Cloud) -> None:
    pytest.importorskip("botocore")
    more = {"AWS_REGION": "eu-west-1", "AWS_SESSION_TOKEN": "session"}
    run(f"(llm/configure :bedrock) {ASK}", BEDROCK_BASE_URL=cloud.url, **ACCOUNT, **more)
    [(_, headers, _)] = cloud.asked
    assert "/eu-west-1/bedrock/" in headers["authorization"]
    assert headers["x-amz-security-token"] == "session"


def test_a_key_of_bedrocks_takes_the_place_of_the_signature(cloud: Cloud) -> None:
    variables = {"BEDROCK_BASE_URL": cloud.url, "AWS_BEARER_TOKEN_BEDROCK": "bedrock-key"}
    assert run(f"(llm/configure :bedrock) {ASK}", **variables) == '"Hi there"'


def test_bedrocks_failures_are_told(cloud: Cloud) -> None:
    variables = {"BEDROCK_BASE_URL": cloud.url, "AWS_BEARER_TOKEN_BEDROCK": "bedrock-key"}
    ask = f"(llm/configure :bedrock {{:max-retries 0}}) {ASK}"
    failed = frame(
        b'{"message":"slow down"}', message_type="exception", exception_type="throttlingException"
    )
    cloud.frames = b"".join(map(chunk, CLAUDE[:3])) + failed
    with pytest.raises(LispError, match="slow down") as caught:
        run(ask, **variables)
    assert caught.value.fields["partial"] == "Hi "
    cloud.frames = b"".join(map(chunk, CLAUDE[:3]))
    with pytest.raises(LispError):
        run(ask, **variables)
    with pytest.raises(LispError, match=r"no account|not installed"):
        run(ask, BEDROCK_BASE_URL=cloud.url, AWS_BEARER_TOKEN_BEDROCK="", AWS_PROFILE="nobody")


def test_nobody_else_gets_a_signature(cloud: Cloud) -> None:
    pytest.importorskip("botocore")
    program = f'(llm/configure :bedrock {{:base-url "{cloud.url}"}}) {ASK}'
    with pytest.raises(LispError, match="Missing Authentication Token"):
        run(program, **ACCOUNT)


def test_vertex_speaks_geminis_and_claudes_formats(cloud: Cloud) -> None:
    base = f"{cloud.url}/v1/projects/p/locations/global"
    where = f'{{:base-url "{base}" :api-key "token"}}'
    assert run(f'(llm/configure :vertex {where}) (llm/complete "hello")') == '"Hi there"'
    assert run(f'(llm/configure :vertex-anthropic {where}) (llm/complete "hello")') == '"Hi there"'
    (gemini, _, asked), (claude, _, body) = cloud.asked
    start = "/v1/projects/p/locations/global/publishers"
    assert gemini == f"{start}/google/models/gemini-3.5-flash:streamGenerateContent?alt=sse"
    assert asked["contents"] == [{"role": "user", "parts": [{"text": "hello"}]}]
    assert claude == f"{start}/anthropic/models/claude-sonnet-4-6:streamRawPredict"
    assert body["anthropic_version"] == "vertex-2023-10-16"
    assert body["stream"] is True
    assert "model" not in body


def test_a_token_for_vertex_comes_from_googles_library(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    google_auth = pytest.importorskip("google.auth")

    class Account:
        valid = False
        token = ""

        def refresh(self, send: Any) -> None:
            assert send(f"{cloud.url}/token", "POST", b"{}", {}).status == 401
            self.valid, self.token = True, "token"

    monkeypatch.setattr(google_auth, "default", lambda scopes: (Account(), "p"))
    base = f"{cloud.url}/v1/projects/p/locations/global"
    said = run('(llm/configure :vertex) (llm/complete "hello")', VERTEX_BASE_URL=base)
    assert said == '"Hi there"'


def test_vertex_needs_a_project() -> None:
    with pytest.raises(LispError, match="wants to know the project"):
        run('(llm/configure :vertex {:api-key "token"}) (llm/complete "hello")')
    placed = TerminalHost({"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "europe-west4"})
    assert placed.model_settings()["providers"]["vertex"]["base_url"] == (
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4"
    )


@pytest.mark.parametrize("base", ["", "/openai/v1", "/openai/v1/"])
def test_azure(cloud: Cloud, base: str) -> None:
    variables = {"AZURE_OPENAI_ENDPOINT": cloud.url + base, "AZURE_OPENAI_API_KEY": "k"}
    ask = '(llm/configure :azure {:default-model "my-gpt"}) (llm/complete "hello" {:max-tokens 9})'
    assert run(ask, **variables) == '"Hi there"'
    [(path, headers, body)] = cloud.asked
    assert (path, headers["api-key"]) == ("/openai/v1/chat/completions", "k")
    assert "authorization" not in headers
    assert body["max_completion_tokens"] == 9


def test_azure_without_an_address_says_so() -> None:
    with pytest.raises(LispError, match="an address for each account"):
        run('(llm/configure :azure {:api-key "k"}) (llm/complete "hello")')


def test_the_page_says_that_it_cannot_sign() -> None:
    host = FakeHost()
    host.name = "browser"
    with pytest.raises(LispError, match="cannot be asked from a web page"):
        Interpreter(host).eval('(llm/configure :bedrock) (llm/complete "hello")')
    assert host.requests == []


def test_regions_and_places() -> None:
    own = "https://bedrock-runtime.eu-north-1.amazonaws.com/model/m/invoke-with-response-stream"
    assert region_of(own, {"AWS_REGION": "us-west-2"}) == "eu-north-1"
    assert region_of("http://127.0.0.1/", {"AWS_DEFAULT_REGION": "us-west-2"}) == "us-west-2"
    assert is_of_cloud(own, "aws")
    for other in (
        "http://",
        "https://evil.org/",
        "https://bedrock-runtime.x.amazonaws.com.evil.org/",
    ):
        assert not is_of_cloud(own.replace("https://", other), "aws")
    assert not is_of_cloud(own, "google")
    assert not is_of_cloud(own, "")


def test_prices_are_those_of_the_maker() -> None:
    listed = price_of("anthropic", "claude-opus-4-8")
    assert listed is not None
    for model in ("us.anthropic.claude-opus-4-8-v1:0", "anthropic.claude-opus-4-8-20260101-v1:0"):
        assert price_of("bedrock", model) == listed
    assert price_of("vertex-anthropic", "claude-opus-4-8@20260101") == listed
