"""The step debugger in the page: each stop is a question, and the answer says how to go on.

The question is ``{"operation": "debug", "told": {…}}`` (docs/protocol.md). Every way to wait
can ask it, so programs stop in all of them but the tier "direct".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from lispcore.running.debugger import Debugger, Pause, Step, shown
from lispcore.running.interpreter import Interpreter


class Page(Protocol):
    """What is needed of the host (browser.py)."""

    def ask(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Sends a wish to the page and waits; returns the answer and its bytes."""
        ...


def debug_program(
    session: Interpreter, code: str, host: Page, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Runs a program and lets the page stop it; returns what `Interpreter.run` gives."""
    debugger = Debugger(
        PageFrontend(host),
        options["breakpoints"],
        stops_at_errors=bool(options["errors"]),
        stops_at_calls=bool(options["calls"]),
        stops_first=bool(options["first"]),
    )
    return session.debug(code, debugger)


class PageFrontend:
    """Asks the page."""

    def __init__(self, host: Page) -> None:
        self._host = host

    def stopped(self, debugger: Debugger, pause: Pause) -> Step:
        """Shows where the program stands, until the page says how it goes on."""
        place = 0
        result: str | None = None
        while True:
            told = _described(debugger, pause, place, result)
            answer = self._ask(debugger, told)
            action = answer["action"]
            result = None
            if action == "frame":
                place = int(answer["frame"])
            elif action == "evaluate":
                result = debugger.evaluate(str(answer["text"]), place)
            else:
                debugger.changes = answer.get("changes") or {}
                return Step[action.upper()]

    def look(self, debugger: Debugger) -> bool:
        """Takes over the breakpoints of now; returns whether the page wants the program to stop."""
        return bool(self._ask(debugger, {"why": "look"}).get("pause"))

    def _ask(self, debugger: Debugger, told: Mapping[str, Any]) -> dict[str, Any]:
        answer, _ = self._host.ask({"operation": "debug", "told": told})
        debugger.breakpoints = set(answer["breakpoints"])
        return answer


def _described(debugger: Debugger, pause: Pause, place: int, result: str | None) -> dict[str, Any]:
    return {
        "why": pause.why,
        "message": pause.message,
        "line": pause.line,
        "column": pause.column,
        "endLine": pause.end_line,
        "endColumn": pause.end_column,
        "stack": [[frame.name, frame.line, frame.column] for frame in pause.stack],
        "frame": place,
        "locals": [[name, shown(value)] for name, value in debugger.locals_of(place)],
        "result": result,
        "call": dict(pause.call) if pause.call is not None else None,
    }
