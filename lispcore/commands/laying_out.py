"""`lispcore fmt`: lays programs out anew, in their files or from input to output."""

from __future__ import annotations

import os
import sys

from lispcore.commands.programs import read_program
from lispcore.commands.reports import complain, reason_of, write_text
from lispcore.services.formatting import format_text
from lispcore.values.errors import LispError


def format_files(paths: list[str], *, only_checks: bool, shows_diff: bool) -> int:
    """Lays programs out. With `only_checks` and `shows_diff` no file is written.

    The status is 1 if a file is not laid out and that was asked for, 2 if one cannot be read.
    """
    status = 0
    for path in paths:
        piece = read_program(path)
        if piece is None:
            status = 2
            continue
        try:
            result = format_text(piece.text)
        except LispError as error:
            complain(f"{path}:{error.line}:{error.column}: {error.message}")
            status = 2
            continue
        is_new = result != piece.text
        if shows_diff and is_new:
            write_text(_difference(path, piece.text, result), sys.stdout)
        if only_checks or shows_diff:
            if is_new and only_checks:
                complain(f"{path} would be laid out anew")
                status = max(status, 1)
        elif path == "-":
            write_text(result, sys.stdout)
        elif is_new and not _write(path, result):
            status = 2
    return status


def _write(path: str, text: str) -> bool:
    """Replaces a file in one step, so that it is never half written; tells whether that worked."""
    beside = f"{path}.{os.getpid()}.part"
    try:
        mode = os.stat(path).st_mode
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(beside, mode)
        os.replace(beside, os.path.realpath(path))
    except OSError as error:
        complain(f"cannot write {path}: {reason_of(error)}")
        return False
    return True


def _difference(path: str, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), path, path
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
