"""Runtimes on the terminal, each in a process of its own that driver.py runs in.

Hy and Basilisp live in a virtual environment of their own, made on the first use from rivals.lock;
its first lines tell how to renew it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.suite import HERE, ROOT

LOCK = HERE / "rivals.lock"
RIVALS = ("hy", "basilisp")
ENVIRONMENT = ROOT / ".venv" / "rivals"


class NoRivals(Exception):
    """Hy and Basilisp could not be installed."""


def install_rivals(folder: Path = ENVIRONMENT) -> Path:
    """Returns the Python of the environment with the rivals in it, made if it is not there."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = folder / "installed"
    state = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if python.exists() and mark.is_file() and mark.read_text() == state:
        return python
    print("Installing Hy and Basilisp into an environment of their own ...", flush=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder)]
    commands = (
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)],
        [*pip, "install", "--quiet", "--no-input", "--require-hashes", "-r", str(LOCK)],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoRivals(f"They could not be installed:\n{done.stderr.strip()[-1500:]}")
    mark.write_text(state)
    return python


class Process:
    """One runtime at work."""

    def __init__(self, runtime: str, python: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        # Basilisp compiles its library whenever it cannot keep what it has compiled.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._process = subprocess.Popen(
            [str(python), str(HERE / "driver.py"), runtime],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.name = runtime

    def answer(self) -> dict[str, Any]:
        """Returns the next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return {"error": f"{self.name} ended with status {self._process.wait()}"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, method: str, source: str = "") -> dict[str, Any]:
        """Has the process do something and returns its answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"method": method, "source": source}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {"error": f"{self.name} has ended"}
        return self.answer()

    def close(self) -> None:
        """Ends the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()


class Terminal:
    """Implements `measuring.Place` with processes."""

    def __init__(self, pythons: dict[str, Path]) -> None:
        self._processes = {name: Process(name, python) for name, python in pythons.items()}
        for name, process in list(self._processes.items()):
            ready = process.answer()
            if "error" in ready:
                print(f"{name}: {ready['error']}")
                process.close()
                del self._processes[name]

    def step(self, runtime: str, method: str, *arguments: Any) -> Any:
        """Does one step of one runtime; raises `RuntimeError` with its error."""
        if runtime not in self._processes:
            raise RuntimeError("not running")
        answer = self._processes[runtime].ask(method, *arguments)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def round(self, runtimes: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Times one call in each runtime, in this order, never two at once."""
        return {runtime: self._processes[runtime].ask("time") for runtime in runtimes}

    def close(self) -> None:
        """Ends all processes."""
        for process in self._processes.values():
            process.close()


@contextmanager
def open_terminal() -> Iterator[Terminal]:
    """Starts all runtimes; without the rivals, and a line that says so, if there are none."""
    pythons = {"lispcore": Path(sys.executable), "python": Path(sys.executable)}
    try:
        python = install_rivals()
        pythons |= dict.fromkeys(RIVALS, python)
    except NoRivals as problem:
        print(problem)
    terminal = Terminal(pythons)
    try:
        yield terminal
    finally:
        terminal.close()
