"""Code as data: quoting, templates and macros."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import defined_name, nil, subform
from lispcore.expanding.forms.syntax_rules import syntax_rules
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.parameters import expand_function
from lispcore.expanding.quasiquote import build_template
from lispcore.expanding.special_forms import Form, Reach, alias, special_form
from lispcore.values.types import List, Symbol, list_from, list_items

CHAPTER = "macros"


@special_form(
    "quote",
    "(quote datum)",
    least=1,
    most=1,
    gives="any",
    text="Gives its argument as data, without evaluating it. Written 'x for short.",
    examples=[
        ("(quote (+ 1 2))", "(+ 1 2)"),
        ("'name", "name"),
    ],
    reach=Reach.KEPT,
)
def quote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return Constant(ex.datum(form.items[1]), form.span)


@special_form(
    "quasiquote",
    "(quasiquote template)",
    least=1,
    most=1,
    gives="any",
    text="A template, written with a backquote: everything is data but what stands behind , "
    "(evaluated) or ,@ (evaluated, and its items put in). A symbol that ends in # "
    "becomes a fresh one.",
    examples=[
        ("(let ((x 2)) `(1 ,x ,@(list 3 4)))", "(1 2 3 4)"),
    ],
    reach=Reach.BUT_MACROS,
)
def quasiquote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return build_template(ex, form.items[1], scope, form.span)


@special_form(
    "unquote unquote-splicing",
    "`(… ,expression …)",
    least=0,
    gives="any",
    text="Marks what is evaluated inside a quasiquote template: ,x puts the value in, ,@x its "
    "items.",
    examples=[
        ("`(a ,(+ 1 2) ,@'(b c))", "(a 3 b c)"),
        ("(unquote 1)", "error: template"),
    ],
)
def stray_unquote(ex: Expander, form: Form, scope: Scope | None) -> Node:
    error = form.error("only makes sense inside a quasiquote template")
    error.hint = "items are separated by spaces, not commas; a , belongs into a `(template …)"
    raise error


def enter_macro(ex: Expander, name: str, macro: object, scope: Scope | None) -> None:
    """Makes a macro known in the body around it, or everywhere."""
    while scope is not None and not scope.is_body:
        scope = scope.parent
    if scope is None:
        ex.define_macro(name, macro)
    else:
        ex.has_inner_macros = True
        scope.macros = {**(scope.macros or {}), name: macro}


@special_form(
    "defmacro",
    "(defmacro name (parameter …) body …)",
    least=2,
    gives="nil",
    text="Defines a macro: a function from forms to a form, called while the program is read, "
    "whose result stands in place of the call.",
    examples=[
        (
            "(begin (defmacro unless2 (test & body) `(if ,test nil (begin ,@body))) (unless2 #f "
            "1 2))",
            "2",
        ),
    ],
    reach=Reach.KEPT,
)
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
    function = expand_function(ex, name_text, function_form.items[2], function_form, 3, None, 2)
    enter_macro(ex, name_text, ex.interpreter.evaluate_node(function), scope)
    return nil(form)


alias("define-macro", "defmacro")


@special_form(
    "define-syntax",
    "(define-syntax name (syntax-rules (literal …) (pattern template) …))",
    least=2,
    most=2,
    gives="nil",
    text="Defines a macro by patterns: the first pattern that fits the call is replaced by "
    "its template. Names that a template binds never clash with those of its user.",
    examples=[
        (
            "(begin (define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) "
            "(set! b tmp))))) (let ((tmp 1) (y 2)) (swap! tmp y) (list tmp y)))",
            "(2 1)",
        ),
    ],
    reach=Reach.KEPT,
    clauses=("syntax-rules",),
)
def define_syntax(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    rules = subform(ex, form, 2, 2)
    head = rules.items[0]
    if type(head) is not Symbol or head.name != "syntax-rules":
        raise form.error("expected (syntax-rules …) after the name", 2)
    enter_macro(ex, name, syntax_rules(name, rules, scope), scope)
    return nil(form)
