"""The numeric tower above Python's int and float: exact ratios and complex numbers.

Every operation answers with the simplest type: a `Ratio` never has the denominator 1, a `Complex`
never an imaginary part that is exactly zero. Operators give NotImplemented for anything that is no
number, so that generated code may write ``a + b`` and meet a TypeError where the types are wrong.

    int  ->  Ratio  ->  float  ->  Complex (whose two components are of the types before it)
"""

from __future__ import annotations

import math
from typing import Any, Final

from lispcore.values.comparing import PARTS, TYPE_ORDER
from lispcore.values.errors import LateError, LispError, wrong_type
from lispcore.values.number_texts import float_text, int_from_digits, int_text
from lispcore.values.types import TYPE_NAMES, Value

# Results of exact arithmetic may have this many bits (8 MB), everything above is a mistake.
BIT_LIMIT: Final = 1 << 26


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


NUMBER_TYPES: Final = frozenset((int, float, Ratio, Complex))
REAL_TYPES: Final = frozenset((int, float, Ratio))
EXACT_TYPES: Final = frozenset((int, Ratio))

TYPE_NAMES[Ratio] = "rational"
TYPE_NAMES[Complex] = "complex"
TYPE_ORDER[Ratio] = 13
TYPE_ORDER[Complex] = 14
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


# --- division -----------------------------------------------------------------------------------


def division_by_zero(function: str) -> LispError:
    """Returns the error for an exact zero as divisor."""
    return LateError(_zero_texts, function)


def _zero_texts(function: str) -> tuple[str, str]:
    return (
        "division by zero" if function == "/" else f"{function}: division by zero",
        f"test first: (if (zero? d) … ({function} n d)), or divide by 0.0 to get inf",
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


# --- exactness ----------------------------------------------------------------------------------


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


def check_bits(function: str, bits: float) -> None:
    """Raises the error for a result that would need more than `BIT_LIMIT` bits."""
    if bits > BIT_LIMIT:
        raise LispError(
            f"{function}: the result would have about {bits / 3.3219:.3g} digits, "
            f"more than the {int(BIT_LIMIT / 3.3219):,} allowed",
            hint="use a float, such as 2.0, where an approximation will do",
        )


__all__ = [
    "BIT_LIMIT",
    "EXACT_TYPES",
    "NUMBER_TYPES",
    "REAL_TYPES",
    "Complex",
    "Ratio",
    "check_bits",
    "divide",
    "divide_floats",
    "division_by_zero",
    "exact_value",
    "float_text",
    "floor_modulo",
    "fraction_of",
    "inexact_value",
    "int_from_digits",
    "int_text",
    "is_number",
    "make_complex",
    "number_text",
    "quotient",
    "remainder",
    "to_float",
]
