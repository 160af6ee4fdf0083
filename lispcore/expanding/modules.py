"""Modules: which global a name means in each file, and the files that have been imported.

A module's own names are ordinary globals under a name that no program can write: ``helper`` of the
third module is ``helper @3``. So privacy costs nothing when the program runs, and exporting is
giving a second, plain name to the same value.

    main program            plain names; inside ``(module …)`` the names not exported are private
    an imported file        private names; what it exports is copied to whoever imports it
"""

from __future__ import annotations

import os
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final

from lispcore.core.nodes import Global, Node, Sequence, SetGlobal, Span
from lispcore.library.files.files import read_text
from lispcore.reading.reader import read_source
from lispcore.values.errors import LispError
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items

if TYPE_CHECKING:
    from lispcore.running.interpreter import Interpreter

NOWHERE: Final[Span] = (0, 0, 0, 0)

# What follows the name in the global name of something private.
PRIVATE_MARK: Final = " @"

# Forms whose second item is (or contains) what they define.
_DEFINING: Final = frozenset(
    "define def defun defn defmacro define-macro define-syntax defmulti deftool defagent "
    "define-values define-record-type".split()
)


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
        return f"{name}{PRIVATE_MARK}{self.number}"

    def define(self, name: str) -> str:
        """Returns the global for a name that this module defines or imports."""
        found = self.names.get(name)
        if found is None:
            if self.exports is not None and name in self.exports:
                found = name if self.parent is None else self.parent.define(name)
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


def defined_names(forms: list[Value]) -> list[str]:
    """Returns the names that top-level forms define, as far as they can be seen unexpanded."""
    names: list[str] = []
    waiting = forms[::-1]
    while waiting:
        form = waiting.pop()
        if type(form) is not List or form.count < 2:
            continue
        head, *rest = list_items(form)
        if type(head) is not Symbol:
            continue
        if head.name in ("begin", "progn"):
            waiting.extend(reversed(rest))
        elif head.name == "define-record-type":
            names.extend(_symbols(rest[:1], first_only=True))
            names.extend(_symbols(rest[1:2], first_only=True))
            names.extend(_symbols(rest[2:3]))
            for field in rest[3:]:
                names.extend(_symbols(list_items(field)[1:] if type(field) is List else []))
        elif head.name == "define-values":
            names.extend(_symbols(rest[:1]))
        elif head.name in _DEFINING:
            names.extend(_symbols(rest[:1], first_only=True))
    return [name for name in names if name not in (".", "&", "_")]


def _symbols(parts: list[Value], first_only: bool = False) -> list[str]:
    """Returns the symbols in names and patterns; of a list the first only, if so wanted."""
    found: list[str] = []
    waiting = parts[::-1]
    while waiting:
        part = waiting.pop()
        if type(part) is Symbol:
            found.append(part.name)
        elif type(part) is List and part.count:
            items = list_items(part)
            waiting.extend(items[:1] if first_only else reversed(items))
        elif type(part) is Vector:
            waiting.extend(reversed(part.items))
        elif type(part) is Map:
            waiting.extend(part.values())
    return found


# The module and directory of the file whose top level is being run.
_place: ContextVar[tuple[str, Module | None]] = ContextVar("place", default=("", None))


def enter_file(name: str, module: Module | None) -> Token[tuple[str, Module | None]]:
    """Notes the file that begins to run; a name such as ``<eval>`` stays where its caller is."""
    directory = _place.get()[0] if name.startswith("<") else os.path.dirname(name)
    return _place.set((directory, module))


def leave_file(token: Token[tuple[str, Module | None]]) -> None:
    """Undoes one `enter_file`."""
    _place.reset(token)


def current_directory() -> str:
    """Returns where relative paths of the running file start, "" for the current directory."""
    return _place.get()[0]


class Modules:
    """The modules of one interpreter: each file is run once, when it is first imported."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._files: dict[str, Module] = {}
        self._loading: list[str] = []
        self._count = 0
        # Where the names in a macro's template are looked for that its user does not know.
        self.macro_homes: dict[Any, Module] = {}

    def open(
        self, name: str, exports: list[str], forms: list[Value], parent: Module | None
    ) -> Module:
        """Returns the module of a ``(module …)`` form whose body is `forms`."""
        self._count += 1
        directory = current_directory() if parent is None else parent.directory
        module = Module(name, self._count, parent, exports, directory)
        self._declare(module, forms)
        file = module.file()
        if file is not None:
            file.inner_exports = [*(file.inner_exports or []), *exports]
        return module

    def _declare(self, module: Module, forms: list[Value]) -> None:
        values = self._interpreter.globals
        for name in defined_names(forms):
            known = name in module.names
            target = module.define(name)
            if not known and target != name and name in values:
                # Until it is redefined, the name means what it means outside.
                values[target] = values[name]

    def load(self, path: str) -> Value:
        """Runs a file in the module that runs now; returns the value of its last form."""
        directory, module = _place.get()
        full = os.path.join(directory, path)
        text = read_text("load", full)
        if os.path.realpath(full) in self._loading:
            raise _cycle([*self._loading, os.path.realpath(full)], "load")
        self._loading.append(os.path.realpath(full))
        try:
            return self._interpreter.run_source(read_file_source(text, full), module)
        finally:
            self._loading.pop()

    def import_file(
        self, path: Value, names: tuple[str, ...], into: Module | None, directory: str
    ) -> None:
        """Makes what a file exports (or only `names`) known in the module `into`."""
        if type(path) is not str:
            from lispcore.values.errors import wrong_type

            raise wrong_type("import", "string", path, 1)
        module = self._file(os.path.join(directory, path))
        exported = self._exported(module)
        macros = self._interpreter.macros
        for name in names:
            if name not in exported:
                known = [*self._interpreter.globals, *macros]
                raise _not_exported(name, path, exported, known)
        nodes: list[Node] = []
        for name in names or exported:
            source = module.find(name) or name
            target = name if into is None else into.define(name)
            if source in macros:
                macros[target] = macros[source]
                self._interpreter.user_defined.add(target)
            else:
                nodes.append(SetGlobal(target, Global(source, NOWHERE), True, NOWHERE))
        if nodes:
            self._interpreter.evaluate_node(Sequence(nodes, NOWHERE))

    def _exported(self, module: Module) -> list[str]:
        wanted = module.names if module.inner_exports is None else module.inner_exports
        values, macros = self._interpreter.globals, self._interpreter.macros
        found = []
        for name in wanted:
            target = module.find(name) or name
            if target in values or target in macros:
                found.append(name)
            elif module.inner_exports is not None:
                raise LispError(
                    f"import: {module.name} exports {name} but does not define it",
                    hint="define it, or take it out of (export …)",
                )
        return list(dict.fromkeys(found))

    def _file(self, full: str) -> Module:
        identity = os.path.realpath(full)
        known = self._files.get(identity)
        if known is not None:
            return known
        if identity in self._loading:
            raise _cycle([*self._loading, identity], "import")
        text = _read(full)
        self._count += 1
        module = Module(full, self._count, None, None, os.path.dirname(full), is_file=True)
        source = read_file_source(text, full)
        self._loading.append(identity)
        try:
            self._declare(module, source.forms)
            self._interpreter.run_source(source, module)
        finally:
            self._loading.pop()
        self._files[identity] = module
        return module


def read_file_source(text: str, path: str) -> Any:
    """Reads a file's forms; an error carries the name of the file."""
    try:
        return read_source(text, path)
    except LispError as error:
        error.file = path
        raise


def _read(full: str) -> str:
    try:
        return str(read_text("import", full))
    except LispError as error:
        head = full.split("/")[0]
        if "." in head.strip(".") and "/" in full and not os.path.splitext(full)[1]:
            error.hint = (
                "packages are not installed from the network: put the file beside the program and "
                'import it by its path, (import "library.lisp")'
            )
        raise


def _cycle(files: list[str], verb: str) -> LispError:
    start = files.index(files[-1])
    names = " -> ".join(os.path.basename(each) for each in files[start:])
    return LispError(
        f"{verb}: these files need one another in a circle: {names}",
        hint="move what both need into a third file",
    )


def _not_exported(name: str, path: str, exported: list[str], known: list[str]) -> LispError:
    if any(each.startswith(name + PRIVATE_MARK) for each in known):
        hint = f"a module keeps {name} for itself: add it to its (export …)"
    else:
        from difflib import get_close_matches

        near = get_close_matches(name, exported, 3, 0.6)
        hint = (
            "did you mean " + " or ".join(near) + "?"
            if near
            else "it exports " + (" ".join(exported[:12]) or "nothing")
        )
    return LispError(f'import: "{path}" does not export {name}', kind="eval", hint=hint)
