"""How calls are written: inlined functions, keywords as functions, known and unknown callees.

What the library's functions do is written in place of their calls as their records say, for as long
as nobody redefines their names: which calls these are has been found out before
(facts/library_uses.py).
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import loop_steps as emit_inlined
from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.comparison_writers import write_equal, write_same_datum
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.map_writers import as_key, table_lookup
from lispcore.compiler.emit.operands import held_until, last_noticed, twice
from lispcore.compiler.emit.owners import peeked, write_peek
from lispcore.compiler.emit.patterns import (
    write_destructure,
    write_is_literal,
    write_later,
    write_match_key,
    write_match_sequence,
    write_spread_values,
    write_table,
    write_value_in,
)
from lispcore.compiler.emit.predicate_writers import write_not
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    attribute,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    mangle,
)
from lispcore.compiler.emit.record_access import (
    record_condition,
    record_function,
    record_store,
    record_value,
)
from lispcore.compiler.emit.tail_calls import write_unknown
from lispcore.compiler.emit.templates import write_list_parts, write_vector_parts
from lispcore.compiler.facts.inferred_kinds import HELPER_KINDS, function_kind
from lispcore.compiler.kinds import ANY, BOOL, MAP
from lispcore.compiler.meanings import Primitive, assume_definition
from lispcore.core.nodes import Call, Constant, Global, Lambda, Local, Node, Span
from lispcore.values.types import Keyword, Symbol


def write_not_nil(em: FunctionEmitter, node: Call) -> ast.expr | None:
    value = em.expression(node.arguments[0])
    return compare(value, ast.IsNot(), literal(None, node.span), node.span)


HELPER_CONDITIONS: dict[str, Callable[[FunctionEmitter, Call], ast.expr | None]] = {
    "equal": write_equal,
    "same_datum": write_same_datum,
    "not": write_not,
    "not_nil": write_not_nil,
    **emit_inlined.CONDITIONS,
    "is_literal": write_is_literal,
}


def write_item(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the access to one part of what a destructuring helper gave."""
    value, index = em.plain_arguments(node.arguments)
    return ast.Subscript(value, index, LOAD, node.span), ANY


def write_vector_literal(em: FunctionEmitter, node: Call) -> Typed:
    values = em.plain_arguments(node.arguments)
    items = ast.List(values, LOAD, node.span)
    return call_helper("Vector", [items], node.span), ANY


def write_push(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the addition of a value to the store of a comprehension or an inlined loop."""
    store, value = em.plain_arguments(node.arguments)
    append = ast.Attribute(store, "append", LOAD, node.span)
    return ast.Call(append, [value], [], node.span), ANY


def write_new_items(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the empty store of a comprehension or an inlined loop."""
    return ast.List([], LOAD, node.span), ANY


def write_map_literal(em: FunctionEmitter, node: Call) -> Typed:
    """Writes a map literal; one whose keys are all literal is a Python dictionary at once."""
    keys = node.arguments[::2]
    values = em.plain_arguments(node.arguments)
    found = [each.value for each in keys if type(each) is Constant]
    plain = all(type(key) in (Keyword, Symbol, str, int) for key in found)
    if len(found) < len(keys) or not plain or len(set(found)) < len(keys):
        return call_helper("map", values, node.span), ANY
    table = ast.Dict([*values[::2]], values[1::2], node.span)
    return call_helper("Map", [table], node.span), ANY


def write_map_step(em: FunctionEmitter, node: Call) -> Typed:
    """Writes a step of an update of a map, see map_updates.py."""
    span = node.span
    written = em.arguments(node.arguments)
    values = [em.hold(value, span) for value, _ in written]
    level = values[0]
    slow = call_helper(node.helper, values, span)
    if node.helper == "map_level":
        return either(has_type(level, "Map", span), level, slow, span), ANY
    tests = [] if written[0][1] == MAP else [has_type(level, "Map", span)]
    if node.helper == "map_put":
        put = ast.Attribute(level, "updated", LOAD, span)
        fast = ast.Call(put, values[1:], [], span)
    else:
        table = ast.Attribute(level, "table", LOAD, span)
        get = ast.Attribute(table, "get", LOAD, span)
        fast = ast.Call(get, [as_key(values[1], written[1][1], span)], [], span)
    if not tests:
        return fast, ANY
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
    return either(test, fast, slow, span), ANY


HELPER_VALUES: dict[str, Callable[[FunctionEmitter, Call], Typed]] = {
    **dict.fromkeys(("map_look", "map_value", "map_level", "map_put"), write_map_step),
    "item": write_item,
    "vector": write_vector_literal,
    "list_parts": write_list_parts,
    "vector_parts": write_vector_parts,
    "map": write_map_literal,
    "push": write_push,
    "new_items": write_new_items,
    **emit_inlined.VALUES,
    "match_sequence": write_match_sequence,
    "destructure": write_destructure,
    "spread_values": write_spread_values,
    "match_table": write_table,
    "destructure_table": write_table,
    "value_in": write_value_in,
    "found_in": write_value_in,
    "match_key": write_match_key,
    "later": write_later,
}


# --- calls --------------------------------------------------------------------------------------


def condition_of(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Returns a call as a Python condition if the callee is a known predicate."""
    return _condition_of(em, node, em.known(node))


def _condition_of(em: FunctionEmitter, node: Call, known: Primitive | None) -> ast.expr | None:
    if node.function is None:
        writer = HELPER_CONDITIONS.get(node.helper)
        return writer(em, node) if writer is not None else None
    if known is not None:
        return None if known.condition is None else known.condition(em, node)
    of_record = record_function(em, node)
    return record_condition(em, node, of_record) if of_record is not None else None


def call_expression(em: FunctionEmitter, node: Call) -> Typed:
    """Returns the expression of a call that is not a tail call."""
    if peeked(em, node) is not None:
        return write_peek(em, node, lambda usual: usual_call(em, usual))
    return usual_call(em, node)


def usual_call(em: FunctionEmitter, node: Call) -> Typed:
    """Returns the expression of a call that looks into no value with an owner."""
    span = node.span
    known = em.known(node)
    condition = _condition_of(em, node, known)
    if condition is not None:
        return either(condition, load(" #t", span), load(" #f", span), span), BOOL
    if node.function is None:
        writer = HELPER_VALUES.get(node.helper)
        kind = HELPER_KINDS.get(node.helper, ANY)
        if writer is not None:
            value, found = writer(em, node)
            return value, found if kind == ANY else kind
        return call_helper(node.helper, em.plain_arguments(node.arguments), span), kind
    if known is not None:
        return library_call_expression(em, node, known)
    of_record = record_function(em, node)
    if of_record is not None:
        written = record_value(em, node, of_record)
        if written is not None:
            return written
    if type(node.function) is Constant and type(node.function.value) is Keyword:
        return keyword_call(em, node), ANY
    call = plain_call(em, node)
    if may_bounce(em, node.function):
        return checked(em, call, span), ANY
    function = known_function(em, node.function)
    if function is None or type(node.function) is not Global:
        return call, ANY
    assume_definition(node.function.name, em.unit.facts)
    return call, function_kind(function, em.unit.facts)


def library_call_expression(em: FunctionEmitter, node: Call, known: Primitive) -> Typed:
    """Returns the expression of a call of the library's function."""
    if known.value is not None:
        written: Typed | None = known.value(em, node)
        if written is not None:
            return written
    return plain_call(em, node), known.kind_of([ANY] * len(node.arguments))


def keyword_call(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes ``(:key map)``."""
    span = node.span
    assert node.function is not None
    key = em.expression(node.function)
    if len(node.arguments) != 1:
        return ast.Call(key, em.plain_arguments(node.arguments), [], span)
    value, kind = em.typed(node.arguments[0])
    if kind == MAP:
        find = attribute(attribute(value, "table", span), "get", span)
        return ast.Call(find, [key], [], span)
    first, held = twice(em, value, span)
    slow = ast.Call(key, [held], [], span)
    return table_lookup(first, held, key, slow, span)


def plain_call(em: FunctionEmitter, node: Call) -> ast.expr:
    """Returns the Python call for a call, without the check for a bounce."""
    callee = node.function
    assert callee is not None
    if type(callee) is Global:
        # The name is looked up at the call, so a redefinition counts from then on.
        is_late = callee.name in em.unit.facts.settable
        name, arguments = named_call(em, callee, node.arguments, is_late=is_late)
        return ast.Call(name, arguments, [], node.span)
    values = em.plain_arguments([callee, *node.arguments])
    return ast.Call(values[0], values[1:], [], node.span)


def named_call(
    em: FunctionEmitter, callee: Global, given: list[Node], *, is_late: bool
) -> tuple[ast.expr, list[ast.expr]]:
    """Returns the use of a callee's name and the arguments of its call.

    Python looks the name up before it evaluates them. `is_late`: they may define it anew, and are
    evaluated before. That a name has no value is said first in any case.
    """
    name = load(mangle(callee.name), callee.span)
    start = len(em.block)
    arguments = em.plain_arguments(given)
    if is_late:
        held_until(em, arguments, last_noticed(arguments), callee.span)
    if len(em.block) > start and callee.name not in em.unit.facts.certain:
        em.block.insert(start, ast.Expr(name, callee.span))
    return name, arguments


def checked(em: FunctionEmitter, call: ast.expr, span: Span) -> ast.expr:
    """Returns a call followed by the check whether the callee left a tail call to be made."""
    name = em.unit.unique("result")
    target = ast.Name(name, STORE, span)
    first = ast.NamedExpr(target, call, span)
    test = compare(first, ast.IsNot(), load(" tail", span), span)
    result = either(test, load(name, span), call_helper("bounce", [], span), span)
    result.unchecked = call
    return result


def known_function(em: FunctionEmitter, callee: Node) -> Lambda | None:
    """Returns the lambda that a callee certainly is, if it is known."""
    if type(callee) is Local:
        return em.unit.facts.function_of(callee.variable)
    if type(callee) is Global:
        return em.unit.facts.functions.get(callee.name)
    return callee if type(callee) is Lambda else None


def may_bounce(em: FunctionEmitter, callee: Node) -> bool:
    """Tells whether a call may answer with the mark of a tail call left to make."""
    known = known_function(em, callee)
    if known is not None:
        return known in em.tails.bouncing
    return not (type(callee) is Global and callee.name in em.unit.facts.steady)


def tail_call(em: FunctionEmitter, node: Call) -> None:
    """Writes a call in tail position of a function."""
    span = node.span
    callee = node.function
    known = known_function(em, callee) if callee is not None else None
    certain = (
        callee is None
        or type(callee) is Constant
        or em.known(node) is not None
        or (type(callee) is Global and callee.name in em.unit.facts.steady)
    )
    if certain:
        value = em.expression(node)
        em.block.append(ast.Return(value, span))
        return
    if known is not None and em.tails.cycles.get(known) != em.tails.cycles.get(em.function):
        # It cannot come back here by tail calls alone, so the stack stays bounded.
        em.block.append(ast.Return(plain_call(em, node), span))
        return
    assert callee is not None
    if type(callee) is Global:
        name, values = named_call(em, callee, node.arguments, is_late=True)
        values.insert(0, name)
    else:
        values = em.plain_arguments([callee, *node.arguments])
        held_until(em, values, last_noticed(values), span)
    write_unknown(em, node, values)


def raises(em: FunctionEmitter, node: Call) -> str:
    """Returns the helper whose exception can be raised in place of a call, or ""."""
    if len(node.arguments) != 1 or node.function is None:
        return ""
    known = em.known(node)
    return "" if known is None else known.raises


def store(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes a call as a statement, if there is one for it; returns what is its value then."""
    if node.function is None:
        return None
    known = em.known(node)
    if known is not None:
        return None if known.store is None else known.store(em, node)
    of_record = record_function(em, node)
    return record_store(em, node, of_record) if of_record is not None else None
