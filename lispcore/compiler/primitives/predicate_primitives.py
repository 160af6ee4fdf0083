"""Questions what a value is; and that all other predicates give #t or #f."""

from __future__ import annotations

from lispcore.compiler.emit.predicate_writers import (
    type_among,
    type_test,
    write_empty,
    write_nil,
    write_not,
    write_null,
    write_pair,
)
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LOOKS, PRIMITIVES, PURE, Collection, primitive
from lispcore.library.registry import ENTRIES

primitive("not", effects=PURE, negates=True, condition=write_not)
primitive(
    "nil?",
    effects=PURE,
    condition=write_nil,
    reads_cursor=True,
    peeks={Collection.MAP: (1,), Collection.LIST: (1,)},
)
primitive(
    "null?",
    effects=PURE,
    condition=write_null,
    reads_cursor=True,
    full_if=False,
    peeks={Collection.MAP: (1,), Collection.LIST: (1,)},
)
primitive("empty?", effects=LOOKS, condition=write_empty, reads_cursor=True, full_if=False)
primitive(
    "pair?",
    effects=PURE,
    condition=write_pair,
    tells=Kind.LIST,
    reads_cursor=True,
    full_if=True,
    peeks={Collection.LIST: (1,)},
)
primitive(
    "list?",
    effects=PURE,
    tells=Kind.LIST,
    condition=type_test("List"),
    peeks={Collection.LIST: (1,)},
)
primitive("map?", effects=PURE, condition=type_among("map_types"), peeks={Collection.MAP: (1,)})
primitive("vector?", effects=PURE, tells=Kind.VECTOR, condition=type_test("Vector"))
primitive("string?", effects=PURE, tells=Kind.STR, condition=type_test("str"))
primitive("char?", effects=PURE, tells=Kind.CHARACTER, condition=type_test("Character"))
primitive("symbol?", effects=PURE, tells=Kind.SYMBOL, condition=type_test("Symbol"))
primitive("keyword?", effects=PURE, tells=Kind.KEYWORD, condition=type_test("Keyword"))
primitive("float?", effects=PURE, tells=Kind.FLOAT, condition=type_test("float"))
primitive("exact-integer?", effects=PURE, tells=Kind.INT, condition=type_test("int"))
primitive("number?", effects=PURE, tells=Kind.NUM, condition=type_among("number_types"))

for _name, _entry in ENTRIES.items():
    if _entry.returns == "bool" and _entry.function is not None and _name not in PRIMITIVES:
        primitive(_name)
