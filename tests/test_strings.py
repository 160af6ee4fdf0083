"""Strings: limits, laws that hold for all texts, and errors; the plain cases stand in cases/."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.library.texts import string_conversion, strings
from lispcore.values.errors import LispError
from lispcore.values.types import intern_character, intern_keyword, list_items

TEXTS = st.text(alphabet="ab é日🙂,\n-", max_size=40)


@given(TEXTS, st.text(min_size=1, max_size=3))
def test_splitting_and_joining_are_inverse(text: str, separator: str) -> None:
    parts = strings.split(text, separator)
    assert strings.join(parts, separator) == text
    assert all(separator not in part for part in list_items(parts))


@given(st.text(alphabet="ab,", max_size=30), st.text(alphabet="ab,", min_size=1, max_size=3))
def test_long_texts_are_cut_in_steps_like_short_ones(text: str, separator: str) -> None:
    for size in (1, 2, 3, 7):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(strings, "SPLIT_AT_ONCE", size)
            patch.setattr(string_conversion, "CHARACTERS_AT_ONCE", size)
            assert strings.split_text(text, separator) == text.split(separator)
            assert list_items(string_conversion.chars(text)) == [*map(intern_character, text)]


@given(TEXTS, st.integers(0, 60))
def test_padding_fills_up_to_the_width(text: str, width: int) -> None:
    left, right = strings.pad_left(text, width, "."), strings.pad_right(text, width, ".")
    assert left.endswith(text)
    assert right.startswith(text)
    assert strings.width(left) == strings.width(right) == max(width, strings.width(text))


@given(TEXTS, TEXTS)
def test_before_and_after_are_the_two_sides(text: str, part: str) -> None:
    if part in text:
        assert strings.before(text, part) + part + strings.after(text, part) == text
        assert strings.before_last(text, part) + part + strings.after_last(text, part) == text


@given(TEXTS, st.integers(-50, 50))
def test_take_never_fails(text: str, count: int) -> None:
    assert len(strings.take(text, count)) == min(len(text), abs(count))


@pytest.mark.parametrize(
    "grow",
    [
        lambda: strings.repeat("x", 10**10),
        lambda: strings.repeat("ab", 10**100),
        lambda: strings.pad_left("x", 10**12),
        lambda: strings.pad_right("é", 10**30),
        lambda: strings.replace("a" * 100_000, "a", "b" * 100_000),
    ],
)
def test_wild_sizes_fail_at_once(grow) -> None:
    with pytest.raises(LispError, match=f"the limit is {MAX_TEXT_LENGTH}"):
        grow()


def test_a_wrong_type_names_function_argument_and_remedy() -> None:
    with pytest.raises(LispError) as caught:
        strings.split("a,b", intern_keyword("c"))
    assert caught.value.message == "string/split: argument 2 expected string, got keyword"
    assert caught.value.hint is not None
    assert '"c"' in caught.value.hint
    assert (caught.value.kind, caught.value.fields["got"]) == ("type-error", "keyword")


def test_indices_out_of_range_say_what_was_possible() -> None:
    with pytest.raises(LispError, match="index 3 out of bounds"):
        strings.ref("abc", 3)
    with pytest.raises(LispError, match="2 to 1 of a text of 3"):
        strings.slice_text("abc", 2, 1)


def test_map_checks_what_the_function_returns() -> None:
    assert strings.map_text(lambda c: intern_character(c.text.upper()), "abc") == "ABC"
    with pytest.raises(LispError, match="expected char or string, got int"):
        strings.map_text(lambda c: 1, "abc")


def test_lines_are_those_of_the_dialect() -> None:
    assert strings.split_lines("a\x0bb\u2028c\n") == ["a\x0bb\u2028c"]
    assert strings.split_lines("\r\n\r") == ["", "\r"]
