"""match and match*: patterns that test a value and take it apart.

The clauses are tried in order. What several of them ask of the value itself is asked once, before
the first of them: its parts if it is a sequence of some length, its table if it is a map, the value
of a key that tells kinds apart. None of this has an effect, so it may be asked early.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.core.nodes import And, Bind, Call, Constant, If, Let, Local, Node, Span, Variable
from lispcore.expanding.binding_patterns import split_rest
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import nil, sequence, subform
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import (
    FALSE,
    TRUE,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    to_key,
)

CHAPTER = "choice"

# Of the first value that a pattern binds: (variable, code)
Binding = tuple[Variable, Node]


@special_form(
    "match",
    "(match value (pattern [when guard] body …) …)",
    least=2,
    gives="any",
    text="Compares a value with patterns and runs the body of the first that fits. A name in "
    "a pattern takes the value of its place, _ fits anything, constants must be equal, "
    "[vectors] fit sequences and {maps} maps that have these keys; `when` adds a "
    "condition. If no pattern fits, that is an error.",
    examples=[
        ("(match [1 2] ([x y] (+ x y)))", "3"),
        ("(match {:type :circle :r 2} ({:type :circle :r r} (* r r)) (_ 0))", "4"),
        ("(match 7 (n when (< n 5) :small) (n :large))", ":large"),
        ("(match 5 (1 :one))", "error: no clause matched"),
    ],
    reach=Reach.KEPT,
)
def match(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _match(ex, form, scope, strict=True)


@special_form(
    "match*",
    "(match* value (pattern [when guard] body …) …)",
    least=2,
    gives="any",
    text="The same as `match`, but gives nil if no pattern fits.",
    examples=[
        ("(match* 5 (1 :one))", "nil"),
        ("(match* 1 (1 :one))", ":one"),
    ],
    reach=Reach.KEPT,
)
def match_lenient(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _match(ex, form, scope, strict=False)


def _match(ex: Expander, form: Form, scope: Scope | None, *, strict: bool) -> Node:
    value = ex.expand(form.items[1], scope, form.span_at(1))
    held = Variable("matched")
    subject = Subject(held, form)
    clauses: list[tuple[list[Binding], Callable[[Node], Node]]] = []
    has_list = False
    for index in range(2, len(form.items)):
        clause = subform(ex, form, index, 1)
        pattern = Pattern(ex, clause, subject)
        inner = Scope(scope)
        is_guarded = len(clause.items) > 2 and _is_when(clause.items[1])
        pattern.add(clause.items[0], Local(held, form.span), inner, early=is_guarded)
        has_list = has_list or pattern.has_list
        start = 1
        if is_guarded:
            pattern.tests.append(ex.expand(clause.items[2], inner, clause.span_at(2)))
            start = 3
        body: Node = sequence(ex, clause, start, inner)
        if pattern.late:
            body = Let(pattern.late, body, clause.span)
        clauses.append((subject.take_new(), _choice(pattern, body, clause.span)))
    result: Node = nil(form)
    if strict:
        arguments = [Local(held, form.span), Constant(TRUE if has_list else FALSE, form.span)]
        result = Call(None, arguments, form.span_at(1), helper="no_match")
    for shared, choice in reversed(clauses):
        result = choice(result)
        if shared:
            result = Let(shared, result, result.span)
    return Let([(held, value)], result, form.span)


def _choice(pattern: Pattern, body: Node, span: Span) -> Callable[[Node], Node]:
    """Returns what makes one clause of the node for the clauses behind it."""
    tests = pattern.tests

    def choice(otherwise: Node) -> Node:
        if not tests:
            chosen = body
        else:
            test = tests[0] if len(tests) == 1 else And(tests, span)
            chosen = If(test, body, otherwise, span)
        # The tests give them their values; they stand here to be known as bound.
        declared: list[Binding] = [
            (variable, Call(None, [], span, helper="later")) for variable in pattern.variables
        ]
        return Let(declared, chosen, span) if declared else chosen

    return choice


def _is_when(item: Value) -> bool:
    return type(item) is Symbol and item.name == "when"


class Subject:
    """What the clauses know together of the value that is matched."""

    def __init__(self, held: Variable, form: Form) -> None:
        self.held = held
        self.span = form.span
        self._shared: dict[object, Variable] = {}
        self._new: list[Binding] = []
        # How many clauses look at each key of the value for a literal.
        self._literals: dict[object, int] = {}
        for clause in form.items[2:]:
            pattern = clause.cells[clause.count - 1] if type(clause) is List and clause.count else 0
            if type(clause) is Vector and clause.items:
                pattern = clause.items[0]
            if type(pattern) is Map:
                for key, value in pattern.entries():
                    if _is_found_by_value(value):
                        key = to_key(key)
                        self._literals[key] = self._literals.get(key, 0) + 1

    def take_new(self) -> list[Binding]:
        """Returns what was made known since the last call, to be bound before this clause."""
        new, self._new = self._new, []
        return new

    def shared(self, key: object, name: str, helper: str, arguments: list[Node]) -> Local:
        """Returns the variable for something that is asked once."""
        variable = self._shared.get(key)
        if variable is None:
            variable = self._shared[key] = Variable(name)
            self._new.append((variable, Call(None, arguments, self.span, helper=helper)))
        return Local(variable, self.span)

    def tells_apart(self, key: Value) -> bool:
        """Tells whether several clauses look at this key of the value for a literal."""
        return self._literals.get(to_key(key), 0) > 1


def _is_found_by_value(pattern: Value) -> bool:
    """Tells whether a pattern is a literal that nothing absent could be taken for."""
    if type(pattern) in (Symbol, Vector, Map) or pattern is None:
        return False
    datum = quoted(pattern)
    return datum is None or datum[0] is not None


class Pattern:
    """The tests of one pattern in order; those that bind a variable are `Bind` nodes.

    `late` are the bindings for which it is time enough when all tests hold, `variables` those that
    tests set.
    """

    def __init__(self, ex: Expander, clause: Form, subject: Subject) -> None:
        self.ex = ex
        self.clause = clause
        self.subject = subject
        self.tests: list[Node] = []
        self.late: list[Binding] = []
        self.variables: list[Variable] = []
        self.has_list = False  # a list stands for itself, which is seldom meant

    def keep(self, name: str, value: Node, absent: str) -> Local:
        """Adds the test that there is a value, keeps it, and returns its use."""
        variable = Variable(name)
        self._set(variable, value, absent)
        return Local(variable, value.span)

    def _set(self, variable: Variable, value: Node, absent: str) -> None:
        variable.assigned = True
        self.variables.append(variable)
        self.tests.append(Bind(variable, value, value.span, absent))

    def add(self, pattern: Value, value: Node, scope: Scope, *, early: bool) -> None:
        """Adds what a pattern demands of `value`. Sub-patterns are worked off on a stack.

        `early`: a guard wants to see the variables.
        """
        work = [(pattern, value)]
        while work:
            target, source = work.pop()
            kind = type(target)
            if kind is Symbol:
                if target.name != "_":
                    self._bind(scope, target.name, source, early)
            elif kind is Vector:
                work.extend(reversed(self.vector(target, source)))
            elif kind is Map:
                work.extend(reversed(self.map(target, source)))
            else:
                self.literal(target, source)

    def _bind(self, scope: Scope, name: str, source: Node, early: bool) -> None:
        if not early:
            # The last one counts if a name stands twice.
            self.late.append((scope.add(name), source))
        else:
            self._set(scope.add(name), source, "")

    def literal(self, target: Value, source: Node) -> None:
        """Adds the test for a value that stands for itself."""
        datum = quoted(target)
        if datum is None and type(target) is List and target.count:
            self.has_list = True
        meant = self.ex.datum(target if datum is None else datum[0])
        literal = Constant(meant, source.span)
        self.tests.append(Call(None, [source, literal], source.span, helper="is_literal"))

    def vector(self, pattern: Vector, source: Node) -> list[tuple[Value, Node]]:
        """Adds the test for a sequence of the right length; returns its parts to match."""
        span = source.span
        items, rest = split_rest(pattern.items, self.clause.error)
        has_rest = rest is not None
        arguments: list[Node] = [source, Constant(len(items), span), Constant(has_rest, span)]
        if self._is_subject(source):
            key = (len(items), has_rest)
            parts = self.subject.shared(key, "parts", "match_sequence", arguments)
            self.tests.append(Call(None, [parts], span, helper="not_nil"))
        else:
            value = Call(None, arguments, span, helper="match_sequence")
            parts = self.keep("parts", value, "nil")
        targets: list[tuple[Value, Node]] = []
        for index, item in enumerate([*items, rest] if rest is not None else items):
            get: list[Node] = [parts.again(), Constant(index, span)]
            targets.append((item, Call(None, get, span, helper="item")))
        return targets

    def _is_subject(self, source: Node) -> bool:
        return type(source) is Local and source.variable is self.subject.held

    def map(self, pattern: Map, source: Node) -> list[tuple[Value, Node]]:
        """Adds the test for a map that has the keys; returns the values to match."""
        span = source.span
        is_subject = self._is_subject(source)
        if is_subject:
            table = self.subject.shared("table", "table", "match_table", [source])
        else:
            table = self.keep("table", Call(None, [source], span, helper="match_table"), "nil")
        found: list[tuple[Value, Node]] = []
        # Literals first: they decide soonest.
        entries = sorted(pattern.entries(), key=lambda entry: not _is_found_by_value(entry[1]))
        certain = not is_subject  # it is known to be a map
        for key, value in entries:
            if type(key) is Keyword and key.name == "keys" and type(value) is Vector:
                certain = self._certain(table, certain)
                for name in value.items:
                    if type(name) is not Symbol:
                        raise self.clause.error(":keys takes names only", 0)
                    found.append((name, _look_up(table.again(), intern_keyword(name.name), span)))
                continue
            if _is_found_by_value(value) and is_subject and self.subject.tells_apart(key):
                get: list[Node] = [table.again(), Constant(to_key(key), span)]
                told = self.subject.shared(("key", to_key(key)), "value", "match_key", get)
                self.literal(value, told)
                certain = True
                continue
            certain = self._certain(table, certain)
            if _is_found_by_value(value):
                self.literal(value, _look_up(table.again(), key, span))
            else:
                found.append(
                    (value, self.keep("value", _look_up(table.again(), key, span, True), "absent"))
                )
        self._certain(table, certain)
        return found

    def _certain(self, table: Local, certain: bool) -> bool:
        if not certain:
            self.tests.append(Call(None, [table.again()], table.span, helper="not_nil"))
        return True


def _look_up(table: Node, key: Value, span: Span, or_absent: bool = False) -> Node:
    """Returns the code for the value of a key in a table, nil (or "absent") if there is none."""
    arguments = [table, Constant(to_key(key), span)]
    return Call(None, arguments, span, helper="found_in" if or_absent else "value_in")


def quoted(pattern: Value) -> tuple[Value] | None:
    """Returns the datum of ``'datum`` in a tuple, or None for any other pattern."""
    if type(pattern) is List and pattern.count == 2:
        head = pattern.cells[1]
        if type(head) is Symbol and head.name == "quote":
            return (pattern.cells[0],)
    return None
