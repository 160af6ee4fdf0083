"""The type lattice: what can be known of a value before the program runs, its kind.

Numbers form a small order (`NAT` < `INT` < `NUM`, `FLOAT` < `NUM`); every other kind is one class
of `values.types` or of the library and stands for itself; `ANY` is nothing known at all.

The class of a program's own record type is a kind as well, a `RecordKind`
(facts/record_types.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple


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
    SYMBOL = "Symbol"
    KEYWORD = "Keyword"
    MUTABLE_ARRAY = "MutableArray"
    FLOAT_ARRAY = "FloatArray"
    INTEGER_ARRAY = "IntegerArray"


class RecordKind(NamedTuple):
    """The class of a record type of the program, by the name of the global that holds it."""

    instance: str


AnyKind = Kind | RecordKind


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
SYMBOL: Final = Kind.SYMBOL
KEYWORD: Final = Kind.KEYWORD
MUTABLE_ARRAY: Final = Kind.MUTABLE_ARRAY
FLOAT_ARRAY: Final = Kind.FLOAT_ARRAY
INTEGER_ARRAY: Final = Kind.INTEGER_ARRAY

NUMBERS: Final[frozenset[AnyKind]] = frozenset((NAT, INT, FLOAT, NUM))
INTEGERS: Final[frozenset[AnyKind]] = frozenset((NAT, INT))


def common_kind(one: AnyKind, other: AnyKind) -> AnyKind:
    """Returns what is known of a value that may be of either kind."""
    if one == other:
        return one
    if one in INTEGERS and other in INTEGERS:
        return INT
    return NUM if one in NUMBERS and other in NUMBERS else ANY


def tells_more(kind: AnyKind, known: AnyKind) -> bool:
    """Tells whether a kind says more of a value than another that is known already."""
    if known == ANY:
        return kind != ANY
    if known == NUM:
        return kind in NUMBERS and kind != NUM
    return known == INT and kind == NAT


def is_of(kind: AnyKind, wanted: AnyKind) -> bool:
    """Tells whether a value of one kind is certainly of another."""
    return kind == wanted or (wanted == INT and kind in INTEGERS)


# --- kinds of arguments, once a call has given its value ------------------------------------------


def all_numbers(kinds: Sequence[AnyKind]) -> Sequence[AnyKind]:
    """Returns the kinds of arguments that must all be numbers."""
    return [NUM] * len(kinds)


def numbers_beside_one(kinds: Sequence[AnyKind]) -> Sequence[AnyKind]:
    """Returns the kinds of arguments of one class, numbers or texts, as far as it is known."""
    is_told = len(kinds) > 1 and any(kind in NUMBERS for kind in kinds)
    return all_numbers(kinds) if is_told else ()


def first_numbers_beside_one(kinds: Sequence[AnyKind]) -> Sequence[AnyKind]:
    """Does the same of a row that is looked at only as long as each pair is in order."""
    return numbers_beside_one(kinds[:2])


# --- arithmetic of kinds: what operators make of numbers of these kinds ---------------------------


def are_integers(kinds: Sequence[AnyKind]) -> bool:
    """Tells whether all values are integers."""
    return all(kind in INTEGERS for kind in kinds)


def are_natural(kinds: Sequence[AnyKind]) -> bool:
    """Tells whether all values are integers that are not negative."""
    return all(kind == NAT for kind in kinds)


def has_float(kinds: Sequence[AnyKind]) -> bool:
    """Tells whether one value is a float, and the others are floats or integers."""
    return FLOAT in kinds and all(kind == FLOAT or kind in INTEGERS for kind in kinds)


def kind_of_sum(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of a sum, or of strings joined."""
    if are_integers(kinds):
        return NAT if are_natural(kinds) else INT
    if has_float(kinds):
        return FLOAT
    if any(kind in NUMBERS for kind in kinds):
        return NUM
    return STR if STR in kinds else ANY


def kind_of_difference(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of a difference."""
    if are_integers(kinds):
        return INT
    return FLOAT if has_float(kinds) else NUM


def kind_of_product(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of a product."""
    if are_integers(kinds):
        return NAT if are_natural(kinds) else INT
    return FLOAT if has_float(kinds) else NUM


def kind_of_quotient(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of an exact quotient."""
    return FLOAT if has_float(kinds) else NUM


def kind_of_modulo(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of a remainder with the sign of the divisor."""
    if not are_integers(kinds):
        return NUM
    natural = are_natural(kinds) or (len(kinds) == 2 and kinds[1] == NAT)
    return NAT if natural else INT


def kind_of_one(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of what is an integer of integers, and not negative of such."""
    if not are_integers(kinds):
        return NUM
    return NAT if are_natural(kinds) else INT


def kind_of_absolute(kinds: Sequence[AnyKind]) -> Kind:
    """Returns the kind of an absolute value."""
    return NAT if are_integers(kinds) else NUM
