"""What the interpreter asks of the world around it. Every call is synchronous: the host waits.

`hosts/terminal.py` waits by blocking, `hosts/browser.py` by suspending the WebAssembly stack; tests
pass a fake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from lispcore.tasks.switching import Switcher

if TYPE_CHECKING:
    from lispcore.llm.http import HttpRequest, HttpResponse


class Host(Protocol):
    """The services of one environment."""

    name: str  # "terminal" or "browser"

    def write(self, text: str, kind: str = "out") -> None:
        """Shows text. `kind`: "out" and "err" are printed text, "stream" a model's words."""
        ...

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request and returns once status and headers are there.

        Fills in the key that `request.credential` names, for the exact origin it belongs to only.
        Raises `llm.failures.ConnectionFailed` if there is no answer.
        """
        ...

    def fetch_all(self, requests: list[HttpRequest], limit: int) -> list[HttpResponse | Exception]:
        """Sends many requests at once, `limit` at a time; the results stand in the same order."""
        ...

    def record(self, event: Mapping[str, Any]) -> None:
        """Takes note of something for the inspector (a model call and its parts, without keys)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    def now(self) -> float:
        """Returns the seconds since 1970-01-01 UTC."""
        ...

    def monotonic(self) -> float:
        """Returns seconds of a clock that never goes back."""
        ...

    def random(self) -> float:
        """Returns a random number from 0 up to, but not including, 1: for waits that must vary."""
        ...

    def environment(self, name: str) -> str | None:
        """Returns an environment variable (a browser has none but settings without secrets)."""
        ...

    def read_line(self, prompt: str) -> str | None:
        """Asks the user for a line; None at the end of input."""
        ...

    def model_settings(self) -> Mapping[str, Any]:
        """Returns what was chosen outside the program, never a key.

        ``{"default": provider or None, "providers": {name: {"base_url", "model", "has_key"}}}``.
        """
        ...

    def install(self, package: str, module: str = "") -> str:
        """Makes an optional Python package importable; returns "" or why it cannot be.

        `module` is one that it has, if that has another name than the package.
        """
        ...

    def describe_browser(self) -> Mapping[str, Any] | None:
        """Returns what the browser says of itself (`browser_packages`); None on a terminal."""
        ...

    def switcher(self) -> Switcher:
        """Returns a new way to run several stacks of calls, for the tasks of one interpreter."""
        ...

    def check(self) -> None:
        """Raises `values.errors.Stopped` if the user asked the program to stop."""
        ...
