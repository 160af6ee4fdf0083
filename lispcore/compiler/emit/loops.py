"""How loops are written: the next round, and loops that count.

A loop is a named let or a function that calls itself last (analysis.py). In general it becomes
``while True``. One whose variable goes up or down by a fixed integer until it meets a bound that
stays the same becomes a Python ``for`` over a ``range``, which takes half the time: nothing is
compared or added by the program itself. Whether the two ends are integers may turn out only when it
runs; `runtime.Rounds` counts for everything else that can be compared and added to.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import DROP, FunctionEmitter, Place
from lispcore.compiler.emit.list_cursors import (
    RestCheck,
    begin,
    drop,
    enter,
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
from lispcore.compiler.facts.cursors import StepKind
from lispcore.compiler.facts.induction import OPPOSITE, Counting, CountingWhile
from lispcore.compiler.kinds import INTEGERS
from lispcore.core.nodes import (
    Call,
    Lambda,
    Local,
    Node,
    Span,
    Variable,
)
from lispcore.core.walking import all_nodes


def write_loop(
    em: FunctionEmitter,
    function: Lambda,
    inner: Place,
    after: Place,
) -> None:
    """Writes a loop whose variables have their first values.

    Its results go to `inner`; `after` is the same place for code that stands behind the loop.
    """
    span = function.span
    counting = em.unit.induction.loops.get(function)
    for each in function.parameters:
        begin(em, each)
    for each in function.parameters:
        if each in em.cursors:
            enter(em, em.cursors[each], span)
    loop_begins(em, function)
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
    rounds = _rounds(em, counting, name)
    shown = any(
        type(node) is Local and node.variable is variable for node in all_nodes(counting.exit)
    )
    if shown:
        rounds = em.hold_copy(rounds, test)
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
    counting = em.unit.induction.loops.get(loop)
    counted = None if counting is None else counting.variable
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
        if variable in steps and steps[variable].kind is StepKind.PUSH:
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
        if step.kind is StepKind.DROP:
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
