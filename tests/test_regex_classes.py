"""The algebra of code point sets."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.regex import regex_classes as classes

RANGES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: tuple(sorted(pair))),
    max_size=6,
).map(classes.normalized)


def members(ranges) -> set[int]:
    return {code for first, last in ranges for code in range(first, min(last, 400) + 1)}


@given(RANGES, RANGES)
def test_sets(left, right) -> None:
    universe = set(range(401))
    assert members(classes.complement(left)) == universe - members(left)
    assert members(classes.intersection(left, right)) == members(left) & members(right)
    assert members(classes.difference(left, right)) == members(left) - members(right)


def test_categories_are_those_of_unicodedata() -> None:
    letters = members_of(classes.categories("L"))
    for code in range(0, 0x3000, 7):
        assert (code in letters) == unicodedata.category(chr(code)).startswith("L")


def members_of(ranges) -> set[int]:
    return {code for first, last in ranges for code in range(first, last + 1)}


def test_properties() -> None:
    assert classes.property_ranges("Nonsense") is None
    assert ord("α") in members_of(classes.property_ranges("Greek"))
    assert ord("日") in members_of(classes.property_ranges("Script=Han"))
    assert classes.property_ranges("Lu") == classes.property_ranges("Uppercase_Letter")
