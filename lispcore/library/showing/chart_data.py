"""What a chart shows: points of numbers and names, in series, read of lists and maps."""

from __future__ import annotations

import math
from typing import Any, Final

from lispcore.library.arguments import (
    check_options,
    count_argument,
    map_argument,
    sequence_argument,
    string_argument,
)
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import Ratio
from lispcore.values.printing import display_value, print_value
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    from_key,
    intern_keyword,
    list_items,
    to_key,
)

MOST_POINTS: Final = 20_000
MOST_SERIES: Final = 50
MOST_BINS: Final = 200
_LABEL: Final = 200

Point = tuple[float | str, float, str]  # x, y, the series


def chart_view(kind: str, data: Value, options: Value) -> dict[str, Any]:
    """Returns the view of a chart; raises `LispError` for data that cannot be drawn."""
    from lispcore.library.showing.chart_text import chart_text

    name = f"plot/{kind}"
    given = {} if options is None else _checked(name, kind, options)
    words = {
        each: "" if given.get(each) is None else string_argument(name, given[each])[:_LABEL]
        for each in ("title", "x-label", "y-label")
    }
    if kind == "histogram":
        points, width = _bins(name, data, given)
        labels = (words["x-label"] or _label(given.get("x")), words["y-label"] or "count")
    else:
        points, found = _Reader(name, given).read(data)
        width = 0.0
        labels = (words["x-label"] or found[0], words["y-label"] or found[1])
    view = {
        "view": "chart",
        "kind": kind,
        "title": words["title"],
        "x": labels[0],
        "y": labels[1],
        "width": width,
        "points": [list(point) for point in points],
    }
    return {**view, "text": chart_text(view)}


def _checked(name: str, kind: str, options: Value) -> dict[str, Value]:
    own = ("x", "bins") if kind == "histogram" else ("x", "y", "series")
    given = map_argument(name, options, 2)
    return check_options(name, given, (*own, "title", "x-label", "y-label"))


def _label(key: Value) -> str:
    if key is None:
        return ""
    text = key.name if type(key) in (Keyword, Symbol) else display_value(key)
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 2]} …"


def _number(name: str, value: Value) -> float:
    if type(value) is int or type(value) is float or isinstance(value, Ratio):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        raise LispError(f"{name}: {print_value(value)} cannot be drawn", kind="value-error")
    raise wrong_type(name, "number", value)


def _is_number(value: Value) -> bool:
    return type(value) is int or type(value) is float or isinstance(value, Ratio)


def _items(value: Value) -> list[Value]:
    return value.items if type(value) is Vector else list_items(value)


class _Reader:
    """Reads the data of a chart of lines, bars or dots."""

    def __init__(self, name: str, given: dict[str, Value]) -> None:
        self.name = name
        self.given = given

    def read(self, data: Value) -> tuple[list[Point], tuple[str, str]]:
        """Returns the points, and what the two axes are called."""
        if isinstance(data, Map):
            points, labels = self._entries(data), ("", "")
        elif type(data) in (List, Vector):
            items = _items(data)
            if items and all(isinstance(item, Map) for item in items):
                points, labels = self._maps(items)
            else:
                points, labels = self._numbers(items), ("", "")
        else:
            raise wrong_type(self.name, "list, vector or map", data, 1)
        self._check(points)
        return points, labels

    def _check(self, points: list[Point]) -> None:
        if len(points) > MOST_POINTS:
            raise LispError(
                f"{self.name}: {len(points)} points, the limit is {MOST_POINTS}",
                hint="draw a sample of them, or means of parts",
            )
        series = len({point[2] for point in points})
        if series > MOST_SERIES:
            raise LispError(f"{self.name}: {series} series, the limit is {MOST_SERIES}")
        # One name among the numbers makes names of all.
        if any(type(x) is str for x, _, _ in points):
            points[:] = [(x if type(x) is str else f"{x:g}", y, each) for x, y, each in points]

    def _place(self, value: Value) -> float | str:
        return _number(self.name, value) if _is_number(value) else _label(value)

    def _entries(self, data: Map) -> list[Point]:
        """A map of names to numbers, or to lists of numbers: a series each."""
        points: list[Point] = []
        for key, value in data.table.items():
            if type(value) in (List, Vector):
                series = _label(from_key(key))
                points += [(x, y, series) for x, y, _ in self._numbers(_items(value))]
            else:
                points.append((self._place(from_key(key)), _number(self.name, value), ""))
        return points

    def _numbers(self, items: list[Value]) -> list[Point]:
        points: list[Point] = []
        for at, item in enumerate(items):
            if type(item) in (List, Vector):
                pair = _items(item)
                if len(pair) != 2:
                    raise LispError(
                        f"{self.name}: expected pairs [x y], got {print_value(item)[:100]}",
                        kind="type-error",
                    )
                points.append((self._place(pair[0]), _number(self.name, pair[1]), ""))
            else:
                points.append((float(at + 1), _number(self.name, item), ""))
        return points

    def _maps(self, rows: list[Map]) -> tuple[list[Point], tuple[str, str]]:
        series = self.given.get("series")
        x_key, y_keys = self._keys(rows[0], series)
        points: list[Point] = []
        for number, row in enumerate(rows, 1):
            x = float(number) if x_key is None else self._place(self._of(row, x_key))
            for key in y_keys:
                y = self._of(row, key)
                if y is None:
                    continue  # nothing was measured there
                named = [] if series is None else [_label(self._of(row, series))]
                named += [_label(key)] if len(y_keys) > 1 else []
                points.append((x, _number(self.name, y), ", ".join(named)))
        return points, (_label(x_key), _label(y_keys[0]) if len(y_keys) == 1 else "")

    def _of(self, row: Map, key: Value) -> Value:
        held = row.table.get(to_key(key), row)
        if held is row:
            raise LispError(
                f"{self.name}: a map has no {print_value(key)}",
                hint="its keys: "
                + " ".join(print_value(from_key(each)) for each in row.ordered_keys()),
            )
        return held

    def _keys(self, row: Map, series: Value) -> tuple[Value, list[Value]]:
        """Returns the keys of x (None: the number of the map) and y, found if not given."""
        x, y = self.given.get("x"), self.given.get("y")
        keys = [from_key(key) for key in row.table]
        free = [key for key in keys if key not in (x, series)]
        if y is None:
            numbers = [key for key in free if _is_number(row.table[to_key(key)])]
            own = intern_keyword("y")
            if x is None and len(numbers) == len(free) > 1 and own not in numbers:
                numbers = numbers[1:]  # the first is x
            if not numbers:
                raise LispError(
                    f"{self.name}: there is no number in {print_value(row)[:200]}",
                    hint="say which key holds them: {:y :price}",
                )
            y_keys = [own if own in numbers else numbers[0]]
        else:
            y_keys = list(sequence_argument(self.name, y)) if type(y) in (List, Vector) else [y]
        if x is None:
            own = intern_keyword("x")
            rest = [key for key in free if key not in y_keys]
            x = own if own in rest else rest[0] if rest else None
        return x, y_keys


# --- how often values occur ----------------------------------------------------------------------


def _bins(name: str, data: Value, given: dict[str, Value]) -> tuple[list[Point], float]:
    """Returns where each part begins and how many are in it, and how wide all are."""
    items = sequence_argument(name, data, 1)
    key = given.get("x")
    if key is not None:
        reader = _Reader(name, given)
        items = [reader._of(map_argument(name, item), key) for item in items]
    numbers = [_number(name, item) for item in items]
    if not numbers:
        return [], 0.0
    wanted = given.get("bins")
    parts = (
        count_argument(name, wanted) if wanted is not None else round(math.log2(len(numbers)) + 1)
    )
    low, high = min(numbers), max(numbers)
    width = _nice((high - low) / max(1, min(parts, MOST_BINS))) or 1.0
    start = math.floor(low / width) * width
    counts = [0] * (int((high - start) / width) + 1)
    for number in numbers:
        counts[min(len(counts) - 1, int((number - start) / width))] += 1
    return [(start + at * width, float(count), "") for at, count in enumerate(counts)], width


def _nice(width: float) -> float:
    """Returns 1, 2 or 5 times a power of ten, not below a width."""
    if width <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(width))
    return next((step * power for step in (1, 2, 5) if step * power >= width * 0.999), 10 * power)
