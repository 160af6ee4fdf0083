"""The command line: run a program, evaluate a batch, or talk to the language.

python -m lispcore FILE.lisp          runs a program
python -m lispcore eval --jsonl       one JSON object a line in, one out
python -m lispcore                    reads, evaluates and prints until the input ends
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, TextIO

from lispcore import Interpreter
from lispcore.llm.json_values import read_json
from lispcore.tasks.process_settings import own_process
from lispcore.values.errors import LispError, Stopped
from lispcore.values.printing import pretty


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


def show_error(error: LispError, source: str | None, stream: TextIO) -> None:
    """Prints an error with the line it points at, the Lisp stack and a hint.

    `source` is the text of the program; an error of another file shows that one's line.
    """
    place = f" at line {error.line}, column {error.column}" if error.line else ""
    if error.file and not error.file.startswith("<"):
        place = f"{place} of {error.file}" if place else f" in {error.file}"
        try:
            with open(error.file, encoding="utf-8") as file:
                source = file.read()
        except (OSError, UnicodeDecodeError):
            source = None
    print(f"Error ({error.kind}){place}: {error.message}", file=stream)
    lines = (source or "").split("\n")
    if 0 < error.line <= len(lines):
        print(f"  {lines[error.line - 1]}", file=stream)
        print("  " + " " * (error.column - 1) + "^", file=stream)
    for frame in error.stack[:12]:
        where = f" ({frame.line}:{frame.column})" if frame.line else ""
        print(f"  in {frame.name}{where}", file=stream)
    if len(error.stack) > 12:
        print(f"  … {len(error.stack) - 12} more", file=stream)
    if error.hint:
        print(f"Hint: {error.hint}", file=stream)


def run_file(path: str) -> int:
    """Runs a program; returns the exit status."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        print(f"lispcore: cannot read {path}: {reason}", file=sys.stderr)
        return 2
    interpreter = Interpreter()
    interpreter.may_exit = True
    try:
        interpreter.eval(text, path)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except LispError as error:
        sys.stdout.flush()
        show_error(error, text, sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        return 130
    return 0


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


def is_incomplete(error: LispError) -> bool:
    """Tells whether a reader error only says that the text goes on."""
    return error.kind == "reader" and ("never closed" in error.message)


def repl() -> int:
    """Reads forms from the terminal, prints their values, until the input ends."""
    try:
        import readline  # noqa: F401 - line editing, where Python has it
    except ImportError:
        pass
    interpreter = Interpreter()
    print("Lispcore. Ctrl-D ends.")
    text = ""
    while True:
        try:
            text += input("... " if text else "> ") + "\n"
        except EOFError:
            print()
            return 0
        except KeyboardInterrupt:
            print()
            text = ""
            continue
        try:
            value = interpreter.eval(text)
            if value is not None:
                print(pretty(value))
        except LispError as error:
            if is_incomplete(error):
                continue
            show_error(error, text, sys.stdout)
        except (Stopped, KeyboardInterrupt):
            print("stopped")
        text = ""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line, the process's own if none is given; returns the exit status."""
    if arguments is None:
        arguments = sys.argv[1:]
        own_process()
    parser = argparse.ArgumentParser(
        prog="lispcore", description="A Lisp in which model calls are ordinary expressions."
    )
    parser.add_argument("file", nargs="?", help="a program to run, or the word eval")
    parser.add_argument(
        "--jsonl", action="store_true", help="with eval: one JSON request a line, one answer a line"
    )
    options = parser.parse_args(arguments)
    if options.file == "eval":
        if not options.jsonl:
            parser.error("eval needs --jsonl")
        return run_batch(sys.stdin, sys.stdout)
    return repl() if options.file is None else run_file(options.file)


if __name__ == "__main__":
    sys.exit(main())
