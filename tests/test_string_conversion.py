"""From texts to numbers and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts import string_conversion as conversion
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, list_items


@given(st.integers(-(10**40), 10**40))
def test_integers_come_back(number: int) -> None:
    assert conversion.to_number(conversion.from_number(number)) == number
    for radix in (2, 8, 16):
        assert conversion.to_number(conversion.from_number(number, radix), radix) == number


@given(st.floats(allow_nan=False))
def test_floats_come_back(number: float) -> None:
    text = conversion.from_number(number)
    assert conversion.to_number(text) == number
    assert conversion.to_float(text) == number


@given(st.text(max_size=30))
def test_code_points_come_back(text: str) -> None:
    assert conversion.from_codepoints(conversion.codepoints(text)) == text
    assert conversion.from_chars(conversion.chars(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "-",
        "/",
        "-²",
        "٣",
        "x1",
        "+5",
        ".5",
        "5.",
        "1_0",
        "0x10",
        "two",
        "1 2",
        "--1",
        "1/0",
    ],
)
def test_texts_that_are_no_numbers(text: str) -> None:
    assert conversion.to_number(text) is FALSE
    assert conversion.is_number(text) is FALSE


def test_very_long_digits() -> None:
    digits = "7" * 20_000
    assert conversion.from_number(conversion.to_number(digits)) == digits


def test_errors_say_what_was_wrong() -> None:
    with pytest.raises(LispError, match="cannot parse 'abc' as float"):
        conversion.to_float("abc")
    with pytest.raises(LispError, match="unsupported radix 36"):
        conversion.to_number("zz", 36)
    with pytest.raises(LispError, match="invalid codepoint 55296"):
        conversion.from_codepoints(conversion.list_from([0xD800]))
    assert list_items(conversion.chars("")) == []
