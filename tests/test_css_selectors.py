"""Which elements a selector fits."""

from __future__ import annotations

import pytest

from lispcore.library.formats.css_selectors import SelectorError, select
from lispcore.library.formats.html_tree import parse_html

TREE = parse_html(
    '<div id="m" class="box wide"><p class="a">1</p><p class="b" lang="en-GB">2</p>'
    '<ul><li>3</li><li class="b">4</li><li>5</li></ul><a href="https://x.org/y.pdf">6</a></div>'
)


@pytest.mark.parametrize(
    ("selector", "texts"),
    [
        ("p", ["1", "2"]),
        ("#m > p.b", ["2"]),
        (".b", ["2", "4"]),
        ("p.a + p", ["2"]),
        ("p ~ a", ["6"]),
        ("ul li:first-child, li:last-child", ["3", "5"]),
        ("li:nth-child(odd)", ["3", "5"]),
        ("li:nth-child(-n+2)", ["3", "4"]),
        ("li:not(.b)", ["3", "5"]),
        ('a[href^="https"][href$=".pdf"]', ["6"]),
        ("[lang|=en]", ["2"]),
        ("div.box.wide li", ["3", "4", "5"]),
        ("span", []),
        ("p li", []),
    ],
)
def test_selections(selector: str, texts: list[str]) -> None:
    assert [TREE.text(position) for position in select(TREE, selector)] == texts


@pytest.mark.parametrize(
    "selector", ["", "p >", "p,", ":hover", "p[", "::", "li:nth-child(x)", ">"]
)
def test_mistakes(selector: str) -> None:
    with pytest.raises(SelectorError):
        select(TREE, selector)
