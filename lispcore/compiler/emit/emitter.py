"""Core forms -> Python syntax tree. One `FunctionEmitter` writes one Python function.

Everything in Lisp is an expression, in Python it is not. So each node is written in one of these
ways:

    expression(node)      a Python expression for its value; statements it needs are put before
    condition(node)       a Python expression whose Python truth is the node's truth
    into(node, place)     statements that deliver the value to a `Place`: return, assign or drop it

A name of the program may be any text, so the generated names that are not Lisp globals contain a
space: locals are "name 7", helpers of the runtime " name". Positions are those of the Lisp
source.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.block import Block
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    compare,
    is_stable,
    literal,
    load,
    stable,
)
from lispcore.compiler.emit.representations import Cursor, Key, View
from lispcore.compiler.emit.unit import Unit
from lispcore.compiler.kinds import ANY, BOOL, AnyKind
from lispcore.compiler.meanings import Primitive
from lispcore.core.nodes import (
    And,
    Call,
    Global,
    If,
    Lambda,
    Local,
    Node,
    Or,
    Span,
    Variable,
)

# An expression nested deeper than this is cut by a temporary: Python's own compiler recurses in C.
MAXIMUM_DEPTH = 24

# An expression and what is known of its value.
Typed = tuple[ast.expr, AnyKind]


class PlaceKind(Enum):
    """What becomes of a value that was computed by statements."""

    RETURN = auto()
    RESULT = auto()  # it is returned, too, but a call that gives it is no tail call
    ASSIGN = auto()
    DROP = auto()


class Place:
    """Where a value goes, and the statements that follow it there (``break`` out of a loop)."""

    __slots__ = ("after", "kind", "name", "returns")

    def __init__(self, kind: PlaceKind, name: str = "", after: tuple[ast.stmt, ...] = ()) -> None:
        self.kind = kind
        self.name = name
        self.after = after
        self.returns = kind is PlaceKind.RETURN or kind is PlaceKind.RESULT

    def followed_by(self, after: tuple[ast.stmt, ...]) -> Place:
        """Returns the same place with other statements behind it."""
        return Place(self.kind, self.name, after)

    def takes(self, em: FunctionEmitter, node: Node) -> bool:
        """Writes a node in a way of the place's own; tells whether there is one for it."""
        return False


RETURN = Place(PlaceKind.RETURN)
RESULT = Place(PlaceKind.RESULT)
DROP = Place(PlaceKind.DROP)


N = TypeVar("N", bound=Node, contravariant=True)


class Expressing(Protocol[N]):
    """A writer of nodes of a class as expressions."""

    def __call__(self, em: FunctionEmitter, node: N, /) -> Typed: ...


class Testing(Protocol[N]):
    """A writer of nodes of a class as conditions.

    What it gives None for is written as an expression whose value is tested.
    """

    def __call__(self, em: FunctionEmitter, node: N, /) -> ast.expr | None: ...


class Placing(Protocol[N]):
    """A writer of nodes of a class as statements."""

    def __call__(self, em: FunctionEmitter, node: N, place: Place, /) -> None: ...


# How nodes of each class are written; filled by expressions.py, conditions.py, statements.py.
EXPRESSIONS: dict[type, Expressing[Any]] = {}
TESTS: dict[type, Testing[Any]] = {}
STATEMENTS: dict[type, Placing[Any]] = {}


def expression_writer(kind: type[N]) -> Callable[[Expressing[N]], Expressing[N]]:
    """Enters the decorated function as the writer of expressions for nodes of a class."""

    def enter(writer: Expressing[N]) -> Expressing[N]:
        EXPRESSIONS[kind] = writer
        return writer

    return enter


def condition_writer(kind: type[N]) -> Callable[[Testing[N]], Testing[N]]:
    """Enters the decorated function as the writer of conditions for nodes of a class."""

    def enter(writer: Testing[N]) -> Testing[N]:
        TESTS[kind] = writer
        return writer

    return enter


def statement_writer(kind: type[N]) -> Callable[[Placing[N]], Placing[N]]:
    """Enters the decorated function as the writer of statements for nodes of a class."""

    def enter(writer: Placing[N]) -> Placing[N]:
        STATEMENTS[kind] = writer
        return writer

    return enter


class FunctionEmitter(Block):
    """Writes the Python function of one `Lambda`."""

    def __init__(self, unit: Unit, function: Lambda, outer: FunctionEmitter | None) -> None:
        super().__init__(unit)
        facts = unit.facts
        self.tails, self.kinds = facts.tails, facts.values.kinds
        self.function = function
        self.outer = outer
        self.nonlocals: dict[str, None] = {}
        self.globals: dict[str, None] = {}
        self.held: dict[Variable, AnyKind] = {}  # see `hold_in`
        self.loops: dict[Lambda, str] = {}  # loop -> flag of a jump out of it, "" without one
        self.loop_stack: list[Lambda] = []
        self.boxes: set[Variable] = set()
        self.cursors: dict[Variable, Cursor] = {}
        self.views: dict[Variable, View] = {}
        self.keys: dict[Variable, Key] = {}
        self.makers: list[ast.stmt] = []  # see `function_with_copies`; written at the very top
        self.depth = 0
        self.version = ""  # "direct" or "leaving" of a function that has two, see tail_calls.py

    # --- names and values ------------------------------------------------------------------------

    def hold_in(self, variable: Variable, name: ast.Name, kind: AnyKind) -> None:
        """Lets a variable stand for a Python name and what is known of its value."""
        self.unit.names[variable] = name.id
        self.held[variable] = kind

    def known(self, node: Node) -> Primitive | None:
        """Returns the record of the library's function that a node certainly calls."""
        callee = node.function if type(node) is Call else None
        return self.unit.library.get(callee) if type(callee) is Global else None

    def kind_of(self, node: Local) -> AnyKind:
        """Returns what is known of the value of a variable where a node uses it."""
        known = self.unit.flow.kinds.get(node) or self.kinds.get(node.variable)
        return known or self.held.get(node.variable, ANY)

    def cursor_of(self, node: Node) -> Cursor | None:
        """Returns the cursor that a node reads, see list_cursors.py."""
        return self.cursors.get(node.variable) if type(node) is Local else None

    def read(self, variable: Variable, span: Span) -> ast.expr:
        """Returns the use of a variable."""
        name = self.name_variable(variable)
        if variable in self.scopes.boxed:
            return ast.Subscript(load(name, span), literal(0, span), LOAD, span)
        use = load(name, span) if variable.assigned else stable(name, span)
        use.may_fail = variable.letrec and variable not in self.unit.facts.certain
        return use

    def bind(self, variable: Variable, value: ast.expr, span: Span) -> None:
        """Writes the first assignment of a variable."""
        name = self.name_variable(variable)
        if variable in self.scopes.boxed:
            value = ast.List([value], LOAD, span)
        if variable in self.scopes.captured:
            self.assign_name(name, value, span)
        else:
            self.assign_own(name, value, span)

    def make_box(self, variable: Variable, span: Span) -> None:
        """Writes the empty box of a variable that gets its value later."""
        self.boxes.add(variable)
        empty = ast.List([load(" unset", span)], LOAD, span)
        self.assign_name(self.name_variable(variable), empty, span)

    # --- expressions ------------------------------------------------------------------------------

    def expression(self, node: Node) -> ast.expr:
        """Returns a Python expression for the value of a node."""
        return self.typed(node)[0]

    def typed(self, node: Node) -> Typed:
        """Returns an expression and what is known of its value."""
        writer = EXPRESSIONS.get(type(node))
        if writer is None:
            return self.through_place(node)
        self.depth += 1
        result = writer(self, node)
        self.depth -= 1
        if self.depth and self.depth % MAXIMUM_DEPTH == 0 and type(node) in (Call, If, And, Or):
            return self.hold(result[0], node.span), result[1]
        return result

    def through_place(self, node: Node) -> Typed:
        """Writes a node as statements and returns the name that holds its value."""
        name = self.unit.unique("value")
        self.into(node, Place(PlaceKind.ASSIGN, name))
        return stable(name, node.span), ANY

    def arguments(self, nodes: list[Node]) -> list[Typed]:
        """Writes expressions that Python will evaluate in order, whatever statements they need."""
        results: list[Typed] = []
        kept = 0  # so many of the results are stable
        for node in nodes:
            start = len(self.block)
            result = self.typed(node)
            if len(self.block) > start:
                # The statements of this argument come before the expressions of the earlier ones:
                # keep the order by computing those first.
                inserted: list[ast.stmt] = []
                for index in range(kept, len(results)):
                    earlier, kind = results[index]
                    if not is_stable(earlier):
                        span = nodes[index].span
                        name = self.unit.unique("argument")
                        target = ast.Name(name, STORE, span)
                        inserted.append(ast.Assign([target], earlier, span))
                        results[index] = (stable(name, span), kind)
                self.block[start:start] = inserted
                kept = len(results)
            results.append(result)
        return results

    def plain_arguments(self, nodes: list[Node]) -> list[ast.expr]:
        """Returns the expressions of `arguments` without what is known of them."""
        return [value for value, _ in self.arguments(nodes)]

    def in_block(self, write: Callable[[], Any]) -> tuple[list[ast.stmt], Any]:
        """Runs a writer with an empty block; returns that block and the writer's result."""
        saved, self.block = self.block, []
        result = write()
        block, self.block = self.block, saved
        return block, result

    def condition(self, node: Node) -> ast.expr:
        """Returns an expression whose Python truth is the truth of the node's value."""
        writer = TESTS.get(type(node))
        if writer is not None:
            written = writer(self, node)
            if written is not None:
                return written
        value, kind = self.typed(node)
        if kind == BOOL and not (type(value) is ast.IfExp and _is_boolean_choice(value)):
            return compare(value, ast.Is(), load(" #t", node.span), node.span)
        return self.truth(value, node.span)

    def truth(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns the test that a value is neither #f nor nil."""
        if type(value) is ast.IfExp and _is_boolean_choice(value):
            return value.test
        first = value
        if type(value) is not ast.Name:
            name = self.unit.unique("truth")
            target = ast.Name(name, STORE, span)
            first = ast.NamedExpr(target, value, span)
            value = load(name, span)
        not_false = compare(first, ast.IsNot(), load(" #f", span), span)
        not_nil = compare(value, ast.IsNot(), literal(None, span), span)
        return ast.BoolOp(ast.And(), [not_false, not_nil], span)

    def walrus(self, variable: Variable, value: ast.expr, span: Span) -> ast.expr:
        """Returns an assignment to a variable as an expression that gives the new value."""
        if variable in self.scopes.boxed:
            box = load(self.name_variable(variable), span)
            return call_helper("set_box", [box, value], span)
        self.declare_outer(variable)
        target = ast.Name(self.name_variable(variable), STORE, span)
        return ast.NamedExpr(target, value, span)

    def declare_outer(self, variable: Variable) -> None:
        """Declares a variable of an outer function before it is assigned here."""
        if self.scopes.home.get(variable) is not self.function:
            self.nonlocals[self.name_variable(variable)] = None

    # --- statements -------------------------------------------------------------------------------

    def finish(self, value: ast.expr, place: Place, span: Span) -> None:
        """Delivers a value to a place."""
        if place.returns:
            self.block.append(ast.Return(value, span))
            return
        if place.kind is PlaceKind.ASSIGN:
            self.assign_name(place.name, value, span)
        elif type(value) not in (ast.Constant, ast.Name) or not is_stable(value):
            self.block.append(ast.Expr(value, span))
        self.block.extend(place.after)

    def finished(self, value: ast.expr, place: Place, span: Span) -> list[ast.stmt]:
        """Returns the statements that deliver a value to a place."""
        return self.in_block(lambda: self.finish(value, place, span))[0]

    def into(self, node: Node, place: Place) -> None:
        """Writes a node as statements that deliver its value to a place."""
        if place.takes(self, node):
            return
        writer = STATEMENTS.get(type(node))
        if writer is not None:
            writer(self, node, place)
        else:
            self.finish(self.expression(node), place, node.span)

    def branch(self, node: Node, place: Place) -> list[ast.stmt]:
        """Returns the statements of one branch."""
        block, _ = self.in_block(lambda: self.into(node, place))
        return block or [ast.Pass(node.span)]


def _is_boolean_choice(node: ast.IfExp) -> bool:
    return (
        type(node.body) is ast.Name
        and node.body.id == " #t"
        and type(node.orelse) is ast.Name
        and node.orelse.id == " #f"
    )
