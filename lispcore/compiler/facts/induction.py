"""Induction variables: those that go up or down by a fixed integer in every round of a loop.

A loop whose induction variable is compared with a bound that stays the same counts: the emission
writes it over a ``range`` (emit/loops.py), so that the program itself compares and adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import NAT
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    Call,
    Constant,
    Global,
    If,
    Lambda,
    Let,
    Local,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Variable,
    While,
)
from lispcore.core.walking import Survey, all_nodes, assigned_below

MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}
OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!="}


class Counting(NamedTuple):
    """A loop that counts: while `variable` stands in `relation` to `bound`, by `step`."""

    variable: Variable
    relation: str  # as in the program, the variable on the left
    goes_on: bool  # what the relation is while the loop goes on
    bound: Node
    step: int
    test: Call
    round: Node
    exit: Node


class CountingWhile(NamedTuple):
    """A ``while`` whose last step counts: how, and what is left of its body."""

    counting: Counting
    body: Node


class Induction:
    """The loops of a unit that count."""

    __slots__ = ("loops", "whiles")

    def __init__(self) -> None:
        self.loops: dict[Lambda, Counting] = {}
        self.whiles: dict[While, CountingWhile] = {}


def find_induction_variables(nodes: Survey, facts: Facts) -> Induction:
    """Returns how the loops of a unit count, as far as they do."""
    found = Induction()
    rounds = jumps_by_loop(facts)
    for function in nodes.get(Lambda, ()):
        if function in facts.tails.repeating:
            counting = counting_loop(facts, function, rounds.get(function, []))
            if counting is not None:
                found.loops[function] = counting
    for node in nodes.get(While, ()):
        loop = counting_while(facts, node)
        if loop is not None:
            found.whiles[node] = loop
    return found


def counting_loop(facts: Facts, function: Lambda, rounds: list[Call]) -> Counting | None:
    """Returns how a loop counts, if it does; `rounds` are the calls that are its next rounds."""
    body = function.body
    while type(body) is Sequence and len(body.parts) == 1:
        body = body.parts[0]
    if type(body) is not If or type(body.test) is not Call:
        return None
    sides = _sides(facts, body.test)
    if not any(
        type(left) is Local and left.variable in function.parameters for _, left, _ in sides
    ):
        return None  # as most tests; what follows looks at the whole body
    if function not in facts.tails.loops and _calls_itself(facts, function):
        return None  # its loop is short: most of the work is done by those calls
    jumps = facts.tails.jumps
    below = sum(
        type(each) is Call and jumps.get(each) is function for each in all_nodes(body.otherwise)
    )
    if below not in (0, len(rounds)):
        return None  # both branches go on
    in_then = not below
    found = _relation(facts, sides, function, rounds)
    if found is None:
        return None
    variable, relation, bound = found
    step = _step(facts, rounds, function.parameters.index(variable), variable)
    if step == 0 or variable.assigned or variable in facts.scopes.boxed:
        return None
    if not _leads_to(relation if in_then else OPPOSITE[relation], step):
        return None
    rest, leave = (body.then, body.otherwise) if in_then else (body.otherwise, body.then)
    return Counting(variable, relation, in_then, bound, step, body.test, rest, leave)


def _calls_itself(facts: Facts, function: Lambda) -> bool:
    """Tells whether a function also calls itself otherwise than last."""
    for node in all_nodes(function.body):
        if type(node) is not Call or node in facts.tails.jumps:
            continue
        callee = node.function
        if type(callee) is Local and callee.variable is facts.scopes.names.get(function):
            return True
        if type(callee) is Global and facts.functions.get(callee.name) is function:
            return True
    return False


def _leads_to(relation: str, step: int) -> bool:
    """Tells whether steps lead out of a relation (or may, as with "!=")."""
    ways = {"<": step > 0, "<=": step > 0, ">": step < 0, ">=": step < 0, "!=": True}
    return ways.get(relation, False)


def jumps_by_loop(facts: Facts) -> dict[Lambda, list[Call]]:
    """Returns the calls that are the next round of a loop, for each loop that has some."""
    found: dict[Lambda, list[Call]] = {}
    for call, loop in facts.tails.jumps.items():
        found.setdefault(loop, []).append(call)
    return found


def _relation(
    facts: Facts, sides: list[tuple[str, Node, Node]], function: Lambda, jumps: list[Call]
) -> tuple[Variable, str, Node] | None:
    """Returns the variable that a test with these sides compares with a bound, and how."""
    for relation, left, right in sides:
        if type(left) is not Local or left.variable not in function.parameters:
            continue
        if _stays(facts, right, function, jumps):
            return left.variable, relation, right
    return None


def _sides(facts: Facts, test: Call) -> list[tuple[str, Node, Node]]:
    """Returns a comparison of two values as it stands and the other way round."""
    known = meaning(test, facts)
    if known is None or not known.relation:
        return []
    sides = test.arguments
    if known.to_zero and len(sides) == 1:
        sides = [sides[0], Constant(0, test.span)]
    elif known.to_zero or len(sides) != 2:
        return []
    left, right = sides
    return [(known.relation, left, right), (MIRRORED[known.relation], right, left)]


def _stays(facts: Facts, bound: Node, function: Lambda, jumps: list[Call]) -> bool:
    """Tells whether a bound is the same in every round."""
    if type(bound) is Constant:
        return type(bound.value) is int
    if type(bound) is Call and len(bound.arguments) == 1:
        # The length of a string stays, that of a mutable array need not.
        known = meaning(bound, facts)
        if known is None or not known.is_pure or known.result is not NAT:
            return False
        return _stays(facts, bound.arguments[0], function, jumps)
    if type(bound) is not Local or bound.variable.assigned:
        return False
    variable = bound.variable
    if variable in facts.scopes.boxed:
        return False
    if variable not in function.parameters:
        return True
    place = function.parameters.index(variable)
    given = [jump.arguments[place] for jump in jumps]
    return all(type(each) is Local and each.variable is variable for each in given)


def _step(facts: Facts, jumps: list[Call], place: int, variable: Variable) -> int:
    """Returns by how much a variable changes with every round, 0 if that is not fixed."""
    steps = {_change(facts, jump.arguments[place], variable) for jump in jumps}
    return steps.pop() if len(steps) == 1 else 0


def _change(facts: Facts, node: Node, variable: Variable) -> int:
    if type(node) is not Call or len(node.arguments) != 2:
        return 0
    known = meaning(node, facts)
    if known is None or not known.adds:
        return 0
    left, right = node.arguments
    if known.adds > 0 and type(left) is Constant:
        left, right = right, left
    if type(left) is not Local or left.variable is not variable or type(right) is not Constant:
        return 0
    if type(right.value) is not int:
        return 0
    return known.adds * right.value


def counting_while(facts: Facts, node: While) -> CountingWhile | None:
    """Returns how a ``while`` (or ``do``) counts, if it does."""
    scopes = facts.scopes
    test, goes_on = node.test, True
    while type(test) is Call and test.function is None and test.helper == "not":
        test, goes_on = test.arguments[0], not goes_on
    last, body = _without_last(node.body)
    if type(test) is not Call:
        return None
    if type(last) is SetAll:
        changed, values = last.variables, last.values
    elif type(last) is SetLocal:
        changed, values = [last.variable], [last.value]
    else:
        return None
    set_inside = assigned_below(node)
    for variable, value in zip(changed, values, strict=True):
        step = _change(facts, value, variable)
        private = variable not in scopes.captured and variable not in scopes.boxed
        if not step or not private or set_inside.count(variable) != 1:
            continue
        found = _compared(facts, test, variable, set_inside)
        if found is None:
            continue
        relation, bound = found
        if not _leads_to(relation if goes_on else OPPOSITE[relation], step):
            continue
        counting = Counting(variable, relation, goes_on, bound, step, test, node.body, node.body)
        others = [(v, e) for v, e in zip(changed, values, strict=True) if v is not variable]
        left: Node = Constant(None, last.span)
        if others:
            left = SetAll([v for v, _ in others], [e for _, e in others], last.span)
        return CountingWhile(counting, body(left))
    return None


def _without_last(node: Node) -> tuple[Node, Callable[[Node], Node]]:
    """Returns the last step of a body, and what gives the body with another in its place."""
    if type(node) is Sequence:
        steps = node.parts[:-1]
        last, rest = _without_last(node.parts[-1])
        return last, lambda new: Sequence([*steps, rest(new)], node.span)
    if type(node) is Let:
        last, rest = _without_last(node.body)
        return last, lambda new: Let(node.bindings, rest(new), node.span)
    return node, lambda new: new


def _compared(
    facts: Facts, test: Call, variable: Variable, set_inside: list[Variable]
) -> tuple[str, Node] | None:
    """Returns how a test compares a variable, and with which bound that stays."""
    scopes = facts.scopes

    def stays(bound: Node) -> bool:
        if type(bound) is Constant:
            return type(bound.value) is int
        if type(bound) is not Local or bound.variable in scopes.boxed:
            return False
        other = bound.variable
        return not other.assigned or (other not in scopes.captured and other not in set_inside)

    for relation, left, right in _sides(facts, test):
        if type(left) is Local and left.variable is variable and stays(right):
            return relation, right
    return None
