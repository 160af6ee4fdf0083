"""The other Pythons of the machine: the tests that use no browser run on each of them, too.

The page has a newer Python than most machines, and what holds on one need not hold on the next:
the bytecode of a call, what an error says, how deep calls may go.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from building.project import OLDEST_PYTHON, Project, fingerprint
from building.running import run_quietly, run_shown, say

# For later ones the lock files hold no packages.
NEWEST_PYTHON = (3, 14)
# Where programs that install Pythons keep them, besides the places in PATH.
KEPT_BELOW = (
    ("PYENV_ROOT", "~/.pyenv", "versions"),
    ("UV_PYTHON_INSTALL_DIR", "~/.local/share/uv/python", ""),
)
# A folder of such a program: 3.13.0, or cpython-3.13.0-linux-x86_64-gnu.
RELEASE = re.compile(r"(?:cpython-)?3\.(\d+)\.(\d+)(?:-[\w-]+)?")
# Modules that not every Python was built with, and that tests need.
COMPLETE = (
    "import ctypes, sqlite3, ssl, sys, sysconfig, venv, zlib; "
    "usual = not sysconfig.get_config_var('Py_GIL_DISABLED') and sys.version_info[3] == 'final'; "
    "print(*sys.version_info[:2]) if usual else sys.exit('no usual release')"
)


@dataclass(frozen=True)
class Python:
    """A Python: its version, as 3.13, and how to start it."""

    version: str
    path: str


def candidates(
    which: Callable[[str], str | None], home: Callable[[str, str], Path]
) -> Iterator[Python]:
    """Yields what may be a Python, the oldest versions first, of each the likeliest first."""
    kept: list[tuple[int, int, Path]] = []
    for variable, usual, below in KEPT_BELOW:
        folder = home(variable, usual) / below
        for each in folder.iterdir() if folder.is_dir() else ():
            release = RELEASE.fullmatch(each.name)
            if release:
                kept.append((int(release[1]), int(release[2]), each / "bin" / "python3"))
    for minor in range(OLDEST_PYTHON[1], NEWEST_PYTHON[1] + 1):
        version = f"3.{minor}"
        path = which(f"python{version}")
        if path:
            yield Python(version, path)
        for _, _, file in sorted((each for each in kept if each[0] == minor), reverse=True):
            yield Python(version, str(file))


def _home(variable: str, usual: str) -> Path:
    return Path(os.environ.get(variable) or Path(usual).expanduser())


def other_pythons(
    own: str,
    which: Callable[[str], str | None] = shutil.which,
    home: Callable[[str, str], Path] = _home,
) -> list[Python]:
    """Returns one Python of each version from the oldest but the version `own`."""
    found: dict[str, Python] = {}
    faults: dict[str, str] = {}
    for python in candidates(which, home):
        if python.version == own or python.version in found:
            continue
        done = run_quietly([python.path, "-c", COMPLETE])
        if done.stdout.split() == python.version.split("."):
            found[python.version] = python
        elif "Error:" in done.stderr or "release" in done.stderr:  # else it is no Python at all
            faults[python.version] = f"{python.path}: {done.stderr.strip().splitlines()[-1]}"
    for version in faults.keys() - found.keys():
        say(f"Python {version} is left out: {faults[version]}")
    return list(found.values())


def make_other_venv(project: Project, python: Python) -> Path:
    """Makes a virtual environment with what the tests need below .venv/; returns its Python."""
    folder = project.venv / f"python-{python.version}"
    inner = project.python_in(folder)
    lock = project.root / "requirements-test.lock"
    step = f"python-{python.version}"
    state = fingerprint([lock], python.path)
    if project.is_done(step, state) and run_quietly([str(inner), "-c", ""]).returncode == 0:
        return inner
    title = f"Making an environment for the tests with Python {python.version}"
    # The outer pip installs for it: it needs none of its own, and no ensurepip.
    make = [python.path, "-m", "venv", "--clear", "--without-pip", str(folder)]
    run_shown(title, make, project.logs / f"{step}-venv.log")
    project.add_to_path(inner)
    pip = [str(project.python), "-m", "pip", "--python", str(inner), "install", "--no-input"]
    run_shown(
        f"Installing Python packages for the tests with Python {python.version}",
        [*pip, "--require-hashes", "--disable-pip-version-check", "-r", str(lock)],
        project.logs / f"{step}.log",
    )
    project.mark_done(step, state)
    return inner
