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

import ast
from collections.abc import Callable
from typing import Any

from lispcore.analysis import Facts
from lispcore.core import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    Finally,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    SetGlobal,
    SetLocal,
    Span,
    Try,
    Variable,
    While,
)
from lispcore.values import EMPTY, FALSE, TRUE, Keyword

LOAD = ast.Load()
STORE = ast.Store()

# An expression nested deeper than this is cut by a temporary: Python's own compiler recurses in C.
MAXIMUM_DEPTH = 24

Typed = tuple[ast.expr, str]  # an expression and what is known of its value: "num", "str", "any"


class Place:
    """Where a value goes, and the statements that follow it there (``break`` out of a loop)."""

    __slots__ = ("after", "kind", "name")

    def __init__(self, kind: str, name: str = "", after: tuple[ast.stmt, ...] = ()) -> None:
        self.kind = kind  # "return", "result" (return, but not as a tail call), "assign", "drop"
        self.name = name
        self.after = after


RETURN = Place("return")
RESULT = Place("result")
DROP = Place("drop")


class Unit:
    """What the emitters of one unit share: constants, counters, what is known of globals."""

    def __init__(self, facts: Facts, constants: dict[str, Any], first_constant: int) -> None:
        self.facts = facts
        self.constants = constants
        self.next_constant = first_constant
        self.next_name = 0
        self.guarded: set[str] = set()  # globals that earlier units rely on, see `SetGlobal`

    def unique(self, base: str) -> str:
        """Returns a Python name that is used nowhere else in the unit."""
        self.next_name += 1
        return f"{base} {self.next_name}"

    def constant_name(self, value: Any) -> str:
        """Returns the global under which generated code finds a value that Python cannot write."""
        if type(value) is Keyword:
            name = f":{value.name}"
        else:
            self.next_constant += 1
            name = f" c{self.next_constant}"
        self.constants[name] = value
        return name


def mangle(name: str) -> str:
    """Returns the Python name of a Lisp global: the same but for Python's three constants."""
    return name + " " if name in ("None", "True", "False", "__debug__") else name


def position(span: Span) -> dict[str, Any]:
    """Returns the position arguments of a Python node for a span."""
    line, column, end_line, end_column = span
    if line < 1:
        return {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
    return {
        "lineno": line,
        "col_offset": column - 1,
        "end_lineno": end_line,
        "end_col_offset": max(end_column - 1, 0),
    }


def load(name: str, span: Span) -> ast.expr:
    """Returns the use of a Python name."""
    return ast.Name(name, LOAD, **position(span))


def literal(value: Any, span: Span) -> ast.expr:
    """Returns a Python constant."""
    return ast.Constant(value, **position(span))


def call_helper(name: str, arguments: list[ast.expr], span: Span) -> ast.expr:
    """Returns the call of a helper of the runtime."""
    return ast.Call(load(" " + name, span), arguments, [], **position(span))


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python comparison."""
    return ast.Compare(left, [operator], [right], **position(span))


def either(test: ast.expr, then: ast.expr, otherwise: ast.expr, span: Span) -> ast.expr:
    """Returns a Python conditional expression."""
    return ast.IfExp(test, then, otherwise, **position(span))


def is_stable(node: ast.expr) -> bool:
    """Tells whether an expression gives the same value after any statement."""
    if type(node) is ast.Constant:
        return True
    return type(node) is ast.Name and (node.id[0] in " :" or getattr(node, "stable", False))


class FunctionEmitter:
    """Writes the Python function of one `Lambda`."""

    def __init__(self, unit: Unit, function: Lambda, outer: FunctionEmitter | None) -> None:
        self.unit = unit
        self.function = function
        self.outer = outer
        self.block: list[ast.stmt] = []
        self.nonlocals: dict[str, None] = {}
        self.globals: dict[str, None] = {}
        self.known: dict[Variable, str] = {}  # facts about variables from code that has run
        self.trail: list[Variable] = []
        self.loops: dict[Lambda, tuple[int, str]] = {}  # inlined loop -> (depth, flag of its exit)
        self.loop_stack: list[Lambda] = []
        self.boxes: set[Variable] = set()
        self.makers: list[ast.stmt] = []  # see `function_with_copies`; written at the very top
        self.depth = 0

    # --- names and values ------------------------------------------------------------------------

    def name_variable(self, variable: Variable) -> str:
        """Gives a variable its Python name when it is bound."""
        if not variable.python_name:
            variable.python_name = self.unit.unique(variable.name)
        return variable.python_name

    def read(self, variable: Variable, span: Span) -> ast.expr:
        """Returns the use of a variable."""
        name = load(self.name_variable(variable), span)
        if variable.boxed:
            return ast.Subscript(name, literal(0, span), LOAD, **position(span))
        if not variable.assigned:
            name.stable = True  # type: ignore[attr-defined]
        return name

    def bind(self, variable: Variable, value: ast.expr, span: Span) -> None:
        """Writes the first assignment of a variable."""
        if variable.boxed:
            value = ast.List([value], LOAD, **position(span))
        self.assign_name(self.name_variable(variable), value, span)

    def make_box(self, variable: Variable, span: Span) -> None:
        """Writes the empty box of a variable that gets its value later."""
        self.boxes.add(variable)
        empty = ast.List([load(" unset", span)], LOAD, **position(span))
        self.assign_name(self.name_variable(variable), empty, span)

    def assign_name(self, name: str, value: ast.expr, span: Span) -> None:
        """Writes an assignment to a Python name."""
        target = ast.Name(name, STORE, **position(span))
        self.block.append(ast.Assign([target], value, **position(span)))

    def constant(self, value: Any, span: Span) -> ast.expr:
        """Returns an expression for any value."""
        kind = type(value)
        if value is None or kind is float or kind is bool:
            if kind is float and value != value:
                return load(self.unit.constant_name(value), span)
            return literal(value, span)
        if kind is int:
            if value.bit_length() > 512:
                return load(self.unit.constant_name(value), span)
            return literal(value, span)
        if kind is str:
            try:
                value.encode()
            except UnicodeEncodeError:
                return load(self.unit.constant_name(value), span)
            return literal(value, span)
        if value is TRUE:
            return load(" #t", span)
        if value is FALSE:
            return load(" #f", span)
        if value is EMPTY:
            return load(" ()", span)
        if kind is tuple and all(type(item) is int or type(item) is str for item in value):
            return literal(value, span)
        return load(self.unit.constant_name(value), span)

    def hold(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns a name for a value, so that it can be used several times."""
        if type(value) in (ast.Name, ast.Constant):
            return value
        name = self.unit.unique("held")
        self.assign_name(name, value, span)
        result = load(name, span)
        result.stable = True  # type: ignore[attr-defined]
        return result

    def hold_copy(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns a new name for what a value is now."""
        name = self.unit.unique("held")
        self.assign_name(name, value, span)
        return load(name, span)

    def note(self, node: Node, kind: str) -> None:
        """Remembers that a variable has turned out to be of a kind."""
        if type(node) is Local:
            variable = node.variable
            if not variable.assigned and not variable.boxed and variable not in self.known:
                self.known[variable] = kind
                self.trail.append(variable)

    def forget(self, mark: int) -> None:
        """Takes back what was noted since the trail had this length."""
        while len(self.trail) > mark:
            del self.known[self.trail.pop()]

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
        self.into(node, Place("assign", name))
        result = load(name, node.span)
        result.stable = True  # type: ignore[attr-defined]
        return result, "any"

    def arguments(self, nodes: list[Node]) -> list[Typed]:
        """Writes expressions that Python will evaluate in order, whatever statements they need."""
        results: list[Typed] = []
        for node in nodes:
            start = len(self.block)
            result = self.typed(node)
            if len(self.block) > start:
                # The statements of this argument come before the expressions of the earlier ones:
                # keep the order by computing those first.
                inserted: list[ast.stmt] = []
                for index, (earlier, kind) in enumerate(results):
                    if not is_stable(earlier):
                        span = nodes[index].span
                        name = self.unit.unique("argument")
                        target = ast.Name(name, STORE, **position(span))
                        inserted.append(ast.Assign([target], earlier, **position(span)))
                        replacement = load(name, span)
                        replacement.stable = True  # type: ignore[attr-defined]
                        results[index] = (replacement, kind)
                self.block[start:start] = inserted
            results.append(result)
        return results

    def plain_arguments(self, nodes: list[Node]) -> list[ast.expr]:
        """Returns the expressions of `arguments` without what is known of them."""
        return [value for value, _ in self.arguments(nodes)]

    def in_block(self, write: Callable[[], Any]) -> tuple[list[ast.stmt], Any]:
        """Runs a writer with an empty block; returns that block and the writer's result."""
        saved, self.block = self.block, []
        mark = len(self.trail)
        result = write()
        self.forget(mark)
        block, self.block = self.block, saved
        return block, result

    def condition(self, node: Node) -> ast.expr:
        """Returns an expression whose Python truth is the truth of the node's value."""
        kind = type(node)
        if kind is Call and node.expansion is None:  # type: ignore[attr-defined]
            from lispcore.primitives import condition_of

            written = condition_of(self, node)  # type: ignore[arg-type]
            if written is not None:
                return written
        elif kind is Constant:
            return literal(node.value is not None and node.value is not FALSE, node.span)  # type: ignore[attr-defined]
        elif kind is And or kind is Or:
            written = self.logic_condition(node)
            if written is not None:
                return written
        elif kind is Bind:
            value = self.walrus(node.variable, self.expression(node.value), node.span)  # type: ignore[attr-defined]
            return ast.Tuple([value], LOAD, **position(node.span))
        elif kind is If:
            written = self.if_condition(node)  # type: ignore[arg-type]
            if written is not None:
                return written
        return self.truth(self.expression(node), node.span)

    def truth(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns the test that a value is neither #f nor nil."""
        if type(value) is ast.IfExp and _is_boolean_choice(value):
            return value.test
        first = value
        if type(value) is not ast.Name:
            name = self.unit.unique("truth")
            target = ast.Name(name, STORE, **position(span))
            first = ast.NamedExpr(target, value, **position(span))
            value = load(name, span)
        not_false = compare(first, ast.IsNot(), load(" #f", span), span)
        not_nil = compare(value, ast.IsNot(), literal(None, span), span)
        return ast.BoolOp(ast.And(), [not_false, not_nil], **position(span))

    def logic_condition(self, node: Any) -> ast.expr | None:
        """Returns and/or as a Python condition, or None if a later part needs statements."""
        operator = ast.And() if type(node) is And else ast.Or()
        parts = [self.condition(node.parts[0])]
        mark = len(self.trail)
        for part in node.parts[1:]:
            saved, self.block = self.block, []
            written = self.condition(part)
            extra, self.block = self.block, saved
            if extra:
                self.forget(mark)
                return self.logic_statements(node, parts, part, written, extra)
            parts.append(written)
        self.forget(mark)  # the later parts may not have run
        return ast.BoolOp(operator, parts, **position(node.span))

    def logic_statements(
        self,
        node: Any,
        done: list[ast.expr],
        part: Node,
        written: ast.expr,
        extra: list[ast.stmt],
    ) -> ast.expr:
        """Writes and/or whose later parts need statements; the truth ends up in a name."""
        span = node.span
        name = self.unit.unique("holds")
        operator = ast.And() if type(node) is And else ast.Or()
        first = done[0] if len(done) == 1 else ast.BoolOp(operator, done, **position(span))
        self.assign_name(name, first, span)
        test: ast.expr = load(name, span)
        if type(node) is Or:
            test = ast.UnaryOp(ast.Not(), test, **position(span))
        saved, self.block = self.block, extra
        self.assign_name(name, written, span)
        index = node.parts.index(part)
        rest = node.parts[index + 1 :]
        if rest:
            kind = type(node)
            tail = rest[0] if len(rest) == 1 else kind(rest, span)
            inner, value = self.in_block(lambda: self.condition(tail))
            again: ast.expr = load(name, span)
            if kind is Or:
                again = ast.UnaryOp(ast.Not(), again, **position(span))
            target = ast.Name(name, STORE, **position(span))
            inner.append(ast.Assign([target], value, **position(span)))
            self.block.append(ast.If(again, inner, [], **position(span)))
        block, self.block = self.block, saved
        self.block.append(ast.If(test, block, [], **position(span)))
        return load(name, span)

    def if_condition(self, node: If) -> ast.expr | None:
        """Returns a choice between two conditions as one Python condition, if that is possible."""
        if not (_is_truth_like(node.then) or _is_truth_like(node.otherwise)):
            return None
        test = self.condition(node.test)
        then_block, then = self.in_block(lambda: self.condition(node.then))
        else_block, otherwise = self.in_block(lambda: self.condition(node.otherwise))
        if not then_block and not else_block:
            return either(test, then, otherwise, node.span)
        name = self.unit.unique("holds")
        for block, value in ((then_block, then), (else_block, otherwise)):
            target = ast.Name(name, STORE, **position(node.span))
            block.append(ast.Assign([target], value, **position(node.span)))
        self.block.append(ast.If(test, then_block, else_block, **position(node.span)))
        return load(name, node.span)

    def walrus(self, variable: Variable, value: ast.expr, span: Span) -> ast.expr:
        """Returns an assignment to a variable as an expression that gives the new value."""
        if variable.boxed:
            box = load(self.name_variable(variable), span)
            return call_helper("set_box", [box, value], span)
        self.declare_outer(variable)
        target = ast.Name(self.name_variable(variable), STORE, **position(span))
        return ast.NamedExpr(target, value, **position(span))

    def declare_outer(self, variable: Variable) -> None:
        """Declares a variable of an outer function before it is assigned here."""
        if variable.home is not self.function:
            self.nonlocals[self.name_variable(variable)] = None

    # --- statements -------------------------------------------------------------------------------

    def finish(self, value: ast.expr, place: Place, span: Span) -> None:
        """Delivers a value to a place."""
        if place.kind in ("return", "result"):
            self.block.append(ast.Return(value, **position(span)))
            return
        if place.kind == "assign":
            self.assign_name(place.name, value, span)
        elif type(value) not in (ast.Constant, ast.Name) or not is_stable(value):
            self.block.append(ast.Expr(value, **position(span)))
        self.block.extend(place.after)

    def finished(self, value: ast.expr, place: Place, span: Span) -> list[ast.stmt]:
        """Returns the statements that deliver a value to a place."""
        return self.in_block(lambda: self.finish(value, place, span))[0]

    def into(self, node: Node, place: Place) -> None:
        """Writes a node as statements that deliver its value to a place."""
        writer = STATEMENTS.get(type(node))
        if writer is not None:
            writer(self, node, place)
        else:
            self.finish(self.expression(node), place, node.span)

    def branch(self, node: Node, place: Place) -> list[ast.stmt]:
        """Returns the statements of one branch."""
        block, _ = self.in_block(lambda: self.into(node, place))
        return block or [ast.Pass(**position(node.span))]


def _is_boolean_choice(node: ast.IfExp) -> bool:
    return (
        type(node.body) is ast.Name
        and node.body.id == " #t"
        and type(node.orelse) is ast.Name
        and node.orelse.id == " #f"
    )


def _is_truth_like(node: Node) -> bool:
    return type(node) is Constant and (node.value in (None,) or node.value in (TRUE, FALSE))


# --- writers of expressions ---------------------------------------------------------------------


def write_constant(em: FunctionEmitter, node: Constant) -> Typed:
    kind = type(node.value)
    known = "num" if kind in (int, float) else "str" if kind is str else "any"
    return em.constant(node.value, node.span), known


def write_local(em: FunctionEmitter, node: Local) -> Typed:
    variable = node.variable
    return em.read(variable, node.span), em.known.get(variable, variable.kind)


def write_global(em: FunctionEmitter, node: Global) -> Typed:
    return load(mangle(node.name), node.span), "any"


def write_if(em: FunctionEmitter, node: If) -> Typed:
    test = em.condition(node.test)
    start_mark = len(em.trail)
    then_block, then = em.in_block(lambda: em.typed(node.then))
    else_block, otherwise = em.in_block(lambda: em.typed(node.otherwise))
    em.forget(start_mark)
    kind = then[1] if then[1] == otherwise[1] else "any"
    if not then_block and not else_block:
        return either(test, then[0], otherwise[0], node.span), kind
    name = em.unit.unique("value")
    for block, value in ((then_block, then[0]), (else_block, otherwise[0])):
        target = ast.Name(name, STORE, **position(node.span))
        block.append(ast.Assign([target], value, **position(node.span)))
    em.block.append(ast.If(test, then_block, else_block, **position(node.span)))
    result = load(name, node.span)
    result.stable = True  # type: ignore[attr-defined]
    return result, kind


def make_boxes(em: FunctionEmitter, node: Sequence) -> None:
    """Writes the empty boxes of a body's definitions: its functions may see one another early."""
    stack: list[Node] = [node]
    while stack:
        each = stack.pop()
        if type(each) is Define and each.variable.boxed:
            em.make_box(each.variable, each.span)
        elif type(each) is Sequence:
            stack.extend(each.parts)


def write_sequence(em: FunctionEmitter, node: Sequence) -> Typed:
    make_boxes(em, node)
    for part in node.parts[:-1]:
        em.into(part, DROP)
    return em.typed(node.parts[-1])


def bind_all(em: FunctionEmitter, node: Let) -> None:
    """Writes the bindings of a let."""
    for variable, value in node.bindings:
        if type(value) is Lambda and not variable.boxed:
            if not value.name:
                value.name = variable.name
            write_function(em, value, em.name_variable(variable))
            continue
        written, kind = em.typed(value)
        em.bind(variable, written, value.span)
        if kind == "num" and not variable.assigned:
            em.note(Local(variable, node.span), kind)


def write_let(em: FunctionEmitter, node: Let) -> Typed:
    bind_all(em, node)
    return em.typed(node.body)


def write_lambda(em: FunctionEmitter, node: Lambda) -> Typed:
    return write_function(em, node, em.unit.unique(node.name or "<lambda>")), "any"


def write_set_local(em: FunctionEmitter, node: SetLocal) -> Typed:
    value, kind = em.typed(node.value)
    return em.walrus(node.variable, value, node.span), kind


def write_set_global(em: FunctionEmitter, node: SetGlobal) -> Typed:
    name = mangle(node.name)
    em.globals[name] = None
    if node.is_definition and type(node.value) is Lambda:
        needs_guard = node.name in em.unit.guarded and node.value.bounces
        if not needs_guard:
            node.value.name = node.name
            write_function(em, node.value, name)
            return literal(None, node.span), "any"
    value, kind = em.typed(node.value)
    if node.name in em.unit.guarded and kind == "any":
        value = call_helper("settle", [value], node.span)
    if node.is_definition:
        em.assign_name(name, value, node.span)
        return literal(None, node.span), "any"
    target = ast.Name(name, STORE, **position(node.span))
    return ast.NamedExpr(target, value, **position(node.span)), kind


def write_define(em: FunctionEmitter, node: Define) -> Typed:
    define_statement(em, node)
    return literal(None, node.span), "any"


def define_statement(em: FunctionEmitter, node: Define) -> None:
    """Writes the definition of a variable of the body."""
    variable = node.variable
    if variable.boxed:
        if variable not in em.boxes:
            em.make_box(variable, node.span)
        box = em.name_variable(variable)
        value = em.expression(node.value)
        em.block.append(
            ast.Expr(
                call_helper("set_box", [load(box, node.span), value], node.span),
                **position(node.span),
            )
        )
        return
    if type(node.value) is Lambda:
        write_function(em, node.value, em.name_variable(variable))
        return
    em.declare_outer(variable)
    em.bind(variable, em.expression(node.value), node.span)


def write_logic(em: FunctionEmitter, node: Any) -> Typed:
    """Writes and/or for its value: statement by statement into a name."""
    return em.through_place(node)


def write_bind(em: FunctionEmitter, node: Bind) -> Typed:
    em.block.append(
        ast.Expr(
            em.walrus(node.variable, em.expression(node.value), node.span), **position(node.span)
        )
    )
    return load(" #t", node.span), "any"


def write_call(em: FunctionEmitter, node: Call) -> Typed:
    from lispcore.primitives import call_expression

    if node.expansion is not None:
        return em.typed(node.expansion)
    return call_expression(em, node)


# --- functions ----------------------------------------------------------------------------------


def write_function(em: FunctionEmitter, node: Lambda, name: str) -> ast.expr:
    """Writes the definition of a function under a Python name; returns the use of that name."""
    copied = [v for v in node.free if v.home is em.function and v.in_loop]
    if copied and name in em.globals:
        value = function_with_copies(em, node, em.unit.unique(node.name or "<lambda>"), copied)
        em.assign_name(name, value, node.span)
    elif copied:
        value = function_with_copies(em, node, name, copied)
        em.assign_name(name, value, node.span)
    else:
        em.block.append(function_definition(em.unit, node, name, em))
    result = load(name, node.span)
    result.stable = name not in em.globals  # type: ignore[attr-defined]
    return result


def function_with_copies(
    em: FunctionEmitter, node: Lambda, name: str, copied: list[Variable]
) -> ast.expr:
    """Returns a function that keeps the values which loop variables have now.

    A Python function refers to variables of the one around it, which the next round of a loop
    changes; so a small outer function, made once, receives them as its own parameters.
    """
    span = node.span
    maker = em.unit.unique("make")
    names = [em.name_variable(variable) for variable in copied]
    inner = function_definition(em.unit, node, name, em)
    finish = ast.Return(load(name, span), **position(span))
    em.makers.append(_python_function(maker, names, None, [inner, finish], span))
    return ast.Call(load(maker, span), [load(each, span) for each in names], [], **position(span))


def _python_function(
    name: str, parameters: list[str], rest: str | None, body: list[ast.stmt], span: Span
) -> ast.FunctionDef:
    where = position(span)
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(each, None, **where) for each in parameters],
        vararg=None if rest is None else ast.arg(rest, None, **where),
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[],
    )
    extra: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
    return ast.FunctionDef(name, arguments, body, [], None, **extra, **where)


def function_definition(
    unit: Unit, node: Lambda, name: str, outer: FunctionEmitter | None
) -> ast.FunctionDef:
    """Returns the Python function of a lambda."""
    em = FunctionEmitter(unit, node, outer)
    span = node.span
    parameters = [em.name_variable(variable) for variable in node.parameters]
    rest = em.name_variable(node.rest) if node.rest is not None else None
    if node.rest is not None and rest is not None:
        em.assign_name(rest, call_helper("rest_list", [load(rest, span)], span), span)
    for variable in [*node.parameters, *([node.rest] if node.rest else [])]:
        if variable.boxed:
            python_name = em.name_variable(variable)
            box = ast.List([load(python_name, span)], LOAD, **position(span))
            em.assign_name(python_name, box, span)
    if node.self_loop:
        em.loops[node] = (0, "")
        em.loop_stack.append(node)
        body, _ = em.in_block(lambda: em.into(node.body, RETURN))
        em.block.append(ast.While(literal(True, span), body, [], **position(span)))
    else:
        em.into(node.body, RETURN)
    header: list[ast.stmt] = []
    if node.anonymous and node.name:
        # The printer reads it back; see printer.py.
        header.append(ast.Expr(literal("<lambda>", span), **position(span)))
    if em.globals:
        header.append(ast.Global(list(em.globals), **position(span)))
    if em.nonlocals:
        header.append(ast.Nonlocal(list(em.nonlocals), **position(span)))
    return _python_function(name, parameters, rest, [*header, *em.makers, *em.block], span)


# --- writers of statements ----------------------------------------------------------------------


def place_if(em: FunctionEmitter, node: If, place: Place) -> None:
    # A chain of choices (cond) is written in a loop, not by recursion.
    while True:
        test = em.condition(node.test)
        mark = len(em.trail)
        then = em.branch(node.then, place)
        em.forget(mark)
        chosen = ast.If(test, then, [], **position(node.span))
        em.block.append(chosen)
        if type(node.otherwise) is If and place.kind in ("return", "result"):
            # The branch has returned, so what follows needs no else.
            node = node.otherwise
            continue
        if place.kind in ("return", "result"):
            em.into(node.otherwise, place)
        else:
            otherwise = em.branch(node.otherwise, place)
            if not (len(otherwise) == 1 and type(otherwise[0]) is ast.Pass):
                chosen.orelse = otherwise
        break


def place_sequence(em: FunctionEmitter, node: Sequence, place: Place) -> None:
    make_boxes(em, node)
    for part in node.parts[:-1]:
        em.into(part, DROP)
    em.into(node.parts[-1], place)


def place_let(em: FunctionEmitter, node: Let, place: Place) -> None:
    bind_all(em, node)
    em.into(node.body, place)


def place_logic(em: FunctionEmitter, node: Any, place: Place) -> None:
    """Writes and/or: each part is the value as soon as it decides."""
    name = em.unit.unique("part")
    span = node.span
    start = em.block
    for part in node.parts[:-1]:
        value = em.expression(part)
        if not is_stable(value):
            em.assign_name(name, value, part.span)
            value = load(name, part.span)
        test = em.truth(value, part.span)
        if type(node) is And:
            test = ast.UnaryOp(ast.Not(), test, **position(span))
        block = em.finished(value, place, span)
        decided = ast.If(test, block or [ast.Pass(**position(span))], [], **position(span))
        em.block.append(decided)
        if place.kind not in ("return", "result"):
            em.block = decided.orelse
    em.into(node.parts[-1], place)
    em.block = start


def place_call(em: FunctionEmitter, node: Call, place: Place) -> None:
    from lispcore.primitives import tail_call

    if node.expansion is not None:
        em.into(node.expansion, place)
    elif node.jump is not None:
        write_jump(em, node, place)
    elif place.kind == "return":
        tail_call(em, node)
    else:
        em.finish(em.expression(node), place, node.span)


def write_jump(em: FunctionEmitter, node: Call, place: Place) -> None:
    """Writes a call that is the next round of a loop around it."""
    span = node.span
    loop = node.jump
    assert loop is not None
    targets: list[ast.expr] = []
    values: list[ast.expr] = []
    for variable, argument in zip(loop.parameters, em.arguments(node.arguments), strict=True):
        value = argument[0]
        name = em.name_variable(variable)
        if type(value) is ast.Name and value.id == name:
            continue
        if variable.boxed:
            value = ast.List([value], LOAD, **position(span))
        targets.append(ast.Name(name, STORE, **position(span)))
        values.append(value)
    if len(targets) == 1:
        em.block.append(ast.Assign(targets, values[0], **position(span)))
    elif targets:
        target = ast.Tuple(targets, STORE, **position(span))
        value = ast.Tuple(values, LOAD, **position(span))
        em.block.append(ast.Assign([target], value, **position(span)))
    innermost = em.loop_stack[-1]
    if loop is innermost:
        em.block.append(ast.Continue(**position(span)))
        return
    flag = em.loops[innermost][1]
    if flag:
        em.assign_name(flag, literal(True, span), span)
    em.block.append(ast.Break(**position(span)))


def place_named_let(em: FunctionEmitter, node: NamedLet, place: Place) -> None:
    function = node.function
    span = node.span
    if not function.inlined:
        variable = node.variable
        if variable.boxed:
            em.make_box(variable, span)
        define_statement(em, Define(variable, function, span))
        em.into(Call(Local(variable, span), node.arguments, span), place)
        return
    for variable, (value, _) in zip(function.parameters, em.arguments(node.arguments), strict=True):
        em.bind(variable, value, span)
    if not function.self_loop:
        em.into(function.body, place)
        return
    returns = place.kind in ("return", "result")
    flag = ""
    if function.jumps_out and not returns:
        flag = em.unit.unique("again")
        em.assign_name(flag, literal(False, span), span)
    em.loops[function] = (len(em.loop_stack), flag)
    em.loop_stack.append(function)
    leave: tuple[ast.stmt, ...] = () if returns else (ast.Break(**position(span)),)
    inner = Place(place.kind, place.name, leave)
    body, _ = em.in_block(lambda: em.into(function.body, inner))
    em.loop_stack.pop()
    em.block.append(ast.While(literal(True, span), body, [], **position(span)))
    if flag:
        again: list[ast.stmt] = [ast.Continue(**position(span))]
        em.block.append(ast.If(load(flag, span), again, [], **position(span)))
    em.block.extend(place.after)


def place_while(em: FunctionEmitter, node: While, place: Place) -> None:
    span = node.span
    test_block, test = em.in_block(lambda: em.condition(node.test))
    body = em.branch(node.body, DROP)
    if test_block:
        stop: list[ast.stmt] = [ast.Break(**position(span))]
        leave = ast.If(ast.UnaryOp(ast.Not(), test, **position(span)), stop, [], **position(span))
        loop = ast.While(literal(True, span), [*test_block, leave, *body], [], **position(span))
    else:
        loop = ast.While(test, body, [], **position(span))
    em.block.append(loop)
    em.finish(literal(None, span), place, span)


def place_for_each(em: FunctionEmitter, node: ForEach, place: Place) -> None:
    span = node.span
    items = em.expression(node.iterable)
    variable = node.variable
    name = em.name_variable(variable)

    def write() -> None:
        if variable.boxed:
            box = ast.List([load(name, span)], LOAD, **position(span))
            em.assign_name(name, box, span)
        em.into(node.body, DROP)

    body, _ = em.in_block(write)
    target = ast.Name(name, STORE, **position(span))
    body = body or [ast.Pass(**position(span))]
    em.block.append(ast.For(target, items, body, [], **position(span)))
    em.finish(literal(None, span), place, span)


def place_try(em: FunctionEmitter, node: Try, place: Place) -> None:
    span = node.span
    returns = place.kind in ("return", "result")
    body = em.branch(node.body, RESULT if returns else place)
    caught = em.unit.unique("error")
    held = em.name_variable(node.variable)
    target = ast.Name(held, STORE, **position(span))
    keep: ast.expr = load(caught, span)
    if node.variable.boxed:
        keep = ast.List([keep], LOAD, **position(span))
    handler: list[ast.stmt] = [ast.Assign([target], keep, **position(span))]
    if not returns:
        handler += em.branch(node.handler, place)
    clause = ast.ExceptHandler(load(" Exception", span), caught, handler, **position(span))
    em.block.append(ast.Try(body, [clause], [], [], **position(span)))
    if returns:
        # Outside the except clause the handler can end in a tail call.
        em.into(node.handler, place)


def place_finally(em: FunctionEmitter, node: Finally, place: Place) -> None:
    span = node.span
    inner = RESULT if place.kind in ("return", "result") else Place(place.kind, place.name)
    body = em.branch(node.body, inner)
    cleanup = em.branch(node.cleanup, DROP)
    em.block.append(ast.Try(body, [], [], cleanup, **position(span)))
    em.block.extend(place.after)


def place_set_local(em: FunctionEmitter, node: SetLocal, place: Place) -> None:
    if place.kind != "drop" or node.variable.boxed:
        em.finish(em.expression(node), place, node.span)
        return
    value = em.expression(node.value)
    em.declare_outer(node.variable)
    em.assign_name(em.name_variable(node.variable), value, node.span)
    em.block.extend(place.after)


def place_set_all(em: FunctionEmitter, node: SetAll, place: Place) -> None:
    span = node.span
    values = em.plain_arguments(node.values)
    if any(variable.boxed for variable in node.variables):
        held = [em.hold_copy(value, span) for value in values]
        for variable, value in zip(node.variables, held, strict=True):
            written = em.walrus(variable, value, span)
            em.block.append(ast.Expr(written, **position(span)))
    else:
        targets: list[ast.expr] = []
        for variable in node.variables:
            em.declare_outer(variable)
            targets.append(ast.Name(em.name_variable(variable), STORE, **position(span)))
        target = ast.Tuple(targets, STORE, **position(span))
        value = ast.Tuple(values, LOAD, **position(span))
        em.block.append(ast.Assign([target], value, **position(span)))
    em.finish(literal(None, span), place, span)


def place_define(em: FunctionEmitter, node: Define, place: Place) -> None:
    define_statement(em, node)
    em.finish(literal(None, node.span), place, node.span)


EXPRESSIONS: dict[type, Callable[[FunctionEmitter, Any], Typed]] = {
    Constant: write_constant,
    Local: write_local,
    Global: write_global,
    If: write_if,
    Sequence: write_sequence,
    Let: write_let,
    Lambda: write_lambda,
    SetLocal: write_set_local,
    SetGlobal: write_set_global,
    Define: write_define,
    Bind: write_bind,
    Call: write_call,
    And: write_logic,
    Or: write_logic,
}

STATEMENTS: dict[type, Callable[[FunctionEmitter, Any, Place], None]] = {
    If: place_if,
    Sequence: place_sequence,
    Let: place_let,
    And: place_logic,
    Or: place_logic,
    Call: place_call,
    NamedLet: place_named_let,
    While: place_while,
    ForEach: place_for_each,
    Try: place_try,
    Finally: place_finally,
    Define: place_define,
    SetLocal: place_set_local,
    SetAll: place_set_all,
}
