"""List functions that call a function with each item: map, filter, folds, tests, grouping.

The calls stand in plain Python loops and finish a deferred tail call at once, see `calls`.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import count_argument
from lispcore.library.collections.sequences_access import (
    call_each,
    check_size,
    exact_sum,
    own_list,
    plain_sum,
    sequence_items,
)
from lispcore.library.registry import WaitKind, function
from lispcore.values.calls import TAIL, bounce, call, check_function
from lispcore.values.errors import LispError
from lispcore.values.types import (
    FALSE,
    ODD_KEYS,
    TRUE,
    Boolean,
    List,
    Map,
    Value,
    Vector,
    is_function,
    to_key,
)

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER


def _prepare(name: str, f: Value, sequence: Value, argument: int = 2) -> list[Value]:
    """Returns the items of a sequence after making sure that `f` can be called with them."""
    items = sequence_items(name, sequence, argument)
    if items and not is_function(f):
        check_function(name, f, 1)
    return items


def _verdicts(name: str, predicate: Value, sequence: Value) -> tuple[list[Value], list[Value]]:
    items = sequence_items(name, sequence, 2)
    return items, call_each(name, predicate, items)


# --- one result for each item ------------------------------------------------------------------


@function(
    "map",
    "f:function sequence:sequence & more:sequence",
    "list",
    "Returns the list of what `f` gives for each item. With several sequences `f` gets one item "
    "of each, until the shortest ends. A keyword serves as a function that looks itself up.",
    [
        ("(map (fn (x) (* x x)) '(1 2 3))", "(1 4 9)"),
        ("(map + [1 2 3] '(10 20))", "(11 22)"),
        ('(map :name (list {:name "Ada"} {:name "Alan"}))', '("Ada" "Alan")'),
    ],
)
def map_items(f: Value, sequence: Value, *more: Value) -> List:
    items = sequence_items("map", sequence, 2)
    if not more:
        return own_list(call_each("map", f, items))
    others = [sequence_items("map", each, place + 3) for place, each in enumerate(more)]
    if len(others) == 1 and is_function(f):
        return own_list(
            [
                bounce() if (result := f(a, b)) is TAIL else result
                for a, b in zip(items, others[0], strict=False)
            ]
        )
    rows = list(zip(items, *others, strict=False))
    if rows:
        check_function("map", f, 1)
    return own_list([call(f, *row) for row in rows])


@function(
    "mapcar",
    "f:function sequence:sequence & more:sequence",
    "list",
    "The same as `map`, under its Common Lisp name.",
    [("(mapcar abs '(-1 2 -3))", "(1 2 3)")],
)
def mapcar(f: Value, sequence: Value, *more: Value) -> Value:
    return map_items(f, sequence, *more)


@function(
    "map-indexed",
    "f:function sequence:sequence",
    "list",
    "Returns the list of what `f` gives for the index (from 0) and the item.",
    [("(map-indexed (fn (i x) (+ (* i 10) x)) '(1 2 3))", "(1 12 23)")],
)
def map_indexed(f: Value, sequence: Value) -> List:
    items = _prepare("map-indexed", f, sequence)
    return own_list(
        [
            bounce() if (result := f(index, item)) is TAIL else result
            for index, item in enumerate(items)
        ]
    )


@function(
    "enumerate",
    "sequence:sequence",
    "list",
    "Returns the list of pairs of an index (from 0) and the item.",
    [("(enumerate '(a b))", "((0 a) (1 b))")],
)
def number_items(sequence: Value) -> List:
    items = sequence_items("enumerate", sequence, 1)
    return own_list([List([item, index], 2) for index, item in enumerate(items)])


@function(
    "for-each",
    "f:function sequence:sequence",
    "nil",
    "Calls `f` with each item for what it does, not for what it returns.",
    [("(let ((seen '())) (for-each (fn (x) (set! seen (cons x seen))) '(1 2)) seen)", "(2 1)")],
)
def for_each(f: Value, sequence: Value) -> None:
    for item in _prepare("for-each", f, sequence):
        if f(item) is TAIL:
            bounce()


@function(
    "flat-map",
    "f:function sequence:sequence",
    "list",
    "Calls `f` with each item and joins the lists or vectors that it returns into one list; any "
    "other result stands for itself.",
    [
        ("(flat-map (fn (x) (list x (- x))) '(1 2))", "(1 -1 2 -2)"),
        ("(flat-map (fn (x) (if (odd? x) (list x) '())) '(1 2 3))", "(1 3)"),
    ],
)
def flat_map(f: Value, sequence: Value) -> List:
    items = sequence_items("flat-map", sequence, 2)
    joined: list[Value] = []
    for value in call_each("flat-map", f, items):
        push_all(joined, value)
    return own_list(joined)


def push_all(store: list[Value], value: Value) -> None:
    """Adds the items of a list or vector to a Python list; anything else is added itself."""
    if type(value) is List:
        if value.count:
            store += value.cells[value.count - 1 :: -1]
    elif type(value) is Vector:
        store += value.items
    else:
        store.append(value)


@function(
    "list/times",
    "count:int f:function",
    "list",
    "Calls `f` with 0, 1 and so on, `count` times, and returns the list of the results.",
    [("(list/times 4 (fn (i) (* i i)))", "(0 1 4 9)")],
)
def times(count: Value, f: Value) -> List:
    numbers = times_range(count)
    if numbers:
        check_function("list/times", f, 2)
    return own_list([bounce() if (result := f(index)) is TAIL else result for index in numbers])


def times_range(count: Value) -> range:
    """Returns the integers that `list/times` goes through."""
    number = count_argument("list/times", count, 1)
    check_size("list/times", number)
    return range(number)


# --- choosing items ----------------------------------------------------------------------------


@function(
    "filter",
    "predicate:function sequence:sequence",
    "list",
    "Returns the list of the items for which `predicate` gives a true value.",
    [("(filter odd? '(1 2 3))", "(1 3)"), ('(filter string? [1 "a" :b])', '("a")')],
)
def keep(predicate: Value, sequence: Value) -> List:
    items, verdicts = _verdicts("filter", predicate, sequence)
    return own_list(
        [
            item
            for item, verdict in zip(items, verdicts, strict=True)
            if verdict is not FALSE and verdict is not None
        ]
    )


@function(
    "list/reject",
    "predicate:function sequence:sequence",
    "list",
    "Returns the list of the items for which `predicate` does not give a true value.",
    [("(list/reject odd? '(1 2 3))", "(2)")],
)
def reject(predicate: Value, sequence: Value) -> List:
    items, verdicts = _verdicts("list/reject", predicate, sequence)
    return own_list(
        [
            item
            for item, verdict in zip(items, verdicts, strict=True)
            if verdict is FALSE or verdict is None
        ]
    )


@function(
    "partition",
    "predicate:function sequence:sequence",
    "list",
    "Returns two lists: the items for which `predicate` gives a true value, and the others.",
    [("(partition odd? '(1 2 3))", "((1 3) (2))")],
)
def partition(predicate: Value, sequence: Value) -> List:
    items, verdicts = _verdicts("partition", predicate, sequence)
    chosen: list[Value] = []
    others: list[Value] = []
    for item, verdict in zip(items, verdicts, strict=True):
        (others if verdict is FALSE or verdict is None else chosen).append(item)
    return List([own_list(others), own_list(chosen)], 2)


def _first_index(name: str, predicate: Value, sequence: Value, wanted: bool) -> tuple[int, int]:
    """Returns the index of the first item whose verdict is `wanted` (or -1) and the length."""
    items = _prepare(name, predicate, sequence)
    for index, item in enumerate(items):
        result = predicate(item)
        if result is TAIL:
            result = bounce()
        if (result is not FALSE and result is not None) is wanted:
            return index, len(items)
    return -1, len(items)


def _take_while(name: str, predicate: Value, sequence: Value) -> List:
    index, _ = _first_index(name, predicate, sequence, False)
    items = sequence_items(name, sequence, 2)
    return own_list(items[:] if index < 0 else items[:index])


def _drop_while(name: str, predicate: Value, sequence: Value) -> List:
    index, size = _first_index(name, predicate, sequence, False)
    return own_list(sequence_items(name, sequence, 2)[size if index < 0 else index :])


@function(
    "take-while",
    "predicate:function sequence:sequence",
    "list",
    "Returns the items before the first one for which `predicate` is not true.",
    [("(take-while even? '(2 4 5 6))", "(2 4)")],
)
def take_while(predicate: Value, sequence: Value) -> List:
    return _take_while("take-while", predicate, sequence)


@function(
    "drop-while",
    "predicate:function sequence:sequence",
    "list",
    "Returns the items from the first one on for which `predicate` is not true.",
    [("(drop-while even? '(2 4 5 6))", "(5 6)")],
)
def drop_while(predicate: Value, sequence: Value) -> List:
    return _drop_while("drop-while", predicate, sequence)


@function(
    "list/take-while",
    "predicate:function sequence:sequence",
    "list",
    "The same as `take-while`.",
    [("(list/take-while even? '(2 3 4))", "(2)")],
)
def list_take_while(predicate: Value, sequence: Value) -> List:
    return _take_while("list/take-while", predicate, sequence)


@function(
    "list/drop-while",
    "predicate:function sequence:sequence",
    "list",
    "The same as `drop-while`.",
    [("(list/drop-while even? '(2 3 4))", "(3 4)")],
)
def list_drop_while(predicate: Value, sequence: Value) -> List:
    return _drop_while("list/drop-while", predicate, sequence)


@function(
    "list/find",
    "predicate:function sequence:sequence",
    "any",
    "Returns the first item for which `predicate` gives a true value, nil if there is none.",
    [("(list/find even? '(1 4 6))", "4"), ("(list/find even? '(1))", "nil")],
)
def find(predicate: Value, sequence: Value) -> Value:
    for item in _prepare("list/find", predicate, sequence):
        result = predicate(item)
        if result is TAIL:
            result = bounce()
        if result is not FALSE and result is not None:
            return item
    return None


@function(
    "list/sole",
    "predicate:function sequence:sequence",
    "any",
    "Returns the one item for which `predicate` gives a true value. It is an error if there is "
    "none, or more than one.",
    [
        ("(list/sole even? '(1 2 3))", "2"),
        ("(list/sole odd? '(1 2 3))", "error: more than one matching item"),
        ("(list/sole even? '(1))", "error: no matching item"),
    ],
)
def sole(predicate: Value, sequence: Value) -> Value:
    matching: list[Value] = []
    for item in _prepare("list/sole", predicate, sequence):
        result = predicate(item)
        if result is TAIL:
            result = bounce()
        if result is not FALSE and result is not None:
            if matching:
                raise LispError(
                    "list/sole: more than one matching item",
                    hint="(list/find predicate items) gives the first",
                )
            matching.append(item)
    if not matching:
        raise LispError(
            "list/sole: no matching item", hint="(list/find predicate items) gives nil instead"
        )
    return matching[0]


# --- yes or no ---------------------------------------------------------------------------------


@function(
    "any",
    "predicate:function sequence:sequence",
    "bool",
    "Tells whether `predicate` gives a true value for at least one item. Stops at the first.",
    [("(any even? '(1 2))", "#t"), ("(any even? '())", "#f")],
    aliases=("any?", "some?"),
)
def any_item(predicate: Value, sequence: Value) -> Boolean:
    return FALSE if _first_index("any", predicate, sequence, True)[0] < 0 else TRUE


@function(
    "every",
    "predicate:function sequence:sequence",
    "bool",
    "Tells whether `predicate` gives a true value for each item, as it does for none at all. Stops "
    "at the first that fails.",
    [("(every even? '(2 4))", "#t"), ("(every even? '())", "#t"), ("(every even? '(1 2))", "#f")],
    aliases=("every?",),
)
def every_item(predicate: Value, sequence: Value) -> Boolean:
    return TRUE if _first_index("every", predicate, sequence, False)[0] < 0 else FALSE


# --- folding -----------------------------------------------------------------------------------


def _fold(name: str, f: Value, accumulated: Value, items: list[Value]) -> Value:
    if items and not is_function(f):
        check_function(name, f, 1)
    total = plain_sum(f, accumulated, items)
    if total is not None:
        return total
    for item in items:
        accumulated = f(accumulated, item)
        if accumulated is TAIL:
            accumulated = bounce()
    return accumulated


@function(
    "foldl",
    "f:function start:any sequence:sequence",
    "any",
    "Goes through the items from left to right, each time replacing the accumulated value by "
    "`(f accumulated item)`, and returns the last one. `start` is the first accumulated value.",
    [
        ("(foldl + 0 '(1 2 3))", "6"),
        ("(foldl (fn (acc x) (cons x acc)) '() '(1 2 3))", "(3 2 1)"),
        ("(foldl - 10 '(1 2))", "7"),
    ],
)
def foldl(f: Value, start: Value, sequence: Value) -> Value:
    return _fold("foldl", f, start, sequence_items("foldl", sequence, 3))


@function(
    "fold",
    "f:function start:any sequence:sequence",
    "any",
    "The same as `foldl`: calls `(f accumulated item)` for the items from left to right.",
    [("(fold * 1 '(1 2 3 4))", "24")],
)
def fold(f: Value, start: Value, sequence: Value) -> Value:
    return _fold("fold", f, start, sequence_items("fold", sequence, 3))


@function(
    "foldr",
    "f:function start:any sequence:sequence",
    "any",
    "Goes through the items from right to left, each time replacing the accumulated value by "
    "`(f item accumulated)`. The length of the sequence does not matter for the stack.",
    [("(foldr cons '() '(1 2 3))", "(1 2 3)"), ("(foldr - 0 '(1 2 3))", "2")],
)
def foldr(f: Value, start: Value, sequence: Value) -> Value:
    accumulated = start
    for item in reversed(_prepare("foldr", f, sequence, 3)):
        accumulated = f(item, accumulated)
        if accumulated is TAIL:
            accumulated = bounce()
    return accumulated


@function(
    "reduce",
    "f:function sequence:sequence",
    "any",
    "Folds from left to right with the first item as the start. A single item is returned as it "
    "is; an empty sequence is an error.",
    [
        ("(reduce + '(1 2 3))", "6"),
        ("(reduce max [3 9 4])", "9"),
        ("(reduce + '())", "error: empty list"),
    ],
)
def reduce(f: Value, sequence: Value) -> Value:
    items = reducible(sequence_items("reduce", sequence, 2))
    return _fold("reduce", f, items[0], items[1:])


def reducible(items: Any) -> Any:
    """Returns the items if there is one that a reduction can start with."""
    if not items:
        raise LispError("reduce: empty list", hint="(foldl f start items) has a value for this")
    return items


def all_but_first(items: Any) -> Any:
    """Returns the items behind the first."""
    return items[1:]


# Fewer are added up in the loop itself before Python's own sum has begun.
FEWEST_SUMMED: Final = 16


def summed(start: Value, items: Any) -> tuple[Value, Any]:
    """Returns `start` and the items to be added to it; many integers have been added already."""
    if type(start) is not int or len(items) < FEWEST_SUMMED:
        return start, items
    total = exact_sum(start, items)
    return (start, items) if total is None else (total, ())


# --- grouping ----------------------------------------------------------------------------------


@function(
    "list/group-by",
    "f:function sequence:sequence",
    "map",
    "Returns a map from each result of `f` to the list of the items that gave it, in their order.",
    [
        ("(list/group-by even? '(1 2 3 4 5))", "{#f (1 3 5) #t (2 4)}"),
        ('(list/group-by length \'("a" "bb" "c"))', '{1 ("a" "c") 2 ("bb")}'),
    ],
)
def group_by(f: Value, sequence: Value) -> Map:
    items = sequence_items("list/group-by", sequence, 2)
    return grouped(items, call_each("list/group-by", f, items))


def grouped(items: Any, keys: list[Value]) -> Map:
    """Returns the map from each key to the list of the items that have it."""
    groups: dict[Value, list[Value]] = {}
    for item, key in zip(items, keys, strict=True):
        if type(key) in ODD_KEYS:
            key = to_key(key)
        group = groups.get(key)
        if group is None:
            groups[key] = [item]
        else:
            group.append(item)
    return Map({key: own_list(group) for key, group in groups.items()})


@function(
    "list/key-by",
    "f:function sequence:sequence",
    "map",
    "Returns a map from each result of `f` to the item that gave it; of several the last stays.",
    [
        (
            '(list/key-by :id (list {:id 7 :name "Ada"} {:id 8 :name "Bo"}))',
            '{7 {:id 7 :name "Ada"} 8 {:id 8 :name "Bo"}}',
        )
    ],
)
def key_by(f: Value, sequence: Value) -> Map:
    items = sequence_items("list/key-by", sequence, 2)
    return keyed(items, call_each("list/key-by", f, items))


def keyed(items: Any, keys: list[Value]) -> Map:
    """Returns the map from each key to the last item that has it."""
    return Map({to_key(key): item for key, item in zip(keys, items, strict=True)})


@function(
    "list/pluck",
    "key:any sequence:sequence",
    "list",
    "Returns the list of what each map in the sequence holds under `key`, nil where it holds "
    "nothing.",
    [("(list/pluck :a (list {:a 1} {:b 2}))", "(1 nil)")],
)
def pluck(key: Value, sequence: Value) -> List:
    items = sequence_items("list/pluck", sequence, 2)
    wanted = to_key(key)
    return own_list([item.table.get(wanted) if isinstance(item, Map) else None for item in items])


@function(
    "tap",
    "value:any f:function",
    "any",
    "Calls `f` with the value and returns the value, whatever `f` gives. Made for a look into the "
    "middle of a chain of calls.",
    [("(tap 42 (fn (x) (* x 2)))", "42")],
)
def tap(value: Value, f: Value) -> Value:
    check_function("tap", f, 2)
    call(f, value)
    return value
