"""HTTP requests as values. Translators make them, a host sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

# Addresses of what the playground page answers itself: models and helpers that live in it.
PAGE_SCHEME: Final = "page:"


@dataclass(frozen=True, slots=True)
class Credential:
    """Which key a request needs and where it goes; the key itself is never in here.

    The host sets ``header: prefix + key`` if it holds a key of `provider` for the request's origin.
    """

    provider: str
    header: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `headers` hold only what the receiver needs: each odd one costs a preflight."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    credential: Credential | None = None
    timeout_seconds: float | None = None
    tags: dict[str, str] = field(default_factory=dict)


class HttpResponse(Protocol):
    """A reply whose body arrives in pieces. `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]

    def chunks(self) -> Iterator[bytes]:
        """Yields the body as it arrives; raises `llm.failures.ConnectionLost` if it breaks off."""
        ...

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        ...
