"""Functions, their lists of parameters, and patterns that take values apart."""

from __future__ import annotations

from collections.abc import Callable

from lispcore.core.nodes import Bind, Call, Constant, If, Lambda, Let, Local, Node, Span, Variable
from lispcore.expanding.binding_patterns import NONE, is_pattern, map_parts, vector_parts
from lispcore.expanding.expander import Expander
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form
from lispcore.values.printing import print_value
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items, to_key, type_name

# Before the name (or pattern) for all further arguments: as in Sema and Scheme, Clojure, and
# Common Lisp.
REST_MARKS = frozenset(". & &rest &body".split())

# Marks of Common Lisp's and Emacs Lisp's parameter lists, with what to write instead.
UNSUPPORTED_MARKS = {
    **dict.fromkeys(
        ("&optional", "#!optional"),
        "write several lists of parameters: (defun f ([a] (f a 1)) ([a b] (list a b)))",
    ),
    **dict.fromkeys(
        ("&key", "&allow-other-keys", "#!key"),
        "write & and a map pattern: (fn (a & {:keys [b] :or {b 1}}) …), called as (f 1 :b 2)",
    ),
    "&aux": "bind it in the body: (let ((name value)) …)",
    "&environment": "a macro gets its arguments only",
    "&whole": "a macro gets its arguments only",
}


def expand_function(
    ex: Expander, name: str, parameters: Value, form: Form, start: int, scope: Scope | None, at: int
) -> Lambda:
    """Expands a function whose parameter list is `parameters` and whose body begins at `start`.

    `at` is the index of the item to which errors about the parameters point.
    """
    inner = Scope(scope, is_body=True)
    fixed, rest, patterns = expand_parameters(ex, parameters, form, at, inner)
    if not patterns:
        body = ex.body(form, start, inner, is_function=True)
    else:
        bindings: list[tuple[Variable, Node]] = []
        take_apart(ex, patterns, rest, bindings, inner, form, at)
        body = Let(bindings, ex.body(form, start, inner), form.span)
    function = Lambda(name, fixed, rest, body, form.span)
    if len(form.items) > start + 1 and type(form.items[start]) is str:
        function.documentation = form.items[start]
    return function


def expand_parameters(
    ex: Expander, parameters: Value, form: Form, at: int, scope: Scope
) -> tuple[list[Variable], Variable | None, list[tuple[Variable, Value]]]:
    """Returns the fixed parameters, the rest parameter and the patterns of a parameter list."""
    if type(parameters) is Symbol:
        return [], scope.add(parameters.name), []
    if type(parameters) is List:
        items = list_items(parameters)
    elif type(parameters) is Vector:
        items = parameters.items
    else:
        raise form.error(f"expected a list of parameters, got {type_name(parameters)}", at)
    fixed: list[Variable] = []
    patterns: list[tuple[Variable, Value]] = []
    for index, item in enumerate(items):
        if type(item) is Symbol and item.name in REST_MARKS:
            if index != len(items) - 2 or not is_pattern(items[-1]):
                raise form.error(f"expected one name after {item.name}", at)
            if type(items[-1]) is Symbol:
                return fixed, _parameter(ex, items[-1].name, scope, form, at), patterns
            rest = Variable("arguments")
            patterns.append((rest, items[-1]))
            return fixed, rest, patterns
        if type(item) is Symbol:
            fixed.append(_parameter(ex, item.name, scope, form, at))
        elif type(item) is Vector or type(item) is Map:
            variable = Variable("argument")
            fixed.append(variable)
            patterns.append((variable, item))
        else:
            raise form.error(
                f"a parameter must be a name or a pattern, got {print_value(item)}", at
            )
    return fixed, None, patterns


def take_apart(
    ex: Expander,
    patterns: list[tuple[Variable, Value]],
    rest: Variable | None,
    bindings: list[tuple[Variable, Node]],
    scope: Scope,
    form: Form,
    at: int,
) -> None:
    """Adds to `bindings` what the patterns in the place of parameters bind."""
    for variable, pattern in patterns:
        argument: Node = Local(variable, form.span_at(at))
        if variable is rest and type(pattern) is Map:
            argument = Call(None, [argument], argument.span, helper="map_of_rest")
        destructure(ex, pattern, argument, bindings, scope, form)


def _parameter(ex: Expander, name: str, scope: Scope, form: Form, at: int) -> Variable:
    """Returns the variable of a parameter, whose name must be the only one of its list."""
    if name in scope.variables and name != "_":
        raise form.error(f"the parameter {name} stands twice in the list", at)
    if name in UNSUPPORTED_MARKS:
        error = form.error(f"{name} is not supported", at)
        error.hint = UNSUPPORTED_MARKS[name]
        raise error
    return scope.add(name)


def destructure(
    ex: Expander,
    pattern: Value,
    value: Node,
    bindings: list[tuple[Variable, Node]],
    scope: Scope,
    form: Form,
    bind: Callable[[str], Variable] | None = None,
) -> None:
    """Adds to `bindings` what a name or pattern binds when it meets `value`."""
    add = bind or scope.add
    span = ex.spans.of(pattern) or value.span
    # A stack instead of recursion: patterns may be nested in any depth.
    work: list[tuple[Value, Node]] = [(pattern, value)]
    while work:
        target, source = work.pop()
        if type(target) is Symbol:
            bindings.append((add(target.name), source))
        elif type(target) is Vector:
            work.extend(reversed(_vector_targets(ex, target, source, bindings, span, form)))
        elif type(target) is Map:
            work.extend(reversed(_map_targets(ex, target, source, bindings, scope, form)))
        else:
            raise form.error(
                f"expected a name, a [vector] or a {{map}} pattern, got {print_value(target)}"
            )


def _vector_targets(
    ex: Expander,
    pattern: Vector,
    source: Node,
    bindings: list[tuple[Variable, Node]],
    span: Span,
    form: Form,
) -> list[tuple[Value, Node]]:
    """Binds the parts of a sequence; returns the patterns for them with what they meet."""
    items, rest, whole = vector_parts(pattern, form.error)
    targets: list[tuple[Value, Node]] = []
    if whole is not None:
        kept = held(source, bindings)
        targets.append((whole, kept))
        source = kept.again()
    has_rest = rest is not None
    parts = Variable("parts")
    arguments: list[Node] = [source, Constant(len(items), span), Constant(has_rest, span)]
    bindings.append((parts, Call(None, arguments, span, helper="destructure")))
    for index, item in enumerate([*items, rest] if has_rest else items):
        if type(item) is Symbol and item.name == "_":
            continue
        get: Node = Call(None, [Local(parts, span), Constant(index, span)], span, helper="item")
        if index == len(items) and type(item) is Map:
            get = Call(None, [get], span, helper="map_of_rest")
        targets.append((item, get))
    return targets


def _map_targets(
    ex: Expander,
    pattern: Map,
    source: Node,
    bindings: list[tuple[Variable, Node]],
    scope: Scope,
    form: Form,
) -> list[tuple[Value, Node]]:
    """Binds the table of a map; returns the patterns for its values with what they meet."""
    parts, whole = map_parts(pattern, form.error)
    span = source.span
    targets: list[tuple[Value, Node]] = []
    if whole is not None:
        kept = held(source, bindings)
        targets.append((whole, kept))
        source = kept.again()
    variable = Variable("table")
    bindings.append((variable, Call(None, [source], span, helper="destructure_table")))
    table = Local(variable, span)
    for item, key, default in parts:
        if default is NONE:
            get: list[Node] = [table.again(), Constant(to_key(key), span)]
            targets.append((item, Call(None, get, span, helper="value_in")))
            continue
        # The form for a missing key is evaluated only where the key is missing.
        found = Variable("value")
        found.assigned = True
        bindings.append((found, Call(None, [], span, helper="later")))
        look_up = Call(None, [table.again(), Constant(to_key(key), span)], span, helper="found_in")
        otherwise = ex.expand(default, scope, span)
        is_there = Bind(found, look_up, span, "absent")
        targets.append((item, If(is_there, Local(found, span), otherwise, span)))
    return targets


def held(source: Node, bindings: list[tuple[Variable, Node]]) -> Local:
    """Returns a use of the value of a node, bound to a variable if it is none."""
    if type(source) is Local:
        return source
    variable = Variable("whole")
    bindings.append((variable, source))
    return Local(variable, source.span)
