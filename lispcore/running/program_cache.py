"""Programs that were compiled before, so that pressing Run once more does not compile them again.

Kept is what compiling a program in a new session leads to: its code, the constants that the code
asks for by name, and what the session then knows of its globals. All of it follows from the text
alone if nothing ran before the code did, so a program that defines or uses macros, imports files or
has modules is not kept (`Interpreter` decides).

A value of a session never gets into another: constants are made anew each time, because lists and
maps hand their insides on to what is made from them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from types import CodeType
from typing import Any, Final, NamedTuple, TypeVar

from lispcore.compiler.emit.lazy_functions import LazyFunctions
from lispcore.compiler.numeric.sites import Site
from lispcore.compiler.work import Knowledge
from lispcore.values.types import (
    EMPTY,
    IDENTITY_TYPES,
    Bytevector,
    FloatKey,
    List,
    Map,
    Value,
    Vector,
)

# Run is pressed for the same few texts again and again: a file, an example, the change before last.
MAXIMUM_PROGRAMS: Final = 16
# Of all texts together: compiled, a text takes some thirty times its size.
MAXIMUM_CHARACTERS: Final = 300_000

_K = TypeVar("_K")
# A place of code that counts how often it runs has no values of a session, nor has the key that
# stands for a short list.
_ATOMS: Final = IDENTITY_TYPES | {
    str, int, float, complex, bool, bytes, Bytevector, FloatKey, Site, tuple
}  # fmt: skip


class CompiledProgram(NamedTuple):
    """What a session has once it has compiled a program, before it runs.

    `values` are the globals that this gave it, `knowledge` what it knows of globals; `assumed`,
    `defined` and `functions` belong to the unit, see `CompiledUnit`, `lazy` and `mentions` to the
    code, see `Compiled`.
    """

    code: CodeType
    values: dict[str, Any]
    knowledge: Knowledge
    assumed: frozenset[str]
    defined: tuple[str, ...]
    evaluates: bool
    functions: dict[str, list[int]]
    lazy: LazyFunctions | None
    mentions: set[str]


class ProgramCache:
    """The programs that were compiled last, by text and name of the text."""

    def __init__(self) -> None:
        self._programs: OrderedDict[tuple[str, str], CompiledProgram] = OrderedDict()
        self._characters = 0

    def find(self, text: str, name: str) -> CompiledProgram | None:
        """Returns a program that was kept, or None."""
        found = self._programs.get((text, name))
        if found is not None:
            self._programs.move_to_end((text, name))
        return found

    def keep(self, text: str, name: str, program: CompiledProgram) -> None:
        """Keeps a program, and forgets those that were not asked for longest."""
        if len(text) > MAXIMUM_CHARACTERS // 2 or (text, name) in self._programs:
            return
        self._programs[text, name] = program
        self._characters += len(text)
        while len(self._programs) > MAXIMUM_PROGRAMS or self._characters > MAXIMUM_CHARACTERS:
            (oldest, _), _ = self._programs.popitem(last=False)
            self._characters -= len(oldest)

    def __len__(self) -> int:
        return len(self._programs)


def are_plain(values: Iterable[Value]) -> bool:
    """Tells whether values are data that `fresh_constants` can make anew."""
    collections = [each for each in values if _is_collection(each)]
    return fresh_constants(dict(enumerate(collections))) is not None


def fresh_constants(constants: dict[_K, Any]) -> dict[_K, Any] | None:
    """Returns constants of code with all collections made anew; None if one is no plain data.

    A collection that is in several places stays one.
    """
    made: dict[int, Any] = {}
    # Parts are made before what they are in; a stack, since data may be nested in any depth.
    waiting: list[Any] = list(constants.values())
    while waiting:
        value = waiting[-1]
        parts = _parts(value)
        if parts is None:
            return None
        missing = [part for part in parts if _is_collection(part) and id(part) not in made]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if _is_collection(value) and id(value) not in made:
            made[id(value)] = _copy(value, made)
    return {name: made.get(id(value), value) for name, value in constants.items()}


def _is_collection(value: Value) -> bool:
    return type(value) not in _ATOMS and value is not EMPTY


def _parts(value: Value) -> list[Value] | None:
    """Returns what is in a value, None if it is no data that the reader makes."""
    kind = type(value)
    if kind in _ATOMS or value is EMPTY:
        return []
    if type(value) is List:
        return value.cells[: value.count]
    if type(value) is Vector:
        return value.items
    if type(value) is Map:
        return [*value.table, *value.table.values()]
    return None


def _copy(value: Value, made: dict[int, Any]) -> Value:
    kind = type(value)
    if kind is List:
        return List([made.get(id(each), each) for each in _parts(value) or ()], value.count)
    if kind is Vector:
        return Vector([made.get(id(each), each) for each in value.items])
    table = {made.get(id(key), key): made.get(id(each), each) for key, each in value.table.items()}
    return Map(table)


__all__ = ["CompiledProgram", "ProgramCache", "are_plain", "fresh_constants"]
