"""Typed arrays: rows of 64-bit floats or of 64-bit integers, stored as numbers and not as objects.

``set!`` returns a changed copy, so an array never changes under somebody else who holds it.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, islice, repeat
from typing import Any, Final

from lispcore.library.arguments import ABSENT, integer_argument
from lispcore.library.collections.sequences_access import LENGTHS, check_size
from lispcore.library.registry import WaitKind, function
from lispcore.values.calls import TAIL, bounce, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import float_text
from lispcore.values.printing import PRINTERS
from lispcore.values.types import TYPE_NAMES, Boolean, List, Value, boolean, list_items

WAITING = WaitKind.NEVER


class TypedArray:
    """An array of numbers of one kind; `numbers` is never changed in place."""

    __slots__ = ("numbers",)

    numbers: array[Any]

    def __init__(self, numbers: array[Any]) -> None:
        self.numbers = numbers

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.numbers,)

    def __copy__(self) -> TypedArray:
        return self

    def __deepcopy__(self, memo: object) -> TypedArray:
        return self

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.numbers == other.numbers

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.numbers.tobytes()))

    @property
    def sort_key(self) -> Any:
        """What `order_key` sorts by."""
        return tuple(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def __bool__(self) -> bool:
        return True


class FloatArray(TypedArray):
    """An f64-array."""

    __slots__ = ()

    def __repr__(self) -> str:
        # Whole numbers are written without the point: #f64(1 2.5).
        texts = [float_text(number).removesuffix(".0") for number in self.numbers]
        return "#f64(" + " ".join(texts) + ")"


class IntegerArray(TypedArray):
    """An i64-array."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "#i64(" + " ".join(map(str, self.numbers)) + ")"


TYPE_NAMES[FloatArray] = "f64-array"
TYPE_NAMES[IntegerArray] = "i64-array"
PRINTERS[FloatArray] = PRINTERS[IntegerArray] = repr
LENGTHS[FloatArray] = LENGTHS[IntegerArray] = len


def _float(name: str, value: Value, what: str = "number") -> float:
    if type(value) is float:
        return value
    if type(value) is int and -(2**63) <= value < 2**63:
        return float(value)
    raise wrong_type(name, what, value)


def _integer(name: str, value: Value, what: str = "integer") -> int:
    if type(value) is not int:
        raise wrong_type(name, what, value)
    if not -(2**63) <= value < 2**63:
        raise LispError(
            f"{name}: {value} does not fit into 64 bits",
            kind="type-error",
            hint="an i64-array holds integers from -2^63 to 2^63 - 1; a list holds any",
            expected="integer",
            got="int",
        )
    return value


class _Kind:
    """What differs between the two types of arrays."""

    def __init__(self, prefix: str, made: type[TypedArray], code: str, number: Any, what: str):
        self.prefix = prefix
        self.made = made
        self.code = code
        self.number = number
        self.what = what
        self.zero: float | int = 0.0 if code == "d" else 0

    def build(self, name: str, values: Any) -> TypedArray:
        number = self.number
        return self.made(array(self.code, [number(name, value) for value in values]))

    def of_results(self, results: list[Value]) -> TypedArray:
        """Returns the array of what a function has given for each number of another."""
        if {*map(type, results)} != {type(self.zero)} or self is INTEGERS:
            name = f"{self.prefix}/map"
            what = f"{self.what} ({name} callback must return {self.what})"
            results = [self.number(name, result, what) for result in results]
        return self.made(array(self.code, results))

    def argument(self, name: str, value: Value, argument: int = 1) -> array[Any]:
        if type(value) is self.made:
            numbers: array[Any] = value.numbers
            return numbers
        error = wrong_type(name, self.prefix, value, argument)
        if type(value) is List:
            error.hint = f"({self.prefix}/from-list numbers) makes a typed array of a list"
        raise error

    def index(self, name: str, numbers: array[Any], value: Value) -> int:
        place: int = integer_argument(name, value, 2)
        if not 0 <= place < len(numbers):
            raise LispError(
                f"{name}: index {place} out of bounds (length {len(numbers)})",
                hint="the first number has index 0",
            )
        return place


FLOATS: Final = _Kind("f64-array", FloatArray, "d", _float, "number")
INTEGERS: Final = _Kind("i64-array", IntegerArray, "q", _integer, "integer")


def array_numbers(name: str, value: Value, argument: int) -> array[Any]:
    """Returns the numbers of an argument of a function of this name, ``f64-array/fold`` say."""
    return (FLOATS if name.startswith("f64") else INTEGERS).argument(name, value, argument)


def float_array(_numbers: Any, results: list[Value]) -> TypedArray:
    """Returns the f64-array of the results for some numbers."""
    return FLOATS.of_results(results)


def integer_array(_numbers: Any, results: list[Value]) -> TypedArray:
    """Returns the i64-array of the results for some numbers."""
    return INTEGERS.of_results(results)


def _float_range(name: str, start: Value, end: Value, step: Value) -> Any:
    first, last = _float(name, start), _float(name, end)
    distance = _float(name, step)
    if distance == 0:
        raise LispError(f"{name}: step cannot be zero", hint="use 1 to count up, -1 to count down")
    if not abs((last - first) / distance) < float("inf"):
        raise LispError(f"{name}: the bounds and the step must be finite numbers")
    check_size(name, int(max((last - first) / distance, 0)))
    numbers = array("d")
    size = int(max((last - first) / distance, 0)) + 2
    # Adding up keeps the rounding of the step-by-step definition, so their number shows at the end.
    while first < last if distance > 0 else first > last:
        numbers.extend(islice(accumulate(repeat(distance), initial=first), size))
        first = numbers.pop()
        inside = first < last if distance > 0 else first > last
        if inside and first + distance == first:
            raise LispError(f"{name}: the step is too small to change the numbers")
    while numbers and not (numbers[-1] < last if distance > 0 else numbers[-1] > last):
        numbers.pop()
    return numbers


def _integer_range(name: str, start: Value, end: Value, step: Value) -> Any:
    first, last = _integer(name, start), _integer(name, end)
    distance = _integer(name, step)
    if distance == 0:
        raise LispError(f"{name}: step cannot be zero", hint="use 1 to count up, -1 to count down")
    check_size(name, max((last - first) // distance, 0))
    return array("q", range(first, last, distance))


def _enter_building(kind: _Kind, ranged: Any, zeros: str, ones: str) -> None:
    prefix = kind.prefix
    short = prefix[:3]

    @function(
        prefix,
        f"& numbers:{kind.what}",
        prefix,
        f"Returns the {prefix} with these numbers.",
        [(f"({prefix} 1 2)", f"#{short}(1 2)"), (f"({prefix})", f"#{short}()")],
    )
    def make(*numbers: Value) -> TypedArray:
        return kind.build(prefix, numbers)

    @function(
        f"{prefix}/make",
        f"length:int [fill:{kind.what}]",
        prefix,
        f"Returns the {prefix} that holds one number (0 unless given) `length` times.",
        [
            (f"({prefix}/make 3)", f"#{short}({zeros})"),
            (f"({prefix}/make 2 1)", f"#{short}({ones})"),
        ],
    )
    def filled(length: Value, fill: Value = ABSENT) -> TypedArray:
        name = f"{prefix}/make"
        size = _integer(name, length)
        if size < 0:
            raise LispError(f"{name}: length must be non-negative, got {size}")
        check_size(name, size)
        number = kind.zero if fill is ABSENT else kind.number(name, fill)
        return kind.made(array(kind.code, [number]) * size)

    @function(
        f"{prefix}/range",
        f"start:{kind.what} end:{kind.what} [step:{kind.what}]",
        prefix,
        f"Returns the {prefix} of the numbers from `start` up to but without `end`, `step` apart "
        "(1 unless given).",
        [
            (f"({prefix}/range 0 4)", f"#{short}(0 1 2 3)"),
            (f"({prefix}/range 5 0 -2)", f"#{short}(5 3 1)"),
        ],
    )
    def number_range(start: Value, end: Value, step: Value = 1) -> TypedArray:
        return kind.made(ranged(f"{prefix}/range", start, end, step))

    @function(
        f"{prefix}/from-list",
        "numbers:list",
        prefix,
        f"Returns the {prefix} with the numbers of a list.",
        [(f"({prefix}/from-list '(3 1 2))", f"#{short}(3 1 2)")],
    )
    def from_list(numbers: Value) -> TypedArray:
        if type(numbers) is not List:
            raise wrong_type(f"{prefix}/from-list", "list", numbers)
        return kind.build(f"{prefix}/from-list", list_items(numbers))


def _enter_access(kind: _Kind, second: str) -> None:
    prefix = kind.prefix
    short = prefix[:3]
    sample = f"({prefix} 5 7)"

    @function(
        f"{prefix}?",
        "value:any",
        "bool",
        f"Tells whether a value is an {prefix}.",
        [(f"({prefix}? ({prefix}))", "#t"), (f"({prefix}? '(1 2))", "#f")],
    )
    def is_array(value: Value) -> Boolean:
        return boolean(type(value) is kind.made)

    @function(
        f"{prefix}/length",
        f"array:{prefix}",
        "int",
        "Returns how many numbers the array holds.",
        [(f"({prefix}/length {sample})", "2")],
    )
    def length(numbers: Value) -> int:
        return len(kind.argument(f"{prefix}/length", numbers))

    @function(
        f"{prefix}/ref",
        f"array:{prefix} index:int",
        kind.what,
        "Returns the number at an index, counting from 0.",
        [(f"({prefix}/ref {sample} 1)", second)],
    )
    def number_at(numbers: Value, index: Value) -> Any:
        source = kind.argument(f"{prefix}/ref", numbers)
        return source[kind.index(f"{prefix}/ref", source, index)]

    @function(
        f"{prefix}/set!",
        f"array:{prefix} index:int number:{kind.what}",
        prefix,
        "Returns a copy of the array in which the number at the index is another. The argument "
        "stays as it is.",
        [(f"({prefix}/set! {sample} 0 1)", f"#{short}(1 7)")],
    )
    def with_number(numbers: Value, index: Value, number: Value) -> TypedArray:
        name = f"{prefix}/set!"
        source = kind.argument(name, numbers)
        place = kind.index(name, source, index)
        changed = source[:]
        changed[place] = kind.number(name, number)
        return kind.made(changed)


def _enter_loops(kind: _Kind, total_text: str, total: Any) -> None:
    prefix = kind.prefix
    short = prefix[:3]

    @function(
        f"{prefix}/sum",
        f"array:{prefix}",
        kind.what,
        "Returns the sum of the numbers.",
        [(f"({prefix}/sum ({prefix} 1 2 3))", total_text)],
    )
    def summed(numbers: Value) -> Any:
        return total(kind.argument(f"{prefix}/sum", numbers))

    @function(
        f"{prefix}/map",
        f"f:function array:{prefix}",
        prefix,
        f"Returns the {prefix} of what `f` gives for each number.",
        [(f"({prefix}/map (fn (x) (* x x)) ({prefix} 1 2 3))", f"#{short}(1 4 9)")],
    )
    def mapped(f: Value, numbers: Value) -> TypedArray:
        name = f"{prefix}/map"
        source = kind.argument(name, numbers, 2)
        if source:
            check_function(name, f, 1)
        return kind.of_results(
            [bounce() if (result := f(number)) is TAIL else result for number in source]
        )

    @function(
        f"{prefix}/fold",
        f"f:function start:any array:{prefix}",
        "any",
        "Goes through the numbers from left to right, each time replacing the accumulated value by "
        "`(f accumulated number)`, and returns the last one.",
        [(f"({prefix}/fold max 0 ({prefix} 3 9 4))", total_text.replace("6", "9"))],
    )
    def folded(f: Value, start: Value, numbers: Value) -> Value:
        name = f"{prefix}/fold"
        source = kind.argument(name, numbers, 3)
        if source:
            check_function(name, f, 1)
        accumulated = start
        for number in source:
            accumulated = f(accumulated, number)
            if accumulated is TAIL:
                accumulated = bounce()
        return accumulated


def _sum_floats(numbers: array[float]) -> float:
    # Not sum(): since Python 3.12 it corrects the rounding, which `+` does not.
    result = -0.0  # the neutral element: -0.0 + x is x for every x
    for number in numbers:
        result += number
    return result


def _sum_integers(numbers: array[int]) -> int:
    # The sum is an i64 as well: it wraps around.
    return (sum(numbers) + 2**63) % 2**64 - 2**63


_enter_building(FLOATS, _float_range, "0 0 0", "1 1")
_enter_building(INTEGERS, _integer_range, "0 0 0", "1 1")
_enter_access(FLOATS, "7.0")
_enter_access(INTEGERS, "7")
_enter_loops(FLOATS, "6.0", _sum_floats)
_enter_loops(INTEGERS, "6", _sum_integers)


@function(
    "f64-array/dot",
    "a:f64-array b:f64-array",
    "float",
    "Returns the dot product of two arrays of the same length.",
    [("(f64-array/dot (f64-array 1 2) (f64-array 3 4))", "11.0")],
)
def dot(a: Value, b: Value) -> float:
    left = FLOATS.argument("f64-array/dot", a)
    right = FLOATS.argument("f64-array/dot", b, 2)
    if len(left) != len(right):
        raise LispError(f"f64-array/dot: length mismatch ({len(left)} vs {len(right)})")
    result = -0.0  # as for the sum
    for x, y in zip(left, right):  # noqa: B905 - the lengths have been compared
        result += x * y
    return result
