"""Loops and comprehensions."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    If,
    Let,
    Local,
    Node,
    SetAll,
    SetLocal,
    Variable,
    While,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import nil, sequence, subform
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.parameters import destructure
from lispcore.expanding.special_forms import Form, Handler, Reach, special_form
from lispcore.values.types import Keyword, Symbol, type_name

CHAPTER = "loops"

Bindings = list[tuple[Variable, Node]]


@special_form(
    "while",
    "(while test body …)",
    least=2,
    gives="nil",
    text="Runs the body again and again while the test is true.",
    examples=[
        ("(let ((n 0)) (while (< n 3) (set! n (+ n 1))) n)", "3"),
    ],
    reach=Reach.BUT_MACROS,
)
def while_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    test = ex.expand(form.items[1], scope, form.span_at(1))
    return While(test, sequence(ex, form, 2, scope), form.span)


@special_form(
    "do",
    "(do ((name init [step]) …) (test result …) body …)",
    least=2,
    gives="any",
    text="A loop with variables: each has a first value and an expression for its next one. "
    "When the test holds, the expressions after it give the result.",
    examples=[
        ("(do ((i 0 (+ i 1)) (sum 0 (+ sum i))) ((= i 4) sum))", "6"),
    ],
    reach=Reach.KEPT,
)
def do(ex: Expander, form: Form, scope: Scope | None) -> Node:
    inner = Scope(scope)
    bindings: Bindings = []
    specs = subform(ex, form, 1)
    clauses = [subform(ex, specs, index, 2) for index in range(len(specs.items))]
    for clause in clauses:
        if type(clause.items[0]) is not Symbol or len(clause.items) > 3:
            raise clause.error("each variable is written (name init [step])")
        value = ex.expand(clause.items[1], scope, clause.span_at(1))
        bindings.append((Variable(clause.items[0].name), value))
    for clause, (variable, _) in zip(clauses, bindings, strict=True):
        inner.variables[clause.items[0].name] = variable
    end = subform(ex, form, 2, 1)
    test = ex.expand(end.items[0], inner, end.span_at(0))
    steps: Bindings = []
    for clause, (variable, _) in zip(clauses, bindings, strict=True):
        if len(clause.items) == 3:
            variable.assigned = True
            steps.append((variable, ex.expand(clause.items[2], inner, clause.span_at(2))))
    body: list[Node] = [sequence(ex, form, 3, inner)] if len(form.items) > 3 else []
    body.append(step_all(steps, form))
    negated = Call(None, [test], end.span, helper="not")
    loop = While(negated, Seq(body, form.span), form.span)
    return Let(bindings, Seq([loop, sequence(ex, end, 1, inner)], form.span), form.span)


def step_all(steps: Bindings, form: Form) -> Node:
    """Returns the code that gives several variables their next values at the same time."""
    if not steps:
        return nil(form)
    if len(steps) == 1:
        return SetLocal(*steps[0], form.span)
    variables = [variable for variable, _ in steps]
    return SetAll(variables, [value for _, value in steps], form.span)


@special_form(
    "dotimes",
    "(dotimes (name count) body …)",
    least=1,
    gives="nil",
    text="Runs the body with the name bound to 0, 1, … up to but not including the count.",
    examples=[
        ("(let ((s 0)) (dotimes (i 4) (set! s (+ s i))) s)", "6"),
    ],
)
def dotimes(ex: Expander, form: Form, scope: Scope | None) -> Node:
    head = subform(ex, form, 1, 2)
    count = ex.expand(head.items[1], scope, head.span_at(1))
    rounds = Call(None, [Constant(0, head.span), count], head.span, helper="counted")
    return counted_loop(ex, form, head, rounds, scope)


@special_form(
    "for-range",
    "(for-range (name start end [step]) body …)",
    least=1,
    gives="nil",
    text="Runs the body with the name counting from start up to but not including end.",
    examples=[
        ("(let ((s 0)) (for-range (i 1 10 3) (set! s (+ s i))) s)", "12"),
    ],
)
def for_range(ex: Expander, form: Form, scope: Scope | None) -> Node:
    head = subform(ex, form, 1, 3)
    bounds = [
        ex.expand(head.items[index], scope, head.span_at(index))
        for index in range(1, len(head.items))
    ]
    return counted_loop(ex, form, head, Call(None, bounds, head.span, helper="counted"), scope)


def counted_loop(ex: Expander, form: Form, head: Form, rounds: Node, scope: Scope | None) -> Node:
    """Returns the loop of dotimes and for-range over the numbers that `rounds` gives."""
    if type(head.items[0]) is not Symbol:
        raise head.error(f"expected a name, got {type_name(head.items[0])}", 0)
    inner = Scope(scope)
    variable = inner.add(head.items[0].name)
    body = ex.body(form, 2, inner) if len(form.items) > 2 else nil(form)
    return ForEach(variable, rounds, body, form.span)


# Gives what the innermost loop of a comprehension runs.
Finish = Callable[["Scope | None", "Variable | None"], Node]


def comprehension(ex: Expander, form: Form, at: int, scope: Scope | None, finish: Finish) -> Node:
    """Returns the nested loops of the clauses at item `at`.

    `finish(scope, first)` gives what the innermost loop runs; `first` is the variable that holds
    the item of the first clause.
    """
    clauses = subform(ex, form, at)
    return _clause(ex, clauses, 0, scope, finish, None)


def _clause(
    ex: Expander,
    clauses: Form,
    index: int,
    scope: Scope | None,
    finish: Finish,
    first: Variable | None,
) -> Node:
    if index == len(clauses.items):
        return finish(scope, first)
    item = clauses.items[index]
    if type(item) is Keyword and item.name == "when" and index + 1 < len(clauses.items):
        test = ex.expand(clauses.items[index + 1], scope, clauses.span_at(index + 1))
        inner = _clause(ex, clauses, index + 2, scope, finish, first)
        return If(test, inner, Constant(None, clauses.span), clauses.span)
    clause = subform(ex, clauses, index, 2)
    head = clause.items[0]
    if type(head) is Keyword and head.name == "when":
        test = ex.expand(clause.items[1], scope, clause.span_at(1))
        inner = _clause(ex, clauses, index + 1, scope, finish, first)
        return If(test, inner, Constant(None, clause.span), clause.span)
    source = ex.expand(clause.items[1], scope, clause.span_at(1))
    items = Call(None, [source], clause.span_at(1), helper="iterable")
    around = Scope(scope)
    each = Variable("each")
    bindings: Bindings = []
    destructure(ex, head, Local(each, clause.span), bindings, around, clause)
    body = _clause(ex, clauses, index + 1, around, finish, first or each)
    return ForEach(each, items, Let(bindings, body, clause.span), clause.span)


def collector(helper: str) -> Handler:
    """Returns the handler of a comprehension that gathers the values of its body."""

    def handler(ex: Expander, form: Form, scope: Scope | None) -> Node:
        found = Variable("found")

        def finish(inner: Scope | None, first: Variable | None) -> Node:
            body = ex.body(form, 2, Scope(inner))
            if helper == "filtered":
                if first is None:
                    raise form.error(
                        "expected something to go through: ((name sequence)) comes first"
                    )
                keep = Local(first, form.span)
                push = Call(None, [Local(found, form.span), keep], form.span, helper="push")
                return If(body, push, nil(form), form.span)
            return Call(None, [Local(found, form.span), body], form.span, helper="push")

        loops = comprehension(ex, form, 1, scope, finish)
        result = "map_of_pairs" if helper == "pairs" else "own_list"
        end = Call(None, [Local(found, form.span)], form.span, helper=result)
        start = Call(None, [], form.span, helper="new_items")
        return Let([(found, start)], Seq([loops, end], form.span), form.span)

    return handler


special_form(
    "for/list",
    "(for/list ((name sequence) … [(:when test)]) body …)",
    least=2,
    gives="list",
    text="Runs the body for each item and gives the list of results. Several sequences run "
    "one inside the other; :when skips what fails a test.",
    examples=[
        ("(for/list ((x '(1 2 3))) (* x x))", "(1 4 9)"),
        ("(for/list ((x '(1 2 3 4)) (:when (even? x))) x)", "(2 4)"),
    ],
)(collector("values"))
special_form(
    "for/filter",
    "(for/filter ((name sequence)) test)",
    least=2,
    gives="list",
    text="Gives the items for which the body is true.",
    examples=[
        ("(for/filter ((x '(1 2 3 4))) (> x 2))", "(3 4)"),
    ],
)(collector("filtered"))
special_form(
    "for/map",
    "(for/map ((name sequence) …) (values key value))",
    least=2,
    gives="map",
    text="Gives a map; the body gives each key and value with `values`.",
    examples=[
        ("(for/map ((x '(1 2))) (values x (* x x)))", "{1 1 2 4}"),
    ],
)(collector("pairs"))


@special_form(
    "for/fold",
    "(for/fold ((accumulator init) …) ((name sequence) …) body …)",
    least=3,
    gives="any",
    text="Runs through sequences with an accumulator, which the body gives anew for each item.",
    examples=[
        ("(for/fold ((sum 0)) ((x '(1 2 3))) (+ sum x))", "6"),
    ],
)
def for_fold(ex: Expander, form: Form, scope: Scope | None) -> Node:
    inner = Scope(scope)
    bindings: Bindings = []
    specs = subform(ex, form, 1)
    for index in range(len(specs.items)):
        pair = subform(ex, specs, index, 2)
        if type(pair.items[0]) is not Symbol:
            raise pair.error("expected a name for the accumulator", 0)
        value = ex.expand(pair.items[1], scope, pair.span_at(1))
        variable = inner.add(pair.items[0].name)
        variable.assigned = True
        bindings.append((variable, value))
    names = [variable for variable, _ in bindings]

    def finish(around: Scope | None, first: Variable | None) -> Node:
        body = ex.body(form, 3, Scope(around))
        if not names:
            return body
        if len(names) == 1:
            return SetLocal(names[0], body, form.span)
        parts = Variable("values")
        spread: list[Node] = [body, Constant(len(names), form.span), Constant(False, form.span)]
        sets: list[Node] = []
        for index, name in enumerate(names):
            get: list[Node] = [Local(parts, form.span), Constant(index, form.span)]
            sets.append(SetLocal(name, Call(None, get, form.span, helper="item"), form.span))
        value = Call(None, spread, form.span, helper="spread_values")
        return Let([(parts, value)], Seq(sets, form.span), form.span)

    loops = comprehension(ex, form, 2, inner, finish)
    results: list[Node] = [Local(name, form.span) for name in names]
    result = results[0] if len(results) == 1 else Call(None, results, form.span, helper="values")
    return Let(bindings, Seq([loops, result], form.span), form.span)
