"""How changes in place are written among the new values that variables get at one moment.

In which order is said by facts/update_order.py.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.list_cursors import Stepped, may_keep
from lispcore.compiler.emit.python_syntax import LOAD, load
from lispcore.compiler.emit.updates_in_place import Entry, assign_all, own_place
from lispcore.compiler.facts.cursors import Step, StepKind
from lispcore.compiler.facts.ownership import chain
from lispcore.compiler.facts.update_order import Order
from lispcore.core.nodes import Constant, Local, Node, Variable


def write_round(
    em: FunctionEmitter, given: list[tuple[Variable, Node]], order: Order
) -> list[tuple[Variable, Node]]:
    """Writes the changes in place among the new values of several variables.

    Returns what is left to be evaluated and assigned.
    """
    nodes = dict(given)
    waiting: list[ast.stmt] = []
    for turn in order.turns:
        _evaluate(em, nodes, turn.before)
        variable = turn.variable
        if turn.waits:
            waiting.append(_change_later(em, nodes[variable], variable))
        else:
            em.into(nodes[variable], own_place(em, variable))
    _evaluate(em, nodes, order.before_waiting)
    em.block.extend(waiting)
    return [pair for pair in nodes.items() if pair[0] not in order.settled]


def _evaluate(
    em: FunctionEmitter, nodes: dict[Variable, Node], variables: tuple[Variable, ...]
) -> None:
    """Evaluates the values of variables in order and puts names in their places."""
    for variable in variables:
        node = nodes.get(variable)
        if node is None or type(node) is Constant or type(node) is Stepped:
            continue
        if type(node) is Local and node.variable is variable and not variable.assigned:
            continue
        if variable in em.cursors:
            step = em.unit.cursors.step(node)
            if step.kind is StepKind.DROP:
                continue
            if step.kind is StepKind.PUSH and not step.count and not may_keep(step.node):
                item = _held(em, step.node)
                nodes[variable] = Stepped(Step(StepKind.PUSH, item), node.span)
                continue
        nodes[variable] = _held(em, node)


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
    slow_only = ast.UnaryOp(ast.Not(), fast, span)
    em.block.append(ast.If(slow_only, slow, [], span))
    change, _ = em.in_block(entry.change)
    pair = ast.Tuple([load(each, span) for each in made], LOAD, span)
    take, _ = em.in_block(lambda: assign_all(em, entry.targets(), pair, span))
    return ast.If(fast, change, take, span)
