"""How library functions get at the items of a sequence, and how they build one.

Every function that takes "a list, vector or mutable array" asks `sequence_items`, so that they all
accept the same things and complain in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from lispcore.library.collections.mutable import MAX_ITEMS, MutableArray, check_size
from lispcore.library.registry import ENTRIES
from lispcore.values.calls import TAIL, bounce, check_function
from lispcore.values.errors import LispError, WrongType
from lispcore.values.types import (
    EMPTY,
    Bytevector,
    HashMap,
    Keyword,
    List,
    Map,
    Value,
    Vector,
    is_function,
    type_name,
)

__all__ = [
    "LENGTHS",
    "MAX_ITEMS",
    "call_each",
    "check_size",
    "exact_sum",
    "own_list",
    "plain_sum",
    "sequence_items",
    "slice_items",
]

SEQUENCE: Final = "list, vector, or mutable-array"

# What to try instead, by the name of the type that was given.
_HINTS: Final = {
    "nil": "nil is not a list; the empty list is '()",
    "string": "(string->list text) gives the characters of a text",
    "map": "(map/entries m), (keys m) or (vals m) gives a list",
    "hashmap": "(map/entries m), (keys m) or (vals m) gives a list",
    "bytevector": "(bytevector->list bytes) gives a list of numbers",
    "f64-array": "f64-array/map and f64-array/fold work on typed arrays",
    "i64-array": "i64-array/map and i64-array/fold work on typed arrays",
}


# Functions that people give a number, to do something so many times.
_REPEATING: Final = frozenset("map for-each for for/list dotimes map-indexed flat-map".split())


def sequence_items(function_name: str, value: Value, argument: int = 0) -> list[Value]:
    """Returns the items of a list, vector or mutable array.

    The Python list may be the storage of `value`: do not change it. `argument` counts from 1.
    """
    kind = type(value)
    if kind is List:
        count = value.count
        items: list[Value] = value.cells[count - 1 :: -1] if count else []
        return items
    if kind is Vector:
        items = value.items
        return items
    if kind is MutableArray:
        # The function that works on the items may push to the array at the same time.
        return list(value.items)
    raise wrong_sequence(function_name, value, argument)


def wrong_sequence(
    function_name: str, value: Value, argument: int = 0, expected: str = SEQUENCE
) -> LispError:
    """Returns the error for a value that is no sequence, with what to try instead."""
    return WrongType(function_name, expected, value, argument, _sequence_hint)


def _sequence_hint(function_name: str, value: Value) -> str | None:
    if type(value) is int and function_name in _REPEATING:
        return "(range n) gives the list of the integers below n"
    hint = _HINTS.get(type_name(value))
    if hint is None and is_function(value):
        return f"the order may be wrong: see (doc {function_name})"
    return hint


def slice_items(function_name: str, value: Value, argument: int = 0) -> list[Value]:
    """Returns the items of a list or vector; a mutable array is refused."""
    kind = type(value)
    if kind is List:
        count = value.count
        items: list[Value] = value.cells[count - 1 :: -1] if count else []
        return items
    if kind is Vector:
        items = value.items
        return items
    raise wrong_sequence(function_name, value, argument, "list or vector")


def own_list(items: list[Value]) -> List:
    """Returns the list of these items and keeps the Python list: do not use it afterwards."""
    if not items:
        return EMPTY
    items.reverse()
    return List(items, len(items))


def call_each(function_name: str, f: Value, items: list[Value]) -> list[Value]:
    """Returns the results of calling a function or keyword with each item, in order."""
    if type(f) is Keyword:
        return [
            item.table.get(f) if type(item) is Map or type(item) is HashMap else f(item)
            for item in items
        ]
    if items and not is_function(f):
        check_function(function_name, f, 1)
    return [bounce() if (result := f(item)) is TAIL else result for item in items]


def exact_sum(start: Value, items: Iterable[Value]) -> int | None:
    """Returns the sum of integers; None if something else is among them, or perhaps is."""
    try:
        total = sum(items, start)
    except (TypeError, ValueError):
        return None
    # Of floats Python corrects the rounding, which `+` does not; a sum with floats is a float.
    return total if type(total) is int else None


def plain_sum(f: Value, start: Value, items: Iterable[Value]) -> int | None:
    """Returns the sum of integers if `f` is the library's ``+``, else None."""
    if getattr(f, "__name__", None) == "+" and f is ENTRIES["+"].function and type(start) is int:
        return exact_sum(start, items)
    return None


# How long a value of each type is; typed arrays add theirs.
LENGTHS: Final[dict[type, Callable[[Any], int]]] = {
    List: lambda value: value.count,
    Vector: lambda value: len(value.items),
    str: len,
    Map: lambda value: len(value.table),
    HashMap: lambda value: len(value.table),
    Bytevector: len,
    MutableArray: lambda value: len(value.items),
}
