"""Definitions that come late: names of which a unit uses a former meaning before it defines them.

A unit knows the functions that it defines, and may write out what they do. That is right before the
definition has run, too, as long as the name has no meaning until then: a call would fail. A name of
the library, or one that an earlier unit has defined, does mean something, so its definition is only
relied on where nothing that runs before it can have used it.
"""

from __future__ import annotations

from collections.abc import Container

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Effect, meaning
from lispcore.core.nodes import Call, Constant, Lambda, Node, Sequence, SetGlobal
from lispcore.core.walking import children


def late_definitions(main: Lambda, facts: Facts, known: Container[str]) -> set[str]:
    """Returns which of the `known` names the unit defines after code that may have used them."""
    late: set[str] = set()
    has_run = False
    for form in main.body.parts if type(main.body) is Sequence else (main.body,):
        # What is computed for the first definition of a form comes before it.
        has_run = has_run or _may_run_functions(form, facts)
        if has_run:
            late.update(name for name in _defined_by(form) if name in known)
    return late


def _defined_by(form: Node) -> list[str]:
    """Returns the globals that a top-level form defines while it runs."""
    found: list[str] = []
    waiting = [form]
    while waiting:
        node = waiting.pop()
        if type(node) is SetGlobal:
            found.append(node.name)
        if type(node) is not Lambda:
            waiting += children(node)
    return found


def _may_run_functions(form: Node, facts: Facts) -> bool:
    """Tells whether a top-level form may call a function that is not the library's own."""
    waiting = [form]
    while waiting:
        node = waiting.pop()
        if type(node) is Lambda:
            continue
        if type(node) is Call and node.function is not None:
            known = meaning(node, facts)
            if known is None:
                return True
            calls = known.effects & (Effect.CALLS | Effect.EVALUATES)
            if calls and not all(type(each) is Constant for each in node.arguments):
                return True
        waiting += children(node)
    return False
