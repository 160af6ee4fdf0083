"""Equality, hashes and the order of values of every type; none of them recurses.

What looks into every type must know every type: so these functions stand above the types, and are
put into their classes here. A type of another module enters itself in `PARTS` and `TYPE_ORDER`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Final

from lispcore.values.atoms import TRUE, Boolean, Character, Keyword, Symbol, Value
from lispcore.values.map_versions import ABSENT, FloatKey, HashMap, Map, from_key
from lispcore.values.types import (
    IDENTITY_TYPES,
    SHORT_ROW,
    TYPE_NAMES,
    VECTOR_MARK,
    Bytevector,
    List,
    MultipleValues,
    Record,
    Vector,
    list_items,
)

# A type with contents of its own registers how to take it apart: value -> (tag, children).
# Equality and hashing then walk it without recursion.
PARTS: dict[type, Callable[[Any], tuple[Any, list[Any]]]] = {}


_SIMPLE_TYPES = frozenset((int, str, float))
_PLAIN_TYPES: Final = _SIMPLE_TYPES | IDENTITY_TYPES
# Values of these classes Python hashes as keys are hashed: no floats, whose NaN has many hashes.
_HASHED_BY_PYTHON: Final = _PLAIN_TYPES - {float}


def equal(left: Value, right: Value) -> bool:
    """Structural equality: same type and same contents; 1 and 1.0 differ. Never recurses."""
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in _SIMPLE_TYPES:
        return left == right  # type: ignore[no-any-return]  # numbers and texts say True or False
    if left is right:
        return True
    if kind in IDENTITY_TYPES:
        return False
    if kind is List or kind is Vector:
        return equal_rows(left, right)
    return _are_deeply_equal(left, right)


def _are_deeply_equal(left: Value, right: Value) -> bool:
    stack: list[tuple[Value, Value]] = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b:
            continue
        kind = type(a)
        if kind is not type(b):
            return False
        if kind is List or kind is Vector:
            if kind is List:
                if a.count != b.count:
                    return False
                ones, others = a.cells[: a.count], b.cells[: b.count]  # both the other way round
            else:
                ones, others = a.items, b.items
                if len(ones) != len(others):
                    return False
            kinds = {*map(type, ones)}
            if not _PLAIN_TYPES.issuperset(kinds):
                stack.extend(zip(ones, others, strict=True))
            elif not _are_plain_equal(kinds, ones, others):
                return False
        elif kind is Map or kind is HashMap:
            if not _pair_entries(a, b, stack):
                return False
        elif issubclass(kind, Record):
            stack.extend(zip(a.items, b.items, strict=True))
        elif kind in PARTS:
            tag, parts = PARTS[kind](a)
            other_tag, other_parts = PARTS[kind](b)
            if tag != other_tag or len(parts) != len(other_parts):
                return False
            stack.extend(zip(parts, other_parts, strict=True))
        elif not a == b:
            return False
    return True


def equal_rows(left: Value, right: Value) -> bool:
    """The same for a list or vector on the left side; keys of maps are compared in this way."""
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is List:
        count = left.count
        if count != right.count:
            return False
        if count > SHORT_ROW:
            return _are_deeply_equal(left, right)
        pairs = zip(left.cells[:count], right.cells[:count])  # noqa: B905 - as many
    else:
        count = len(left.items)
        if count != len(right.items):
            return False
        if count > SHORT_ROW:
            return _are_deeply_equal(left, right)
        pairs = zip(left.items, right.items)  # noqa: B905 - as many
    for one, other in pairs:
        if one is not other:
            kind = type(one)
            if kind is not type(other) or kind in IDENTITY_TYPES:
                return False
            if kind is not int and kind is not str:
                return _are_deeply_equal(left, right)
            if one != other:
                return False
    return True


def _are_plain_equal(kinds: set[type], ones: list[Value], others: list[Value]) -> bool:
    """Compares as many items, `ones` of these classes without contents: Python does it alone."""
    if len(kinds) == 1:
        if {*map(type, others)} != kinds:
            return False
    elif [*map(type, ones)] != [*map(type, others)]:
        return False
    return ones == others


def _pair_entries(one: Map, another: Map, stack: list[tuple[Value, Value]]) -> bool:
    """Puts the values of two maps on the stack by their keys; tells whether these are the same."""
    table, other = one.own_table(), another.own_table()
    if len(table) != len(other):
        return False
    for key, value in table.items():
        match = other.get(key, ABSENT)
        if match is ABSENT:
            return False
        stack.append((value, match))
    return True


def hash_value(value: Value) -> int:
    """Returns a hash that agrees with `equal`. Never recurses."""
    kind = type(value)
    return hash_row(value) if kind is List or kind is Vector else _hash_deeply(value)


def hash_row(value: Value) -> int:
    """Returns the hash of a list or vector."""
    items = value.cells[: value.count] if type(value) is List else value.items
    if len(items) > SHORT_ROW:
        return _hash_deeply(value)
    for item in items:
        if type(item) not in _HASHED_BY_PYTHON:
            return _hash_deeply(value)
    return hash((*items,))


def _hash_deeply(value: Value) -> int:
    result = 17
    stack = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is List:
            result = hash((result, "list", item.count))
            stack.extend(list_items(item))
        elif kind is Vector:
            result = hash((result, "vector", len(item.items)))
            stack.extend(item.items)
        elif kind is Map or kind is HashMap:
            # It may become a key of a newer version of itself: that one must have another table.
            table = item.table_for_good()
            result = hash((result, kind, len(table)))
            for key in item.ordered_keys():
                stack.append(table[key])
                stack.append(key)
        elif issubclass(kind, Record):
            result = hash((result, item.type.name))
            stack.extend(item.items)
        elif kind in PARTS:
            tag, parts = PARTS[kind](item)
            result = hash((result, tag))
            stack.extend(parts)
        else:
            result = hash((result, FloatKey(item) if kind is float else item))
    return result


def compare_by_parts(kind: type, take_apart: Callable[[Any], tuple[Any, list[Any]]]) -> None:
    """Registers how values of a class are taken apart; Python's own ``==`` then says the same."""
    PARTS[kind] = take_apart
    changed: Any = kind
    changed.__eq__ = equal
    changed.__hash__ = hash_value


# The order of types among the keys of one map; types not named come last.
TYPE_ORDER: dict[type, int] = {
    type(None): 0,
    Boolean: 1,
    int: 2,
    FloatKey: 3,
    float: 3,
    Character: 4,
    str: 5,
    Symbol: 6,
    Keyword: 7,
    List: 8,
    Vector: 9,
    Map: 10,
    HashMap: 11,
    Bytevector: 12,
}


def order_key(value: Value) -> tuple[Any, ...]:
    """Returns a Python sort key that puts any two values into the order of map keys."""
    kind = type(value)
    if kind is Keyword or kind is Symbol:
        return TYPE_ORDER[kind], value.name
    # A collection becomes the flat tuple of its leaves' keys, so comparing never recurses.
    flat: list[Any] = []
    stack = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        rank = TYPE_ORDER.get(kind, 20)
        flat.append(rank)
        if kind is List or kind is Vector:
            flat.append(-1)
            children = list_items(item) if kind is List else item.items
            stack.append(_END)
            stack.extend(reversed(children))
        elif kind is Map or kind is HashMap:
            flat.append(-1)
            stack.append(_END)
            item.own_table()
            for key, entry in reversed(item.entries()):
                stack.append(entry)
                stack.append(key)
        elif item is _END:
            flat[-1] = -2  # a shorter sequence comes first
            flat.append(-2)
        elif kind is Symbol or kind is Keyword:
            flat.append(item.name)
        elif kind is Character:
            flat.append(item.text)
        elif kind is FloatKey:
            flat.append(_float_order(item.value))
        elif kind is float:
            flat.append(_float_order(item))
        elif kind is int or kind is str or kind is Bytevector:
            flat.append(bytes(item) if kind is Bytevector else item)
        elif kind is Boolean:
            flat.append(item is TRUE)
        elif item is None:
            flat.append(0)
        else:
            name = TYPE_NAMES.get(kind, kind.__name__)
            flat.append(name)
            flat.append(getattr(item, "sort_key", 0))
    return tuple(flat)


def sort_keys(keys: list[Value], kinds: set[type]) -> None:
    """Puts keys of these classes into the order of map keys."""
    if kinds == {Symbol}:
        keys.sort(key=_name_of)
    elif kinds == {Character}:
        keys.sort(key=_text_of)
    elif kinds == {tuple} and (kind := _kind_of_rows(keys)) is not None:
        keys.sort(key=None if kind is List else _items_of_vector)
    elif (kinds == {List} or kinds == {Vector}) and _are_rows(keys):
        keys.sort(key=list_items if kinds == {List} else _items_of)
    else:
        keys.sort(key=lambda key: order_key(from_key(key)))


def _kind_of_rows(keys: list[Value]) -> type | None:
    """Returns whether tuples stand for lists or vectors, None if Python cannot order the items."""
    kinds = {*map(type, chain.from_iterable(keys))}
    if kinds <= {int} or kinds <= {str}:
        return List
    kinds.discard(type(VECTOR_MARK))
    if (kinds <= {int} or kinds <= {str}) and all(key and key[-1] is VECTOR_MARK for key in keys):
        return Vector
    return None


def _are_rows(keys: list[Value]) -> bool:
    """Tells whether lists or vectors hold integers alone, or texts: Python orders these so, too."""
    kinds = {*map(type, chain.from_iterable(keys))}
    return kinds <= {int} or kinds <= {str}


_name_of: Final = attrgetter("name")
_text_of: Final = attrgetter("text")
_items_of: Final = attrgetter("items")
_items_of_vector: Final = itemgetter(slice(None, -1))
_END: Final = object()


def _float_order(value: float) -> tuple[int, float]:
    return (1, 0.0) if value != value else (0, value)


# Of these types Python asks for equality and hashes, too: as keys, and inside its own collections.
compared: Any
for compared in (List, Vector, Map, Record):
    compared.__eq__ = equal
    compared.__hash__ = hash_value
for compared in (List, Vector):
    compared.__eq__ = equal_rows
    compared.__hash__ = hash_row
Map.sort_keys = staticmethod(sort_keys)
compare_by_parts(MultipleValues, lambda value: ("values", list(value.items)))
