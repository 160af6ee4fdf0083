"""Copies of core forms with new variables, for putting a function's body into another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    CallSite,
    Constant,
    Define,
    Finally,
    ForEach,
    Global,
    If,
    Kept,
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
    literal_value,
)
from lispcore.reading.positions import LINE_BITS, LINE_MASK


class Copier:
    """Copies nodes; variables bound inside the copy are new ones, all others stay the same."""

    def __init__(self, variables: dict[Variable, Variable] | None = None) -> None:
        self.variables = variables or {}

    def bound(self, variable: Variable) -> Variable:
        """Returns the new variable for one that the copied code binds."""
        new = self.variables.get(variable)
        if new is None:
            new = self.variables[variable] = Variable(variable.name)
            new.assigned, new.letrec = variable.assigned, variable.letrec
            new.number = variable.number
        return new

    def used(self, variable: Variable) -> Variable:
        """Returns the variable that a use in the copy means."""
        return self.variables.get(variable, variable)

    def copy(self, node: Node) -> Any:
        """Returns the copy of a node."""
        return _COPIES[type(node)](self, node)

    def span(self, span: Span) -> Span:
        """Returns where the copy of a node with this span stands."""
        return span

    def copies(self, nodes: list[Node]) -> list[Node]:
        """Returns the copies of several nodes."""
        return [self.copy(node) for node in nodes]


def _call(c: Copier, node: Call) -> Node:
    function = None if node.function is None else c.copy(node.function)
    return Call(function, c.copies(node.arguments), c.span(node.span), node.helper)


def _lambda(c: Copier, node: Lambda) -> Lambda:
    parameters = [c.bound(variable) for variable in node.parameters]
    rest = None if node.rest is None else c.bound(node.rest)
    made = Lambda(node.name, parameters, rest, c.copy(node.body), c.span(node.span))
    made.number, made.anonymous = node.number, node.anonymous
    made.documentation = node.documentation
    return made


def _let(c: Copier, node: Let) -> Let:
    bindings = [(c.bound(variable), c.copy(value)) for variable, value in node.bindings]
    return Let(bindings, c.copy(node.body), c.span(node.span))


def _named_let(c: Copier, node: NamedLet) -> NamedLet:
    arguments = c.copies(node.arguments)
    return NamedLet(c.bound(node.variable), _lambda(c, node.function), arguments, c.span(node.span))


def _try(c: Copier, node: Try) -> Try:
    body = c.copy(node.body)
    variable = c.bound(node.variable)
    return Try(body, variable, c.copy(node.handler), c.span(node.span))


def _define_names(c: Copier, node: Sequence) -> Sequence:
    # Functions of one body see one another, so the names come first.
    for part in node.parts:
        if type(part) is Define:
            c.bound(part.variable)
    return Sequence(c.copies(node.parts), c.span(node.span))


class UnitCopier(Copier):
    """Copies the whole of a unit before the compiler changes it: all its variables are new ones."""

    def used(self, variable: Variable) -> Variable:
        """Returns the variable that a use in the copy means, which may come before its binding."""
        return self.bound(variable)


class InPlaceCopier(Copier):
    """Copies the body of a function to the place of a call of it by some name.

    `given` are the parameters for which an expression of the caller stands. The copy's positions
    say by which call it came there (positions.py); `host` keeps these calls.
    """

    def __init__(
        self,
        host: Lambda,
        target: Lambda,
        name: str,
        call: Span,
        given: dict[Variable, Node] | None = None,
    ) -> None:
        super().__init__()
        self._given = {} if given is None else given  # the caller still fills it
        self._host = host
        self._inner = target.sites
        self._numbers: dict[int, int] = {}
        self._number(0, CallSite(name, call[0], call[1]))

    def _number(self, inner: int, site: CallSite) -> int:
        self._host.sites.append(site)
        number = self._numbers[inner] = len(self._host.sites)
        return number

    def copy(self, node: Node) -> Any:
        """Returns the copy of a node."""
        if type(node) is Local and node.variable in self._given:
            given = self._given[node.variable]
            if type(given) is Local:
                return Local(given.variable, self.span(node.span))
            return Constant(literal_value(given), self.span(node.span))
        return super().copy(node)

    def _line(self, line: int) -> int:
        inner = line >> LINE_BITS
        number = self._numbers.get(inner)
        if number is None:
            # It came into the target by a call there, which now stands here, too.
            site = self._inner[inner - 1]
            number = self._number(inner, CallSite(site.name, self._line(site.line), site.column))
        return (line & LINE_MASK) + (number << LINE_BITS)

    def span(self, span: Span) -> Span:
        """Returns where the copy of a node with this span stands."""
        line, column, end_line, end_column = span
        if line < 1:
            return span
        return self._line(line), column, self._line(end_line), end_column


_COPIES: dict[type, Callable[[Copier, Any], Node]] = {
    Constant: lambda c, n: Constant(n.value, c.span(n.span)),
    Local: lambda c, n: Local(c.used(n.variable), c.span(n.span)),
    Global: lambda c, n: Global(n.name, c.span(n.span)),
    SetLocal: lambda c, n: SetLocal(c.used(n.variable), c.copy(n.value), c.span(n.span)),
    SetAll: lambda c, n: SetAll(
        [c.used(v) for v in n.variables], c.copies(n.values), c.span(n.span)
    ),
    SetGlobal: lambda c, n: SetGlobal(n.name, c.copy(n.value), n.is_definition, c.span(n.span)),
    Bind: lambda c, n: Bind(c.used(n.variable), c.copy(n.value), c.span(n.span), n.absent),
    Kept: lambda c, n: Kept(c.bound(n.variable), c.copy(n.value), c.span(n.span)),
    Define: lambda c, n: Define(c.bound(n.variable), c.copy(n.value), c.span(n.span)),
    If: lambda c, n: If(c.copy(n.test), c.copy(n.then), c.copy(n.otherwise), c.span(n.span)),
    And: lambda c, n: And(c.copies(n.parts), c.span(n.span)),
    Or: lambda c, n: Or(c.copies(n.parts), c.span(n.span)),
    Sequence: _define_names,
    While: lambda c, n: While(c.copy(n.test), c.copy(n.body), c.span(n.span)),
    ForEach: lambda c, n: ForEach(
        c.bound(n.variable), c.copy(n.iterable), c.copy(n.body), c.span(n.span)
    ),
    Finally: lambda c, n: Finally(c.copy(n.body), c.copy(n.cleanup), c.span(n.span)),
    Call: _call,
    Lambda: _lambda,
    Let: _let,
    NamedLet: _named_let,
    Try: _try,
}
