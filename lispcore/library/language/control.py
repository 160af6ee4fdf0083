"""Calls and control: apply, multiple values, errors, parameters, promises, fresh names."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from lispcore.library.arguments import ABSENT, string_argument
from lispcore.library.collections.sequences_access import plain_sum, sequence_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.atoms import fresh_symbol
from lispcore.values.calls import TAIL, bounce, call, check_function, spread
from lispcore.values.errors import LispError, Said, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.thrown import Thrown
from lispcore.values.types import (
    Keyword,
    Map,
    MultipleValues,
    Promise,
    Symbol,
    Value,
    intern_keyword,
    type_name,
)

# --- calls and values --------------------------------------------------------------------------


@function(
    "apply",
    "f:function & arguments:any items:sequence",
    "any",
    "Calls `f` with the items of the last argument, after any arguments that stand before it.",
    [("(apply + '(1 2 3))", "6"), ("(apply max 7 '(3 9))", "9"), ("(apply + 1)", "error: list")],
)
def apply(f: Value, first: Value, *more: Value) -> Value:
    if more:
        arguments = [first, *more[:-1], *sequence_items("apply", more[-1], len(more) + 2)]
    else:
        arguments = sequence_items("apply", first, 2)
    check_function("apply", f, 1)
    total = plain_sum(f, 0, arguments)
    if total is not None:
        return total
    result = spread(f, arguments)
    return bounce() if result is TAIL else result


@function(
    "values",
    "& values:any",
    "any",
    "Returns several values at once, for `call-with-values`, `let-values` and `define-values`. One "
    "value alone is just that value.",
    [("(call-with-values (fn () (values 1 2)) +)", "3"), ("(+ (values 5) 1)", "6")],
)
def values(*items: Value) -> Value:
    return items[0] if len(items) == 1 else MultipleValues(items)


@function(
    "call-with-values",
    "producer:function consumer:function",
    "any",
    "Calls `producer` without arguments, then `consumer` with the values it gave.",
    [
        ("(call-with-values (fn () (values 1 2 3)) list)", "(1 2 3)"),
        ("(call-with-values (fn () 42) list)", "(42)"),
    ],
)
def call_with_values(producer: Value, consumer: Value) -> Value:
    check_function("call-with-values", producer, 1)
    check_function("call-with-values", consumer, 2)
    produced = call(producer)
    if type(produced) is MultipleValues:
        return call(consumer, *produced.items)
    return call(consumer, produced)


# --- errors ------------------------------------------------------------------------------------


@function(
    "error",
    "message:any & details:any",
    "never",
    "Ends the computation with an error. `catch` receives a map with :type :eval and the message; "
    "anything but a string is written as in a program.",
    [
        ('(try (error "too big") (catch e (:message e)))', '"too big"'),
        ('(error "no such city")', "error: no such city"),
    ],
    waits=WaitKind.NEVER,
)
def error(*message_and_details: Value) -> Value:
    if not message_and_details:
        raise LispError("error called with no message", hint='say what is wrong: (error "…")')
    message, *details = message_and_details
    if details:
        message = " ".join(
            [message if type(message) is str else _written(message), *map(_written, details)]
        )
    raise said(message)


@function(
    "raise",
    "value:any",
    "never",
    "Ends the computation with any value as the error. `catch` receives a map with :type :user and "
    "the value under :value, `guard` the value itself.",
    [
        ("(try (raise {:code 404}) (catch e (:value e)))", "{:code 404}"),
        ("(guard (e ((number? e) (* 2 e))) (raise 21))", "42"),
    ],
    aliases=("throw",),
    waits=WaitKind.NEVER,
)
def raise_value(value: Value) -> Value:
    raise thrown(value)


def said(message: Value) -> LispError:
    """Returns the error that ``(error message)`` raises; compiled code raises it in place."""
    return Said(message if type(message) is str else _written(message))


def thrown(value: Value) -> LispError:
    """Returns the exception with which a value is thrown; compiled code raises it in place."""
    if type(value) is Map and (kind := value.table.get(_TYPE)) is not None:
        message = value.table.get(_MESSAGE)
        if type(kind) is Keyword and kind.name in _ERROR_KINDS and type(message) is str:
            # An error that was caught is thrown again: it stays what it was.
            error = LispError(message, kind=kind.name, value=value.get(_VALUE))
            error.fields = {key.name: each for key, each in value.entries() if type(key) is Keyword}
            return error
    return Thrown(value)


_TYPE, _MESSAGE, _VALUE = map(intern_keyword, ("type", "message", "value"))
_ERROR_KINDS = frozenset(
    "eval type-error arity unbound reader user io llm timeout permission-denied cancelled".split()
)


def _written(value: Value) -> str:
    return print_value(value)


# --- parameters --------------------------------------------------------------------------------

# The places that parameters have inside `parameterize`. A context variable, so that tasks that
# wait at the same time do not see each other's.
_bound: ContextVar[dict[Any, list[Value]]] = ContextVar("parameters", default={})  # noqa: B039


@function(
    "make-parameter",
    "value:any [convert:function]",
    "function",
    "Returns a parameter: a function that gives its value when called without arguments and takes "
    "a new one when called with one. `parameterize` gives it another value for a while. `convert` "
    "is applied to every value that goes in.",
    [
        ("((make-parameter 10))", "10"),
        ("((make-parameter 1 (fn (x) (* x 2))))", "2"),
        ("(let ((p (make-parameter 1))) (p 5) (p))", "5"),
        ("(let ((p (make-parameter 1))) (list (parameterize ((p 2)) (p)) (p)))", "(2 1)"),
    ],
)
def make_parameter(value: Value, convert: Value = ABSENT) -> Value:
    if convert is not ABSENT:
        check_function("make-parameter", convert, 2)

    def converted(new: Value) -> Value:
        return new if convert is ABSENT else call(convert, new)

    place = [converted(value)]

    def parameter(new: Value = ABSENT) -> Value:
        current = _bound.get().get(parameter, place)
        if new is not ABSENT:
            current[0] = converted(new)
        return current[0]

    parameter.__name__ = "<lambda>"
    parameter.converted = converted  # type: ignore[attr-defined]  # a function may carry it
    return parameter


def call_with_parameters(parameters: list[Value], new: list[Value], body: Value) -> Value:
    """Calls `body` while each parameter has its new value, for the form ``parameterize``.

    All values are converted before the first is put in place.
    """
    places: dict[Any, list[Value]] = {}
    for parameter, value in zip(parameters, new, strict=True):
        if not hasattr(parameter, "converted"):
            raise LispError(
                f"parameterize: expected parameter, got {type_name(parameter)}",
                kind="type-error",
                hint="(define p (make-parameter value)) makes a parameter",
                expected="parameter",
                got=type_name(parameter),
            )
        places[parameter] = [parameter.converted(value)]
    token = _bound.set({**_bound.get(), **places})
    try:
        return call(body)
    finally:
        _bound.reset(token)


# --- promises ----------------------------------------------------------------------------------


@function(
    "force",
    "promise:promise",
    "any",
    "Returns the value of a promise made by `delay`; the delayed expression is evaluated the first "
    "time only.",
    [("(force (delay (+ 1 2)))", "3"), ("(force 5)", "error: expected thunk, got int")],
)
def force(promise: Value) -> Value:
    if type(promise) is not Promise:
        raise wrong_type("force", "thunk", promise)
    thunk = promise.thunk
    if thunk is not None:
        value = thunk()
        if value is TAIL:
            value = bounce()
        if promise.thunk is not None:  # else the expression forced its own promise
            promise.value = value
            promise.thunk = None
    return promise.value


# --- names -------------------------------------------------------------------------------------


@function(
    "gensym",
    "[prefix:string]",
    "symbol",
    "Returns a symbol that nobody else uses: the prefix (g unless given), two underscores and a "
    "number. Made for macros.",
    [("(symbol? (gensym))", "#t"), ('(eq? (gensym "x") (gensym "x"))', "#f")],
    waits=WaitKind.NEVER,
)
def gensym(prefix: Value = "g") -> Symbol:
    return fresh_symbol(string_argument("gensym", prefix, 1))
