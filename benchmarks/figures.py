"""What is computed from times: medians, quartiles, ratios round by round, geometric means."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# A clock in a browser counts in steps of some microseconds.
SHORTEST_MILLISECONDS = 0.005


def digits(ratio: float) -> str:
    """Returns a ratio as text, small ones with more digits."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


@dataclass(frozen=True)
class Ratio:
    """A ratio over the rounds: its median and its quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{digits(self.median)} ({digits(self.low)}–{digits(self.high)})"


@dataclass
class Measurement:
    """The times of one program, in milliseconds by runtime, first the cold one.

    `problems` says by runtime why there are none.
    """

    name: str
    times: dict[str, list[float]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def warm(self, runtime: str) -> float | None:
        """Returns the median of the warm times, None if there are none."""
        times = self.times.get(runtime, [])[1:]
        return statistics.median(times) if times else None

    def ratio(self, above: str, below: str) -> Ratio | None:
        """Returns how many times longer `above` takes than `below`, round by round."""
        pairs = list(
            zip(self.times.get(above, [])[1:], self.times.get(below, [])[1:], strict=False)
        )
        return spread(divide(a, b) for a, b in pairs) if pairs else None

    def cold_ratio(self, above: str, below: str) -> float | None:
        """Returns the ratio of the first calls."""
        first, second = self.times.get(above), self.times.get(below)
        return divide(first[0], second[0]) if first and second else None


def divide(a: float, b: float) -> float:
    """Returns a ratio of two times, none of which may be nothing."""
    return max(a, SHORTEST_MILLISECONDS) / max(b, SHORTEST_MILLISECONDS)


def spread(values: Iterable[float]) -> Ratio:
    """Returns median and quartiles."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return Ratio(ordered[0], ordered[0], ordered[0])
    low, _, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return Ratio(statistics.median(ordered), low, high)


def geometric_mean(values: Sequence[float]) -> float | None:
    """Returns the geometric mean, None of nothing."""
    return math.exp(statistics.fmean(map(math.log, values))) if values else None
