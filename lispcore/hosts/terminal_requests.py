"""What the terminal's host sends over the network, and the keys that go with it.

Keys come from the usual variables (``ANTHROPIC_API_KEY`` …; the table is in llm/catalog.py), or
from the system's keyring for those who put them there (`lispcore keys`). Each
is bound to the exact origin of its provider's address, and only added to requests for that origin;
what proves an account of a cloud goes to that cloud's own hosts as well, in whatever region.
A server that repeats a key, in a body, a header or an error, does not hand it to the program.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final

from lispcore.hosts.cloud_signatures import CloudSignatures, is_of_cloud, region_of
from lispcore.hosts.direct_connections import (
    Address,
    Connection,
    Connections,
    Exchange,
    address_of,
    head_of,
    waiter,
    with_usual_headers,
)
from lispcore.hosts.system_keys import SystemKeys
from lispcore.llm.catalog import (
    AWS,
    AWS_REGION,
    PROVIDERS,
    Provider,
    canonical_name,
    origin_of,
)
from lispcore.llm.failures import (
    ConnectionFailed,
    ConnectionLost,
    InvalidRequest,
    ModelError,
    TimedOut,
)
from lispcore.llm.http import PAGE_SCHEME, HttpRequest, HttpResponse
from lispcore.llm.scrubbing import Scrubber
from lispcore.tasks.context import outside

if TYPE_CHECKING:
    import ssl

    import httpx

    from lispcore.tasks.task_host import Patience

# A server that does not even answer the connection by then is not there.
CONNECT_TIMEOUT_SECONDS: Final = 20.0
# A reasoning model may be silent for minutes before its first word.
SILENCE_TIMEOUT_SECONDS: Final = 600.0
# As many as rows may be under way: else most calls of a long run begin with a new connection.
_MOST_CONNECTIONS: Final = 1000
_LOOPBACK: Final = ("all://localhost", "all://127.0.0.1", "all://[::1]")


class Requests:
    """Sends requests. `variables` is the environment; `check` raises if the program is to stop."""

    def __init__(self, variables: Mapping[str, str], check: Callable[[], None]) -> None:
        self._variables = variables
        self._check = check
        self._system = SystemKeys(variables)
        self._in_keyring = self._system.names()
        self._client: httpx.Client | None = None
        self._client_lock = threading.Lock()
        self._signatures = CloudSignatures(variables)
        self._connections: Connections | None = None
        self._addresses: dict[str, Address | None] = {}
        self._scrubber = Scrubber(())
        self._scrubbed: list[str] = []
        # What was found in an environment of which this is a copy; each call asks.
        self._seen: dict[Any, Any] | None = None
        self._found: Mapping[str, Any] = {}
        self._known_keys: list[str] = []

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request and returns once status and headers are there."""
        direct = self.fetch_directly(request)
        if direct is not None:
            return direct
        import httpx

        self._check()
        if request.url.startswith(PAGE_SCHEME):
            raise InvalidRequest(
                "this model lives in the playground page and cannot be asked from a terminal",
                advice="choose another provider: (llm/configure :ollama) asks one on this machine",
            )
        silence = request.timeout_seconds or SILENCE_TIMEOUT_SECONDS
        connect = min(CONNECT_TIMEOUT_SECONDS, silence)
        timeout = httpx.Timeout(silence, connect=connect)
        client = self._shared_client()
        proof = self._key_header(request)
        scrubber = self._scrubber_now()
        try:
            message = client.build_request(
                request.method,
                request.url,
                content=request.body or None,
                headers=[*request.headers, *proof],
                timeout=timeout,
            )
            if request.tags.get("purpose") == "import":
                message.headers.pop("cookie", None)  # code is fetched as if for the first time
            with outside():
                response = client.send(message, stream=True, follow_redirects=False)
            return _StreamedResponse(response, scrubber)
        except httpx.TimeoutException as error:
            waited = connect if isinstance(error, httpx.ConnectTimeout) else silence
            raise TimedOut(f"no answer within {waited:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            # Nobody listens at this address of this machine: waiting a little changes nothing.
            refused = isinstance(error, httpx.ConnectError) and _is_here(request.url)
            known = refused or not isinstance(error, httpx.TransportError)
            raise _unreachable(request.url, error, scrubber, known) from error

    def fetch_directly(
        self, request: HttpRequest, patience: Patience | None = None
    ) -> HttpResponse | None:
        """Sends a request to a model over a connection of our own, where that is enough.

        Other tasks run while it waits if there is `patience`. None: it takes more than that.
        """
        if "call" not in request.tags:
            return None
        provider = PROVIDERS.get(request.credential.provider) if request.credential else None
        if provider is not None and provider.signs:
            return None
        if request.url not in self._addresses:
            self._addresses[request.url] = address_of(request.url)
        address = self._addresses[request.url]
        with self._client_lock:
            if self._connections is None:
                self._connections = Connections(_make_tls)
        if address is None or not self._connections.reaches(address.place):
            return None
        self._check()
        return self._sent_directly(request, address, self._connections, patience)

    def _sent_directly(
        self,
        request: HttpRequest,
        address: Address,
        connections: Connections,
        patience: Patience | None,
    ) -> HttpResponse:
        silence = request.timeout_seconds or SILENCE_TIMEOUT_SECONDS
        connect = min(CONNECT_TIMEOUT_SECONDS, silence)
        scrubber = self._scrubber_now()
        is_open = False
        try:
            given = [*request.headers, *self._key_header(request)]
            head = head_of(address, request.method, with_usual_headers(given), len(request.body))
            connection = connections.kept(address.place)
            if connection is None:

                def connected() -> Connection:
                    return connections.open(address.place, connect)

                if patience is None:
                    with outside():
                        connection = connected()
                else:
                    connection = patience.outside(connected)
            is_open = True
            wait = waiter(patience, self._check, silence)
            exchange = Exchange(connections, address.place, connection, request.method, wait)
            exchange.send(head + request.body)
            return _DirectResponse(exchange, scrubber)
        except TimeoutError as error:
            raise TimedOut(
                f"no answer within {silence if is_open else connect:g} seconds"
            ) from error
        except (OSError, HTTPException, ValueError) as error:
            # Nobody listens at this address of this machine: waiting a little changes nothing.
            known = isinstance(error, ValueError) or (not is_open and _is_here(request.url))
            raise _unreachable(request.url, error, scrubber, known) from error

    def _scrubber_now(self) -> Scrubber:
        """Returns what takes the keys out that are known at present."""
        keys = [*self._keys(), *self._signatures.secrets()]
        if keys != self._scrubbed:
            self._scrubber, self._scrubbed = Scrubber(keys), keys
        return self._scrubber

    def fetch_all(self, requests: list[HttpRequest], limit: int) -> list[HttpResponse | Exception]:
        """Sends many requests at once, `limit` at a time, and reads all their bodies."""
        from concurrent.futures import ThreadPoolExecutor

        if not requests:
            return []
        self._shared_client()
        workers = max(1, min(limit, len(requests)))
        with outside(), ThreadPoolExecutor(max_workers=workers) as pool:
            return list(pool.map(self._settled, requests))

    def _settled(self, request: HttpRequest) -> HttpResponse | Exception:
        try:
            response = self.fetch(request)
        except ModelError as error:
            return error
        pieces: list[bytes] = []
        lost: ModelError | None = None
        try:
            for chunk in response.chunks():
                pieces.append(chunk)
        except ModelError as error:
            lost = error
        finally:
            response.close()
        return _WholeResponse(response.status, response.headers, b"".join(pieces), lost)

    def _shared_client(self) -> httpx.Client:
        import httpx

        with self._client_lock:
            if self._client is None:
                # A server on this machine is never behind the proxy that the environment names.
                direct = dict.fromkeys(_LOOPBACK)
                self._client = httpx.Client(
                    mounts=direct,
                    headers={"user-agent": "lispcore"},
                    limits=httpx.Limits(
                        max_connections=_MOST_CONNECTIONS,
                        max_keepalive_connections=_MOST_CONNECTIONS,
                    ),
                )
            return self._client

    def _key_header(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Returns the key for a request, or a signature where the provider takes that for one."""
        credential = request.credential
        if credential is None:
            return []
        provider = PROVIDERS.get(credential.provider)
        key = self._key_of(provider) if provider else ""
        if not provider:
            return []
        is_own = origin_of(request.url) == origin_of(self._base_url_of(provider))
        if not is_own and not is_of_cloud(request.url, provider.signs):
            return []
        if not key and provider.signs:
            return self._signatures.headers_for(request, provider.signs, self._shared_client())
        if not key:
            return []
        return [(credential.header, credential.prefix + key)]

    # --- settings ---------------------------------------------------------------------------

    def model_settings(self) -> Mapping[str, Any]:
        """Returns the providers that the environment configures; Ollama needs no variable."""
        self._look()
        return self._found

    def _look(self) -> None:
        """Reads the environment again if it has changed: some sixty variables decide."""
        # Of Python's own mapping the bytes, which need no translation.
        now = getattr(self._variables, "_data", self._variables)
        if now != self._seen:
            seen = dict(now)
            self._found, self._known_keys = self._settings(), self._keys_now()
            self._seen = seen

    def _settings(self) -> Mapping[str, Any]:
        chosen = canonical_name((self._variables.get("SEMA_CHAT_PROVIDER") or "").lower())
        providers: dict[str, dict[str, Any]] = {}
        for name, provider in PROVIDERS.items():
            has_key = bool(self._key_of(provider))
            placed = bool(self._first(provider.base_variables))
            placed = placed or (
                bool(provider.signs) and self._placed(provider) != provider.base_url
            )
            has_key = has_key or (placed and bool(provider.signs))
            if has_key or placed or name in ("ollama", chosen):
                providers[name] = {
                    "base_url": self._base_url_of(provider),
                    "model": provider.model,
                    "has_key": has_key,
                }
        default = chosen if chosen in providers else self._first_configured()
        model = self._variables.get("SEMA_CHAT_MODEL")
        if model and default:
            providers[default]["model"] = model
        return {"default": default, "providers": providers}

    def _first_configured(self) -> str | None:
        for name, provider in PROVIDERS.items():
            placed = bool(self._first(provider.base_variables))
            ready = bool(self._key_of(provider)) if provider.needs_key else placed
            if ready and provider.chats:
                return name
        return None

    def _key_of(self, provider: Provider) -> str:
        key = self._first(provider.key_variables).strip()
        if not key and provider.name in self._in_keyring:
            key = self._system.get(provider.name)
        return key

    def _keys(self) -> list[str]:
        """Returns all keys that are known here."""
        self._look()
        return self._known_keys

    def _keys_now(self) -> list[str]:
        names = {name for each in PROVIDERS.values() for name in each.key_variables}
        values = [self._variables.get(name, "") for name in sorted(names)]
        values += [self._system.get(name) for name in self._in_keyring]
        return [key for value in values for key in {value, value.strip()} if key]

    def _first(self, names: tuple[str, ...]) -> str:
        for name in names:
            value = self._variables.get(name)
            if value:
                return value
        return ""

    def _base_url_of(self, provider: Provider) -> str:
        given = self._first(provider.base_variables)
        if not given:
            return self._placed(provider)
        return _ollama_address(given) if provider.name == "ollama" else given

    def _placed(self, provider: Provider) -> str:
        """Returns a provider's address, in the region and project of the environment."""
        base = provider.base_url
        if provider.signs == AWS:
            return base.replace(AWS_REGION, region_of("", self._variables))
        project = self._variables.get("GOOGLE_CLOUD_PROJECT")
        if not project or not provider.signs:
            return base
        location = self._variables.get("GOOGLE_CLOUD_LOCATION") or "global"
        if location != "global":
            base = base.replace("://", f"://{location}-")
        return base.replace("{project}", project).replace("{location}", location)


class _StreamedResponse:
    """A reply that is still arriving."""

    def __init__(self, response: httpx.Response, scrubber: Scrubber) -> None:
        self._response = response
        self._scrubber = scrubber
        self.status = response.status_code
        self.headers: Mapping[str, str] = {
            scrubber.text(name.lower()): scrubber.text(value)
            for name, value in response.headers.items()
        }

    def chunks(self) -> Iterator[bytes]:
        """Yields the body as it arrives."""
        import httpx

        try:
            pieces = self._scrubber.pieces(self._response.iter_bytes())
            while True:
                with outside():
                    chunk = next(pieces, None)
                if chunk is None:
                    return
                if chunk:
                    yield chunk
        except httpx.TimeoutException as error:
            raise TimedOut("the reply stopped arriving, and nothing came for too long") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            said = self._scrubber.text(f"the connection broke off: {error}")
            raise ConnectionLost(said) from error

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        self._response.close()


class _DirectResponse:
    """A reply that is still arriving over a connection of our own."""

    def __init__(self, exchange: Exchange, scrubber: Scrubber) -> None:
        self._exchange = exchange
        self._scrubber = scrubber
        self.status = exchange.status
        self.headers: Mapping[str, str] = {
            scrubber.text(name): scrubber.text(value) for name, value in exchange.headers.items()
        }

    def chunks(self) -> Iterator[bytes]:
        """Yields the body as it arrives."""
        try:
            yield from self._scrubber.pieces(self._exchange.pieces())
        except TimeoutError as error:
            raise TimedOut("the reply stopped arriving, and nothing came for too long") from error
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            said = self._scrubber.text(f"the connection broke off: {error}")
            raise ConnectionLost(said) from error

    def leave(self) -> None:
        """Says that all has come that matters."""
        self._exchange.leave()

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        self._exchange.close()


class _WholeResponse:
    """A reply that has been read; `lost` is what broke it off, if anything did."""

    def __init__(
        self, status: int, headers: Mapping[str, str], body: bytes, lost: ModelError | None
    ) -> None:
        self.status = status
        self.headers = headers
        self._body = body
        self._lost = lost

    def chunks(self) -> Iterator[bytes]:
        """Yields the body, then raises what broke it off."""
        if self._body:
            yield self._body
        if self._lost is not None:
            raise self._lost

    def close(self) -> None:
        """Does nothing: there is no connection any more."""


def _unreachable(
    url: str, error: Exception, scrubber: Scrubber, is_known: bool
) -> ConnectionFailed:
    """Returns the error for a request without a reply; what is known to fail is not tried again."""
    return ConnectionFailed(
        scrubber.text(f"cannot reach {_host_of(url)}: {error}"),
        retryable=False if is_known else None,
    )


def _make_tls() -> ssl.SSLContext:
    """Returns the settings of TLS: certificates as the environment names them."""
    import httpx

    made = httpx.create_ssl_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


def _host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url


def _is_here(url: str) -> bool:
    name = _host_of(url).rpartition(":")[0] or _host_of(url)
    return name in ("localhost", "[::1]") or name.startswith("127.")


def _ollama_address(text: str) -> str:
    """Returns OLLAMA_HOST as an address: scheme and port may be missing, 0.0.0.0 means here."""
    scheme, mark, rest = text.strip().rstrip("/").rpartition("://")
    host, slash, path = rest.partition("/")
    host = host.replace("0.0.0.0", "127.0.0.1")
    if not host.rpartition("]")[2].count(":") and not mark:
        host += ":11434"
    return f"{scheme or 'http'}://{host}{slash}{path}"
