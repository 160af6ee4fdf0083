"""The parts of which loops in place of calls consist: items, stores, results."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    Call,
    Constant,
    Lambda,
    Let,
    Local,
    Node,
    Span,
    Variable,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.core.walking import all_nodes


def helper(name: str, span: Span, *arguments: Node) -> Call:
    """Returns a call of a function of the runtime."""
    return Call(None, list(arguments), span, helper=name)


def name_of(node: Call, facts: Facts) -> Constant:
    """Returns the name under which errors speak of the arguments of a call."""
    known = meaning(node, facts)
    assert known is not None
    return Constant(known.speaks_as or node.global_name, node.span)


def list_items(node: Call, argument: int, facts: Facts) -> Node:
    """Returns the code for the Python list of a sequence argument (counted from 1)."""
    sequence = node.arguments[argument - 1]
    made = meaning(sequence, facts)
    if made is not None and type(sequence) is Call:
        arguments = sequence.arguments
        if made.is_range and 1 <= len(arguments) <= 3:
            return Call(None, arguments, sequence.span, helper="range_items")
        if made.lists_keys and len(arguments) == 1:
            return Call(None, arguments, sequence.span, helper="key_items")
    # The list that an inner loop has gathered is seen by nobody else: take it as it is.
    gathered = gathered_by(sequence)
    if gathered is not None:
        return gathered
    span = node.span
    return helper("sequence_items", span, name_of(node, facts), sequence, Constant(argument, span))


def gathered_by(node: Node) -> Node | None:
    """Returns the code for what a loop gathers, as the Python list that it is at first."""
    if type(node) is Let:
        inner = gathered_by(node.body)
        return None if inner is None else Let(node.bindings, inner, node.span)
    if type(node) is not Seq:
        return None
    *steps, last = node.parts
    if type(last) is not Call or last.helper != "own_list":
        return None
    return Seq([*steps, last.arguments[0]], node.span)


def gather(node: Call, loop: Callable[[Local], Node]) -> Node:
    """Returns the list of what a loop pushes to the store that it is given."""
    span = node.span
    found = Variable("found")
    result = helper("own_list", span, Local(found, span))
    body = Seq([loop(Local(found, span)), result], span)
    return Let([(found, helper("new_items", span))], body, span)


def push_to(store: Local, value: Node, node: Node, how: str = "push") -> Node:
    """Returns the code that adds a value to a store."""
    return helper(how, node.span, store.again(), value)


def nothing(node: Call) -> Node:
    """Returns nil."""
    return Constant(None, node.span)


def item_of(node: Call, function: Lambda) -> tuple[Variable, Node]:
    """Returns the variable of the items and the body of a function that may change its parameter.

    The variable keeps the item itself, for those who want it after the call.
    """
    parameter = function.parameters[0]
    if not parameter.assigned:
        return parameter, function.body
    item = Variable(parameter.name)
    bound = Let([(parameter, Local(item, node.span))], function.body, node.span)
    return item, bound


def makes_functions(function: Lambda) -> bool:
    """Tells whether a function makes other ones."""
    return any(type(each) is Lambda for each in all_nodes(function.body))


def part_of(of: Variable, index: int, node: Call) -> Node:
    """Returns the code for one part of a Python list."""
    return helper("item", node.span, Local(of, node.span), Constant(index, node.span))


def is_simple(node: Node) -> bool:
    """Tells whether it does not matter when something is evaluated."""
    if type(node) is not Local:
        return type(node) is Constant
    return not node.variable.assigned and not node.variable.letrec
