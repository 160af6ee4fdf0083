"""Programs for the RP2040's state machines: words that the chip's datasheet gives for them."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))  # type: ignore[arg-type]


def words(instructions: str, options: str = "{}") -> list[int]:
    program = f"(:instructions (pio/assemble (list {instructions}) {options}))"
    found: Any = Interpreter(FakeHost()).eval(program)  # type: ignore[arg-type]
    return [found[at] | found[at + 1] << 8 for at in range(0, len(found), 2)]


@pytest.mark.parametrize(
    ("instruction", "word"),
    [
        ("(pio/jmp :!osre 'end) 'end", 0x00E1),
        ("(pio/wait 1 :gpio 31)", 0x209F),
        ("(pio/wait 0 :pin 2)", 0x2022),
        ("(pio/wait 1 :irq 3 :rel)", 0x20D3),
        ("(pio/in :osr 32)", 0x40E0),
        ("(pio/in :null 31)", 0x407F),
        ("(pio/out :exec 16)", 0x60F0),
        ("(pio/push)", 0x8020),
        ("(pio/push :iffull :no-block)", 0x8040),
        ("(pio/pull)", 0x80A0),
        ("(pio/pull :ifempty :no-block)", 0x80C0),
        ("(pio/mov :osr :status :reverse)", 0xA0F5),
        ("(pio/mov :pins :!null)", 0xA00B),
        ("(pio/nop)", 0xA042),
        ("(pio/irq :set 7)", 0xC007),
        ("(pio/irq :clear 1 :rel)", 0xC051),
        ("(pio/set :pindirs 31)", 0xE09F),
        ("(pio/delay 31 (pio/nop))", 0xBF42),
    ],
)
def test_each_instruction_is_its_word(instruction: str, word: int) -> None:
    assert words(instruction) == [word]


def test_delay_and_side_set_share_a_field() -> None:
    both = "(pio/side 1 (pio/delay 7 (pio/nop))) (pio/nop)"
    assert words(both, "{:side-set-bits 2}") == [0xAF42, 0xA042]
    # An optional side-set says whether it is there.
    assert words(both, "{:side-set-bits 1 :side-set-opt #t}") == [0xBF42, 0xA042]
    assert words("(pio/side 31 (pio/nop))", "{:side-set-bits 5}") == [0xBF42]


def test_a_square_wave_with_labels_and_wrap() -> None:
    program = """(pio/assemble (list (pio/set :pindirs 1) :wrap-target 'again
      (pio/delay 1 (pio/set :pins 1)) (pio/set :pins 0) :wrap (pio/jmp 'again)))"""
    assert run(program) == (
        "{:instructions #u8(129 224 1 225 0 224 1 0) :length 4 :wrap 2 :wrap-target 1}"
    )
    assert run("(pio/assemble '())") == "{:instructions #u8() :length 0 :wrap 0 :wrap-target 0}"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("(pio/wait 1 :irq 8)", "from 0 to 7"),
        ("(pio/wait 1 :pin 3 :rel)", "only the number of an :irq"),
        ("(pio/delay 1 {:a 1})", "no instruction"),
        ("(pio/jmp :x-- 5)", "symbol"),
        ("(pio/assemble (list 'a 'a))", "stands twice"),
        ("(pio/assemble (list :wrap))", "behind the last instruction of a loop"),
        ("(pio/assemble (list :loop))", "no mark :loop"),
        ("(pio/assemble (list {:op :fly}))", "no instruction :fly"),
        ("(pio/assemble (list {:op :set :dest :pins :value 99}))", "from 0 to 31"),
        ("(pio/assemble (list (pio/delay 16 (pio/nop))) {:side-set-bits 1})", "from 0 to 15"),
        ("(pio/assemble (list) {:side-set-bits 5 :side-set-opt #t})", "leave none"),
        ("(pio/assemble (map (fn (i) (pio/nop)) (range 33)))", "room for 32"),
    ],
)
def test_what_the_chip_does_not_have_is_refused(program: str, reason: str) -> None:
    with pytest.raises(LispError, match=reason):
        run(program)
