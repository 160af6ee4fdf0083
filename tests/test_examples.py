"""The examples of the page (web/examples/): each runs on the demo model and shows something."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from images import jpeg, png
from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost
from test_page_tables import TOOL

LEAST = 70
FOUND: list[dict[str, Any]] = TOOL.read_examples()


def test_every_file_is_listed_once() -> None:
    slugs = [each["slug"] for each in FOUND]
    files = [
        path.relative_to(TOOL.EXAMPLES).with_suffix("").as_posix()
        for path in TOOL.EXAMPLES.rglob("*.lisp")
    ]
    assert sorted(slugs) == sorted(files)
    assert len(files) >= LEAST
    assert len({each["title"] for each in FOUND}) == len(files)


@pytest.mark.parametrize("example", FOUND, ids=lambda each: str(each["slug"]))
def test_it_runs_and_shows_something(
    example: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("Ada\n"))
    for name in example["files"]:
        data = png(40, 30) if name.endswith(".png") else jpeg(40, 30)
        (tmp_path / name).write_bytes(data)
    result = Interpreter(SilentHost(TerminalHost())).run(example["code"])
    assert result["error"] is None
    assert result["output"] or result["value"]


def test_the_program_of_an_example_is_kept_word_for_word() -> None:
    assert TOOL.template('f"${x}" `y` \\d $') == '`f"\\${x}" \\`y\\` \\\\d $`'
