"""What `lispcore test` and `lispcore eval` have in common: a program on its tape, and reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lispcore.commands.programs import interpreter_for, recorded
from lispcore.commands.reports import show_error
from lispcore.values.errors import LispError

Found = TypeVar("Found")
WITH_VALUE = ("--filter", "--junit", "--json", "--html", "--model", "--tape")
SWITCHES = ("--replay", "--live")


def beside(path: str, ending: str) -> str:
    """Returns the path of a file that belongs to a program."""
    return f"{os.path.splitext(path)[0]}{ending}"


def what_is_wrong(command: str, given: Mapping[str, Any], of_one_file: tuple[str, ...]) -> str:
    """Returns what is wrong with options that go together ("" if nothing is)."""
    if not given["files"]:
        return f"{command} needs a file"
    for name in of_one_file:
        if name in given and len(given["files"]) > 1:
            return f"{name} is for one file"
    if "--replay" in given and "--live" in given:
        return "--replay asks nobody and --live asks anew: choose one"
    return ""


def run_on_tape(
    path: str, text: str, given: Mapping[str, Any], run: Callable[[], list[Found]]
) -> tuple[list[Found], LispError | None]:
    """Loads a program and runs what it has defined; returns that, and what kept it from loading."""
    options = recorded(given, given.get("--tape") or beside(path, ".tape.jsonl"))
    sys.argv = [path]
    try:
        lisp = interpreter_for(options)
        lisp.may_exit = False
        lisp.eval(text, path)
    except LispError as error:
        sys.stdout.flush()
        show_error(error, text, sys.stderr)
        return [], error
    with lisp.watched():
        token = lisp.enter()
        try:
            return run(), None
        finally:
            lisp.leave(token)


def write_reports(
    given: Mapping[str, Any], files: Any, writers: Mapping[str, Callable[[Any], str]]
) -> None:
    """Writes the reports that are wanted; `writers` are by their options."""
    for option, text_of in writers.items():
        if option in given:
            with open(given[option], "w", encoding="utf-8") as file:
                file.write(text_of(files))
