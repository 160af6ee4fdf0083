"""Destructive updates: of maps and lists that nobody but a variable can see, see owners.py.

::

    (set! m (assoc m k v))   if own is not None: own[k] = v
                             else: m, own = own_entry(m, k, v)
    (f m)                    own = None, and then f(m)
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Place, PlaceKind, Typed
from lispcore.compiler.emit.map_writers import as_key
from lispcore.compiler.emit.owners import disown, is_owned, owner_of
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    compare,
    has_type,
    is_simple,
    literal,
    load,
)
from lispcore.compiler.facts.ownership import chain
from lispcore.compiler.meanings import Change
from lispcore.core.nodes import Call, Local, NamedLet, Node, SetLocal, Span, Variable
from lispcore.core.walking import value_parts


def set_owned(em: FunctionEmitter, node: SetLocal) -> None:
    """Writes ``set!`` of a variable with an owner, as a statement."""
    variable, span = node.variable, node.span
    name = em.name_variable(variable)
    if node.value in em.unit.facts.updates:
        em.into(node.value, own_place(em, variable))
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


def own_place(em: FunctionEmitter, variable: Variable) -> OwnPlace:
    """Returns the place of the next value of a variable with an owner."""
    return OwnPlace(em.name_variable(variable), variable)


def write_update(em: FunctionEmitter, node: Node, place: OwnPlace) -> bool:
    """Writes the value of a variable with an owner; tells whether it was one to be written here."""
    variable = place.owner
    if (
        value_parts(node)
        or type(node) is NamedLet
        or (type(node) is Call and node in em.tails.jumps)
    ):
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
        values = simple_values(em, step.arguments[1:], several=len(step.arguments) > size + 1)
        for place in range(0, len(values), size):
            entry = Entry(em, step, change, variable, values[place : place + size])
            fast, _ = em.in_block(entry.change)
            slow, _ = em.in_block(lambda: entry.make(entry.targets()))  # noqa: B023
            em.block.append(ast.If(entry.test(), fast, slow, step.span))


def simple_values(em: FunctionEmitter, nodes: list[Node], *, several: bool = False) -> list[Typed]:
    """Returns the values of nodes as names and constants, evaluated in order.

    `several`: for several changes, the first of which must not change what the others look at.
    """
    return [
        (value if _may_wait(value, several) else em.hold_copy(value, node.span), kind)
        for (value, kind), node in zip(em.arguments(nodes), nodes, strict=True)
    ]


def _may_wait(value: ast.expr, several: bool) -> bool:
    return type(value) is ast.Constant or (is_simple(value) and not several)


# What makes the changed map and its storage.
_MAKERS = {
    Change.PUT: "own_entry",
    Change.REMOVE: "own_without",
    Change.PUT_STEP: "own_put",
}


class Entry:
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
        self.key = as_key(key, kind, self.span)

    def test(self) -> ast.expr:
        """Returns the test that the entry can be changed in place."""
        return is_owned(self.owner, self.span)

    def change(self) -> None:
        """Writes the change in place."""
        span = self.span
        own = load(self.owner.name, span)
        if len(self.values) == 2:
            target = ast.Subscript(own, self.key, STORE, span)
            self.em.block.append(ast.Assign([target], self.values[1], span))
            return
        pop = ast.Attribute(own, "pop", LOAD, span)
        call = ast.Call(pop, [self.key, literal(None, span)], [], span)
        self.em.block.append(ast.Expr(call, span))

    def targets(self) -> list[str]:
        """Returns the names of the variable and its owner."""
        return [self.variable, self.owner.name]

    def make(self, names: list[str]) -> None:
        """Writes the making of the changed map and its storage, if that is its own."""
        made = call_helper(
            _MAKERS[self.how], [load(self.variable, self.span), *self.values], self.span
        )
        assign_all(self.em, names, made, self.span)


def assign_all(em: FunctionEmitter, names: list[str], value: ast.expr, span: Span) -> None:
    """Writes the assignment of the items of a value to several Python names."""
    targets: list[ast.expr] = [ast.Name(name, STORE, span) for name in names]
    target = ast.Tuple(targets, STORE, span)
    em.block.append(ast.Assign([target], value, span))


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
        values = simple_values(em, added.arguments)
        for (key, kind), (value, _) in zip(values[::2], values[1::2], strict=True):
            target = ast.Subscript(load(owner.name, at), as_key(key, kind, at), STORE, at)
            fast.append(ast.Assign([target], value, at))
        other: ast.expr = call_helper("map", [value for value, _ in values], at)
    else:
        other = simple_values(em, [added])[0][0]
        tests.append(has_type(other, "Map", span))
        update = ast.Attribute(own, "update", LOAD, span)
        table = ast.Attribute(other, "table", LOAD, span)
        call = ast.Call(update, [table], [], span)
        fast.append(ast.Expr(call, span))
    made = call_helper("own_merged", [load(name, span), other], span)
    slow, _ = em.in_block(lambda: assign_all(em, [name, owner.name], made, span))
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests, span)
    fast = fast or [ast.Pass(span)]
    em.block.append(ast.If(test, fast, slow, span))


def _write_append(em: FunctionEmitter, step: Call, variable: Variable) -> None:
    """Writes more items at the end of a list."""
    span = step.span
    owner = owner_of(em, variable)
    assert owner is not None
    name, own = em.name_variable(variable), load(owner.name, span)
    added = step.arguments[1:]
    written = _written_items(em, added[0]) if len(added) == 1 else None
    if written is None:
        values = [value for value, _ in simple_values(em, added)]
        more: ast.expr = call_helper("items_of_all", values, span)
    else:
        items = [value for value, _ in simple_values(em, written)]
        more = ast.List(items, LOAD, span)
        values = [call_helper("Vector", [more], span)]
    method = "extend"
    if written is not None and len(written) == 1:
        method, more = "append", items[0]
    extend = ast.Attribute(own, method, LOAD, span)
    call = ast.Call(extend, [more], [], span)
    fast: list[ast.stmt] = [ast.Expr(call, span)]
    made = call_helper("own_appended", [load(name, span), *values], span)
    slow, _ = em.in_block(lambda: assign_all(em, [name, owner.name], made, span))
    em.block.append(ast.If(is_owned(owner, span), fast, slow, span))


def _written_items(em: FunctionEmitter, node: Node) -> list[Node] | None:
    """Returns the items of a list or vector that is written out, with at least one."""
    if type(node) is not Call or not node.arguments:
        return None
    if node.function is None:
        return node.arguments if node.helper == "vector" else None
    known = em.known(node)
    return None if known is None or known.items is None else node.arguments


def _write_rest(em: FunctionEmitter, step: Call, variable: Variable) -> None:
    """Writes the loss of the first item of a list."""
    span = step.span
    owner = owner_of(em, variable)
    assert owner is not None
    size = call_helper("len", [load(owner.name, span)], span)
    is_long = compare(size, ast.Gt(), literal(1, span), span)  # the empty list is another object
    test = ast.BoolOp(ast.And(), [is_owned(owner, span), is_long], span)
    pop = ast.Attribute(load(owner.name, span), "pop", LOAD, span)
    call = ast.Call(pop, [literal(0, span)], [], span)
    fast: list[ast.stmt] = [ast.Expr(call, span)]
    base = Local(variable, step.arguments[0].span)
    rest = Call(step.function, [base], span)

    def make() -> None:
        value = em.expression(rest)  # lets the list go
        em.assign_name(em.name_variable(variable), value, span)

    slow, _ = em.in_block(make)
    em.block.append(ast.If(test, fast, slow, span))
