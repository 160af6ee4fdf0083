"""WebAssembly modules in bytes.

After the WebAssembly Core Specification, release 2.0, chapter 5 (Binary Format): sections and their
numbers in 5.5, instructions in 5.4, integers as LEB128 in 5.2.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import pack
from typing import Final, NamedTuple

I32: Final = 0x7F
I64: Final = 0x7E
F64: Final = 0x7C
V128: Final = 0x7B
EMPTY: Final = 0x40  # the type of a block without a result

# --- instructions, by their names in the specification --------------------------------------------

UNREACHABLE: Final = b"\x00"
LOOP: Final = b"\x03"
BLOCK: Final = b"\x02"
IF: Final = b"\x04"
ELSE: Final = b"\x05"
END: Final = b"\x0b"
RETURN: Final = b"\x0f"
DROP: Final = b"\x1a"
SELECT: Final = b"\x1b"

I32_EQZ: Final = b"\x45"
I32_EQ: Final = b"\x46"
I32_AND: Final = b"\x71"
I32_OR: Final = b"\x72"
I32_SUB: Final = b"\x6b"
I32_ADD: Final = b"\x6a"
I32_MUL: Final = b"\x6c"
I32_SHL: Final = b"\x74"
I32_LT_U: Final = b"\x49"
I32_GE_U: Final = b"\x4f"
I32_TRUNC_F64_S: Final = b"\xaa"
I32_STORE8: Final = b"\x3a\x00\x00"
I64_EQZ: Final = b"\x50"
I64_ADD: Final = b"\x7c"
I64_SUB: Final = b"\x7d"
I64_MUL: Final = b"\x7e"
I64_DIV_S: Final = b"\x7f"
I64_REM_S: Final = b"\x81"
I64_AND: Final = b"\x83"
I64_OR: Final = b"\x84"
I64_XOR: Final = b"\x85"
I64_SHL: Final = b"\x86"
I64_SHR_S: Final = b"\x87"
I64_SHR_U: Final = b"\x88"
I64_GE_U: Final = b"\x5a"
I64_GT_U: Final = b"\x56"
F64_ABS: Final = b"\x99"
F64_NEG: Final = b"\x9a"
F64_CEIL: Final = b"\x9b"
F64_FLOOR: Final = b"\x9c"
F64_TRUNC: Final = b"\x9d"
F64_NEAREST: Final = b"\x9e"
F64_SQRT: Final = b"\x9f"
F64_ADD: Final = b"\xa0"
F64_SUB: Final = b"\xa1"
F64_MUL: Final = b"\xa2"
F64_DIV: Final = b"\xa3"
I32_WRAP_I64: Final = b"\xa7"
I64_EXTEND_I32_U: Final = b"\xad"
I64_TRUNC_F64_S: Final = b"\xb0"
F64_CONVERT_I64_S: Final = b"\xb9"
F64_CONVERT_I32_S: Final = b"\xb7"
F64_MAX: Final = b"\xa5"

# Of vectors, which stand behind a prefix.
V128_ZERO: Final = b"\xfd\x0c" + bytes(16)
I32X4_ADD: Final = b"\xfd\xae\x01"
I32X4_DOT_I16X8_S: Final = b"\xfd\xba\x01"
I32X4_EXTRACT_LANE: Final = b"\xfd\x1b"

# Comparisons, by the relation.
I64_RELATIONS: Final = {
    "=": b"\x51", "!=": b"\x52", "<": b"\x53", ">": b"\x55", "<=": b"\x57", ">=": b"\x59",
}  # fmt: skip
F64_RELATIONS: Final = {
    "=": b"\x61", "!=": b"\x62", "<": b"\x63", ">": b"\x64", "<=": b"\x65", ">=": b"\x66",
}  # fmt: skip


def unsigned(number: int) -> bytes:
    """Returns an unsigned integer as LEB128."""
    made = bytearray()
    while number > 0x7F:
        made.append(0x80 | (number & 0x7F))
        number >>= 7
    made.append(number)
    return bytes(made)


def signed(number: int) -> bytes:
    """Returns a signed integer as LEB128."""
    made = bytearray()
    while not -0x40 <= number < 0x40:
        made.append(0x80 | (number & 0x7F))
        number >>= 7
    made.append(number & 0x7F)
    return bytes(made)


def i32(number: int) -> bytes:
    """Returns the instruction that gives a 32-bit integer."""
    return b"\x41" + signed(number)


def i64(number: int) -> bytes:
    """Returns the instruction that gives a 64-bit integer."""
    return b"\x42" + signed(number)


def f64(number: float) -> bytes:
    """Returns the instruction that gives a float."""
    return b"\x44" + pack("<d", number)


def get(local: int) -> bytes:
    """Returns the instruction that reads a local variable."""
    return b"\x20" + unsigned(local)


def put(local: int) -> bytes:
    """Returns the instruction that sets a local variable."""
    return b"\x21" + unsigned(local)


def tee(local: int) -> bytes:
    """Returns the instruction that sets a local variable and leaves the value where it is."""
    return b"\x22" + unsigned(local)


def get_global(number: int) -> bytes:
    """Returns the instruction that reads a global."""
    return b"\x23" + unsigned(number)


def put_global(number: int) -> bytes:
    """Returns the instruction that sets a global."""
    return b"\x24" + unsigned(number)


def call(function: int) -> bytes:
    """Returns the instruction that calls a function."""
    return b"\x10" + unsigned(function)


def branch(label: int) -> bytes:
    """Returns the jump to a label, counted outwards."""
    return b"\x0c" + unsigned(label)


def branch_if(label: int) -> bytes:
    """Returns the jump to a label if the number on the stack is not zero."""
    return b"\x0d" + unsigned(label)


def load(kind: int, offset: int = 0) -> bytes:
    """Returns the instruction that reads a number from memory, wherever it stands there."""
    return {I32: b"\x28", I64: b"\x29", F64: b"\x2b"}[kind] + b"\x00" + unsigned(offset)


def store(kind: int, offset: int = 0) -> bytes:
    """Returns the instruction that writes a number to memory."""
    return {I32: b"\x36", I64: b"\x37", F64: b"\x39"}[kind] + b"\x00" + unsigned(offset)


def load_vector(offset: int = 0) -> bytes:
    """Returns the instruction that reads 16 bytes from memory."""
    return b"\xfd\x00\x00" + unsigned(offset)


def load_signed_bytes(offset: int = 0) -> bytes:
    """Returns the instruction that reads 8 signed bytes from memory, as 16-bit integers."""
    return b"\xfd\x01\x00" + unsigned(offset)


# --- modules --------------------------------------------------------------------------------------


class Function(NamedTuple):
    """A function of a module: the types of its parameters, result and other locals, its code."""

    parameters: tuple[int, ...]
    results: tuple[int, ...]
    locals: tuple[int, ...]
    code: bytes


class Import(NamedTuple):
    """A function that a module is given."""

    module: str
    name: str
    parameters: tuple[int, ...]
    results: tuple[int, ...]


def module(
    imports: list[Import], functions: list[Function], globals_: list[int], exported: dict[str, int]
) -> bytes:
    """Returns a module.

    It is given a memory as ``m.memory``. `globals_` are the types of its globals, 0 at first;
    `exported` are numbers of functions, the imported ones counted first.
    """
    types: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for row in (
        *((each.parameters, each.results) for each in imports),
        *((each.parameters, each.results) for each in functions),
    ):
        types.setdefault(row, len(types))
    memory = _name("m") + _name("memory") + b"\x02\x00" + unsigned(0)
    wanted = [
        _name(each.module)
        + _name(each.name)
        + b"\x00"
        + unsigned(types[each.parameters, each.results])
        for each in imports
    ]
    sections = [
        (1, [b"\x60" + _types(given) + _types(results) for given, results in types]),
        (2, [memory, *wanted]),
        (3, [unsigned(types[each.parameters, each.results]) for each in functions]),
        (6, [bytes((kind, 1)) + _ZERO[kind] + END for kind in globals_]),
        (7, [_name(name) + b"\x00" + unsigned(number) for name, number in exported.items()]),
        (10, [_body(each) for each in functions]),
    ]
    made = b"\x00asm\x01\x00\x00\x00"
    for number, entries in sections:
        content = unsigned(len(entries)) + b"".join(entries)
        made += bytes((number,)) + unsigned(len(content)) + content
    return made


_ZERO: Final = {I32: i32(0), I64: i64(0), F64: f64(0.0)}


def _name(text: str) -> bytes:
    return unsigned(len(text)) + text.encode()


def _types(kinds: Iterable[int]) -> bytes:
    row = bytes(kinds)
    return unsigned(len(row)) + row


def _body(function: Function) -> bytes:
    rows = [unsigned(1) + bytes((kind,)) for kind in function.locals]
    content = unsigned(len(rows)) + b"".join(rows) + function.code + END
    return unsigned(len(content)) + content
