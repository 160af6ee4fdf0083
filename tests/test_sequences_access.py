"""What counts as a sequence, what the error says when something is none, and calls of items."""

import pytest

from lispcore.library.collections.mutable import MutableArray
from lispcore.library.collections.sequences_access import (
    call_each,
    own_list,
    sequence_items,
    slice_items,
)
from lispcore.values.calls import defer
from lispcore.values.errors import LispError
from lispcore.values.types import (
    EMPTY,
    Bytevector,
    List,
    Map,
    Vector,
    intern_keyword,
    list_from,
    list_items,
)


def test_all_three_sequences_give_their_items_in_order():
    for sequence in (list_from([1, 2, 3]), Vector([1, 2, 3]), MutableArray([1, 2, 3])):
        assert sequence_items("f", sequence) == [1, 2, 3]
    assert sequence_items("f", EMPTY) == []
    assert sequence_items("f", List([9, 3, 2, 1], 2)) == [3, 9]


def test_an_array_may_change_while_its_items_are_in_use():
    array = MutableArray([1])
    items = sequence_items("f", array)
    array.items.append(2)
    assert items == [1]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (None, "the empty list is '()"),
        ("abc", "string->list"),
        (Map({}), "map/entries"),
        (Bytevector(b"a"), "bytevector->list"),
        (len, "(doc f)"),
    ],
)
def test_the_error_says_what_to_try(value, hint):
    with pytest.raises(LispError, match="f: argument 2 expected list, vector, or") as caught:
        sequence_items("f", value, 2)
    assert hint in caught.value.hint
    assert caught.value.kind == "type-error"


def test_a_number_where_a_loop_wants_a_sequence_is_taken_for_a_range():
    with pytest.raises(LispError) as caught:
        sequence_items("for-each", 5, 2)
    assert "(range n)" in (caught.value.hint or "")


def test_mutable_arrays_are_refused_where_only_lists_and_vectors_serve():
    with pytest.raises(LispError, match="expected list or vector, got mutable-array"):
        slice_items("f", MutableArray([]))


def test_own_list_takes_the_python_list_over():
    assert own_list([]) is EMPTY
    items = [1, 2, 3]
    made = own_list(items)
    assert made.cells is items
    assert list_items(made) == [1, 2, 3]


def test_deferred_tail_calls_are_finished():
    def later(x):
        return defer(lambda y: y * 10, x)

    assert call_each("f", later, [1, 2]) == [10, 20]


def test_keywords_look_themselves_up():
    a = intern_keyword("a")
    assert call_each("f", a, [Map({a: 1}), Map({})]) == [1, None]
    with pytest.raises(LispError, match="expected map or hashmap, got int"):
        call_each("f", a, [5])


def test_what_cannot_be_called_matters_only_if_there_is_something_to_call_it_with():
    assert call_each("f", 5, []) == []
    with pytest.raises(LispError, match="f: argument 1 expected function, got int"):
        call_each("f", 5, [1])
