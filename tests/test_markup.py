"""The functions on HTML and Markdown as programs call them."""

from __future__ import annotations

import pytest

from lispcore.library.formats import markup
from lispcore.values.errors import LispError
from lispcore.values.types import intern_keyword, list_items


def test_selecting_and_reading() -> None:
    html = "<ul><li class=x>one</li><li>two <b>three</b></li></ul>"
    assert list_items(markup.select_text(html, "li")) == ["one", "two three"]
    assert list_items(markup.select(html, "li.x")) == ['<li class="x">one</li>']
    assert markup.text("<title>t</title><p>body") == "body"
    with pytest.raises(LispError, match="invalid CSS selector 'li:'"):
        markup.select(html, "li:")


@pytest.mark.parametrize(
    ("text", "block", "body"),
    [
        ("---\na: 1\n---\nx\n", "a: 1\n", "x\n"),
        ("---\n---\nx", "", "x"),
        ("---\nnever closed", None, "---\nnever closed"),
        ("x\n---\na\n---", None, "x\n---\na\n---"),
    ],
)
def test_front_matter(text: str, block: str | None, body: str) -> None:
    result = markup.frontmatter(text)
    assert result.get(intern_keyword("frontmatter")) == block
    assert result.get(intern_keyword("body")) == body
