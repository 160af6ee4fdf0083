"""Instructions for the I/O state machines of an RP2040, as maps, by `pio/set` and its kin.

An instruction is a map such as ``{:op :set :dest :pins :value 1}``; `pio/assemble`
(pio_assembling.py) makes words of them.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import integer_argument, map_argument
from lispcore.library.registry import function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    FALSE,
    TRUE,
    Keyword,
    Map,
    Symbol,
    Value,
    intern_keyword,
)

CHAPTER = "pio"

MOST: Final = 31

Codes = dict[str, int]


def _codes(words: str, *numbers: int) -> Codes:
    return dict(zip(words.split(), numbers or range(8), strict=False))


CONDITIONS: Final = _codes("always !x x-- !y y-- x!=y pin !osre")
WAIT_SOURCES: Final = _codes("gpio pin irq")
IN_SOURCES: Final = _codes("pins x y null isr osr", 0, 1, 2, 3, 6, 7)
OUT_PLACES: Final = _codes("pins x y null pindirs pc isr exec")
MOV_PLACES: Final = _codes("pins x y exec pc isr osr", 0, 1, 2, 4, 5, 6, 7)
MOV_SOURCES: Final = _codes("pins x y null status isr osr", 0, 1, 2, 3, 5, 6, 7)
MOV_CHANGES: Final = _codes("invert reverse", 1, 2)
SET_PLACES: Final = _codes("pins x y pindirs", 0, 1, 2, 4)
IRQ_MODES: Final = _codes("set wait clear")


# --- instructions ---------------------------------------------------------------------------------


def _instruction(op: str, **fields: Value) -> Map:
    named = ((intern_keyword(name.replace("_", "-")), value) for name, value in fields.items())
    return Map.of([(intern_keyword("op"), intern_keyword(op)), *named])


def _word(name: str, value: Value, known: Codes, what: str, argument: int = 0) -> Keyword:
    """Returns a keyword that is one of those known; `what` says which part it is."""
    if type(value) is not Keyword:
        raise wrong_type(name, "keyword", value, argument)
    if value.name not in known:
        raise unknown(name, value.name, known, what)
    return value


def unknown(name: str, word: str, known: Codes, what: str) -> LispError:
    """Returns the error for a keyword that is none of those known."""
    valid = " ".join(f":{each}" for each in known)
    return LispError(f"{name}: there is no {what} :{word}", hint=f"there are {valid}")


def number(name: str, value: Value, least: int, most: int, what: str, argument: int = 0) -> int:
    """Returns an integer in its bounds; `what` says which it is."""
    found = integer_argument(name, value, argument)
    if not least <= found <= most:
        raise LispError(f"{name}: {what} must be from {least} to {most}, got {found}")
    return int(found)


def _label(name: str, value: Value, argument: int) -> Symbol:
    if type(value) is not Symbol:
        raise wrong_type(name, "symbol, the label that is jumped to", value, argument)
    return value


@function(
    "pio/jmp",
    "[condition:keyword] label:symbol",
    "map",
    "Makes a jump to a label, if a condition holds: `:always` (as without one), `:!x`, `:x--`, "
    "`:!y`, `:y--`, `:x!=y`, `:pin`, `:!osre`.",
    [
        ("(pio/jmp :x-- 'again)", "{:cond :x-- :op :jmp :target again}"),
        ("(pio/jmp 'again)", "{:cond :always :op :jmp :target again}"),
        ("(pio/jmp :x 'again)", "error: no condition :x"),
    ],
)
def jmp(condition: Value, label: Value = None) -> Map:
    if label is None and type(condition) is Symbol:
        return _instruction("jmp", cond=intern_keyword("always"), target=condition)
    met = _word("pio/jmp", condition, CONDITIONS, "condition", 1)
    return _instruction("jmp", cond=met, target=_label("pio/jmp", label, 2))


@function(
    "pio/wait",
    "polarity:integer source:keyword index:integer [rel:keyword]",
    "map",
    "Makes an instruction that waits until `:gpio`, `:pin` or `:irq` number `index` is 0 or 1. "
    "With `:rel` the number of a flag counts from that of the state machine.",
    [
        ("(pio/wait 1 :pin 0)", "{:index 0 :op :wait :polarity 1 :source :pin}"),
        ("(pio/wait 2 :pin 0)", "error: from 0 to 1"),
    ],
)
def wait(polarity: Value, source: Value, index: Value, rel: Value = None) -> Map:
    name = "pio/wait"
    level = number(name, polarity, 0, 1, "polarity", 1)
    kind = _word(name, source, WAIT_SOURCES, "source", 2)
    fields = {"polarity": level, "source": kind}
    is_flag = kind.name == "irq"
    place = number(name, index, 0, 7 if is_flag else MOST, "index", 3)
    if rel is not None and not is_flag:
        raise LispError(f"{name}: only the number of an :irq can be :rel")
    return _instruction("wait", **fields, index=place, **_relative(name, rel, 4))


def _relative(name: str, rel: Value, argument: int) -> dict[str, Value]:
    if rel is None:
        return {}
    _word(name, rel, {"rel": 1}, "option", argument)
    return {"rel": TRUE}


@function(
    "pio/in",
    "source:keyword bits:integer",
    "map",
    "Makes an instruction that shifts 1 to 32 bits from `:pins`, `:x`, `:y`, `:null`, `:isr` or "
    "`:osr` into the ISR.",
    [
        ("(pio/in :pins 8)", "{:bits 8 :op :in :source :pins}"),
        ("(pio/in :pins 33)", "error: from 1 to 32"),
    ],
)
def in_(source: Value, bits: Value) -> Map:
    origin = _word("pio/in", source, IN_SOURCES, "source", 1)
    return _instruction("in", source=origin, bits=number("pio/in", bits, 1, 32, "bits", 2))


@function(
    "pio/out",
    "dest:keyword bits:integer",
    "map",
    "Makes an instruction that shifts 1 to 32 bits out of the OSR into `:pins`, `:x`, `:y`, "
    "`:null`, `:pindirs`, `:pc`, `:isr` or `:exec`.",
    [
        ("(pio/out :pins 1)", "{:bits 1 :dest :pins :op :out}"),
        ("(pio/out :osr 1)", "error: no destination :osr"),
    ],
)
def out(dest: Value, bits: Value) -> Map:
    place = _word("pio/out", dest, OUT_PLACES, "destination", 1)
    return _instruction("out", dest=place, bits=number("pio/out", bits, 1, 32, "bits", 2))


def _queue(op: str, condition: str, options: tuple[Value, ...]) -> Map:
    known = _codes(f"block no-block {condition}")
    name = f"pio/{op}"
    given = [_word(name, each, known, "option", at).name for at, each in enumerate(options, 1)]
    if "block" in given and "no-block" in given:
        raise LispError(f"{name}: :block and :no-block exclude each other")
    fields = {
        "block": FALSE if "no-block" in given else TRUE,
        condition: TRUE if condition in given else FALSE,
    }
    return _instruction(op, **fields)


@function(
    "pio/push",
    "& options",
    "map",
    "Makes an instruction that moves the ISR into the RX FIFO. Options: `:no-block` (do not wait "
    "while that is full), `:block`, `:iffull` (only if so many bits have come as the threshold).",
    [
        ("(pio/push)", "{:block #t :iffull #f :op :push}"),
        ("(pio/push :block :no-block)", "error: exclude each other"),
    ],
)
def push(*options: Value) -> Map:
    return _queue("push", "iffull", options)


@function(
    "pio/pull",
    "& options",
    "map",
    "Makes an instruction that moves a word of the TX FIFO into the OSR. Options: `:no-block` (do "
    "not wait while that is empty), `:block`, `:ifempty` (only once as many bits have gone as the "
    "threshold).",
    [
        ("(pio/pull :ifempty :no-block)", "{:block #f :ifempty #t :op :pull}"),
        ("(pio/pull :iffull)", "error: no option :iffull"),
    ],
)
def pull(*options: Value) -> Map:
    return _queue("pull", "ifempty", options)


@function(
    "pio/mov",
    "dest:keyword source:keyword [change:keyword]",
    "map",
    "Makes an instruction that copies `:pins`, `:x`, `:y`, `:null`, `:status`, `:isr` or `:osr` to "
    "`:pins`, `:x`, `:y`, `:exec`, `:pc`, `:isr` or `:osr`; `:invert` or `:reverse` changes the "
    "bits, and a source such as `:!x` is inverted, too.",
    [
        ("(pio/mov :x :osr)", "{:dest :x :op :mov :source :osr}"),
        ("(pio/mov :y :x :invert)", "{:dest :y :mov-op :invert :op :mov :source :x}"),
        ("(pio/mov :null :x)", "error: no destination :null"),
    ],
)
def mov(dest: Value, source: Value, change: Value = None) -> Map:
    name = "pio/mov"
    fields = {"dest": _word(name, dest, MOV_PLACES, "destination", 1)}
    sources = MOV_SOURCES | {f"!{each}": code for each, code in MOV_SOURCES.items()}
    fields["source"] = _word(name, source, sources, "source", 2)
    if change is not None:
        fields["mov_op"] = _word(name, change, MOV_CHANGES, "change", 3)
    return _instruction("mov", **fields)


@function(
    "pio/nop",
    "",
    "map",
    "Makes an instruction that does nothing: it copies Y to itself.",
    [("(pio/nop)", "{:dest :y :op :mov :source :y}")],
)
def nop() -> Map:
    return _instruction("mov", dest=intern_keyword("y"), source=intern_keyword("y"))


@function(
    "pio/irq",
    "mode:keyword index:integer [rel:keyword]",
    "map",
    "Makes an instruction that sets the flag `index` (0 to 7), sets it and waits until it is "
    "cleared (`:wait`), or clears it. With `:rel` it counts from the state machine's number.",
    [
        ("(pio/irq :set 0)", "{:index 0 :mode :set :op :irq}"),
        ("(pio/irq :wait 8)", "error: from 0 to 7"),
    ],
)
def irq(mode: Value, index: Value, rel: Value = None) -> Map:
    name = "pio/irq"
    way = _word(name, mode, IRQ_MODES, "mode", 1)
    place = number(name, index, 0, 7, "index", 2)
    return _instruction("irq", mode=way, index=place, **_relative(name, rel, 3))


@function(
    "pio/set",
    "dest:keyword value:integer",
    "map",
    "Makes an instruction that writes a number from 0 to 31 to `:pins`, `:x`, `:y` or `:pindirs`.",
    [
        ("(pio/set :pins 1)", "{:dest :pins :op :set :value 1}"),
        ("(pio/set :pins 32)", "error: from 0 to 31"),
    ],
)
def set_(dest: Value, value: Value) -> Map:
    place = _word("pio/set", dest, SET_PLACES, "destination", 1)
    return _instruction("set", dest=place, value=number("pio/set", value, 0, MOST, "value", 2))


def _changed(name: str, field: str, value: Value, instruction: Value) -> Map:
    given = map_argument(name, instruction, 2)
    if given.get(intern_keyword("op")) is None:
        raise LispError(f"{name}: this map is no instruction", hint="(pio/nop) makes one")
    added = number(name, value, 0, MOST, field, 1)
    return Map.of([*given.entries(), (intern_keyword(field), added)])


@function(
    "pio/side",
    "value:integer instruction:map",
    "map",
    "Returns an instruction that also drives the side-set pins.",
    [("(pio/side 1 (pio/nop))", "{:dest :y :op :mov :side-set 1 :source :y}")],
)
def side(value: Value, instruction: Value) -> Map:
    return _changed("pio/side", "side-set", value, instruction)


@function(
    "pio/delay",
    "cycles:integer instruction:map",
    "map",
    "Returns an instruction after which the state machine waits for so many cycles.",
    [("(pio/delay 5 (pio/nop))", "{:delay 5 :dest :y :op :mov :source :y}")],
)
def delay(cycles: Value, instruction: Value) -> Map:
    return _changed("pio/delay", "delay", cycles, instruction)
