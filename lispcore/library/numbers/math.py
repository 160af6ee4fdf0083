"""Functions of analysis: powers, roots, logarithms, angles, interpolation, and chance.

They follow IEEE 754: what has no real value is inf or NaN, not an error. Only a wrong type is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from lispcore.library.numbers.number_arguments import integer, number, real, real_float
from lispcore.library.registry import WaitKind, constant, function
from lispcore.values.errors import LispError
from lispcore.values.numbers import (
    EXACT_TYPES,
    Complex,
    Ratio,
    divide_floats,
    fraction_of,
    int_text,
    to_float,
)
from lispcore.values.powers import power
from lispcore.values.types import FALSE, TRUE, Value, boolean, list_from

WAITING = WaitKind.NEVER

constant(
    "pi",
    math.pi,
    "float",
    "The circumference of a circle of diameter 1.",
    [("pi", "3.141592653589793")],
    chapter="math",
)
constant(
    "e",
    math.e,
    "float",
    "The base of natural logarithms.",
    [("e", "2.718281828459045")],
    chapter="math",
)
constant(
    "math/infinity",
    math.inf,
    "float",
    "The float above all numbers.",
    [("(- math/infinity)", "-inf"), ("(< 1e300 math/infinity)", "#t")],
    chapter="math",
)
constant(
    "math/nan",
    math.nan,
    "float",
    "The float that is no number, and not even equal to itself.",
    [("(= math/nan math/nan)", "#f"), ("(math/nan? math/nan)", "#t")],
    chapter="math",
)

# --- powers and roots --------------------------------------------------------------------------


@function(
    "expt",
    "base:number exponent:number",
    "number",
    "Returns base to the power of exponent: exact for an exact base and an integer exponent, "
    "a float otherwise.",
    [
        ("(expt 2 100)", "1267650600228229401496703205376"),
        ("(expt 2 -1)", "1/2"),
        ("(expt 9 0.5)", "3.0"),
    ],
    aliases=("pow", "math/pow"),
)
def expt(base: Value, exponent: Value) -> Value:
    if type(base) is int and type(exponent) is int and 0 < exponent < 64 and -64 < base < 64:
        return base**exponent
    return power(number("expt", base, 1), number("expt", exponent, 2))


@function(
    "sqrt",
    "n:number",
    "number",
    "Returns the square root: exact for an exact square, complex for a negative number.",
    [
        ("(sqrt 16)", "4"),
        ("(sqrt 1/4)", "1/2"),
        ("(sqrt 2)", "1.4142135623730951"),
        ("(sqrt -4)", "0+2i"),
    ],
)
def square_root(n: Value) -> Value:
    if type(n) is Complex:
        length = math.sqrt(abs(n))
        half = math.atan2(to_float(n.imaginary), to_float(n.real)) / 2
        return Complex(length * math.cos(half), length * math.sin(half))
    if number("sqrt", n) < 0:
        return Complex(0, _positive_root(-n))
    return _positive_root(n)


def _positive_root(n: Value) -> Value:
    if type(n) in EXACT_TYPES:
        above, below = fraction_of(n)
        root, divisor = math.isqrt(above), math.isqrt(below)
        if root * root == above and divisor * divisor == below:
            return root if divisor == 1 else Ratio(root, divisor)
    return math.sqrt(abs(to_float(n)))


@function(
    "exact-integer-sqrt",
    "n:integer",
    "list",
    "Returns the integer part s of the square root of n, and n - s * s.",
    [("(exact-integer-sqrt 17)", "(4 1)"), ("(exact-integer-sqrt 16)", "(4 0)")],
)
def integer_root(n: Value) -> Value:
    if integer("exact-integer-sqrt", n) < 0:
        raise LispError(
            f"exact-integer-sqrt: the argument must not be negative, got {int_text(n)}",
            hint="(sqrt n) gives a complex number",
        )
    root = math.isqrt(n)
    return list_from((root, n - root * root))


# --- functions of one float --------------------------------------------------------------------


def _enter_float_function(
    name: str, compute: Callable[[float], float], text: str, examples: list[tuple[str, str]]
) -> None:
    """Enters a function from float to float; outside its domain the result is NaN."""

    def apply(x: Value) -> Value:
        value = real_float(name, x)
        try:
            return compute(value)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    function(name, "x:number", "float", text, examples)(apply)


def _logarithm(compute: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: -math.inf if x == 0 else compute(x)


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


_FLOAT_FUNCTIONS: list[tuple[str, Callable[[float], float], str, list[tuple[str, str]]]] = [
    ("sin", math.sin, "Returns the sine of an angle in radians.", [("(sin 0)", "0.0")]),
    ("cos", math.cos, "Returns the cosine of an angle in radians.", [("(cos pi)", "-1.0")]),
    (
        "math/tan",
        math.tan,
        "Returns the tangent of an angle in radians.",
        [("(math/tan 0)", "0.0")],
    ),
    (
        "math/asin",
        math.asin,
        "Returns the angle in radians with this sine; NaN beyond -1 to 1.",
        [("(math/asin 0)", "0.0"), ("(math/asin 2)", "NaN")],
    ),
    (
        "math/acos",
        math.acos,
        "Returns the angle in radians with this cosine; NaN beyond -1 to 1.",
        [("(math/acos 1)", "0.0"), ("(math/acos 2)", "NaN")],
    ),
    (
        "math/atan",
        math.atan,
        "Returns the angle in radians with this tangent.",
        [("(math/atan 1)", "0.7853981633974483")],
    ),
    ("math/sinh", _sinh, "Returns the hyperbolic sine.", [("(math/sinh 0)", "0.0")]),
    ("math/cosh", math.cosh, "Returns the hyperbolic cosine.", [("(math/cosh 0)", "1.0")]),
    ("math/tanh", math.tanh, "Returns the hyperbolic tangent.", [("(math/tanh 0)", "0.0")]),
    (
        "math/exp",
        math.exp,
        "Returns e to the power of x.",
        [("(math/exp 0)", "1.0"), ("(math/exp 1000)", "inf")],
    ),
    (
        "log",
        _logarithm(math.log),
        "Returns the natural logarithm; -inf for 0 and NaN for negative numbers.",
        [("(log 1)", "0.0"), ("(log 0)", "-inf"), ("(log -1)", "NaN")],
    ),
    (
        "math/log10",
        _logarithm(math.log10),
        "Returns the logarithm to base 10.",
        [("(math/log10 1000)", "3.0")],
    ),
    (
        "math/log2",
        _logarithm(math.log2),
        "Returns the logarithm to base 2.",
        [("(math/log2 8)", "3.0")],
    ),
    (
        "math/degrees->radians",
        math.radians,
        "Turns an angle in degrees into radians.",
        [("(math/degrees->radians 180)", "3.141592653589793")],
    ),
    (
        "math/radians->degrees",
        math.degrees,
        "Turns an angle in radians into degrees.",
        [("(math/radians->degrees pi)", "180.0")],
    ),
]
for _row in _FLOAT_FUNCTIONS:
    _enter_float_function(*_row)


@function(
    "math/atan2",
    "y:number x:number",
    "float",
    "Returns the direction of the point (x, y) as seen from the origin, in radians. y comes first.",
    [("(math/atan2 1 1)", "0.7853981633974483"), ("(math/atan2 0 -1)", "3.141592653589793")],
)
def arc_tangent(y: Value, x: Value) -> Value:
    return math.atan2(real_float("math/atan2", y, 1), real_float("math/atan2", x, 2))


# --- ranges ------------------------------------------------------------------------------------


@function(
    "math/clamp",
    "x:number low:number high:number",
    "number",
    "Returns x, or the nearer end if it lies outside low to high; a float if one of them is.",
    [
        ("(math/clamp 15 0 10)", "10"),
        ("(math/clamp -5 0 10)", "0"),
        ("(math/clamp 1.5 0 9)", "1.5"),
    ],
)
def clamp(x: Value, low: Value, high: Value) -> Value:
    values = [real("math/clamp", each, index) for index, each in enumerate((x, low, high), 1)]
    result = x
    if result < low:
        result = low
    if result > high:
        result = high
    return to_float(result) if float in map(type, values) else result


@function(
    "math/sign",
    "n:number",
    "int",
    "Returns 1 for a positive number, -1 for a negative one and 0 for zero.",
    [("(math/sign -5)", "-1"), ("(math/sign 0.0)", "0"), ("(math/sign 1/3)", "1")],
)
def sign(n: Value) -> Value:
    value = real("math/sign", n)
    return int(value > 0) - int(value < 0)


@function(
    "math/lerp",
    "a:number b:number t:number",
    "float",
    "Returns the number that lies t of the way from a to b; t is not limited to 0 to 1.",
    [("(math/lerp 0 100 0.25)", "25.0"), ("(math/lerp 10 20 2)", "30.0")],
)
def interpolate(a: Value, b: Value, t: Value) -> Value:
    start, end = real_float("math/lerp", a, 1), real_float("math/lerp", b, 2)
    return start + (end - start) * real_float("math/lerp", t, 3)


@function(
    "math/map-range",
    "x:number in-min:number in-max:number out-min:number out-max:number",
    "float",
    "Moves a number from one range into another, keeping its relative place.",
    [("(math/map-range 5 0 10 0 100)", "50.0"), ("(math/map-range 0 0 10 100 0)", "100.0")],
)
def map_range(x: Value, in_min: Value, in_max: Value, out_min: Value, out_max: Value) -> Value:
    arguments = (x, in_min, in_max, out_min, out_max)
    value, low, high, bottom, top = (
        real_float("math/map-range", each, index) for index, each in enumerate(arguments, 1)
    )
    return bottom + divide_floats(value - low, high - low) * (top - bottom)


# --- tests of floats ---------------------------------------------------------------------------


@function(
    "math/nan?",
    "x",
    "bool",
    "Tells whether a value is the float NaN.",
    [("(math/nan? (/ 0.0 0.0))", "#t"), ("(math/nan? 42)", "#f")],
)
def is_nan(x: Value) -> Value:
    return boolean(type(x) is float and x != x)


@function(
    "math/infinite?",
    "x",
    "bool",
    "Tells whether a value is a positive or negative infinity.",
    [("(math/infinite? (/ 1.0 0))", "#t"), ("(math/infinite? 42)", "#f")],
)
def is_infinite(x: Value) -> Value:
    return TRUE if type(x) is float and math.isinf(x) else FALSE


# --- chance ------------------------------------------------------------------------------------


@function(
    "math/random",
    "",
    "float",
    "Returns a random float from 0.0 up to, but not including, 1.0.",
    [("(< -1 (math/random) 1)", "#t")],
)
def random_float() -> Value:
    import random

    return random.random()


@function(
    "math/random-int",
    "low:int high:int",
    "int",
    "Returns a random integer from low to high; both may come up.",
    [("(<= 1 (math/random-int 1 6) 6)", "#t"), ("(math/random-int 6 1)", "error: 6")],
)
def random_integer(low: Value, high: Value) -> Value:
    import random

    integer("math/random-int", low, 1)
    integer("math/random-int", high, 2)
    if low > high:
        raise LispError(
            f"math/random-int: low ({int_text(low)}) must not be above high ({int_text(high)})",
            hint="write (math/random-int low high)",
        )
    return random.randint(low, high)
