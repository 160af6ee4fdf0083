"""Laying items out anew: nothing recurses, sizes are bounded, arguments stay as they are."""

import pytest

from lispcore.library.collections import arranging
from lispcore.values.errors import LispError
from lispcore.values.types import EMPTY, Vector, list_from, list_items


def deep(levels):
    nested = list_from([1])
    for level in range(levels):
        nested = list_from([nested, level]) if level % 2 else Vector([level, nested])
    return nested


def test_flattening_does_not_recurse():
    assert arranging.flatten_deep(deep(5000)).count == 5001


def test_flattening_keeps_the_order():
    nested = list_from([1, Vector([2, list_from([3, EMPTY]), 4]), 5])
    assert list_items(arranging.flatten_deep(nested)) == [1, 2, 3, 4, 5]


def test_every_window_and_chunk_is_a_list_of_its_own():
    windows = list_items(arranging.sliding(Vector([1, 2, 3]), 2))
    assert [list_items(each) for each in windows] == [[1, 2], [2, 3]]
    chunks = list_items(arranging.chunk(2, Vector([1, 2, 3])))
    assert [list_items(each) for each in chunks] == [[1, 2], [3]]


def test_zip_keeps_rows_in_order():
    rows = list_items(arranging.zip_lists(Vector([1, 2]), Vector("ab"), list_from([None, True])))
    assert [list_items(row) for row in rows] == [[1, "a", None], [2, "b", True]]


def test_wild_sizes_fail_at_once():
    many = Vector([0] * 10_000)
    for call in (
        lambda: arranging.pad(EMPTY, 10**12, 0),
        lambda: arranging.cross_join(many, many),
        lambda: arranging.sliding(many, 5000),
    ):
        with pytest.raises(LispError, match="the limit is"):
            call()
    assert arranging.page(many, 10**30, 10**30) is EMPTY


def test_shuffling_keeps_the_items_and_the_argument():
    vector = Vector(list(range(100)))
    assert sorted(list_items(arranging.shuffle(vector))) == list(range(100))
    assert vector.items == list(range(100))
    assert arranging.pick(vector) in vector.items
