"""Comparisons, written in place of calls as Python conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.loop_invariants import comparison_with_key
from lispcore.compiler.emit.operands import Operands, held_until, last_noticed, twice
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    is_simple,
    is_stable,
    literal,
    load,
    unary,
)
from lispcore.compiler.kinds import CHARACTER, INTEGERS, KEYWORD, NUMBERS, STR, SYMBOL, AnyKind
from lispcore.core.nodes import Call, Constant, Span, literal_value
from lispcore.values.types import IDENTITY_TYPES, Character


def comparison(
    operator: Callable[[], ast.cmpop],
) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of an ordering such as ``<``."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) < 2:
            return None
        values = compared(em, em.plain_arguments(node.arguments), node.span)
        operators = [operator() for _ in values[1:]]
        return ast.Compare(values[0], operators, values[1:], node.span)

    return write


def compared(em: FunctionEmitter, values: list[ast.expr], span: Span) -> list[ast.expr]:
    """Returns values that one comparison may stand between, ``a < b < c``.

    Python does not evaluate the third one once the first pair has failed.
    """
    last = last_noticed(values)
    if last > 1:
        held_until(em, values, last, span)
    return values


def write_equal_numbers(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes ``=``: numbers by value, everything else by structure."""
    if len(node.arguments) < 2:
        return None
    span = node.span
    if len(node.arguments) == 2:
        for each in node.arguments:
            if type(each) is Constant and type(each.value) in IDENTITY_TYPES:
                left, right = em.plain_arguments(node.arguments)
                return compare(left, ast.Is(), right, span)
    values = compared(em, em.plain_arguments(node.arguments), span)
    operators: list[ast.cmpop] = [ast.Eq() for _ in values[1:]]
    return ast.Compare(values[0], operators, values[1:], span)


# Values of these classes are equal if they are the same.
IDENTICAL: Final[frozenset[AnyKind]] = frozenset((CHARACTER, KEYWORD, SYMBOL))


def write_equal(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes structural equality; to a literal symbol, keyword or string it is one comparison."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operator: ast.cmpop | None = None
    for each in node.arguments:
        if type(each) is Constant:
            if type(each.value) in IDENTITY_TYPES:
                operator = ast.Is()
            elif type(each.value) is str:
                operator = ast.Eq()
    (left, kind), (right, other) = em.arguments(node.arguments)
    if operator is None and (kind in IDENTICAL or other in IDENTICAL):
        operator = ast.Is()
    if operator is None and STR in (kind, other):
        operator = ast.Eq()  # nothing else is equal to a string for Python, either
    if operator is not None:
        return compare(left, operator, right, span)
    by_key = comparison_with_key(em, node.arguments, left, right, span)
    if by_key is not None:
        return by_key
    # The one whose type is asked first is evaluated there, so the other must not change by that.
    if is_simple(right):
        first, left = twice(em, left, span)
    elif is_simple(left) and is_stable(left):
        first, right = twice(em, right, span)
    else:
        return call_helper("equal", [left, right], span)
    type_ = call_helper("type", [first], span)
    identity = compare(type_, ast.In(), load(" identity", span), span)
    same = compare(left, ast.Is(), right, span)
    return either(identity, same, call_helper("equal", [left, right], span), span)


def character_order(
    operator: Callable[[], ast.cmpop],
) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of the comparison of two characters."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 2:
            return None
        span = node.span
        operands = Operands(em, node)

        def text(index: int, values: list[ast.expr]) -> ast.expr:
            given = operands.arguments[index]
            if type(given) is Constant and type(given.value) is Character:
                return literal(given.value.text, span)
            return ast.Attribute(values[index], "text", LOAD, span)

        return operands.choose(
            {0: CHARACTER, 1: CHARACTER},
            lambda values: compare(text(0, values), operator(), text(1, values), span),
            answer=lambda slow: compare(slow, ast.Is(), load(" #t", span), span),
        )

    return write


def write_same_datum(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test of a ``case`` clause: numbers are compared by value, as ``=`` does."""
    datum = literal_value(node.arguments[1])
    if isinstance(datum, (int, float)) or type(datum).__name__ == "Ratio":
        left, right = em.plain_arguments(node.arguments)
        return compare(left, ast.Eq(), right, node.span)
    return write_equal(em, node)


def write_zero(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes ``zero?``."""
    if len(node.arguments) != 1:
        return None
    value, kind = em.typed(node.arguments[0])
    if kind not in NUMBERS:
        value = unary(ast.UAdd(), value, node.span)  # fails for a string
    return compare(value, ast.Eq(), literal(0, node.span), node.span)


def sign(operator: Callable[[], ast.cmpop]) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of ``positive?`` or ``negative?`` of an integer."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        value, kind = em.typed(node.arguments[0])
        zero = literal(0, span)
        if kind in INTEGERS:
            return compare(value, operator(), zero, span)
        name = node.global_name
        first, value = twice(em, value, span)
        slow = ast.Call(load(name, span), [value], [], span)
        answer = compare(slow, ast.Is(), load(" #t", span), span)
        test = has_type(first, "int", span)
        return either(test, compare(value, operator(), zero, span), answer, span)

    return write


def parity(remainder: int) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of ``even?`` or ``odd?``; the bit operation fails for all but integers."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        value = em.expression(node.arguments[0])
        bit = binary(value, ast.BitAnd(), literal(1, node.span), node.span)
        return compare(bit, ast.Eq(), literal(remainder, node.span), node.span)

    return write
