"""Access to the items of arrays, written in place of calls."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.loop_invariants import view_of
from lispcore.compiler.emit.operands import Operands, within
from lispcore.compiler.emit.python_syntax import (
    STORE,
    all_of,
    attribute,
    call_helper,
    has_type,
    is_simple,
    item,
    load,
    mangle,
)
from lispcore.compiler.kinds import (
    ANY,
    FLOAT,
    FLOAT_ARRAY,
    INT,
    INTEGER_ARRAY,
    INTEGERS,
    MUTABLE_ARRAY,
    Kind,
)
from lispcore.core.nodes import Call


def indexed(kind: Kind, field: str) -> Callable[[FunctionEmitter, Call], Typed | None]:
    """Returns the writer of an access by index to one class of array."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 2:
            return None
        span = node.span
        operands = Operands(em, node)
        array, index = operands.settle()
        view = view_of(em, node.arguments[0], kind, span)
        items = attribute(array, field, span) if view is None else view
        size = call_helper("len", [items], span)
        return operands.choose(
            {0: kind, 1: INT} if view is None else {1: INT},
            lambda values: item(items, index, span),
            lambda values: within(index, size, span, operands.kinds[1]),
        ), FLOAT if kind is FLOAT_ARRAY else INT if kind is INTEGER_ARRAY else ANY

    return write


def write_array_store(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes ``(mutable-array/set! array index value)`` as a statement; returns the array."""
    if len(node.arguments) != 3:
        return None
    span = node.span
    name = node.global_name
    typed = em.arguments(node.arguments)
    array, index, value = [each if is_simple(each) else em.hold(each, span) for each, _ in typed]
    view = view_of(em, node.arguments[0], MUTABLE_ARRAY, span)
    items = attribute(array, "items", span) if view is None else view
    is_known = view is not None or typed[0][1] == MUTABLE_ARRAY
    tests = [] if is_known else [has_type(array, "MutableArray", span)]
    if typed[1][1] not in INTEGERS:
        tests.append(has_type(index, "int", span))
    tests.append(within(index, call_helper("len", [items], span), span, typed[1][1]))
    target = ast.Subscript(items, index, STORE, span)
    fast = ast.Assign([target], value, span)
    call = ast.Call(load(mangle(name), span), [array, index, value], [], span)
    slow = ast.Expr(call, span)
    em.block.append(ast.If(all_of(tests, span), [fast], [slow], span))
    return array
