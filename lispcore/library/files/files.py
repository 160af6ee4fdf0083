"""Files and directories. In the browser they are Pyodide's in-memory file system.

Texts are UTF-8. Relative paths start at the current directory; what a program may see at all is
decided in file_system.py. Every failure is an error of the
kind "io" that names the path, gives the reason in plain words, and proposes a near name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from lispcore.library.arguments import (
    MAX_TEXT_LENGTH,
    bytes_argument,
    display,
    sequence_argument,
    string_argument,
)
from lispcore.library.files import file_system
from lispcore.library.registry import function
from lispcore.library.texts.strings import split_lines
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    FALSE,
    TRUE,
    Bytevector,
    List,
    Map,
    Value,
    intern_keyword,
    list_from,
)

# A line that is read on its own (file/for-each-line) may not be longer.
MAX_LINE_BYTES: Final = 256 * 1024
# How many files a pattern may find.
MAX_FOUND: Final = 100_000

_REASONS: Final[dict[str, str]] = {
    "FileNotFoundError": "no such file or directory",
    "IsADirectoryError": "it is a directory",
    "NotADirectoryError": "a part of the path is a file, not a directory",
    "PermissionError": "no permission",
    "FileExistsError": "it exists already and is no directory",
}


# --- errors ----------------------------------------------------------------------------------


def checked_path(name: str, path: Value, argument: int = 1, *, follows: bool = True) -> Value:
    """Returns a path argument that the system can take and the program may see.

    Without `follows` a link at its end stands for itself.
    """
    text = path_text(name, path, argument)
    try:
        file_system.located(text, follows=follows)
    except OSError as error:
        raise file_error(name, text, error) from None
    return text


def path_text(name: str, path: Value, argument: int = 1) -> Value:
    """Returns a path argument that is one, wherever it leads."""
    text = string_argument(name, path, argument)
    if "\0" in text:
        raise LispError(f"{name}: a path cannot contain the character nul", kind="io")
    if not text.isascii() and text.encode("utf-8", "replace") != text.encode(
        "utf-8", "surrogatepass"
    ):
        raise LispError(f"{name}: the path holds half of a surrogate pair", kind="io")
    if not text:
        raise LispError(
            f'{name}: the path is empty: ""', kind="io", hint='the current directory is "."'
        )
    return text


def file_error(name: str, path: str, error: OSError) -> LispError:
    """Returns the error for a failed operation on a path, with a near name as a hint."""
    reason = _REASONS.get(type(error).__name__) or (error.strerror or str(error)).lower()
    hint = None
    if isinstance(error, FileNotFoundError):
        hint = near_name_hint(path)
    elif isinstance(error, IsADirectoryError):
        hint = "(file/list path) lists a directory"
    elif isinstance(error, file_system.OutsideError):
        hint = outside_hint()
    elif isinstance(error, file_system.FixedFolderError):
        hint = "rename or delete what is in it, one by one: (file/list path) shows it"
    return LispError(f"{name} {path}: {reason}", kind="io", hint=hint, path=path)


def outside_hint() -> str:
    """Returns what to try instead of a path that leads out of the program's folder."""
    if not file_system.is_confined():
        return "a link there leads out of that folder: remove it, or choose an empty folder"
    home, *others = file_system.visible_folders()
    also = "".join(f", and in {each} for a while" for each in others)
    return (
        f"in the page a program has files in {home} only{also}: "
        'write a name such as "notes.txt"; (file/list ".") shows what is there'
    )


def near_name_hint(path: str) -> str | None:
    """Returns a hint with the names in the same directory that look like a missing one."""
    from difflib import get_close_matches

    folder, name = os.path.split(path.rstrip("/"))
    try:
        names = sorted(file_system.names_in(folder or "."))
    except OSError:
        missing = folder
        while missing.strip("/") and not file_system.is_folder(missing):
            missing, _ = os.path.split(missing)
        return f'there is no directory {folder}; (file/mkdir "{folder}") makes it'
    lowered = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), list(lowered), n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(lowered[each] for each in near) + "?"
    if not names:
        return f"the directory {folder} is empty" if folder else "there are no files here yet"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"in that directory there are: {shown}"


# --- reading ---------------------------------------------------------------------------------


def read_bytes(name: str, path: Value) -> bytes:
    """Returns the contents of a file for the function `name`."""
    text = checked_path(name, path)
    try:
        if file_system.status(text).st_size > MAX_TEXT_LENGTH:
            raise LispError(
                f"{name} {text}: larger than {MAX_TEXT_LENGTH} bytes",
                kind="io",
                hint="(file/for-each-line path f) reads a large file line by line",
            )
        with file_system.open_file(text) as file:
            data: bytes = file.read(MAX_TEXT_LENGTH + 1)
            return data
    except OSError as error:
        raise file_error(name, text, error) from None


def read_text(name: str, path: Value) -> Value:
    """Returns the contents of a text file for the function `name`."""
    data = read_bytes(name, path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LispError(
            f"{name} {path}: not a text in UTF-8 (byte {error.start})",
            kind="io",
            hint="(file/read-bytes path) reads any file",
        ) from None


@function(
    "file/read",
    "path:string",
    "string",
    "Returns the whole text of a file, which must be UTF-8.",
    [
        ('(begin (file/write "n.txt" "one\\ntwo") (file/read "n.txt"))', '"one\\ntwo"'),
        ('(file/read "missing.txt")', "error: no such file"),
    ],
)
def read(path: Value) -> Value:
    return read_text("file/read", path)


@function(
    "file/read-bytes",
    "path:string",
    "bytevector",
    "Returns the whole contents of a file as bytes: an image, an archive, anything.",
    [('(begin (file/write "n.txt" "hé") (file/read-bytes "n.txt"))', "#u8(104 195 169)")],
)
def read_bytes_of(path: Value) -> Value:
    return Bytevector(read_bytes("file/read-bytes", path))


@function(
    "file/read-lines",
    "path:string",
    "list",
    "Returns the lines of a text file without their ends (\\n or \\r\\n); an empty file has none.",
    [('(begin (file/write "n.txt" "a\\n\\nb\\n") (file/read-lines "n.txt"))', '("a" "" "b")')],
)
def read_lines(path: Value) -> List:
    return list_from(split_lines(read_text("file/read-lines", path)))


def _line_bytes(name: str, path: Value) -> Iterator[bytes]:
    """Yields the lines of a file without their ends, holding only one at a time."""
    text = checked_path(name, path)
    try:
        with file_system.open_file(text) as file:
            while line := file.readline(MAX_LINE_BYTES + 2):
                content = line.removesuffix(b"\n")
                content = content.removesuffix(b"\r") if content is not line else content
                if len(content) > MAX_LINE_BYTES:
                    raise LispError(
                        f"{name} {text}: a line is longer than {MAX_LINE_BYTES} bytes", kind="io"
                    )
                yield content
    except OSError as error:
        raise file_error(name, text, error) from None


def _line_text(name: str, path: Value, line: bytes) -> Value:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise LispError(
            f"{name} {path}: a line is not a text in UTF-8",
            kind="io",
            hint="(file/fold-lines-bytes path f init) takes lines as bytes",
        ) from None


@function(
    "file/for-each-line",
    "path:string f:function",
    "nil",
    "Calls `f` with each line of a text file, one after the other, so that the file may be large.",
    [
        (
            '(begin (file/write "n.txt" "a\\nb") (file/for-each-line "n.txt" (fn (line) line)))',
            "nil",
        )
    ],
)
def for_each_line(path: Value, f: Value) -> Value:
    check_function("file/for-each-line", f, 2)
    for line in _line_bytes("file/for-each-line", path):
        call(f, _line_text("file/for-each-line", path, line))
    return None


@function(
    "file/fold-lines",
    "path:string f:function init:any",
    "any",
    "Calls `f` with the result so far (`init` at first) and each line of a text file; returns the "
    "last result.",
    [
        (
            '(begin (file/write "n.txt" "3\\n4") '
            '(file/fold-lines "n.txt" (fn (sum line) (+ sum (string->number line))) 0))',
            "7",
        )
    ],
)
def fold_lines(path: Value, f: Value, init: Value) -> Value:
    check_function("file/fold-lines", f, 2)
    for line in _line_bytes("file/fold-lines", path):
        init = call(f, init, _line_text("file/fold-lines", path, line))
    return init


@function(
    "file/fold-lines-bytes",
    "path:string f:function init:any",
    "any",
    "The same as `file/fold-lines`, with each line as a bytevector.",
    [
        (
            '(begin (file/write "n.txt" "a\\nbc") '
            '(file/fold-lines-bytes "n.txt" (fn (all line) (cons line all)) (list)))',
            "(#u8(98 99) #u8(97))",
        )
    ],
)
def fold_lines_bytes(path: Value, f: Value, init: Value) -> Value:
    check_function("file/fold-lines-bytes", f, 2)
    for line in _line_bytes("file/fold-lines-bytes", path):
        init = call(f, init, Bytevector(line))
    return init


# --- writing ---------------------------------------------------------------------------------


def write_bytes(name: str, path: Value, data: bytes, mode: str = "wb") -> None:
    """Writes (or with mode "ab" appends) bytes for the function `name`."""
    text = checked_path(name, path)
    try:
        with file_system.open_file(text, mode) as file:
            file.write(data)
    except OSError as error:
        raise file_error(name, text, error) from None


def _encoded(name: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise LispError(f"{name}: the text holds half of a surrogate pair", kind="io") from None


@function(
    "file/write",
    "path:string text:string",
    "nil",
    "Writes a text as the whole contents of a file, which is made if need be. Its directory must "
    "exist.",
    [('(begin (file/write "n.txt" "hi") (file/read "n.txt"))', '"hi"')],
)
def write(path: Value, text: Value) -> Value:
    if type(text) is Bytevector:
        error = wrong_type("file/write", "string", text, 2)
        error.hint = "(file/write-bytes path bytes) writes a bytevector"
        raise error
    write_bytes("file/write", path, _encoded("file/write", string_argument("file/write", text, 2)))
    return None


@function(
    "file/append",
    "path:string text:string",
    "nil",
    "Writes a text at the end of a file, which is made if need be.",
    [('(begin (file/write "n.txt" "a") (file/append "n.txt" "b") (file/read "n.txt"))', '"ab"')],
)
def append(path: Value, text: Value) -> Value:
    data = _encoded("file/append", string_argument("file/append", text, 2))
    write_bytes("file/append", path, data, "ab")
    return None


@function(
    "file/write-bytes",
    "path:string bytes:bytevector",
    "nil",
    "Writes bytes as the whole contents of a file.",
    [('(begin (file/write-bytes "b" #u8(0 255)) (file/read-bytes "b"))', "#u8(0 255)")],
)
def write_bytes_to(path: Value, bytes: Value) -> Value:
    write_bytes("file/write-bytes", path, bytes_argument("file/write-bytes", bytes, 2))
    return None


@function(
    "file/write-lines",
    "path:string lines:list",
    "nil",
    "Writes the items of a list or vector as the lines of a file, without a line end at its end.",
    [('(begin (file/write-lines "n.txt" (list "a" "b")) (file/read "n.txt"))', '"a\\nb"')],
)
def write_lines(path: Value, lines: Value) -> Value:
    text = "\n".join([display(each) for each in sequence_argument("file/write-lines", lines, 2)])
    write_bytes("file/write-lines", path, _encoded("file/write-lines", text))
    return None


# --- asking ----------------------------------------------------------------------------------


@function(
    "file/exists?",
    "path:string",
    "bool",
    "Tells whether there is a file or directory of this name.",
    [('(file/exists? "missing.txt")', "#f"), ('(file/exists? ".")', "#t")],
)
def exists(path: Value) -> Value:
    text = string_argument("file/exists?", path, 1)
    return TRUE if file_system.exists(text) else FALSE


@function(
    "file/is-file?",
    "path:string",
    "bool",
    "Tells whether the path is a file, not a directory.",
    [('(file/is-file? ".")', "#f")],
)
def is_file(path: Value) -> Value:
    text = string_argument("file/is-file?", path, 1)
    return TRUE if file_system.is_file(text) else FALSE


@function(
    "file/is-directory?",
    "path:string",
    "bool",
    "Tells whether the path is a directory.",
    [('(file/is-directory? ".")', "#t")],
)
def is_directory(path: Value) -> Value:
    text = string_argument("file/is-directory?", path, 1)
    return TRUE if file_system.is_folder(text) else FALSE


@function(
    "file/is-symlink?",
    "path:string",
    "bool",
    "Tells whether the path is a symbolic link.",
    [('(file/is-symlink? ".")', "#f")],
)
def is_symlink(path: Value) -> Value:
    text = string_argument("file/is-symlink?", path, 1)
    return TRUE if file_system.is_link(text) else FALSE


@function(
    "file/info",
    "path:string",
    "map",
    "Returns `:size` in bytes, `:modified` in milliseconds since 1970, `:is-file` and `:is-dir`.",
    [('(begin (file/write "n.txt" "four") (:size (file/info "n.txt")))', "4")],
)
def info(path: Value) -> Map:
    text = checked_path("file/info", path)
    try:
        status = file_system.status(text)
    except OSError as error:
        raise file_error("file/info", text, error) from None
    return Map(
        {
            intern_keyword("size"): status.st_size,
            intern_keyword("modified"): int(status.st_mtime * 1000),
            intern_keyword("is-file"): TRUE if file_system.is_file(text) else FALSE,
            intern_keyword("is-dir"): TRUE if file_system.is_folder(text) else FALSE,
        }
    )


# --- directories, copying, removing ----------------------------------------------------------


@function(
    "file/list",
    "path:string",
    "list",
    "Returns the names in a directory, in alphabetical order.",
    [
        (
            '(begin (file/mkdir "d") (file/write "d/b" "") (file/write "d/a" "") (file/list "d"))',
            '("a" "b")',
        )
    ],
)
def list_directory(path: Value) -> List:
    text = checked_path("file/list", path)
    try:
        return list_from(sorted(file_system.names_in(text)))
    except OSError as error:
        raise file_error("file/list", text, error) from None


@function(
    "file/mkdir",
    "path:string",
    "nil",
    "Makes a directory and those above it; an existing one is fine.",
    [('(begin (file/mkdir "p/q") (file/is-directory? "p/q"))', "#t")],
)
def make_directory(path: Value) -> Value:
    text = checked_path("file/mkdir", path)
    try:
        file_system.make_folders(text)
    except OSError as error:
        raise file_error("file/mkdir", text, error) from None
    return None


@function(
    "file/delete",
    "path:string",
    "nil",
    "Removes a file, or a directory that is empty.",
    [('(begin (file/write "n.txt" "") (file/delete "n.txt") (file/exists? "n.txt"))', "#f")],
)
def delete(path: Value) -> Value:
    text = checked_path("file/delete", path, follows=False)
    try:
        if file_system.is_folder(text) and not file_system.is_link(text):
            file_system.remove_folder(text)
        else:
            file_system.remove_file(text)
    except OSError as error:
        raise file_error("file/delete", text, error) from None
    return None


@function(
    "file/copy",
    "from:string to:string",
    "nil",
    "Copies a file; a file that is there is replaced.",
    [('(begin (file/write "a" "x") (file/copy "a" "b") (file/read "b"))', '"x"')],
)
def copy(source: Value, target: Value) -> Value:
    data = read_bytes("file/copy", source)
    write_bytes("file/copy", string_argument("file/copy", target, 2), data)
    return None


@function(
    "file/rename",
    "from:string to:string",
    "nil",
    "Renames or moves a file or directory; a file that is there is replaced.",
    [('(begin (file/write "a" "x") (file/rename "a" "c") (file/exists? "a"))', "#f")],
)
def rename(source: Value, target: Value) -> Value:
    before = checked_path("file/rename", source, 1, follows=False)
    after = checked_path("file/rename", target, 2, follows=False)
    try:
        file_system.replace(before, after)
    except OSError as error:
        place = after if file_system.is_there(before) else before
        raise file_error("file/rename", place, error) from None
    return None


@function(
    "file/glob",
    "pattern:string",
    "list",
    "Returns the paths that fit a pattern, in alphabetical order: `*` and `?` stand for characters "
    "within a name, `[a-z]` for one of a set, `**` for any directories.",
    [('(begin (file/write "one.md" "") (file/glob "*e.md"))', '("one.md")')],
)
def glob(pattern: Value) -> List:
    text = path_text("file/glob", pattern)
    found: list[str] = []
    try:
        for path in file_system.matching(text):
            if path and path != text.removesuffix("**"):
                found.append(path)
            if len(found) > MAX_FOUND:
                raise LispError(f"file/glob {text}: more than {MAX_FOUND} files", kind="io")
    except OSError as error:
        raise file_error("file/glob", text, error) from None
    return list_from(sorted(found))
