"""Numbers from one form into another: rounding, exactness, ratios, complex numbers, bits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from lispcore.library.numbers.number_arguments import integer, number, real, real_float
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import (
    EXACT_TYPES,
    Complex,
    Ratio,
    check_bits,
    divide,
    exact_value,
    float_text,
    fraction_of,
    inexact_value,
    int_from_digits,
    int_text,
    make_complex,
    to_float,
)
from lispcore.values.types import Value

CHAPTER = "math"
WAITING = WaitKind.NEVER

# `math/format-fixed` writes at most this many digits after the point.
PLACES_LIMIT = 1000

# --- rounding ----------------------------------------------------------------------------------


def _round_float(value: float) -> float:
    return math.copysign(float(round(value)), value)


def _rounding(
    name: str,
    text: str,
    of_float: Callable[[float], float],
    of_ratio: Callable[[Ratio], int],
    examples: list[tuple[str, str]],
    aliases: tuple[str, ...] = (),
) -> None:
    """Enters a function that rounds floats to floats and ratios to integers."""

    def rounded(n: Value) -> Value:
        kind = type(n)
        if kind is int:
            return n
        if kind is float:
            # All floats of this size are whole already, as are infinities; NaN stays NaN.
            return of_float(n) if abs(n) < 4503599627370496.0 else n
        return of_ratio(real(name, n))

    function(
        name,
        "n:number",
        "number",
        f"{text} A float gives a float, a ratio an integer.",
        examples,
        aliases=aliases,
    )(rounded)


def _nearest(ratio: Ratio) -> int:
    below, rest = divmod(ratio.numerator, ratio.denominator)
    twice = 2 * rest
    up = twice > ratio.denominator or (twice == ratio.denominator and below % 2 == 1)
    return below + 1 if up else below


_rounding(
    "floor",
    "Rounds down, towards negative infinity.",
    lambda x: math.copysign(float(math.floor(x)), x),
    math.floor,
    [("(floor 3.7)", "3.0"), ("(floor -2.3)", "-3.0"), ("(floor 7/2)", "3")],
)
_rounding(
    "ceil",
    "Rounds up, towards positive infinity.",
    lambda x: math.copysign(float(math.ceil(x)), x),
    math.ceil,
    [("(ceil 3.2)", "4.0"), ("(ceil -0.5)", "-0.0"), ("(ceil 7/2)", "4")],
    aliases=("ceiling",),
)
_rounding(
    "round",
    "Rounds to the nearest whole number, a tie to the even one.",
    _round_float,
    _nearest,
    [("(round 3.5)", "4.0"), ("(round 2.5)", "2.0"), ("(round 7/2)", "4")],
)
_rounding(
    "truncate",
    "Drops the fraction, rounding towards zero.",
    lambda x: math.copysign(float(math.trunc(x)), x),
    math.trunc,
    [("(truncate 3.9)", "3.0"), ("(truncate -7/2)", "-3")],
)


@function(
    "math/round-to",
    "n:number places:integer",
    "float",
    "Rounds to so many decimal places, ties away from zero. Negative places round to tens and up.",
    [("(math/round-to 3.14159 2)", "3.14"), ("(math/round-to 1234.5 -2)", "1200.0")],
)
def round_to(n: Value, places: Value) -> Value:
    value = real_float("math/round-to", n, 1)
    digits = max(-400, min(400, integer("math/round-to", places, 2)))
    factor = 10.0**digits if digits < 309 else math.inf
    scaled = value * factor
    if not math.isfinite(scaled) or factor == 0 or abs(scaled) >= 4503599627370496.0:
        return value
    return math.copysign(math.floor(abs(scaled) + 0.5), value) / factor


@function(
    "math/format-fixed",
    "n:number places:integer",
    "string",
    "Returns a number as text with exactly so many digits after the point.",
    [("(math/format-fixed 1.2 3)", '"1.200"'), ("(math/format-fixed 2 0)", '"2"')],
)
def format_fixed(n: Value, places: Value) -> Value:
    value = real_float("math/format-fixed", n, 1)
    digits = max(integer("math/format-fixed", places, 2), 0)
    if digits > PLACES_LIMIT:
        raise LispError(
            f"math/format-fixed: {int_text(digits)} places, the limit is {PLACES_LIMIT}",
            hint="a float has about 17 significant digits",
        )
    if not math.isfinite(value):
        return float_text(value)
    return f"{value:.{digits}f}"


# --- int and float -----------------------------------------------------------------------------


@function(
    "int",
    "x:number or string",
    "int",
    "Returns an integer: a number without its fraction, or the integer that a text is written as.",
    [("(int 3.9)", "3"), ("(int -3.9)", "-3"), ('(int "42")', "42"), ('(int "4.2")', "error: int")],
)
def to_int(x: Value) -> Value:
    kind = type(x)
    if kind is int:
        return x
    if kind is str:
        if re.fullmatch(r"[+-]?[0-9]+", x):
            return int_from_digits(x)
        raise LispError(
            f"int: cannot convert '{_shortened(x)}' to int",
            hint="a text of digits only; (int (float text)) accepts a fraction and drops it",
        )
    if kind is Ratio or (kind is float and math.isfinite(x)):
        return math.trunc(x)
    if kind is float:
        raise LispError(
            f"int: {float_text(x)} is no integer",
            hint="test with math/nan? or math/infinite? first",
        )
    raise wrong_type("int", "number or string", x)


@function(
    "float",
    "x:number or string",
    "float",
    "Returns the float nearest to a real number, or the float that a text is written as.",
    [("(float 1/2)", "0.5"), ('(float "3.5")', "3.5"), ('(float "x")', "error: cannot convert")],
)
def to_a_float(x: Value) -> Value:
    if type(x) is str:
        number_text = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
        if re.fullmatch(number_text, x) or x.lstrip("+-").lower() in ("inf", "infinity", "nan"):
            return float(x)
        raise LispError(
            f"float: cannot convert '{_shortened(x)}' to float",
            hint="(string->number text) reads every notation and gives #f where there is none",
        )
    if type(x) is Complex:
        raise real_error("float", x)
    if type(x) in (int, float, Ratio):
        return to_float(x)
    raise wrong_type("float", "number or string", x)


def real_error(name: str, value: Value) -> LispError:
    """Returns the error for a complex number where a real one is needed."""
    error = wrong_type(name, "real number", value)
    error.hint = "take (real-part z) or (magnitude z)"
    return error


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


# --- exact and inexact -------------------------------------------------------------------------


@function(
    "exact",
    "x:number",
    "number",
    "Returns the exact number equal to this one: of a float the integer or ratio that it is. "
    "Infinities and NaN have none and stay as they are.",
    [("(exact 0.5)", "1/2"), ("(exact 2.0)", "2"), ("(exact 3.0+4.0i)", "3+4i")],
    aliases=("inexact->exact",),
)
def exact(x: Value) -> Value:
    return exact_value(number("exact", x))


@function(
    "inexact",
    "x:number",
    "number",
    "Returns the nearest float, and of a complex number floats for both parts.",
    [("(inexact 1/4)", "0.25"), ("(inexact 42)", "42.0"), ("(inexact 3+4i)", "3.0+4.0i")],
    aliases=("exact->inexact",),
)
def inexact(x: Value) -> Value:
    return inexact_value(number("inexact", x))


@function(
    "numerator",
    "x:rational",
    "integer",
    "Returns the upper part of an exact fraction in lowest terms.",
    [("(numerator 6/4)", "3"), ("(numerator 5)", "5")],
)
def numerator(x: Value) -> Value:
    return _exact_fraction("numerator", x)[0]


@function(
    "denominator",
    "x:rational",
    "integer",
    "Returns the lower part of an exact fraction in lowest terms; 1 for an integer.",
    [("(denominator 6/4)", "2"), ("(denominator 5)", "1")],
)
def denominator(x: Value) -> Value:
    return _exact_fraction("denominator", x)[1]


def _exact_fraction(name: str, x: Value) -> tuple[int, int]:
    if type(x) in EXACT_TYPES:
        return fraction_of(x)
    error = wrong_type(name, "rational", x)
    if type(x) is float:
        error.hint = "(exact x) makes an exact fraction of a float"
    raise error


@function(
    "rationalize",
    "x:number tolerance:number",
    "number",
    "Returns the fraction with the smallest denominator that is no further from x than tolerance. "
    "The result is exact only if both numbers are.",
    [("(rationalize 3/10 1/10)", "1/3"), ("(rationalize 3.14159 1/100)", "3.142857142857143")],
)
def rationalize(x: Value, tolerance: Value) -> Value:
    real("rationalize", x, 1)
    real("rationalize", tolerance, 2)
    inexact_result = type(x) is float or type(tolerance) is float
    if inexact_result and not (math.isfinite(to_float(x)) and math.isfinite(to_float(tolerance))):
        value, width = to_float(x), to_float(tolerance)
        if math.isinf(width):
            return math.nan if math.isinf(value) or value != value else 0.0
        return value + (width - width)
    middle, width = exact_value(x), abs(exact_value(tolerance))
    low, high = middle - width, middle + width
    if low <= 0 <= high:
        result: Value = 0
    elif low > 0:
        result = _simplest(low, high)
    else:
        result = -_simplest(-high, -low)
    return to_float(result) if inexact_result else result


def _simplest(low: Value, high: Value) -> Value:
    """Returns the simplest fraction between two positive exact numbers.

    It shares the first terms of its continued fraction with both ends.
    """
    above, below, next_above, next_below = 1, 0, 0, 1
    while True:
        whole = math.floor(low)
        last = low == whole
        if last or whole < math.floor(high):
            term = whole if last else whole + 1
            return divide(above * term + next_above, below * term + next_below)
        above, next_above = above * whole + next_above, above
        below, next_below = below * whole + next_below, below
        low, high = divide(1, high - whole), divide(1, low - whole)


# --- complex numbers ---------------------------------------------------------------------------


@function(
    "make-rectangular",
    "real:number imaginary:number",
    "number",
    "Returns the complex number with these parts; the real part alone if the other is an exact 0.",
    [("(make-rectangular 3 4)", "3+4i"), ("(make-rectangular 2 0)", "2")],
)
def make_rectangular(real_part: Value, imaginary: Value) -> Value:
    return make_complex(
        real("make-rectangular", real_part, 1), real("make-rectangular", imaginary, 2)
    )


@function(
    "make-polar",
    "magnitude:number angle:number",
    "number",
    "Returns the complex number at this distance from zero, in this direction in radians.",
    [("(make-polar 2 0)", "2.0+0.0i"), ("(make-polar 0 1)", "0.0+0.0i")],
)
def make_polar(magnitude_: Value, angle_: Value) -> Value:
    length = real_float("make-polar", magnitude_, 1)
    direction = real_float("make-polar", angle_, 2)
    if math.isinf(direction):
        return Complex(math.nan, math.nan)
    return Complex(length * math.cos(direction), length * math.sin(direction))


@function(
    "real-part",
    "z:number",
    "number",
    "Returns the real part of a complex number; a real number is its own.",
    [("(real-part 3+4i)", "3"), ("(real-part 2.5)", "2.5")],
)
def real_part(z: Value) -> Value:
    return z.real if type(z) is Complex else number("real-part", z)


@function(
    "imag-part",
    "z:number",
    "number",
    "Returns the imaginary part of a complex number, without its i; 0 for a real number.",
    [("(imag-part 3+4i)", "4"), ("(imag-part 2.5)", "0")],
)
def imag_part(z: Value) -> Value:
    if type(z) is Complex:
        return z.imaginary
    number("imag-part", z)
    return 0


@function(
    "magnitude",
    "z:number",
    "number",
    "Returns how far a number is from zero; of a complex number a float.",
    [("(magnitude 3+4i)", "5.0"), ("(magnitude -5)", "5")],
)
def magnitude(z: Value) -> Value:
    return abs(number("magnitude", z))


@function(
    "angle",
    "z:number",
    "float",
    "Returns the direction of a number as seen from zero, in radians from -pi to pi.",
    [
        ("(angle 5)", "0.0"),
        ("(angle -1)", "3.141592653589793"),
        ("(angle 0+1i)", "1.5707963267948966"),
    ],
)
def angle(z: Value) -> Value:
    if type(z) is Complex:
        return math.atan2(to_float(z.imaginary), to_float(z.real))
    return math.pi if number("angle", z) < 0 else 0.0


# --- bits --------------------------------------------------------------------------------------


@function(
    "bit/and",
    "a:int b:int",
    "int",
    "Returns the bits that are set in both integers.",
    [("(bit/and 12 10)", "8"), ("(bit/and 274 255)", "18")],
)
def bit_and(a: Value, b: Value) -> Value:
    return integer("bit/and", a, 1) & integer("bit/and", b, 2)


@function(
    "bit/or",
    "a:int b:int",
    "int",
    "Returns the bits that are set in at least one of the integers.",
    [("(bit/or 12 10)", "14")],
)
def bit_or(a: Value, b: Value) -> Value:
    return integer("bit/or", a, 1) | integer("bit/or", b, 2)


@function(
    "bit/xor",
    "a:int b:int",
    "int",
    "Returns the bits that are set in exactly one of the integers.",
    [("(bit/xor 12 10)", "6"), ("(bit/xor 7 7)", "0")],
)
def bit_xor(a: Value, b: Value) -> Value:
    return integer("bit/xor", a, 1) ^ integer("bit/xor", b, 2)


@function(
    "bit/not",
    "n:int",
    "int",
    "Returns the integer with every bit turned over: -n - 1.",
    [("(bit/not 5)", "-6"), ("(bit/not -1)", "0")],
)
def bit_not(n: Value) -> Value:
    return ~integer("bit/not", n)


def _shift_count(name: str, count: Value) -> int:
    places = integer(name, count, 2)
    if places < 0:
        other = "bit/shift-right" if name == "bit/shift-left" else "bit/shift-left"
        raise LispError(
            f"{name}: expected a non-negative integer, got {int_text(places)}",
            hint=f"{other} shifts the other way",
        )
    return places


@function(
    "bit/shift-left",
    "n:int count:int",
    "int",
    "Moves the bits up by count places, which multiplies by two to that power.",
    [("(bit/shift-left 1 4)", "16"), ("(bit/shift-left -1 3)", "-8")],
)
def shift_left(n: Value, count: Value) -> Value:
    value = integer("bit/shift-left", n, 1)
    places = _shift_count("bit/shift-left", count)
    if value == 0:
        return 0
    check_bits("bit/shift-left", value.bit_length() + places)
    return value << places


@function(
    "bit/shift-right",
    "n:int count:int",
    "int",
    "Moves the bits down by count places; the lowest are lost, the sign stays.",
    [("(bit/shift-right 16 2)", "4"), ("(bit/shift-right -7 1)", "-4")],
)
def shift_right(n: Value, count: Value) -> Value:
    value = integer("bit/shift-right", n, 1)
    return value >> min(_shift_count("bit/shift-right", count), value.bit_length() + 1)
