"""Flow-sensitive type inference: what is known of a variable at each of its uses.

Type inference (inferred_kinds.py) says what all values of a variable are. More is known where a
test has come out in one way (occurrence typing, occurrences.py), and behind an operation that would
have failed otherwise: after ``(- n 1)`` n is a number. The walk follows the order of evaluation.
What holds in a branch only is taken back behind it: a trail says what was known before.

Of values that change, only one thing is kept: that a list in a loop, a cursor, has items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lispcore.compiler.facts.cursors import Cursors
from lispcore.compiler.facts.induction import Counting, Induction
from lispcore.compiler.facts.inferred_kinds import HELPER_KINDS, constant_kind, function_kind
from lispcore.compiler.facts.occurrences import told_by
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import ANY, AnyKind, Kind, common_kind, tells_more
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    Finally,
    ForEach,
    Global,
    If,
    Kept,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    SetGlobal,
    SetLocal,
    Try,
    Variable,
    While,
)
from lispcore.core.walking import children

# Stands among the variables where a flag has just said that the program is unchanged.
PROGRAM = Variable("program")


class Flow:
    """What is known at the uses of names, by node; of all others, no more than everywhere."""

    __slots__ = ("full", "globals", "kinds")

    def __init__(self) -> None:
        self.kinds: dict[Local, AnyKind] = {}
        self.full: set[Local] = set()  # uses of cursors that certainly have items
        self.globals: dict[Global, Kind] = {}


def find_flow(main: Lambda, facts: Facts, cursors: Cursors, induction: Induction) -> Flow:
    """Returns what is known at the uses of the names of a unit."""
    walk = _Walk(facts, cursors, induction)
    walk.function(main)
    return walk.found


class _Walk:
    """Goes through functions in the order of evaluation, with what is known of variables there.

    The methods that are named after nodes return the kind of the node's value.
    """

    def __init__(self, facts: Facts, cursors: Cursors, induction: Induction) -> None:
        self.found = Flow()
        self._facts = facts
        self._cursors = cursors.variables
        self._induction = induction
        self._always = facts.values.kinds
        self._boxed = facts.scopes.boxed
        self._functions: list[Lambda] = []  # those around, the innermost last
        self._kinds: dict[Variable, AnyKind] = {}
        self._holding: set[Variable] = set()
        # A variable, and the kind before; of one that has come to hold items, itself.
        self._trail: list[tuple[Variable, AnyKind | Variable | None]] = []

    # --- what is known ----------------------------------------------------------------------------

    def _learn(self, variable: Variable, kind: AnyKind) -> None:
        """Remembers a fact about a variable, if it says more than what is known."""
        if variable.assigned or variable in self._boxed or variable in self._cursors:
            return
        known = self._kinds.get(variable)
        if tells_more(kind, self._always.get(variable, ANY) if known is None else known):
            self._kinds[variable] = kind
            self._trail.append((variable, known))

    def _learn_of(self, nodes: Iterable[Node], kinds: Iterable[AnyKind]) -> None:
        """Remembers of which kinds the values of nodes have turned out to be."""
        for node, kind in zip(nodes, kinds, strict=False):
            if type(node) is Local:
                self._learn(node.variable, kind)

    def _hold(self, variable: Variable) -> None:
        """Remembers that a cursor has items, or that the program is unchanged."""
        if variable not in self._holding:
            self._holding.add(variable)
            self._trail.append((variable, variable))

    def _forget(self, mark: int) -> None:
        """Takes back what was learnt since the trail was so long."""
        while len(self._trail) > mark:
            variable, before = self._trail.pop()
            if isinstance(before, Variable):
                self._holding.discard(variable)
            elif before is None:
                self._kinds.pop(variable, None)
            else:
                self._kinds[variable] = before

    def _assume(self, test: Node, holds: bool) -> None:
        """Notes what is known of variables behind a test that came out in this way."""
        for told in told_by(test, holds, self._facts):
            if told.variable is None:
                self._hold(PROGRAM)
            elif told.variable in self._cursors:
                if told.is_full:
                    self._hold(told.variable)
            elif told.kind is not None:
                self._learn(told.variable, told.kind)

    # --- parts ------------------------------------------------------------------------------------

    def visit(self, node: Node) -> AnyKind:
        """Goes through a node; returns the kind of its value."""
        kind: AnyKind = _VISITS[type(node)](self, node)
        return kind

    def _perhaps(self, node: Node) -> AnyKind:
        """Goes through what may not be evaluated, or not to its end."""
        mark = len(self._trail)
        kind = self.visit(node)
        self._forget(mark)
        return kind

    def _give(self, pairs: list[tuple[Variable, Node]]) -> None:
        """Goes through new values of variables, which they all get at one moment."""
        # Where values are changed in place, the others are evaluated in an order of their own.
        is_ordered = any(node in self._facts.orders for _, node in pairs)
        for _, node in pairs:
            (self._perhaps if is_ordered else self.visit)(node)
        self._holding.difference_update(variable for variable, _ in pairs)

    def function(self, node: Lambda) -> AnyKind:
        """Goes through a function by itself: what is known around it may not hold when it runs."""
        saved = self._kinds, self._holding, self._trail
        self._kinds, self._holding, self._trail = {}, set(), []
        self._functions.append(node)
        if node in self._facts.tails.repeating:
            self._loop(node)
        else:
            self.visit(node.body)
        self._functions.pop()
        self._kinds, self._holding, self._trail = saved
        return ANY

    def _loop(self, function: Lambda) -> None:
        """Goes through a loop whose variables have their first values."""
        counting = self._induction.loops.get(function)
        self._begin_rounds(counting)
        if counting is None:
            self._perhaps(function.body)
        else:
            self._perhaps(counting.round)
            self._perhaps(counting.exit)

    def _begin_rounds(self, counting: Counting | None) -> None:
        if counting is not None:
            self.visit(counting.bound)
        # An earlier round may have changed them.
        self._holding = {each for each in self._holding if not each.assigned}

    # --- nodes ------------------------------------------------------------------------------------

    def constant(self, node: Constant) -> AnyKind:
        return constant_kind(node.value)

    def local(self, node: Local) -> AnyKind:
        variable = node.variable
        if variable in self._cursors:
            if variable in self._holding:
                self.found.full.add(node)
            return ANY
        known = self._kinds.get(variable)
        if known is None:
            return self._always.get(variable, ANY)
        self.found.kinds[node] = known
        return known

    def global_(self, node: Global) -> AnyKind:
        kind = self._facts.kinds.get(node.name, ANY)
        # It may be defined anew while this code is in use.
        if kind == ANY or self._facts.evaluates or not self._is_exchanged():
            return ANY
        self.found.globals[node] = kind
        return kind

    def _is_exchanged(self) -> bool:
        """Tells whether this code is not in use any more when the program has changed."""
        if PROGRAM in self._holding:
            return True
        name = self._facts.global_names.get(self._functions[-1], "")
        return len(self._functions) == 2 and bool(name) and name not in self._facts.waiting

    def call(self, node: Call) -> AnyKind:
        facts = self._facts
        if node in facts.tails.jumps:
            parameters = facts.tails.jumps[node].parameters
            self._give(list(zip(parameters, node.arguments, strict=True)))
            return ANY
        callee = node.function
        if callee is not None and type(callee) is not Global:
            self.visit(callee)
        kinds = [_VISITS[type(each)](self, each) for each in node.arguments]  # most nodes
        if callee is None:
            return HELPER_KINDS.get(node.helper, ANY)
        known = meaning(node, facts)
        if known is not None:
            self._learn_of(node.arguments, known.accepted(kinds))
            return known.kind_of(kinds)
        return self._own_call(node) if type(callee) is Global else ANY

    def _own_call(self, node: Call) -> AnyKind:
        """Returns the kind of what a function of the program gives."""
        facts, name = self._facts, node.global_name
        record = facts.records.get(name)
        if record is not None and record.count == len(node.arguments):
            if record.work in ("accessor", "modifier"):
                self._learn_of(node.arguments, (record.kind,))
            is_made = record.work == "constructor" and record.instance in facts.made
            return record.kind if is_made else ANY
        function = facts.functions.get(name)
        if function is None or function in facts.tails.bouncing:
            return ANY
        return function_kind(function, facts)

    def choice(self, node: If) -> AnyKind:
        # A chain of choices (cond) is walked in a loop, not by recursion.
        kinds: list[AnyKind] = []
        marks: list[int] = []
        last: Node = node
        while type(last) is If:
            self.visit(last.test)
            marks.append(len(self._trail))
            self._assume(last.test, holds=True)
            kinds.append(self.visit(last.then))
            self._forget(marks[-1])
            self._assume(last.test, holds=False)
            last = last.otherwise
        kind = self.visit(last)
        self._forget(marks[0])
        for each in kinds:
            kind = common_kind(kind, each)
        return kind

    def logic(self, node: And | Or) -> AnyKind:
        self.visit(node.parts[0])
        mark = len(self._trail)
        for before, part in zip(node.parts, node.parts[1:], strict=False):
            self._assume(before, type(node) is And)
            self.visit(part)
        self._forget(mark)
        return ANY

    def sequence(self, node: Sequence) -> AnyKind:
        kind: AnyKind = ANY
        for part in node.parts:
            kind = self.visit(part)
        return kind

    def let(self, node: Let) -> AnyKind:
        for variable, value in node.bindings:
            self._learn(variable, self.visit(value))
        return self.visit(node.body)

    def named_let(self, node: NamedLet) -> AnyKind:
        function = node.function
        is_loop = function in self._facts.tails.loops
        if not is_loop:
            self.function(function)
        for argument in node.arguments:
            self.visit(argument)
        if is_loop and function in self._facts.tails.repeating:
            self._loop(function)
        elif is_loop:
            self.visit(function.body)
        return ANY

    def while_(self, node: While) -> AnyKind:
        counted = self._induction.whiles.get(node)
        if counted is not None:
            self._begin_rounds(counted.counting)
            self._perhaps(counted.body)
            return ANY
        self._begin_rounds(None)
        mark = len(self._trail)
        self.visit(node.test)
        self._assume(node.test, holds=True)
        self.visit(node.body)
        self._forget(mark)
        return ANY

    def for_each(self, node: ForEach) -> AnyKind:
        self.visit(node.iterable)
        self._begin_rounds(None)
        self._perhaps(node.body)
        return ANY

    def parts_by_themselves(self, node: Try | Finally) -> AnyKind:
        for part in children(node):
            self._perhaps(part)
        return ANY

    def set_local(self, node: SetLocal) -> AnyKind:
        kind = self.visit(node.value)
        self._holding.discard(node.variable)
        return ANY if node.variable in self._cursors else kind

    def set_all(self, node: SetAll) -> AnyKind:
        self._give(list(zip(node.variables, node.values, strict=True)))
        return ANY

    def set_global(self, node: SetGlobal) -> AnyKind:
        kind = self.visit(node.value)
        return ANY if node.is_definition else kind

    def kept(self, node: Kept) -> AnyKind:
        return self.visit(node.value)

    def value(self, node: Define | Bind) -> AnyKind:
        self.visit(node.value)
        return ANY


_VISITS: dict[type, Callable[[_Walk, Any], AnyKind]] = {
    Constant: _Walk.constant,
    Local: _Walk.local,
    Global: _Walk.global_,
    Call: _Walk.call,
    If: _Walk.choice,
    And: _Walk.logic,
    Or: _Walk.logic,
    Sequence: _Walk.sequence,
    Lambda: _Walk.function,
    Let: _Walk.let,
    NamedLet: _Walk.named_let,
    While: _Walk.while_,
    ForEach: _Walk.for_each,
    Try: _Walk.parts_by_themselves,
    Finally: _Walk.parts_by_themselves,
    SetLocal: _Walk.set_local,
    SetAll: _Walk.set_all,
    SetGlobal: _Walk.set_global,
    Kept: _Walk.kept,
    Define: _Walk.value,
    Bind: _Walk.value,
}
