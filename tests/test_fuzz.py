"""No input may end in anything but a value or a Lisp error in the language's own words.

``LISPCORE_FUZZ=1000000 pytest tests/test_fuzz.py`` makes a longer run; `LISPCORE_FUZZ_SEED` another.
"""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Iterator

import pytest

from fuzzing import random_program
from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost

INPUTS = int(os.environ.get("LISPCORE_FUZZ", "4000"))
SEED = int(os.environ.get("LISPCORE_FUZZ_SEED", "1"))
# No single program of the fuzzer has a reason to compute for longer.
SECONDS_FOR_ONE = 3
# Sessions are kept for a while, since redefinitions must not confuse later programs either.
PROGRAMS_PER_SESSION = 25

PYTHON_WORDS = re.compile(
    r"NoneType|[A-Z]\w+Error\b|Traceback|<class|__\w+__|object has no|positional argument|"
    r"lispcore\.|0x[0-9a-f]{6,}|object is not|not subscriptable|unhashable|'(?:str|int|list|dict)'"
)


class TooSlow(BaseException):
    """A program took longer than any may."""


@pytest.fixture
def alarm(tmp_path, monkeypatch) -> Iterator[None]:
    """Interrupts a program that never ends; files end up in a folder of the test."""
    monkeypatch.chdir(tmp_path)

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def problem_of(interpreter: Interpreter, program: str) -> str:
    """Returns what is wrong with the answer to a program, or an empty string."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS_FOR_ONE)
    try:
        result = interpreter.run(program)
    except TooSlow:
        endless = re.search(r"[(\[](while|do|dotimes|for-range|let) ", program)
        return "" if endless else "too slow"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    error = result["error"]
    if error is None:
        return ""
    shown = f"{error['message']} / {error['hint']}"
    if error["type"] == "fault":
        return f"fault: {shown}"
    without_program = shown
    for word in re.findall(r"[^\s()\[\]{}\"';,`]+", program):
        without_program = without_program.replace(word, "")
    found = PYTHON_WORDS.search(without_program)
    return f"Python shows through ({found.group()}): {shown}" if found else ""


def test_random_programs_give_values_or_lisp_errors(alarm) -> None:
    source = random.Random(SEED)
    problems = []
    interpreter = Interpreter(SilentHost(TerminalHost()))
    for number in range(INPUTS):
        if number % PROGRAMS_PER_SESSION == 0:
            interpreter = Interpreter(SilentHost(TerminalHost()))
        program = random_program(source)
        problem = problem_of(interpreter, program)
        if problem:
            problems.append(f"{program!r}\n    {problem}")
    assert not problems, f"{len(problems)} of {INPUTS}:\n" + "\n".join(problems[:60])
