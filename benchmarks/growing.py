"""How the time per element grows with the number of elements: `growth/*.lisp` in the page.

Each file defines `benchmark` with one parameter, the number of elements. What is linear takes the
same time per element at every size.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.figures import divide
from benchmarks.page import BenchmarkPage
from benchmarks.suite import HERE, Program, read_programs

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Small sizes are called several times, so that each measurement has as much to do.
ELEMENTS_AT_LEAST = 20_000
REPEATS = 3
# A size that is likely to take longer than this is left out.
LONGEST_MILLISECONDS = 40_000.0
FLAT_WITHIN = 2.0


@dataclass
class Growth:
    """Nanoseconds per element, by the number of elements."""

    name: str
    about: str
    nanoseconds: dict[int, float] = field(default_factory=dict)
    problem: str = ""

    def factor(self) -> float | None:
        """Returns how many times longer an element takes where it takes longest."""
        times = list(self.nanoseconds.values())
        return divide(max(times), min(times)) if len(times) > 1 else None

    def is_flat(self) -> bool:
        """Tells whether all sizes were measured and none takes much longer per element."""
        factor = self.factor()
        return factor is not None and factor <= FLAT_WITHIN and len(self.nanoseconds) == len(SIZES)


def grow(page: BenchmarkPage, program: Program) -> Growth:
    """Measures a program at all sizes, the smallest first."""
    found = Growth(program.name, program.about)
    try:
        page.call("lisp", program.sources[".lisp"], True)
        page.call("lisp", "(benchmark 100)")
        for size in SIZES:
            expected = max(found.nanoseconds.values(), default=0.0) * size * REPEATS / 1e6
            if expected > LONGEST_MILLISECONDS:
                break
            calls = max(1, ELEMENTS_AT_LEAST // size)
            code = f"(time/ms (fn () (dotimes (i {calls}) (benchmark {size}))))"
            times = [float(page.call("lisp", code)) for _ in range(REPEATS)]
            found.nanoseconds[size] = statistics.median(times) * 1e6 / (calls * size)
    except Exception as error:  # Playwright's: what the program raised
        found.problem = str(error).splitlines()[0]
    return found


def grow_all(page: BenchmarkPage, names: list[str], show: Callable[[Growth], None]) -> list[Growth]:
    """Measures all programs of the folder, and shows each when it is done."""
    all_found = []
    for program in read_programs(names, HERE / "growth"):
        found = grow(page, program)
        show(found)
        all_found.append(found)
    return all_found


def cells(found: Growth) -> list[str]:
    """Returns a line of the table of growth."""
    factor = found.factor()
    times = [
        f"{found.nanoseconds[size]:,.0f}" if size in found.nanoseconds else "–" for size in SIZES
    ]
    verdict = "flat" if found.is_flat() else "not measured" if factor is None else "not flat"
    if factor is not None and factor <= FLAT_WITHIN and not found.is_flat():
        verdict = "flat as far as measured"
    return [found.name, *times, "–" if factor is None else f"{factor:.2f}", verdict]


def header() -> list[str]:
    """Returns the titles of the columns."""
    return ["program", *(f"n = {size:,}, ns" for size in SIZES), "max / min", "verdict"]
