"""The files that a session imports and loads, and the modules that they and its forms make.

Which global a name means in a module: expanding/modules.py.
"""

from __future__ import annotations

import os
from typing import Any, Final, Protocol

from lispcore.core.nodes import Global, Node, Sequence, SetGlobal, Span
from lispcore.expanding.defined_names import defined_names
from lispcore.expanding.modules import (
    PRIVATE_MARK,
    Module,
    current_directory,
    current_place,
    folder_of,
    global_of,
)
from lispcore.library.packages.module_sources import Found, Sources
from lispcore.reading.reader import Source, read_source
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Value

NOWHERE: Final[Span] = (0, 0, 0, 0)


class Runs(Protocol):
    """What loading files asks of the session."""

    globals: dict[str, Any]
    macros: dict[str, Any]

    @property
    def user_defined(self) -> set[str]:
        """The globals that the program has defined or set."""
        ...

    def run_source(self, source: Source, module: Module | None = None) -> Value:
        """Runs the forms of a text whose names belong to `module`; returns the last value."""
        ...

    def evaluate_node(self, node: Node) -> Value:
        """Returns the value of a core form in the global scope."""
        ...


class Modules:
    """The modules of one session: each file is run once, when it is first imported."""

    def __init__(self, session: Runs) -> None:
        self._session = session
        self._files: dict[str, Module] = {}
        self._loading: list[str] = []
        self._sources = Sources()
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
        values = self._session.globals
        for name in defined_names(forms):
            known = name in module.names
            target = module.define(name)
            outside = global_of(name)
            if not known and target != outside and outside in values:
                # Until it is redefined, the name means what it means outside.
                values[target] = values[outside]

    def load(self, path: str) -> Value:
        """Runs a file in the module that runs now; returns the value of its last form."""
        directory, module = current_place()
        found = self._find("load", path, "", directory)
        if found.identity in self._loading:
            raise _cycle([*self._loading, found.identity], "load")
        self._loading.append(found.identity)
        try:
            return self._session.run_source(read_file_source(found.text, found.name), module)
        finally:
            self._loading.pop()

    def _find(self, verb: str, path: str, pin: str, directory: str) -> Found:
        """Returns what a path or address means for the file that runs now."""
        if current_place()[1] is None and not self._loading:
            # Beside the program lie its lock file and its packages.
            self._sources.home = current_directory()
        return self._sources.find(verb, path, pin, directory)

    def import_file(
        self,
        path: Value,
        names: tuple[str, ...],
        pin: str,
        into: Module | None,
        directory: str,
    ) -> None:
        """Makes what a file exports (or only `names`) known in the module `into`.

        `pin` is the SHA-256 that its content must have, empty for any.
        """
        if type(path) is not str:
            raise wrong_type("import", "string", path, 1)
        module = self._file(self._find("import", path, pin, directory))
        exported = self._exported(module)
        macros = self._session.macros
        for name in names:
            if name not in exported:
                known = [*self._session.globals, *macros]
                raise _not_exported(name, path, exported, known)
        nodes: list[Node] = []
        for name in names or exported:
            source = module.find(name) or global_of(name)
            target = global_of(name) if into is None else into.define(name)
            if source in macros:
                macros[target] = macros[source]
                self._session.user_defined.add(target)
            else:
                nodes.append(SetGlobal(target, Global(source, NOWHERE), True, NOWHERE))
        if nodes:
            self._session.evaluate_node(Sequence(nodes, NOWHERE))

    def _exported(self, module: Module) -> list[str]:
        wanted = module.names if module.inner_exports is None else module.inner_exports
        values, macros = self._session.globals, self._session.macros
        found = []
        for name in wanted:
            target = module.find(name) or global_of(name)
            if target in values or target in macros:
                found.append(name)
            elif module.inner_exports is not None:
                raise LispError(
                    f"import: {module.name} exports {name} but does not define it",
                    hint="define it, or take it out of (export …)",
                )
        return list(dict.fromkeys(found))

    def _file(self, found: Found) -> Module:
        known = self._files.get(found.identity)
        if known is not None:
            return known
        if found.identity in self._loading:
            raise _cycle([*self._loading, found.identity], "import")
        self._count += 1
        name = found.name
        module = Module(name, self._count, None, None, folder_of(name), is_file=True)
        source = read_file_source(found.text, name)
        self._loading.append(found.identity)
        try:
            self._declare(module, source.forms)
            self._session.run_source(source, module)
        finally:
            self._loading.pop()
        self._files[found.identity] = module
        return module


def read_file_source(text: str, path: str) -> Any:
    """Reads a file's forms; an error carries the name of the file."""
    try:
        return read_source(text, path)
    except LispError as error:
        error.file = path
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
