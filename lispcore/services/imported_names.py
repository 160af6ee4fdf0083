"""What the files that a program imports make known: looked at, never run."""

from __future__ import annotations

import os
from typing import Final

from lispcore.expanding.defined_names import defined_names
from lispcore.library.files.files import read_text
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

    def look_at(self, forms: list[Value]) -> None:
        """Follows the imports of a text's forms, wherever they stand."""
        waiting = [(form, self.directory) for form in forms]
        while waiting:
            form, directory = waiting.pop()
            if type(form) is not List or not form.count:
                continue
            items = list_items(form)
            head = items[0].name if type(items[0]) is Symbol else ""
            if head in ("import", "load") and len(items) > 1:
                waiting += self._file(head, items, directory)
            elif head != "quote":
                waiting += [(item, directory) for item in items if type(item) is List]

    def _file(self, head: str, items: list[Value], directory: str) -> list[tuple[Value, str]]:
        """Notes what one import makes known; returns what the file imports in turn."""
        wanted = {item.name for item in items[2:] if type(item) is Symbol}
        self.names |= wanted
        if type(items[1]) is not str:
            self.is_open |= not wanted
            return []
        path = os.path.join(directory, items[1])
        key = os.path.normpath(path)
        if key in self._seen or len(self._seen) >= _MOST_FILES:
            self.is_open |= key not in self._seen
            return []
        self._seen.add(key)
        try:
            text = read_text("import", path)
        except LispError:
            self.is_open |= not wanted
            return []
        return self._text(str(text), os.path.dirname(path), wanted)

    def _text(self, text: str, directory: str, wanted: set[str]) -> list[tuple[Value, str]]:
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
        return [(form, directory) for form in forms]


def _head(form: Value) -> str:
    if type(form) is not List or not form.count:
        return ""
    head = list_items(form)[0]
    return head.name if type(head) is Symbol else ""
