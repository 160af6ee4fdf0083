"""Effect analysis: what may be evaluated earlier or later without anybody noticing."""

from __future__ import annotations

from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.library import meaning, meaning_of_name
from lispcore.core.nodes import And, Call, Constant, Global, If, Let, Local, Node, Or, Sequence
from lispcore.core.walking import all_nodes

# What these do cannot be noticed: they only read, or make new values.
_QUIET_HELPERS = frozenset(
    (
        " type",
        " List",
        " len",
        " ord",
        " equal",
        " list",
        " cons",
        " Vector",
        " cells_of",
        " append_two",
        " count_of",
    )
)

# Nodes in which nothing happens besides what happens in their parts.
_PLAIN = (Local, Constant, Global, If, And, Or, Let, Sequence, Call)


def may_be_noticed(em: FunctionEmitter, node: Node) -> bool:
    """Tells whether the evaluation of a node may do anything else than give a value or fail."""
    for each in all_nodes(node):
        if type(each) not in _PLAIN:
            return True
        if type(each) is not Call:
            continue
        callee = each.function
        if type(callee) is Constant:
            continue  # a keyword looks itself up
        known = meaning(each, em.unit.facts)
        if known is None or not known.is_quiet:
            return True
    return False


def is_quiet(em: FunctionEmitter, value: ast.expr) -> bool:
    """Tells whether it does not matter when an expression is evaluated, within one assignment."""
    for node in ast.walk(value):
        if type(node) is ast.Call:
            callee = node.func
            if type(callee) is ast.Attribute and callee.attr in ("get", "updated"):
                continue
            if type(callee) is not ast.Name:
                return False
            name = callee.id
            if name in _QUIET_HELPERS:
                continue
            known = meaning_of_name(name, em.unit.facts)
            if known is None or not known.is_quiet:
                return False
    return True


def is_quiet_node(em: FunctionEmitter, node: Node) -> bool:
    """Tells whether nobody can notice when a node is evaluated."""
    stack = [node]
    while stack:
        each = stack.pop()
        kind = type(each)
        if kind is Call:
            call: Any = each
            callee = call.function
            if type(callee) is Global:
                known = meaning(call, em.unit.facts)
                if known is None or not known.is_quiet:
                    return False
            elif callee is None and call.helper in ("map_look", "map_level", "map_put"):
                pass
            elif type(callee) is not Constant:
                return False
            stack += call.arguments
        elif kind is If:
            stack += (each.test, each.then, each.otherwise)  # type: ignore[attr-defined]
        elif kind in (Sequence, And, Or):
            stack += each.parts  # type: ignore[attr-defined]
        elif kind is Let:
            stack += [value for _, value in each.bindings]  # type: ignore[attr-defined]
            stack.append(each.body)  # type: ignore[attr-defined]
        elif kind not in (Constant, Local, Global):
            return False
    return True
