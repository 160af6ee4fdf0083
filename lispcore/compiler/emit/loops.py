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
    begin,
    enter,
)
from lispcore.compiler.emit.loop_invariants import loop_begins
from lispcore.compiler.emit.numeric_sites import counted_rounds, write_hot_entry
from lispcore.compiler.emit.python_syntax import (
    STORE,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
)
from lispcore.compiler.emit.rounds import write_updates
from lispcore.compiler.facts.induction import OPPOSITE, Counting, CountingWhile
from lispcore.compiler.kinds import INTEGERS
from lispcore.core.nodes import (
    Call,
    Lambda,
    Local,
    Node,
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
    site = em.unit.sites.get(function)
    if counting is None:
        em.loop_stack.append(function)
        body, _ = em.in_block(lambda: write_body(em, function, function.body, inner))
        em.loop_stack.pop()
        if site is not None:
            body = counted_rounds(em, site, body, inner, span)
        em.block.append(ast.While(literal(True, span), body, [], span))
        return
    if site is not None:
        write_hot_entry(
            em, site, counting, after, lambda: _write_counting(em, function, counting, inner, after)
        )
        return
    _write_counting(em, function, counting, inner, after)


def _write_counting(
    em: FunctionEmitter, function: Lambda, counting: Counting, inner: Place, after: Place
) -> None:
    """Writes a loop that counts."""
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
    body, _ = em.in_block(lambda: write_body(em, function, counting.round, inner))
    em.loop_stack.pop()

    def leave() -> None:
        if shown:
            em.assign_name(name, call_helper("after", [rounds], test), test)
        em.into(counting.exit, after)

    behind, _ = em.in_block(leave)
    target = ast.Name(name, STORE, test)
    em.block.append(ast.For(target, rounds, body, behind, test))


def write_body(em: FunctionEmitter, loop: Node, body: Node, place: Place) -> None:
    """Writes the body of a loop, in which what it defines has no value yet."""
    span = body.span
    for variable in em.scopes.early.get(loop, ()):
        if variable in em.scopes.boxed:
            em.make_box(variable, span)
        elif em.scopes.home.get(variable) is em.function:
            name = em.name_variable(variable)
            em.assign_name(name, literal(None, span), span)
            em.block.append(ast.Delete([ast.Name(name, ast.Del(), span)], span))
    em.into(body, place)


def write_counting_while(em: FunctionEmitter, loop: CountingWhile) -> None:
    """Writes a ``while`` that counts."""
    counting = loop.counting
    test = counting.test.span
    name = em.name_variable(counting.variable)
    rounds = em.hold_copy(_rounds(em, counting, name), test)

    body, _ = em.in_block(lambda: em.into(loop.body, DROP))
    target = ast.Name(name, STORE, test)
    body = body or [ast.Pass(test)]
    em.block.append(ast.For(target, rounds, body, [], test))
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
    if em.kinds.get(counting.variable) not in INTEGERS:
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
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
    return either(test, fast, slow, span)


def write_jump(em: FunctionEmitter, node: Call, place: Place) -> None:
    """Writes a call that is the next round of a loop around it."""
    span = node.span
    loop = em.tails.jumps[node]
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
        em.block.append(ast.Continue(span))
        return
    flag = em.loops[innermost]
    if flag:
        em.assign_name(flag, literal(True, span), span)
    em.block.append(ast.Break(span))
