"""How machine code computes what functions of the library do, with the same answers.

What is not the usual case is left to the usual code: a result that needs more than 62 bits, a
division by zero, a ratio, a complex root, an index that is out of bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from lispcore.compiler.numeric.typing import BOOL, FLOAT, INT, LIMIT, Type
from lispcore.core import webassembly as wasm
from lispcore.core.nodes import Call, Node
from lispcore.core.webassembly import F64, I32, I64, Function


class Writer(Protocol):
    """What is needed of the writer of a version."""

    def write(self, *parts: bytes) -> None:
        """Writes instructions."""

    def value(self, node: Node) -> None:
        """Writes what puts the value of a node on the stack."""

    def truth(self, node: Node) -> None:
        """Writes what puts 1 on the stack if the value of a node is true, else 0."""

    def type_of(self, node: Node) -> Type:
        """Returns the type of a node's value."""

    def local(self, kind: int) -> int:
        """Returns a new local variable."""

    def leave_if(self) -> None:
        """Leaves machine code if the number on the stack is not zero."""

    def product(self) -> None:
        """Multiplies the two integers on the stack, which may be large."""

    def choice(self, kind: int, then: Callable[[], None], otherwise: Callable[[], None]) -> None:
        """Writes a choice between two values by the number on the stack."""


Operator = Callable[[Writer, Call], None]

# All integers up to this size are floats, too.
_EXACT: Final = 2**53
# The product of two integers below this is no large integer.
_SMALL: Final = 2**30


def _kept(em: Writer, node: Node, kind: int) -> int:
    """Writes the value of a node into a local variable; returns that."""
    place = em.local(kind)
    em.value(node)
    em.write(wasm.put(place))
    return place


def _in_range(em: Writer) -> None:
    """Leaves if the integer on the stack is a large one."""
    place = em.local(I64)
    em.write(wasm.tee(place), wasm.i64(LIMIT), wasm.I64_ADD, wasm.i64(0), _LESS)
    em.leave_if()
    em.write(wasm.get(place))


_LESS: Final = wasm.I64_RELATIONS["<"]


def _as_float(em: Writer, node: Node) -> None:
    """Writes a number as the float nearest to it."""
    em.value(node)
    if em.type_of(node) is INT:
        em.write(wasm.F64_CONVERT_I64_S)


def _leave_if_inexact(em: Writer, place: int) -> None:
    """Leaves if an integer is too large to be a float."""
    em.write(wasm.get(place), wasm.i64(_EXACT), wasm.I64_ADD, wasm.i64(2 * _EXACT), wasm.I64_GT_U)
    em.leave_if()


# --- sums and products ----------------------------------------------------------------------------


def _row(of_integers: Callable[[Writer], None], of_floats: bytes) -> Operator:
    """Returns the operator of a row of numbers, which is taken from left to right."""

    def write(em: Writer, node: Call) -> None:
        first, *others = node.arguments
        em.value(first)
        kind = em.type_of(first)
        for each in others:
            if kind is INT and em.type_of(each) is INT:
                em.value(each)
                of_integers(em)
                continue
            if kind is INT:
                em.write(wasm.F64_CONVERT_I64_S)
            _as_float(em, each)
            em.write(of_floats)
            kind = FLOAT

    return write


def _add(em: Writer) -> None:
    em.write(wasm.I64_ADD)
    _in_range(em)


def _subtract(em: Writer) -> None:
    em.write(wasm.I64_SUB)
    _in_range(em)


def _multiply(em: Writer) -> None:
    left, right = em.local(I64), em.local(I64)
    em.write(wasm.put(right), wasm.tee(left), wasm.i64(_SMALL), wasm.I64_ADD)
    em.write(wasm.get(right), wasm.i64(_SMALL), wasm.I64_ADD, wasm.I64_OR)
    em.write(wasm.i64(31), wasm.I64_SHR_U, wasm.I64_EQZ)

    def small() -> None:
        em.write(wasm.get(left), wasm.get(right), wasm.I64_MUL)

    def large() -> None:
        em.write(wasm.get(left), wasm.get(right))
        em.product()
        _in_range(em)

    em.choice(I64, small, large)


def _large_product() -> Function:
    """Returns the function that multiplies integers; what outgrows them becomes -2^63."""
    body = [
        wasm.get(0), wasm.I64_EQZ, wasm.IF, bytes((I64,)), wasm.i64(0), wasm.ELSE,
        wasm.get(0), wasm.get(1), wasm.I64_MUL, wasm.tee(2), wasm.get(0), wasm.I64_DIV_S,
        wasm.get(1), wasm.I64_RELATIONS["!="], wasm.IF, bytes((I64,)), wasm.i64(-(2**63)),
        wasm.ELSE, wasm.get(2), wasm.END, wasm.END,
    ]  # fmt: skip
    return Function((I64, I64), (I64,), (I64,), b"".join(body))


PRODUCT: Final = _large_product()


def _minus(em: Writer, node: Call) -> None:
    if len(node.arguments) > 1:
        _row(_subtract, wasm.F64_SUB)(em, node)
    elif em.type_of(node) is FLOAT:
        em.value(node.arguments[0])
        em.write(wasm.F64_NEG)
    else:
        em.write(wasm.i64(0))
        em.value(node.arguments[0])
        _subtract(em)


# --- division -------------------------------------------------------------------------------------


def _divide(em: Writer, node: Call) -> None:
    if em.type_of(node) is INT:
        above, below = _integers(em, node)
        em.write(wasm.get(above), wasm.get(below), wasm.I64_REM_S, wasm.i64(0), _DIFFERS)
        em.leave_if()  # a ratio
        em.write(wasm.get(above), wasm.get(below), wasm.I64_DIV_S)
        _in_range(em)
        return
    for each in node.arguments:
        _as_float(em, each)
    em.write(wasm.F64_DIV)


_DIFFERS: Final = wasm.I64_RELATIONS["!="]


def _integers(em: Writer, node: Call) -> tuple[int, int]:
    """Keeps dividend and divisor; leaves if the divisor is zero."""
    left, right = node.arguments
    above, below = _kept(em, left, I64), _kept(em, right, I64)
    em.write(wasm.get(below), wasm.I64_EQZ)
    em.leave_if()
    return above, below


def _modulo(em: Writer, node: Call) -> None:
    above, below = _integers(em, node)
    rest = em.local(I64)
    em.write(wasm.get(above), wasm.get(below), wasm.I64_REM_S, wasm.tee(rest))
    em.write(wasm.get(below), wasm.I64_ADD, wasm.get(rest))
    # The first one if there is a rest whose sign is not the divisor's.
    em.write(wasm.get(rest), wasm.i64(0), _DIFFERS)
    em.write(wasm.get(rest), wasm.get(below), wasm.I64_XOR, wasm.i64(0), _LESS)
    em.write(wasm.I32_AND, wasm.SELECT)


def _quotient(em: Writer, node: Call) -> None:
    above, below = _integers(em, node)
    em.write(wasm.get(above), wasm.get(below), wasm.I64_DIV_S)
    _in_range(em)


def _remainder(em: Writer, node: Call) -> None:
    above, below = _integers(em, node)
    em.write(wasm.get(above), wasm.get(below), wasm.I64_REM_S)


# --- comparisons ----------------------------------------------------------------------------------


def _compare(em: Writer, left: int, right: int, kinds: tuple[Type, Type], relation: str) -> None:
    """Compares two local variables."""
    if kinds == (INT, INT):
        em.write(wasm.get(left), wasm.get(right), wasm.I64_RELATIONS[relation])
        return
    if kinds == (BOOL, BOOL):
        em.write(wasm.get(left), wasm.get(right), wasm.I32_EQ)
        return
    for place, kind in ((left, kinds[0]), (right, kinds[1])):
        if kind is INT:
            _leave_if_inexact(em, place)
    for place, kind in ((left, kinds[0]), (right, kinds[1])):
        em.write(wasm.get(place))
        if kind is INT:
            em.write(wasm.F64_CONVERT_I64_S)
    em.write(wasm.F64_RELATIONS[relation])


def _comparison(relation: str) -> Operator:
    def write(em: Writer, node: Call) -> None:
        kinds = [em.type_of(each) for each in node.arguments]
        places = [
            _kept(em, each, I64 if kind is INT else F64 if kind is FLOAT else I32)
            for each, kind in zip(node.arguments, kinds, strict=True)
        ]
        for at in range(1, len(places)):
            pair = (kinds[at - 1], kinds[at])
            _compare(em, places[at - 1], places[at], pair, relation)
            if at > 1:
                em.write(wasm.I32_AND)

    return write


def _to_zero(relation: str) -> Operator:
    def write(em: Writer, node: Call) -> None:
        em.value(node.arguments[0])
        if em.type_of(node.arguments[0]) is INT:
            em.write(wasm.i64(0), wasm.I64_RELATIONS[relation])
        else:
            em.write(wasm.f64(0.0), wasm.F64_RELATIONS[relation])

    return write


def _parity(odd: int) -> Operator:
    def write(em: Writer, node: Call) -> None:
        em.value(node.arguments[0])
        em.write(wasm.i64(1), wasm.I64_AND, wasm.i64(odd), wasm.I64_RELATIONS["="])

    return write


def _not(em: Writer, node: Call) -> None:
    em.truth(node.arguments[0])
    em.write(wasm.I32_EQZ)


def _extreme(relation: str) -> Operator:
    """Returns the operator that gives the second number if it is beyond the first."""

    def write(em: Writer, node: Call) -> None:
        first, second = node.arguments
        kind = em.type_of(node)
        machine = I64 if kind is INT else F64
        left, right = _kept(em, first, machine), _kept(em, second, machine)
        if kind is FLOAT:
            for place in (left, right):  # NaN is an error
                em.write(wasm.get(place), wasm.get(place), wasm.F64_RELATIONS["!="])
                em.leave_if()
        em.write(wasm.get(right), wasm.get(left))
        _compare(em, right, left, (kind, kind), relation)
        em.write(wasm.SELECT)

    return write


# --- one number -----------------------------------------------------------------------------------


def _absolute(em: Writer, node: Call) -> None:
    if em.type_of(node) is FLOAT:
        em.value(node.arguments[0])
        em.write(wasm.F64_ABS)
        return
    place = _kept(em, node.arguments[0], I64)
    em.write(wasm.i64(0), wasm.get(place), wasm.I64_SUB, wasm.get(place))
    em.write(wasm.get(place), wasm.i64(0), _LESS, wasm.SELECT)
    _in_range(em)


def _rounded(instruction: bytes) -> Operator:
    """Returns the operator that rounds floats to floats."""

    def write(em: Writer, node: Call) -> None:
        em.value(node.arguments[0])
        if em.type_of(node) is FLOAT:
            em.write(instruction)

    return write


def _whole(em: Writer, place: int) -> None:
    """Writes a float without its fraction as an integer."""
    em.write(wasm.get(place), wasm.F64_ABS, wasm.f64(float(LIMIT)), wasm.F64_RELATIONS["<"])
    em.write(wasm.I32_EQZ)  # NaN, too
    em.leave_if()
    em.write(wasm.get(place), wasm.I64_TRUNC_F64_S)


def _to_integer(em: Writer, node: Call) -> None:
    argument = node.arguments[0]
    if em.type_of(argument) is INT:
        em.value(argument)
    else:
        _whole(em, _kept(em, argument, F64))


def _to_exact(em: Writer, node: Call) -> None:
    argument = node.arguments[0]
    if em.type_of(argument) is INT:
        em.value(argument)
        return
    place = _kept(em, argument, F64)
    em.write(wasm.get(place), wasm.get(place), wasm.F64_TRUNC, wasm.F64_RELATIONS["!="])
    em.leave_if()  # a ratio
    _whole(em, place)


def _to_float(em: Writer, node: Call) -> None:
    _as_float(em, node.arguments[0])


def _square_root(em: Writer, node: Call) -> None:
    place = _kept(em, node.arguments[0], F64)
    em.write(wasm.get(place), wasm.f64(0.0), wasm.F64_RELATIONS["<"])
    em.leave_if()
    em.write(wasm.get(place), wasm.F64_ABS, wasm.F64_SQRT)


# --- bits -----------------------------------------------------------------------------------------


def _bits(instruction: bytes) -> Operator:
    def write(em: Writer, node: Call) -> None:
        for each in node.arguments:
            em.value(each)
        em.write(instruction)

    return write


def _turned(em: Writer, node: Call) -> None:
    em.value(node.arguments[0])
    em.write(wasm.i64(-1), wasm.I64_XOR)


def _places(em: Writer, node: Call) -> tuple[int, int]:
    """Keeps number and count of a shift; leaves if there are too many places, or less than none."""
    number, count = (_kept(em, each, I64) for each in node.arguments)
    em.write(wasm.get(count), wasm.i64(62), wasm.I64_GT_U)
    em.leave_if()
    return number, count


def _shift_left(em: Writer, node: Call) -> None:
    number, count = _places(em, node)
    shifted = em.local(I64)
    em.write(wasm.get(number), wasm.get(count), wasm.I64_SHL, wasm.tee(shifted))
    em.write(wasm.get(count), wasm.I64_SHR_S, wasm.get(number), _DIFFERS)
    em.leave_if()
    em.write(wasm.get(shifted))
    _in_range(em)


def _shift_right(em: Writer, node: Call) -> None:
    number, count = _places(em, node)
    em.write(wasm.get(number), wasm.get(count), wasm.I64_SHR_S)


# --- arrays ---------------------------------------------------------------------------------------


def _length(em: Writer, node: Call) -> None:
    em.value(node.arguments[0])
    em.write(wasm.i64(32), wasm.I64_SHR_U)


def _item(kind: int) -> Operator:
    def write(em: Writer, node: Call) -> None:
        array, index = (_kept(em, each, I64) for each in node.arguments)
        em.write(wasm.get(index), wasm.get(array), wasm.i64(32), wasm.I64_SHR_U, wasm.I64_GE_U)
        em.leave_if()
        em.write(wasm.get(array), wasm.I32_WRAP_I64)
        em.write(wasm.get(index), wasm.i64(3), wasm.I64_SHL, wasm.I32_WRAP_I64, wasm.I32_ADD)
        em.write(wasm.load(kind))
        if kind == I64:
            _in_range(em)

    return write


OPERATORS: Final[dict[str, Operator]] = {
    "+": _row(_add, wasm.F64_ADD),
    "-": _minus,
    "*": _row(_multiply, wasm.F64_MUL),
    "/": _divide,
    "mod": _modulo,
    "quotient": _quotient,
    "remainder": _remainder,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "abs": _absolute,
    **{relation: _comparison(relation) for relation in ("<", ">", "<=", ">=", "=")},
    "zero?": _to_zero("="),
    "positive?": _to_zero(">"),
    "negative?": _to_zero("<"),
    "even?": _parity(0),
    "odd?": _parity(1),
    "not": _not,
    "sqrt": _square_root,
    "floor": _rounded(wasm.F64_FLOOR),
    "ceil": _rounded(wasm.F64_CEIL),
    "round": _rounded(wasm.F64_NEAREST),
    "truncate": _rounded(wasm.F64_TRUNC),
    "int": _to_integer,
    "exact": _to_exact,
    "float": _to_float,
    "inexact": _to_float,
    "bit/and": _bits(wasm.I64_AND),
    "bit/or": _bits(wasm.I64_OR),
    "bit/xor": _bits(wasm.I64_XOR),
    "bit/not": _turned,
    "bit/shift-left": _shift_left,
    "bit/shift-right": _shift_right,
    "f64-array/length": _length,
    "f64-array/ref": _item(F64),
    "i64-array/length": _length,
    "i64-array/ref": _item(I64),
}

__all__ = ["OPERATORS", "PRODUCT", "Operator", "Writer"]
