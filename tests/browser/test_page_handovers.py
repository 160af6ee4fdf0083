"""A history changes hands in the middle of a loop of tools, in the page: between the wire formats."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playground import Playground

from strict_providers import (
    Strict,
    StrictAnthropic,
    StrictChat,
    StrictGemini,
    StrictResponses,
)

# Format -> server, provider, what follows the server's place in the address, model.
FORMATS: dict[str, tuple[type[Strict], str, str, str]] = {
    "chat": (StrictChat, "openai", "/v1", "gpt-5.6"),
    "responses": (StrictResponses, "openai", "/v1", "gpt-5.6-pro"),
    "anthropic": (StrictAnthropic, "anthropic", "", "claude-opus-4-8"),
    "gemini": (StrictGemini, "gemini", "", "gemini-3.5-flash"),
}
# Two formats of one provider cannot stand in one chain.
PAIRS = [
    (first, second)
    for first in FORMATS
    for second in FORMATS
    if FORMATS[first][1] != FORMATS[second][1]
]


@contextmanager
def served(*servers: Strict) -> Iterator[str]:
    """Serves each at its name, for pages of every origin; gives the address before the names."""
    by_name = {each.name: each for each in servers}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_OPTIONS(self) -> None:
            self.reply(204, {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            name, _, rest = self.path.partition("?")[0].lstrip("/").partition("/")
            found = by_name[name].answer(f"/{rest}", body)
            self.reply(found.status, found.headers, b"".join(found.chunks()))

        def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("access-control-allow-origin", "*")
            self.send_header("access-control-allow-headers", "*, authorization")
            for pair in headers.items():
                self.send_header(*pair)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_whoever_takes_over_takes_the_history(
    playground: Playground, first: str, second: str
) -> None:
    forms = (FORMATS[first], FORMATS[second])
    one, two = forms[0][0]("one", fails={1, 2, 3}), forms[1][0]("two")
    with served(one, two) as address:
        configured = "".join(
            f'(llm/configure :{provider} {{:base-url "{address}/{name}{path}" :api-key "k" '
            f':default-model "{model}" :max-retries 0}})\n'
            for name, (_, provider, path, model) in zip(("one", "two"), forms, strict=True)
        )
        program = f"""{configured}
            (deftool add "Adds." {{:a :int}} (fn (a) (str a " it is")))
            (llm/with-fallback [:{forms[0][1]} :{forms[1][1]}]
              (fn () (llm/chat [(message :user "Add.")] {{:tools [add]}})))"""
        result = playground.run(program)
    assert result["error"] is None, (result["error"], one.refused, two.refused)
    assert result["value"] == '"two is done"'
    assert (len(one.asked), len(two.asked)) == (1, 2)
    assert one.most_in_a_row <= 1
    assert two.most_in_a_row <= 1
