"""The package as an index and a clean machine see it: its description, and its wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

from aimock import node
from building.metadata import described, home_of, links

ROOT = Path(__file__).resolve().parent.parent
HOME = "https://example.org/somebody/lispcore"
CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = {}\n\tfetch = +refs/heads/*:x\n'


def test_links_lead_somewhere_from_anywhere() -> None:
    text = "![A b](docs/a.png)\n[c](./docs/c.md#d) [e](https://x.org/) [f](#f) `[g](h)`x"
    shown = described(text, HOME)
    assert f"![A b]({HOME}/raw/HEAD/docs/a.png)" in shown
    assert f"[c]({HOME}/blob/HEAD/docs/c.md#d) [e](https://x.org/) [f](#f)" in shown
    assert described("a ![b](c.png) [d](e.md)\n\n\n\nf", "") == "a  d\n\nf"


@pytest.mark.parametrize("home", [HOME, ""])
def test_no_link_of_the_readme_leads_to_a_file_beside_it(home: str) -> None:
    shown = described((ROOT / "README.md").read_text("utf-8"), home)
    found = re.findall(r"\]\(([^)]*)\)", shown)
    assert found
    assert all(each.startswith(("https://", "http://", "#")) for each in found), found


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://example.org/a/b.git", "https://example.org/a/b"),
        ("git@example.org:a/b.git", "https://example.org/a/b"),
        ("ssh://git@example.org/a/b", "https://example.org/a/b"),
        ("https://user:secret@example.org/a/b", ""),
        ("/srv/git/b", ""),
        ("../b", ""),
    ],
)
def test_the_address_is_that_of_a_public_remote(
    address: str, home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LISPCORE_HOME", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    assert home_of(tmp_path) == ""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(CONFIG.format(address))
    assert home_of(tmp_path) == home
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/mine")
    assert home_of(tmp_path) == "https://github.com/me/mine"
    monkeypatch.setenv("LISPCORE_HOME", f"{HOME}/")
    assert home_of(tmp_path) == HOME


def test_an_index_has_its_links() -> None:
    assert set(links(HOME)) >= {"Homepage", "Documentation", "Changelog", "Issues"}
    assert all(each.startswith(HOME) for each in links(HOME).values())


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two wheels, made one after the other of two copies of the sources."""
    made = []
    for number in (1, 2):
        folder = tmp_path_factory.mktemp(f"copy{number}")
        for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "building").mkdir()
        shutil.copyfile(ROOT / "building" / "metadata.py", folder / "building" / "metadata.py")
        leave = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(
            ROOT / "lispcore", folder / "lispcore", ignore=leave, copy_function=shutil.copyfile
        )
        program = "import hatchling.build as b; print(b.build_wheel('made'))"
        words = [sys.executable, "-P", "-c", program]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
        made.append(folder / "made" / done.stdout.split()[-1])
    return made


def test_the_same_sources_give_the_same_wheel(wheels: list[Path]) -> None:
    first, second = (each.read_bytes() for each in wheels)
    assert first == second


def test_what_the_wheel_says_of_itself(wheels: list[Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as file:
        (name,) = [each for each in file.namelist() if each.endswith("/METADATA")]
        said = message_from_bytes(file.read(name))
        names = set(file.namelist())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert said["Description-Content-Type"] == "text/markdown"
    assert "](docs/" not in said.get_payload()
    assert set(said.get_all("Classifier")) == set(project["classifiers"])
    assert set(said.get_all("Provides-Extra")) == set(project["optional-dependencies"])
    # What a browser cannot have is not asked for there: micropip would refuse all of it.
    needed = [each for each in said.get_all("Requires-Dist") if "extra ==" not in each]
    for each in needed:
        if each.startswith(("greenlet", "httpx")):
            assert "sys_platform != 'emscripten'" in each
    assert "lispcore/py.typed" in names
    assert not [each for each in names if each.startswith(("tests", "building", "web"))]


def test_the_wheel_alone_runs(wheels: list[Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(wheels[0]) as file:
        file.extractall(tmp_path)
    texts = ("(+ 1 2)", "(async/await (async (* 6 7)))", '(length (llm/complete "hi"))')
    words = [each for text in texts for each in ("-p", text)]
    ran = subprocess.run(
        [sys.executable, "-S", "-P", "-m", "lispcore", *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(r"3\n42\n\d+\n", ran.stdout)


WHEELS = ROOT / "dist" / "wheels"
PYODIDE = ROOT / "web" / "node_modules" / "pyodide" / "pyodide.mjs"
# Python in Node.js, which has no network here: micropip finds what the wheel needs among the files.
IN_PYODIDE = """
import fs from "node:fs";
const [pyodide, ...wheels] = process.argv.slice(1);
const { loadPyodide } = await import(pyodide);
const python = await loadPyodide();
for (const wheel of wheels) python.FS.writeFile("/tmp/" + wheel.split("/").at(-1), fs.readFileSync(wheel));
console.log(await python.runPythonAsync(`
import glob, sys
wheels = ["emfs:" + each for each in sorted(glob.glob("/tmp/*.whl"))]
sys.path += glob.glob("/tmp/micropip-*.whl")
import micropip
own = [each for each in wheels if "/lispcore-" in each]
await micropip.install([each for each in wheels if each not in own and "/micropip-" not in each])
await micropip.install(own)
from lispcore import Interpreter
lisp = Interpreter()
lisp.define("double", lambda n: 2 * n)
texts = ["(double 21)", "(async/await (async (+ 1 2)))", '(markdown/to-html "# x")']
str([lisp.eval(each, python=True) for each in texts])
`));
"""


@pytest.mark.skipif(
    node() is None or not PYODIDE.exists() or not any(WHEELS.glob("micropip-*.whl")),
    reason="Node.js, Pyodide or the built page is not there",
)
def test_micropip_installs_the_wheel_in_pyodide(wheels: list[Path]) -> None:
    files = [wheels[0], *WHEELS.glob("*.whl")]
    words = [str(node()), "--input-type=module", "-e", IN_PYODIDE, PYODIDE.as_uri()]
    ran = subprocess.run(
        [*words, *map(str, files)], capture_output=True, text=True, timeout=400, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "[42, 3, '<h1>x</h1>\\n']"
