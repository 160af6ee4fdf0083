"""The terminal's host: real connections on loopback, keys by origin, settings from variables."""

from __future__ import annotations

import io
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator

import pytest

from fault_server import Server, fault_server
from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.hosts.terminal_requests import _ollama_address
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask, stream_events
from lispcore.llm.events import TextDelta
from lispcore.llm.failures import (
    ConnectionFailed,
    ConnectionLost,
    MalformedReply,
    ModelError,
    ProviderError,
    TimedOut,
    Truncated,
)
from lispcore.llm.http import Credential, HttpRequest
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings
from lispcore.values.errors import Stopped

REQUEST = Request((text_message("user", "hi"),), model="m")


@pytest.fixture
def server() -> Iterator[Server]:
    with fault_server() as running:
        yield running


def at(server: Server, behaviour: str) -> Settings:
    settings = settings_for("openai", f"{server.url}/{behaviour}/v1")
    assert settings is not None
    return settings


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["good", "whole"])
def test_a_whole_reply(server: Server, behaviour: str) -> None:
    assert ask(REQUEST, at(server, behaviour), TerminalHost({})).text == "Hello"


@pytest.mark.parametrize(
    ("behaviour", "kind", "status", "partial"),
    [
        ("drop", ConnectionLost, 0, "Hello"),
        ("mute", ConnectionFailed, 0, ""),
        ("truncate", Truncated, 0, "Hello"),
        ("busy", ProviderError, 429, ""),
        ("overloaded", ProviderError, 529, ""),
        ("page", MalformedReply, 0, ""),
        ("redirect", ProviderError, 307, ""),
    ],
)
def test_faults(
    server: Server, behaviour: str, kind: type[ModelError], status: int, partial: str
) -> None:
    with pytest.raises(ModelError) as caught:
        ask(REQUEST, at(server, behaviour), TerminalHost({}))
    error = caught.value
    assert (type(error), error.status, error.partial) == (kind, status, partial)
    assert len(server.requests) == 1
    if behaviour == "busy":
        assert error.retry_after == 3


def test_words_come_before_the_reply_has_ended(server: Server) -> None:
    events = stream_events(REQUEST, at(server, "gated"), TerminalHost({}))
    assert next(events) == TextDelta("Hello")
    server.gate.set()
    assert [type(event).__name__ for event in events] == ["Finished"]


def test_a_stalled_reply_times_out(server: Server) -> None:
    request = Request((text_message("user", "hi"),), model="m", timeout_seconds=0.2)
    with pytest.raises(TimedOut) as caught:
        ask(request, at(server, "gated"), TerminalHost({}))
    assert caught.value.partial == "Hello"


def test_nobody_there() -> None:
    settings = settings_for("openai", "http://127.0.0.1:9/v1")
    assert settings is not None
    with pytest.raises(ConnectionFailed, match=r"127\.0\.0\.1:9") as caught:
        ask(REQUEST, settings, TerminalHost({}))
    assert "is the server running" in caught.value.advice


@pytest.mark.parametrize("url", ["ftp://x/y", "http://", "nonsense", "http://[::1", "http://a b/"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ConnectionFailed):
        TerminalHost({}).fetch(HttpRequest(url))


def test_many_at_once_in_order_with_partial_failure(server: Server) -> None:
    names = ["whole", "busy", "mute", "drop", "whole"]
    requests = [HttpRequest(f"{server.url}/{name}", "POST", body=b"x") for name in names]
    replies = TerminalHost({}).fetch_all(requests, 2)
    whole, busy, mute, drop, last = replies
    assert isinstance(mute, ConnectionFailed)
    assert not isinstance(whole, Exception)
    assert not isinstance(busy, Exception)
    assert not isinstance(drop, Exception)
    assert not isinstance(last, Exception)
    assert b"Hello" in b"".join(whole.chunks()) == b"".join(last.chunks())
    assert busy.status == 429
    arriving = drop.chunks()
    assert b"Hello" in next(arriving)
    with pytest.raises(ConnectionLost):
        next(arriving)
    assert TerminalHost({}).fetch_all([], 4) == []


# --- keys -----------------------------------------------------------------------------------------


def test_a_key_goes_to_its_own_origin_only(server: Server) -> None:
    variables = {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"{server.url}/whole/v1"}
    host = TerminalHost(variables)
    ask(REQUEST, at(server, "whole"), host)
    assert server.requests[-1][1]["authorization"] == "Bearer sk-1"

    elsewhere = TerminalHost({"OPENAI_API_KEY": "sk-1"})
    ask(REQUEST, at(server, "whole"), elsewhere)
    other_spelling = f"{server.url.replace('127.0.0.1', 'localhost')}/whole"
    credential = Credential("openai", "authorization", "Bearer ")
    host.fetch(HttpRequest(other_spelling, "POST", credential=credential)).close()
    host.fetch(HttpRequest(f"{server.url}/whole", credential=Credential("groq", "x"))).close()
    assert ["authorization" in headers for _, headers, _ in server.requests[1:]] == [False] * 3


SECRET = "sk-secret/0123456789-abcdef"


def test_a_server_that_repeats_a_key_does_not_hand_it_to_the_program(server: Server) -> None:
    variables = {"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": f"{server.url}/echo/v1"}
    lisp = Interpreter(TerminalHost(variables))
    program = f"""
      (define told "")
      (define (tell x) (set! told (str told x (json/encode (str x)))))
      (try (llm/complete "x") (catch e (tell e)))
      (llm/configure :openai {{:base-url "{server.url}/echo-stream/v1"}})
      (tell (llm/stream "x" tell))
      (tell (http/get "{server.url}/echo" {{:headers {{:authorization "Bearer {SECRET}"}}}}))
      (tell (llm/records))
      told"""
    told = lisp.eval(program)
    assert server.requests[0][1]["authorization"] == f"Bearer {SECRET}"
    assert "(redacted)" in told
    assert SECRET not in told
    assert b64encode(f"Bearer {SECRET}".encode()).decode()[12:-8] not in told


def test_a_key_that_cannot_be_sent_is_not_shown() -> None:
    for key in (f"{SECRET}\nx: y", f"{SECRET}\x00", f"{SECRET}é"):
        host = TerminalHost({"OPENAI_API_KEY": key, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
        with pytest.raises(LispError) as caught:
            Interpreter(host).eval('(llm/complete "x" {:max-retries 0})')
        assert SECRET not in f"{caught.value.message} {caught.value.hint} {caught.value.fields}"


def test_a_redirect_is_not_followed(server: Server) -> None:
    response = TerminalHost({}).fetch(HttpRequest(f"{server.url}/redirect", "POST"))
    assert response.status == 307
    response.close()


def test_the_body_arrives_byte_for_byte(server: Server) -> None:
    body = bytes(range(256)) * 300
    TerminalHost({}).fetch(HttpRequest(f"{server.url}/whole", "POST", body=body)).close()
    assert server.requests[-1][2] == body


# --- settings -------------------------------------------------------------------------------------


def test_without_variables_only_ollama_is_there_and_nothing_is_default() -> None:
    settings = TerminalHost({}).model_settings()
    assert settings["default"] is None
    assert list(settings["providers"]) == ["ollama"]


def test_the_first_key_of_the_table_makes_the_default() -> None:
    variables = {"GROQ_API_KEY": "a", "GEMINI_API_KEY": "b", "MISTRAL_API_KEY": ""}
    settings = TerminalHost(variables).model_settings()
    assert settings["default"] == "gemini"
    assert list(settings["providers"]) == ["gemini", "groq", "ollama"]
    assert "'a'" not in repr(settings)
    assert settings["providers"]["groq"] == {
        "base_url": "https://api.groq.com/openai/v1",
        "model": "openai/gpt-oss-120b",
        "has_key": True,
    }


def test_provider_and_model_can_be_preferred() -> None:
    variables = {"GROQ_API_KEY": "a", "SEMA_CHAT_PROVIDER": "Google", "SEMA_CHAT_MODEL": "g-1"}
    settings = TerminalHost(variables).model_settings()
    assert settings["default"] == "gemini"
    assert settings["providers"]["gemini"]["model"] == "g-1"
    assert TerminalHost({"SEMA_CHAT_PROVIDER": "demo"}).model_settings()["default"] == "demo"


def test_ollama_host_in_its_many_spellings() -> None:
    assert TerminalHost({"OLLAMA_HOST": "box"}).model_settings()["default"] == "ollama"
    for text, address in [
        ("box", "http://box:11434"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("https://box/", "https://box"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("[::1]", "http://[::1]:11434"),
        ("http://box:1/api", "http://box:1/api"),
    ]:
        assert _ollama_address(text) == address


# --- output, input, stop --------------------------------------------------------------------------


def test_text_appears_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=False)
    monkeypatch.setattr(sys, "stdout", out)
    TerminalHost({}).write("Grüße", "stream")
    assert raw.getvalue() == b"Gr??e"


def test_the_end_of_input_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\n"))
    host = TerminalHost({})
    assert host.read_line("") == "one"
    assert host.read_line("") is None


def test_stop_ends_a_wait_and_counts_once() -> None:
    host = TerminalHost({})
    threading.Timer(0.05, host.stop).start()
    with pytest.raises(Stopped):
        host.sleep(1e12)
    host.check()
    host.sleep(-1)
