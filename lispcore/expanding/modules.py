"""Modules: which global a name means in each file (running/module_files.py reads the files).

A module's own names are ordinary globals under a name that no program can write: ``helper`` of the
third module is ``helper @3``. So privacy costs nothing when the program runs, and exporting is
giving a second, plain name to the same value.

    main program            plain names; inside ``(module …)`` the names not exported are private
    an imported file        private names; what it exports is copied to whoever imports it
"""

from __future__ import annotations

import os
from contextvars import ContextVar, Token
from typing import Final

# What follows the name in the global name of something private.
PRIVATE_MARK: Final = " @"
# No text of a program gives a name with a space, but `string->symbol` does, and `eval` takes it.
_SPACE_IN_NAME: Final = "\N{SYMBOL FOR SPACE}"


def global_of(name: str) -> str:
    """Returns the global that a program's name stands for: the same, but without a space.

    Globals with a space are the compiler's own: its helpers, and what modules keep for themselves.
    Half of a surrogate pair, which Python takes in no name, is replaced, too.
    """
    if " " not in name and name.isascii():
        return name
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return whole.replace(" ", _SPACE_IN_NAME)


class Module:
    """The names of one ``(module …)`` form or of one imported file.

    `exports` is None where everything is exported. `directory` is where its relative paths start.
    """

    __slots__ = ("directory", "exports", "inner_exports", "name", "names", "number", "parent")

    def __init__(
        self,
        name: str,
        number: int,
        parent: Module | None,
        exports: list[str] | None,
        directory: str,
        is_file: bool = False,
    ) -> None:
        self.name = name
        self.number = number
        self.parent = parent
        self.exports = exports
        self.directory = directory
        self.names: dict[str, str] = {}
        # What the (module …) forms of a file export; None as long as it has none.
        self.inner_exports: list[str] | None = None
        if not is_file:
            # Known from the start, so that the body may come to them late.
            for each in exports or ():
                self.define(each)

    def private_name(self, name: str) -> str:
        """Returns the global under which this module keeps a name of its own."""
        return f"{global_of(name)}{PRIVATE_MARK}{self.number}"

    def define(self, name: str) -> str:
        """Returns the global for a name that this module defines or imports."""
        found = self.names.get(name)
        if found is None:
            if self.exports is not None and name in self.exports:
                found = global_of(name) if self.parent is None else self.parent.define(name)
            else:
                found = self.private_name(name)
            self.names[name] = found
        return found

    def find(self, name: str) -> str | None:
        """Returns the global for a name of this module or those around it, None if unknown."""
        module: Module | None = self
        while module is not None:
            found = module.names.get(name)
            if found is not None:
                return found
            module = module.parent
        return None

    def file(self) -> Module | None:
        """Returns the imported file that this module belongs to, None in the main program."""
        module: Module | None = self
        while module is not None and module.exports is not None:
            module = module.parent
        return module


# The module and directory of the file whose top level is being run.
_place: ContextVar[tuple[str, Module | None]] = ContextVar("place", default=("", None))


def folder_of(name: str) -> str:
    """Returns where the relative paths of a file start, be its name a path or an address."""
    if "://" in name:
        name = name.partition("?")[0]
    return os.path.dirname(name)


def enter_file(name: str, module: Module | None) -> Token[tuple[str, Module | None]]:
    """Notes the file that begins to run; a name such as ``<eval>`` stays where its caller is."""
    directory = _place.get()[0] if name.startswith("<") else folder_of(name)
    return _place.set((directory, module))


def leave_file(token: Token[tuple[str, Module | None]]) -> None:
    """Undoes one `enter_file`."""
    _place.reset(token)


def current_place() -> tuple[str, Module | None]:
    """Returns where relative paths of the running file start, and its module."""
    return _place.get()


def current_directory() -> str:
    """Returns where relative paths of the running file start, "" for the current directory."""
    return _place.get()[0]
