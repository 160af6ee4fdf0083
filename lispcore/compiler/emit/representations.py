"""How variables are held in Python where that is not simply by a name."""

from __future__ import annotations

from dataclasses import dataclass

from lispcore.compiler.kinds import Kind
from lispcore.core.nodes import Variable


@dataclass(frozen=True, slots=True)
class Cursor:
    """A list in a loop: the Python names of its array and of its length, see list_cursors.py."""

    variable: Variable
    cells: str
    count: str  # "" for a builder
    private: str  # of the flag that says that nobody else sees the array, "" without one
    is_sure: bool

    @property
    def is_builder(self) -> bool:
        """Tells whether the length is that of the array."""
        return not self.count


@dataclass(frozen=True, slots=True)
class View:
    """The items of a value of some class in a Python variable, see loop_invariants.py."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Key:
    """Two Python variables that tell how a value is compared, see loop_invariants.py."""

    is_same: str
    is_text: str
