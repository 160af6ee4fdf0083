"""How loops are written: the next round, and loops that count.

A loop is a named let or a function that calls itself last (analysis.py). In general it becomes
``while True``. One whose variable goes up or down by a fixed integer until it meets a bound that
stays the same becomes a Python ``for`` over a ``range``, which takes half the time: nothing is
compared or added by the program itself. Whether the two ends are integers may turn out only when it
runs; `runtime.Rounds` counts for everything else that can be compared and added to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import DROP, FunctionEmitter, Place
from lispcore.compiler.emit.list_cursors import (
    RestCheck,
    drop,
    enter,
    loop_cursors,
    may_keep,
    plan,
    push_chosen,
    push_or_enter,
)
from lispcore.compiler.emit.loop_invariants import loop_begins
from lispcore.compiler.emit.occurrence_typing import forget_changed
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    position,
)
from lispcore.compiler.emit.quiet import is_quiet, may_be_noticed
from lispcore.compiler.emit.updates_in_place import disown, write_round
from lispcore.compiler.facts.analysis import INTEGERS
from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    Define,
    Global,
    If,
    Lambda,
    Let,
    Local,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Span,
    Variable,
    While,
)
from lispcore.core.walking import all_nodes

MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}
OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!="}
AGAINST_ZERO = {"zero?": "=", "positive?": ">", "negative?": "<"}
# Of the same value these always give the same; `length` of a mutable array does not.
UNCHANGING_LENGTHS = frozenset(("string-length", "string/length"))


@dataclass
class Counting:
    """A loop that counts: while `variable` stands in `relation` to `bound`, by `step`."""

    variable: Variable
    relation: str  # as in the program, the variable on the left
    goes_on: bool  # what the relation is while the loop goes on
    bound: Node
    step: int
    test: Call
    round: Node
    exit: Node


# --- finding loops that count ---------------------------------------------------------------------


def counting_loop(em: FunctionEmitter, function: Lambda) -> Counting | None:
    """Returns how a loop counts, if it does."""
    body = function.body
    while type(body) is Sequence and len(body.parts) == 1:
        body = body.parts[0]
    if type(body) is not If or type(body.test) is not Call:
        return None
    sides = _sides(em, body.test)
    if not any(
        type(left) is Local and left.variable in function.parameters for _, left, _ in sides
    ):
        return None  # as most tests; what follows looks at the whole body
    if not function.inlined and _calls_itself(em, function):
        return None  # its loop is short: most of the work is done by those calls
    in_then, jumps = True, _jumps(body.then, function)
    others = _jumps(body.otherwise, function)
    if bool(jumps) == bool(others):
        return None
    if others:
        in_then, jumps = False, others
    found = _relation(em, sides, function, jumps)
    if found is None:
        return None
    variable, relation, bound = found
    step = _step(em, jumps, function.parameters.index(variable), variable)
    if step == 0 or variable.assigned or variable.boxed:
        return None
    if not _leads_to(relation if in_then else OPPOSITE[relation], step):
        return None
    rest, leave = (body.then, body.otherwise) if in_then else (body.otherwise, body.then)
    return Counting(variable, relation, in_then, bound, step, body.test, rest, leave)


def _calls_itself(em: FunctionEmitter, function: Lambda) -> bool:
    """Tells whether a function also calls itself otherwise than last."""
    for node in all_nodes(function.body):
        if type(node) is not Call or node.jump is not None:
            continue
        callee = node.function
        if type(callee) is Local and callee.variable is function.self_variable:
            return True
        if type(callee) is Global and em.unit.facts.functions.get(callee.name) is function:
            return True
    return False


def _leads_to(relation: str, step: int) -> bool:
    """Tells whether steps lead out of a relation (or may, as with "!=")."""
    ways = {"<": step > 0, "<=": step > 0, ">": step < 0, ">=": step < 0, "!=": True}
    return ways.get(relation, False)


def _jumps(node: Node, function: Lambda) -> list[Call]:
    return [each for each in all_nodes(node) if type(each) is Call and each.jump is function]


def _relation(
    em: FunctionEmitter, sides: list[tuple[str, Node, Node]], function: Lambda, jumps: list[Call]
) -> tuple[Variable, str, Node] | None:
    """Returns the variable that a test with these sides compares with a bound, and how."""
    for relation, left, right in sides:
        if type(left) is not Local or left.variable not in function.parameters:
            continue
        if _stays(em, right, function, jumps):
            return left.variable, relation, right
    return None


def _sides(em: FunctionEmitter, test: Call) -> list[tuple[str, Node, Node]]:
    """Returns a comparison of two values as it stands and the other way round."""
    callee = test.function
    if test.expansion is not None or type(callee) is not Global:
        return []
    name = callee.name
    if name not in em.unit.facts.library:
        return []
    sides = test.arguments
    if name in AGAINST_ZERO and len(sides) == 1:
        name = AGAINST_ZERO[name]
        sides = [sides[0], Constant(0, test.span)]
    if name not in MIRRORED or len(sides) != 2:
        return []
    left, right = sides
    return [(name, left, right), (MIRRORED[name], right, left)]


def _stays(em: FunctionEmitter, bound: Node, function: Lambda, jumps: list[Call]) -> bool:
    """Tells whether a bound is the same in every round."""
    if type(bound) is Constant:
        return type(bound.value) is int
    if type(bound) is Call and type(bound.function) is Global and len(bound.arguments) == 1:
        name = bound.function.name
        known = name in em.unit.facts.library and name in UNCHANGING_LENGTHS
        return known and bound.expansion is None and _stays(em, bound.arguments[0], function, jumps)
    if type(bound) is not Local or bound.variable.assigned or bound.variable.boxed:
        return False
    variable = bound.variable
    if variable not in function.parameters:
        return True
    place = function.parameters.index(variable)
    given = [jump.arguments[place] for jump in jumps]
    return all(type(each) is Local and each.variable is variable for each in given)


def _step(em: FunctionEmitter, jumps: list[Call], place: int, variable: Variable) -> int:
    """Returns by how much a variable changes with every round, 0 if that is not fixed."""
    steps = {_change(em, jump.arguments[place], variable) for jump in jumps}
    return steps.pop() if len(steps) == 1 else 0


def _change(em: FunctionEmitter, node: Node, variable: Variable) -> int:
    if type(node) is not Call or type(node.function) is not Global or len(node.arguments) != 2:
        return 0
    name = node.function.name
    if name not in ("+", "-") or name not in em.unit.facts.library:
        return 0
    left, right = node.arguments
    if name == "+" and type(left) is Constant:
        left, right = right, left
    if type(left) is not Local or left.variable is not variable or type(right) is not Constant:
        return 0
    if type(right.value) is not int:
        return 0
    em.unit.facts.assumed.add(name)
    return right.value if name == "+" else -right.value


@dataclass
class CountingWhile:
    """A ``while`` whose last step counts: how, and what is left of its body."""

    counting: Counting
    body: Node


def counting_while(em: FunctionEmitter, node: While) -> CountingWhile | None:
    """Returns how a ``while`` (or ``do``) counts, if it does."""
    test, goes_on = node.test, True
    while type(test) is Call and test.function is None and test.helper == "not":
        test, goes_on = test.arguments[0], not goes_on
    last, body = _without_last(node.body)
    if type(test) is not Call or type(last) not in (SetAll, SetLocal):
        return None
    changed = last.variables if type(last) is SetAll else [last.variable]  # type: ignore[attr-defined]
    values = last.values if type(last) is SetAll else [last.value]  # type: ignore[attr-defined]
    set_inside = _assignments(node)
    for variable, value in zip(changed, values, strict=True):
        step = _change(em, value, variable)
        private = not variable.captured and not variable.boxed
        if not step or not private or set_inside.count(variable) != 1:
            continue
        found = _compared(em, test, variable, set_inside)
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


def _assignments(node: Node) -> list[Variable]:
    """Returns the variables that are assigned below a node, once for each assignment."""
    found: list[Variable] = []
    for each in all_nodes(node):
        if type(each) is SetAll:
            found += each.variables
        elif type(each) in (SetLocal, Bind, Define):
            found.append(each.variable)  # type: ignore[attr-defined]
    return found


def _compared(
    em: FunctionEmitter, test: Call, variable: Variable, set_inside: list[Variable]
) -> tuple[str, Node] | None:
    """Returns how a test compares a variable, and with which bound that stays."""

    def stays(bound: Node) -> bool:
        if type(bound) is Constant:
            return type(bound.value) is int
        if type(bound) is not Local or bound.variable.boxed:
            return False
        other = bound.variable
        return not other.assigned or (not other.captured and other not in set_inside)

    for relation, left, right in _sides(em, test):
        if type(left) is Local and left.variable is variable and stays(right):
            return relation, right
    return None


# --- writing loops --------------------------------------------------------------------------------


def write_loop(
    em: FunctionEmitter,
    function: Lambda,
    inner: Place,
    after: Place,
    initial: list[Node] | None = None,
) -> None:
    """Writes a loop whose variables have their first values (`initial`, where they can be seen).

    Its results go to `inner`; `after` is the same place for code that stands behind the loop.
    """
    span = function.span
    counting = counting_loop(em, function)
    counted = None if counting is None else counting.variable
    jumps = _jumps(function.body, function)
    loop_cursors(em, function, jumps, initial, counted)
    for each in function.parameters:
        if each in em.cursors:
            enter(em, em.cursors[each], span)
    loop_begins(em, function, jumps)
    forget_changed(em)
    if counting is None:
        em.loop_stack.append(function)
        body, _ = em.in_block(lambda: em.into(function.body, inner))
        em.loop_stack.pop()
        em.block.append(ast.While(literal(True, span), body, [], **position(span)))
        return
    variable = counting.variable
    name = em.name_variable(variable)
    test = counting.test.span
    em.unit.facts.assumed.add(counting.test.function.name)  # type: ignore[union-attr]
    rounds = _rounds(em, counting, name)
    shown = any(
        type(node) is Local and node.variable is variable for node in all_nodes(counting.exit)
    )
    if shown:
        rounds = em.hold_copy(rounds, test)
    em.counting[function] = variable
    em.loop_stack.append(function)
    body, _ = em.in_block(lambda: em.into(counting.round, inner))
    em.loop_stack.pop()

    def leave() -> None:
        if shown:
            em.assign_name(name, call_helper("after", [rounds], test), test)
        em.into(counting.exit, after)

    behind, _ = em.in_block(leave)
    target = ast.Name(name, STORE, **position(test))
    em.block.append(ast.For(target, rounds, body, behind, **position(test)))


def write_counting_while(em: FunctionEmitter, loop: CountingWhile) -> None:
    """Writes a ``while`` that counts."""
    counting = loop.counting
    test = counting.test.span
    name = em.name_variable(counting.variable)
    em.unit.facts.assumed.add(counting.test.function.name)  # type: ignore[union-attr]
    rounds = em.hold_copy(_rounds(em, counting, name), test)

    body, _ = em.in_block(lambda: em.into(loop.body, DROP))
    target = ast.Name(name, STORE, **position(test))
    body = body or [ast.Pass(**position(test))]
    em.block.append(ast.For(target, rounds, body, [], **position(test)))
    em.assign_name(name, call_helper("after", [rounds], test), test)


def _rounds(em: FunctionEmitter, counting: Counting, name: str) -> ast.expr:
    """Returns what a counting loop goes through."""
    span = counting.test.span
    bound, kind = em.typed(counting.bound)
    bound = em.hold(bound, span)
    start = load(name, span)
    relation = counting.relation if counting.goes_on else OPPOSITE[counting.relation]
    end = bound
    if relation in ("<=", ">="):
        end = binary(bound, ast.Add(), literal(1 if relation == "<=" else -1, span), span)
    limits = [start, end] if counting.step == 1 else [start, end, literal(counting.step, span)]
    fast = call_helper("range", limits, span)
    tests = []
    if counting.variable.kind not in INTEGERS:
        tests.append(has_type(start, "int", span))
    if kind not in INTEGERS:
        tests.append(has_type(bound, "int", span))
    if relation == "!=":
        before = ast.LtE() if counting.step > 0 else ast.GtE()
        tests.append(compare(start, before, bound, span))
        if abs(counting.step) > 1:
            # It may step over the bound, and then never ends.
            left = binary(bound, ast.Sub(), start, span)
            left = binary(left, ast.Mod(), literal(counting.step, span), span)
            tests.append(compare(left, ast.Eq(), literal(0, span), span))
    if not tests:
        return fast
    details = [literal(counting.step, span), literal(counting.relation, span)]
    slow = call_helper("rounds", [start, bound, *details, literal(counting.goes_on, span)], span)
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, **position(span))
    return either(test, fast, slow, span)


def write_jump(em: FunctionEmitter, node: Call, place: Place) -> None:
    """Writes a call that is the next round of a loop around it."""
    span = node.span
    loop = node.jump
    assert loop is not None
    counted = em.counting.get(loop)
    given = [
        (variable, argument)
        for variable, argument in zip(loop.parameters, node.arguments, strict=True)
        if variable is not counted
    ]
    write_updates(em, given, span)
    innermost = em.loop_stack[-1]
    if loop is innermost:
        em.block.append(ast.Continue(**position(span)))
        return
    flag = em.loops[innermost]
    if flag:
        em.assign_name(flag, literal(True, span), span)
    em.block.append(ast.Break(**position(span)))


def write_updates(em: FunctionEmitter, given: list[tuple[Variable, Node]], span: Span) -> None:
    """Writes new values of several variables, which they all get at one moment.

    A boxed one gets a new box, as the next round of a loop wants it.
    """
    owners = em.unit.facts.owners
    if owners and any(variable in owners for variable, _ in given):
        given = write_round(em, given, span)
    evaluated, steps = plan(em, given, may_be_noticed)
    checks = [node for _, node in evaluated if type(node) is RestCheck]
    if len(evaluated) == len(checks) + 1 and may_keep(evaluated[-1][1]):
        # Nothing else looks at this cursor, so its part comes first.
        for check in checks:
            em.expression(check)
        variable, chosen = evaluated[-1]
        push_chosen(em, em.cursors[variable], chosen, span)
        evaluated = []
    values = em.arguments([node for _, node in evaluated])
    changes: list[tuple[str, ast.expr]] = []
    pushed: list[tuple[Variable, ast.expr, Node]] = []
    entered: list[Variable] = []
    for (variable, node), (value, _) in zip(evaluated, values, strict=True):
        if type(node) is RestCheck:
            continue
        name = em.name_variable(variable)
        if variable in steps and steps[variable].kind == "push":
            pushed.append((variable, value, node))
            continue
        if variable in steps:
            entered.append(variable)
        if type(value) is ast.Name and value.id == name:
            continue
        if variable.boxed:
            value = ast.List([value], LOAD, **position(span))
        changes.append((name, value))
    for variable, step in steps.items():
        if step.kind == "drop":
            cursor = em.cursors[variable]
            changes.append((cursor.count, drop(em, cursor, step, span)))
    are_quiet = all(is_quiet(em, value) for _, value in changes)
    late: list[tuple[Variable, ast.expr, Node]] = []
    for variable, value, node in pushed:
        cursor = em.cursors[variable]
        rest = [other for _, other in changes] + [
            other for _, other, _ in pushed if other is not value
        ]
        alone = not any(_names(other) & {cursor.cells, cursor.count} for other in rest)
        if not may_keep(node) and alone and (not rest or (are_quiet and is_quiet(em, value))):
            push_or_enter(em, cursor, value, span, steps[variable])
            continue
        held = em.unit.unique("held")
        changes.insert(len(late), (held, value))
        late.append((variable, load(held, span), node))
    assign_together(em, changes, span)
    for variable, value, node in late:
        cursor = em.cursors[variable]
        if not may_keep(node):
            push_or_enter(em, cursor, value, span, steps[variable])
            continue
        block, _ = em.in_block(lambda c=cursor, v=value: push_or_enter(em, c, v, span))  # type: ignore[misc]
        kept = compare(value, ast.IsNot(), load(" keep", span), span)
        em.block.append(ast.If(kept, block, [], **position(span)))
    for variable in entered:
        enter(em, em.cursors[variable], span)
    for variable in steps:
        if variable.assigned:
            em.known.pop(variable, None)
    for variable, _ in given:
        if variable in owners:
            disown(em, variable, span)


def assign_together(em: FunctionEmitter, changes: list[tuple[str, ast.expr]], span: Span) -> None:
    """Writes assignments of one moment: one by one where that makes no difference."""
    waiting = changes
    if all(is_quiet(em, value) for _, value in changes):
        waiting = list(changes)
        reads = {name: _names(value) - {name} for name, value in changes}
        while waiting:
            for change in waiting:
                name, value = change
                if not any(name in reads[other] for other, _ in waiting if other != name):
                    waiting.remove(change)
                    em.assign_name(name, value, span)
                    break
            else:
                break
    if len(waiting) == 1:
        em.assign_name(*waiting[0], span)
    elif waiting:
        targets: list[ast.expr] = [ast.Name(name, STORE, **position(span)) for name, _ in waiting]
        values = [value for _, value in waiting]
        target = ast.Tuple(targets, STORE, **position(span))
        value = ast.Tuple(values, LOAD, **position(span))
        em.block.append(ast.Assign([target], value, **position(span)))


def _names(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if type(node) is ast.Name}
