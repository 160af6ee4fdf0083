"""Look-ups in maps and new entries, written in place of calls."""

from __future__ import annotations

from typing import Final

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import Operands
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    all_of,
    attribute,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    mangle,
)
from lispcore.compiler.kinds import (
    ANY,
    CHARACTER,
    FLOAT,
    INT,
    KEYWORD,
    LIST,
    MAP,
    NAT,
    STR,
    SYMBOL,
    VECTOR,
    AnyKind,
)
from lispcore.core.nodes import Call, Constant, Span
from lispcore.values.map_versions import HAND_OVER_SIZE
from lispcore.values.types import Keyword, Symbol

# A literal key of these classes is the same object in a map's table (`to_key`).
LITERAL_KEYS: Final = frozenset((Keyword, str, Symbol, int))

# Values of these kinds stand for themselves in tables.
OWN_KEYS: Final[frozenset[AnyKind]] = frozenset((NAT, INT, STR, CHARACTER, SYMBOL, KEYWORD))
_ODD_KINDS: Final[frozenset[AnyKind]] = frozenset((FLOAT, LIST, VECTOR))


def as_key(value: ast.expr, kind: AnyKind, span: Span) -> ast.expr:
    """Returns what stands for a key in a table (`to_key`); the key is a name or a constant."""
    if kind in OWN_KEYS or is_literal_key(value):
        return value
    made = call_helper("to_key", [value], span)
    if kind in _ODD_KINDS:
        return made
    of_key = call_helper("type", [value], span)
    usual = compare(of_key, ast.NotIn(), load(" odd_keys", span), span)
    return either(usual, value, made, span)


def is_literal_key(value: ast.expr) -> bool:
    """Tells whether Python code is a keyword, or a number or text that is written there."""
    if type(value) is ast.Constant:
        return type(value.value) is not float
    return type(value) is ast.Name and value.id[0] == ":"


def write_get(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a look-up in a map."""
    arguments = node.arguments
    if not 2 <= len(arguments) <= 3:
        return None
    span = node.span
    key = arguments[1]
    operands = Operands(em, node)
    certain = type(key) is Constant and type(key.value) in LITERAL_KEYS
    if not certain:
        operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        find = attribute(attribute(values[0], "table", span), "get", span)
        wanted = values[1] if certain else as_key(values[1], operands.kinds[1], span)
        return ast.Call(find, [wanted, *values[2:]], [], span)

    return operands.choose({0: MAP}, fast), ANY


def write_new_map(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a map of several entries whose keys are literals, as `{…}` is written."""
    keys = [key.value for key in node.arguments[::2] if type(key) is Constant]
    if 2 * len(keys) != len(node.arguments) or len(set(map(id, keys))) < len(keys):
        return None
    if not all(type(key) in (Keyword, Symbol) for key in keys):
        return None
    values = em.plain_arguments(node.arguments)
    table = ast.Dict([*values[::2]], values[1::2], node.span)
    return call_helper("Map", [table], node.span), MAP


def table_lookup(
    first: ast.expr, held: ast.expr, key: ast.expr, slow: ast.expr, span: Span
) -> ast.expr:
    """Returns a look-up in a map by a key that is its own `to_key`, with a slow path."""
    table = ast.Attribute(held, "table", LOAD, span)
    get = ast.Attribute(table, "get", LOAD, span)
    fast = ast.Call(get, [key], [], span)
    return either(has_type(first, "Map", span), fast, slow, span)


def write_assoc(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a map with more entries."""
    arguments = node.arguments
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        return None
    span = node.span
    keys = arguments[1::2]
    certain = [type(key) is Constant and type(key.value) in LITERAL_KEYS for key in keys]
    operands = Operands(em, node)
    # A small map is copied whole; a large one has better ways.
    target, *pairs = operands.settle()
    table = attribute(target, "table", span)
    size = call_helper("len", [table], span)
    tests: list[ast.expr] = [compare(size, ast.Lt(), literal(HAND_OVER_SIZE, span), span)]
    entries = list(pairs)
    for at, is_certain in enumerate(certain):
        if not is_certain:
            entries[2 * at] = as_key(pairs[2 * at], operands.kinds[1 + 2 * at], span)
    name = em.unit.unique("copy")
    tests += copied_with(table, name, entries, span)
    is_map = [] if operands.kinds[0] == MAP else [has_type(target, "Map", span)]
    slow: ast.expr = ast.Call(load(mangle(operands.name), span), [target, *pairs], [], span)
    if len(keys) == 1:
        updated = ast.Call(attribute(target, "updated", span), pairs, [], span)
        slow = either(all_of(is_map, span), updated, slow, span) if is_map else updated
    made = call_helper("Map", [load(name, span)], span)
    return either(all_of([*is_map, *tests], span), made, slow, span), ANY


def copied_with(table: ast.expr, name: str, pairs: list[ast.expr], span: Span) -> list[ast.expr]:
    """Returns tests that always hold: they copy a table under a name and put entries into it.

    ``{**table, key: value}`` says the same, but Python makes a second table of the new entries.
    """
    copy = ast.Call(attribute(table, "copy", span), [], [], span)
    made: ast.expr = ast.NamedExpr(ast.Name(name, STORE, span), copy, span)
    tests: list[ast.expr] = []
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        put = call_helper("setitem", [made, key, value], span)
        tests.append(compare(put, ast.Is(), literal(None, span), span))
        made = load(name, span)
    return tests
