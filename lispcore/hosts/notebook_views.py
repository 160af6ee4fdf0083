"""Views as notebooks show them: bundles of the same thing in several media types.

A view is what library/showing/views.py describes. Every bundle has its text, too, for places that
show nothing else. Whatever comes from a program is escaped where it becomes HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

Bundle = dict[str, Any]

# The charts' series, in an order in which neighbours differ; readable on light and dark ground.
_COLOURS: Final = ("#3b7dd8", "#d9822b", "#3f9c5a", "#c2476b", "#8062c9", "#2b9aa0", "#9a7b2f")
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 640, 360, 60, 48, 34, 16
_PRE: Final = '<pre style="white-space: pre-wrap">'


def bundle_of(view: Mapping[str, Any]) -> Bundle:
    """Returns a view in the media types that a notebook chooses from."""
    text = str(view["text"])
    make = _MAKERS.get(view["view"])
    return {"text/plain": text} | (make(view) if make is not None else {})


def _markdown(view: Mapping[str, Any]) -> Bundle:
    return {"text/markdown": view["text"]}


def _table(view: Mapping[str, Any]) -> Bundle:
    columns = view["columns"]
    styles = [f' style="text-align: {"right" if each["number"] else "left"}"' for each in columns]

    def row(cells: Sequence[str], tag: str) -> str:
        inside = [
            f"<{tag}{style}>{escape(cell)}</{tag}>"
            for cell, style in zip(cells, styles, strict=True)
        ]
        return f"<tr>{''.join(inside)}</tr>"

    title = f"<caption>{escape(view['title'])}</caption>" if view.get("title") else ""
    more = f"<p>… {view['more']} more rows</p>" if view.get("more") else ""
    head = row([each["name"] for each in columns], "th")
    body = "".join(row(cells, "td") for cells in view["rows"])
    return {"text/html": f"<table>{title}<thead>{head}</thead><tbody>{body}</tbody></table>{more}"}


def _image(view: Mapping[str, Any]) -> Bundle:
    if view["type"] in ("image/png", "image/jpeg", "image/gif"):
        return {view["type"]: view["data"]}
    width = f' width="{view["width"]}"' if "width" in view else ""
    source = f"data:{view['type']};base64,{view['data']}"
    return {"text/html": f'<img src="{source}" alt="{escape(view.get("alt", ""))}"{width}>'}


def _audio(view: Mapping[str, Any]) -> Bundle:
    return {
        "text/html": f'<audio controls src="data:{view["type"]};base64,{view["data"]}"></audio>'
    }


def _diff(view: Mapping[str, Any]) -> Bundle:
    lines = []
    for line in view["text"].split("\n"):
        colour = {"+": "#1a7f37", "-": "#c4302b"}.get(line[:1])
        shown = escape(line)
        lines.append(f'<span style="color: {colour}">{shown}</span>' if colour else shown)
    return {"text/html": f"{_PRE}{chr(10).join(lines)}</pre>"}


# --- charts ---------------------------------------------------------------------------------------


def _chart(view: Mapping[str, Any]) -> Bundle:
    return {"image/svg+xml": _Drawing(view).svg()}


class _Drawing:
    """A chart as SVG: axes with their labels, and lines, bars or dots."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        self.view = view
        self.points = view["points"]
        self.series = list(dict.fromkeys(each[2] for each in self.points))
        names = dict.fromkeys(each[0] for each in self.points if isinstance(each[0], str))
        self.names = {name: place for place, name in enumerate(names)}
        places = [self._place(each[0]) for each in self.points] or [0.0]
        values = [each[1] for each in self.points] or [0.0]
        self.is_bars: bool = view["kind"] in ("bar", "histogram") or bool(names)
        width = float(view.get("width") or (1.0 if self.names else 0.0))
        half = width / 2 if self.is_bars else 0.0
        self.width = width
        self.low_x: float = min(places) - half
        self.high_x: float = max(places) + half
        self.low_y: float = min(values)
        self.high_y: float = max(values)
        if self.is_bars:
            self.low_y, self.high_y = min(self.low_y, 0), max(self.high_y, 0)
        if self.low_x == self.high_x:
            self.low_x, self.high_x = self.low_x - 0.5, self.high_x + 0.5
        if self.low_y == self.high_y:
            self.low_y, self.high_y = self.low_y - 0.5, self.high_y + 0.5

    def _place(self, x: Any) -> float:
        return float(self.names[x]) if isinstance(x, str) else float(x)

    def _x(self, place: float) -> float:
        share = (place - self.low_x) / (self.high_x - self.low_x)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 2)

    def _y(self, value: float) -> float:
        share = (value - self.low_y) / (self.high_y - self.low_y)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP), 2)

    def svg(self) -> str:
        """Returns the drawing as text."""
        draw = self._bars if self.is_bars else self._dots
        if self.view["kind"] == "line" and not self.names:
            draw = self._lines
        parts = [*self._axes(), *draw(), *self._legend()]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}" role="img" font-family="sans-serif" '
            f'font-size="12" fill="#777">{"".join(parts)}</svg>'
        )

    def _text(self, x: float, y: float, text: str, anchor: str = "middle") -> str:
        return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'

    def _axes(self) -> list[str]:
        view, bottom = self.view, _HEIGHT - _BOTTOM
        found = [
            f"<title>{escape(str(view['text']))}</title>",
            f'<path d="M{_LEFT} {_TOP}V{bottom}H{_WIDTH - _RIGHT}" fill="none" stroke="#999"/>',
            self._text(_WIDTH / 2, 18, view.get("title") or ""),
            self._text(_WIDTH / 2, _HEIGHT - 8, view.get("x") or ""),
            self._text(8, _TOP - 8, view.get("y") or "", "start"),
        ]
        for value in _steps(self.low_y, self.high_y):
            y = self._y(value)
            found.append(f'<path d="M{_LEFT - 4} {y}h4" stroke="#999"/>')
            found.append(self._text(_LEFT - 8, y + 4, f"{value:g}", "end"))
        marks: list[tuple[float, str]] = [(place, f"{place:g}") for place in self._marks()]
        if self.names:
            every = len(self.names) // 12 + 1
            marks = [(place, name) for name, place in self.names.items() if place % every == 0]
        for place, name in marks:
            found.append(self._text(self._x(place), bottom + 18, name[:18]))
        return found

    def _marks(self) -> list[float]:
        return [] if self.names else _steps(self.low_x, self.high_x)

    def _colour(self, series: str) -> str:
        return _COLOURS[self.series.index(series) % len(_COLOURS)]

    def _lines(self) -> list[str]:
        found = []
        for series in self.series:
            own = [each for each in self.points if each[2] == series]
            path = " ".join(f"{self._x(self._place(x))},{self._y(y)}" for x, y, _ in own)
            colour = self._colour(series)
            found.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            )
        return found

    def _dots(self) -> list[str]:
        return [
            f'<circle cx="{self._x(self._place(x))}" cy="{self._y(y)}" r="3.5" '
            f'fill="{self._colour(series)}"/>'
            for x, y, series in self.points
        ]

    def _bars(self) -> list[str]:
        count = max(len(self.series), 1)
        whole = abs(self._x(self.low_x + self.width) - self._x(self.low_x)) if self.width else 8.0
        width = max(whole * 0.8 / count, 1.0)
        found = []
        for x, y, series in self.points:
            at = self.series.index(series) - count / 2
            left = self._x(self._place(x)) + at * width
            top, zero = self._y(max(y, 0)), self._y(min(y, 0))
            found.append(
                f'<rect x="{left:.2f}" y="{top}" width="{width:.2f}" '
                f'height="{max(zero - top, 0.5):.2f}" fill="{self._colour(series)}"/>'
            )
        return found

    def _legend(self) -> list[str]:
        if len(self.series) < 2:
            return []
        return [
            f'<rect x="{_WIDTH - 130}" y="{_TOP + 16 * at}" width="10" height="10" '
            f'fill="{self._colour(series)}"/>'
            + self._text(_WIDTH - 114, _TOP + 9 + 16 * at, series[:16], "start")
            for at, series in enumerate(self.series)
        ]


def _steps(low: float, high: float) -> list[float]:
    """Returns round numbers between two others, some five of them."""
    from math import ceil, floor, log10

    rough = (high - low) / 5
    size = float(10 ** floor(log10(rough))) if rough >= 1 else 1 / 10 ** -floor(log10(rough))
    step = next(size * each for each in (1, 2, 5, 10) if size * each >= rough)
    return [
        round(step * each, 12) + 0.0 for each in range(ceil(low / step), floor(high / step) + 1)
    ]


_MAKERS: Final[dict[str, Callable[[Mapping[str, Any]], Bundle]]] = {
    "markdown": _markdown,
    "table": _table,
    "image": _image,
    "audio": _audio,
    "diff": _diff,
    "chart": _chart,
}


# --- model calls ----------------------------------------------------------------------------------


def calls_bundle(calls: Sequence[Mapping[str, Any]]) -> Bundle:
    """Returns what is shown below the output of model calls: tokens, cost and time of each."""
    lines = [_call_line(each) for each in calls]
    tokens = sum(each["in"] + each["out"] for each in calls)
    costs = [each["cost"] for each in calls]
    known = [each for each in costs if each is not None]
    cost = f", ${sum(known):.4f}" if known else ""
    head = f"{len(calls)} model call{'s' if len(calls) > 1 else ''}, {tokens} tokens{cost}"
    inside = "".join(
        f"<li>{escape(line)}{_PRE}{escape(_shortened(each['text']))}</pre></li>"
        for line, each in zip(lines, calls, strict=True)
    )
    return {
        "text/plain": "\n".join([head, *(f"  {line}" for line in lines)]),
        "text/html": f"<details><summary>{escape(head)}</summary><ol>{inside}</ol></details>",
    }


def _call_line(call: Mapping[str, Any]) -> str:
    parts = [f"{call['provider']} {call['model']}".strip()]
    parts.append(f"{call['in']} tokens in, {call['out']} out")
    if call["cost"] is not None:
        parts.append(f"${call['cost']:.4f}")
    parts.append(f"{call['seconds']:.1f} s")
    if call["source"] not in ("", "provider"):
        parts.append(f"from {call['source']}")
    if call["error"]:
        parts.append(f"failed: {call['error']}")
    return ", ".join(parts)


def _shortened(text: str) -> str:
    return text if len(text) < 2000 else f"{text[:2000]} …"
