"""HTML as browsers understand it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.formats.html_tree import parse_html


def body(text: str) -> str:
    whole = parse_html(text).outer_html(0)
    return whole.partition("<body>")[2].removesuffix("</body></html>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<b>x", "<b>x</b>"),
        ("x</b>y", "xy"),
        ("<br/>a<img src=i.png>", '<br>a<img src="i.png">'),
        ("<a href='q?a=1&amp;b=\"'>t</a>", '<a href="q?a=1&amp;b=&quot;">t</a>'),
        ("<div><p>a</div>b", "<div><p>a</p></div>b"),
        ("1 < 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("<script>if (a < b) x()</script>", ""),
    ],
)
def test_repairs(text: str, html: str) -> None:
    assert body(text) == html


def test_texts() -> None:
    tree = parse_html("<h1>One</h1><p>two <b>th</b>ree<br>four<script>no</script></p>five")
    assert tree.text(0) == "One two three four five"


@given(st.text(alphabet="<>/pab =\"'&;!-", max_size=60))
def test_anything_is_read_and_normal_html_stays(text: str) -> None:
    once = parse_html(text).outer_html(0)
    assert parse_html(once).outer_html(0) == once


def test_depth_is_no_recursion() -> None:
    tree = parse_html("<div>" * 50_000 + "x")
    assert tree.text(0) == "x"
