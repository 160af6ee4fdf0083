"""A unit on its way through the compiler, and what the session tells about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as Set_
from copy import copy
from typing import Any, NamedTuple

from lispcore.compiler.facts.cursors import Cursors
from lispcore.compiler.facts.evaluated_names import EvaluatedNames
from lispcore.compiler.facts.flow_typing import Flow
from lispcore.compiler.facts.induction import Induction
from lispcore.compiler.facts.invariants import Invariants
from lispcore.compiler.facts.record_types import RecordFunction
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import PLAIN, Primitive, meaning_of_name
from lispcore.compiler.numeric.sites import Site
from lispcore.compiler.passes.inline_functions import Definitions
from lispcore.core.nodes import Call, Global, Lambda, Node
from lispcore.core.walking import Survey, survey


class Knowledge:
    """What the earlier units of a session tell the compiler about globals."""

    __slots__ = (
        "changed_at", "constants", "evaluated", "guarded", "records", "settable", "steady",
        "suspended", "units", "unsteady", "user_defined", "waiting",
    )  # fmt: skip

    def __init__(self) -> None:
        self.user_defined: set[str] = set()
        # Functions that never answer TAIL, and all names that ever meant anything else.
        self.steady: set[str] = set()
        self.unsteady: set[str] = set()
        # Names that compiled code calls without looking for TAIL.
        self.guarded: set[str] = set()
        # Which unit was the last to define or change a global, by its number, and what functions
        # may change at any time; and what evaluated code may define.
        self.changed_at: dict[str, int] = {}
        self.settable: set[str] = set()
        self.evaluated = EvaluatedNames()
        self.units = 0  # the number of the last one
        self.records: dict[str, RecordFunction] = {}
        # Functions that may wait, each with those of them that it calls.
        self.waiting: dict[str, set[str]] = {}
        # In the middle of these anything may run, and define names anew: more than those above.
        self.suspended: set[str] = set()
        self.constants = 0  # how many constants of code have got a name

    def copied(self) -> Knowledge:
        """Returns the same knowledge, which can grow by itself."""
        new = Knowledge()
        for name in self.__slots__:
            setattr(new, name, copy(getattr(self, name)))
        return new


class Again(NamedTuple):
    """Why a unit is compiled once more: its number, and the names that mean something else now."""

    unit: int
    changed: Set_[str]


class Work:
    """A unit on its way through the passes.

    `main` is the function of its forms, `names` are the globals that it mentions and `helpers` the
    functions of the runtime that it calls, as it was written. `values` are the globals of the
    session as they are now. `defined` are the globals that other units have defined or changed;
    `is_again` tells whether the unit was compiled before.
    """

    def __init__(
        self,
        main: Lambda,
        facts: Facts,
        knowledge: Knowledge,
        definitions: Definitions,
        values: Mapping[str, Any],
    ) -> None:
        self.main = main
        self.facts = facts
        self.knowledge = knowledge
        self.definitions = definitions
        self.values = values
        self.defined = knowledge.user_defined
        self.is_again = False
        self.constants: dict[str, Any] = {}
        self.nodes: Survey = survey(main)  # of the unit as it is now
        self._known: set[Primitive] | None = None  # the records of its names, once asked for
        self.names = {node.name for node in self.nodes[Global]}
        self.helpers = {call.helper for call in self.nodes[Call] if call.function is None}
        self.known: set[str] = set()  # which facts hold of the forms as they are now
        # What is found for the emission alone; what is not looked for stays empty.
        self.induction = Induction()
        self.cursors = Cursors()
        self.invariants = Invariants()
        self.flow = Flow()
        self.library: dict[Global, Primitive] = {}
        self.leaving: set[Lambda] = set()
        self.sites: dict[Node, Site] = {}

    def calls(self, wanted: Callable[[Primitive], bool]) -> bool:
        """Tells whether the program mentions a function of the library with such a record."""
        if self._known is None:
            known = [meaning_of_name(name, self.facts) for name in self.names]
            self._known = {each for each in known if each is not None and each is not PLAIN}
        return any(map(wanted, self._known))

    def become(self, main: Lambda) -> None:
        """Notes what a pass has made of the unit, and that facts about the old forms are gone."""
        self.main = main
        self.nodes = survey(main)
        self.known.clear()
