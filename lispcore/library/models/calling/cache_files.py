"""The answer cache in files, one JSON file an entry, so that it outlives the program.

A folder that cannot be written costs only that: the cache then lives as long as the program.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from lispcore.library.files import file_system
from lispcore.tasks import context

MAX_FILES: Final = 500
MAX_FILE_BYTES: Final = 1_000_000
_FOLDER: Final = ("cache", "llm")
_SUFFIX: Final = ".json"


def cache_folder() -> str:
    """Returns where the entries are: below ``SEMA_HOME``, by default ``~/.sema``."""
    home = context.host().environment("SEMA_HOME")
    return os.path.join(home or os.path.join(file_system.home_folder(), ".sema"), *_FOLDER)


class CacheFiles:
    """Implements `llm.answer_cache.Store`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def load(self, key: str) -> str | None:
        """Returns an entry, None if there is none."""
        try:
            with file_system.open_file(self._path(key), "r", encoding="utf-8") as file:
                return str(file.read(MAX_FILE_BYTES))
        except (OSError, UnicodeDecodeError):
            return None

    def save(self, key: str, text: str) -> None:
        """Keeps an entry, and drops the oldest if there are too many."""
        if len(text) > MAX_FILE_BYTES // 4:  # a character takes up to four bytes
            return
        with suppress(OSError):
            file_system.make_folders(self._folder)
            # Another program may be reading: it must see the old entry or the whole new one.
            unfinished = f"{self._path(key)}.{os.getpid()}"
            with file_system.open_file(unfinished, "w", encoding="utf-8") as file:
                file.write(text)
            file_system.replace(unfinished, self._path(key))
            self._drop_oldest()

    def clear(self) -> None:
        """Removes all entries."""
        for path in self._paths():
            with suppress(OSError):
                file_system.remove_file(path)

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key + _SUFFIX)

    def _paths(self) -> list[str]:
        try:
            names = file_system.names_in(self._folder)
        except OSError:
            return []
        return [os.path.join(self._folder, name) for name in names if name.endswith(_SUFFIX)]

    def _drop_oldest(self) -> None:
        paths = self._paths()
        if len(paths) <= MAX_FILES:
            return
        aged = sorted((file_system.status(path).st_mtime, path) for path in paths)
        for _, path in aged[: len(paths) - MAX_FILES]:
            file_system.remove_file(path)
