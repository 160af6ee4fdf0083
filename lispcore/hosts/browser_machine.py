"""WebAssembly in the page's worker, for numeric loops (running/numeric_loops.py).

The worker makes an instance of a module on Python's own memory. So the module finds the values of
a loop where Python has put them, and arrays of numbers are read where they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from pyodide.ffi import to_js


class BrowserMachine:
    """Has the worker prepare modules."""

    def __init__(self, prepare: Any) -> None:
        self._prepare = prepare

    def prepare(self, module: bytes) -> Callable[[array[int], dict[int, array[Any]]], bool] | None:
        """Returns what runs a module, None where the browser refuses it."""
        entry = self._prepare(to_js(module))
        if entry is None:
            return None

        def run(words: array[int], arrays: dict[int, array[Any]]) -> bool:
            for place, numbers in arrays.items():
                address, length = numbers.buffer_info()
                words[place] = address | length << 32
            ended: bool = entry(words.buffer_info()[0])
            return ended

        return run


def machine_of(bridge: Any) -> BrowserMachine | None:
    """Returns what runs WebAssembly for a worker, None if it does not offer that."""
    prepare = getattr(bridge, "prepare", None)
    return None if prepare is None else BrowserMachine(prepare)
