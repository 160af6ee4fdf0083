"""The assembler for the I/O state machines of an RP2040: `pio/assemble`.

An instruction is a word of 16 bits (RP2040 datasheet, section 3.4):

    15 13   12       8   7    0
    opcode  delay/side   operands

The field in the middle is shared: side-set takes its upper bits, after one that says whether there
is a side-set at all if that is optional, and the delay has what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from lispcore.library.arguments import given_options, map_argument, sequence_argument
from lispcore.library.registry import accepts_options, function
from lispcore.library.system.pio import (
    CONDITIONS,
    IN_SOURCES,
    IRQ_MODES,
    MOST,
    MOV_CHANGES,
    MOV_PLACES,
    MOV_SOURCES,
    OUT_PLACES,
    SET_PLACES,
    WAIT_SOURCES,
    Codes,
    number,
    unknown,
)
from lispcore.values.errors import LispError
from lispcore.values.types import TRUE, Bytevector, Keyword, Map, Symbol, Value, intern_keyword

CHAPTER = "pio"

_MOST_INSTRUCTIONS: Final = 32
_FIELD_BITS: Final = 5  # of delay and side-set together
_ASSEMBLE: Final = "pio/assemble"


class _Fields:
    """The fields of one instruction, each read as what it must be."""

    def __init__(self, fields: Map, labels: Mapping[str, int]) -> None:
        self._fields = {key.name: value for key, value in fields.entries() if type(key) is Keyword}
        self.labels = labels

    def has(self, field: str) -> bool:
        """Tells whether there is a field."""
        return field in self._fields

    def word(self, field: str) -> str:
        """Returns the name of a keyword."""
        value = self._fields.get(field)
        if type(value) is not Keyword:
            raise LispError(f"{_ASSEMBLE}: an instruction has no keyword as its :{field}")
        return value.name

    def code(self, field: str, known: Codes, what: str) -> int:
        """Returns the code of a keyword."""
        word = self.word(field)
        if word not in known:
            raise unknown(_ASSEMBLE, word, known, what)
        return known[word]

    def number(self, field: str, least: int, most: int) -> int:
        """Returns a number in its bounds."""
        return number(_ASSEMBLE, self._fields.get(field), least, most, f":{field}")

    def given(self, field: str, most: int) -> int | None:
        """Returns a number that may be missing."""
        return None if self._fields.get(field) is None else self.number(field, 0, most)

    def flag(self, field: str, usual: bool = False) -> int:
        """Returns 1 or 0 for a truth value."""
        value = self._fields.get(field)
        return int(usual) if value is None else int(value is TRUE)

    def target(self) -> int:
        """Returns the place of the label that is jumped to."""
        label = self._fields.get("target")
        if type(label) is not Symbol or label.name not in self.labels:
            name = label.name if type(label) is Symbol else "that"
            raise LispError(
                f"{_ASSEMBLE}: there is no label {name}",
                hint="a label is a symbol among the instructions: 'again",
            )
        return self.labels[label.name]


def _wait_word(fields: _Fields) -> int:
    source = fields.code("source", WAIT_SOURCES, "source")
    is_flag = source == WAIT_SOURCES["irq"]
    index = fields.number("index", 0, 7 if is_flag else MOST)
    relative = fields.flag("rel") << 4 if is_flag else 0
    return fields.number("polarity", 0, 1) << 7 | source << 5 | relative | index


def _mov_word(fields: _Fields) -> int:
    source = fields.word("source")
    change = int(source.startswith("!"))
    source = source.removeprefix("!")
    if source not in MOV_SOURCES:
        raise unknown(_ASSEMBLE, source, MOV_SOURCES, "source")
    if fields.has("mov-op"):
        change = fields.code("mov-op", MOV_CHANGES, "change")
    place = fields.code("dest", MOV_PLACES, "destination")
    return place << 5 | change << 3 | MOV_SOURCES[source]


class _Operation(NamedTuple):
    opcode: int
    operands: Callable[[_Fields], int]


_OPERATIONS: Final[dict[str, _Operation]] = {
    "jmp": _Operation(0, lambda f: f.code("cond", CONDITIONS, "condition") << 5 | f.target()),
    "wait": _Operation(1, _wait_word),
    "in": _Operation(
        2, lambda f: f.code("source", IN_SOURCES, "source") << 5 | f.number("bits", 1, 32) & 31
    ),
    "out": _Operation(
        3, lambda f: f.code("dest", OUT_PLACES, "destination") << 5 | f.number("bits", 1, 32) & 31
    ),
    "push": _Operation(4, lambda f: f.flag("iffull") << 6 | f.flag("block", True) << 5),
    "pull": _Operation(4, lambda f: 128 | f.flag("ifempty") << 6 | f.flag("block", True) << 5),
    "mov": _Operation(5, _mov_word),
    "irq": _Operation(
        6,
        lambda f: (
            f.code("mode", IRQ_MODES, "mode") << 5 | f.flag("rel") << 4 | f.number("index", 0, 7)
        ),
    ),
    "set": _Operation(
        7, lambda f: f.code("dest", SET_PLACES, "destination") << 5 | f.number("value", 0, MOST)
    ),
}


class _SideSet(NamedTuple):
    """How many bits of the shared field are for side-set, and whether each says if it is there."""

    bits: int
    is_optional: bool

    def field(self, fields: _Fields) -> int:
        """Returns delay and side-set of an instruction."""
        left = _FIELD_BITS - self.bits - self.is_optional
        delay = fields.given("delay", (1 << left) - 1) or 0
        side = fields.given("side-set", (1 << self.bits) - 1 if self.bits else 0)
        enabled = int(self.is_optional and side is not None) << 4
        return enabled | (side or 0) << left | delay


@function(
    "pio/assemble",
    "program:list [options:map]",
    "map",
    "Makes a program of instructions, with labels (symbols), `:wrap-target` and `:wrap` between "
    "them. Returns its words as bytes (`:instructions`, little-endian), their number (`:length`), "
    "and the two ends of its loop (`:wrap-target`, `:wrap`). Options: `:side-set-bits` (0 to 5), "
    "`:side-set-opt` (side-set may be left out, which takes one more bit).",
    [
        (
            "(pio/assemble (list 'loop (pio/set :pins 1) (pio/set :pins 0) (pio/jmp 'loop)))",
            "{:instructions #u8(1 224 0 224 0 0) :length 3 :wrap 2 :wrap-target 0}",
        ),
        ("(pio/assemble (list (pio/jmp 'nowhere)))", "error: there is no label nowhere"),
        ("(pio/assemble (list (pio/side 1 (pio/nop))))", "error: :side-set must be from 0 to 0"),
    ],
)
def assemble(program: Value, options: Value = None) -> Map:
    given = given_options(_ASSEMBLE, options, 2, _OPTIONS)
    bits = number(_ASSEMBLE, given.get("side-set-bits", 0), 0, _FIELD_BITS, ":side-set-bits")
    side_set = _SideSet(bits, given.get("side-set-opt") is TRUE)
    if side_set.bits + side_set.is_optional > _FIELD_BITS:
        raise LispError(f"{_ASSEMBLE}: {bits} bits of side-set leave none for :side-set-opt")
    labels, marks, instructions = _places(sequence_argument(_ASSEMBLE, program, 1))
    words = bytearray()
    for instruction in instructions:
        fields = _Fields(instruction, labels)
        name = fields.word("op")
        if name not in _OPERATIONS:
            raise unknown(_ASSEMBLE, name, dict.fromkeys(_OPERATIONS, 0), "instruction")
        operation = _OPERATIONS[name]
        operands = operation.operands(fields)
        word = operation.opcode << 13 | side_set.field(fields) << 8 | operands
        words += word.to_bytes(2, "little")
    last = max(len(instructions) - 1, 0)
    result: dict[str, Any] = {
        "instructions": Bytevector(words),
        "length": len(instructions),
        "wrap-target": marks.get("wrap-target", 0),
        "wrap": marks.get("wrap", last),
    }
    return Map.of((intern_keyword(name), value) for name, value in result.items())


_OPTIONS: Final = ("side-set-bits", "side-set-opt")
accepts_options(_ASSEMBLE, _OPTIONS)


def _places(items: list[Value]) -> tuple[dict[str, int], dict[str, int], list[Map]]:
    """Returns the places of labels and of the loop's ends, and the instructions."""
    labels: dict[str, int] = {}
    marks: dict[str, int] = {}
    instructions: list[Map] = []
    for item in items:
        at = len(instructions)
        if type(item) is Symbol:
            if item.name in labels:
                raise LispError(f"{_ASSEMBLE}: the label {item.name} stands twice")
            labels[item.name] = at
        elif type(item) is Keyword:
            if item.name not in ("wrap-target", "wrap"):
                raise unknown(_ASSEMBLE, item.name, {"wrap-target": 0, "wrap": 0}, "mark")
            if item.name in marks:
                raise LispError(f"{_ASSEMBLE}: :{item.name} stands twice")
            if item.name == "wrap" and not at:
                raise LispError(f"{_ASSEMBLE}: :wrap stands behind the last instruction of a loop")
            marks[item.name] = at - (item.name == "wrap")
        else:
            instructions.append(map_argument(_ASSEMBLE, item))
    if len(instructions) > _MOST_INSTRUCTIONS:
        raise LispError(f"{_ASSEMBLE}: {len(instructions)} instructions, and there is room for 32")
    for name, at in labels.items():
        if at >= _MOST_INSTRUCTIONS:
            raise LispError(f"{_ASSEMBLE}: the label {name} stands behind the last instruction")
    return labels, marks, instructions
