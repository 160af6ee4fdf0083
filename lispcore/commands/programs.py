"""Running programs of files, of standard input and of the command line, as Unix expects it.

Values and printed text go to standard output, everything else to standard error. The exit status is
0, 1 after an error, 2 if the command is wrong, 130 after Ctrl-C, 141 if nobody reads the output any
more, and what ``(exit n)`` says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from lispcore.commands.reports import (
    STOPPED,
    complain,
    drop_output,
    reason_of,
    show_error,
)
from lispcore.compiler.emit.python_syntax import mangle
from lispcore.hosts.embedding import Interpreter
from lispcore.hosts.terminal import NOBODY_READS, OutputClosed, finish_output
from lispcore.hosts.terminal_views import host_for
from lispcore.values.errors import LispError, Stopped
from lispcore.values.types import list_from

# Of a program: the words behind its file, as Babashka has them.
ARGUMENTS = "*command-line-args*"


class Piece(NamedTuple):
    """One text to run; `shows` says which values are printed: "all", or "value" for all but nil."""

    text: str
    name: str
    shows: str = ""


class Options:
    """What the command line says of a run."""

    # Written out: what makes such classes takes longer to load than many a program runs.
    def __init__(
        self,
        *,
        model: str | None = None,
        budget: float | None = None,
        timeout: float | None = None,
        record: str | None = None,
        replay: str | None = None,
        allow_import: bool = False,
    ) -> None:
        self.pieces: list[Piece] = []
        self.words: list[str] = []  # for the program: (sys/args)
        self.stays = False  # a prompt follows
        self.is_quiet = False  # … without a greeting
        self.model = model
        self.budget = budget
        self.timeout = timeout
        self.record = record
        self.replay = replay
        self.allow_import = allow_import


def read_given(
    command: str,
    words: list[str],
    kinds: Mapping[str, type],
    switches: Collection[str],
    most_files: int | None = None,
) -> tuple[dict[str, Any], str]:
    """Returns the options by name, and what is wrong with them ("" if nothing is).

    `kinds` are the options with a value, str, int or float. The other words are "files".
    """
    given: dict[str, Any] = {"files": []}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        name, mark, value = word.partition("=")
        if word in switches:
            given[word] = True
        elif name in kinds:
            if not mark and not waiting:
                return given, f"{name} needs a value"
            value = value if mark else waiting.pop(0)
            try:
                given[name] = kinds[name](value)
            except ValueError:
                return given, f"{name} expects a number, got {value}"
        elif word.startswith("-") or len(given["files"]) == most_files:
            return given, f"{command} knows nothing of {word}"
        else:
            given["files"].append(word)
    return given, ""


def recorded(given: Mapping[str, Any], tape: str) -> Options:
    """Returns the options of a run on a tape, as --replay, --live and --model say."""
    options = Options(model=given.get("--model"))
    if "--replay" in given:
        options.replay = tape
    elif "--live" not in given:
        options.record = tape
    return options


def read_program(path: str) -> Piece | None:
    """Returns the program of a file, "-" being standard input; None if there is none to read."""
    try:
        if path == "-":
            return Piece(_standard_input(), "<stdin>")
        with open(path, encoding="utf-8") as file:
            return Piece(file.read(), path)
    except (OSError, UnicodeDecodeError) as error:
        complain(f"cannot read {path}: {reason_of(error)}")
        return None


def _standard_input() -> str:
    """Returns all of standard input. A text is UTF-8, whatever else the terminal may speak."""
    data = getattr(sys.stdin, "buffer", None)
    if data is None or sys.stdin.isatty():
        return sys.stdin.read()
    text: str = data.read().decode("utf-8-sig")
    return text.replace("\r\n", "\n")


def interpreter_for(options: Options) -> Interpreter:
    """Returns the interpreter that the options ask for."""
    variables = dict(os.environ)
    if options.replay is not None:
        variables |= {"SEMA_LLM_CASSETTE": options.replay, "SEMA_LLM_CASSETTE_MODE": "replay"}
    elif options.record is not None:
        variables |= {"SEMA_LLM_CASSETTE": options.record, "SEMA_LLM_CASSETTE_MODE": "auto"}
    host = host_for(variables)
    host.owns_process = True
    host.allows_imports = host.allows_imports or options.allow_import
    made = Interpreter(host, model=options.model, budget=options.budget, timeout=options.timeout)
    made.may_exit = True
    return made


def run_pieces(options: Options) -> int:
    """Runs programs one after the other in one session; returns the exit status."""
    sys.argv = options.words
    try:
        interpreter = interpreter_for(options)
        interpreter.globals[mangle(ARGUMENTS)] = list_from(options.words[1:])
        for piece in options.pieces:
            if not piece.shows:
                warn(piece)
            status = run_piece(interpreter, piece)
            if status is not None:
                return status
        if options.stays:
            from lispcore.commands.prompt import talk

            return talk(interpreter, is_quiet=options.is_quiet)
        sys.stdout.flush()
        return 0
    except BrokenPipeError:
        drop_output()
        return NOBODY_READS
    except LispError as error:  # before any program: a model or a tape that is none
        show_error(error, None, sys.stderr)
        return 1
    except OSError as error:
        drop_output()
        complain(f"the output cannot be written: {reason_of(error)}")
        return 1


# What is probably not meant; what a program does to catch its own errors is no matter here.
_LIKELY = frozenset(("unused", "doubled", "unreachable"))
# A longer text was written by a program, and would take long to look through.
_MOST_CHARACTERS = 200_000


def warn(piece: Piece) -> None:
    """Says on standard error what of a program is probably not meant; it runs all the same."""
    if len(piece.text) > _MOST_CHARACTERS:
        return
    from lispcore.services.diagnosing import diagnose

    for found in diagnose(piece.text, piece.name, os.path.dirname(piece.name)):
        if found.severity == "warning" and found.kind in _LIKELY:
            place = f"{piece.name}:{found.line}:{found.column}"
            print(f"{place}: warning: {found.message}", file=sys.stderr)
            if found.hint:
                print(f"  hint: {found.hint}", file=sys.stderr)


def run_piece(interpreter: Interpreter, piece: Piece) -> int | None:
    """Runs one text; returns the exit status if the process is to end."""
    try:
        try:
            value = interpreter.eval(piece.text, piece.name)
        finally:
            finish_output(interpreter.host)
        if piece.shows == "all" and value is None:
            interpreter.host.write("nil\n")
        elif piece.shows:
            show_value(interpreter, value)
    except OutputClosed:
        drop_output()
        return NOBODY_READS
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except LispError as error:
        _flush()
        show_error(error, piece.text, sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        _flush()
        print("stopped", file=sys.stderr)
        return STOPPED
    return None


def show_value(interpreter: Interpreter, value: Any) -> None:
    """Prints the value of a program, nothing for nil."""
    from lispcore.values.printing import pretty

    if value is not None:
        interpreter.host.write(pretty(value) + "\n")


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        drop_output()
