"""List functions that compare items with each other: searching, counting, lists as sets.

Items are compared by contents and type, so 1 and 1.0 are two different items. Anything that must
remember items uses a dict, which keeps the time in proportion to the length.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress
from operator import ne
from typing import Final

from lispcore.library.collections.sequences_access import own_list, sequence_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.comparing import equal, order_key
from lispcore.values.errors import LispError
from lispcore.values.types import (
    FALSE,
    ODD_KEYS,
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    from_key,
    to_key,
)

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER

_INTEGERS: Final = frozenset({int})
_TEXTS: Final = frozenset({str})


def _index(items: list[Value], value: Value) -> int:
    """Returns the index of the first item that equals a value, -1 if there is none."""
    kind = type(value)
    if kind is str or kind is Keyword or kind is Symbol:
        # Python's own search is right for these: nothing of another type equals them.
        try:
            return items.index(value)
        except ValueError:
            return -1
    if kind is int or kind is float:
        if value != value:
            return -1
        index = -1
        try:
            while True:
                index = items.index(value, index + 1)
                if type(items[index]) is kind:
                    return index
        except ValueError:
            return -1
    for index, item in enumerate(items):
        if type(item) is kind and equal(item, value):
            return index
    return -1


def item_keys(items: list[Value]) -> list[Value]:
    """Returns what stands for the items in a dict, where 1 and 1.0 must differ."""
    if not ODD_KEYS.keys().isdisjoint(map(type, items)):
        return [to_key(item) for item in items]
    return items


def count_keys(items: list[Value]) -> dict[Value, int]:
    """Returns how often each item (in its `to_key` form) occurs, in order of first appearance."""
    keys = item_keys(items)
    if len(keys) > _FEW:
        return dict(Counter(keys))
    counts: dict[Value, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


# So many are counted before a Counter would have been made.
_FEW: Final = 40


@function(
    "member",
    "value:any sequence:sequence",
    "list|#f",
    "Returns the list from the first item on that equals `value`, #f if there is none.",
    [("(member 3 '(1 2 3 4))", "(3 4)"), ("(member 9 '(1 2))", "#f")],
)
def member(value: Value, sequence: Value) -> Value:
    items = sequence_items("member", sequence, 2)
    index = _index(items, value)
    if index < 0:
        return FALSE
    if type(sequence) is List:
        return List(sequence.cells, sequence.count - index)
    return own_list(items[index:])


@function(
    "list/contains?",
    "sequence:sequence value:any",
    "bool",
    "Tells whether an item equals `value`.",
    [("(list/contains? '(1 2) 2)", "#t"), ("(list/contains? '(1 2) 2.0)", "#f")],
)
def contains(sequence: Value, value: Value) -> Boolean:
    return FALSE if _index(sequence_items("list/contains?", sequence, 1), value) < 0 else TRUE


@function(
    "list/index-of",
    "sequence:sequence value:any",
    "int|nil",
    "Returns the index of the first item that equals `value` (the first item has 0), nil if there "
    "is none.",
    [("(list/index-of '(a b c) 'b)", "1"), ("(list/index-of '(a) 'z)", "nil")],
)
def index_of(sequence: Value, value: Value) -> int | None:
    index = _index(sequence_items("list/index-of", sequence, 1), value)
    return None if index < 0 else index


@function(
    "list/unique",
    "sequence:sequence",
    "list",
    "Returns the items without repetitions, each where it first stands.",
    [("(list/unique '(3 1 3 2 1))", "(3 1 2)")],
)
def unique(sequence: Value) -> List:
    items = sequence_items("list/unique", sequence, 1)
    return own_list([from_key(key) for key in dict.fromkeys(item_keys(items))])


@function(
    "list/dedupe",
    "sequence:sequence",
    "list",
    "Returns the items without those that equal the item right before them.",
    [("(list/dedupe '(1 1 2 2 1))", "(1 2 1)")],
)
def dedupe(sequence: Value) -> List:
    items = sequence_items("list/dedupe", sequence, 1)
    kinds = {*map(type, items)}
    if kinds <= _INTEGERS or kinds <= _TEXTS:
        return own_list([*items[:1], *compress(items[1:], map(ne, items[1:], items))])
    result: list[Value] = []
    for item in items:
        if not result or not equal(item, result[-1]):
            result.append(item)
    return own_list(result)


@function(
    "list/duplicates",
    "sequence:sequence",
    "list",
    "Returns the values that occur more than once, each once, in ascending order.",
    [("(list/duplicates '(1 2 2 3 3 3))", "(2 3)"), ("(list/duplicates '(c b b c a))", "(b c)")],
)
def duplicates(sequence: Value) -> List:
    counts = count_keys(sequence_items("list/duplicates", sequence, 1))
    repeated = [from_key(key) for key, number in counts.items() if number > 1]
    repeated.sort(key=order_key)
    return own_list(repeated)


@function(
    "list/diff",
    "sequence:sequence other:sequence",
    "list",
    "Returns the items of the first sequence that the second does not contain.",
    [("(list/diff '(1 2 3 2) '(2))", "(1 3)")],
)
def difference(sequence: Value, other: Value) -> List:
    items = sequence_items("list/diff", sequence, 1)
    excluded = set(item_keys(sequence_items("list/diff", other, 2)))
    return own_list([item for item in items if to_key(item) not in excluded])


@function(
    "list/intersect",
    "sequence:sequence other:sequence",
    "list",
    "Returns the items of the first sequence that the second contains too.",
    [("(list/intersect '(1 2 3 2) '(2 3 4))", "(2 3 2)")],
)
def intersection(sequence: Value, other: Value) -> List:
    items = sequence_items("list/intersect", sequence, 1)
    included = set(item_keys(sequence_items("list/intersect", other, 2)))
    return own_list([item for item in items if to_key(item) in included])


@function(
    "frequencies",
    "sequence:sequence",
    "map",
    "Returns a map from each different item to the number of times it occurs.",
    [
        ("(frequencies '(b a b))", "{a 1 b 2}"),
        ('(frequencies (string->list "noon"))', "{#\\n 2 #\\o 2}"),
    ],
)
def frequencies(sequence: Value) -> Map:
    return Map(count_keys(sequence_items("frequencies", sequence, 1)))


@function(
    "list/mode",
    "sequence:sequence",
    "any",
    "Returns the item that occurs most often; if several occur equally often, the list of them in "
    "ascending order.",
    [("(list/mode '(1 2 2 3))", "2"), ("(list/mode '(b a b a c))", "(a b)")],
)
def mode(sequence: Value) -> Value:
    counts = count_keys(sequence_items("list/mode", sequence, 1))
    if not counts:
        raise LispError("list/mode: empty list", hint="check (empty? items) first")
    most = max(counts.values())
    winners = [from_key(key) for key, number in counts.items() if number == most]
    if len(winners) == 1:
        return winners[0]
    winners.sort(key=order_key)
    return own_list(winners)
