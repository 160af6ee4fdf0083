"""The ambient context: values that whatever is called can see without being given them.

Each task has its own; a new task begins with what its maker had. Nothing here is changed in place,
so handing it on costs nothing.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.registry import function
from lispcore.library.tasks.concurrency import tasks
from lispcore.values.calls import call, check_function
from lispcore.values.errors import wrong_type
from lispcore.values.types import EMPTY, List, Map, Value, boolean, cons, list_from, to_key

# What the documentation of these functions is filed under.
CHAPTER = "context"

_EMPTY: Final = Map({})


class Ambient:
    """The frames of `context/with`, outermost first, the stacks and the hidden values."""

    __slots__ = ("frames", "hidden", "stacks")

    def __init__(self, frames: tuple[Map, ...], stacks: Map, hidden: Map) -> None:
        self.frames = frames
        self.stacks = stacks
        self.hidden = hidden


_NOTHING: Final = Ambient((_EMPTY,), _EMPTY, _EMPTY)


def _current() -> Ambient:
    found: Ambient | None = tasks().current.ambient
    return _NOTHING if found is None else found


def _change(
    frames: tuple[Map, ...] | None = None, stacks: Map | None = None, hidden: Map | None = None
) -> None:
    old = _current()
    tasks().current.ambient = Ambient(
        old.frames if frames is None else frames,
        old.stacks if stacks is None else stacks,
        old.hidden if hidden is None else hidden,
    )


def _map(name: str, value: Value) -> Map:
    if not isinstance(value, Map):
        raise wrong_type(name, "map", value, 1)
    return value


# --- values ------------------------------------------------------------------------------------


@function(
    "context/set",
    "key:any value:any",
    "nil",
    "Stores a value under a key, for everything that runs from here on: until it is removed, or "
    "until the `context/with` around it ends.",
    [("(begin (context/set :user 42) (context/get :user))", "42")],
)
def set_value(key: Value, value: Value) -> None:
    frames = _current().frames
    _change(frames=(*frames[:-1], frames[-1].updated(key, value)))


@function(
    "context/get",
    "key:any",
    "any",
    "Returns the value of a key, nil if there is none.",
    [("(context/get :missing)", "nil")],
)
def get_value(key: Value) -> Value:
    wanted = to_key(key)
    for frame in reversed(_current().frames):
        if wanted in frame.table:
            return frame.table[wanted]
    return None


@function(
    "context/has?",
    "key:any",
    "bool",
    "Tells whether a key has a value.",
    [("(begin (context/set :a nil) (list (context/has? :a) (context/has? :b)))", "(#t #f)")],
)
def has_value(key: Value) -> Value:
    wanted = to_key(key)
    return boolean(any(wanted in frame.table for frame in _current().frames))


@function(
    "context/remove",
    "key:any",
    "any",
    "Removes a key everywhere and returns the value it had, nil if it had none.",
    [("(begin (context/set :a 1) (list (context/remove :a) (context/remove :a)))", "(1 nil)")],
    aliases=("context/pull",),
)
def remove(key: Value) -> Value:
    value = get_value(key)
    _change(frames=tuple(frame.without(key) for frame in _current().frames))
    return value


@function(
    "context/all",
    "",
    "map",
    "Returns all values as one map; of equal keys the innermost counts.",
    [("(begin (context/set :a 1) (context/with {:b 2} context/all))", "{:a 1 :b 2}")],
)
def all_values() -> Map:
    frames = _current().frames
    if len(frames) == 1:
        return frames[0]
    table: dict[Value, Value] = {}
    for frame in frames:
        table.update(frame.table)
    return Map(table)


@function(
    "context/merge",
    "values:map",
    "nil",
    "Stores every value of a map under its key.",
    [('(begin (context/merge {:env "test" :n 1}) (context/get :env))', '"test"')],
)
def merge(values: Value) -> None:
    frames = _current().frames
    table = {**frames[-1].table, **_map("context/merge", values).table}
    _change(frames=(*frames[:-1], Map(table)))


@function(
    "context/clear",
    "",
    "nil",
    "Removes all values. Stacks and hidden values stay.",
    [("(begin (context/set :a 1) (context/clear) (context/all))", "{}")],
)
def clear() -> None:
    _change(frames=(_EMPTY,))


@function(
    "context/with",
    "values:map thunk:function",
    "any",
    "Calls a function while the values of a map are stored as well. Afterwards they, and what the "
    "function stored itself, are gone, even if it ended with an error.",
    [
        (
            "(begin (context/set :a 1) (list (context/with {:a 2} (fn () (context/get :a))) "
            "(context/get :a)))",
            "(2 1)",
        ),
    ],
)
def with_values(values: Value, thunk: Value) -> Value:
    given = _map("context/with", values)
    check_function("context/with", thunk, 2)
    depth = len(_current().frames)
    _change(frames=(*_current().frames, Map(given.table.copy())))
    try:
        return call(thunk)
    finally:
        _change(frames=_current().frames[:depth])


# --- stacks ------------------------------------------------------------------------------------


@function(
    "context/push",
    "key:any value:any",
    "nil",
    "Adds a value to the end of a named stack. Stacks do not end with `context/with`.",
    [
        (
            "(begin (context/push :steps :a) (context/push :steps :b) (context/stack :steps))",
            "(:a :b)",
        )
    ],
)
def push(key: Value, value: Value) -> None:
    stacks = _current().stacks
    _change(stacks=stacks.updated(key, cons(value, stacks.get(key))))


@function(
    "context/stack",
    "key:any",
    "list",
    "Returns the values of a named stack, first pushed first.",
    [("(context/stack :nothing)", "()")],
)
def stack_values(key: Value) -> Value:
    stack = _current().stacks.get(key)
    return EMPTY if stack is None else list_from(stack.cells[: stack.count])


@function(
    "context/pop",
    "key:any",
    "any",
    "Removes the value pushed last onto a named stack and returns it, nil if there is none.",
    [("(begin (context/push :s 1) (list (context/pop :s) (context/pop :s)))", "(1 nil)")],
)
def pop(key: Value) -> Value:
    stacks = _current().stacks
    stack = stacks.get(key)
    if stack is None or not stack.count:
        return None
    rest = List(stack.cells, stack.count - 1) if stack.count > 1 else EMPTY
    _change(stacks=stacks.updated(key, rest))
    return stack.cells[stack.count - 1]


# --- hidden values -----------------------------------------------------------------------------


@function(
    "context/set-hidden",
    "key:any value:any",
    "nil",
    "Stores a value that neither `context/get` nor `context/all` nor the log shows.",
    [
        (
            "(begin (context/set-hidden :k 1) (list (context/get-hidden :k) (context/get :k)))",
            "(1 nil)",
        )
    ],
)
def set_hidden(key: Value, value: Value) -> None:
    _change(hidden=_current().hidden.updated(key, value))


@function(
    "context/get-hidden",
    "key:any",
    "any",
    "Returns a value stored by `context/set-hidden`, nil if there is none.",
    [("(context/get-hidden :missing)", "nil")],
)
def get_hidden(key: Value) -> Value:
    return _current().hidden.get(key)


@function(
    "context/has-hidden?",
    "key:any",
    "bool",
    "Tells whether there is a hidden value of this key.",
    [("(begin (context/set-hidden :k 1) (context/has-hidden? :k))", "#t")],
)
def has_hidden(key: Value) -> Value:
    return boolean(to_key(key) in _current().hidden.table)
