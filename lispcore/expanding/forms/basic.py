"""Quoting, choice, sequence, functions, definition and assignment."""

from __future__ import annotations

from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    If,
    Lambda,
    Let,
    Local,
    Node,
    Or,
    Sequence,
    Variable,
)
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.values.types import (
    EMPTY,
    FALSE,
    TRUE,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_symbol,
    list_from,
    list_items,
    type_name,
)


def nil(form: Form) -> Constant:
    """Returns the core form of nil at the place of a form."""
    return Constant(None, form.span)


def subform(ex: Expander, form: Form, index: int, minimum: int = 0) -> Form:
    """Returns an item that must be a list (or vector) as a form of its own."""
    item = form.items[index]
    if type(item) is Vector:
        items = item.items
    elif type(item) is List:
        items = list_items(item)
    else:
        raise form.error(f"expected a list, got {type_name(item)}", index)
    if len(items) < minimum:
        raise form.error(f"expected at least {minimum} items here", index)
    span = ex.spans.of(item) or form.span_at(index)
    inner = Form(items or [None], span, ex.spans.children(item))
    inner.items = items
    inner.name, inner.usage = form.name, form.usage
    return inner


def sequence(ex: Expander, form: Form, start: int, scope: Scope | None) -> Node:
    """Expands the items from `start` in the same scope; nil if there are none."""
    nodes = ex.expand_items(form, start, scope)
    if len(nodes) == 1:
        return nodes[0]
    return Sequence(nodes, form.span) if nodes else nil(form)


def thunk(ex: Expander, form: Form, start: int, scope: Scope | None, name: str = "") -> Lambda:
    """Returns the items from `start` as a function without parameters."""
    inner = Scope(scope, is_body=True)
    return Lambda(name, [], None, ex.body(form, start, inner, is_function=True), form.span)


@special_form("quote", "(quote datum)", 1, 1)
def quote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return Constant(form.items[1], form.span)


@special_form("quasiquote", "(quasiquote template)", 1, 1)
def quasiquote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return ex.quasiquote(form.items[1], scope, form.span)


@special_form("unquote unquote-splicing", "`(… ,expression …)", 0)
def stray_unquote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    error = form.error("only makes sense inside a quasiquote template")
    error.hint = "items are separated by spaces, not commas; a , belongs into a `(template …)"
    raise error


@special_form("if", "(if test then [else])", 2, 3)
def if_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    parts = [ex.expand(form.items[i], scope, form.span_at(i)) for i in range(1, len(form.items))]
    return If(parts[0], parts[1], parts[2] if len(parts) == 3 else nil(form), form.span)


@special_form("when", "(when test body …)", 2)
def when(ex: Expander, form: Form, scope: Scope | None) -> Node:
    test = ex.expand(form.items[1], scope, form.span_at(1))
    return If(test, sequence(ex, form, 2, scope), nil(form), form.span)


@special_form("unless", "(unless test body …)", 2)
def unless(ex: Expander, form: Form, scope: Scope | None) -> Node:
    test = ex.expand(form.items[1], scope, form.span_at(1))
    return If(test, nil(form), sequence(ex, form, 2, scope), form.span)


def is_else(item: Value) -> bool:
    """Tells whether a test is the word that always holds."""
    return type(item) is Symbol and item.name == "else"


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
        elif type(clause.items[1]) is Symbol and clause.items[1].name == "=>":
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


@special_form("cond", "(cond (test body …) … (else body …))", 0)
def cond(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return cond_clauses(ex, form, 1, scope, nil(form))


@special_form("case", "(case value ((datum …) body …) … (else body …))", 2)
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
                [Local(key, clause.span), Constant(choice, clause.span)],
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


@special_form("and", "(and expression …)", 0)
def and_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _logic(And, TRUE, ex, form, scope)


@special_form("or", "(or expression …)", 0)
def or_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _logic(Or, FALSE, ex, form, scope)


def _logic(
    kind: type[And] | type[Or], empty: Value, ex: Expander, form: Form, scope: Scope | None
) -> Node:
    parts = ex.expand_items(form, 1, scope)
    if not parts:
        return Constant(empty, form.span)
    return parts[0] if len(parts) == 1 else kind(parts, form.span)


@special_form("begin progn", "(begin expression …)", 0)
def begin(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return sequence(ex, form, 1, scope)


@special_form("lambda fn", "(lambda (parameter …) body …)", 2)
def lambda_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return ex.function("", form.items[1], form, 2, scope, 1)


@special_form("define def", "(define name value) or (define (name parameter …) body …)", 2)
def define(ex: Expander, form: Form, scope: Scope | None) -> Node:
    target = form.items[1]
    if type(target) is List and target is not EMPTY:
        return define_function(ex, form, scope, target)
    if len(form.items) != 3:
        raise form.error(f"expects a name and one value, got {len(form.items) - 1} arguments")
    value = ex.expand(form.items[2], scope, form.span_at(2))
    if type(target) is Symbol:
        return ex.define(target.name, value, scope, form.span)
    if type(target) is Vector or type(target) is Map:
        return define_pattern(ex, form, scope, target, value)
    raise form.error(
        f"expected a name, (name parameter …) or a pattern, got {type_name(target)}", 1
    )


def define_function(ex: Expander, form: Form, scope: Scope | None, target: List) -> Node:
    """Expands ``(define (name parameter …) body …)``, also the curried ``(define ((f a) b) …)``."""
    head, *parameters = list_items(target)
    if type(head) is List and head is not EMPTY:
        inner = list_from([form.items[0], head, list_from([_LAMBDA, list_from(parameters)])])
        inner_form = list_items(inner)
        inner_form[2] = list_from([_LAMBDA, list_from(parameters), *form.items[2:]])
        return define_function(ex, Form(inner_form, form.span, None), scope, head)
    if type(head) is not Symbol:
        raise form.error(f"expected a name to define, got {type_name(head)}", 1)
    function = ex.function(head.name, list_from(parameters), form, 2, scope, 1)
    return ex.define(head.name, function, scope, form.span)


_LAMBDA = intern_symbol("lambda")


def define_pattern(
    ex: Expander, form: Form, scope: Scope | None, target: Value, value: Node
) -> Node:
    """Expands the definition of all the names of a pattern."""
    bindings: list[tuple[Variable, Node]] = []
    names: list[tuple[str, Variable]] = []

    def bind(name: str) -> Variable:
        variable = Variable(name)
        names.append((name, variable))
        return variable

    holder = Scope(None)
    ex.destructure(target, value, bindings, holder, form, bind)
    parts: list[Node] = [
        ex.define(name, Local(variable, form.span), scope, form.span) for name, variable in names
    ]
    return Let(bindings, Sequence([*parts, nil(form)], form.span), form.span)


@special_form("defun defn", "(defun name (parameter …) body …)", 3)
def defun(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    start = 2
    if type(form.items[2]) is str and len(form.items) > 4:
        start = 3  # a documentation string, as Clojure has it
    if type(form.items[start]) not in (List, Vector):
        raise form.error("expected a list of parameters after the name", start)
    function = ex.function(name.name, form.items[start], form, start + 1, scope, start)
    return ex.define(name.name, function, scope, form.span)


@special_form("set!", "(set! name value)", 2, 2)
def set_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    value = ex.expand(form.items[2], scope, form.span_at(2))
    return ex.assign(name.name, value, scope, form.span)
