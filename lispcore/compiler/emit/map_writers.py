"""Look-ups in maps and new entries, written in place of calls."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import Operands
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    attribute,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    type_is_not,
)
from lispcore.compiler.kinds import ANY, MAP
from lispcore.core.nodes import Call, Constant, Span
from lispcore.values.map_versions import HAND_OVER_SIZE
from lispcore.values.types import Keyword, Symbol


def write_get(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a look-up in a map; a float as a key is another object there (`to_key`)."""
    arguments = node.arguments
    if not 2 <= len(arguments) <= 3:
        return None
    span = node.span
    key = arguments[1]
    operands = Operands(em, node)
    certain = type(key) is Constant and type(key.value) in (Keyword, str, Symbol, int)
    no_float = [] if certain else [lambda values: type_is_not(values[1], "float", span)]

    def fast(values: list[ast.expr]) -> ast.expr:
        find = attribute(attribute(values[0], "table", span), "get", span)
        return ast.Call(find, values[1:], [], span)

    return operands.choose({0: MAP}, fast, *no_float), ANY


def table_lookup(
    first: ast.expr, held: ast.expr, key: ast.expr, slow: ast.expr, span: Span
) -> ast.expr:
    """Returns a look-up in a map by a key that is its own `to_key`, with a slow path."""
    table = ast.Attribute(held, "table", LOAD, span)
    get = ast.Attribute(table, "get", LOAD, span)
    fast = ast.Call(get, [key], [], span)
    return either(has_type(first, "Map", span), fast, slow, span)


def write_assoc(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a map with one more entry."""
    if len(node.arguments) != 3:
        return None
    span = node.span
    operands = Operands(em, node)

    key = node.arguments[1]
    if type(key) is Constant and type(key.value) in (Keyword, str, Symbol, int):
        # A small map is copied whole; a large one has better ways.
        operands.settle()

        def copied(values: list[ast.expr]) -> ast.expr:
            table = attribute(values[0], "table", span)
            entries = ast.Dict([None, values[1]], [table, values[2]], span)
            return call_helper("Map", [entries], span)

        def is_few(values: list[ast.expr]) -> ast.expr:
            size = call_helper("len", [attribute(values[0], "table", span)], span)
            return compare(size, ast.Lt(), literal(HAND_OVER_SIZE, span), span)

        return operands.choose({0: MAP}, copied, is_few), ANY

    def fast(values: list[ast.expr]) -> ast.expr:
        return ast.Call(attribute(values[0], "updated", span), values[1:], [], span)

    return operands.choose({0: MAP}, fast), ANY
