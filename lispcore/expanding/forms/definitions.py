"""Macros, record types and multimethods."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Let, Local, Node, Sequence, Variable
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.basic import nil, subform
from lispcore.expanding.forms.model_forms import defined_name
from lispcore.expanding.forms.syntax_rules import syntax_rules
from lispcore.values.types import List, Symbol, Value, Vector, list_from, list_items, type_name


def enter_macro(ex: Expander, name: str, macro: object, scope: Scope | None) -> None:
    """Makes a macro known in the body around it, or everywhere."""
    while scope is not None and not scope.is_body:
        scope = scope.parent
    if scope is None:
        ex.define_macro(name, macro)
    else:
        ex.has_inner_macros = True
        scope.macros = {**(scope.macros or {}), name: macro}


@special_form("defmacro define-macro", "(defmacro name (parameter …) body …)", 2)
def defmacro(ex: Expander, form: Form, scope: Scope | None) -> Node:
    target = form.items[1]
    if type(target) is List and target.count and form.name == "define-macro":
        name, *parameters = list_items(target)
        function_form = Form(
            [form.items[0], name, list_from(parameters), *form.items[2:]], form.span, None
        )
        function_form.name, function_form.usage = form.name, form.usage
    else:
        function_form = form
    name_text = defined_name(function_form)
    if len(function_form.items) < 4:
        raise form.error("expected a name, parameters and a body")
    function = ex.function(name_text, function_form.items[2], function_form, 3, None, 2)
    enter_macro(ex, name_text, ex.interpreter.evaluate_node(function), scope)
    return nil(form)


@special_form(
    "define-syntax", "(define-syntax name (syntax-rules (literal …) (pattern template) …))", 2, 2
)
def define_syntax(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    rules = subform(ex, form, 2, 2)
    head = rules.items[0]
    if type(head) is not Symbol or head.name != "syntax-rules":
        raise form.error("expected (syntax-rules …) after the name", 2)
    enter_macro(ex, name, syntax_rules(name, rules), scope)
    return nil(form)


@special_form(
    "define-record-type", "(define-record-type name (make field …) predicate? (field get) …)", 3
)
def define_record_type(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is List and name.count:
        name = list_items(name)[0]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    specs = [subform(ex, form, index, 1) for index in range(4, len(form.items))]
    constructor = form.items[2]
    made = list_items(constructor) if type(constructor) is List else [constructor]
    if not made:
        raise form.error("expected the constructor's name and its fields", 2)
    for symbol in [*made, *(item for spec in specs for item in spec.items), form.items[3]]:
        if type(symbol) is not Symbol:
            raise form.error(f"expected names only, got {type_name(symbol)}")
    fields = [spec.items[0].name for spec in specs]
    for field in made[1:]:
        if field.name not in fields:
            fields.append(field.name)
    if type(constructor) is not List:
        made = [constructor, *(Symbol(field) for field in fields)]
    span = form.span
    record = Variable(name.name)
    use = Local(record, span)

    given = tuple(fields.index(symbol.name) for symbol in made[1:])

    def defined(target: Value, helper: str, *details: Value) -> Node:
        arguments = [use, Constant(target.name, span), *(Constant(d, span) for d in details)]
        value = Call(None, arguments, span, helper=helper)
        return ex.define(target.name, value, scope, span)

    parts = [
        ex.define(name.name, use, scope, span),
        defined(made[0], "record_constructor", given),
        defined(form.items[3], "record_predicate"),
    ]
    for index, spec in enumerate(specs):
        if len(spec.items) > 1:
            parts.append(defined(spec.items[1], "record_accessor", index))
        if len(spec.items) > 2:
            parts.append(defined(spec.items[2], "record_modifier", index))
    value = Call(
        None,
        [Constant(name.name, span), Constant(tuple(fields), span), Constant(given, span)],
        span,
        helper="record_type",
    )
    return Let([(record, value)], Sequence([*parts, nil(form)], span), span)


@special_form("defmulti", "(defmulti name dispatch-function)", 2, 2)
def defmulti(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    dispatch = ex.expand(form.items[2], scope, form.span_at(2))
    value = Call(None, [Constant(name, form.span), dispatch], form.span, helper="multimethod")
    return ex.define(name, value, scope, form.span)


@special_form("defmethod", "(defmethod name value function)", 3)
def defmethod(ex: Expander, form: Form, scope: Scope | None) -> Node:
    defined_name(form)
    multimethod = ex.expand(form.items[1], scope, form.span_at(1))
    value = ex.expand(form.items[2], scope, form.span_at(2))
    if len(form.items) > 4 or type(form.items[3]) is Vector:
        function: Node = ex.function("", form.items[3], form, 4, scope, 3)
    else:
        function = ex.expand(form.items[3], scope, form.span_at(3))
    return Call(None, [multimethod, value, function], form.span, helper="add_method")
