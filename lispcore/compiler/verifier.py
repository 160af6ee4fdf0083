"""The verifier: what must hold of core forms between any two passes.

A pass that drops a binding, puts one node in two places or leaves a loop by a jump from elsewhere
makes a fault that shows much later, in another program. Tests run `verify` behind every pass, over
all language cases and benchmark programs; a session never does.

Checked of any tree:

- every node knows where it stands in the text, and has the parts that its class must have;
- no node stands in two places: a pass that changed one would change both;
- every variable is bound before it is used, and by one binder (a body may define a name again).

And once the analysis has been made:

- every jump is the last thing in the loop that it leads to, and brings as many values as that has
  variables; a loop is left for the next round of itself or of the loop around it, no further;
- what is a loop is marked as one, and a loop's name is used for its jumps alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from lispcore.compiler.facts.tables import Tails
from lispcore.core.nodes import (
    And,
    Call,
    Define,
    ForEach,
    Kept,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    Try,
    Variable,
)
from lispcore.core.walking import all_nodes, assigned_by, children, tail_positions


class Malformed(Exception):
    """Core forms that no pass may make."""


def verify(main: Lambda, tails: Tails | None = None) -> None:
    """Raises `Malformed` if something does not hold of a unit's core forms.

    `tails` is what the analysis says of loops and jumps, once it has been made.
    """
    _verify_shapes(main)
    _verify_binders(main)
    _verify_uses(main)
    if tails is not None:
        _verify_jumps(main, tails)


def _described(node: Node) -> str:
    return f"{type(node).__name__} at {getattr(node, 'span', '?')}"


# --- shapes ---------------------------------------------------------------------------------------


def _verify_shapes(main: Lambda) -> None:
    seen: set[int] = set()
    for node in all_nodes(main):
        if id(node) in seen:
            raise Malformed(f"stands in two places: {_described(node)}")
        seen.add(id(node))
        span = getattr(node, "span", None)
        if type(span) is not tuple or len(span) != 4:
            raise Malformed(f"does not know where it stands: {_described(node)}")
        problem = _problem_of_shape(node)
        if problem:
            raise Malformed(f"{problem}: {_described(node)}")


def _problem_of_shape(node: Node) -> str:
    if type(node) in (Sequence, And, Or) and not children(node):
        return "has no parts"
    if type(node) is Call and (node.function is None) != bool(node.helper):
        return "calls neither a function nor a helper, or both"
    if type(node) is SetAll and len(node.variables) != len(node.values):
        return "has more variables than values, or fewer"
    return ""


# --- variables ------------------------------------------------------------------------------------


def _bound_by(node: Node) -> list[Variable]:
    """Returns the variables that a node binds, but for those of definitions within a body."""
    if type(node) is Lambda:
        return [*node.parameters, *([] if node.rest is None else [node.rest])]
    if type(node) is Let:
        return [variable for variable, _ in node.bindings]
    if isinstance(node, (NamedLet, ForEach, Try, Kept)):
        return [node.variable]
    return []


def _verify_binders(main: Lambda) -> None:
    bound: set[Variable] = set()
    defined: set[Variable] = set()
    for node in all_nodes(main):
        if type(node) is Define:
            defined.add(node.variable)
        for variable in _bound_by(node):
            if variable in bound:
                raise Malformed(f"binds {variable.name} once more: {_described(node)}")
            bound.add(variable)
    for variable in bound & defined:
        raise Malformed(f"{variable.name} is bound and defined")


# A node to walk, or a variable that becomes visible (True) or goes out of sight.
_Step = Node | tuple[Variable, bool]


def _verify_uses(main: Lambda) -> None:
    """Walks in the order of evaluation, with the set of the variables that can be seen."""
    # Functions of one body see one another, so definitions are visible in all of it.
    visible = {node.variable for node in all_nodes(main) if type(node) is Define}
    stack: list[_Step] = [main]
    while stack:
        step = stack.pop()
        if isinstance(step, tuple):
            variable, is_bound = step
            (visible.add if is_bound else visible.discard)(variable)
            continue
        used = [step.variable] if type(step) is Local else assigned_by(step)
        for variable in used:
            if variable not in visible:
                raise Malformed(f"uses {variable.name}, which is not bound: {_described(step)}")
        stack += reversed(list(_steps(step)))


def _steps(node: Node) -> Iterator[_Step]:
    """Yields the parts of a node and what it binds, in the order of evaluation."""
    own = _bound_by(node)
    if type(node) is Let:
        for variable, value in node.bindings:
            if variable.letrec:
                yield variable, True
            yield value
            yield variable, True
        yield node.body
    elif type(node) is NamedLet:
        yield from node.arguments
        yield node.variable, True
        yield node.function
    elif type(node) is Kept:
        yield node.value
        yield node.variable, True  # for all that is evaluated later
        return
    else:
        # What a node binds is seen by the last of its parts alone.
        parts = children(node)
        yield from parts[:-1]
        for variable in own:
            yield variable, True
        yield from parts[-1:]
    for variable in own:
        yield variable, False


# --- loops ----------------------------------------------------------------------------------------


def _verify_jumps(main: Lambda, tails: Tails) -> None:
    reached: set[Lambda] = set()
    allowed: dict[Lambda, set[int]] = {}

    def body_of_loop(node: Node) -> tuple[Node, ...]:
        if type(node) is NamedLet and node.function in tails.loops:
            return (node.function.body,)
        return ()

    for jump in all_nodes(main):
        loop = tails.jumps.get(jump) if type(jump) is Call else None
        if loop is None or type(jump) is not Call:
            continue
        reached.add(loop)
        if loop not in allowed:
            allowed[loop] = {id(node) for node in tail_positions(loop.body, body_of_loop)}
        if id(jump) not in allowed[loop]:
            raise Malformed(f"is not the last thing in its loop: {_described(jump)}")
        if len(jump.arguments) != len(loop.parameters):
            raise Malformed(f"brings too few values, or too many: {_described(jump)}")
    for node in all_nodes(main):
        if type(node) is Lambda and (node in tails.repeating) != (node in reached):
            raise Malformed(f"is marked wrongly as a loop: {_described(node)}")
        if type(node) is NamedLet and node.function in tails.loops:
            _verify_name(node, tails)


def _verify_name(node: NamedLet, tails: Tails) -> None:
    """Checks that the name of a loop stands only where it is the callee of a jump."""
    callees = set()
    for each in all_nodes(node.function.body):
        if type(each) is Call and tails.jumps.get(each) is node.function:
            callees.add(id(each.function))
    for each in all_nodes(node.function.body):
        if type(each) is Local and each.variable is node.variable and id(each) not in callees:
            raise Malformed(f"uses the name of a loop as a value: {_described(each)}")
