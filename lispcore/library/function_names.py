"""Under which name a library function shows itself when it is printed.

Many functions have several names; `<native-fn …>` shows one of them, and which one is part of the
dialect: (list str) prints (<native-fn string-append>), (list ceiling) prints (<native-fn ceiling>).
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

# Names that print as themselves although they are further names of a function.
_OWN_NAMES = (
    "assoc-in boolean? bytes/length bytes/ref bytevector->list bytevector-append bytevector-copy "
    "bytevector-length bytevector-u8-ref bytevector-u8-set! ceiling char->integer char->string "
    "char-alphabetic? char-downcase char-numeric? char-upcase char-upper-case? char-whitespace? "
    "context/pull deep-merge eq? exact->inexact get-in hash-map inexact->exact integer->char "
    "keyword->string make-bytevector make-list math/gcd math/lcm math/pow math/quotient "
    "math/remainder modulo number->string path/basename path/dirname path/ext pow procedure? "
    "read/all string->char string->keyword string->list string->number string->symbol "
    "string->utf8 string-append string-length string-ref substring symbol->string update-in "
    "utf8->string"
).split()

SHOWN_AS: dict[str, str] = dict.fromkeys(_OWN_NAMES, "") | {
    "bytevector->string": "utf8->string",
    "bytevector/append": "bytevector-append",
    "bytevector/copy": "bytevector-copy",
    "bytevector/length": "bytevector-length",
    "bytevector/make": "make-bytevector",
    "bytevector/new": "make-bytevector",
    "bytevector/ref": "bytevector-u8-ref",
    "bytevector/set!": "bytevector-u8-set!",
    "bytevector/to-list": "bytevector->list",
    "bytevector/u8-ref": "bytevector-u8-ref",
    "bytevector/u8-set!": "bytevector-u8-set!",
    "char/alphabetic?": "char-alphabetic?",
    "char/downcase": "char-downcase",
    "char/numeric?": "char-numeric?",
    "char/to-integer": "char->integer",
    "char/to-string": "char->string",
    "char/upcase": "char-upcase",
    "char/upper-case?": "char-upper-case?",
    "char/whitespace?": "char-whitespace?",
    "fold": "foldl",
    "hash-map?": "map?",
    "hash-ref": "get",
    "integer/to-char": "integer->char",
    "keyword/to-string": "keyword->string",
    "map/assoc-in": "assoc-in",
    "map/deep-merge": "deep-merge",
    "map/get-in": "get-in",
    "map/new": "hash-map",
    "map/update-in": "update-in",
    "mapcar": "map",
    "number/to-string": "number->string",
    "str": "string-append",
    "string->bytevector": "string->utf8",
    "string/append": "string-append",
    "string/length": "string-length",
    "string/ref": "string-ref",
    "string/slice": "substring",
    "string/to-char": "string->char",
    "string/to-keyword": "string->keyword",
    "string/to-list": "string->list",
    "string/to-number": "string->number",
    "string/to-symbol": "string->symbol",
    "string/to-utf8": "string->utf8",
    "symbol/to-string": "symbol->string",
    "utf8/to-string": "utf8->string",
}


def shown_under(name: str, function: Any) -> Any:
    """Returns the function that a name is bound to: a twin of `function` if it shows otherwise."""
    shown = SHOWN_AS.get(name, function.__name__) or name
    if shown == function.__name__ or type(function) is not FunctionType:
        return function
    twin = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__doc__ = function.__doc__
    twin.__dict__.update(function.__dict__)
    # Python's own messages about wrong calls use this one, and errors read it back.
    twin.__qualname__ = function.__qualname__
    twin.__name__ = shown
    return twin
