"""Copies of core forms with new variables, for putting a function's body into another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    Try,
    Variable,
    While,
)


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
        return new

    def used(self, variable: Variable) -> Variable:
        """Returns the variable that a use in the copy means."""
        return self.variables.get(variable, variable)

    def copy(self, node: Node) -> Any:
        """Returns the copy of a node."""
        return _COPIES[type(node)](self, node)

    def copies(self, nodes: list[Node]) -> list[Node]:
        """Returns the copies of several nodes."""
        return [self.copy(node) for node in nodes]


def _call(c: Copier, node: Call) -> Node:
    if node.expansion is not None:
        return c.copy(node.expansion)  # type: ignore[no-any-return]
    function = None if node.function is None else c.copy(node.function)
    return Call(function, c.copies(node.arguments), node.span, node.helper)


def _lambda(c: Copier, node: Lambda) -> Lambda:
    parameters = [c.bound(variable) for variable in node.parameters]
    rest = None if node.rest is None else c.bound(node.rest)
    return Lambda(node.name, parameters, rest, c.copy(node.body), node.span)


def _let(c: Copier, node: Let) -> Let:
    bindings = [(c.bound(variable), c.copy(value)) for variable, value in node.bindings]
    return Let(bindings, c.copy(node.body), node.span)


def _named_let(c: Copier, node: NamedLet) -> NamedLet:
    arguments = c.copies(node.arguments)
    return NamedLet(c.bound(node.variable), _lambda(c, node.function), arguments, node.span)


def _try(c: Copier, node: Try) -> Try:
    body = c.copy(node.body)
    variable = c.bound(node.variable)
    return Try(body, variable, c.copy(node.handler), node.span)


def _define_names(c: Copier, node: Sequence) -> Sequence:
    # Functions of one body see one another, so the names come first.
    for part in node.parts:
        if type(part) is Define:
            c.bound(part.variable)
    return Sequence(c.copies(node.parts), node.span)


_COPIES: dict[type, Callable[[Copier, Any], Node]] = {
    Constant: lambda c, n: Constant(n.value, n.span),
    Local: lambda c, n: Local(c.used(n.variable), n.span),
    Global: lambda c, n: Global(n.name, n.span),
    SetLocal: lambda c, n: SetLocal(c.used(n.variable), c.copy(n.value), n.span),
    SetAll: lambda c, n: SetAll([c.used(v) for v in n.variables], c.copies(n.values), n.span),
    SetGlobal: lambda c, n: SetGlobal(n.name, c.copy(n.value), n.is_definition, n.span),
    Bind: lambda c, n: Bind(c.used(n.variable), c.copy(n.value), n.span),
    Define: lambda c, n: Define(c.bound(n.variable), c.copy(n.value), n.span),
    If: lambda c, n: If(c.copy(n.test), c.copy(n.then), c.copy(n.otherwise), n.span),
    And: lambda c, n: And(c.copies(n.parts), n.span),
    Or: lambda c, n: Or(c.copies(n.parts), n.span),
    Sequence: _define_names,
    While: lambda c, n: While(c.copy(n.test), c.copy(n.body), n.span),
    ForEach: lambda c, n: ForEach(c.bound(n.variable), c.copy(n.iterable), c.copy(n.body), n.span),
    Finally: lambda c, n: Finally(c.copy(n.body), c.copy(n.cleanup), n.span),
    Call: _call,
    Lambda: _lambda,
    Let: _let,
    NamedLet: _named_let,
    Try: _try,
}
