"""Values of Python as values of Lisp, and back.

    Python                         Lisp
    None, True, False              nil, #t, #f
    int, float, str                the same
    Fraction, complex              rational, complex
    list, tuple, dict              list, vector, map; sets, ranges, deques, views become lists
    bytes                          bytevector
    an instance of a dataclass     a record, whose fields its keywords find
    a function, method or class    a function; see python_functions.py
    numpy arrays of one dimension  f64-array, i64-array; others a list for each row
    pandas' frames and series      a list of maps, a list
    anything else                  itself, which Lisp can hand on

What comes back from Lisp is of the type that went there; the same list twice stays one. Keywords,
symbols and characters are `Keyword`, `Symbol` and `Character` here: texts of their own classes, so
that ``row["name"]`` finds what ``{:name …}`` holds, and that they are keywords again in Lisp.
Values that Python has nothing like stay what they are (values/types.py).
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Mapping, Sequence, Set, ValuesView
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.collections.typed_arrays import FloatArray, IntegerArray
from lispcore.values import atoms
from lispcore.values.map_versions import HashMap, Map, from_key
from lispcore.values.numbers import Complex, Ratio, divide
from lispcore.values.types import (
    TRUE,
    Boolean,
    Bytevector,
    List,
    Record,
    RecordType,
    Value,
    Vector,
    boolean,
    intern_character,
    intern_keyword,
    intern_symbol,
    is_function,
    list_from,
    list_items,
)


class Keyword(str):
    """A keyword of Lisp: equal to the text of its name, and a keyword again when it goes back."""

    __slots__ = ()


class Symbol(str):
    """A symbol of Lisp, as `Keyword`."""

    __slots__ = ()


class Character(str):
    """A character of Lisp, as `Keyword`."""

    __slots__ = ()


# What makes a function of one side a function of the other.
Functions = Callable[[Any], Any]
FUNCTIONS: Final = (FunctionType, BuiltinFunctionType, MethodType, type)
_NAMES: Final[dict[type, Callable[[str], Value]]] = {
    Keyword: intern_keyword,
    Symbol: intern_symbol,
    Character: intern_character,
}
_PLAIN: Final = frozenset((type(None), int, float, str))
_record_types: WeakKeyDictionary[type, RecordType] = WeakKeyDictionary()
_data_classes: dict[int, type] = {}  # by the serial numbers of those


# --- to Lisp --------------------------------------------------------------------------------------


class ToLisp:
    """One conversion: what occurs twice is converted once."""

    def __init__(self, function: Functions) -> None:
        self._function = function
        self._made: dict[int, tuple[Any, Value]] = {}
        self._open: set[int] = set()

    def __call__(self, value: Any) -> Value:
        """Returns a value of Lisp; raises ValueError for a collection that contains itself."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is bool:
            return boolean(value)
        if kind in _NAMES:
            return _NAMES[kind](str(value))
        if isinstance(value, FUNCTIONS):
            return self._function(value)
        known = self._made.get(id(value))
        if known is not None:
            return known[1]
        if id(value) in self._open:
            raise ValueError(f"a {kind.__name__} that contains itself cannot go to Lisp")
        self._open.add(id(value))
        try:
            made = self._collection(value)
        finally:
            self._open.discard(id(value))
        self._made[id(value)] = (value, made)
        return made

    def _collection(self, value: Any) -> Value:
        if isinstance(value, Bytevector):
            return value
        if isinstance(value, (list, set, frozenset)):
            return list_from([self(each) for each in value])
        if isinstance(value, tuple):
            return Vector([self(each) for each in value])
        if isinstance(value, dict):
            return Map.of([(self(key), self(each)) for key, each in value.items()])
        if isinstance(value, (bytes, bytearray, memoryview)):
            return Bytevector(bytes(value))
        if hasattr(type(value), "__dataclass_fields__"):
            return self._record(value)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            # Of a class of its own, such as numpy's float64 and the members of an IntEnum.
            base = next(each for each in (str, int, float) if isinstance(value, each))
            return base.__str__(value) if base is str else base.__call__(value)
        return self._of_a_library(value)

    def _of_a_library(self, value: Any) -> Value:
        home = type(value).__module__.partition(".")[0]
        if home == "numpy":
            return self._of_numpy(value)
        if home == "pandas":
            return self._of_pandas(value)
        if home == "fractions":
            return divide(value.numerator, value.denominator)
        if type(value) is complex:
            return Complex(value.real, value.imag) if value.imag else value.real
        if isinstance(value, Mapping):
            return Map.of([(self(key), self(each)) for key, each in value.items()])
        if isinstance(value, (Sequence, Set, ValuesView)):  # a range, a deque, a dict's keys
            return list_from([self(each) for each in value])
        return value

    def _of_numpy(self, value: Any) -> Value:
        if not hasattr(value, "ndim") or not hasattr(value, "tolist"):
            return value
        if value.ndim == 0:
            return self(value.item())
        if value.ndim > 1:
            return list_from([self(row) for row in value])
        if value.dtype.kind == "f":
            return FloatArray(array("d", value.astype("<f8").tobytes()))
        if value.dtype.kind in "iu" and (value.dtype.kind == "i" or value.dtype.itemsize < 8):
            return IntegerArray(array("q", value.astype("<i8").tobytes()))
        return self(value.tolist())

    def _of_pandas(self, value: Any) -> Value:
        name = type(value).__name__
        if name == "DataFrame":
            names = [self(each) for each in value.columns]
            columns = [self._column(value.iloc[:, at]) for at in range(len(names))]
            rows = zip(*columns, strict=True) if columns else [()] * len(value)
            return list_from([Map.of([*zip(names, row, strict=True)]) for row in rows])
        if name == "MultiIndex":  # whose items are tuples
            return self(value.tolist())
        if hasattr(value, "isna") and hasattr(value, "tolist"):
            return list_from(self._column(value))
        return None if name in ("NAType", "NaTType") else value

    def _column(self, column: Any) -> list[Value]:
        """Returns the values of a column; what is missing among texts or dates is nil."""
        items = column.tolist()
        if getattr(column.dtype, "kind", "") != "f":
            missing = column.isna().tolist()
            items = [None if gone else each for each, gone in zip(items, missing, strict=True)]
        return [self(each) for each in items]

    def _record(self, value: Any) -> Record:
        kind = type(value)
        known = _record_types.get(kind)
        names = tuple(kind.__dataclass_fields__)
        if known is None or known.fields != names:
            known = _record_types[kind] = RecordType(kind.__name__, names)
            _data_classes[known.serial] = kind
        record: Record = known.instance(*(self(getattr(value, name, None)) for name in names))
        return record


# --- to Python ------------------------------------------------------------------------------------


class ToPython:
    """One conversion: what occurs twice is converted once."""

    def __init__(self, function: Functions) -> None:
        self._function = function
        self._made: dict[int, tuple[Value, Any]] = {}

    def __call__(self, value: Value) -> Any:
        """Returns a value of Python."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is Boolean:
            return value is TRUE
        if kind is atoms.Keyword:
            return Keyword(value.name)
        if kind is atoms.Symbol:
            return Symbol(value.name)
        if kind is atoms.Character:
            return Character(value.text)
        if is_function(value):
            return self._function(value)
        known = self._made.get(id(value))
        if known is None:
            known = self._made[id(value)] = (value, self._collection(value))
        return known[1]

    def _collection(self, value: Value) -> Any:
        kind = type(value)
        if kind is List:
            return [self(each) for each in list_items(value)]
        if kind is Vector:
            return tuple([self(each) for each in value.items])
        if kind is Map or kind is HashMap:
            return self._dict(value)
        if kind is Bytevector:
            return bytes(value)
        if kind is Ratio:
            from fractions import Fraction

            return Fraction(value.numerator, value.denominator)
        if kind is Complex and type(value.real) is type(value.imaginary) is float:
            return complex(value)
        if kind is FloatArray or kind is IntegerArray:
            numpy: Any = sys.modules.get("numpy")
            return value.numbers[:] if numpy is None else numpy.array(value.numbers)
        if isinstance(value, Record) and value.type.serial in _data_classes:
            return self._instance(value, _data_classes[value.type.serial])
        return value

    def _dict(self, value: Map) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key, each in value.own_table().items():
            name = from_key(key)
            shown = self(name)
            if isinstance(shown, (list, dict)):
                shown = name  # Python has no such keys
            if shown in made and type(shown) in _NAMES:
                shown = name  # :a beside "a"
            made[shown] = self(each)
        return made

    def _instance(self, record: Record, kind: Any) -> Any:
        made = object.__new__(kind)
        for name, value in zip(record.type.fields, record.items, strict=True):
            object.__setattr__(made, name, self(value))
        return made


__all__ = ["Character", "Keyword", "Symbol", "ToLisp", "ToPython"]
