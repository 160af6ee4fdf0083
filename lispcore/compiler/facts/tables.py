"""What is known of a unit: the side tables that the analyses fill.

Nodes and variables say what the program is; what is found out about them stands here, by node or by
variable. So the forms can change and be analysed again from scratch, and two readers of one tree
can know different things of it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from lispcore.compiler.facts.record_types import RecordFunction
from lispcore.compiler.kinds import AnyKind, Kind
from lispcore.compiler.meanings import Primitive
from lispcore.core.nodes import Call, Lambda, Node, Variable


class Scopes:
    """Where variables live, filled by scopes.py."""

    __slots__ = (
        "around", "boxed", "captured", "early", "free", "functions", "home", "in_loop", "names",
        "sources",
    )  # fmt: skip

    def __init__(self) -> None:
        # Functions that are bound to one variable alone, each way.
        self.functions: dict[Variable, Lambda] = {}
        self.names: dict[Lambda, Variable] = {}
        self.home: dict[Variable, Lambda] = {}  # the function that binds it
        # Used by a function inside the one that binds it.
        self.captured: set[Variable] = set()
        # Bound anew by every round of a loop.
        self.in_loop: set[Variable] = set()
        # Lives in a one-item list: captured, changed, and bound in a loop.
        self.boxed: set[Variable] = set()
        # Variables that a loop's body may use before it defines them, see early_uses.py.
        self.early: dict[Node, list[Variable]] = {}
        # Every value that a variable may get, as far as they can be seen; None once one cannot.
        self.sources: dict[Variable, list[Node] | None] = {}
        # The function around a function, and the variables of those around it, in order of their
        # use.
        self.around: dict[Lambda, Lambda] = {}
        self.free: dict[Lambda, dict[Variable, None]] = {}


class Tails:
    """What is evaluated last: loops, jumps, and tail calls; filled by tails.py."""

    __slots__ = (
        "bouncing", "cycles", "jumping_out", "jumps", "loops", "repeating", "targets", "unknown",
    )  # fmt: skip

    def __init__(self) -> None:
        # Named lets that are plain loops of the function around them.
        self.loops: set[Lambda] = set()
        # Calls that are the next round of a loop or function, with that.
        self.jumps: dict[Call, Lambda] = {}
        self.repeating: set[Lambda] = set()  # some jump leads to it
        # Loops that contain a jump to the loop around them.
        self.jumping_out: set[Lambda] = set()
        # Which functions of the unit a function calls last, and whether it calls others, too.
        self.targets: dict[Lambda, dict[Lambda, None]] = {}
        self.unknown: set[Lambda] = set()
        # Functions of one number call one another in tail position.
        self.cycles: dict[Lambda, int] = {}
        self.bouncing: set[Lambda] = set()  # may answer TAIL, see calls.py


class Values:
    """What values are, filled by inferred_kinds.py; see kinds.py."""

    __slots__ = ("kinds", "results")

    def __init__(self) -> None:
        self.kinds: dict[Variable, AnyKind] = {}  # of which all of its values are
        self.results: dict[Lambda, AnyKind] = {}  # of functions, once asked for


class Facts:
    """What is known about globals when a unit is compiled.

    `library` holds the functions of the library that nobody has redefined, to be asked by `meaning`
    alone (meanings.py), which notes in `assumed` what was asked for; `steady` user functions of
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
