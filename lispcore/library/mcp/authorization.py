"""Who asks: OAuth 2.1 with PKCE for MCP servers, as their specification describes it.

The server's 401 leads to its metadata (RFC 9728), that to the authorization server's (RFC 8414),
where the client registers itself (RFC 7591). The visitor agrees in a browser, which comes back to a
port of this machine (RFC 8252) with a code; the code and the secret that only this program knows
(PKCE, RFC 7636) become a token. Tokens stay in memory; one that has run out is renewed.

A page cannot listen at a port: there the visitor comes back to a page of its own site, which hands
the code over (web/src/models/sign-in.js). Where nobody can be asked, a program gives a token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from lispcore.library.mcp.json_rpc import failed
from lispcore.library.mcp.streamable_http import Headers
from lispcore.llm.failures import ModelError
from lispcore.llm.http import HttpRequest
from lispcore.llm.json_values import read_json
from lispcore.tasks.context import host, outside
from lispcore.values.errors import LispError

_PATIENCE_SECONDS: Final = 300.0  # for the visitor to agree
_EARLY_SECONDS: Final = 30.0  # a token is renewed so long before it runs out
_MAX_BYTES: Final = 1024 * 1024
_METADATA: Final = re.compile(r'resource_metadata="([^"]+)"')
_SCOPE: Final = re.compile(r'scope="([^"]+)"')
_CLIENT: Final = "Lispcore"


# In a page tokens stay as long as it is open: else each Run would ask anew. A program of a link has
# a worker of its own, and so none of these.
_of_page: dict[str, Authorization] = {}


def authorization_for(url: str) -> Authorization:
    """Returns what is known of a server's authorization."""
    if host().name == "terminal":
        return Authorization(url)
    return _of_page.setdefault(url, Authorization(url))


@dataclass(slots=True)
class Authorization:
    """What is known of one server's authorization; `token` is empty until someone agreed."""

    url: str
    token: str = ""
    runs_out_at: float = 0.0
    refresh_token: str = ""
    client: str = ""
    token_endpoint: str = ""

    def headers(self) -> Headers:
        """Returns the header that says who asks; renews a token that runs out."""
        if not self.token:
            return ()
        if self.refresh_token and self.runs_out_at - _EARLY_SECONDS < host().now():
            try:
                self._exchange({"grant_type": "refresh_token", "refresh_token": self.refresh_token})
            except LispError:
                if self.runs_out_at < host().now():  # then the server asks anew
                    self.token = self.refresh_token = ""
                    return ()
        return (("authorization", f"Bearer {self.token}"),)

    def obtain(self, challenge: str) -> None:
        """Asks the visitor, and gets a token; raises `LispError` where that cannot be."""
        about, scope = self._about(challenge)
        way_back = _way_back(self.url)
        try:
            self._register(about, way_back.address)
            code, secret = self._agree(about, scope, way_back)
        finally:
            way_back.close()
        self._exchange(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": way_back.address,
                "code_verifier": secret,
            }
        )

    def _about(self, challenge: str) -> tuple[Mapping[str, Any], str]:
        """Returns the authorization server's metadata, and the scopes that are wanted."""
        found = _METADATA.search(challenge)
        scope = _SCOPE.search(challenge)
        place = urlsplit(self.url)
        origin = f"{place.scheme}://{place.netloc}"
        path = place.path.rstrip("/")
        known = f"{origin}/.well-known/oauth-protected-resource"
        places = [found.group(1)] if found else [known + path, known]
        resource = next((each for url in places if (each := _get(url))), {})
        servers = resource.get("authorization_servers")
        issuer = str(servers[0]) if isinstance(servers, list) and servers else origin
        scopes = resource.get("scopes_supported")
        wanted = scope.group(1) if scope else ""
        if not wanted and isinstance(scopes, list):
            wanted = " ".join(str(each) for each in scopes)
        return _metadata_of(issuer), wanted

    def _register(self, about: Mapping[str, Any], redirect: str) -> None:
        self.token_endpoint = _address(about, "token_endpoint")
        place = about.get("registration_endpoint")
        if not isinstance(place, str):
            raise failed(
                f"{self.url}: its authorization server lets no client register itself",
                'give a token: (mcp/connect {:url … :headers {"authorization" "Bearer …"}})',
            )
        wanted = {
            "client_name": _CLIENT,
            "redirect_uris": [redirect],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        }
        self.client = str(_post_json(place, wanted).get("client_id") or "")
        if not self.client:
            raise failed(f"{place} registered nobody")

    def _agree(self, about: Mapping[str, Any], scope: str, way_back: _WayBack) -> tuple[str, str]:
        """Returns the code that the visitor's browser brings back, and the secret of PKCE."""
        import secrets
        from base64 import urlsafe_b64encode
        from hashlib import sha256

        secret = secrets.token_urlsafe(48)
        state = secrets.token_urlsafe(16)
        hashed = urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": way_back.address,
            "state": state,
            "code_challenge": hashed,
            "code_challenge_method": "S256",
            "resource": self.url,
        }
        if scope:
            asked["scope"] = scope
        start = _address(about, "authorization_endpoint")
        place = f"{start}{'&' if '?' in start else '?'}{urlencode(asked, quote_via=quote)}"
        answer = way_back.agree(place, self.url)
        if answer.get("state") != state:
            raise failed("what came back from the browser belongs to another question")
        # Who answers must be who was asked (RFC 9207).
        issuer = answer.get("iss")
        if issuer and issuer != about.get("issuer"):
            raise failed(f"{issuer} answered, and {about.get('issuer')} was asked")
        if not answer.get("code"):
            said = answer.get("error_description") or answer.get("error") or "nothing"
            raise failed(f"nobody agreed: {said}")
        return answer["code"], secret

    def _exchange(self, asked: dict[str, str]) -> None:
        fields = {**asked, "client_id": self.client, "resource": self.url}
        kind = "application/x-www-form-urlencoded"
        found = _send(
            HttpRequest(
                self.token_endpoint,
                "POST",
                (("content-type", kind), ("accept", "application/json")),
                urlencode(fields).encode(),
            )
        )
        self.token = str(found.get("access_token") or "")
        if not self.token:
            raise failed(f"{self.token_endpoint} gave no token")
        self.refresh_token = str(found.get("refresh_token") or self.refresh_token)
        seconds = found.get("expires_in")
        lasts = float(seconds) if isinstance(seconds, (int, float)) else 3600.0
        self.runs_out_at = host().now() + lasts


def _metadata_of(issuer: str) -> Mapping[str, Any]:
    place = urlsplit(issuer)
    origin, path = f"{place.scheme}://{place.netloc}", place.path.rstrip("/")
    known = (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
        f"{origin}{path}/.well-known/openid-configuration",
    )
    for url in known:
        about = _get(url)
        if about:
            methods = about.get("code_challenge_methods_supported")
            if isinstance(methods, list) and "S256" not in methods:
                raise failed(f"{issuer} does not offer PKCE, without which nobody should agree")
            return about
    raise failed(f"{issuer} does not say how to sign in")


def _address(about: Mapping[str, Any], name: str) -> str:
    found = about.get(name)
    if not isinstance(found, str) or not _is_safe(found):
        raise failed(f"the authorization server names no safe {name}")
    return found


def _is_safe(url: str) -> bool:
    place = urlsplit(url)
    here = place.hostname in ("localhost", "127.0.0.1", "::1")
    return place.scheme == "https" or (place.scheme == "http" and here)


def _get(url: str) -> Mapping[str, Any]:
    """Returns the JSON object at an address; an empty one where there is none."""
    if not _is_safe(url):
        return {}
    try:
        return _send(HttpRequest(url, "GET", (("accept", "application/json"),)))
    except Exception as error:
        if getattr(error, "kind", "") == "mcp" or isinstance(error, ModelError):
            return {}
        raise


def _post_json(url: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    import json

    headers = (("content-type", "application/json"), ("accept", "application/json"))
    return _send(HttpRequest(url, "POST", headers, json.dumps(value).encode()))


def _send(request: HttpRequest) -> Mapping[str, Any]:
    try:
        response = host().fetch(request)
        body = b""
        for chunk in response.chunks():
            body += chunk
            if len(body) > _MAX_BYTES:
                break
        response.close()
    except ModelError as error:
        raise failed(f"{request.url}: {error.message}", error.advice or None) from None
    text = body.decode("utf-8", "replace")
    if not 200 <= response.status < 300:
        raise failed(f"{request.url}: HTTP {response.status} {' '.join(text.split())[:200]}")
    try:
        value = read_json(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise failed(f"{request.url} answers without a JSON object")
    return value


def _open_browser(url: str) -> None:
    import webbrowser

    try:
        webbrowser.open(url)
    except Exception:
        pass  # the address stands in the output


class _WayBack(Protocol):
    """How a visitor agrees in a browser and comes back."""

    address: str

    def agree(self, place: str, server: str) -> Mapping[str, str]:
        """Sends the visitor to an address; returns the query with which they came back."""
        ...

    def close(self) -> None:
        """Says that nobody is waited for."""
        ...


def _way_back(server: str) -> _WayBack:
    if host().name == "terminal":
        return _Listener()
    tell = getattr(host(), "sign_in_address", None)
    address = tell() if tell is not None else ""
    if not address:
        raise failed(
            f"{server} wants to know who asks, and a page cannot ask you for that",
            'give a token: (mcp/connect {:url … :headers {"authorization" "Bearer …"}}), '
            "or run the program on the terminal",
        )
    return _PageReturn(address)


class _PageReturn:
    """A page of the playground's own site, to which the browser comes back."""

    def __init__(self, address: str) -> None:
        self.address = address

    def agree(self, place: str, server: str) -> Mapping[str, str]:
        """Has the page ask its visitor."""
        page: Any = host()
        try:
            answer: Mapping[str, str] = page.sign_in(place, server)
        except ModelError as error:
            raise failed(error.message, error.advice or None) from None
        return answer

    def close(self) -> None:
        """Does nothing: the page has closed its question."""


class _Listener:
    """A port of this machine to which the browser comes back once."""

    def __init__(self) -> None:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/callback"

    def agree(self, place: str, server: str) -> Mapping[str, str]:
        """Opens the user's browser, and waits for it."""
        host().write(f"{server} asks who you are; agree in the browser:\n{place}\n", "err")
        _open_browser(place)
        return self.wait(_PATIENCE_SECONDS)

    def wait(self, seconds: float) -> dict[str, str]:
        """Returns the query with which the browser came; Stop ends the waiting."""
        until = host().monotonic() + seconds
        while host().monotonic() < until:
            host().check()
            try:
                with outside():
                    connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(2)
                found = self._answer(connection)
            if found is not None:
                return found
        raise failed("nobody agreed in time")

    def _answer(self, connection: Any) -> dict[str, str] | None:
        from urllib.parse import parse_qsl

        try:
            line = connection.recv(65536).split(b"\r\n", 1)[0].decode("latin-1")
        except OSError:
            return None
        words = line.split(" ")
        place = urlsplit(words[1]) if len(words) > 1 else None
        is_it = place is not None and place.path == "/callback"
        said = "You can close this page." if is_it else "Nothing is here."
        status = "200 OK" if is_it else "404 Not Found"
        text = f"HTTP/1.1 {status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n{said}\n"
        try:
            connection.sendall(text.encode())
        except OSError:
            pass
        return dict(parse_qsl(place.query)) if is_it and place is not None else None

    def close(self) -> None:
        """Gives the port back."""
        self._socket.close()
