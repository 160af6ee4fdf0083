"""How the lists and vectors of quasiquoted templates are made."""

from __future__ import annotations

from lispcore import python_ast as ast
from lispcore.core import Call, Node
from lispcore.emitter import FunctionEmitter, Typed
from lispcore.python_syntax import LOAD, call_helper, is_stable, literal, position


def write_list_parts(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the list of a template."""
    span = node.span
    items = _items(em, node)
    if any(type(item) is ast.Starred for item in items):
        return call_helper("own_list", [ast.List(items, LOAD, **position(span))], span), "List"
    if len(items) == 1 or all(map(is_stable, items)):
        cells: ast.expr = ast.List(items[::-1], LOAD, **position(span))
    else:
        # Evaluated in order, then turned round.
        back = ast.Slice(None, None, literal(-1, span), **position(span))
        cells = ast.List(items, LOAD, **position(span))
        cells = ast.Subscript(cells, back, LOAD, **position(span))
    return call_helper("List", [cells, literal(len(items), span)], span), "List"


def write_vector_parts(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the vector of a template."""
    items = ast.List(_items(em, node), LOAD, **position(node.span))
    return call_helper("Vector", [items], node.span), "Vector"


def _items(em: FunctionEmitter, node: Call) -> list[ast.expr]:
    """Returns the parts, those that are spliced in with a star."""
    parts: list[Node] = []
    spliced: list[Node | None] = []
    for part in node.arguments:
        is_spliced = type(part) is Call and part.function is None and part.helper == "splice"
        spliced.append(part if is_spliced else None)
        parts.append(part.arguments[0] if is_spliced else part)  # type: ignore[attr-defined]
    items: list[ast.expr] = []
    for value, opening in zip(em.plain_arguments(parts), spliced, strict=True):
        if opening is None:
            items.append(value)
        else:
            opened = call_helper("splice", [value], opening.span)
            items.append(ast.Starred(opened, LOAD, **position(opening.span)))
    return items
