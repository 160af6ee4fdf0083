"""The documents keep their word: programs in the README run, links lead somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from images import jpeg
from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.emit import python_code
from lispcore.hosts.terminal import TerminalHost

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text()

LINK = re.compile(r"\]\(([^)\s]+)\)")


def blocks(language: str, document: str = README) -> list[str]:
    """Returns the code blocks of a document, the README, in one language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize("program", blocks("scheme"))
def test_programs_of_the_readme_run_on_the_demo_model(
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "photo.jpg").write_bytes(jpeg(30, 20))
    monkeypatch.chdir(tmp_path)
    result = Interpreter(TerminalHost(environment={})).run(program)
    assert result["error"] is None
    said = f"{result['value']} {result['output']} {capsys.readouterr().out}"
    assert "demo" in said.lower()


@pytest.mark.parametrize("program", blocks("python"))
def test_python_of_the_readme_runs(program: str) -> None:
    *_, last = program.strip().splitlines()
    names: dict[str, object] = {}
    exec(program, names)
    assert eval(last, names) == 144


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [each.split("#")[0] for each in LINK.findall(document.read_text())]
    local = [each for each in targets if each and not re.match(r"[a-z]+:", each)]
    assert [each for each in local if not (document.parent / each).exists()] == []


def test_the_code_that_is_shown_is_the_code_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = (ROOT / "docs/architecture.md").read_text()
    ((program,), (code,)) = blocks("scheme", shown), blocks("python", shown)
    written: list[str] = []

    def compiled(definition: ast.stmt, file: str) -> object:
        written.append(ast.unparse(ast.fix_missing_locations(definition)))
        return compile_python(definition, file)

    compile_python = python_code.compile_python
    monkeypatch.setattr(pipeline, "compile_python", compiled)
    Interpreter().eval(program)
    # Variables have numbers, helpers begin with a space, and all is inside of " main".
    plain = re.sub(r"(?<=\w) \d+", "_1", written[0])
    assert all(line.strip() in plain.replace("  ", " ") for line in code.strip().splitlines())
