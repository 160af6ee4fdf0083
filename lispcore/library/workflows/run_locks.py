"""Whether a workflow is under way: its process holds a lock on a file.

Whatever ends the process ends the lock, kill -9 and a loss of power included. The number of a
process says less: another may have it by then, and one that has ended keeps it until its parent
asks.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO, Any, Final

from lispcore.library.files import file_system
from lispcore.tasks import context

_NAME: Final = "lock"


def try_lock(file: IO[Any]) -> bool:
    """Locks a file that is open for writing; False if another process has it.

    Such a lock (fcntl's, not flock's) is not handed on to processes that are forked.
    """
    import fcntl

    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class RunLock:
    """The lock of one run, and nothing until `take`."""

    def __init__(self) -> None:
        self._file: IO[Any] | None = None
        self._path = ""

    def take(self, folder: str) -> bool:
        """Takes the lock of a run, if nobody has it; tells whether it is held now.

        In a tab, and where files cannot be locked, there is none, and nobody is in the way.
        """
        if self._file is not None:
            return True
        if context.host().name == "browser":
            return True
        self._path = os.path.join(folder, _NAME)
        with suppress(OSError, ImportError):
            file_system.make_folder_above(self._path)
            file = file_system.open_file(self._path, "ab")
            try:
                held = try_lock(file)
            except BaseException:
                file.close()
                raise
            if not held:
                file.close()
                return False
            self._file = file
        return True

    def leave(self) -> None:
        """Gives the lock back."""
        if self._file is not None:
            with suppress(OSError):
                file_system.remove_file(self._path)
            self._file.close()
            self._file = None


def is_held(folder: str) -> bool:
    """Tells whether another process has the lock of a run. Not to be asked of a run of this one."""
    path = os.path.join(folder, _NAME)
    if context.host().name == "browser" or not file_system.is_file(path):
        return False
    with suppress(OSError, ImportError), file_system.open_file(path, "ab") as file:
        return not try_lock(file)
    return False
