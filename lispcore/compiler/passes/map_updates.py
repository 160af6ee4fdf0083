"""Inlining of map updates: by a function or along a path, taken apart into their steps.

``(map/update m k (fn (x) body))``, ``(update-in m [a b] f)`` and ``(assoc-in m [a b] v)`` become
what they consist of: look-ups, the function's body, and new maps. No function and no path is made
for them, and the loops around them are free of functions (inline_loops.py) and can own the map
(ownership.py).

Only where nobody can tell: the path is written out, and the function is written out and makes none
itself, or is one of the library.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Updater, meaning, meaning_of_name
from lispcore.core.nodes import (
    Call,
    Constant,
    Global,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Variable,
)
from lispcore.core.walking import all_nodes, assigned_by, children, has_below, rewrite
from lispcore.values.types import List, Vector, list_items

# Longer paths are walked by the library: each step is three calls more in the code.
MAXIMUM_DEPTH = 6


def take_updates_apart(main: Lambda, facts: Facts) -> Lambda:
    """Puts their steps in the place of the calls that can be taken apart."""
    shared = _shared_variables(main)

    # Inner calls come first: their functions are gone when the outer ones are looked at.
    def taken_apart(node: Call) -> Node:
        known = meaning(node, facts)
        if known is None or known.updater is None or len(node.arguments) != 3:
            return node
        _, where, what = node.arguments
        strict = known.updater is Updater.KEY
        keys = [where] if strict else _path(where, facts)
        if not keys:
            return node
        function = None
        if known.updater is not Updater.PATH_VALUE:
            function = _function(what, facts, node)
            if function is None:
                return node
        return _steps(node, keys, function, strict, shared)

    return rewrite(main, {Call: taken_apart})


def _path(node: Node, facts: Facts) -> list[Node]:
    """Returns the keys of a path that is written out, none if it is not."""
    keys: list[Node] = []
    if type(node) is Constant:
        value = node.value
        if type(value) is Vector:
            keys = [Constant(each, node.span) for each in value.items]
        elif type(value) is List:
            keys = [Constant(each, node.span) for each in list_items(value)]
    elif type(node) is Call:
        if node.function is None:
            keys = node.arguments if node.helper == "vector" else []
        elif (known := meaning(node, facts)) is not None and known.items is not None:
            keys = node.arguments
    return keys if len(keys) <= MAXIMUM_DEPTH else []


def _function(node: Node, facts: Facts, call: Call) -> Lambda | None:
    """Returns the function of one argument that can be written in place, as a lambda."""
    if type(node) is Global and meaning_of_name(node.name, facts) is not None:
        variable = Variable("value")
        # Errors point at the update, whose function calls this one.
        body = Call(node, [Local(variable, node.span)], call.span)
        return Lambda("", [variable], None, body, node.span)
    if type(node) is not Lambda or len(node.parameters) != 1 or node.rest is not None:
        return None
    if has_below(node.body, Lambda):
        return None
    return node


def _shared_variables(main: Lambda) -> set[Variable]:
    """Returns the variables that more than one function uses."""
    users: dict[Variable, Lambda] = {}
    shared: set[Variable] = set()
    stack: list[tuple[Node, Lambda]] = [(main, main)]
    while stack:
        node, function = stack.pop()
        used = [node.variable] if type(node) is Local else assigned_by(node)
        for variable in used:
            if users.setdefault(variable, function) is not function:
                shared.add(variable)
        inside = node if type(node) is Lambda else function
        if type(node) is NamedLet:
            # It is a loop most of the time; `_stays` minds the others.
            stack += [(each, function) for each in [*node.arguments, node.function.body]]
            continue
        stack += [(each, inside) for each in children(node)]
    return shared


def _steps(
    node: Call, keys: list[Node], function: Lambda | None, strict: bool, shared: set[Variable]
) -> Node:
    """Returns the steps of one update. `strict`: of a map alone, nothing else becomes one."""
    span = node.span
    target, _, what = node.arguments
    bindings: list[tuple[Variable, Node]] = []

    def bind(name: str, value: Node) -> Node:
        variable = Variable(name)
        bindings.append((variable, value))
        return Local(variable, value.span)

    def helper(name: str, *arguments: Node) -> Call:
        return Call(None, list(arguments), span, helper=name)

    inner = [*keys, what if function is None else function.body]
    if not (type(target) is Local and _stays(target.variable, inner, shared)):
        target = bind("map", target)
    held = [key if type(key) is Constant else bind("key", key) for key in keys]
    value = bind("value", what) if function is None else what
    levels = [target]
    look = "map_value" if strict else "map_look"
    for key in held[:-1]:
        found = helper("map_look", _again(levels[-1]), _again(key))
        levels.append(bind("level", helper("map_level", found)))
    if function is not None:
        (parameter,) = function.parameters
        bindings.append((parameter, helper(look, _again(levels[-1]), _again(held[-1]))))
        value = function.body
    # The innermost map first, so that what is left is one change of the outermost.
    for level, key in zip(reversed(levels[1:]), reversed(held[1:]), strict=True):
        value = bind("inner", helper("map_put", level, _again(key), value))
    result = helper("map_put", _again(target), _again(held[0]), value)
    return Let(bindings, result, span) if bindings else result


def _again(node: Node) -> Node:
    """Returns a node for one more use of a variable or constant."""
    if type(node) is Local:
        return node.again()
    return Constant(node.value, node.span) if type(node) is Constant else node


def _stays(variable: Variable, nodes: list[Node], shared: set[Variable]) -> bool:
    """Tells whether a variable is the same before and after nodes are evaluated."""
    if not variable.assigned:
        return True
    if variable in shared:
        return False
    for node in nodes:
        for each in all_nodes(node):
            if type(each) is Call and type(each.function) is Local:
                return False  # a loop that turns out to be none
            if variable in assigned_by(each):
                return False
    return True
