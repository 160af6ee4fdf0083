"""Scalar replacement of caught errors: handlers that look only at single entries of these.

``(catch e (:message e))`` needs no map with everything that can be said of an error: each entry
that the handler reads becomes a variable of its own. The variable of the exception is let go before
the handler runs, so all of them are made first; none has an effect that could be seen.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.copying import Copier
from lispcore.core.nodes import Call, Constant, Lambda, Let, Local, Node, Variable, literal_value
from lispcore.core.walking import all_nodes, rewrite
from lispcore.values.types import Keyword

# The entries that can be had for less than the whole map.
SINGLE_ENTRIES = frozenset(("message", "type", "value"))


def split_caught(main: Lambda, facts: Facts) -> Lambda:
    """Gives handlers the entries that they read instead of the map."""

    def split(node: Let) -> Node:
        if len(node.bindings) == 1:
            caught, value = node.bindings[0]
            if type(value) is Call and value.helper == "caught_map" and not caught.assigned:
                return _split(node, caught, value, facts)
        return node

    return rewrite(main, {Let: split})


def _split(handler: Let, caught: Variable, made: Call, facts: Facts) -> Let:
    read: list[tuple[Call, Keyword]] = []
    uses = 0
    for each in all_nodes(handler.body):
        if type(each) is Local and each.variable is caught:
            uses += 1
        elif type(each) is Call and (key := _key_read(each, caught, facts)) is not None:
            read.append((each, key))
    if not uses or uses != len(read):
        return handler
    variables: dict[Keyword, Variable] = {}
    bindings: list[tuple[Variable, Node]] = []
    for _, key in read:
        if key in variables:
            continue
        variables[key] = Variable(key.name)
        arguments = [*map(Copier().copy, made.arguments), Constant(key, made.span)]
        bindings.append((variables[key], Call(None, arguments, made.span, helper="caught_entry")))
    chosen = {id(call): variables[key] for call, key in read}

    def entry(call: Call) -> Node:
        variable = chosen.get(id(call))
        return call if variable is None else Local(variable, call.span)

    return rewrite(Let(bindings, handler.body, handler.span), {Call: entry})


def _key_read(call: Call, caught: Variable, facts: Facts) -> Keyword | None:
    """Returns the key if a call is the look-up of a single entry."""
    callee, arguments = call.function, call.arguments
    if not arguments:
        return None
    first = arguments[0]
    if type(first) is not Local or first.variable is not caught:
        return None
    key: object = None
    if type(callee) is Constant and len(arguments) == 1:
        key = callee.value
    elif (known := meaning(call, facts)) is not None and known.looks_up:
        key = literal_value(arguments[1]) if _is_constant(arguments) else None
    return key if type(key) is Keyword and key.name in SINGLE_ENTRIES else None


def _is_constant(arguments: list[Node]) -> bool:
    return len(arguments) == 2 and type(arguments[1]) is Constant
