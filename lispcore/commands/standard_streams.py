"""Standard streams that are closed: the shell's ``>&-`` and ``<&-``.

Python has None in their place. Here they are streams that say so when they are written, and give no
line when they are read; and their numbers are taken, so that no file that is opened later gets one
of them, and with it what was meant for the terminal.
"""

from __future__ import annotations

import errno
import io
import os
import sys


class ClosedOutput(io.TextIOBase):
    """Output that was closed before the process began."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # nobody sets it
        """UTF-8, which can say everything."""
        return "utf-8"

    def write(self, text: str, /) -> int:
        """Raises what the system says of a closed file."""
        raise OSError(errno.EBADF, "it is closed")


def have_streams() -> None:
    """Puts streams in the place of those that are closed."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDWR)) < 3:
        pass  # this one takes the place of a closed one
    os.close(number)
    if sys.stdin is None:
        sys.stdin = io.StringIO()
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    if sys.stderr is None:
        sys.stderr = io.StringIO()  # nobody can hear of it
