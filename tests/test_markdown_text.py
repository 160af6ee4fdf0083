"""Markdown as HTML: the examples of CommonMark, what GitHub adds, and texts that take long elsewhere."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.formats import markdown_text
from lispcore.tasks import context

SPECIFICATION = Path(__file__).parent.parent / "web/node_modules/commonmark-spec/spec.txt"
EXAMPLE = re.compile(r"^`{32} example(?: [^\n]*)?\n(.*?)^\.\n(.*?)^`{32}$", re.M | re.S)


@pytest.fixture(autouse=True)
def host() -> Iterator[FakeHost]:
    fake = FakeHost()
    token = context.enter(Interpreter(fake))
    yield fake
    context.leave(token)


def render(text: str, *, extensions: bool = True, autolinks: bool = False) -> str:
    return markdown_text.render_markdown("markdown/to-html", text, extensions, autolinks)


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the packages for the page are not there")
@pytest.mark.parametrize("extensions", [True, False])
def test_all_examples_of_commonmark(extensions: bool) -> None:
    text = SPECIFICATION.read_text(encoding="utf-8").replace("→", "\t")
    examples = EXAMPLE.findall(text)
    assert len(examples) == 652
    wrong = [source for source, html in examples if render(source, extensions=extensions) != html]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "| a | b |\n|---|:-:|\n| 1 | 2 |",
            '<table>\n<thead>\n<tr>\n<th>a</th>\n<th align="center">b</th>\n</tr>\n</thead>\n'
            '<tbody>\n<tr>\n<td>1</td>\n<td align="center">2</td>\n</tr>\n</tbody>\n</table>\n',
        ),
        ("~~a~~ ~b~", "<p><del>a</del> <del>b</del></p>\n"),
        (
            "- [ ] foo\n- [x] bar",
            '<ul>\n<li><input disabled="" type="checkbox"> foo</li>\n'
            '<li><input checked="" disabled="" type="checkbox"> bar</li>\n</ul>\n',
        ),
        ("see https://x.org", "<p>see https://x.org</p>\n"),
    ],
)
def test_what_github_adds(text: str, html: str) -> None:
    assert render(text) == html


def test_footnotes_lead_to_their_texts() -> None:
    html = render("A word[^1].\n\n[^1]: Its note.")
    assert '<a href="#fn1" id="fnref1">[1]</a>' in html
    assert '<li id="fn1" class="footnote-item"><p>Its note.' in html


def test_bare_addresses_are_links_where_that_is_asked_for() -> None:
    html = render("see https://x.org/a?b=c, www.x.org and a@b.org.", autolinks=True)
    assert '<a href="https://x.org/a?b=c">https://x.org/a?b=c</a>,' in html
    assert '<a href="http://www.x.org">www.x.org</a>' in html
    assert '<a href="mailto:a@b.org">a@b.org</a>.' in html


def test_extensions_can_be_left_out() -> None:
    assert render("~~a~~", extensions=False) == "<p>~~a~~</p>\n"


def test_headings_are_found_outside_code_only() -> None:
    text = "# A `b` *c*\n\n```\n# no\n```\n\n> ## In a quote &amp; [x](y)\n\nLast\none\n==="
    assert markdown_text.find_headings("markdown/headings", text) == [
        (1, "A b c"),
        (2, "In a quote & x"),
        (1, "Last\none"),
    ]


def test_without_the_package_an_error_says_what_is_missing(host: FakeHost) -> None:
    host.missing["markdown-it-py"] = "this page was built without it"
    with pytest.raises(LispError, match="this page was built without it"):
        render("a")


@given(st.text(alphabet="#*_`[]()<>-+.1 a\n\\!:\"'~|^", max_size=80))
def test_anything_renders(text: str) -> None:
    assert isinstance(markdown_text._new_parser(True, True).render(text), str)


@pytest.mark.parametrize("piece", ["[", "![[]()", "> ", "- ", "`", "![a](", "[^a]", "|a", "<a "])
def test_long_repetitions_take_time_in_proportion(piece: str) -> None:
    parser = markdown_text._new_parser(True, True)

    def took(count: int) -> float:
        started = time.process_time()
        parser.render(piece * count)
        return time.process_time() - started

    took(100)
    # In proportion it is 8 times as long; in the square of the length it would be 64 times.
    assert took(8000) < 24 * max(took(1000), 0.005)
