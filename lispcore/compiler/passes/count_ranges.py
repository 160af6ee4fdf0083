"""Comprehensions over a range: their numbers are counted instead of kept in a list."""

from __future__ import annotations

from collections.abc import Iterable

from lispcore.compiler.facts.analysis import Facts
from lispcore.core.nodes import Call, ForEach, Global


def count_ranges(loops: Iterable[ForEach], facts: Facts) -> None:
    """Lets loops of comprehensions run over the integers of a ``(range …)`` itself."""
    for loop in loops:
        items = loop.iterable
        if type(items) is not Call or items.helper != "iterable":
            continue
        made = items.arguments[0]
        if (
            type(made) is Call
            and made.expansion is None
            and type(made.function) is Global
            and made.function.name == "range"
            and "range" in facts.library
            and 1 <= len(made.arguments) <= 3
        ):
            facts.assumed.add("range")
            loop.iterable = Call(None, made.arguments, made.span, helper="range_items")
