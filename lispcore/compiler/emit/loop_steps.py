"""The writers of the small steps inside of inlined loops (loop_templates.py).

Their operands are counters and Python lists of the loop's own, so nothing has to be checked.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import twice
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
)
from lispcore.compiler.kinds import ANY, INT
from lispcore.core.nodes import Call, Constant


def write_leave(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the way out of the loop around it; stands directly in its body or a branch of that."""
    em.block.append(ast.Break(node.span))
    return literal(None, node.span), ANY


def method(name: str) -> Callable[[FunctionEmitter, Call], Typed]:
    """Returns the writer of a call of a method of the first argument."""

    def write(em: FunctionEmitter, node: Call) -> Typed:
        store, *arguments = em.plain_arguments(node.arguments)
        call = ast.Attribute(store, name, LOAD, node.span)
        return ast.Call(call, arguments, [], node.span), ANY

    return write


def write_next(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the next item of a Python iterator, or the mark of its end."""
    iterator = em.expression(node.arguments[0])
    return call_helper("next", [iterator, load(" end", node.span)], node.span), ANY


def write_halfway(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the index in the middle between two."""
    low, high = em.plain_arguments(node.arguments)
    both = binary(low, ast.Add(), high, node.span)
    return binary(both, ast.RShift(), literal(1, node.span), node.span), INT


def write_index_after(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the index behind another."""
    index = em.expression(node.arguments[0])
    return binary(index, ast.Add(), literal(1, node.span), node.span), INT


def write_is_below(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes the test that one index is smaller than another."""
    low, high = em.plain_arguments(node.arguments)
    return compare(low, ast.Lt(), high, node.span)


def write_is_left(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes the test that an iterator was not at its end."""
    item = em.expression(node.arguments[0])
    return compare(item, ast.IsNot(), load(" end", node.span), node.span)


def write_comes_first(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes what the answer of a comparing function says (`sorting.comes_first`)."""
    span = node.span
    answer, kind = em.typed(node.arguments[0])
    zero = literal(0, span)
    if kind == INT:
        return compare(answer, ast.LtE(), zero, span)
    first, held = twice(em, answer, span)
    of_number = compare(held, ast.LtE(), zero, span)
    is_true = compare(held, ast.Is(), load(" #t", span), span)
    not_false = compare(held, ast.IsNot(), load(" #f", span), span)
    other = call_helper("comes_first", [held], span)
    rest = ast.BoolOp(ast.And(), [not_false, other], span)
    of_other = ast.BoolOp(ast.Or(), [is_true, rest], span)
    return either(has_type(first, "int", span), of_number, of_other, span)


def write_force(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes ``(force promise)``: the value of a promise that has one is there at once."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    first, promise = twice(em, em.expression(node.arguments[0]), span)
    is_promise = has_type(first, "Promise", span)
    thunk = ast.Attribute(promise, "thunk", LOAD, span)
    is_settled = compare(thunk, ast.Is(), literal(None, span), span)
    test = ast.BoolOp(ast.And(), [is_promise, is_settled], span)
    value = ast.Attribute(promise, "value", LOAD, span)
    slow = ast.Call(load("force", span), [promise], [], span)
    return either(test, value, slow, span), ANY


def write_is_unchanged(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes the test whether a function is still what was written in place of its call."""
    name = node.arguments[0]
    assert type(name) is Constant
    return load(em.unit.flag(name.value), node.span)


VALUES: dict[str, Callable[[FunctionEmitter, Call], Typed]] = {
    "leave": write_leave,
    "push_items": method("extend"),
    "insert": method("insert"),
    "next_or_end": write_next,
    "halfway": write_halfway,
    "index_after": write_index_after,
}

CONDITIONS: dict[str, Callable[[FunctionEmitter, Call], ast.expr | None]] = {
    "index_below": write_is_below,
    "is_left": write_is_left,
    "comes_first": write_comes_first,
    "is_unchanged": write_is_unchanged,
}
