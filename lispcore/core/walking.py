"""The walkers over core forms: all that a pass or an analysis needs to get from node to node.

- `children`, `all_nodes`, `survey`: everything below a node;
- `rewrite`: an identity transform, on which a pass writes only its own case;
- `tail_positions`, `value_positions`: what is evaluated last, and what gives the value;
- `assigned_below`, `uses_below`: what happens to variables.

They hold lists of what is still to be visited instead of calling themselves: programs nest
thousands deep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from lispcore.core import nodes as core
from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    Finally,
    ForEach,
    Global,
    If,
    Kept,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    SetAll,
    SetGlobal,
    SetLocal,
    Try,
    Variable,
    While,
)

# --- everything below a node ----------------------------------------------------------------------


def _parts_of_call(node: Call) -> list[Node]:
    return node.arguments if node.function is None else [node.function, *node.arguments]


# The direct parts of each class of node in the order of evaluation; the others have none.
_CHILDREN: dict[type, Callable[[Any], Sequence[Node]]] = {
    Call: _parts_of_call,
    If: lambda node: (node.test, node.then, node.otherwise),
    **dict.fromkeys((core.Sequence, And, Or), lambda node: node.parts),
    **dict.fromkeys((SetLocal, SetGlobal, Define, Bind, Kept), lambda node: (node.value,)),
    Let: lambda node: [*(value for _, value in node.bindings), node.body],
    Lambda: lambda node: (node.body,),
    NamedLet: lambda node: [*node.arguments, node.function],
    While: lambda node: (node.test, node.body),
    ForEach: lambda node: (node.iterable, node.body),
    Try: lambda node: (node.body, node.handler),
    SetAll: lambda node: node.values,
    Finally: lambda node: (node.body, node.cleanup),
}


def children(node: Node) -> Sequence[Node]:
    """Returns the direct parts of a node in the order of evaluation."""
    parts = _CHILDREN.get(type(node))
    return () if parts is None else parts(node)


def all_nodes(root: Node) -> Iterator[Node]:
    """Yields a node and everything below it, each node before its parts."""
    found = [root]
    known = _CHILDREN.get
    for node in found:
        yield node
        parts = known(type(node))
        if parts is not None:
            found.extend(parts(node))


# The nodes of a tree by their class.
Survey = dict[type, list[Any]]


def survey(root: Node) -> Survey:
    """Returns a node and everything below it by class; of each class the outer ones come first."""
    kinds: Survey = {Call: [], Local: [], Constant: [], Global: []}
    calls = kinds[Call]
    found = [root]
    for node in found:
        kind: Any = type(node)
        if kind is Call:
            calls.append(node)
            each: Any = node
            if each.function is not None:
                found.append(each.function)
            found += each.arguments
        elif kind is Local or kind is Constant or kind is Global:
            kinds[kind].append(node)
        else:
            same = kinds.get(kind)
            if same is None:
                kinds[kind] = [node]
            else:
                same.append(node)
            found += _CHILDREN[kind](node)
    return kinds


# --- other nodes in their places ------------------------------------------------------------------

# The fields of each class of node that hold its parts, one or a list; those of `Let` are pairs.
_FIELDS: dict[type, tuple[str, ...]] = {
    If: ("test", "then", "otherwise"),
    **dict.fromkeys((core.Sequence, And, Or), ("parts",)),
    **dict.fromkeys((SetLocal, SetGlobal, Define, Bind, Kept), ("value",)),
    Let: ("body",),
    Lambda: ("body",),
    NamedLet: ("arguments", "function"),
    While: ("test", "body"),
    ForEach: ("iterable", "body"),
    Try: ("body", "handler"),
    SetAll: ("values",),
    Finally: ("body", "cleanup"),
}


def replace_parts(node: Node, replacement: Callable[[Node], Node]) -> None:
    """Puts what `replacement` gives for each direct part of a node into its place."""
    if type(node) is Call:  # most nodes
        if node.function is not None:
            node.function = replacement(node.function)
        node.arguments[:] = map(replacement, node.arguments)
        return
    if type(node) is Let:
        node.bindings = [(variable, replacement(value)) for variable, value in node.bindings]
    for field in _FIELDS.get(type(node), ()):
        part = getattr(node, field)
        if type(part) is list:
            part[:] = map(replacement, part)
        elif part is not None:
            setattr(node, field, replacement(part))


Tree = TypeVar("Tree", bound=Node)
# What a pass makes of a node of one class: another one, or the same.
Change = Callable[[Any], Node]


def _replaced(others: dict[int, Node], part: Node) -> Node:
    return others.get(id(part), part)


def rewrite(root: Tree, changes: Mapping[type, Change]) -> Tree:
    """Returns a tree in which every node below its root is what the change for its class makes.

    Inner nodes come first, so a change sees the new parts of its node; what it returns is not
    looked at again. A node of a class without a change stays, and gets its new parts in place.
    """
    found: list[Node] = [root]
    parents = [0]
    known = _CHILDREN.get
    for index, node in enumerate(found):
        parts = known(type(node))
        if parts is not None:
            below = parts(node)
            found += below
            parents += [index] * len(below)
    # The index of a node -> its parts that have become others.
    replaced: dict[int, dict[int, Node]] = {}
    for index in range(len(found) - 1, -1, -1):
        node = found[index]
        if index in replaced:
            replace_parts(node, partial(_replaced, replaced.pop(index)))
        change = changes.get(type(node))
        if change is not None and index:
            new = change(node)
            if new is not node:
                replaced.setdefault(parents[index], {})[id(node)] = new
    return root


# --- what is evaluated last -----------------------------------------------------------------------


def last_parts(node: Node) -> Sequence[Node]:
    """Returns the direct parts of a node one of which is evaluated last, in tail position."""
    if type(node) is If:
        return (node.then, node.otherwise)
    if type(node) is Let:
        return (node.body,)
    if type(node) is core.Sequence or type(node) is And or type(node) is Or:
        return (node.parts[-1],)
    return ()


def value_parts(node: Node) -> Sequence[Node]:
    """Returns the direct parts of a node one of which gives its value, whatever that is.

    Unlike in tail position, ``and`` and ``or`` have none: what they give may be any of their parts.
    """
    return () if type(node) is And or type(node) is Or else last_parts(node)


def value_positions(root: Node) -> Iterator[Node]:
    """Yields the nodes one of which gives the value of a node."""
    stack = [root]
    while stack:
        node = stack.pop()
        parts = value_parts(node)
        if parts:
            stack += parts
        else:
            yield node


def tail_positions(
    root: Node, more: Callable[[Node], Sequence[Node]] = lambda node: ()
) -> Iterator[Node]:
    """Yields the nodes of which one is evaluated last: calls, constants, what has no such parts.

    `more` gives parts in tail position of nodes that are not looked into otherwise: of loops and
    handlers.
    """
    stack = [root]
    while stack:
        node = stack.pop()
        parts = last_parts(node) or more(node)
        if parts:
            stack += parts
        else:
            yield node


def rewrite_tails(root: Node, change: Callable[[Node], Node]) -> Node:
    """Returns a tree in which what is evaluated last is what a change makes of it."""
    stack: list[tuple[Node, Node | None]] = [(root, None)]
    while stack:
        node, parent = stack.pop()
        parts = last_parts(node)
        if parts:
            stack += [(part, node) for part in parts]
            continue
        new = change(node)
        if parent is None:
            return new
        if new is not node:
            replace_parts(parent, partial(_replaced, {id(node): new}))
    return root


# --- what happens to variables --------------------------------------------------------------------


def assigned_by(node: Node) -> Sequence[Variable]:
    """Returns the variables to which a node itself gives a new value."""
    if type(node) is SetLocal or type(node) is Bind or type(node) is Define:
        return (node.variable,)
    return node.variables if type(node) is SetAll else ()


def assigned_below(root: Node) -> list[Variable]:
    """Returns the variables that get a new value below a node, once for each time."""
    found: list[Variable] = []
    for node in all_nodes(root):
        found += assigned_by(node)
    return found


def is_assigned_below(root: Node, variable: Variable) -> bool:
    """Tells whether a variable gets a new value below a node."""
    return any(variable in assigned_by(node) for node in all_nodes(root))


def uses_below(root: Node, variable: Variable) -> list[Local]:
    """Returns the uses of a variable's value below a node."""
    return [each for each in all_nodes(root) if type(each) is Local and each.variable is variable]


def has_below(root: Node, *kinds: type) -> bool:
    """Tells whether there is a node of one of these classes, the root included."""
    return any(type(each) in kinds for each in all_nodes(root))
