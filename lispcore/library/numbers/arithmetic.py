"""The operators as function values: ``+ - * /``, comparison, and division of integers.

A direct call such as ``(+ a b)`` is compiled without these; they serve ``(map + xs ys)`` and
``(apply max xs)``. Python's operators do the work (see numbers.py), what they refuse is explained.
So a sum, difference or product of a float and an integer that no float can hold is an error, as it
is in compiled code, where nothing could make infinity of it without a test at each operation.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from lispcore.library.numbers.number_arguments import integer, number, real
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError
from lispcore.values.numbers import (
    NUMBER_TYPES,
    REAL_TYPES,
    Complex,
    check_bits,
    divide,
    division_by_zero,
    floor_modulo,
    quotient,
    remainder,
    to_float,
)
from lispcore.values.types import FALSE, TRUE, Value, type_name

CHAPTER = "math"
WAITING = WaitKind.NEVER

_JOIN_HINT = "(str a b …) joins values of any type to a string"
_NUMBER_HINT = "(string->number text) makes a number of a text"
_NIL_HINT = "nil often comes from a look-up that found nothing: (get m k 0) has a default"


def _mismatch(name: str, expected: str, left: Value, right: Value) -> LispError:
    """Returns the error for two operands that do not go together."""
    hint = None
    if type(left) is str or type(right) is str:
        hint = _JOIN_HINT if name == "+" else _NUMBER_HINT
    elif left is None or right is None:
        hint = _NIL_HINT
    got = f"{type_name(left)} and {type_name(right)}"
    return LispError(
        f"{name} expected {expected}, got {got}",
        kind="type-error",
        hint=hint,
        expected=expected,
        got=got,
    )


def _add_two(left: Value, right: Value) -> Value:
    try:
        return left + right
    except TypeError:
        raise _mismatch("+", "number or string", left, right) from None


@function(
    "+",
    "& numbers",
    "number",
    "Adds numbers; without any the sum is 0. Strings are joined, but not mixed with numbers.",
    [("(+ 1 2 3)", "6"), ("(+ 1/2 0.25)", "0.75"), ('(+ "ab" "c")', '"abc"'), ("(+)", "0")],
)
def add(*numbers: Value) -> Value:
    if len(numbers) == 2:
        return _add_two(numbers[0], numbers[1])
    if not numbers:
        return 0
    result = numbers[0]
    if len(numbers) == 1:
        return result if type(result) is str else number("+", result)
    if type(result) is str and all(type(each) is str for each in numbers):
        return "".join(numbers)
    for each in numbers[1:]:
        result = _add_two(result, each)
    return result


@function(
    "-",
    "first:number & more",
    "number",
    "Subtracts all further numbers from the first; a single number is negated.",
    [("(- 10 3 2)", "5"), ("(- 5)", "-5"), ("(- 1/2 1)", "-1/2")],
)
def subtract(first: Value, *more: Value) -> Value:
    if not more:
        return -number("-", first)
    for each in more:
        try:
            first = first - each
        except TypeError:
            raise _mismatch("-", "number", first, each) from None
    return first


@function(
    "*",
    "& numbers",
    "number",
    "Multiplies numbers; without any the product is 1. Integers grow as large as they need to.",
    [("(* 2 3 4)", "24"), ("(* 2 1/2)", "1"), ("(* 1.5 2)", "3.0"), ("(*)", "1")],
)
def multiply(*numbers: Value) -> Value:
    if not numbers:
        return 1
    result = numbers[0]
    if len(numbers) == 1:
        return number("*", result)
    for each in numbers[1:]:
        if type(result) not in NUMBER_TYPES or type(each) not in NUMBER_TYPES:
            raise _mismatch("*", "number", result, each)
        result = result * each
        if type(result) is int and result.bit_length() > 1 << 20:
            check_bits("*", result.bit_length())
    return result


@function(
    "/",
    "first:number second:number & more",
    "number",
    "Divides the first number by all others. Integers give an integer or an exact ratio; with a "
    "float the result is a float. Exact numbers by an exact 0 are an error; 0.0 as a divisor "
    "gives inf or NaN.",
    [("(/ 10 2)", "5"), ("(/ 10 4)", "5/2"), ("(/ 10.0 4)", "2.5"), ("(/ 1 0)", "error: zero")],
)
def divide_all(first: Value, second: Value, *more: Value) -> Value:
    if not more and type(first) is int and type(second) is int:
        if second == 0:
            raise division_by_zero("/")
        if first % second == 0:
            return first // second
    for each in (second, *more):
        if type(first) not in NUMBER_TYPES or type(each) not in NUMBER_TYPES:
            raise _mismatch("/", "number", first, each)
        if more and type(each) is int and each == 0:
            raise division_by_zero("/")
        first = divide(first, each)
    return first


# --- comparison --------------------------------------------------------------------------------


def _not_ordered(name: str, left: Value, right: Value) -> LispError:
    if type(left) is Complex or type(right) is Complex:
        return LispError(
            f"{name}: complex numbers have no order",
            kind="type-error",
            hint="compare (magnitude z), or test with =",
        )
    return _mismatch(name, "comparable values", left, right)


def _enter_ordering(
    name: str, compare: Callable[[Any, Any], bool], text: str, true: str, false: str
) -> None:
    """Enters one of the four orderings."""

    def ordered(first: Value, second: Value, *more: Value) -> Value:
        try:
            if not compare(first, second):
                return FALSE
        except TypeError:
            raise _not_ordered(name, first, second) from None
        for each in more:
            first, second = second, each
            try:
                if not compare(first, second):
                    return FALSE
            except TypeError:
                raise _not_ordered(name, first, second) from None
        return TRUE

    function(
        name,
        "first second & more",
        "bool",
        f"{text} Compares numbers of any real type with one another, and strings with strings.",
        [(true, "#t"), (false, "#f"), (f'({name} 1 "a")', "error: comparable")],
    )(ordered)


_enter_ordering(
    "<", operator.lt, "Tells whether every value is less than the next.", "(< 1 2 3)", "(< 2 2)"
)
_enter_ordering(
    ">", operator.gt, "Tells whether every value is greater than the next.", "(> 3 2)", "(> 3 1 2)"
)
_enter_ordering(
    "<=", operator.le, "Tells whether no value is greater than the next.", "(<= 1 1 2)", "(<= 2 1)"
)
_enter_ordering(
    ">=", operator.ge, "Tells whether no value is less than the next.", "(>= 3 3 2)", "(>= 1 2)"
)


@function(
    "=",
    "first second & more",
    "bool",
    "Tells whether values are equal: numbers by what they are worth, so that an integer can equal "
    "a float, everything else by type and contents. Never an error.",
    [("(= 1 1.0)", "#t"), ("(= '(1 2) (list 1 2))", "#t"), ('(= "a" :a)', "#f")],
)
def equal_numbers(first: Value, second: Value, *more: Value) -> Value:
    if not first == second:
        return FALSE
    for each in more:
        if not second == each:
            return FALSE
    return TRUE


# --- choosing ----------------------------------------------------------------------------------


_INTEGERS = frozenset({int})


def _extreme(name: str, numbers: tuple[Value, ...], better: Callable[[Any, Any], bool]) -> Value:
    """Returns the best number; one float among them makes the answer a float."""
    if _INTEGERS.issuperset(map(type, numbers)):
        return max(numbers) if better is operator.gt else min(numbers)
    best = numbers[0]
    inexact = False
    for index, each in enumerate(numbers):
        kind = type(each)
        if kind not in REAL_TYPES:
            real(name, each, index + 1)
        if kind is float:
            inexact = True
            if each != each and len(numbers) > 1:
                raise LispError(
                    f"{name}: NaN has no place in an order",
                    hint="take it out first: (filter (fn (x) (not (math/nan? x))) numbers)",
                )
        if better(each, best):
            best = each
    return to_float(best) if inexact else best


@function(
    "max",
    "first:number & more",
    "number",
    "Returns the largest of the numbers, as a float if one of them is a float.",
    [("(max 3 9 2)", "9"), ("(max 3 2.5)", "3.0"), ("(apply max [4 7])", "7")],
)
def maximum(first: Value, *more: Value) -> Value:
    return _extreme("max", (first, *more), operator.gt)


@function(
    "min",
    "first:number & more",
    "number",
    "Returns the smallest of the numbers, as a float if one of them is a float.",
    [("(min 3 9 2)", "2"), ("(min 1 2.5)", "1.0"), ("(min 1/2 1/3)", "1/3")],
)
def minimum(first: Value, *more: Value) -> Value:
    return _extreme("min", (first, *more), operator.lt)


@function(
    "abs",
    "n:number",
    "number",
    "Returns how far a number is from zero.",
    [("(abs -5)", "5"), ("(abs -1/2)", "1/2"), ("(abs 3+4i)", "5.0")],
)
def absolute(n: Value) -> Value:
    return abs(number("abs", n))


# --- division of integers ----------------------------------------------------------------------


@function(
    "mod",
    "n:number divisor:number",
    "number",
    "Returns what division leaves over. For integers it has the sign of the divisor, with a float "
    "it has the sign of the dividend.",
    [("(mod 10 3)", "1"), ("(mod -7 2)", "1"), ("(mod -7.0 2)", "-1.0")],
    aliases=("modulo",),
)
def modulo(n: Value, divisor: Value) -> Value:
    return floor_modulo(n, divisor)


@function(
    "quotient",
    "n:integer divisor:integer",
    "integer",
    "Divides integers and drops the fraction, rounding towards zero.",
    [("(quotient 10 3)", "3"), ("(quotient -7 2)", "-3"), ("(quotient 1 0)", "error: zero")],
    aliases=("math/quotient",),
)
def integer_quotient(n: Value, divisor: Value) -> Value:
    return quotient(n, divisor)


@function(
    "remainder",
    "n:integer divisor:integer",
    "integer",
    "Returns what `quotient` leaves over; it has the sign of the dividend.",
    [("(remainder 10 3)", "1"), ("(remainder -7 2)", "-1")],
    aliases=("math/remainder",),
)
def integer_remainder(n: Value, divisor: Value) -> Value:
    return remainder(n, divisor)


@function(
    "gcd",
    "& integers",
    "integer",
    "Returns the greatest integer that divides all of them; 0 without any.",
    [("(gcd 12 18)", "6"), ("(gcd -12 8)", "4"), ("(gcd)", "0")],
    aliases=("math/gcd",),
)
def greatest_divisor(*integers: Value) -> Value:
    result = 0
    for index, each in enumerate(integers):
        result = math.gcd(result, integer("gcd", each, index + 1))
    return result


@function(
    "lcm",
    "& integers",
    "integer",
    "Returns the smallest positive integer that all of them divide; 1 without any, 0 with a 0.",
    [("(lcm 4 6)", "12"), ("(lcm 2 3 -5)", "30"), ("(lcm)", "1")],
    aliases=("math/lcm",),
)
def least_multiple(*integers: Value) -> Value:
    result = 1
    for index, each in enumerate(integers):
        result = math.lcm(result, integer("lcm", each, index + 1))
        check_bits("lcm", result.bit_length())
    return result
