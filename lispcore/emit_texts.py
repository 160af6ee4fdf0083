"""How values are joined to a text: ``str``, and the strings that have values inside."""

from __future__ import annotations

from lispcore import python_ast as ast
from lispcore.analysis import all_nodes
from lispcore.core import Call, SetLocal
from lispcore.emit_operators import is_simple, write_str
from lispcore.emitter import FunctionEmitter, Typed
from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.python_syntax import (
    STORE,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    is_stable,
    literal,
    load,
    mangle,
    position,
)

MAXIMUM_PARTS = 12
_INTEGERS = frozenset(("int", "nat"))


def write_joined(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the text of some values.

    All are evaluated before the first becomes a text. The library refuses a text that is too long.
    """
    if not 2 <= len(node.arguments) <= MAXIMUM_PARTS:
        return None
    changing = any(type(each) is SetLocal for part in node.arguments for each in all_nodes(part))
    written = None if changing else write_str(em, node)
    if written is not None:
        return written
    span = node.span
    typed = em.arguments(node.arguments)
    values = [value for value, _ in typed]
    for index, value in enumerate(values):
        changes = not is_stable(value) and not all(map(is_simple, values[index:]))
        if not is_simple(value) or changes:
            values[index] = em.hold_copy(value, span)
    parts: list[ast.expr] = []
    lengths: list[ast.expr] = []
    texts: list[ast.expr] = []
    for value, (_, kind) in zip(values, typed, strict=True):
        if type(value) is ast.Constant and type(value.value) is str:
            parts.append(value)
            texts.append(value)
            continue
        if kind not in _INTEGERS:
            first = value
            if kind != "str":
                name = em.unit.unique("text")
                target = ast.Name(name, STORE, **position(span))
                shown = call_helper("display", [value], span)
                text = either(has_type(value, "str", span), value, shown, span)
                first = ast.NamedExpr(target, text, **position(span))
                value = load(name, span)
            lengths.append(call_helper("len", [first], span))
        parts.append(ast.FormattedValue(value, -1, None, **position(span)))
        texts.append(value)
    joined = ast.JoinedStr(parts, **position(span))
    if not lengths:
        return joined, "str"
    total = lengths[0]
    for length in lengths[1:]:
        total = binary(total, ast.Add(), length, span)
    short = compare(total, ast.Lt(), literal(MAX_TEXT_LENGTH // 2, span), span)
    name = mangle(node.function.name)  # type: ignore[union-attr]
    slow = ast.Call(load(name, span), texts, [], **position(span))
    return either(short, joined, slow, span), "str"
