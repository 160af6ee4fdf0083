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
    enter_macro(ex, name, _pattern_macro(ex, form, 2, name, scope), scope)
    return nil(form)


def _pattern_macro(ex: Expander, form: Form, at: int, name: str, scope: Scope | None) -> object:
    """Returns the macro of the ``(syntax-rules …)`` at a place, written in a scope."""
    rules = subform(ex, form, at)
    head = rules.items[0] if rules.items else None
    if type(head) is not Symbol or head.name != "syntax-rules":
        raise form.error("expected (syntax-rules …) after the name", at)
    if len(rules.items) < 2:
        raise form.error("expected a list of literals after syntax-rules", at)
    return syntax_rules(name, rules, scope)


@special_form(
    "let-syntax",
    "(let-syntax ((name (syntax-rules …)) …) body …)",
    least=2,
    gives="any",
    text="Binds macros for the body only; their templates do not see the new names.",
    examples=[
        (
            "(let-syntax ((twice (syntax-rules () ((_ x) (* 2 x))))) (twice (+ 1 2)))",
            "6",
        ),
        ("(let-syntax ((m (fn () 1))) (m))", "error: syntax-rules"),
    ],
    clauses=("syntax-rules",),
)
def let_syntax(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _with_macros(ex, form, scope, Scope(scope))


@special_form(
    "letrec-syntax",
    "(letrec-syntax ((name (syntax-rules …)) …) body …)",
    least=2,
    gives="any",
    text="Binds macros for the body and for one another.",
    examples=[
        (
            "(letrec-syntax ((my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) "
            "(if t t (my-or r ...))))))) (let ((t 5)) (my-or #f t)))",
            "5",
        ),
    ],
    clauses=("syntax-rules",),
)
def letrec_syntax(ex: Expander, form: Form, scope: Scope | None) -> Node:
    inner = Scope(scope)
    return _with_macros(ex, form, inner, inner)


def _with_macros(ex: Expander, form: Form, seen: Scope | None, inner: Scope) -> Node:
    """Expands a body in a scope with macros, whose templates see the names of another."""
    bindings = subform(ex, form, 1)
    macros: dict[str, object] = {}
    inner.macros = macros
    for at in range(len(bindings.items)):
        pair = subform(ex, bindings, at)
        if len(pair.items) != 2 or type(pair.items[0]) is not Symbol:
            raise bindings.error("each macro is written (name (syntax-rules …))", at)
        name = pair.items[0].name
        if name in macros:
            raise pair.error(f"{name} stands twice", 0)
        macros[name] = _pattern_macro(ex, pair, 1, name, seen)
    ex.has_inner_macros = True
    return ex.body(form, 2, inner)
