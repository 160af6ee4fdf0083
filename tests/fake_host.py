"""A host without a world: replies are scripted, time stands still, everything is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lispcore.hosts.terminal_tasks import GreenletSwitcher
from lispcore.llm.http import HttpRequest


class FakeResponse:
    """A reply in given pieces; an exception among the pieces is raised when its turn comes."""

    def __init__(
        self,
        *pieces: bytes | BaseException,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {"content-type": "text/event-stream"})
        self.pieces = pieces
        self.closed = False

    def chunks(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def close(self) -> None:
        self.closed = True


class FakeHost:
    """Answers each fetch with the next of `replies` (an exception is raised)."""

    name = "terminal"

    def __init__(self, *replies: FakeResponse | BaseException) -> None:
        self.replies = list(replies)
        self.requests: list[HttpRequest] = []
        self.records: list[Mapping[str, Any]] = []
        self.written: list[tuple[str, str]] = []
        self.slept: list[float] = []
        self.settings: dict[str, Any] = {"default": None, "providers": {}}
        # What the language keeps for itself stays in the folder of the test.
        self.variables: dict[str, str] = {"SEMA_HOME": ".sema"}
        self.missing: dict[str, str] = {}
        self.browser: Mapping[str, Any] | None = None
        self.stop_at: int | None = None
        self.checks = 0
        self.time = 0.0
        self.chance = 0.5  # what `random` returns

    def write(self, text: str, kind: str = "out") -> None:
        self.written.append((kind, text))

    def fetch(self, request: HttpRequest) -> FakeResponse:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def fetch_all(self, requests: list[HttpRequest], limit: int) -> list[Any]:
        return [self.fetch(request) for request in requests]

    def record(self, event: Mapping[str, Any]) -> None:
        self.records.append(event)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def now(self) -> float:
        return 1_750_000_000.0 + self.time

    def monotonic(self) -> float:
        return self.time

    def random(self) -> float:
        return self.chance

    def environment(self, name: str) -> str | None:
        return self.variables.get(name)

    def read_line(self, prompt: str) -> str | None:
        return None

    def model_settings(self) -> Mapping[str, Any]:
        return self.settings

    def install(self, package: str, module: str = "") -> str:
        return self.missing.get(package, "")

    def describe_browser(self) -> Mapping[str, Any] | None:
        return self.browser

    def switcher(self) -> Any:
        return GreenletSwitcher()

    def check(self) -> None:
        from lispcore.values.errors import Stopped

        self.checks += 1
        if self.stop_at is not None and self.checks >= self.stop_at:
            raise Stopped
