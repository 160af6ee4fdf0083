"""A server of the Model Context Protocol, as a program on standard streams and at an address.

    python tests/mcp_peer.py        answers on standard input and output

At an address it is strict: sessions, versions, `accept`, and with `secured` a token by OAuth.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

ADD = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
PIXEL = base64.b64encode(b"\x89PNG pixel").decode()


def text(words: str) -> list[dict[str, Any]]:
    """Returns the content of an answer in words."""
    return [{"type": "text", "text": words}]


def call(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Returns what a tool answers."""
    if name == "add":
        return {"content": text(str(given["a"] + given["b"]))}
    if name == "fail":
        return {"content": text("out of luck"), "isError": True}
    if name == "draw":
        return {"content": [*text("here"), {"type": "image", "data": PIXEL, "mimeType": "i/png"}]}
    return {"content": [], "structuredContent": {"given": given}}


def answer(message: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the response to a message."""
    if message.get("id") is None or "method" not in message:
        return None
    method, given = message["method"], message.get("params") or {}
    results: dict[str, Any] = {
        "initialize": lambda: {
            "protocolVersion": given["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "peer", "version": "1"},
            "instructions": "Be brief.",
        },
        # Two pages, so that a client has to ask for the second.
        "tools/list": lambda: (
            {"tools": [{"name": "fail"}, {"name": "draw"}, {"name": "structure"}]}
            if given.get("cursor")
            else {
                "tools": [{"name": "add", "description": "Adds.", "inputSchema": ADD}],
                "nextCursor": "2",
            }
        ),
        "tools/call": lambda: call(given["name"], given.get("arguments") or {}),
        "resources/list": lambda: {"resources": [{"uri": "note://1", "name": "one"}]},
        "resources/read": lambda: {"contents": [{"uri": given["uri"], "text": "a note"}]},
        "prompts/list": lambda: {"prompts": [{"name": "greet", "arguments": [{"name": "who"}]}]},
        "prompts/get": lambda: {
            "messages": [
                {
                    "role": "user",
                    "content": {"type": "text", "text": f"Greet {given['arguments']['who']}"},
                }
            ]
        },
    }
    reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
    if method not in results:
        return reply | {"error": {"code": -32601, "message": f"no {method}"}}
    return reply | {"result": results[method]()}


def serve_streams() -> None:
    """Answers on standard streams; says other things, too, as servers do."""
    print("peer is starting", flush=True)  # no JSON: a client must not stumble
    held: list[dict[str, Any]] = []  # responses that come after the next one
    given_up: list[int] = []
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("method") == "notifications/cancelled":
            given_up.append(message["params"]["requestId"])
        if message.get("method") == "tools/list":
            ping = {"jsonrpc": "2.0", "id": "p1", "method": "ping"}
            note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {}}
            print(json.dumps(ping), json.dumps(note), sep="\n", flush=True)
            assert json.loads(sys.stdin.readline()) == {"jsonrpc": "2.0", "id": "p1", "result": {}}
        if message.get("method") == "prompts/list":
            print("the disk is full", file=sys.stderr, flush=True)
            sys.exit(3)
        found = answer(message)
        name = (message.get("params") or {}).get("name")
        if name == "later":
            held.append(found or {})
        elif name == "given up":
            print(json.dumps(found | {"result": {"content": text(str(len(given_up)))}}), flush=True)
        elif found is not None:
            for each in (found, *held):
                print(json.dumps(each), flush=True)
            held.clear()


@dataclass
class Peer:
    """What happened at an address."""

    url: str = ""
    streams: bool = True
    secured: bool = False
    keeps_sessions: bool = True
    breaks: bool = False  # each stream ends before the response, which is fetched later
    broken: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    begun: int = 0
    closed: int = 0
    tokens: set[str] = field(default_factory=set)
    challenge: str = ""
    redirects: list[str] = field(default_factory=list)  # that were registered
    redirect: str = ""
    code: str = ""
    issuer: str = ""  # that is told with the code, the right one if empty
    refuses: bool = False  # the visitor does not agree
    forgets: str = ""  # the session, at calls of this tool
    renewals: int = 0
    renews: bool = True
    open_to_begin: bool = False  # who asks matters only after the beginning
    scope: str = ""  # that tools need
    scopes: list[str] = field(default_factory=list)  # that were asked for
    lifetime: int = 3600


@contextmanager
def open_peer(**given: Any) -> Iterator[Peer]:
    """Serves at an address until the block ends."""
    peer = Peer(**given)
    handler = type("Handler", (_Handler,), {"peer": peer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    peer: Peer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        # Pages of other sites may ask, and read what the protocol says in headers.
        self.send_header("access-control-allow-origin", "*")
        self.send_header("access-control-allow-headers", "*, authorization")
        self.send_header("access-control-allow-methods", "*")
        self.send_header("access-control-expose-headers", "www-authenticate, mcp-session-id")
        self.end_headers()
        self.wfile.write(body)

    def do_OPTIONS(self) -> None:
        self._send(204)

    def _json(self, value: Any, status: int = 200, **headers: str) -> None:
        self._send(status, json.dumps(value).encode(), content_type="application/json", **headers)

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        url = self.peer.url
        if place.path == "/.well-known/oauth-protected-resource/mcp":
            return self._json({"resource": f"{url}/mcp", "authorization_servers": [f"{url}/as"]})
        if place.path == "/.well-known/oauth-authorization-server/as":
            return self._json(
                {
                    "issuer": f"{url}/as",
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "registration_endpoint": f"{url}/register",
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        if place.path == "/mcp" and self.headers.get("last-event-id") in self.peer.broken:
            found = self.peer.broken.pop(self.headers["last-event-id"])
            body = f"id: late\ndata: {json.dumps(found)}\n\n".encode()
            return self._send(200, body, content_type="text/event-stream")
        if place.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(place.query).items()}
            return self._authorize(asked)
        return self._send(404)

    def _authorize(self, asked: dict[str, str]) -> None:
        peer = self.peer
        is_right = (
            asked.get("response_type") == "code"
            and asked.get("client_id") == "client-1"
            and asked.get("redirect_uri") in peer.redirects
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and asked.get("resource") == f"{peer.url}/mcp"
            and len(asked.get("state", "")) >= 16
        )
        if not is_right:
            return self._send(400, b"this is no question of OAuth 2.1")
        peer.scopes.append(asked.get("scope", ""))
        peer.challenge, peer.redirect = asked["code_challenge"], asked["redirect_uri"]
        peer.code = f"code-{asked['state'][:8]}"
        said = {"error": "access_denied"} if peer.refuses else {"code": peer.code}
        issuer = peer.issuer or f"{peer.url}/as"
        back = urlencode({**said, "state": asked["state"], "iss": issuer})
        return self._send(302, location=f"{asked['redirect_uri']}?{back}")

    def do_DELETE(self) -> None:
        self.peer.closed += 1
        self._send(204)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/register":
            wanted = json.loads(body)
            assert wanted["token_endpoint_auth_method"] == "none"
            self.peer.redirects += wanted["redirect_uris"]
            return self._json({"client_id": "client-1"}, 201)
        if self.path == "/token":
            return self._token({name: each[0] for name, each in parse_qs(body.decode()).items()})
        return self._message(json.loads(body))

    def _token(self, asked: dict[str, str]) -> None:
        assert asked["client_id"] == "client-1"
        assert asked["resource"] == f"{self.peer.url}/mcp"
        if asked["grant_type"] == "refresh_token":
            self.peer.renewals += 1
            assert asked["refresh_token"] == "again"
            if not self.peer.renews:
                return self._json({"error": "invalid_grant"}, 400)
        else:
            secret = hashlib.sha256(asked["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(secret).decode().rstrip("=") == self.peer.challenge
            assert asked["redirect_uri"] == self.peer.redirect
            # A code is taken once.
            assert asked["code"] == self.peer.code != ""
            self.peer.code = ""
        token = f"token-{self.peer.renewals}"
        self.peer.tokens = {f"Bearer {token}"}
        self._json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "refresh_token": "again",
                "expires_in": self.peer.lifetime,
            }
        )

    def _message(self, message: dict[str, Any]) -> None:
        peer = self.peer
        is_open = peer.open_to_begin and message.get("method") == "initialize"
        if peer.scope and message.get("method") == "tools/call" and peer.scope not in peer.scopes:
            said = f'Bearer error="insufficient_scope", scope="{peer.scope}"'
            return self._send(403, www_authenticate=said)
        if peer.secured and not is_open and self.headers.get("authorization") not in peer.tokens:
            place = f"{peer.url}/.well-known/oauth-protected-resource/mcp"
            return self._send(401, www_authenticate=f'Bearer resource_metadata="{place}"')
        kinds = self.headers.get("accept", "")
        if "application/json" not in kinds or "text/event-stream" not in kinds:
            return self._send(406)
        begins = message.get("method") == "initialize"
        session = self.headers.get("mcp-session-id")
        if not begins and peer.keeps_sessions and session not in peer.sessions:
            return self._send(404 if session else 400)
        if not begins and not self.headers.get("mcp-protocol-version"):
            return self._send(400, b"no version")
        if peer.forgets and (message.get("params") or {}).get("name") == peer.forgets:
            peer.sessions.discard(session or "")
            return self._send(404)
        headers = {}
        if begins:
            peer.begun += 1
            if peer.keeps_sessions:
                peer.sessions.add(f"s{peer.begun}")
                headers["mcp_session_id"] = f"s{peer.begun}"
        found = answer(message)
        if found is None:
            return self._send(202)
        if not peer.streams:
            return self._json(found, **headers)
        if peer.breaks:
            place = f"e{message['id']}"
            peer.broken[place] = found
            body = f"retry: 1\nid: {place}\ndata:\n\n"
            return self._send(200, body.encode(), content_type="text/event-stream", **headers)
        note = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}
        body = "".join(f"event: message\ndata: {json.dumps(each)}\n\n" for each in (note, found))
        return self._send(200, body.encode(), content_type="text/event-stream", **headers)


if __name__ == "__main__":
    serve_streams()
