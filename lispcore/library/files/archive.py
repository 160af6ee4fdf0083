"""Compressed bytes and archives: gzip, zip, tar.

Extracting writes only below the directory that was named: links and entries that point elsewhere
are left out. What unpacks to much more than it promises is refused, and an archive that cannot be
unpacked whole leaves nothing behind (unpacking.py).
"""

from __future__ import annotations

import os
import stat
from typing import IO, TYPE_CHECKING, Any

from lispcore.library.arguments import sequence_argument
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path, file_error
from lispcore.library.files.unpacking import (
    PIECE,
    BoundedReader,
    Bounds,
    Unpacking,
    inflate,
    parts_of,
)
from lispcore.library.registry import function
from lispcore.tasks.context import check_stop
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, List, Value, list_from

if TYPE_CHECKING:
    import zipfile


@function(
    "gzip/compress",
    "data:bytevector",
    "bytevector",
    "Returns bytes, or the UTF-8 bytes of a text, in the gzip format.",
    [('(utf8->string (gzip/decompress (gzip/compress "hello")))', '"hello"')],
)
def compress(data: Value) -> Value:
    import gzip

    if type(data) is str:
        return Bytevector(gzip.compress(data.encode("utf-8", "surrogatepass"), mtime=0))
    if type(data) is Bytevector:
        return Bytevector(gzip.compress(data, mtime=0))
    raise wrong_type("gzip/compress", "bytevector or string", data, 1)


@function(
    "gzip/decompress",
    "data:bytevector",
    "bytevector",
    "Returns the bytes that were compressed with gzip.",
    [("(gzip/decompress #u8(1 2 3))", "error: not in the gzip format")],
)
def decompress(data: Value) -> Value:
    import zlib

    if type(data) is not Bytevector:
        raise wrong_type("gzip/decompress", "bytevector", data, 1)
    try:
        return Bytevector(
            inflate("gzip/decompress", bytes(data), lambda: zlib.decompressobj(wbits=31))
        )
    except EOFError:
        raise LispError(
            "gzip/decompress: the data breaks off",
            kind="io",
            hint="take all bytes of the file, from its beginning",
        ) from None
    except zlib.error:
        raise LispError(
            "gzip/decompress: the bytes are not in the gzip format", kind="io"
        ) from None


# --- zip and tar -----------------------------------------------------------------------------


def _file_paths(name: str, files: Value) -> list[str]:
    paths = [checked_path(name, each, 2) for each in sequence_argument(name, files, 2)]
    for path in paths:
        if not file_system.is_file(path):
            reason = IsADirectoryError() if file_system.is_folder(path) else FileNotFoundError()
            raise file_error(name, path, reason)
    return paths


@function(
    "zip/create",
    "path:string files:list",
    "int",
    "Writes a ZIP archive with these files, each under its own name without directories. Returns "
    "their number.",
    [('(begin (file/write "a.txt" "x") (zip/create "a.zip" (list "a.txt")))', "1")],
)
def create_zip(path: Value, files: Value) -> Value:
    import zipfile

    target = checked_path("zip/create", path)
    paths = _file_paths("zip/create", files)
    try:
        with (
            file_system.written_whole(target) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for each in paths:
                _add_to_zip(archive, each)
    except OSError as error:
        raise file_error("zip/create", target, error) from None
    return len(paths)


def _add_to_zip(archive: zipfile.ZipFile, path: str) -> None:
    import time
    import zipfile

    status = file_system.status(path)
    moment = time.localtime(status.st_mtime)[:6]
    # The format knows the years from 1980 to 2107 only.
    moment = min(max(moment, (1980, 1, 1, 0, 0, 0)), (2107, 12, 31, 23, 59, 59))
    entry = zipfile.ZipInfo(os.path.basename(path), moment)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (status.st_mode & 0xFFFF) << 16
    entry.file_size = status.st_size
    with file_system.open_file(path) as source, archive.open(entry, "w") as target:
        while piece := source.read(PIECE):
            check_stop()
            target.write(piece)


@function(
    "zip/list",
    "path:string",
    "list",
    "Returns the names of the entries of a ZIP archive.",
    [
        (
            '(begin (file/write "a.txt" "x") (zip/create "a.zip" (list "a.txt")) '
            '(zip/list "a.zip"))',
            '("a.txt")',
        )
    ],
)
def list_zip(path: Value) -> List:
    import zipfile

    source = checked_path("zip/list", path)
    try:
        with file_system.open_file(source) as file, zipfile.ZipFile(file) as archive:
            return list_from(archive.namelist())
    except OSError as error:
        raise file_error("zip/list", source, error) from None
    except (zipfile.BadZipFile, ValueError):
        raise LispError(f"zip/list {source}: not a ZIP archive", kind="io") from None


@function(
    "zip/extract",
    "path:string directory:string",
    "int",
    "Writes the entries of a ZIP archive into a directory, which is made if need be, and returns "
    "their number. Links and entries that point outside it are left out. If one is damaged, "
    "nothing is written.",
    [
        (
            '(begin (file/write "a.txt" "x") (zip/create "a.zip" (list "a.txt")) '
            '(zip/extract "a.zip" "out") (file/read "out/a.txt"))',
            '"x"',
        )
    ],
)
def extract_zip(path: Value, directory: Value) -> Value:
    import zipfile
    import zlib

    source = checked_path("zip/extract", path)
    folder = checked_path("zip/extract", directory, 2)
    try:
        with file_system.open_file(source) as file, zipfile.ZipFile(file) as archive:
            entries = _sound_entries("zip/extract", archive, file_system.status(source).st_size)
            return _unpack_zip("zip/extract", archive, entries, source, folder)
    except OSError as error:
        raise file_error("zip/extract", _place_of(error, source), error) from None
    except (zipfile.BadZipFile, ValueError, zlib.error, EOFError):
        raise LispError(f"zip/extract {source}: not a ZIP archive, or damaged", kind="io") from None
    except (RuntimeError, NotImplementedError):
        raise LispError(
            f"zip/extract {source}: encrypted, or compressed in an unknown way", kind="io"
        ) from None


def _sound_entries(name: str, archive: zipfile.ZipFile, packed: int) -> list[zipfile.ZipInfo]:
    """Returns the entries to unpack, after a look at what the archive says of all of them."""
    bounds = Bounds(name, packed)
    found = []
    for entry in archive.infolist():
        bounds.add_entry()
        bounds.add_bytes(entry.file_size)
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if parts_of(entry.filename) is not None and not is_link:
            found.append(entry)
    return found


def _unpack_zip(
    name: str,
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    source: str,
    folder: str,
) -> int:
    bounds = Bounds(name, file_system.status(source).st_size)
    with _unpacking_into(folder) as unpacking:
        for entry in entries:
            bounds.add_entry()
            parts = parts_of(entry.filename) or []
            if entry.is_dir() or not parts:
                unpacking.add_folder(parts)
            else:
                with archive.open(entry) as content:
                    unpacking.add_file(parts, content, bounds)
    return len(entries)


class _unpacking_into:
    """Gathers what is unpacked aside, and moves it into a folder if all went well."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __enter__(self) -> Unpacking:
        self._made = _make_all(self._folder)
        self._aside = file_system.folder_for_a_while(self._folder)
        self._unpacking = Unpacking(self._folder, self._aside.__enter__())
        return self._unpacking

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        done = False
        try:
            if error is None:
                self._unpacking.move()
                done = True
        finally:
            self._aside.__exit__(None, None, None)
            for path in [] if done else reversed(self._made):
                file_system.remove_folder(path)


def _make_all(folder: str) -> list[str]:
    """Makes a folder and those above it; returns those that were not there."""
    missing: list[str] = []
    path = folder.rstrip("/") or folder
    while path and not file_system.is_folder(path):
        missing.insert(0, path)
        path = os.path.dirname(path)
    file_system.make_folders(folder)
    return missing


def _place_of(error: OSError, otherwise: str) -> str:
    """Returns the path that an error is about, if it is one of ours."""
    kinds = (file_system.OutsideError, IsADirectoryError, NotADirectoryError, FileExistsError)
    shown = error.filename or (error.args[0] if error.args else None)
    return shown if isinstance(error, kinds) and isinstance(shown, str) else otherwise


@function(
    "tar/create",
    "path:string files:list",
    "int",
    "Writes a tar archive with these files, each under its own name without directories; gzipped "
    "if the path ends in .tar.gz or .tgz. Returns their number.",
    [('(begin (file/write "a.txt" "x") (tar/create "a.tgz" (list "a.txt")))', "1")],
)
def create_tar(path: Value, files: Value) -> Value:
    import tarfile

    target = checked_path("tar/create", path)
    paths = _file_paths("tar/create", files)
    try:
        packed = target.endswith((".tar.gz", ".tgz"))
        with (
            file_system.written_whole(target) as file,
            tarfile.open(fileobj=file, mode="w:gz" if packed else "w:") as archive,
        ):
            for each in paths:
                with file_system.open_file(each) as source:
                    check_stop()
                    entry = archive.gettarinfo(arcname=os.path.basename(each), fileobj=source)
                    archive.addfile(entry, source)
    except OSError as error:
        raise file_error("tar/create", target, error) from None
    return len(paths)


@function(
    "tar/extract",
    "path:string directory:string",
    "int",
    "Writes the files of a tar archive, gzipped or not, into a directory and returns their number. "
    "Links and entries that point outside the directory are left out. If one is damaged, nothing "
    "is written.",
    [
        (
            '(begin (file/write "a.txt" "x") (tar/create "a.tgz" (list "a.txt")) '
            '(tar/extract "a.tgz" "out") (file/read "out/a.txt"))',
            '"x"',
        )
    ],
)
def extract_tar(path: Value, directory: Value) -> Value:
    import tarfile
    import zlib

    source = checked_path("tar/extract", path)
    folder = checked_path("tar/extract", directory, 2)
    try:
        with file_system.open_file(source) as file:
            return _unpack_tar("tar/extract", file, file_system.status(source).st_size, folder)
    except (tarfile.TarError, EOFError, zlib.error, _lzma_error()):
        raise LispError(f"tar/extract {source}: not a tar archive, or damaged", kind="io") from None
    except (ValueError, ImportError):
        raise LispError(
            f"tar/extract {source}: damaged, or compressed in an unknown way", kind="io"
        ) from None
    except OSError as error:
        if error.errno is None and not isinstance(error, PermissionError):  # not of the system
            raise LispError(
                f"tar/extract {source}: not a tar archive, or damaged", kind="io"
            ) from None
        raise file_error("tar/extract", _place_of(error, source), error) from None


def _lzma_error() -> type[Exception]:
    try:
        from lzma import LZMAError
    except ImportError:
        return EOFError
    return LZMAError


def _opened(file: IO[bytes]) -> Any:
    """Returns a tar archive's bytes, unpacked while they are read if they are compressed."""
    start = file.read(6)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.GzipFile(fileobj=file)
    if start.startswith(b"BZh"):
        import bz2

        return bz2.BZ2File(file)
    if start.startswith(b"\xfd7zXZ\0"):
        import lzma

        return lzma.LZMAFile(file)
    return file


def _unpack_tar(name: str, file: IO[bytes], packed: int, folder: str) -> int:
    import tarfile

    # Everything that is read counts, headers included: they can be as long as they like.
    reader: Any = BoundedReader(_opened(file), Bounds(name, packed))
    bounds = Bounds(name, packed)
    count = 0
    with (
        _unpacking_into(folder) as unpacking,
        tarfile.open(fileobj=reader, mode="r|") as archive,
    ):
        for entry in archive:
            bounds.add_entry()
            parts = parts_of(entry.name)
            if parts is None or not (entry.isdir() or entry.isreg()):
                continue
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None or not parts:
                unpacking.add_folder(parts)
            else:
                unpacking.add_file(parts, content, bounds)
            count += 1
    return count
