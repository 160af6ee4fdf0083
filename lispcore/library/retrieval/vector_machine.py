"""Vector searches as machine code, where the host runs WebAssembly: milliseconds for a store.

As in vector_index.py, rounded vectors tell which ones may be among the best, and these are scored
in full. Here the rounded numbers of a vector stand one after the other, signed bytes, and are
multiplied eight at a time with those of the query, of 16 bits. What rounding took from a vector is
known by itself, which leaves fewer to score in full.

Vectors are rounded when a search first needs them: a byte for a number, besides its own eight. A
vector that has come since, or has changed, is rounded before the next search.
"""

from __future__ import annotations

import math
from array import array
from typing import Any, NamedTuple, Protocol

from lispcore.library.retrieval.vector_index import Numbers, VectorIndex
from lispcore.library.retrieval.vector_kernels import (
    LEVELS,
    SHORTEST,
    STRIDE,
    Dots,
    Measure,
    Scores,
    dots_module,
    measure_module,
    scores_module,
)

BLOCK = 4096  # vectors whose rounded numbers lie together
# So many at once are handed over in full.
AT_ONCE = 64
# So many found ones at a time say what the others must reach.
LEAST_ROOM = 256
MOST_ROOM = 4096
_LARGEST = 32_766  # of the query's numbers
_LARGEST_SUM = 2**31 // LEVELS - 1  # of all of them


class _Machine(Protocol):
    def prepare(self, module: bytes) -> Any: ...


class Kernels(NamedTuple):
    """What runs the three modules, each with its words and the arrays whose addresses go in."""

    measure: Any
    scores: Any
    dots: Any

    @classmethod
    def of(cls, machine: _Machine) -> Kernels | None:
        """Returns the kernels of a machine, None if it does not know vectors of numbers."""
        found = machine.prepare(scores_module())
        if found is None:
            return None
        return cls(machine.prepare(measure_module()), found, machine.prepare(dots_module()))


class MachineIndex(VectorIndex):
    """An index that searches as machine code."""

    at_once = AT_ONCE

    def __init__(self, dimensions: int, kernels: Kernels) -> None:
        super().__init__(dimensions)
        self._kernels = kernels
        self._stride = -(-dimensions // STRIDE) * STRIDE
        self._rounded: list[array[int]] = []  # for each block
        self._errors = array("d")
        self._changed: set[int] = set()  # positions whose vectors are to be rounded

    def add(self, row: bytes) -> int:
        """Appends a packed vector; returns its position."""
        position = len(self.rows)
        self.rows.append(row)
        self._changed.add(position)
        for values in (self._lengths, self._steps, self._errors):
            values.append(0.0)
        return position

    def replace(self, position: int, row: bytes) -> None:
        """Puts another vector into a position."""
        self.rows[position] = row
        self._changed.add(position)

    def remove(self, position: int) -> None:
        """Takes a vector away; the last one moves into its position."""
        last = len(self.rows) - 1
        self.rows[position] = self.rows[last]
        self._changed.add(position)
        self._changed.discard(last)
        self.rows.pop()
        for values in (self._lengths, self._steps, self._errors):
            values.pop()
        del self._rounded[-(-last // BLOCK) :]

    def search(
        self, query: bytes, count: int, allowed: list[int] | None = None
    ) -> list[tuple[int, float]]:
        """Returns (position, cosine) of the `count` nearest vectors, the nearest first."""
        self._round()
        return super().search(query, count, allowed)

    # --- rounding ----------------------------------------------------------------------------

    def _round(self) -> None:
        """Rounds the vectors that have changed."""
        positions = sorted(self._changed)
        start = 0
        while start < len(positions):
            block = positions[start] // BLOCK
            stop = start
            while (
                stop < len(positions)
                and stop - start < AT_ONCE
                and positions[stop] // BLOCK == block
            ):
                stop += 1
            self._round_some(block, positions[start:stop])
            start = stop
        self._changed.clear()

    def _round_some(self, block: int, positions: list[int]) -> None:
        if block == len(self._rounded):
            self._rounded.append(array("b"))
        codes = self._rounded[block]
        first = block * BLOCK
        missing = (min(len(self.rows) - first, BLOCK)) * self._stride - len(codes)
        if missing > 0:
            codes.frombytes(bytes(missing))
        words = array("q", bytes(8 * len(Measure)))
        words[Measure.COUNT] = len(positions)
        words[Measure.DIMENSIONS] = self.dimensions
        words[Measure.STRIDE] = self._stride
        words[Measure.FIRST] = first
        arrays: dict[int, array[Any]] = {
            Measure.PLACES: array("i", [position - first for position in positions]),
            Measure.ROWS: array("d", b"".join([self.rows[position] for position in positions])),
            Measure.CODES: codes,
            Measure.LENGTHS: self._lengths,
            Measure.STEPS: self._steps,
            Measure.ERRORS: self._errors,
        }
        self._kernels.measure(words, arrays)

    # --- searching ---------------------------------------------------------------------------

    def _products(self, numbers: list[float], positions: list[int]) -> list[float]:
        words = array("q", bytes(8 * len(Dots)))
        words[Dots.COUNT] = len(positions)
        words[Dots.DIMENSIONS] = self.dimensions
        sums = array("d", bytes(8 * len(positions)))
        rows = array("d", b"".join([self.rows[position] for position in positions]))
        query = array("d", numbers)
        self._kernels.dots(words, {Dots.ROWS: rows, Dots.QUERY: query, Dots.SUMS: sums})
        return list(sums)

    def _candidates(
        self, numbers: Numbers, length: float, count: int, allowed: list[int] | None
    ) -> list[tuple[float, int]]:
        """Returns all that may be among the best, by the bound that is told in vector_index.py.

        A vector that rounding takes e from is |q - s| + e(1 + |q - s|) away at most.
        """
        units = [each / length for each in numbers]
        scale = min(
            _LARGEST / max(map(abs, units)),
            (_LARGEST_SUM - self.dimensions) / sum(map(abs, units)),
        )
        rounded = [round(each * scale) for each in units]
        error = math.dist(units, [each / scale for each in rounded])
        search = _Search(self, rounded, count, scale, error)
        if length * length < SHORTEST:
            search.slack = math.inf
        for block, chosen in self._chosen(allowed, BLOCK):
            search.look_at(block, chosen)
        floor = search.floor
        pairs = [(most / scale, position) for most, position in search.found if most >= floor]
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        return pairs


class _Search:
    """One search: what it has found so far, and what the others must reach."""

    def __init__(
        self, index: MachineIndex, rounded: list[int], count: int, scale: float, error: float
    ) -> None:
        self.index = index
        self.count = count
        filled = [*rounded, *[0] * (index._stride - len(rounded))]
        self.query = array("h", filled)
        self.spread = (1 + error) * scale
        self.slack = (error + 1e-9) * scale  # 1e-9 is for what adding up floats loses
        self.floor = -math.inf
        self.floors: list[float] = []  # what the best so far have at least
        self.found: list[tuple[float, int]] = []
        self.room = max(LEAST_ROOM, min(2 * count, MOST_ROOM))
        self.results = array("d", bytes(24 * self.room))
        self.words = array("q", bytes(8 * len(Scores)))
        self.fractions = memoryview(self.words).cast("B").cast("d")

    def look_at(self, block: int, chosen: list[int] | None) -> None:
        """Notes which vectors of a block may be among the best."""
        index, words = self.index, self.words
        first = block * BLOCK
        arrays: dict[int, array[Any]] = {
            Scores.CODES: index._rounded[block],
            Scores.QUERY: self.query,
            Scores.STEPS: index._steps,
            Scores.ERRORS: index._errors,
            Scores.FOUND: self.results,
        }
        words[Scores.CHOSEN] = 0
        stop = min(len(index.rows) - first, BLOCK)
        if chosen is not None:
            arrays[Scores.CHOSEN] = array("i", [position - first for position in chosen])
            stop = len(chosen)
        words[Scores.STRIDE] = index._stride
        words[Scores.FIRST] = first
        begin = 0
        while begin < stop:
            words[Scores.BEGIN], words[Scores.STOP] = begin, stop
            words[Scores.ROOM] = self.room
            self.fractions[Scores.FLOOR] = self.floor
            self.fractions[Scores.SPREAD] = self.spread
            self.fractions[Scores.SLACK] = self.slack
            index._kernels.scores(words, arrays)
            begin = words[Scores.BEGIN]
            self._take(first, self.room - words[Scores.ROOM])

    def _take(self, first: int, size: int) -> None:
        """Takes over what a run has found."""
        from heapq import nlargest

        if not size:
            return
        results = self.results
        self.found += [
            (most, first + int(place))
            for most, place in zip(
                results[0 : 3 * size : 3], results[2 : 3 * size : 3], strict=True
            )
        ]
        lows = results[1 : 3 * size : 3]
        self.floors = nlargest(self.count, [*self.floors, *lows])
        if len(self.floors) == self.count:
            self.floor = self.floors[-1]
