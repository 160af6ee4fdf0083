"""Effect analysis: what may be evaluated earlier or later without anybody noticing."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.library import meaning, meaning_of_name
from lispcore.core.nodes import And, Call, Constant, Global, If, Let, Local, Node, Or, Sequence
from lispcore.core.walking import all_nodes, children

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
        if type(each) is Call:
            callee = each.function
            if type(callee) is Global:
                known = meaning(each, em.unit.facts)
                if known is None or not known.is_quiet:
                    return False
            elif callee is None:
                if each.helper not in ("map_look", "map_level", "map_put"):
                    return False
            elif type(callee) is not Constant:
                return False
            stack += each.arguments
        elif isinstance(each, _PLAIN):
            stack += children(each)
        else:
            return False
    return True
