"""Tests of ratios, complex numbers, division and the texts of numbers."""

from __future__ import annotations

import math
import operator
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.numbers import (
    Complex,
    Ratio,
    divide,
    exact_value,
    float_text,
    floor_modulo,
    inexact_value,
    int_from_digits,
    int_text,
    make_complex,
    number_text,
    quotient,
    remainder,
    to_float,
)
from lispcore.values.powers import power
from lispcore.values.types import TRUE, Bytevector, Vector, type_name


def ours(fraction: Fraction) -> object:
    return divide(fraction.numerator, fraction.denominator)


def theirs(number: object) -> Fraction:
    if type(number) is Ratio:
        return Fraction(number.numerator, number.denominator)
    assert type(number) is int
    return Fraction(number)


fractions = st.fractions(max_denominator=1000)


@given(fractions, fractions)
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_exact_arithmetic_agrees_with_fractions(operation, a, b) -> None:
    assume(operation is not operator.truediv or b)
    left, right = ours(a), ours(b)
    result = divide(left, right) if operation is operator.truediv else operation(left, right)
    assert theirs(result) == operation(a, b)
    assert type(result) is int or result.denominator > 1


@given(fractions, st.one_of(fractions, st.floats(allow_nan=False)))
@pytest.mark.parametrize(
    "operation", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq]
)
def test_comparison_is_exact(operation, a, b) -> None:
    right = ours(b) if isinstance(b, Fraction) else b
    assert operation(ours(a), right) == operation(a, b)
    assert operation(right, ours(a)) == operation(b, a)


def test_results_have_the_simplest_type() -> None:
    half = divide(1, 2)
    assert type(half + half) is int
    assert type(half * 2) is int
    assert half + 0.25 == 0.75
    assert 2 - half == divide(3, 2)
    assert 0.5 - half == 0.0
    assert type(Complex(1, 2) - Complex(0, 2)) is int
    assert Complex(0, 1) * Complex(0, 1) == -1
    assert make_complex(3, 0) == 3
    assert type(make_complex(3, 0.0)) is Complex


@pytest.mark.parametrize("foreign", [None, TRUE, "a", Vector([]), Bytevector(b"a")])
@pytest.mark.parametrize("number", [Ratio(1, 2), Complex(1, 2)])
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.lt])
def test_foreign_operands_are_type_errors(operation, number, foreign) -> None:
    with pytest.raises(TypeError):
        operation(number, foreign)
    with pytest.raises(TypeError):
        operation(foreign, number)


def test_numeric_and_structural_equality_differ() -> None:
    half = Ratio(1, 2)
    assert half == 0.5
    assert not equal(half, 0.5)
    assert Complex(1.0, 2) == Complex(1, 2)
    assert not equal(Complex(1.0, 2), Complex(1, 2))
    assert equal(Complex(1, half), Complex(1, Ratio(1, 2)))
    assert type_name(half) == "rational"
    assert type_name(Complex(1, 2)) == "complex"


# --- division ----------------------------------------------------------------------------------


def test_division_of_floats_follows_ieee() -> None:
    assert divide(1.0, 0) == math.inf
    assert divide(-1, 0.0) == -math.inf
    assert divide(1, -0.0) == -math.inf
    assert math.isnan(divide(0.0, 0))
    assert divide(10**400, 2.0) == math.inf


@pytest.mark.parametrize("dividend", [1, Ratio(1, 2), Complex(1, 2)])
def test_exact_zero_is_no_divisor(dividend: object) -> None:
    with pytest.raises(LispError, match="division by zero"):
        divide(dividend, 0)


def test_division_of_complex_numbers() -> None:
    assert number_text(divide(Complex(3, 4), Complex(1, 2))) == "11/5-2/5i"
    assert number_text(divide(Complex(3, 4), 2)) == "3/2+2i"
    assert number_text(divide(1, Complex(0, 1))) == "0-1i"


@given(st.integers(), st.integers().filter(bool))
def test_quotient_and_remainder_belong_together(n: int, d: int) -> None:
    assert quotient(n, d) * d + remainder(n, d) == n
    assert abs(remainder(n, d)) < abs(d)
    assert remainder(n, d) * n >= 0
    assert floor_modulo(n, d) * d >= 0


def test_modulo_of_other_numbers() -> None:
    assert floor_modulo(-7.0, 2) == -1.0
    assert math.isnan(floor_modulo(7.0, 0))
    assert floor_modulo(Ratio(7, 2), 1) == Ratio(1, 2)
    with pytest.raises(LispError, match="modulo by zero"):
        floor_modulo(5, 0)
    with pytest.raises(LispError, match="got string"):
        floor_modulo("a", 2)


# --- powers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "exponent", "text"),
    [
        (2, 100, "1267650600228229401496703205376"),
        (2, -1, "1/2"),
        (-2, -3, "-1/8"),
        (Ratio(2, 3), -2, "9/4"),
        (0, 0, "1"),
        (0.0, -1, "inf"),
        (2.0, 5000, "inf"),
        (-2.0, 5001, "-inf"),
        (-8, Ratio(1, 3), "NaN"),
        (Complex(0, 1), 2, "-1"),
        (Complex(3, 4), -1, "3/25-4/25i"),
        (1, 10**30, "1"),
        (-1, 10**30 + 1, "-1"),
        (0, 10**30, "0"),
    ],
)
def test_powers(base: object, exponent: object, text: str) -> None:
    assert number_text(power(base, exponent)) == text


@pytest.mark.parametrize(
    ("base", "exponent"), [(9, 9**9), (Ratio(1, 3), 10**12), (Complex(1, 1), 10**12), (2, 10**30)]
)
def test_enormous_powers_are_refused(base: object, exponent: int) -> None:
    with pytest.raises(LispError, match="digits"):
        power(base, exponent)


def test_zero_to_a_negative_power() -> None:
    with pytest.raises(LispError, match="negative power"):
        power(0, -1)


# --- exactness and texts -----------------------------------------------------------------------


def test_exact_and_inexact() -> None:
    assert number_text(exact_value(0.1)) == "3602879701896397/36028797018963968"
    assert exact_value(2.0) == 2
    assert type(exact_value(2.0)) is int
    assert exact_value(math.inf) == math.inf
    assert number_text(exact_value(Complex(0.5, 2.0))) == "1/2+2i"
    assert number_text(inexact_value(Complex(1, Ratio(1, 2)))) == "1.0+0.5i"
    assert to_float(10**400) == math.inf
    assert to_float(Ratio(-(10**400), 3)) == -math.inf


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e16, "10000000000000000.0"),
        (1e21, "1000000000000000000000.0"),
        (1e-7, "0.0000001"),
        (1.5e-10, "0.00000000015"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "NaN"),
        (123456.789, "123456.789"),
    ],
)
def test_float_texts(number: float, text: str) -> None:
    assert float_text(number) == text


@given(st.floats(allow_nan=False))
def test_float_texts_read_back_without_exponents(number: float) -> None:
    text = float_text(number)
    assert "e" not in text
    assert float(text) == number


@pytest.mark.parametrize("number", [0, -1, 10**4000, 10**40_000 + 7, -(3**100_000), 10**16_000])
def test_long_integers_both_ways(number: int) -> None:
    text = int_text(number)
    assert int_from_digits(text) == number
    assert text.lstrip("-") == "0" or not text.lstrip("-").startswith("0")
