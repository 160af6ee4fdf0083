"""Ctrl-C while nothing runs yet: the end, and no traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lispcore.tasks import interrupts

ROOT = Path(__file__).resolve().parent.parent
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

# Ctrl-C as a module is about to be imported, and after the last one.
AT = """
import os, signal, sys
place = {place!r}
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == place:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["lispcore", "-e", "(println 1)"]
from lispcore.__main__ import main
try:
    status = main()
finally:
    if place == "end":
        os.kill(os.getpid(), signal.SIGINT)
sys.exit(status)
"""


@UNIX
@pytest.mark.parametrize(
    "place",
    ["typing", "lispcore.commands.line", "lispcore.running.interpreter", "lispcore.library", "end"],
)
def test_it_ends_a_process_that_loads_or_is_over(place: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-c", AT.format(place=place)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        # Whoever runs the tests in the background has them ignore it, and children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    out = "1\n" if place == "end" else ""
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, out, "stopped\n")


@UNIX
def test_it_stops_a_program_as_an_exception() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        interrupts.end_at_once()
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        interrupts.stop_program()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


@UNIX
def test_what_is_ignored_stays_ignored() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        interrupts.end_at_once()
        interrupts.stop_program()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("words", "original", "is_ours"),
    [
        (["-m"], ["python", "-m", "lispcore", "x"], True),
        (["-m"], ["python", "-P", "-mlispcore"], True),
        (["-m"], ["python", "-m", "pytest"], False),
        (["/usr/bin/lispcore", "x"], ["python"], True),
        (["-c"], ["python", "-c", "import lispcore"], False),
        ([], [], False),
    ],
)
def test_who_is_the_command(
    words: list[str], original: list[str], is_ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(sys, "orig_argv", original)
    assert interrupts.is_command() is is_ours
