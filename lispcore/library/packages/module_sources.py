"""What an import means: a file, a package beside the program, or something at an address.

(import "geometry.lisp")       a file, from the directory of the importing file on
(import "geometry")            also packages/geometry.lisp or packages/geometry/package.lisp
(import "https://…")           an address; so is everything relative in a module that has one
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from lispcore.library.files import file_system
from lispcore.library.files.files import read_text
from lispcore.library.packages.addresses import LINK, carries_program, is_address, resolve
from lispcore.library.packages.kept import PACKAGES
from lispcore.values.errors import LispError

_ENDINGS: Final = (".lisp", ".sema")
_PACKAGE: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*")


class Found(NamedTuple):
    """A file or module: its text, its name in errors, and what all of its names share."""

    text: str
    name: str
    identity: str


class Sources:
    """Where a session's imports are looked for; `home` is the folder of its program."""

    def __init__(self, home: str = "") -> None:
        self.home = home
        self.renews = False  # what the lock file pins is fetched anew
        # By address: what was obtained in this session, and so is not asked for again.
        self._obtained: dict[str, Found] = {}
        self._hashes: dict[str, str] = {}
        self._brought: dict[str, bytes] = {}  # by links

    def find(self, verb: str, path: str, pin: str, directory: str) -> Found:
        """Returns what a path means in a file whose relative paths start at `directory`."""
        if is_address(path) or is_address(f"{directory}/"):
            return self._at_address(path, pin, directory)
        full = os.path.join(directory, path)
        if not file_system.is_file(full) and _PACKAGE.fullmatch(path):
            full = next(filter(file_system.is_file, self.packages(path, directory)), full)
        text = _read(verb, full)
        if pin:
            _check_file(full, pin)
        return Found(text, full, file_system.identity(full))

    def look(self, path: str, pin: str, directory: str) -> Found | None:
        """Returns what `find` would, without asking or fetching: None where that is not kept."""
        if not (is_address(path) or is_address(f"{directory}/")) or carries_program(path):
            return self.find("import", path, "", directory)
        from lispcore.library.packages.obtaining import look_up

        address = resolve(directory, path)
        if address.startswith(LINK):
            return self._brought_along(address, path)
        kept = look_up(address, pin, self.home)
        return Found(kept.text, kept.address, kept.address) if kept else None

    def packages(self, name: str, directory: str) -> Iterator[str]:
        """Yields the paths that a package of a name may have."""
        for folder in dict.fromkeys((directory, self.home)):
            place = os.path.join(folder, PACKAGES, name)
            yield place
            for ending in _ENDINGS:
                yield place + ending
            for ending in _ENDINGS:
                yield os.path.join(place, f"package{ending}")

    def _at_address(self, path: str, pin: str, directory: str) -> Found:
        from lispcore.library.packages.obtaining import check_hash, obtain

        if carries_program(path):
            return self._of_link(path, pin)
        address = resolve(directory, path)
        if address.startswith(LINK):
            return self._brought_along(address, path)
        known = self._obtained.get(address)
        if known is None:
            found = obtain(address, pin, self.home, renews=self.renews)
            known = Found(found.text, found.address, found.address)
            self._obtained[address] = known
            self._hashes[address] = found.sha256
        check_hash(address, pin, self._hashes[address])
        return known

    @property
    def hashes(self) -> Mapping[str, str]:
        """The hashes of what was obtained, by address."""
        return self._hashes

    def _of_link(self, path: str, pin: str) -> Found:
        from lispcore.library.packages.kept import hash_of
        from lispcore.library.packages.obtaining import check_hash, open_link

        name, files = open_link(path)
        self._brought |= files
        check_hash(name, pin, hash_of(files[name]))
        return self._brought_along(name, path)

    def _brought_along(self, name: str, path: str) -> Found:
        from lispcore.library.packages.obtaining import as_text

        data = self._brought.get(name)
        if data is None:
            raise LispError(
                f"import: {path}: the link brought no such file along",
                kind="io",
                hint="what is open beside a program, or named in it, goes along with its link",
            )
        return Found(as_text(data), name, name)


def _read(verb: str, full: str) -> str:
    try:
        return str(read_text(verb, full))
    except LispError as error:
        head = full.split("/")[0]
        if "." in head.strip(".") and "/" in full and not os.path.splitext(full)[1]:
            error.hint = (
                "name the address of a file, as in "
                f'(import "https://{full}/…/file.lisp"), or put the file into the folder packages '
                "beside the program"
            )
        raise


def _check_file(full: str, pin: str) -> None:
    from lispcore.library.packages.kept import hash_of
    from lispcore.library.packages.obtaining import check_hash

    with file_system.open_file(full) as file:
        check_hash(full, pin, hash_of(file.read()))
