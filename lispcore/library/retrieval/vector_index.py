"""Finds the vectors that point most nearly in a query's direction, among tens of thousands.

Exact, in plain Python, and fast enough to answer while somebody types. The trick: Python multiplies
long integers quickly, so one integer holds one dimension of a whole block of vectors, a slot of
three bytes for each. Multiplying it by the query's number for that dimension, and adding the
products over all dimensions, gives all dot products of the block at once.

For that, numbers are rounded: those of a vector to -127…127 (times a step of its own), those of the
query to whatever the slots can hold. How far the rounded score can be from the true one is known,
so all vectors that might be among the best are scored again in full, and the answer is exact.

Where there is WebAssembly, vector_machine.py does the same faster.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul, sub
from typing import Final

from lispcore.library.collections.vectors import dot

BLOCK: Final = 4096  # vectors that share their integers: these stay within a processor's cache
_LEVELS: Final = 127  # a number is rounded to a signed byte
_BIAS: Final = 128  # slots hold no negative numbers, so the rounded numbers are moved up
# Beyond so many dimensions, the query's numbers would become too coarse for slots of 3 bytes.
_NARROW_DIMENSIONS: Final = 4096

Numbers = Sequence[float]


def length_of(numbers: Numbers) -> float:
    """Returns a vector's length."""
    return math.sqrt(dot(numbers, numbers))


def has_length(numbers: Numbers) -> bool:
    """Tells whether a vector's length is a number, and a finite one."""
    if sys.version_info >= (3, 12) and math.sumprod(numbers, numbers) < 1e300:
        return True  # not as `dot` rounds, but ten times as fast
    return math.isfinite(length_of(numbers))


def unpacked(row: bytes) -> Numbers:
    """Returns the numbers of a vector that is packed as little-endian 64-bit floats."""
    if sys.byteorder == "little":
        return memoryview(row).cast("d")
    numbers = array("d", row)
    numbers.byteswap()
    return numbers


@dataclass(frozen=True, slots=True)
class _Block:
    """What a search needs of a block: an integer for each dimension, and the steps of its vectors.

    `offsets` are the steps times what the sums in the slots are moved up by.
    """

    columns: list[int]
    steps: list[float]
    offsets: list[float]
    largest_step: float


class VectorIndex:
    """Vectors of one number of dimensions, each at a position; the last moves into a gap."""

    at_once = 1  # so many vectors are scored in full together

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self.rows: list[bytes] = []
        self._lengths = array("d")
        self._codes: list[bytes] = []
        # The length that one level of a vector's code has, once the vector has length 1.
        self._steps = array("d")
        self._blocks: list[_Block | None] = []  # None where vectors changed since
        self._slot = 3 if dimensions <= _NARROW_DIMENSIONS else 4
        self._middle = 1 << (8 * self._slot - 1)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: bytes) -> int:
        """Appends a packed vector; returns its position."""
        position = len(self.rows)
        length, step, code = self._measured(row)
        self.rows.append(row)
        self._lengths.append(length)
        self._steps.append(step)
        self._codes.append(code)
        if position // BLOCK == len(self._blocks):
            self._blocks.append(None)
        self._blocks[position // BLOCK] = None
        return position

    def replace(self, position: int, row: bytes) -> None:
        """Puts another vector into a position."""
        self.rows[position] = row
        measured = self._measured(row)
        self._lengths[position], self._steps[position], self._codes[position] = measured
        self._blocks[position // BLOCK] = None

    def remove(self, position: int) -> None:
        """Takes a vector away; the last one moves into its position."""
        last = len(self.rows) - 1
        self.rows[position] = self.rows[last]
        self._lengths[position] = self._lengths[last]
        self._steps[position] = self._steps[last]
        self._codes[position] = self._codes[last]
        for values in (self.rows, self._lengths, self._steps, self._codes):
            values.pop()
        self._blocks[position // BLOCK] = None
        if last % BLOCK == 0:
            self._blocks.pop()
        else:
            self._blocks[last // BLOCK] = None

    def _measured(self, row: bytes) -> tuple[float, float, bytes]:
        numbers = unpacked(row)
        length = length_of(numbers)
        largest = max(max(numbers), -min(numbers))
        if not length or not largest:
            return 0.0, 0.0, bytes((_BIAS,)) * self.dimensions
        scale = _LEVELS / largest
        middle = _BIAS + 0.5
        code = bytes([int(number * scale + middle) for number in numbers])
        return length, largest / (_LEVELS * length), code

    # --- searching ---------------------------------------------------------------------------

    def search(
        self, query: bytes, count: int, allowed: list[int] | None = None
    ) -> list[tuple[int, float]]:
        """Returns (position, cosine) of the `count` nearest vectors, the nearest first.

        Equal ones stand in the order of their positions. `allowed` limits the search to some
        positions.
        """
        if count < 1 or not (self.rows if allowed is None else allowed):
            return []
        numbers = unpacked(query)
        length = length_of(numbers)
        if not length:
            positions = allowed if allowed is not None else range(len(self.rows))
            return [(position, 0.0) for position in positions[:count]]
        candidates = self._candidates(numbers, length, count, allowed)
        return self._best(list(numbers), length, count, candidates)

    def _best(
        self, numbers: list[float], length: float, count: int, candidates: list[tuple[float, int]]
    ) -> list[tuple[int, float]]:
        """Returns the nearest of (most that the cosine can be, position), those with most first."""
        from heapq import heappush, heapreplace

        best: list[tuple[float, int]] = []  # the worst one first: a heap of (score, -position)
        for start in range(0, len(candidates), self.at_once):
            group = candidates[start : start + self.at_once]
            if len(best) == count and group[0][0] < best[0][0]:
                break
            products = self._products(numbers, [position for _, position in group])
            for (_, position), product in zip(group, products, strict=True):
                lengths = self._lengths[position] * length
                score = product / lengths if lengths else 0.0
                if len(best) < count:
                    heappush(best, (score, -position))
                elif (score, -position) > best[0]:
                    heapreplace(best, (score, -position))
        best.sort(key=lambda entry: (-entry[0], -entry[1]))
        return [(-position, score) for score, position in best]

    def _products(self, numbers: list[float], positions: list[int]) -> list[float]:
        """Returns the dot products of a query with the vectors at some positions, in full."""
        return [dot(numbers, unpacked(self.rows[position])) for position in positions]

    def _candidates(
        self, numbers: Numbers, length: float, count: int, allowed: list[int] | None
    ) -> list[tuple[float, int]]:
        """Returns all that may be among the best, as `_best` takes them.

        With v and q of length 1, r and s what they were rounded to:
        |vq - rs| <= |v(q - s)| + |(v - r)s| <= |q - s| + |v - r|(1 + |q - s|),
        and no number of v is further than half a step from that of r.
        """
        from heapq import nlargest

        total = sum(map(abs, numbers)) / length
        scale = (self._middle // _BIAS - 1 - self.dimensions / 2) / total
        rounded = [round(number * scale / length) for number in numbers]
        error = math.dist([each / length for each in numbers], [each / scale for each in rounded])
        # All that follows is in units of 1 / scale. 1e-9 is for what adding up floats loses.
        slack = (error + 1e-9) * scale
        spread = (1 + error) * math.sqrt(self.dimensions) / 2 * scale
        found: list[tuple[float, int]] = []
        floors: list[float] = []  # what the best so far have at least
        floor = -math.inf
        for block, chosen in self._chosen(allowed, BLOCK):
            scores, largest_step = self._scores(block, rounded)
            start = block * BLOCK
            if chosen is not None:
                scores = [scores[position - start] for position in chosen]
            margin = spread * largest_step + slack
            if max(scores) - margin > floor or len(floors) < count:
                lows = [score - margin for score in nlargest(count, scores)]
                floors = nlargest(count, floors + lows)
                floor = floors[-1] if len(floors) == count else floor
            least = floor - margin
            places = range(start, start + len(scores)) if chosen is None else chosen
            found += [
                (score + margin, position)
                for score, position in zip(scores, places, strict=True)
                if score >= least
            ]
        pairs = [(most / scale, position) for most, position in found if most >= floor]
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        return pairs

    def _chosen(self, allowed: list[int] | None, size: int) -> list[tuple[int, list[int] | None]]:
        """Returns the blocks to look at, each with its allowed positions (None for all)."""
        if allowed is None:
            return [(block, None) for block in range(-(-len(self.rows) // size))]
        chosen: dict[int, list[int] | None] = {}
        for position in allowed:
            places = chosen.setdefault(position // size, [])
            if places is not None:
                places.append(position)
        return list(chosen.items())

    def _scores(self, block: int, rounded: list[int]) -> tuple[list[float], float]:
        """Returns the rounded products of a block with the query, and the block's largest step."""
        prepared = self._blocks[block]
        if prepared is None:
            prepared = self._blocks[block] = self._prepared(block)
        slot = self._slot
        size = len(prepared.steps)
        middle = self._middle - _BIAS * sum(rounded)
        total = int.from_bytes((b"\1" + bytes(slot - 1)) * size, "little") * middle
        for column, number in zip(prepared.columns, rounded, strict=True):
            if number:
                total += column * number
        raw = total.to_bytes(size * slot, "little")
        wide = bytearray(size * 4)
        for byte in range(slot):
            wide[byte::4] = raw[byte::slot]
        sums = array("I", bytes(wide))
        if sys.byteorder == "big":
            sums.byteswap()
        moved = map(mul, prepared.steps, sums)
        return list(map(sub, moved, prepared.offsets)), prepared.largest_step

    def _prepared(self, block: int) -> _Block:
        codes = self._codes[block * BLOCK : (block + 1) * BLOCK]
        joined = b"".join(codes)
        columns = []
        spread = bytearray(len(codes) * self._slot)
        for dimension in range(self.dimensions):
            spread[:: self._slot] = joined[dimension :: self.dimensions]
            columns.append(int.from_bytes(spread, "little"))
        steps = list(self._steps[block * BLOCK : (block + 1) * BLOCK])
        return _Block(columns, steps, [step * self._middle for step in steps], max(steps))
