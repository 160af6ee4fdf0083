"""What archives unpack to: bounds against bombs, and all or nothing.

Everything is written into a folder aside first. Only when the last entry is there and sound, the
files are moved to where they belong; if that fails half-way, or the program is stopped, what was
moved goes back and what was replaced comes back. So a damaged archive leaves nothing behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import IO, Any, Final

from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.library.files import file_system
from lispcore.tasks.context import check_stop
from lispcore.values.errors import LispError

# A small archive can hold any number of empty files.
MAX_ENTRIES: Final = 20_000
# What is larger than this, unpacked, may not be more than so many times as large as it is packed:
# texts are packed to a tenth, and a thousandth is what a bomb is made of.
RATIO_COUNTS_FROM: Final = 20_000_000
MAX_RATIO: Final = 200
PIECE: Final = 1 << 16


def too_large(name: str) -> LispError:
    """Returns the error for contents that are larger than the language handles at once."""
    return LispError(
        f"{name}: the contents are larger than {MAX_TEXT_LENGTH} bytes",
        kind="io",
        hint="unpack it with another program, and open the files that are needed",
    )


class Bounds:
    """Counts what unpacking gives, and refuses what is no honest archive.

    `packed` is the size of what is unpacked, in bytes.
    """

    def __init__(self, name: str, packed: int) -> None:
        self._name = name
        self._packed = packed
        self._entries = 0
        self._size = 0

    def add_entry(self) -> None:
        """Counts an entry, of whatever kind. Stop is heard here."""
        check_stop()
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise LispError(
                f"{self._name}: more than {MAX_ENTRIES} entries",
                kind="io",
                hint="make several smaller archives of it",
            )

    def add_bytes(self, size: int) -> None:
        """Counts bytes that were unpacked, or that the archive says there will be."""
        check_stop()
        self._size += size
        if self._size > MAX_TEXT_LENGTH:
            raise too_large(self._name)
        if self._size > RATIO_COUNTS_FROM and self._size > self._packed * MAX_RATIO:
            raise LispError(
                f"{self._name}: {self._packed} bytes unpack to more than {self._size}: this looks "
                "like an archive that was made to fill the memory",
                kind="io",
                hint="unpack it with another program if it is really yours",
            )


class BoundedReader:
    """A file that gives no more than `bounds` allow, piece by piece."""

    def __init__(self, source: IO[bytes], bounds: Bounds) -> None:
        self._source = source
        self._bounds = bounds

    def read(self, size: int = -1) -> bytes:
        """Returns up to `size` bytes."""
        pieces: list[bytes] = []
        while size:
            piece = self._source.read(PIECE if size < 0 else min(size, PIECE))
            if not piece:
                break
            self._bounds.add_bytes(len(piece))
            pieces.append(piece)
            size -= len(piece) if size > 0 else 0
        return b"".join(pieces)


def inflate(name: str, data: bytes, start: Any) -> bytes:
    """Returns what compressed bytes unpack to; several streams may follow one another.

    `start` begins a stream and returns its decompressor, as `zlib.decompressobj` does. Raises
    `EOFError` if the data breaks off or there is none.
    """
    bounds = Bounds(name, len(data))
    parts: list[bytes] = []
    place, rest, machine = 0, b"", None
    while rest or place < len(data):
        check_stop()
        if not rest:
            rest = data[place : place + PIECE]
            place += len(rest)
        if machine is None:
            rest = rest.lstrip(b"\0") if parts else rest
            if not rest:
                continue
            machine = start()
        part = machine.decompress(rest, 1 << 20)
        bounds.add_bytes(len(part))
        parts.append(part)
        if machine.eof:
            rest, machine = machine.unused_data, None
        else:
            rest = machine.unconsumed_tail
    while machine is not None and not machine.eof:  # what it holds back
        part = machine.decompress(b"", 1 << 20)
        if not part:
            raise EOFError
        bounds.add_bytes(len(part))
        parts.append(part)
    if not parts:
        raise EOFError
    return b"".join(parts)


# --- files -------------------------------------------------------------------------------------


def parts_of(entry: str) -> list[str] | None:
    """Returns the folders and the name of an entry; None for one that would lead outside."""
    parts = entry.replace("\\", "/").split("/")
    outside = entry.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]
    if outside or "\0" in entry or not entry.encode("utf-8", "replace").decode() == entry:
        return None
    return [part for part in parts if part not in ("", ".")]


class Unpacking:
    """The files and folders that an archive is to become below `folder`, gathered in `aside`."""

    def __init__(self, folder: str, aside: str) -> None:
        self._folder = folder
        self._aside = aside
        self._folders: dict[tuple[str, ...], None] = {}
        self._files: dict[tuple[str, ...], str] = {}
        self._undo: list[tuple[Any, ...]] = []
        self._number = 0

    def add_folder(self, parts: Iterable[str]) -> None:
        """Notes a folder."""
        self._folders[tuple(parts)] = None

    def add_file(self, parts: Iterable[str], source: IO[bytes], bounds: Bounds) -> None:
        """Unpacks a file; the last of the same name counts."""
        place = self._next_place()
        with file_system.open_file(place, "wb") as file:
            while piece := source.read(PIECE):
                bounds.add_bytes(len(piece))
                file.write(piece)
        self._files[tuple(parts)] = place

    def move(self) -> None:
        """Moves everything to its place, or leaves all as it was."""
        try:
            for parts in self._folders:
                self._make_folder(parts)
            for parts, place in self._files.items():
                self._make_folder(parts[:-1])
                self._move_file(place, os.path.join(self._folder, *parts))
        except BaseException:
            for step, *details in reversed(self._undo):
                step(*details)
            raise

    def _next_place(self) -> str:
        self._number += 1
        return os.path.join(self._aside, str(self._number))

    def _make_folder(self, parts: tuple[str, ...]) -> None:
        for end in range(1, len(parts) + 1):
            path = os.path.join(self._folder, *parts[:end])
            if file_system.is_folder(path):
                # A link in the folder that was there before must not lead out of it.
                self._check_inside(path)
            else:
                file_system.make_folders(path)
                self._undo.append((file_system.remove_folder, path))

    def _check_inside(self, path: str) -> None:
        root = file_system.identity(self._folder).rstrip("/") + "/"
        if not file_system.identity(path).startswith(root):
            raise file_system.OutsideError(path)

    def _move_file(self, place: str, target: str) -> None:
        if file_system.is_folder(target) and not file_system.is_link(target):
            raise IsADirectoryError(target)
        if file_system.is_there(target):
            kept = self._next_place()
            file_system.replace(target, kept)
            self._undo.append((file_system.replace, kept, target))
        file_system.replace(place, target)
        self._undo.append((file_system.replace, target, place))
