"""Types of records, and functions with many methods."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Let, Local, Node, Sequence, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import defined_name, nil, subform
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.parameters import expand_function
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import List, Symbol, Value, Vector, list_items, type_name

CHAPTER = "definitions"


@special_form(
    "define-record-type",
    "(define-record-type name (make field …) predicate? (field get) …)",
    least=3,
    gives="nil",
    text="Defines a type of records: a constructor with the fields it takes, a predicate, and "
    "for each field a function that reads it and, if wanted, one that changes it.",
    examples=[
        (
            "(begin (define-record-type point (make-point x y) point? (x point-x) (y point-y)) "
            "(let ((p (make-point 3 4))) (list (point? p) (point-y p))))",
            "(#t 4)",
        ),
    ],
    reach=Reach.BUT_MACROS,
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
        arguments: list[Node] = [use.again(), Constant(target.name, span)]
        arguments += [Constant(each, span) for each in details]
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


@special_form(
    "defmulti",
    "(defmulti name dispatch-function)",
    least=2,
    most=2,
    gives="nil",
    text="Defines a function with many methods. The dispatch function is called with the "
    "arguments; its result decides which `defmethod` runs.",
    examples=[
        (
            "(begin (defmulti area :shape) (defmethod area :square (fn (s) (* (:side s) (:side "
            "s)))) (area {:shape :square :side 3}))",
            "9",
        ),
    ],
    reach=Reach.BUT_MACROS,
)
def defmulti(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    dispatch = ex.expand(form.items[2], scope, form.span_at(2))
    value = Call(None, [Constant(name, form.span), dispatch], form.span, helper="multimethod")
    return ex.define(name, value, scope, form.span)


@special_form(
    "defmethod",
    "(defmethod name value function)",
    least=3,
    gives="nil",
    text="Adds a method to a function made by `defmulti`, for one dispatch value. The value "
    ":default takes everything that has no method of its own.",
    examples=[
        (
            "(begin (defmulti size type) (defmethod size :string string-length) (defmethod size "
            ':default (fn (x) 0)) (list (size "abc") (size 5)))',
            "(3 0)",
        ),
    ],
    reach=Reach.BUT_MACROS,
)
def defmethod(ex: Expander, form: Form, scope: Scope | None) -> Node:
    defined_name(form)
    multimethod = ex.expand(form.items[1], scope, form.span_at(1))
    value = ex.expand(form.items[2], scope, form.span_at(2))
    if len(form.items) > 4 or type(form.items[3]) is Vector:
        function: Node = expand_function(ex, "", form.items[3], form, 4, scope, 3)
    else:
        function = ex.expand(form.items[3], scope, form.span_at(3))
    return Call(None, [multimethod, value, function], form.span, helper="add_method")
