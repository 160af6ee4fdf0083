"""Effect analysis: what may be evaluated earlier or later without anybody noticing."""

from __future__ import annotations

from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
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
QUIET_FUNCTIONS = frozenset(
    "mod modulo quotient remainder min max abs bit/and bit/or bit/xor / car cdr first rest cadr "
    "caddr cddr cdddr caar cadar nth get hash-ref length count string-length string/length "
    "string-ref string/ref char->integer char/to-integer cons string-append string/append str "
    "number->string append reverse list not".split()
)


# Arguments that are evaluated without being noticed, besides `QUIET_FUNCTIONS`.
_QUIET_OPERATORS = frozenset("+ - * < > <= >= = eq? equal? even? odd? zero? nil? null?".split())

# Nodes in which nothing happens besides what happens in their parts.
_PLAIN = (Local, Constant, Global, If, And, Or, Let, Sequence, Call)
_OPERATORS = frozenset("+ - * < > <= >= = eq? equal? null? pair? nil? zero? even? odd?".split())


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
        if type(callee) is not Global or callee.name not in em.unit.facts.library:
            return True
        if callee.name not in QUIET_FUNCTIONS and callee.name not in _OPERATORS:
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
            if name not in QUIET_FUNCTIONS or name not in em.unit.facts.library:
                return False
    return True


def is_quiet_node(em: FunctionEmitter, node: Node) -> bool:
    """Tells whether nobody can notice when a node is evaluated."""
    stack = [node]
    library = em.unit.facts.library
    while stack:
        each = stack.pop()
        kind = type(each)
        if kind is Call:
            call: Any = each
            callee = call.function
            if type(callee) is Global:
                name = callee.name
                known = name in QUIET_FUNCTIONS or name in _QUIET_OPERATORS
                if name not in library or not (known or name in ("assoc", "dissoc")):
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
