"""The pytest plugin: the test of three lines that the documentation shows, in a run of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chromium import find_chromium
from lispcore.pytest_plugin import NO_MORE, ScriptedModel

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300

FOLDER = """
import pathlib, pytest

@pytest.fixture(scope="session")
def playground_folder():
    return pathlib.Path({folder!r})
"""
MORE = """

def test_links_files_and_errors(playground):
    model = playground.model("one two", "three")
    code = '(println (file/read "a.txt")) (list (llm/complete "x") (llm/complete "y"))'
    result = playground.run(code, files={"a.txt": b"from a file"})
    assert (result.value, result.output) == ('("one two" "three")', ["from a file"])
    assert [asked["messages"][-1]["content"] for asked in model.requests] == ["x", "y"]
    assert len(playground.calls()) == 2
    assert "from a file" in playground.output()
    assert "no more replies" in playground.run('(llm/complete "z")').error["message"]

    playground.page.evaluate("playground.setCode('(* 6 7)')")
    link = playground.link()
    playground.open(link)
    assert playground.code() == "(* 6 7)"
    assert playground.run().value == "42"
"""


def example() -> str:
    """Returns the test that the module's own documentation shows."""
    import lispcore.pytest_plugin

    lines = (lispcore.pytest_plugin.__doc__ or "").splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    "))


@pytest.mark.browser
def test_a_test_of_three_lines_works(tmp_path: Path, dist: Path) -> None:
    assert len(example().splitlines()) == 3
    assert example() in (ROOT / "docs" / "python.md").read_text("utf-8")
    (tmp_path / "conftest.py").write_text(FOLDER.format(folder=str(dist)))
    (tmp_path / "test_mine.py").write_text(example() + MORE)
    words = ["-q", "-p", "lispcore.pytest_plugin", "-p", "no:playwright", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LISPCORE_CHROMIUM": find_chromium() or ""},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_a_scripted_model_answers_in_turn() -> None:
    model = ScriptedModel(["Hello you", "", "ä"])
    status, kind, body = model.answer(b'{"stream": true, "messages": []}')
    assert (status, kind) == (200, "text/event-stream")
    parts = [line.removeprefix("data: ") for line in body.decode().split("\n\n") if line]
    assert parts.pop() == "[DONE]"
    choices = [each for part in parts for each in json.loads(part)["choices"]]
    assert "".join(each["delta"].get("content", "") for each in choices) == "Hello you"
    assert choices[-1]["finish_reason"] == "stop"
    assert json.loads(model.answer(b'{"stream": true}')[2].split(b"\n")[0][6:])
    status, kind, body = model.answer(b"{}")
    assert (status, kind) == (200, "application/json")
    assert json.loads(body)["choices"][0]["message"]["content"] == "ä"
    status, _kind, body = model.answer(b"{}")
    assert status == 400
    assert json.loads(body)["error"]["message"] == NO_MORE
    assert len(model.requests) == 4


def test_the_package_brings_the_plugin() -> None:
    import tomllib

    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert about["entry-points"]["pytest11"] == {"lispcore": "lispcore.pytest_plugin"}
    assert any(
        each.startswith("playwright") for each in about["optional-dependencies"]["playwright"]
    )
