"""Arithmetic, comparisons and predicates, written in place of calls.

Guards are avoided by representation (types.py): `a + b` fails by itself for everything that is
neither number nor string. Where Python's operator means something else than ours, a test of the
types chooses between the operator and the library's function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed, is_of
from lispcore.compiler.emit.list_cursors import test
from lispcore.compiler.emit.loop_invariants import comparison_with_key
from lispcore.compiler.emit.python_syntax import (
    LOAD,
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
    unary,
)
from lispcore.compiler.kinds import (
    INTEGERS,
    NUMBERS,
    kind_of_difference,
    kind_of_product,
    kind_of_sum,
)
from lispcore.compiler.library import meaning
from lispcore.core.nodes import Call, Constant, Local, Span, literal_value
from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.values.types import IDENTITY_TYPES, Character


def twice(em: FunctionEmitter, value: ast.expr, span: Span) -> tuple[ast.expr, ast.expr]:
    """Returns a value for its first use, evaluated there, and for every later use."""
    if type(value) in (ast.Name, ast.Constant):
        return value, value
    name = em.unit.unique("once")
    target = ast.Name(name, STORE, span=span)
    return ast.NamedExpr(target, value, span=span), load(name, span)


def is_simple(value: ast.expr) -> bool:
    """Tells whether an expression may be written several times."""
    return type(value) in (ast.Name, ast.Constant)


Builder = Callable[[list[ast.expr]], ast.expr]


_NOTHING: dict[int, str] = {}


class Operands:
    """The operands of an operation that is written twice: in place, and as a call behind a test.

    They are evaluated once and in order: all are put into names first, but the last that needs one
    gets it inside the test, which is cheaper.
    """

    def __init__(self, em: FunctionEmitter, node: Call) -> None:
        self.em = em
        self.span = node.span
        self.name = node.global_name
        typed = em.arguments(node.arguments)
        self.arguments = node.arguments
        self.values = [value for value, _ in typed]
        self.kinds = [kind for _, kind in typed]
        held = [index for index, value in enumerate(self.values) if not is_simple(value)]
        for index in range(held[-1] if held else 0):
            if is_simple(self.values[index]) and not is_stable(self.values[index]):
                # What is evaluated after it may give the variable another value.
                self.values[index] = em.hold_copy(self.values[index], self.span)
        for index in held[:-1]:
            self.values[index] = em.hold(self.values[index], self.span)
        self.late = held[-1] if held else -1

    def result(self) -> str:
        """Returns what is known of the result of the library's function."""
        known = self.em.unit.facts.library[self.name]
        return known.kind_of(self.kinds)

    def settle(self) -> list[ast.expr]:
        """Puts the last one into a name, too; returns the operands."""
        if self.late >= 0:
            self.values[self.late] = self.em.hold(self.values[self.late], self.span)
            self.late = -1
        return self.values

    def choose(
        self,
        types: dict[int, str],
        fast: Builder,
        *tests: Builder,
        answer: Callable[[ast.expr], ast.expr] | None = None,
        certain: dict[int, str] = _NOTHING,
    ) -> ast.expr:
        """Returns `fast` if the operands have these types (and `tests` hold), else the call.

        `certain` are types without which the call fails. `answer` makes what `fast` gives (a
        Python condition, say) of the call's value.
        """
        span = self.span
        checks: list[ast.expr] = []
        wanted = {i: name for i, name in types.items() if not is_of(self.kinds[i], name)}
        for i, name in certain.items():
            self.em.note(self.arguments[i], name)
        if self.late >= 0:
            value = self.values[self.late]
            if self.late in wanted:
                first, self.values[self.late] = twice(self.em, value, span)
                checks.append(has_type(first, wanted.pop(self.late), span))
            elif wanted or tests or len(self.values) > 1:
                self.settle()
        checks += [has_type(self.values[i], name, span) for i, name in wanted.items()]
        checks += [test(self.values) for test in tests]
        if not checks:
            return fast(self.values)
        slow: ast.expr = ast.Call(load(mangle(self.name), span), self.values, [], span=span)
        if answer is not None:
            slow = answer(slow)
        both = checks[0] if len(checks) == 1 else ast.BoolOp(ast.And(), checks, span=span)
        return either(both, fast(self.values), slow, span)


# --- operators that give a value ----------------------------------------------------------------


# Python nests a + b + c …, and its compiler recurses over the nesting.
MAXIMUM_OPERANDS = 100


def write_add(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a sum, or two strings joined."""
    if not node.arguments:
        return literal(0, node.span), "nat"
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = em.arguments(node.arguments)
    kinds = [kind]
    for value, other in others:
        result = binary(result, ast.Add(), value, node.span)
        kinds.append(other)
    if any(kind in NUMBERS for kind in kinds):
        for each in node.arguments:
            em.note(each, "num")
        return result, kind_of_sum(kinds)
    assert type(result) is ast.BinOp
    result.may_be_text = True
    return result, "str" if "str" in kinds else "any"


def write_subtract(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a difference."""
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
    return result, kind_of_difference([kind for _, kind in values])


def write_multiply(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes a product."""
    if not node.arguments:
        return literal(1, node.span), "nat"
    if not 1 < len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    (result, kind), *others = em.arguments(node.arguments)
    kinds = [kind]
    for value, other in others:
        result = binary(result, ast.Mult(), value, node.span)
        if kind not in NUMBERS or other not in NUMBERS:
            # Python would repeat a string here; the unary plus makes that fail.
            result = unary(ast.UAdd(), result, node.span)
        kind = "num"
        kinds.append(other)
    for each in node.arguments:
        em.note(each, "num")
    return result, kind_of_product(kinds)


def write_modulo(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the remainder of integers; what is no integer takes the slow path."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    # Both known to be integers: Python's error for a zero divisor is explained in diagnosis.py.
    divisor = node.arguments[1]
    sure = all(kind in INTEGERS for kind in operands.kinds) or (
        type(divisor) is Constant and divisor.value != 0
    )
    return operands.choose(
        {0: "int", 1: "int"},
        lambda values: binary(values[0], ast.Mod(), values[1], span),
        *([] if sure else [lambda values: values[1]]),
    ), operands.result()


def truncating(operator: Callable[[], ast.operator]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of a division that rounds towards zero: Python's does so above zero."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 2:
            return None
        divisor = node.arguments[1]
        if type(divisor) is not Constant or type(divisor.value) is not int or divisor.value <= 0:
            return None
        span = node.span
        operands = Operands(em, node)
        not_negative: list[Builder] = []
        if operands.kinds[0] != "nat":
            not_negative = [lambda values: compare(values[0], ast.GtE(), literal(0, span), span)]
        return operands.choose(
            {0: "int"},
            lambda values: binary(values[0], operator(), values[1], span),
            *not_negative,
        ), operands.result()

    return write


def write_divide(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the division of floats; exact numbers and a divisor of zero take the slow path."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    kinds = operands.kinds
    if all(kind in INTEGERS for kind in kinds):  # exact: the library's affair
        return ast.Call(load("/", span), operands.values, [], span=span), operands.result()
    types = {index: "float" for index, kind in enumerate(kinds) if kind not in INTEGERS}
    tests: list[Builder] = []
    for index, each in enumerate(node.arguments):
        if type(each) is Constant and type(each.value) in (int, float):
            if each.value == 0 or (kinds[index] in INTEGERS and abs(each.value) >= SMALL):
                tests.append(lambda values: literal(False, span))
        elif kinds[index] in INTEGERS:
            tests.append(_is_small(index, span, kinds[index]))
    divisor = node.arguments[1]
    if type(divisor) is not Constant:
        tests.append(lambda values: values[1])
    return operands.choose(
        types, lambda values: binary(values[0], ast.Div(), values[1], span), *tests
    ), operands.result()


# Integers below this are compared in no time, and each is a float as well.
SMALL = 2**30 - 1


def _is_small(index: int, span: Span, kind: str) -> Builder:
    """Returns the test that an integer can be divided as a float is."""

    def test(values: list[ast.expr]) -> ast.expr:
        value, limit = values[index], literal(SMALL, span)
        if kind == "nat":
            return compare(value, ast.Lt(), limit, span)
        lowest = literal(-SMALL, span)
        return ast.Compare(lowest, [ast.Lt(), ast.Lt()], [value, limit], span=span)

    return test


def write_string_append(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the joining of strings."""
    if not 2 <= len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        # The rest is joined first, so that what a loop adds to its text is one piece.
        piece = values[1]
        for value in values[2:]:
            piece = binary(piece, ast.Add(), value, span)
        return binary(values[0], ast.Add(), piece, span)

    types = dict.fromkeys(range(len(operands.values)), "str")
    tests = [_short(i, span) for i, value in enumerate(operands.values) if not _is_text(value)]
    return operands.choose(types, fast, *tests), "str"


def _is_text(value: ast.expr) -> bool:
    return type(value) is ast.Constant and type(value.value) is str


def _short(index: int, span: Span) -> Builder:
    """Returns the test that a text may still be added to: the library refuses it if it may not.

    Texts that double would fill the memory, and Python 3.14 does not survive a failure to make one
    longer in place.
    """

    def test(values: list[ast.expr]) -> ast.expr:
        size = call_helper("len", [values[index]], span)
        return compare(size, ast.Lt(), literal(MAX_TEXT_LENGTH, span), span)

    return test


def extreme(operator: Callable[[], ast.cmpop]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of ``min`` or ``max`` of two or three integers."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if not 2 <= len(node.arguments) <= 3:
            return None
        span = node.span
        operands = Operands(em, node)
        if len(node.arguments) == 3:
            operands.settle()

        def best(values: list[ast.expr]) -> ast.expr:
            first, *others = values
            if not others:
                return first
            beaten = [compare(first, operator(), each, span) for each in others]
            test = beaten[0] if len(beaten) == 1 else ast.BoolOp(ast.And(), beaten, span=span)
            return either(test, first, best(others), span)

        types = dict.fromkeys(range(len(node.arguments)), "int")
        return operands.choose(types, best), operands.result()

    return write


def bitwise(operator: Callable[[], ast.operator]) -> Callable[[FunctionEmitter, Call], Any]:
    """Returns the writer of a bit operation on two integers."""

    def write(em: FunctionEmitter, node: Call) -> Typed | None:
        if len(node.arguments) != 2:
            return None
        operands = Operands(em, node)
        return operands.choose(
            {0: "int", 1: "int"},
            lambda values: binary(values[0], operator(), values[1], node.span),
            certain={0: "int", 1: "int"},
        ), "int"

    return write


def write_absolute(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the absolute value of an integer."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    operands = Operands(em, node)

    def fast(values: list[ast.expr]) -> ast.expr:
        negative = compare(values[0], ast.Lt(), literal(0, span), span)
        return either(negative, unary(ast.USub(), values[0], span), values[0], span)

    if operands.kinds[0] in INTEGERS:
        operands.settle()
    return operands.choose({0: "int"}, fast), operands.result()


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
        if any(kind in NUMBERS for kind in kinds):
            for each in node.arguments:
                em.note(each, "num")
        operators = [operator() for _ in values[1:]]
        return ast.Compare(values[0], operators, values[1:], span=node.span)

    return write


def write_equal_numbers(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes ``=``: numbers by value, everything else by structure."""
    if len(node.arguments) < 2:
        return None
    span = node.span
    if len(node.arguments) == 2:
        for each in node.arguments:
            if type(each) is Constant and type(each.value) in IDENTITY_TYPES:
                left, right = em.plain_arguments(node.arguments)
                return compare(left, ast.Is(), right, span)
    values = em.plain_arguments(node.arguments)
    if len(values) > 2:
        values = [em.hold(value, span) for value in values]
    operators: list[ast.cmpop] = [ast.Eq() for _ in values[1:]]
    return ast.Compare(values[0], operators, values[1:], span=span)


# Values of these classes are equal if they are the same.
IDENTICAL = frozenset(("Character", "Keyword", "Symbol"))


def write_equal(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes structural equality; to a literal symbol, keyword or string it is one comparison."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operator: ast.cmpop | None = None
    for each in node.arguments:
        if type(each) is Constant:
            if type(each.value) in IDENTITY_TYPES:
                operator = ast.Is()
            elif type(each.value) is str:
                operator = ast.Eq()
    (left, kind), (right, other) = em.arguments(node.arguments)
    if operator is None and (kind in IDENTICAL or other in IDENTICAL):
        operator = ast.Is()
    if operator is None and "str" in (kind, other):
        operator = ast.Eq()  # nothing else is equal to a string for Python, either
    if operator is not None:
        return compare(left, operator, right, span)
    by_key = comparison_with_key(em, node.arguments, left, right, span)
    if by_key is not None:
        return by_key
    # The one whose type is asked first is evaluated there, so the other must not change by that.
    if is_simple(right):
        first, left = twice(em, left, span)
    elif is_simple(left) and is_stable(left):
        first, right = twice(em, right, span)
    else:
        return call_helper("equal", [left, right], span)
    type_ = call_helper("type", [first], span)
    identity = compare(type_, ast.In(), load(" identity", span), span)
    same = compare(left, ast.Is(), right, span)
    return either(identity, same, call_helper("equal", [left, right], span), span)


def character_order(
    operator: Callable[[], ast.cmpop],
) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of the comparison of two characters."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 2:
            return None
        span = node.span
        operands = Operands(em, node)

        def text(index: int, values: list[ast.expr]) -> ast.expr:
            given = operands.arguments[index]
            if type(given) is Constant and type(given.value) is Character:
                return literal(given.value.text, span)
            return ast.Attribute(values[index], "text", LOAD, span=span)

        return operands.choose(
            {0: "Character", 1: "Character"},
            lambda values: compare(text(0, values), operator(), text(1, values), span),
            answer=lambda slow: compare(slow, ast.Is(), load(" #t", span), span),
            certain={0: "Character", 1: "Character"},
        )

    return write


def write_same_datum(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test of a ``case`` clause: numbers are compared by value, as ``=`` does."""
    datum = literal_value(node.arguments[1])
    if isinstance(datum, (int, float)) or type(datum).__name__ == "Ratio":
        left, right = em.plain_arguments(node.arguments)
        return compare(left, ast.Eq(), right, node.span)
    return write_equal(em, node)


def write_not(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes a negation."""
    if len(node.arguments) != 1:
        return None
    test = em.condition(node.arguments[0])
    if type(test) is ast.UnaryOp and type(test.op) is ast.Not:
        return test.operand
    return unary(ast.Not(), test, node.span)


def write_nil(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for nil."""
    if len(node.arguments) != 1:
        return None
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, "nil?", node.span)
    value = em.expression(node.arguments[0])
    return compare(value, ast.Is(), literal(None, node.span), node.span)


def write_empty(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for an empty collection where it is a list in a loop."""
    cursor = em.cursor_of(node.arguments[0]) if len(node.arguments) == 1 else None
    return None if cursor is None else test(em, cursor, "empty?", node.span)


def write_null(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for an empty list or nil."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, "null?", span)
    rest = _rest_of(em, node)
    if rest is not None:
        is_list, more, call = rest
        first, value = twice(em, call, span)
        none = [
            compare(first, ast.Is(), load(" ()", span), span),
            compare(value, ast.Is(), literal(None, span), span),
        ]
        other = ast.BoolOp(ast.Or(), none, span=span)
        return either(is_list, unary(ast.Not(), more, span), other, span)
    first, value = twice(em, em.expression(node.arguments[0]), span)
    is_empty = compare(first, ast.Is(), load(" ()", span), span)
    is_nil = compare(value, ast.Is(), literal(None, span), span)
    return ast.BoolOp(ast.Or(), [is_empty, is_nil], span=span)


def _rest_of(em: FunctionEmitter, node: Call) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """Returns, for a question about what follows the first item of a list, the tests whether it is
    a list and whether it has more items, and the call that gives what follows."""
    inner = node.arguments[0]
    known = meaning(inner, em.unit.facts)
    if type(inner) is not Call or known is None or known.skips != 1 or len(inner.arguments) != 1:
        return None
    argument = inner.arguments[0]
    if type(argument) is not Local or em.cursor_of(argument) is not None:
        return None
    span = inner.span
    value = em.expression(argument)
    if not is_simple(value):
        return None
    name = inner.global_name
    count = ast.Attribute(value, "count", LOAD, span=span)
    more = compare(count, ast.Gt(), literal(1, span), span)
    call = ast.Call(load(name, span), [value], [], span=span)
    return has_type(value, "List", span), more, call


def write_pair(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes the test for a list with items."""
    if len(node.arguments) != 1:
        return None
    span = node.span
    cursor = em.cursor_of(node.arguments[0])
    if cursor is not None:
        return test(em, cursor, "pair?", span)
    rest = _rest_of(em, node)
    if rest is not None:
        is_list, more, call = rest
        first, value = twice(em, call, span)
        full = compare(value, ast.IsNot(), load(" ()", span), span)
        other = ast.BoolOp(ast.And(), [has_type(first, "List", span), full], span=span)
        return either(is_list, more, other, span)
    first, value = twice(em, em.expression(node.arguments[0]), span)
    full = compare(value, ast.IsNot(), load(" ()", span), span)
    return ast.BoolOp(ast.And(), [has_type(first, "List", span), full], span=span)


def write_zero(em: FunctionEmitter, node: Call) -> ast.expr | None:
    """Writes ``zero?``."""
    if len(node.arguments) != 1:
        return None
    value, kind = em.typed(node.arguments[0])
    if kind not in NUMBERS:
        value = unary(ast.UAdd(), value, node.span)  # fails for a string
        em.note(node.arguments[0], "num")
    return compare(value, ast.Eq(), literal(0, node.span), node.span)


def sign(operator: Callable[[], ast.cmpop]) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of ``positive?`` or ``negative?`` of an integer."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        value, kind = em.typed(node.arguments[0])
        zero = literal(0, span)
        if kind in INTEGERS:
            return compare(value, operator(), zero, span)
        name = node.global_name
        first, value = twice(em, value, span)
        slow = ast.Call(load(name, span), [value], [], span=span)
        answer = compare(slow, ast.Is(), load(" #t", span), span)
        test = has_type(first, "int", span)
        return either(test, compare(value, operator(), zero, span), answer, span)

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


def type_among(name: str) -> Callable[[FunctionEmitter, Call], ast.expr | None]:
    """Returns the writer of a predicate that asks for one of several classes."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 1:
            return None
        span = node.span
        kind = call_helper("type", [em.expression(node.arguments[0])], span)
        return compare(kind, ast.In(), load(" " + name, span), span)

    return write
