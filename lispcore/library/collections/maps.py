"""Maps and hashmaps: looking up, changing copies, merging, and reaching into nested maps.

No function changes a map. Those that add or remove a few entries use the hand-over of `Map.updated`
(constant time); those that build a map fill one dict and wrap it.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import ABSENT
from lispcore.library.collections.lists import find_pair
from lispcore.library.collections.sequences_access import call_each, own_list, slice_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.calls import TAIL, bounce, call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.map_versions import HAND_OVER_SIZE
from lispcore.values.types import (
    EMPTY,
    FALSE,
    ODD_KEYS,
    STAND_INS,
    TRUE,
    Boolean,
    HashMap,
    List,
    Map,
    Record,
    Value,
    Vector,
    from_key,
    list_items,
    to_key,
)

WAITING = WaitKind.NEVER

# Up to this many entries are added to a long map one by one, more by building it anew.
FEW: Final = 8


def checked_map(name: str, value: Value, argument: int = 1) -> Map:
    """Returns a map or hashmap argument or raises the error for its type."""
    if type(value) is Map or type(value) is HashMap:
        result: Map = value
        return result
    error = wrong_type(name, "map or hashmap", value, argument)
    if value is None:
        error.hint = "nil is no map; the empty map is {}"
    elif type(value) in (List, Vector):
        error.hint = "(nth sequence index) reads a list or vector"
    elif isinstance(value, Record):
        error.hint = "read a record with the accessors that define-record-type made"
    raise error


def hashmap_argument(name: str, value: Value) -> HashMap:
    if type(value) is HashMap:
        return value
    error = wrong_type(name, "hashmap", value, 1)
    if type(value) is Map:
        error.hint = f"use {name.removeprefix('hashmap/')} for a map made with {{}}"
    raise error


def _table_of_pairs(name: str, items: tuple[Value, ...]) -> dict[Value, Value]:
    if len(items) % 2:
        raise LispError(
            f"{name}: requires even number of arguments, got {len(items)}",
            hint=f"write each key with its value: ({name} :a 1 :b 2)",
        )
    if not ODD_KEYS.keys().isdisjoint(map(type, items[::2])):
        return {to_key(key): value for key, value in zip(items[::2], items[1::2], strict=True)}
    each = iter(items)
    return dict(zip(each, each))  # noqa: B905


# --- building ----------------------------------------------------------------------------------


@function(
    "map/new",
    "& keys-and-values:any",
    "map",
    "Returns the map of these keys and values, like the literal {…}. A later key replaces an "
    "equal one before it.",
    [("(map/new :b 2 :a 1)", "{:a 1 :b 2}"), ("(map/new)", "{}")],
    aliases=("hash-map",),
)
def new_map(*keys_and_values: Value) -> Map:
    return Map(_table_of_pairs("hash-map", keys_and_values))


@function(
    "hashmap/new",
    "& keys-and-values:any",
    "hashmap",
    "Returns the hashmap of these keys and values: a type of its own, never equal to a map, for "
    "tables whose order does not matter.",
    [("(hashmap/new :b 2 :a 1)", "{:a 1 :b 2}"), ("(type (hashmap/new))", ":hashmap")],
)
def new_hashmap(*keys_and_values: Value) -> HashMap:
    return HashMap(_table_of_pairs("hashmap/new", keys_and_values))


@function(
    "map/from-entries",
    "entries:list|vector",
    "map",
    "Returns the map of a sequence of pairs, each a list or vector of a key and a value.",
    [("(map/from-entries '((:a 1) [:b 2]))", "{:a 1 :b 2}")],
)
def from_entries(entries: Value) -> Map:
    table: dict[Value, Value] = {}
    for entry in slice_items("map/from-entries", entries, 1):
        if type(entry) is List and entry.count == 2:
            value, key = entry.cells[:2]
            table[to_key(key)] = value
            continue
        pair = slice_items("map/from-entries", entry)
        if len(pair) != 2:
            raise LispError(
                "map/from-entries: each entry must be a pair (key value), "
                f"got one of {len(pair)} items",
                hint="write the entries as '((:a 1) (:b 2))",
            )
        table[to_key(pair[0])] = pair[1]
    return Map(table)


@function(
    "map/zip",
    "keys:list|vector values:list|vector",
    "map",
    "Returns the map in which the first key has the first value and so on, until one of the two "
    "ends.",
    [("(map/zip '(:a :b :c) [1 2])", "{:a 1 :b 2}")],
)
def zip_map(keys: Value, values: Value) -> Map:
    pairs = zip(slice_items("map/zip", keys, 1), slice_items("map/zip", values, 2), strict=False)
    return Map.of(pairs)


# --- looking up --------------------------------------------------------------------------------


@function(
    "get",
    "map:map|hashmap key:any [default:any]",
    "any",
    "Returns what the map holds under the key, or `default` (nil unless given) if it holds "
    "nothing. `(:name m)` is short for `(get m :name)`.",
    [
        ("(get {:a 1} :a)", "1"),
        ("(get {:a 1} :z)", "nil"),
        ("(get {:a 1} :z 0)", "0"),
        ("(get '(1 2) 0)", "error: map or hashmap"),
    ],
)
def get(map: Value, key: Value, default: Value = None) -> Value:
    if type(map) is not Map and type(map) is not HashMap:
        checked_map("get", map)
    return map.table.get(to_key(key) if type(key) in ODD_KEYS else key, default)


@function(
    "hash-ref",
    "map:map|hashmap key:any [default:any]",
    "any",
    "The same as `get`, under its Racket name.",
    [("(hash-ref {:a 1} :a)", "1"), ('(hash-ref {} :a "none")', '"none"')],
)
def hash_ref(map: Value, key: Value, default: Value = None) -> Value:
    return checked_map("hash-ref", map).table.get(to_key(key), default)


@function(
    "contains?",
    "map:map|hashmap key:any",
    "bool",
    "Tells whether the map has an entry with the key, even if its value is nil.",
    [("(contains? {:a nil} :a)", "#t"), ("(contains? {:a 1} 1)", "#f")],
)
def contains(map: Value, key: Value) -> Boolean:
    return TRUE if to_key(key) in checked_map("contains?", map).table else FALSE


@function(
    "keys",
    "map:map|hashmap",
    "list",
    "Returns the keys in their order.",
    [("(keys {:b 1 :a 2})", "(:a :b)"), ("(keys {})", "()")],
)
def keys(map: Value) -> List:
    if type(map) is not Map:
        checked_map("keys", map)
    keys = map.ordered_keys()
    if _has_stand_ins(keys):
        return own_list([from_key(key) for key in keys])
    return List(keys[::-1], len(keys)) if keys else EMPTY


def key_items(map: Value) -> list[Value]:
    """Returns the keys as a Python list that is not to be changed, for loops over ``(keys m)``."""
    if type(map) is Map:
        items: list[Value] = map.ordered_keys()
        if not _has_stand_ins(items):
            return items
    return list_items(keys(map))


def _has_stand_ins(keys: list[Value]) -> bool:
    """Tells whether some keys of a table stand for other values."""
    return not STAND_INS.keys().isdisjoint(map(type, keys))


@function(
    "vals",
    "map:map|hashmap",
    "list",
    "Returns the values in the order of their keys.",
    [("(vals {:b 1 :a 2})", "(2 1)")],
)
def vals(map: Value) -> List:
    target = checked_map("vals", map)
    keys = target.ordered_keys()
    table = target.table
    values = [table[key] for key in reversed(keys)]
    return List(values, len(values)) if values else EMPTY


@function(
    "map/entries",
    "map:map|hashmap",
    "list",
    "Returns the list of (key value) pairs in the order of the keys. `map/from-entries` is the way "
    "back.",
    [("(map/entries {:b 1 :a 2})", "((:a 2) (:b 1))")],
)
def entries(map: Value) -> List:
    target = checked_map("map/entries", map)
    keys = target.ordered_keys()
    table = target.table
    if _has_stand_ins(keys):
        return own_list([List([table[key], from_key(key)], 2) for key in keys])
    return own_list([List([table[key], key], 2) for key in keys])


# --- changing a copy ---------------------------------------------------------------------------


def _with_pairs(target: Map, pairs: tuple[Value, ...]) -> Map:
    table = target.table
    if len(table) < HAND_OVER_SIZE:
        table = table.copy()
        each = iter(pairs)
        for key, value in zip(each, each):  # noqa: B905 - in pairs
            table[to_key(key) if type(key) in ODD_KEYS else key] = value
        return type(target)(table)
    if len(pairs) <= 2 * FEW:
        for place in range(0, len(pairs), 2):
            target = target.updated(pairs[place], pairs[place + 1])
        return target
    return type(target)(table | _table_of_pairs("assoc", pairs))


@function(
    "assoc",
    "map:map|hashmap & keys-and-values:any",
    "map|hashmap",
    "Returns a copy of the map with these keys and values added or replaced. With two arguments it "
    "is the search of Scheme: `(assoc key pairs)` returns the first list in `pairs` that begins "
    "with the key, #f if there is none.",
    [
        ("(assoc {:a 1} :b 2 :c 3)", "{:a 1 :b 2 :c 3}"),
        ("(assoc {:a 1} :a 9)", "{:a 9}"),
        ("(assoc 'b '((a 1) (b 2)))", "(b 2)"),
    ],
)
def assoc(
    target: Value = ABSENT, key: Value = ABSENT, value: Value = ABSENT, *more: Value
) -> Value:
    if not more and value is not ABSENT and type(target) is Map:
        return target.updated(key, value)
    if value is not ABSENT and not len(more) % 2:
        if type(target) is not Map and type(target) is not HashMap:
            checked_map("assoc", target)
        return _with_pairs(target, (key, value, *more)) if more else target.updated(key, value)
    if value is ABSENT and type(key) is List:
        return find_pair("assoc", target, key)
    raise LispError(
        "assoc: requires (key alist) or (map key val ...)",
        hint="(assoc {:a 1} :b 2) adds to a map, (assoc 'b '((a 1) (b 2))) searches a list",
    )


@function(
    "dissoc",
    "map:map|hashmap & keys:any",
    "map|hashmap",
    "Returns a copy of the map without these keys; a key that is not there does no harm.",
    [("(dissoc {:a 1 :b 2 :c 3} :a :z)", "{:b 2 :c 3}")],
)
def dissoc(map: Value, key: Value, *more: Value) -> Map:
    target = checked_map("dissoc", map).without(key)
    for each in more:
        target = target.without(each)
    return target


@function(
    "map/update",
    "map:map|hashmap key:any f:function",
    "map|hashmap",
    "Returns a copy of the map in which the value of the key is what `f` makes of it; `f` gets nil "
    "if there is none.",
    [
        ("(map/update {:n 1} :n (fn (n) (+ n 1)))", "{:n 2}"),
        ("(map/update {} :n (fn (n) (+ (or n 0) 1)))", "{:n 1}"),
    ],
)
def update(map: Value, key: Value, f: Value) -> Map:
    target = checked_map("map/update", map)
    check_function("map/update", f, 3)
    value = call(f, target.get(key))
    return target.updated(key, value)


@function(
    "merge",
    "& maps:map|hashmap",
    "map|hashmap",
    "Returns one map with the entries of all; of equal keys the last wins. The result is of the "
    "type of the first. Nested maps are not merged: see `deep-merge`.",
    [
        ("(merge {:a 1 :b 1} {:b 2} {:c 3})", "{:a 1 :b 2 :c 3}"),
        ("(merge {:a {:x 1}} {:a {:y 2}})", "{:a {:y 2}}"),
        ("(merge)", "{}"),
    ],
)
def merge(*maps: Value) -> Map:
    if not maps:
        return Map({})
    if len(maps) == 2 and type(maps[0]) is Map and type(maps[1]) is Map:
        table = maps[0].table
        if len(table) < HAND_OVER_SIZE:
            table = table.copy()
            table.update(maps[1].table)
            return Map(table)
    sizes = [len(checked_map("merge", each, place + 1)) for place, each in enumerate(maps)]
    first: Map = maps[0]
    # One table at a time: the versions of a map have one between them.
    if sizes[0] >= HAND_OVER_SIZE and sum(sizes[1:]) <= FEW:
        for each in maps[1:]:
            for key, value in list(each.table.items()):
                first = first.updated(from_key(key), value)
        return first
    result = dict(first.table)
    for each in maps[1:]:
        result.update(each.table)
    return type(first)(result)


@function(
    "map/select-keys",
    "map:map|hashmap keys:list|vector",
    "map|hashmap",
    "Returns a copy of the map with these keys only, as far as it has them.",
    [("(map/select-keys {:a 1 :b 2 :c 3} '(:a :z))", "{:a 1}")],
)
def select_keys(map: Value, keys: Value) -> Map:
    target = checked_map("map/select-keys", map)
    table = target.table
    wanted = [to_key(key) for key in slice_items("map/select-keys", keys, 2)]
    return type(target)({key: table[key] for key in wanted if key in table})


@function(
    "map/except",
    "map:map|hashmap keys:list|vector",
    "map|hashmap",
    "Returns a copy of the map without these keys.",
    [("(map/except {:a 1 :b 2 :c 3} '(:a :z))", "{:b 2 :c 3}")],
)
def without_keys(map: Value, keys: Value) -> Map:
    target = checked_map("map/except", map)
    excluded = {to_key(key) for key in slice_items("map/except", keys, 2)}
    return type(target)({key: value for key, value in target.table.items() if key not in excluded})


@function(
    "map/sort-keys",
    "map:map|hashmap",
    "map",
    "Returns a map with the entries of a map or hashmap. Its keys are in order, as in every map.",
    [("(map/sort-keys (hashmap/new :b 2 :a 1))", "{:a 1 :b 2}")],
)
def sort_keys(map: Value) -> Map:
    target = checked_map("map/sort-keys", map)
    return target if type(target) is Map else Map(target.table.copy())


# --- functions over entries --------------------------------------------------------------------


@function(
    "map/map-vals",
    "f:function map:map|hashmap",
    "map|hashmap",
    "Returns a copy of the map in which each value is what `f` makes of it.",
    [("(map/map-vals (fn (v) (* v 10)) {:a 1 :b 2})", "{:a 10 :b 20}")],
)
def map_values(f: Value, map: Value) -> Map:
    target = checked_map("map/map-vals", map, 2)
    return with_values(target, call_each("map/map-vals", f, target.values()))


def with_values(target: Map, values: list[Value]) -> Map:
    """Returns the map with other values, given in the order of the keys."""
    return type(target)(dict(zip(target.ordered_keys(), values)))  # noqa: B905


@function(
    "map/map-keys",
    "f:function map:map|hashmap",
    "map|hashmap",
    "Returns a copy of the map in which each key is what `f` makes of it; if two become equal, the "
    "later one stays.",
    [("(map/map-keys (fn (k) (* k 10)) {1 :a 2 :b})", "{10 :a 20 :b}")],
)
def map_keys(f: Value, map: Value) -> Map:
    target = checked_map("map/map-keys", map, 2)
    return with_keys(target, call_each("map/map-keys", f, target.keys()))


def with_keys(target: Map, keys: list[Value]) -> Map:
    """Returns the map with other keys, given in the order of the present ones."""
    values = target.values()
    return type(target)({to_key(key): value for key, value in zip(keys, values, strict=True)})


@function(
    "map/filter",
    "predicate:function map:map|hashmap",
    "map|hashmap",
    "Returns a copy of the map with the entries for which `predicate`, called with key and value, "
    "gives a true value.",
    [("(map/filter (fn (k v) (> v 1)) {:a 1 :b 2})", "{:b 2}")],
)
def filter_map(predicate: Value, map: Value) -> Map:
    target = checked_map("map/filter", map, 2)
    entries = target.entries()
    if entries:
        check_function("map/filter", predicate, 1)
    kept: list[tuple[Value, Value]] = []
    for entry in entries:
        result = predicate(entry[0], entry[1])
        if result is TAIL:
            result = bounce()
        if result is not FALSE and result is not None:
            kept.append(entry)
    return of_entries(target, kept)


def of_entries(target: Map, entries: list[tuple[Value, Value]]) -> Map:
    """Returns a map of the same type as `target` with these entries."""
    return type(target)({to_key(key): value for key, value in entries})
