"""Sorting: in the natural order of one type, by a comparing function, or by a key.

A comparing function is called from loops, because a Lisp function must not be called from C code
(`calls`). It says either whether its first argument comes first (#t or #f),
or how the two compare (a negative or positive number, or 0).
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import eq
from typing import Any, Final

from lispcore.library.arguments import ABSENT
from lispcore.library.collections.mutable import MutableArray
from lispcore.library.collections.sequences_access import call_each, own_list, sequence_items
from lispcore.library.registry import ENTRIES, WaitKind, function
from lispcore.values.calls import TAIL, bounce, check_function
from lispcore.values.comparing import order_key
from lispcore.values.errors import LispError
from lispcore.values.numbers import Ratio
from lispcore.values.types import (
    FALSE,
    TRUE,
    TYPE_NAMES,
    Boolean,
    Bytevector,
    Character,
    Keyword,
    List,
    Record,
    Symbol,
    Value,
    Vector,
    type_name,
)

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER

_NUMBERS: Final = frozenset({int, float, Ratio})
_INTEGERS: Final = frozenset({int})
_TEXTS: Final = frozenset({str})


def _by_name(value: Any) -> str:
    name: str = value.name
    return name


def _by_text(value: Any) -> str:
    text: str = value.text
    return text


def _by_number(value: Any) -> Any:
    return (1, 0) if value != value else (0, value)  # NaN comes last


def _by_bytes(value: Any) -> bytes:
    return bytes(value)


# How the items of one type are ordered; a type that is not here has no order of its own.
_KEYS: Final[dict[type, Any]] = {
    Symbol: _by_name,
    Keyword: _by_name,
    Boolean: _by_name,
    Character: _by_text,
    Bytevector: _by_bytes,
    List: order_key,
    Vector: order_key,
    MutableArray: order_key,
    Record: lambda value: (value.type.name, order_key(Vector(value.items))),  # of any record type
}

# "#f" < "#t", so booleans sort by name as well.


def _kind(value: Value) -> type:
    return Record if isinstance(value, Record) else type(value)


def natural_order(items: list[Value]) -> list[Value]:
    """Returns the items in the order of their type; mixed types are an error."""
    kinds = set(map(type, items))
    if kinds <= {int} or kinds == {str}:
        return sorted(items)
    if kinds <= _NUMBERS:
        if all(map(eq, items, items)):
            return sorted(items)
        return sorted(items, key=_by_number)
    kind = _kind(items[0])
    for item in items:
        if _kind(item) is not kind:
            raise LispError(
                f"sort: expected {type_name(items[0])}, got {type_name(item)}",
                kind="type-error",
                hint="sort orders one type at a time; give a comparing function, or use sort-by",
                expected=type_name(items[0]),
                got=type_name(item),
            )
    key = _KEYS.get(kind)
    if key is None:
        name = TYPE_NAMES.get(kind, "")
        key = order_key if name.endswith("-array") else None
    return sorted(items, key=key) if key is not None else list(items)


def comes_first(answer: Value) -> bool:
    """Tells what the answer of a comparing function says of its first argument."""
    if answer is TRUE or answer is FALSE:
        return answer is TRUE
    return not (type(answer) in _NUMBERS and answer > 0)


# So many items are sorted by insertion, each at the place that halving finds: no sort needs fewer
# comparisons. What it moves in memory would count if there were many more.
RUN: Final = 512
END: Final = object()


class Sorting:
    """A sort whose comparisons are made outside, so that they can be written in place.

    First each of the `runs` is to be sorted, then come the `merges`.
    """

    __slots__ = ("_items", "_runs")

    def __init__(self, items: list[Value]) -> None:
        self._items = items
        self._runs: list[list[Value]] = []

    def runs(self) -> Iterator[tuple[list[Value], list[Value]]]:
        """Yields the items to be sorted, each time with the list that takes them in order."""
        items = self._items
        for start in range(0, len(items), RUN):
            done = items[start : start + 1]
            self._runs.append(done)
            yield items[start + 1 : start + RUN], done

    def merges(self) -> Iterator[tuple[list[Value], Iterator[Value], list[Value]]]:
        """Yields two sorted runs that are to be merged, and the list that takes their items."""
        runs = self._runs
        while len(runs) > 1:
            longer: list[list[Value]] = []
            for place in range(0, len(runs) - 1, 2):
                target: list[Value] = []
                yield runs[place], iter(runs[place + 1]), target
                longer.append(target)
            if len(runs) % 2:
                longer.append(runs[-1])
            runs = longer
        self._runs = runs

    def items(self) -> list[Value]:
        """Returns the sorted items."""
        return self._runs[0] if self._runs else []


def sorted_list(sorting: Sorting) -> List:
    """Returns the list that a sort gives."""
    return own_list(sorting.items())


def finish_merge(merge: tuple[Any, Iterator[Value], list[Value]], other: Value) -> None:
    """Adds what is left of the second run of a merge, beginning with `other`."""
    if other is not END:
        target = merge[2]
        target.append(other)
        target.extend(merge[1])


def merge_sort(f: Value, items: list[Value]) -> list[Value]:
    """Returns the items in the order of a comparing function."""
    sorting = Sorting(items)
    for new_items, done in sorting.runs():
        insert = done.insert
        for new in new_items:
            low, high = 0, len(done)
            while low < high:
                middle = (low + high) >> 1
                answer = f(done[middle], new)
                if answer is TAIL:
                    answer = bounce()
                if answer is TRUE or (answer is not FALSE and comes_first(answer)):
                    low = middle + 1
                else:
                    high = middle
            insert(low, new)
    for merge in sorting.merges():
        first_run, following, target = merge
        other = next(following, END)
        append = target.append
        for one in first_run:
            while other is not END:
                answer = f(one, other)
                if answer is TAIL:
                    answer = bounce()
                if answer is TRUE or (answer is not FALSE and comes_first(answer)):
                    break
                append(other)
                other = next(following, END)
            append(one)
        finish_merge(merge, other)
    return sorting.items()


def in_order_of(items: Any, keys: list[Value]) -> List:
    """Returns the list of the items in the ascending order of their keys."""
    kinds = {*map(type, keys)}
    if not (kinds <= _INTEGERS or kinds <= _TEXTS):
        keys = [order_key(key) for key in keys]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return own_list([items[index] for index in order])


@function(
    "sort",
    "sequence:sequence [compare:function]",
    "list",
    "Returns the items in ascending order. Without `compare` they must be of one type (numbers of "
    "any kind count as one). `compare` gets two items and says whether the first one comes first, "
    "or returns a negative number, 0 or a positive one.",
    [
        ("(sort '(3 1 2))", "(1 2 3)"),
        ("(sort [3 1.5 2])", "(1.5 2 3)"),
        ('(sort \'("b" "a"))', '("a" "b")'),
        ("(sort '(1 3 2) >)", "(3 2 1)"),
        ("(sort '(3 1 2) (fn (a b) (- a b)))", "(1 2 3)"),
        ('(sort \'(1 "a"))', "error: expected int, got string"),
    ],
)
def sort(sequence: Value, compare: Value = ABSENT) -> List:
    items = sequence_items("sort", sequence, 1)
    if compare is ABSENT:
        return own_list(natural_order(items) if items else [])
    if len(items) > 1:
        check_function("sort", compare, 2)
    kinds = set(map(type, items))
    if kinds == {int} or kinds == {str}:
        # Equal items cannot be told apart, so Python's sort gives what the comparisons would.
        for name in "<", ">":
            if name in ENTRIES and compare is ENTRIES[name].function:
                return own_list(sorted(items, reverse=name == ">"))
    return own_list(merge_sort(compare, items))


@function(
    "sort-by",
    "f:function sequence:sequence",
    "list",
    "Returns the items in the ascending order of what `f` gives for each; `f` is called once for "
    "each item. Keys of different types are allowed: they are ordered as the keys of a map are.",
    [
        ("(sort-by abs '(-3 1 -2))", "(1 -2 -3)"),
        ('(sort-by length \'("ccc" "a" "bb"))', '("a" "bb" "ccc")'),
        (
            '(sort-by :age (list {:age 36 :name "Ada"} {:age 7 :name "Bo"}))',
            '({:age 7 :name "Bo"} {:age 36 :name "Ada"})',
        ),
    ],
)
def sort_by(f: Value, sequence: Value) -> List:
    items = sequence_items("sort-by", sequence, 2)
    keys = call_each("sort-by", f, items)
    return in_order_of(items, keys)
