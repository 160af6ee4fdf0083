"""Changes in place of maps and lists that nobody but a variable can see; see ownership.py.

Beside such a variable stands its owner, a Python variable. It is None while others may know the
value. Otherwise it is the storage itself, which belongs to the variable alone: the dict of a map,
the items of a list that grows at its end, in order.

    (set! m (assoc m k v))   if own is not None: own[k] = v
                             else: m, own = own_entry(m, k, v)
    (f m)                    own = None, and then f(m)

The object of a list that is owned is out of date; it gets its items when the list is let go.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Place, PlaceKind, Typed
from lispcore.compiler.emit.list_cursors import Stepped, may_keep
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    mangle,
)
from lispcore.compiler.emit.quiet import is_quiet_node
from lispcore.compiler.facts.cursors import Step, StepKind
from lispcore.compiler.facts.ownership import Owner, assigns, branches, chain, mentions
from lispcore.compiler.kinds import ANY, FLOAT, INTEGERS, NUM
from lispcore.compiler.library import Change, Part, meaning
from lispcore.core.nodes import (
    Call,
    Constant,
    Local,
    NamedLet,
    Node,
    SetLocal,
    Span,
    Variable,
)


def owner_of(em: FunctionEmitter, variable: Variable) -> Owner | None:
    """Returns the owner of a variable, with the names it has in Python."""
    owner: Owner | None = em.unit.facts.owners.get(variable)
    if owner is not None and not owner.name:
        owner.name = em.unit.unique("own")
    return owner


def is_owned(owner: Owner, span: Span) -> ast.expr:
    """Returns the test that the value belongs to its variable alone."""
    return compare(load(owner.name, span), ast.IsNot(), literal(None, span), span)


def disown(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    """Writes that a variable has got a value that others may know."""
    owner = owner_of(em, variable)
    if owner is not None:
        em.assign_name(owner.name, literal(None, span), span)


def let_go(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    """Writes that others are going to see the value of a variable."""
    owner = owner_of(em, variable)
    if owner is None:
        return
    if owner.kind == "map":
        disown(em, variable, span)
        return

    name, own = load(em.name_variable(variable), span), load(owner.name, span)

    def write() -> None:
        call = call_helper("settle_items", [name, own], span)
        em.block.append(ast.Expr(call, span=span))
        disown(em, variable, span)

    settle, _ = em.in_block(write)
    em.block.append(ast.If(is_owned(owner, span), settle, [], span=span))


def note_use(em: FunctionEmitter, node: Local) -> None:
    """Writes what the use of a variable needs to have done before."""
    if node not in em.unit.facts.peeks:
        let_go(em, node.variable, node.span)


# --- looking into an owned value ------------------------------------------------------------------


def peeked(em: FunctionEmitter, node: Call) -> Owner | None:
    """Returns the owner of the value that a call only looks into."""
    peeks = em.unit.facts.peeks
    looked_at = node.arguments[0] if peeks and node.arguments else None
    if type(looked_at) is not Local or looked_at not in peeks:
        return None
    return owner_of(em, looked_at.variable)


def write_peek(em: FunctionEmitter, node: Call, usual: Callable[[Call], Typed]) -> Typed:
    """Writes a call that only looks into an owned value; `usual` writes it for any other."""
    owner = peeked(em, node)
    assert owner is not None
    span = node.span
    own = load(owner.name, span)
    known = meaning(node, em.unit.facts)
    part = None if known is None else known.peeked_part
    if part is Part.SIZE:
        value, kind = usual(node)
        return either(is_owned(owner, span), call_helper("len", [own], span), value, span), kind
    if owner.kind != "map" and part is Part.FIRST:
        head = ast.Subscript(own, literal(0, span), LOAD, span=span)
        value, kind = usual(node)
        return either(is_owned(owner, span), head, value, span), kind
    if owner.kind != "map" and part is Part.INDEXED:
        return _write_nth(em, node, owner, usual), ANY
    return usual(node)


def _write_nth(
    em: FunctionEmitter, node: Call, owner: Owner, usual: Callable[[Call], Typed]
) -> ast.expr:
    """Writes the item of an owned list at an index."""
    span = node.span
    own = load(owner.name, span)
    list_node, index_node = node.arguments
    index, kind = em.typed(index_node)
    index = em.hold(index, span)
    # The usual way finds the index as it is now, and does not write it again.
    if type(index) is ast.Constant:
        index_node = Constant(index.value, index_node.span)
    elif type(index) is ast.Name:
        held = Variable("index")
        em.hold_in(held, index, kind)
        index_node = Local(held, index_node.span)
    slow = call_helper("list_of", [own], span)
    slow = ast.Call(load(mangle("nth"), span), [slow, index], [], span=span)
    bounds = [index, call_helper("len", [own], span)]
    operators: list[ast.cmpop] = [ast.Lt(), ast.Lt()]
    tests: list[ast.expr] = [ast.Compare(literal(-1, span), operators, bounds, span=span)]
    if kind not in INTEGERS:
        tests.insert(0, has_type(index, "int", span))
    within = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span=span)
    item = ast.Subscript(own, index, LOAD, span=span)
    others, _ = usual(Call(node.function, [list_node, index_node], span))
    return either(is_owned(owner, span), either(within, item, slow, span), others, span)


# --- changes --------------------------------------------------------------------------------------


def set_owned(em: FunctionEmitter, node: SetLocal) -> None:
    """Writes ``set!`` of a variable with an owner, as a statement."""
    variable, span = node.variable, node.span
    name = em.name_variable(variable)
    if node.value in em.unit.facts.updates:
        em.into(node.value, _own_place(em, variable))
        return
    em.assign_name(name, em.expression(node.value), span)
    disown(em, variable, span)


class OwnPlace(Place):
    """The place of a value that is made of the present one of a variable, or replaces it."""

    __slots__ = ("owner",)

    def __init__(self, name: str, owner: Variable, after: tuple[ast.stmt, ...] = ()) -> None:
        super().__init__(PlaceKind.ASSIGN, name, after)
        self.owner = owner

    def followed_by(self, after: tuple[ast.stmt, ...]) -> OwnPlace:
        return OwnPlace(self.name, self.owner, after)

    def takes(self, em: FunctionEmitter, node: Node) -> bool:
        return write_update(em, node, self)


def _own_place(em: FunctionEmitter, variable: Variable) -> OwnPlace:
    return OwnPlace(em.name_variable(variable), variable)


def write_update(em: FunctionEmitter, node: Node, place: OwnPlace) -> bool:
    """Writes the value of a variable with an owner; tells whether it was one to be written here."""
    variable = place.owner
    if branches(node) or type(node) is NamedLet or (type(node) is Call and node in em.tails.jumps):
        return False
    steps = chain(node, variable, em.unit.facts)
    for step, change in steps:
        _write_step(em, step, change, variable)
    if not steps and not (type(node) is Local and node.variable is variable):
        em.assign_name(place.name, em.expression(node), node.span)
        disown(em, variable, node.span)
    em.block.extend(place.after)
    return True


def _write_step(em: FunctionEmitter, step: Call, change: Change, variable: Variable) -> None:
    """Writes one change of the value of a variable."""
    if change is Change.APPEND:
        _write_append(em, step, variable)
    elif change is Change.REST:
        _write_rest(em, step, variable)
    elif change is Change.MERGE:
        _write_merge(em, step, variable)
    else:
        size = 1 if change is Change.REMOVE else 2
        values = _simple_values(em, step.arguments[1:], several=len(step.arguments) > size + 1)
        for place in range(0, len(values), size):
            entry = _Entry(em, step, change, variable, values[place : place + size])
            fast, _ = em.in_block(entry.change)
            slow, _ = em.in_block(lambda: entry.make(entry.targets()))  # noqa: B023
            em.block.append(ast.If(entry.test(), fast, slow, span=step.span))


def _simple_values(em: FunctionEmitter, nodes: list[Node], *, several: bool = False) -> list[Typed]:
    """Returns the values of nodes as names and constants, evaluated in order.

    `several`: for several changes, the first of which must not change what the others look at.
    """
    return [
        (value if _is_simple(value, several) else em.hold_copy(value, node.span), kind)
        for (value, kind), node in zip(em.arguments(nodes), nodes, strict=True)
    ]


def _is_simple(value: ast.expr, several: bool) -> bool:
    return type(value) is ast.Constant or (type(value) is ast.Name and not several)


# What makes the changed map and its storage.
_MAKERS = {
    Change.PUT: "own_entry",
    Change.REMOVE: "own_without",
    Change.PUT_STEP: "own_put",
}


class _Entry:
    """One change of one entry of a map: by itself in place, or by a function of the runtime."""

    def __init__(
        self,
        em: FunctionEmitter,
        step: Call,
        how: Change,
        variable: Variable,
        values: list[Typed],
    ) -> None:
        owner = owner_of(em, variable)
        assert owner is not None
        self.em, self.span, self.owner = em, step.span, owner
        self.how = how
        self.variable = em.name_variable(variable)
        self.values = [value for value, _ in values]
        key, kind = values[0]
        self.may_be_float = _may_be_float(key, kind)

    def test(self) -> ast.expr:
        """Returns the test that the entry can be changed in place."""
        span = self.span
        owned = is_owned(self.owner, span)
        if not self.may_be_float:
            return owned
        kind = call_helper("type", [self.values[0]], span)
        usual = compare(kind, ast.IsNot(), load(" float", span), span)
        return ast.BoolOp(ast.And(), [owned, usual], span=span)

    def change(self) -> None:
        """Writes the change in place."""
        span = self.span
        own = load(self.owner.name, span)
        if len(self.values) == 2:
            target = ast.Subscript(own, self.values[0], STORE, span=span)
            self.em.block.append(ast.Assign([target], self.values[1], span=span))
            return
        pop = ast.Attribute(own, "pop", LOAD, span=span)
        call = ast.Call(pop, [self.values[0], literal(None, span)], [], span=span)
        self.em.block.append(ast.Expr(call, span=span))

    def targets(self) -> list[str]:
        """Returns the names of the variable and its owner."""
        return [self.variable, self.owner.name]

    def make(self, names: list[str]) -> None:
        """Writes the making of the changed map and its storage, if that is its own."""
        made = call_helper(
            _MAKERS[self.how], [load(self.variable, self.span), *self.values], self.span
        )
        _assign_all(self.em, names, made, self.span)


def _assign_all(em: FunctionEmitter, names: list[str], value: ast.expr, span: Span) -> None:
    targets: list[ast.expr] = [ast.Name(name, STORE, span=span) for name in names]
    target = ast.Tuple(targets, STORE, span=span)
    em.block.append(ast.Assign([target], value, span=span))


def _write_merge(em: FunctionEmitter, step: Call, variable: Variable) -> None:
    """Writes the entries of another map into one; those of a literal one by one."""
    owner = owner_of(em, variable)
    assert owner is not None
    span = step.span
    name, own = em.name_variable(variable), load(owner.name, span)
    added = step.arguments[1]
    tests = [is_owned(owner, span)]
    fast: list[ast.stmt] = []
    if type(added) is Call and added.function is None and added.helper == "map":
        at = added.span
        values = _simple_values(em, added.arguments)
        for (key, kind), (value, _) in zip(values[::2], values[1::2], strict=True):
            if _may_be_float(key, kind):
                of_key = call_helper("type", [key], at)
                tests.append(compare(of_key, ast.IsNot(), load(" float", at), at))
            target = ast.Subscript(load(owner.name, at), key, STORE, span=at)
            fast.append(ast.Assign([target], value, span=at))
        other: ast.expr = call_helper("map", [value for value, _ in values], at)
    else:
        other = _simple_values(em, [added])[0][0]
        tests.append(has_type(other, "Map", span))
        update = ast.Attribute(own, "update", LOAD, span=span)
        table = ast.Attribute(other, "table", LOAD, span=span)
        call = ast.Call(update, [table], [], span=span)
        fast.append(ast.Expr(call, span=span))
    made = call_helper("own_merged", [load(name, span), other], span)
    slow, _ = em.in_block(lambda: _assign_all(em, [name, owner.name], made, span))
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span=span)
    fast = fast or [ast.Pass(span=span)]
    em.block.append(ast.If(test, fast, slow, span=span))


def _may_be_float(key: ast.expr, kind: str) -> bool:
    """Tells whether a key may be a float, which stands for itself in no table."""
    constant = type(key) is ast.Constant or (type(key) is ast.Name and key.id[0] == ":")
    return kind == FLOAT or (not constant and kind in (ANY, NUM))


def _write_append(em: FunctionEmitter, step: Call, variable: Variable) -> None:
    """Writes more items at the end of a list."""
    span = step.span
    owner = owner_of(em, variable)
    assert owner is not None
    name, own = em.name_variable(variable), load(owner.name, span)
    added = step.arguments[1:]
    written = _written_items(em, added[0]) if len(added) == 1 else None
    if written is None:
        values = [value for value, _ in _simple_values(em, added)]
        more: ast.expr = call_helper("items_of_all", values, span)
    else:
        items = [value for value, _ in _simple_values(em, written)]
        more = ast.List(items, LOAD, span=span)
        values = [call_helper("Vector", [more], span)]
    method = "extend"
    if written is not None and len(written) == 1:
        method, more = "append", items[0]
    extend = ast.Attribute(own, method, LOAD, span=span)
    call = ast.Call(extend, [more], [], span=span)
    fast: list[ast.stmt] = [ast.Expr(call, span=span)]
    made = call_helper("own_appended", [load(name, span), *values], span)
    slow, _ = em.in_block(lambda: _assign_all(em, [name, owner.name], made, span))
    em.block.append(ast.If(is_owned(owner, span), fast, slow, span=span))


def _written_items(em: FunctionEmitter, node: Node) -> list[Node] | None:
    """Returns the items of a list or vector that is written out, with at least one."""
    if type(node) is not Call or not node.arguments:
        return None
    if node.function is None:
        return node.arguments if node.helper == "vector" else None
    known = meaning(node, em.unit.facts)
    return None if known is None or known.items is None else node.arguments


def _write_rest(em: FunctionEmitter, step: Call, variable: Variable) -> None:
    """Writes the loss of the first item of a list."""
    span = step.span
    owner = owner_of(em, variable)
    assert owner is not None
    size = call_helper("len", [load(owner.name, span)], span)
    is_long = compare(size, ast.Gt(), literal(1, span), span)  # the empty list is another object
    test = ast.BoolOp(ast.And(), [is_owned(owner, span), is_long], span=span)
    pop = ast.Attribute(load(owner.name, span), "pop", LOAD, span=span)
    call = ast.Call(pop, [literal(0, span)], [], span=span)
    fast: list[ast.stmt] = [ast.Expr(call, span=span)]
    base = Local(variable, step.arguments[0].span)
    rest = Call(step.function, [base], span)

    def make() -> None:
        value = em.expression(rest)  # lets the list go
        em.assign_name(em.name_variable(variable), value, span)

    slow, _ = em.in_block(make)
    em.block.append(ast.If(test, fast, slow, span=span))


# --- several variables at a time ------------------------------------------------------------------


def write_round(
    em: FunctionEmitter, given: list[tuple[Variable, Node]], span: Span
) -> list[tuple[Variable, Node]]:
    """Writes the changes in place among the new values of several variables.

    Returns what is left to be evaluated and assigned. A value that is changed in place is changed
    at its turn, so all that stands before is evaluated first if it could tell the difference, and
    nothing behind may look at the old value.
    """
    facts = em.unit.facts
    left: list[tuple[Variable, Node]] = []
    last: list[ast.stmt] = []
    waiting: list[Variable] = []  # change at the very end
    for place, (variable, node) in enumerate(given):
        others = [each for _, each in given[place + 1 :]]
        changed_later = any(assigns(each, variable) for each in others)
        if type(node) is Local and node.variable is variable and not changed_later:
            if variable in facts.owners:
                continue  # the same value, and still nobody else's
        later = [use for each in others for use in mentions(each, variable)]
        if changed_later or node not in facts.updates:
            left.append((variable, node))
        elif not later:
            _evaluate_before(em, left, variable, node)
            em.into(node, _own_place(em, variable))
        elif all(use in facts.peeks for use in later) and _can_wait(em, node, variable):
            _evaluate_all(em, left)
            last.append(_change_later(em, node, variable))
            waiting.append(variable)
        else:
            left.append((variable, node))
    if waiting:
        looking = [
            place
            for place, (_, node) in enumerate(left)
            if any(mentions(node, variable) for variable in waiting)
        ]
        if looking:
            end = looking[-1] + 1
            before = left[:end]
            _evaluate_all(em, before)
            left[:end] = before
        em.block.extend(last)
    return left


def _evaluate_before(
    em: FunctionEmitter, left: list[tuple[Variable, Node]], variable: Variable, node: Node
) -> None:
    """Evaluates what stands before a change, as far as it could tell the difference."""
    values = [each for _, each in left]
    if all(is_quiet_node(em, each) for each in [*values, node]):
        looking = [pair for pair in left if mentions(pair[1], variable)]
        _evaluate_all(em, looking)
        found = dict(looking)
        left[:] = [(each, found.get(each, value)) for each, value in left]
    else:
        _evaluate_all(em, left)


def _evaluate_all(em: FunctionEmitter, left: list[tuple[Variable, Node]]) -> None:
    """Evaluates values in order and puts names in their places."""
    for place, (variable, node) in enumerate(left):
        if type(node) is Constant:
            continue
        if type(node) is Local and node.variable is variable and not variable.assigned:
            continue
        if variable in em.cursors:
            step = em.unit.cursors.step(node)
            if step.kind is StepKind.DROP:
                continue
            if step.kind is StepKind.PUSH and not step.count and not may_keep(step.node):
                item = _held(em, step.node)
                left[place] = (variable, Stepped(Step(StepKind.PUSH, item), node.span))
                continue
        left[place] = (variable, _held(em, node))


class _Held(Variable):
    """A variable that holds what a node was evaluated to."""

    __slots__ = ()


def _held(em: FunctionEmitter, node: Node) -> Node:
    """Evaluates a node and returns one for the value that it has now."""
    if type(node) is Constant or (type(node) is Local and type(node.variable) is _Held):
        return node
    value, kind = em.typed(node)
    held = _Held("held")
    name = em.hold_copy(value, node.span)
    assert type(name) is ast.Name
    em.hold_in(held, name, kind)
    return Local(held, node.span)


def _can_wait(em: FunctionEmitter, node: Node, variable: Variable) -> bool:
    """Tells whether a value is one change of one entry of a map."""
    steps = chain(node, variable, em.unit.facts)
    if len(steps) != 1:
        return False
    sizes = {Change.PUT: 3, Change.REMOVE: 2, Change.PUT_STEP: 3}
    step, change = steps[0]
    return len(step.arguments) == sizes.get(change)


def _change_later(em: FunctionEmitter, node: Node, variable: Variable) -> ast.stmt:
    """Writes a change whose old value is still looked at: its errors; returns the change itself."""
    step, how = chain(node, variable, em.unit.facts)[0]
    span = step.span
    values: list[Typed] = []
    for value, kind in em.arguments(step.arguments[1:]):
        if type(value) is not ast.Constant:  # a name may stand for what changes before the end
            value = em.hold_copy(value, span)
        values.append((value, kind))
    entry = _Entry(em, step, how, variable, values)
    fast = em.hold(entry.test(), span)
    made = [em.unit.unique("made"), em.unit.unique("made")]
    slow, _ = em.in_block(lambda: entry.make(made))
    slow_only = ast.UnaryOp(ast.Not(), fast, span=span)
    em.block.append(ast.If(slow_only, slow, [], span=span))
    change, _ = em.in_block(entry.change)
    pair = ast.Tuple([load(each, span) for each in made], LOAD, span=span)
    take, _ = em.in_block(lambda: _assign_all(em, entry.targets(), pair, span))
    return ast.If(fast, change, take, span=span)
