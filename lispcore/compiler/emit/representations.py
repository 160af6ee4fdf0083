"""How variables are held in Python where that is not simply by a name."""

from __future__ import annotations

from typing import NamedTuple

from lispcore.compiler.kinds import Kind
from lispcore.core.nodes import Variable


class Cursor:
    """A list in a loop: the Python names of its array and of its length, see list_cursors.py."""

    __slots__ = ("cells", "count", "is_sure", "private", "variable")

    def __init__(
        self, variable: Variable, cells: str, count: str, private: str, is_sure: bool
    ) -> None:
        self.variable = variable
        self.cells = cells
        self.count = count  # "" for a builder
        # Of the flag that says that nobody else sees the array, "" without one.
        self.private = private
        self.is_sure = is_sure

    @property
    def is_builder(self) -> bool:
        """Tells whether the length is that of the array."""
        return not self.count


class View(NamedTuple):
    """The items of a value of some class in a Python variable, see loop_invariants.py."""

    name: str
    kind: Kind
    size: int  # there are so many, or none


class Key(NamedTuple):
    """Two Python variables that tell how a value is compared, see loop_invariants.py."""

    is_same: str
    is_text: str
