"""WebAssembly for tests on the terminal: the modules of numeric loops, run by wasmtime.

It does what the page's worker does (web/src/engine/worker.js), but that a module has a memory of
its own there, into which arrays are copied.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from struct import pack_into, unpack_from
from typing import Any

import wasmtime

import lispcore.compiler.numeric.code  # noqa: F401  # or it would be imported after many rounds
from fake_host import FakeHost

_WHERE = 1024


class NativeMachine:
    """Runs modules; counts how many it has prepared and run, and how many were left."""

    def __init__(self, pause: Callable[[], bool] = lambda: False) -> None:
        self.modules: list[bytes] = []
        self.runs = 0
        self.left = 0
        self._pause = pause
        self._engine = wasmtime.Engine()

    def prepare(self, module: bytes) -> Callable[[array[int], dict[int, array[Any]]], bool]:
        """Returns what runs a module."""
        self.modules.append(module)
        store = wasmtime.Store(self._engine)
        memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(1, None)))
        kind = wasmtime.FuncType([], [wasmtime.ValType.i32()])
        pause = wasmtime.Func(store, kind, lambda: int(self._pause()))
        linker = wasmtime.Linker(self._engine)
        linker.define(store, "m", "memory", memory)
        linker.define(store, "m", "pause", pause)
        instance = linker.instantiate(store, wasmtime.Module(self._engine, module))
        entry: Any = instance.exports(store)["run"]

        def run(words: array[int], arrays: dict[int, array[Any]]) -> bool:
            at = _WHERE + 8 * len(words)
            row = list(words)
            addresses: dict[int, int] = {}
            for place, numbers in arrays.items():
                size = numbers.itemsize * len(numbers)
                missing = at + size - memory.data_len(store)
                if missing > 0:
                    memory.grow(store, missing // 65536 + 1)
                memory.write(store, numbers.tobytes(), at)
                row[place] = at | len(numbers) << 32
                addresses[place] = at
                at += size + 7 & -8
            content = bytearray(8 * len(words))
            pack_into(f"<{len(row)}q", content, 0, *row)
            memory.write(store, bytes(content), _WHERE)
            self.runs += 1
            try:
                entry(store, _WHERE)
                ended = True
            except (wasmtime.Trap, wasmtime.WasmtimeError):
                self.left += 1
                ended = False
            found = bytes(memory.read(store, _WHERE, _WHERE + 8 * len(words)))
            words[:] = array("q", unpack_from(f"<{len(row)}q", found))
            for place, numbers in arrays.items():
                at = addresses[place]
                content = memory.read(store, at, at + numbers.itemsize * len(numbers))
                numbers[:] = array(numbers.typecode, bytes(content))
            return ended

        return run


class NativeHost(FakeHost):
    """The host of tests, with such a machine."""

    def __init__(self, pause: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self.machine = NativeMachine(pause)
