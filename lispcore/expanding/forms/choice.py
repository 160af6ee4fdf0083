"""Choice: if and its relatives, cond, case, and, or."""

from __future__ import annotations

from lispcore.core.nodes import And, Call, Constant, If, Let, Local, Node, Or, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import nil, sequence, subform
from lispcore.expanding.name_scopes import Scope, nearest
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import FALSE, TRUE, List, Symbol, Value, list_items

CHAPTER = "choice"


@special_form(
    "if",
    "(if test then [else])",
    least=2,
    most=3,
    gives="any",
    text='Evaluates one of two expressions. Only nil and #f count as false; 0, "" and () are '
    "true. Without a third part the result is nil when the test is false.",
    examples=[
        ('(if (> 3 2) "yes" "no")', '"yes"'),
        ("(if #f 1)", "nil"),
        ("(if 0 :true)", ":true"),
    ],
    reach=Reach.BUT_MACROS,
)
def if_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    parts = [ex.expand(form.items[i], scope, form.span_at(i)) for i in range(1, len(form.items))]
    return If(parts[0], parts[1], parts[2] if len(parts) == 3 else nil(form), form.span)


@special_form(
    "when",
    "(when test body …)",
    least=2,
    gives="any",
    text="Runs the body if the test is true; gives nil otherwise.",
    examples=[
        ("(when (> 2 1) :a :b)", ":b"),
        ("(when nil 1)", "nil"),
    ],
    reach=Reach.BUT_MACROS,
)
def when(ex: Expander, form: Form, scope: Scope | None) -> Node:
    test = ex.expand(form.items[1], scope, form.span_at(1))
    return If(test, sequence(ex, form, 2, scope), nil(form), form.span)


@special_form(
    "unless",
    "(unless test body …)",
    least=2,
    gives="any",
    text="Runs the body if the test is false; gives nil otherwise.",
    examples=[
        ("(unless (> 2 1) :a)", "nil"),
        ("(unless #f 1 2)", "2"),
    ],
    reach=Reach.BUT_MACROS,
)
def unless(ex: Expander, form: Form, scope: Scope | None) -> Node:
    test = ex.expand(form.items[1], scope, form.span_at(1))
    return If(test, nil(form), sequence(ex, form, 2, scope), form.span)


def is_else(item: Value) -> bool:
    """Tells whether a test is the word that always holds."""
    return type(item) is Symbol and item.name == "else"


def is_arrow(item: Value, scope: Scope | None) -> bool:
    """Tells whether an item is the word before a function, and not a variable around it."""
    return type(item) is Symbol and item.name == "=>" and nearest(scope, "=>") is None


def cond_clauses(
    ex: Expander, form: Form, start: int, scope: Scope | None, otherwise: Node
) -> Node:
    """Expands the clauses from `start` like those of ``cond``; `otherwise` if none holds."""
    result = otherwise
    for index in range(len(form.items) - 1, start - 1, -1):
        clause = subform(ex, form, index, 1)
        if is_else(clause.items[0]):
            result = sequence(ex, clause, 1, scope)
            if len(clause.items) == 1:
                result = Constant(TRUE, clause.span)  # a clause without body gives its test
            continue
        test = ex.expand(clause.items[0], scope, clause.span_at(0))
        if len(clause.items) == 1:
            result = If(test, Constant(TRUE, clause.span), result, clause.span)
        elif is_arrow(clause.items[1], scope):
            if len(clause.items) != 3:
                raise clause.error("expected one function after =>")
            found = Variable("found")
            function = ex.expand(clause.items[2], scope, clause.span_at(2))
            use = Call(function, [Local(found, clause.span)], clause.span)
            choice = If(Local(found, clause.span), use, result, clause.span)
            result = Let([(found, test)], choice, clause.span)
        else:
            result = If(test, sequence(ex, clause, 1, scope), result, clause.span)
    return result


@special_form(
    "cond",
    "(cond (test body …) … (else body …))",
    least=0,
    gives="any",
    text="Runs the body of the first clause whose test is true. `else` is a test that always "
    "holds; `=>` hands the test's value to a function.",
    examples=[
        ("(cond ((< 5 3) :less) ((> 5 3) :more) (else :same))", ":more"),
        ("(cond ((get {:a 1} :a) => (fn (x) (+ x 1))) (else 0))", "2"),
    ],
    reach=Reach.BUT_MACROS,
)
def cond(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return cond_clauses(ex, form, 1, scope, nil(form))


@special_form(
    "case",
    "(case value ((datum …) body …) … (else body …))",
    least=2,
    gives="any",
    text="Compares a value with the constants of each clause and runs the first that has it.",
    examples=[
        ("(case 3 ((1 2) :low) ((3 4) :high) (else :other))", ":high"),
    ],
    reach=Reach.BUT_MACROS,
)
def case(ex: Expander, form: Form, scope: Scope | None) -> Node:
    key = Variable("key")
    result: Node = nil(form)
    for index in range(len(form.items) - 1, 1, -1):
        clause = subform(ex, form, index, 1)
        if is_else(clause.items[0]):
            result = sequence(ex, clause, 1, scope)
            continue
        data = clause.items[0]
        choices = list_items(data) if type(data) is List else [data]
        tests: list[Node] = [
            Call(
                None,
                [Local(key, clause.span), Constant(ex.datum(choice), clause.span)],
                clause.span,
                helper="same_datum",
            )
            for choice in choices
        ]
        test = tests[0] if len(tests) == 1 else Or(tests, clause.span)
        if not tests:
            test = Constant(FALSE, clause.span)
        result = If(test, sequence(ex, clause, 1, scope), result, clause.span)
    value = ex.expand(form.items[1], scope, form.span_at(1))
    return Let([(key, value)], result, form.span)


@special_form(
    "and",
    "(and expression …)",
    least=0,
    gives="any",
    text="Gives the first false value, or the last value; what follows is not evaluated.",
    examples=[
        ("(and 1 2 3)", "3"),
        ("(and 1 #f (car 5))", "#f"),
        ("(and)", "#t"),
    ],
    reach=Reach.BUT_MACROS,
)
def and_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _logic(And, TRUE, ex, form, scope)


@special_form(
    "or",
    "(or expression …)",
    least=0,
    gives="any",
    text="Gives the first true value, or the last value; what follows is not evaluated.",
    examples=[
        ("(or nil 2 (car 5))", "2"),
        ("(or #f nil)", "nil"),
        ("(or)", "#f"),
    ],
    reach=Reach.BUT_MACROS,
)
def or_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _logic(Or, FALSE, ex, form, scope)


def _logic(
    kind: type[And] | type[Or], empty: Value, ex: Expander, form: Form, scope: Scope | None
) -> Node:
    parts = ex.expand_items(form, 1, scope)
    if not parts:
        return Constant(empty, form.span)
    return parts[0] if len(parts) == 1 else kind(parts, form.span)
