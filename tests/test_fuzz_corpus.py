"""What the fuzzer has learned and found (`build.py fuzz`), run once more: nothing of it may fail."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from aimock import node
from building.fuzzing import ALL, IN_PYTHON, LINKS
from fuzz_targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "fuzz-corpus"


def inputs(target: str) -> list[Path]:
    return sorted((CORPUS / target).iterdir())


@pytest.mark.parametrize("target", IN_PYTHON)
def test_inputs_that_are_kept(target: str) -> None:
    assert inputs(target)
    for file in inputs(target):
        try:
            TARGETS[target](file.read_bytes())
        except BaseException as error:
            error.add_note(f"the input is {file.relative_to(ROOT)}")
            raise


@pytest.mark.skipif(node() is None, reason="Node.js is not installed")
def test_links_that_are_kept() -> None:
    assert inputs(LINKS)
    module = (ROOT / "web" / "src" / "sharing" / "link.js").as_uri()
    script = str(ROOT / "tests" / "fuzz_links.mjs")
    command = [str(node()), script, "--corpus", str(CORPUS / LINKS), "--module", module]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{len(inputs(LINKS))} inputs of the corpus\n"


def test_every_target_has_a_corpus() -> None:
    assert set(TARGETS) == set(IN_PYTHON)
    assert {folder.name for folder in CORPUS.iterdir()} == set(ALL)
    assert sum(file.stat().st_size for file in CORPUS.rglob("*") if file.is_file()) < 1_000_000
