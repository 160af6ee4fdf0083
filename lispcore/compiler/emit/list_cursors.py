"""Strength reduction of lists: in loops they are kept as an array and a length.

A loop that walks down a list, ``(loop (cdr xs))``, or builds one up, ``(loop (cons x xs))``, would
make a list value in every round. Such a variable becomes a *cursor*: two Python variables hold
what a `List` consists of (types.py), and a step changes the length alone or appends. Where the
program uses the list as a value, one is made.

A variable may hold something else than a list. The length is -1 then, the value stands in the
variable itself, and the array is a `Misfit`, which answers as ``car`` does. A cursor is *sure* if
that cannot happen. A *builder* begins empty and only grows, and nobody sees it before the loop has
ended: its array is its own, and its length that of the array.
"""

from __future__ import annotations

from collections.abc import Set as Set_
from enum import Enum, auto
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed, expression_writer
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
    unary,
)
from lispcore.compiler.emit.representations import Cursor
from lispcore.compiler.facts.cursors import KEEP, Step, StepKind
from lispcore.compiler.kinds import ANY
from lispcore.core.nodes import (
    Call,
    Constant,
    If,
    Node,
    Span,
    Variable,
)


class Question(Enum):
    """What is asked of a list."""

    PAIR = auto()  # whether it has items
    NIL = auto()
    NULL = auto()  # whether it is empty or nil
    EMPTY = auto()


# --- entering and reading -------------------------------------------------------------------------


def begin(em: FunctionEmitter, variable: Variable) -> None:
    """Gives a variable that is a cursor its names."""
    found = em.unit.cursors.variables.get(variable)
    if found is not None:
        cells = em.unit.unique(".cells")
        count = "" if found.is_builder else em.unit.unique(".count")
        private = em.unit.unique(".private") if found.is_private else ""
        em.cursors[variable] = Cursor(variable, cells, count, private, found.is_sure)


def enter(em: FunctionEmitter, cursor: Cursor, span: Span) -> None:
    """Writes that a cursor takes the value of its variable."""
    name = load(em.name_variable(cursor.variable), span)
    cells: ast.expr = ast.Attribute(name, "cells", LOAD, span)
    if cursor.is_builder:
        # The array of the empty list is everybody's.
        new = ast.List([], LOAD, span)
        has_items = compare(name, ast.IsNot(), load(" ()", span), span)
        em.assign_name(cursor.cells, either(has_items, cells, new, span), span)
        return
    count = ast.Attribute(name, "count", LOAD, span)
    if cursor.private:
        em.assign_name(cursor.private, literal(False, span), span)
    targets: list[ast.expr] = [ast.Name(each, STORE, span) for each in (cursor.cells, cursor.count)]
    taken: list[ast.stmt] = [
        ast.Assign([target], value, span)
        for target, value in zip(targets, (cells, count), strict=True)
    ]
    if cursor.is_sure:
        em.block.extend(taken)
        return
    misfit = call_helper("misfit", [name], span)
    other: list[ast.stmt] = [
        ast.Assign([target], value, span)
        for target, value in zip(targets, (misfit, literal(-1, span)), strict=True)
    ]
    em.block.append(ast.If(has_type(name, "List", span), taken, other, span))


def length(cursor: Cursor, span: Span) -> ast.expr:
    """Returns the number of items; -1 if it is no list."""
    if cursor.is_builder:
        return call_helper("len", [load(cursor.cells, span)], span)
    return load(cursor.count, span)


def whole(em: FunctionEmitter, cursor: Cursor, span: Span, *, kept: bool = True) -> ast.expr:
    """Returns the value of a cursor as a list; `kept`: somebody may keep it."""
    if kept:
        _show(em, cursor, span)
    return _behind(em, cursor, 0, span, None)


def _show(em: FunctionEmitter, cursor: Cursor, span: Span) -> None:
    """Writes that others may see the array from now on."""
    if cursor.private:
        em.assign_name(cursor.private, literal(False, span), span)


def _behind(
    em: FunctionEmitter, cursor: Cursor, skipped: int, span: Span, slow: ast.expr | None
) -> ast.expr:
    """Returns the list behind the first items; `slow` if there are not more than these."""
    count = length(cursor, span)
    cells = load(cursor.cells, span)
    rest = count if not skipped else binary(count, ast.Sub(), literal(skipped, span), span)
    made = call_helper("List", [cells, rest], span)
    empty: ast.expr = load(" ()", span)
    if skipped:
        is_long = compare(count, ast.Gt(), literal(skipped, span), span)
        if not cursor.is_sure and slow is not None:
            is_list = compare(count, ast.GtE(), literal(0, span), span)
            empty = either(is_list, empty, slow, span)
        return either(is_long, made, empty, span)
    if cursor.is_builder:
        return either(cells, made, empty, span)
    if cursor.is_sure:
        return either(count, made, empty, span)
    plain = load(em.name_variable(cursor.variable), span)
    is_full = compare(count, ast.Gt(), literal(0, span), span)
    return either(is_full, made, either(count, plain, empty, span), span)


def is_full(em: FunctionEmitter, node: Call) -> bool:
    """Tells whether the cursor that a call looks into is known not to be empty there."""
    return node.arguments[0] in em.unit.flow.full


def read_item(em: FunctionEmitter, cursor: Cursor, index: int, node: Call, span: Span) -> ast.expr:
    """Returns an item; what is no list, or too short, is left to the library's function."""
    cells = load(cursor.cells, span)
    count = length(cursor, span)
    at: ast.expr = literal(-1 - index, span)
    if not cursor.is_builder:
        at = binary(count, ast.Sub(), literal(1 + index, span), span)
    item = ast.Subscript(cells, at, LOAD, span)
    if index == 0:
        if is_full(em, node):
            return item
        # The head of an empty list is nil.
        return either(cells if cursor.is_builder else count, item, literal(None, span), span)
    is_long = compare(count, ast.Gt(), literal(index, span), span)
    name = load(node.global_name, span)
    slow = ast.Call(name, [whole(em, cursor, span, kept=False)], [], span)
    return either(is_long, item, slow, span)


def read_rest(
    em: FunctionEmitter, cursor: Cursor, skipped: int, node: Call, span: Span
) -> ast.expr:
    """Returns the list behind the first items."""
    _show(em, cursor, span)
    slow = ast.Call(load(node.global_name, span), [whole(em, cursor, span)], [], span)
    return _behind(em, cursor, skipped, span, slow)


def test(em: FunctionEmitter, cursor: Cursor, asked: Question, span: Span) -> ast.expr | None:
    """Returns a question about a cursor as a Python condition; None: it is not asked in place."""
    count = load(cursor.cells if cursor.is_builder else cursor.count, span)
    if asked is Question.PAIR:
        if cursor.is_builder or cursor.is_sure:
            return count
        return compare(count, ast.Gt(), literal(0, span), span)
    plain = load(em.name_variable(cursor.variable), span)
    is_nil = compare(plain, ast.Is(), literal(None, span), span)
    if asked is Question.NIL:
        if cursor.is_sure:
            return literal(False, span)
        no_list = compare(count, ast.Lt(), literal(0, span), span)
        return ast.BoolOp(ast.And(), [no_list, is_nil], span)
    is_empty = unary(ast.Not(), count, span)
    if cursor.is_sure:
        return is_empty
    if asked is Question.EMPTY:
        return None
    few = compare(count, ast.Lt(), literal(1, span), span)
    none = compare(count, ast.Eq(), literal(0, span), span)
    either_of = ast.BoolOp(ast.Or(), [none, is_nil], span)
    return ast.BoolOp(ast.And(), [few, either_of], span)


# --- steps ----------------------------------------------------------------------------------------


class Stepped(Node):
    """The new value of a cursor, with the step that it is."""

    __slots__ = ("step",)

    def __init__(self, step: Step, span: Span) -> None:
        self.step = step
        self.span = span


class RestCheck(Node):
    """The error of a step along what is no list, at the moment at which it is due.

    The step itself is written behind the other new values of a round. If one of these does
    something that can be noticed, the error must come before.
    """

    __slots__ = ("call", "cursor")

    def __init__(self, cursor: Cursor, call: Call) -> None:
        self.cursor = cursor
        self.call = call
        self.span = call.span


@expression_writer(RestCheck)
def write_rest_check(em: FunctionEmitter, node: RestCheck) -> Typed:
    """Writes a call that fails for what is no list; a vector is walked along without an error."""
    span = node.span
    name = node.call.global_name
    call = ast.Call(load(name, span), [whole(em, node.cursor, span)], [], span)
    no_list = compare(load(node.cursor.count, span), ast.Lt(), literal(0, span), span)
    em.block.append(ast.If(no_list, [ast.Expr(call, span)], [], span))
    return literal(None, span), ANY


def plan(
    em: FunctionEmitter,
    pairs: list[tuple[Variable, Node]],
    noticed: Set_[Variable],
) -> tuple[list[tuple[Variable, Node]], dict[Variable, Step]]:
    """Returns what has to be evaluated for new values of variables, and the steps of cursors."""
    steps: dict[Variable, Step] = {}
    evaluated: list[tuple[Variable, Node]] = []
    for place, (variable, node) in enumerate(pairs):
        if variable in em.cursors:
            cursor = em.cursors[variable]
            step = node.step if type(node) is Stepped else em.unit.cursors.step(node)
            steps[variable] = step
            if step.kind is StepKind.DROP and not cursor.is_sure and type(step.node) is Call:
                if any(later in noticed for later, _ in pairs[place + 1 :]):
                    evaluated.append((variable, RestCheck(cursor, step.node)))
            if step.kind is StepKind.KEEP or step.kind is StepKind.DROP:
                continue
            node = step.node
        evaluated.append((variable, node))
    return evaluated, steps


def drop(em: FunctionEmitter, cursor: Cursor, step: Step, span: Span) -> ast.expr:
    """Returns the new length behind the first items; enters what is no list anew."""
    count = load(cursor.count, span)
    less = binary(count, ast.Sub(), literal(step.count, span), span)
    if cursor.is_sure:
        if step.count == 1 and type(step.node) is Call and is_full(em, step.node):
            return less
        if step.count == 1:
            return ast.BoolOp(ast.And(), [count, less], span)
        is_long = compare(count, ast.Gt(), literal(step.count, span), span)
        return either(is_long, less, literal(0, span), span)
    assert type(step.node) is Call
    name = step.node.global_name
    at = step.node.span
    rest = ast.Call(load(name, at), [whole(em, cursor, at, kept=False)], [], at)
    variable = em.name_variable(cursor.variable)
    parts: list[ast.expr] = []
    taken: list[tuple[str, ast.expr]] = [
        (variable, rest),
        (cursor.cells, call_helper("cells_of", [load(variable, span)], span)),
    ]
    if cursor.private:
        taken.append((cursor.private, literal(False, span)))
    for target, value in taken:
        written = ast.Name(target, STORE, span)
        parts.append(ast.NamedExpr(written, value, span))
    parts.append(call_helper("count_of", [load(variable, span)], span))
    both = ast.Tuple(parts, LOAD, span)
    anew = ast.Subscript(both, literal(-1, span), LOAD, span)
    is_long = compare(count, ast.GtE(), literal(step.count, span), span)
    return either(is_long, less, anew, span)


def push(em: FunctionEmitter, cursor: Cursor, value: ast.expr, span: Span) -> None:
    """Writes that a value comes to the front of a cursor's list."""
    cells = load(cursor.cells, span)
    if not cursor.is_builder:
        count = load(cursor.count, span)
        target = ast.Name(cursor.cells, STORE, span)
        size = call_helper("len", [cells], span)
        upto = ast.Slice(None, count, None, span)
        own = ast.Subscript(cells, upto, LOAD, span)
        # Others may have put items of theirs behind the ones that are in use here.
        block: list[ast.stmt] = [ast.Assign([target], own, span)]
        if cursor.private:
            flag = ast.Name(cursor.private, STORE, span)
            block.append(ast.Assign([flag], literal(True, span), span))
            popped = ast.Slice(count, None, None, span)
            unused = ast.Subscript(cells, popped, ast.Del(), span)
            cut: list[ast.stmt] = [ast.Delete([unused], span)]
            block = [ast.If(load(cursor.private, span), cut, block, span)]
        differs = compare(count, ast.NotEq(), size, span)
        em.block.append(ast.If(differs, block, [], span))
    append = ast.Attribute(cells, "append", LOAD, span)
    added = ast.Call(append, [value], [], span)
    em.block.append(ast.Expr(added, span))
    if not cursor.is_builder:
        counted = ast.Name(cursor.count, STORE, span)
        em.block.append(ast.AugAssign(counted, ast.Add(), literal(1, span), span))


def push_or_enter(
    em: FunctionEmitter, cursor: Cursor, value: ast.expr, span: Span, step: Step | None = None
) -> None:
    """Writes a push to what may be no list; the step says how many items are dropped before."""
    dropped = step.count if step is not None else 0
    if dropped and type(value) is not ast.Constant:
        value = em.hold_copy(value, span)  # it may be the length, which changes before
    if cursor.is_sure:
        _replace(em, cursor, value, span, dropped)
        return

    def cons_to_other() -> None:
        name = em.name_variable(cursor.variable)
        rest: ast.expr = load(name, span)
        if step is not None and step.below is not None:
            at = step.below.span
            function = load(step.below.global_name, at)
            plain = whole(em, cursor, at, kept=False)
            rest = ast.Call(function, [plain], [], at)
        em.assign_name(name, call_helper("cons", [value, rest], span), span)
        enter(em, cursor, span)

    fast, _ = em.in_block(lambda: _replace(em, cursor, value, span, dropped))
    slow, _ = em.in_block(cons_to_other)
    is_list = compare(load(cursor.count, span), ast.GtE(), literal(dropped, span), span)
    em.block.append(ast.If(is_list, fast, slow, span))


def _replace(
    em: FunctionEmitter, cursor: Cursor, value: ast.expr, span: Span, dropped: int
) -> None:
    """Writes a push to a list that loses some items before."""
    if not dropped:
        push(em, cursor, value, span)
        return
    count = load(cursor.count, span)
    fewer = literal(dropped, span)

    def drop_and_push() -> None:
        is_long = compare(count, ast.Gt(), fewer, span)
        less = either(is_long, binary(count, ast.Sub(), fewer, span), literal(0, span), span)
        em.assign_name(cursor.count, less, span)
        push(em, cursor, value, span)

    def write_over() -> None:
        if dropped > 1:
            less = binary(count, ast.Sub(), literal(dropped - 1, span), span)
            em.assign_name(cursor.count, less, span)
        top = binary(count, ast.Sub(), literal(1, span), span)
        item = ast.Subscript(load(cursor.cells, span), top, STORE, span)
        em.block.append(ast.Assign([item], value, span))

    fast, _ = em.in_block(write_over)
    slow, _ = em.in_block(drop_and_push)
    enough = compare(count, ast.GtE(), fewer, span)
    test_ = ast.BoolOp(ast.And(), [load(cursor.private, span), enough], span)
    em.block.append(ast.If(test_, fast, slow, span))


def push_chosen(em: FunctionEmitter, cursor: Cursor, node: Node, span: Span) -> None:
    """Writes the push of a value that may be `KEEP`, as a statement."""
    if type(node) is If and may_keep(node):
        test_ = em.condition(node.test)
        then, _ = em.in_block(lambda: push_chosen(em, cursor, node.then, span))
        otherwise, _ = em.in_block(lambda: push_chosen(em, cursor, node.otherwise, span))
        if not then:
            test_, then, otherwise = unary(ast.Not(), test_, span), otherwise, []
        em.block.append(ast.If(test_, then, otherwise, span))
    elif not (type(node) is Constant and node.value is KEEP):
        push_or_enter(em, cursor, em.hold(em.expression(node), span), span)


def may_keep(node: Any) -> bool:
    """Tells whether what a step evaluates may be `KEEP`."""
    return type(node) is If and any(
        (type(each) is Constant and each.value is KEEP) or may_keep(each)
        for each in (node.then, node.otherwise)
    )
