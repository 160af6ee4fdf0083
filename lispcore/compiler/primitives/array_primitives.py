"""Arrays: what can be changed in place, and arrays of numbers."""

from __future__ import annotations

from lispcore.compiler.emit.array_writers import indexed, write_array_store
from lispcore.compiler.emit.text_operations import on_one, size_of
from lispcore.compiler.kinds import Kind
from lispcore.compiler.library import LOOKS, PURE, Effect, LookedInto, primitive

_MUTABLE_ARRAY = LookedInto("MutableArray", "items")

primitive("mutable-array/new", result=Kind.MUTABLE_ARRAY, effects=PURE)
primitive(
    "mutable-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one("MutableArray", "int", size_of("items")),
)
primitive(
    "mutable-array/get",
    effects=LOOKS,
    value=indexed("MutableArray", "items"),
    looks_into=_MUTABLE_ARRAY,
)
primitive(
    "mutable-array/set!",
    effects=LOOKS | Effect.WRITES,
    store=write_array_store,
    looks_into=_MUTABLE_ARRAY,
)
primitive(
    "f64-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one("FloatArray", "int", size_of("numbers")),
)
primitive(
    "f64-array/ref",
    result=Kind.FLOAT,
    effects=LOOKS,
    value=indexed("FloatArray", "numbers"),
    looks_into=LookedInto("FloatArray", "numbers"),
)
primitive(
    "i64-array/length",
    result=Kind.NAT,
    effects=LOOKS,
    value=on_one("IntegerArray", "int", size_of("numbers")),
)
primitive(
    "i64-array/ref",
    effects=LOOKS,
    value=indexed("IntegerArray", "numbers"),
    looks_into=LookedInto("IntegerArray", "numbers"),
)
