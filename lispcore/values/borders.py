"""How values cross borders: `pickle`, `copy`, and all that is made of them (pools of processes …).

What arrives is equal to what left. What is equal only to itself is the same object where there can
be one (``#t``, keywords, symbols, characters, the empty list, types of records), and what cannot be
refuses: a function, a channel, a stream, a promise that is not kept yet. Immutable values are
their own copies; a deep copy of one has copies of the mutable ones inside.

Python's own way would make a second ``:a``, hand the shared table of a map to two owners, and make
a record's class unknown. Like equality (comparing.py), all this is put into the classes here.
"""

from __future__ import annotations

import os
from typing import Any, Final
from weakref import WeakValueDictionary

from lispcore.values.atoms import (
    FALSE,
    TRUE,
    Boolean,
    Character,
    Keyword,
    Symbol,
    intern_character,
    intern_keyword,
    intern_symbol,
)
from lispcore.values.errors import Frame, LispError
from lispcore.values.map_versions import FloatKey, Map
from lispcore.values.numbers import Complex, Ratio
from lispcore.values.thrown import Thrown
from lispcore.values.types import (
    Bytevector,
    List,
    MultipleValues,
    Promise,
    Record,
    RecordType,
    Value,
    Vector,
    list_from,
    list_items,
    type_name,
)

Reduced = tuple[Any, ...]


def truth(name: str) -> Boolean:
    """Returns the truth value of this name."""
    return TRUE if name == "#t" else FALSE


# --- what stays -----------------------------------------------------------------------------------


def refuse(value: Value, protocol: object = None) -> Any:
    """Raises the error for a value that lives in one process alone."""
    name = type_name(value)
    article = "an" if name[0] in "aeiou" else "a"
    raise TypeError(
        f"{article} {name} belongs to the program that made it and cannot be pickled: "
        "hand over what it holds, or load the program there"
    )


def _itself(value: Value, memo: object = None) -> Value:
    return value


def stays(kind: type) -> None:
    """Says of a class that its values are equal only to themselves and belong to one process."""
    stayed: Any = kind
    stayed.__reduce_ex__ = refuse
    stayed.__copy__ = stayed.__deepcopy__ = _itself


class SessionName(str):
    """The name of the module that Lisp functions are of: `pickle` shows it, others pickle it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{self}' (a function of a Lisp program stays there: load the program instead)"

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError(
            "a function of a Lisp program cannot be pickled: load the program where it is needed, "
            "and call the function by its name"
        )


# --- types of records -----------------------------------------------------------------------------

# Types that came from elsewhere, or went there, by a name that no other process gives.
_by_mark: Final[WeakValueDictionary[str, RecordType]] = WeakValueDictionary()
# The process that the marks made here begin with: one that was forked begins anew.
_process: list[Any] = [0, ""]


def _mark_of(kind: RecordType) -> str:
    if not kind.mark:
        if _process[0] != os.getpid():
            _process[:] = [os.getpid(), os.urandom(12).hex()]
        kind.mark = f"{_process[1]}:{kind.serial}"
        _by_mark[kind.mark] = kind
    return kind.mark


def record_type_of(
    mark: str, name: str, fields: tuple[str, ...], given: tuple[int, ...]
) -> RecordType:
    """Returns the type of records that was marked so.

    Where a type comes from another process, it is the one that the same definition made here: the
    last one with this name and these fields that stands for no other type of that process.
    """
    known = _by_mark.get(mark)
    if known is not None:
        return known
    origin = mark.partition(":")[0]
    taken = {id(kind) for each, kind in _by_mark.items() if each.partition(":")[0] == origin}
    for kind in sorted(RecordType.known.values(), key=lambda kind: -kind.serial):
        same = (kind.name, kind.fields, kind.given) == (name, fields, given)
        if same and id(kind) not in taken:
            _by_mark[mark] = kind
            return kind
    kind = RecordType(name, fields, given)
    kind.mark = mark
    _by_mark[mark] = kind
    return kind


def new_record(kind: RecordType) -> Record:
    """Returns a record without contents, for what comes next in a pickle."""
    record: Record = object.__new__(kind.instance)
    return record


def _fill_record(record: Record, values: tuple[Value, ...]) -> None:
    for slot, value in zip(record.type.slots, values, strict=True):
        setattr(record, slot, value)


# --- what each class says -------------------------------------------------------------------------


def _reduce_map(value: Map) -> Reduced:
    # Not the table that its versions share: a copy of the map must not change with them.
    return type(value), (value.own_table().copy(),)


def _reduce_promise(value: Promise) -> Reduced:
    if value.thunk is not None:
        refuse(value)
    return Promise, (None, value.value)


def _reduce_error(error: LispError) -> Reduced:
    is_thrown = isinstance(error, Thrown)
    texts = (error.message, error.kind, error.hint, error.fields, error.stack)
    return error_of, (is_thrown, error.value, texts, (error.line, error.column, error.file))


def error_of(
    is_thrown: bool,
    value: Value,
    texts: tuple[str, str, str | None, dict[str, Any], list[Frame]],
    place: tuple[int, int, str],
) -> LispError:
    """Returns an error that was raised elsewhere: with its texts, as nobody can make them here."""
    error = Thrown(value) if is_thrown else LispError("")
    error.message, error.kind, error.hint, error.fields, error.stack = texts
    error.line, error.column, error.file = place
    if not is_thrown and value is not None:
        error.value = value
    return error


_changed: Any
for _changed, _reduced in (
    (Boolean, lambda value: (truth, (value.name,))),
    (Symbol, lambda value: (intern_symbol, (value.name,))),
    (Keyword, lambda value: (intern_keyword, (value.name,))),
    (Character, lambda value: (intern_character, (value.text,))),
    (FloatKey, lambda value: (FloatKey, (value.value,))),
    (Ratio, lambda value: (Ratio, (value.numerator, value.denominator))),
    (Complex, lambda value: (Complex, (value.real, value.imaginary))),
    (Bytevector, lambda value: (Bytevector, (bytes(value),))),
    (List, lambda value: (list_from, (list_items(value),))),
    (Vector, lambda value: (Vector, (value.items,))),
    (Map, _reduce_map),
    (MultipleValues, lambda value: (MultipleValues, (value.items,))),
    (
        RecordType,
        lambda kind: (record_type_of, (_mark_of(kind), kind.name, kind.fields, kind.given)),
    ),
    (Record, lambda value: (new_record, (value.type,), tuple(value.items))),
    (Promise, _reduce_promise),
    (LispError, _reduce_error),
):
    _changed.__reduce__ = _reduced
    if _changed is not Record and _changed is not LispError:
        _changed.__copy__ = _itself
# A second promise would do its work once more; the others hold nothing that could change.
for _changed in (
    Boolean,
    Symbol,
    Keyword,
    Character,
    Ratio,
    Complex,
    Bytevector,
    RecordType,
    Promise,
):
    _changed.__deepcopy__ = _itself
_changed = Record
_changed.__setstate__ = _fill_record
