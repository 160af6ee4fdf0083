"""The values of the language and nothing else: no evaluation, no printing, no input or output.

How each Lisp type is represented (chosen by measurement; generated code depends on it):

| Lisp          | Python                               | why                                              |
|---------------|--------------------------------------|--------------------------------------------------|
| nil           | ``None``                             | has no operators, so ``+`` and ``<`` fail        |
| #t #f         | ``TRUE`` ``FALSE`` (`Boolean`)       | Python's own booleans would add up as numbers    |
| integer       | ``int``                              | unbounded                                        |
| float         | ``float``                            |                                                  |
| ratio complex | `Ratio` `Complex` (numbers.py)       | results are reduced to the simplest number type  |
| string        | ``str``                              |                                                  |
| character     | `Character`, interned                | identity is equality                             |
| symbol keyword| `Symbol` `Keyword`, interned         | identity is equality; a keyword can be called    |
| list          | `List`                               | shared reversed array plus a length              |
| vector        | `Vector`                             |                                                  |
| map, hashmap  | `Map` `HashMap`                      |                                                  |
| record        | a class for each record type         | its fields are slots                             |
| bytevector    | `Bytevector`                         |                                                  |
| function      | a Python function                    | calls between Lisp functions stay in the interpreter |

Every collection is immutable for the program. The versions of a map share one table, see `Map`: a
loop that updates a map a hundred thousand times costs time in proportion, and old versions stay
valid, whichever of them are kept.

Nothing here walks over nested values by recursion; a chain of objects may be as long as it likes
(the page's build makes Python free it without recursion, web/tools/deep-dealloc.mjs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, ClassVar, Final
from weakref import WeakValueDictionary

from lispcore.values.atoms import (
    CHARACTERS,
    FALSE,
    TRUE,
    Boolean,
    Character,
    Keyword,
    Symbol,
    Value,
    intern_character,
    intern_keyword,
    intern_symbol,
)
from lispcore.values.map_versions import (
    ODD_KEYS,
    STAND_INS,
    FloatKey,
    HashMap,
    Map,
    from_key,
    to_key,
)


class List:
    """An immutable list: the first `count` entries of the shared array `cells`, last one first.

    The last entry in use is the head, so `cons` appends (amortised constant time) and `cdr` is a
    new view that is one shorter. Use `EMPTY`, `cons`, `list_from` and `list_items`; the array of
    `EMPTY` holds one nil, which makes ``cells[count - 1]`` the right answer for ``(car '())``. There
    is no other empty list: being empty is being `EMPTY`.
    """

    __slots__ = ("cells", "count")

    def __init__(self, cells: list[Value], count: int) -> None:
        self.cells = cells
        self.count = count

    def __iter__(self) -> Iterator[Value]:
        return iter(self.cells[self.count - 1 :: -1] if self.count else ())

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return True  # only nil and #f are false in the language

    def __repr__(self) -> str:
        return f"<list of {self.count}>"


EMPTY: Final = List([None], 0)


def list_from(items: Iterable[Value]) -> List:
    """Returns the list of these items, in order."""
    cells = list(items)
    if not cells:
        return EMPTY
    cells.reverse()
    return List(cells, len(cells))


def list_items(sequence: List) -> list[Value]:
    """Returns the items of a list as a new Python list, in order."""
    count = sequence.count
    return sequence.cells[count - 1 :: -1] if count else []


def cons(head: Value, tail: Value) -> List:
    """Returns the list with `head` before `tail`; a tail that is no list becomes the last item."""
    if type(tail) is not List:
        return List([head], 1) if tail is None else List([tail, head], 2)
    cells = tail.cells
    count = tail.count
    if count == len(cells) and count:
        cells.append(head)
        return List(cells, count + 1)
    if not count:
        return List([head], 1)
    # There is at least one more cell: with it the copy has room for the head.
    cells = cells[: count + 1]
    cells[count] = head
    return List(cells, count + 1)


class Vector:
    """An immutable indexed sequence; `items` is a Python list that nobody changes."""

    __slots__ = ("items",)

    def __init__(self, items: list[Value]) -> None:
        self.items = items

    # The head of a sequence is ``cells[count - 1]`` for lists; with these two it is for vectors, too,
    # and generated code need not ask which one it has.
    count: ClassVar[int] = 0

    @property
    def cells(self) -> list[Value]:
        """The first item alone (nil if there is none), where a list has its reversed items."""
        items = self.items
        return items[:1] if items else [None]

    def __iter__(self) -> Iterator[Value]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<vector of {len(self.items)}>"


class Bytevector(bytes):
    """An immutable sequence of bytes, without the operators of Python's bytes."""

    __slots__ = ()

    def _refuse(self, other: object) -> Any:
        return NotImplemented

    __add__ = __mul__ = __rmul__ = __mod__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return type(other) is Bytevector and bytes.__eq__(self, other)

    def __hash__(self) -> int:
        return bytes.__hash__(self)


class Record:
    """One instance of a record type: each type has a Python class of its own below this one.

    So asking for the type is one comparison of classes, and a field is one slot; see
    `RecordType.instance` and record_access.py.
    """

    __slots__ = ()

    type: RecordType  # of the class, not of its instances

    @property
    def items(self) -> list[Value]:
        """The values of the fields, in a list of their own."""
        return [getattr(self, slot) for slot in self.type.slots]

    def field(self, keyword: Keyword) -> Value:
        """Returns the field of this name, or nil if the record has none."""
        kind = self.type
        if keyword.name not in kind.fields:
            return None
        return getattr(self, kind.slots[kind.fields.index(keyword.name)])


def field_slot(index: int) -> str:
    """Returns the attribute in which records keep the field of this index."""
    return f"field{index}"


_serials = count(1)


class RecordType:
    """What ``define-record-type`` makes: a name and the names of the fields.

    `instance` is the class of its records, called with the values of the fields whose indexes are
    `given`, in that order (all of them, if nothing is said); the others are nil at first. Each type
    has a `serial` of its own in this process; `mark` is its name in all of them, see borders.py.
    """

    __slots__ = ("name", "fields", "given", "slots", "instance", "mark", "serial", "__weakref__")

    known: ClassVar[WeakValueDictionary[int, RecordType]] = WeakValueDictionary()

    def __init__(
        self, name: str, fields: tuple[str, ...], given: tuple[int, ...] | None = None
    ) -> None:
        self.name = name
        self.fields = fields
        self.slots = tuple(field_slot(index) for index in range(len(fields)))
        order = tuple(range(len(fields))) if given is None else given
        self.given = order
        self.mark = ""
        self.serial = next(_serials)
        self.known[self.serial] = self
        values = {index: f"value{place}" for place, index in enumerate(order)}
        parameters = "".join(f", value{place}" for place in range(len(order)))
        lines = [f"self.{slot} = {values.get(at)}" for at, slot in enumerate(self.slots)]
        made: dict[str, Any] = {}
        # Written out for each type, as Python code that fills slots by name is the fastest there is.
        exec(f"def __init__(self{parameters}): {'; '.join(lines) or 'pass'}", made)
        contents = {"__slots__": self.slots, "type": self, "__init__": made["__init__"]}
        # All have the same name: Python shows it in messages, and diagnosis.py reads those.
        self.instance: Any = type("Record", (Record,), contents)


class MultipleValues:
    """What ``(values …)`` gives for any number of values but one."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Value, ...]) -> None:
        self.items = items


class Promise:
    """A delayed expression. `thunk` is None once `value` is known."""

    __slots__ = ("thunk", "value")

    def __init__(self, thunk: Callable[[], Value] | None, value: Value = None) -> None:
        self.thunk = thunk
        self.value = value


# --- truth and the names of types ---------------------------------------------------------------


def is_true(value: Value) -> bool:
    """Tells whether a value counts as true: all but nil and #f do."""
    return value is not FALSE and value is not None


def boolean(condition: object) -> Boolean:
    """Returns #t or #f for a Python condition."""
    return TRUE if condition else FALSE


# Types outside this module (numbers, model values, channels …) add their names here.
TYPE_NAMES: dict[type, str] = {
    type(None): "nil",
    Boolean: "bool",
    int: "int",
    float: "float",
    str: "string",
    Character: "char",
    Symbol: "symbol",
    Keyword: "keyword",
    List: "list",
    Vector: "vector",
    Map: "map",
    HashMap: "hashmap",
    Bytevector: "bytevector",
    Record: "record",
    MultipleValues: "%multiple-values%",
    Promise: "promise",
}

# Code objects of Lisp functions carry this in front of their file name.
LISP_FILE_PREFIX: Final = "lisp:"
# That of functions that get their code when they are first called; errors show no trace of it.
WAITING_FILE: Final = "<not written yet>"


def type_name(value: Value) -> str:
    """Returns the name of a value's type, the text of what ``(type value)`` gives."""
    name = TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    if isinstance(value, Record):
        return value.type.name
    if is_function(value):
        if hasattr(value, "methods"):
            return "multimethod"
        made_here = is_lisp_function(value) or value.__name__ == "<lambda>"
        return "lambda" if made_here else "native-fn"
    return type(value).__name__.lower()


def written_function(value: Value) -> Value:
    """Returns the function for which another one stands, see `settle` of the runtime."""
    return getattr(value, "__wrapped__", value)


def is_lisp_function(value: Value) -> bool:
    """Tells whether a function was written in Lisp."""
    code = getattr(written_function(value), "__code__", None)
    return code is not None and code.co_filename.startswith((LISP_FILE_PREFIX, WAITING_FILE))


_FUNCTION_TYPES = (type(is_true), type(len))


def is_function(value: Value) -> bool:
    """Tells whether a value is a function, written in Lisp or in Python."""
    return isinstance(value, _FUNCTION_TYPES)


# Values of these types are equal only if they are the same object.
IDENTITY_TYPES: Final = frozenset((Keyword, Symbol, Character, Boolean, type(None)))


# --- short rows as keys of maps ------------------------------------------------------------------

# Most sequences that are keys are rows of a few numbers, texts or names, such as the places of a
# board. In a table a tuple stands for them, which Python hashes and compares by itself: for each
# call back into Python a page waits ten times as long.
SHORT_ROW: Final = 8
_ITEMS_OF_ROWS: Final = IDENTITY_TYPES | {int, str}


class _VectorMark:
    """Stands behind the items in the tuple of a vector, which is not equal to that of a list."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "VECTOR_MARK"


VECTOR_MARK: Final = _VectorMark()


def _key_of_list(value: List) -> Value:
    count = value.count
    if not 0 < count <= SHORT_ROW:
        return value if count else ()
    items = value.cells[count - 1 :: -1]
    for item in items:
        if type(item) not in _ITEMS_OF_ROWS:
            return value
    return (*items,)


def _key_of_vector(value: Vector) -> Value:
    items = value.items
    if len(items) > SHORT_ROW:
        return value
    for item in items:
        if type(item) not in _ITEMS_OF_ROWS:
            return value
    return (*items, VECTOR_MARK)


def _row_of_key(key: tuple[Value, ...]) -> Value:
    if not key:
        return EMPTY
    if key[-1] is VECTOR_MARK:
        return Vector([*key[:-1]])
    return List([*key[::-1]], len(key))


ODD_KEYS[List] = _key_of_list
ODD_KEYS[Vector] = _key_of_vector
STAND_INS[tuple] = _row_of_key

__all__ = [
    "CHARACTERS",
    "EMPTY",
    "FALSE",
    "IDENTITY_TYPES",
    "LISP_FILE_PREFIX",
    "ODD_KEYS",
    "STAND_INS",
    "VECTOR_MARK",
    "WAITING_FILE",
    "TRUE",
    "TYPE_NAMES",
    "Boolean",
    "Bytevector",
    "Character",
    "FloatKey",
    "HashMap",
    "Keyword",
    "List",
    "Map",
    "MultipleValues",
    "Promise",
    "Record",
    "RecordType",
    "Symbol",
    "Value",
    "Vector",
    "boolean",
    "cons",
    "field_slot",
    "from_key",
    "intern_character",
    "intern_keyword",
    "intern_symbol",
    "is_function",
    "is_lisp_function",
    "is_true",
    "list_from",
    "list_items",
    "to_key",
    "type_name",
    "written_function",
]
