"""What the files that a program imports make known: looked at, never run."""

from __future__ import annotations

from typing import Final

from lispcore.expanding.defined_names import defined_names
from lispcore.expanding.modules import folder_of
from lispcore.library.packages.module_imports import Import, imports_of
from lispcore.library.packages.module_sources import Sources
from lispcore.reading.recovery import read_recovering
from lispcore.values.errors import LispError
from lispcore.values.types import List, Symbol, Value, list_items

# Files that import one another are followed so far.
_MOST_FILES: Final = 50
_MACROS: Final = frozenset("defmacro define-macro define-syntax".split())


class Imports:
    """The names that imports define; `is_open` if some of them cannot be known."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.names: set[str] = set()
        self.macros: set[str] = set()
        self.is_open = False
        self._seen: set[str] = set()
        self._sources = Sources(directory)

    def look_at(self, forms: list[Value]) -> None:
        """Follows the imports of a text's forms, wherever they stand."""
        waiting = [(wanted, self.directory) for wanted in imports_of(forms)]
        while waiting:
            waiting += self._file(*waiting.pop())

    def _file(self, wanted: Import, directory: str) -> list[tuple[Import, str]]:
        """Notes what one import makes known; returns what the file imports in turn."""
        self.names |= wanted.names
        if wanted.path is None:
            self.is_open |= not wanted.names
            return []
        key = f"{directory} {wanted.path}"
        if key in self._seen or len(self._seen) >= _MOST_FILES:
            self.is_open |= key not in self._seen
            return []
        self._seen.add(key)
        try:
            found = self._sources.look(wanted.path, wanted.pin, directory)
        except LispError:
            found = None
        if found is None:
            self.is_open |= not wanted.names
            return []
        return self._text(found.text, folder_of(found.name), wanted.names)

    def _text(self, text: str, directory: str, wanted: frozenset[str]) -> list[tuple[Import, str]]:
        read = read_recovering(text)
        forms = list(read.source.forms)
        for form in forms:
            if _head(form) == "module":
                forms += list_items(form)[3:]
        names = set(defined_names(forms)) | read.lost
        macros = {
            list_items(form)[1].name
            for form in forms
            if _head(form) in _MACROS and form.count > 1 and type(list_items(form)[1]) is Symbol
        }
        # A macro of the file may define more names than its text shows.
        heads = {_head(form) for form in forms}
        self.is_open |= bool(heads & macros)
        self.names |= names - macros
        self.macros |= macros & wanted if wanted else macros
        return [(found, directory) for found in imports_of(forms)]


def _head(form: Value) -> str:
    if type(form) is not List or not form.count:
        return ""
    head = list_items(form)[0]
    return head.name if type(head) is Symbol else ""
