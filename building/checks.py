"""The checks of a test run, whole or quick, one after the other, and the table that closes it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from building.node import Node
from building.project import Project
from building.running import Problem, run_quietly, run_shown, say

MOST_TEST_WORKERS = 4
LONGEST_CHECK_SECONDS = 2400
# There is no Playwright for the other Pythons; pytest's memory of failures is for the first one.
# What only reads the sources says the same on all of them, and slow tests would take the whole run
# past its 25 minutes.
ONLY_SOURCES = (
    "architecture",
    "contributing",
    "editorconfig",
    "page_recipe",
    "references",
    "sizes",
)
WITHOUT_BROWSER = (
    *("-q", "-m", "not browser and not slow", "--ignore", "tests/browser"),
    *(f"--ignore=tests/test_{name}.py" for name in ONLY_SOURCES),
    *("-p", "no:cacheprovider"),
)


@dataclass
class Result:
    """How one check went; `note` says more if it failed."""

    name: str
    passed: bool
    seconds: float
    note: str = ""


def summary(results: Sequence[Result]) -> str:
    """Returns the closing table of a test run."""
    width = max(len(result.name) for result in results)
    lines = [
        f"  {result.name:<{width}}  {'ok' if result.passed else 'FAILED':<6}"
        f"  {result.seconds:6.1f} s  {result.note}".rstrip()
        for result in results
    ]
    failed = [result.name for result in results if not result.passed]
    verdict = "Failed: " + ", ".join(failed) if failed else "All checks are fine."
    return "\n".join(["", "Checks", *lines, verdict])


def form_commands(project: Project, node: Node) -> dict[str, list[str]]:
    """Returns the commands that look at the sources only, by name, in order."""
    python = str(project.python)
    typescript = str(project.web / "node_modules" / "typescript" / "bin" / "tsc")
    return {
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "types": [python, "-m", "mypy"],
        "page types": [node.node, typescript, "-p", str(project.web / "tsconfig.json"), "--noEmit"],
    }


def test_command(python: Path, *options: str) -> list[str]:
    """Returns the command that runs the tests with a Python, on all processors."""
    workers = str(min(os.cpu_count() or 1, MOST_TEST_WORKERS))
    return [
        *(str(python), "-m", "pytest", "-n", workers),
        # Tests that share a browser stand in one group, so that they share a process, too.
        *("--dist", "loadgroup"),
        # After a crash of a worker the scheduler may wait for it for ever, so that ends the run.
        *("--max-worker-restart", "0"),
        *options,
    ]


def check_commands(
    project: Project, node: Node, others: Sequence[tuple[str, Path]] = ()
) -> dict[str, list[str]]:
    """Returns the commands of a whole test run by name, in order.

    `others` are more Pythons, each by its version: they run what needs no browser.
    """
    commands = form_commands(project, node)
    commands["tests"] = test_command(project.python)
    for version, python in others:
        commands[f"tests, {version}"] = test_command(python, *WITHOUT_BROWSER)
    return commands


def quick_commands(
    project: Project, node: Node, pytest_arguments: Sequence[str] = ()
) -> dict[str, list[str]]:
    """Returns the commands of a run for work in progress: under a minute on two processors."""
    commands = form_commands(project, node)
    quick = ("-q", "-m", "not browser and not slow", "--ignore", "tests/browser")
    commands["quick tests"] = test_command(project.python, *quick, *pytest_arguments)
    return commands


class TestRun:
    """A row of checks that goes on after a failure and remembers how each went."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def step(self, name: str, action: Callable[[], object]) -> bool:
        """Does something that raises `Problem` if it fails; tells whether it went well."""
        started = time.monotonic()
        note = ""
        try:
            action()
        except Problem as problem:
            say(str(problem))
            note = str(problem).splitlines()[0]
        self.results.append(Result(name, not note, time.monotonic() - started, note))
        return not note

    def command(self, name: str, command: Sequence[str], env: dict[str, str], cwd: Path) -> None:
        """Runs a check with its output on the terminal."""
        say(f"\n--- {name}")

        def run() -> None:
            try:
                status = subprocess.run(
                    command, cwd=cwd, env=env, timeout=LONGEST_CHECK_SECONDS, check=False
                ).returncode
            except subprocess.TimeoutExpired:
                raise Problem(f"{name}: stopped after {LONGEST_CHECK_SECONDS} s") from None
            if status != 0:
                raise Problem(f"{name}: exit code {status}")

        self.step(name, run)


def _attempt(project: Project, log: str) -> Callable[[str, Sequence[str]], bool]:
    """Returns what shows a title, runs a command and tells whether it succeeded."""

    def run(title: str, command: Sequence[str]) -> bool:
        try:
            run_shown(title, command, project.logs / log)
        except Problem as problem:
            say(str(problem))
            return False
        return True

    return run


def ensure_engines(project: Project) -> None:
    """Installs Firefox and WebKitGTK where that is possible; says which journeys are left out."""
    sys.path.insert(0, str(project.root / "tests"))
    import engines

    missing = engines.ensure_engines(_attempt(project, "engines.log"))
    if missing:
        say(
            f"Without {' and '.join(missing)}: not here, and not to be installed. "
            "Their journeys are skipped."
        )


def ensure_browser(project: Project) -> str:
    """Returns the path of a Chromium, installing one if there is none; else raises `Problem`.

    Tests find it, and a Node.js on which Playwright runs, by environment variables.
    """
    if run_quietly([str(project.python), "-m", "playwright", "--version"]).returncode != 0:
        # Playwright brings a Node.js that needs a library which a small system lacks.
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = project.node().node
    sys.path.insert(0, str(project.root / "tests"))
    import chromium

    path = chromium.ensure_chromium(str(project.python), _attempt(project, "chromium.log"))
    if path is None:
        raise Problem(chromium.ADVICE)
    os.environ[chromium.VARIABLE] = path
    return path
