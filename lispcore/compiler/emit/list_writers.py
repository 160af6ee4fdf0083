"""Access to the parts of lists and vectors, written in place of calls.

Each writer handles the usual case (a list where a list is expected, an index in range) and leaves
everything else, errors included, to the library's function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.list_cursors import is_full, length, read_item, read_rest, whole
from lispcore.compiler.emit.loop_invariants import view_of, view_size
from lispcore.compiler.emit.operands import Operands, twice, within
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    all_of,
    attribute,
    binary,
    call_helper,
    compare,
    either,
    has_type,
    is_stable,
    item,
    literal,
    load,
    mangle,
)
from lispcore.compiler.kinds import ANY, INTEGERS, LIST, NAT, VECTOR, AnyKind, Kind
from lispcore.core.nodes import Call, Constant, Span


def write_list(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the making of a list."""
    span = node.span
    if not node.arguments:
        return load(" ()", span), LIST
    values = em.plain_arguments(node.arguments)
    # They stand in the array the other way round, but are evaluated in order.
    changing = [place for place, value in enumerate(values) if not is_stable(value)]
    for place in changing[:-1]:
        values[place] = em.hold_copy(values[place], span)
    cells = ast.List(values[::-1], LOAD, span)
    return call_helper("List", [cells, literal(len(values), span)], span), LIST


def write_vector(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the making of a vector."""
    items = ast.List(em.plain_arguments(node.arguments), LOAD, node.span)
    return call_helper("Vector", [items], node.span), VECTOR


def write_car(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the first item of a list or vector."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return read_item(em, cursor, 0, node, span), ANY
    first, value = twice(em, em.expression(node.arguments[0]), span)
    # Lists and vectors alone have cells; diagnosis.py knows what their absence means.
    cells = ast.Attribute(first, "cells", LOAD, span)
    count = ast.Attribute(value, "count", LOAD, span)
    index = binary(count, ast.Sub(), literal(1, span), span)
    return ast.Subscript(cells, index, LOAD, span), ANY


def write_cdr(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the rest of a list; anything else takes the slow path."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    name = node.global_name
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return read_rest(em, cursor, 1, node, span), LIST if cursor.is_sure else ANY
    given, kind = em.typed(node.arguments[0])
    return rest_of(em, given, kind, 1, name, span)


def rest_of(
    em: FunctionEmitter, given: ast.expr, kind: AnyKind, skipped: int, name: str, span: Span
) -> Typed:
    """Returns what follows the first items of a list; the function `name` knows all else."""
    first, value = twice(em, given, span)
    count = attribute(value, "count", span)
    less = binary(count, ast.Sub(), literal(skipped, span), span)
    made = call_helper("List", [attribute(value, "cells", span), less], span)
    is_known = kind == LIST
    asked = attribute(first, "count", span) if is_known else count
    long = compare(asked, ast.Gt(), literal(skipped, span), span)
    rest = either(long, made, load(" ()", span), span)
    if is_known:
        return rest, LIST
    slow = ast.Call(load(name, span), [value], [], span)
    return either(has_type(first, "List", span), rest, slow, span), ANY


def list_tests(
    first: ast.expr, value: ast.expr, kind: AnyKind, test: ast.expr, span: Span
) -> list[ast.expr]:
    """Returns a test of a list behind the one that it is a list, where that is not known.

    `first` is the list at its first use, `value` at all others.
    """
    if kind != LIST:
        return [has_type(first, "List", span), test]
    if first is value:
        return [test]
    # It must be evaluated all the same.
    return [compare(first, ast.IsNot(), load(" unset", span), span), test]


def path(name: str) -> Callable[[FunctionEmitter, Call], Typed | None]:
    """Returns the writer of ``cadr``, ``caddr``, ``cddr`` and the like: d's, then perhaps an a."""
    letters = name[1:-1]
    skipped = letters.count("d")

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        cursor = em.cursor_of(node.arguments[0])
        if cursor is not None:
            read = read_item if letters[0] == "a" else read_rest
            return read(em, cursor, skipped, node, span), ANY
        given, kind = em.typed(node.arguments[0])
        if letters[0] != "a":
            return rest_of(em, given, kind, skipped, name, span)
        first, value = twice(em, given, span)
        count = attribute(value, "count", span)
        long = compare(count, ast.Gt(), literal(skipped, span), span)
        test = all_of(list_tests(first, value, kind, long, span), span)
        slow = ast.Call(load(name, span), [value], [], span)
        index = binary(count, ast.Sub(), literal(skipped + 1, span), span)
        return either(test, item(attribute(value, "cells", span), index, span), slow, span), ANY

    return write


def path_into(name: str) -> Callable[[FunctionEmitter, Call], Typed | None]:
    """Returns the writer of ``caar``, ``cadar`` and the like: into the first item, a list too."""
    skipped = name[1:-2].count("d")

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        cursor = em.cursor_of(node.arguments[0])
        tests: list[ast.expr] = []
        if cursor is not None and (cursor.is_sure or is_full(em, node)):
            value = whole(em, cursor, span)
            head = read_item(em, cursor, 0, node, span)
        else:
            first, value = twice(em, em.expression(node.arguments[0]), span)
            tests.append(has_type(first, "List", span))
            index = binary(attribute(value, "count", span), ast.Sub(), literal(1, span), span)
            head = item(attribute(value, "cells", span), index, span)
        inner_name = em.unit.unique("once")
        target = ast.Name(inner_name, STORE, span)
        held = ast.NamedExpr(target, head, span)
        inner = load(inner_name, span)
        cells = attribute(inner, "cells", span)
        count = attribute(inner, "count", span)
        long = compare(count, ast.Gt(), literal(skipped, span), span)
        tests += [has_type(held, "List", span), long]
        place = binary(count, ast.Sub(), literal(skipped + 1, span), span)
        slow = ast.Call(load(name, span), [value], [], span)
        return either(all_of(tests, span), item(cells, place, span), slow, span), ANY

    return write


def write_nth(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the item of a vector or list at an index."""
    if len(node.arguments) != 2:
        return None
    index_node = node.arguments[1]
    if type(index_node) is Constant and type(index_node.value) is not int:
        return None
    span = node.span
    operands = Operands(em, node)
    sequence, index = operands.settle()
    is_index = [] if operands.kinds[1] in INTEGERS else [has_type(index, "int", span)]
    kind, index_kind = operands.kinds
    given = node.arguments[0]
    slow = ast.Call(load(mangle(operands.name), span), [sequence, index], [], span)
    items = attribute(sequence, "items", span)
    size = call_helper("len", [items], span)
    in_vector = [*is_index, within(index, size, span, index_kind)]
    count = attribute(sequence, "count", span)
    in_list = [*is_index, within(index, count, span, index_kind)]
    if type(index) is ast.Constant and type(index.value) is int:
        behind = binary(count, ast.Sub(), literal(index.value + 1, span), span)
    else:
        behind = binary(binary(count, ast.Sub(), index, span), ast.Sub(), literal(1, span), span)
    of_list = item(attribute(sequence, "cells", span), behind, span)
    of_vector = item(items, index, span)
    if kind == LIST:
        return either(all_of(in_list, span), of_list, slow, span), ANY
    view = view_of(em, given, VECTOR, span)
    if kind == VECTOR and view is None:
        return either(all_of(in_vector, span), of_vector, slow, span), ANY
    in_list.insert(0, has_type(sequence, "List", span))
    in_vector.insert(0, has_type(sequence, "Vector", span))
    choices = [(in_list, of_list), (in_vector, of_vector)]
    if view is not None:
        # What is indexed by a variable is a vector more often than a list; and a view costs less.
        size = call_helper("len", [view], span)
        is_full = view_size(em, given) > 0
        in_view = [view] if is_full else [*is_index, within(index, size, span, index_kind)]
        # A view may be without items because there are not enough for all indices.
        choices = [(in_view, item(view, index, span)), *choices[: 1 + is_full]]
    elif type(index) is not ast.Constant:
        choices.reverse()
    result: ast.expr = slow
    for tests, value in reversed(choices):
        result = either(all_of(tests, span), value, result, span)
    return result, ANY


def measured(kind: Kind, size: Callable[[ast.expr, Span], ast.expr]) -> Any:
    """Returns the writer of the length of one class of value."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        cursor = em.cursor_of(node.arguments[0])
        if cursor is not None and kind == LIST:
            count = length(cursor, span)
            if cursor.is_sure:
                return count, NAT
            name = node.global_name
            plain = whole(em, cursor, span, kept=False)
            slow = ast.Call(load(name, span), [plain], [], span)
            return either(compare(count, ast.GtE(), literal(0, span), span), count, slow, span), NAT
        operands = Operands(em, node)
        return operands.choose({0: kind}, lambda values: size(values[0], span)), NAT

    return write


def list_count(value: ast.expr, span: Span) -> ast.expr:
    """Returns the number of items of a list."""
    return attribute(value, "count", span)


def write_to_vector(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the vector of a list that was gathered just for it."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    value = em.expression(node.arguments[0])
    if type(value) is ast.Call and type(value.func) is ast.Name and value.func.id == " own_list":
        return call_helper("Vector", value.args, span), VECTOR
    return ast.Call(load("list->vector", span), [value], [], span), VECTOR


def write_reverse(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the reverse of a list that a loop has built up."""
    cursor = em.cursor_of(node.arguments[0]) if len(node.arguments) == 1 else None
    if cursor is None or not cursor.is_builder:
        return None
    span = node.span
    cells = load(cursor.cells, span)
    back = ast.Slice(None, None, literal(-1, span), span)
    turned = ast.Subscript(cells, back, LOAD, span)
    made = call_helper("List", [turned, length(cursor, span)], span)
    return either(cells, made, load(" ()", span), span), LIST


def write_cons(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the list with one more item in front: no value is wrong here."""
    if len(node.arguments) != 2:
        return None
    return call_helper("cons", em.plain_arguments(node.arguments), node.span), LIST


def write_append(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the joining of two lists."""
    if len(node.arguments) != 2:
        return None
    operands = Operands(em, node)
    operands.settle()
    return operands.choose(
        {0: LIST, 1: LIST}, lambda values: call_helper("append_two", values, node.span)
    ), LIST
