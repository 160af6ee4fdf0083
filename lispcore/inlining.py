"""Calls of map, filter, for-each and fold with a literal function become loops in place.

A loop needs no call for each item, and what the analysis knows of the variables around it holds inside.
A function whose body makes functions itself is left alone: each of its calls binds new variables, one
loop binds the same ones again and again.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.analysis import Facts, all_nodes
from lispcore.core import (
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    Node,
    SetLocal,
    Variable,
)
from lispcore.core import Sequence as Seq

Writer = Callable[[Call, Lambda], Node]


def inline_loops(main: Lambda, facts: Facts) -> None:
    """Gives every call that can be a loop its `expansion`."""
    # Inner calls first: their functions are gone when the outer ones are looked at.
    for node in reversed(list(all_nodes(main))):
        if type(node) is not Call or type(node.function) is not Global:
            continue
        name = node.function.name
        entry = LOOPS.get(name)
        if entry is None or name not in facts.library:
            continue
        count, parameters, write = entry
        function = node.arguments[0] if node.arguments else None
        if (
            node.expansion is None
            and len(node.arguments) == count
            and type(function) is Lambda
            and len(function.parameters) == parameters
            and function.rest is None
            and not any(type(each) is Lambda for each in all_nodes(function.body))
        ):
            node.expansion = write(node, function)
            facts.assumed.add(name)


def _items(node: Call, argument: int) -> Node:
    """Returns the code for the Python list of a sequence argument (counted from 1)."""
    name = node.function.name  # type: ignore[union-attr]
    sequence = node.arguments[argument - 1]
    if type(sequence) is Call and type(sequence.expansion) is Let:
        # The list that an inner loop has gathered is seen by nobody else: take it as it is.
        inner = sequence.expansion
        loop, wrapped = inner.body.parts  # type: ignore[attr-defined]
        return Let(inner.bindings, Seq([loop, wrapped.arguments[0]], inner.span), inner.span)
    return Call(
        None,
        [Constant(name, node.span), sequence, Constant(argument, node.span)],
        node.span,
        helper="sequence_items",
    )


def _collect(node: Call, function: Lambda, body: Callable[[Node], Node]) -> Node:
    """Returns the loop that gathers what `body` pushes to the store it is given."""
    span = node.span
    found = Variable("found")
    store = Local(found, span)
    loop = ForEach(function.parameters[0], _items(node, 2), body(store), span)
    result = Call(None, [Local(found, span)], span, helper="own_list")
    start = Call(None, [], span, helper="new_items")
    return Let([(found, start)], Seq([loop, result], span), span)


def _push(store: Node, value: Node, node: Call) -> Node:
    return Call(None, [store, value], node.span, helper="push")


def _map(node: Call, function: Lambda) -> Node:
    return _collect(node, function, lambda store: _push(store, function.body, node))


def _filter(node: Call, function: Lambda) -> Node:
    def body(store: Node) -> Node:
        # The function may change its parameter; what is kept is the item itself.
        item = Local(function.parameters[0], node.span)
        return If(function.body, _push(store, item, node), Constant(None, node.span), node.span)

    return _collect(node, function, body)


def _for_each(node: Call, function: Lambda) -> Node:
    return ForEach(function.parameters[0], _items(node, 2), function.body, node.span)


def _fold(node: Call, function: Lambda) -> Node:
    span = node.span
    accumulated, item = function.parameters
    accumulated.assigned = True
    step = SetLocal(accumulated, function.body, span)
    # The sequence is evaluated after the start value, as the arguments of a call would be.
    loop = ForEach(item, _items(node, 3), step, span)
    bound = Let([(accumulated, node.arguments[1])], loop, span)
    return Seq([bound, Local(accumulated, span)], span)


# name -> (arguments of the call, parameters of the function, what writes the loop)
LOOPS: dict[str, tuple[int, int, Writer]] = {
    "map": (2, 1, _map),
    "filter": (2, 1, _filter),
    "for-each": (2, 1, _for_each),
    "foldl": (3, 2, _fold),
    "fold": (3, 2, _fold),
}
