"""How small functions of texts, characters and lengths are written in place of their calls.

Each is a test of the argument's type and one operation of Python; whatever does not pass the test
goes to the library's function, which also knows the errors.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.map_writers import as_key
from lispcore.compiler.emit.operands import Operands
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    all_of,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    mangle,
)
from lispcore.compiler.kinds import ANY, FLOAT, INT, INTEGERS, MAP, NUM, STR, AnyKind, Kind
from lispcore.core.nodes import Call, Constant, Local, Node
from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.values.printing import print_value
from lispcore.values.types import IDENTITY_TYPES

Writer = Callable[[FunctionEmitter, Call], Typed | None]
Operation = Callable[[ast.expr, Any], ast.expr]

# So many values of unknown types are asked for them; more are left to the library.
MOST_UNKNOWN = 4
MOST_PARTS = 40  # of a text; a call with more arguments is seldom, and stays a call
# Before, Python's time for the digits of an integer grew with the square of their number.
DIRECT = sys.version_info >= (3, 12)
# Characters below have their objects in a row (`runtime.HELPERS`).
CODES = 256
# A text of fewer digits is an integer that is made at once.
FEW_DIGITS = 18
_DIGITS = ("isdigit", "isascii")


def attribute(value: ast.expr, name: str, span: Any) -> ast.expr:
    """Returns the access to an attribute."""
    return ast.Attribute(value, name, LOAD, span)


def method(name: str, *arguments: str) -> Operation:
    """Returns the call of a method of Python's strings."""

    def write(value: ast.expr, span: Any) -> ast.expr:
        given: list[ast.expr] = [literal(each, span) for each in arguments]
        return ast.Call(attribute(value, name, span), given, [], span)

    return write


def turned_round(value: ast.expr, span: Any) -> ast.expr:
    """Returns a text from its end to its beginning."""
    back = ast.Slice(None, None, literal(-1, span), span)
    return ast.Subscript(value, back, LOAD, span)


def size_of(field: str) -> Operation:
    """Returns the number of items that an attribute holds."""
    return lambda value, span: call_helper("len", [attribute(value, field, span)], span)


def on_one(kind: Kind, result: Kind, operation: Operation) -> Writer:
    """Returns the writer of a function of one argument that has to be of a class."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 1:
            return None
        operands = Operands(em, node)
        return operands.choose({0: kind}, lambda values: operation(values[0], node.span)), result

    return write


def write_number(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the digits of an integer."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)
    if not DIRECT:
        operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        digits = ast.FormattedValue(values[0], -1, None, span)
        return ast.JoinedStr([digits], span)

    tests = [] if DIRECT else [lambda values: _is_direct(values[0], span)]
    return operands.choose({0: INT}, fast, *tests), STR


def write_slice(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a part of a text between two indices, or from one on."""
    if not 2 <= len(node.arguments) <= 3:
        return None
    span = node.span
    operands = Operands(em, node)
    text, *bounds = operands.settle()
    size = call_helper("len", [text], span)

    def are_within(_values: list[ast.expr]) -> ast.expr:
        # 0 <= start <= end <= len(text)
        comparators = [*bounds, size]
        signs: list[ast.cmpop] = [ast.LtE() for _ in comparators]
        return ast.Compare(literal(0, span), signs, comparators, span)

    def fast(_values: list[ast.expr]) -> ast.expr:
        part = ast.Slice(bounds[0], bounds[1] if len(bounds) > 1 else None, None, span)
        return ast.Subscript(text, part, LOAD, span)

    types = {0: STR, **dict.fromkeys(range(1, len(node.arguments)), INT)}
    return operands.choose(types, fast, are_within), STR


def write_to_number(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the integer of a text of a few digits; of other texts the library knows more."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def has_few(values: list[ast.expr]) -> ast.expr:
        size = call_helper("len", values, span)
        return compare(size, ast.Lt(), literal(FEW_DIGITS, span), span)

    def are_digits(values: list[ast.expr]) -> ast.expr:
        asked = (ast.Call(attribute(values[0], name, span), [], [], span) for name in _DIGITS)
        return all_of([*asked], span)

    def fast(values: list[ast.expr]) -> ast.expr:
        return call_helper("int", values, span)

    return operands.choose({0: STR}, fast, has_few, are_digits), ANY


def write_character(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the character of a number: the common ones stand in a row."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def in_row(values: list[ast.expr]) -> ast.expr:
        bounds = [values[0], literal(CODES, span)]
        return ast.Compare(literal(-1, span), [ast.Lt(), ast.Lt()], bounds, span)

    def fast(values: list[ast.expr]) -> ast.expr:
        return ast.Subscript(load(" codes", span), values[0], LOAD, span)

    return operands.choose({0: INT}, fast, in_row), ANY


def write_square_root(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the square root of a float that has a real one."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def is_positive(values: list[ast.expr]) -> ast.expr:
        return compare(values[0], ast.Gt(), literal(0.0, span), span)

    root = operands.choose(
        {0: FLOAT}, lambda values: call_helper("sqrt", values, span), is_positive
    )
    return root, NUM


def write_split(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the cutting of a text at a separator that stands in the program."""
    separator = node.arguments[1] if len(node.arguments) == 2 else None
    if type(separator) is not Constant or type(separator.value) is not str or not separator.value:
        return None
    span = node.span
    operands = Operands(em, node)

    def fast(values: list[ast.expr]) -> ast.expr:
        cut = ast.Call(attribute(values[0], "split", span), values[1:], [], span)
        return call_helper("own_list", [cut], span)

    return operands.choose({0: STR}, fast), ANY


def write_replace(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the replacement of a part by one that is not longer; both stand in the program."""
    if len(node.arguments) != 3:
        return None
    _, part, new = node.arguments
    if type(part) is not Constant or type(new) is not Constant:
        return None
    if (
        type(part.value) is not str
        or type(new.value) is not str
        or len(new.value) > len(part.value)
    ):
        return None
    span = node.span
    operands = Operands(em, node)

    def fast(values: list[ast.expr]) -> ast.expr:
        return ast.Call(attribute(values[0], "replace", span), values[1:], [], span)

    return operands.choose({0: STR}, fast), STR


def write_text(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the text of strings and integers, one behind the other."""
    if not 0 < len(node.arguments) <= MOST_PARTS:
        return None
    span = node.span
    parts = [_as_text(argument) for argument in node.arguments]
    operands = Operands(em, Call(node.function, parts, span))
    values = operands.settle()
    known = [
        (kind in INTEGERS and DIRECT) or _is_text(value)
        for value, kind in zip(values, operands.kinds, strict=True)
    ]
    slow = ast.Call(load(mangle(operands.name), span), values, [], span)
    others = [value for value, is_known in zip(values, known, strict=True) if not is_known]
    if len(others) > MOST_UNKNOWN or any(type(value) is ast.Constant for value in others):
        return slow, STR
    # What stands behind a variable may be added to it: Python makes its text longer in place.
    is_added = len(values) > 1 and type(node.arguments[0]) is Local and not known[0]
    fast: ast.expr = ast.JoinedStr(
        [
            value if _is_text(value) else ast.FormattedValue(value, -1, None, span)
            for value in (values[1:] if is_added else values)
        ],
        span,
    )
    if is_added:
        fast = binary(values[0], ast.Add(), fast, span)
    tests: list[ast.expr] = []
    for index, value in enumerate(values):
        if not known[index]:
            accepted = [_is_short_text(value, operands.kinds[index], span)]
            if index or not is_added:
                accepted.append(_is_direct(value, span))
            tests.append(either_of(accepted, span))
    if not tests:
        return fast, STR
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
    return either(test, fast, slow, span), STR


def _as_text(node: Node) -> Node:
    """Returns the text of a literal in place of the literal."""
    if type(node) is Constant and (type(node.value) in IDENTITY_TYPES or type(node.value) is float):
        return Constant(print_value(node.value), node.span)
    return node


def _is_short_text(value: ast.expr, kind: AnyKind, span: Any) -> ast.expr:
    """Returns the test that a value is a text to which others may be added."""
    size = call_helper("len", [value], span)
    short = compare(size, ast.Lt(), literal(MAX_TEXT_LENGTH, span), span)
    if kind == STR:
        return short
    return ast.BoolOp(ast.And(), [has_type(value, "str", span), short], span)


def _is_direct(value: ast.expr, span: Any) -> ast.expr:
    """Returns the test that a value is an integer whose digits Python may write."""
    is_integer = has_type(value, "int", span)
    if DIRECT:
        return is_integer
    bounds = [value, literal(10**18, span)]
    small = ast.Compare(literal(-(10**18), span), [ast.Lt(), ast.Lt()], bounds, span)
    return ast.BoolOp(ast.And(), [is_integer, small], span)


def either_of(tests: list[ast.expr], span: Any) -> ast.expr:
    """Returns the test that one of several tests holds."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests, span)


def _is_text(value: ast.expr) -> bool:
    return type(value) is ast.Constant and type(value.value) is str


def write_is_empty_text(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the question whether a text is empty, as a Python condition."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)
    return operands.choose(
        {0: STR},
        lambda values: ast.UnaryOp(ast.Not(), values[0], span),
        answer=lambda slow: compare(slow, ast.Is(), load(" #t", span), span),
    )


def write_has_key(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the question whether a map has a key."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        key = as_key(values[1], operands.kinds[1], span)
        return compare(key, ast.In(), attribute(values[0], "table", span), span)

    return operands.choose(
        {0: MAP},
        fast,
        answer=lambda slow: compare(slow, ast.Is(), load(" #t", span), span),
    )
