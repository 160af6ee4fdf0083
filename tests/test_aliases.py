"""Two names that the peer's documentation calls one: they give the same for values of all kinds."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Vector

# The names that are called aliases of each other.
PAIRS = """
any=any? any=some? assoc-in=map/assoc-in bool?=boolean? bytevector->list=bytevector/to-list
bytevector->string=utf8/to-string bytevector-append=bytevector/append
bytevector-copy=bytevector/copy bytevector-length=bytevector/length
bytevector-u8-ref=bytevector/u8-ref bytevector-u8-set!=bytevector/u8-set!
list->bytevector=bytevector/from-list make-bytevector=bytevector/make car=first cdr=rest
ceil=ceiling char->integer=char/to-integer char->string=char/to-string
char-alphabetic?=char/alphabetic? char-downcase=char/downcase char-lower-case?=char/lower-case?
char-numeric?=char/numeric? char-upcase=char/upcase char-upper-case?=char/upper-case?
char-whitespace?=char/whitespace? deep-merge=map/deep-merge drop-while=list/drop-while
eq?=equal? every=every? fn?=procedure? fold=foldl get=hash-ref get-in=map/get-in
hash-map=map/new map?=hash-map? integer->char=integer/to-char keyword->string=keyword/to-string
make-list=list/repeat list/take-while=take-while make-string=string/repeat map=mapcar
map/update-in=update-in mod=modulo number->string=number/to-string path/basename=path/filename
path/dir=path/dirname path/ext=path/extension pow=expt prompt/append=prompt/concat
promise-forced?=async/forced? read-many=io/read-many string->bytevector=string/to-utf8
string->char=string/to-char string->float=string/to-float string->keyword=string/to-keyword
string->list=string/to-list string->number=string/to-number string->symbol=string/to-symbol
string->utf8=string/to-utf8 string-append=string/append string-downcase=string/lower
string-join=string/join string-length=string/length string-ref=string/ref
string-split=string/split string-trim=string/trim string-upcase=string/upper
string/slice=substring symbol->string=symbol/to-string type=type-of utf8->string=utf8/to-string

"""
VALUES = """
nil #t 0 -3 2.5 1/2 3+4i "" "ab c" :k (quote sym) #\\a (quote ()) (list 1 2 3) (list "a" "b")
[] [1 2] {} {:a 1} {:a {:b 2}} (hashmap/new) (hashmap/new :a 1) (bytevector) (bytevector 1 65)
(f64-array 1.0 2.0) (i64-array 1) car (fn (x) x) (fn (a b) a) (delay 1) (list #\\a #\\b)
(list (list :a 1)) (prompt (user "a")) (mutable-array/new)
"""
# Of these all pairs are tried, too.
SOME = ["nil", "2", '"ab c"', "(list 1 2)", "{:a 1}", "(fn (x) x)", ":a"]


@pytest.fixture(scope="module")
def session() -> Interpreter:
    return Interpreter()


def outcome(session: Interpreter, pair: str, name: str, arguments: list[Any]) -> str:
    """Returns what a call prints, or its error with neither name of the pair."""
    try:
        return print_value(session.call(name, *arguments))
    except LispError as error:
        message = error.message
        for each in sorted(pair.split("="), key=len, reverse=True):
            message = message.replace(each, "…")
        return f"{error.kind}: {message}"


@pytest.mark.parametrize("pair", PAIRS.split())
def test_two_names_of_one_function_give_the_same(session: Interpreter, pair: str) -> None:
    one, other = pair.split("=")
    singles = [[value] for value in session.eval(f"(list {VALUES})")]
    some = list(session.eval(f"(list {' '.join(SOME)})"))
    for arguments in ([], *singles, *(list(each) for each in itertools.product(some, some))):
        shown = print_value(Vector(arguments))
        assert outcome(session, pair, other, arguments) == outcome(session, pair, one, arguments), (
            shown
        )
