"""Markdown as HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.formats.markdown_text import find_headings, render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One #\ntwo", "<h1>One</h1>\n<p>two</p>\n"),
        ("One\n===\n\nTwo\n---", "<h1>One</h1>\n<h2>Two</h2>\n"),
        ("a *b* __c__ `d<e`", "<p>a <em>b</em> <strong>c</strong> <code>d&lt;e</code></p>\n"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>\n"),
        ("***x***", "<p><em><strong>x</strong></em></p>\n"),
        ('[a](b "c")', '<p><a href="b" title="c">a</a></p>\n'),
        ("![a *b*](c.png)", '<p><img src="c.png" alt="a b" /></p>\n'),
        ("[a][r]\n\n[r]: /u 'T'", '<p><a href="/u" title="T">a</a></p>\n'),
        ("<https://x.org>", '<p><a href="https://x.org">https://x.org</a></p>\n'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"),
        ("> a\nb", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n"),
        ("```js\na<b\n```", '<pre><code class="language-js">a&lt;b\n</code></pre>\n'),
        ("    code\n", "<pre><code>code\n</code></pre>\n"),
        ("a\n***\nb", "<p>a</p>\n<hr />\n<p>b</p>\n"),
        ("a  \nb\\\nc", "<p>a<br />\nb<br />\nc</p>\n"),
        (r"\*a\* &copy; &", "<p>*a* © &amp;</p>\n"),
        ("<div>\nx\n</div>", "<div>\nx\n</div>\n"),
    ],
)
def test_rendering(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_headings_are_found_outside_code_only() -> None:
    text = "# A `b` *c*\n\n```\n# no\n```\n\n> ## In a quote\n\nLast\n==="
    assert find_headings(text) == [(1, "A b c"), (2, "In a quote"), (1, "Last")]


@given(st.text(alphabet="#*_`[]()<>-+.1 a\n\\!:\"'", max_size=80))
def test_anything_renders(text: str) -> None:
    assert isinstance(render_markdown(text), str)


@pytest.mark.parametrize("piece", ["[", "*", "> ", "- ", "`", "![a](", "_a", "<a "])
def test_long_repetitions_end(piece: str) -> None:
    assert render_markdown(piece * 3000)
