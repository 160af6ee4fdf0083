"""Arithmetic, written in place of calls.

Guards are avoided by representation (types.py): `a + b` fails by itself for everything that is
neither number nor string. Where Python's operator means something else than ours, a test of the
types chooses between the operator and the library's function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import MAXIMUM_OPERANDS, Builder, Operands, chained
from lispcore.compiler.emit.python_syntax import binary, compare, either, literal, load, unary
from lispcore.compiler.kinds import (
    ANY,
    FLOAT,
    INT,
    INTEGERS,
    NAT,
    NUM,
    NUMBERS,
    STR,
    AnyKind,
    kind_of_difference,
    kind_of_product,
    kind_of_sum,
)
from lispcore.core.nodes import Call, Constant, Span


def write_add(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a sum, or two strings joined."""
    if not node.arguments:
        return literal(0, node.span), NAT
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = chained(em, node)
    kinds = [kind]
    for value, other in others:
        result = binary(result, ast.Add(), value, node.span)
        kinds.append(other)
    if any(kind in NUMBERS for kind in kinds):
        return result, kind_of_sum(kinds)
    assert type(result) is ast.BinOp
    result.may_be_text = True
    return result, STR if STR in kinds else ANY


def write_subtract(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a difference."""
    if not 1 <= len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    values = chained(em, node)
    result = values[0][0]
    if len(values) == 1:
        result = unary(ast.USub(), result, node.span)
    for value, _ in values[1:]:
        result = binary(result, ast.Sub(), value, node.span)
    return result, kind_of_difference([kind for _, kind in values])


def write_multiply(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a product."""
    if not node.arguments:
        return literal(1, node.span), NAT
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = chained(em, node)
    kinds = [kind]
    for value, other in others:
        result = binary(result, ast.Mult(), value, node.span)
        if kind not in NUMBERS or other not in NUMBERS:
            # Python would repeat a string here; the unary plus makes that fail.
            result = unary(ast.UAdd(), result, node.span)
        kind = NUM
        kinds.append(other)
    return result, kind_of_product(kinds)


def write_modulo(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the remainder of integers; what is no integer takes the slow path."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    # Both known to be integers: Python's error for a zero divisor is explained in diagnosis.py.
    divisor = node.arguments[1]
    sure = all(kind in INTEGERS for kind in operands.kinds) or (
        type(divisor) is Constant and divisor.value != 0
    )
    return operands.choose(
        {0: INT, 1: INT},
        lambda values: binary(values[0], ast.Mod(), values[1], span),
        *([] if sure else [lambda values: values[1]]),
    ), operands.result()


def truncating(operator: Callable[[], ast.operator]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of a division that rounds towards zero: Python's does so above zero."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 2:
            return None
        divisor = node.arguments[1]
        if type(divisor) is not Constant or type(divisor.value) is not int or divisor.value <= 0:
            return None
        span = node.span
        operands = Operands(em, node)
        not_negative: list[Builder] = []
        if operands.kinds[0] != NAT:
            not_negative = [lambda values: compare(values[0], ast.GtE(), literal(0, span), span)]
        return operands.choose(
            {0: INT},
            lambda values: binary(values[0], operator(), values[1], span),
            *not_negative,
        ), operands.result()

    return write


def write_divide(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the division of floats; exact numbers and a divisor of zero take the slow path."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    kinds = operands.kinds
    if all(kind in INTEGERS for kind in kinds):  # exact: the library's affair
        return ast.Call(load("/", span), operands.values, [], span), operands.result()
    types = {index: FLOAT for index, kind in enumerate(kinds) if kind not in INTEGERS}
    tests: list[Builder] = []
    for index, each in enumerate(node.arguments):
        if type(each) is Constant and type(each.value) in (int, float):
            if each.value == 0 or (kinds[index] in INTEGERS and abs(each.value) >= SMALL):
                tests.append(lambda values: literal(False, span))
        elif kinds[index] in INTEGERS:
            tests.append(_is_small(index, span, kinds[index]))
    divisor = node.arguments[1]
    if type(divisor) is not Constant:
        tests.append(lambda values: values[1])
    return operands.choose(
        types, lambda values: binary(values[0], ast.Div(), values[1], span), *tests
    ), operands.result()


# Integers below this are compared in no time, and each is a float as well.
SMALL = 2**30 - 1


def _is_small(index: int, span: Span, kind: AnyKind) -> Builder:
    """Returns the test that an integer can be divided as a float is."""

    def test(values: list[ast.expr]) -> ast.expr:
        value, limit = values[index], literal(SMALL, span)
        if kind == NAT:
            return compare(value, ast.Lt(), limit, span)
        lowest = literal(-SMALL, span)
        return ast.Compare(lowest, [ast.Lt(), ast.Lt()], [value, limit], span)

    return test


def extreme(operator: Callable[[], ast.cmpop]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of ``min`` or ``max`` of two or three integers."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if not 2 <= len(node.arguments) <= 3:
            return None
        span = node.span
        operands = Operands(em, node)
        if len(node.arguments) == 3:
            operands.settle()

        def best(values: list[ast.expr]) -> ast.expr:
            first, *others = values
            if not others:
                return first
            beaten = [compare(first, operator(), each, span) for each in others]
            test = beaten[0] if len(beaten) == 1 else ast.BoolOp(ast.And(), beaten, span)
            return either(test, first, best(others), span)

        types = dict.fromkeys(range(len(node.arguments)), INT)
        return operands.choose(types, best), operands.result()

    return write


def bitwise(operator: Callable[[], ast.operator]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of a bit operation on two integers."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 2:
            return None
        operands = Operands(em, node)
        return operands.choose(
            {0: INT, 1: INT},
            lambda values: binary(values[0], operator(), values[1], node.span),
        ), INT

    return write


def write_absolute(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the absolute value of an integer."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)

    def fast(values: list[ast.expr]) -> ast.expr:
        negative = compare(values[0], ast.Lt(), literal(0, span), span)
        return either(negative, unary(ast.USub(), values[0], span), values[0], span)

    if operands.kinds[0] in INTEGERS:
        operands.settle()
    return operands.choose({0: INT}, fast), operands.result()
