"""The wheel of the package, with the built page in it: `lispcore serve` needs no Node.js then.

It is made of a copy, so that the page never lies among the sources.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from building.project import Project
from building.running import Problem, run_shown

FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
# The same sources give the same wheel (https://reproducible-builds.org/specs/source-date-epoch/).
EPOCH = "1577836800"


def gather(project: Project, folder: Path) -> None:
    """Puts together what the wheel is made of."""
    for name in FILES:
        shutil.copy(project.root / name, folder / name)
    (folder / "building").mkdir()
    shutil.copy(project.root / "building" / "metadata.py", folder / "building" / "metadata.py")
    if (project.root / ".git" / "config").is_file():  # from where the address is known
        (folder / ".git").mkdir()
        shutil.copy(project.root / ".git" / "config", folder / ".git" / "config")
    leave = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(project.root / "lispcore", folder / "lispcore", ignore=leave)
    shutil.copytree(project.dist, folder / "lispcore" / "page")


def build_wheel(project: Project) -> Path:
    """Returns the wheel that was written into wheels/; earlier ones of the package go."""
    wheels = project.root / "wheels"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gather(project, folder)
        made = folder / "made"
        pip = [str(project.python), "-m", "pip", "wheel", "--no-deps", "--no-input"]
        run_shown(
            "Building the wheel",
            [*pip, "--disable-pip-version-check", "-w", str(made), str(folder)],
            project.logs / "wheel.log",
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        )
        found = sorted(made.glob("lispcore-*.whl"))
        if not found:
            raise Problem(f"pip wrote no wheel: {project.logs / 'wheel.log'} says why.")
        wheels.mkdir(exist_ok=True)
        for old in wheels.glob("lispcore-*.whl"):
            old.unlink()
        return Path(shutil.copy(found[0], wheels / found[0].name))
