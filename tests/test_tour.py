"""The tour (docs/tour.md): every program runs, every task is open at first, every solution solves it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost

TOUR = Path(__file__).resolve().parent.parent / "docs" / "tour.md"
STEPS = 10
BLOCK = re.compile(r"^```(lisp|lisp solution|check)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# A step about mistakes begins with one.
FAILS = "When something is wrong"


class Step(NamedTuple):
    title: str
    code: str
    solution: str
    check: dict[str, str]


def read_steps() -> list[Step]:
    steps = []
    for text in TOUR.read_text("utf-8").split("\n## ")[1:]:
        blocks = BLOCK.findall(text)
        assert [kind for kind, _ in blocks] == ["lisp", "lisp solution", "check"]
        code, solution, check = (content for _, content in blocks)
        patterns = dict(line.split(": ", 1) for line in check.splitlines())
        steps.append(Step(text.split("\n", 1)[0], code, solution, patterns))
    return steps


def run(code: str) -> dict[str, Any]:
    return Interpreter(TerminalHost(environment={})).run(code)


def is_solved(step: Step, code: str, result: dict[str, Any]) -> bool:
    found = {
        "value": result["value"] or "",
        "output": "\n".join(result["output"]),
        "code": code,
    }
    assert step.check.keys() <= found.keys()
    fits = [re.search(pattern, found[what]) for what, pattern in step.check.items()]
    return result["error"] is None and all(fits)


def test_it_has_ten_steps() -> None:
    assert len(read_steps()) == STEPS


@pytest.mark.parametrize("step", read_steps(), ids=lambda step: step.title)
def test_a_step_runs_and_its_solution_solves_it(step: Step) -> None:
    result = run(step.code)
    assert (result["error"] is not None) == (step.title == FAILS)
    assert not is_solved(step, step.code, result)
    result = run(step.solution)
    assert is_solved(step, step.solution, result), result
