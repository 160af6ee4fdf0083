"""Strength reduction of lists: which variables of loops need no list value in every round.

A variable that walks down a list, ``(loop (cdr xs))``, or builds one up, ``(loop (cons x xs))``, is
a *cursor*: the emission keeps it as an array and a length (emit/list_cursors.py says how). It is an
induction variable over lists; escape analysis says whether that pays: how often its value is used
as a list, inside of the loop and behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from lispcore.compiler.facts.induction import Induction, jumps_by_loop
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import LIST
from lispcore.compiler.meanings import Change, meaning
from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    Define,
    ForEach,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Variable,
    While,
)
from lispcore.core.walking import (
    Survey,
    all_nodes,
    assigned_below,
    children,
    is_assigned_below,
    last_parts,
    uses_below,
)
from lispcore.values.types import EMPTY, List


class Keep:
    """Stands for a new item where a step of a loop adds none to its list."""


KEEP: Final = Keep()


class StepKind(Enum):
    """What one round does to a list."""

    KEEP = auto()
    DROP = auto()  # some items
    PUSH = auto()  # a value, perhaps in the place of some items
    SET = auto()  # any other


_MOVES: Final = frozenset((StepKind.DROP, StepKind.PUSH))


class Step:
    """What one round does to a cursor.

    `node` is the pushed value (`KEEP` where nothing is pushed), or the new list. A push may drop
    items before: `count` of them, by the call `below`. `uses` are the uses of the variable itself
    that the step consists of.
    """

    __slots__ = ("below", "count", "kind", "node", "uses")

    def __init__(
        self,
        kind: StepKind,
        node: Node,
        count: int = 0,
        below: Call | None = None,
        uses: tuple[Local, ...] = (),
    ) -> None:
        self.kind = kind
        self.node = node
        self.count = count
        self.below = below
        self.uses = uses


class ListVariable(NamedTuple):
    """How a variable is kept as an array and a length.

    A *builder* begins empty and only grows, and nobody sees it before the loop has ended: its array
    is its own, and its length that of the array. A *sure* one never holds anything but a list. For
    one that is *private* at times, a flag says whether nobody else sees the array: what was popped
    from it can be written over.
    """

    is_builder: bool
    is_sure: bool
    is_private: bool


class Cursors:
    """The cursors of a unit, and what their new values do to them."""

    __slots__ = ("steps", "variables")

    def __init__(self) -> None:
        self.variables: dict[Variable, ListVariable] = {}
        self.steps: dict[Node, Step] = {}

    def step(self, node: Node) -> Step:
        """Returns what a new value of a cursor does to the list that it holds."""
        return self.steps.get(node) or Step(StepKind.SET, node)


def find_cursors(nodes: Survey, facts: Facts, induction: Induction) -> Cursors:
    """Returns the cursors of a unit; needs its owners and induction variables."""
    finder = CursorFinder(facts, induction)
    finder.run(nodes)
    return finder.found


def step_of(facts: Facts, variable: Variable, node: Node) -> Step:
    """Returns what a new value of a variable does to the list that it holds."""
    node = _plain(node)
    if type(node) is Local and node.variable is variable:
        return Step(StepKind.KEEP, node, uses=(node,))
    if type(node) is If:
        return _chosen_step(facts, variable, node) or Step(StepKind.SET, node)
    known = meaning(node, facts)
    if known is None or type(node) is not Call:
        return Step(StepKind.SET, node)
    if known.skips and len(node.arguments) == 1:
        base = node.arguments[0]
        if type(base) is Local and base.variable is variable:
            return Step(StepKind.DROP, node, known.skips, uses=(base,))
    if known.change is Change.PREPEND and len(node.arguments) == 2:
        item, inner = node.arguments
        if type(inner) is Local and inner.variable is variable:
            return Step(StepKind.PUSH, item, uses=(inner,))
        dropping = meaning(inner, facts)
        if dropping is not None and type(inner) is Call and len(inner.arguments) == 1:
            base = inner.arguments[0]
            if dropping.skips and type(base) is Local and base.variable is variable:
                return Step(StepKind.PUSH, item, dropping.skips, inner, (base,))
    return Step(StepKind.SET, node)


def _plain(node: Node) -> Node:
    """Returns what stands behind forms that do nothing."""
    while type(node) is Sequence and len(node.parts) == 1:
        node = node.parts[0]
    return node


def _chosen_step(facts: Facts, variable: Variable, node: If) -> Step | None:
    """Returns the step that pushes a value or, by the same test, keeps the list as it is."""
    then = step_of(facts, variable, node.then)
    otherwise = step_of(facts, variable, node.otherwise)
    kinds = {then.kind, otherwise.kind}
    plain = not then.count and not otherwise.count
    if StepKind.PUSH not in kinds or not kinds <= {StepKind.PUSH, StepKind.KEEP} or not plain:
        return None
    pushed = [
        Constant(KEEP, node.span) if each.kind is StepKind.KEEP else each.node
        for each in (then, otherwise)
    ]
    chosen = If(node.test, pushed[0], pushed[1], node.span)
    return Step(StepKind.PUSH, chosen, uses=then.uses + otherwise.uses)


def _is_list(facts: Facts, node: Node | None) -> bool:
    """Tells whether a node certainly gives a list."""
    if type(node) is Constant:
        return type(node.value) is List
    while type(node) is Let or type(node) is Sequence:
        (node,) = last_parts(node)
    if type(node) is Call and node.helper == "own_list":
        return True
    known = meaning(node, facts)
    return known is not None and known.result is LIST


def _escapes(facts: Facts, root: Node, variable: Variable, own: set[int]) -> int:
    """Counts the uses of a variable as a value; `own` are those that its steps consist of."""
    found = 0
    for node in all_nodes(root):
        if type(node) is Local:
            found += node.variable is variable and id(node) not in own
        elif type(node) is Call and len(node.arguments) == 1:
            argument = node.arguments[0]
            if type(argument) is Local and argument.variable is variable:
                if id(argument) not in own:
                    known = meaning(node, facts)
                    found -= known is not None and known.reads_cursor
    return found


class _Rounds:
    """Counts the uses of a variable as a value in the rounds of a loop that go on."""

    def __init__(self, facts: Facts, function: Lambda, variable: Variable, own: set[int]) -> None:
        self._facts = facts
        self._function = function
        self._variable = variable
        self._own = own
        self.exits: list[Node] = []  # what is evaluated when the loop ends

    def count(self, node: Node) -> tuple[bool, int]:
        """Returns whether a node can lead to the next round, and the uses in that case."""
        if type(node) is If:
            then, otherwise = self.count(node.then), self.count(node.otherwise)
            if not then[0] and not otherwise[0]:
                return False, 0
            if not then[0]:
                self.exits.append(node.then)
            elif not otherwise[0]:
                self.exits.append(node.otherwise)
            return True, self.uses(node.test) + then[1] + otherwise[1]
        if type(node) is Let:
            return self._count_last([value for _, value in node.bindings], node.body)
        if type(node) is Sequence:
            return self._count_last(node.parts[:-1], node.parts[-1])
        if any(
            type(each) is Call and self._facts.tails.jumps.get(each) is self._function
            for each in all_nodes(node)
        ):
            return True, self.uses(node)
        return False, 0

    def _count_last(self, before: list[Node], last: Node) -> tuple[bool, int]:
        goes_on, uses = self.count(last)
        return (True, uses + sum(map(self.uses, before))) if goes_on else (False, 0)

    def uses(self, node: Node) -> int:
        """Returns all uses as a value below a node."""
        return _escapes(self._facts, node, self._variable, self._own)


class CursorFinder:
    """Finds the variables of a unit that become cursors."""

    def __init__(self, facts: Facts, induction: Induction) -> None:
        self._facts = facts
        self._counted = {each.variable for each in induction.loops.values()}
        self._rounds = jumps_by_loop(facts)
        self.found = Cursors()

    def run(self, nodes: Survey) -> None:
        """Looks at all loops and at all variables that are set within their scope."""
        tails = self._facts.tails
        initial = {node.function: node.arguments for node in nodes.get(NamedLet, ())}
        for function in nodes.get(Lambda, ()):
            if function in tails.repeating:
                self._loop(function, initial.get(function) if function in tails.loops else None)
        for node in nodes.get(Let, ()):
            for variable, value in node.bindings:
                if variable.assigned and type(value) is not Lambda:
                    self._bound(node, variable, value)

    def _may_be(self, variable: Variable) -> bool:
        scopes = self._facts.scopes
        if variable in scopes.captured or variable in scopes.boxed:
            return False
        return variable not in self._facts.owners  # which grow at their end

    def _loop(self, function: Lambda, initial: list[Node] | None) -> None:
        """Finds the parameters of a loop that become cursors."""
        jumps = self._rounds.get(function, [])
        for place, variable in enumerate(function.parameters):
            if variable in self._counted or variable.assigned or not self._may_be(variable):
                continue
            values = [jump.arguments[place] for jump in jumps]
            steps = [step_of(self._facts, variable, value) for value in values]
            if not any(step.kind in _MOVES for step in steps):
                continue
            own = {id(each) for step in steps for each in step.uses}
            rounds = _Rounds(self._facts, function, variable, own)
            uses = rounds.count(function.body)[1]
            once = all(len(uses_below(each, variable)) <= 1 for each in rounds.exits)
            first = None if initial is None else initial[place]
            self._make(variable, first, values, steps, uses, once)

    def _bound(self, node: Let, variable: Variable, first: Node) -> None:
        """Finds out whether a variable that is set in a loop within its scope is a cursor."""
        if variable.letrec or not self._may_be(variable):
            return
        loops = list(_outer_loops(node.body))
        values = _new_values(node.body, variable, self._facts) if loops else None
        if not values:
            return
        steps = [step_of(self._facts, variable, value) for value in values]
        if not any(step.kind in _MOVES for step in steps):
            return
        changing = [loop for loop in loops if is_assigned_below(loop, variable)]
        if not changing:
            return
        own = {id(each) for step in steps for each in step.uses}
        inside = sum(_escapes(self._facts, loop, variable, own) for loop in loops)
        # A second loop may go on where somebody has seen what the first one left.
        alone = len(changing) == 1
        all_inside = alone and _times(node.body, variable) == _times(changing[0], variable)
        outside = len(uses_below(node.body, variable)) - len(uses_below(changing[0], variable))
        self._make(variable, first, values, steps, inside if all_inside else 1, outside <= 1)

    def _make(
        self,
        variable: Variable,
        initial: Node | None,
        values: list[Node],
        steps: list[Step],
        uses: int,
        once: bool,
    ) -> None:
        """Makes a variable a cursor if that pays.

        `uses` are those as a value inside of the loop; `once` says that behind it there is at most
        one.
        """
        kinds = {step.kind for step in steps}
        if any(step.kind is StepKind.PUSH and step.count for step in steps):
            kinds.add(StepKind.DROP)
        if uses > (StepKind.DROP in kinds):
            return
        # A list that was made just now is nobody else's.
        is_empty = type(initial) is Constant and initial.value is EMPTY
        made = meaning(initial, self._facts)
        is_own = is_empty or (made is not None and made.items is LIST)
        if is_own and once and not uses and kinds <= {StepKind.PUSH, StepKind.KEEP}:
            list_ = ListVariable(is_builder=True, is_sure=True, is_private=False)
        else:
            is_sure = _is_list(self._facts, initial) and all(
                step.kind is not StepKind.SET or _is_list(self._facts, step.node) for step in steps
            )
            is_private = {StepKind.PUSH, StepKind.DROP} <= kinds
            list_ = ListVariable(is_builder=False, is_sure=is_sure, is_private=is_private)
        self.found.variables[variable] = list_
        self.found.steps.update(zip(values, steps, strict=True))


def _new_values(root: Node, variable: Variable, facts: Facts) -> list[Node] | None:
    """Returns the values that a variable gets below a node; None if it gets some otherwise."""
    values: list[Node] = []
    for node in all_nodes(root):
        if type(node) is SetLocal:
            if node.variable is variable:
                values.append(node.value)
        elif type(node) is SetAll:
            if variable in node.variables:
                if not facts.scopes.boxed.isdisjoint(node.variables):
                    return None
                values.append(node.values[node.variables.index(variable)])
        elif (type(node) is Bind or type(node) is Define) and node.variable is variable:
            return None
    return values


def _outer_loops(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, (While, ForEach, NamedLet)):
            yield node
        else:
            stack.extend(children(node))


def _times(root: Node, variable: Variable) -> int:
    """Counts the assignments of a variable below a node."""
    return assigned_below(root).count(variable)
