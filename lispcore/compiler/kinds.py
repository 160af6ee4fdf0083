"""The type lattice: what can be known of a value before the program runs, its kind.

Numbers form a small order (`NAT` < `INT` < `NUM`, `FLOAT` < `NUM`); every other kind is one class
of `values.types` or of the library and stands for itself; `ANY` is nothing known at all.

The class of a program's own record type is a kind as well: the name of the global that holds it
(facts/record_types.py). That is why kinds are declared as texts where they may be any.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """A class of values. The texts of the members are the names of their Python classes, if any."""

    ANY = "any"
    NAT = "nat"  # a Python int that is not negative
    INT = "int"
    FLOAT = "float"
    NUM = "num"  # any number, ratios and complex numbers included
    BOOL = "bool"  # #t or #f
    STR = "str"
    LIST = "List"
    VECTOR = "Vector"
    MAP = "Map"
    CHARACTER = "Character"
    MUTABLE_ARRAY = "MutableArray"


# The members under names of their own: Python 3.11 takes its time to find them in their class.
ANY: Final = Kind.ANY
NAT: Final = Kind.NAT
INT: Final = Kind.INT
FLOAT: Final = Kind.FLOAT
NUM: Final = Kind.NUM
BOOL: Final = Kind.BOOL
STR: Final = Kind.STR
LIST: Final = Kind.LIST
VECTOR: Final = Kind.VECTOR
MAP: Final = Kind.MAP
CHARACTER: Final = Kind.CHARACTER
MUTABLE_ARRAY: Final = Kind.MUTABLE_ARRAY

NUMBERS: Final = frozenset((NAT, INT, FLOAT, NUM))
INTEGERS: Final = frozenset((NAT, INT))


def common_kind(one: str, other: str) -> str:
    """Returns what is known of a value that may be of either kind."""
    if one == other:
        return one
    if one in INTEGERS and other in INTEGERS:
        return INT
    return NUM if one in NUMBERS and other in NUMBERS else ANY


# --- arithmetic of kinds: what operators make of numbers of these kinds ---------------------------


def are_integers(kinds: Sequence[str]) -> bool:
    """Tells whether all values are integers."""
    return all(kind in INTEGERS for kind in kinds)


def are_natural(kinds: Sequence[str]) -> bool:
    """Tells whether all values are integers that are not negative."""
    return all(kind == NAT for kind in kinds)


def has_float(kinds: Sequence[str]) -> bool:
    """Tells whether one value is a float, and the others are floats or integers."""
    return FLOAT in kinds and all(kind == FLOAT or kind in INTEGERS for kind in kinds)


def kind_of_sum(kinds: Sequence[str]) -> Kind:
    """Returns the kind of a sum, or of strings joined."""
    if are_integers(kinds):
        return NAT if are_natural(kinds) else INT
    if has_float(kinds):
        return FLOAT
    if any(kind in NUMBERS for kind in kinds):
        return NUM
    return STR if STR in kinds else ANY


def kind_of_difference(kinds: Sequence[str]) -> Kind:
    """Returns the kind of a difference."""
    if are_integers(kinds):
        return INT
    return FLOAT if has_float(kinds) else NUM


def kind_of_product(kinds: Sequence[str]) -> Kind:
    """Returns the kind of a product."""
    if are_integers(kinds):
        return NAT if are_natural(kinds) else INT
    return FLOAT if has_float(kinds) else NUM


def kind_of_quotient(kinds: Sequence[str]) -> Kind:
    """Returns the kind of an exact quotient."""
    return FLOAT if has_float(kinds) else NUM


def kind_of_modulo(kinds: Sequence[str]) -> Kind:
    """Returns the kind of a remainder with the sign of the divisor."""
    if not are_integers(kinds):
        return NUM
    natural = are_natural(kinds) or (len(kinds) == 2 and kinds[1] == NAT)
    return NAT if natural else INT


def kind_of_one(kinds: Sequence[str]) -> Kind:
    """Returns the kind of what is an integer of integers, and not negative of such."""
    if not are_integers(kinds):
        return NUM
    return NAT if are_natural(kinds) else INT


def kind_of_absolute(kinds: Sequence[str]) -> Kind:
    """Returns the kind of an absolute value."""
    return NAT if are_integers(kinds) else NUM
