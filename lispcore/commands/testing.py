"""`lispcore test`: the tests of programs, with their model calls from recordings.

Of each program FILE.lisp the tape is FILE.tape.jsonl beside it: what is on it is played, the rest
is asked and recorded; with --replay nothing is asked, so that no key is needed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from lispcore.commands.programs import read_given, read_program
from lispcore.commands.report_texts import PAGE_STYLE, markup
from lispcore.commands.reports import STOPPED, complain, reason_of
from lispcore.commands.trials import (
    SWITCHES,
    WITH_VALUE,
    run_on_tape,
    what_is_wrong,
    write_reports,
)
from lispcore.library.testing.tests import Outcome, report_of, run_tests
from lispcore.values.errors import LispError, Stopped


@dataclass
class FileOutcome:
    """The tests of one file; `error` is what kept it from being loaded."""

    path: str
    outcomes: list[Outcome]
    error: LispError | None = None


def read_words(words: list[str]) -> tuple[dict[str, Any], str]:
    """Returns the options by name, and what is wrong with them ("" if nothing is)."""
    given, wrong = read_given("test", words, dict.fromkeys(WITH_VALUE, str), SWITCHES)
    return given, wrong or what_is_wrong("test", given, ("--tape",))


def run_test_files(given: dict[str, Any]) -> int:
    """Runs the tests of files; returns the exit status.

    It is 1 if one does not pass, or if there is none.
    """
    found: list[FileOutcome] = []
    for path in given["files"]:
        piece = read_program(path)
        if piece is None:
            return 2
        try:
            found.append(_of_file(path, piece.text, given))
        except (Stopped, KeyboardInterrupt):
            print("stopped", file=sys.stderr)
            return STOPPED
    try:
        write_reports(given, found, {"--junit": junit, "--json": as_json, "--html": html})
    except OSError as error:
        complain(f"the report cannot be written: {reason_of(error)}")
        return 2
    tests = [each for file in found for each in file.outcomes]
    failed = sum(each.status != "passed" for each in tests)
    print(f"{len(tests)} tests, {failed} failed")
    broken = any(file.error is not None for file in found)
    return 1 if failed or broken or not tests else 0


def _of_file(path: str, text: str, given: dict[str, Any]) -> FileOutcome:
    wanted = given.get("--filter") or ""
    outcomes, error = run_on_tape(path, text, given, lambda: run_tests(wanted))
    for each in outcomes:
        print(report_of(each))
    return FileOutcome(path, outcomes, error)


# --- reports --------------------------------------------------------------------------------------


def _words(outcome: Outcome) -> str:
    return report_of(outcome).partition("\n")[2]


def as_json(found: list[FileOutcome]) -> str:
    """Returns the outcomes as JSON."""
    files = [
        {
            "file": file.path,
            "error": None if file.error is None else file.error.message,
            "tests": [
                {
                    "name": each.test.name,
                    "line": each.test.line,
                    "status": each.status,
                    "checks": each.checks,
                    "seconds": round(each.seconds, 6),
                    "failures": each.failures,
                    "error": None if each.error is None else each.error.message,
                }
                for each in file.outcomes
            ],
        }
        for file in found
    ]
    return json.dumps({"files": files}, ensure_ascii=False, indent=2) + "\n"


def junit(found: list[FileOutcome]) -> str:
    """Returns the outcomes as the XML that JUnit writes, and servers of builds read."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file in found:
        failed = sum(each.status == "failed" for each in file.outcomes)
        errors = sum(each.status == "error" for each in file.outcomes) + (file.error is not None)
        seconds = sum(each.seconds for each in file.outcomes)
        count = len(file.outcomes) + (file.error is not None)
        lines.append(
            f'  <testsuite name="{markup(file.path)}" tests="{count}" failures="{failed}" '
            f'errors="{errors}" time="{seconds:.3f}">'
        )
        if file.error is not None:
            lines.append(f'    <testcase name="loading" classname="{markup(file.path)}">')
            lines.append(f'      <error message="{markup(file.error.message)}"/>')
            lines.append("    </testcase>")
        lines += [line for each in file.outcomes for line in _testcase(file.path, each)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _testcase(path: str, outcome: Outcome) -> list[str]:
    head = (
        f'    <testcase name="{markup(outcome.test.name)}" classname="{markup(path)}" '
        f'time="{outcome.seconds:.3f}"'
    )
    if outcome.status == "passed":
        return [head + "/>"]
    kind = "error" if outcome.status == "error" else "failure"
    words = _words(outcome)
    first = words.strip().partition("\n")[0]
    told = f'      <{kind} message="{markup(first)}">{markup(words)}</{kind}>'
    return [head + ">", told, "    </testcase>"]


def html(found: list[FileOutcome]) -> str:
    """Returns the outcomes as a page that needs nothing else."""
    rows = []
    for file in found:
        if file.error is not None:
            rows.append(("error", file.path, "", file.error.message))
        for each in file.outcomes:
            rows.append((each.status, each.test.name, f"{each.seconds:.2f} s", _words(each)))
    body = "\n".join(
        f'<tr><td class="{status}">{status}</td><td>{markup(name)}</td><td>{seconds}</td>'
        f"<td><pre>{markup(words)}</pre></td></tr>"
        for status, name, seconds, words in rows
    )
    return _PAGE.replace("STYLE", PAGE_STYLE).replace("ROWS", body)


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Tests</title>
<meta name="viewport" content="width=device-width">
<style>STYLE</style>
<h1>Tests</h1>
<table><tr><th>outcome</th><th>test</th><th>time</th><th>what did not hold</th></tr>
ROWS
</table></html>
"""
