"""Quasiquote: templates of forms, and the code that builds what they stand for."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Let, Local, Node, Span, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.name_scopes import Scope
from lispcore.values.errors import LispError
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items

_UNQUOTES = frozenset(("unquote", "unquote-splicing"))


def build_template(ex: Expander, form: Value, scope: Scope | None, span: Span) -> Node:
    """Returns the code that builds a template, with fresh names for symbols that end in #."""
    names: dict[str, Variable] = {}
    node = _template(ex, form, scope, span, 1, names)
    if not names:
        return node
    bindings: list[tuple[Variable, Node]] = []
    for name, variable in names.items():
        prefix = Constant(name[:-1], span)
        bindings.append((variable, Call(None, [prefix], span, helper="fresh_symbol")))
    return Let(bindings, node, span)


def _template(
    ex: Expander,
    form: Value,
    scope: Scope | None,
    span: Span,
    level: int,
    names: dict[str, Variable],
) -> Node:
    """Returns the code that builds one part of a template at a nesting level."""
    kind = type(form)
    if kind is Symbol:
        if len(form.name) > 1 and form.name.endswith("#"):
            return Local(names.setdefault(form.name, Variable(form.name[:-1])), span)
        return Constant(ex.datum(form), span)
    if kind is Map:
        pairs = []
        for entry in form.entries():
            for each in entry:
                if level == 1 and _is_splice(each):
                    raise LispError(
                        "unquote-splicing: there is no list here to put items into",
                        line=span[0],
                        column=span[1],
                        hint="write ,@ inside a list or vector of the template: `(1 ,@xs)",
                    )
                pairs.append(_template(ex, each, scope, span, level, names))
        return Call(None, pairs, span, helper="map") if pairs else Constant(form, span)
    if kind is not List and kind is not Vector:
        return Constant(form, span)
    span = ex.spans.of(form) or span
    items = list_items(form) if kind is List else form.items
    if kind is List and len(items) >= 2 and type(items[0]) is Symbol:
        operator = items[0].name
        if operator in _UNQUOTES:
            if level > 1:
                return _rebuild(ex, items, scope, span, level - 1, names)
            if operator == "unquote" and len(items) == 2:
                return ex.expand(items[1], scope, span)
        elif operator == "quasiquote" and len(items) == 2:
            return _rebuild(ex, items, scope, span, level + 1, names)
    parts = _template_parts(ex, items, scope, span, level, names)
    if len(parts) == len(items) and all(
        type(part) is Constant and part.value is item
        for part, item in zip(parts, items, strict=True)
    ):
        return Constant(form, span)
    return Call(None, parts, span, helper="list_parts" if kind is List else "vector_parts")


def _rebuild(
    ex: Expander,
    items: list[Value],
    scope: Scope | None,
    span: Span,
    level: int,
    names: dict[str, Variable],
) -> Node:
    """Returns the code for a nested unquote or quasiquote that stays as it is."""
    inner = _template_parts(ex, items[1:], scope, span, level, names)
    return Call(None, [Constant(items[0], span), *inner], span, helper="list_parts")


def _template_parts(
    ex: Expander,
    items: list[Value],
    scope: Scope | None,
    span: Span,
    level: int,
    names: dict[str, Variable],
) -> list[Node]:
    """Returns the code of the items of a template; spliced ones become `splice` calls.

    An unquote of several forms, which nested templates make, gives each of them.
    """
    parts: list[Node] = []
    for item in items:
        name = ""
        if level == 1 and type(item) is List and item.count >= 2:
            head = item.cells[item.count - 1]
            name = head.name if type(head) is Symbol else ""
        if name not in _UNQUOTES:
            parts.append(_template(ex, item, scope, span, level, names))
            continue
        at = ex.spans.of(item) or span
        inner = [ex.expand(each, scope, at) for each in list_items(item)[1:]]
        if name == "unquote":
            parts += inner
        else:
            parts += [Call(None, [each], at, helper="splice") for each in inner]
    return parts


def _is_splice(item: Value) -> bool:
    """Tells whether a part of a template is written ,@x."""
    if type(item) is not List or item.count != 2:
        return False
    head = item.cells[1]
    return type(head) is Symbol and head.name == "unquote-splicing"
