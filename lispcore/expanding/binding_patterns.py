"""What the patterns of `let`, `fn`, `define` and loops say: the parts of a vector or map pattern.

Written as in Sema and in Clojure::

    [a b & rest :as whole]                       the items of a sequence
    {:key pattern}  {name :key}                  values of a map
    {:keys [a b] :strs [c] :or {b 2} :as whole}  the same for many, with values for missing keys

A key `:or` or `:as` counts as such only beside `:keys`, `:strs` or ``{name :key}``, `:strs` only
before a vector of names: alone they are keys like all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_items,
)

# Makes the error that a pattern is written wrongly.
Refuse = Callable[[str], LispError]

# What the default of a name is if it has none: nil might be one.
NONE = object()


class VectorParts(NamedTuple):
    """The patterns for the first items, for the rest and for the whole of a sequence."""

    items: list[Value]
    rest: Value | None
    whole: Value | None


class MapPart(NamedTuple):
    """One pattern of a map pattern, the key of its value, and the form for a missing key."""

    pattern: Value
    key: Value
    default: Value | object


def is_pattern(item: Value) -> bool:
    """Tells whether a value can be a name or a pattern."""
    return type(item) in (Symbol, Vector, Map)


def vector_parts(pattern: Vector, refuse: Refuse) -> VectorParts:
    """Returns the parts of a vector pattern."""
    items, whole = pattern.items, None
    for index, item in enumerate(items):
        if type(item) is Keyword and item.name == "as":
            if index != len(items) - 2 or type(items[-1]) is not Symbol:
                raise refuse("expected one name after :as, at the end of the pattern")
            items, whole = items[:index], items[-1]
            break
    items, rest = split_rest(items, refuse)
    return VectorParts(items, rest, whole)


def split_rest(items: list[Value], refuse: Refuse) -> tuple[list[Value], Value | None]:
    """Returns the items before ``&`` (or a dot) of a vector pattern, and the pattern after it."""
    for index, item in enumerate(items):
        if type(item) is Symbol and item.name in ("&", "."):
            if index != len(items) - 2:
                raise refuse(f"expected one name after {item.name} in the pattern")
            return items[:index], items[-1]
    return items, None


def names_of(value: Value, key: str, refuse: Refuse) -> list[Symbol]:
    """Returns the names in the vector (or list) after `:keys` or `:strs`."""
    if type(value) is Vector:
        names = value.items
    elif type(value) is List:
        names = list_items(value)
    else:
        raise refuse(f"expected a vector of names after :{key}")
    if not all(type(name) is Symbol for name in names):
        raise refuse(f":{key} takes names only")
    return names


def _stands_for_many(key: Value, value: Value) -> bool:
    """Tells whether an entry is one of `:keys` or `:strs`."""
    if type(key) is not Keyword:
        return False
    if key.name == "strs":
        return type(value) is Vector and all(type(item) is Symbol for item in value.items)
    return key.name == "keys"


def map_parts(pattern: Map, refuse: Refuse) -> tuple[list[MapPart], Value | None]:
    """Returns the parts of a map pattern, and the name for the whole map."""
    entries = list(pattern.entries())
    is_flipped = any(is_pattern(key) and not is_pattern(value) for key, value in entries)
    has_options = is_flipped or any(_stands_for_many(*entry) for entry in entries)
    parts: list[MapPart] = []
    defaults: dict[str, Value] = {}
    whole: Value | None = None
    for key, value in entries:
        option = key.name if has_options and type(key) is Keyword else ""
        if option == "or" and type(value) is Map:
            defaults = _defaults(value, refuse)
        elif option == "as" and type(value) is Symbol:
            whole = value
        elif _stands_for_many(key, value):
            for name in names_of(value, key.name, refuse):
                of_name = intern_keyword(name.name) if key.name == "keys" else name.name
                parts.append(MapPart(name, of_name, NONE))
        elif is_pattern(key) and not is_pattern(value):
            parts.append(MapPart(key, _datum(value), NONE))
        else:
            parts.append(MapPart(value, key, NONE))
    if not defaults:
        return parts, whole
    return [_with_default(part, defaults) for part in parts], whole


def _defaults(values: Map, refuse: Refuse) -> dict[str, Value]:
    """Returns the forms of `:or` by name."""
    defaults = {}
    for name, form in values.entries():
        if type(name) is not Symbol:
            raise refuse(f":or takes names and their values, got {print_value(name)}")
        defaults[name.name] = form
    return defaults


def _with_default(part: MapPart, defaults: dict[str, Value]) -> MapPart:
    if type(part.pattern) is Symbol and part.pattern.name in defaults:
        return part._replace(default=defaults[part.pattern.name])
    return part


def _datum(key: Value) -> Value:
    """Returns the key that stands after a name: itself, or what is quoted."""
    if type(key) is List and key.count == 2:
        head = key.cells[1]
        if type(head) is Symbol and head.name == "quote":
            return key.cells[0]
    return key
