"""No input may end in anything but a value or a Lisp error in the language's own words.

``LISPCORE_FUZZ=1000000 pytest tests/test_fuzz.py`` makes a longer run; `LISPCORE_FUZZ_SEED` another.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import random
import re
import resource
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fuzzing import random_program
from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.llm.failures import ConnectionFailed
from lispcore.values.errors import Stopped

INPUTS = int(os.environ.get("LISPCORE_FUZZ", "4000"))
SEED = int(os.environ.get("LISPCORE_FUZZ_SEED", "1"))
# A program that computes longer is stopped, as a person would.
SECONDS_FOR_ONE = 1.0
# After that it has so long to notice; a step of the library that takes longer cannot be stopped.
SECONDS_TO_STOP = 1.5
# Whoever does not react at all is shown with all its Python frames, and ends the run.
SECONDS_UNTIL_HUNG = 60
# More than any program of the fuzzer has a reason to hold.
MEMORY_BYTES = 600 << 20
# Sessions are kept for a while, since redefinitions must not confuse later programs either.
PROGRAMS_PER_SESSION = 25

PYTHON_WORDS = re.compile(
    r"NoneType|[A-Z]\w+Error\b|Traceback|<class|__\w+__|object has no|positional argument|"
    r"lispcore\.|0x[0-9a-f]{6,}|object is not|not subscriptable|unhashable|"
    r"'(?:str|int|list|dict)'|(?<!half of a )surrogate|codec"
)
# A loop may go on for ever; a single call may not.
_LOOPING = re.compile(
    r"[(\[](while|do|dotimes|for-range|let|letrec|define|defn|for/\w+|f|q|eval|read/|map|apply|async|foldl) "
)


class IdleHost:
    """The terminal's host without a world: time passes by itself, nothing is shown or sent."""

    def __init__(self) -> None:
        self._host = TerminalHost({})
        self._time = 1_700_000_000.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        text.encode("utf-8", "surrogatepass")

    def fetch(self, request: Any) -> Any:
        raise ConnectionFailed("there is no network here")

    def fetch_all(self, requests: list[Any], limit: int) -> list[Any]:
        return [ConnectionFailed("there is no network here") for _ in requests]

    def sleep(self, seconds: float) -> None:
        self._time += seconds

    def now(self) -> float:
        return self._time

    def monotonic(self) -> float:
        return self._time

    def read_line(self, prompt: str) -> str | None:
        return None


@pytest.fixture
def limits(tmp_path, monkeypatch) -> Iterator[None]:
    """Stops what computes or grows for ever; files end up in a folder of the test."""
    monkeypatch.chdir(tmp_path)
    with limited():
        yield


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Stops programs by the alarm clock, and gives them no more memory than any needs."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    before = signal.signal(signal.SIGPROF, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY_BYTES, hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def problem_of(interpreter: Interpreter, program: str) -> str:
    """Returns what is wrong with the answer to a program, or an empty string."""
    faulthandler.dump_traceback_later(SECONDS_UNTIL_HUNG, exit=True)
    begun = time.process_time()
    # It rings again: a clean-up that swallowed the first ring must not go on for ever either.
    signal.setitimer(signal.ITIMER_PROF, SECONDS_FOR_ONE, 5.0)
    try:
        result = interpreter.run(program)
    except (Stopped, KeyboardInterrupt):
        late = time.process_time() - begun - SECONDS_FOR_ONE
        if late > SECONDS_TO_STOP:
            return f"could not be stopped for {late:.1f} s"
        return "" if _LOOPING.search(program) else "too slow"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
    return problem_of_result(result, program)


def problem_of_result(result: dict[str, Any], program: str) -> str:
    """Returns what is wrong with a result in the shape of the batch interface."""
    error = result["error"]
    if error is None:
        return ""
    shown = f"{error['message']} / {error['hint']}"
    if error["type"] == "fault":
        return f"fault: {shown}"
    if "cannot work with these arguments" in shown:
        return f"no rule foresees it: {shown}"
    if "out of memory" in shown and not _LOOPING.search(program):
        return f"too big: {shown}"
    without_program = shown
    for word in re.findall(r"[^\s()\[\]{}\"';,`]+", program):
        without_program = without_program.replace(word, "")
    found = PYTHON_WORDS.search(without_program)
    return f"Python shows through ({found.group()}): {shown[:1000]}" if found else ""


def test_random_programs_give_values_or_lisp_errors(limits: None) -> None:
    source = random.Random(SEED)
    problems = []
    interpreter = Interpreter(IdleHost())
    for number in range(INPUTS):
        if number % PROGRAMS_PER_SESSION == 0:
            interpreter.close()
            interpreter = Interpreter(IdleHost())
        program = random_program(source)
        problem = problem_of(interpreter, program)
        if problem:
            problems.append(f"{program!r}\n    {problem}")
    assert not problems, f"{len(problems)} of {INPUTS}:\n" + "\n".join(problems[:60])
