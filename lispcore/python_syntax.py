"""Builders of Python syntax nodes that carry the position of the Lisp form they come from."""

from __future__ import annotations

import ast
from typing import Any

from lispcore.core import Span

LOAD = ast.Load()
STORE = ast.Store()


def mangle(name: str) -> str:
    """Returns the Python name of a Lisp global: the same but for Python's three constants."""
    return name + " " if name in ("None", "True", "False", "__debug__") else name


def position(span: Span) -> dict[str, Any]:
    """Returns the position arguments of a Python node for a span."""
    line, column, end_line, end_column = span
    if line < 1:
        return {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
    return {
        "lineno": line,
        "col_offset": column - 1,
        "end_lineno": end_line,
        "end_col_offset": max(end_column - 1, 0),
    }


def load(name: str, span: Span) -> ast.expr:
    """Returns the use of a Python name."""
    return ast.Name(name, LOAD, **position(span))


def literal(value: Any, span: Span) -> ast.expr:
    """Returns a Python constant."""
    return ast.Constant(value, **position(span))


def call_helper(name: str, arguments: list[ast.expr], span: Span) -> ast.expr:
    """Returns the call of a helper of the runtime."""
    return ast.Call(load(" " + name, span), arguments, [], **position(span))


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python comparison."""
    return ast.Compare(left, [operator], [right], **position(span))


def either(test: ast.expr, then: ast.expr, otherwise: ast.expr, span: Span) -> ast.expr:
    """Returns a Python conditional expression."""
    return ast.IfExp(test, then, otherwise, **position(span))


def is_stable(node: ast.expr) -> bool:
    """Tells whether an expression gives the same value after any statement."""
    if type(node) is ast.Constant:
        return True
    return type(node) is ast.Name and (node.id[0] in " :" or getattr(node, "stable", False))


def binary(left: ast.expr, operator: ast.operator, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on two values."""
    return ast.BinOp(left, operator, right, **position(span))


def unary(operator: ast.unaryop, operand: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on one value."""
    return ast.UnaryOp(operator, operand, **position(span))


def has_type(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is exactly of one of our classes."""
    return compare(call_helper("type", [value], span), ast.Is(), load(" " + name, span), span)
