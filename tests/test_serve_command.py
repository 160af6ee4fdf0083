"""`lispcore serve`, and the wheel that has the page in it."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from building.project import Project
from building.wheel import gather
from lispcore.__main__ import main
from lispcore.commands import serving

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that was built, in small."""
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hi</h1>")
    (folder / "embed.js").write_text("let x;")
    (folder / "embed.js.br").write_text("squeezed")
    (folder / "_headers").write_text("/embed.js\n  Cross-Origin-Resource-Policy: cross-origin\n")
    return folder


def test_it_serves_until_it_is_told_to_end(page: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.lisp"
    program.write_text("(+ 1 2)")
    code = (
        "import sys; from pathlib import Path\n"
        "from lispcore.commands import serving\n"
        f"serving.PLACES = (Path({str(page)!r}),)\n"
        "from lispcore.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["serve", str(program), "--port", "0", "--no-open", "--prefix", "/play/"]
    command = [sys.executable, "-c", code, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        url, mark, link = address.partition("#")
        assert url.endswith("/play/")
        assert (mark, link[:3]) == ("#", "v1=")
        with urllib.request.urlopen(url, timeout=30) as reply:
            assert reply.read() == b"<h1>Hi</h1>"
        asked = urllib.request.Request(f"{url}embed.js", headers={"Accept-Encoding": "br"})
        with urllib.request.urlopen(asked, timeout=30) as reply:
            assert reply.read() == b"squeezed"
            assert reply.headers["Content-Encoding"] == "br"
            assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        process.terminate()
        assert process.wait(30) == 0
        assert process.stdout.read().endswith("Stopped.\n")


def test_without_a_page_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "PLACES", (tmp_path,))
    assert main(["serve", "--no-open"]) == 1
    assert "build.py wheel" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--port"], ["--port", "x"], ["--port=70000"], ["--what"], ["a", "b"], ["--prefix", "play"]],
)
def test_wrong_words_are_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", *words]) == 2
    assert capsys.readouterr().err


def test_a_program_that_is_not_there(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "PLACES", (page,))
    assert main(["serve", "nowhere.lisp", "--no-open"]) == 2
    assert "nowhere.lisp" in capsys.readouterr().err


def test_the_wheel_is_made_of_the_package_and_the_page(page: Path, tmp_path: Path) -> None:
    project = Project(ROOT)
    project.dist = page
    folder = tmp_path / "sources"
    folder.mkdir()
    gather(project, folder)
    assert (folder / "lispcore" / "page" / "embed.js.br").read_text() == "squeezed"
    assert (folder / "lispcore" / "commands" / "serving.py").is_file()
    assert (folder / "pyproject.toml").is_file()
    assert not list(folder.rglob("__pycache__"))
    assert not (ROOT / "lispcore" / "page").exists()
