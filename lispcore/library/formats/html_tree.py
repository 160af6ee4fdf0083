"""HTML text -> a tree of elements, and the tree -> text. Forgiving, as browsers are.

The tree is flat in memory: every node stands in one list and knows its parent by position, so that
no input, however deeply nested, builds a long chain of objects.
"""

from __future__ import annotations

from typing import Final

VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr main nav ol p pre section table ul".split()
)
# An opening tag ends these open elements, up to the barriers named after them.
_CLOSES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol"))),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "tr": (frozenset(("tr", "td", "th")), frozenset(("table",))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "tbody": (frozenset(("thead", "tbody", "tfoot", "tr", "td", "th")), frozenset(("table",))),
    **{block: (frozenset(("p",)), frozenset(("button", "td", "th"))) for block in _BLOCKS},
}
# Text of these is not shown; their content is not escaped when written.
RAW_TEXT: Final = frozenset(("script", "style"))
_HEAD: Final = frozenset(("base", "link", "meta", "script", "style", "title"))
MAX_OPEN: Final = 500  # elements within each other, about as in browsers; the rest is flat


def escape(text: str) -> str:
    """Returns a text as it stands in HTML, also between double quotes; apostrophes stay."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


class Node:
    """An element (`tag` set) or a piece of text. `end` is the position behind its last "
    "descendant."""

    __slots__ = ("tag", "attributes", "text", "parent", "end")

    def __init__(self, tag: str, attributes: dict[str, str], text: str, parent: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = text
        self.parent = parent
        self.end = 0


class Tree:
    """A document: nodes in the order of the text. Position 0 is the element ``html``."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def outer_html(self, position: int) -> str:
        """Returns an element with its tags as normalized HTML."""
        parts: list[str] = []
        open_elements: list[int] = []
        for index in range(position, self.nodes[position].end):
            while open_elements and self.nodes[open_elements[-1]].end <= index:
                parts.append(f"</{self.nodes[open_elements.pop()].tag}>")
            node = self.nodes[index]
            if not node.tag:
                raw = self.nodes[node.parent].tag in RAW_TEXT
                parts.append(node.text if raw else escape(node.text).replace("&quot;", '"'))
                continue
            attributes = "".join(f' {k}="{escape(v)}"' for k, v in node.attributes.items())
            parts.append(f"<{node.tag}{attributes}>")
            if node.tag not in VOID:
                open_elements.append(index)
        parts += [f"</{self.nodes[index].tag}>" for index in reversed(open_elements)]
        return "".join(parts)

    def text(self, position: int) -> str:
        """Returns the visible text in an element with single spaces."""
        parts: list[str] = []
        block_ends: set[int] = set()
        for index in range(position, self.nodes[position].end):
            node = self.nodes[index]
            if index in block_ends:
                parts.append(" ")
            if not node.tag:
                if self.nodes[node.parent].tag not in RAW_TEXT:
                    parts.append(node.text)
            elif node.tag in _BLOCKS or node.tag in ("br", "li", "td", "th", "tr", "dt", "dd"):
                parts.append(" ")
                block_ends.add(node.end)
        return " ".join("".join(parts).split())

    def children(self, position: int) -> list[int]:
        """Returns the positions of the elements directly in an element."""
        found: list[int] = []
        index = position + 1
        while index < self.nodes[position].end:
            if self.nodes[index].tag:
                found.append(index)
            index = max(self.nodes[index].end, index + 1)
        return found


class _Builder:
    """Takes the events of Python's `HTMLParser` and makes the tree of them."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.open: list[int] = []
        # How many elements of each name are open; most tags need not look further.
        self.open_names: dict[str, int] = {}
        self.body = -1
        self._push("html", {})
        self._push("head", {})

    def _add(self, node: Node) -> int:
        self.tree.nodes.append(node)
        node.end = len(self.tree.nodes)
        return node.end - 1

    def _push(self, tag: str, attributes: dict[str, str]) -> None:
        position = self._add(Node(tag, attributes, "", self.open[-1] if self.open else -1))
        if tag not in VOID and len(self.open) < MAX_OPEN:
            self.open.append(position)
            self.open_names[tag] = self.open_names.get(tag, 0) + 1

    def _pop(self) -> None:
        node = self.tree.nodes[self.open.pop()]
        node.end = len(self.tree.nodes)
        self.open_names[node.tag] -= 1

    def _enter_body(self, attributes: dict[str, str]) -> None:
        if self.body < 0:
            while len(self.open) > 1:
                self._pop()
            self.body = len(self.tree.nodes)
            self._push("body", attributes)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        if tag in ("html", "head", "body"):
            if tag == "html":
                self.tree.nodes[0].attributes.update(attributes)
            elif tag == "body":
                self._enter_body(attributes)
            return
        if self.body < 0 and tag not in _HEAD:
            self._enter_body({})
        closing = _CLOSES.get(tag)
        if closing is not None:
            self._close_implied(*closing)
        self._push(tag, attributes)

    def _close_implied(self, closed: frozenset[str], barriers: frozenset[str]) -> None:
        if not any(self.open_names.get(tag) for tag in closed):
            return
        for depth in range(len(self.open) - 1, 1, -1):
            tag = self.tree.nodes[self.open[depth]].tag
            if tag in barriers:
                return
            if tag in closed:
                # Everything inside ends with it; an outer one of the same kind may follow.
                while len(self.open) > depth:
                    self._pop()
                if len(closed) == 1:
                    return

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a slash means nothing in HTML

    def handle_endtag(self, tag: str) -> None:
        if tag in ("html", "body", "head") or not self.open_names.get(tag):
            return
        for depth in range(len(self.open) - 1, 1, -1):
            if self.tree.nodes[self.open[depth]].tag == tag:
                while len(self.open) > depth:
                    self._pop()
                return

    def handle_data(self, data: str) -> None:
        if self.body < 0 and len(self.open) <= 2:
            if not data.strip():
                return
            self._enter_body({})
        self._add(Node("", {}, data, self.open[-1]))

    def finished(self) -> Tree:
        """Returns the tree once everything is read."""
        self._enter_body({})
        while self.open:
            self._pop()
        return self.tree


def parse_html(text: str) -> Tree:
    """Returns the tree of an HTML text; any text has one."""
    from html.parser import HTMLParser

    builder = _Builder()
    parser = HTMLParser(convert_charrefs=True)
    for event in ("handle_starttag", "handle_startendtag", "handle_endtag", "handle_data"):
        setattr(parser, event, getattr(builder, event))
    parser.feed(text)
    parser.close()
    return builder.finished()
