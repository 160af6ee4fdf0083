"""A plot of ratios as SVG: one line per program, a logarithmic axis, readable in light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.figures import Measurement, Ratio
from benchmarks.tables import Comparison

LEFT, RIGHT, TOP, LINE = 150, 24, 84, 17
WIDTH = 860
LOWEST, HIGHEST = 1 / 16, 64.0
TICKS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64)

STYLE = """
  .paper { fill: #ffffff; }
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .axis { fill: #57606a; font-size: 11px; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .even { stroke: #57606a; stroke-width: 1.5; }
  .first { fill: #0969da; stroke: #0969da; }
  .second { fill: none; stroke: #bc4c00; stroke-width: 1.8; }
  .spread { stroke-width: 2; opacity: 0.45; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; }
    text { fill: #e6edf3; }
    .axis { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .even { stroke: #9198a1; }
    .first { fill: #4493f8; stroke: #4493f8; }
    .second { stroke: #f0883e; }
  }
"""


@dataclass(frozen=True)
class Series:
    """What one kind of mark stands for; with `inverted` the ratio is turned round."""

    title: str
    comparison: Comparison
    mark: str  # a class of the style: "first" or "second"
    inverted: bool = False

    def ratio(self, found: Measurement) -> Ratio | None:
        """Returns how many times faster we are."""
        ratio = found.ratio(self.comparison.above, self.comparison.below)
        if ratio is None or not self.inverted:
            return ratio
        return Ratio(1 / ratio.median, 1 / ratio.high, 1 / ratio.low)


def across(value: float) -> float:
    """Returns where a ratio stands from the left; what is off the scale stands at its end."""
    inside = min(max(value, LOWEST), HIGHEST)
    share = math.log(inside / LOWEST) / math.log(HIGHEST / LOWEST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def tick_text(value: float) -> str:
    """Returns a ratio as the axis shows it."""
    return f"{value:g}×" if value >= 1 else f"1/{round(1 / value)}"


def mark(series: Series, ratio: Ratio, y: float) -> str:
    """Returns a dot with a line from quartile to quartile."""
    x = across(ratio.median)
    line = (
        f'<line class="{series.mark} spread" x1="{across(ratio.low):.1f}" y1="{y}" '
        f'x2="{across(ratio.high):.1f}" y2="{y}"/>'
    )
    return f'{line}<circle class="{series.mark}" cx="{x:.1f}" cy="{y}" r="4"/>'


def legend(all_series: Sequence[Series]) -> list[str]:
    """Returns the lines that say what the marks mean."""
    parts = []
    x = LEFT
    for series in all_series:
        parts.append(f'<circle class="{series.mark}" cx="{x}" cy="42" r="4"/>')
        parts.append(f'<text x="{x + 10}" y="46">{escape(series.title)}</text>')
        x += 22 + 7 * len(series.title)
    return parts


def draw(title: str, all_found: Sequence[Measurement], all_series: Sequence[Series]) -> str:
    """Returns the plot; programs are sorted by the first series, the fastest on top."""

    def key(found: Measurement) -> float:
        ratio = all_series[0].ratio(found)
        return -ratio.median if ratio else math.inf

    ordered = sorted(all_found, key=key)
    height = TOP + LINE * len(ordered) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
        *legend(all_series),
    ]
    for value in TICKS:
        x = across(value)
        kind = "even" if value == 1 else "grid"
        parts.append(
            f'<text class="axis" x="{x:.1f}" y="{TOP - 14}" text-anchor="middle">'
            f"{tick_text(value)}</text>"
            f'<line class="{kind}" x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 8}"/>'
        )
    for number, found in enumerate(ordered):
        y = TOP + LINE * number + 6
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(found.name)}</text>'
        )
        for series in all_series:
            ratio = series.ratio(found)
            if ratio is not None:
                parts.append(mark(series, ratio, y))
    return "\n".join([*parts, "</svg>", ""])
