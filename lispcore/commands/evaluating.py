"""`lispcore eval FILE`: the evaluations of programs, with their model calls from recordings.

As for `lispcore test`, the tape is FILE.tape.jsonl beside the program. FILE.evals.json keeps the
tables of the last run: it says what has changed, and what --failed runs again.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

from lispcore.commands.eval_reports import as_json, html, junit
from lispcore.commands.programs import interpreter_for, read_given, read_program, recorded
from lispcore.commands.reports import STOPPED, complain, reason_of, show_error
from lispcore.library.testing.eval_running import (
    report_of,
    results_text,
    run_evaluations,
    tables_in,
)
from lispcore.library.testing.eval_tables import Table
from lispcore.values.errors import LispError, Stopped

_WITH_VALUE = (
    *("--filter", "--junit", "--json", "--html", "--model", "--tape", "--results"),
    *("--baseline", "--save-baseline"),
)
_SWITCHES = ("--replay", "--live", "--failed")
_OF_ONE_FILE = ("--tape", "--results", "--baseline", "--save-baseline")


class Unreadable(Exception):
    """A file of results is none."""


@dataclass
class EvalFile:
    """The evaluations of one program; `error` is what kept it from being loaded."""

    path: str
    tables: list[Table]
    error: LispError | None = None


def read_words(words: list[str]) -> tuple[dict[str, Any], str]:
    """Returns the options by name, and what is wrong with them ("" if nothing is)."""
    given, wrong = read_given("eval", words, dict.fromkeys(_WITH_VALUE, str), _SWITCHES)
    if wrong:
        return given, wrong
    if not given["files"]:
        return given, "eval needs a file, or --jsonl"
    for name in _OF_ONE_FILE:
        if name in given and len(given["files"]) > 1:
            return given, f"{name} is for one file"
    if "--replay" in given and "--live" in given:
        return given, "--replay asks nobody and --live asks anew: choose one"
    return given, ""


def run_eval_files(given: dict[str, Any]) -> int:
    """Runs the evaluations of files; returns the exit status.

    It is 1 if one does not pass, or if there is none.
    """
    found: list[EvalFile] = []
    try:
        for path in given["files"]:
            piece = read_program(path)
            if piece is None:
                return 2
            found.append(_of_file(path, piece.text, given))
        _write_reports(found, given)
    except (Stopped, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        return STOPPED
    except Unreadable as problem:
        complain(str(problem))
        return 2
    except OSError as error:
        complain(f"the report cannot be written: {reason_of(error)}")
        return 2
    tables = [each for file in found for each in file.tables]
    failed = sum(not each["passes"] for each in tables)
    print(f"{len(tables)} evaluations, {failed} failed")
    broken = any(file.error is not None for file in found)
    return 1 if failed or broken or not tables else 0


def _beside(path: str, ending: str) -> str:
    return f"{os.path.splitext(path)[0]}{ending}"


def _read_tables(path: str, *, must_be: bool) -> dict[str, Table] | None:
    try:
        with open(path, encoding="utf-8") as file:
            return tables_in(file.read())
    except FileNotFoundError:
        if must_be:
            raise Unreadable(f"there is no file {path}; --save-baseline writes one") from None
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"cannot read {path}: {reason_of(error)}") from None
    except ValueError as problem:
        raise Unreadable(f"{path} holds no results of evaluations: {problem}") from None


def _of_file(path: str, text: str, given: dict[str, Any]) -> EvalFile:
    tape = given.get("--tape") or _beside(path, ".tape.jsonl")
    results = given.get("--results") or _beside(path, ".evals.json")
    before = _read_tables(results, must_be=False)
    baseline = None
    if "--baseline" in given:
        baseline = _read_tables(given["--baseline"], must_be=True)
    options = recorded(given, tape)
    sys.argv = [path]
    file = EvalFile(path, [])
    try:
        lisp = interpreter_for(options)
        lisp.may_exit = False
        lisp.eval(text, path)
    except LispError as error:
        sys.stdout.flush()
        show_error(error, text, sys.stderr)
        file.error = error
        return file
    with lisp.watched():
        token = lisp.enter()
        try:
            file.tables = run_evaluations(
                given.get("--filter") or "",
                only_failed="--failed" in given,
                before=before or {},
                baseline=baseline,
            )
        finally:
            lisp.leave(token)
    for each in file.tables:
        print(report_of(each))
    _keep(results, file.tables, before)
    if "--save-baseline" in given:
        _keep(given["--save-baseline"], file.tables, None)
    return file


def _keep(path: str, tables: list[Table], before: dict[str, Table] | None) -> None:
    """Writes tables, as a whole or not at all; one that could not be made changes nothing."""
    made = [each for each in tables if each["error"] is None]
    if not made:
        return
    new = f"{path}.new"
    with open(new, "w", encoding="utf-8") as file:
        file.write(results_text(made, before))
    os.replace(new, path)


def _write_reports(found: list[EvalFile], given: dict[str, Any]) -> None:
    files = [
        (file.path, file.tables, "" if file.error is None else file.error.message) for file in found
    ]
    for option, text_of in (("--junit", junit), ("--json", as_json), ("--html", html)):
        if option in given:
            with open(given[option], "w", encoding="utf-8") as file:
                file.write(text_of(files))
