"""Common subexpressions: items that a condition has taken out, and that are wanted again behind it.

::

    (if (= (car a) (car b)) (< (cadr a) (cadr b)) (< (car a) (car b)))

The first `(car a)` becomes a `Kept`, which gives the item a name, and the second one reads it. So
it is wherever nothing but functions of the library that change nothing is called in between: then
the item is still there, and a second look would neither fail nor give anything else.
"""

from __future__ import annotations

from typing import Any

from lispcore.compiler.facts.effects import goes_unnoticed
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    If,
    Kept,
    Lambda,
    Local,
    Node,
    Or,
    Variable,
)
from lispcore.core.walking import Survey

# How many nodes are looked at behind one condition, so that nested ones take linear time. Half of
# it is enough for all benchmark programs.
MAXIMUM_SIZE = 120
_Choice = If | And | Or
# What is walked through, besides calls.
_WALKED = (Local, Constant, Kept, If, And, Or)

# What is taken out of which variable -> what has it.
_Found = dict[tuple[Any, Variable], "_Item"]


class _Item:
    """An access that is certainly made, and how to write something else in its place."""

    __slots__ = ("holder", "key", "node", "variable")

    def __init__(self, node: Call, holder: Any, key: Any) -> None:
        self.node = node
        self.holder = holder
        self.key = key
        self.variable: Variable | None = None

    def keep(self) -> Variable:
        """Returns the variable that keeps the item, from now on."""
        if self.variable is None:
            self.variable = Variable("kept")
            _put(self.holder, self.key, Kept(self.variable, self.node, self.node.span))
        return self.variable


def _put(holder: Any, key: Any, node: Node) -> None:
    if type(holder) is list:
        holder[key] = node
    else:
        setattr(holder, key, node)


def keep_items(main: Lambda, nodes: Survey, facts: Facts) -> Lambda | None:
    """Has the conditions among the nodes of a unit take no item out twice; None if none does."""
    seen: set[Node] = set()
    choices = [node for kind in (If, And, Or) for node in nodes.get(kind, ())]
    # By their places in the text the outer ones come first: the inner ones are seen with them.
    choices.sort(key=lambda node: node.span[:2])
    has_kept = False
    for node in choices:
        if node not in seen:
            keeping = _Keeping(facts, seen)
            keeping.choice(node, {})
            has_kept |= keeping.has_kept
    return main if has_kept else None


class _Keeping:
    """Walks through one condition and what stands behind it, in the order of evaluation."""

    def __init__(self, facts: Facts, seen: set[Node]) -> None:
        self.facts = facts
        self.seen = seen
        self.has_kept = False

    def choice(self, node: _Choice, found: _Found) -> None:
        """Walks through a choice; what its first part has taken out is added to `found`."""
        if type(node) is If:
            if self.is_pure(node.test):
                self.walk(node.test, node, "test", found)
                for name in ("then", "otherwise"):
                    part = getattr(node, name)
                    if found and self.is_pure(part):
                        self.walk(part, node, name, found.copy())
            return
        assert not isinstance(node, If)
        parts = node.parts
        known = found
        for place, part in enumerate(parts):
            if not self.is_pure(part):
                return
            self.walk(part, parts, place, known)
            if not place:
                known = found.copy()

    def walk(self, node: Node, holder: Any, key: Any, found: _Found) -> None:
        """Walks through a pure expression, which is `key` of `holder`."""
        if type(node) is If or type(node) is And or type(node) is Or:
            self.seen.add(node)
            self.choice(node, found)
        elif type(node) is Call:
            access = self.access(node)
            if access is None:
                arguments = node.arguments
                for place, argument in enumerate(arguments):
                    self.walk(argument, arguments, place, found)
            elif access in found:
                _put(holder, key, Local(found[access].keep(), node.span))
                self.has_kept = True
            else:
                found[access] = _Item(node, holder, key)

    def access(self, node: Call) -> tuple[Any, Variable] | None:
        """Returns what a call takes out of which variable, None if it does something else."""
        if len(node.arguments) != 1 or type(node.arguments[0]) is not Local:
            return None
        function = node.function
        known = meaning(node, self.facts)
        if known is not None and known.item >= 0:
            return known.item, node.arguments[0].variable
        if type(function) is Constant:
            return function.value, node.arguments[0].variable
        return None

    def is_pure(self, root: Node) -> bool:
        """Tells whether an expression only looks at values."""
        return goes_unnoticed(root, self.facts, _WALKED, MAXIMUM_SIZE)
