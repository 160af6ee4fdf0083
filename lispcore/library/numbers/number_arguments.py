"""Checks of numeric arguments for the chapters about numbers, with one wording for each mistake."""

from __future__ import annotations

from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import NUMBER_TYPES, REAL_TYPES, Complex, to_float
from lispcore.values.types import Value


def number(function: str, value: Value, argument: int = 0) -> Value:
    """Returns an argument that is a number of any type."""
    if type(value) in NUMBER_TYPES:
        return value
    raise not_a_number(function, "number", value, argument)


def real(function: str, value: Value, argument: int = 0) -> Value:
    """Returns an argument that is a real number: integer, ratio or float."""
    if type(value) in REAL_TYPES:
        return value
    if type(value) is Complex:
        error = wrong_type(function, "real number", value, argument)
        error.hint = "take (real-part z), (imag-part z) or (magnitude z) of a complex number"
        raise error
    raise not_a_number(function, "number", value, argument)


def real_float(function: str, value: Value, argument: int = 0) -> float:
    """Returns a real argument as the nearest float."""
    return value if type(value) is float else to_float(real(function, value, argument))


def integer(function: str, value: Value, argument: int = 0) -> int:
    """Returns an argument that is an exact integer."""
    if type(value) is int:
        return value
    raise not_a_number(function, "integer", value, argument)


def not_a_number(function: str, expected: str, value: Value, argument: int = 0) -> LispError:
    """Returns the error for an argument that is not the kind of number that was expected."""
    error = wrong_type(function, expected, value, argument)
    if type(value) is str:
        error.hint = "(string->number text) makes a number of a text, or #f"
    elif value is None:
        error.hint = "nil often comes from a look-up that found nothing: (get m k 0) has a default"
    elif type(value) is float and expected.endswith("integer"):
        error.hint = "(int x) drops the fraction, (int (round x)) rounds to the nearest integer"
    return error
