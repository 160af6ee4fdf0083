"""Laying out a program as Lisp people expect it, without changing what it is.

Line breaks stay where the author has put them; lines are indented anew, and one that is longer than
80 columns is broken where its outermost form has parts. Comments, strings and single blank lines
stay. The rules are in docs/editors.md.
"""

from __future__ import annotations

import re
from typing import Final

from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library.registry import ENTRIES
from lispcore.reading.reader import read_many, read_source
from lispcore.services.syntax import Part, parse, same_tokens
from lispcore.tasks.process_settings import enter, leave
from lispcore.values.errors import LispError
from lispcore.values.types import List, Symbol, list_items

WIDTH: Final = 80
# Deeper than this lists are written as they are.
MAXIMUM_DEPTH: Final = 150
# An indentation beyond this column leaves too little room: parts go below the head then.
_FAR: Final = 40

# How many parts stand before the body, where the usage line of a form does not tell.
_BEFORE_BODY: Final = {
    **dict.fromkeys("begin progn try do finally else".split(), 0),
    **dict.fromkeys("case match when unless while catch lambda fn module".split(), 1),
    **dict.fromkeys("define def let let* letrec letrec* deftest defeval describe it".split(), 1),
    **dict.fromkeys("defun defn defmacro defmethod defworkflow".split(), 2),
    "if": -1,
}


def _before_bodies() -> dict[str, int]:
    """Returns for each form with a body how many parts stand before it, from its usage line."""
    found: dict[str, int] = {}
    for name, special in SPECIAL_FORMS.items():
        try:
            forms = read_many(special.usage)
        except LispError:
            continue
        if len(forms) == 1 and type(forms[0]) is List and forms[0].count:
            items = list_items(forms[0])[1:]
            for at, item in enumerate(items):
                if type(item) is Symbol and item.name == "body":
                    found[name] = at
                    break
    for name, entry in ENTRIES.items():  # (with-budget {…} (fn () …)): the function is a body
        *others, last = entry.parameters.split() or [""]
        if last == "thunk:function" and others:
            found[name] = len(others)
    found.update(_BEFORE_BODY)
    return {name: count for name, count in found.items() if count >= 0}


_known: dict[str, int] = {}
_REST_MARKS: Final = frozenset((".", "&", "&rest", "&body"))
_MACRO: Final = re.compile(r"\((?:defmacro|define-macro)\s+\(?([^\s()\[\]]+)\s*[(\[]?([^()\[\]]*)")


def bodies_of(text: str) -> dict[str, int]:
    """Returns the forms with a body, among them the macros of a text that take one."""
    if not _known:
        _known.update(_before_bodies())
    own = {}
    for name, parameters in _MACRO.findall(text):
        words = parameters.split()
        mark = next((at for at, word in enumerate(words) if word in _REST_MARKS), -1)
        if mark >= 0 and (words[mark] == "&body" or words[mark + 1 :] == ["body"]):
            own[name] = mark
    return {**_known, **own}


def format_text(text: str) -> str:
    """Returns a program laid out; raises `LispError` if it cannot be read."""
    read_source(text)
    # Brackets within brackets are calls within calls.
    enter()
    try:
        result = Layout(bodies_of(text)).top(parse(text))
    finally:
        leave()
    # Whatever the rules above do, a program is never changed.
    return result if same_tokens(text, result) else text


class Layout:
    """Writes parts; `bodies` says which forms have a body, and what stands before it."""

    def __init__(self, bodies: dict[str, int]) -> None:
        self.bodies = bodies
        self.written: dict[tuple[int, int, int, bool], str] = {}
        self.flats: dict[int, str | None] = {}

    def top(self, top: Part) -> str:
        """Returns the whole text."""
        pieces: list[str] = []
        column = 0
        for part in top.parts:
            if pieces:
                before = "\n" * min(part.lines, 2) or " " * self.space(part)
                column = 0 if part.lines else column + len(before)
                pieces.append(before)
            written = self.write(part, column, 0, 0)
            column = _column(written) if "\n" in written else column + len(written)
            pieces.append(written)
        return "".join(pieces) + "\n" if pieces else ""

    def space(self, part: Part) -> int:
        """Returns how many spaces stand before a part that goes on in the same line."""
        return max(part.gap, 1) if part.kind == "comment" else 1

    def write(self, part: Part, column: int, tail: int, depth: int, is_data: bool = False) -> str:
        """Returns a part that begins in a column, with so many brackets to follow."""
        if part.kind in ("atom", "comment"):
            return part.text
        if part.kind == "prefix":
            return self.prefixed(part, column, tail, depth, is_data)
        key = (id(part), column, tail, is_data)
        known = self.written.get(key)
        if known is None:
            known = self.written[key] = self.list(part, column, tail, depth, is_data)
        return known

    def prefixed(self, part: Part, column: int, tail: int, depth: int, is_data: bool) -> str:
        text = part.text
        is_data = part.text in ("'", "`") or is_data
        for inner in part.parts:
            if inner.kind == "comment" or inner.text.startswith("#|"):
                text += " " + inner.text + ("\n" + " " * column if inner.kind == "comment" else " ")
                continue
            apart = part.text == "," and inner.text.startswith("@")
            text += " " if apart else ""
            quoted = part.text == "'"
            text += self.write(inner, column + _column(text), tail, depth + 1, quoted)
        return text

    # --- lists ------------------------------------------------------------------------------------

    def list(self, part: Part, column: int, tail: int, depth: int, is_data: bool) -> str:
        if not part.parts:
            return part.text + part.close
        flat = self.flat(part)
        if flat is not None and column + len(flat) + tail <= WIDTH:
            return flat
        if depth > MAXIMUM_DEPTH:
            return flat if flat is not None else self.lines(part, column, tail, depth, False, True)
        plain = self.lines(part, column, tail, depth, False, is_data)
        if _fits(plain, column, tail) and not self.is_crowded(part, column, tail):
            return plain
        broken = self.lines(part, column, tail, depth, True, is_data)
        if _fits(broken, column, tail) or not self.aligns(part, is_data):
            return broken
        # Aligned with the first argument there is no room: everything goes below the head.
        if column + len(part.head) > _FAR or len(part.head) > 12:
            hanging = self.lines(part, column, tail, depth, True, is_data, hangs=True)
            if _widest(hanging, column) < _widest(broken, column):
                return hanging
        return broken

    def flat(self, part: Part) -> str | None:
        """Returns a part in one line; None where it has several, or a comment."""
        key = id(part)
        if key in self.flats:
            return self.flats[key]
        result: str | None = None
        if part.kind == "atom":
            result = None if "\n" in part.text else part.text
        elif part.kind != "comment":
            texts = [
                None if each.lines and at else self.flat(each) for at, each in enumerate(part.parts)
            ]
            if None not in texts:
                between = " " if part.kind == "list" else ""
                joined = between.join(text for text in texts if text is not None)
                apart = " " if part.text == "," and joined.startswith("@") else ""
                result = part.text + apart + joined + part.close
                if part.kind == "prefix" and len(part.parts) > 1:
                    result = None
        self.flats[key] = result
        return result

    def aligns(self, part: Part, is_data: bool) -> bool:
        """Tells whether the arguments of a list are aligned with its first one."""
        if part.text != "(" or is_data or len(part.parts) < 2:
            return False
        has_name = bool(part.head) and self.before_body(part, is_data) < 0
        return has_name and not part.parts[1].lines

    def is_crowded(self, part: Part, column: int, tail: int) -> bool:
        """Tells whether several parts share a line that is too long for them in one piece."""
        at = column + len(part.text)
        for index, each in enumerate(part.parts):
            if each.lines and index:
                return False  # what follows has been broken by the author
            flat = self.flat(each)
            if flat is None:
                return False
            at += len(flat) + 1
            if at - 1 > WIDTH and index > 1:
                return True
        return at - 1 + len(part.close) + tail > WIDTH

    def before_body(self, part: Part, is_data: bool) -> int:
        """Returns how many parts stand before the body of a form, -1 if it has none."""
        if part.text != "(" or is_data or not part.head:
            return -1
        head = part.head
        count = self.bodies.get(head, 1 if head.startswith("def") and "/" not in head else -1)
        named = part.head == "let" and len(part.parts) > 1 and part.parts[1].kind == "atom"
        return 2 if named else count

    def lines(
        self,
        part: Part,
        column: int,
        tail: int,
        depth: int,
        breaks: bool,
        is_data: bool,
        hangs: bool = False,
    ) -> str:
        """Returns a list with the line breaks of its author; with `breaks` all that it can have."""
        body = self.before_body(part, is_data)
        is_call = part.text == "(" and not is_data and bool(part.head)
        inner = column + len(part.text)
        aligned = -1  # the column of the first argument, once it is known
        text = part.text
        forms = 0  # parts before this one that are no comments
        ends_line = False
        last = len(part.parts) - 1
        for at, each in enumerate(part.parts):
            new_line = at > 0 and (each.lines > 0 or ends_line)
            if breaks and at > 0 and each.kind != "comment" and not new_line:
                new_line = self.breaks_before(part, forms, body, is_call, hangs)
            if new_line:
                indent = self.indent(column, inner, aligned, forms, body, is_call)
                blank = each.lines > 1
                text += ("\n\n" if blank else "\n") + " " * indent
            elif at > 0:
                text += " " * self.space(each)
            here = _column(text) if "\n" in text else column + len(text)
            if forms == 1 and is_call and aligned < 0 and each.kind != "comment" and not new_line:
                aligned = here
            behind = len(part.close) + tail if at == last else 0
            inside = is_data or (body >= 1 and forms == body and _is_bindings(each, part.head))
            text += self.write(each, here, behind, depth + 1, inside)
            ends_line = each.kind == "comment"
            forms += each.kind != "comment"
        if ends_line:
            text += "\n" + " " * self.indent(column, inner, aligned, forms, body, is_call)
        return text + part.close

    def breaks_before(self, part: Part, forms: int, body: int, is_call: bool, hangs: bool) -> bool:
        """Tells whether a line begins before the part that has so many before it."""
        if part.text == "{":
            return forms % 2 == 0
        if body >= 0:
            return forms > body
        if is_call:
            return hangs or forms > 1
        return True

    def indent(
        self, column: int, inner: int, aligned: int, forms: int, body: int, is_call: bool
    ) -> int:
        """Returns the column for a part that begins a line."""
        if body >= 0:
            return column + (2 if forms > body else 4)
        if not is_call or forms == 0:
            return inner
        return aligned if aligned >= 0 else column + 2


def _is_bindings(part: Part, head: str) -> bool:
    """Tells whether a part is the bindings of a form, which are data to the eye."""
    return part.text == "(" and head not in ("case", "match", "when", "unless", "while")


def _column(text: str) -> int:
    return len(text) - (text.rfind("\n") + 1)


def _widest(text: str, column: int) -> int:
    first, *others = text.split("\n")
    return max(column + len(first), *(len(line) for line in others), 0)


def _fits(text: str, column: int, tail: int) -> bool:
    lines = text.split("\n")
    lines[0] = " " * column + lines[0]
    lines[-1] += " " * tail
    return all(len(line) <= WIDTH for line in lines)
