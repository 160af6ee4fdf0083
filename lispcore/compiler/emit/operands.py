"""The operands of what is written in place of a call: evaluated once and in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.python_syntax import (
    STORE,
    compare,
    either,
    has_type,
    is_simple,
    is_stable,
    literal,
    load,
    mangle,
)
from lispcore.compiler.kinds import ANY, NAT, NUMBERS, AnyKind, Kind, is_of
from lispcore.core.nodes import Call, Span


def twice(em: FunctionEmitter, value: ast.expr, span: Span) -> tuple[ast.expr, ast.expr]:
    """Returns a value for its first use, evaluated there, and for every later use."""
    if is_simple(value):
        return value, value
    name = em.unit.unique("once")
    target = ast.Name(name, STORE, span)
    return ast.NamedExpr(target, value, span), load(name, span)


def held_until(em: FunctionEmitter, values: list[ast.expr], last: int, span: Span) -> None:
    """Puts the values up to one of them into names: whatever they do is done then, and in order."""
    for at, value in enumerate(values[: last + 1]):
        if at < last and is_simple(value) and not is_stable(value):
            values[at] = em.hold_copy(value, span)  # a later one may change it
        else:
            values[at] = em.hold(value, span)


def last_noticed(values: list[ast.expr]) -> int:
    """Returns the index of the last value whose evaluation can be noticed, -1 without one."""
    return max((at for at, value in enumerate(values) if not is_simple(value)), default=-1)


def chained(em: FunctionEmitter, node: Call) -> list[Typed]:
    """Returns the operands of a call that becomes a chain of Python's operators, ``a + b + c``.

    Python applies the first operator before it evaluates the third operand. It may fail if it does
    not get numbers, so then all operands whose evaluation can be noticed are evaluated before.
    """
    typed = em.arguments(node.arguments)
    values = [value for value, _ in typed]
    kinds = [kind for _, kind in typed]
    last = last_noticed(values)
    if last > 1 and not all(kind in NUMBERS for kind in kinds[:last]):
        held_until(em, values, last, node.span)
    return list(zip(values, kinds, strict=True))


Builder = Callable[[list[ast.expr]], ast.expr]


class Operands:
    """The operands of an operation that is written twice: in place, and as a call behind a test.

    They are evaluated once and in order: all are put into names first, but the last that needs one
    gets it inside the test, which is cheaper.
    """

    def __init__(self, em: FunctionEmitter, node: Call) -> None:
        self.em = em
        self.span = node.span
        self.name = node.global_name
        self.known = em.known(node)
        typed = em.arguments(node.arguments)
        self.arguments = node.arguments
        self.values = [value for value, _ in typed]
        self.kinds = [kind for _, kind in typed]
        held = [index for index, value in enumerate(self.values) if not is_simple(value)]
        for index in range(held[-1] if held else 0):
            if is_simple(self.values[index]) and not is_stable(self.values[index]):
                # What is evaluated after it may give the variable another value.
                self.values[index] = em.hold_copy(self.values[index], self.span)
        for index in held[:-1]:
            self.values[index] = em.hold(self.values[index], self.span)
        self.late = held[-1] if held else -1

    def result(self) -> AnyKind:
        """Returns what is known of the result of the library's function."""
        assert self.known is not None
        return self.known.kind_of(self.kinds)

    def settle(self) -> list[ast.expr]:
        """Puts the last one into a name, too; returns the operands."""
        if self.late >= 0:
            self.values[self.late] = self.em.hold(self.values[self.late], self.span)
            self.late = -1
        return self.values

    def choose(
        self,
        types: Mapping[int, Kind],
        fast: Builder,
        *tests: Builder,
        answer: Callable[[ast.expr], ast.expr] | None = None,
    ) -> ast.expr:
        """Returns `fast` if the operands have these types (and `tests` hold), else the call.

        `answer` makes what `fast` gives (a Python condition, say) of the call's value.
        """
        span = self.span
        checks: list[ast.expr] = []
        wanted = {i: name for i, name in types.items() if not is_of(self.kinds[i], name)}
        if self.late >= 0:
            value = self.values[self.late]
            if self.late in wanted:
                first, self.values[self.late] = twice(self.em, value, span)
                checks.append(has_type(first, wanted.pop(self.late), span))
            elif wanted or tests or len(self.values) > 1:
                self.settle()
        checks += [has_type(self.values[i], name, span) for i, name in wanted.items()]
        checks += [test(self.values) for test in tests]
        if not checks:
            return fast(self.values)
        slow: ast.expr = ast.Call(load(mangle(self.name), span), self.values, [], span)
        if answer is not None:
            slow = answer(slow)
        both = checks[0] if len(checks) == 1 else ast.BoolOp(ast.And(), checks, span)
        return either(both, fast(self.values), slow, span)


# Python nests a + b + c …, and its compiler recurses over the nesting.
MAXIMUM_OPERANDS = 100


def within(index: ast.expr, length: ast.expr, span: Span, kind: AnyKind = ANY) -> ast.expr:
    """Returns the test that an index of some kind is neither negative nor too large."""
    if type(index) is ast.Constant and type(index.value) is int and index.value >= 0:
        return compare(length, ast.Gt(), index, span)
    if kind == NAT:
        return compare(index, ast.Lt(), length, span)
    bounds = [index, length]
    return ast.Compare(literal(-1, span), [ast.Lt(), ast.Lt()], bounds, span)
