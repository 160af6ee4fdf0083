"""The numeric tower above Python's int and float: exact ratios and complex numbers.

Every operation answers with the simplest type: a `Ratio` never has the denominator 1, a `Complex`
never an imaginary part that is exactly zero. Operators give NotImplemented for anything that is no
number, so that generated code may write ``a + b`` and meet a TypeError where the types are wrong.

    int  ->  Ratio  ->  float  ->  Complex (whose two components are of the types before it)
"""

from __future__ import annotations

import math
import sys
from typing import Any, Final

from lispcore.errors import LispError, wrong_type
from lispcore.values import _TYPE_ORDER, PARTS, TYPE_NAMES, Value

# Python refuses to turn more than some thousand digits into an int and back; we do it in pieces.
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)

# Results of exact arithmetic may have this many bits (8 MB), everything above is a mistake.
BIT_LIMIT: Final = 1 << 26

_REAL_TYPES: Final = (int, float)


class Ratio:
    """An exact fraction in lowest terms; the denominator is at least 2. Made by `divide`."""

    __slots__ = ("numerator", "denominator")

    def __init__(self, numerator: int, denominator: int) -> None:
        self.numerator = numerator
        self.denominator = denominator

    def __repr__(self) -> str:
        return f"{int_text(self.numerator)}/{int_text(self.denominator)}"

    def __float__(self) -> float:
        try:
            return self.numerator / self.denominator
        except OverflowError:
            return math.inf if self.numerator > 0 else -math.inf

    def __hash__(self) -> int:
        return hash((self.numerator, self.denominator))

    @property
    def sort_key(self) -> float:
        """Puts ratios into order among the keys of a map."""
        return float(self)

    def __add__(self, other: Any) -> Any:
        kind = type(other)
        if kind is Ratio:
            return _reduced(
                self.numerator * other.denominator + other.numerator * self.denominator,
                self.denominator * other.denominator,
            )
        if kind is int:
            return Ratio(self.numerator + other * self.denominator, self.denominator)
        if kind is float:
            return float(self) + other
        return NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        kind = type(other)
        if kind is Ratio:
            return _reduced(
                self.numerator * other.denominator - other.numerator * self.denominator,
                self.denominator * other.denominator,
            )
        if kind is int:
            return Ratio(self.numerator - other * self.denominator, self.denominator)
        if kind is float:
            return float(self) - other
        return NotImplemented

    def __rsub__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio(other * self.denominator - self.numerator, self.denominator)
        if type(other) is float:
            return other - float(self)
        return NotImplemented

    def __mul__(self, other: Any) -> Any:
        kind = type(other)
        if kind is Ratio:
            return _reduced(self.numerator * other.numerator, self.denominator * other.denominator)
        if kind is int:
            return _reduced(self.numerator * other, self.denominator)
        if kind is float:
            return float(self) * other
        return NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other) if is_number(other) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self) if is_number(other) else NotImplemented

    def __neg__(self) -> Ratio:
        return Ratio(-self.numerator, self.denominator)

    def __pos__(self) -> Ratio:
        return self

    def __abs__(self) -> Ratio:
        return Ratio(abs(self.numerator), self.denominator)

    def __pow__(self, other: Any) -> Any:
        return power(self, other) if is_number(other) else NotImplemented

    def __rpow__(self, other: Any) -> Any:
        return power(other, self) if is_number(other) else NotImplemented

    def __floor__(self) -> int:
        return self.numerator // self.denominator

    def __ceil__(self) -> int:
        return -(-self.numerator // self.denominator)

    def __trunc__(self) -> int:
        quotient = abs(self.numerator) // self.denominator
        return quotient if self.numerator >= 0 else -quotient

    def __eq__(self, other: object) -> bool:
        if type(other) is Ratio:
            return self.numerator == other.numerator and self.denominator == other.denominator
        if type(other) is float and math.isfinite(other):
            return other.as_integer_ratio() == (self.numerator, self.denominator)
        return False

    def _compare(self, other: Any) -> int | None:
        """Returns the sign of self - other; None if they cannot be compared or other is NaN."""
        kind = type(other)
        if kind is Ratio:
            left, right = (
                self.numerator * other.denominator,
                other.numerator * self.denominator,
            )
        elif kind is int:
            left, right = self.numerator, other * self.denominator
        elif math.isinf(other):
            return -1 if other > 0 else 1
        else:
            above, below = other.as_integer_ratio()
            left, right = self.numerator * below, above * self.denominator
        return int(left > right) - int(left < right)

    def __lt__(self, other: Any) -> bool:
        if type(other) not in (Ratio, int, float):
            return NotImplemented
        return other == other and self._compare(other) == -1

    def __gt__(self, other: Any) -> bool:
        if type(other) not in (Ratio, int, float):
            return NotImplemented
        return other == other and self._compare(other) == 1

    def __le__(self, other: Any) -> bool:
        if type(other) not in (Ratio, int, float):
            return NotImplemented
        return other == other and self._compare(other) != 1

    def __ge__(self, other: Any) -> bool:
        if type(other) not in (Ratio, int, float):
            return NotImplemented
        return other == other and self._compare(other) != -1


class Complex:
    """A complex number that is not real: `imaginary` is never an exact zero."""

    __slots__ = ("real", "imaginary")

    def __init__(self, real: Any, imaginary: Any) -> None:
        self.real = real
        self.imaginary = imaginary

    def __repr__(self) -> str:
        return number_text(self)

    def __hash__(self) -> int:
        return hash((self.real, self.imaginary))

    @property
    def sort_key(self) -> tuple[float, float]:
        """Puts complex numbers into order among the keys of a map."""
        return (to_float(self.real), to_float(self.imaginary))

    def __complex__(self) -> complex:
        return complex(to_float(self.real), to_float(self.imaginary))

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is Complex
            and bool(self.real == other.real)
            and bool(self.imaginary == other.imaginary)
        )

    def __add__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        real, imaginary = _components(other)
        return make_complex(self.real + real, self.imaginary + imaginary)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        real, imaginary = _components(other)
        return make_complex(self.real - real, self.imaginary - imaginary)

    def __rsub__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        real, imaginary = _components(other)
        return make_complex(real - self.real, imaginary - self.imaginary)

    def __mul__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        real, imaginary = _components(other)
        return make_complex(
            self.real * real - self.imaginary * imaginary,
            self.real * imaginary + self.imaginary * real,
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other) if is_number(other) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self) if is_number(other) else NotImplemented

    def __neg__(self) -> Complex:
        return Complex(-self.real, -self.imaginary)

    def __pos__(self) -> Complex:
        return self

    def __abs__(self) -> float:
        return math.hypot(to_float(self.real), to_float(self.imaginary))

    def __pow__(self, other: Any) -> Any:
        return power(self, other) if is_number(other) else NotImplemented

    def __rpow__(self, other: Any) -> Any:
        return power(other, self) if is_number(other) else NotImplemented


NUMBER_TYPES: Final = frozenset((int, float, Ratio, Complex))
REAL_TYPES: Final = frozenset((int, float, Ratio))
EXACT_TYPES: Final = frozenset((int, Ratio))

TYPE_NAMES[Ratio] = "rational"
TYPE_NAMES[Complex] = "complex"
_TYPE_ORDER[Ratio] = 13
_TYPE_ORDER[Complex] = 14
# As a value 1.0+2i and 1+2i differ, though they are equal as numbers.
PARTS[Complex] = lambda number: ("complex", [number.real, number.imaginary])


def is_number(value: Value) -> bool:
    """Tells whether a value is a number of any type."""
    return type(value) in NUMBER_TYPES


def make_complex(real: Any, imaginary: Any) -> Any:
    """Returns real + imaginary i; the real number itself if the imaginary part is an exact 0."""
    if type(imaginary) is int and imaginary == 0:
        return real
    return Complex(real, imaginary)


def _components(number: Any) -> tuple[Any, Any]:
    return (number.real, number.imaginary) if type(number) is Complex else (number, 0)


def _reduced(numerator: int, denominator: int) -> Any:
    """Returns numerator/denominator in lowest terms; the denominator must be positive."""
    common = math.gcd(numerator, denominator)
    if common == denominator:
        return numerator // denominator
    return Ratio(numerator // common, denominator // common)


def to_float(number: Any) -> float:
    """Returns the nearest float of a real number; too large ones give infinity."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


# --- division ----------------------------------------------------------------------------------


def division_by_zero(function: str) -> LispError:
    """Returns the error for an exact zero as divisor."""
    return LispError(
        "division by zero" if function == "/" else f"{function}: division by zero",
        hint=f"test first: (if (zero? d) … ({function} n d)), or divide by 0.0 to get inf",
    )


def divide(dividend: Any, divisor: Any) -> Any:
    """Returns the quotient of two numbers: exact for exact ones, as IEEE 754 says for floats."""
    left, right = type(dividend), type(divisor)
    if left is int and right is int:
        if divisor == 0:
            raise division_by_zero("/")
        if dividend % divisor == 0:
            return dividend // divisor
        if divisor < 0:
            dividend, divisor = -dividend, -divisor
        return _reduced(dividend, divisor)
    if left is Complex or right is Complex:
        return _divide_complex(dividend, divisor)
    if left is float or right is float:
        return divide_floats(to_float(dividend), to_float(divisor))
    if right is int and divisor == 0:
        raise division_by_zero("/")
    above, below = _fraction(dividend)
    other_above, other_below = _fraction(divisor)
    numerator, denominator = above * other_below, below * other_above
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return _reduced(numerator, denominator)


def divide_floats(dividend: float, divisor: float) -> float:
    """Divides floats as IEEE 754 says: by zero gives an infinity or NaN."""
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or dividend != dividend:
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def _divide_complex(dividend: Any, divisor: Any) -> Any:
    a, b = _components(dividend)
    c, d = _components(divisor)
    square = c * c + d * d
    return make_complex(divide(a * c + b * d, square), divide(b * c - a * d, square))


def _fraction(number: Any) -> tuple[int, int]:
    if type(number) is int:
        return number, 1
    return number.numerator, number.denominator


def fraction_of(number: Any) -> tuple[int, int]:
    """Returns numerator and denominator of a real number that is not infinite or NaN."""
    return number.as_integer_ratio() if type(number) is float else _fraction(number)


def floor_modulo(dividend: Any, divisor: Any) -> Any:
    """Returns what division leaves over.

    For exact numbers it has the sign of the divisor; with a float it is what C calls fmod, which
    has the sign of the dividend, and NaN for a divisor of zero.
    """
    left, right = type(dividend), type(divisor)
    for value in (dividend, divisor):
        if type(value) not in REAL_TYPES:
            raise wrong_type("mod", "real number" if is_number(value) else "number", value)
    if left is float or right is float:
        above, below = to_float(dividend), to_float(divisor)
        return math.nan if below == 0 or math.isinf(above) else math.fmod(above, below)
    if divisor == 0:
        raise LispError("modulo by zero", hint="test first: (if (zero? d) … (mod n d))")
    if left is int and right is int:
        return dividend % divisor
    return dividend - divisor * math.floor(divide(dividend, divisor))


def _integer_pair(function: str, dividend: Any, divisor: Any) -> None:
    if type(dividend) is not int:
        raise wrong_type(function, "integer", dividend, 1)
    if type(divisor) is not int:
        raise wrong_type(function, "integer", divisor, 2)
    if divisor == 0:
        raise division_by_zero(function)


def quotient(dividend: Any, divisor: Any, function: str = "quotient") -> int:
    """Returns the whole part of dividing two integers, rounded towards zero."""
    _integer_pair(function, dividend, divisor)
    result: int = abs(dividend) // abs(divisor)
    return result if (dividend < 0) == (divisor < 0) else -result


def remainder(dividend: Any, divisor: Any, function: str = "remainder") -> int:
    """Returns what `quotient` leaves; it has the sign of the dividend."""
    _integer_pair(function, dividend, divisor)
    result: int = abs(dividend) % abs(divisor)
    return result if dividend >= 0 else -result


# --- powers ------------------------------------------------------------------------------------


def check_bits(function: str, bits: float) -> None:
    """Raises the error for a result that would need more than `BIT_LIMIT` bits."""
    if bits > BIT_LIMIT:
        raise LispError(
            f"{function}: the result would have about {bits / 3.3219:.3g} digits, "
            f"more than the {int(BIT_LIMIT / 3.3219):,} allowed",
            hint="use a float, such as 2.0, where an approximation will do",
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
    numerator, denominator = _fraction(base)
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
    parts = (*_fraction(base.real), *_fraction(base.imaginary))
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


# --- exactness ---------------------------------------------------------------------------------


def exact_value(number: Any) -> Any:
    """Returns the exact number equal to this one; infinities and NaN, which have none, stay."""
    kind = type(number)
    if kind is float:
        if not math.isfinite(number):
            return number
        numerator, denominator = number.as_integer_ratio()
        return numerator if denominator == 1 else Ratio(numerator, denominator)
    if kind is Complex:
        return make_complex(exact_value(number.real), exact_value(number.imaginary))
    return number


def inexact_value(number: Any) -> Any:
    """Returns the number with floats instead of exact components."""
    if type(number) is Complex:
        return Complex(to_float(number.real), to_float(number.imaginary))
    return to_float(number)


# --- texts -------------------------------------------------------------------------------------


def float_text(number: float) -> str:
    """Returns the shortest text that reads back as this float, without an exponent: ``1e21`` is
    ``1000000000000000000000.0``. Very large ones are written out digit by digit."""
    text = repr(number)
    if "e" not in text:
        if text[-1] == "n":
            return "NaN"
        return text
    if abs(number) >= 1:
        return f"{number:.1f}"
    from decimal import Decimal

    return format(Decimal(text), "f")


# Beyond this many digits Python's conversion, whose time grows with the square, is too slow.
_DIRECT_DIGITS: Final = 4000
_DIRECT_BITS: Final = 13000


def int_text(number: int) -> str:
    """Returns the decimal digits of an integer."""
    if number.bit_length() <= _DIRECT_BITS or sys.version_info >= (3, 12):
        return str(number)
    sign, number = ("-", -number) if number < 0 else ("", number)
    digits = int(number.bit_length() / 3.3219) + 1
    powers = [10**_DIRECT_DIGITS]
    width = _DIRECT_DIGITS
    while width * 2 <= digits:
        powers.append(powers[-1] * powers[-1])
        width *= 2
    # Split from the top: every piece becomes two of half the width.
    pieces = [number]
    for power_of_ten in reversed(powers):
        pieces = [part for piece in pieces for part in divmod(piece, power_of_ten)]
    text = "".join(str(piece).zfill(_DIRECT_DIGITS) for piece in pieces)
    return sign + text.lstrip("0")


def int_from_digits(text: str) -> int:
    """Returns the integer of decimal digits, with or without a sign in front."""
    if len(text) <= _DIRECT_DIGITS or sys.version_info >= (3, 12):
        return int(text)
    negative = text[0] == "-"
    digits = text.lstrip("+-")
    pad = -len(digits) % _DIRECT_DIGITS
    digits = "0" * pad + digits
    pieces = [int(digits[i : i + _DIRECT_DIGITS]) for i in range(0, len(digits), _DIRECT_DIGITS)]
    factor = 10**_DIRECT_DIGITS
    while len(pieces) > 1:
        if len(pieces) % 2:
            pieces.insert(0, 0)
        pieces = [pieces[i] * factor + pieces[i + 1] for i in range(0, len(pieces), 2)]
        factor *= factor
    return -pieces[0] if negative else pieces[0]


def number_text(number: Any) -> str:
    """Returns how a number of any type is printed."""
    kind = type(number)
    if kind is int:
        return int_text(number)
    if kind is float:
        return float_text(number)
    if kind is Ratio:
        return f"{int_text(number.numerator)}/{int_text(number.denominator)}"
    imaginary = number_text(number.imaginary)
    sign = "" if imaginary[0] == "-" else "+"
    return f"{number_text(number.real)}{sign}{imaginary}i"
