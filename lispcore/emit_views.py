"""Vectors that a loop looks into: their items are taken out once, before it.

``(nth v i)`` asks what `v` is and where its items are. Where a loop does so with a variable that
always has the same value, a Python variable, its *view*, gets the items when the variable gets its
value: those of a vector, or nothing for any other value, so that no index is in range and the
general way is taken. Nobody ever changes the items of a vector.
"""

from __future__ import annotations

from lispcore import python_ast as ast
from lispcore.analysis import children
from lispcore.core import (
    Call,
    Constant,
    ForEach,
    Global,
    Lambda,
    Local,
    NamedLet,
    Node,
    Span,
    Variable,
    While,
)
from lispcore.emitter import CALLS, FunctionEmitter
from lispcore.python_syntax import LOAD, STORE, either, has_type, literal, load, position


def find_views(em: FunctionEmitter, function: Lambda) -> None:
    """Finds the variables of a function that are looked into in loops, and makes them views."""
    if "nth" not in em.unit.facts.library or not em.unit.has_nth:
        return
    found: dict[Variable, None] = {}
    # Each node with the variables that a loop around it does not bind anew; None outside of loops.
    stack: list[tuple[Node, bool]] = [(function.body, function.self_loop)]
    while stack:
        node, in_loop = stack.pop()
        kind = type(node)
        if kind is Lambda and not node.inlined:  # type: ignore[attr-defined]
            continue
        if kind is Call and in_loop and node.expansion is None:  # type: ignore[attr-defined]
            variable = _indexed(node)  # type: ignore[arg-type]
            if variable is not None:
                found[variable] = None
        inside = (
            in_loop
            or kind in (While, ForEach)
            or (
                kind is NamedLet and node.function.self_loop  # type: ignore[attr-defined]
            )
        )
        stack += [(child, inside) for child in children(node)]
    for variable in found:
        usable = not (variable.assigned or variable.boxed or variable.letrec)
        if usable and variable not in em.cursors and variable.kind == "any":
            if variable.home is function and variable not in em.unit.facts.owners:
                em.views[variable] = ""


def _indexed(node: Call) -> Variable | None:
    """Returns the variable into which a call looks by an index that is no literal."""
    callee = node.function
    if type(callee) is not Global or callee.name != "nth" or len(node.arguments) != 2:
        return None
    sequence, index = node.arguments
    return sequence.variable if type(sequence) is Local and type(index) is not Constant else None


def make_view(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    """Writes the view of a variable that has just got its value."""
    name = em.views[variable] = em.unit.unique(".view")
    value = load(em.name_variable(variable), span)
    items = ast.Attribute(value, "items", LOAD, **position(span))
    nothing = literal((), span)
    taken = either(has_type(value, "Vector", span), items, nothing, span)
    target = ast.Name(name, STORE, **position(span))
    em.block.append(ast.Assign([target], taken, **position(span)))


def changes_in(function: Lambda, jumps: list[Call]) -> set[Variable]:
    """Returns the parameters of a loop that some next round gives another value."""
    return {
        variable
        for jump in jumps
        for variable, value in zip(function.parameters, jump.arguments, strict=True)
        if not (type(value) is Local and value.variable is variable)
    }


CALLS.update(find_views=find_views, make_view=make_view)
