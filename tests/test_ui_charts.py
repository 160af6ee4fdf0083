"""Charts: what is read of data, and how they are drawn in letters (lispcore/library/showing)."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost
from lispcore.running.interpreter import Interpreter
from test_ui_views import shown


def points(program: str) -> list[Any]:
    """Returns the points of the chart that a program draws."""
    return list(shown(program)["points"])


@pytest.mark.parametrize(
    ("program", "wanted"),
    [
        ("(plot/line [1 4])", [[1, 1, ""], [2, 4, ""]]),
        ("(plot/line (list 1.5 1/2))", [[1, 1.5, ""], [2, 0.5, ""]]),
        ("(plot/scatter [[3 1] [2 4]])", [[3, 1, ""], [2, 4, ""]]),
        ("(plot/bar {:a 1 :b 2})", [["a", 1, ""], ["b", 2, ""]]),
        ("(plot/line {:a [1 2] :b [3]})", [[1, 1, "a"], [2, 2, "a"], [1, 3, "b"]]),
        ('(plot/bar (list {:n "x" :v 1}))', [["x", 1, ""]]),
        ("(plot/scatter (list {:x 1 :y 2} {:x 2 :y nil}))", [[1, 2, ""]]),
        ("(plot/line (list {:t 5 :v 7}))", [[5, 7, ""]]),
        ("(plot/line (list {:v 7}))", [[1, 7, ""]]),
        ("(plot/line (list {:t 5 :a 1 :b 2}) {:x :t :y [:a :b]})", [[5, 1, "a"], [5, 2, "b"]]),
        ("(plot/line (list {:t 1 :v 2 :s :up}) {:x :t :y :v :series :s})", [[1, 2, ":up"]]),
        ('(plot/bar [["a" 1] [2 3]])', [["a", 1, ""], ["2", 3, ""]]),
        ("(plot/histogram [1 2 2 9] {:bins 4})", [[0, 1, ""], [2, 2, ""], [8, 1, ""]]),
        ("(plot/histogram [5 5])", [[5, 2, ""]]),
        ("(plot/histogram (list {:v 1} {:v 1}) {:x :v})", [[1, 2, ""]]),
        ("(plot/line [])", []),
    ],
)
def test_points_are_read_of_data(program: str, wanted: list[Any]) -> None:
    found = points(program)
    if "histogram" in program:
        found = [point for point in found if point[1]]
    wanted = [[x, y, series.removeprefix(":")] for x, y, series in wanted]
    assert found == wanted


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("(plot/line 5)", "expected list, vector or map"),
        ('(plot/line ["a"])', "expected number"),
        ("(plot/line [(/ 1.0 0)])", "cannot be drawn"),
        ("(plot/line [[1 2 3]])", "expected pairs [x y]"),
        ("(plot/line (list {:a 1}) {:y :b})", "a map has no :b"),
        ('(plot/line (list {:a "x"}))', "there is no number in"),
        ("(plot/line [1] {:bins 3})", "unknown option :bins"),
        ("(plot/line (range 20001))", "20001 points"),
        ("(plot/line (map (fn (n) {:x n :y n :s n}) (range 51)) {:series :s})", "51 series"),
        ("(plot/histogram [1] {:bins -1})", "non-negative"),
    ],
)
def test_what_cannot_be_drawn_is_said(program: str, part: str) -> None:
    error = Interpreter(FakeHost()).run(program)["error"]
    assert part in error["message"]


def drawn(program: str) -> list[str]:
    """Returns the lines that a program prints."""
    result = Interpreter(FakeHost()).run(program)
    assert result["error"] is None
    lines: list[str] = result["output"]
    return lines


def test_bars_in_letters() -> None:
    lines = drawn('(plot/bar [["a" 2] ["bb" -4]] {:title "T" :x-label "n" :y-label "v"})')
    assert lines == [
        "Bar chart: T",
        "v over n",
        "a  │" + "█" * 20 + " 2",
        "bb │" + "▒" * 40 + " -4",
    ]


def test_lines_in_letters_have_their_corners_and_a_mark_for_each_series() -> None:
    lines = drawn("(plot/line {:up [0 10] :down [10 0]})")
    assert lines[0] == "Line chart"
    assert lines[1].startswith("10 │")
    assert lines[12].startswith(" 0 │")
    assert {lines[1][4], lines[1][-1]} == {"•", "+"}
    assert "• " in lines[-1]
    assert "+ " in lines[-1]


def test_a_histogram_says_the_bounds_of_its_parts() -> None:
    assert drawn("(plot/histogram [1 2 2 9] {:bins 4})")[2].startswith("0 … 2  │")
    assert drawn("(plot/histogram [])")[-1] == "(nothing to draw)"


def test_equal_and_large_numbers_are_drawn() -> None:
    assert len(drawn("(plot/scatter [[1 1] [1 1]])")) > 10
    assert len(drawn("(plot/line [1e300 -1e300])")) > 10
    assert len(drawn("(plot/histogram [1e300 -1e300 0])")) > 3
