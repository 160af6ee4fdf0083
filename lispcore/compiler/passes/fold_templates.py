"""Loop inlining: how folds are written in place of calls; see loop_templates.py."""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.compiler.passes.loop_parts import (
    helper,
    list_items,
    makes_functions,
    name_of,
    part_of,
)
from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    Lambda,
    Let,
    Local,
    Node,
    SetLocal,
    Variable,
)
from lispcore.core.nodes import Sequence as Seq


def _is_sum(node: Call, function: Lambda, facts: Facts) -> bool:
    """Tells whether a fold adds up: Python does that by itself as long as all is an integer."""
    body = function.body
    if type(body) is not Call or body.function is not node.arguments[0]:
        return False
    added = meaning(body, facts)
    return added is not None and added.adds > 0


def _folding(
    node: Call, accumulated: Variable, item: Variable, function: Lambda, start: Node, items: Node
) -> Node:
    """Returns a fold: `items` are evaluated after the start value, as arguments would be."""
    span = node.span
    if not makes_functions(function):
        accumulated.assigned = True
        loop = ForEach(item, items, SetLocal(accumulated, function.body, span), span)
        return Let([(accumulated, start)], Seq([loop, Local(accumulated, span)], span), span)
    # A function made by the body keeps the accumulated value of its round.
    state = Variable(accumulated.name)
    state.assigned = True
    step = SetLocal(state, function.body, span)
    once = Let([(accumulated, Local(state, span))], step, span)
    rounds = ForEach(item, items, once, span)
    return Let([(state, start)], Seq([rounds, Local(state, span)], span), span)


def _summing(node: Call, function: Lambda, start: Node, items: Node) -> Node:
    """Returns a fold with ``+``: integers are added up at once, the rest in the loop."""
    span = node.span
    both = Variable("sum")
    accumulated, item = function.parameters
    loop = _folding(
        node, accumulated, item, function, part_of(both, 0, node), part_of(both, 1, node)
    )
    return Let([(both, helper("summed", span, start, items))], loop, span)


def fold_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold from the left."""
    accumulated, item = function.parameters
    items = list_items(node, 3, facts)
    if _is_sum(node, function, facts):
        return _summing(node, function, node.arguments[1], items)
    return _folding(node, accumulated, item, function, node.arguments[1], items)


def fold_right_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold from the right."""
    item, accumulated = function.parameters
    items = helper("reversed", node.span, list_items(node, 3, facts))
    return _folding(node, accumulated, item, function, node.arguments[1], items)


def reduce_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold that starts with the first item."""
    span = node.span
    accumulated, item = function.parameters
    items = Variable("items")
    start = part_of(items, 0, node)
    rest = helper("all_but_first", span, Local(items, span))
    if _is_sum(node, function, facts):
        fold = _summing(node, function, start, rest)
    else:
        fold = _folding(node, accumulated, item, function, start, rest)
    given = helper("reducible", span, list_items(node, 2, facts))
    return Let([(items, given)], fold, span)


def fold_array_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold over the numbers of an array."""
    accumulated, item = function.parameters
    span = node.span
    numbers = helper(
        "array_numbers", span, name_of(node, facts), node.arguments[2], Constant(3, span)
    )
    return _folding(node, accumulated, item, function, node.arguments[1], numbers)
