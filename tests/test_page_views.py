"""Views on their way to the page: read as hostile input, and what folds in a value. Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

TABLE = {
    "view": "table",
    "text": "t",
    "columns": [{"name": "a", "number": True}],
    "rows": [["1"]],
    "title": "",
    "more": 0,
}
IMAGE = {"view": "image", "text": "t", "type": "image/png", "data": "AAAA", "alt": "", "width": 0}
CHART = {
    "view": "chart",
    "text": "t",
    "kind": "line",
    "title": "",
    "x": "",
    "y": "",
    "width": 0,
    "points": [[1, 2, ""], ["a", 2, "s"]],
}
GOOD: list[dict[str, Any]] = [
    {"view": "markdown", "text": "t", "reply": False},
    TABLE,
    IMAGE,
    {"view": "audio", "text": "t", "type": "audio/wav", "data": ""},
    {"view": "diff", "text": "t", "before": "a", "after": "b"},
    CHART,
]
BAD: list[Any] = [
    None,
    [],
    {"view": "html", "text": "<b>"},
    {"view": "constructor", "text": "t"},
    {"view": "markdown"},
    {"view": "markdown", "text": 5},
    {**TABLE, "rows": [["1", "2"]]},
    {**TABLE, "rows": [[1]]},
    {**TABLE, "rows": [["1"]] * 10_001},
    {**TABLE, "columns": [{"name": "a"}]},
    {**TABLE, "more": -1},
    {**IMAGE, "type": "image/svg+xml"},
    {**IMAGE, "type": "text/html"},
    {**IMAGE, "data": "<svg>"},
    {**IMAGE, "width": 1e9},
    {"view": "audio", "text": "t", "type": "image/png", "data": ""},
    {**CHART, "kind": "pie"},
    {**CHART, "points": [[1, "2", ""]]},
    {**CHART, "points": [[None, 2, ""]]},
    {**CHART, "points": [[1, 2]]},
]
READ = """
for (const text of TEXTS) {
  try { tell(readView(text)); } catch (error) { tell(String(error instanceof Nonsense)); }
}"""


def read(views: list[Any]) -> list[Any]:
    """Returns what is read of each view: the view, or "true" where it makes no sense."""
    imports = {"engine/check-views.js": "readView", "engine/reading.js": "Nonsense"}
    texts = json.dumps([json.dumps(view) for view in views] + ["{"])
    return run_script(imports, READ.replace("TEXTS", texts))[: len(views)]


def test_views_of_each_kind_are_read() -> None:
    assert read(GOOD) == GOOD
    assert read([{**each, "onclick": "evil()"} for each in GOOD]) == GOOD


def test_a_view_that_makes_no_sense_is_refused() -> None:
    assert read(BAD) == ["true"] * len(BAD)


def folded(text: str) -> list[Any]:
    """Returns the parts of a value that fold, each with those in it."""
    body = (
        "const parts = (groups) => groups.map(({ from, to, parts: inner }) => [from, to, parts(inner)]);"
        f"tell(parts(findGroups({json.dumps(text)})));"
    )
    [found] = run_script({"panels/output/views/fold.js": "findGroups"}, body)
    return list(found)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(1 2)", []),
        ("(1\n 2)", [[0, 6, []]]),
        ("{:a (1\n  2)\n :b 3}", [[0, 18, [[4, 11, []]]]]),
        ('("(\\"(" \n "[" #\\( {:a 1})', [[0, 25, []]]),
        ("(1\n 2", []),
        (")\n)", []),
    ],
)
def test_parts_on_several_lines_fold(text: str, parts: list[Any]) -> None:
    assert folded(text) == parts


def test_a_deep_value_folds_without_end() -> None:
    depth = 100_000
    text = "(\n" * depth + ")" * depth
    body = (
        f'const text = "(\\n".repeat({depth}) + ")".repeat({depth});'
        "let [deep, at] = [0, findGroups(text)];"
        "while (at.length) { deep++; at = at[0].parts; } tell(deep);"
    )
    assert len(text) == 3 * depth
    [deep] = run_script({"panels/output/views/fold.js": "findGroups"}, body)
    assert 10 < deep < 100
