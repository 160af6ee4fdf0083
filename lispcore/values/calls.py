"""How Python code calls a Lisp function.

A Lisp function that ends in a call of an unknown function may not make that call itself: every now
and then it stores it here and answers `TAIL`, so that endless tail calls need no endless stack.
Whoever called must then finish the job with `bounce()`. Compiled code does so by itself; library
code that calls a function it was given writes ``call(f, x)``, or in a hot loop::

    result = f(x)
    if result is TAIL:
        result = bounce()

Never hand a Lisp function to something that calls it from C (`map`, `sorted(key=…)`, `re.sub`):
in a browser's worker such calls nest only a few hundred deep, and nobody would bounce.
"""

from __future__ import annotations

from _thread import _local
from collections.abc import Sequence
from typing import Any, Final

from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, Map, Record, Value, is_function, type_name


class _Tail(_local):
    """The call that is left to the caller: each thread has its own."""

    function: Any
    arguments: tuple[Any, ...]


TAIL: Final = _Tail()


def defer(function: Any, *arguments: Value) -> _Tail:
    """Stores a call for whoever called us and returns the mark that says so."""
    TAIL.function = function
    TAIL.arguments = arguments
    return TAIL


def spread(function: Any, arguments: Sequence[Value]) -> Any:
    """Calls a function with these arguments; the answer may be `TAIL`.

    Python 3.11 makes the call ``f(*arguments)`` on the C stack, which a deep recursion overflows;
    calls that are written out stay off it.
    """
    count = len(arguments)
    if count == 1:
        return function(arguments[0])
    if count == 2:
        return function(arguments[0], arguments[1])
    if count == 0:
        return function()
    if count == 3:
        return function(arguments[0], arguments[1], arguments[2])
    if count == 4:
        return function(arguments[0], arguments[1], arguments[2], arguments[3])
    return function(*arguments)


def bounce() -> Value:
    """Makes the stored call, and those that it leaves in turn; returns the final value."""
    while True:
        function = TAIL.function
        try:
            result = spread(function, TAIL.arguments)
        except TypeError:
            if not callable(function):
                raise not_callable(function) from None
            raise
        if result is not TAIL:
            return result


def call(function: Any, *arguments: Value) -> Value:
    """Calls a function value and returns its result."""
    try:
        result = spread(function, arguments)
    except TypeError:
        if not callable(function):
            raise not_callable(function) from None
        raise
    return bounce() if result is TAIL else result


def not_callable(value: Value) -> LispError:
    """Returns the error for something in function position that is no function."""
    text = print_value(value)
    if len(text) > 60:
        text = text[:57] + "..."
    return LispError(
        f"not callable: {text} ({type_name(value)})",
        kind="eval",
        hint="the first item of (…) is called: expected a function or a keyword",
    )


def check_function(function: str, value: Value, argument: int = 0) -> None:
    """Raises the error for an argument that should be a function (a keyword counts as one)."""
    if not is_function(value) and not callable(value):
        raise wrong_type(function, "function", value, argument)


def look_itself_up(keyword: Keyword, *arguments: Value) -> Value:
    """Returns what a map or record has under a keyword: what calling the keyword does."""
    if len(arguments) != 1:
        raise LispError(f":{keyword.name} expects 1 argument, got {len(arguments)}", kind="arity")
    collection = arguments[0]
    if isinstance(collection, Map):
        return collection.table.get(keyword)
    if isinstance(collection, Record):
        return collection.field(keyword)
    raise LispError(
        f":{keyword.name} expected map or hashmap, got {type_name(collection)}",
        kind="type-error",
        hint="a keyword called as a function looks itself up in a map: (:name {:name 1})",
        expected="map or hashmap",
        got=type_name(collection),
    )


# The class of keywords stands below maps, records and errors.
called: Any = Keyword
called.__call__ = look_itself_up
