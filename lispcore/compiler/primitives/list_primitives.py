"""Lists and vectors: making them, and access to their parts."""

from __future__ import annotations

from lispcore.compiler.emit.list_writers import (
    list_count,
    measured,
    path,
    path_into,
    write_append,
    write_car,
    write_cdr,
    write_cons,
    write_list,
    write_nth,
    write_reverse,
    write_to_vector,
    write_vector,
)
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LOOKS, PURE, Change, Collection, LookedInto, Part, primitive

primitive("list", result=Kind.LIST, effects=PURE, items=Kind.LIST, value=write_list)
primitive("vector", result=Kind.VECTOR, effects=PURE, items=Kind.VECTOR, value=write_vector)
primitive("cons", result=Kind.LIST, effects=PURE, change=Change.PREPEND, value=write_cons)
primitive("append", result=Kind.LIST, effects=LOOKS, change=Change.APPEND, value=write_append)
primitive("reverse", effects=LOOKS, value=write_reverse)
primitive("list->vector", result=Kind.VECTOR, effects=LOOKS, value=write_to_vector)
primitive("range", result=Kind.LIST, effects=PURE, is_range=True)

primitive(
    "car",
    "first",
    effects=LOOKS,
    value=write_car,
    item=0,
    reads_cursor=True,
    peeks={Collection.LIST: (1,)},
    peeked_part=Part.FIRST,
)
primitive(
    "cdr",
    "rest",
    effects=LOOKS,
    value=write_cdr,
    skips=1,
    reads_cursor=True,
    change=Change.REST,
)
primitive("cadr", effects=LOOKS, value=path("cadr"), item=1, reads_cursor=True)
primitive("caddr", effects=LOOKS, value=path("caddr"), item=2, reads_cursor=True)
primitive("cddr", effects=LOOKS, value=path("cddr"), skips=2, reads_cursor=True)
primitive("cdddr", effects=LOOKS, value=path("cdddr"), skips=3, reads_cursor=True)
primitive("caar", effects=LOOKS, value=path_into("caar"))
primitive("cadar", effects=LOOKS, value=path_into("cadar"))
primitive(
    "nth",
    accepts=(Kind.ANY, Kind.INT),
    effects=LOOKS,
    value=write_nth,
    looks_into=LookedInto(Kind.VECTOR, "items"),
    peeks={Collection.LIST: (2,)},
    peeked_part=Part.INDEXED,
)
primitive(
    "length",
    "count",
    result=Kind.NAT,
    effects=LOOKS,
    value=measured(Kind.LIST, list_count),
    reads_cursor=True,
    peeks={Collection.MAP: (1,), Collection.LIST: (1,)},
    peeked_part=Part.SIZE,
)
