"""Lists in loops, kept as an array and a length instead of as list values.

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

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed, expression_writer
from lispcore.compiler.emit.occurrence_typing import in_branch
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
    unary,
)
from lispcore.compiler.facts.library_calls import library_call
from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    Define,
    ForEach,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Span,
    Variable,
    While,
)
from lispcore.core.walking import all_nodes, children
from lispcore.running.runtime import KEEP
from lispcore.values.types import EMPTY, List

# How many items these skip.
STEPS = {"cdr": 1, "rest": 1, "cddr": 2, "cdddr": 3}
# Where the item stands that these give.
ITEMS = {"car": 0, "first": 0, "cadr": 1, "caddr": 2}
# They only read the list that is their one argument.
READERS = frozenset(("null?", "pair?", "nil?", "empty?", "length", "count", *STEPS, *ITEMS))
# Calls of these give a list.
_LISTS = frozenset("list string->list range map filter".split())


class Cursor:
    """One variable that is kept in this way: the names of its array and of its length."""

    __slots__ = ("cells", "count", "is_builder", "is_sure", "private", "variable")

    def __init__(self, variable: Variable, cells: str, count: str) -> None:
        self.variable = variable
        self.cells = cells
        self.count = count  # "" for a builder
        self.is_builder = not count
        # Says whether nobody else sees the array: what was popped from it can be written over.
        self.private = ""
        self.is_sure = True


class Step:
    """What one round does to a cursor: "keep", "drop" (some items), "push" (a value), or "set".

    A push may drop items before: `count` of them, by the call `below`.
    """

    __slots__ = ("below", "count", "kind", "node", "tail")

    def __init__(
        self, kind: str, node: Node | None = None, count: int = 0, below: Call | None = None
    ) -> None:
        self.kind = kind
        self.node = node  # the pushed value (`KEEP` where nothing is pushed), or the new list
        self.count = count
        self.below = below
        self.tail: list[Node] = []  # the uses of the variable itself that the step consists of


# --- finding --------------------------------------------------------------------------------------


def step_of(em: FunctionEmitter, variable: Variable, node: Node) -> Step:
    """Returns what a new value of a variable does to the list that it holds."""
    while True:
        if type(node) is Sequence and len(node.parts) == 1:
            node = node.parts[0]
        elif type(node) is Call and node.expansion is not None:
            node = node.expansion
        else:
            break
    if type(node) is Local and node.variable is variable:
        step = Step("keep", node)
        step.tail.append(node)
        return step
    name = library_call(em.unit.facts, node)
    if name in STEPS and len(node.arguments) == 1:  # type: ignore[attr-defined]
        inner = node.arguments[0]  # type: ignore[attr-defined]
        if type(inner) is Local and inner.variable is variable:
            em.unit.facts.assumed.add(name)
            step = Step("drop", node, STEPS[name])
            step.tail.append(inner)
            return step
    if name == "cons" and len(node.arguments) == 2:  # type: ignore[attr-defined]
        item, inner = node.arguments  # type: ignore[attr-defined]
        if type(inner) is Local and inner.variable is variable:
            em.unit.facts.assumed.add(name)
            step = Step("push", item)
            step.tail.append(inner)
            return step
        dropping = library_call(em.unit.facts, inner)
        if type(inner) is Call and dropping in STEPS and len(inner.arguments) == 1:
            base = inner.arguments[0]
            if type(base) is Local and base.variable is variable:
                em.unit.facts.assumed.update((name, dropping))
                step = Step("push", item, STEPS[dropping], inner)
                step.tail.append(base)
                return step
    if type(node) is If:
        then = step_of(em, variable, node.then)
        otherwise = step_of(em, variable, node.otherwise)
        kinds = {then.kind, otherwise.kind}
        plain = not then.count and not otherwise.count
        if "push" in kinds and kinds <= {"push", "keep"} and plain:
            pushed = [
                Constant(KEEP, node.span) if each.kind == "keep" else each.node
                for each in (then, otherwise)
            ]
            step = Step("push", If(node.test, pushed[0], pushed[1], node.span))  # type: ignore[arg-type]
            step.tail = then.tail + otherwise.tail
            return step
    return Step("set", node)


def _is_list(em: FunctionEmitter, node: Node | None) -> bool:
    """Tells whether a node certainly gives a list."""
    if type(node) is Constant:
        return type(node.value) is List
    while type(node) is Call and node.expansion is not None:
        node = node.expansion
        while type(node) is Let or type(node) is Sequence:
            node = node.body if isinstance(node, Let) else node.parts[-1]
    if type(node) is Call and node.helper == "own_list":
        return True
    name = "" if node is None else library_call(em.unit.facts, node)
    if name not in _LISTS:
        return False
    em.unit.facts.assumed.add(name)
    return True


def _escapes(em: FunctionEmitter, root: Node, variable: Variable, own: set[int]) -> int:
    """Counts the uses of a variable as a value; `own` are those that its steps consist of."""
    found = 0
    for node in all_nodes(root):
        if type(node) is Local:
            found += node.variable is variable and id(node) not in own
        elif type(node) is Call and len(node.arguments) == 1:
            argument = node.arguments[0]
            if type(argument) is Local and argument.variable is variable:
                if id(argument) not in own and library_call(em.unit.facts, node) in READERS:
                    found -= 1
    return found


def _occurrences(root: Node, variable: Variable) -> int:
    return sum(type(each) is Local and each.variable is variable for each in all_nodes(root))


class _Rounds:
    """Counts the uses of a variable as a value in the rounds of a loop that go on."""

    def __init__(
        self, em: FunctionEmitter, function: Lambda, variable: Variable, own: set[int]
    ) -> None:
        self._em = em
        self._function = function
        self._variable = variable
        self._own = own
        self.exits: list[Node] = []  # what is evaluated when the loop ends

    def count(self, node: Node) -> tuple[bool, int]:
        """Returns whether a node can lead to the next round, and the uses in that case."""
        kind = type(node)
        if kind is Call and node.expansion is not None:  # type: ignore[attr-defined]
            return self.count(node.expansion)  # type: ignore[attr-defined]
        if kind is If:
            then = self.count(node.then)  # type: ignore[attr-defined]
            otherwise = self.count(node.otherwise)  # type: ignore[attr-defined]
            if not then[0] and not otherwise[0]:
                return False, 0
            if not then[0]:
                self.exits.append(node.then)  # type: ignore[attr-defined]
            elif not otherwise[0]:
                self.exits.append(node.otherwise)  # type: ignore[attr-defined]
            return True, self.uses(node.test) + then[1] + otherwise[1]  # type: ignore[attr-defined]
        if kind is Let or kind is Sequence:
            before: Iterable[Node]
            if kind is Let:
                before = [value for _, value in node.bindings]  # type: ignore[attr-defined]
                last = node.body  # type: ignore[attr-defined]
            else:
                *before, last = node.parts  # type: ignore[attr-defined]
            goes_on, uses = self.count(last)
            return (True, uses + sum(map(self.uses, before))) if goes_on else (False, 0)
        if any(type(each) is Call and each.jump is self._function for each in all_nodes(node)):
            return True, self.uses(node)
        return False, 0

    def uses(self, node: Node) -> int:
        """Returns all uses as a value below a node."""
        return _escapes(self._em, node, self._variable, self._own)


def loop_cursors(
    em: FunctionEmitter,
    function: Lambda,
    jumps: list[Call],
    initial: list[Node] | None,
    counted: Variable | None,
) -> None:
    """Finds the parameters of a loop that become cursors."""
    for place, variable in enumerate(function.parameters):
        if variable is counted or variable.assigned or variable.captured or variable.boxed:
            continue
        if variable in em.unit.facts.owners:
            continue  # it grows at its end
        steps = [step_of(em, variable, jump.arguments[place]) for jump in jumps]
        own = {id(each) for step in steps for each in step.tail}
        if not any(step.kind in ("drop", "push") for step in steps):
            continue
        rounds = _Rounds(em, function, variable, own)
        uses = rounds.count(function.body)[1]
        once = all(_occurrences(each, variable) <= 1 for each in rounds.exits)
        _make(em, variable, None if initial is None else initial[place], steps, uses, once)


def _make(
    em: FunctionEmitter,
    variable: Variable,
    initial: Node | None,
    steps: list[Step],
    uses: int,
    once: bool,
) -> None:
    """Makes a variable a cursor if that pays.

    `uses` are those as a value inside of the loop; `once` says that behind it there is at most one.
    """
    kinds = {step.kind for step in steps}
    if any(step.kind == "push" and step.count for step in steps):
        kinds.add("drop")
    if uses > ("drop" in kinds):
        return
    # A list that was made just now is nobody else's.
    is_empty = type(initial) is Constant and initial.value is EMPTY
    is_own = is_empty or (initial is not None and library_call(em.unit.facts, initial) == "list")
    name = em.unit.unique(".cells")
    if is_own and once and not uses and kinds <= {"push", "keep"}:
        cursor = Cursor(variable, name, "")
    else:
        cursor = Cursor(variable, name, em.unit.unique(".count"))
        if {"push", "drop"} <= kinds:
            cursor.private = em.unit.unique(".private")
        cursor.is_sure = _is_list(em, initial) and all(
            step.kind != "set" or _is_list(em, step.node) for step in steps
        )
    em.cursors[variable] = cursor


def bound_cursor(em: FunctionEmitter, node: Let, variable: Variable, value: Node) -> None:
    """Makes a variable that is set in a loop within its scope a cursor, if that pays."""
    if variable.captured or variable.boxed or variable.letrec:
        return
    if variable in em.unit.facts.owners:
        return  # it grows at its end
    steps: list[Step] = []
    if not any(_outer_loops(node.body)):
        return
    for each in all_nodes(node.body):
        kind = type(each)
        if kind is SetLocal:
            if each.variable is variable:  # type: ignore[attr-defined]
                steps.append(step_of(em, variable, each.value))  # type: ignore[attr-defined]
        elif kind is SetAll:
            if variable in each.variables:  # type: ignore[attr-defined]
                if any(other.boxed for other in each.variables):  # type: ignore[attr-defined]
                    return
                at = each.variables.index(variable)  # type: ignore[attr-defined]
                steps.append(step_of(em, variable, each.values[at]))  # type: ignore[attr-defined]
        elif kind in (Bind, Define) and each.variable is variable:  # type: ignore[attr-defined]
            return
    if not any(step.kind in ("drop", "push") for step in steps):
        return
    own = {id(each) for step in steps for each in step.tail}
    loops = list(_outer_loops(node.body))
    inside = sum(_escapes(em, loop, variable, own) for loop in loops)
    changing = [loop for loop in loops if _changes(loop, variable)]
    if not changing:
        return
    # A second loop may go on where somebody has seen what the first one left.
    uses = inside if len(changing) == 1 and _all_inside(node.body, changing[0], variable) else 1
    outside = _occurrences(node.body, variable) - _occurrences(changing[0], variable)
    _make(em, variable, value, steps, uses, outside <= 1)


def _outer_loops(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if type(node) in (While, ForEach, NamedLet):
            yield node
        else:
            stack.extend(children(node))


def _changes(root: Node, variable: Variable) -> int:
    """Counts the assignments of a variable below a node."""
    found = 0
    for each in all_nodes(root):
        if type(each) is SetLocal:
            found += each.variable is variable
        elif type(each) is SetAll:
            found += variable in each.variables
    return found


def _all_inside(root: Node, loop: Node, variable: Variable) -> bool:
    return _changes(root, variable) == _changes(loop, variable)


# --- entering and reading -------------------------------------------------------------------------


def enter(em: FunctionEmitter, cursor: Cursor, span: Span) -> None:
    """Writes that a cursor takes the value of its variable."""
    name = load(em.name_variable(cursor.variable), span)
    cells: ast.expr = ast.Attribute(name, "cells", LOAD, **position(span))
    if cursor.is_builder:
        # The array of the empty list is everybody's.
        new = ast.List([], LOAD, **position(span))
        has_items = compare(name, ast.IsNot(), load(" ()", span), span)
        em.assign_name(cursor.cells, either(has_items, cells, new, span), span)
        return
    count = ast.Attribute(name, "count", LOAD, **position(span))
    if cursor.private:
        em.assign_name(cursor.private, literal(False, span), span)
    targets: list[ast.expr] = [
        ast.Name(each, STORE, **position(span)) for each in (cursor.cells, cursor.count)
    ]
    taken: list[ast.stmt] = [
        ast.Assign([target], value, **position(span))
        for target, value in zip(targets, (cells, count), strict=True)
    ]
    if cursor.is_sure:
        em.block.extend(taken)
        return
    misfit = call_helper("misfit", [name], span)
    other: list[ast.stmt] = [
        ast.Assign([target], value, **position(span))
        for target, value in zip(targets, (misfit, literal(-1, span)), strict=True)
    ]
    em.block.append(ast.If(has_type(name, "List", span), taken, other, **position(span)))


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
    empty = load(" ()", span)
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


def is_full(em: FunctionEmitter, cursor: Cursor) -> bool:
    """Tells whether a cursor is known not to be empty."""
    return em.known.get(cursor.variable) == "full"


def read_item(em: FunctionEmitter, cursor: Cursor, index: int, name: str, span: Span) -> ast.expr:
    """Returns an item; what is no list, or too short, is left to the library's function `name`."""
    cells = load(cursor.cells, span)
    count = length(cursor, span)
    at: ast.expr = literal(-1 - index, span)
    if not cursor.is_builder:
        at = binary(count, ast.Sub(), literal(1 + index, span), span)
    item = ast.Subscript(cells, at, LOAD, **position(span))
    if index == 0:
        if is_full(em, cursor):
            return item
        # The head of an empty list is nil.
        return either(cells if cursor.is_builder else count, item, literal(None, span), span)
    is_long = compare(count, ast.Gt(), literal(index, span), span)
    slow = ast.Call(load(name, span), [whole(em, cursor, span, kept=False)], [], **position(span))
    return either(is_long, item, slow, span)


def read_rest(em: FunctionEmitter, cursor: Cursor, skipped: int, name: str, span: Span) -> ast.expr:
    """Returns the list behind the first items."""
    _show(em, cursor, span)
    slow = ast.Call(load(name, span), [whole(em, cursor, span)], [], **position(span))
    return _behind(em, cursor, skipped, span, slow)


def test(em: FunctionEmitter, cursor: Cursor, name: str, span: Span) -> ast.expr | None:
    """Returns one of the predicates of `READERS` as a Python condition."""
    count = load(cursor.cells if cursor.is_builder else cursor.count, span)
    if name == "pair?":
        if cursor.is_builder or cursor.is_sure:
            return count
        return compare(count, ast.Gt(), literal(0, span), span)
    plain = load(em.name_variable(cursor.variable), span)
    is_nil = compare(plain, ast.Is(), literal(None, span), span)
    if name == "nil?":
        if cursor.is_sure:
            return literal(False, span)
        no_list = compare(count, ast.Lt(), literal(0, span), span)
        return ast.BoolOp(ast.And(), [no_list, is_nil], **position(span))
    is_empty = unary(ast.Not(), count, span)
    if cursor.is_sure:
        return is_empty
    if name == "empty?":
        return None
    few = compare(count, ast.Lt(), literal(1, span), span)
    none = compare(count, ast.Eq(), literal(0, span), span)
    either_of = ast.BoolOp(ast.Or(), [none, is_nil], **position(span))
    return ast.BoolOp(ast.And(), [few, either_of], **position(span))


# --- steps ----------------------------------------------------------------------------------------


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
    name = node.call.function.name  # type: ignore[union-attr]
    call = ast.Call(load(name, span), [whole(em, node.cursor, span)], [], **position(span))
    no_list = compare(load(node.cursor.count, span), ast.Lt(), literal(0, span), span)
    em.block.append(ast.If(no_list, [ast.Expr(call, **position(span))], [], **position(span)))
    return literal(None, span), "any"


def plan(
    em: FunctionEmitter,
    pairs: list[tuple[Variable, Node]],
    is_noticed: Callable[[FunctionEmitter, Node], bool],
) -> tuple[list[tuple[Variable, Node]], dict[Variable, Step]]:
    """Returns what has to be evaluated for new values of variables, and the steps of cursors."""
    steps: dict[Variable, Step] = {}
    evaluated: list[tuple[Variable, Node]] = []
    for place, (variable, node) in enumerate(pairs):
        if variable in em.cursors:
            cursor = em.cursors[variable]
            step = steps[variable] = step_of(em, variable, node)
            if step.kind == "drop" and not cursor.is_sure and type(step.node) is Call:
                if any(is_noticed(em, later) for _, later in pairs[place + 1 :]):
                    evaluated.append((variable, RestCheck(cursor, step.node)))
            if step.kind in ("keep", "drop"):
                continue
            assert step.node is not None
            node = step.node
        evaluated.append((variable, node))
    return evaluated, steps


def drop(em: FunctionEmitter, cursor: Cursor, step: Step, span: Span) -> ast.expr:
    """Returns the new length behind the first items; enters what is no list anew."""
    count = load(cursor.count, span)
    less = binary(count, ast.Sub(), literal(step.count, span), span)
    if cursor.is_sure:
        if step.count == 1 and is_full(em, cursor):
            return less
        if step.count == 1:
            return ast.BoolOp(ast.And(), [count, less], **position(span))
        is_long = compare(count, ast.Gt(), literal(step.count, span), span)
        return either(is_long, less, literal(0, span), span)
    assert type(step.node) is Call
    name = step.node.function.name  # type: ignore[union-attr]
    at = step.node.span
    rest = ast.Call(load(name, at), [whole(em, cursor, at, kept=False)], [], **position(at))
    variable = em.name_variable(cursor.variable)
    parts: list[ast.expr] = []
    taken = [
        (variable, rest),
        (cursor.cells, call_helper("cells_of", [load(variable, span)], span)),
    ]
    if cursor.private:
        taken.append((cursor.private, literal(False, span)))
    for target, value in taken:
        written = ast.Name(target, STORE, **position(span))
        parts.append(ast.NamedExpr(written, value, **position(span)))
    parts.append(call_helper("count_of", [load(variable, span)], span))
    both = ast.Tuple(parts, LOAD, **position(span))
    anew = ast.Subscript(both, literal(-1, span), LOAD, **position(span))
    is_long = compare(count, ast.GtE(), literal(step.count, span), span)
    return either(is_long, less, anew, span)


def push(em: FunctionEmitter, cursor: Cursor, value: ast.expr, span: Span) -> None:
    """Writes that a value comes to the front of a cursor's list."""
    cells = load(cursor.cells, span)
    if not cursor.is_builder:
        count = load(cursor.count, span)
        target = ast.Name(cursor.cells, STORE, **position(span))
        size = call_helper("len", [cells], span)
        upto = ast.Slice(None, count, None, **position(span))
        own = ast.Subscript(cells, upto, LOAD, **position(span))
        # Others may have put items of theirs behind the ones that are in use here.
        block: list[ast.stmt] = [ast.Assign([target], own, **position(span))]
        if cursor.private:
            flag = ast.Name(cursor.private, STORE, **position(span))
            block.append(ast.Assign([flag], literal(True, span), **position(span)))
            popped = ast.Slice(count, None, None, **position(span))
            unused = ast.Subscript(cells, popped, ast.Del(), **position(span))
            cut: list[ast.stmt] = [ast.Delete([unused], **position(span))]
            block = [ast.If(load(cursor.private, span), cut, block, **position(span))]
        differs = compare(count, ast.NotEq(), size, span)
        em.block.append(ast.If(differs, block, [], **position(span)))
    append = ast.Attribute(cells, "append", LOAD, **position(span))
    added = ast.Call(append, [value], [], **position(span))
    em.block.append(ast.Expr(added, **position(span)))
    if not cursor.is_builder:
        counted = ast.Name(cursor.count, STORE, **position(span))
        em.block.append(ast.AugAssign(counted, ast.Add(), literal(1, span), **position(span)))


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
        rest = load(name, span)
        if step is not None and step.below is not None:
            at = step.below.span
            function = load(step.below.function.name, at)  # type: ignore[union-attr]
            plain = whole(em, cursor, at, kept=False)
            rest = ast.Call(function, [plain], [], **position(at))
        em.assign_name(name, call_helper("cons", [value, rest], span), span)
        enter(em, cursor, span)

    fast, _ = em.in_block(lambda: _replace(em, cursor, value, span, dropped))
    slow, _ = em.in_block(cons_to_other)
    is_list = compare(load(cursor.count, span), ast.GtE(), literal(dropped, span), span)
    em.block.append(ast.If(is_list, fast, slow, **position(span)))


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
        item = ast.Subscript(load(cursor.cells, span), top, STORE, **position(span))
        em.block.append(ast.Assign([item], value, **position(span)))

    fast, _ = em.in_block(write_over)
    slow, _ = em.in_block(drop_and_push)
    enough = compare(count, ast.GtE(), fewer, span)
    test_ = ast.BoolOp(ast.And(), [load(cursor.private, span), enough], **position(span))
    em.block.append(ast.If(test_, fast, slow, **position(span)))


def push_chosen(em: FunctionEmitter, cursor: Cursor, node: Node, span: Span) -> None:
    """Writes the push of a value that may be `KEEP`, as a statement."""
    if type(node) is If and may_keep(node):
        test_ = em.condition(node.test)
        then, _ = in_branch(em, node, True, lambda: push_chosen(em, cursor, node.then, span))
        otherwise, _ = in_branch(
            em, node, False, lambda: push_chosen(em, cursor, node.otherwise, span)
        )
        if not then:
            test_, then, otherwise = unary(ast.Not(), test_, span), otherwise, []
        em.block.append(ast.If(test_, then, otherwise, **position(span)))
    elif not (type(node) is Constant and node.value is KEEP):
        push_or_enter(em, cursor, em.hold(em.expression(node), span), span)


def may_keep(node: Any) -> bool:
    """Tells whether what a step evaluates may be `KEEP`."""
    return type(node) is If and any(
        (type(each) is Constant and each.value is KEEP) or may_keep(each)
        for each in (node.then, node.otherwise)
    )
