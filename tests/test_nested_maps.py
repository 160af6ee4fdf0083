"""Paths and deep merging: no recursion, nothing changed in place, types as documented."""

from lispcore.library.collections import nested_maps
from lispcore.values.types import EMPTY, HashMap, Map, Vector, intern_keyword

A, B = intern_keyword("a"), intern_keyword("b")
DEPTH = 5000
PATH = Vector([A] * DEPTH)


def test_long_paths_do_not_recurse():
    made = nested_maps.assoc_in(Map({}), PATH, 1)
    assert nested_maps.get_in(made, PATH) == 1
    updated = nested_maps.update_in(made, PATH, lambda x: x + 1)
    assert nested_maps.get_in(updated, PATH) == 2
    assert nested_maps.get_in(made, PATH) == 1


def test_deep_maps_merge_without_recursion():
    left = nested_maps.assoc_in(Map({}), Vector([A] * DEPTH + [A]), 1)
    right = nested_maps.assoc_in(Map({}), Vector([A] * DEPTH + [B]), 2)
    merged = nested_maps.get_in(nested_maps.deep_merge(left, right), PATH)
    assert merged.entries() == [(A, 1), (B, 2)]
    assert nested_maps.get_in(left, PATH).entries() == [(A, 1)]
    assert nested_maps.get_in(right, PATH).entries() == [(B, 2)]


def test_an_empty_path_is_the_value_itself():
    source = Map({A: 1})
    assert nested_maps.get_in(source, EMPTY) is source
    assert nested_maps.assoc_in(source, EMPTY, 5) == 5
    assert nested_maps.update_in(source, EMPTY, lambda m: m.get(A)) == 1


def test_hashmaps_on_the_way_stay_hashmaps():
    source = HashMap({A: HashMap({A: 1})})
    made = nested_maps.assoc_in(source, Vector([A, B]), 2)
    assert type(made) is HashMap
    assert type(made.get(A)) is HashMap


def test_merged_maps_are_ordered_maps():
    merged = nested_maps.deep_merge(HashMap({A: HashMap({A: 1})}), HashMap({A: HashMap({B: 1})}))
    assert type(merged) is Map
    assert type(merged.get(A)) is Map


def test_float_keys_on_a_path():
    source = Map.of([(1.5, Map({A: 1}))])
    assert nested_maps.get_in(source, Vector([1.5, A])) == 1
    assert nested_maps.assoc_in(source, Vector([1.5, A]), 2).get(1.5).get(A) == 2
