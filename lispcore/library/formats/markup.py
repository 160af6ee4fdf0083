"""HTML and Markdown: parsing, selecting, text; rendering Markdown, headings, front matter."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import given_options, string_argument
from lispcore.library.registry import WaitKind, accepts_options, function
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, List, Map, Value, intern_keyword, is_true, list_from

WAITING = WaitKind.NEVER

_MARKDOWN_OPTIONS: Final = ("extensions", "autolinks")
# Larger documents take too long to search.
MAX_DOCUMENT = 20_000_000


def _document(name: str, html: Value) -> Value:
    text: str = string_argument(name, html, 1)
    if len(text) > MAX_DOCUMENT:
        raise LispError(f"{name}: the document has more than {MAX_DOCUMENT} characters")
    return text


@function(
    "html/parse",
    "html:string",
    "string",
    "Returns the document as normalized HTML: `html`, `head` and `body` present, every element "
    "closed, attributes in double quotes.",
    [('(html/parse "<p>a<p>b")', '"<html><head></head><body><p>a</p><p>b</p></body></html>"')],
)
def parse(html: Value) -> Value:
    from lispcore.library.formats.html_tree import parse_html

    return parse_html(_document("html/parse", html)).outer_html(0)


@function(
    "html/text",
    "html:string",
    "string",
    "Returns the visible text of an HTML document with single spaces.",
    [('(html/text "<h1>One</h1><p>two <b>three</b></p>")', '"One two three"')],
)
def text(html: Value) -> Value:
    from lispcore.library.formats.html_tree import parse_html

    tree = parse_html(_document("html/text", html))
    return tree.text(next(i for i, node in enumerate(tree.nodes) if node.tag == "body"))


def _selected(name: str, html: Value, selector: Value, as_text: bool) -> List:
    from lispcore.library.formats.css_selectors import SelectorError, select
    from lispcore.library.formats.html_tree import parse_html

    tree = parse_html(_document(name, html))
    query = string_argument(name, selector, 2)
    try:
        found = select(tree, query)
    except SelectorError as error:
        raise LispError(
            f"{name}: invalid CSS selector {query[:100]!r}: {error}",
            hint='for example "p", "a.button", "#main > li:first-child", "a[href^=https]"',
        ) from None
    write = tree.text if as_text else tree.outer_html
    return list_from([write(position) for position in found])


@function(
    "html/select",
    "html:string selector:string",
    "list",
    "Returns the elements that a CSS selector fits, as HTML with their own tags.",
    [('(html/select "<p class=x>a</p><p>b</p>" "p.x")', '("<p class=\\"x\\">a</p>")')],
)
def select(html: Value, selector: Value) -> List:
    return _selected("html/select", html, selector, False)


@function(
    "html/select-text",
    "html:string selector:string",
    "list",
    "Returns the texts of the elements that a CSS selector fits.",
    [('(html/select-text "<ul><li>a<li>b</ul>" "li")', '("a" "b")')],
)
def select_text(html: Value, selector: Value) -> List:
    return _selected("html/select-text", html, selector, True)


# --- Markdown --------------------------------------------------------------------------------


@function(
    "markdown/to-html",
    "text:string [options:map]",
    "string",
    "Renders Markdown (CommonMark) as HTML, with tables, ~~struck~~ text, task lists and footnotes "
    "as on GitHub; `{:extensions #f}` leaves these out. `{:autolinks #t}` makes links of bare "
    "addresses. HTML in the text goes through as it is.",
    [
        ('(markdown/to-html "Hello **you**")', '"<p>Hello <strong>you</strong></p>\\n"'),
        (
            '(markdown/to-html "see https://x.org" {:autolinks #t})',
            '"<p>see <a href=\\"https://x.org\\">https://x.org</a></p>\\n"',
        ),
    ],
    waits=WaitKind.MAY,
)
def to_html(text: Value, options: Value = None) -> Value:
    from lispcore.library.formats.markdown_text import render_markdown

    given = given_options("markdown/to-html", options, 2, _MARKDOWN_OPTIONS)
    extensions, autolinks = given.get("extensions", TRUE), given.get("autolinks", FALSE)
    source = _document("markdown/to-html", text)
    return render_markdown("markdown/to-html", source, is_true(extensions), is_true(autolinks))


accepts_options("markdown/to-html", _MARKDOWN_OPTIONS)


@function(
    "markdown/headings",
    "text:string",
    "list",
    "Returns the headings of a Markdown text as maps with `:level` and `:text`.",
    [('(markdown/headings "# A\\n\\n## B *c*")', '({:level 1 :text "A"} {:level 2 :text "B c"})')],
    waits=WaitKind.MAY,
)
def headings(text: Value) -> List:
    from lispcore.library.formats.markdown_text import find_headings

    found = find_headings("markdown/headings", _document("markdown/headings", text))
    level, label = intern_keyword("level"), intern_keyword("text")
    return list_from([Map({level: number, label: title}) for number, title in found])


@function(
    "markdown/frontmatter",
    "text:string",
    "map",
    "Cuts the block between `---` lines at the very start off a text: returns it as `:frontmatter` "
    "(nil if there is none) and the rest as `:body`.",
    [
        (
            '(markdown/frontmatter "---\\ntitle: Hi\\n---\\nText")',
            '{:body "Text" :frontmatter "title: Hi\\n"}',
        )
    ],
)
def frontmatter(text: Value) -> Map:
    source = _document("markdown/frontmatter", text)
    lines = source.split("\n")
    block: Value = None
    body = source
    if lines[0].rstrip() == "---":
        for number in range(1, len(lines)):
            if lines[number].rstrip() == "---":
                block = "".join(line + "\n" for line in lines[1:number])
                body = "\n".join(lines[number + 1 :])
                break
    return Map({intern_keyword("frontmatter"): block, intern_keyword("body"): body})
