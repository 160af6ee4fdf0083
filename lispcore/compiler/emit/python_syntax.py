"""Builders of Python syntax nodes that carry the position of the Lisp form they come from."""

from __future__ import annotations

from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.core.nodes import Span

LOAD = ast.Load()
STORE = ast.Store()


# Python's constants, and what Python itself looks up among the globals of a function.
TAKEN = frozenset(("None", "True", "False", "__debug__", "__builtins__", "__import__", "__name__"))


def mangle(name: str) -> str:
    """Returns the Python name of a Lisp global: the same but for the few that mean something."""
    return name + " " if name in TAKEN else name


def load(name: str, span: Span) -> ast.Name:
    """Returns the use of a Python name."""
    return ast.Name(name, LOAD, span)


def stable(name: str, span: Span) -> ast.Name:
    """Returns the use of a Python name whose value no later statement changes."""
    use = ast.Name(name, LOAD, span)
    use.stable = True
    return use


def literal(value: Any, span: Span) -> ast.Constant:
    """Returns a Python constant."""
    return ast.Constant(value, span)


def call_helper(name: str, arguments: list[ast.expr], span: Span) -> ast.Call:
    """Returns the call of a helper of the runtime."""
    return ast.Call(ast.Name(" " + name, LOAD, span), arguments, [], span)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, span: Span) -> ast.Compare:
    """Returns a Python comparison."""
    return ast.Compare(left, [operator], [right], span)


def either(test: ast.expr, then: ast.expr, otherwise: ast.expr, span: Span) -> ast.IfExp:
    """Returns a Python conditional expression."""
    return ast.IfExp(test, then, otherwise, span)


def is_simple(node: ast.expr) -> bool:
    """Tells whether nobody can notice how often an expression is evaluated, if at all."""
    return type(node) is ast.Constant or (type(node) is ast.Name and not node.may_fail)


def is_stable(node: ast.expr) -> bool:
    """Tells whether an expression gives the same value before and after any statement."""
    if type(node) is ast.Constant:
        return True
    return type(node) is ast.Name and (node.id[0] in " :" or node.stable) and not node.may_fail


def binary(left: ast.expr, operator: ast.operator, right: ast.expr, span: Span) -> ast.BinOp:
    """Returns a Python operation on two values."""
    return ast.BinOp(left, operator, right, span)


def unary(operator: ast.unaryop, operand: ast.expr, span: Span) -> ast.UnaryOp:
    """Returns a Python operation on one value."""
    return ast.UnaryOp(operator, operand, span)


def has_type(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is exactly of one of our classes."""
    return compare(call_helper("type", [value], span), ast.Is(), load(" " + name, span), span)


def type_is_not(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is not exactly of a class."""
    return compare(call_helper("type", [value], span), ast.IsNot(), load(" " + name, span), span)


def attribute(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the use of an attribute."""
    return ast.Attribute(value, name, LOAD, span)


def item(value: ast.expr, index: ast.expr, span: Span) -> ast.expr:
    """Returns the item at an index."""
    return ast.Subscript(value, index, LOAD, span)


def all_of(tests: list[ast.expr], span: Span) -> ast.expr:
    """Returns the test that all tests hold."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
