"""Calls that are written in place: loops of library functions, and cycles of tail calls.

**Loops.** A call of ``map`` and its relatives with a literal function, a function of the library or
a keyword becomes a loop. It needs no call for each item, what the analysis knows of the variables
around it holds inside, and the integers of a ``range`` are counted instead of kept in a list. How
each function is written stands in loop_templates.py.

**Cycles.** Functions that call one another in tail position (``even?`` and ``odd?``, the states
of a machine) would have to leave every few calls to their caller (calls.py). Each gets the bodies
of the others in place of the tail calls, so that the way back to it is one more round of a loop.
"""

from __future__ import annotations

from lispcore.compiler.facts.analysis import Facts
from lispcore.compiler.passes.loop_templates import LOOPS, Loop
from lispcore.core.copying import Copier, InPlaceCopier
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    Finally,
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
    Try,
    Variable,
    While,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.core.walking import Survey, all_nodes, children
from lispcore.values.types import Keyword


def inline_loops(nodes: Survey, facts: Facts) -> None:
    """Gives every call among the nodes of a unit that can be a loop its `expansion`."""
    set_once = _functions_set_once(nodes, facts)
    # Inner calls first: their functions are gone when the outer ones are looked at.
    for node in reversed(nodes[Call]):
        if type(node.function) is not Global:
            continue
        name = node.function.name
        if name not in LOOPS or name not in facts.library or node.expansion is not None:
            continue
        if name == "sort" and len(node.arguments) == 2:
            node.arguments[1] = _named(node.arguments[1], facts)
        for loop in LOOPS[name]:
            if loop.arguments == len(node.arguments):
                _write_loop(node, loop, set_once, facts)


def _functions_set_once(nodes: Survey, facts: Facts) -> dict[str, Lambda]:
    """Returns the functions of the program whose names never mean anything else in this unit."""
    found: dict[str, Lambda] = {}
    changed: set[str] = set(facts.unsafe)
    for node in nodes.get(SetGlobal, ()):
        if node.name in found or not node.is_definition or type(node.value) is not Lambda:
            changed.add(node.name)
        else:
            found[node.name] = node.value
    return {name: function for name, function in found.items() if name not in changed}


def _write_loop(node: Call, loop: Loop, set_once: dict[str, Lambda], facts: Facts) -> None:
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
        held.function = set_once.get(given.name)
        if held.function is not None:
            facts.assumed.add(given.name)
        before.append((held, given))
        given = Local(held, given.span)
    function = _written_out(given, loop.parameters, facts, certain=kept)
    expansion = None
    if (
        function is not None
        and len(function.parameters) == loop.parameters
        and function.rest is None
        and _nesting(function.body) <= MAXIMUM_NESTING
    ):
        expansion = loop.write(node, function, facts)
    if expansion is None:
        for place, (_, argument) in zip(range(loop.function), before, strict=False):
            node.arguments[place] = argument
        return
    node.expansion = Let(before, expansion, span) if before else expansion
    facts.assumed.add(node.function.name)  # type: ignore[union-attr]


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
