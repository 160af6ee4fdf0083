"""Numbers of a list boiled down to one: sum, smallest, largest, average, median."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.collections.sequences_access import exact_sum, sequence_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import Complex, Ratio, to_float
from lispcore.values.types import Value

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER

_ORDERED: Final = frozenset({int, float, Ratio})
_SUMMED: Final = _ORDERED | {Complex}


def _numbers(name: str, sequence: Value, accepted: frozenset[type] = _ORDERED) -> list[Any]:
    items = sequence_items(name, sequence, 1)
    if not items:
        raise LispError(f"{name}: empty list", hint="check (empty? items) first")
    if not set(map(type, items)) <= accepted:
        for item in items:
            if type(item) not in accepted:
                raise wrong_type(name, "number", item)
    return items


@function(
    "list/sum",
    "numbers:sequence",
    "number",
    "Returns the sum of the numbers, 0 if there are none.",
    [("(list/sum '(1 2 3.5))", "6.5"), ("(list/sum '())", "0")],
)
def total(numbers: Value) -> Any:
    items = sequence_items("list/sum", numbers, 1)
    whole = exact_sum(0, items)
    if whole is not None:
        return whole
    # Not sum(): since Python 3.12 it corrects the rounding of floats, which `+` does not.
    result: Any = 0
    for item in _numbers("list/sum", numbers, _SUMMED):
        result = result + item
    return result


def _extreme(name: str, numbers: Value, sign: int) -> Value:
    items = sequence_items(name, numbers, 1)
    if len(items) == 1:
        return items[0]  # nothing to compare
    items = _numbers(name, numbers)
    return min(items) if sign < 0 else max(items)


@function(
    "list/min",
    "numbers:sequence",
    "number",
    "Returns the smallest of the numbers.",
    [("(list/min '(3 1.5 2))", "1.5"), ("(list/min '())", "error: empty list")],
)
def smallest(numbers: Value) -> Value:
    return _extreme("list/min", numbers, -1)


@function(
    "list/max",
    "numbers:sequence",
    "number",
    "Returns the largest of the numbers.",
    [("(list/max '(3 1.5 2))", "3"), ("(list/max '())", "error: empty list")],
)
def largest(numbers: Value) -> Value:
    return _extreme("list/max", numbers, 1)


@function(
    "list/avg",
    "numbers:sequence",
    "float",
    "Returns the average of the numbers as a float.",
    [("(list/avg '(1 2 3 4))", "2.5"), ("(list/avg '(2 4))", "3.0")],
)
def average(numbers: Value) -> float:
    items = _numbers("list/avg", numbers)
    result = 0.0
    for item in items:
        result += to_float(item)
    return result / len(items)


@function(
    "list/median",
    "numbers:sequence",
    "float",
    "Returns the number in the middle of the sorted numbers as a float; of an even count, the "
    "average of the two in the middle.",
    [("(list/median '(9 1 2))", "2.0"), ("(list/median '(4 1 2 3))", "2.5")],
)
def median(numbers: Value) -> float:
    items = sorted(to_float(item) for item in _numbers("list/median", numbers))
    middle = len(items) // 2
    if len(items) % 2:
        return items[middle]
    return (items[middle - 1] + items[middle]) / 2
