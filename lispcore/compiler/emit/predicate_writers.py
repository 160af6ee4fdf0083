"""Questions about the class of a value, written in place of calls as Python conditions."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.list_cursors import Question, test
from lispcore.compiler.emit.operands import twice
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    call_helper,
    compare,
    either,
    has_type,
    is_simple,
    literal,
    load,
    unary,
)
from lispcore.core.nodes import Call, Local


def write_not(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes a negation."""
    if len(node.arguments) != 1:
        return None
    test = em.condition(node.arguments[0])
    if type(test) is ast.UnaryOp and type(test.op) is ast.Not:
        return test.operand
    return unary(ast.Not(), test, node.span)


def write_nil(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for nil."""
    if len(node.arguments) != 1:
        return None
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, Question.NIL, node.span)
    value = em.expression(node.arguments[0])
    return compare(value, ast.Is(), literal(None, node.span), node.span)


def write_empty(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for an empty collection where it is a list in a loop."""
    cursor = em.cursor_of(node.arguments[0]) if len(node.arguments) == 1 else None
    return None if cursor is None else test(em, cursor, Question.EMPTY, node.span)


def write_null(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for an empty list or nil."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, Question.NULL, span)
    rest = _rest_of(em, node)
    if rest is not None:
        is_list, more, call = rest
        first, value = twice(em, call, span)
        none = [
            compare(first, ast.Is(), load(" ()", span), span),
            compare(value, ast.Is(), literal(None, span), span),
        ]
        other = ast.BoolOp(ast.Or(), none, span)
        return either(is_list, unary(ast.Not(), more, span), other, span)
    first, value = twice(em, em.expression(node.arguments[0]), span)
    is_empty = compare(first, ast.Is(), load(" ()", span), span)
    is_nil = compare(value, ast.Is(), literal(None, span), span)
    return ast.BoolOp(ast.Or(), [is_empty, is_nil], span)


def _rest_of(em: FunctionEmitter, node: Call) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """Returns, for a question about what follows the first item of a list, the tests whether it is
    a list and whether it has more items, and the call that gives what follows."""
    inner = node.arguments[0]
    known = em.known(inner)
    if type(inner) is not Call or known is None or known.skips != 1 or len(inner.arguments) != 1:
        return None
    argument = inner.arguments[0]
    if type(argument) is not Local or em.cursor_of(argument) is not None:
        return None
    span = inner.span
    value = em.expression(argument)
    if not is_simple(value):
        return None
    name = inner.global_name
    count = ast.Attribute(value, "count", LOAD, span)
    more = compare(count, ast.Gt(), literal(1, span), span)
    call = ast.Call(load(name, span), [value], [], span)
    return has_type(value, "List", span), more, call


def write_pair(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for a list with items."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, Question.PAIR, span)
    rest = _rest_of(em, node)
    if rest is not None:
        is_list, more, call = rest
        first, value = twice(em, call, span)
        full = compare(value, ast.IsNot(), load(" ()", span), span)
        other = ast.BoolOp(ast.And(), [has_type(first, "List", span), full], span)
        return either(is_list, more, other, span)
    first, value = twice(em, em.expression(node.arguments[0]), span)
    full = compare(value, ast.IsNot(), load(" ()", span), span)
    return ast.BoolOp(ast.And(), [has_type(first, "List", span), full], span)


def type_test(name: str) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of a predicate that asks for exactly one class."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        return has_type(em.expression(node.arguments[0]), name, node.span)

    return write


def type_among(name: str) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of a predicate that asks for one of several classes."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        kind = call_helper("type", [em.expression(node.arguments[0])], span)
        return compare(kind, ast.In(), load(" " + name, span), span)

    return write
