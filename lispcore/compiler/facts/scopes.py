"""Scope analysis and closure conversion: where variables live, and which need a box.

For each variable it is found which function binds it, whether another function captures it, whether
a loop binds it anew, and which values it may get; for each function whom it calls in tail position,
because that is the same walk.
"""

from __future__ import annotations

from typing import Any

from lispcore.compiler.facts.inferred_kinds import INTEGER_HELPERS
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning, without
from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
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
    Try,
    Variable,
    While,
)
from lispcore.core.walking import Survey, children


def collect_definitions(nodes: Survey, facts: Facts) -> None:
    """Finds which variables and globals are known to hold one particular lambda."""
    scopes = facts.scopes
    scopes.functions.update(facts.named)
    defined: dict[str, list[Node]] = {}
    locally: dict[Variable, list[Node]] = {}
    for node in nodes.get(SetGlobal, ()):
        defined.setdefault(node.name, []).append(node)
    for node in nodes.get(Define, ()):
        locally.setdefault(node.variable, []).append(node.value)
    for node in nodes.get(Let, ()):
        for variable, value in node.bindings:
            locally.setdefault(variable, []).append(value)
    for node in nodes.get(NamedLet, ()):
        scopes.functions[node.variable] = node.function
        scopes.names[node.function] = node.variable
    for variable, values in locally.items():
        if len(values) > 1:
            variable.assigned = True
        elif not variable.assigned and type(values[0]) is Lambda:
            scopes.functions[variable] = values[0]
            scopes.names[values[0]] = variable
    facts.library = without(facts.library, defined.keys())
    for name, setters in defined.items():
        only: Any = setters[0]
        if len(setters) == 1 and only.is_definition and type(only.value) is Lambda:
            if name not in facts.unsafe:
                facts.functions[name] = only.value
                facts.global_names[only.value] = name
        if name not in facts.records:
            facts.steady.discard(name)


def settle(main: Lambda, facts: Facts) -> None:
    """Fills the scopes and whom functions call last; needs the loops of the unit."""
    _Settler(facts).function(main)


class _Settler:
    """Finds out where variables live and whom functions call last."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.scopes = facts.scopes
        self.tails = facts.tails
        self.home = facts.scopes.home

    def function(self, function: Lambda) -> None:
        repeats = function in self.tails.repeating
        for variable in [*function.parameters, *([function.rest] if function.rest else [])]:
            self.bind(variable, function, repeats, None)
        self.walk(function.body, function, repeats, True)

    def bind(self, variable: Variable, home: Lambda, in_loop: bool, value: Node | None) -> None:
        self.home[variable] = home
        if in_loop:
            self.scopes.in_loop.add(variable)
        else:
            self.scopes.in_loop.discard(variable)
        self.source(variable, value)

    def source(self, variable: Variable, value: Node | None) -> None:
        sources = self.scopes.sources
        if value is None:
            sources[variable] = None
            return
        known = sources.setdefault(variable, [])
        if known is not None:
            known.append(value)

    def use(self, variable: Variable, function: Lambda) -> None:
        home = self.home.get(variable)
        if home is not function and home is not None:
            scopes = self.scopes
            scopes.captured.add(variable)
            each: Lambda | None = function
            while each is not None and each is not home:
                scopes.free.setdefault(each, {})[variable] = None
                each = scopes.around.get(each)

    def walk(self, node: Node, function: Lambda, loop: bool, tail: bool) -> None:
        kind: Any = type(node)
        each: Any = node
        if kind is Constant or kind is Global:
            pass
        elif kind is Local:
            if self.home.get(each.variable) is not function:
                self.use(each.variable, function)
        elif kind is Call:
            self.call(each, function, loop, tail)
        elif kind is If:
            self.walk(each.test, function, loop, False)
            self.walk(each.then, function, loop, tail)
            self.walk(each.otherwise, function, loop, tail)
        elif kind is Sequence or kind is And or kind is Or:
            for part in each.parts[:-1]:
                self.walk(part, function, loop, False)
            self.walk(each.parts[-1], function, loop, tail)
        elif kind is Let:
            for variable, value in each.bindings:
                self.walk(value, function, loop, False)
                self.bind(variable, function, loop, value)
            self.walk(each.body, function, loop, tail)
        elif kind is Lambda:
            self.scopes.around[each] = function
            self.function(each)
        elif kind is NamedLet:
            self.named_let(each, function, loop, tail)
        elif kind is While:
            self.walk(each.test, function, True, False)
            self.walk(each.body, function, True, False)
        elif kind is ForEach:
            self.walk(each.iterable, function, loop, False)
            helper = getattr(each.iterable, "helper", "")
            known = each.iterable if helper in INTEGER_HELPERS else None
            self.bind(each.variable, function, True, known)
            self.walk(each.body, function, True, False)
        elif kind is Try:
            self.walk(each.body, function, loop, False)
            self.bind(each.variable, function, loop, None)
            self.walk(each.handler, function, loop, tail)
        else:
            self.other(each, function, loop)

    def other(self, node: Any, function: Lambda, loop: bool) -> None:
        for part in children(node):
            self.walk(part, function, loop, False)
        if type(node) is Define:
            self.bind(node.variable, function, loop, node.value)
            self.use(node.variable, function)
        elif type(node) is SetAll:
            for variable, value in zip(node.variables, node.values, strict=True):
                self.source(variable, value)
                self.use(variable, function)
        elif type(node) is Kept:
            self.bind(node.variable, function, loop, node.value)
        elif type(node) in (SetLocal, Bind):
            self.source(node.variable, node.value)
            self.use(node.variable, function)

    def named_let(self, node: NamedLet, function: Lambda, loop: bool, tail: bool) -> None:
        for argument in node.arguments:
            self.walk(argument, function, loop, False)
        inner = node.function
        self.home[node.variable] = function
        if loop:
            self.scopes.in_loop.add(node.variable)
        if inner not in self.tails.loops:
            self.scopes.around[inner] = function
            self.function(inner)
            self.use(node.variable, function)
            return
        repeats = loop or inner in self.tails.repeating
        for variable, value in zip(inner.parameters, node.arguments, strict=True):
            self.bind(variable, function, repeats, value)
        self.walk(inner.body, function, repeats, tail)

    def call(self, node: Call, function: Lambda, loop: bool, tail: bool) -> None:
        for argument in node.arguments:
            self.walk(argument, function, loop, False)
        target = self.tails.jumps.get(node)
        if target is not None:
            for variable, value in zip(target.parameters, node.arguments, strict=True):
                self.source(variable, value)
            return
        callee = node.function
        if callee is None:
            return
        self.walk(callee, function, loop, False)
        if not tail:
            return
        known: Lambda | None = None
        if type(callee) is Local and not callee.variable.assigned:
            known = self.scopes.functions.get(callee.variable)
        elif type(callee) is Global:
            known = self.facts.functions.get(callee.name)
        if known is not None:
            self.tails.targets.setdefault(function, {})[known] = None
            return
        if type(callee) is Global:
            name = callee.name
            facts = self.facts
            if name in facts.steady:
                return
            if meaning(node, facts) is not None:
                return
        elif type(callee) is Constant:
            return
        self.tails.unknown.add(function)


def box_variables(facts: Facts) -> None:
    """Decides which captured variables of loops need a box of their own in every round."""
    scopes = facts.scopes
    for variable in scopes.captured & scopes.in_loop:
        if variable.assigned or variable.letrec:
            scopes.boxed.add(variable)
