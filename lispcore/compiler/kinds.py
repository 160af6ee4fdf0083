"""What can be known of a value before the program runs: its kind.

Numbers form a small order (`NAT` < `INT` < `NUM`, `FLOAT` < `NUM`); every other kind is one class
of `values.types` or of the library and stands for itself; `ANY` is nothing known at all.
"""

from __future__ import annotations

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


NUMBERS: Final = frozenset((Kind.NAT, Kind.INT, Kind.FLOAT, Kind.NUM))
INTEGERS: Final = frozenset((Kind.NAT, Kind.INT))
