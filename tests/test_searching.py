"""Comparing items: type-strict, and in linear time whatever the items are."""

import pytest

from lispcore.library.collections import searching
from lispcore.values.types import FALSE, TRUE, List, Vector, intern_keyword, list_from, list_items


@pytest.mark.parametrize(
    ("value", "index"),
    [(1, 0), (1.0, 1), ("1", 2), (intern_keyword("k"), 3), (Vector([1]), 4), (TRUE, 5), (None, 6)],
)
def test_each_value_is_found_by_type_and_contents(value, index):
    sequence = Vector([1, 1.0, "1", intern_keyword("k"), Vector([1]), TRUE, None])
    assert searching.index_of(sequence, value) == index


def test_what_is_not_there():
    for value in (2, 1.5, "a", Vector([1.0]), FALSE):
        assert searching.index_of(Vector([1, "b", Vector([1])]), value) is None
        assert searching.contains(Vector([1, "b", Vector([1])]), value) is FALSE


def test_nan_is_not_equal_to_itself():
    nan = float("nan")
    assert searching.contains(Vector([nan]), nan) is FALSE


def test_member_shares_the_rest_of_the_list():
    xs = list_from([1, 2, 3])
    found = searching.member(2, xs)
    assert type(found) is List
    assert found.cells is xs.cells
    assert list_items(found) == [2, 3]


def test_sets_keep_1_and_1_0_apart():
    mixed = Vector([1, 1.0, 1, 1.0, 2])
    assert list_items(searching.unique(mixed)) == [1, 1.0, 2]
    assert [type(x) for x in list_items(searching.unique(mixed))] == [int, float, int]
    assert searching.frequencies(mixed).entries() == [(1, 2), (2, 1), (1.0, 2)]
    assert list_items(searching.difference(mixed, Vector([1.0]))) == [1, 1, 2]
    assert list_items(searching.intersection(mixed, Vector([1.0]))) == [1.0, 1.0]
    assert list_items(searching.duplicates(mixed)) == [1, 1.0]


def test_many_collections_as_items():
    pairs = Vector([Vector([n % 500, "x"]) for n in range(5000)])
    assert searching.unique(pairs).count == 500
    assert len(searching.frequencies(pairs)) == 500
    assert searching.duplicates(pairs).count == 500
