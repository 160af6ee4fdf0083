"""How the lists and vectors of quasiquoted templates are made."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    attribute,
    call_helper,
    either,
    has_type,
    is_stable,
    literal,
    load,
)
from lispcore.compiler.kinds import LIST, VECTOR
from lispcore.core.nodes import Call, Node, Span


def write_list_parts(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the list of a template: its cells are the parts from the last to the first."""
    span = node.span
    parts = _parts(em, node)
    spliced = [at for _, at in parts]
    if None not in spliced:
        return call_helper("own_list", [ast.List(_items(parts), LOAD, span)], span), LIST
    values = [value for value, _ in parts]
    # They stand in the array the other way round, but are evaluated in order, and before anything
    # is found to be no sequence.
    changing = [index for index, value in enumerate(values) if not is_stable(value)]
    is_plain = all(at is None for at in spliced)
    for index in changing[:-1] if is_plain else changing:
        values[index] = em.hold_copy(values[index], span)
    if is_plain:
        cells = ast.List(values[::-1], LOAD, span)
        return call_helper("List", [cells, literal(len(values), span)], span), LIST
    turned: list[ast.expr] = []
    for value, at in zip(values[::-1], spliced[::-1], strict=True):
        turned.append(value if at is None else _turned(value, at))
    name = em.unit.unique("cells")
    em.assign_name(name, ast.List(turned, LOAD, span), span)
    count = call_helper("len", [load(name, span)], span)
    return call_helper("List", [load(name, span), count], span), LIST


def _turned(value: ast.expr, span: Span) -> ast.expr:
    """Returns what is spliced in, from the last to the first, with a star."""
    in_use = ast.Slice(None, attribute(value, "count", span), None, span)
    own = ast.Subscript(attribute(value, "cells", span), in_use, LOAD, span)
    back = ast.Slice(None, None, literal(-1, span), span)
    others = ast.Subscript(call_helper("splice", [value], span), back, LOAD, span)
    return ast.Starred(either(has_type(value, "List", span), own, others, span), LOAD, span)


def write_vector_parts(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the vector of a template."""
    items = ast.List(_items(_parts(em, node)), LOAD, node.span)
    return call_helper("Vector", [items], node.span), VECTOR


def _parts(em: FunctionEmitter, node: Call) -> list[tuple[ast.expr, Span | None]]:
    """Returns the parts; those that are spliced in with the place where that is said."""
    parts: list[Node] = []
    spliced: list[Span | None] = []
    for part in node.arguments:
        if type(part) is Call and part.function is None and part.helper == "splice":
            parts.append(part.arguments[0])
            spliced.append(part.span)
        else:
            parts.append(part)
            spliced.append(None)
    return list(zip(em.plain_arguments(parts), spliced, strict=True))


def _items(parts: list[tuple[ast.expr, Span | None]]) -> list[ast.expr]:
    """Returns the parts in order, those that are spliced in with a star."""
    return [
        value if at is None else ast.Starred(call_helper("splice", [value], at), LOAD, at)
        for value, at in parts
    ]
