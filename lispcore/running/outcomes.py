"""What is reported of a run: the lines that it printed, and its error as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lispcore.tasks.host import Host
from lispcore.values.errors import LispError

_LATER_INPUT: Final = re.compile(r"<input (\d+)>")


class OutputRecorder:
    """A host that also keeps what is written to standard output."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._parts: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        """Passes the text on, and keeps it unless it is meant for standard error."""
        if kind != "err":
            self._parts.append(text)
        self._host.write(text, kind)

    def show(self, view: Mapping[str, Any]) -> None:
        """Passes a view on, and keeps its text."""
        text = f"{view['text']}\n"
        self._parts.append(text)
        shown = getattr(self._host, "show", None)
        if shown is None:
            self._host.write(text)
        else:
            shown(view)

    def lines(self) -> list[str]:
        """Returns everything written as lines; an empty last line does not count."""
        lines = "".join(self._parts).split("\n")
        if not lines[-1]:
            lines.pop()
        return lines


def error_record(error: LispError) -> dict[str, Any]:
    """Returns an error in the form that the batch interface and the page share."""
    record: dict[str, Any] = {
        "type": error.kind,
        "message": error.message,
        "line": error.line,
        "column": error.column,
        "hint": error.hint,
        "stack": [
            {"name": frame.name, "line": frame.line, "column": frame.column, **_text_of(frame.file)}
            for frame in error.stack
        ],
        **_text_of(error.file),
    }
    if error.file and not error.file.startswith("<"):
        # The line is one of a file that the program imports: the program itself is shown where it
        # led there, and the message says where the mistake is.
        record["message"] = f"{error.file}:{error.line}:{error.column}: {error.message}"
        outer = [frame for frame in error.stack if frame.file.startswith("<") and frame.line]
        record["line"] = outer[0].line if outer else 0
        record["column"] = outer[0].column if outer else 0
        if outer:
            record.update(_text_of(outer[0].file))
    return record


def input_name(number: int) -> str:
    """Returns the name of a text that a session runs: from 1, in the order they are entered."""
    return "<input>" if number == 1 else f"<input {number}>"


def _text_of(file: str) -> dict[str, Any]:
    """Returns which text a place is in: nothing for the program itself, the first of a session.

    Later texts have their number as "input", files that a program imports their name as "file".
    """
    if file and not file.startswith("<"):
        return {"file": file}
    found = _LATER_INPUT.match(file)
    return {"input": int(found[1])} if found else {}
