"""Single key presses from a real terminal: raw mode, `io/read-key`, replies of the terminal.

Works on the terminal host where Python has `termios`; elsewhere every function raises one error.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.library.arguments import integer_argument
from lispcore.library.registry import function
from lispcore.library.system.terminal_style import require_terminal
from lispcore.tasks.context import host
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, intern_keyword

# How long an escape sequence may take to arrive after its first byte.
SEQUENCE_SECONDS: Final = 0.05
REPLY_SECONDS: Final = 0.5

_NAMED: Final[dict[str, str]] = {
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\b": "backspace",
    "\x1b": "esc",
    **{
        f"\x1b{lead}{letter}": name
        for lead in "[O"
        for letter, name in (
            ("A", "up"),
            ("B", "down"),
            ("C", "right"),
            ("D", "left"),
            ("H", "home"),
            ("F", "end"),
        )
    },
    "\x1b[Z": "shift-tab",
    **{
        f"\x1bO{letter}": name
        for letter, name in zip("PQRS", ("f1", "f2", "f3", "f4"), strict=True)
    },
    **{
        f"\x1b[{code}~": name
        for code, name in (
            (1, "home"),
            (2, "insert"),
            (3, "delete"),
            (4, "end"),
            (5, "page-up"),
            (6, "page-down"),
            (15, "f5"),
            (17, "f6"),
            (18, "f7"),
            (19, "f8"),
            (20, "f9"),
            (21, "f10"),
            (23, "f11"),
            (24, "f12"),
        )
    },
}


class _Console:
    """The terminal's input and the mode to put back; None while not in raw mode."""

    saved: Any = None


def _input(name: str) -> int:
    require_terminal(name)
    import sys

    if not sys.stdin.isatty():
        raise LispError(f"{name}: the input is no terminal")
    return sys.stdin.fileno()


def _read_byte(descriptor: int, seconds: float | None) -> bytes:
    import os
    import select

    ready, _, _ = select.select([descriptor], [], [], seconds)
    return os.read(descriptor, 1) if ready else b""


def _read_sequence(descriptor: int, seconds: float | None) -> str | None:
    """Returns the bytes of one key press as text, None if none came in time."""
    first = _read_byte(descriptor, seconds)
    if not first:
        return None
    data = first
    if first == b"\x1b":
        while len(data) < 64 and (more := _read_byte(descriptor, SEQUENCE_SECONDS)):
            data += more
            if len(data) > 2 and (more.isalpha() or more == b"~"):
                break
            if len(data) == 2 and more not in b"[O":
                break
    elif first[0] >= 0xC0:
        for _ in range(3 if first[0] >= 0xF0 else 2 if first[0] >= 0xE0 else 1):
            data += _read_byte(descriptor, SEQUENCE_SECONDS)
    return data.decode("utf-8", "replace")


def key_map(sequence: str) -> Map:
    """Returns the map that describes a key press."""
    kind: Value = intern_keyword("char")
    fields: dict[Value, Value] = {}
    if sequence in _NAMED:
        kind = intern_keyword("key")
        fields[intern_keyword("name")] = intern_keyword(_NAMED[sequence])
    elif len(sequence) == 2 and sequence[0] == "\x1b":
        kind = intern_keyword("alt")
        fields[intern_keyword("char")] = sequence[1]
    elif len(sequence) == 1 and sequence < " ":
        kind = intern_keyword("ctrl")
        fields[intern_keyword("char")] = chr(ord(sequence) + 96)
    else:
        fields[intern_keyword("char")] = sequence
    return Map({intern_keyword("kind"): kind, **fields})


@function(
    "io/tty-raw!",
    "",
    "nil",
    "Has key presses arrive one by one and unseen. Needs a terminal.",
)
def raw_mode() -> None:
    descriptor = _input("io/tty-raw!")
    import termios
    import tty

    if _Console.saved is None:
        _Console.saved = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)


@function(
    "io/tty-restore!",
    "[mode:any]",
    "nil",
    "Ends raw mode.",
)
def restore_mode(mode: Value = None) -> None:
    descriptor = _input("io/tty-restore!")
    import termios

    if _Console.saved is not None:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, _Console.saved)
        _Console.saved = None


def key_within(name: str, seconds: float | None) -> Value:
    """Returns the next key press as a map, None if none comes in time (None: waits for ever)."""
    descriptor = _input(name)
    host().check()
    sequence = _read_sequence(descriptor, seconds)
    return None if sequence is None else key_map(sequence)


@function(
    "io/read-key",
    "",
    "map or nil",
    "Waits for a key press and returns it as a map with `:kind` and `:char` or `:name`. Needs a "
    "terminal.",
)
def read_key() -> Value:
    return key_within("io/read-key", None)


@function(
    "io/read-key-timeout",
    "milliseconds:int",
    "map or nil",
    "Waits for a key press at most so many milliseconds; returns nil if none came.",
)
def read_key_timeout(milliseconds: Value) -> Value:
    limit = integer_argument("io/read-key-timeout", milliseconds, 1)
    return key_within("io/read-key-timeout", max(0, min(limit, 86_400_000)) / 1000)


def ask_terminal(name: str, question: str, reply: str) -> re.Match[str] | None:
    """Sends a question to the terminal and returns its reply if it fits the pattern."""
    descriptor = _input(name)
    import termios
    import tty

    saved = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        host().write(question)
        return re.search(reply, _read_sequence(descriptor, REPLY_SECONDS) or "")
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, saved)


@function(
    "term/cursor-position",
    "",
    "map or nil",
    "Returns where the cursor is as `:row` and `:col`. Needs a terminal.",
)
def cursor_position() -> Value:
    reply = ask_terminal("term/cursor-position", "\x1b[6n", r"\x1b\[(\d+);(\d+)R")
    if reply is None:
        return None
    return Map({intern_keyword("row"): int(reply[1]), intern_keyword("col"): int(reply[2])})
