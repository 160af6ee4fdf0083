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
from lispcore.commands.programs import read_given, read_program
from lispcore.commands.reports import STOPPED, complain, reason_of
from lispcore.commands.trials import (
    SWITCHES,
    WITH_VALUE,
    beside,
    run_on_tape,
    what_is_wrong,
    write_reports,
)
from lispcore.library.testing.eval_running import (
    report_of,
    results_text,
    run_evaluations,
    tables_in,
)
from lispcore.library.testing.eval_tables import Table
from lispcore.values.errors import LispError, Stopped

_WITH_VALUE = (*WITH_VALUE, "--results", "--baseline", "--save-baseline")
_SWITCHES = (*SWITCHES, "--failed")
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
    if not wrong and not given["files"]:
        wrong = "eval needs a file, or --expr, or --jsonl"
    return given, wrong or what_is_wrong("eval", given, _OF_ONE_FILE)


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
        files = [
            (file.path, file.tables, "" if file.error is None else file.error.message)
            for file in found
        ]
        write_reports(given, files, {"--junit": junit, "--json": as_json, "--html": html})
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
    counted = "1 evaluation" if len(tables) == 1 else f"{len(tables)} evaluations"
    print(f"{counted}, {failed} failed")
    broken = any(file.error is not None for file in found)
    return 1 if failed or broken or not tables else 0


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
    results = given.get("--results") or beside(path, ".evals.json")
    before = _read_tables(results, must_be=False)
    baseline = None
    if "--baseline" in given:
        baseline = _read_tables(given["--baseline"], must_be=True)

    def run() -> list[Table]:
        return run_evaluations(
            given.get("--filter") or "",
            only_failed="--failed" in given,
            before=before or {},
            baseline=baseline,
        )

    tables, error = run_on_tape(path, text, given, run)
    for each in tables:
        print(report_of(each))
    if error is None:
        _keep(results, tables, before)
        if "--save-baseline" in given:
            _keep(given["--save-baseline"], tables, None)
    return EvalFile(path, tables, error)


def _keep(path: str, tables: list[Table], before: dict[str, Table] | None) -> None:
    """Writes tables, as a whole or not at all; one that could not be made changes nothing."""
    made = [each for each in tables if each["error"] is None]
    if not made:
        return
    new = f"{path}.new"
    with open(new, "w", encoding="utf-8") as file:
        file.write(results_text(made, before))
    os.replace(new, path)
