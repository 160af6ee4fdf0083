"""Bytevectors: ranges, bytes that are none, UTF-8 that is none, and numbers in ASCII."""

import pytest

from lispcore.library.collections import bytevectors
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector, list_from


@pytest.mark.parametrize("byte", [-1, 256, 10**30])
def test_only_0_to_255_is_a_byte(byte):
    for call in (
        lambda: bytevectors.make(0, byte),
        lambda: bytevectors.from_list(list_from([byte])),
        lambda: bytevectors.new(1, byte),
        lambda: bytevectors.with_byte(Bytevector(b"a"), 0, byte),
    ):
        with pytest.raises(LispError, match=f"{byte} out of range 0..255"):
            call()


def test_a_wild_size_fails_at_once():
    with pytest.raises(LispError, match="the limit is"):
        bytevectors.new(10**12)


def test_changing_gives_a_copy():
    source = Bytevector(b"abc")
    assert bytevectors.with_byte(source, 1, 0) == Bytevector(b"a\0c")
    assert source == Bytevector(b"abc")


@pytest.mark.parametrize("bounds", [(2, 1), (0, 4), (4,), (-1,)])
def test_ranges_outside_are_refused(bounds):
    for call in (bytevectors.copy, bytevectors.part, bytevectors.part_to_string):
        with pytest.raises(LispError, match=r"out of bounds|non-negative"):
            call(Bytevector(b"abc"), *bounds)


def test_bad_utf8_says_where():
    with pytest.raises(LispError, match="invalid UTF-8 at byte 2"):
        bytevectors.utf8_to_string(Bytevector(b"ab\xff"))


@pytest.mark.parametrize("number", [0, 5, -5, 123, -123, 99, -1000, 2**63 - 1, -(2**63)])
def test_tenths_are_read_as_they_are_written(number):
    sign, digits = ("-" if number < 0 else ""), f"{abs(number):02d}"
    text = f"{sign}{digits[:-1]}.{digits[-1]}"
    assert bytevectors.parse_tenths(Bytevector(text.encode())) == number


@pytest.mark.parametrize("text", ["", "-", ".5", "5.", "1.23", "+5", " 5", "5 ", "1e3", "5.x"])
def test_what_is_no_number_with_tenths(text):
    with pytest.raises(LispError, match="bytes/parse-int10: "):
        bytevectors.parse_tenths(Bytevector(text.encode()))


def test_numbers_beyond_64_bits_are_refused_without_reading_them_all():
    for digits in (b"922337203685477580.8", b"9" * 1_000_000):
        with pytest.raises(LispError, match="overflows"):
            bytevectors.parse_tenths(Bytevector(digits))
    assert bytevectors.parse_tenths(Bytevector(b"0" * 1000 + b"1")) == 10
