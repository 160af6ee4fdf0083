"""Sorting agrees with a plain model, is linear-logarithmic in calls, and refuses mixed types."""

import random

import pytest

from lispcore.library.collections.sorting import merge_sort, natural_order, sort, sort_by
from lispcore.values.calls import defer
from lispcore.values.errors import LispError
from lispcore.values.types import (
    FALSE,
    TRUE,
    Vector,
    boolean,
    intern_keyword,
    intern_symbol,
    list_items,
)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 100, 1000])
def test_a_comparing_function_sorts_as_the_model_does(size):
    numbers = [random.Random(size).randrange(50) for _ in range(size)]
    calls = 0

    def before(a, b):
        nonlocal calls
        calls += 1
        return boolean(a <= b)

    assert merge_sort(before, numbers) == sorted(numbers)
    assert calls <= size * max(size.bit_length(), 1)


def test_numbers_as_verdicts_keep_equal_items_in_order():
    items = [(n % 3, n) for n in range(20)]
    assert merge_sort(lambda a, b: a[0] - b[0], items) == sorted(items, key=lambda item: item[0])


def test_verdicts_in_every_form():
    assert merge_sort(lambda a, b: boolean(a > b), [1, 3, 2]) == [3, 2, 1]
    assert merge_sort(lambda a, b: float(a - b), [3, 1, 2]) == [1, 2, 3]
    assert merge_sort(lambda a, b: None, [3, 1, 2]) == [3, 1, 2]
    assert merge_sort(lambda a, b: defer(lambda: a - b), [3, 1, 2]) == [1, 2, 3]


def test_natural_order_of_each_type():
    assert natural_order([3, 1.5, 2]) == [1.5, 2, 3]
    assert natural_order([TRUE, FALSE]) == [FALSE, TRUE]
    b, a = intern_symbol("b"), intern_symbol("a")
    assert natural_order([b, a]) == [a, b]
    assert [v.items for v in natural_order([Vector([2]), Vector([1, 5]), Vector([1])])] == [
        [1],
        [1, 5],
        [2],
    ]
    assert natural_order([None, None]) == [None, None]


def test_nan_comes_last():
    nan = float("nan")
    assert natural_order([2.0, nan, 1])[:2] == [1, 2.0]


def test_mixed_types_are_refused():
    with pytest.raises(LispError, match="sort: expected int, got string") as caught:
        natural_order([1, "a"])
    assert caught.value.fields == {"expected": "int", "got": "string"}
    assert "sort-by" in caught.value.hint


def test_sort_by_calls_the_function_once_for_each_item():
    seen = []

    def key(x):
        seen.append(x)
        return intern_keyword(str(x % 3))

    assert list_items(sort_by(key, Vector([5, 4, 3, 2]))) == [3, 4, 5, 2]
    assert seen == [5, 4, 3, 2]


def test_the_sorted_sequence_stays_as_it_is():
    vector = Vector([2, 1])
    sort(vector)
    assert vector.items == [2, 1]
