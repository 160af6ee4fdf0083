"""Compares Lispcore with the recorded answers of the peer (tests/differential/, record.py).

Value, printed output and success or failure must be equal; the texts of errors are our own. Every
difference must stand in differential/deviations.txt under its reason, and nothing else may.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost

FOLDER = Path(__file__).parent / "differential"
TOPICS = sorted(FOLDER.glob("*.jsonl"))


@pytest.fixture(autouse=True)
def _no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that read find an end at once, wherever the tests run."""
    monkeypatch.setattr("sys.stdin", io.StringIO())


def read_deviations() -> dict[str, str]:
    """Returns the reason of each listed program: ``# reason`` lines head indented programs."""
    reasons: dict[str, str] = {}
    reason = ""
    for line in (FOLDER / "deviations.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.startswith("  "):
            reasons[line[2:]] = reason
    return reasons


def read_topic(path: Path) -> list[dict]:
    """Returns the recorded answers of a data file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def difference(recorded: dict) -> str:
    """Returns how our answer to a program differs from the peer's, or an empty string."""
    ours = Interpreter(SilentHost(TerminalHost())).run(recorded["program"])
    if "crash" in recorded:
        return f"the peer crashes; ours: {ours['value']} {ours['error']}"
    if (ours["error"] is None) != (recorded["error"] is None):
        failure = ours["error"] and ours["error"]["message"]
        return (
            f"ours {ours['value']} error {failure!r}; "
            f"theirs {recorded['value']} error {recorded['error']!r}"
        )
    if ours["error"] is not None and ours["error"]["type"] == "fault":
        return f"a fault: {ours['error']['message']}"
    if ours["value"] != recorded["value"]:
        return f"ours {ours['value']}; theirs {recorded['value']}"
    printed = "".join(line + "\n" for line in ours["output"])
    if printed != "".join(line + "\n" for line in recorded["output"]):
        return f"ours printed {ours['output']}; theirs {recorded['output']}"
    return ""


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_same_answers_as_the_peer(path: Path) -> None:
    reasons = read_deviations()
    unlisted = []
    for recorded in read_topic(path):
        found = difference(recorded)
        if found and recorded["program"] not in reasons:
            unlisted.append(f"{recorded['program']}\n    {found}")
    assert not unlisted, f"{len(unlisted)} differences without a reason:\n" + "\n".join(unlisted)


def test_listed_deviations_are_real_and_few() -> None:
    reasons = read_deviations()
    answers = {each["program"]: each for path in TOPICS for each in read_topic(path)}
    assert all(reasons.values())
    assert not reasons.keys() - answers.keys()
    assert [program for program in reasons if not difference(answers[program])] == []
    # Most are programs that the peer refuses; where both give an answer, few may differ.
    answered = [
        each for each in reasons if not answers[each]["error"] and "crash" not in answers[each]
    ]
    assert len(answered) <= 0.015 * len(answers)
