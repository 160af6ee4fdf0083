"""The action for GitHub: its script runs tests and evaluations from recordings, and ends as they do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ACTION = (ROOT / "action.yml").read_text("utf-8")
PROGRAM = """
(llm/define-provider :p {:complete (fn (r) "yes")})
(deftest asks (is (= (llm/complete "q") "yes")))
(defeval says {:cases [{:expect "EXPECTED"}]} (fn (row) (llm/complete "q")))
"""


def script() -> str:
    """Returns the step that runs the programs."""
    _, mark, rest = ACTION.partition("      run: |\n")
    assert mark
    lines = []
    for line in rest.splitlines():
        if line.strip() and not line.startswith(" " * 8):
            break
        lines.append(line[8:])
    return "\n".join(lines)


def run(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "bin").mkdir(exist_ok=True)
    command = folder / "bin" / "lispcore"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lispcore "$@"\n')
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "FILES": "*.lisp",
        "LIVE": "false",
        "ARGUMENTS": "",
        "REPORTS": "reports",
        **variables,
    }
    return subprocess.run(
        ["bash", "-c", script()], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_its_script_ends_as_the_tests_do(tmp_path: Path) -> None:
    missing = run(tmp_path)
    assert missing.returncode == 1
    assert "::error::no file" in missing.stdout
    program = tmp_path / "a.lisp"
    program.write_text(PROGRAM.replace("EXPECTED", "yes"))
    assert run(tmp_path).returncode == 1  # nothing is recorded, and nobody is asked
    live = run(tmp_path, LIVE="true", ARGUMENTS="--filter s")
    assert live.returncode == 0, live.stdout + live.stderr
    assert "1 tests, 0 failed" in live.stdout
    assert "1 evaluation, 0 failed" in (tmp_path / "summary.md").read_text()
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == sorted(
        f"{kind}.{ending}" for kind in ("test", "eval") for ending in ("xml", "json", "html")
    )


def test_each_input_is_declared_and_used() -> None:
    declared = set(re.findall(r"^  ([a-z-]+):$", ACTION.partition("runs:")[0], re.MULTILINE))
    used = set(re.findall(r"inputs\.([a-z-]+)", ACTION))
    assert declared == used
