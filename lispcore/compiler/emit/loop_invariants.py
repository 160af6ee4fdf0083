"""Loop-invariant code motion: what a loop asks of the same value is asked once, before it.

Which values that are says facts/invariants.py.

**Views.** A Python variable, the *view* of a variable, gets the items when the variable gets its
value: those of a vector or array, or nothing for any other value, so that no index is in range and
the general way is taken. The items of a vector never change, those of an array change in place.
Where all indices are literals, a view has items only if they all are in range: that is asked once.

**Keys.** Two Python variables tell of a value that is compared: whether it is equal only to itself,
and whether it is a string.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    all_of,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
)
from lispcore.compiler.emit.representations import Key, View
from lispcore.compiler.kinds import ANY, VECTOR, AnyKind, Kind
from lispcore.compiler.meanings import LookedInto
from lispcore.core.nodes import Lambda, Local, Node, Span, Variable

# Of so many nodes an expression may be that is written three times.
MOST_REPEATED = 40


def variable_bound(
    em: FunctionEmitter, variable: Variable, span: Span, kind: AnyKind = ANY
) -> None:
    """Writes what is to be known of a variable that has just got its value, of some kind."""
    invariants = em.unit.invariants
    looked_into = invariants.views.get(variable)
    if looked_into is not None and kind in (ANY, looked_into.kind):
        _make_view(em, variable, looked_into, span, kind)
    if variable in invariants.keys and kind == ANY:
        _make_key(em, variable, span)


def _make_view(
    em: FunctionEmitter, variable: Variable, class_: LookedInto, span: Span, kind: AnyKind
) -> None:
    least = em.unit.invariants.sizes.get(variable, 0) if class_.kind == VECTOR else 0
    view = em.views[variable] = View(em.unit.unique(".view"), class_.kind, least)
    value = load(em.name_variable(variable), span)
    items: ast.expr = ast.Attribute(value, class_.field, LOAD, span)
    tests = [] if kind == class_.kind else [has_type(value, class_.kind, span)]
    if least:
        size = call_helper("len", [items], span)
        tests.append(compare(size, ast.GtE(), literal(least, span), span))
    if tests:
        items = either(all_of(tests, span), items, literal((), span), span)
    _assign(em, view.name, items, span)


def _make_key(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    key = em.keys[variable] = Key(em.unit.unique(".same"), em.unit.unique(".text"))
    value = load(em.name_variable(variable), span)
    kind = call_helper("type", [value], span)
    _assign(em, key.is_same, compare(kind, ast.In(), load(" identity", span), span), span)
    _assign(em, key.is_text, has_type(value, "str", span), span)


def _assign(em: FunctionEmitter, name: str, value: ast.expr, span: Span) -> None:
    target = ast.Name(name, STORE, span)
    em.block.append(ast.Assign([target], value, span))


def loop_begins(em: FunctionEmitter, function: Lambda) -> None:
    """Writes what is to be known of the parameters of a loop that no round changes."""
    for variable in function.parameters:
        variable_bound(em, variable, function.span)


def view_of(em: FunctionEmitter, node: Node, kind: Kind, span: Span) -> ast.expr | None:
    """Returns the view of what a node gives, if it has one of that class."""
    found = em.views.get(node.variable) if type(node) is Local else None
    return None if found is None or found.kind != kind else load(found.name, span)


def view_size(em: FunctionEmitter, node: Node) -> int:
    """Returns how many items the view of a node has if it has any."""
    found = em.views.get(node.variable) if type(node) is Local else None
    return 0 if found is None else found.size


def comparison_with_key(
    em: FunctionEmitter, nodes: list[Node], left: ast.expr, right: ast.expr, span: Span
) -> ast.expr | None:
    """Returns the comparison of two values by what is known of one of them, if it is a key."""
    for node in nodes:
        found = em.keys.get(node.variable) if type(node) is Local else None
        if found is not None:
            # Each is written three times, in branches of which one is taken.
            left, right = _short(em, left, span), _short(em, right, span)
            same = compare(left, ast.Is(), right, span)
            text = compare(left, ast.Eq(), right, span)
            other = call_helper("equal", [left, right], span)
            of_text = either(load(found.is_text, span), text, other, span)
            return either(load(found.is_same, span), same, of_text, span)
    return None


def _short(em: FunctionEmitter, value: ast.expr, span: Span) -> ast.expr:
    size = sum(1 for _ in ast.walk(value))
    return value if size <= MOST_REPEATED else em.hold(value, span)
