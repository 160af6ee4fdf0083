"""The quick way of JSON gives what the careful way gives, or leaves the work to it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore import Interpreter
from lispcore.library.formats import json_quick
from lispcore.library.formats.json_quick import UNDONE, is_shallow, read_quickly, write_quickly
from lispcore.library.formats.json_reader import CarefulReader
from lispcore.library.formats.json_text import encode_json
from lispcore.values.comparing import equal
from lispcore.values.types import (
    FALSE,
    TRUE,
    HashMap,
    Map,
    Vector,
    intern_character,
    intern_keyword,
    intern_symbol,
    list_from,
)

KEYS = st.text(max_size=3) | st.integers(-3, 3) | st.sampled_from("abc").map(intern_keyword)
SCALARS = (
    st.none()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from([TRUE, FALSE, intern_keyword("k"), intern_symbol("s%s")])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner).map(list_from)
        | st.lists(inner).map(Vector)
        | st.lists(st.tuples(KEYS, inner)).map(Map.of)
        | st.lists(st.tuples(KEYS, inner)).map(HashMap.of)
        | st.lists(st.tuples(inner, inner)).map(
            lambda rows: list_from(Map.of([("b", a), ("a%", b)]) for a, b in rows)
        )
    ),
    max_leaves=30,
)


@given(VALUES)
def test_both_ways_of_writing_agree(value) -> None:
    quick = write_quickly(value)
    if quick is UNDONE:
        return
    # With line breaks it is written by the careful way.
    careful = encode_json(value, pretty=True)
    reader = CarefulReader(careful, "f").read()
    assert equal(CarefulReader(quick, "f").read(), reader)
    assert len(quick) <= len(careful)


@given(VALUES)
def test_both_ways_of_reading_agree(value) -> None:
    text = encode_json(value)
    quick = read_quickly(text)
    assert quick is UNDONE or equal(quick, CarefulReader(text, "f").read())


def test_rows_alike_and_rows_unlike() -> None:
    row = '{"id":%d,"on":%s,"tags":["%d",[%d,null]],"%%":{"x":%d}}'
    rows = [row % (n, "true" if n % 2 else "false", n, n, n) for n in range(40)]
    rows += ['{"id":1.5}', "{}", "[]", '"x"', "7", "[[],{}]"]
    text = "[" + ",".join(rows) + "]"
    value = read_quickly(text)
    assert equal(value, CarefulReader(text, "f").read())
    assert equal(read_quickly(write_quickly(value)), value)


def test_members_are_written_in_the_order_of_their_names() -> None:
    value = Map({intern_keyword("b"): 1, "a%s": 2.5, intern_symbol("c"): None, 10: TRUE})
    assert write_quickly(value) == '{"10":true,"a%s":2.5,"b":1,"c":null}'
    assert write_quickly(list_from([value] * 5)) == "[" + ",".join(
        ['{"10":true,"a%s":2.5,"b":1,"c":null}'] * 5
    ) + "]"  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        1e300,
        1e-7,
        float("nan"),
        float("inf"),
        intern_character("x"),
        len,
        10**5000,
        Map.of([(1.0, 2)]),
        Map.of([("a", 1), (intern_keyword("a"), 2)]),
    ],
)
def test_what_needs_care_is_left(value) -> None:
    assert write_quickly(value) is UNDONE
    assert write_quickly(list_from([1, Vector([value])])) is UNDONE


def test_shared_parts_are_not_multiplied() -> None:
    value = list_from(["x" * 100, 1])
    for _ in range(40):
        value = list_from([value, value])
    assert write_quickly(value) is UNDONE
    assert write_quickly(list_from(["x" * 1_000_000] * 1000)) is UNDONE


def test_deep_values_are_left() -> None:
    value = list_from([1])
    for _ in range(200):
        value = list_from([value])
    assert write_quickly(value) is UNDONE
    assert read_quickly("[" * 200 + "]" * 200) is UNDONE


@pytest.mark.parametrize(
    ("text", "shallow"),
    [
        ('{"a":"[[["}' * 60, True),
        ('["]",' * 60, False),
        ("[" * 60 + '"' + "]" * 60 + '"', False),
        ('["\\"]",' * 60, False),
        ('["","","a"]' * 60, True),
    ],
)
def test_brackets_inside_of_strings_do_not_count(text: str, shallow: bool) -> None:
    assert is_shallow(text) is shallow


def test_values_read_are_values_like_others() -> None:
    program = r"""
    (define data (json/decode "[{\"a\": [1, true, []], \"b\": false}, {\"a\": [], \"b\": null}]"))
    (list (map :a data) (cons 0 (:a (car data))) (assoc (cadr data) :a 1) (if (:b (car data)) 1 2)
          (eq? (:a (cadr data)) '()))
    """
    value = Interpreter().run(program)["value"]
    assert value == "(((1 #t ()) ()) (0 1 #t ()) {:a 1 :b nil} 2 #t)"


def test_wide_objects_are_read_without_a_display() -> None:
    wide = "{" + ",".join(f'"k{n}":[{n}]' for n in range(json_quick.MOST_DISPLAYED + 4)) + "}"
    text = "[" + ",".join([wide] * 30) + "]"
    assert equal(read_quickly(text), CarefulReader(text, "f").read())


def test_versions_of_one_map_are_written_each_as_it_is() -> None:
    program = """
    (define old (foldl (fn (m i) (assoc m (str "k" i) i)) {} (range 60)))
    (define new (assoc old "k1" :changed))
    (define inside (assoc new "self" old))
    (list (= (json/encode (list old new)) (str "[" (json/encode old) "," (json/encode new) "]"))
          (string/contains? (json/encode inside) (json/encode old))
          (count (json/decode (json/encode [new old inside new]))))
    """
    assert Interpreter().run(program)["value"] == "(#t #t 4)"


def test_columns_give_what_each_row_gives_alone() -> None:
    shared = list_from(["x", "y", "z"])
    shorter = type(shared)(shared.cells, 2)  # the same array, one item less
    key = intern_keyword
    tables = [
        [{key("s"): text, key("l"): list_from([text, text])} for text in texts]
        for texts in (["a", "b", "c"], ["a", 'b"', "c"], ["a", "\n", "\\"], ["%s", "{}", "é\u00a0"])
    ]
    tables.append([{key("n"): n, key("m"): Map({key("i"): n / 2, "j": TRUE})} for n in range(5)])
    tables.append([{key("l"): shorter}, {key("l"): list_from(["p", "q"])}])
    tables.append([{key("l"): list_from([1, "q"])}, {key("l"): list_from(["p", 2])}])
    for rows in tables:
        maps = [Map(row) for row in rows]
        alone = ",".join([write_quickly(each) for each in maps])
        assert write_quickly(list_from(maps)) == f"[{alone}]"
        assert write_quickly(Vector(maps * 9)) == f"[{','.join([alone] * 9)}]"


def test_many_versions_of_one_map_in_a_list() -> None:
    version = Map({intern_keyword(f"k{n}"): n for n in range(60)})
    versions = []
    for n in range(80):
        versions.append(version)
        version = version.updated(intern_keyword(f"k{n % 60}"), f"new {n}")
    alone = [write_quickly(each) for each in versions]
    assert write_quickly(list_from(versions)) == f"[{','.join(alone)}]"
    assert len({*alone}) == 80


ALONE = """
import sys
from lispcore.library.formats.json_quick import UNDONE, read_lines_quickly, read_quickly
assert "json.decoder" not in sys.modules
for text in ("{a: 1}", "[1, 2", '{"a" 1}', "[1 2]", '"a', "nul", "[NaN]", ""):
    assert read_quickly(text) is UNDONE, text
    assert read_lines_quickly(["1", text]) is UNDONE, text
"""


def test_mistakes_are_left_to_care_before_the_package_json_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
