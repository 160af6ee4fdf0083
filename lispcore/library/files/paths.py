"""Paths as texts: taking apart, joining, comparing. Separators are ``/``, on every system.

Only `path/absolute`, `path/canonicalize` and `path/within?` look at the file system.
"""

from __future__ import annotations

import posixpath

from lispcore.library.arguments import string_argument
from lispcore.library.files import file_system
from lispcore.library.registry import function
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Value


def file_name(path: str) -> str:
    """Returns the last part of a path, "" if it has none."""
    return path.rstrip("/").rpartition("/")[2]


def stem_and_extension(path: str) -> tuple[str, str]:
    """Returns a file name's two parts; a leading dot begins no extension."""
    name = file_name(path)
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or name == "..":
        return name, ""
    return stem, extension


@function(
    "path/join",
    "part:string & more",
    "string",
    "Joins parts of a path with `/` between them. An absolute part begins the path anew.",
    [
        ('(path/join "img" "2024" "a.png")', '"img/2024/a.png"'),
        ('(path/join "img/" "a.png")', '"img/a.png"'),
        ('(path/join "img" "/etc")', '"/etc"'),
    ],
)
def join(part: Value, *more: Value) -> Value:
    result = string_argument("path/join", part, 1)
    for place, each in enumerate(more, 2):
        text = string_argument("path/join", each, place)
        if text.startswith("/") or not result:
            result = text
        else:
            result += text if result.endswith("/") else "/" + text
    return result


@function(
    "path/dir",
    "path:string",
    "string",
    'Returns the path without its last part; "" if it has only one.',
    [('(path/dir "/home/ann/notes.md")', '"/home/ann"'), ('(path/dir "notes.md")', '""')],
    aliases=("path/dirname",),
)
def directory(path: Value) -> Value:
    text = string_argument("path/dir", path, 1).rstrip("/")
    head, slash, _ = text.rpartition("/")
    return head.rstrip("/") or ("/" if slash else "")


@function(
    "path/filename",
    "path:string",
    "string",
    "Returns the last part of a path.",
    [('(path/filename "/home/ann/notes.md")', '"notes.md"'), ('(path/basename "a/b/")', '"b"')],
    aliases=("path/basename",),
)
def filename(path: Value) -> Value:
    return file_name(string_argument("path/filename", path, 1))


@function(
    "path/extension",
    "path:string",
    "string",
    'Returns what follows the last dot of the file name, "" if there is none. A dot at the very '
    "start of the name does not count.",
    [('(path/extension "song.tar.gz")', '"gz"'), ('(path/extension ".bashrc")', '""')],
    aliases=("path/ext",),
)
def extension(path: Value) -> Value:
    return stem_and_extension(string_argument("path/extension", path, 1))[1]


@function(
    "path/stem",
    "path:string",
    "string",
    "Returns the file name without its extension.",
    [('(path/stem "/music/song.tar.gz")', '"song.tar"')],
)
def stem(path: Value) -> Value:
    return stem_and_extension(string_argument("path/stem", path, 1))[0]


@function(
    "path/absolute?",
    "path:string",
    "bool",
    "Tells whether a path begins at the root.",
    [('(path/absolute? "/tmp")', "#t"), ('(path/absolute? "tmp")', "#f")],
)
def is_absolute(path: Value) -> Value:
    return TRUE if string_argument("path/absolute?", path, 1).startswith("/") else FALSE


@function(
    "path/absolute",
    "path:string",
    "string",
    "Returns the path as seen from the root: a relative one is joined to the current directory.",
    [('(path/absolute "/a/./b/../c")', '"/a/b/../c"')],
)
def absolute(path: Value) -> Value:
    text = string_argument("path/absolute", path, 1)
    whole = text if text.startswith("/") else file_system.absolute(text)
    parts = [part for part in whole.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)


@function(
    "path/canonicalize",
    "path:string",
    "string",
    "Returns where a path really points: absolute, links followed, without `.` and `..`. The path "
    "must exist.",
    [
        ('(= (path/canonicalize ".") (path/canonicalize "./."))', "#t"),
        ('(path/canonicalize "nowhere")', "error: no such file"),
    ],
)
def canonicalize(path: Value) -> Value:
    from lispcore.library.files.files import checked_path, file_error

    text = checked_path("path/canonicalize", path)
    try:
        return file_system.real_path(text)
    except OSError as error:
        raise file_error("path/canonicalize", text, error) from None


@function(
    "path/relative-to",
    "base:string path:string",
    "string",
    "Returns `path` as seen from `base`, with `..` where it lies outside. Pure text: neither need "
    "exist, but both must be absolute or both relative.",
    [
        ('(path/relative-to "/a/b" "/a/b/c/d")', '"c/d"'),
        ('(path/relative-to "/a/b/c" "/a/x")', '"../../x"'),
    ],
)
def relative_to(base: Value, path: Value) -> Value:
    base = string_argument("path/relative-to", base, 1)
    path = string_argument("path/relative-to", path, 2)
    if base.startswith("/") != path.startswith("/"):
        raise LispError(
            "path/relative-to: one path is absolute and the other is relative",
            hint="make both absolute with (path/absolute p)",
        )
    # A start that cannot occur keeps the current directory out of it.
    return posixpath.relpath(posixpath.join("/", path), posixpath.join("/", base))


@function(
    "path/within?",
    "base:string path:string",
    "bool",
    "Tells whether `path` is `base` or lies inside it, after following links and `..`.",
    [
        ('(path/within? "/data" "/data/in/a.csv")', "#t"),
        ('(path/within? "/data" "/data/../etc")', "#f"),
    ],
)
def is_within(base: Value, path: Value) -> Value:
    from lispcore.library.files.files import path_text

    outer = file_system.identity(path_text("path/within?", base, 1))
    inner = file_system.identity(path_text("path/within?", path, 2))
    return TRUE if inner == outer or inner.startswith(outer.rstrip("/") + "/") else FALSE
