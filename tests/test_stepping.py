"""Places that cannot switch stacks: programs with tasks give the same there, in steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost
from lispcore.tasks import stepping
from stepping_host import SteppingHost
from test_cases import CASES, compare, read_cases

# The chapters in which something waits or calls back.
WAITING = ("concurrency", "events", "task_order")
CALLING = ("control", "higher_order", "maps", "sorting", "special_forms", "tools", "context")
PATHS = {path.stem: path for path in CASES}


def stepping_host() -> Any:
    return SteppingHost(SilentHost(TerminalHost()))


@pytest.mark.parametrize("chapter", WAITING)
def test_the_same_in_steps(chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line, program, expected in read_cases(PATHS[chapter]):
        if "terminal" in expected:
            continue
        result = Interpreter(stepping_host()).run(program)
        problem = compare(result, expected)
        assert not problem, f"{chapter}.txt:{line}: {program}\n{problem}"
        if chapter == "task_order":
            assert Interpreter(SilentHost(TerminalHost())).run(program) == result


@pytest.mark.parametrize("chapter", CALLING)
def test_whole_programs_within_a_task(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All functions run in steps, also those that never wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stepping, "CALM", [lambda function: False])
    for line, program, expected in read_cases(PATHS[chapter])[:40]:
        (tmp_path / "program.sema").write_text(program)
        result = Interpreter(stepping_host()).run('(await (async (load "program.sema")))')
        if result["error"] and "value" not in expected:
            assert expected["error"][0].strip() in result["error"]["message"], (chapter, line)
        else:
            problem = compare(result, expected)
            assert not problem, f"{chapter}.txt:{line}: {program}\n{problem}"
