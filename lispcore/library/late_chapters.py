"""Chapters of the library that are imported when one of their functions is first needed.

Most programs call functions of a few chapters, and importing all of them takes longer than running
a short program. So the table of the library is kept in a file, as Python keeps compiled modules:
names, documentation, and which module has the function. From it every function is made at once, as
the very object that it stays, but with code that imports its module first; the module's own
`@function` then gives it the code, defaults and text that are written there.

The file lies beside the compiled modules, or in the user's cache folder where that cannot be
written. It counts only while every chapter has the size and the time that it had; without it, as in
the page, all chapters are imported. It is written where Python may write compiled modules.
"""

from __future__ import annotations

import builtins
import importlib
import marshal
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder
from types import CellType, FunctionType, ModuleType
from typing import Any, Final

from lispcore.library.registry import (
    CONSTANTS,
    ENTRIES,
    HOMES_OF_CONSTANTS,
    OPTIONS_OF,
    PENDING,
    WRITTEN,
    Entry,
    WaitKind,
    fill_pending,
)

# Chapters whose functions are entered in further tables, too, and which every session needs.
AT_ONCE: Final = (
    "lispcore.library.tasks.",
    "lispcore.library.system.output",
)
_FORMAT: Final = 1

# By name: the modules that are not imported yet, each with the dictionary of its functions.
_waiting: dict[str, ModuleType] = {}


class _Finder:
    """Has Python import a waiting module into the dictionary that its functions already have."""

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns the spec of a waiting module; all others are none of its business."""
        module = _waiting.get(name)
        if module is None:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            loader.create_module = lambda spec: module
            loader.exec_module = partial(_run, loader.exec_module)
        return spec


def _run(execute: Callable[[ModuleType], None], module: ModuleType) -> None:
    """Runs the code of a waiting module. If it is broken off, all is as it was before."""
    name = module.__name__
    try:
        execute(module)
    except BaseException:
        WRITTEN.pop(name, None)
        raise
    fill_pending(name)
    _waiting.pop(name, None)


# --- the functions --------------------------------------------------------------------------------


def _import_first(*arguments: Any, now: Callable[[], Any], **named: Any) -> Any:
    return now()(*arguments, **named)


class _Now:
    """Imports the module of a function, and gives that."""

    __slots__ = ("function", "module")

    def __init__(self, module: str) -> None:
        self.module = module
        self.function: FunctionType | None = None

    def __call__(self) -> FunctionType:
        importlib.import_module(self.module)
        assert self.function is not None
        if self.function.__code__.co_name == _import_first.__name__:
            fill_pending(self.module)  # the module calls it while it is imported
        if self.function.__code__.co_name == _import_first.__name__:
            raise ImportError(f"{self.module} has no function {self.function.__name__} any more")
        return self.function


def _function_of(name: str, free: int, module: ModuleType) -> FunctionType:
    code = _import_first.__code__
    if free:  # it takes so many variables of the function that makes it
        code = code.replace(co_freevars=tuple(f"free{number}" for number in range(free)))
    cells = tuple(CellType() for _ in range(free))
    made = FunctionType(code, module.__dict__, name, None, cells)
    now = _Now(module.__name__)
    now.function = made
    made.__kwdefaults__ = {"now": now}
    made.__qualname__ = name
    return made


def load_for(names: Iterable[str]) -> None:
    """Imports the chapters of functions that code mentions, so that it calls them as they are."""
    for name in names:
        entry = ENTRIES.get(name)
        function = None if entry is None else entry.function
        if entry is not None and function is not None:
            if (function.__module__, entry.name) in PENDING:
                importlib.import_module(function.__module__)


def load_all() -> None:
    """Imports every chapter."""
    for name in list(_waiting):
        importlib.import_module(name)


# --- the table ------------------------------------------------------------------------------------


def enter_kept(kept: Any) -> None:
    """Fills the registry from a kept table, and imports the chapters that must be there."""
    rows, options, at_once = kept
    OPTIONS_OF.update(options)
    for fields, module, free, names in rows:
        made = None
        if module and module not in at_once:
            home = _waiting.get(module)
            if home is None:
                home = _waiting[module] = ModuleType(module)
                home.__dict__["__builtins__"] = builtins
            made = _function_of(fields[0], free, home)
            PENDING[module, fields[0]] = [made]
        name, parameters, returns, text, examples, chapter, aliases, waits = fields
        entry = Entry(
            name, parameters, returns, text, examples, chapter, made, aliases, WaitKind(waits)
        )
        ENTRIES.update(dict.fromkeys(names, entry))
    sys.meta_path.insert(0, _Finder())
    for module in at_once:
        importlib.import_module(module)


def _table(chapters: list[str]) -> Any:
    """Returns what is to be kept, once all chapters are imported."""
    rows: dict[int, Any] = {}
    homes: dict[int, set[str]] = {}
    at_once = {name for name in chapters if name.startswith(AT_ONCE)}
    at_once |= {each.__module__ for each in CONSTANTS.values() if type(each) is FunctionType}
    at_once |= HOMES_OF_CONSTANTS
    for name, entry in ENTRIES.items():
        known = rows.get(id(entry))
        if known is not None:
            known[3].append(name)
            continue
        module = entry.function.__module__ if entry.function is not None else ""
        if module and not _can_wait(entry.function, module):
            at_once.add(module)
        homes.setdefault(id(entry.function), set()).add(entry.name)
        fields = (*entry[:4], entry.examples, entry.chapter, entry.aliases, entry.waits.value)
        free = len(getattr(entry.function, "__closure__", None) or ())
        rows[id(entry)] = (fields, module, free, [name])
    for entry in ENTRIES.values():
        if entry.function is not None and len(homes[id(entry.function)]) > 1:
            at_once.add(entry.function.__module__)  # one function under two entries
    in_order = [each for each in chapters if each in at_once]
    return list(rows.values()), dict(OPTIONS_OF), in_order


def _can_wait(function: Any, module: str) -> bool:
    """Tells whether a function can be made before its module is there."""
    return (
        type(function) is FunctionType
        and module in sys.modules
        and function.__globals__ is sys.modules[module].__dict__
    )


# --- the file -------------------------------------------------------------------------------------


def find_kept(folders: list[str], cached: str | None) -> Any:
    """Returns the table that is kept for these folders, None if there is none that counts."""
    key = _key_of(folders)
    for path in _places(cached):
        try:
            if os.name == "posix" and os.stat(path).st_uid not in (0, os.geteuid()):
                continue
            with open(path, "rb") as file:
                found = marshal.loads(file.read())
            if found[0] == key:
                return found[1]
        except (OSError, ValueError, EOFError, TypeError, IndexError):
            continue
    return None


def keep(folders: list[str], cached: str | None, chapters: list[str]) -> None:
    """Keeps the table of all chapters, where Python keeps compiled modules."""
    if sys.dont_write_bytecode or cached is None:
        return
    data = marshal.dumps((_key_of(folders), _table(chapters)))
    for path in _places(cached):
        written = f"{path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            number = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with open(number, "wb") as file:
                file.write(data)
            os.replace(written, path)
            return
        except OSError:
            continue


def _places(cached: str | None) -> list[str]:
    """Returns where a table may be: beside the compiled modules, or in the user's cache folder."""
    if cached is None:
        return []
    name = os.path.basename(cached).removesuffix(".pyc")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    own = cached.replace(os.sep, "%").removesuffix(".pyc")[-180:]
    return [
        os.path.join(os.path.dirname(cached), f"{name}.table"),
        os.path.join(home, "lispcore", f"{own}.table"),
    ]


def _key_of(folders: list[str]) -> tuple[Any, ...]:
    files = []
    for folder in folders:
        with os.scandir(folder) as found:
            for each in found:
                if each.name.endswith(".py"):
                    stat = each.stat()
                    files.append((each.path, stat.st_size, stat.st_mtime_ns))
    return (_FORMAT, sys.version, tuple(sorted(files)))
