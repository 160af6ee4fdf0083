"""Records: values of types that a program defines itself with ``define-record-type``."""

from __future__ import annotations

from lispcore.library.registry import document, function
from lispcore.values.types import Keyword, Value, intern_keyword, type_name

document(
    "define-record-type",
    "name (constructor field …) predicate (field accessor) …",
    "nil",
    "Defines a type of records: a constructor that takes the fields in this order, a predicate, "
    "and a function for each field that reads it. Records do not change; two are equal if their "
    "type is the same and their fields are equal.",
    [
        (
            "(begin (define-record-type point (make-point x y) point? (x point-x) (y point-y)) "
            "(let ((p (make-point 3 4))) (list (point-x p) (point? p) (type p))))",
            "(3 #t :point)",
        )
    ],
    chapter="records",
)


@function(
    "type",
    "value:any",
    "keyword",
    "Returns the name of a value's type as a keyword; for a record, the name of its record type.",
    [("(type [1 2])", ":vector"), ("(type 1.5)", ":float"), ("(type '())", ":list")],
    aliases=("type-of",),
)
def type_of(value: Value) -> Keyword:
    return intern_keyword(type_name(value))
