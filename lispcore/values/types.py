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

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any

# Collections below this size are copied on update: copying is faster than the bookkeeping.
HAND_OVER_SIZE: Final = 48


class Boolean:
    """One of the two truth values; see `TRUE` and `FALSE`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return self.name == "#t"


TRUE: Final = Boolean("#t")
FALSE: Final = Boolean("#f")


class Symbol:
    """A name. `intern_symbol` gives the one object for a text, so symbols compare by identity."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class Keyword:
    """A name that stands for itself, such as ``:role``; called with a map it looks itself up."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return ":" + self.name

    def __call__(self, *arguments: Value) -> Value:
        if len(arguments) != 1:
            raise _error("arity", f":{self.name} expects 1 argument, got {len(arguments)}")
        collection = arguments[0]
        if isinstance(collection, Map):
            return collection.table.get(self)
        if isinstance(collection, Record):
            return collection.field(self)
        raise _error(
            "type-error",
            f":{self.name} expected map or hashmap, got {type_name(collection)}",
            hint="a keyword called as a function looks itself up in a map: (:name {:name 1})",
            expected="map or hashmap",
            got=type_name(collection),
        )


class Character:
    """One Unicode scalar value. `intern_character` gives the one object for it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"#\\{self.text}"


_symbols: dict[str, Symbol] = {}
_keywords: dict[str, Keyword] = {}


class _Characters(dict[str, Character]):
    """The objects of the characters that are in use; one that is asked for is made."""

    def __missing__(self, text: str) -> Character:
        character = self[text] = Character(text)
        return character


# Generated code looks up characters here itself.
CHARACTERS: Final = _Characters()


def intern_symbol(name: str) -> Symbol:
    """Returns the symbol with this name."""
    symbol = _symbols.get(name)
    if symbol is None:
        symbol = _symbols[name] = Symbol(name)
    return symbol


def intern_keyword(name: str) -> Keyword:
    """Returns the keyword with this name (given without the colon)."""
    keyword = _keywords.get(name)
    if keyword is None:
        keyword = _keywords[name] = Keyword(name)
    return keyword


def intern_character(text: str) -> Character:
    """Returns the character value for a string of one code point."""
    return CHARACTERS[text]


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

    def __eq__(self, other: object) -> bool:
        return equal(self, other)

    def __hash__(self) -> int:
        return hash_value(self)

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
    cells = cells[:count]
    cells.append(head)
    return List(cells, count + 1)


class Vector:
    """An immutable indexed sequence; `items` is a Python list that nobody changes."""

    __slots__ = ("items",)

    def __init__(self, items: list[Value]) -> None:
        self.items = items

    # The head of a sequence is ``cells[count - 1]`` for lists; with these two it is for vectors, too,
    # and generated code need not ask which one it has.
    @property
    def cells(self) -> list[Value]:
        """The first item alone (nil if there is none), where a list has its reversed items."""
        items = self.items
        return items[:1] if items else [None]

    @property
    def count(self) -> int:
        """Always 0, so that the index of the head is -1."""
        return 0

    def __iter__(self) -> Iterator[Value]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return equal(self, other)

    def __hash__(self) -> int:
        return hash_value(self)

    def __repr__(self) -> str:
        return f"<vector of {len(self.items)}>"


class FloatKey:
    """A float as a map key. Python calls 1 and 1.0 the same key; this language does not."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return type(other) is FloatKey and (
            self.value == other.value or (self.value != self.value and other.value != other.value)
        )

    def __hash__(self) -> int:
        return hash(("float", self.value if self.value == self.value else "nan"))


def to_key(value: Value) -> Value:
    """Returns the object that stands for `value` in a map's table."""
    return FloatKey(value) if type(value) is float else value


def from_key(key: Value) -> Value:
    """Returns the value that a key of a map's table stands for."""
    return key.value if type(key) is FloatKey else key


_MISSING: Final = object()
# So many steps that the next version gets a copy.
_ALL: Final = sys.maxsize


class Map:
    """An immutable map that iterates in the order of its keys (`order_key`).

    `table` is a Python dict from `to_key` forms to values. To the program nobody changes it; in
    truth the versions of a map share one (Baker's shallow binding, 1978): `updated` changes it for
    the newer version, and the older one keeps only what is different there. It has no `table` then:
    `__getattr__`, which runs for a missing slot alone, lets the table change places with the
    difference. `_used` counts the steps since the table was copied last; once there have been as
    many as it has entries, the next version gets a copy. So a step costs the same in the long run,
    whichever versions are kept and used, and what kept versions hold alive is bounded by their size.
    """

    __slots__ = ("table", "_key", "_newer", "_sorted", "_used", "_value")

    table: dict[Value, Value]
    _sorted: list[Value] | None  # the keys in order, once somebody has asked for them
    _newer: Map | None  # the version that is one step nearer to the table …
    _key: Value  # … the key that has another value there …
    _value: Value  # … and the value that it has in this version
    _used: int

    def __init__(self, table: dict[Value, Value]) -> None:
        self.table = table
        self._used = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[Value, Value]]) -> Map:
        """Returns the map of these key and value pairs; a later pair wins."""
        return cls({to_key(key): value for key, value in pairs})

    def __getattr__(self, name: str) -> Any:
        if name == "table":
            return self._recall()
        if name == "_newer" or name == "_sorted":
            return None
        raise AttributeError(name, name=name, obj=self)

    def _recall(self) -> dict[Value, Value]:
        """Gets the table back from a newer version, or a copy of it, and returns it."""
        way = []
        each: Map = self
        while (newer := each._newer) is not None:
            way.append(each)
            each = newer
        if not way:
            raise AttributeError("table", name="table", obj=self)
        table = each.table
        used = each._used + len(way)
        if used > len(table):
            return self.own_table()
        # One step after the other, so that a program may be stopped between them.
        while way:
            older = way.pop()
            key, value = older._key, older._value
            each._value = table.get(key, _MISSING)
            each._key = key
            if value is _MISSING:
                del table[key]
            else:
                table[key] = value
            older.table = table
            older._used = used
            each._newer = older
            del each.table, older._newer
            each = older
        del self._key, self._value
        return table

    def own_table(self) -> dict[Value, Value]:
        """Returns the table and takes it from no other version: it is copied if that has it.

        For whoever needs the tables of two maps at a time, and for keys: a map is looked up by its
        contents, and that must not change the table it is looked up in.
        """
        way = []
        each: Map = self
        while (newer := each._newer) is not None:
            way.append(each)
            each = newer
        table = each.table
        if way:
            table = table.copy()
            for older in reversed(way):
                if older._value is _MISSING:
                    del table[older._key]
                else:
                    table[older._key] = older._value
            self.table = table
            self._used = 0
            del self._newer, self._key, self._value
        return table

    def updated(self, key: Value, value: Value) -> Map:
        """Returns this map with `key` bound to `value`."""
        if type(key) is float:
            key = FloatKey(key)
        table = self.table
        size = len(table)
        if size < HAND_OVER_SIZE:
            table = table.copy()
            table[key] = value
            return type(self)(table)
        # Before `_used`, which the hash of a key that contains this map changes.
        before = table.get(key, _MISSING)
        used = self._used
        if used > size:
            table = table.copy()
            table[key] = value
            return type(self)(table)
        newer = type(self)(table)
        newer._used = used + 1
        table[key] = value
        self._value = before
        self._key = key
        self._newer = newer
        del self.table
        return newer

    def without(self, key: Value) -> Map:
        """Returns this map without `key`."""
        key = to_key(key)
        table = self.table
        if key not in table:
            return self
        size = len(table)
        if size < HAND_OVER_SIZE or self._used > size:
            table = table.copy()
            del table[key]
            return type(self)(table)
        newer = type(self)(table)
        newer._used = self._used + 1
        self._value = table.pop(key)
        self._key = key
        self._newer = newer
        del self.table
        return newer

    def is_worth_copying(self, eagerness: int) -> bool:
        """Tells whether a copy costs little, or little against the changes made so far."""
        size = len(self.table)
        return size < HAND_OVER_SIZE or self._used * eagerness > size

    def get(self, key: Value, default: Value = None) -> Value:
        """Returns the value of `key`, or `default`."""
        return self.table.get(FloatKey(key) if type(key) is float else key, default)

    def ordered_keys(self) -> list[Value]:
        """Returns the table's keys in the order in which this map iterates (do not change it)."""
        keys = self._sorted
        if keys is None:
            keys = list(self.table)
            if len(keys) > 1:
                # Most maps have keys of one simple type, which Python sorts by itself.
                kinds = set(map(type, keys))
                if kinds == {Keyword}:
                    keys.sort(key=_name_of)
                elif kinds <= {str} or kinds <= {int}:
                    keys.sort()
                else:
                    keys.sort(key=order_key)
            self._sorted = keys
        return keys

    def keys(self) -> list[Value]:
        """Returns the keys as values, in order."""
        return [from_key(key) for key in self.ordered_keys()]

    def values(self) -> list[Value]:
        """Returns the values in the order of their keys."""
        keys = self.ordered_keys()
        table = self.table
        return [table[key] for key in keys]

    def entries(self) -> list[tuple[Value, Value]]:
        """Returns (key, value) pairs in the order of the keys."""
        keys = self.ordered_keys()
        table = self.table
        return [(from_key(key), table[key]) for key in keys]

    def __len__(self) -> int:
        return len(self.table)

    def __contains__(self, key: Value) -> bool:
        return to_key(key) in self.table

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return equal(self, other)

    def __hash__(self) -> int:
        return hash_value(self)

    def __repr__(self) -> str:
        return f"<map of {len(self.table)}>"


class HashMap(Map):
    """The same as `Map` but another type to the program (``hashmap/new``); never equal to a map."""

    __slots__ = ()


def _name_of(value: Keyword) -> str:
    return value.name


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

    def __eq__(self, other: object) -> bool:
        return equal(self, other)

    def __hash__(self) -> int:
        return hash_value(self)


def field_slot(index: int) -> str:
    """Returns the attribute in which records keep the field of this index."""
    return f"field{index}"


class RecordType:
    """What ``define-record-type`` makes: a name and the names of the fields.

    `instance` is the class of its records, called with the values of the fields whose indexes are
    `given`, in that order (all of them, if nothing is said); the others are nil at first.
    """

    __slots__ = ("name", "fields", "slots", "instance")

    def __init__(
        self, name: str, fields: tuple[str, ...], given: tuple[int, ...] | None = None
    ) -> None:
        self.name = name
        self.fields = fields
        self.slots = tuple(field_slot(index) for index in range(len(fields)))
        order = tuple(range(len(fields))) if given is None else given
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


# --- truth, types, equality, order --------------------------------------------------------------


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


def is_lisp_function(value: Value) -> bool:
    """Tells whether a function was written in Lisp."""
    code = getattr(value, "__code__", None)
    return code is not None and code.co_filename.startswith(LISP_FILE_PREFIX)


_FUNCTION_TYPES = (type(is_true), type(len))


def is_function(value: Value) -> bool:
    """Tells whether a value is a function, written in Lisp or in Python."""
    return isinstance(value, _FUNCTION_TYPES)


# A type with contents of its own registers how to take it apart: value -> (tag, children).
# Equality and hashing then walk it without recursion.
PARTS: dict[type, Callable[[Any], tuple[Any, list[Any]]]] = {}


_SIMPLE_TYPES = frozenset((int, str, float))
# Values of these types are equal only if they are the same object.
IDENTITY_TYPES: Final = frozenset((Keyword, Symbol, Character, Boolean, type(None)))
_PLAIN_TYPES: Final = _SIMPLE_TYPES | IDENTITY_TYPES


def equal(left: Value, right: Value) -> bool:
    """Structural equality: same type and same contents; 1 and 1.0 differ. Never recurses."""
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in _SIMPLE_TYPES:
        return left == right  # type: ignore[no-any-return]
    if left is right:
        return True
    if kind in IDENTITY_TYPES:
        return False
    stack: list[tuple[Value, Value]] = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b:
            continue
        kind = type(a)
        if kind is not type(b):
            return False
        if kind is List or kind is Vector:
            if kind is List:
                if a.count != b.count:
                    return False
                ones, others = list_items(a), list_items(b)
            else:
                ones, others = a.items, b.items
                if len(ones) != len(others):
                    return False
            kinds = {*map(type, ones)}
            if _PLAIN_TYPES.issuperset(kinds):
                # Nothing in it has contents, so Python compares it without a call of ours.
                if len(kinds) == 1:
                    if {*map(type, others)} != kinds:
                        return False
                elif [*map(type, ones)] != [*map(type, others)]:
                    return False
                if ones != others:
                    return False
            else:
                stack.extend(zip(ones, others, strict=True))
        elif kind is Map or kind is HashMap:
            table, other = a.own_table(), b.own_table()
            if len(table) != len(other):
                return False
            for key, value in table.items():
                match = other.get(key, _MISSING)
                if match is _MISSING:
                    return False
                stack.append((value, match))
        elif issubclass(kind, Record):
            stack.extend(zip(a.items, b.items, strict=True))
        elif kind in PARTS:
            tag, parts = PARTS[kind](a)
            other_tag, other_parts = PARTS[kind](b)
            if tag != other_tag or len(parts) != len(other_parts):
                return False
            stack.extend(zip(parts, other_parts, strict=True))
        elif not a == b:
            return False
    return True


def hash_value(value: Value) -> int:
    """Returns a hash that agrees with `equal`. Never recurses."""
    result = 17
    stack = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is List:
            result = hash((result, "list", item.count))
            stack.extend(list_items(item))
        elif kind is Vector:
            result = hash((result, "vector", len(item.items)))
            stack.extend(item.items)
        elif kind is Map or kind is HashMap:
            table = item.own_table()
            # It may become a key of a newer version of itself: that one must have another table.
            item._used = _ALL
            result = hash((result, kind, len(table)))
            for key in item.ordered_keys():
                stack.append(table[key])
                stack.append(key)
        elif issubclass(kind, Record):
            result = hash((result, item.type.name))
            stack.extend(item.items)
        elif kind in PARTS:
            tag, parts = PARTS[kind](item)
            result = hash((result, tag))
            stack.extend(parts)
        else:
            result = hash((result, FloatKey(item) if kind is float else item))
    return result


# The order of types among the keys of one map; types not named come last.
_TYPE_ORDER: dict[type, int] = {
    type(None): 0,
    Boolean: 1,
    int: 2,
    FloatKey: 3,
    float: 3,
    Character: 4,
    str: 5,
    Symbol: 6,
    Keyword: 7,
    List: 8,
    Vector: 9,
    Map: 10,
    HashMap: 11,
    Bytevector: 12,
}


def order_key(value: Value) -> tuple[Any, ...]:
    """Returns a Python sort key that puts any two values into the order of map keys."""
    # A collection becomes the flat tuple of its leaves' keys, so comparing never recurses.
    flat: list[Any] = []
    stack = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        rank = _TYPE_ORDER.get(kind, 20)
        flat.append(rank)
        if kind is List or kind is Vector:
            flat.append(-1)
            children = list_items(item) if kind is List else item.items
            stack.append(_END)
            stack.extend(reversed(children))
        elif kind is Map or kind is HashMap:
            flat.append(-1)
            stack.append(_END)
            item.own_table()
            for key, entry in reversed(item.entries()):
                stack.append(entry)
                stack.append(key)
        elif item is _END:
            flat[-1] = -2  # a shorter sequence comes first
            flat.append(-2)
        elif kind is Symbol or kind is Keyword:
            flat.append(item.name)
        elif kind is Character:
            flat.append(item.text)
        elif kind is FloatKey:
            flat.append(_float_order(item.value))
        elif kind is float:
            flat.append(_float_order(item))
        elif kind is int or kind is str or kind is Bytevector:
            flat.append(bytes(item) if kind is Bytevector else item)
        elif kind is Boolean:
            flat.append(item is TRUE)
        elif item is None:
            flat.append(0)
        else:
            name = TYPE_NAMES.get(kind, kind.__name__)
            flat.append(name)
            flat.append(getattr(item, "sort_key", 0))
    return tuple(flat)


_END: Final = object()


def _float_order(value: float) -> tuple[int, float]:
    return (1, 0.0) if value != value else (0, value)


def _error(kind: str, message: str, **fields: Any) -> Exception:
    # errors.py imports this module; only the failing path needs it here.
    from lispcore.values.errors import LispError

    return LispError(message, kind=kind, **fields)
