"""Calls with the items of a list as arguments, and functions that get theirs as a list."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    call_helper,
    either,
    literal,
    load,
    mangle,
)
from lispcore.compiler.kinds import ANY
from lispcore.core.nodes import Call, Global, Span


def write_apply(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes ``(apply f … items)`` with a function of the library that calls none of its arguments.

    Python 3.11 makes a call with the items of a list on the C stack, which a recursion through it
    would overflow.
    """
    if len(node.arguments) < 2:
        return None
    function, *first, last = node.arguments
    if type(function) is not Global:
        return None
    known = em.unit.library.get(function)
    if known is None or not known.is_quiet:
        return None
    span = node.span
    if known.adds > 0 and not first:
        return call_helper("added", [_items(em.expression(last), 2, span)], span), ANY
    *values, items = em.plain_arguments([*first, last])
    spread = ast.Starred(_items(items, len(node.arguments), span), LOAD, span)
    callee = load(mangle(function.name), function.span)
    return ast.Call(callee, [*values, spread], [], span), ANY


def _items(value: ast.expr, argument: int, span: Span) -> ast.expr:
    details = [literal("apply", span), value, literal(argument, span)]
    return call_helper("sequence_items", details, span)


def rest_parameter(name: str, span: Span) -> ast.expr:
    """Returns the list of the arguments that Python has gathered in a tuple."""
    back = ast.Slice(None, None, literal(-1, span), span)
    turned = ast.Subscript(load(name, span), back, LOAD, span)
    cells = ast.List([ast.Starred(turned, LOAD, span)], LOAD, span)
    count = call_helper("len", [load(name, span)], span)
    made = call_helper("List", [cells, count], span)
    return either(load(name, span), made, load(" ()", span), span)
