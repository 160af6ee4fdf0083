"""How calls are written: inlined operators, keywords as functions, known and unknown callees.

A table entry inlines a library function for as long as nobody redefines its name. Guards are
avoided by representation (values.py): `a + b` fails by itself for everything that is neither
number nor string.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from lispcore.core import Call, Constant, Global, Lambda, Local, Node, Span
from lispcore.emitter import CALLS, FunctionEmitter, Typed
from lispcore.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    compare,
    either,
    is_stable,
    literal,
    load,
    mangle,
    position,
)
from lispcore.values import Boolean, Character, Keyword, Symbol

# Values of these types are equal only if they are the same object.
IDENTITY_TYPES = (Keyword, Symbol, Character, Boolean, type(None))


def binary(left: ast.expr, operator: ast.operator, right: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on two values."""
    return ast.BinOp(left, operator, right, **position(span))


def unary(operator: ast.unaryop, operand: ast.expr, span: Span) -> ast.expr:
    """Returns a Python operation on one value."""
    return ast.UnaryOp(operator, operand, **position(span))


def has_type(value: ast.expr, name: str, span: Span) -> ast.expr:
    """Returns the test that a value is exactly of one of our classes."""
    return compare(call_helper("type", [value], span), ast.Is(), load(" " + name, span), span)


# --- operators that give a value ----------------------------------------------------------------


# Python nests a + b + c …, and its compiler recurses over the nesting.
MAXIMUM_OPERANDS = 100


def write_add(em: FunctionEmitter, node: Call) -> Typed | None:
    if not node.arguments:
        return literal(0, node.span), "num"
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = em.arguments(node.arguments)
    kinds = [kind]
    for value, other in others:
        result = binary(result, ast.Add(), value, node.span)
        kinds.append(other)
    if "num" in kinds:
        for each in node.arguments:
            em.note(each, "num")
        return result, "num"
    return result, "str" if "str" in kinds else "any"


def write_subtract(em: FunctionEmitter, node: Call) -> Typed | None:
    if not 1 <= len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    values = em.arguments(node.arguments)
    result = values[0][0]
    if len(values) == 1:
        result = unary(ast.USub(), result, node.span)
    for value, _ in values[1:]:
        result = binary(result, ast.Sub(), value, node.span)
    for each in node.arguments:
        em.note(each, "num")
    return result, "num"


def write_multiply(em: FunctionEmitter, node: Call) -> Typed | None:
    if not node.arguments:
        return literal(1, node.span), "num"
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = em.arguments(node.arguments)
    for value, other in others:
        result = binary(result, ast.Mult(), value, node.span)
        if kind != "num" or other != "num":
            # Python would repeat a string here; the unary plus makes that fail.
            result = unary(ast.UAdd(), result, node.span)
        kind = "num"
    for each in node.arguments:
        em.note(each, "num")
    return result, "num"


def write_modulo(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the remainder by a literal divisor; what is no integer takes the slow path."""
    if len(node.arguments) != 2:
        return None
    divisor = node.arguments[1]
    if type(divisor) is not Constant or type(divisor.value) is not int or divisor.value == 0:
        return None
    span = node.span
    name = node.function.name  # type: ignore[union-attr]
    first, value = twice(em, em.expression(node.arguments[0]), span)
    by = literal(divisor.value, span)
    slow = ast.Call(load(name, span), [value, by], [], **position(span))
    fast = binary(value, ast.Mod(), by, span)
    return either(has_type(first, "int", span), fast, slow, span), "num"


def write_list(em: FunctionEmitter, node: Call) -> Typed | None:
    span = node.span
    if not node.arguments:
        return load(" ()", span), "any"
    values = em.plain_arguments(node.arguments)
    if len(values) > 1 and not all(is_stable(value) for value in values):
        return call_helper("list", values, span), "any"
    cells = ast.List(values[::-1], LOAD, **position(span))
    return call_helper("List", [cells, literal(len(values), span)], span), "any"


def twice(em: FunctionEmitter, value: ast.expr, span: Span) -> tuple[ast.expr, ast.expr]:
    """Returns a value for its first use, evaluated there, and for every later use."""
    if type(value) in (ast.Name, ast.Constant):
        return value, value
    name = em.unit.unique("once")
    target = ast.Name(name, STORE, **position(span))
    return ast.NamedExpr(target, value, **position(span)), load(name, span)


def write_car(em: FunctionEmitter, node: Call) -> Typed | None:
    if len(node.arguments) != 1:
        return None
    span = node.span
    first, value = twice(em, em.expression(node.arguments[0]), span)
    # Lists and vectors alone have cells; diagnosis.py knows what their absence means.
    cells = ast.Attribute(first, "cells", LOAD, **position(span))
    count = ast.Attribute(value, "count", LOAD, **position(span))
    index = binary(count, ast.Sub(), literal(1, span), span)
    return ast.Subscript(cells, index, LOAD, **position(span)), "any"


def write_cdr(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the rest of a list of two or more items; anything else takes the slow path."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    name = node.function.name  # type: ignore[union-attr]
    first, value = twice(em, em.expression(node.arguments[0]), span)
    cells = ast.Attribute(value, "cells", LOAD, **position(span))
    count = ast.Attribute(value, "count", LOAD, **position(span))
    long = compare(count, ast.Gt(), literal(1, span), span)
    test = ast.BoolOp(ast.And(), [has_type(first, "List", span), long], **position(span))
    less = binary(count, ast.Sub(), literal(1, span), span)
    slow = ast.Call(load(name, span), [value], [], **position(span))
    return either(test, call_helper("List", [cells, less], span), slow, span), "any"


def write_get(em: FunctionEmitter, node: Call) -> Typed | None:
    arguments = node.arguments
    if len(arguments) != 2 or type(arguments[1]) is not Constant:
        return None
    if type(arguments[1].value) not in (Keyword, str, Symbol):
        return None
    span = node.span
    first, held = twice(em, em.expression(arguments[0]), span)
    key = em.expression(arguments[1])
    slow = ast.Call(load("get", span), [held, key], [], **position(span))
    return table_lookup(first, held, key, slow, span), "any"


def table_lookup(
    first: ast.expr, held: ast.expr, key: ast.expr, slow: ast.expr, span: Span
) -> ast.expr:
    """Returns a look-up in a map by a key that is its own `to_key`, with a slow path."""
    table = ast.Attribute(held, "table", LOAD, **position(span))
    get = ast.Attribute(table, "get", LOAD, **position(span))
    fast = ast.Call(get, [key], [], **position(span))
    return either(has_type(first, "Map", span), fast, slow, span)


# --- operators that give a truth value ----------------------------------------------------------


def comparison(
    operator: Callable[[], ast.cmpop],
) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of an ordering such as ``<``."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) < 2:
            return None
        typed = em.arguments(node.arguments)
        kinds = [kind for _, kind in typed]
        values = [value for value, _ in typed]
        if len(values) > 2:
            # Python would not evaluate the later ones once an earlier pair fails.
            values = [em.hold(value, node.span) for value in values]
        if "num" in kinds:
            for each in node.arguments:
                em.note(each, "num")
        operators = [operator() for _ in values[1:]]
        return ast.Compare(values[0], operators, values[1:], **position(node.span))

    return write


def write_equal_numbers(em: FunctionEmitter, node: Call) -> ast.expr | None:
    if len(node.arguments) < 2:
        return None
    span = node.span
    if len(node.arguments) == 2:
        for each in node.arguments:
            if type(each) is Constant and isinstance(each.value, IDENTITY_TYPES):
                left, right = em.plain_arguments(node.arguments)
                return compare(left, ast.Is(), right, span)
    values = em.plain_arguments(node.arguments)
    if len(values) > 2:
        values = [em.hold(value, span) for value in values]
    operators: list[ast.cmpop] = [ast.Eq() for _ in values[1:]]
    return ast.Compare(values[0], operators, values[1:], **position(span))


def write_equal(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes structural equality; to a literal symbol, keyword or string it is one comparison."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operator: ast.cmpop | None = None
    for each in node.arguments:
        if type(each) is Constant:
            if isinstance(each.value, IDENTITY_TYPES):
                operator = ast.Is()
            elif type(each.value) is str:
                operator = ast.Eq()
    left, right = em.plain_arguments(node.arguments)
    if operator is not None:
        return compare(left, operator, right, span)
    return call_helper("equal", [left, right], span)


def write_same_datum(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test of a ``case`` clause: numbers are compared by value, as ``=`` does."""
    datum = node.arguments[1].value  # type: ignore[attr-defined]
    if isinstance(datum, (int, float)) or type(datum).__name__ == "Ratio":
        left, right = em.plain_arguments(node.arguments)
        return compare(left, ast.Eq(), right, node.span)
    return write_equal(em, node)


def write_not(em: FunctionEmitter, node: Call) -> ast.expr | None:
    if len(node.arguments) != 1:
        return None
    test = em.condition(node.arguments[0])
    if type(test) is ast.UnaryOp and type(test.op) is ast.Not:
        return test.operand
    return unary(ast.Not(), test, node.span)


def write_nil(em: FunctionEmitter, node: Call) -> ast.expr | None:
    if len(node.arguments) != 1:
        return None
    value = em.expression(node.arguments[0])
    return compare(value, ast.Is(), literal(None, node.span), node.span)


def write_null(em: FunctionEmitter, node: Call) -> ast.expr | None:
    if len(node.arguments) != 1:
        return None
    span = node.span
    first, value = twice(em, em.expression(node.arguments[0]), span)
    is_empty = compare(first, ast.Is(), load(" ()", span), span)
    is_nil = compare(value, ast.Is(), literal(None, span), span)
    return ast.BoolOp(ast.Or(), [is_empty, is_nil], **position(span))


def write_pair(em: FunctionEmitter, node: Call) -> ast.expr | None:
    if len(node.arguments) != 1:
        return None
    span = node.span
    first, value = twice(em, em.expression(node.arguments[0]), span)
    full = compare(value, ast.IsNot(), load(" ()", span), span)
    return ast.BoolOp(ast.And(), [has_type(first, "List", span), full], **position(span))


def against_zero(
    operator: Callable[[], ast.cmpop],
) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of ``zero?`` and its relatives."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        value, kind = em.typed(node.arguments[0])
        if kind != "num":
            value = unary(ast.UAdd(), value, node.span)  # fails for a string
            em.note(node.arguments[0], "num")
        return compare(value, operator(), literal(0, node.span), node.span)

    return write


def parity(remainder: int) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of ``even?`` or ``odd?``; the bit operation fails for all but integers."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        value = em.expression(node.arguments[0])
        em.note(node.arguments[0], "num")
        bit = binary(value, ast.BitAnd(), literal(1, node.span), node.span)
        return compare(bit, ast.Eq(), literal(remainder, node.span), node.span)

    return write


def type_test(name: str) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of a predicate that asks for exactly one class."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        return has_type(em.expression(node.arguments[0]), name, node.span)

    return write


VALUES: dict[str, Callable[[FunctionEmitter, Call], Typed | None]] = {
    "+": write_add,
    "-": write_subtract,
    "*": write_multiply,
    "mod": write_modulo,
    "modulo": write_modulo,
    "list": write_list,
    "car": write_car,
    "first": write_car,
    "cdr": write_cdr,
    "rest": write_cdr,
    "get": write_get,
}

CONDITIONS: dict[str, Callable[[FunctionEmitter, Call], ast.expr | None]] = {
    "<": comparison(ast.Lt),
    ">": comparison(ast.Gt),
    "<=": comparison(ast.LtE),
    ">=": comparison(ast.GtE),
    "=": write_equal_numbers,
    "eq?": write_equal,
    "equal?": write_equal,
    "not": write_not,
    "nil?": write_nil,
    "null?": write_null,
    "pair?": write_pair,
    "zero?": against_zero(ast.Eq),
    "positive?": against_zero(ast.Gt),
    "negative?": against_zero(ast.Lt),
    "even?": parity(0),
    "odd?": parity(1),
    "string?": type_test("str"),
    "symbol?": type_test("Symbol"),
    "keyword?": type_test("Keyword"),
    "vector?": type_test("Vector"),
}


def write_not_nil(em: FunctionEmitter, node: Call) -> ast.expr | None:
    value = em.expression(node.arguments[0])
    return compare(value, ast.IsNot(), literal(None, node.span), node.span)


def write_plain_condition(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes the call of a helper that answers with Python's own truth values."""
    return call_helper(node.helper, em.plain_arguments(node.arguments), node.span)


HELPER_CONDITIONS: dict[str, Callable[[FunctionEmitter, Call], ast.expr | None]] = {
    "equal": write_equal,
    "same_datum": write_same_datum,
    "not": write_not,
    "not_nil": write_not_nil,
    "is_map": write_plain_condition,
    "has_key": write_plain_condition,
}


def write_item(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the access to one part of what a destructuring helper gave."""
    value, index = em.plain_arguments(node.arguments)
    return ast.Subscript(value, index, LOAD, **position(node.span)), "any"


def write_vector_literal(em: FunctionEmitter, node: Call) -> Typed:
    values = em.plain_arguments(node.arguments)
    items = ast.List(values, LOAD, **position(node.span))
    return call_helper("Vector", [items], node.span), "any"


def write_push(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the addition of a value to the store of a comprehension or an inlined loop."""
    store, value = em.plain_arguments(node.arguments)
    append = ast.Attribute(store, "append", LOAD, **position(node.span))
    return ast.Call(append, [value], [], **position(node.span)), "any"


def write_new_items(em: FunctionEmitter, node: Call) -> Typed:
    """Writes the empty store of a comprehension or an inlined loop."""
    return ast.List([], LOAD, **position(node.span)), "any"


HELPER_VALUES: dict[str, Callable[[FunctionEmitter, Call], Typed]] = {
    "item": write_item,
    "vector": write_vector_literal,
    "push": write_push,
    "new_items": write_new_items,
}


# --- calls --------------------------------------------------------------------------------------


def library_name(em: FunctionEmitter, node: Call) -> str:
    """Returns the name of the library function that a call certainly means, or ""."""
    callee = node.function
    if type(callee) is Global and callee.name in em.unit.facts.library:
        return callee.name
    return ""


def condition_of(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Returns a call as a Python condition if the callee is a known predicate."""
    if node.function is None:
        writer = HELPER_CONDITIONS.get(node.helper)
        return writer(em, node) if writer is not None else None
    name = library_name(em, node)
    writer = CONDITIONS.get(name)
    if writer is None:
        return None
    written = writer(em, node)
    if written is not None:
        em.unit.facts.assumed.add(name)
    return written


def call_expression(em: FunctionEmitter, node: Call) -> Typed:
    """Returns the expression of a call that is not a tail call."""
    span = node.span
    condition = condition_of(em, node)
    if condition is not None:
        return either(condition, load(" #t", span), load(" #f", span), span), "any"
    if node.function is None:
        writer = HELPER_VALUES.get(node.helper)
        if writer is not None:
            return writer(em, node)
        return call_helper(node.helper, em.plain_arguments(node.arguments), span), "any"
    name = library_name(em, node)
    inline = VALUES.get(name)
    if inline is not None:
        written = inline(em, node)
        if written is not None:
            em.unit.facts.assumed.add(name)
            return written
    if type(node.function) is Constant and type(node.function.value) is Keyword:
        return keyword_call(em, node), "any"
    call = plain_call(em, node)
    if name or not may_bounce(em, node.function):
        from lispcore.analysis import NUMERIC

        return call, "num" if name in NUMERIC else "any"
    return checked(em, call, span), "any"


def keyword_call(em: FunctionEmitter, node: Call) -> ast.expr:
    """Writes ``(:key map)``."""
    span = node.span
    key = em.expression(node.function)  # type: ignore[arg-type]
    if len(node.arguments) != 1:
        return ast.Call(key, em.plain_arguments(node.arguments), [], **position(span))
    first, held = twice(em, em.expression(node.arguments[0]), span)
    slow = ast.Call(key, [held], [], **position(span))
    return table_lookup(first, held, key, slow, span)


def plain_call(em: FunctionEmitter, node: Call) -> ast.expr:
    """Returns the Python call for a call, without the check for a bounce."""
    callee = node.function
    assert callee is not None
    if type(callee) is Global:
        # The name is looked up at the call, so a redefinition counts from then on.
        arguments = em.plain_arguments(node.arguments)
        return ast.Call(
            load(mangle(callee.name), callee.span), arguments, [], **position(node.span)
        )
    values = em.plain_arguments([callee, *node.arguments])
    return ast.Call(values[0], values[1:], [], **position(node.span))


def checked(em: FunctionEmitter, call: ast.expr, span: Span) -> ast.expr:
    """Returns a call followed by the check whether the callee left a tail call to be made."""
    name = em.unit.unique("result")
    target = ast.Name(name, STORE, **position(span))
    first = ast.NamedExpr(target, call, **position(span))
    test = compare(first, ast.IsNot(), load(" tail", span), span)
    return either(test, load(name, span), call_helper("bounce", [], span), span)


def known_function(em: FunctionEmitter, callee: Node) -> Lambda | None:
    """Returns the lambda that a callee certainly is, if it is known."""
    if type(callee) is Local and not callee.variable.assigned:
        return callee.variable.function
    if type(callee) is Global:
        return em.unit.facts.functions.get(callee.name)
    return callee if type(callee) is Lambda else None


def may_bounce(em: FunctionEmitter, callee: Node) -> bool:
    """Tells whether a call may answer with the mark of a tail call left to make."""
    known = known_function(em, callee)
    if known is not None:
        return known.bounces
    return not (type(callee) is Global and callee.name in em.unit.facts.steady)


def tail_call(em: FunctionEmitter, node: Call) -> None:
    """Writes a call in tail position of a function."""
    span = node.span
    callee = node.function
    known = known_function(em, callee) if callee is not None else None
    certain = (
        callee is None
        or type(callee) is Constant
        or library_name(em, node)
        or (type(callee) is Global and callee.name in em.unit.facts.steady)
    )
    if certain or (type(callee) is Global and callee.name in em.unit.facts.settled):
        value = em.expression(node)
        em.block.append(ast.Return(value, **position(span)))
        return
    if known is not None and known.cycle != em.function.cycle:
        # It cannot come back here by tail calls alone, so the stack stays bounded.
        em.block.append(ast.Return(plain_call(em, node), **position(span)))
        return
    assert callee is not None
    values = [em.hold(value, span) for value in em.plain_arguments([callee, *node.arguments])]
    em.globals[" tick"] = None
    tick = ast.Name(" tick", STORE, **position(span))
    em.block.append(ast.AugAssign(tick, ast.Sub(), literal(1, span), **position(span)))
    direct = ast.Call(values[0], values[1:], [], **position(span))
    deferred = call_helper("defer", values, span)
    choice = either(load(" tick", span), direct, deferred, span)
    em.block.append(ast.Return(choice, **position(span)))


def raises(em: FunctionEmitter, node: Call) -> bool:
    """Tells whether a call can be written as the raising of its argument."""
    if len(node.arguments) != 1 or node.function is None:
        return False
    name = library_name(em, node)
    if name not in ("throw", "raise"):
        return False
    em.unit.facts.assumed.add(name)
    return True


CALLS.update(raises=raises, condition=condition_of, expression=call_expression, tail=tail_call)
