#!/usr/bin/env python3
"""Sets the project up, builds the page, serves it and runs the checks.

    python3 build.py serve [--port N] [--no-open]    build if needed, serve, open the browser
    python3 build.py build                           write dist/, ready for any static host
    python3 build.py wheel                           write wheels/: the package with the page in it
    python3 build.py setup                           install what work on the project needs
    python3 build.py test --quick                    form, types and the quick tests: a minute
    python3 build.py test [pytest arguments]         all checks, or pytest alone with arguments
    python3 build.py bench [arguments]               print the benchmark tables
    python3 build.py fuzz [--minutes N] [target …]   look for inputs that break what reads them
    python3 build.py prices                          renew the price list, check default models

It needs nothing but Python 3.11+ beforehand. Python packages go to .venv/, npm packages to
web/node_modules/, both pinned by lock files; Node.js is the machine's or comes from a Python
package. A step whose inputs have not changed is not done again. What the page is made of is
decided in web/build.mjs, how it is served in
lispcore/commands/page_server.py, and the steps are in building/.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from building.checks import (
    TESTS,
    TestRun,
    again_command,
    check_commands,
    ensure_browser,
    ensure_engines,
    other_again_command,
    other_command,
    quick_commands,
    summary,
)
from building.fuzzing import ALL, fuzz
from building.node import Node
from building.project import OLDEST_PYTHON, Project
from building.pythons import Python, make_other_venv, other_pythons
from building.running import Problem, say
from building.wheel import build_wheel

QUICK = "--quick"


def command_build(project: Project) -> int:
    """Writes dist/ anew."""
    with project.only_one():
        project.make_venv()
        project.install_python_packages("")
        project.build_page(always=True)
    size = sum(file.stat().st_size for file in project.dist.rglob("*") if file.is_file())
    say(f"dist/ is ready ({size / 1e6:.1f} MB): put it on any static host, below any path.")
    return 0


def command_wheel(project: Project) -> int:
    """Writes a wheel of the package with the built page in it."""
    with project.only_one():
        project.make_venv()
        project.install_python_packages("")
        project.build_page()
        made = build_wheel(project)
    say(f"{made.relative_to(project.root)} is ready ({made.stat().st_size / 1e6:.1f} MB).")
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
            threading.Thread(target=_install_tools_behind, args=[project], daemon=True).start()
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


def command_setup(project: Project) -> int:
    """Installs the tools that docs/contributing.md names."""
    with project.only_one():
        _install_tools(project)
        project.install_npm_packages(project.node())
    tools = project.python.parent.relative_to(project.root)
    say(f"Ready: ruff, mypy, pytest and pre-commit are in {tools}/, tsc is in web/node_modules/.")
    return 0


def command_test(project: Project, pytest_arguments: Sequence[str]) -> int:
    """Runs all checks; with arguments pytest alone."""
    run = TestRun()
    others: dict[str, Path] = {}

    def add_other(python: Python) -> None:
        others[f"tests, {python.version}"] = make_other_venv(project, python)

    with project.only_one():
        if not run.step("set-up", lambda: _install_tools(project)):
            return 1
        run.step("page", project.build_page)
        run.step("browser", lambda: ensure_browser(project))
        run.step("engines", lambda: ensure_engines(project))
        node = project.node()
        if not pytest_arguments:
            for python in other_pythons(project.python_version()):
                run.step(f"Python {python.version}", partial(add_other, python))
    if pytest_arguments:
        tests = [str(project.python), "-m", "pytest", *pytest_arguments]
        return subprocess.run(
            tests, cwd=project.root, env=node.environment(), check=False
        ).returncode
    return _run_all_checks(project, run, others, node)


def _run_all_checks(project: Project, run: TestRun, others: dict[str, Path], node: Node) -> int:
    """Runs all checks; `others` are more Pythons, by the names of their checks."""
    place = (node.environment(), project.root)
    try:
        for name, python in others.items():
            log = project.logs / f"{python.parents[1].name}-tests.log"
            run.begin(name, other_command(python), *place, log)
        for name, command in check_commands(project, node).items():
            run.command(name, command, *place)
        run.finish()
    finally:
        run.end()
    cache = project.root / ".pytest_cache"
    run.look_again(TESTS, again_command(project.python), cache, *place)
    for name, python in others.items():
        again = other_again_command(python)
        run.look_again(name, again, python.parents[1] / "pytest-cache", *place)
    return _tell(run)


def _tell(run: TestRun) -> int:
    say(summary(run.results))
    return 0 if all(result.passed for result in run.results) else 1


def _test(project: Project, words: Sequence[str]) -> int:
    if QUICK in words:
        return command_quick_test(project, [word for word in words if word != QUICK])
    return command_test(project, words)


def command_quick_test(project: Project, pytest_arguments: Sequence[str]) -> int:
    """Runs the checks for work in progress; the arguments choose among its tests."""
    run = TestRun()
    with project.only_one():
        if not run.step("set-up", lambda: _install_tools(project)):
            return 1
        node = project.node()
        run.step("npm packages", lambda: project.install_npm_packages(node))
    return _run_checks(project, run, quick_commands(project, node, pytest_arguments), node)


def _install_tools_behind(project: Project) -> None:
    """Installs the tools while the page is served already; what fails is left to `setup`."""
    try:
        with project.only_one():
            _install_tools(project)
    except Problem as problem:
        say(f"The tools for work on the project are not installed: {problem}")


def _install_tools(project: Project) -> None:
    project.make_venv()
    project.install_python_packages("dev")


def _run_checks(project: Project, run: TestRun, commands: dict[str, list[str]], node: Node) -> int:
    for name, command in commands.items():
        run.command(name, command, node.environment(), project.root)
    return _tell(run)


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


def _in_venv(project: Project, module: str) -> int:
    """Runs a module of ours with the project's own Python."""
    with project.only_one():
        project.make_venv()
    command = [str(project.python), "-m", module]
    return subprocess.run(command, cwd=project.root, check=False).returncode


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
    commands.add_parser("wheel", help="write wheels/: the package with the page in it")
    commands.add_parser("setup", help="install what work on the project needs")
    commands.add_parser("test", help="run all checks; --quick: a minute's worth")
    commands.add_parser("bench", help="print the benchmark tables")
    fuzzing = commands.add_parser("fuzz", help="look for inputs that break what reads them")
    fuzzing.add_argument("--minutes", type=float, default=5.0, metavar="N", help="in all: 5")
    fuzzing.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(ALL)}")
    commands.add_parser("prices", help="renew the price list, check default models")
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
        "wheel": lambda: command_wheel(project),
        "setup": lambda: command_setup(project),
        "test": lambda: _test(project, rest),
        "bench": lambda: command_bench(project, rest),
        "fuzz": lambda: fuzz(project, arguments.targets, arguments.minutes),
        "prices": lambda: _in_venv(project, "building.prices"),
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
