"""No module is imported from the working folder, nor from beside the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lispcore

ROOT = Path(lispcore.__file__).parent.parent
# Modules of Python, of packages that Lispcore needs, and those that Python looks for by itself.
NAMES = (
    "json re ast enum dataclasses argparse readline threading random decimal sqlite3 zipfile "
    "hashlib typing greenlet httpx pypdf certifi site sitecustomize usercustomize js pyodide"
).split()
PROGRAM = """
(println (json/encode {:a 1}) (regex/match? "a" "a") (hash/sha256 "a"))
(println (try (pdf/page-count #u8(37 80 68 70 45)) (catch e (:type e))))
(println (try (http/get "http://127.0.0.1:9/") (catch e (:type e))))
"""


@pytest.fixture
def hostile(tmp_path) -> Path:
    """A folder full of modules that leave a trace when they are imported, and a program."""
    beside = tmp_path / "programs"
    beside.mkdir()
    for folder in (tmp_path, beside):
        for name in NAMES:
            (folder / f"{name}.py").write_text(
                f"open({str(tmp_path / 'trace')!r}, 'a').write('{name} ')\n"
            )
        (folder / "lispcore_plugin").mkdir()
    (beside / "program.lisp").write_text(PROGRAM)
    return tmp_path


def _start(folder: Path, words: list[str], text: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "lispcore", *words],
        cwd=folder, env=environment, input=text, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (folder / "trace").exists(), (folder / "trace").read_text()
    return done.stdout


def test_a_program_imports_nothing_that_lies_around(hostile) -> None:
    assert '{"a":1} #t' in _start(hostile, ["programs/program.lisp"])
    assert _start(hostile / "programs", ["program.lisp"])
    assert not (hostile / "trace").exists()


def test_neither_does_a_batch_nor_the_repl(hostile) -> None:
    line = json.dumps({"id": 1, "session": "a", "code": PROGRAM})
    answer = json.loads(_start(hostile, ["eval", "--jsonl"], line + "\n"))
    assert answer["error"] is None
    assert answer["output"][0].startswith('{"a":1} #t')
    assert "{" in _start(hostile, [], PROGRAM.replace("\n", " ") + "\n")


def test_who_imports_the_package_keeps_the_search_path(tmp_path) -> None:
    code = "import sys; before = sys.path.copy(); import lispcore; print(before == sys.path)"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "__init__.py").write_text(code)
    (tmp_path / "other" / "__main__.py").write_text("")
    for words in (["-c", code], ["-m", "other"]):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout.split() == ["True"], done.stderr
