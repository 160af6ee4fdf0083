"""The answer cache in files, one JSON file an entry, so that it outlives the program.

A folder that cannot be written costs only that: the cache then lives as long as the program. The
files together have a limit, measured in bytes; beyond it the oldest answers go.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from lispcore.library.files import file_system
from lispcore.tasks import context

# Of all files together, and in a tab, whose storage is small.
MAX_BYTES: Final = 1_000_000_000
MAX_BYTES_OF_A_TAB: Final = 50_000_000
# When the limit is passed, so much of it is kept: the files are not looked through each time.
_KEPT_SHARE: Final = 0.9
# A file takes at least a block.
_BLOCK_BYTES: Final = 4096
_FOLDER: Final = ("cache", "llm")
_SUFFIX: Final = ".json"


def home_of_records() -> str:
    """Returns where programs keep what outlives them: ``SEMA_HOME``, by default ``~/.sema``."""
    home = context.host().environment("SEMA_HOME")
    return home or os.path.join(file_system.home_folder(), ".sema")


def cache_folder() -> str:
    """Returns where the entries are."""
    return os.path.join(home_of_records(), *_FOLDER)


class CacheFiles:
    """Implements `llm.answer_cache.Store`."""

    def __init__(self, folder: str, most: int | None = None) -> None:
        self._folder = folder
        self._most = most
        # What the files take; others may have added some since. Unknown until something is kept.
        self._bytes: int | None = None

    def load(self, key: str) -> str | None:
        """Returns an entry, None if there is none."""
        try:
            with file_system.open_file(self._path(key), "r", encoding="utf-8") as file:
                return str(file.read(self._limit()))
        except (OSError, UnicodeDecodeError):
            return None

    def save(self, key: str, text: str) -> None:
        """Keeps an entry, and drops the oldest if there is no more room."""
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > self._limit() // 4:
            return
        with suppress(OSError):
            file_system.make_folders(self._folder)
            # Another program may be reading: it must see the old entry or the whole new one.
            unfinished = f"{self._path(key)}.{os.getpid()}"
            with file_system.open_file(unfinished, "wb") as file:
                file.write(data)
            file_system.replace(unfinished, self._path(key))
            if self._bytes is None:
                self._bytes = sum(size for _, size, _ in self._measured())
            else:
                self._bytes += _room(len(data))
            if self._bytes > self._limit():
                self._drop_oldest()

    def clear(self) -> None:
        """Removes all entries."""
        for path in self._paths():
            with suppress(OSError):
                file_system.remove_file(path)
        self._bytes = None

    def _limit(self) -> int:
        if self._most is None:
            is_a_tab = context.host().name == "browser"
            self._most = MAX_BYTES_OF_A_TAB if is_a_tab else MAX_BYTES
        return self._most

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key + _SUFFIX)

    def _paths(self) -> list[str]:
        try:
            names = file_system.names_in(self._folder)
        except OSError:
            return []
        return [os.path.join(self._folder, name) for name in names if name.endswith(_SUFFIX)]

    def _measured(self) -> list[tuple[float, int, str]]:
        """Returns age, size and path of each file, the oldest first."""
        found = []
        for path in self._paths():
            with suppress(OSError):  # another program may have removed it
                status = file_system.status(path)
                found.append((status.st_mtime, _room(status.st_size), path))
        found.sort()
        return found

    def _drop_oldest(self) -> None:
        files = self._measured()
        left = sum(size for _, size, _ in files)
        for _, size, path in files:
            if left <= self._limit() * _KEPT_SHARE:
                break
            with suppress(OSError):
                file_system.remove_file(path)
            left -= size
        self._bytes = left


def _room(size: int) -> int:
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
