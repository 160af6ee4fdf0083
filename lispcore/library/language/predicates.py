"""Questions about values: of what type they are, whether they are equal, and what numbers are like.

Predicates of types that other chapters own (messages, tools, streams …) stand with those types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.library.numbers.number_arguments import integer, number
from lispcore.library.registry import WaitKind, function
from lispcore.values.comparing import equal
from lispcore.values.errors import wrong_type
from lispcore.values.numbers import EXACT_TYPES, NUMBER_TYPES, REAL_TYPES, Complex
from lispcore.values.types import (
    FALSE,
    TRUE,
    Boolean,
    Bytevector,
    Character,
    HashMap,
    Keyword,
    List,
    Map,
    Promise,
    Record,
    Symbol,
    Value,
    Vector,
    is_function,
)

WAITING = WaitKind.NEVER

# --- types -------------------------------------------------------------------------------------


def _enter_type_test(
    name: str,
    types: frozenset[type],
    text: str,
    true: str,
    false: str,
    aliases: tuple[str, ...] = (),
) -> None:
    """Enters the predicate that asks whether a value is of one of these classes."""

    def test(x: Value) -> Value:
        return TRUE if type(x) in types else FALSE

    function(
        name,
        "x",
        "bool",
        f"Tells whether a value is {text}.",
        [(f"({name} {true})", "#t"), (f"({name} {false})", "#f")],
        aliases=aliases,
    )(test)


_TYPE_TESTS: list[tuple[str, tuple[type, ...], str, str, str, tuple[str, ...]]] = [
    ("bool?", (Boolean,), "#t or #f", "#f", "nil", ("boolean?",)),
    ("string?", (str,), "a string", '"hi"', ":hi", ()),
    ("symbol?", (Symbol,), "a symbol", "'x", '"x"', ()),
    ("keyword?", (Keyword,), "a keyword", ":k", "'k", ()),
    ("char?", (Character,), "a character", "#\\a", '"a"', ()),
    ("list?", (List,), "a list, empty or not", "'()", "[1 2]", ()),
    ("vector?", (Vector,), "a vector", "[1 2]", "'(1 2)", ()),
    ("map?", (Map,), "a map; a hashmap is another type", "{:a 1}", "(hashmap/new)", ("hash-map?",)),
    ("bytevector?", (Bytevector,), "a bytevector", "#u8(1)", "[1]", ()),
    ("promise?", (Promise,), "a promise, made by `delay`", "(delay 1)", "1", ()),
    ("float?", (float,), "a float", "3.0", "3", ()),
    ("number?", tuple(NUMBER_TYPES), "a number of any type", "1/2", '"1"', ()),
    ("complex?", tuple(NUMBER_TYPES), "a number: every number counts as complex", "1", '"1"', ()),
    ("real?", tuple(REAL_TYPES), "a number without an imaginary part", "1/2", "3+4i", ()),
    ("rational?", tuple(EXACT_TYPES), "an exact integer or ratio", "1/2", "0.5", ()),
    ("exact-integer?", (int,), "an exact integer", "2", "2.0", ()),
]  # fmt: skip
for _name, _types, _text, _true, _false, _aliases in _TYPE_TESTS:
    _enter_type_test(_name, frozenset(_types), _text, _true, _false, _aliases)


@function(
    "record?",
    "x",
    "bool",
    "Tells whether a value is an instance of any record type.",
    [
        (
            "(begin (define-record-type point (point x) point? (x point-x)) (record? (point 1)))",
            "#t",
        ),
        ("(record? {:x 1})", "#f"),
    ],
)
def is_record(x: Value) -> Value:
    return TRUE if isinstance(x, Record) else FALSE


@function(
    "fn?",
    "x",
    "bool",
    "Tells whether a value is a function. A keyword can be called, but is none.",
    [("(fn? car)", "#t"), ("(fn? (fn (x) x))", "#t"), ("(fn? :name)", "#f")],
    aliases=("procedure?",),
)
def is_fn(x: Value) -> Value:
    return TRUE if is_function(x) else FALSE


@function(
    "integer?",
    "x",
    "bool",
    "Tells whether a value is a whole number; a float without a fraction is one.",
    [("(integer? 3)", "#t"), ("(integer? 3.0)", "#t"), ("(integer? 7/2)", "#f")],
)
def is_integer(x: Value) -> Value:
    return TRUE if type(x) is int or (type(x) is float and x.is_integer()) else FALSE


@function(
    "exact?",
    "x",
    "bool",
    "Tells whether a value is a number without any float in it.",
    [("(exact? 1/3)", "#t"), ("(exact? 0.5)", "#f"), ("(exact? 3+4i)", "#t")],
)
def is_exact(x: Value) -> Value:
    if type(x) is Complex:
        return TRUE if type(x.real) is not float and type(x.imaginary) is not float else FALSE
    return TRUE if type(x) in EXACT_TYPES else FALSE


@function(
    "inexact?",
    "x",
    "bool",
    "Tells whether a value is a float, or a complex number with a float in it.",
    [("(inexact? 0.5)", "#t"), ("(inexact? 1/2)", "#f"), ("(inexact? 3.0+4i)", "#t")],
)
def is_inexact(x: Value) -> Value:
    if type(x) is Complex:
        return TRUE if type(x.real) is float or type(x.imaginary) is float else FALSE
    return TRUE if type(x) is float else FALSE


# --- nothing and empty -------------------------------------------------------------------------


@function(
    "nil?",
    "x",
    "bool",
    "Tells whether a value is nil.",
    [("(nil? nil)", "#t"), ("(nil? '())", "#f")],
)
def is_nil(x: Value) -> Value:
    return TRUE if x is None else FALSE


@function(
    "null?",
    "x",
    "bool",
    "Tells whether a value is nil or the empty list.",
    [("(null? '())", "#t"), ("(null? nil)", "#t"), ("(null? [])", "#f")],
)
def is_null(x: Value) -> Value:
    return TRUE if x is None or (type(x) is List and not x.count) else FALSE


@function(
    "pair?",
    "x",
    "bool",
    "Tells whether a value is a list with at least one item.",
    [("(pair? '(1))", "#t"), ("(pair? '())", "#f")],
)
def is_pair(x: Value) -> Value:
    return TRUE if type(x) is List and x.count else FALSE


@function(
    "empty?",
    "x:collection",
    "bool",
    "Tells whether a string, list, vector or map has nothing in it; nil counts as empty.",
    [('(empty? "")', "#t"), ("(empty? [1])", "#f"), ("(empty? 5)", "error: collection")],
)
def is_empty(x: Value) -> Value:
    if x is None:
        return TRUE
    if type(x) in (str, List, Vector, Map, HashMap):
        return FALSE if len(x) else TRUE
    error = wrong_type("empty?", "collection", x)
    error.hint = "empty? takes a list, vector, map or string"
    raise error


# --- truth and equality ------------------------------------------------------------------------


@function(
    "not",
    "x",
    "bool",
    "Returns #t for #f and nil, and #f for everything else.",
    [("(not #f)", "#t"), ("(not nil)", "#t"), ("(not 0)", "#f")],
)
def negation(x: Value) -> Value:
    return TRUE if x is FALSE or x is None else FALSE


@function(
    "equal?",
    "a b",
    "bool",
    "Tells whether two values are of the same type and have the same contents, however deep. An "
    "integer is never equal to a float; `=` compares numbers by what they are worth.",
    [("(equal? '(1 [2]) (list 1 [2]))", "#t"), ("(equal? 1 1.0)", "#f"), ("(eq? 'a 'a)", "#t")],
    aliases=("eq?",),
)
def is_equal(a: Value, b: Value) -> Value:
    if type(a) is float and type(b) is float:
        return TRUE if a == b else FALSE
    return TRUE if equal(a, b) else FALSE


# --- numbers -----------------------------------------------------------------------------------


def _enter_sign_test(
    name: str, text: str, test: Callable[[Any], bool], true: str, false: str, *aliases: str
) -> None:
    """Enters a predicate that compares a number with zero."""

    def apply(n: Value) -> Value:
        if type(n) is Complex:
            return TRUE if name == "zero?" and n.real == 0 and n.imaginary == 0 else FALSE
        return TRUE if test(number(name, n)) else FALSE

    function(
        name,
        "n:number",
        "bool",
        f"Tells whether a number is {text}.",
        [(f"({name} {true})", "#t"), (f"({name} {false})", "#f")],
        aliases=aliases,
    )(apply)


_enter_sign_test("zero?", "zero", lambda n: n == 0, "0.0", "1")
_enter_sign_test("positive?", "greater than zero", lambda n: n > 0, "0.5", "0", "pos?")
_enter_sign_test("negative?", "less than zero", lambda n: n < 0, "-1/2", "0", "neg?")


@function(
    "even?",
    "n:integer",
    "bool",
    "Tells whether an integer is a multiple of two.",
    [("(even? 4)", "#t"), ("(even? -3)", "#f"), ("(even? 2.0)", "error: integer")],
)
def is_even(n: Value) -> Value:
    return FALSE if integer("even?", n) & 1 else TRUE


@function(
    "odd?",
    "n:integer",
    "bool",
    "Tells whether an integer is no multiple of two.",
    [("(odd? 3)", "#t"), ("(odd? 0)", "#f")],
)
def is_odd(n: Value) -> Value:
    return TRUE if integer("odd?", n) & 1 else FALSE


# --- promises ----------------------------------------------------------------------------------


@function(
    "promise-forced?",
    "promise",
    "bool",
    "Tells whether the expression of a promise has been evaluated.",
    [
        ("(promise-forced? (delay 1))", "#f"),
        ("(let ((p (delay 1))) (force p) (promise-forced? p))", "#t"),
    ],
    aliases=("async/forced?",),
)
def is_forced(promise: Value) -> Value:
    if type(promise) is not Promise:
        raise wrong_type("promise-forced?", "promise", promise)
    return TRUE if promise.thunk is None else FALSE
