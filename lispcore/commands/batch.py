"""The batch interface: one JSON object a line in, one out, and no line ends it.

Standard input and output belong to the protocol alone: a program that reads a line finds the end of
its input, and what it prints, or what a process that it starts prints, cannot get in between.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

from lispcore.hosts.embedding import Interpreter
from lispcore.llm.json_values import read_json
from lispcore.values.errors import Stopped


class SilentHost:
    """The terminal's host, but what a program prints goes to its answer only."""

    def __init__(self, host: Any) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        """Drops what `Interpreter.run` has already kept; the rest goes to standard error."""
        if kind == "err":
            self._host.write(text, kind)

    def read_line(self, prompt: str) -> str | None:
        """Returns None, the end of input: the lines that arrive are the protocol's."""
        return None


def answer_all() -> int:
    """Answers what comes on standard input; returns the exit status."""
    lines, answers = protocol_streams()
    return run_batch(lines, answers)


def protocol_streams() -> tuple[TextIO, TextIO]:
    """Returns the protocol's streams; what programs and their processes find there is empty."""
    try:
        lines = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="surrogateescape")
        answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, sys.stdin.fileno())
        os.close(nothing)
        sys.stdout.flush()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return sys.stdin, sys.stdout  # streams of somebody who has called us
    return lines, answers


def run_batch(lines: TextIO, answers: TextIO) -> int:
    """Answers each request ``{"id", "session", "code"}``; returns the exit status.

    An answer is ``{"id", "value", "output", "error"}``.
    """
    from lispcore.hosts.terminal import TerminalHost

    host: Any = SilentHost(TerminalHost())
    sessions: dict[str, Interpreter] = {}
    for line in lines:
        if not line.strip():
            continue
        answer = answer_line(line, sessions, host)
        answers.write(json.dumps(answer, ensure_ascii=True) + "\n")
        answers.flush()
    return 0


def answer_line(line: str, sessions: dict[str, Interpreter], host: Any) -> dict[str, Any]:
    """Returns the answer to one line of a batch, whatever the line holds."""
    identity: Any = None
    try:
        request = read_json(line)
        identity = request.get("id")
        code = request["code"]
        if not isinstance(code, str):
            raise TypeError("code must be a string")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return _failure(identity, "request", f"expected a JSON object with id and code: {error}")
    session = str(request.get("session", ""))
    interpreter = sessions.get(session)
    if interpreter is None:
        interpreter = sessions[session] = Interpreter(host)
    try:
        return {"id": identity, **interpreter.run(code)}
    except Stopped:
        return _failure(identity, "stopped", "the program was stopped")
    except BaseException as error:
        if isinstance(error, SystemExit):
            return _failure(identity, "exit", f"the program ended with status {error.code}")
        return _failure(identity, "fault", f"{type(error).__name__}: {error}")


def _failure(identity: Any, kind: str, message: str) -> dict[str, Any]:
    error = {
        "type": kind,
        "message": message,
        "line": 0,
        "column": 0,
        "hint": None,
        "stack": [],
    }
    return {"id": identity, "value": None, "output": [], "error": error}
