"""Arrays: what can be changed in place, and arrays of numbers."""

from __future__ import annotations

from lispcore.compiler.emit.array_writers import indexed, write_array_store
from lispcore.compiler.emit.text_operations import on_one, size_of
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LOOKS, PURE, Effect, LookedInto, primitive

_MUTABLE_ARRAY = LookedInto(Kind.MUTABLE_ARRAY, "items")

primitive("mutable-array/new", result=Kind.MUTABLE_ARRAY, effects=PURE)
primitive(
    "mutable-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one(Kind.MUTABLE_ARRAY, Kind.INT, size_of("items")),
)
primitive(
    "mutable-array/get",
    accepts=(Kind.MUTABLE_ARRAY, Kind.INT),
    effects=LOOKS,
    value=indexed(Kind.MUTABLE_ARRAY, "items"),
    looks_into=_MUTABLE_ARRAY,
)
primitive(
    "mutable-array/set!",
    accepts=(Kind.MUTABLE_ARRAY, Kind.INT),
    effects=LOOKS | Effect.WRITES,
    store=write_array_store,
    looks_into=_MUTABLE_ARRAY,
)
primitive(
    "f64-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one(Kind.FLOAT_ARRAY, Kind.INT, size_of("numbers")),
)
primitive(
    "f64-array/ref",
    result=Kind.FLOAT,
    accepts=(Kind.FLOAT_ARRAY, Kind.INT),
    effects=LOOKS,
    value=indexed(Kind.FLOAT_ARRAY, "numbers"),
    looks_into=LookedInto(Kind.FLOAT_ARRAY, "numbers"),
)
primitive(
    "i64-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one(Kind.INTEGER_ARRAY, Kind.INT, size_of("numbers")),
)
primitive(
    "i64-array/ref",
    result=Kind.INT,
    accepts=(Kind.INTEGER_ARRAY, Kind.INT),
    effects=LOOKS,
    value=indexed(Kind.INTEGER_ARRAY, "numbers"),
    looks_into=LookedInto(Kind.INTEGER_ARRAY, "numbers"),
)
