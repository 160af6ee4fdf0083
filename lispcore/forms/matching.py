"""match and match*: patterns that test a value and take it apart."""

from __future__ import annotations

from lispcore.core import And, Bind, Call, Constant, If, Let, Local, Node, Variable
from lispcore.expander import Expander, Form, Scope, special_form, split_rest
from lispcore.forms.basic import nil, sequence, subform
from lispcore.values import (
    FALSE,
    TRUE,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
)


@special_form("match", "(match value (pattern [when guard] body …) …)", 2)
def match(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _match(ex, form, scope, strict=True)


@special_form("match*", "(match* value (pattern [when guard] body …) …)", 2)
def match_lenient(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _match(ex, form, scope, strict=False)


def _match(ex: Expander, form: Form, scope: Scope | None, *, strict: bool) -> Node:
    held = Variable("matched")
    subject = Local(held, form.span)
    result: Node = nil(form)
    if strict:
        suspect = Constant(FALSE, form.span)
        result = Call(None, [subject, suspect], form.span_at(1), helper="no_match")
    for index in range(len(form.items) - 1, 1, -1):
        clause = subform(ex, form, index, 1)
        pattern = Pattern(ex, clause)
        inner = Scope(scope)
        pattern.add(clause.items[0], subject, inner)
        if strict and pattern.has_list:
            suspect.value = TRUE
        start = 1
        tests = pattern.tests
        if len(clause.items) > 2 and _is_when(clause.items[1]):
            tests.append(ex.expand(clause.items[2], inner, clause.span_at(2)))
            start = 3
        body = sequence(ex, clause, start, inner)
        if not tests:
            chosen: Node = body
        else:
            test = tests[0] if len(tests) == 1 else And(tests, clause.span)
            chosen = If(test, body, result, clause.span)
        nothing = Constant(None, clause.span)
        result = Let([(variable, nothing) for variable in pattern.variables], chosen, clause.span)
    value = ex.expand(form.items[1], scope, form.span_at(1))
    return Let([(held, value)], result, form.span)


def _is_when(item: Value) -> bool:
    return type(item) is Symbol and item.name == "when"


class Pattern:
    """The tests of one pattern in order; those that bind a variable are `Bind` nodes."""

    def __init__(self, ex: Expander, clause: Form) -> None:
        self.ex = ex
        self.clause = clause
        self.tests: list[Node] = []
        self.variables: list[Variable] = []
        self.has_list = False  # a list stands for itself, which is seldom meant

    def keep(self, variable: Variable, value: Node) -> Local:
        """Adds a test that only binds a variable, and returns its use."""
        variable.assigned = True
        self.variables.append(variable)
        self.tests.append(Bind(variable, value, value.span))
        return Local(variable, value.span)

    def add(self, pattern: Value, value: Node, scope: Scope) -> None:
        """Adds what a pattern demands of `value`. Sub-patterns are worked off on a stack."""
        work = [(pattern, value)]
        while work:
            target, source = work.pop()
            kind = type(target)
            span = source.span
            if kind is Symbol:
                if target.name != "_":
                    self.keep(scope.add(target.name), source)
            elif kind is Vector:
                work.extend(reversed(self.vector(target, source)))
            elif kind is Map:
                work.extend(reversed(self.map(target, source)))
            else:
                datum = quoted(target)
                if datum is None and kind is List and target.count:
                    self.has_list = True
                literal = Constant(target if datum is None else datum[0], span)
                self.tests.append(Call(None, [source, literal], span, helper="equal"))

    def vector(self, pattern: Vector, source: Node) -> list[tuple[Value, Node]]:
        """Adds the test for a sequence of the right length; returns its parts to match."""
        span = source.span
        items, rest = split_rest(pattern.items, self.clause)
        arguments: list[Node] = [
            source,
            Constant(len(items), span),
            Constant(rest is not None, span),
        ]
        parts = self.keep(Variable("parts"), Call(None, arguments, span, helper="match_sequence"))
        self.tests.append(Call(None, [parts], span, helper="not_nil"))
        targets: list[tuple[Value, Node]] = []
        for index, item in enumerate([*items, rest] if rest is not None else items):
            get: list[Node] = [parts, Constant(index, span)]
            targets.append((item, Call(None, get, span, helper="item")))
        return targets

    def map(self, pattern: Map, source: Node) -> list[tuple[Value, Node]]:
        """Adds the test for a map that has the keys; returns the values to match."""
        span = source.span
        self.tests.append(Call(None, [source], span, helper="is_map"))
        targets: list[tuple[Value, Node]] = []
        for key, value in pattern.entries():
            if type(key) is Keyword and key.name == "keys" and type(value) is Vector:
                for name in value.items:
                    if type(name) is not Symbol:
                        raise self.clause.error(":keys takes names only", 0)
                    get: list[Node] = [source, Constant(intern_keyword(name.name), span)]
                    targets.append((name, Call(None, get, span, helper="lookup")))
            else:
                get = [source, Constant(key, span)]
                self.tests.append(Call(None, get, span, helper="has_key"))
                targets.append((value, Call(None, list(get), span, helper="lookup")))
        return targets


def quoted(pattern: Value) -> tuple[Value] | None:
    """Returns the datum of ``'datum`` in a tuple, or None for any other pattern."""
    if type(pattern) is List and pattern.count == 2:
        head = pattern.cells[1]
        if type(head) is Symbol and head.name == "quote":
            return (pattern.cells[0],)
    return None
