"""Compressed bytes and archives: gzip, zip, tar.

Extracting writes only below the directory that was named: entries that point elsewhere are left
out, and what unpacks to much more than it promises is refused.
"""

from __future__ import annotations

import os
from typing import IO, Final

from lispcore.library.arguments import MAX_TEXT_LENGTH, sequence_argument
from lispcore.library.files.files import checked_path, file_error
from lispcore.library.registry import function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, List, Value, list_from

MAX_ENTRIES: Final = 100_000  # a small archive can hold any number of empty files


def _too_large(name: str) -> LispError:
    return LispError(f"{name}: the contents are larger than {MAX_TEXT_LENGTH} bytes", kind="io")


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
    rest = bytes(data)
    parts: list[bytes] = []
    size = 0
    try:
        while rest:  # a gzip file may be several, one after the other
            machine = zlib.decompressobj(wbits=31)
            parts.append(machine.decompress(rest, MAX_TEXT_LENGTH + 1 - size))
            size += len(parts[-1])
            if size > MAX_TEXT_LENGTH:
                raise _too_large("gzip/decompress")
            if not machine.eof:
                raise LispError("gzip/decompress: the data breaks off", kind="io")
            rest = machine.unused_data.lstrip(b"\0")
    except zlib.error:
        raise LispError(
            "gzip/decompress: the bytes are not in the gzip format", kind="io"
        ) from None
    if not parts:
        raise LispError("gzip/decompress: the bytes are not in the gzip format", kind="io")
    return Bytevector(b"".join(parts))


# --- zip and tar -----------------------------------------------------------------------------


def _file_paths(name: str, files: Value) -> list[str]:
    paths = [checked_path(name, each, 2) for each in sequence_argument(name, files, 2)]
    for path in paths:
        if not os.path.isfile(path):
            reason = IsADirectoryError() if os.path.isdir(path) else FileNotFoundError()
            raise file_error(name, path, reason)
    return paths


def _safe_target(folder: str, entry: str) -> str | None:
    """Returns where an entry is to be written, None for one that would leave the directory."""
    parts = entry.replace("\\", "/").split("/")
    if entry.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in entry:
        return None
    target = os.path.join(folder, *[part for part in parts if part not in ("", ".")])
    root = os.path.realpath(folder)
    inside = os.path.realpath(target)
    return target if inside == root or inside.startswith(root.rstrip("/") + "/") else None


def _write_entry(name: str, source: IO[bytes], target: str, room: int) -> int:
    """Copies one entry and returns its size."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    size = 0
    with open(target, "wb") as file:
        while piece := source.read(65536):
            size += len(piece)
            if size > room:
                raise _too_large(name)
            file.write(piece)
    return size


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
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for each in paths:
                archive.write(each, os.path.basename(each))
    except OSError as error:
        raise file_error("zip/create", target, error) from None
    return len(paths)


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
        with zipfile.ZipFile(source) as archive:
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
    "their number. Entries that point outside it are left out.",
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
    count = size = 0
    try:
        os.makedirs(folder, exist_ok=True)
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist()[:MAX_ENTRIES]:
                target = _safe_target(folder, entry.filename)
                if target is None:
                    continue
                if entry.is_dir():
                    os.makedirs(target, exist_ok=True)
                else:
                    with archive.open(entry) as content:
                        size += _write_entry("zip/extract", content, target, MAX_TEXT_LENGTH - size)
                count += 1
    except OSError as error:
        raise file_error("zip/extract", source, error) from None
    except (zipfile.BadZipFile, ValueError, zlib.error, EOFError):
        raise LispError(f"zip/extract {source}: not a ZIP archive, or damaged", kind="io") from None
    except (RuntimeError, NotImplementedError):
        raise LispError(
            f"zip/extract {source}: encrypted, or compressed in an unknown way", kind="io"
        ) from None
    return count


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
        with tarfile.open(target, "w:gz") if packed else tarfile.open(target, "w:") as archive:
            for each in paths:
                archive.add(each, os.path.basename(each), recursive=False)
    except OSError as error:
        raise file_error("tar/create", target, error) from None
    return len(paths)


@function(
    "tar/extract",
    "path:string directory:string",
    "int",
    "Writes the files of a tar archive, gzipped or not, into a directory and returns their number. "
    "Links and entries that point outside the directory are left out.",
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
    count = size = 0
    try:
        os.makedirs(folder, exist_ok=True)
        with tarfile.open(source) as archive:
            for entry in archive:
                target = _safe_target(folder, entry.name)
                if target is None or count >= MAX_ENTRIES:
                    continue
                if entry.isdir():
                    os.makedirs(target, exist_ok=True)
                elif entry.isreg() and (content := archive.extractfile(entry)) is not None:
                    size += _write_entry("tar/extract", content, target, MAX_TEXT_LENGTH - size)
                else:
                    continue
                count += 1
    except (tarfile.TarError, EOFError, zlib.error):
        raise LispError(f"tar/extract {source}: not a tar archive, or damaged", kind="io") from None
    except OSError as error:
        raise file_error("tar/extract", source, error) from None
    return count
