"""What is known of a unit: the side tables that the analyses fill.

Nodes and variables say what the program is; what is found out about them stands here, by node or by
variable. So the forms can change and be analysed again from scratch, and two readers of one tree
can know different things of it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from lispcore.compiler.facts.record_types import RecordFunction
from lispcore.compiler.kinds import AnyKind, Kind
from lispcore.compiler.library import Primitive
from lispcore.core.nodes import Call, Lambda, Node, Variable


@dataclass(slots=True)
class Scopes:
    """Where variables live, filled by scopes.py."""

    # Functions that are bound to one variable alone, each way.
    functions: dict[Variable, Lambda] = field(default_factory=dict)
    names: dict[Lambda, Variable] = field(default_factory=dict)
    home: dict[Variable, Lambda] = field(default_factory=dict)  # the function that binds it
    # Used by a function inside the one that binds it.
    captured: set[Variable] = field(default_factory=set)
    # Bound anew by every round of a loop.
    in_loop: set[Variable] = field(default_factory=set)
    # Lives in a one-item list: captured, changed, and bound in a loop.
    boxed: set[Variable] = field(default_factory=set)
    # Every value that a variable may get, as far as they can be seen; None once one cannot.
    sources: dict[Variable, list[Node] | None] = field(default_factory=dict)
    # The function around a function, and the variables of those around it, in order of their use.
    around: dict[Lambda, Lambda] = field(default_factory=dict)
    free: dict[Lambda, dict[Variable, None]] = field(default_factory=dict)


@dataclass(slots=True)
class Tails:
    """What is evaluated last: loops, jumps, and tail calls; filled by tails.py."""

    # Named lets that are plain loops of the function around them.
    loops: set[Lambda] = field(default_factory=set)
    # Calls that are the next round of a loop or function, with that.
    jumps: dict[Call, Lambda] = field(default_factory=dict)
    repeating: set[Lambda] = field(default_factory=set)  # some jump leads to it
    # Loops that contain a jump to the loop around them.
    jumping_out: set[Lambda] = field(default_factory=set)
    # Which functions of the unit a function calls last, and whether it calls others, too.
    targets: dict[Lambda, dict[Lambda, None]] = field(default_factory=dict)
    unknown: set[Lambda] = field(default_factory=set)
    # Functions of one number call one another in tail position.
    cycles: dict[Lambda, int] = field(default_factory=dict)
    bouncing: set[Lambda] = field(default_factory=set)  # may answer TAIL, see calls.py


@dataclass(slots=True)
class Values:
    """What values are, filled by inferred_kinds.py; see kinds.py."""

    kinds: dict[Variable, AnyKind] = field(default_factory=dict)  # of which all of its values are
    results: dict[Lambda, AnyKind] = field(default_factory=dict)  # of functions, once asked for


class Facts:
    """What is known about globals when a unit is compiled.

    `library` holds the functions of the library that nobody has redefined, to be asked by
    `library.meaning` alone, which notes in `assumed` what was asked for; `steady` user functions of
    earlier units that never bounce; `unsafe` names that this unit must not make assumptions about.
    `records` says which globals are functions of record types, see record_types.py; the classes
    whose names are in `made` are there already.
    """

    def __init__(
        self,
        library: Mapping[str, Primitive],
        steady: set[str],
        unsafe: Container[str] = frozenset(),
    ) -> None:
        self.library = library
        self.steady = steady
        self.unsafe = unsafe
        # Globals that are defined once, as a function, each way.
        self.functions: dict[str, Lambda] = {}
        self.global_names: dict[Lambda, str] = {}
        self.definitions: dict[str, Node] = {}  # what later units may write in place
        self.evaluates = False  # the unit can run code that it does not contain
        self.assumed: set[str] = set()  # globals whose present meaning the code contains
        self.flagged: set[str] = set()  # of these, those with a flag, see `Unit.flag`
        self.records: dict[str, RecordFunction] = {}
        self.made: set[str] = set()
        self.settable: Container[str] = frozenset()  # globals that functions may change at any time
        self.waiting: set[str] = set()  # functions of the unit that may wait
        self.kinds: dict[str, Kind] = {}  # of globals, see global_kinds.py
        # What has a value wherever it is used, see definite_assignment.py; of variables, those
        # that a body defines are in question.
        self.certain: set[str | Variable] = set()
        # Variables that a pass has made for a function of the unit.
        self.named: dict[Variable, Lambda] = {}
        # What `analyse` finds, made anew by each analysis.
        self.scopes = Scopes()
        self.tails = Tails()
        self.values = Values()
        # Variables that can own their values, see ownership.py.
        self.owners: dict[Variable, Any] = {}
        self.updates: set[Node] = set()
        self.peeks: set[Node] = set()
        # New values of variables that a loop hands back, see unite_variables.py.
        self.handed_back: set[Node] = set()
        # Functions that are written twice, see call_versions.py.
        self.versions: dict[Lambda, set[Call]] = {}
        # In which order several variables get their new values, see update_order.py, and which of
        # these values nobody notices, see effects.py.
        self.orders: dict[Node, Any] = {}
        self.unnoticed: set[Node] = set()

    def function_of(self, variable: Variable) -> Lambda | None:
        """Returns the function that a variable certainly holds, if it is known."""
        if variable.assigned:
            return None
        return self.scopes.functions.get(variable) or self.named.get(variable)
