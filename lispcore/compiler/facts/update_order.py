"""Scheduling: the order of changes in place among the new values that variables get at one moment.

A value that is changed in place is changed at its turn, so all that stands before is evaluated
first if it could tell the difference, and nothing behind may look at the old value. What does look
at it, but keeps nothing of it, makes the change wait until everything else has its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lispcore.compiler.facts.ownership import chain
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Change
from lispcore.core.nodes import Call, Local, Node, SetAll, Variable
from lispcore.core.walking import Survey, is_assigned_below, uses_below


class Turn(NamedTuple):
    """A change in place: of what, what is evaluated before, whether it waits for all else."""

    variable: Variable
    before: tuple[Variable, ...]
    waits: bool


class Order:
    """The changes of one moment in their order, and what is evaluated before those that wait.

    `settled` are the variables that need nothing else: the changed ones, and those that keep their
    value.
    """

    __slots__ = ("before_waiting", "settled", "turns")

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.before_waiting: tuple[Variable, ...] = ()
        self.settled: set[Variable] = set()


def find_orders(nodes: Survey, facts: Facts) -> dict[Node, Order]:
    """Returns the order of each moment by the values that variables get then.

    Moments are the next rounds of loops, and other assignments of several variables.
    """
    moments: list[tuple[Sequence[Variable], Sequence[Node]]] = [
        (loop.parameters, jump.arguments) for jump, loop in facts.tails.jumps.items()
    ]
    moments += [(node.variables, node.values) for node in nodes.get(SetAll, ())]
    found: dict[Node, Order] = {}
    for variables, values in moments:
        if not facts.owners.keys().isdisjoint(variables):
            order = _Ordering(list(zip(variables, values, strict=True)), facts).order
            found.update(dict.fromkeys(values, order))
    return found


class _Ordering:
    """Finds the order for the new values of several variables."""

    def __init__(self, given: list[tuple[Variable, Node]], facts: Facts) -> None:
        self.facts = facts
        self.order = Order()
        self.left: dict[Variable, Node] = {}
        self.evaluated: set[Variable] = set()
        for place, (variable, node) in enumerate(given):
            self._take(variable, node, [each for _, each in given[place + 1 :]])
        waiting = [turn.variable for turn in self.order.turns if turn.waits]
        looking = [
            place
            for place, (variable, node) in enumerate(self.left.items())
            if variable not in self.evaluated and any(uses_below(node, each) for each in waiting)
        ]
        if looking:
            self.order.before_waiting = tuple(self.left)[: looking[-1] + 1]

    def _take(self, variable: Variable, node: Node, others: list[Node]) -> None:
        """Takes the next value; the others come behind it."""
        facts, order = self.facts, self.order
        changed_later = any(is_assigned_below(each, variable) for each in others)
        if type(node) is Local and node.variable is variable and not changed_later:
            if variable in facts.owners:
                order.settled.add(variable)  # the same value, and still nobody else's
                return
        later = [use for each in others for use in uses_below(each, variable)]
        if changed_later or node not in facts.updates:
            self.left[variable] = node
        elif not later:
            self._turn(variable, self._looking_at(variable, node), waits=False)
        elif all(use in facts.peeks for use in later) and self._can_wait(node, variable):
            self._turn(variable, tuple(self.left), waits=True)
        else:
            self.left[variable] = node

    def _turn(self, variable: Variable, before: tuple[Variable, ...], *, waits: bool) -> None:
        self.order.turns.append(Turn(variable, before, waits))
        self.order.settled.add(variable)
        self.evaluated.update(before)

    def _looking_at(self, variable: Variable, node: Node) -> tuple[Variable, ...]:
        """Returns whose values are evaluated before a change, as they could tell the difference."""
        unnoticed = self.facts.unnoticed
        rest = {each: value for each, value in self.left.items() if each not in self.evaluated}
        if node in unnoticed and unnoticed.issuperset(rest.values()):
            return tuple(each for each, value in rest.items() if uses_below(value, variable))
        return tuple(self.left)

    def _can_wait(self, node: Node, variable: Variable) -> bool:
        """Tells whether a value is one change of one entry of a map."""
        steps: list[tuple[Call, Change]] = chain(node, variable, self.facts)
        if len(steps) != 1:
            return False
        sizes = {Change.PUT: 3, Change.REMOVE: 2, Change.PUT_STEP: 3}
        step, change = steps[0]
        return len(step.arguments) == sizes.get(change)
