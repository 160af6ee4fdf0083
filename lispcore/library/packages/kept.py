"""Where imported code is kept, by its hash, so that later runs need no network.

Beside the program, in ``packages/imported``, lies what the program brings along; in the page that
is where everything is kept. On a terminal the rest is in the user's cache folder, for all programs.
Whoever reads it counts the hash again: a file that was changed is as good as none.
"""

from __future__ import annotations

import os
from typing import Final

from lispcore.library.files import file_system

PACKAGES: Final = "packages"
_IMPORTED: Final = "imported"


def hash_of(data: bytes) -> str:
    """Returns the SHA-256 of content, in hexadecimal digits."""
    from hashlib import sha256

    return sha256(data).hexdigest()


def find_kept(sha256: str, folder: str) -> bytes | None:
    """Returns the content with a hash, None if it is not kept here."""
    for place in (_beside(folder), _cache()):
        path = os.path.join(place, f"{sha256}.lisp")
        try:
            if place and file_system.is_file(path):
                with file_system.open_file(path) as file:
                    data: bytes = file.read()
                if hash_of(data) == sha256:
                    return data
        except OSError:
            continue
    return None


def keep(sha256: str, data: bytes, folder: str, *, beside: bool = False) -> None:
    """Keeps content; where that cannot be, it is fetched again next time."""
    place = _beside(folder) if beside else _cache() or _beside(folder)
    path = os.path.join(place, f"{sha256}.lisp")
    try:
        file_system.make_folders(place)
        with file_system.written_whole(path) as file:
            file.write(data)
    except OSError:
        pass


def _beside(folder: str) -> str:
    return os.path.join(folder, PACKAGES, _IMPORTED)


def _cache() -> str:
    """Returns the cache folder of the user; empty in the page, which has none."""
    home = file_system.cache_folder()
    return os.path.join(home, "lispcore", "imports") if home else ""
