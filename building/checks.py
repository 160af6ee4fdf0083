"""The checks of a test run, whole or quick, and the table that closes it.

They run one after the other, but for the tests on other Pythons: these run beside all others and
give way to them. They take what is left of the processors while a browser waits, which is half of
the time. Of tests that failed among so much else those are run again that are few, alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from building.node import Node
from building.project import Project
from building.quick import chosen_modules
from building.running import Problem, run_quietly, run_shown, say

MOST_TEST_WORKERS = 4
# Browser tests wait half of the time: for a page, a model, a timer.
MORE_TEST_WORKERS = 1
TESTS = "tests"
# What pytest ends with if it ran well and tests failed.
TESTS_FAILED = "exit code 1"
LONGEST_CHECK_SECONDS = 2400
# More failures than these are no accident.
MOST_LOOKED_AT_AGAIN = 12
# There is no Playwright for the other Pythons, and slow tests would take the whole run past its 25
# minutes. What is left out besides says the same on all of them:
SAME_ON_ALL = (
    # it only reads the sources, or its subject is the building of the project;
    *("action", "architecture", "architecture_picture", "build", "chromium", "contributing"),
    *("deployment", "editorconfig", "engines", "fuzz_corpus", "metadata", "prices_command"),
    *("references", "security_claims", "sizes", "slow_tests", "trim_machine"),
    # scripts of the page, and programs that it and its pages show: the language's own cases and
    # the examples of its documentation are run on every Python;
    *("documents", "examples", "manual", "page_*", "tour"),
    # what a provider sends and gets: from texts and maps to texts and maps, in plain Python. That
    # models answer on every Python, tests of the library and of the terminal's requests see.
    *("event_frames", "fault_matrix", "hostile_servers", "llm_*", "request_schemas"),
    *("server_tools", "token_estimates"),
)
# Of tests with many sets of parameters, each Python runs another third (tests/partial_runs.py).
PART_ON_OTHERS = "3"
WITHOUT_BROWSER = (
    *("-q", "-m", "not browser and not slow", "--ignore", "tests/browser"),
    *(f"--ignore-glob=tests/test_{name}.py" for name in SAME_ON_ALL),
    *("--part", PART_ON_OTHERS),
)
# What takes longest is said, for whoever makes it quicker.
SLOWEST = ("--durations=30", "--durations-min=5")
AGAIN = ("--last-failed", "--last-failed-no-failures=none")


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


def test_command(python: Path, *options: str, more_workers: int) -> list[str]:
    """Returns the command that runs the tests with a Python, on all processors."""
    workers = str(min((os.cpu_count() or 1) + more_workers, MOST_TEST_WORKERS))
    return [
        *(str(python), "-m", "pytest", "-n", workers),
        # Tests that share a browser stand in one group, so that they share a process, too.
        *("--dist", "loadgroup"),
        # After a crash of a worker the scheduler may wait for it for ever, so that ends the run.
        *("--max-worker-restart", "0"),
        *options,
    ]


def check_commands(project: Project, node: Node) -> dict[str, list[str]]:
    """Returns the commands of a whole test run by name, in order."""
    commands = form_commands(project, node)
    commands[TESTS] = test_command(project.python, *SLOWEST, more_workers=MORE_TEST_WORKERS)
    return commands


def other_command(python: Path) -> list[str]:
    """Returns the command that tests on one more Python what needs no browser, in one process."""
    cache = python.parents[1] / "pytest-cache"
    return [str(python), "-m", "pytest", *WITHOUT_BROWSER, "-o", f"cache_dir={cache}"]


def again_command(python: Path) -> list[str]:
    """Returns the command that runs those tests again that failed last, one after the other."""
    return [str(python), "-m", "pytest", *AGAIN]


def other_again_command(python: Path) -> list[str]:
    """Returns the same for one more Python: of those that failed, all."""
    return [*other_command(python), *AGAIN, "--part", "1"]


def count_failed(cache: Path) -> int:
    """Returns how many tests failed in the last run that has left this cache of pytest's."""
    with contextlib.suppress(OSError, ValueError):
        return len(json.loads((cache / "v" / "cache" / "lastfailed").read_text("utf-8")))
    return 0


def quick_commands(
    project: Project, node: Node, pytest_arguments: Sequence[str] = ()
) -> dict[str, list[str]]:
    """Returns the commands of a run for work in progress: under a minute on two processors.

    Arguments choose among all tests that are neither slow nor in need of a browser.
    """
    commands = form_commands(project, node)
    quick = ("-q", "-m", "not browser and not slow", "--ignore", "tests/browser")
    chosen = pytest_arguments or chosen_modules(project.root)
    commands["quick tests"] = test_command(project.python, *quick, *chosen, more_workers=0)
    return commands


@dataclass
class Beside:
    """A check that runs while others do; its output is kept until its turn."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    started: float


class TestRun:
    """A row of checks that goes on after a failure and remembers how each went."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self._beside: list[Beside] = []

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

    def begin(
        self, name: str, command: Sequence[str], env: dict[str, str], cwd: Path, log: Path
    ) -> None:
        """Begins a check that gives way to the others; `finish` waits for it."""
        log.parent.mkdir(parents=True, exist_ok=True)
        if nice := shutil.which("nice"):
            command = [nice, "-n", "10", *command]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._beside.append(Beside(name, process, log, time.time()))

    def finish(self) -> None:
        """Waits for the checks that were begun, and shows what they printed."""
        for each in self._beside:
            note = ""
            try:
                status = each.process.wait(LONGEST_CHECK_SECONDS)
                if status != 0:
                    note = f"exit code {status}"
            except subprocess.TimeoutExpired:
                note = f"stopped after {LONGEST_CHECK_SECONDS} s"
            seconds = each.log.stat().st_mtime - each.started  # it may have ended long ago
            say(f"\n--- {each.name}\n{each.log.read_text('utf-8', errors='replace')}")
            note = note and f"{each.name}: {note}"
            say(note or f"{each.name}: done")
            self.results.append(Result(each.name, not note, seconds, note))
        self.end()

    def end(self) -> None:
        """Ends what still runs."""
        for each in self._beside:
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()
        self._beside.clear()

    def look_again(
        self, name: str, command: Sequence[str], cache: Path, env: dict[str, str], cwd: Path
    ) -> None:
        """Runs the tests once more, alone, that have failed in a check, if they are few.

        What fails then as well is a fault of ours; what does not, the summary tells.
        """
        first = next((each for each in self.results if each.name == name), None)
        if first is None or first.passed or not first.note.endswith(TESTS_FAILED):
            return
        count = count_failed(cache)
        if not 0 < count <= MOST_LOOKED_AT_AGAIN:
            return
        self.command(f"{name}, again", command, env, cwd)
        if self.results[-1].passed:
            first.passed = True
            first.note = f"{count} failed at first, and passed alone"


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
