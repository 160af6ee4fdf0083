"""The machine code of vector searches: three WebAssembly modules, each with one function.

Each takes the address of a row of words (64 bits) with what it works on: addresses, which a host
puts there (of arrays, their lengths in the upper half), integers, and floats.

- MEASURE rounds vectors to signed bytes and says how far that is from them.
- SCORES multiplies the rounded vectors of a block with a rounded query, eight numbers at once, and
  notes those that may be among the best.
- DOTS multiplies vectors with a query in full, added up from left to right as `vectors.dot` does:
  without fused operations, so that the sums have the same bits.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final

from lispcore.core import webassembly as wasm
from lispcore.core.webassembly import (
    BLOCK,
    ELSE,
    EMPTY,
    END,
    F64,
    F64_ADD,
    F64_MUL,
    F64_RELATIONS,
    F64_SUB,
    I32,
    I32_ADD,
    I32_GE_U,
    I32_LT_U,
    I32_MUL,
    I32_SHL,
    IF,
    LOOP,
    V128,
    Function,
    get,
    i32,
    put,
)

LEVELS: Final = 127  # a number is rounded to a signed byte
# How many numbers of a vector are looked at in one go: rounded vectors are filled up with zeros.
STRIDE: Final = 16
# Vectors whose squares add up to less are too short for their sums to be known well.
SHORTEST: Final = 1e-290


class Measure(IntEnum):
    """The words that MEASURE is given."""

    PLACES = 0  # where each vector's results go, 32 bits each
    ROWS = 1  # the vectors in full, one after the other
    CODES = 2  # the rounded vectors
    LENGTHS = 3
    STEPS = 4  # what one level of a code is, for a vector that is shortened to length 1
    ERRORS = 5  # the length of what rounding took from such a vector
    COUNT = 6
    DIMENSIONS = 7
    STRIDE = 8  # of the rounded vectors
    FIRST = 9  # the position of the block's first vector


class Scores(IntEnum):
    """The words that SCORES is given."""

    CHOSEN = 0  # the places in the block to look at, 32 bits each; 0: all
    CODES = 1
    QUERY = 2  # 16 bits each
    STEPS = 3
    ERRORS = 4
    FOUND = 5  # for each found: most, least, place
    BEGIN = 6  # and where it has stopped
    STOP = 7
    STRIDE = 8
    FIRST = 9
    ROOM = 10  # for so many more
    FLOOR = 11  # a float, as are the next two
    SPREAD = 12
    SLACK = 13


class Dots(IntEnum):
    """The words that DOTS is given."""

    ROWS = 0
    QUERY = 1
    SUMS = 2
    COUNT = 3
    DIMENSIONS = 4


class _Code:
    """Writes a function; its variables have names."""

    def __init__(self) -> None:
        self._places = {"base": 0}
        self._locals: list[int] = []
        self.code: list[bytes] = []

    def write(self, *parts: bytes | str) -> None:
        """Writes instructions; a name reads that variable."""
        self.code += [self.get(each) if isinstance(each, str) else each for each in parts]

    def new(self, kind: int, name: str, *value: bytes | str) -> None:
        """Makes a variable with this value."""
        self._locals.append(kind)
        self._places[name] = len(self._locals)
        if value:
            self.set(name, *value)

    def set(self, name: str, *value: bytes | str) -> None:
        """Gives a variable another value."""
        self.write(*value, put(self._places[name]))

    def get(self, name: str) -> bytes:
        """Returns what reads a variable."""
        return get(self._places[name])

    def word(self, name: str, place: int) -> None:
        """Makes a variable of the lower half of a word."""
        self.new(I32, name, "base", wasm.load(I32, 8 * place))

    def float_word(self, name: str, place: int) -> None:
        """Makes a variable of a word that is a float."""
        self.new(F64, name, "base", wasm.load(F64, 8 * place))

    def advance(self, name: str, by: int) -> None:
        """Adds to a variable."""
        self.set(name, name, i32(by), I32_ADD)

    def shift_by(self, name: str, other: str, power: int) -> None:
        """Adds 2^power times another variable to one."""
        self.set(name, name, other, i32(power), I32_SHL, I32_ADD)

    def begin_loop(self) -> None:
        """Begins a loop that can be left: by a branch to 1; it goes on by a branch to 0."""
        self.write(BLOCK + bytes((EMPTY,)), LOOP + bytes((EMPTY,)))

    def end_loop(self) -> None:
        """Ends a loop; what comes here goes on with the next round."""
        self.write(wasm.branch(0), END, END)

    def module(self) -> bytes:
        """Returns the module."""
        function = Function((I32,), (), tuple(self._locals), b"".join(self.code))
        return wasm.module([], [function], [], {"run": 0})


def measure_module() -> bytes:
    """Returns MEASURE."""
    make = _Code()
    make.word("places", Measure.PLACES)
    make.word("row", Measure.ROWS)
    for name in ("codes", "lengths", "steps", "errors", "count", "dimensions", "stride", "first"):
        make.word(name, Measure[name.upper()])
    for name in ("lengths", "steps", "errors"):
        make.shift_by(name, "first", 3)
    for name in ("place", "at", "end", "code", "level"):
        make.new(I32, name)
    for name in ("sum", "largest", "x", "scale", "lost", "length"):
        make.new(F64, name)
    make.begin_loop()
    make.write("count", wasm.I32_EQZ, wasm.branch_if(1))
    make.set("place", "places", wasm.load(I32))
    make.set("end", "row")
    make.shift_by("end", "dimensions", 3)
    _sum_up(make)
    make.set("code", "codes", "place", "stride", I32_MUL, I32_ADD)
    make.set("lost", wasm.f64(0.0))
    make.set("length", "sum", wasm.F64_SQRT)
    make.set("scale", wasm.f64(float(LEVELS)), "largest", wasm.F64_DIV)
    make.write("sum", wasm.f64(SHORTEST), F64_RELATIONS["<"], IF + bytes((EMPTY,)))
    make.set("row", "end")
    # Nothing is known of it, so it is always looked at in full, unless it has no length at all.
    nothing: list[bytes | str] = ["sum", wasm.f64(0.0), F64_RELATIONS["="], wasm.SELECT]
    make.set("lost", wasm.f64(0.0), wasm.f64(math.inf), *nothing)
    _store_results(make, wasm.f64(0.0), ["lost"])
    make.write(ELSE)
    _round_all(make)
    unit: list[bytes | str] = ["largest", wasm.f64(float(LEVELS)), "length", F64_MUL, wasm.F64_DIV]
    make.set("scale", *unit)
    _store_results(make, make.get("scale"), ["lost", wasm.F64_SQRT, "scale", F64_MUL])
    make.write(END)
    make.advance("places", 4)
    make.set("count", "count", i32(1), wasm.I32_SUB)
    make.end_loop()
    return make.module()


def _sum_up(make: _Code) -> None:
    """Finds the sum of squares, from left to right, and the largest number of a vector."""
    make.set("at", "row")
    make.set("sum", wasm.f64(0.0))
    make.set("largest", wasm.f64(0.0))
    make.begin_loop()
    make.write("at", "end", I32_GE_U, wasm.branch_if(1))
    make.set("x", "at", wasm.load(F64))
    make.set("sum", "sum", "x", "x", F64_MUL, F64_ADD)
    make.set("largest", "largest", "x", wasm.F64_ABS, wasm.F64_MAX)
    make.advance("at", 8)
    make.end_loop()


def _round_all(make: _Code) -> None:
    """Writes the code of a vector, and adds up the squares of what is lost, in levels."""
    make.begin_loop()
    make.write("row", "end", I32_GE_U, wasm.branch_if(1))
    make.set("x", "row", wasm.load(F64), "scale", F64_MUL)
    make.set("level", "x", wasm.F64_NEAREST, wasm.I32_TRUNC_F64_S)
    make.write("code", "level", wasm.I32_STORE8)
    make.set("x", "x", "level", wasm.F64_CONVERT_I32_S, F64_SUB)
    make.set("lost", "lost", "x", "x", F64_MUL, F64_ADD)
    make.advance("row", 8)
    make.advance("code", 1)
    make.end_loop()


def _store_results(make: _Code, step: bytes, error: list[bytes | str]) -> None:
    results: list[tuple[str, list[bytes | str]]] = [
        ("lengths", ["length"]),
        ("steps", [step]),
        ("errors", error),
    ]
    for name, value in results:
        make.write(name, "place", i32(3), I32_SHL, I32_ADD, *value, wasm.store(F64))


def scores_module() -> bytes:
    """Returns SCORES."""
    make = _Code()
    for each in Scores:
        if each < Scores.FLOOR:
            make.word(each.name.lower(), each)
        else:
            make.float_word(each.name.lower(), each)
    make.shift_by("steps", "first", 3)
    make.shift_by("errors", "first", 3)
    for name in ("place", "row", "end", "at"):
        make.new(I32, name)
    for name in ("score", "margin"):
        make.new(F64, name)
    make.new(V128, "sums")
    make.begin_loop()
    make.write("begin", "stop", I32_GE_U, wasm.branch_if(1))
    make.write("room", wasm.I32_EQZ, wasm.branch_if(1))
    make.write("chosen", IF + bytes((I32,)))
    make.write("chosen", "begin", i32(2), I32_SHL, I32_ADD, wasm.load(I32), ELSE, "begin", END)
    make.set("place")
    make.set("row", "codes", "place", "stride", I32_MUL, I32_ADD)
    make.set("end", "row", "stride", I32_ADD)
    make.set("at", "query")
    make.set("sums", wasm.V128_ZERO)
    make.write(LOOP + bytes((EMPTY,)))
    for half in (0, 1):
        product: list[bytes | str] = [
            "row", wasm.load_signed_bytes(8 * half), "at", wasm.load_vector(16 * half),
            wasm.I32X4_DOT_I16X8_S,
        ]  # fmt: skip
        make.set("sums", "sums", *product, wasm.I32X4_ADD)
    make.advance("row", STRIDE)
    make.advance("at", 2 * STRIDE)
    make.write("row", "end", I32_LT_U, wasm.branch_if(0), END)
    make.write("sums", wasm.I32X4_EXTRACT_LANE + b"\0")
    for lane in (1, 2, 3):
        make.write("sums", wasm.I32X4_EXTRACT_LANE + bytes((lane,)), I32_ADD)
    offset: list[bytes | str] = ["place", i32(3), I32_SHL, I32_ADD, wasm.load(F64)]
    make.write(wasm.F64_CONVERT_I32_S, "steps", *offset, F64_MUL)
    make.set("score")
    make.set("margin", "errors", *offset, "spread", F64_MUL, "slack", F64_ADD)
    make.advance("begin", 1)
    make.write("score", "margin", F64_ADD, "floor", F64_RELATIONS[">="], IF + bytes((EMPTY,)))
    make.write("found", "score", "margin", F64_ADD, wasm.store(F64))
    make.write("found", "score", "margin", F64_SUB, wasm.store(F64, 8))
    make.write("found", "place", wasm.F64_CONVERT_I32_S, wasm.store(F64, 16))
    make.advance("found", 24)
    make.set("room", "room", i32(1), wasm.I32_SUB)
    make.write(END)
    make.end_loop()
    make.write("base", "begin", wasm.store(I32, 8 * Scores.BEGIN))
    make.write("base", "room", wasm.store(I32, 8 * Scores.ROOM))
    return make.module()


def dots_module() -> bytes:
    """Returns DOTS."""
    make = _Code()
    for each in Dots:
        make.word(each.name.lower(), each)
    make.new(I32, "end")
    make.new(I32, "at")
    make.new(F64, "sum")
    make.begin_loop()
    make.write("count", wasm.I32_EQZ, wasm.branch_if(1))
    make.set("end", "rows")
    make.shift_by("end", "dimensions", 3)
    make.set("at", "query")
    make.set("sum", wasm.f64(0.0))
    make.write(LOOP + bytes((EMPTY,)))
    make.set("sum", "sum", "rows", wasm.load(F64), "at", wasm.load(F64), F64_MUL, F64_ADD)
    make.advance("rows", 8)
    make.advance("at", 8)
    make.write("rows", "end", I32_LT_U, wasm.branch_if(0), END)
    make.write("sums", "sum", wasm.store(F64))
    make.advance("sums", 8)
    make.set("count", "count", i32(1), wasm.I32_SUB)
    make.end_loop()
    return make.module()
