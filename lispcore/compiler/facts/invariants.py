"""Loop-invariant code motion: what a loop asks of the same value in each round.

``(nth v i)`` asks what `v` is and where its items are; the functions of arrays ask, too; ``(eq? k
x)`` asks what kind of value `k` is. Where that happens in a loop, or again and again, with a
variable that always has the same value, it is asked once: when the variable gets its value
(emit/loop_invariants.py says how).
"""

from __future__ import annotations

from collections.abc import Set as Set_
from typing import Final

from lispcore.compiler.facts.cursors import Cursors
from lispcore.compiler.facts.induction import jumps_by_loop
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import NUMBERS, VECTOR
from lispcore.compiler.meanings import LookedInto, meaning, meaning_of_name
from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    Lambda,
    Local,
    NamedLet,
    Node,
    Variable,
    While,
)
from lispcore.core.walking import Survey, children

# So many uses outside of loops are worth a view.
ENOUGH_USES: Final = 3


class Invariants:
    """The variables of a unit of which something is asked once."""

    __slots__ = ("keys", "sizes", "views")

    def __init__(self) -> None:
        self.views: dict[Variable, LookedInto] = {}
        # How many items a view must have, of those that only literal indices look into.
        self.sizes: dict[Variable, int] = {}
        self.keys: set[Variable] = set()  # those that are compared


class _Uses:
    """How a variable is looked into."""

    __slots__ = ("classes", "count", "in_loop", "size")

    def __init__(self) -> None:
        self.classes: set[LookedInto] = set()
        self.count = 0
        self.in_loop = False
        self.size: int | None = 0  # that the literal indices need, None with others


def find_invariants(nodes: Survey, called: Set_[str], facts: Facts, cursors: Cursors) -> Invariants:
    """Returns what is asked once; `called` are the globals that the unit names."""
    found = Invariants()
    known = [each for name in called if (each := meaning_of_name(name, facts)) is not None]
    looks_into = any(each.looks_into is not None for each in known)
    # Without loops nothing is compared again and again.
    compares = any(each.compares_keys for each in known) and _has_loops(nodes, facts)
    if not looks_into and not compares:
        return found
    functions: list[Lambda] = nodes[Lambda]
    for function in functions:
        if function not in facts.tails.loops:
            _find_in(function, facts, found)
    if found.views or found.keys:
        for loop, jumps in jumps_by_loop(facts).items():
            for variable in _changing(loop, jumps, found, cursors):
                found.views.pop(variable, None)
                found.keys.discard(variable)
    return found


def _find_in(function: Lambda, facts: Facts, found: Invariants) -> None:
    """Finds the variables of one function."""
    uses: dict[Variable, _Uses] = {}
    keys: set[Variable] = set()
    in_loop = function in facts.tails.repeating
    waiting: list[Node] = [function.body]
    loops: list[Node] = []  # what is left for the second round, whose parts are inside of loops
    while waiting or loops:
        if not waiting:
            in_loop = True
            waiting, loops = loops, waiting
        node = waiting.pop()
        if type(node) is Call:
            known = meaning(node, facts)
            if known is None:
                pass
            elif known.looks_into is not None:
                _note_use(uses, node.arguments, known.looks_into, in_loop)
            elif known.compares_keys and in_loop and len(node.arguments) == 2:
                _note_key(keys, *node.arguments)
        elif type(node) is Lambda and node not in facts.tails.loops:
            continue
        if in_loop or not _repeats(node, facts):
            waiting += children(node)
        else:
            loops += children(node)
    for variable, use in uses.items():
        if len(use.classes) == 1 and (use.in_loop or use.count >= ENOUGH_USES):
            if _is_steady(variable, function, facts):
                found.views[variable] = use.classes.pop()
                if use.size:
                    found.sizes[variable] = use.size
    found.keys.update(each for each in keys if _is_steady(each, function, facts))


def _has_loops(nodes: Survey, facts: Facts) -> bool:
    return bool(facts.tails.repeating) or While in nodes or ForEach in nodes


def _repeats(node: Node, facts: Facts) -> bool:
    if type(node) is NamedLet:
        return node.function in facts.tails.repeating
    return type(node) is While or type(node) is ForEach


def _note_use(
    uses: dict[Variable, _Uses], arguments: list[Node], class_: LookedInto, in_loop: bool
) -> None:
    if len(arguments) < 2 or type(arguments[0]) is not Local:
        return
    found = uses.setdefault(arguments[0].variable, _Uses())
    found.classes.add(class_)
    found.count += 1
    # By a literal index, people look into short lists.
    index = arguments[1]
    found.in_loop |= in_loop and (class_.kind != VECTOR or type(index) is not Constant)
    if type(index) is Constant and type(index.value) is int and index.value >= 0:
        found.size = None if found.size is None else max(found.size, index.value + 1)
    else:
        found.size = None


def _note_key(keys: set[Variable], left: Node, right: Node) -> None:
    if type(left) is Constant or type(right) is Constant:
        return  # which is one comparison anyway
    for each in (left, right):
        if type(each) is Local:
            keys.add(each.variable)


def _is_steady(variable: Variable, function: Lambda, facts: Facts) -> bool:
    """Tells whether a variable has one value from its binding on."""
    scopes = facts.scopes
    if variable.assigned or variable in scopes.boxed or variable.letrec:
        return False
    if scopes.home.get(variable) is not function or variable in facts.owners:
        return False
    return facts.values.kinds.get(variable) not in NUMBERS


def _changing(
    function: Lambda, jumps: list[Call], found: Invariants, cursors: Cursors
) -> list[Variable]:
    """Returns the parameters of a loop that have another value in every round."""
    asked = [
        (place, variable)
        for place, variable in enumerate(function.parameters)
        if variable in found.views or variable in found.keys
    ]
    changing: list[Variable] = []
    for place, variable in asked:
        given = [jump.arguments[place] for jump in jumps]
        stays = all(type(each) is Local and each.variable is variable for each in given)
        if not stays or variable in cursors.variables:
            changing.append(variable)
    return changing
