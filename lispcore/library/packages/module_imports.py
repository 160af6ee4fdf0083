"""The imports of a text, found without running it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lispcore.values.types import Keyword, List, Map, Symbol, Value, list_items


class Import(NamedTuple):
    """One ``(import …)`` or ``(load …)``: where from, the hash that is named, the names wanted.

    `path` is None where only running the program would tell.
    """

    path: str | None
    pin: str
    names: frozenset[str]


def read_import(form: Value) -> Import | None:
    """Returns what a form imports, None if it is no import."""
    items = list_items(form) if type(form) is List else []
    if len(items) < 2 or type(items[0]) is not Symbol or items[0].name not in ("import", "load"):
        return None
    pin = ""
    if len(items) > 2 and type(items[2]) is Map:
        given = {key.name: value for key, value in items[2].entries() if type(key) is Keyword}
        pin = str(given.get("sha256", "")).strip().lower()[-64:]
    path = items[1] if type(items[1]) is str else None
    return Import(path, pin, frozenset(item.name for item in items[2:] if type(item) is Symbol))


def imports_of(forms: Sequence[Value]) -> Iterator[Import]:
    """Yields the imports of forms, wherever they stand in them."""
    waiting = list(reversed(forms))
    while waiting:
        form = waiting.pop()
        if type(form) is not List or not form.count:
            continue
        found = read_import(form)
        if found is not None:
            yield found
            continue
        items = list_items(form)
        if type(items[0]) is not Symbol or items[0].name != "quote":
            waiting += [item for item in reversed(items) if type(item) is List]
