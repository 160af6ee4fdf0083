"""let and its family, multiple values, dynamic parameters."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.core.nodes import Call, Constant, Define, If, Let, Local, NamedLet, Node, Variable
from lispcore.core.nodes import Sequence as Seq
from lispcore.expanding.binding_patterns import is_pattern
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import nil, sequence, subform, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.parameters import destructure, expand_function
from lispcore.expanding.special_forms import Form, Reach, alias, special_form
from lispcore.values.types import Keyword, List, Map, Symbol, Value, Vector, list_items, type_name

CHAPTER = "binding"

Bindings = list[tuple[Variable, Node]]


def binding_pairs(ex: Expander, form: Form, index: int) -> list[Form]:
    """Returns the ``(name value)`` pairs of a binding list; a flat vector is accepted too."""
    item = form.items[index]
    whole = subform(ex, form, index)
    if type(item) is Vector and is_flat(item.items):
        if len(item.items) % 2:
            raise form.error("expected a name and a value in turn", index)
        pairs = []
        for at in range(0, len(item.items), 2):
            pair = Form([0], whole.span_at(at), (whole.span_at(at), whole.span_at(at + 1)))
            pair.items = item.items[at : at + 2]
            pair.name, pair.usage = form.name, form.usage
            pairs.append(pair)
        return pairs
    pairs = []
    for at, each in enumerate(whole.items):
        if type(each) not in (List, Vector):
            raise whole.error(f"expected (name value), got {type_name(each)}", at)
        pair = subform(ex, whole, at)
        if len(pair.items) != 2:
            raise whole.error("each binding is a name and one value: (name value)", at)
        if type(pair.items[0]) not in (Symbol, Vector, Map):
            raise pair.error(
                f"expected a name, a [vector] or a {{map}} pattern, got {type_name(pair.items[0])}",
                0,
            )
        pairs.append(pair)
    return pairs


def is_flat(items: list[Value]) -> bool:
    """Tells whether a vector of bindings holds names and values in turn, no pairs.

    ``[[a b] (f)]`` takes a value apart, ``[[a 1] [b 2]]`` and ``[(a 1) (b 2)]`` are pairs, and so
    is ``[[a b] [c d]]``.
    """
    if not all(type(each) in (List, Vector) for each in items[::2]):
        return True
    if not items or len(items) % 2:
        return False
    if not all(type(each) is Vector and _could_be_pattern(each) for each in items[::2]):
        return False
    return not all(
        type(each) is Vector and len(each.items) == 2 and is_pattern(each.items[0])
        for each in items
    )


def _could_be_pattern(item: Vector) -> bool:
    """Tells whether all parts of a vector are patterns, or `:as`."""
    return all(
        is_pattern(each) or (type(each) is Keyword and each.name == "as") for each in item.items
    )


@special_form(
    "let",
    "(let ((name value) …) body …)",
    least=2,
    gives="any",
    text="Binds names for the body only; the values do not see the new names. With a name "
    "before the bindings it is a loop: calling that name starts the body again with new "
    "values.",
    examples=[
        ("(let ((x 2) (y 3)) (* x y))", "6"),
        ("(let (([a b] '(1 2)) ({:keys [c]} {:c 3})) (list a b c))", "(1 2 3)"),
        ("(let loop ((n 5) (product 1)) (if (= n 0) product (loop (- n 1) (* product n))))", "120"),
    ],
    reach=Reach.KEPT,
)
def let(ex: Expander, form: Form, scope: Scope | None) -> Node:
    if type(form.items[1]) is Symbol:
        return named_let(ex, form, scope)
    inner = Scope(scope)
    bindings: Bindings = []
    for pair in binding_pairs(ex, form, 1):
        value = ex.expand(pair.items[1], scope, pair.span_at(1))
        target = pair.items[0]
        if type(target) is Symbol:
            bindings.append((inner.add(target.name), value))
        else:
            destructure(ex, target, value, bindings, inner, pair)
    return Let(bindings, ex.body(form, 2, inner), form.span)


def named_let(ex: Expander, form: Form, scope: Scope | None) -> Node:
    """Expands ``(let name ((variable value) …) body …)``."""
    if len(form.items) < 4:
        raise form.error("expected bindings and a body after the name")
    name = form.items[1].name
    around = Scope(scope)
    variable = around.add(name)
    variable.letrec = True
    pairs = binding_pairs(ex, form, 2)
    values = [ex.expand(pair.items[1], scope, pair.span_at(1)) for pair in pairs]
    parameters = Vector([pair.items[0] for pair in pairs])
    function = expand_function(ex, name, parameters, form, 3, around, 2)
    return NamedLet(variable, function, values, form.span)


@special_form(
    "let*",
    "(let* ((name value) …) body …)",
    least=2,
    gives="any",
    text="Binds names one after the other, so that each value may use the names before it.",
    examples=[
        ("(let* ((x 2) (y (* x 10))) (+ x y))", "22"),
    ],
    reach=Reach.KEPT,
)
def let_star(ex: Expander, form: Form, scope: Scope | None) -> Node:
    bindings: Bindings = []
    # One scope for all: a name means the latest of its variables, and a value is expanded before
    # its name is added.
    scope = Scope(scope)
    for pair in binding_pairs(ex, form, 1):
        value = ex.expand(pair.items[1], scope, pair.span_at(1))
        target = pair.items[0]
        if type(target) is Symbol:
            bindings.append((scope.add(target.name), value))
        else:
            destructure(ex, target, value, bindings, scope, pair)
    return Let(bindings, ex.body(form, 2, Scope(scope)), form.span)


@special_form(
    "letrec",
    "(letrec ((name value) …) body …)",
    least=2,
    gives="any",
    text="Binds names that may use one another, as functions do that call each other.",
    examples=[
        (
            "(letrec ((even (fn (n) (if (= n 0) #t (odd (- n 1))))) (odd (fn (n) (if (= n 0) #f "
            "(even (- n 1)))))) (even 10))",
            "#t",
        ),
    ],
    reach=Reach.KEPT,
)
def letrec(ex: Expander, form: Form, scope: Scope | None) -> Node:
    inner = Scope(scope, is_body=True)
    pairs = binding_pairs(ex, form, 1)
    variables = []
    for pair in pairs:
        if type(pair.items[0]) is not Symbol:
            raise pair.error("expected a name", 0)
        variable = inner.add(pair.items[0].name)
        variable.letrec = True
        variables.append(variable)
    ex.declare(form.items[2:], inner)  # the values see what the body defines
    parts: list[Node] = []
    for pair, variable in zip(pairs, variables, strict=True):
        value = ex.expand(pair.items[1], inner, pair.span_at(1))
        if hasattr(value, "name") and not value.name:
            value.name = variable.name
        parts.append(Define(variable, value, pair.span))
    return Seq([*parts, ex.body(form, 2, inner, is_function=True)], form.span)


alias("letrec*", "letrec")


def values_formals(
    ex: Expander, clause: Form, produced: Node, bindings: Bindings, bind: Callable[[str], Variable]
) -> None:
    """Adds the bindings of one ``(formals producer)`` clause; `bind` makes a variable of a name."""
    formals = clause.items[0]
    span = clause.span
    if type(formals) is Symbol:
        bindings.append((bind(formals.name), Call(None, [produced], span, helper="values_list")))
        return
    if type(formals) not in (List, Vector):
        raise clause.error(f"expected names for the values, got {type_name(formals)}", 0)
    names = list_items(formals) if type(formals) is List else formals.items
    rest = None
    if len(names) > 1 and type(names[-2]) is Symbol and names[-2].name in (".", "&"):
        names, rest = names[:-2], names[-1]
    if not all(type(name) is Symbol for name in names):
        raise clause.error("expected names for the values", 0)
    parts = Variable("values")
    arguments: list[Node] = [
        produced,
        Constant(len(names), span),
        Constant(rest is not None, span),
    ]
    bindings.append((parts, Call(None, arguments, span, helper="spread_values")))
    for index, name in enumerate([*names, rest] if rest is not None else names):
        get: list[Node] = [Local(parts, span), Constant(index, span)]
        bindings.append((bind(name.name), Call(None, get, span, helper="item")))


@special_form(
    "let-values",
    "(let-values (((name …) producer) …) body …)",
    least=2,
    gives="any",
    text="Binds the values that expressions give with `values`, each group to a list of names.",
    examples=[
        ("(let-values (((q r) (values 7 2)) ((x) 1)) (list q r x))", "(7 2 1)"),
    ],
    reach=Reach.KEPT,
)
def let_values(ex: Expander, form: Form, scope: Scope | None) -> Node:
    inner = Scope(scope)
    bindings: Bindings = []
    clauses = subform(ex, form, 1)
    for index in range(len(clauses.items)):
        clause = subform(ex, clauses, index, 2)
        produced = ex.expand(clause.items[1], scope, clause.span_at(1))
        values_formals(ex, clause, produced, bindings, inner.add)
    return Let(bindings, ex.body(form, 2, inner), form.span)


@special_form(
    "let*-values",
    "(let*-values (((name …) producer) …) body …)",
    least=2,
    gives="any",
    text="The same as `let-values`, but later expressions see the earlier names.",
    examples=[
        ("(let*-values (((a b) (values 1 2)) ((c) (+ a b))) c)", "3"),
    ],
    reach=Reach.KEPT,
)
def let_star_values(ex: Expander, form: Form, scope: Scope | None) -> Node:
    bindings: Bindings = []
    scope = Scope(scope)
    clauses = subform(ex, form, 1)
    for index in range(len(clauses.items)):
        clause = subform(ex, clauses, index, 2)
        produced = ex.expand(clause.items[1], scope, clause.span_at(1))
        values_formals(ex, clause, produced, bindings, scope.add)
    return Let(bindings, ex.body(form, 2, Scope(scope)), form.span)


@special_form(
    "define-values",
    "(define-values (name …) producer)",
    least=2,
    most=2,
    gives="nil",
    text="Defines one name for each of the values that an expression gives with `values`.",
    examples=[
        ("(begin (define-values (q r) (values 3 1)) (list q r))", "(3 1)"),
    ],
    reach=Reach.KEPT,
)
def define_values(ex: Expander, form: Form, scope: Scope | None) -> Node:
    names: list[tuple[str, Variable]] = []

    def bind(name: str) -> Variable:
        names.append((name, Variable(name)))
        return names[-1][1]

    bindings: Bindings = []
    clause = Form([form.items[1], form.items[2]], form.span, form.spans and form.spans[1:])
    clause.name, clause.usage = form.name, form.usage
    produced = ex.expand(form.items[2], scope, form.span_at(2))
    values_formals(ex, clause, produced, bindings, bind)
    parts = [ex.define(name, Local(each, form.span), scope, form.span) for name, each in names]
    return Let(bindings, Seq([*parts, nil(form)], form.span), form.span)


def single_binding(ex: Expander, form: Form, scope: Scope | None) -> tuple[Variable, Node, Form]:
    """Returns a fresh variable, the value and the pair of a form that binds exactly one name."""
    item = form.items[1]
    pair = subform(ex, form, 1, 1)
    if type(item) is List and len(pair.items) == 1 and type(pair.items[0]) in (List, Vector):
        pair = subform(ex, pair, 0)
    if len(pair.items) != 2:
        raise form.error("expected one name and one value: (name value)", 1)
    value = ex.expand(pair.items[1], scope, pair.span_at(1))
    return Variable("value"), value, pair


@special_form(
    "when-let",
    "(when-let (name value) body …)",
    least=2,
    gives="any",
    text="Binds a name to a value and runs the body, unless the value is nil.",
    examples=[
        ("(when-let (x (get {:a 1} :a)) (+ x 1))", "2"),
        ("(when-let (x nil) 1)", "nil"),
    ],
)
def when_let(ex: Expander, form: Form, scope: Scope | None) -> Node:
    held, value, pair = single_binding(ex, form, scope)
    inner = Scope(scope)
    bindings: Bindings = []
    destructure(ex, pair.items[0], Local(held, pair.span), bindings, inner, pair)
    then = Let(bindings, ex.body(form, 2, inner), form.span)
    return Let([(held, value)], If(not_nil(held, form), then, nil(form), form.span), form.span)


@special_form(
    "if-let",
    "(if-let (name value) then [else])",
    least=2,
    most=3,
    gives="any",
    text="Binds a name to a value for the second part, or evaluates the third if it is nil.",
    examples=[
        ("(if-let (x (get {} :a)) x :none)", ":none"),
        ("(if-let (x 5) (* x 2) 0)", "10"),
    ],
)
def if_let(ex: Expander, form: Form, scope: Scope | None) -> Node:
    held, value, pair = single_binding(ex, form, scope)
    inner = Scope(scope)
    bindings: Bindings = []
    destructure(ex, pair.items[0], Local(held, pair.span), bindings, inner, pair)
    then = Let(bindings, ex.expand(form.items[2], inner, form.span_at(2)), form.span)
    otherwise = sequence(ex, form, 3, scope)
    return Let([(held, value)], If(not_nil(held, form), then, otherwise, form.span), form.span)


def not_nil(variable: Variable, form: Form) -> Node:
    """Returns the test that a variable is not nil (#f passes)."""
    return Call(None, [Local(variable, form.span)], form.span, helper="not_nil")


@special_form(
    "parameterize",
    "(parameterize ((parameter value) …) body …)",
    least=2,
    gives="any",
    text="Gives parameters made by `make-parameter` other values while the body runs.",
    examples=[
        (
            "(begin (define depth (make-parameter 0)) (list (parameterize ((depth 1)) (depth)) "
            "(depth)))",
            "(1 0)",
        ),
    ],
)
def parameterize(ex: Expander, form: Form, scope: Scope | None) -> Node:
    parts: list[Node] = [thunk(ex, form, 2, scope)]
    clauses = subform(ex, form, 1)
    for index in range(len(clauses.items)):
        pair = subform(ex, clauses, index)
        if len(pair.items) != 2:
            raise clauses.error("expected (parameter value)", index)
        parts.append(ex.expand(pair.items[0], scope, pair.span_at(0)))
        parts.append(ex.expand(pair.items[1], scope, pair.span_at(1)))
    return Call(None, parts, form.span, helper="parameterize")
