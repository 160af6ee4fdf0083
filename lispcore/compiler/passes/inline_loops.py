"""Loop inlining, and mutual tail recursion as loops: calls that are written in place.

**Loops.** A call of ``map`` and its relatives with a literal function, a function of the library or
a keyword becomes a loop. It needs no call for each item, what the analysis knows of the variables
around it holds inside, and the integers of a ``range`` are counted instead of kept in a list. How
each function is written stands in loop_templates.py.

**Cycles.** Functions that call one another in tail position (``even?`` and ``odd?``, the states
of a machine) would have to leave every few calls to their caller (calls.py). Each gets the bodies
of the others in place of the tail calls, so that the way back to it is one more round of a loop.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Loop, assume_definition, meaning, meaning_of_name
from lispcore.core.copying import Copier, InPlaceCopier
from lispcore.core.nodes import (
    Call,
    Constant,
    Finally,
    ForEach,
    Global,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    SetGlobal,
    Try,
    Variable,
    While,
)
from lispcore.core.walking import (
    Survey,
    all_nodes,
    children,
    has_below,
    rewrite,
    rewrite_tails,
    tail_positions,
)
from lispcore.values.types import Keyword


def inline_loops(main: Lambda, nodes: Survey, facts: Facts) -> Lambda | None:
    """Puts a loop in the place of every call that can be one; None if there is none.

    `nodes` are those of the unit.
    """
    set_once = _functions_set_once(nodes, facts)
    found: dict[Node, Loop] = {}
    for call in nodes[Call]:
        known = meaning(call, facts)
        for loop in () if known is None else known.loops:
            if loop.arguments == len(call.arguments):
                found.setdefault(call, loop)
    if not found:
        return None

    # Inner calls come first: their functions are gone when the outer ones are looked at.
    def looped(node: Call) -> Node:
        loop = found.get(node)
        return node if loop is None else _loop(node, loop, set_once, facts)

    return rewrite(main, {Call: looped})


def _functions_set_once(nodes: Survey, facts: Facts) -> dict[str, Lambda]:
    """Returns the functions of the program whose names never mean anything else in this unit."""
    found: dict[str, Lambda] = {}
    changed: set[str] = set()
    for node in nodes.get(SetGlobal, ()):
        if node.name in found or not node.is_definition or type(node.value) is not Lambda:
            changed.add(node.name)
        else:
            found[node.name] = node.value
    return {
        name: function
        for name, function in found.items()
        if name not in changed and name not in facts.unsafe
    }


def _loop(node: Call, loop: Loop, set_once: dict[str, Lambda], facts: Facts) -> Node:
    """Returns the loop of a call, or the call itself if it stays one."""
    span = node.span
    given = node.arguments[loop.function]
    before: list[tuple[Variable, Node]] = []
    kept = type(given) is Global and (given.name in set_once or given.name in facts.steady)
    if kept and type(given) is Global:
        # What the name means when it is evaluated holds for all items, even if one of the calls
        # redefines it.
        for place, argument in enumerate(node.arguments[: loop.function]):
            held = Variable("argument")
            before.append((held, argument))
            node.arguments[place] = Local(held, span)
        held = Variable(given.name)
        if given.name in set_once:
            facts.named[held] = set_once[given.name]
            assume_definition(given.name, facts)
        before.append((held, given))
        given = Local(held, given.span)
    function = _written_out(given, loop.parameters, facts, certain=kept)
    written = None
    if (
        function is not None
        and len(function.parameters) == loop.parameters
        and function.rest is None
        and _nesting(function.body) <= MAXIMUM_NESTING
    ):
        written = loop.write(node, function, facts)
    if written is None:
        for place, (_, argument) in zip(range(loop.function), before, strict=False):
            node.arguments[place] = argument
        return node
    return Let(before, written, span) if before else written


# Python compiles no more than twenty blocks within each other.
MAXIMUM_NESTING = 6
_BLOCKS = frozenset((ForEach, While, NamedLet, Try, Finally))


def _nesting(node: Node) -> int:
    """Returns how many loops and handlers stand within each other in a body."""
    deepest = 0
    stack = [(node, 0)]
    while stack:
        each, depth = stack.pop()
        if type(each) in _BLOCKS:
            depth += 1
            deepest = max(deepest, depth)
        if type(each) is not Lambda:
            stack += [(part, depth) for part in children(each)]
    return deepest


def _written_out(function: Node, parameters: int, facts: Facts, *, certain: bool) -> Lambda | None:
    """Returns a function argument as a lambda: literal ones, the library's, and keywords.

    `certain`: it is known to be a function.
    """
    if type(function) is Lambda:
        return function
    span = function.span
    known = (
        certain
        or (type(function) is Global and meaning_of_name(function.name, facts) is not None)
        or (type(function) is Constant and type(function.value) is Keyword and parameters == 1)
    )
    if not known:
        return None
    variables = [Variable(f"item{number}") for number in range(parameters)]
    # A call in a loop of its own stands where the function's name stands: errors point there.
    call = Call(function, [Local(each, span) for each in variables], span)
    return Lambda("", variables, None, call, span)


# --- cycles of tail calls -----------------------------------------------------------------------

# Larger cycles are left to the general way: each function gets the bodies of all others, so code
# grows with the square of their number. Half the size is enough for all benchmark programs.
MAXIMUM_CYCLE = 4
MAXIMUM_SIZE = 150  # nodes of all bodies of a cycle


def inline_cycles(main: Lambda, facts: Facts) -> bool:
    """Writes small cycles of tail calls in place; tells whether it found any.

    Needs the results of an analysis, which must be made anew afterwards.
    """
    cycles: dict[int, list[Lambda]] = {}
    for function in facts.functions.values():
        cycles.setdefault(facts.tails.cycles[function], []).append(function)
    found = False
    for members in cycles.values():
        if not 2 <= len(members) <= MAXIMUM_CYCLE:
            continue
        if (
            sum(1 for function in members for _ in all_nodes(function.body)) > MAXIMUM_SIZE
            or any(function.rest is not None for function in members)
            or not facts.scopes.free.keys().isdisjoint(members)
            or any(has_below(function.body, Lambda) for function in members)
        ):
            continue
        # The copies are made of the bodies as they were written.
        pristine = {
            function: (function.parameters, Copier().copy(function.body)) for function in members
        }
        for function in members:
            function.body = _inline_tails(function.body, (function,), pristine, facts)
        found = True
    return found


def _inline_tails(
    node: Node,
    path: tuple[Lambda, ...],
    pristine: dict[Lambda, tuple[list[Variable], Node]],
    facts: Facts,
) -> Node:
    """Puts the bodies of the other functions of a cycle in the places of their tail calls."""

    def in_place(call: Node) -> Node:
        target = _target(call, facts)
        if type(call) is not Call or target not in pristine or target in path:
            return call
        parameters, body = pristine[target]
        if len(call.arguments) != len(parameters):
            return call
        name = target.name or facts.global_names[target]
        copier = InPlaceCopier(path[0], target, name, call.span)
        variables = [copier.bound(variable) for variable in parameters]
        inner = copier.copy(body)
        assume_definition(facts.global_names[target], facts)
        inner = _inline_tails(inner, (*path, target), pristine, facts)
        own = [each for each in tail_positions(inner) if _target(each, facts) is target]
        if not own:
            return Let(list(zip(variables, call.arguments, strict=True)), inner, call.span)
        # It also calls itself: a loop of its own within the loop of the cycle.
        loop = Variable(target.name)
        loop.letrec = True
        for each in own:
            assert type(each) is Call
            each.function = Local(loop, each.span)
        function = Lambda(target.name, variables, None, inner, call.span)
        return NamedLet(loop, function, list(call.arguments), call.span)

    return rewrite_tails(node, in_place)


def _target(call: Node, facts: Facts) -> Lambda | None:
    """Returns the function of the unit that a node calls, if it is known."""
    if type(call) is not Call or type(call.function) is not Global:
        return None
    return facts.functions.get(call.function.name)
