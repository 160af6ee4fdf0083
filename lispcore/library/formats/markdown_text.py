"""Markdown -> HTML: the blocks and inline elements of CommonMark in everyday use.

Headings, paragraphs, lists, quotes, code, rules, links and images (also by reference), emphasis,
line breaks, entities and raw HTML. Exotic corners of the specification are left out.
"""

from __future__ import annotations

import re
from typing import Final

from lispcore.library.formats.html_tree import escape

# Of quotes and lists, which are read by a function that calls itself; deeper ones stay text.
MAX_NESTING: Final = 60
# How many unpaired runs of stars are remembered; older ones stay stars.
MAX_OPEN_RUNS: Final = 200

_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*([^\s`]*)")
_ATX: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_RULE: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_SETEXT: Final = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BULLET: Final = re.compile(r"( {0,3})([-+*])(?:([ \t]+)(?=\S)|[ \t]*$)")
_NUMBERED: Final = re.compile(r"( {0,3})(\d{1,9}[.)])(?:([ \t]+)(?=\S)|[ \t]*$)")
_QUOTE: Final = re.compile(r" {0,3}> ?")
_HTML_BLOCK: Final = re.compile(r" {0,3}<(?:[!?/]|[A-Za-z][A-Za-z0-9-]*(?=[\s/>]|$))")
_DEFINITION: Final = re.compile(
    r" {0,3}\[([^\[\]]+)\]:\s*<?([^\s>]+)>?(?:\s+(?:\"([^\"]*)\"|'([^']*)'|\(([^()]*)\)))?\s*$"
)
_PUNCTUATION: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class _Blocks:
    """Reads lines into HTML, with the link definitions of the whole text."""

    def __init__(self, references: dict[str, tuple[str, str]]) -> None:
        self.references = references
        self.headings: list[tuple[int, str]] = []

    def render(self, lines: list[str], depth: int = 0, tight: bool = False) -> str:
        out: list[str] = []
        position = 0
        while position < len(lines):
            line = lines[position]
            if not line.strip():
                position += 1
            elif line.startswith(("    ", "\t")):
                position = self.indented_code(lines, position, out)
            elif fence := _FENCE.match(line):
                position = self.fenced_code(lines, position, fence, out)
            elif heading := _ATX.match(line):
                self.heading(len(heading[1]), heading[2] or "", out)
                position += 1
            elif _RULE.match(line):
                out.append("<hr />\n")
                position += 1
            elif _QUOTE.match(line) and depth < MAX_NESTING:
                position = self.quote(lines, position, depth, out)
            elif (_BULLET.match(line) or _NUMBERED.match(line)) and depth < MAX_NESTING:
                position = self.list_block(lines, position, depth, out)
            elif _HTML_BLOCK.match(line):
                position = self.html(lines, position, out)
            else:
                position = self.paragraph(lines, position, tight, out)
        return "".join(out)

    def heading(self, level: int, text: str, out: list[str]) -> None:
        html = self.inline(text.strip())
        self.headings.append((level, unescape(re.sub(r"<[^>]*>", "", html))))
        out.append(f"<h{level}>{html}</h{level}>\n")

    def indented_code(self, lines: list[str], position: int, out: list[str]) -> int:
        code: list[str] = []
        while position < len(lines):
            line = lines[position]
            if line.strip() and not line.startswith(("    ", "\t")):
                break
            code.append(line[1:] if line.startswith("\t") else line[4:])
            position += 1
        while code and not code[-1].strip():
            code.pop()
        out.append("<pre><code>" + escape("\n".join(code)) + "\n</code></pre>\n")
        return position

    def fenced_code(
        self, lines: list[str], position: int, fence: re.Match[str], out: list[str]
    ) -> int:
        indent = len(lines[position]) - len(lines[position].lstrip(" "))
        closing = re.compile(rf" {{0,3}}{re.escape(fence[1][0])}{{{len(fence[1])},}}[ \t]*$")
        position += 1
        code: list[str] = []
        while position < len(lines) and not closing.match(lines[position]):
            line = lines[position]
            code.append(line[min(indent, len(line) - len(line.lstrip(" "))) :] + "\n")
            position += 1
        language = f' class="language-{escape(unescape(fence[2]))}"' if fence[2] else ""
        out.append(f"<pre><code{language}>{escape(''.join(code))}</code></pre>\n")
        return position + 1

    def quote(self, lines: list[str], position: int, depth: int, out: list[str]) -> int:
        inner: list[str] = []
        while position < len(lines):
            line = lines[position]
            if match := _QUOTE.match(line):
                inner.append(line[match.end() :])
            elif line.strip() and inner and inner[-1].strip() and not _starts_block(line):
                inner.append(line)
            else:
                break
            position += 1
        out.append(f"<blockquote>\n{self.render(inner, depth + 1)}</blockquote>\n")
        return position

    def list_block(self, lines: list[str], position: int, depth: int, out: list[str]) -> int:
        first = _BULLET.match(lines[position]) or _NUMBERED.match(lines[position])
        assert first is not None
        ordered = first[2][0].isdigit()
        kind = first[2][-1]
        items: list[list[str]] = []
        loose = blank = False
        while position < len(lines):
            line = lines[position]
            match = (_NUMBERED if ordered else _BULLET).match(line)
            if match is None or match[2][-1] != kind or _RULE.match(line):
                break
            loose = loose or (blank and bool(items))
            space = len(match[3] or " ")
            indent = len(match[1]) + len(match[2]) + (space if space <= 4 else 1)
            item = [line[indent:]]
            position, blank = _read_item(lines, position + 1, indent, item)
            while item and not item[-1].strip():
                item.pop()
            loose = loose or _has_blank_between_blocks(item)
            items.append(item)
        number = int(first[2][:-1]) if ordered else 1
        tag = "ol" if ordered else "ul"
        out.append(f"<{tag}>\n" if number == 1 else f'<ol start="{number}">\n')
        for item in items:
            content = self.render(item, depth + 1, not loose)
            if loose and content:
                content = "\n" + content
            elif content.startswith(("<p>", "<ul", "<ol", "<pre", "<blockquote", "<h")):
                content = "\n" + content
            out.append(f"<li>{content if loose else _tightened(content)}</li>\n")
        out.append(f"</{tag}>\n")
        return position

    def html(self, lines: list[str], position: int, out: list[str]) -> int:
        while position < len(lines) and lines[position].strip():
            out.append(lines[position] + "\n")
            position += 1
        return position

    def paragraph(self, lines: list[str], position: int, tight: bool, out: list[str]) -> int:
        text: list[str] = []
        while position < len(lines) and lines[position].strip():
            line = lines[position]
            if text and (underline := _SETEXT.match(line)):
                self.heading(1 if underline[1][0] == "=" else 2, "\n".join(text), out)
                return position + 1
            if text and _starts_block(line):
                break
            text.append(line.lstrip())
            position += 1
        html = self.inline("\n".join(text).rstrip())
        out.append(html + "\n" if tight else f"<p>{html}</p>\n")
        return position

    def inline(self, text: str) -> str:
        """Returns the HTML of text within a block."""
        return _Inline(text, self.references).render()


def _starts_block(line: str) -> bool:
    """Tells whether a line ends the paragraph before it."""
    if _FENCE.match(line) or _ATX.match(line) or _RULE.match(line) or _QUOTE.match(line):
        return True
    bullet = _BULLET.match(line)
    if bullet and bullet[3]:
        return True
    numbered = _NUMBERED.match(line)
    return bool(numbered and numbered[3] and numbered[2][:-1] == "1")


def _read_item(lines: list[str], position: int, indent: int, item: list[str]) -> tuple[int, bool]:
    """Collects the further lines of a list item; tells whether it ended in a blank line."""
    blank = False
    while position < len(lines):
        line = lines[position].replace("\t", "    ")
        if not line.strip():
            item.append("")
            blank = True
        elif len(line) - len(line.lstrip(" ")) >= indent:
            item.append(line[indent:])
            blank = False
        elif blank or _starts_block(line) or _BULLET.match(line) or _NUMBERED.match(line):
            break
        else:
            item.append(line.lstrip())
        position += 1
    return position, blank


def _has_blank_between_blocks(item: list[str]) -> bool:
    fence = False
    for number, line in enumerate(item):
        if _FENCE.match(line):
            fence = not fence
        if not line.strip() and not fence and 0 < number < len(item) - 1:
            following = item[number + 1]
            if not following.startswith(" "):
                return True
    return False


def _tightened(content: str) -> str:
    """Returns the content of a tight item: text directly behind <li>."""
    return content.rstrip("\n") if "\n<" not in content.rstrip("\n") else content


_INLINE: Final = re.compile(
    r"\\(?P<escaped>[\s\S])|(?P<ticks>`+)|(?P<image>!\[)|(?P<open>\[)|(?P<close>\])"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>"
    r"|(?P<html></?[A-Za-z][^<>]*>|<!--[\s\S]*?-->)|(?P<entity>&(?:\#\w{1,8}|\w{2,32});)"
    r"|(?P<break>(?: {2,}|\\)\n)|(?P<newline> ?\n)|(?P<stars>\*+|_+)"
)
_TARGET: Final = re.compile(
    r"\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))"
    r"(?:\s+(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'))?\s*\)"
)


class _Run:
    """Stars or underscores in a row: how many are left, and the tags that took their place."""

    __slots__ = ("piece", "sign", "count", "left", "opens", "closes", "before", "after")

    def __init__(self, piece: int, sign: str, count: int, opens: bool, closes: bool) -> None:
        self.piece = piece
        self.sign = sign
        self.count = self.left = count
        self.opens = opens
        self.closes = closes
        self.before = self.after = ""


class _Inline:
    """Renders the text of one block: pieces of HTML, with the open brackets and stars among "
    "them."""

    def __init__(self, text: str, references: dict[str, tuple[str, str]]) -> None:
        self.text = text
        self.references = references
        self.pieces: list[str] = []
        self.brackets: list[tuple[int, bool, int]] = []  # piece, is an image, place in the text
        self.runs: list[_Run] = []

    def render(self) -> str:
        position = 0
        while position < len(self.text):
            match = _INLINE.search(self.text, position)
            if match is None:
                break
            self.pieces.append(escape(self.text[position : match.start()]))
            position = self.step(match)
        self.pieces.append(escape(self.text[position:]))
        self.pair_emphasis(0)
        return "".join(self.pieces)

    def step(self, match: re.Match[str]) -> int:
        """Handles one element and returns where the text goes on."""
        kind = match.lastgroup or ""
        text = match.group()
        if kind == "escaped":
            self.escaped(match["escaped"])
        elif kind == "ticks":
            return self.code(match)
        elif kind in ("image", "open"):
            self.brackets.append((len(self.pieces), kind == "image", match.end()))
            self.pieces.append(text)
        elif kind == "close":
            return self.close_bracket(match)
        elif kind == "auto":
            address = match["auto"]
            prefix = "mailto:" if "@" in address and ":" not in address else ""
            shown = escape(address)
            self.pieces.append(f'<a href="{prefix}{shown}">{shown}</a>')
        elif kind == "html":
            self.pieces.append(text)
        elif kind == "entity":
            decoded = unescape(text)
            self.pieces.append(escape(decoded))
        elif kind == "break":
            self.pieces.append("<br />\n")
        elif kind == "newline":
            self.pieces.append("\n")
        else:
            self.note_run(match)
        return match.end()

    def escaped(self, character: str) -> None:
        if character == "\n":
            self.pieces.append("<br />\n")
        elif character in _PUNCTUATION:
            self.pieces.append(escape(character))
        else:
            self.pieces.append("\\" + escape(character))

    def code(self, match: re.Match[str]) -> int:
        ticks = match["ticks"]
        closing = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, match.end())
        if closing is None:
            self.pieces.append(ticks)
            return match.end()
        code = self.text[match.end() : closing.start()].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip():
            code = code[1:-1]
        self.pieces.append(f"<code>{escape(code)}</code>")
        return closing.end()

    def close_bracket(self, match: re.Match[str]) -> int:
        if not self.brackets:
            self.pieces.append("]")
            return match.end()
        piece, image, start = self.brackets.pop()
        target, end = self.target(match, self.text[start : match.start()])
        if target is None:
            self.pieces.append("]")
            return match.end()
        self.pair_emphasis(piece)
        inner = "".join(self.pieces[piece + 1 :])
        del self.pieces[piece:]
        self.runs = [run for run in self.runs if run.piece < piece]
        address, title = escape(target[0]), f' title="{escape(target[1])}"' if target[1] else ""
        if image:
            plain = re.sub(r"<[^>]*>", "", inner)
            self.pieces.append(f'<img src="{address}" alt="{plain}"{title} />')
        else:
            self.brackets = [each for each in self.brackets if each[1]]  # no link in a link
            self.pieces.append(f'<a href="{address}"{title}>{inner}</a>')
        return end

    def target(self, match: re.Match[str], label: str) -> tuple[tuple[str, str] | None, int]:
        """Returns address and title of what follows a closing bracket, and where that ends."""
        if direct := _TARGET.match(self.text, match.end()):
            address = direct[1] if direct[1] is not None else direct[2]
            title = direct[3] or direct[4] or ""
            return (_unescaped(address), _unescaped(title)), direct.end()
        end = match.end()
        if reference := re.compile(r"\[([^\[\]]*)\]").match(self.text, end):
            label, end = reference[1] or label, reference.end()
        return self.references.get(_normalized(label)), end

    def note_run(self, match: re.Match[str]) -> None:
        sign = match["stars"][0]
        before = self.text[match.start() - 1 : match.start()] or " "
        after = self.text[match.end() : match.end() + 1] or " "
        left = not after.isspace() and (
            after not in _PUNCTUATION or before.isspace() or before in _PUNCTUATION
        )
        right = not before.isspace() and (
            before not in _PUNCTUATION or after.isspace() or after in _PUNCTUATION
        )
        opens, closes = left, right
        if sign == "_":
            opens = left and (not right or before in _PUNCTUATION)
            closes = right and (not left or after in _PUNCTUATION)
        self.runs.append(_Run(len(self.pieces), sign, len(match["stars"]), opens, closes))
        self.pieces.append(match["stars"])

    def pair_emphasis(self, first_piece: int) -> None:
        """Turns pairs of runs behind a piece into <em> and <strong>."""
        runs = [run for run in self.runs if run.piece >= first_piece]
        waiting: list[_Run] = []
        for run in runs:
            while run.closes and run.left:
                index = next(
                    (i for i in range(len(waiting) - 1, -1, -1) if _pairs(waiting[i], run)), -1
                )
                if index < 0:
                    break
                opener = waiting[index]
                del waiting[index + 1 :]
                width = 2 if opener.left >= 2 and run.left >= 2 else 1
                tag = "strong" if width == 2 else "em"
                opener.after = f"<{tag}>" + opener.after
                run.before += f"</{tag}>"
                opener.left -= width
                run.left -= width
                if not opener.left:
                    waiting.pop()
            if run.opens and run.left:
                waiting.append(run)
                del waiting[:-MAX_OPEN_RUNS]
        for run in runs:
            self.pieces[run.piece] = run.before + run.sign * run.left + run.after
        self.runs = [run for run in self.runs if run.piece < first_piece]


def _pairs(opener: _Run, closer: _Run) -> bool:
    if opener.sign != closer.sign:
        return False
    total = opener.count + closer.count
    both = opener.closes or closer.opens
    return not (both and total % 3 == 0 and opener.count % 3 != 0)


def unescape(text: str) -> str:
    """Returns a text with its HTML entities decoded."""
    from html import unescape as decode  # a large table

    return decode(text) if "&" in text else text


def _unescaped(text: str) -> str:
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _normalized(label: str) -> str:
    return " ".join(label.split()).casefold()


def _read(text: str) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Returns the lines without link definitions, and the definitions."""
    references: dict[str, tuple[str, str]] = {}
    lines: list[str] = []
    fence = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n"):
        found = _FENCE.match(line)
        if found and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else found[1]
        definition = None if fence else _DEFINITION.match(line)
        if definition and not (lines and lines[-1].strip()):
            title = definition[3] or definition[4] or definition[5] or ""
            references.setdefault(_normalized(definition[1]), (definition[2], title))
        else:
            lines.append(line)
    return lines, references


def render_markdown(text: str) -> str:
    """Returns a Markdown text as HTML."""
    lines, references = _read(text)
    return _Blocks(references).render(lines)


def find_headings(text: str) -> list[tuple[int, str]]:
    """Returns level and plain text of the headings of a Markdown text."""
    lines, references = _read(text)
    blocks = _Blocks(references)
    blocks.render(lines)
    return blocks.headings
