"""Inlining of record functions: constructors, predicates, accessors; see facts/record_types.py.

Each is written behind the question whether its argument is of the type. Where the answer is no, the
function itself is called, which raises the error; it is also what the name means if the definition
has not run yet.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import twice
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    all_of,
    call_helper,
    compare,
    either,
    literal,
    load,
    mangle,
)
from lispcore.compiler.facts.record_types import RecordFunction
from lispcore.compiler.kinds import ANY
from lispcore.compiler.meanings import assume_definition
from lispcore.core.nodes import Call, Global, Span
from lispcore.values.types import field_slot


def record_function(em: FunctionEmitter, node: Call) -> RecordFunction | None:
    """Returns what is known of the callee if it belongs to a record type and can be written out."""
    callee = node.function
    if type(callee) is not Global:
        return None
    known = em.unit.facts.records.get(callee.name)
    if known is None or known.count != len(node.arguments):
        return None
    assume_definition(callee.name, em.unit.facts)
    return known


def record_condition(em: FunctionEmitter, node: Call, known: RecordFunction) -> ast.expr | None:
    """Returns the call of a predicate as a Python condition, None for any other function."""
    if known.work != "predicate":
        return None
    span = node.span
    value = em.expression(node.arguments[0])
    if known.instance in em.unit.facts.made:
        return _is_instance(value, known, span)
    first, held = twice(em, value, span)
    missing = compare(load(known.instance, span), ast.Is(), literal(None, span), span)
    asked = ast.Call(_callee(node), [held], [], span)
    slow = all_of([missing, compare(asked, ast.Is(), load(" #t", span), span)], span)
    return ast.BoolOp(ast.Or(), [_is_instance(first, known, span), slow], span)


def record_value(em: FunctionEmitter, node: Call, known: RecordFunction) -> Typed | None:
    """Returns the call of a constructor or accessor, None for any other function."""
    span = node.span
    if known.work == "constructor":
        values = em.plain_arguments(node.arguments)
        instance = load(known.instance, span)
        if known.instance in em.unit.facts.made:
            return ast.Call(instance, values, [], span), known.kind
        either_one = ast.BoolOp(ast.Or(), [instance, _callee(node)], span)
        return ast.Call(either_one, values, [], span), ANY
    if known.work != "accessor":
        return None
    value, kind = em.typed(node.arguments[0])
    slot = field_slot(known.field)
    if kind == known.kind:
        return ast.Attribute(value, slot, LOAD, span), ANY
    first, held = twice(em, value, span)
    field = ast.Attribute(held, slot, LOAD, span)
    slow = ast.Call(_callee(node), [held], [], span)
    return either(_is_instance(first, known, span), field, slow, span), ANY


def record_store(em: FunctionEmitter, node: Call, known: RecordFunction) -> ast.expr | None:
    """Writes the call of a modifier as a statement; returns its value, nil, if it is one."""
    if known.work != "modifier":
        return None
    span = node.span
    nil = literal(None, span)
    (record, kind), (value, _) = em.arguments(node.arguments)
    if type(record) is not ast.Name:
        record = em.hold(record, span)
        value = em.hold(value, span)
    target = ast.Attribute(record, field_slot(known.field), STORE, span)
    fast = ast.Assign([target], value, span)
    if kind == known.kind:
        em.block.append(fast)
        return nil
    value = em.hold(value, span)
    fast.value = value
    slow = ast.Expr(ast.Call(_callee(node), [record, value], [], span), span)
    test = _is_instance(record, known, span)
    em.block.append(ast.If(test, [fast], [slow], span))
    return nil


def _callee(node: Call) -> ast.expr:
    callee = node.function
    assert type(callee) is Global
    return load(mangle(callee.name), callee.span)


def _is_instance(value: ast.expr, known: RecordFunction, span: Span) -> ast.expr:
    kind = call_helper("type", [value], span)
    return compare(kind, ast.Is(), load(known.instance, span), span)
