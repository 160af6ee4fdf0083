"""Parallel assignment: the new values that the variables of a loop get at one moment.

Which values those are, and in what order they are evaluated, has been decided before. What is left
here is instruction scheduling of the Python code (parallel moves made sequential): assignments that
do not read one another's targets are written one after the other, without a tuple between them.
"""

from __future__ import annotations

from typing import NamedTuple

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.list_cursors import (
    RestCheck,
    Stepped,
    drop,
    enter,
    may_keep,
    plan,
    push_chosen,
    push_or_enter,
)
from lispcore.compiler.emit.ordered_updates import write_round
from lispcore.compiler.emit.owners import disown
from lispcore.compiler.emit.python_syntax import LOAD, STORE, compare, load
from lispcore.compiler.emit.quiet import is_quiet
from lispcore.compiler.emit.representations import Cursor
from lispcore.compiler.facts.cursors import Step, StepKind
from lispcore.core.nodes import Local, Node, Span, Variable


def write_updates(em: FunctionEmitter, given: list[tuple[Variable, Node]], span: Span) -> None:
    """Writes new values of several variables, which they all get at one moment.

    A boxed one gets a new box, as the next round of a loop wants it.
    """
    facts = em.unit.facts
    noticed = {variable for variable, node in given if node not in facts.unnoticed}
    order = next((facts.orders[node] for _, node in given if node in facts.orders), None)
    if order is not None:
        given = write_round(em, given, order)
        noticed -= {variable for variable, node in given if type(node) in (Local, Stepped)}
    evaluated, steps = plan(em, given, noticed)
    _Round(em, steps, span).write(evaluated)
    for variable, _ in given:
        if variable in facts.owners:
            disown(em, variable, span)


class _Pushed(NamedTuple):
    """A value that comes to the front of a cursor's list, and the node that gave it."""

    cursor: Cursor
    value: ast.expr
    node: Node
    step: Step


class _Round:
    """The new values of one moment: of plain variables, and what they do to cursors."""

    def __init__(
        self,
        em: FunctionEmitter,
        steps: dict[Variable, Step],
        span: Span,
    ) -> None:
        self._em = em
        self._steps = steps
        self._span = span
        self._changes: list[tuple[str, ast.expr]] = []
        self._pushed: list[_Pushed] = []
        self._entered: list[Cursor] = []

    def write(self, evaluated: list[tuple[Variable, Node]]) -> None:
        """Writes the values of these nodes, and the steps that need none."""
        em = self._em
        self._evaluate(self._chosen_first(evaluated))
        for variable, step in self._steps.items():
            if step.kind is StepKind.DROP:
                cursor = em.cursors[variable]
                self._changes.append((cursor.count, drop(em, cursor, step, self._span)))
        late = self._push_early()
        assign_together(em, self._changes, self._span)
        for pushed in late:
            self._push_late(pushed)
        for cursor in self._entered:
            enter(em, cursor, self._span)

    def _chosen_first(self, evaluated: list[tuple[Variable, Node]]) -> list[tuple[Variable, Node]]:
        """Writes a push or none, by a test, if nothing else looks at that cursor; returns the rest.

        What is left has to be evaluated.
        """
        em = self._em
        checks = [node for _, node in evaluated if type(node) is RestCheck]
        if len(evaluated) != len(checks) + 1 or not may_keep(evaluated[-1][1]):
            return evaluated
        for check in checks:
            em.expression(check)
        variable, chosen = evaluated[-1]
        push_chosen(em, em.cursors[variable], chosen, self._span)
        return []

    def _evaluate(self, evaluated: list[tuple[Variable, Node]]) -> None:
        em = self._em
        values = em.plain_arguments([node for _, node in evaluated])
        for (variable, node), value in zip(evaluated, values, strict=True):
            if type(node) is RestCheck:
                continue
            name = em.name_variable(variable)
            step = self._steps.get(variable)
            if step is not None:
                cursor = em.cursors[variable]
                if step.kind is StepKind.PUSH:
                    self._pushed.append(_Pushed(cursor, value, node, step))
                    continue
                self._entered.append(cursor)
            if type(value) is ast.Name and value.id == name:
                continue
            if variable in em.scopes.boxed:
                value = ast.List([value], LOAD, self._span)
            self._changes.append((name, value))

    def _push_early(self) -> list[_Pushed]:
        """Writes the pushes that make no difference to the other values; returns the others.

        The values of these are evaluated with all others.
        """
        em, changes = self._em, self._changes
        are_quiet = all(is_quiet(em, value) for _, value in changes)
        late: list[_Pushed] = []
        for each in self._pushed:
            cursor, value = each.cursor, each.value
            rest = [other for _, other in changes]
            rest += [other.value for other in self._pushed if other.value is not value]
            alone = not any(_names(other) & {cursor.cells, cursor.count} for other in rest)
            quiet = not rest or (are_quiet and is_quiet(em, value))
            if not may_keep(each.node) and alone and quiet:
                push_or_enter(em, cursor, value, self._span, each.step)
                continue
            held = em.unit.unique("held")
            changes.insert(len(late), (held, value))
            late.append(each._replace(value=load(held, self._span)))
        return late

    def _push_late(self, pushed: _Pushed) -> None:
        em, span = self._em, self._span
        cursor, value, node, step = pushed
        if not may_keep(node):
            push_or_enter(em, cursor, value, span, step)
            return
        block, _ = em.in_block(lambda: push_or_enter(em, cursor, value, span))
        kept = compare(value, ast.IsNot(), load(" keep", span), span)
        em.block.append(ast.If(kept, block, [], span))


def assign_together(em: FunctionEmitter, changes: list[tuple[str, ast.expr]], span: Span) -> None:
    """Writes assignments of one moment: one by one where that makes no difference."""
    waiting = changes
    if all(is_quiet(em, value) for _, value in changes):
        waiting = list(changes)
        reads = {name: _names(value) - {name} for name, value in changes}
        while waiting:
            for change in waiting:
                name, value = change
                if not any(name in reads[other] for other, _ in waiting if other != name):
                    waiting.remove(change)
                    em.assign_name(name, value, span)
                    break
            else:
                break
    if len(waiting) == 1:
        em.assign_name(*waiting[0], span)
    elif waiting:
        targets: list[ast.expr] = [ast.Name(name, STORE, span) for name, _ in waiting]
        values = [value for _, value in waiting]
        target = ast.Tuple(targets, STORE, span)
        value = ast.Tuple(values, LOAD, span)
        em.block.append(ast.Assign([target], value, span))


def _names(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if type(node) is ast.Name}
