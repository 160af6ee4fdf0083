"""`build.py fuzz`: coverage-guided fuzzing of what reads texts and bytes from outside.

Targets in Python run under atheris (libFuzzer), the decoder of links in Node.js with its coverage.
What they learn is kept in .venv/fuzz/. An input that fails is put into tests/fuzz-corpus/, which
the ordinary suite runs from then on.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from building.project import Project
from building.running import Problem, say

IN_PYTHON = ("reader", "framing", "wire", "json-repair", "archives")
LINKS = "links"
ALL = (*IN_PYTHON, LINKS)
MOST_MEGABYTES = 2048
SLOWEST_SECONDS = 20
LONGEST_INPUT = 4096


def corpus_of(project: Project, target: str) -> Path:
    """Returns the folder with the kept inputs of a target."""
    return project.root / "tests" / "fuzz-corpus" / target


def _install(project: Project) -> None:
    try:
        project.install_python_packages("fuzz")
    except Problem as problem:
        raise Problem(
            f"{problem}\nThe fuzzer atheris comes for Python 3.11 to 3.13 on Linux (x86-64): make "
            ".venv/ with one of them, or fuzz links only."
        ) from None


def _learned(project: Project, target: str) -> Path:
    """Returns the folder in which a target's corpus grows, with the kept inputs in it."""
    folder = project.venv / "fuzz" / target
    folder.mkdir(parents=True, exist_ok=True)
    kept = corpus_of(project, target)
    for file in sorted(kept.iterdir()) if kept.is_dir() else ():
        shutil.copy(file, folder / file.name)
    return folder


def _python_command(project: Project, target: str, seconds: int) -> list[str]:
    return [
        *(str(project.python), str(project.root / "tests" / "fuzz_run.py"), target),
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-max_len={LONGEST_INPUT}",
        "-print_final_stats=1",
        "-verbosity=0",
        f"-artifact_prefix={corpus_of(project, target)}/found-",
        str(_learned(project, target)),
    ]


def _links_command(project: Project, node: str, seconds: int) -> list[str]:
    return [
        *(node, str(project.root / "tests" / "fuzz_links.mjs"), "--seconds", str(seconds)),
        *("--module", (project.web / "src" / "sharing" / "link.js").as_uri()),
        *("--corpus", str(_learned(project, LINKS))),
        *("--found", str(corpus_of(project, LINKS))),
    ]


def fuzz(project: Project, targets: Sequence[str], minutes: float) -> int:
    """Fuzzes each target for an equal part of the time; returns 1 if one failed."""
    chosen = list(targets) or list(ALL)
    unknown = [target for target in chosen if target not in ALL]
    if unknown:
        raise Problem(f"There is no target {unknown[0]}; these are: {', '.join(ALL)}.")
    with project.only_one():
        project.make_venv()
        project.install_python_packages("dev")
        if set(chosen) & set(IN_PYTHON):
            _install(project)
        node = project.node()
        if LINKS in chosen:
            project.install_npm_packages(node)
    seconds = max(1, round(minutes * 60 / len(chosen)))
    failed = []
    for target in chosen:
        say(f"\n--- {target}: {seconds} s")
        corpus_of(project, target).mkdir(parents=True, exist_ok=True)
        if target == LINKS:
            command = _links_command(project, node.node, seconds)
        else:
            command = _python_command(project, target, seconds)
        if subprocess.run(command, cwd=project.root, check=False).returncode != 0:
            failed.append(target)
    if failed:
        say(f"\nFailed: {', '.join(failed)}. The inputs are in tests/fuzz-corpus/, named found-….")
    return 1 if failed else 0
