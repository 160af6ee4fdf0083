"""Starting and compiling of two source trees on the terminal, in turns: what a change costs users.

    python3 build.py bench --compiling TREE

A tree is a checkout, such as one of an earlier commit. What is compared is the time of the
processor, the best of all rounds, so that a busy machine disturbs little; only ratios mean much.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.suite import ROOT, Program

# Texts of so many functions show whether compiling grows as the text does.
SIZES = (1_000, 10_000)
STARTS = {
    "python alone": ("-c", "pass"),
    "import lispcore": ("-c", "import lispcore"),
    "python -m lispcore FILE": ("-m", "lispcore", "one.lisp"),
}
# Answers each line of JSON, a program, with the seconds that a new session takes for it.
WORKER = """
import gc, json, sys, time
from lispcore import Interpreter
try:
    from lispcore.tasks.process_settings import own_process
    own_process()
except ImportError:  # an earlier tree makes these settings by itself
    pass
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    session = Interpreter()
    gc.collect()
    start = time.process_time()
    session.eval(json.loads(line))
    answers.write(json.dumps(time.process_time() - start) + "\\n")
    answers.flush()
"""


def functions(count: int) -> str:
    """Returns a text of so many functions of one line: an `if`, a `let` and four calls each."""
    return "\n".join(
        f"(define (f{n} a b) (let ((c (+ a {n}))) (if (< c b) (max c (abs b)) (- a c))))"
        for n in range(count)
    )


class Tree:
    """A source tree, and a process that compiles programs with it."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root = root
        self._scratch = scratch
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(root),
            "PYTHONPYCACHEPREFIX": str(scratch / "cache"),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            env=self._environment,
            text=True,
        )

    def compile(self, text: str) -> float:
        """Returns the seconds that compiling a program takes, and running its top level."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stdout.readline()))

    def start(self, words: Sequence[str]) -> float:
        """Returns the seconds of a process that is given these words."""
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.DEVNULL,
            cwd=self._scratch,
            env=self._environment,
        )
        if not hasattr(os, "wait4"):
            process.wait()
            return time.perf_counter() - begin
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

    def close(self) -> None:
        """Ends its process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def open_trees(other: Path) -> Iterator[list[Tree]]:
    """Opens another tree and this one, in this order."""
    with ExitStack() as stack:
        trees: list[Tree] = []
        for root in (other.resolve(), ROOT):
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (scratch / "one.lisp").write_text("(println (+ 1 2))\n", encoding="utf-8")
            trees.append(Tree(root, scratch))
            stack.callback(trees[-1].close)
        yield trees


def compare(other: Path, programs: list[Program], rounds: int) -> Iterator[str]:
    """Yields the lines of a table: what the other tree takes, what this one, and the ratio."""
    with open_trees(other) as trees:
        for name, words in STARTS.items():
            for tree in trees:
                tree.start(words)  # fills the cache of compiled modules
            yield _line(name, _best(rounds, [partial(tree.start, words) for tree in trees]))
        all_times: list[list[float]] = []
        for program in programs:
            all_times.append(_compile(trees, program.sources[".lisp"], rounds))
            yield _line(program.name, all_times[-1])
        yield _line("all of these programs", list(map(sum, zip(*all_times, strict=True))))
        logarithms = [math.log(times[1] / times[0]) for times in all_times]
        mean = math.exp(sum(logarithms) / len(logarithms))
        yield f"{'geometric mean of the ratios':32}{mean:32.3f}"
        for size in SIZES:
            yield _line(f"{size:,} functions", _compile(trees, functions(size), rounds // 3 + 1))


def _compile(trees: list[Tree], text: str, rounds: int) -> list[float]:
    return _best(rounds, [partial(tree.compile, text) for tree in trees])


def _best(rounds: int, measures: list[Callable[[], float]]) -> list[float]:
    """Returns the best time of each, measured in turns, every second round the other way round."""
    best = [math.inf] * len(measures)
    for number in range(rounds):
        order = range(len(measures)) if number % 2 else reversed(range(len(measures)))
        for place in order:
            best[place] = min(best[place], measures[place]())
    return best


def _line(name: str, times: list[float]) -> str:
    before, now = times
    return f"{name:32}{before * 1000:10.1f} ms{now * 1000:10.1f} ms{now / before:8.3f}"
