"""The host in a browser: an interpreter worker that asks its page for everything.

The page makes the requests and holds the keys; this side sends it one JSON object per wish and
waits for the answer (docs/protocol.md, web/src/engine/protocol.js). How it waits depends on the
browser: with tier "suspend" the bridge answers promises, and `run_sync` suspends the WebAssembly
stack; with the others the bridge itself returns only when the answer is there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from pyodide.ffi import run_sync, to_js

from lispcore.hosts.browser_direct import fetch_whole
from lispcore.hosts.browser_machine import machine_of
from lispcore.llm.failures import (
    BudgetExceeded,
    ConnectionFailed,
    ConnectionLost,
    ModelError,
    TimedOut,
)
from lispcore.llm.http import HttpRequest, HttpResponse
from lispcore.tasks.switching import Switcher
from lispcore.values.errors import Stopped

ERRORS: dict[str, type[ModelError]] = {
    "refused": ConnectionFailed,
    "limit": BudgetExceeded,
    "failed": ConnectionFailed,
    "lost": ConnectionLost,
    "timeout": TimedOut,
}
MAX_SLEEP_SECONDS = 1e9  # thirty years: also infinity becomes a number
# Longer texts are handed over in pieces of so many characters.
MAX_PIECE = 500_000
# Where a program may leave files beside its own folder, in which the worker starts Python.
TEMPORARY = "/tmp"


class RelayedResponse:
    """A reply whose body the page holds until it is asked for."""

    def __init__(self, host: BrowserHost, request: HttpRequest, answer: Mapping[str, Any]) -> None:
        self.status = int(answer["status"])
        self.headers: Mapping[str, str] = answer["headers"]
        # Where it came from, if the request was led on to another place.
        self.address = str(answer.get("address") or "")
        self._host = host
        self._request = request
        self._handle = answer["handle"]
        self._open = True

    def chunks(self) -> Iterator[bytes]:
        """Yields the body as it arrives, in batches."""
        while self._open:
            answer, body = self._host.ask({"operation": "pull", "handle": self._handle})
            if "error" in answer:
                self._open = False
                raise _error(answer, self._request)
            if answer["done"]:
                self._open = False
            if body:
                yield body

    def close(self) -> None:
        """Aborts the request if it is still under way."""
        if self._open:
            self._open = False
            self._host.tell({"operation": "abort", "handle": self._handle})


def _error(answer: Mapping[str, Any], request: HttpRequest) -> ModelError:
    """Returns the error that the page reported: ``{"error", "message", "advice"}``."""
    provider = request.credential.provider if request.credential else ""
    kind = answer["error"]
    return ERRORS[kind](
        answer["message"],
        provider=provider,
        advice=answer.get("advice", ""),
        retryable=False if kind in ("refused", "limit") else None,
    )


def _describe(request: HttpRequest) -> dict[str, Any]:
    """Returns a request without its body, ready for JSON. There is no key in it."""
    credential = request.credential
    return {
        "url": request.url,
        "method": request.method,
        "headers": [list(header) for header in request.headers],
        "timeout": request.timeout_seconds,
        "tags": dict(request.tags),
        "credential": credential
        and {
            "provider": credential.provider,
            "header": credential.header,
            "prefix": credential.prefix,
        },
    }


class BrowserHost:
    """Services of the page, as `hosts.base.Host` lists them.

    `bridge` is the worker's object of functions, `tier` its way to wait, `settings` what the page
    says about providers (never a key).
    """

    name = "browser"
    # The page keeps the recording of each model call for whoever wants to share the run.
    keeps_recordings = True

    def __init__(self, bridge: Any = None, tier: str = "") -> None:
        self.connect(bridge, tier)
        self.settings: Mapping[str, Any] = {"default": None, "providers": {}}
        self.view: Mapping[str, Any] | None = None  # of the last program's value

    def connect(self, bridge: Any, tier: str) -> None:
        """From now on this is the page, and the way to wait for it."""
        self._bridge = bridge
        self.machine = None if bridge is None else machine_of(bridge)
        self._suspends = tier == "suspend"
        self.switches = tier in ("", "suspend")
        self.tier = tier

    def ask(self, request: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Sends a wish to the page and waits; returns the answer and its bytes."""
        self.check()
        payload = to_js(body) if body else None
        text = json.dumps(request)
        answer = self._bridge.ask(text, payload) if body else self._bridge.ask(text)
        return self._take(answer)

    def begin(self, request: Mapping[str, Any], body: bytes) -> int:
        """Sends a wish to the page without waiting; returns its number (browser_answers.py)."""
        self.check()
        text = json.dumps(request)
        return int(self._bridge.begin(text, to_js(body)) if body else self._bridge.begin(text))

    def steps_of_language(self) -> bytes | None:
        """Returns the language's own functions in steps (running/library_steps.py)."""
        return self.fetch_wheel("lispcore-steps")

    def tell(self, request: Mapping[str, Any]) -> None:
        """Sends a wish that has no answer."""
        self._bridge.tell(json.dumps(request))

    def _take(self, answer: Any) -> tuple[dict[str, Any], bytes]:
        if self._suspends:
            answer = run_sync(answer)
        header = json.loads(answer.header)
        body = getattr(answer, "body", None)
        if header.get("stopped"):
            raise Stopped
        return header, body.to_bytes() if body else b""

    def write(self, text: str, kind: str = "out") -> None:
        """Shows text; waits now and then so that the page can keep up, and Stop is heard."""
        for start in range(0, len(text), MAX_PIECE):
            if self._bridge.write(text[start : start + MAX_PIECE], kind):
                self.ask({"operation": "drain"})

    def show(self, view: Mapping[str, Any]) -> None:
        """Shows a view (library/showing/views.py) in its place among what is printed."""
        if self._bridge.write(json.dumps(view), "view"):
            self.ask({"operation": "drain"})

    def take_value(self, value: Any) -> None:
        """Takes note of how the value of a program is shown besides its text, for `run`."""
        from lispcore.library.showing.ui import view_of

        self.view = view_of(value)

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Has the page send a request; returns once status and headers are there."""
        if self.tier == "direct":
            return fetch_whole(request)
        wish = {"operation": "fetch", "request": _describe(request)}
        answer, _ = self.ask(wish, request.body)
        if "error" in answer:
            raise _error(answer, request)
        return RelayedResponse(self, request, answer)

    def may_import(self, address: str) -> bool:
        """Tells whether code may be fetched: the page asks its visitor before it does so.

        Where Python itself sends requests nobody can be asked.
        """
        return self.tier != "direct"

    def sign_in_address(self) -> str:
        """Returns where a visitor comes back to who signs in; "" if nobody can be asked."""
        if self.tier == "direct":
            return ""
        answer, _ = self.ask({"operation": "sign-in", "url": "", "server": ""})
        return str(answer.get("address") or "")

    def sign_in(self, url: str, server: str) -> Mapping[str, str]:
        """Has the visitor sign in at an address; returns the query with which they came back."""
        answer, _ = self.ask({"operation": "sign-in", "url": url, "server": server})
        # A server's own `error` comes back as part of the query, without a message of the page.
        if "message" in answer:
            said, advice = answer["message"], answer.get("advice", "")
            raise ConnectionFailed(said, advice=advice, retryable=False)
        return answer

    def fetch_all(self, requests: list[HttpRequest], limit: int) -> list[HttpResponse | Exception]:
        """Has the page send many requests, `limit` at a time, and waits for all their bodies."""
        if self.tier == "direct":
            return [_settle(self, request) for request in requests]
        described = [{**_describe(request), "length": len(request.body)} for request in requests]
        wish = {"operation": "fetch-all", "requests": described, "limit": limit}
        answer, _ = self.ask(wish, b"".join(request.body for request in requests))
        return [
            _error(each, request) if "error" in each else RelayedResponse(self, request, each)
            for request, each in zip(requests, answer["replies"], strict=True)
        ]

    def record(self, event: Mapping[str, Any]) -> None:
        """Passes an event on to the inspector."""
        self._bridge.record(json.dumps(event, default=str))

    def sleep(self, seconds: float) -> None:
        """Waits; ends early only by Stop."""
        self.check()
        seconds = min(max(float(seconds), 0.0), MAX_SLEEP_SECONDS)
        until = time.monotonic() + seconds
        # A browser's timers count at most 24 days.
        while (left := until - time.monotonic()) > 0:
            self._take(self._bridge.sleep(min(left, 1e6)))

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

    def environment(self, name: str) -> str | None:
        """Returns None: a page has no environment, and secrets do not come in here."""
        return None

    def read_line(self, prompt: str) -> str | None:
        """Asks the user for a line below the output; None if they give none."""
        answer, _ = self.ask({"operation": "read-line", "prompt": prompt})
        line = answer["line"]
        return None if line is None else str(line)

    def fill_in(self, name: str, form: Mapping[str, Any]) -> Any:
        """Shows a form for the function `name`; returns what was entered, None if nothing."""
        from lispcore.hosts.browser_forms import fill_in

        return fill_in(self, name, form)

    def model_settings(self) -> Mapping[str, Any]:
        """Returns the page's settings for model providers."""
        return self.settings

    def install(self, package: str, module: str = "") -> str:
        """Loads a Python package that the page has; returns "" or why it cannot."""
        from lispcore.hosts import browser_packages

        return browser_packages.install(self.fetch_wheel, package, module or package)

    def fetch_wheel(self, package: str) -> bytes | None:
        """Returns the wheel of a Python package; None if the page has none."""
        if self.tier == "direct":  # nobody can be asked: it came along
            found = self._bridge.wheel(package)
            return None if found is None else bytes(found.to_bytes())
        pieces: list[bytes] = []
        while True:
            at = sum(map(len, pieces))
            answer, piece = self.ask({"operation": "wheel", "package": package, "at": at})
            if "size" not in answer:
                return None
            pieces.append(piece)
            if not piece or at + len(piece) >= answer["size"]:
                return b"".join(pieces)

    def describe_browser(self) -> Mapping[str, Any]:
        """Returns what the browser says of itself."""
        from lispcore.hosts import browser_packages

        return browser_packages.describe_browser()

    def switcher(self) -> Switcher:
        """Returns promising calls where the browser can suspend, else what wakes tasks in steps."""
        if not self._suspends:
            from lispcore.hosts.browser_answers import AnswerSwitcher, ask_in_steps
            from lispcore.tasks.stepping import stands_for

            stands_for(BrowserHost.ask)(ask_in_steps)
            return AnswerSwitcher(self)
        from lispcore.hosts.browser_tasks import PromiseSwitcher

        return PromiseSwitcher(self._bridge)

    def check(self) -> None:
        """Raises `Stopped` if the user pressed Stop."""
        if self._bridge.stopped():
            raise Stopped


def _settle(host: BrowserHost, request: HttpRequest) -> HttpResponse | Exception:
    try:
        return host.fetch(request)
    except ModelError as error:
        return error


_host = BrowserHost()
_programs: Any = None  # a ProgramCache, for all sessions
_sessions: dict[str, Any] = {}


def prepare() -> None:
    """Makes ahead what the first Run would have to: everything imported, the prelude loaded."""
    global _programs
    from lispcore.running.interpreter import Interpreter
    from lispcore.running.program_cache import ProgramCache
    from lispcore.tasks.process_settings import own_process

    own_process()
    _programs = ProgramCache()
    _sessions["main"] = Interpreter(_host, _programs)


def boot(bridge: Any, tier: str) -> None:
    """Called by the worker once."""
    from lispcore.hosts.browser_packages import freeze_packages
    from lispcore.running import progress

    _host.connect(bridge, tier)
    # No snapshot went before (hosts/browser_snapshot.py), or one in which tasks have stacks.
    if _programs is None or not _host.switches:
        prepare()
    progress.teller = bridge.compiling
    if tier == "direct":
        from lispcore.hosts.browser_direct import prepare as prepare_requests

        prepare_requests(_host.fetch_wheel)
    freeze_packages(os.getcwd(), TEMPORARY)


def fetch_wheel(package: str) -> bytes | None:
    """Returns what the page has under a name; None if it has nothing."""
    return _host.fetch_wheel(package)


def documentation() -> str:
    """Returns the documentation of every name as JSON (`library.help.documentation`)."""
    from lispcore.library.language.help import documentation_json

    return documentation_json()


def service(question: str) -> str:
    """Answers a question about a text, or a variable (browser_values.py); nothing is run."""
    from lispcore.hosts.browser_values import answer

    return answer(question, _sessions.get("main"))


def warm_up(step: int) -> bool:
    """Does one piece of what makes the first Run quick; returns whether there is more to do."""
    from lispcore.hosts import browser_warming

    return browser_warming.warm_up(_host, step)


_used: set[str] = set()


def run(
    code: str, session: str, fresh: bool, settings: str, tape: str = "", debug: str = ""
) -> str:
    """Runs a program; called by the worker.

    With `fresh`, `session` starts anew; with a `tape`, a new session's model calls are played from
    there; with `debug` the page can stop it (browser_debugging.py).
    Returns ``{"result": …, "stopped": …, "view": …}`` as JSON, `result` in the shape of the batch
    interface, `view` (as JSON once more) what shows its value in another form than text, or None.
    """
    from lispcore.running.interpreter import Interpreter
    from lispcore.running.outcomes import error_record
    from lispcore.values.errors import LispError

    _host.settings = json.loads(settings)
    _host.view = None
    is_new = fresh or session not in _used
    if session not in _sessions or (fresh and session in _used):
        if session in _sessions:
            _sessions[session].close()
        _sessions[session] = Interpreter(_host, _programs)
    _used.add(session)
    try:
        if tape and is_new:
            from lispcore.library.models.calling.call_memory import play_run

            play_run(_sessions[session], tape)
        if debug:
            from lispcore.hosts.browser_debugging import debug_program

            result = debug_program(_sessions[session], code, _host, json.loads(debug))
        else:
            result = _sessions[session].run(code)
    except LispError as error:  # the tape is none: what a program does wrong is in the result
        result = {"value": None, "output": [], "error": error_record(error)}
    except (Stopped, KeyboardInterrupt):
        return json.dumps({"result": None, "stopped": True, "view": None})
    view = None if _host.view is None else json.dumps(_host.view)
    _host.view = None
    return json.dumps({"result": result, "stopped": False, "view": view})
