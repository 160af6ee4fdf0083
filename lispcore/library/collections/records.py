"""Records: values of types that a program defines itself with ``define-record-type``."""

from __future__ import annotations

from lispcore.library.registry import WaitKind, function
from lispcore.values.types import Keyword, Value, intern_keyword, type_name

WAITING = WaitKind.NEVER


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
