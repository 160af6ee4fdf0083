"""Multimethods: functions that choose among others by what a dispatch function says.

A call with one or two arguments, as most are, makes no tuple of them; nor does the look-up of a
method by a vector of keywords, such as the types of two arguments, look into the vector itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lispcore.values.calls import TAIL, bounce, call, check_function, spread
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import (
    IDENTITY_TYPES,
    Keyword,
    Symbol,
    Value,
    Vector,
    from_key,
    intern_keyword,
    to_key,
)

_DEFAULT: Final = intern_keyword("default")
_ABSENT: Final = object()
# Keys of these types are themselves in a table (`to_key`).
_OWN_KEYS: Final = frozenset((Keyword, Symbol, str, int))


class Methods(dict[Value, Value]):
    """The methods of a multimethod by what the dispatch function answers."""

    __slots__ = ("by_items", "name")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        # The methods whose keys are vectors of values that are equal only to themselves. Nothing
        # else is equal to a tuple of those, whatever a vector holds that is looked for.
        self.by_items: dict[tuple[Value, ...], Value] = {}

    def add(self, value: Value, method: Value) -> None:
        """Adds a method, or puts it in the place of another."""
        if type(value) is Vector and all(type(item) in IDENTITY_TYPES for item in value.items):
            self.by_items[tuple(value.items)] = method
        self[to_key(value)] = method

    def find(self, key: Value) -> Value:
        """Returns the method for an answer, None if there is none."""
        if type(key) is Vector:
            method = self.by_items.get(tuple(key.items))
            if method is not None:
                return method
        method = self.get(to_key(key))
        return method if method is not None else self.get(_DEFAULT)

    def missing(self, key: Value) -> LispError:
        """Returns the error for an answer that no method is for."""
        known = " ".join(print_value(from_key(each)) for each in list(self)[:12]) or "none yet"
        return LispError(
            f"no method in multimethod '{self.name}' for dispatch value: {print_value(key)}",
            hint=f"it has methods for: {known}; (defmethod {self.name} :default …) takes the rest",
        )


def multimethod(name: str, dispatch: Value) -> Value:
    """Returns a function that chooses a method by what `dispatch` says of its arguments."""
    check_function("defmulti", dispatch, 2)
    methods = Methods(name)
    known = methods.get
    find = methods.find

    def choose_for_all(arguments: tuple[Value, ...]) -> Value:
        key = call(dispatch, *arguments)
        method = find(key)
        if method is None:
            raise methods.missing(key)
        return spread(method, arguments)

    def choose(first: Value = _ABSENT, second: Value = _ABSENT, *more: Value) -> Value:
        if second is _ABSENT:
            if first is _ABSENT:
                return choose_for_all(())
            key = dispatch(first)
        elif more:
            return choose_for_all((first, second, *more))
        else:
            key = dispatch(first, second)
        if key is TAIL:
            key = bounce()
        method = known(key) if type(key) in _OWN_KEYS else find(key)
        if method is None and (method := find(key)) is None:
            raise methods.missing(key)
        return method(first) if second is _ABSENT else method(first, second)

    choose.methods = methods  # type: ignore[attr-defined]  # a function may carry it
    choose.__name__ = choose.__qualname__ = name
    return choose


def add_method(target: Value, value: Value, method: Value) -> None:
    """Adds a method to a multimethod."""
    if not hasattr(target, "methods"):
        raise wrong_type("defmethod", "multimethod", target, 1)
    check_function("defmethod", method, 3)
    target.methods.add(value, method)


HELPERS: dict[str, Callable[..., Any]] = {"multimethod": multimethod, "add_method": add_method}
