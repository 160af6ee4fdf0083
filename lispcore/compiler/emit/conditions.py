"""The writers of conditions: core forms as Python expressions of which only the truth counts."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.call_sites import condition_of
from lispcore.compiler.emit.emitter import FunctionEmitter, condition_writer
from lispcore.compiler.emit.expressions import bind_all
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    compare,
    either,
    literal,
    load,
)
from lispcore.compiler.facts.booleans import is_boolean
from lispcore.core.nodes import And, Bind, Call, Constant, If, Let, Node, Or
from lispcore.values.types import FALSE, TRUE


@condition_writer(Constant)
def constant_condition(em: FunctionEmitter, node: Constant) -> ast.expr:
    """Returns the truth of a literal."""
    return literal(node.value is not None and node.value is not FALSE, node.span)


@condition_writer(Let)
def let_condition(em: FunctionEmitter, node: Let) -> ast.expr:
    """Writes the bindings of a let; returns its body as a condition."""
    bind_all(em, node)
    return em.condition(node.body)


@condition_writer(Call)
def call_condition(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Returns the call of a known predicate as a condition."""
    return condition_of(em, node)


@condition_writer(Bind)
def bind_condition(em: FunctionEmitter, node: Bind) -> ast.expr:
    """Returns the setting of a variable as a condition."""
    span = node.span
    value = em.walrus(node.variable, em.expression(node.value), span)
    if node.absent == "nil":
        return compare(value, ast.IsNot(), literal(None, span), span)
    if node.absent:
        return compare(value, ast.IsNot(), load(" " + node.absent, span), span)
    if node.variable in em.scopes.boxed:
        return ast.Tuple([value], LOAD, span)
    # It is itself, which is the cheapest way to say true.
    again = load(em.name_variable(node.variable), span)
    return compare(value, ast.Is(), again, span)


def logic_condition(em: FunctionEmitter, node: And | Or) -> ast.expr | None:
    """Returns and/or as a Python condition, or None if a later part needs statements."""
    operator = ast.And() if type(node) is And else ast.Or()
    parts = [em.condition(node.parts[0])]
    for part in node.parts[1:]:
        saved, em.block = em.block, []
        written = em.condition(part)
        extra, em.block = em.block, saved
        if extra:
            return _with_statements(em, node, parts, part, written, extra)
        parts.append(written)
    return ast.BoolOp(operator, parts, node.span)


condition_writer(And)(logic_condition)
condition_writer(Or)(logic_condition)


def _with_statements(
    em: FunctionEmitter,
    node: And | Or,
    done: list[ast.expr],
    part: Node,
    written: ast.expr,
    extra: list[ast.stmt],
) -> ast.expr:
    """Writes and/or whose later parts need statements; the truth ends up in a name."""
    span = node.span
    name = em.unit.unique("holds")
    operator = ast.And() if type(node) is And else ast.Or()
    first = done[0] if len(done) == 1 else ast.BoolOp(operator, done, span)
    em.assign_name(name, first, span)
    test: ast.expr = load(name, span)
    if type(node) is Or:
        test = ast.UnaryOp(ast.Not(), test, span)
    saved, em.block = em.block, extra
    em.assign_name(name, written, span)
    index = node.parts.index(part)
    rest = node.parts[index + 1 :]
    if rest:
        kind = type(node)
        tail = rest[0] if len(rest) == 1 else kind(rest, span)
        inner, value = em.in_block(lambda: em.condition(tail))
        again: ast.expr = load(name, span)
        if kind is Or:
            again = ast.UnaryOp(ast.Not(), again, span)
        target = ast.Name(name, STORE, span)
        inner.append(ast.Assign([target], value, span))
        em.block.append(ast.If(again, inner, [], span))
    block, em.block = em.block, saved
    em.block.append(ast.If(test, block, [], span))
    return load(name, span)


@condition_writer(If)
def if_condition(em: FunctionEmitter, node: If) -> ast.expr | None:
    """Returns a choice between two conditions as one Python condition, if that is possible."""
    facts = em.unit.facts
    if not (_is_truth_like(node.then) or _is_truth_like(node.otherwise)) and not (
        is_boolean(node.then, facts) and is_boolean(node.otherwise, facts)
    ):
        return None
    test = em.condition(node.test)
    then_block, then = em.in_block(lambda: em.condition(node.then))
    else_block, otherwise = em.in_block(lambda: em.condition(node.otherwise))
    if not then_block and not else_block:
        return either(test, then, otherwise, node.span)
    name = em.unit.unique("holds")
    for block, value in ((then_block, then), (else_block, otherwise)):
        target = ast.Name(name, STORE, node.span)
        block.append(ast.Assign([target], value, node.span))
    em.block.append(ast.If(test, then_block, else_block, node.span))
    return load(name, node.span)


def _is_truth_like(node: Node) -> bool:
    return type(node) is Constant and (node.value in (None,) or node.value in (TRUE, FALSE))
