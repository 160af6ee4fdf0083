"""`lispcore map`: a function of a program over the rows of a data set, see library/rows/rows.py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from lispcore.commands.engines import ENGINES, MissingPackage, Workers
from lispcore.commands.programs import Options, interpreter_for, read_given, read_program
from lispcore.commands.reports import STOPPED, complain, show_error
from lispcore.commands.row_workers import Program
from lispcore.hosts.embedding import Interpreter
from lispcore.values.errors import LispError, Stopped
from lispcore.values.types import TRUE, Map, intern_keyword

# Options with a value -> the option of llm/each-row.
_NUMBERS = {
    "--concurrency": int,
    "--per-second": float,
    "--budget": float,
    "--poll-seconds": float,
    "--workers": int,
}
_TEXTS = (
    *("--engine", "--address", "--fn", "--in", "--out", "--key"),
    *("--model", "--record", "--replay", "--via"),
)
_KINDS = _NUMBERS | dict.fromkeys(_TEXTS, str)
_SWITCHES = {"--retry-errors": "retry-errors", "--mixed": "mixed"}


def read_words(words: list[str]) -> tuple[dict[str, Any], str]:
    """Returns the options by name, and what is wrong with them ("" if nothing is)."""
    given, wrong = read_given("map", words, _KINDS, _SWITCHES, most_files=1)
    if wrong:
        return given, wrong
    if given.get("--engine", "processes") not in ENGINES:
        return given, f"--engine expects one of {', '.join(ENGINES)}"
    if "--address" in given and given.get("--engine", "processes") == "processes":
        return given, "--address is for --engine dask or ray"
    if given.get("--via", "batch") not in ("calls", "batch"):
        return given, "--via expects calls or batch"
    if given.get("--via") == "batch" and ("--engine" in given or "--workers" in given):
        return given, "--via batch needs no processes"
    if not 1 <= given.get("--workers", 1) <= 1000:
        return given, "--workers expects a number from 1 to 1000"
    if not given["files"]:
        return given, "map needs a program"
    for name in ("--fn", "--in", "--out"):
        if name not in given:
            return given, f"map needs {name}"
    return given, ""


def run_map(given: dict[str, Any]) -> int:
    """Runs the function over the rows; returns the exit status.

    It is 1 if a row failed, 3 if the budget is spent.
    """
    [path] = given["files"]
    piece = read_program(path)
    if piece is None:
        return 2
    options = Options(
        model=given.get("--model"), record=given.get("--record"), replay=given.get("--replay")
    )
    sys.argv = [path]
    try:
        lisp = interpreter_for(options)
        lisp.eval(piece.text, piece.name)
        if "--engine" in given or "--workers" in given:
            found = _go_over_with_workers(lisp, given, Program(piece, given["--fn"], options))
        else:
            found = _go_over(lisp, given)
    except MissingPackage as missing:
        complain(f"--engine {missing} needs a package: pip install 'lispcore[{missing}]'")
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except LispError as error:
        show_error(error, piece.text, sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        print(f"stopped; the same command goes on with {given['--out']}", file=sys.stderr)
        return STOPPED
    half = ", at half the price" if given.get("--via") == "batch" and found["cost"] else ""
    print(_words_for(found) + half, file=sys.stderr)
    if found["status"] == "budget":
        return 3
    return 1 if found["failed"] else 0


def _go_over(lisp: Interpreter, given: dict[str, Any]) -> dict[str, Any]:
    options: dict[Any, Any] = {intern_keyword("out"): given["--out"]}
    for name in _NUMBERS:
        if name in given and name != "--workers":
            options[intern_keyword(name[2:])] = given[name]
    for name, option in _SWITCHES.items():
        if name in given:
            options[intern_keyword(option)] = TRUE
    if "--via" in given:
        options[intern_keyword("via")] = intern_keyword(given["--via"])
    if "--key" in given:
        options[intern_keyword("key")] = intern_keyword(given["--key"].removeprefix(":"))
    if sys.stderr.isatty():
        options[intern_keyword("on-progress")] = lisp.to_lisp(_progress())
    function = lisp.eval(given["--fn"], "<--fn>")
    counts = lisp.call("llm/each-row", given["--in"], function, Map(options))
    found: dict[str, Any] = lisp.to_python(counts)
    return found


def _go_over_with_workers(
    lisp: Interpreter, given: dict[str, Any], program: Program
) -> dict[str, Any]:
    from lispcore.library.rows.row_running import Wishes, run_rows

    # Whether its program can be read shows before any worker is there.
    program_of = lisp.eval(given["--fn"], "<--fn>")
    make = ENGINES[given.get("--engine", "processes")]
    engine = make(program, given.get("--workers"), given.get("--address"))
    workers = Workers(engine)
    key = given.get("--key")
    wishes = Wishes(
        out=given["--out"],
        key=None if key is None else intern_keyword(key.removeprefix(":")),
        concurrency=max(given.get("--concurrency", 2 * engine.places), 1),
        per_second=given.get("--per-second"),
        budget=given.get("--budget"),
        retries="--retry-errors" in given,
        mixes="--mixed" in given,
        on_progress=lisp.to_lisp(_progress()) if sys.stderr.isatty() else None,
        program_of=program_of,
    )
    try:
        with lisp.watched():
            token = lisp.enter()
            try:
                counts = run_rows("lispcore map", given["--in"], workers.__call__, wishes)
            except Exception as error:
                lisp.raise_explained(error)
            finally:
                lisp.leave(token)
    finally:
        engine.close()
    found: dict[str, Any] = lisp.to_python(counts)
    return found


def _progress() -> Callable[[dict[str, Any]], None]:
    def show(counts: dict[str, Any]) -> None:
        print(f"\r{_words_for(counts)}\x1b[K", end="", file=sys.stderr, flush=True)

    return show


def _words_for(counts: dict[str, Any]) -> str:
    seconds = max(counts["seconds"], 0.001)
    rate = (counts["done"] + counts["failed"]) / seconds
    words = f"{counts['done']} rows done, {counts['failed']} failed, {counts['skipped']} were there"
    words = f"{words}; {seconds:.1f} s, {rate:.1f} rows/s, ${counts['cost']:.4f}"
    left = counts.get("total", 0) - counts["rows"]
    if left > 0 and rate and counts["status"] == "complete":
        words += f", {_time(left / rate)} left"
    return words


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
