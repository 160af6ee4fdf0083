"""Mutable arrays and cells: sharing, comparison that ends, and that they cannot be keys."""

import pytest

from lispcore.library.collections.mutable import (
    MAX_ITEMS,
    MutableArray,
    MutableCell,
    array_to_vector,
    get_item,
    new_array,
    push,
    set_item,
)
from lispcore.values.comparing import equal, order_key
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Vector, list_from


def test_push_and_set_change_the_array_that_everybody_holds():
    array = new_array()
    assert push(array, 1) is array
    push(array, 2)
    assert set_item(array, 0, 9) is array
    assert array.items == [9, 2]


def test_the_vector_is_a_snapshot():
    array = MutableArray([1])
    vector = array_to_vector(array)
    push(array, 2)
    assert vector.items == [1]


def test_contents_decide_about_equality():
    assert equal(MutableArray([1, Vector([2])]), MutableArray([1, Vector([2])]))
    assert not equal(MutableArray([1]), MutableArray([1.0]))
    assert not equal(MutableArray([1]), MutableArray([1, 2]))
    assert equal(MutableCell(MutableArray([1])), MutableCell(MutableArray([1])))
    assert not equal(Map({"a": MutableArray([])}), Map({"a": MutableArray([1])}))


def test_arrays_inside_themselves_compare():
    a, b = MutableArray([]), MutableArray([])
    a.items.append(list_from([1, a]))
    b.items.append(list_from([1, b]))
    assert a == b
    b.items.append(2)
    assert a != b


def test_deep_arrays_compare_without_recursion():
    a, b = MutableArray([]), MutableArray([])
    for _ in range(5000):
        a, b = MutableArray([Vector([a])]), MutableArray([Vector([b])])
    assert a == b


def test_an_array_inside_itself_has_an_order():
    a = MutableArray([1])
    a.items.append(a)
    assert order_key(a) < order_key(MutableArray([2]))


@pytest.mark.parametrize("key", [MutableArray([]), MutableCell(1), Vector([MutableArray([])])])
def test_no_key_of_a_map(key):
    with pytest.raises(LispError, match="expected immutable map key") as caught:
        Map({}).updated(key, 1)
    assert caught.value.kind == "type-error"
    assert "take its contents first" in caught.value.hint


def test_wild_sizes_fail_at_once():
    for arguments in ((MAX_ITEMS + 1, 0), (10**18,)):
        with pytest.raises(LispError, match="the limit is"):
            new_array(*arguments)


def test_a_default_serves_outside_the_array():
    assert get_item(MutableArray([]), 3, None) is None
    with pytest.raises(LispError, match="index 3 out of bounds"):
        get_item(MutableArray([]), 3)
