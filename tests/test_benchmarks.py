"""The benchmark programs run, and give the same in a loop written in place and called once more."""

from __future__ import annotations

import pytest

from benchmarks.programs import PROGRAMS, Program
from lispcore import Interpreter


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_benchmark_gives_the_same_value_again(program: Program) -> None:
    interpreter = Interpreter()
    first = interpreter.run(f"{program.definitions}\n{program.expression}")
    assert first["error"] is None
    again = Interpreter().run(f"{program.definitions}\n(define (run) {program.expression})\n(run)")
    assert again == first


def test_names_are_different() -> None:
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS)
