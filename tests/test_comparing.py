"""Equality, hashes and order: what is quick for short rows means the same as what is right for all."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from lispcore.values import comparing
from lispcore.values.comparing import equal, hash_value, order_key
from lispcore.values.types import (
    EMPTY,
    FALSE,
    TRUE,
    List,
    Map,
    Vector,
    cons,
    from_key,
    intern_character,
    intern_keyword,
    intern_symbol,
    list_from,
)

ATOMS: list[Any] = [
    0, 1, 1.0, -1, 2**70, 2.5, "", "a", "b", None, TRUE, FALSE,
    intern_symbol("a"), intern_keyword("a"), intern_character("a"),
]  # fmt: skip


def rows(seed: int) -> list[Any]:
    """Returns lists and vectors of atoms and of each other, short ones and long ones."""
    source = random.Random(seed)
    found: list[Any] = [EMPTY, Vector([])]
    while len(found) < 60:
        parts = ATOMS if source.random() < 0.7 else [*ATOMS, *found]
        size = source.choice((1, 1, 2, 2, 3, 8, 9))
        items = [source.choice(parts) for _ in range(size)]
        found.append(source.choice((list_from, Vector))(items))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_short_rows_are_equal_exactly_if_they_are_in_depth(seed: int) -> None:
    found = rows(seed)
    for left, right in itertools.product(found, found):
        right = list_from(list(right)) if type(right) is List else Vector([*right.items])
        same = type(left) is type(right) and comparing._are_deeply_equal(left, right)
        assert equal(left, right) is same
        assert (left == right) is same
        if same:
            assert hash_value(left) == hash_value(right) == hash(left)


def test_a_list_that_shares_its_array_is_compared_by_its_own_items() -> None:
    tail = list_from([2, 3])
    longer, other = cons(1, tail), cons(9, tail)
    assert tail == list_from([2, 3])
    assert hash(tail) == hash(list_from([2, 3]))
    assert longer != other
    assert Map.of([(tail, "here")]).get(list_from([2, 3])) == "here"


def test_integers_and_floats_are_different_items_of_keys() -> None:
    table = Map.of([(list_from([1, 2]), "integers"), (list_from([1.0, 2]), "float")])
    assert len(table) == 2
    assert table.get(list_from([1.0, 2])) == "float"
    nan = float("nan")
    assert Map({Vector([nan]): 1}).get(Vector([nan])) == 1


def test_nothing_recurses() -> None:
    deep, other = EMPTY, EMPTY
    for _ in range(50_000):
        deep, other = List([deep], 1), List([other], 1)
    assert equal(deep, other)
    assert hash_value(deep) == hash_value(other)


@pytest.mark.parametrize(
    "atoms",
    [
        [3, -1, 0, 2**70],
        ["b", "a", ""],
        [intern_symbol(name) for name in ("b", "a", "ab")],
        [intern_character(text) for text in "ba"],
        ATOMS,
    ],
)
def test_keys_are_sorted_as_their_sort_keys_say(atoms: list[Any]) -> None:
    source = random.Random(7)
    for make in (list_from, Vector, lambda items: items[0] if items else None):
        keys = [make([source.choice(atoms) for _ in range(source.randrange(4))]) for _ in range(40)]
        table = Map.of((key, None) for key in keys)
        assert table.keys() == sorted(map(from_key, table.table), key=order_key)
