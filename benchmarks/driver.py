"""Times programs of one runtime in a process of its own, told what to do by terminal.py.

    python driver.py lispcore|python|hy|basilisp

Reads one JSON object a line, ``{"method": "load"|"time"|"value", "source": text}``, and answers
each with ``{"value": …}`` or ``{"error": text}``. It imports nothing of this project but the
language, so that it runs in the environment of any runtime.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import types
from collections.abc import Callable
from typing import Any

Benchmark = Callable[[], Any]


def loader_of_lispcore() -> Callable[[str], Benchmark]:
    """Returns how a Lisp text becomes its function `benchmark`."""
    from lispcore import Interpreter

    def load(source: str) -> Benchmark:
        lisp = Interpreter()
        lisp.eval(source)
        return lambda: lisp.call("benchmark")

    return load


def loader_of_python() -> Callable[[str], Benchmark]:
    """The same for Python."""
    sys.setrecursionlimit(100_000)

    def load(source: str) -> Benchmark:
        program: dict[str, Any] = {"__name__": "program"}
        exec(compile(source, "<program>", "exec"), program)
        benchmark: Benchmark = program["benchmark"]
        return benchmark

    return load


def loader_of_hy() -> Callable[[str], Benchmark]:
    """The same for Hy."""
    import hy

    sys.setrecursionlimit(100_000)

    def load(source: str) -> Benchmark:
        program = types.ModuleType("program")
        sys.modules["program"] = program
        hy.eval(hy.read_many(source), program.__dict__, module=program)
        benchmark: Benchmark = program.benchmark
        return benchmark

    return load


def loader_of_basilisp() -> Callable[[str], Benchmark]:
    """The same for Basilisp."""
    import importlib

    import basilisp.main

    basilisp.main.init()
    importlib.import_module("basilisp.core")
    from basilisp.lang import compiler, reader, runtime, symbol

    sys.setrecursionlimit(100_000)
    count = 0

    def load(source: str) -> Benchmark:
        nonlocal count
        count += 1
        name = f"program{count}"
        with runtime.ns_bindings(name) as namespace:
            namespace.refer_all(runtime.Namespace.get(symbol.symbol("basilisp.core")))
            context = compiler.CompilerContext("<program>")
            for form in reader.read_str(source, runtime.resolve_alias, eof=None):
                compiler.compile_and_exec_form(form, context, namespace)
            benchmark: Benchmark = namespace.find(symbol.symbol("benchmark")).value
        return benchmark

    return load


LOADERS = {
    "lispcore": loader_of_lispcore,
    "python": loader_of_python,
    "hy": loader_of_hy,
    "basilisp": loader_of_basilisp,
}


class Driver:
    """What the process is asked to do."""

    def __init__(self, load: Callable[[str], Benchmark]) -> None:
        self._load = load
        self._benchmark: Benchmark | None = None
        self._last: Any = None

    def load(self, source: str) -> None:
        """Makes a program the one that is timed from now on."""
        self._benchmark = self._load(source)

    def time(self, _source: str) -> float:
        """Calls the program once and returns the milliseconds that it took."""
        assert self._benchmark is not None
        gc.collect()
        start = time.perf_counter()
        self._last = self._benchmark()
        return (time.perf_counter() - start) * 1000

    def value(self, _source: str) -> str:
        """Returns the last value as text."""
        return str(self._last)


def main(runtime: str) -> None:
    """Answers until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a program prints is not an answer
    driver = Driver(LOADERS[runtime]())
    answers.write('{"value": "ready"}\n')
    answers.flush()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            value = getattr(driver, request["method"])(request.get("source", ""))
            answer = {"value": value}
        except Exception as error:  # another runtime's errors are of any type
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
