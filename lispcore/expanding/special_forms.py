"""The table of special forms: how each is written, what is said of it, and what expands it.

A special form is a function entered in `SPECIAL_FORMS` by `@special_form`, with the usage line that
its error messages show, the text and the examples that `(doc …)` shows, and its reach: whether it
gives way to what a program calls by its name. They live in `lispcore/expanding/forms/`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple

from lispcore.core.nodes import Node, Span
from lispcore.expanding.name_scopes import Scope
from lispcore.values.errors import LispError
from lispcore.values.types import Symbol, Value

# Where the items of a form stand.
Places = list[Span] | tuple[Span, ...]

# The first argument is the `Expander`, which stands above this table.
Handler = Callable[[Any, "Form", Scope | None], Node]


class Reach(Enum):
    """Whether a form gives way to what a program calls by its name.

    Which names are kept is the peer's choice, and a test holds the list: a new form is `FREE`, so
    that no program loses a name by it.
    """

    KEPT = "means the form, whatever the program defines"
    BUT_MACROS = "gives way to macros of the program"
    FREE = "gives way to macros, definitions and variables of the program"


class SpecialForm(NamedTuple):
    """An entry of the table: how a form is written, what is said of it, what expands it.

    `minimum` and `maximum` count its arguments. `gives` names what the value is, `examples` are
    pairs of a program and the printed value it gives (or ``error: `` and a part of the message).
    `clauses` are the words that stand at the head of its parts, such as ``catch``.
    """

    name: str
    usage: str
    minimum: int
    maximum: int | None
    gives: str
    text: str
    examples: tuple[tuple[str, str], ...]
    chapter: str
    reach: Reach
    clauses: tuple[str, ...]
    handler: Handler


SPECIAL_FORMS: dict[str, SpecialForm] = {}


def special_form(
    names: str,
    usage: str,
    least: int,
    most: int | None = None,
    *,
    gives: str,
    text: str,
    examples: Iterable[tuple[str, str]],
    reach: Reach = Reach.FREE,
    clauses: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Enters the decorated handler under each of the names (separated by spaces).

    Its module says the chapter of the documentation: CHAPTER = "loops".
    """

    def enter(handler: Handler) -> Handler:
        chapter = sys.modules[handler.__module__].CHAPTER
        shown = tuple(examples)
        for name in names.split():
            SPECIAL_FORMS[name] = SpecialForm(
                name, usage, least, most, gives, text, shown, chapter, reach, clauses, handler
            )
        return handler

    return enter


def alias(name: str, of: str, reach: Reach = Reach.FREE) -> None:
    """Enters another name of a form, with a reach of its own."""
    SPECIAL_FORMS[name] = SPECIAL_FORMS[of]._replace(name=name, reach=reach)


class Form:
    """A list form being expanded: its items, its span, and the spans of its items."""

    __slots__ = ("items", "name", "span", "spans", "usage")

    def __init__(self, items: list[Value], span: Span, spans: Places | None) -> None:
        self.items = items
        self.span = span
        self.spans = spans
        head = items[0]
        self.name = head.name if type(head) is Symbol else ""
        self.usage = ""

    def span_at(self, index: int) -> Span:
        """Returns the span of an item, or that of the form where it is not known."""
        return self.spans[index] if self.spans and index < len(self.spans) else self.span

    def error(self, message: str, index: int | None = None) -> LispError:
        """Returns a syntax error at one of the items (or the whole form), showing the usage."""
        span = self.span if index is None else self.span_at(index)
        hint = f"write it as {self.usage}" if self.usage else None
        return LispError(f"{self.name}: {message}", line=span[0], column=span[1], hint=hint)
