"""Times `benchmark` of a Python text: put into the Pyodide of the page by page.py."""

import gc
import time

_program = {}
_last = None


def benchmark_tidy():
    """Frees what earlier rounds have left, so that nobody pays for somebody else's garbage."""
    gc.collect()


def benchmark_load(source):
    """Runs a program's text, which defines `benchmark`."""
    _program.clear()
    _program["__name__"] = "program"
    exec(compile(source, "<program>", "exec"), _program)


def benchmark_time():
    """Calls `benchmark` and returns the milliseconds that it took."""
    global _last
    gc.collect()
    start = time.perf_counter()
    _last = _program["benchmark"]()
    return (time.perf_counter() - start) * 1000


def benchmark_value():
    """Returns the last value as text."""
    return str(_last)
