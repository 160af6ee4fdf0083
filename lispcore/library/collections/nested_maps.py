"""Maps inside maps (paths and deep merging), and the functions for hashmaps alone.

A path is a list or vector of keys. Nothing here recurses: maps may be nested as deep as memory
allows.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.collections.maps import hashmap_argument
from lispcore.library.collections.sequences_access import own_list, slice_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import FALSE, TRUE, Boolean, HashMap, List, Map, Value, to_key

CHAPTER: Final = "maps"
WAITING = WaitKind.NEVER

_MISSING: Final[Any] = object()


@function(
    "map/get-in",
    "map:any path:list|vector [default:any]",
    "any",
    "Looks up the first key of the path, in what it finds the second, and so on. Returns `default` "
    "(nil unless given) as soon as a key is missing or something is no map.",
    [
        ("(map/get-in {:a {:b 42}} [:a :b])", "42"),
        ("(map/get-in {:a 1} [:a :b])", "nil"),
        ("(get-in {:a {}} [:a :b] :none)", ":none"),
    ],
    aliases=("get-in",),
)
def get_in(map: Value, path: Value, default: Value = None) -> Value:
    value = map
    for key in slice_items("map/get-in", path, 2):
        if not isinstance(value, Map):
            return default
        value = value.table.get(to_key(key), _MISSING)
        if value is _MISSING:
            return default
    return value


@function(
    "map/assoc-in",
    "map:any path:list|vector value:any",
    "any",
    "Returns a copy of the map with the value at the path. Maps that are missing on the way are "
    "made; anything else that stands in the way is replaced by one.",
    [
        ("(map/assoc-in {:a {:b 1}} [:a :c] 2)", "{:a {:b 1 :c 2}}"),
        ("(assoc-in {} [:x :y] 9)", "{:x {:y 9}}"),
    ],
    aliases=("assoc-in",),
)
def assoc_in(map: Value, path: Value, value: Value) -> Value:
    return with_value_at(way_into(map, path, "map/assoc-in"), value)


@function(
    "map/update-in",
    "map:any path:list|vector f:function",
    "any",
    "Returns a copy of the map in which the value at the path is what `f` makes of it; `f` gets "
    "nil if there is none.",
    [
        ("(map/update-in {:a {:b 1}} [:a :b] (fn (n) (+ n 1)))", "{:a {:b 2}}"),
        ("(update-in {} [:n] (fn (n) (or n 0)))", "{:n 0}"),
    ],
    aliases=("update-in",),
)
def update_in(map: Value, path: Value, f: Value) -> Value:
    way = way_into(map, path)
    check_function("map/update-in", f, 3)
    return with_value_at(way, call(f, way[2]))


# The maps on the way to a value, the key in each, and the value.
_Way = tuple[list[Map], list[Value], Value]


def way_into(map: Value, path: Value, name: str = "map/update-in") -> _Way:
    """Returns the way that a path leads; what is no map on it is taken for an empty one."""
    keys = slice_items(name, path, 2)
    levels: list[Map] = []
    level = map
    for key in keys:
        if not isinstance(level, Map):
            level = Map({})
        levels.append(level)
        level = level.table.get(to_key(key))
    return levels, keys, level


def with_value_at(way: _Way, value: Value) -> Value:
    """Returns the outermost map with another value at the end of the way."""
    levels, keys, _ = way
    place = len(levels)
    while place:
        place -= 1
        value = levels[place].updated(keys[place], value)
    return value


def _merge_deep(base: Map, overlay: Map) -> Map:
    result = dict(base.table)
    # Each pair is a dict that nobody has seen yet, and what is to be laid over it.
    stack: list[tuple[dict[Value, Value], Map]] = [(result, overlay)]
    while stack:
        target, above = stack.pop()
        # A list, since other versions of `above` may take its table away meanwhile.
        for key, value in list(above.table.items()):
            below = target.get(key)
            if isinstance(value, Map) and isinstance(below, Map):
                merged = dict(below.table)
                target[key] = Map(merged)
                stack.append((merged, value))
            else:
                target[key] = value
    return Map(result)


@function(
    "map/deep-merge",
    "& maps:any",
    "map",
    "Merges maps from left to right, and also the maps that several of them hold under the same "
    "key. Where not both are maps, the later value stays.",
    [
        ("(map/deep-merge {:a {:x 1}} {:a {:y 2}})", "{:a {:x 1 :y 2}}"),
        ("(deep-merge {:a {:x 1}} {:a 5})", "{:a 5}"),
    ],
    aliases=("deep-merge",),
)
def deep_merge(*maps: Value) -> Value:
    if not maps:
        return Map({})
    result = maps[0]
    for overlay in maps[1:]:
        both = isinstance(result, Map) and isinstance(overlay, Map)
        result = _merge_deep(result, overlay) if both else overlay
    return result


# --- hashmaps ----------------------------------------------------------------------------------


@function(
    "hashmap/get",
    "map:hashmap|map key:any [default:any]",
    "any",
    "Returns what the hashmap holds under the key, or `default` (nil unless given).",
    [("(hashmap/get (hashmap/new :a 1) :a)", "1"), ("(hashmap/get (hashmap/new) :a 0)", "0")],
)
def hashmap_get(map: Value, key: Value, default: Value = None) -> Value:
    if not isinstance(map, Map):
        raise wrong_type("hashmap/get", "hashmap", map, 1)
    return map.get(key, default)


@function(
    "hashmap/assoc",
    "map:hashmap & keys-and-values:any",
    "hashmap",
    "Returns a copy of the hashmap with these keys and values added or replaced.",
    [("(hashmap/assoc (hashmap/new :a 1) :b 2)", "{:a 1 :b 2}")],
)
def hashmap_assoc(map: Value, *keys_and_values: Value) -> Map:
    if len(keys_and_values) == 2 and type(map) is HashMap:
        return map.updated(keys_and_values[0], keys_and_values[1])
    if not keys_and_values or len(keys_and_values) % 2:
        raise LispError(
            "hashmap/assoc: requires hashmap and even number of key-value pairs",
            hint="write each key with its value: (hashmap/assoc m :a 1 :b 2)",
        )
    target: Map = hashmap_argument("hashmap/assoc", map)
    for place in range(0, len(keys_and_values), 2):
        target = target.updated(keys_and_values[place], keys_and_values[place + 1])
    return target


@function(
    "hashmap/contains?",
    "map:hashmap key:any",
    "bool",
    "Tells whether the hashmap has an entry with the key, even if its value is nil.",
    [("(hashmap/contains? (hashmap/new :a nil) :a)", "#t")],
)
def hashmap_contains(map: Value, key: Value) -> Boolean:
    return TRUE if to_key(key) in hashmap_argument("hashmap/contains?", map).table else FALSE


@function(
    "hashmap/keys",
    "map:hashmap",
    "list",
    "Returns the keys. Do not rely on their order.",
    [("(sort (hashmap/keys (hashmap/new :b 2 :a 1)))", "(:a :b)")],
)
def hashmap_keys(map: Value) -> List:
    return own_list(hashmap_argument("hashmap/keys", map).keys())


@function(
    "hashmap/to-map",
    "map:hashmap",
    "map",
    "Returns the map with the entries of a hashmap.",
    [("(hashmap/to-map (hashmap/new :b 2 :a 1))", "{:a 1 :b 2}")],
)
def hashmap_to_map(map: Value) -> Map:
    return Map(hashmap_argument("hashmap/to-map", map).table.copy())
