"""Batch jobs: many requests handed in together, answered within a day, at half the price.

A job is made of requests that a wire format built for itself, one by one; what differs from
provider to provider is how they are handed in and where the answers lie, and stands in
`interfaces.py`. An answer is the whole reply that the request would have had, so that whatever
reads replies reads these.

Nothing here waits: who asks for a job's state, and how often, is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from lispcore.llm.http import HttpRequest, HttpResponse

# What a job costs beside the same requests one by one; by the providers' price lists of 2026.
PRICE_SHARE: Final = 0.5


class Sender(Protocol):
    """The part of a host that a job needs."""

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request; returns once status and headers are there."""
        ...

    def check(self) -> None:
        """Raises if the user pressed Stop."""
        ...

    def now(self) -> float:
        """Returns seconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a job, under the name by which its answer is found again."""

    id: str
    request: HttpRequest


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` requests, `state` in the provider's own word.

    `results` says where the answers lie once `is_over`: addresses, or the answers themselves.
    """

    state: str
    is_over: bool
    done: int = 0
    total: int = 0
    results: tuple[Any, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request: status and whole body, as a server would have sent them."""

    status: int
    body: bytes


class WholeAnswer:
    """An `Answer` in the shape of a reply (`llm.http.HttpResponse`)."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers: Mapping[str, str] = {"content-type": "application/json"}
        self._body = answer.body

    def chunks(self) -> Iterator[bytes]:
        """Yields the body in one piece."""
        yield self._body

    def close(self) -> None:
        """Has nothing to end."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a provider has taken: its name there, and the addresses of what belongs to it."""

    name: str
    interface: str
    url: str
    count: int
    submitted_at: float = 0.0
    tags: Mapping[str, str] = field(default_factory=dict)


def fingerprint(items: list[Item]) -> str:
    """Returns what tells whether the same requests, in this order, were handed in before."""
    import hashlib

    digest = hashlib.sha256()
    for item in items:
        for part in (item.request.url.encode(), item.request.body):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()[:32]
