"""Calls that are written in place: loops for map, filter, for-each and fold; cycles of tail calls.

**Loops.** A call of ``map`` and its relatives with a literal function, a function of the library or
a keyword becomes a loop. It needs no call for each item, what the analysis knows of the variables
around it holds inside, and the integers of a ``range`` are counted instead of kept in a list. A
function whose body makes functions itself is left alone: each of its calls binds new variables,
one loop binds the same ones again and again.

**Cycles.** Functions that call one another in tail position (``even?`` and ``odd?``, the states
of a machine) would have to leave every few calls to their caller (calls.py). Each gets the bodies
of the others in place of the tail calls, so that the way back to it is one more round of a loop.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.analysis import Facts, all_nodes
from lispcore.copying import Copier, InPlaceCopier
from lispcore.core import (
    And,
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    SetGlobal,
    SetLocal,
    Variable,
)
from lispcore.core import Sequence as Seq
from lispcore.values import Keyword

Writer = Callable[[Call, Lambda, Facts], Node]


def inline_loops(main: Lambda, facts: Facts) -> None:
    """Gives every call that can be a loop its `expansion`."""
    lambdas = {
        node.name: node.value
        for node in all_nodes(main)
        if type(node) is SetGlobal and node.is_definition and type(node.value) is Lambda
    }
    # Inner calls first: their functions are gone when the outer ones are looked at.
    for node in reversed(list(all_nodes(main))):
        if type(node) is not Call or type(node.function) is not Global:
            continue
        name = node.function.name
        if name == "sort" and name in facts.library and len(node.arguments) == 2:
            node.arguments[1] = _named(node.arguments[1], facts)
        entry = LOOPS.get(name)
        if entry is None or name not in facts.library:
            continue
        count, parameters, write = entry
        if node.expansion is not None or len(node.arguments) != count:
            continue
        given = node.arguments[0]
        kept: list[tuple[Variable, Node]] = []
        if type(given) is Global and (given.name in lambdas or given.name in facts.steady):
            # What the name means now holds for all items, even if one of the calls redefines it.
            held = Variable(given.name)
            held.function = lambdas.get(given.name)
            kept = [(held, given)]
            given = Local(held, given.span)
        function = _written_out(given, parameters, facts, certain=bool(kept))
        if (
            function is not None
            and len(function.parameters) == parameters
            and function.rest is None
            and not any(type(each) is Lambda for each in all_nodes(function.body))
        ):
            node.expansion = write(node, function, facts)
            if kept:
                node.expansion = Let(kept, node.expansion, node.span)
            facts.assumed.add(name)


def _named(function: Node, facts: Facts) -> Node:
    """Returns ``<`` for ``(fn (a b) (< a b))``, and ``>`` likewise: sorting knows their order."""
    if type(function) is not Lambda or len(function.parameters) != 2 or function.rest is not None:
        return function
    body = function.body
    while type(body) is Seq and len(body.parts) == 1:
        body = body.parts[0]
    if type(body) is not Call or type(body.function) is not Global or len(body.arguments) != 2:
        return function
    name = body.function.name
    first, second = body.arguments
    in_order = (
        type(first) is Local
        and type(second) is Local
        and [first.variable, second.variable] == function.parameters
    )
    if not in_order or name not in ("<", ">") or name not in facts.library:
        return function
    facts.assumed.add(name)
    return body.function


def _written_out(function: Node, parameters: int, facts: Facts, *, certain: bool) -> Lambda | None:
    """Returns a function argument as a lambda: literal ones, the library's, and keywords.

    `certain`: it is known to be a function.
    """
    if type(function) is Lambda:
        return function
    span = function.span
    known = (
        certain
        or (type(function) is Global and function.name in facts.library)
        or (type(function) is Constant and type(function.value) is Keyword and parameters == 1)
    )
    if not known:
        return None
    variables = [Variable(f"item{number}") for number in range(parameters)]
    # A call in a loop of its own stands where the function's name stands: errors point there.
    call = Call(function, [Local(each, span) for each in variables], span)
    if type(function) is Global:
        facts.assumed.add(function.name)
    return Lambda("", variables, None, call, span)


def _items(node: Call, argument: int, facts: Facts) -> Node:
    """Returns the code for the Python list of a sequence argument (counted from 1)."""
    name = node.function.name  # type: ignore[union-attr]
    sequence = node.arguments[argument - 1]
    if (
        type(sequence) is Call
        and type(sequence.function) is Global
        and sequence.function.name == "range"
        and "range" in facts.library
        and 1 <= len(sequence.arguments) <= 3
    ):
        facts.assumed.add("range")
        return Call(None, sequence.arguments, sequence.span, helper="range_items")
    if type(sequence) is Call and sequence.expansion is not None:
        # The list that an inner loop has gathered is seen by nobody else: take it as it is.
        gathered = _gathered(sequence.expansion)
        if gathered is not None:
            return gathered
    return Call(
        None,
        [Constant(name, node.span), sequence, Constant(argument, node.span)],
        node.span,
        helper="sequence_items",
    )


def _gathered(node: Node) -> Node | None:
    """Returns the code for what a loop gathers, as the Python list that it is at first."""
    if type(node) is Let:
        inner = _gathered(node.body)
        return None if inner is None else Let(node.bindings, inner, node.span)
    if type(node) is not Seq:
        return None
    *steps, last = node.parts
    if type(last) is not Call or last.helper != "own_list":
        return None
    return Seq([*steps, last.arguments[0]], node.span)


def _collect(node: Call, item: Variable, body: Callable[[Node], Node], facts: Facts) -> Node:
    """Returns the loop that gathers what `body` pushes to the store it is given."""
    span = node.span
    found = Variable("found")
    store = Local(found, span)
    loop = ForEach(item, _items(node, 2, facts), body(store), span)
    result = Call(None, [Local(found, span)], span, helper="own_list")
    start = Call(None, [], span, helper="new_items")
    return Let([(found, start)], Seq([loop, result], span), span)


def _push(store: Node, value: Node, node: Call) -> Node:
    return Call(None, [store, value], node.span, helper="push")


def _map(node: Call, function: Lambda, facts: Facts) -> Node:
    def body(store: Node) -> Node:
        return _push(store, function.body, node)

    return _collect(node, function.parameters[0], body, facts)


def _filter(node: Call, function: Lambda, facts: Facts) -> Node:
    parameter = function.parameters[0]
    item = parameter
    test = function.body
    if parameter.assigned:
        # The function changes its parameter; what is kept is the item itself.
        item = Variable(parameter.name)
        test = Let([(parameter, Local(item, node.span))], test, node.span)

    def body(store: Node) -> Node:
        kept = _push(store, Local(item, node.span), node)
        return If(test, kept, Constant(None, node.span), node.span)

    return _collect(node, item, body, facts)


def _for_each(node: Call, function: Lambda, facts: Facts) -> Node:
    return ForEach(function.parameters[0], _items(node, 2, facts), function.body, node.span)


def _fold(node: Call, function: Lambda, facts: Facts) -> Node:
    span = node.span
    accumulated, item = function.parameters
    accumulated.assigned = True
    step = SetLocal(accumulated, function.body, span)
    # The sequence is evaluated after the start value, as the arguments of a call would be.
    loop = ForEach(item, _items(node, 3, facts), step, span)
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


# --- cycles of tail calls -----------------------------------------------------------------------

# Larger cycles are left to the general way.
MAXIMUM_CYCLE = 4
MAXIMUM_SIZE = 150  # nodes of all bodies of a cycle


def inline_cycles(main: Lambda, facts: Facts) -> bool:
    """Writes small cycles of tail calls in place; tells whether it found any.

    Needs the results of an analysis, which must be made anew afterwards.
    """
    cycles: dict[int, list[Lambda]] = {}
    for function in facts.functions.values():
        cycles.setdefault(function.cycle, []).append(function)
    found = False
    for members in cycles.values():
        if not 2 <= len(members) <= MAXIMUM_CYCLE:
            continue
        bodies = {function: list(all_nodes(function.body)) for function in members}
        if (
            sum(map(len, bodies.values())) > MAXIMUM_SIZE
            or any(function.rest is not None or function.free for function in members)
            or any(type(node) is Lambda for nodes in bodies.values() for node in nodes)
        ):
            continue
        # The copies are made of the bodies as they were written.
        pristine = {
            function: (function.parameters, Copier().copy(function.body)) for function in members
        }
        for function in members:
            _inline_tails(function.body, (function,), pristine, facts)
        found = True
    return found


def _inline_tails(
    node: Node,
    path: tuple[Lambda, ...],
    pristine: dict[Lambda, tuple[list[Variable], Node]],
    facts: Facts,
) -> None:
    """Gives the tail calls of the other functions of a cycle their `expansion`."""
    for call in _tail_calls(node):
        target = facts.functions.get(call.function.name)  # type: ignore[union-attr]
        if target is None or target not in pristine or target in path:
            continue
        parameters, body = pristine[target]
        if len(call.arguments) != len(parameters):
            continue
        copier = InPlaceCopier(path[0], target, call.span)
        variables = [copier.bound(variable) for variable in parameters]
        inner = copier.copy(body)
        facts.assumed.add(target.self_global or "")
        _inline_tails(inner, (*path, target), pristine, facts)
        own = [each for each in _tail_calls(inner) if _calls(each, target, facts)]
        if own:
            # It also calls itself: a loop of its own within the loop of the cycle.
            loop = Variable(target.name)
            loop.letrec = True
            for each in own:
                each.function = Local(loop, each.span)
            function = Lambda(target.name, variables, None, inner, call.span)
            call.expansion = NamedLet(loop, function, list(call.arguments), call.span)
        else:
            held = list(zip(variables, call.arguments, strict=True))
            call.expansion = Let(held, inner, call.span)


def _calls(call: Call, target: Lambda, facts: Facts) -> bool:
    name = call.function.name if type(call.function) is Global else None
    return name is not None and facts.functions.get(name) is target


def _tail_calls(node: Node) -> list[Call]:
    """Returns the calls of globals in tail position of a body, those of inlined bodies too."""
    found: list[Call] = []
    stack: list[Node] = [node]
    while stack:
        each = stack.pop()
        if type(each) is Call:
            if each.expansion is not None:
                stack.append(each.expansion)
            elif type(each.function) is Global:
                found.append(each)
        elif type(each) is If:
            stack += (each.then, each.otherwise)
        elif type(each) in (Seq, And, Or):
            stack.append(each.parts[-1])  # type: ignore[attr-defined]
        elif type(each) is Let:
            stack.append(each.body)
    return found
