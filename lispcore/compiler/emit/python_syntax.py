"""Builders of Python syntax nodes that carry the position of the Lisp form they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.core.nodes import Span

LOAD = ast.Load()
STORE = ast.Store()

# The classes under which these builders call them: with the span as the last argument.
_Name: Callable[..., ast.expr] = ast.Name
_Constant: Callable[..., ast.expr] = ast.Constant
_Call: Callable[..., ast.expr] = ast.Call
_Compare: Callable[..., ast.expr] = ast.Compare
_IfExp: Callable[..., ast.expr] = ast.IfExp
_BinOp: Callable[..., ast.expr] = ast.BinOp
_UnaryOp: Callable[..., ast.expr] = ast.UnaryOp


def mangle(name: str) -> str:
    """Returns the Python name of a Lisp global: the same but for Python's three constants."""
    return name + " " if name in ("None", "True", "False", "__debug__") else name


def position(span: Span) -> dict[str, Any]:
    """Returns the argument that gives a Python node the place of a span."""
    return {"span": span}


def load(name: str, span: Span) -> ast.expr:
    """Returns the use of a Python name."""
    return _Name(name, LOAD, span)


def literal(value: Any, span: Span) -> ast.expr:
    """Returns a Python constant."""
    return _Constant(value, None, span)


def call_helper(name: str, arguments: list[ast.expr], span: Span) -> ast.expr:
    """Returns the call of a helper of the runtime."""
    return _Call(_Name(" " + name, LOAD, span), arguments, [], span)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python comparison."""
    return _Compare(left, [operator], [right], span)


def either(test: ast.expr, then: ast.expr, otherwise: ast.expr, span: Span) -> ast.expr:
    """Returns a Python conditional expression."""
    return _IfExp(test, then, otherwise, span)


def is_stable(node: ast.expr) -> bool:
    """Tells whether an expression gives the same value after any statement."""
    if type(node) is ast.Constant:
        return True
    return type(node) is ast.Name and (node.id[0] in " :" or getattr(node, "stable", False))


def binary(left: ast.expr, operator: ast.operator, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on two values."""
    return _BinOp(left, operator, right, span)


def unary(operator: ast.unaryop, operand: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on one value."""
    return _UnaryOp(operator, operand, span)


def has_type(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is exactly of one of our classes."""
    return compare(call_helper("type", [value], span), ast.Is(), load(" " + name, span), span)


def type_is_not(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is not exactly of a class."""
    return compare(call_helper("type", [value], span), ast.IsNot(), load(" " + name, span), span)
