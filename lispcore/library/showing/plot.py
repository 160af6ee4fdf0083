"""Charts over lists and maps: lines, bars, dots, and how often values occur.

The page draws them; in words each is a small drawing of letters. What is read of the data, and how
it is drawn in letters, stands in chart_data.py and chart_text.py.
"""

from __future__ import annotations

from lispcore.library.registry import WaitKind, function
from lispcore.library.showing.views import show
from lispcore.values.types import Value

WAITING = WaitKind.NEVER


def _plot(kind: str, data: Value, options: Value) -> None:
    from lispcore.library.showing.chart_data import chart_view

    show(chart_view(kind, data, options))


_DATA = (
    "The data is a list of numbers, of pairs `[x y]` or of maps, or a map of names to numbers. "
    "Options: `:x`, `:y` and `:series`, the keys of maps (`:y` may be a list of them), `:title`, "
    "`:x-label`, `:y-label`."
)


@function(
    "plot/line",
    "data [options:map]",
    "nil",
    f"Draws numbers as a line, one for each series. {_DATA}",
    [
        ("(plot/line [1 4 9 16])", "nil"),
        (
            '(plot/line [{:day "Mon" :sold 3} {:day "Tue" :sold 5}] {:x :day :y :sold})',
            "nil",
        ),
        ('(plot/line ["a"])', "error: number"),
    ],
)
def line(data: Value, options: Value = None) -> Value:
    _plot("line", data, options)
    return None


@function(
    "plot/bar",
    "data [options:map]",
    "nil",
    f"Draws numbers as bars, side by side for several series. {_DATA}",
    [('(plot/bar {:red 3 :blue 5} {:title "Colours"})', "nil")],
)
def bar(data: Value, options: Value = None) -> Value:
    _plot("bar", data, options)
    return None


@function(
    "plot/scatter",
    "data [options:map]",
    "nil",
    f"Draws each pair of numbers as a dot, in a colour for each series. {_DATA}",
    [("(plot/scatter [[1 2] [2 4.5] [3 5]])", "nil")],
)
def scatter(data: Value, options: Value = None) -> Value:
    _plot("scatter", data, options)
    return None


@function(
    "plot/histogram",
    "numbers [options:map]",
    "nil",
    "Draws how many numbers fall between which bounds. Of maps, `:x` is the key of the numbers; "
    "`:bins` says how many parts there are, about. Also `:title`, `:x-label`, `:y-label`.",
    [("(plot/histogram [1 2 2 3 3 3 9] {:bins 4})", "nil")],
)
def histogram(numbers: Value, options: Value = None) -> Value:
    _plot("histogram", numbers, options)
    return None
