"""Runs the language cases in tests/cases/: programs as data, each with what it must give.

A file holds blocks separated by blank lines. A block is a program, then ``=> value`` (the printed
value; nil when there is none), ``out: line`` for each printed line, or ``error: part of the message``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def read_cases(path: Path) -> list[tuple[int, str, dict[str, list[str]]]]:
    """Returns (line, program, expectations) for each block of a file."""
    cases = []
    program: list[str] = []
    expected: dict[str, list[str]] = {}
    start = 0
    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), ""], start=1):
        for mark, key in (
            ("=> ", "value"),
            ("out: ", "out"),
            ("out:", "out"),
            ("error: ", "error"),
            ("terminal: ", "terminal"),
        ):
            if line.startswith(mark):
                expected.setdefault(key, []).append(line[len(mark) :])
                break
        else:
            if line.strip() == "" and expected:
                cases.append((start, "\n".join(program), expected))
                program, expected = [], {}
            elif line.strip() or program:
                if "value" in expected:  # a value printed over several lines
                    expected["value"].append(line)
                    continue
                if not program:
                    start = number
                program.append(line)
    return cases


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # programs write files
    cases = read_cases(path)
    assert cases
    failures = []
    for line, program, expected in cases:
        result = Interpreter(SilentHost(TerminalHost())).run(program)
        problem = compare(result, expected)
        if problem:
            failures.append(f"{path.name}:{line}: {program}\n    {problem}")
    assert not failures, f"{len(failures)} of {len(cases)}\n" + "\n".join(failures[:40])


def compare(result: dict, expected: dict[str, list[str]]) -> str:
    """Returns what is wrong with a result, or an empty string."""
    if "error" in expected:
        if result["error"] is None:
            return f"expected an error with {expected['error'][0]!r}, got {result['value']}"
        if expected["error"][0].strip() not in result["error"]["message"]:
            return f"expected {expected['error'][0]!r} in {result['error']['message']!r}"
    elif result["error"] is not None:
        return f"error: {result['error']['message']} ({result['error']['hint']})"
    if "value" in expected:
        wanted = "\n".join(expected["value"]).strip()
        got = "nil" if result["value"] is None else result["value"]
        if got != wanted:
            return f"expected {wanted}, got {got}"
    if "out" in expected and result["output"] != expected["out"]:
        return f"expected output {expected['out']}, got {result['output']}"
    return ""
