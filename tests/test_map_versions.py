"""The versions of a map: each keeps its entries, whatever is done with the others."""

import random

import pytest

from lispcore.values.comparing import equal, hash_value
from lispcore.values.map_versions import HAND_OVER_SIZE
from lispcore.values.types import HashMap, Map, Vector, list_from

SIZE = 2 * HAND_OVER_SIZE


def big(kind=Map):
    return kind({key: key * key for key in range(SIZE)})


@pytest.mark.parametrize("seed", range(30))
def test_every_version_keeps_its_entries(seed):
    choose = random.Random(seed)
    kind = choose.choice((Map, HashMap))
    size = choose.choice((2, SIZE, 4 * SIZE))
    start = {key: key for key in range(size)}
    versions = [(kind(dict(start)), start)]
    for _ in range(600):
        recent = versions[-1] if choose.random() < 0.7 else choose.choice(versions)
        version, expected = recent
        key = choose.randrange(2 * size)
        if choose.random() < 0.7:
            value = choose.randrange(1000)
            changed, after = version.updated(key, value), {**expected, key: value}
        else:
            changed = version.without(key)
            after = {other: value for other, value in expected.items() if other != key}
        versions.append((changed, after))
        if choose.random() < 0.1:
            del versions[choose.randrange(len(versions))]
        if not versions:
            versions.append((changed, after))
        looked_at, entries = choose.choice(versions)
        assert looked_at.get(key) == entries.get(key)
        assert type(looked_at) is kind
    choose.shuffle(versions)
    for version, expected in versions:
        assert version.table == expected
        assert version.entries() == sorted(expected.items())


def test_two_versions_are_compared():
    old = big()
    new = old.updated(3, "new")
    assert not equal(old, new)
    assert not equal(new, old)
    assert equal(old, new.updated(3, 9))
    assert equal(new, old.updated(3, "new"))
    assert hash_value(old) == hash_value(new.updated(3, 9))


def test_a_version_can_be_a_key_of_a_newer_one():
    old = big()
    new = old.updated(old, "old").updated(list_from([old]), "in a list").updated("x", 1)
    assert new.get(big()) == "old"
    assert new.get(list_from([big()])) == "in a list"
    assert old.get(5) == 25
    assert new.without(old).get(big()) is None
    assert new.get(old) == "old"
    assert len(new.keys()) == SIZE + 3


def test_a_key_that_cannot_be_one_changes_nothing():
    old = big()
    with pytest.raises(TypeError):
        old.updated(bytearray(), 1)
    assert old.updated("x", 1).get("x") == 1
    assert old.table == big().table


def steps(version):
    """Counts the versions between one and the table that it uses."""
    count = 0
    while (newer := version._newer) is not None:
        version = newer
        count += 1
    return count


def test_a_base_that_is_updated_again_and_again_is_seldom_copied():
    base = big()
    tables = set()
    kept = []
    for key in range(3 * SIZE):
        base.updated(key % SIZE, "tried")
        if id(base.table) not in tables:
            tables.add(id(base.table))
            kept.append(base.table)
    assert len(kept) <= 8


def test_what_a_kept_version_holds_is_bounded():
    old = big()
    new = old
    for value in range(100 * SIZE):
        new = new.updated(value % SIZE, value)
    assert steps(old) <= SIZE + 2
    assert old.table == big().table


def test_turns_of_two_versions_far_apart_do_not_cost_their_distance_for_ever():
    old = big()
    new = old
    for key in range(SIZE // 2):
        new = new.updated(key, "new")
    for _ in range(10):
        assert (old.get(1), new.get(1)) == (1, "new")
    assert steps(old) == steps(new) == 0
    assert old.table is not new.table


def test_a_version_that_is_tried_out_is_taken_back_in_one_step():
    base = big()
    table = base.table
    for key in range(10):
        tried = base.updated(key, "tried")
        assert tried.get(key) == "tried"
        assert base.get(key) == key * key
    assert base.table is table


def test_a_very_long_chain_of_versions_is_freed():
    old = Map({key: key for key in range(200_000)})
    new = old
    for key in range(150_000):
        new = new.updated(key, None)
    del old
    assert new.get(199_999) == 199_999


def test_a_vector_is_its_items():
    assert equal(Vector([1, 2]), Vector([1, 2]))
    assert not equal(Vector([1, 2]), list_from([1, 2]))
