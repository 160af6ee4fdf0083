"""How patterns are written: the parts of sequences, the values of maps, tests for literals.

The usual shape is taken apart in place. A destructuring that fits nothing is left to the helper of
runtime.py, which raises the error; a match that fits nothing gives nil.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import twice
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    all_of,
    attribute,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
)
from lispcore.compiler.kinds import ANY, FLOAT, INT, LIST, MAP, STR, VECTOR
from lispcore.core.nodes import Call, Node, Span, literal_value
from lispcore.values.types import IDENTITY_TYPES

# A literal of one of these types is equal to what has the same type and is the same for Python.
_SIMPLE = {int: INT, str: STR, float: FLOAT}


def write_match_sequence(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the Python list of the parts of a sequence that has the right number, or nil."""
    size = _size(node)
    if size is None:
        return _with_rest(em, node)
    span = node.span
    first, held = twice(em, em.expression(node.arguments[0]), span)
    nothing = literal(None, span)
    count = compare(attribute(held, "count", span), ast.Eq(), literal(size, span), span)
    of_list = either(
        has_type(held, "List", span),
        either(count, _from_cells(held, size, span), nothing, span),
        nothing,
        span,
    )
    of_vector = either(_fits(held, size, span), attribute(held, "items", span), nothing, span)
    return either(has_type(first, "Vector", span), of_vector, of_list, span), ANY


def write_destructure(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the Python list of the parts of a sequence."""
    size = _size(node)
    if size is None:
        return _with_rest(em, node)
    span = node.span
    made = _made_here(em, node.arguments[0], size)
    if made is not None:
        return made, ANY
    value, kind = em.typed(node.arguments[0])
    if kind in (LIST, VECTOR):
        value = em.hold(value, span)
    first, held = twice(em, value, span)
    slow = _slow(node, held)
    count = compare(attribute(held, "count", span), ast.Eq(), literal(size, span), span)
    in_list = count if kind == LIST else all_of([has_type(held, "List", span), count], span)
    of_list = either(in_list, _from_cells(held, size, span), slow, span)
    if kind == LIST:
        return of_list, ANY
    fits = _fits(held, size, span)
    in_vector = fits if kind == VECTOR else all_of([has_type(first, "Vector", span), fits], span)
    of_other = slow if kind == VECTOR else of_list
    return either(in_vector, attribute(held, "items", span), of_other, span), ANY


def _made_here(em: FunctionEmitter, node: Node, size: int) -> ast.expr | None:
    """Returns the items of a list or vector that is made only to be taken apart again."""
    if type(node) is not Call or len(node.arguments) != size:
        return None
    known = em.known(node)
    if node.helper != "vector" and (known is None or known.items is None):
        return None
    return ast.List(em.plain_arguments(node.arguments), LOAD, node.span)


def write_spread_values(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the parts of several values."""
    size = _size(node)
    if size is None:
        return _helper(em, node)
    span = node.span
    first, held = twice(em, em.expression(node.arguments[0]), span)
    test = all_of([has_type(first, "MultipleValues", span), _fits(held, size, span)], span)
    return either(test, attribute(held, "items", span), _slow(node, held), span), ANY


def _size(node: Call) -> int | None:
    """Returns the number of parts, None if there is a rest or nothing to take apart."""
    size, has_rest = map(literal_value, node.arguments[1:])
    return None if has_rest or not size else int(size)


# A rest behind more items than this is left to the helper.
_FEW = 3


def _with_rest(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the first items of a list and the list of the others; helpers do all else."""
    size, has_rest = map(literal_value, node.arguments[1:])
    if not has_rest or not 1 <= size <= _FEW:
        return _helper(em, node)
    span = node.span
    first, held = twice(em, em.expression(node.arguments[0]), span)
    cells, count = attribute(held, "cells", span), attribute(held, "count", span)
    items: list[ast.expr] = []
    for index in range(size):
        place = binary(count, ast.Sub(), literal(index + 1, span), span)
        items.append(ast.Subscript(cells, place, LOAD, span))
    left = binary(count, ast.Sub(), literal(size, span), span)
    items.append(call_helper("List", [cells, left], span))
    long = compare(count, ast.Gt(), literal(size, span), span)
    test = all_of([has_type(first, "List", span), long], span)
    parts = ast.List(items, LOAD, span)
    return either(test, parts, _slow(node, held), span), ANY


def _helper(em: FunctionEmitter, node: Call) -> Typed:
    return call_helper(node.helper, em.plain_arguments(node.arguments), node.span), ANY


def _slow(node: Call, held: ast.expr) -> ast.expr:
    details = [literal(literal_value(each), node.span) for each in node.arguments[1:]]
    return call_helper(node.helper, [held, *details], node.span)


def _fits(held: ast.expr, size: int, span: Span) -> ast.expr:
    """Returns the test for the number of the items of a vector."""
    length = call_helper("len", [attribute(held, "items", span)], span)
    return compare(length, ast.Eq(), literal(size, span), span)


def _from_cells(held: ast.expr, size: int, span: Span) -> ast.expr:
    """Returns the items of a list of that length, in order."""
    back = literal(-1, span)
    cut = ast.Slice(literal(size - 1, span), None, back, span)
    return ast.Subscript(attribute(held, "cells", span), cut, LOAD, span)


def write_table(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the table of a map that is to be taken apart."""
    span = node.span
    value, kind = em.typed(node.arguments[0])
    if kind == MAP:
        return attribute(value, "table", span), ANY
    first, held = twice(em, value, span)
    slow = call_helper(node.helper, [held], span)
    return either(has_type(first, "Map", span), attribute(held, "table", span), slow, span), ANY


def write_value_in(em: FunctionEmitter, node: Call) -> Typed:
    """Writes a look-up in a table; what says that there is nothing depends on the helper."""
    span = node.span
    table, key = em.plain_arguments(node.arguments)
    default = [load(" absent", span)] if node.helper == "found_in" else []
    get = attribute(table, "get", span)
    return ast.Call(get, [key, *default], [], span), ANY


def write_match_key(em: FunctionEmitter, node: Call) -> Typed:
    """Writes a look-up in a table that may be missing."""
    span = node.span
    first, table = twice(em, em.expression(node.arguments[0]), span)
    key = em.expression(node.arguments[1])
    found = ast.Call(attribute(table, "get", span), [key], [], span)
    there = compare(first, ast.IsNot(), literal(None, span), span)
    return either(there, found, literal(None, span), span), ANY


def write_is_literal(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes the test that a value is equal to a literal."""
    span = node.span
    datum = literal_value(node.arguments[1])
    kind = type(datum)
    value = em.expression(node.arguments[0])
    constant = em.unit.constant(datum, span)
    if kind in IDENTITY_TYPES:
        return compare(value, ast.Is(), constant, span)
    if kind not in _SIMPLE:
        return call_helper("equal", [value, constant], span)
    first, held = twice(em, value, span)
    same = compare(held, ast.Eq(), constant, span)
    return all_of([has_type(first, _SIMPLE[kind], span), same], span)


def write_later(em: FunctionEmitter, node: Call) -> Typed:
    """Writes what stands in the box of a variable that a test will give its value."""
    return literal(None, node.span), ANY


def write_values(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the bundle of several values."""
    if len(node.arguments) < 2:
        return None
    span = node.span
    items = ast.Tuple(em.plain_arguments(node.arguments), LOAD, span)
    return call_helper("MultipleValues", [items], span), ANY
