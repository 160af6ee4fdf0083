"""Deforestation: comprehensions over a range count instead of keeping its numbers in a list."""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import Call, ForEach, Lambda, Node
from lispcore.core.walking import rewrite


def count_ranges(main: Lambda, facts: Facts) -> Lambda:
    """Lets loops of comprehensions run over the integers of a ``(range …)`` itself."""

    def counted(loop: ForEach) -> Node:
        items = loop.iterable
        if type(items) is not Call or items.helper != "iterable":
            return loop
        made = items.arguments[0]
        known = meaning(made, facts)
        if known is None or not known.is_range or type(made) is not Call:
            return loop
        if 1 <= len(made.arguments) <= 3:
            numbers = Call(None, made.arguments, made.span, helper="range_items")
            return ForEach(loop.variable, numbers, loop.body, loop.span)
        return loop

    return rewrite(main, {ForEach: counted})
