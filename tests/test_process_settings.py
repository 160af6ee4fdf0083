"""Lisp in another program's process: its recursion limit, collections and limit of digits stay.

Each test is a program of its own, which finds the process as Python makes it.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

START = """
import gc, sys, threading
sys.setrecursionlimit(1234)
gc.set_threshold(600, 9, 8)
def settings():
    return sys.getrecursionlimit(), gc.get_threshold(), sys.get_int_max_str_digits()
before = settings()
def check():
    assert settings() == before, settings()
from lispcore import Interpreter, LispError
check()
lisp = Interpreter()
check()
DEEP = "(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))"
"""


def run_program(program: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python program that starts as an embedding does."""
    text = START + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=120, check=False
    )


PROGRAMS = {
    "eval and run": """
        assert lisp.eval(DEEP + "(deep 100000)") == 100000
        check()
        assert lisp.run("(deep 20000)")["value"] == "20000"
        check()
    """,
    "errors": """
        lisp.eval("(define (fail n) (if (= n 0) (car 5) (+ 1 (fail (- n 1)))))")
        for act in (lambda: lisp.eval("(fail 20000)"), lambda: lisp.call("fail", 20000)):
            try:
                act()
            except LispError:
                check()
            else:
                raise AssertionError
        assert lisp.run("(fail 20000)")["error"]
        check()
        assert lisp.run("(")["error"]
        check()
    """,
    "calls": """
        lisp.eval(DEEP)
        assert lisp.call("deep", 100000) == 100000
        check()
        try:
            lisp.call("nothing")
        except LispError:
            check()
    """,
    "calls within calls": """
        other = Interpreter()
        other.eval(DEEP)
        inside = []
        def back(n):
            inside.append(sys.getrecursionlimit())
            value = other.call("deep", n) + lisp.eval("(deep 3)")
            inside.append(sys.getrecursionlimit())
            return value
        lisp.globals["back"] = back
        assert lisp.eval(DEEP + "(+ (back 50000) (deep 50000))") == 100003
        assert inside[0] == inside[1] > 100000
        check()
    """,
    "tasks and streams": """
        assert lisp.eval(DEEP + "(define p (async (deep 50000))) (await p)") == 50000
        check()
        lisp.eval("(define c (channel/new)) (define q (async (+ (deep 10) (channel/recv c))))")
        check()
        assert lisp.eval("(channel/send c 5) (await q)") == 15
        lisp.eval("(async (channel/recv c))")
        lisp.close()
        check()
    """,
    "what the program sets meanwhile": """
        def change():
            sys.setrecursionlimit(4321)
            gc.set_threshold(500, 5, 5)
        lisp.globals["change"] = change
        lisp.eval("(change)")
        assert settings()[:2] == (4321, (500, 5, 5)), settings()
    """,
    "more than Lisp asks for": """
        sys.setrecursionlimit(1_000_000)
        gc.set_threshold(0)
        seen = []
        lisp.globals["look"] = lambda: seen.append((sys.getrecursionlimit(), gc.get_threshold()[0]))
        lisp.eval("(look)")
        assert seen == [(1_000_000, 0)]
        assert (sys.getrecursionlimit(), gc.get_threshold()[0]) == (1_000_000, 0)
    """,
    "integers outside of Lisp": """
        from lispcore.printer import print_value
        number = lisp.eval("(expt 7 60000)")
        check()
        assert len(print_value(number)) == 50706
        assert lisp.eval("(string/length (str (expt 7 60000)))") == 50706
    """,
    "threads": """
        lisps = [Interpreter() for _ in range(8)]
        values, inside = [], []
        started, go_on = threading.Event(), threading.Event()
        def wait():
            started.set()
            assert go_on.wait(60)
            inside.append(sys.getrecursionlimit())
        lisps[0].globals["wait"] = wait
        def work(number):
            mine = lisps[number]
            mine.eval(DEEP)
            if number == 0:
                mine.eval("(wait)")
            for _ in range(50):
                values.append(mine.call("deep", 2000))
            values.append(mine.eval("(deep 30000)"))
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        threads[0].start()
        assert started.wait(60)
        for each in threads[1:]:
            each.start()
        for each in threads[1:]:
            each.join()
        assert sys.getrecursionlimit() > 100000  # the first is still at work
        go_on.set()
        threads[0].join()
        assert inside[0] > 100000
        assert sorted(set(values)) == [2000, 30000] and len(values) == 8 * 51
        check()
    """,
    "near the limit": """
        def down():
            try:
                return down()
            except RecursionError:
                return lisp.eval("(+ 1 2)")
        lisp.eval("(+ 1 2)")
        assert down() == 3
        check()
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_settings_of_a_program_around_stay(name: str) -> None:
    done = run_program(PROGRAMS[name])
    assert (done.returncode, done.stderr) == (0, "")


def test_something_deep_of_the_program_around_is_no_crash() -> None:
    done = run_program(
        """
        lisp.eval(DEEP + "(deep 100000)")
        nested = []
        for _ in range(1_000_000):
            nested = [nested]
        try:
            repr(nested)
        except RecursionError:
            print("too deep")
        import os
        sys.stdout.flush()
        os._exit(0)  # freeing it is not what is tested
        """
    )
    assert (done.returncode, done.stdout) == (0, "too deep\n")


def test_the_terminal_owns_its_process() -> None:
    program = """
        import io, lispcore.__main__
        sys.argv = ["lispcore", "eval", "--jsonl"]
        sys.stdin = io.StringIO("")
        assert lispcore.__main__.main() == 0
        owned = settings()
        assert owned[0] > 100_000 and owned[1][0] > 10_000 and owned[2] == 0
        lisp.eval("(+ 1 2)")
        assert settings() == owned
    """
    done = run_program(program)
    assert (done.returncode, done.stderr) == (0, "")
