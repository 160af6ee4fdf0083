"""The host on a terminal: it waits by blocking. Requests and keys are in terminal_requests.py."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any, Final

from lispcore.tasks.context import outside
from lispcore.tasks.switching import Nested, Switcher
from lispcore.values.errors import LispError, Stopped

if TYPE_CHECKING:
    from lispcore.hosts.terminal_requests import Requests
    from lispcore.llm.http import HttpRequest, HttpResponse
    from lispcore.tasks.task_host import Patience

NOBODY_READS: Final = 141  # the exit status of what wrote into a pipe without a reader
MAX_RECORDS: Final = 1000  # of requests; the oldest go first


ALLOW_IMPORT: Final = "LISPCORE_ALLOW_IMPORT"  # the variable that stands for --allow-import


class OutputClosed(SystemExit):
    """Nobody reads what the program prints: it ends quietly."""


class TerminalHost:
    """Services of the operating system, as `hosts.base.Host` lists them.

    `environment` stands for the process's variables; `records` holds what the inspector would see.
    """

    name = "terminal"

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if environment is None else environment
        self._requests: Requests | None = None
        self._stop = threading.Event()
        self.records: deque[Mapping[str, Any]] = deque(maxlen=MAX_RECORDS)
        self.owns_process = False  # whether the process is there for one program alone
        # Whether programs import code from the network without a question.
        self.allows_imports = self._variables.get(ALLOW_IMPORT, "") not in ("", "0")

    # --- text -------------------------------------------------------------------------------

    def write(self, text: str, kind: str = "out") -> None:
        """Shows text at once: on standard error for "err", else on standard output."""
        stream = sys.stderr if kind == "err" else sys.stdout
        try:
            try:
                stream.write(text)
            except UnicodeEncodeError:
                encoding = stream.encoding or "utf-8"
                stream.write(text.encode(encoding, "replace").decode(encoding))
            stream.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> BaseException:
        """Returns the error for output that nobody takes; it ends a program with its own process.

        What is behind a pipe has read enough, and no program is to blame for a full disk.
        """
        nobody_reads = isinstance(error, BrokenPipeError)
        if nobody_reads and self.owns_process:
            return OutputClosed(NOBODY_READS)
        reason = (
            "nobody reads it any more" if nobody_reads else (error.strerror or "failed").lower()
        )
        return LispError(
            f"the output cannot be written: {reason}",
            kind="io",
            hint=None if nobody_reads else "make room where it goes, or send it somewhere else",
        )

    def finish(self) -> None:
        """Shows what is left to show; called when a program is over."""

    def read_line(self, prompt: str) -> str | None:
        """Asks the user for a line; None at the end of input."""
        try:
            with outside():
                return input(prompt)
        except EOFError:
            return None

    # --- network ----------------------------------------------------------------------------

    @property
    def requests(self) -> Requests:
        """What sends requests and knows the keys: loaded when a program asks for it."""
        if self._requests is None:
            from lispcore.hosts.terminal_requests import Requests

            self._requests = Requests(self._variables, self.check)
        return self._requests

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request and returns once status and headers are there."""
        return self.requests.fetch(request)

    def fetch_in_turns(self, request: HttpRequest, patience: Patience) -> HttpResponse | None:
        """Sends a request while other tasks run, if it is one of those that need no thread."""
        if type(self).fetch is not TerminalHost.fetch:
            return None
        return self.requests.fetch_directly(request, patience)

    def fetch_all(self, requests: list[HttpRequest], limit: int) -> list[HttpResponse | Exception]:
        """Sends many requests at once, `limit` at a time, and reads all their bodies."""
        return self.requests.fetch_all(requests, limit)

    def may_import(self, address: str) -> bool:
        """Asks whether a program may import code from an address; no where nobody can answer."""
        if self.allows_imports:
            return True
        streams = (sys.stdin, sys.stderr)
        if not self.owns_process or not all(each and each.isatty() for each in streams):
            return False
        self.write(
            f"This program wants to import code from\n  {address}\n"
            "That code can do all that the program can: read your files, go online.\n",
            "err",
        )
        answer = self.read_line("Import it? [y/N] ") or ""
        return answer.strip().lower() in ("y", "yes", "j", "ja")

    # --- settings ---------------------------------------------------------------------------

    def environment(self, name: str) -> str | None:
        """Returns an environment variable."""
        return self._variables.get(name)

    def model_settings(self) -> Mapping[str, Any]:
        """Returns the providers that the environment configures; Ollama needs no variable."""
        return self.requests.model_settings()

    def install(self, package: str, module: str = "") -> str:
        """Tells whether a Python package is there; returns "" or how to get it."""
        from importlib.util import find_spec

        if find_spec(module or package) is not None:
            return ""
        return f"the Python package {package} is not installed: python -m pip install {package}"

    def describe_browser(self) -> None:
        """Returns None: there is no browser."""

    # --- tasks ------------------------------------------------------------------------------

    @property
    def switches(self) -> bool:
        """Whether stacks can be switched: asked without loading what that takes."""
        return PathFinder.find_spec("greenlet") is not None

    def switcher(self) -> Switcher:
        """Returns greenlets, or the modest way where that package is missing."""
        try:
            from lispcore.hosts.terminal_tasks import GreenletSwitcher
        except ImportError:
            return Nested()
        return GreenletSwitcher()

    # --- time, records, stop ----------------------------------------------------------------

    def record(self, event: Mapping[str, Any]) -> None:
        """Keeps a record of a model call."""
        self.records.append(event)

    def sleep(self, seconds: float) -> None:
        """Waits."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with outside():
                self._stop.wait(min(left, 3600.0))
            self.check()

    def now(self) -> float:
        """Returns the seconds since 1970-01-01 UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Returns seconds of a clock that never goes back."""
        return time.monotonic()

    def random(self) -> float:
        """Returns a random number from 0 up to, but not including, 1."""
        import random

        return random.random()

    def stop(self) -> None:
        """Asks the running program to stop; may be called from another thread."""
        self._stop.set()

    def check(self) -> None:
        """Raises `Stopped` once after `stop` was called."""
        if self._stop.is_set():
            self._stop.clear()
            raise Stopped


def finish_output(host: Any) -> None:
    """Shows what is left to show of what a program has printed."""
    if isinstance(host, TerminalHost):
        host.finish()
