"""Powers of numbers of every type: exact where they can be, never larger than memory allows."""

from __future__ import annotations

import math
from typing import Any

from lispcore.values.errors import LispError
from lispcore.values.numbers import (
    EXACT_TYPES,
    Complex,
    Ratio,
    check_bits,
    divide,
    fraction_of,
    to_float,
)


def power(base: Any, exponent: Any) -> Any:
    """Returns base to the power of exponent: exact where both are, and the exponent an integer."""
    if type(exponent) is int:
        if type(base) in EXACT_TYPES or type(base) is Complex:
            return _integer_power(base, exponent)
        return float_power(base, to_float(exponent))
    if type(base) is Complex or type(exponent) is Complex:
        return _complex_power(base, exponent)
    return float_power(to_float(base), to_float(exponent))


def _integer_power(base: Any, exponent: int) -> Any:
    if exponent == 0:
        return 1
    if base == 0:
        if exponent < 0:
            raise LispError(
                "expt: 0 raised to a negative power",
                hint="that divides by zero; (expt 0.0 -1) gives inf",
            )
        return 0
    if type(base) is Complex:
        return _complex_integer_power(base, exponent)
    numerator, denominator = fraction_of(base)
    size = max(abs(numerator), denominator)
    if size > 1:
        check_bits("expt", abs(exponent) * (size.bit_length() - 1 or 1))
    if abs(numerator) == 1 and denominator == 1:
        return 1 if numerator == 1 or exponent % 2 == 0 else -1
    if exponent > 0:
        above, below = numerator**exponent, denominator**exponent
    else:
        above, below = denominator**-exponent, numerator**-exponent
        if below < 0:
            above, below = -above, -below
    return above if below == 1 else Ratio(above, below)


def _complex_integer_power(base: Complex, exponent: int) -> Any:
    if type(base.real) is float or type(base.imaginary) is float:
        return _complex_power(base, exponent)
    parts = (*fraction_of(base.real), *fraction_of(base.imaginary))
    check_bits("expt", abs(exponent) * max(abs(part).bit_length() for part in parts))
    result: Any = 1
    factor: Any = base
    count = abs(exponent)
    while count:
        if count & 1:
            result = result * factor
        count >>= 1
        if count:
            factor = factor * factor
    return result if exponent > 0 else divide(1, result)


def _complex_power(base: Any, exponent: Any) -> Any:
    import cmath

    left = complex(base) if type(base) is Complex else complex(to_float(base))
    right = complex(exponent) if type(exponent) is Complex else complex(to_float(exponent))
    if left == 0:
        return 0.0 if right.real > 0 else math.nan
    try:
        result = cmath.exp(right * cmath.log(left))
    except (OverflowError, ValueError):
        return math.nan
    return Complex(result.real, result.imag)


def float_power(base: float, exponent: float) -> float:
    """Returns a power of floats by the rules of IEEE 754 (pow of C)."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        negative = base < 0 and exponent % 2 == 1
        return -math.inf if negative else math.inf
    except ValueError:
        if base == 0:
            odd = exponent % 2 == 1
            return math.copysign(math.inf, base) if odd else math.inf
        return math.nan
