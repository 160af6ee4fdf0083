"""`lispcore eval --expr TEXT`: a program for a machine that asks, its outcome as a line of JSON."""

from __future__ import annotations

import json
import time
from typing import Any

from lispcore.commands.programs import Piece, read_given, read_program, run_piece
from lispcore.commands.reports import STOPPED
from lispcore.hosts.embedding import Interpreter
from lispcore.values.errors import LispError, Stopped

_KINDS = {"--expr": str, "--path": str, "--timeout": float}
_SWITCHES = ("--stdin", "--json")


def read_words(words: list[str]) -> tuple[dict[str, Any], str]:
    """Returns the options by name, and what is wrong with them ("" if nothing is)."""
    given, wrong = read_given("eval", words, _KINDS, _SWITCHES, most_files=0)
    if not wrong and "--expr" in given and "--stdin" in given:
        wrong = "--expr and --stdin are two programs: choose one"
    if not wrong and given.get("--timeout", 1) <= 0:
        wrong = "--timeout expects a number of milliseconds above 0"
    return given, wrong


def answer_text(given: dict[str, Any]) -> int:
    """Runs the text; returns the exit status."""
    name = given.get("--path") or "<eval>"
    piece = Piece(given["--expr"], name) if "--expr" in given else read_program("-")
    if piece is None:
        return 2
    timeout = given["--timeout"] / 1000 if "--timeout" in given else None
    from lispcore.hosts.terminal import TerminalHost

    host: Any = TerminalHost()
    if "--json" not in given:
        shown = piece._replace(name=name, shows="value")
        return run_piece(Interpreter(host, timeout=timeout), shown) or 0
    kept: Any = _KeptOutput(host)
    started = time.monotonic()
    status, value, error = _outcome(Interpreter(kept, timeout=timeout), piece.text, name)
    told = {
        "ok": error is None,
        "value": value,
        "stdout": "".join(kept.texts["out"]),
        "stderr": "".join(kept.texts["err"]),
        "error": error,
        "elapsedMs": round((time.monotonic() - started) * 1000),
    }
    print(json.dumps(told, ensure_ascii=False))
    return status


class _KeptOutput:
    """The terminal's host, but what a program writes is kept for the answer."""

    def __init__(self, host: Any) -> None:
        self._host = host
        self.texts: dict[str, list[str]] = {"out": [], "err": []}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        """Keeps a text."""
        self.texts["err" if kind == "err" else "out"].append(text)

    def show(self, view: Any) -> None:
        """Keeps the text of a view."""
        self.texts["out"].append(f"{view['text']}\n")


def _outcome(
    lisp: Interpreter, text: str, name: str
) -> tuple[int, str | None, dict[str, Any] | None]:
    """Returns the exit status, the value as a text, and the error."""
    from lispcore.values.printing import print_value

    try:
        return 0, print_value(lisp.eval(text, name)), None
    except LispError as error:
        told = {"message": error.message, "hint": error.hint}
        return 1, None, {**told, "line": error.line, "col": error.column}
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
        return status, None, None
    except (Stopped, KeyboardInterrupt):
        return STOPPED, None, {"message": "stopped", "hint": None, "line": 0, "col": 0}
