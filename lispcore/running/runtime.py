"""What generated code calls by itself: literals, destructuring, patterns, records, errors caught.

`HELPERS` names these functions; generated code finds each under its name with a space in front,
which no program can write.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, update_wrapper
from operator import setitem
from types import FunctionType
from typing import Any, NoReturn

from lispcore.compiler.facts.cursors import KEEP
from lispcore.library.collections import higher_order, maps, nested_maps, sorting, typed_arrays
from lispcore.library.collections.lists import append, append_two, car, integers
from lispcore.library.collections.lists import make as make_list
from lispcore.library.collections.mutable import MAX_ITEMS, MutableArray
from lispcore.library.collections.sequences_access import own_list, sequence_items, slice_items
from lispcore.library.collections.typed_arrays import FloatArray, IntegerArray
from lispcore.library.language.control import call_with_parameters, said, thrown
from lispcore.library.numbers.arithmetic import add
from lispcore.library.registry import LIBRARY
from lispcore.library.tasks.last_waits import HELPERS as QUIET_HELPERS
from lispcore.library.texts import strings
from lispcore.running.caught_maps import caught_entry, error_map, whole_map
from lispcore.running.diagnosis import explain
from lispcore.running.numeric_loops import numeric, numeric_range
from lispcore.tasks.context import host, interpreter
from lispcore.values import multimethods
from lispcore.values.atoms import fresh_symbol
from lispcore.values.calls import TAIL, bounce, call, spread
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.map_versions import HAND_OVER_SIZE
from lispcore.values.numbers import NUMBER_TYPES
from lispcore.values.printing import print_value
from lispcore.values.types import (
    CHARACTERS,
    EMPTY,
    FALSE,
    IDENTITY_TYPES,
    ODD_KEYS,
    TRUE,
    Character,
    HashMap,
    Keyword,
    List,
    Map,
    MultipleValues,
    Promise,
    Record,
    RecordType,
    Symbol,
    Value,
    Vector,
    cons,
    intern_character,
    intern_keyword,
    is_function,
    list_from,
    list_items,
    to_key,
    type_name,
)

# A loop of this many rounds is taken for a mistake: no program gets through it.
MAXIMUM_ROUNDS = 10**15


# --- building values ------------------------------------------------------------------------------


def make_map(*keys_and_values: Value) -> Map:
    """Returns the map of a literal; a later key wins."""
    pairs = iter(keys_and_values)
    return Map({to_key(key): value for key, value in zip(pairs, pairs, strict=True)})


def splice(value: Value) -> list[Value]:
    """Returns the items of a value that ``,@`` puts into a template (do not change them)."""
    if type(value) is List:
        return list_items(value)
    if type(value) is Vector:
        return value.items
    raise wrong_type(",@", "list or vector", value)


def set_box(box: list[Value], value: Value) -> Value:
    """Changes a boxed variable and returns its new value."""
    box[0] = value
    return value


# --- steps of updates, see map_updates.py ---------------------------------------------------------


def map_look(level: Value, key: Value) -> Value:
    """Returns what a level of nested maps holds under a key, nil if it is no map."""
    return level.get(key) if isinstance(level, Map) else None


def map_value(target: Value, key: Value) -> Value:
    """Returns the value that ``map/update`` gives to its function."""
    if not isinstance(target, Map):
        maps.update(target, key, None)
    return target.get(key)


def map_level(value: Value) -> Map:
    """Returns a level of nested maps: what is no map becomes one."""
    return value if isinstance(value, Map) else Map({})


def map_put(level: Value, key: Value, value: Value) -> Map:
    """Returns a level with another entry."""
    return map_level(level).updated(key, value)


# --- values that belong to one variable, see updates_in_place.py ----------------------------------

# A large map is copied for its owner once a quarter as many changes have been made without.
_EAGERNESS = 4


def own_entry(target: Value, key: Value, value: Value) -> tuple[Value, dict[Value, Value] | None]:
    """Returns what ``assoc`` gives, and its table if nobody else has that."""
    if type(target) is Map:
        table = target.table
        if len(table) < HAND_OVER_SIZE or target.is_worth_copying(_EAGERNESS):
            table = table.copy()
            table[to_key(key) if type(key) in ODD_KEYS else key] = value
            return Map(table), table
        return target.updated(key, value), None
    return maps.assoc(target, key, value), None


def own_without(target: Value, key: Value) -> tuple[Value, dict[Value, Value] | None]:
    """Returns what ``dissoc`` gives, and its table if nobody else has that."""
    if type(target) is Map and target.is_worth_copying(_EAGERNESS):
        table = target.table.copy()
        table.pop(to_key(key), None)
        return Map(table), table
    return maps.dissoc(target, key), None


def own_merged(target: Value, other: Value) -> tuple[Value, dict[Value, Value] | None]:
    """Returns what ``merge`` gives, and its table if nobody else has that."""
    if type(target) is Map and type(other) is Map and target.is_worth_copying(_EAGERNESS):
        table = target.table.copy()
        table.update(other.table)
        return Map(table), table
    return maps.merge(target, other), None


def own_put(target: Value, key: Value, value: Value) -> tuple[Map, dict[Value, Value] | None]:
    """Returns what `map_put` gives, and its table if nobody else has that."""
    if type(target) is HashMap:
        return target.updated(key, value), None
    return own_entry(map_level(target), key, value)


def own_appended(first: Value, *others: Value) -> tuple[List, list[Value] | None]:
    """Returns what ``append`` gives, and its items in order if nobody else has them."""
    if type(first) is List:
        items = list_items(first)
    elif type(first) is Vector:
        items = first.items.copy()
    else:
        return append(first, *others), None
    items += items_of_all(*others)
    return (List([], 0), items) if items else (EMPTY, None)


def items_of_all(*others: Value) -> list[Value]:
    """Returns the items of what is appended to a list."""
    if len(others) == 1:
        return slice_items("append", others[0], 2)
    items: list[Value] = []
    for place, each in enumerate(others):
        items += slice_items("append", each, place + 2)
    return items


def settle_items(target: List, items: list[Value]) -> None:
    """Gives a list that was owned its items."""
    items.reverse()
    target.cells = items
    target.count = len(items)


# --- destructuring and matching -------------------------------------------------------------------


def destructure(value: Value, size: int, has_rest: bool) -> list[Value]:
    """Returns the parts of a sequence for a vector pattern of `size` names, then the rest."""
    parts = match_sequence(value, size, has_rest)
    if parts is not None:
        return parts
    kind = type(value)
    if kind is not List and kind is not Vector:
        raise LispError(
            f"destructure: expected list or vector, got {type_name(value)}",
            kind="type-error",
            hint="a [vector] pattern takes a sequence apart, a {:keys [name]} pattern a map",
            expected="list or vector",
            got=type_name(value),
        )
    at_least = "at least " if has_rest else ""
    plural = "" if size == 1 else "s"
    raise LispError(
        f"destructure: expected {at_least}{size} element{plural}, got {len(value)}",
        hint=None if has_rest else "end the pattern with & rest to accept more",
    )


def map_of_rest(items: List) -> Value:
    """Returns the map of the keyword arguments that a rest collected, for a map pattern.

    A map in their place, or behind them, counts too, as in Clojure.
    """
    values = list_items(items)
    pairs, last = values, None
    if len(values) % 2:
        pairs, last = values[:-1], values[-1]
        if not isinstance(last, Map):
            raise LispError(
                f"destructure: expected keys and values in turn, got {print_value(last)} "
                "without a value",
                hint="keyword arguments are written (f 1 :name value)",
            )
    table = Map.of(zip(pairs[::2], pairs[1::2], strict=True))
    return table if last is None else Map({**table.table, **last.table})


def no_arity(name: str, counts: str, arguments: List) -> NoReturn:
    """Raises the error that a function with several lists of parameters has none for a call."""
    plural = "" if counts == "1" else "s"
    raise LispError(
        f"{name} expects {counts} argument{plural}, got {arguments.count}",
        kind="arity",
        hint="none of its lists of parameters has this length",
    )


def destructure_table(value: Value) -> dict[Value, Value]:
    """Returns the table of a map, or of the fields of a record, for a map pattern."""
    if isinstance(value, Map):
        return value.table
    if isinstance(value, Record):
        names = map(intern_keyword, value.type.fields)
        return dict(zip(names, value.items, strict=True))
    raise LispError(
        f"destructure: expected map, got {type_name(value)}",
        kind="type-error",
        hint="a {:keys [name]} pattern takes a map apart, a [vector] pattern a sequence",
        expected="map",
        got=type_name(value),
    )


def values_list(value: Value) -> List:
    """Returns the list of all values that a producer gave."""
    return list_from(value.items if type(value) is MultipleValues else [value])


def spread_values(value: Value, size: int, has_rest: bool) -> list[Value]:
    """Returns `size` values that a producer gave, then the list of the rest."""
    items = list(value.items) if type(value) is MultipleValues else [value]
    if len(items) < size or (len(items) > size and not has_rest):
        least = "at least " if has_rest else ""
        raise LispError(
            f"expected {least}{size} value{'' if size == 1 else 's'}, got {len(items)}",
            kind="arity",
            hint="the producer must give as many (values …) as there are names",
        )
    return [*items[:size], list_from(items[size:])] if has_rest else items


def make_values(*items: Value) -> Value:
    """Returns several values as one bundle; one alone is itself."""
    return items[0] if len(items) == 1 else MultipleValues(items)


def match_sequence(value: Value, size: int, has_rest: bool) -> list[Value] | None:
    """Returns the parts of a sequence that fits a vector pattern, or None."""
    kind = type(value)
    if kind is List:
        count = value.count
        if count < size or (count > size and not has_rest):
            return None
        cells = value.cells
        parts: list[Value] = (
            cells[count - 1 : count - size - 1 : -1] if count > size else list_items(value)
        )
        if has_rest:
            parts.append(List(cells, count - size) if count > size else EMPTY)
        return parts
    if kind is Vector:
        items: list[Value] = value.items
        if len(items) < size or (len(items) > size and not has_rest):
            return None
        return [*items[:size], list_from(items[size:])] if has_rest else items
    return None


def match_table(value: Value) -> dict[Value, Value] | None:
    """Returns the table of a map or hashmap, None for anything else."""
    return value.table if isinstance(value, Map) else None


def no_match(value: Value, has_list_pattern: Value) -> NoReturn:
    """Raises the error of a match without a fitting clause."""
    text = print_value(value)
    if len(text) > 200:
        text = text[:197] + "..."
    raise LispError(
        f"match: no clause matched value: {text}",
        hint="a pattern in round brackets stands for itself: [a b & rest] takes a sequence apart"
        if has_list_pattern is TRUE
        else "add a last clause (_ …) for everything else, or use match*, which then gives nil",
    )


# --- loops --------------------------------------------------------------------------------------


def iterable(value: Value) -> list[Value]:
    """Returns the items that a comprehension runs over."""
    if type(value) is List:
        return list_items(value)
    if isinstance(value, Map):
        return [Vector([key, each]) for key, each in value.entries()]
    return sequence_items("for", value, 0)


_INTEGERS = frozenset((int,))


def added(items: list[Value]) -> Value:
    """Returns what ``(apply + items)`` gives."""
    return sum(items) if set(map(type, items)) <= _INTEGERS else add(*items)


def counted(start: Value, end: Value, step: Value = 1) -> range:
    """Returns the integers from `start` up to but not including `end`."""
    for bound in (start, end, step):
        if type(bound) is not int:
            raise wrong_type("loop bounds", "integer", bound)
    if step <= 0 and start >= end:
        return range(0)
    if step <= 0:
        raise LispError(
            "for-range: the step must be positive",
            hint="count down with (do ((i n (- i 1))) ((= i 0)) …)",
        )
    if (end - start) // step > MAXIMUM_ROUNDS:
        raise LispError(f"a loop of {(end - start) // step} rounds would never end")
    return range(start, end, step)


class Rounds:
    """The rounds of a counting loop whose ends are not both integers, see loops.py.

    `value` is what the variable has after the last round.
    """

    __slots__ = ("value", "_bound", "_holds", "_step", "_wanted", "_begun")

    def __init__(self, start: Value, bound: Value, step: int, relation: str, goes_on: bool) -> None:
        self.value = start
        self._bound = bound
        self._holds = LIBRARY[relation]
        self._step = step
        self._wanted = goes_on
        self._begun = False

    def __iter__(self) -> Rounds:
        return self

    def __next__(self) -> Value:
        if self._begun:
            self.value = add(self.value, self._step)
        self._begun = True
        if (self._holds(self.value, self._bound) is TRUE) is not self._wanted:
            raise StopIteration
        return self.value


def after(rounds: range | Rounds) -> Value:
    """Returns what the variable of a counting loop has when the loop is left at its test."""
    if type(rounds) is range:
        return rounds.start + len(rounds) * rounds.step
    return rounds.value


class Misfit:
    """Stands for the array of a list in a loop whose variable holds something else."""

    __slots__ = ("_value",)

    def __init__(self, value: Value) -> None:
        self._value = value

    def __getitem__(self, index: int) -> Value:
        return car(self._value)


def cells_of(value: Value) -> Any:
    """Returns the array of a list, see list_cursors.py."""
    return value.cells if type(value) is List else Misfit(value)


def count_of(value: Value) -> int:
    """Returns the length of a list, -1 for anything else."""
    return value.count if type(value) is List else -1


def range_items(*limits: Value) -> Any:
    """Returns the integers of ``(range …)`` without making a list of them."""
    if all(type(limit) is int for limit in limits) and 1 <= len(limits) <= 3 and limits[-1] != 0:
        numbers = range(*limits)
        if -MAX_ITEMS <= numbers.start - numbers.stop <= MAX_ITEMS:
            return numbers
    return list_items(integers(*limits))


def map_of_pairs(items: list[Value]) -> Map:
    """Returns the map of the (values key value) that a comprehension gave."""
    table: dict[Value, Value] = {}
    for item in items:
        parts = item.items if type(item) in (MultipleValues, Vector) else None
        if type(item) is List:
            parts = list_items(item)
        if parts is None or len(parts) != 2:
            raise LispError(
                f"for/map: expected a key and a value, got {type_name(item)}",
                hint="end the body with (values key value)",
            )
        table[to_key(parts[0])] = parts[1]
    return Map(table)


# --- functions, delayed values, parameters --------------------------------------------------------


@cache
def _library_functions() -> frozenset[Value]:
    return frozenset(each for each in LIBRARY.values() if type(each) is FunctionType)


def settle(value: Value) -> Value:
    """Returns a function value that never answers `TAIL`.

    For a global that code compiled earlier calls without looking for that mark. The library's own
    functions and parameters never do, and stay the same objects. What stands for another function
    carries what that one carries, such as the methods of a multimethod, and names it
    (`written_function`).
    """
    if type(value) is not FunctionType or value in _library_functions():
        return value
    if hasattr(value, "converted"):
        return value

    def settled(*arguments: Value) -> Value:
        result = spread(value, arguments)
        return bounce() if result is TAIL else result

    return update_wrapper(settled, value)


def timed(thunk: Callable[[], Value]) -> Value:
    """Runs an expression, shows how long it took, and returns its value.

    An expression that gives a function is taken for a thunk to be timed, as the manual writes it.
    """
    start = host().monotonic()
    value = call(thunk)
    if is_function(value):
        value = call(value)
    host().write(f"elapsed: {(host().monotonic() - start) * 1000:.3f} ms\n", "err")
    return value


def parameterize(body: Callable[[], Value], *pairs: Value) -> Value:
    """Runs `body` with parameters (given in turn with their values) bound anew."""
    return call_with_parameters(list(pairs[::2]), list(pairs[1::2]), body)


# --- records -----------------------------------------------------------------------------------


def record_type(
    name: str, fields: tuple[str, ...], given: tuple[int, ...], known_as: str = ""
) -> RecordType:
    """Returns a new record type; `given` are the fields that its constructor takes.

    Compiled code finds the class of its records in the global `known_as`, see record_access.py.
    """
    kind = RecordType(name, fields, given)
    if known_as:
        interpreter().globals[known_as] = kind.instance
    return kind


def named(function: Callable[..., Value], name: str) -> Callable[..., Value]:
    """Gives a function made by the runtime the name that errors show."""
    function.__name__ = function.__qualname__ = name
    return function


def record_constructor(kind: RecordType, name: str, given: tuple[int, ...]) -> Value:
    """Returns the constructor whose arguments go to the fields of these indexes."""
    instance = kind.instance

    def construct(*arguments: Value) -> Record:
        if len(arguments) != len(given):
            plural = "" if len(given) == 1 else "s"
            raise LispError(
                f"{name} expects {len(given)} argument{plural}, got {len(arguments)}",
                kind="arity",
                hint=f"its fields are {' '.join(kind.fields[index] for index in given)}",
            )
        record: Record = instance(*arguments)
        return record

    return named(construct, name)


def record_predicate(kind: RecordType, name: str) -> Value:
    """Returns the predicate of a record type."""
    instance = kind.instance
    return named(lambda value: TRUE if type(value) is instance else FALSE, name)


def record_accessor(kind: RecordType, name: str, index: int) -> Value:
    """Returns the function that reads one field."""
    instance = kind.instance
    slot = kind.slots[index]

    def access(record: Value) -> Value:
        if type(record) is not instance:
            raise wrong_type(name, kind.name, record)
        return getattr(record, slot)

    return named(access, name)


def record_modifier(kind: RecordType, name: str, index: int) -> Value:
    """Returns the function that changes one field."""
    instance = kind.instance
    slot = kind.slots[index]

    def modify(record: Value, value: Value) -> None:
        if type(record) is not instance:
            raise wrong_type(name, kind.name, record)
        setattr(record, slot, value)

    return named(modify, name)


# --- errors that a program catches ----------------------------------------------------------------


def caught_value(error: Exception) -> Value:
    """Returns what ``guard`` binds: the value that was raised, or the map of any other error."""
    if isinstance(error, LispError):
        if error.kind == "user":
            return error.value
        explain(error)  # notes its place, in case that no clause wants it
    return whole_map(error)


def settled_value(error: Exception) -> Value:
    """Returns what a ``guard`` binds that never raises the error again."""
    if isinstance(error, LispError) and error.kind == "user":
        return error.value
    return error_map(error)


def reraise(error: Exception) -> NoReturn:
    """Raises an exception again that no clause of a guard wanted."""
    raise getattr(error, "explained", error)


class Unset:
    """Stands in a box until its variable is defined."""

    def __repr__(self) -> str:
        return "#<unset>"


# What stands before and behind the loops of loop_templates.py.
LOOP_PARTS: dict[str, Any] = {
    "codes": [intern_character(chr(code)) for code in range(256)],
    "sqrt": math.sqrt,
    "zip": zip,
    "enumerate": enumerate,
    "reversed": reversed,
    "next": next,
    "end": sorting.END,
    "times_range": higher_order.times_range,
    "push_all": higher_order.push_all,
    "summed": higher_order.summed,
    "reducible": higher_order.reducible,
    "all_but_first": higher_order.all_but_first,
    "grouped": higher_order.grouped,
    "keyed": higher_order.keyed,
    "array_numbers": typed_arrays.array_numbers,
    "float_array": typed_arrays.float_array,
    "integer_array": typed_arrays.integer_array,
    "characters_of": strings.characters_of,
    "text_of_parts": strings.text_of_parts,
    "map_argument": maps.checked_map,
    "map_values": Map.values,
    "map_keys": Map.keys,
    "map_entries": Map.entries,
    "map_with_values": maps.with_values,
    "map_with_keys": maps.with_keys,
    "map_of_entries": maps.of_entries,
    "map_with": Map.updated,
    "way_into": nested_maps.way_into,
    "with_value_at": nested_maps.with_value_at,
    "in_order_of": sorting.in_order_of,
    "sorting": sorting.Sorting,
    "sorting_runs": sorting.Sorting.runs,
    "sorting_merges": sorting.Sorting.merges,
    "sorted_list": sorting.sorted_list,
    "finish_merge": sorting.finish_merge,
    "comes_first": sorting.comes_first,
}

QUIET_HELPERS.update(" " + name for name in LOOP_PARTS)

HELPERS: dict[str, Any] = {
    **LOOP_PARTS,
    "type": type,
    "numeric": numeric,
    "numeric_range": numeric_range,
    "tuple": tuple,
    "int": int,
    "str": str,
    "float": float,
    "len": len,
    "setitem": setitem,
    "odd_keys": ODD_KEYS,
    "to_key": to_key,
    "ord": ord,
    "Exception": Exception,
    "List": List,
    "Map": Map,
    "Vector": Vector,
    "MultipleValues": MultipleValues,
    "Symbol": Symbol,
    "Keyword": Keyword,
    "Character": Character,
    "MutableArray": MutableArray,
    "FloatArray": FloatArray,
    "IntegerArray": IntegerArray,
    "identity": IDENTITY_TYPES,
    "number_types": frozenset(NUMBER_TYPES),
    "map_types": frozenset((Map,)),
    "characters": CHARACTERS,
    "#t": TRUE,
    "#f": FALSE,
    "()": EMPTY,
    "tail": TAIL,
    "unset": Unset(),
    "bounce": bounce,
    "settle": settle,
    "equal": equal,
    "list": make_list,
    "cons": cons,
    "append_two": append_two,
    "map_look": map_look,
    "map_value": map_value,
    "map_level": map_level,
    "map_put": map_put,
    "own_entry": own_entry,
    "own_put": own_put,
    "own_merged": own_merged,
    "own_without": own_without,
    "own_appended": own_appended,
    "items_of_all": items_of_all,
    "settle_items": settle_items,
    "map": make_map,
    "splice": splice,
    "fresh_symbol": fresh_symbol,
    "rest_list": list_from,
    "set_box": set_box,
    "destructure": destructure,
    "destructure_table": destructure_table,
    "no_arity": no_arity,
    "map_of_rest": map_of_rest,
    "values_list": values_list,
    "spread_values": spread_values,
    "values": make_values,
    "match_sequence": match_sequence,
    "match_table": match_table,
    "absent": object(),
    "no_match": no_match,
    "iterable": iterable,
    "added": added,
    "counted": counted,
    "range": range,
    "rounds": Rounds,
    "keep": KEEP,
    "misfit": Misfit,
    "cells_of": cells_of,
    "count_of": count_of,
    "after": after,
    "range_items": range_items,
    "key_items": maps.key_items,
    "sequence_items": sequence_items,
    "own_list": own_list,
    "list_of": list_from,
    "map_of_pairs": map_of_pairs,
    "delay": Promise,
    "Promise": Promise,
    "timed": timed,
    "parameterize": parameterize,
    "record_type": record_type,
    "record_constructor": record_constructor,
    "record_predicate": record_predicate,
    "record_accessor": record_accessor,
    "record_modifier": record_modifier,
    **multimethods.HELPERS,
    "caught_map": error_map,
    "caught_entry": caught_entry,
    "thrown": thrown,
    "said": said,
    "caught_value": caught_value,
    "settled_value": settled_value,
    "reraise": reraise,
}
