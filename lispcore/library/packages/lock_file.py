"""The lock file: ``lispcore.lock`` beside a program says which content each address had.

    {
      "imports": {
        "https://example.org/area.lisp": {
          "sha256": "9f86d081…"
        }
      },
      "version": 1
    }

It is sorted, so that two versions compare well, and belongs into the program's repository. `from`
stands beside a hash where the address led on to another one: relative imports start there.
"""

from __future__ import annotations

import os
import re
from typing import Any, Final, NamedTuple

from lispcore.library.files import file_system
from lispcore.values.errors import LispError

NAME: Final = "lispcore.lock"
_VERSION: Final = 1
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES: Final = 4_000_000


class Pinned(NamedTuple):
    """What is known of an address: the hash of its content, and where that came from."""

    sha256: str
    place: str


def path_of(folder: str) -> str:
    """Returns the path of the lock file of the programs in a folder."""
    return os.path.join(folder, NAME)


def read_lock(folder: str) -> dict[str, Pinned]:
    """Returns what is pinned, by address; raises `LispError` for a file that is no lock file."""
    import json

    path = path_of(folder)
    if not file_system.is_file(path):
        return {}
    try:
        with file_system.open_file(path) as file:
            value = json.loads(file.read(_MOST_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise _damaged(path, "it cannot be read as JSON") from None
    imports = value.get("imports") if isinstance(value, dict) else None
    if not isinstance(imports, dict):
        raise _damaged(path, "it has no imports")
    if value.get("version") != _VERSION:
        raise _damaged(path, "it was written by another version of the language")
    return {address: _entry(path, address, entry) for address, entry in imports.items()}


def _entry(path: str, address: str, entry: Any) -> Pinned:
    sha256 = entry.get("sha256") if isinstance(entry, dict) else None
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        raise _damaged(path, f"there is no hash for {address}")
    place = entry.get("from", address)
    return Pinned(sha256, place if isinstance(place, str) else address)


def write_lock(folder: str, pinned: dict[str, Pinned]) -> bool:
    """Writes the lock file; returns whether that could be done."""
    import json

    imports = {
        address: {
            "sha256": entry.sha256,
            **({} if entry.place == address else {"from": entry.place}),
        }
        for address, entry in pinned.items()
    }
    value = {"version": _VERSION, "imports": imports}
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        with file_system.written_whole(path_of(folder)) as file:
            file.write(text.encode("utf-8"))
    except OSError:
        return False
    return True


def _damaged(path: str, reason: str) -> LispError:
    return LispError(
        f"import: {path} is no lock file: {reason}",
        kind="io",
        hint="bring back an earlier version of it, or delete it: you are asked again then",
    )
