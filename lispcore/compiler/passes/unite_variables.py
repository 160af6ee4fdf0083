"""Copy coalescing: one variable for a loop's and for that whose value it takes over and hands back.

In ``(set! m (foldl (fn (acc x) …) m xs))`` and ``(outer (let inner ((acc m)) …))`` nobody looks at
`m` between its being handed in and its getting the result. So the loop uses `m` itself, and the
maps and lists that it makes of it can be changed in place (facts/ownership.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from lispcore.compiler.facts.ownership import chain, has_changes, is_shared, survey_changes
from lispcore.compiler.facts.tables import Facts
from lispcore.core.nodes import (
    ForEach,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Variable,
)
from lispcore.core.walking import (
    Survey,
    all_nodes,
    is_assigned_below,
    uses_below,
    value_parts,
    value_positions,
)


def unite_variables(main: Lambda, nodes: Survey, facts: Facts) -> Lambda | None:
    """Returns the unit with fewer variables, None if it stays; fills `handed_back` of the facts."""
    if not has_changes(nodes, facts):
        return None
    while _make_one(main, facts, facts.handed_back):
        pass
    return main if facts.handed_back else None


def _make_one(main: Lambda, facts: Facts, one: set[Node]) -> bool:
    """Makes one variable of two: that of an inner loop, and that whose value it starts with.

    Enters the value for which this was done in `one`; tells whether there was one.
    """
    bound, changes, refused = survey_changes(main, facts)
    for variable, value, handlers, later in changes:
        if is_shared(variable, facts) or variable in refused:
            continue
        if variable not in bound or handlers is not bound[variable]:
            continue
        if any(uses_below(each, variable) or is_assigned_below(each, variable) for each in later):
            continue
        for inner, loop in _inner_loops(value, variable, facts):
            if is_shared(inner, facts) or inner in refused:
                continue
            if len(uses_below(loop, variable)) != 1:
                continue
            if value not in one and is_assigned_below(value, variable):
                continue
            if not any(
                changed is inner and chain(leaf, inner, facts)
                for changed, new, _, _ in changes
                for leaf in value_positions(new)
            ):
                continue  # it would gain nothing
            _rename(loop, inner, variable)
            one.add(value)
            return True
    return False


def _inner_loops(value: Node, variable: Variable, facts: Facts) -> Iterable[tuple[Variable, Node]]:
    """Yields the loops whose result a value may be and that begin with a variable's value.

    Each with the variable of its own that holds the value then.
    """
    stack = [value]
    while stack:
        node = stack.pop()
        if type(node) is NamedLet and node.function in facts.tails.loops:
            for inner, start in zip(node.function.parameters, node.arguments, strict=True):
                if type(start) is Local and start.variable is variable and inner is not variable:
                    if all(
                        type(each) is Local and each.variable is inner
                        for each in _results(node.function, facts)
                    ):
                        yield inner, node
            continue
        if type(node) is Let and len(node.bindings) == 1 and type(node.body) is Sequence:
            inner, start = node.bindings[0]
            if type(start) is Local and start.variable is variable:
                loop, result = node.body.parts[0], node.body.parts[-1]
                if type(loop) is ForEach and type(result) is Local and result.variable is inner:
                    yield inner, node
        stack += value_parts(node)


def _results(function: Lambda, facts: Facts) -> list[Node]:
    """Returns what a loop can give, without the calls that are a next round of one."""
    return [each for each in value_positions(function.body) if each not in facts.tails.jumps]


def _rename(loop: Node, inner: Variable, outer: Variable) -> None:
    """Puts a variable in the place of that of a loop which begins with its value."""
    outer.assigned = True
    for node in all_nodes(loop):
        if type(node) is Local or type(node) is SetLocal:
            if node.variable is inner:
                node.variable = outer
        elif type(node) is SetAll:
            node.variables = [outer if each is inner else each for each in node.variables]
        elif type(node) is NamedLet:  # the loop itself, or one that was made one with it
            function = node.function
            function.parameters = [outer if each is inner else each for each in function.parameters]
    if type(loop) is Let:
        loop.bindings.clear()
