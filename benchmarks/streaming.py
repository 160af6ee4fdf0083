"""A server of streams for smooth.py: a model of a thousand pieces a second, and a plain page.

The plain page does with the same stream what a page must do at the least: it fetches, takes the
pieces apart, and appends each to the text that is shown. It holds no more than that, and a field to
type into.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PER_SECOND = 1_000
# What the last piece says, so that a page can tell when it has shown everything.
END = "the-end"

PLAIN_PAGE = """<!doctype html>
<meta charset="utf-8" />
<title>Plain</title>
<style>
  #shown { height: 60vh; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
  #typed { width: 90%; height: 20vh; }
</style>
<textarea id="typed"></textarea>
<div id="shown"></div>
<script type="module">
  const shown = document.getElementById("shown");
  const text = shown.appendChild(new Text());
  let isFollowing = false;
  function follow() {
    if (isFollowing) return;
    isFollowing = true;
    requestAnimationFrame(() => {
      isFollowing = false;
      shown.scrollTop = shown.scrollHeight;
    });
  }
  window.start = async (seconds) => {
    const reply = await fetch(`/v1/chat/completions?seconds=${seconds}`, {
      method: "POST",
      body: "{}",
    });
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const records = (rest + value).split("\\n\\n");
      rest = records.pop();
      for (const record of records) {
        if (record === "data: [DONE]") continue;
        text.appendData(JSON.parse(record.slice(6)).choices[0].delta.content ?? "");
        follow();
      }
    }
  };
</script>
"""


def record_of(delta: dict[str, str], reason: str | None = None) -> bytes:
    """Returns a piece of a reply as OpenAI's chat completions stream it."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    value = {"id": "stream", "object": "chat.completion.chunk", "choices": [choice]}
    return f"data: {json.dumps(value)}\n\n".encode()


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    seconds = 4.0

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def _begin(self, status: int, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name in ("Origin", "Methods", "Headers"):
            self.send_header(f"Access-Control-Allow-{name}", "*")
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def do_OPTIONS(self) -> None:
        """Allows any page to ask."""
        self._begin(204, "text/plain", 0)

    def do_GET(self) -> None:
        """Shows the plain page."""
        page = PLAIN_PAGE.encode()
        self._begin(200, "text/html", len(page))
        self.wfile.write(page)

    def do_POST(self) -> None:
        """Streams words for some seconds, each a piece of its own."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = urlsplit(self.path).query.partition("seconds=")[2]
        self._begin(200, "text/event-stream")
        with contextlib.suppress(OSError):  # the page was closed
            self._stream(float(asked or self.seconds))

    def _stream(self, seconds: float) -> None:
        count = int(seconds * PER_SECOND)
        start = time.perf_counter()
        for number in range(count):
            early = start + number / PER_SECOND - time.perf_counter()
            if early > 0:
                time.sleep(early)
            ending = "\n" if number % 12 == 11 else " "
            self._send(record_of({"content": f"word-{number}{ending}"}))
        self._send(record_of({"content": END}))
        self._send(record_of({}, "stop") + b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, record: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(record), record))


@contextmanager
def open_streams(seconds: float) -> Iterator[str]:
    """Serves streams of so many seconds on this machine; yields the address."""
    handler = type("Streams", (Handler,), {"seconds": seconds})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
