"""Functions that call functions: deferred calls are finished, order and early stops are kept."""

import pytest

from lispcore.library.collections import higher_order
from lispcore.values.calls import defer
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Map, Vector, intern_keyword, list_from, list_items


def deferring(function):
    """Returns a function that leaves every call to whoever called it."""
    return lambda *arguments: defer(function, *arguments)


def is_even(x):
    return TRUE if x % 2 == 0 else FALSE


NUMBERS = list_from([1, 2, 3, 4])


@pytest.mark.parametrize("wrap", [lambda f: f, deferring], ids=["plain", "deferred"])
def test_every_function_finishes_deferred_calls(wrap):
    even = wrap(is_even)
    add = wrap(lambda a, b: a + b)
    assert list_items(higher_order.map_items(wrap(lambda x: x * 2), NUMBERS)) == [2, 4, 6, 8]
    assert list_items(higher_order.map_items(add, NUMBERS, NUMBERS)) == [2, 4, 6, 8]
    assert list_items(higher_order.map_indexed(add, NUMBERS)) == [1, 3, 5, 7]
    assert list_items(higher_order.keep(even, NUMBERS)) == [2, 4]
    assert list_items(higher_order.reject(even, NUMBERS)) == [1, 3]
    assert [list_items(x) for x in higher_order.partition(even, NUMBERS)] == [[2, 4], [1, 3]]
    assert list_items(higher_order.drop_while(even, Vector([2, 3, 4]))) == [3, 4]
    assert list_items(higher_order.take_while(even, Vector([2, 3, 4]))) == [2]
    assert higher_order.find(even, NUMBERS) == 2
    assert higher_order.sole(wrap(lambda x: is_even(x - 1) if x > 1 else FALSE), NUMBERS) == 3
    assert higher_order.any_item(even, NUMBERS) is TRUE
    assert higher_order.every_item(even, NUMBERS) is FALSE
    assert higher_order.foldl(add, 0, NUMBERS) == 10
    assert higher_order.foldr(add, 0, NUMBERS) == 10
    assert higher_order.reduce(add, NUMBERS) == 10
    assert list_items(higher_order.times(3, wrap(lambda i: i * i))) == [0, 1, 4]
    assert higher_order.group_by(even, NUMBERS).get(TRUE) == list_from([2, 4])
    assert higher_order.key_by(even, NUMBERS).get(FALSE) == 3
    assert list_items(higher_order.flat_map(wrap(lambda x: Vector([x, x])), list_from([1]))) == [
        1,
        1,
    ]


def test_for_each_and_tap_finish_deferred_calls():
    seen = []
    assert higher_order.for_each(deferring(seen.append), NUMBERS) is None
    assert higher_order.tap(5, deferring(seen.append)) == 5
    assert seen == [1, 2, 3, 4, 5]


def test_tests_stop_at_the_first_answer():
    seen = []

    def look(x):
        seen.append(x)
        return is_even(x)

    higher_order.any_item(look, NUMBERS)
    higher_order.every_item(look, NUMBERS)
    higher_order.find(look, NUMBERS)
    assert seen == [1, 2, 1, 1, 2]


def test_nil_and_false_are_the_only_false_results():
    assert list_items(higher_order.keep(lambda x: x, Vector([None, FALSE, 0, "", TRUE]))) == [
        0,
        "",
        TRUE,
    ]


def test_floats_and_integers_are_different_groups():
    grouped = higher_order.group_by(lambda x: x, Vector([1, 1.0, 1]))
    assert list_items(grouped.get(1)) == [1, 1]
    assert list_items(grouped.get(1.0)) == [1.0]


def test_pluck_reads_maps_and_gives_nil_for_the_rest():
    name = intern_keyword("name")
    assert list_items(higher_order.pluck(name, Vector([Map({name: 1}), 5]))) == [1, None]


def test_a_wild_count_fails_before_the_first_call():
    with pytest.raises(LispError, match="the limit is"):
        higher_order.times(10**12, lambda i: pytest.fail("was called"))


def test_an_error_of_the_function_comes_through():
    def fail(x):
        raise LispError("mine")

    with pytest.raises(LispError, match="mine"):
        higher_order.map_items(fail, NUMBERS)
