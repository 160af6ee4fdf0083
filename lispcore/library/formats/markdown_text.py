"""Markdown -> HTML, by markdown-it-py: CommonMark, and what GitHub adds to it.

The package and its plugins are loaded with the first call: on the terminal they are installed with
us, the page serves their wheels. What is written is as the two specifications show it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from lispcore.tasks import context
from lispcore.values.errors import LispError

# The package that has a module; what others need stands before them.
_PACKAGES: Final = (
    ("mdurl", "mdurl"),
    ("markdown-it-py", "markdown_it"),
    ("mdit-py-plugins", "mdit_py_plugins"),
)
_CHECKED: Final = '<input checked="" disabled="" type="checkbox">'
_UNCHECKED: Final = '<input disabled="" type="checkbox">'


def render_markdown(name: str, text: str, extensions: bool = True, autolinks: bool = False) -> str:
    """Returns a Markdown text as HTML, for the function of a name.

    The extensions are tables, ~~struck~~ text, task lists and footnotes. `autolinks` turns bare
    addresses into links, which CommonMark leaves as text.
    """
    parser = _parser(name, extensions, autolinks)
    context: dict[str, Any] = {}
    tokens = parser.parse(text, context)
    for token in tokens:
        _as_specified(token)
    return str(parser.renderer.render(tokens, parser.options, context))


def find_headings(name: str, text: str) -> list[tuple[int, str]]:
    """Returns level and plain text of the headings of a Markdown text."""
    tokens = _parser(name, True, False).parse(text)
    found: list[tuple[int, str]] = []
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            found.append((int(opening.tag[1:]), _plain(inline.children or [])))
    return found


def _plain(children: list[Any]) -> str:
    """Returns the words of the parts of a line."""
    words = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type == "image":
            words.append(_plain(child.children or []))
        elif child.type in ("text", "text_special", "code_inline"):
            words.append(child.content)
    return "".join(words)


def _parser(name: str, extensions: bool, autolinks: bool) -> Any:
    for package, module in _PACKAGES:
        problem = context.host().install(package, module)
        if problem:
            raise LispError(
                f"{name}: {problem}", kind="unsupported", hint="Markdown needs that package"
            )
    return _new_parser(extensions, autolinks)


@lru_cache(maxsize=4)
def _new_parser(extensions: bool, autolinks: bool) -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

    parser = MarkdownIt("commonmark")
    if extensions:
        parser.options["tasklists"] = True
        parser.options["strikethrough_single_tilde"] = True
        parser.enable(["table", "strikethrough"])
        parser.use(footnote_plugin, inline=False)
    if autolinks:
        parser.use(gfm_autolink_plugin)
    parser.add_render_rule("blockquote_open", _open_quote)
    parser.add_render_rule("list_item_open", _open_item)
    return parser


def _open_quote(renderer: Any, tokens: Any, index: int, options: Any, _context: Any) -> str:
    """Ends the line behind <blockquote> also where nothing is in it."""
    return str(renderer.renderToken(tokens, index, options, _context)).rstrip("\n") + "\n"


def _open_item(renderer: Any, tokens: Any, index: int, options: Any, _context: Any) -> str:
    """Puts the box of a task behind its <li>."""
    box = tokens[index].meta.get("checked")
    opening = str(renderer.renderToken(tokens, index, options, _context))
    return opening if box is None else f"{opening}{_CHECKED if box else _UNCHECKED} "


def _as_specified(token: Any) -> None:
    """Gives a token the tag and attributes that GitHub's specification shows."""
    style = str(token.attrs.get("style", ""))
    if token.type in ("th_open", "td_open") and style.startswith("text-align:"):
        token.attrs = {"align": style.removeprefix("text-align:")}
    elif token.attrs.get("class") in ("contains-task-list", "task-list-item"):
        del token.attrs["class"]
    for child in token.children or []:
        if child.tag == "s":
            child.tag = "del"
        if child.children:
            _as_specified(child)
