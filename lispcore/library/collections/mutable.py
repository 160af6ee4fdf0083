"""Mutable arrays and cells: the two containers that change in place.

Both are shared by reference and compared by contents. They cannot be keys of a map, because a key
that changes would be lost in its table: hashing one raises the error, however deep it is buried.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import ABSENT, count_argument
from lispcore.library.registry import WaitKind, function
from lispcore.values.comparing import equal, order_key
from lispcore.values.errors import LateError, LispError, wrong_type
from lispcore.values.printing import PRINTERS
from lispcore.values.types import TYPE_NAMES, HashMap, List, Map, Record, Value, Vector, list_items

WAITING = WaitKind.NEVER

# No sequence that a single call builds may have more items than this; larger ones are nearly
# always a mistake and would exhaust the memory of a browser's tab.
MAX_ITEMS: Final = 20_000_000


def check_size(name: str, size: int) -> None:
    """Raises the error for a sequence that would become too long."""
    if size > MAX_ITEMS:
        raise LispError(
            f"{name}: the result would have {size} items, the limit is {MAX_ITEMS}",
            hint="work through the data in smaller pieces, for instance with a loop",
        )


def _refuse_hash(value: Value) -> LispError:
    name = TYPE_NAMES[type(value)]
    way = "mutable-array/->vector" if name == "mutable-array" else "mutable-cell/get"
    return LispError(
        f"expected immutable map key, got {name}",
        kind="type-error",
        hint=f"take its contents first: ({way} …)",
        expected="immutable map key",
        got=name,
    )


class MutableArray:
    """A growing array of values; `items` changes in place."""

    __slots__ = ("items", "_at_work")

    def __init__(self, items: list[Value]) -> None:
        self.items = items
        self._at_work = False

    def __reduce__(self) -> tuple[Any, ...]:
        # The items come last: the array may be among them.
        return MutableArray, ([],), None, iter(self.items)

    def append(self, item: Value) -> None:
        """Adds an item, for `pickle` and `copy`."""
        self.items.append(item)

    def extend(self, items: list[Value]) -> None:
        """Adds items, for `pickle`."""
        self.items.extend(items)

    def __copy__(self) -> MutableArray:
        return MutableArray(list(self.items))

    def __eq__(self, other: object) -> bool:
        return _equal_contents(self, other)

    def __hash__(self) -> int:
        raise _refuse_hash(self)

    def __repr__(self) -> str:
        return f"<mutable-array {len(self.items)}>"

    @property
    def sort_key(self) -> Any:
        """What `order_key` sorts by: the contents; an array inside itself counts as empty."""
        if self._at_work:
            return ()
        self._at_work = True
        try:
            return order_key(Vector(list(self.items)))
        finally:
            self._at_work = False


class MutableCell:
    """One place that holds a value and can hold another later."""

    __slots__ = ("content",)

    def __init__(self, content: Value) -> None:
        self.content = content

    def __reduce__(self) -> tuple[Any, ...]:
        # The content comes last: the cell may be in it. In a tuple, since nil alone says nothing.
        return MutableCell, (None,), (self.content,)

    def __setstate__(self, state: tuple[Value]) -> None:
        self.content = state[0]

    def __eq__(self, other: object) -> bool:
        return _equal_contents(self, other)

    def __hash__(self) -> int:
        raise _refuse_hash(self)

    def __repr__(self) -> str:
        return "<mutable-cell>"


TYPE_NAMES[MutableArray] = "mutable-array"
TYPE_NAMES[MutableCell] = "mutable-cell"
PRINTERS[MutableArray] = repr  # not the contents: an array can hold itself
PRINTERS[MutableCell] = repr


def _contents(value: Value) -> tuple[Any, list[Value]] | None:
    """Returns (what must agree besides the children, the children), None for a plain value."""
    kind = type(value)
    if kind is MutableArray or kind is Vector:
        return len(value.items), value.items
    if kind is List:
        return value.count, list_items(value)
    if kind is MutableCell:
        return 1, [value.content]
    if kind is Map or kind is HashMap:
        return value.ordered_keys(), value.values()
    if isinstance(value, Record):
        return value.type, value.items
    return None


def _equal_contents(left: Value, right: Value) -> bool:
    # Unlike `values.equal` this must end on data that contains itself: a pair of containers that
    # is being compared already counts as equal.
    seen: set[tuple[int, int]] = set()
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b:
            continue
        if type(a) is not type(b):
            return False
        parts, other = _contents(a), _contents(b)
        if parts is None or other is None:
            if not equal(a, b):
                return False
            continue
        if (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if parts[0] != other[0]:
            return False
        stack.extend(zip(parts[1], other[1], strict=True))
    return True


def _array(name: str, value: Value) -> MutableArray:
    if type(value) is MutableArray:
        return value
    error = wrong_type(name, "mutable-array", value, 1)
    if type(value) in (List, Vector):
        error.hint = "lists and vectors never change; use (mutable-array/new) and push the items"
    raise error


def _cell(name: str, value: Value) -> MutableCell:
    if type(value) is MutableCell:
        return value
    raise wrong_type(name, "mutable-cell", value, 1)


def _slot(name: str, items: list[Value], index: int) -> LispError:
    return LateError(_no_slot, name, index, len(items))


def _no_slot(name: str, index: int, length: int) -> tuple[str, str | None]:
    hint = "mutable-array/push! adds an item at the end" if name.endswith("set!") else None
    if name.endswith("get"):
        hint = "a third argument is returned where there is no such item"
    return f"{name}: index {index} out of bounds (length {length})", hint


@function(
    "mutable-array/new",
    "[size:int] [fill:any]",
    "mutable-array",
    "Returns a new array that changes in place. Without arguments, or with a size alone (which is "
    "only a promise of how many pushes will come), it is empty; with both it holds `size` times "
    "`fill`.",
    [
        ("(mutable-array/length (mutable-array/new))", "0"),
        ("(mutable-array/->vector (mutable-array/new 3 :none))", "[:none :none :none]"),
        ("(mutable-array/length (mutable-array/new 100))", "0"),
    ],
)
def new_array(size: Value = 0, fill: Value = ABSENT) -> MutableArray:
    number = count_argument("mutable-array/new", size, 1)
    check_size("mutable-array/new", number)
    return MutableArray([] if fill is ABSENT else [fill] * number)


@function(
    "mutable-array/push!",
    "array:mutable-array value:any",
    "mutable-array",
    "Adds a value at the end of the array and returns the array itself, so that pushes can be "
    "nested or serve as the step of a fold.",
    [
        (
            "(mutable-array/->vector (foldl mutable-array/push! (mutable-array/new) '(a b)))",
            "[a b]",
        )
    ],
)
def push(array: Value, value: Value) -> Value:
    if type(array) is not MutableArray:
        _array("mutable-array/push!", array)
    array.items.append(value)
    return array


@function(
    "mutable-array/get",
    "array:mutable-array index:int [default:any]",
    "any",
    "Returns the item at an index (the first is 0). Outside the array it returns `default`, or "
    "fails when there is none.",
    [
        ("(mutable-array/get (mutable-array/new 2 :x) 1)", ":x"),
        ("(mutable-array/get (mutable-array/new 2 :x) 7 :none)", ":none"),
        ("(mutable-array/get (mutable-array/new) 0)", "error: out of bounds"),
    ],
)
def get_item(array: Value, index: Value, default: Value = ABSENT) -> Value:
    if type(array) is not MutableArray:
        _array("mutable-array/get", array)
    if type(index) is not int or index < 0:
        count_argument("mutable-array/get", index, 2)
    items = array.items
    if index < len(items):
        return items[index]
    if default is ABSENT:
        raise _slot("mutable-array/get", items, index)
    return default


@function(
    "mutable-array/set!",
    "array:mutable-array index:int value:any",
    "mutable-array",
    "Replaces the item at an index that exists already and returns the array. Everybody who holds "
    "the array sees the new item.",
    [
        (
            "(mutable-array/->vector (mutable-array/set! (mutable-array/new 3 0) 1 5))",
            "[0 5 0]",
        ),
        ("(mutable-array/set! (mutable-array/new) 0 1)", "error: out of bounds"),
    ],
)
def set_item(array: Value, index: Value, value: Value) -> Value:
    if type(array) is not MutableArray:
        _array("mutable-array/set!", array)
    if type(index) is not int or index < 0:
        count_argument("mutable-array/set!", index, 2)
    items = array.items
    if index >= len(items):
        raise _slot("mutable-array/set!", items, index)
    items[index] = value
    return array


@function(
    "mutable-array/length",
    "array:mutable-array",
    "int",
    "Returns how many items the array holds at the moment.",
    [("(mutable-array/length (mutable-array/new 4 nil))", "4")],
)
def array_length(array: Value) -> int:
    return len(_array("mutable-array/length", array).items)


@function(
    "mutable-array/->vector",
    "array:mutable-array",
    "vector",
    "Returns a vector of what the array holds now; later changes of the array do not touch it.",
    [("(mutable-array/->vector (mutable-array/new 2 'a))", "[a a]")],
)
def array_to_vector(array: Value) -> Vector:
    return Vector(_array("mutable-array/->vector", array).items.copy())


@function(
    "mutable-cell/new",
    "value:any",
    "mutable-cell",
    "Returns a cell: one place that holds a value and can be given another.",
    [("(mutable-cell/get (mutable-cell/new :ready))", ":ready")],
)
def new_cell(value: Value) -> MutableCell:
    return MutableCell(value)


@function(
    "mutable-cell/get",
    "cell:mutable-cell",
    "any",
    "Returns what the cell holds.",
    [("(mutable-cell/get (mutable-cell/new '(1 2)))", "(1 2)")],
)
def get_cell(cell: Value) -> Value:
    return _cell("mutable-cell/get", cell).content


@function(
    "mutable-cell/set!",
    "cell:mutable-cell value:any",
    "mutable-cell",
    "Puts another value into the cell and returns the cell.",
    [("(mutable-cell/get (mutable-cell/set! (mutable-cell/new 1) 2))", "2")],
)
def set_cell(cell: Value, value: Value) -> Value:
    _cell("mutable-cell/set!", cell).content = value
    return cell
