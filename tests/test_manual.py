"""The manual (docs/manual/): every program in it runs, page by page, on the demo model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from images import jpeg
from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
LEAST = 25
BLOCK = re.compile(r"^```lisp\n(.*?)^```", re.MULTILINE | re.DOTALL)


def listed() -> list[str]:
    lines = (MANUAL / "contents.txt").read_text("utf-8").splitlines()
    return [name for line in lines if line[0] != "#" for name in line.split(": ")[1].split()]


def test_every_page_is_listed_once() -> None:
    assert sorted(listed()) == [page.stem for page in PAGES]
    assert len(PAGES) >= LEAST


@pytest.mark.parametrize("chapter", PAGES, ids=lambda path: path.stem)
def test_its_programs_run_one_after_another(
    chapter: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(jpeg(40, 30))
    text = chapter.read_text("utf-8")
    assert text.startswith("# ")
    session = Interpreter(TerminalHost(environment={}))
    for program in BLOCK.findall(text):
        result = session.run(program)
        assert result["error"] is None, program
        assert result["output"] or result["value"] is not None, program
