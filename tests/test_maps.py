"""Maps are never changed, keep 1 and 1.0 apart, and adding entries one by one stays cheap."""

import pytest

from lispcore import Interpreter
from lispcore.library.collections import maps
from lispcore.values.calls import defer
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, HashMap, Map, Vector, boolean, intern_keyword, list_items

A, B, C = (intern_keyword(name) for name in "abc")


def test_an_older_map_keeps_its_entries():
    versions = [Map({})]
    for number in range(200):
        versions.append(maps.assoc(versions[-1], number, number * number))
    for size, version in enumerate(versions):
        assert len(version.table) == size
    assert maps.get(versions[100], 99) == 9801
    assert maps.contains(versions[100], 100) is FALSE


def test_many_pairs_at_once():
    pairs = [x for n in range(50) for x in (n, -n)]
    made = maps.assoc(Map({A: 1}), *pairs)
    assert len(made) == 51
    assert made.get(49) == -49


def test_integer_and_float_keys_differ_in_every_builder():
    for made in (
        maps.new_map(1, "int", 1.0, "float"),
        maps.assoc(Map({}), 1, "int", 1.0, "float"),
        maps.from_entries(Vector([Vector([1, "int"]), Vector([1.0, "float"])])),
        maps.zip_map(Vector([1, 1.0]), Vector(["int", "float"])),
        maps.merge(maps.new_map(1, "int"), maps.new_map(1.0, "float")),
        maps.map_keys(lambda k: k, maps.new_map(1, "int", 1.0, "float")),
        maps.filter_map(lambda k, v: True, maps.new_map(1, "int", 1.0, "float")),
        maps.map_values(lambda v: v, maps.new_map(1, "int", 1.0, "float")),
    ):
        assert made.entries() == [(1, "int"), (1.0, "float")]
        assert maps.get(made, 1.0) == "float"


@pytest.mark.parametrize("kind", [Map, HashMap])
def test_the_type_of_map_is_kept(kind):
    source = kind({A: 1, B: 2})
    for made in (
        maps.assoc(source, C, 3),
        maps.dissoc(source, A),
        maps.update(source, A, lambda v: v),
        maps.merge(source, Map({C: 3})),
        maps.select_keys(source, Vector([A])),
        maps.without_keys(source, Vector([A])),
        maps.map_values(lambda v: v, source),
        maps.map_keys(lambda k: k, source),
        maps.filter_map(lambda k, v: True, source),
    ):
        assert type(made) is kind
    assert source.entries() == [(A, 1), (B, 2)]
    assert type(maps.sort_keys(source)) is Map


def test_merging_little_into_much_leaves_both_as_they_were():
    much = maps.zip_map(Vector(list(range(1000))), Vector(list(range(1000))))
    little = Map({A: 1, 5: "five"})
    made = maps.merge(much, little)
    assert (len(made), made.get(5), much.get(5), len(much)) == (1001, "five", 5, 1000)


def test_functions_may_work_on_the_map_they_are_called_for():
    source = maps.zip_map(Vector(list(range(100))), Vector(list(range(100))))

    def grow(value):
        nonlocal source
        source = maps.assoc(source, -value - 1, value)
        return value

    assert len(maps.map_values(grow, source)) == 100


def test_deferred_calls_are_finished():
    def later(*arguments):
        return defer(lambda *values: values[-1] + 1, *arguments)

    source = Map({A: 1})
    assert maps.map_values(later, source).get(A) == 2
    assert maps.update(source, A, later).get(A) == 2
    assert maps.map_keys(lambda k: defer(lambda: B), source).keys() == [B]
    assert len(maps.filter_map(lambda k, v: defer(lambda: boolean(v > 1)), source)) == 0


@pytest.mark.parametrize(
    ("value", "hint"), [(None, "empty map"), (Vector([1]), "(nth sequence index)")]
)
def test_the_error_says_what_to_try(value, hint):
    with pytest.raises(LispError, match="get: argument 1 expected map or hashmap") as caught:
        maps.get(value, A)
    assert hint in caught.value.hint


def test_odd_arguments_are_shown_how_to_be_written():
    with pytest.raises(LispError, match="even number of arguments, got 3") as caught:
        maps.new_map(A, 1, B)
    assert ":a 1 :b 2" in caught.value.hint


def test_values_stand_in_the_order_of_the_keys():
    source = Map({C: 3, A: 1, B: 2})
    assert list_items(maps.keys(source)) == [A, B, C]
    assert list_items(maps.vals(source)) == [1, 2, 3]
    assert [list_items(pair) for pair in list_items(maps.entries(source))] == [
        [A, 1],
        [B, 2],
        [C, 3],
    ]


PUT = """
(define (put m a b) (assoc m :a a :b b :a 9))
(define (show m) (list (type m) m))
"""


def test_several_literal_keys_are_put_at_once_into_whatever_map_it_is():
    lisp = Interpreter()
    lisp.eval(PUT + "(define big (foldl (fn (m i) (assoc m i i)) {} (range 100)))")
    assert lisp.run("(show (put {:c 1} 2 3))")["value"] == "(:map {:a 9 :b 3 :c 1})"
    assert lisp.run("(show (put (hashmap/new :c 1) 2 3))")["value"] == "(:hashmap {:a 9 :b 3 :c 1})"
    assert lisp.run("(length (keys (put big 2 3)))")["value"] == "102"
    assert lisp.run("(length (keys big))")["value"] == "100"
    error = lisp.run("(put 5 2 3)")["error"]["message"]
    assert error == "assoc: argument 1 expected map or hashmap, got int"


def test_several_computed_keys_are_put_one_after_the_other():
    lisp = Interpreter()
    lisp.eval("(define (put m a b) (assoc m a 1 b 2 (list a b) 3))")
    assert lisp.run("(put {:c 1} :a :b)")["value"] == "{:a 1 :b 2 :c 1 (:a :b) 3}"
    assert lisp.run("(put {} 1 1.0)")["value"] == "{1 1 1.0 2 (1 1.0) 3}"
    assert lisp.run("(put {} :a :a)")["value"] == "{:a 2 (:a :a) 3}"
    assert lisp.run("(define m {:a 0}) (list (put m :a :b) m)")["value"].endswith(" {:a 0})")
    assert lisp.run("(put (hashmap/new) :a :b)")["value"] == "{:a 1 :b 2 (:a :b) 3}"
    assert lisp.run('(put "x" :a :b)')["error"]["message"].startswith("assoc: argument 1")
    assert lisp.run("(define (assoc . all) (length all)) (put 1 2 3)")["value"] == "7"


def test_maps_and_vectors_that_are_made_by_calls():
    lisp = Interpreter()
    lisp.eval("(define (f x) (list (hash-map :b x 'a 1) (hash-map) (vector x 1) (vector)))")
    assert lisp.run("(f 2)")["value"] == "({a 1 :b 2} {} [2 1] [])"
    lisp.eval("(define (same x) (hash-map :b x :b 3 1.0 4))")
    assert lisp.run("(same 2)")["value"] == "{1.0 4 :b 3}"
    assert "even number" in lisp.run("(define (odd) (hash-map :a)) (odd)")["error"]["message"]
    shown = lisp.run('(hash-map :a (println "one") :b (println "two"))')
    assert shown["output"] == ["one", "two"]
    lisp.eval("(define (hash-map . all) :mine) (define (vector . all) :own)")
    assert lisp.run("(f 2)")["value"] == "(:mine :mine :own :own)"


def test_a_map_of_the_first_version_counts_its_steps():
    big = Map({number: number for number in range(100)})
    newer = big.updated(1, "one")
    assert (big.get(1), newer.get(1)) == (1, "one")
    assert (newer.get(1), big.get(1)) == ("one", 1)


def test_all_values_are_evaluated_before_assoc_refuses_its_map():
    lisp = Interpreter()
    shown = lisp.run('(define (f m) (assoc m :a (println "one") :b (println "two"))) (f 5)')
    assert shown["output"] == ["one", "two"]
    assert shown["error"]
