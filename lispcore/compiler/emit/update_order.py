"""Scheduling: the order of changes in place among the new values of several variables."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.list_cursors import Stepped, may_keep
from lispcore.compiler.emit.python_syntax import LOAD, load
from lispcore.compiler.emit.quiet import is_quiet_node
from lispcore.compiler.emit.updates_in_place import Entry, assign_all, own_place
from lispcore.compiler.facts.cursors import Step, StepKind
from lispcore.compiler.facts.ownership import chain
from lispcore.compiler.library import Change
from lispcore.core.nodes import Constant, Local, Node, Span, Variable
from lispcore.core.walking import is_assigned_below, uses_below


def write_round(
    em: FunctionEmitter, given: list[tuple[Variable, Node]], span: Span
) -> list[tuple[Variable, Node]]:
    """Writes the changes in place among the new values of several variables.

    Returns what is left to be evaluated and assigned. A value that is changed in place is changed
    at its turn, so all that stands before is evaluated first if it could tell the difference, and
    nothing behind may look at the old value.
    """
    facts = em.unit.facts
    left: list[tuple[Variable, Node]] = []
    last: list[ast.stmt] = []
    waiting: list[Variable] = []  # change at the very end
    for place, (variable, node) in enumerate(given):
        others = [each for _, each in given[place + 1 :]]
        changed_later = any(is_assigned_below(each, variable) for each in others)
        if type(node) is Local and node.variable is variable and not changed_later:
            if variable in facts.owners:
                continue  # the same value, and still nobody else's
        later = [use for each in others for use in uses_below(each, variable)]
        if changed_later or node not in facts.updates:
            left.append((variable, node))
        elif not later:
            _evaluate_before(em, left, variable, node)
            em.into(node, own_place(em, variable))
        elif all(use in facts.peeks for use in later) and _can_wait(em, node, variable):
            _evaluate_all(em, left)
            last.append(_change_later(em, node, variable))
            waiting.append(variable)
        else:
            left.append((variable, node))
    if waiting:
        looking = [
            place
            for place, (_, node) in enumerate(left)
            if any(uses_below(node, variable) for variable in waiting)
        ]
        if looking:
            end = looking[-1] + 1
            before = left[:end]
            _evaluate_all(em, before)
            left[:end] = before
        em.block.extend(last)
    return left


def _evaluate_before(
    em: FunctionEmitter, left: list[tuple[Variable, Node]], variable: Variable, node: Node
) -> None:
    """Evaluates what stands before a change, as far as it could tell the difference."""
    values = [each for _, each in left]
    if all(is_quiet_node(em, each) for each in [*values, node]):
        looking = [pair for pair in left if uses_below(pair[1], variable)]
        _evaluate_all(em, looking)
        found = dict(looking)
        left[:] = [(each, found.get(each, value)) for each, value in left]
    else:
        _evaluate_all(em, left)


def _evaluate_all(em: FunctionEmitter, left: list[tuple[Variable, Node]]) -> None:
    """Evaluates values in order and puts names in their places."""
    for place, (variable, node) in enumerate(left):
        if type(node) is Constant:
            continue
        if type(node) is Local and node.variable is variable and not variable.assigned:
            continue
        if variable in em.cursors:
            step = em.unit.cursors.step(node)
            if step.kind is StepKind.DROP:
                continue
            if step.kind is StepKind.PUSH and not step.count and not may_keep(step.node):
                item = _held(em, step.node)
                left[place] = (variable, Stepped(Step(StepKind.PUSH, item), node.span))
                continue
        left[place] = (variable, _held(em, node))


class _Held(Variable):
    """A variable that holds what a node was evaluated to."""

    __slots__ = ()


def _held(em: FunctionEmitter, node: Node) -> Node:
    """Evaluates a node and returns one for the value that it has now."""
    if type(node) is Constant or (type(node) is Local and type(node.variable) is _Held):
        return node
    value, kind = em.typed(node)
    held = _Held("held")
    name = em.hold_copy(value, node.span)
    assert type(name) is ast.Name
    em.hold_in(held, name, kind)
    return Local(held, node.span)


def _can_wait(em: FunctionEmitter, node: Node, variable: Variable) -> bool:
    """Tells whether a value is one change of one entry of a map."""
    steps = chain(node, variable, em.unit.facts)
    if len(steps) != 1:
        return False
    sizes = {Change.PUT: 3, Change.REMOVE: 2, Change.PUT_STEP: 3}
    step, change = steps[0]
    return len(step.arguments) == sizes.get(change)


def _change_later(em: FunctionEmitter, node: Node, variable: Variable) -> ast.stmt:
    """Writes a change whose old value is still looked at: its errors; returns the change itself."""
    step, how = chain(node, variable, em.unit.facts)[0]
    span = step.span
    values: list[Typed] = []
    for value, kind in em.arguments(step.arguments[1:]):
        if type(value) is not ast.Constant:  # a name may stand for what changes before the end
            value = em.hold_copy(value, span)
        values.append((value, kind))
    entry = Entry(em, step, how, variable, values)
    fast = em.hold(entry.test(), span)
    made = [em.unit.unique("made"), em.unit.unique("made")]
    slow, _ = em.in_block(lambda: entry.make(made))
    slow_only = ast.UnaryOp(ast.Not(), fast, span=span)
    em.block.append(ast.If(slow_only, slow, [], span=span))
    change, _ = em.in_block(entry.change)
    pair = ast.Tuple([load(each, span) for each in made], LOAD, span=span)
    take, _ = em.in_block(lambda: assign_all(em, entry.targets(), pair, span))
    return ast.If(fast, change, take, span=span)
