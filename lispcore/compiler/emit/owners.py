"""Owners: the Python variables beside those that own their values, see facts/ownership.py.

An owner is None while others may know the value. Otherwise it is the storage itself, which belongs
to the variable alone: the dict of a map, the items of a list that grows at its end, in order. The
object of a list that is owned is out of date; it gets its items when the list is let go.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    mangle,
)
from lispcore.compiler.facts.ownership import Owner
from lispcore.compiler.kinds import ANY, INTEGERS
from lispcore.compiler.meanings import Collection, Part
from lispcore.core.nodes import Call, Constant, Local, Span, Variable


def owner_of(em: FunctionEmitter, variable: Variable) -> Owner | None:
    """Returns the owner of a variable, with the names it has in Python."""
    owner: Owner | None = em.unit.facts.owners.get(variable)
    if owner is not None and not owner.name:
        owner.name = em.unit.unique("own")
    return owner


def is_owned(owner: Owner, span: Span) -> ast.expr:
    """Returns the test that the value belongs to its variable alone."""
    return compare(load(owner.name, span), ast.IsNot(), literal(None, span), span)


def disown(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    """Writes that a variable has got a value that others may know."""
    owner = owner_of(em, variable)
    if owner is not None:
        em.assign_name(owner.name, literal(None, span), span)


def let_go(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    """Writes that others are going to see the value of a variable."""
    owner = owner_of(em, variable)
    if owner is None:
        return
    if owner.collection is Collection.MAP:
        disown(em, variable, span)
        return

    name, own = load(em.name_variable(variable), span), load(owner.name, span)

    def write() -> None:
        call = call_helper("settle_items", [name, own], span)
        em.block.append(ast.Expr(call, span))
        disown(em, variable, span)

    settle, _ = em.in_block(write)
    em.block.append(ast.If(is_owned(owner, span), settle, [], span))


def note_use(em: FunctionEmitter, node: Local) -> None:
    """Writes what the use of a variable needs to have done before."""
    if node not in em.unit.facts.peeks:
        let_go(em, node.variable, node.span)


def peeked(em: FunctionEmitter, node: Call) -> Owner | None:
    """Returns the owner of the value that a call only looks into."""
    peeks = em.unit.facts.peeks
    looked_at = node.arguments[0] if peeks and node.arguments else None
    if type(looked_at) is not Local or looked_at not in peeks:
        return None
    return owner_of(em, looked_at.variable)


def write_peek(em: FunctionEmitter, node: Call, usual: Callable[[Call], Typed]) -> Typed:
    """Writes a call that only looks into an owned value; `usual` writes it for any other."""
    owner = peeked(em, node)
    assert owner is not None
    span = node.span
    own = load(owner.name, span)
    known = em.known(node)
    part = None if known is None else known.peeked_part
    if part is Part.SIZE:
        value, kind = usual(node)
        return either(is_owned(owner, span), call_helper("len", [own], span), value, span), kind
    if owner.collection is not Collection.MAP and part is Part.FIRST:
        head = ast.Subscript(own, literal(0, span), LOAD, span)
        value, kind = usual(node)
        return either(is_owned(owner, span), head, value, span), kind
    if owner.collection is not Collection.MAP and part is Part.INDEXED:
        return _write_nth(em, node, owner, usual), ANY
    return usual(node)


def _write_nth(
    em: FunctionEmitter, node: Call, owner: Owner, usual: Callable[[Call], Typed]
) -> ast.expr:
    """Writes the item of an owned list at an index."""
    span = node.span
    own = load(owner.name, span)
    list_node, index_node = node.arguments
    index, kind = em.typed(index_node)
    index = em.hold(index, span)
    # The usual way finds the index as it is now, and does not write it again.
    if type(index) is ast.Constant:
        index_node = Constant(index.value, index_node.span)
    elif type(index) is ast.Name:
        held = Variable("index")
        em.hold_in(held, index, kind)
        index_node = Local(held, index_node.span)
    slow = call_helper("list_of", [own], span)
    slow = ast.Call(load(mangle("nth"), span), [slow, index], [], span)
    bounds = [index, call_helper("len", [own], span)]
    operators: list[ast.cmpop] = [ast.Lt(), ast.Lt()]
    tests: list[ast.expr] = [ast.Compare(literal(-1, span), operators, bounds, span)]
    if kind not in INTEGERS:
        tests.insert(0, has_type(index, "int", span))
    within = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
    item = ast.Subscript(own, index, LOAD, span)
    others, _ = usual(Call(node.function, [list_node, index_node], span))
    return either(is_owned(owner, span), either(within, item, slow, span), others, span)
