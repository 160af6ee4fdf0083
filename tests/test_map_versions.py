"""The versions of a map: each keeps its entries, whatever is done with the others."""

import copy
import pickle
import random

import pytest

from lispcore import Interpreter
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


# Rows that are keys, and what is not equal to any other of them.
ROWS = (
    "'()", "[]", "'(1)", "[1]", "'(1.0)", "'(1 2)", "[1 2]", "'(2 1)", "'(1 2 3)", "'(1 \"2\")", "'(a :b)",
    "'(#\\a nil #t)", "'((1 2) 3)", "['(1 2) 3]", "[[1 2] 3]", "'(1 2 3 4 5 6 7 8)", "'(1 2 3 4 5 6 7 8 9)",
    "(vector 1 2 3 4 5 6 7 8)", "(vector 1 2 3 4 5 6 7 8 9)", "1", "'a", "{'(1 2) 3}", "{[1 2] 3}",
)  # fmt: skip
CALLS = """
(define (look m k) (get m k :none))
(define (has m k) (contains? m k))
(define (put m k) (assoc m k :put))
(define (put-all ks) (foldl (fn (m k) (assoc m k (+ 1 (get m k 0)))) {} ks))
(define (drop-all m ks) (foldl (fn (m k) (dissoc m k)) m ks))
"""


@pytest.mark.parametrize("off", [set(), {"ownership"}])
def test_rows_are_found_by_their_contents_and_type(off):
    lisp = Interpreter(off=off)
    lisp.eval(CALLS + f"(define rows (list {' '.join(ROWS)}))")
    ways = (
        "(look (assoc {} a 1) b)", "(look (put {} a) b)", "(look (hashmap/new a 1) b)", "(get-in {a 1} (list b))",
        "(look (map/from-entries (list (list a 1))) b)", "(look (frequencies (list a)) b)",
        "(look (list/group-by (fn (x) a) '(1)) b)", "(look (update-in {} (list a) (fn (n) 1)) b)",
        "(look (merge {a 1} {}) b)", "(look (put-all (list a)) b)", "(look (map/zip (list a) '(1)) b)",
        "(look (map/map-keys (fn (k) a) {0 1}) b)", "(look (map/select-keys {a 1} (list a)) b)",
    )  # fmt: skip
    for way in ways:
        found = lisp.run(
            f"(length (filter (fn (p) (not (= (= (first p) (last p)) "
            f"(let ((a (first p)) (b (last p))) (not (member {way} '(:none nil)))))))"
            "(flat-map (fn (a) (map (fn (b) (list a b)) rows)) rows)))"
        )
        assert found["value"] == "0", (way, found)
    assert lisp.run("(= (keys (put-all rows)) (keys (put-all (reverse rows))))")["value"] == "#t"
    assert (
        lisp.run("(= (length (keys (put-all (append rows rows)))) (length rows))")["value"] == "#t"
    )
    assert lisp.run("(drop-all (put-all rows) rows)")["value"] == "{}"
    assert lisp.run("(filter (fn (k) (not (has (put-all rows) k))) rows)")["value"] == "()"


def test_rows_come_back_as_they_were_and_in_order():
    lisp = Interpreter()
    lisp.eval(CALLS)
    shown = "(() (1) (2) (1 2) (1 2 3) [] [2] [1 2])"
    given = f"(put-all (reverse '{shown}))"
    assert lisp.run(f"(keys {given})")["value"] == "(() (1) (1 2) (1 2 3) (2) [] [1 2] [2])"
    assert lisp.run("(keys (put-all '((3 1) (1 9) (1) (20))))")["value"] == "((1) (1 9) (3 1) (20))"
    assert lisp.run("(keys (put-all '([3 1] [1 9] [1] [20])))")["value"] == "([1] [1 9] [3 1] [20])"
    assert lisp.run("(map/entries {'(a 1) [:x] ['b] 2})")["value"] == "(((a 1) [:x]) ([b] 2))"


def test_a_row_that_came_back_is_apart_from_the_key():
    lisp = Interpreter()
    lisp.eval("(define m {'(1 2) :v}) (define k (first (keys m)))")
    assert lisp.run("(list (cons 0 k) (rest k) (append k '(3)) (get m k) m)")["value"] == (
        "((0 1 2) (2) (1 2 3) :v {(1 2) :v})"
    )
    assert lisp.run("(let ((old m) (new (assoc m k :w))) (list old new))")["value"] == (
        "({(1 2) :v} {(1 2) :w})"
    )


def test_rows_in_patterns_and_forms():
    lisp = Interpreter()
    lisp.eval("(define (f m) (match m ({(1 2) v} v) ({[1 2] v} (list v)) (_ :no)))")
    assert lisp.run("(map f (list {'(1 2) 5} {[1 2] 6} {}))")["value"] == "(5 (6) :no)"
    assert lisp.run("(let ((x 2)) {(+ x 1) [x]})")["value"] == "{3 [2]}"
    error = lisp.run("(define a 1)\n{:b 2\n  (+ a\n     missing) 3}")["error"]
    assert (error["line"], error["column"]) == (4, 6)
    assert lisp.run("(defmacro twice (m) m) (twice {(+ 1 2) 3})")["value"] == "{3 3}"
    assert lisp.run("(eval '{(+ 1 2) 3})")["value"] == "{3 3}"


def test_a_map_of_rows_moves_to_other_processes():
    made = Map.of([(list_from([1, "a"]), 1), (Vector([2]), 2)])
    for journey in (lambda value: pickle.loads(pickle.dumps(value)), copy.deepcopy, copy.copy):
        there = journey(made)
        assert equal(there, made)
        assert there.get(Vector([2])) == 2
        assert there.get(list_from([2])) is None


def test_look_ups_by_rows_honour_redefinition():
    lisp = Interpreter()
    lisp.eval(CALLS)
    assert lisp.run("(list (look {'(1) 2} '(1)) (has {[1] 2} [1]))")["value"] == "(2 #t)"
    lisp.eval("(define (get m k d) (list :got k)) (define (contains? m k) :asked)")
    assert (
        lisp.run("(list (look {'(1) 2} '(1)) (has {[1] 2} [1]))")["value"] == "((:got (1)) :asked)"
    )
