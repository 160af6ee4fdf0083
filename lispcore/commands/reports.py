"""What a person reads on standard error: mistakes with their place, and what else went wrong."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from lispcore.values.errors import LispError

MOST_FRAMES = 12
STOPPED = 130  # the exit status after Ctrl-C


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
    lines = [f"Error ({error.kind}){place}: {error.message}"]
    shown = (source or "").split("\n")
    if 0 < error.line <= len(shown):
        lines.append(f"  {shown[error.line - 1]}")
        lines.append("  " + " " * (error.column - 1) + "^")
    for frame in error.stack[:MOST_FRAMES]:
        where = f" ({frame.line}:{frame.column})" if frame.line else ""
        lines.append(f"  in {frame.name}{where}")
    if len(error.stack) > MOST_FRAMES:
        lines.append(f"  … {len(error.stack) - MOST_FRAMES} more")
    if error.hint:
        lines.append(f"Hint: {error.hint}")
    write_text("\n".join(lines) + "\n", stream)


def write_text(text: str, stream: TextIO) -> None:
    """Writes a text, in the characters that the stream has."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "replace").decode(encoding))


def complain(text: str) -> None:
    """Says on standard error what is wrong with the command."""
    write_text(f"lispcore: {text}\n", sys.stderr)


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Returns why a file cannot be read or written, in words."""
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8 text"
    return (error.strerror or str(error) or "failed").lower()


def drop_output() -> None:
    """Lets what could not be written go, so that Python says nothing of it at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass  # no stream of the system's: nothing is kept back there
