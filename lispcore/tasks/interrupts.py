"""Ctrl-C while the language loads or the process ends: nothing runs that could be stopped.

Then the process ends at once with the status that shells give (130). An exception would come up
anywhere, within the import of some module or a finaliser, and be shown as a traceback of Python.
As soon as there is a program, Ctrl-C stops that, as an exception.

This is loaded before all else but the search path, and imports only what Python has loaded by then.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found, unused-ignore]  # it has no types
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STATUS = 130


def _end_at_once(number: int, frame: Any) -> None:
    try:
        os.write(2, b"stopped\n")
    finally:
        os._exit(STATUS)


def end_at_once() -> None:
    """Has Ctrl-C end the process from now on, unless it is ignored, or somebody else hears it."""
    _change(_signal.default_int_handler, _end_at_once)


def stop_program() -> None:
    """Has Ctrl-C raise KeyboardInterrupt from now on, as usual."""
    _change(_end_at_once, _signal.default_int_handler)


def _change(old: Any, new: Any) -> None:
    try:
        if _signal.getsignal(_signal.SIGINT) is old:
            _signal.signal(_signal.SIGINT, new)
    except ValueError:
        pass  # not in the main thread: signals are not ours


def is_command() -> bool:
    """Tells whether the process is the command `lispcore`, or `python -m lispcore`, and starts."""
    if sys.argv[:1] == ["-m"]:  # so Python says it while it looks for the module
        words = sys.orig_argv
        return "lispcore" in words or "-mlispcore" in words
    return bool(sys.argv) and os.path.basename(sys.argv[0]) in ("lispcore", "lispcore.exe")


if is_command():
    end_at_once()
