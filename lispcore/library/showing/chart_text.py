"""A chart in letters: for terminals, for those who read the page aloud, and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lispcore.library.texts.display_width import display_width, take_width

_KINDS: Final = {
    "line": "Line chart",
    "bar": "Bar chart",
    "scatter": "Scatter plot",
    "histogram": "Histogram",
}
_COLUMNS: Final = 56
_ROWS: Final = 12
_BAR: Final = 40
_MOST_BARS: Final = 60
_MARKS: Final = "•+×o*#"


def _short(number: float) -> str:
    return f"{number:.6g}"


def chart_text(view: Mapping[str, Any]) -> str:
    """Returns what a chart says, and a drawing of it."""
    points = [tuple(point) for point in view["points"]]
    head = _KINDS[view["kind"]] + (f": {view['title']}" if view["title"] else "")
    if not points:
        return f"{head}\n(nothing to draw)"
    has_names = any(type(x) is str for x, _, _ in points)
    if view["kind"] in ("bar", "histogram") or has_names:
        drawing = _bars(points, view["width"])
    else:
        drawing = _dots(points)
    axes = " over ".join(each for each in (view["y"], view["x"]) if each)
    return "\n".join([head, *([axes] if axes else []), *drawing])


def _name(x: float | str, width: float, series: str) -> str:
    if width:
        assert not isinstance(x, str)
        shown = f"{_short(x)} … {_short(x + width)}"
    else:
        shown = x if isinstance(x, str) else _short(x)
    both = f"{shown} {series}" if series else shown
    return both if display_width(both) <= 24 else f"{take_width(both, 22)} …"


def _bars(points: list[Any], width: float) -> list[str]:
    shown = points[:_MOST_BARS]
    names = [_name(x, width, series) for x, _, series in shown]
    room = max(map(display_width, names))
    largest = max(abs(y) for _, y, _ in points) or 1.0
    lines = []
    for name, (_, y, _series) in zip(names, shown, strict=True):
        bar = ("█" if y >= 0 else "▒") * round(_BAR * abs(y) / largest)
        lines.append(f"{name}{' ' * (room - display_width(name))} │{bar} {_short(y)}")
    if len(points) > len(shown):
        lines.append(f"… and {len(points) - len(shown):,} more")
    return lines


def _dots(points: list[Any]) -> list[str]:
    xs, ys = [x for x, _, _ in points], [y for _, y, _ in points]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    series = list(dict.fromkeys(each for _, _, each in points))
    grid = [[" "] * _COLUMNS for _ in range(_ROWS)]
    for x, y, each in points:
        column = round((x - left) / ((right - left) or 1) * (_COLUMNS - 1))
        row = round((high - y) / ((high - low) or 1) * (_ROWS - 1))
        grid[row][column] = _MARKS[series.index(each) % len(_MARKS)]
    room = max(len(_short(low)), len(_short(high)))
    labels = [_short(high), *[""] * (_ROWS - 2), _short(low)]
    lines = [
        f"{label:>{room}} │{''.join(cells)}".rstrip()
        for label, cells in zip(labels, grid, strict=True)
    ]
    foot = f"{_short(left)}{_short(right):>{_COLUMNS - len(_short(left))}}"
    lines += [f"{' ' * room} └{'─' * _COLUMNS}", f"{' ' * room}  {foot}"]
    if series != [""]:
        marks = (f"{_MARKS[at % len(_MARKS)]} {each}" for at, each in enumerate(series))
        lines.append("  ".join(marks))
    return lines
