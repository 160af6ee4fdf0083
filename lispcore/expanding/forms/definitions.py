"""Functions, definition and assignment."""

from __future__ import annotations

from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    If,
    Lambda,
    Let,
    Local,
    Node,
    Sequence,
    Variable,
)
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call, nil, subform
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.parameters import (
    destructure,
    expand_function,
    expand_parameters,
    take_apart,
)
from lispcore.expanding.special_forms import Form, Reach, alias, special_form
from lispcore.values.types import (
    EMPTY,
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

CHAPTER = "definitions"


@special_form(
    "lambda fn",
    "(lambda (parameter …) body …)",
    least=2,
    gives="function",
    text="Makes a function without a name. Parameters may be patterns; a single name in place "
    "of the list takes all arguments as a list.",
    examples=[
        ("((lambda (x y) (* x y)) 6 7)", "42"),
        ("(map (fn (x) (* x x)) '(1 2 3))", "(1 4 9)"),
        ("((fn all all) 1 2)", "(1 2)"),
        ("((fn ([a b]) (- a b)) [5 3])", "2"),
    ],
    reach=Reach.KEPT,
)
def lambda_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    if has_clauses(form, 1):
        return clauses(ex, "", form, 1, scope)
    return expand_function(ex, "", form.items[1], form, 2, scope, 1)


def has_clauses(form: Form, start: int) -> bool:
    """Tells whether a function is written as several ``([parameter …] body …)``."""
    return all(
        type(item) is List and item.count and type(item.cells[item.count - 1]) is Vector
        for item in form.items[start:]
    )


def clauses(ex: Expander, name: str, form: Form, start: int, scope: Scope | None) -> Lambda:
    """Expands a function with several lists of parameters: the first that fits a call counts."""
    given = Variable("arguments")
    span = form.span
    counts: list[str] = []
    chosen: list[tuple[Variable, Node, Node]] = []
    for index in range(start, len(form.items)):
        clause = subform(ex, form, index, 1)
        inner = Scope(scope, is_body=True)
        fixed, rest, patterns = expand_parameters(ex, clause.items[0], clause, 0, inner)
        parts = Variable("parts")
        parts.assigned = True
        names = fixed if rest is None else [*fixed, rest]
        bindings: list[tuple[Variable, Node]] = []
        for at, variable in enumerate(names):
            get: list[Node] = [Local(parts, span), Constant(at, span)]
            bindings.append((variable, Call(None, get, span, helper="item")))
        take_apart(ex, patterns, rest, bindings, inner, clause, 0)
        body: Node = ex.body(clause, 1, inner, is_function=not patterns)
        body = Let(bindings, body, clause.span)
        size: list[Node] = [Constant(len(fixed), span), Constant(rest is not None, span)]
        fits = Call(None, [Local(given, span), *size], span, helper="match_sequence")
        chosen.append((parts, Bind(parts, fits, span, "nil"), body))
        counts.append(str(len(fixed)) if rest is None else f"{len(fixed)} or more")
    said = [Constant(name or "function", span), Constant(" or ".join(counts), span)]
    result: Node = Call(None, [*said, Local(given, span)], span, helper="no_arity")
    for parts, test, body in reversed(chosen):
        later: Node = Call(None, [], span, helper="later")
        result = Let([(parts, later)], If(test, body, result, span), span)
    return Lambda(name, [], given, result, span)


@special_form(
    "define",
    "(define name value) or (define (name parameter …) body …)",
    least=2,
    gives="nil",
    text="Gives a name a value, or defines a function. At the top level the name is known "
    "everywhere, inside a body only there. In place of the name, a [vector] or {map} "
    "pattern names the parts of the value. `(define ((f a) b) …)` defines a function "
    "that returns a function. A string before the value, or at the beginning of a function's body, "
    "is documentation, for `doc`.",
    examples=[
        ("(begin (define x 10) (+ x 1))", "11"),
        ("(begin (define (square n) (* n n)) (square 7))", "49"),
        ("(begin (define [a b] [1 2]) (list b a))", "(2 1)"),
        ("(begin (define ((add a) b) (+ a b)) ((add 1) 2))", "3"),
    ],
    reach=Reach.KEPT,
)
def define(ex: Expander, form: Form, scope: Scope | None) -> Node:
    target = form.items[1]
    if type(target) is List and target is not EMPTY:
        return define_function(ex, form, scope, target)
    if len(form.items) == 4 and type(form.items[2]) is str and type(target) is Symbol:
        return define_documented(ex, form, scope, target.name)
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


alias("def", "define", reach=Reach.BUT_MACROS)


def define_documented(ex: Expander, form: Form, scope: Scope | None, name: str) -> Node:
    """Expands ``(define name "documentation" value)``."""
    said, span = form.items[2], form.span
    value = ex.expand(form.items[3], scope, form.span_at(3))
    if isinstance(value, Lambda):
        value.documentation = value.documentation or said
        return ex.define(name, value, scope, span)
    if scope is not None:
        return ex.define(name, value, scope, span)
    held = Variable(name)
    definition = ex.define(name, Local(held, span), scope, span)
    about = [Constant(name, span), Constant(said, span), Local(held, span)]
    noted = library_call("help/%note", about, form)
    return Let([(held, value)], Sequence([definition, noted, nil(form)], span), span)


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
    function = expand_function(ex, head.name, list_from(parameters), form, 2, scope, 1)
    return ex.define(head.name, function, scope, form.span)


_LAMBDA = intern_symbol("lambda")


def define_pattern(
    ex: Expander, form: Form, scope: Scope | None, target: Value, value: Node
) -> Node:
    """Expands the definition of all the names of a pattern."""
    bindings: list[tuple[Variable, Node]] = []
    names: list[tuple[str, Variable]] = []

    def bind(name: str) -> Variable:
        variable = holder.add(name)
        names.append((name, variable))
        return variable

    holder = Scope(scope)
    destructure(ex, target, value, bindings, holder, form, bind)
    parts: list[Node] = [
        ex.define(name, Local(variable, form.span), scope, form.span) for name, variable in names
    ]
    return Let(bindings, Sequence([*parts, nil(form)], form.span), form.span)


@special_form(
    "defun defn",
    "(defun name (parameter …) body …)",
    least=3,
    gives="nil",
    text="Defines a function: name, parameters, body. A string before the parameters or at the "
    "beginning of the body is its documentation, for `doc` and `tool`. A name after & or a dot "
    "collects the rest of the arguments, a map pattern there takes keyword arguments. Several "
    "`([parameter …] body …)` make a function for several numbers of arguments.",
    examples=[
        ('(begin (defun greet (name) (str "Hello, " name)) (greet "Ada"))', '"Hello, Ada"'),
        ("(begin (defn tail (x & more) more) (tail 1 2 3))", "(2 3)"),
        ("(begin (defn area ([r] (* r r)) ([a b] (* a b))) (list (area 3) (area 2 5)))", "(9 10)"),
        ("(begin (defn f [x & {:keys [y] :or {y 0}}] (list x y)) (f 1 :y 2))", "(1 2)"),
    ],
    reach=Reach.BUT_MACROS,
)
def defun(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    start = 2
    if type(form.items[2]) is str and (len(form.items) > 4 or has_clauses(form, 3)):
        start = 3  # a documentation string, as Clojure has it
    documentation = form.items[2] if start == 3 else ""
    if has_clauses(form, start):
        function = clauses(ex, name.name, form, start, scope)
        function.documentation = documentation
        return ex.define(name.name, function, scope, form.span)
    if type(form.items[start]) not in (List, Vector):
        raise form.error("expected a list of parameters after the name", start)
    function = expand_function(ex, name.name, form.items[start], form, start + 1, scope, start)
    function.documentation = function.documentation or documentation
    return ex.define(name.name, function, scope, form.span)


@special_form(
    "set!",
    "(set! name value)",
    least=2,
    most=2,
    gives="any",
    text="Changes the value of a variable that is already defined and gives the new value.",
    examples=[
        ("(let ((n 1)) (set! n (+ n 1)) n)", "2"),
    ],
    reach=Reach.BUT_MACROS,
)
def set_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    value = ex.expand(form.items[2], scope, form.span_at(2))
    return ex.assign(name.name, value, scope, form.span)
