"""Maps, whose versions share one table; and the keys by which a table finds its entries.

How keys are ordered and maps compared and hashed, comparing.py says: it must know all types.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, ClassVar, Final

from lispcore.values.atoms import Keyword, Value

# Collections below this size are copied on update: copying is faster than the bookkeeping.
HAND_OVER_SIZE: Final = 48


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


# For values of these classes others stand in tables: the class, and what makes them. Those of short
# lists and vectors are entered by types.py.
ODD_KEYS: Final[dict[type, Callable[[Any], Any]]] = {float: FloatKey}
# The classes of these others, and what makes the values again.
STAND_INS: Final[dict[type, Callable[[Any], Any]]] = {FloatKey: attrgetter("value")}


def to_key(value: Value) -> Value:
    """Returns the object that stands for `value` in a map's table."""
    make = ODD_KEYS.get(type(value))
    return value if make is None else make(value)


def from_key(key: Value) -> Value:
    """Returns the value that a key of a map's table stands for."""
    make = STAND_INS.get(type(key))
    return key if make is None else make(key)


ABSENT: Final = object()
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
    whichever versions are kept and used, and what kept versions hold is bounded by their size.
    """

    __slots__ = ("table", "_key", "_newer", "_sorted", "_used", "_value")

    table: dict[Value, Value]
    _sorted: list[Value] | None  # the keys in order, once somebody has asked for them
    _newer: Map | None  # the version that is one step nearer to the table …
    _key: Value  # … the key that has another value there …
    _value: Value  # … and the value that it has in this version
    _used: int

    # Sorts keys of these classes, see comparing.py.
    sort_keys: ClassVar[staticmethod[[list[Value], set[type]], None]]

    def __init__(self, table: dict[Value, Value]) -> None:
        self.table = table

    @classmethod
    def of(cls, pairs: Iterable[tuple[Value, Value]]) -> Map:
        """Returns the map of these key and value pairs; a later pair wins."""
        return cls({to_key(key): value for key, value in pairs})

    def __getattr__(self, name: str) -> Any:
        if name == "table":
            return self._recall()
        if name == "_newer" or name == "_sorted":
            return None
        if name == "_used":
            return 0  # most maps are small and never asked: so making one does not set it
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
            each._value = table.get(key, ABSENT)
            each._key = key
            if value is ABSENT:
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
                if older._value is ABSENT:
                    del table[older._key]
                else:
                    table[older._key] = older._value
            self.table = table
            self._used = 0
            del self._newer, self._key, self._value
        return table

    def table_for_good(self) -> dict[Value, Value]:
        """Returns a table that no newer version will change, as a key of a map must have."""
        table = self.own_table()
        self._used = _ALL
        return table

    def updated(self, key: Value, value: Value) -> Map:
        """Returns this map with `key` bound to `value`."""
        if type(key) in ODD_KEYS:
            key = to_key(key)
        table = self.table
        size = len(table)
        if size < HAND_OVER_SIZE:
            table = table.copy()
            table[key] = value
            return type(self)(table)
        # Before `_used`, which the hash of a key that contains this map changes.
        before = table.get(key, ABSENT)
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
        return self.table.get(to_key(key) if type(key) in ODD_KEYS else key, default)

    def ordered_keys(self) -> list[Value]:
        """Returns the table's keys in the order in which this map iterates (do not change it)."""
        table = self.table
        if len(table) < 2:
            return [*table]
        keys = self._sorted
        if keys is None:
            keys = [*table]
            # Most maps have keys of one simple type, which Python sorts by itself.
            kinds = {*map(type, keys)}
            if kinds == _KEYWORDS:
                keys.sort(key=_name_of)
            elif kinds in _SORTED_BY_PYTHON:
                keys.sort()
            else:
                self.sort_keys(keys, kinds)
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

    def __repr__(self) -> str:
        return f"<map of {len(self.table)}>"


class HashMap(Map):
    """The same as `Map` but another type to the program (``hashmap/new``); never equal to a map."""

    __slots__ = ()


_name_of: Final = attrgetter("name")
_KEYWORDS: Final = {Keyword}
_SORTED_BY_PYTHON: Final = ({str}, {int})
