"""Log lines on the error output: `[LEVEL] text {context}`."""

from __future__ import annotations

from lispcore.library.arguments import display
from lispcore.library.registry import ENTRIES, function
from lispcore.tasks.context import host
from lispcore.values.types import Map, Value


def _context_text() -> str:
    """Returns what ``context/set`` has stored, as it is appended to each line."""
    entry = ENTRIES.get("context/all")
    values = entry.function() if entry is not None and entry.function is not None else None
    return " " + display(values) if isinstance(values, Map) and len(values) else ""


def _enter_level(level: str, text: str) -> None:
    def write(value: Value, *more: Value) -> Value:
        line = " ".join([display(each) for each in (value, *more)])
        host().write(f"[{level.upper()}] {line}{_context_text()}\n", "err")
        return None

    function(
        f"log/{level}",
        "value & more",
        "nil",
        f"Writes a line marked [{level.upper()}] to the error output: {text}. The values are "
        "joined by spaces; what `context/set` holds is appended as a map.",
        [(f'(log/{level} "step" 3)', "nil")],
    )(write)


for _level, _text in (
    ("debug", "details for whoever looks for a mistake"),
    ("info", "a normal event"),
    ("warn", "something odd that the program can live with"),
    ("error", "a failure"),
):
    _enter_level(_level, _text)
