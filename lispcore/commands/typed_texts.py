"""What is typed at a prompt: whether a text is complete, and where its history is kept."""

from __future__ import annotations

import os

from lispcore.reading.reader import read_many
from lispcore.values.errors import LispError

_UNFINISHED = ("is never closed", "never ends", "nothing follows", "has nothing to skip")


def is_incomplete(text: str) -> bool:
    """Tells whether a text only needs more lines to be one that can be read."""
    try:
        read_many(text)
    except LispError as error:
        return error.kind == "reader" and any(each in error.message for each in _UNFINISHED)
    return False


def history_file() -> str:
    """Returns the file in which the prompt keeps what was typed."""
    home = os.environ.get("SEMA_HOME") or os.path.join(os.path.expanduser("~"), ".sema")
    return os.path.join(home, "history")
