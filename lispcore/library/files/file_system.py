"""The file system as a program sees it (sandbox, path confinement): all paths are judged here.

On a terminal the files are the user's, and nothing here refuses any. In the page a program sees its
own folder and one for temporary files: `confine` says which, once, before any program runs. Then
every path is resolved first, through ``..``, links and absolute names, and what is opened is what
it was resolved to; so a link or a rename made in between changes nothing. What lies outside does
not exist: questions answer no, and everything else fails in the same words whether something is
there or not.

No other module of the library opens, lists, asks for or changes files: tests/test_file_system.py
reads the whole package for that. In the page the file system itself refuses besides to write
anywhere else (hosts/browser_packages.py).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

# The folders that a program may see, the first being its own; empty where it may see all.
_folders: tuple[str, ...] = ()


class OutsideError(PermissionError):
    """The path lies outside of what a program may see, whether there is something or not."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EACCES, "outside of the folder of this program", path)


class FixedFolderError(PermissionError):
    """The program's own folder can be neither removed, nor moved, nor replaced."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EACCES, "the folder of this program stays where it is", path)


def confine(home: str, *others: str) -> None:
    """Lets programs see these folders only, from now on; relative paths start in the first."""
    global _folders
    _folders = tuple(os.path.realpath(each) for each in (home, *others))


@contextmanager
def confined(home: str, *others: str) -> Iterator[None]:
    """Lets programs see these folders only within a `with` statement: for tests."""
    global _folders
    before = _folders
    confine(home, *others)
    try:
        yield
    finally:
        _folders = before


def is_confined() -> bool:
    """Tells whether programs see some folders only."""
    return bool(_folders)


def visible_folders() -> tuple[str, ...]:
    """Returns the folders that a program may see, its own first; () where it may see all."""
    return _folders


# --- judging ----------------------------------------------------------------------------------


def located(path: str, *, follows: bool = True) -> str:
    """Returns the path to use in the place of `path`; raises `OutsideError` if it leads outside.

    Without `follows` a link at the very end stands for itself, as it does when it is removed.
    """
    if not _folders:
        return path
    if "\0" in path or not _is_utf8(path):
        # A file system that reads bytes leniently may take such a name for another one.
        raise OutsideError(path)
    head, name = os.path.split(path.rstrip("/"))
    if follows or name in ("", ".", ".."):
        real = os.path.realpath(path)
    else:
        real = os.path.join(os.path.realpath(head), name)
    if not _is_inside(real):
        raise OutsideError(path)
    return real


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_inside(real: str) -> bool:
    # Links in a circle are left as they are, and what follows them is not resolved.
    if ".." in real.split("/"):
        return False
    return any(real == folder or real.startswith(folder + "/") for folder in _folders)


def _changeable(path: str) -> str:
    """Returns the path of what is to be removed, moved or replaced itself."""
    place = located(path, follows=False)
    if place in _folders:
        raise FixedFolderError(path)
    return place


def _seen(path: str) -> str | None:
    """Returns the path for a question, None where the answer is no."""
    try:
        return located(path) if path and "\0" not in path else None
    except OutsideError:
        return None


# --- asking -----------------------------------------------------------------------------------


def exists(path: str) -> bool:
    """Tells whether there is a file or folder."""
    place = _seen(path)
    return place is not None and os.path.exists(place)


def is_file(path: str) -> bool:
    """Tells whether there is a file."""
    place = _seen(path)
    return place is not None and os.path.isfile(place)


def is_folder(path: str) -> bool:
    """Tells whether there is a folder."""
    place = _seen(path)
    return place is not None and os.path.isdir(place)


def is_link(path: str) -> bool:
    """Tells whether the path itself is a symbolic link, wherever that leads."""
    try:
        return bool(path) and "\0" not in path and os.path.islink(located(path, follows=False))
    except OutsideError:
        return False


def is_there(path: str) -> bool:
    """Tells whether the name is taken, be it by a link that leads nowhere."""
    try:
        return bool(path) and "\0" not in path and os.path.lexists(located(path, follows=False))
    except OutsideError:
        return False


def status(path: str) -> os.stat_result:
    """Returns what the system knows of a file: its size, its times."""
    return os.stat(located(path))


def names_in(folder: str) -> list[str]:
    """Returns the names in a folder, in no order."""
    return os.listdir(located(folder))


def real_path(path: str) -> str:
    """Returns where an existing file or folder really is, links followed."""
    return os.path.realpath(located(path), strict=True)


def identity(path: str) -> str:
    """Returns the same text for all paths of one file, which need not exist."""
    plain = os.path.normpath(absolute(path))
    # Outside, where nothing can be seen, links cannot either.
    return os.path.realpath(path) if not _folders or _is_inside(plain) else plain


def absolute(path: str) -> str:
    """Returns a path as seen from the root. Nothing is looked up but the working folder."""
    return os.path.join(working_folder(), path)


def working_folder() -> str:
    """Returns the folder at which relative paths start."""
    return os.getcwd()


def home_folder() -> str:
    """Returns the user's home, "~" where there is none; in the page the program's own folder."""
    return _folders[0] if _folders else os.path.expanduser("~")


def cache_folder() -> str:
    """Returns the user's folder for what can be had again; "" where programs see some folders."""
    if _folders:
        return ""
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")


def temporary_folder() -> str:
    """Returns the folder for temporary files."""
    if _folders:
        return _folders[-1]
    import tempfile

    return tempfile.gettempdir()


def matching(pattern: str) -> Iterator[str]:
    """Yields the paths that fit a pattern with ``*``, ``?``, ``[…]`` and ``**``."""
    from glob import iglob

    if _folders and not _is_utf8(pattern):
        return
    for path in iglob(pattern, recursive=True, include_hidden=True):
        # The way there counts, too: names of folders outside are not to be found out.
        if not _folders or all(_seen(each) is not None for each in _ways_to(path)):
            yield path


def _ways_to(path: str) -> Iterator[str]:
    """Yields a path and those of the folders that lead there, the root excepted."""
    while path.strip("/"):
        yield path
        if path in _folders:
            return  # the way to the program's own folder is no secret
        path = os.path.dirname(path.rstrip("/"))


# --- opening and changing ---------------------------------------------------------------------


def open_file(path: str, mode: str = "rb", **options: Any) -> IO[Any]:
    """Opens a file, as Python's `open` does."""
    return open(located(path), mode, **options)


def make_folders(path: str) -> None:
    """Makes a folder and those above it; an existing one is fine."""
    os.makedirs(located(path), exist_ok=True)


def make_folder_above(path: str) -> None:
    """Makes the folder that a file is to be written into."""
    folder = os.path.dirname(path)
    if folder:
        make_folders(folder)


def remove_file(path: str) -> None:
    """Removes a file, or a link itself."""
    os.remove(_changeable(path))


def remove_folder(path: str) -> None:
    """Removes an empty folder."""
    os.rmdir(_changeable(path))


def remove_tree(path: str) -> None:
    """Removes a folder and all in it, as far as that is possible."""
    import shutil

    shutil.rmtree(_changeable(path), ignore_errors=True)


def replace(before: str, after: str) -> None:
    """Renames a file or folder; a file of the new name is replaced."""
    source, target = _changeable(before), _changeable(after)
    os.replace(source, target)


@contextmanager
def written_whole(path: str) -> Iterator[IO[bytes]]:
    """Opens a file that takes the place of `path` once all is written, and is gone otherwise."""
    target = located(path)
    with folder_for_a_while(os.path.dirname(target) or ".") as aside:
        unfinished = os.path.join(aside, "unfinished")
        with open_file(unfinished, "wb") as file:
            yield file
        replace(unfinished, target)


@contextmanager
def folder_for_a_while(path: str) -> Iterator[str]:
    """Makes an empty folder from where files can be moved into the folder `path`, which is there.

    What is left in it goes at the end.
    """
    import shutil
    import tempfile

    # In the page all is one file system, and what is unfinished need not be seen beside the rest.
    place = temporary_folder() if _folders else located(path)
    folder = tempfile.mkdtemp(prefix=".unfinished-", dir=place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
