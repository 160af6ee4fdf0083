"""Which names the forms of a text define: seen without expanding them, before any of them runs."""

from __future__ import annotations

from typing import Final

from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items

# Forms whose second item is (or contains) what they define.
_DEFINING: Final = frozenset("define def defun defn defmulti deftool defagent".split())
_DEFINING_MACROS: Final = frozenset("defmacro define-macro define-syntax".split())


def defined_names(forms: list[Value], *, macros: bool = True) -> list[str]:
    """Returns the names that top-level forms define, as far as they can be seen unexpanded.

    Without `macros`, only those of values.
    """
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
        elif head.name in _DEFINING or (macros and head.name in _DEFINING_MACROS):
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
