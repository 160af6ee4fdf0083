"""Lists share storage where they can, and never show it."""

import pytest

from lispcore.library.collections import lists
from lispcore.library.registry import ENTRIES
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.types import EMPTY, List, Vector, cons, list_from, list_items


def items(value):
    return list_items(value)


def test_append_lends_the_storage_of_the_last_list_once():
    last = list_from([3, 4])
    first = lists.append(list_from([1, 2]), last)
    second = lists.append(list_from([8, 9]), last)
    assert first.cells is last.cells
    assert second.cells is not last.cells
    assert (items(last), items(first), items(second)) == ([3, 4], [1, 2, 3, 4], [8, 9, 3, 4])


def test_append_keeps_the_order_of_many_sequences():
    made = lists.append(Vector([1]), list_from([2, 3]), EMPTY, list_from([4]))
    assert items(made) == [1, 2, 3, 4]
    assert items(lists.append(list_from([1]), Vector([2]))) == [1, 2]
    assert lists.append(EMPTY, EMPTY) is EMPTY


def test_append_of_a_list_to_itself():
    xs = list_from([1, 2])
    assert items(lists.append(xs, xs)) == [1, 2, 1, 2]
    assert items(xs) == [1, 2]


def test_cons_before_a_view_leaves_the_longer_list_as_it_was():
    xs = list_from([1, 2, 3, 4])
    shorter = lists.drop(2, xs)
    assert items(cons("a", shorter)) == ["a", 3, 4]
    assert items(cons("b", shorter)) == ["b", 3, 4]
    assert items(cons("c", cons("b", shorter))) == ["c", "b", 3, 4]
    assert items(xs) == [1, 2, 3, 4]


def test_rest_and_drop_are_views():
    xs = list_from(range(10))
    assert lists.cdr(xs).cells is xs.cells
    assert lists.drop(4, xs).cells is xs.cells
    assert items(cons("new", lists.drop(4, xs))) == ["new", 4, 5, 6, 7, 8, 9]
    assert items(xs) == list(range(10))


def test_the_empty_list_is_one_object():
    xs = list_from([1])
    for made in (
        lists.cdr(xs),
        lists.cdr(EMPTY),
        lists.drop(5, xs),
        lists.take(0, xs),
        lists.integers(0),
        lists.repeat(0, 1),
        lists.iota(-3),
    ):
        assert made is EMPTY
    assert lists.car(lists.cdr(xs)) is None


def test_an_empty_view_has_no_first_item():
    assert lists.car(List([7], 0)) is None
    assert lists.last(List([7], 0)) is None


@pytest.mark.parametrize("name", [n for n in ENTRIES if len(n) > 3 and set(n[1:-1]) <= {"a", "d"}])
def test_compositions_do_what_the_single_steps_do(name):
    if not (name.startswith("c") and name.endswith("r")):
        pytest.skip("another name made of these letters")
    tree = list_from(
        [list_from([list_from([1, 2]), list_from([3]), 4]), list_from([5, 6, 7]), 8, 9]
    )
    step = {"a": lists.car, "d": lists.cdr}
    value = tree
    try:
        for letter in reversed(name[1:-1]):
            value = step[letter](value)
    except LispError:
        with pytest.raises(LispError, match=name):
            ENTRIES[name].function(tree)
        return
    assert equal(ENTRIES[name].function(tree), value)


def test_wild_sizes_fail_at_once():
    for f, arguments in (
        (lists.integers, (10**12,)),
        (lists.integers, (0, 10**400, 1)),
        (lists.integers, (10**400, 0, -7)),
        (lists.iota, (10**12,)),
        (lists.repeat, (10**12, 0)),
    ):
        with pytest.raises(LispError, match="the limit is"):
            f(*arguments)


def test_nth_says_how_long_the_sequence_is():
    with pytest.raises(LispError, match=r"index 3 out of bounds \(length 2\)") as caught:
        lists.nth(Vector([1, 2]), 3)
    assert "list/nth-or" in caught.value.hint
