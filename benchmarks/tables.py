"""Measurements as tables: on the terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Measurement, Ratio, digits, geometric_mean


@dataclass(frozen=True)
class Comparison:
    """A column of ratios: how many times longer `above` takes than `below`.

    `faster` tells whether a great ratio is good for us.
    """

    title: str
    above: str
    below: str
    faster: bool


@dataclass(frozen=True)
class View:
    """What a table shows: runtimes whose times it lists, and what is compared."""

    runtimes: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


PAGE = View(
    ("lispcore", "peer", "python"),
    (
        Comparison("peer / lispcore", "peer", "lispcore", True),
        Comparison("lispcore / python", "lispcore", "python", False),
    ),
)
TERMINAL = View(
    ("lispcore", "python", "hy", "basilisp"),
    (
        Comparison("lispcore / python", "lispcore", "python", False),
        Comparison("hy / lispcore", "hy", "lispcore", True),
        Comparison("basilisp / lispcore", "basilisp", "lispcore", True),
    ),
)
AGAINST = View(
    ("lispcore", "before"),
    (Comparison("before / lispcore", "before", "lispcore", True),),
)


def header(view: View) -> list[str]:
    """Returns the titles of the columns."""
    titles = ["program", *(f"{runtime} ms" for runtime in view.runtimes)]
    for comparison in view.comparisons:
        titles += [comparison.title, "cold"]
    return titles


def row(view: View, found: Measurement) -> list[str]:
    """Returns the cells of one program."""
    cells = [found.name]
    for runtime in view.runtimes:
        warm = found.warm(runtime)
        missing = "not counted" if runtime in found.problems else "–"
        cells.append(missing if warm is None else f"{warm:.1f}")
    for comparison in view.comparisons:
        ratio = found.ratio(comparison.above, comparison.below)
        cold = found.cold_ratio(comparison.above, comparison.below)
        cells += [str(ratio or "–"), "–" if cold is None else digits(cold)]
    return cells


@dataclass(frozen=True)
class Total:
    """A comparison over all programs: geometric means, and the program where it is worst."""

    comparison: Comparison
    mean: float
    cold_mean: float
    worst: float
    worst_name: str
    count: int

    def __str__(self) -> str:
        return (
            f"{self.comparison.title}: geometric mean {self.mean:.2f} over {self.count} programs, "
            f"worst {digits(self.worst)} ({self.worst_name}), cold {self.cold_mean:.2f}"
        )


def total(comparison: Comparison, all_found: Sequence[Measurement]) -> Total | None:
    """Returns a comparison's total, None if no program has both runtimes."""
    ratios: dict[str, Ratio] = {}
    cold: list[float] = []
    for found in all_found:
        ratio = found.ratio(comparison.above, comparison.below)
        first = found.cold_ratio(comparison.above, comparison.below)
        if ratio is not None and first is not None:
            ratios[found.name] = ratio
            cold.append(first)
    mean = geometric_mean([each.median for each in ratios.values()])
    cold_mean = geometric_mean(cold)
    if mean is None or cold_mean is None:
        return None
    choose = min if comparison.faster else max
    name = choose(ratios, key=lambda each: ratios[each].median)
    return Total(comparison, mean, cold_mean, ratios[name].median, name, len(ratios))


def totals(view: View, all_found: Sequence[Measurement]) -> list[Total]:
    """Returns the totals of all comparisons that can be made."""
    made = [total(comparison, all_found) for comparison in view.comparisons]
    return [each for each in made if each is not None]


def plain_line(cells: Sequence[str], first_width: int = 18) -> str:
    """Returns a line of a table for the terminal."""
    widths = [first_width, *(22 if "(" in cell or "/" in cell else 11 for cell in cells[1:])]
    parts = [f"{cells[0]:<{widths[0]}}"]
    parts += [f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "".join(parts)


def markdown_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a table in Markdown, its first column to the left and the others to the right."""
    lines = [
        "| " + " | ".join(titles) + " |",
        "|---" + "|---:" * (len(titles) - 1) + "|",
        *("| " + " | ".join(cells) + " |" for cells in rows),
    ]
    return "\n".join(lines)
